"""The history of a session: who did what when, filtered, each entry's differences, undo up to one (R22)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import work
from textual.content import Content
from textual.geometry import Size

from store.errors import Code, PatchbayError
from store.model import LogEntry
from tui.commands import Command
from tui.dialogs.naming import NameDialog
from tui.dialogs.picking_values import ValuesDialog
from tui.dialogs.rows import KEYS, Row
from tui.place import Selection
from tui.present.deeds import Deed, deeds_of, verb_words
from tui.present.differences import (
    BESIDE_FROM,
    Section,
    Window,
    diff_line,
    laid_out,
    section,
    section_of,
)
from tui.present.frame import boxed
from tui.present.history import (
    FACET_WORDS,
    SINCE,
    Filters,
    about_deed,
    changed_texts,
    deed_row,
    facet_of,
    since_of,
    typed_since,
    values_of,
)
from tui.present.text import cut_right, padded, width_of, wrapped
from tui.registry import HISTORY
from tui.screens.commanded import CommandedScreen
from tui.screens.differences import DifferencesScreen
from tui.screens.history_verbs import HistoryVerbs
from tui.words import counted

if TYPE_CHECKING:
    from tui.screens.session import SessionScreen
    from tui.screens.verbs import Verbs

_FACET_OF = {"only-by": "by", "only-patch": "patch", "only-verb": "verb"}
_ONLY = {"by": "Only by", "patch": "Only patch", "verb": "Only who"}


class HistoryScreen(CommandedScreen):
    """Lists the entries, newest first, and the differences that one made."""

    KNOWN: ClassVar[tuple[Command, ...]] = HISTORY.commands
    COLUMNS_FROM: ClassVar[int] = BESIDE_FROM
    OPENED_BY: ClassVar[str | None] = "history"

    def __init__(
        self,
        verbs: Verbs,
        session: SessionScreen,
        entries: Sequence[LogEntry],
        filters: Filters | None = None,
        entry: str | None = None,
    ) -> None:
        super().__init__(verbs, session)
        self._does = HistoryVerbs(verbs, session)
        self._filters = filters or Filters()
        self._deeds: dict[str, Deed] = {}
        """By the ids of their entries."""
        self._sections: list[Section] = []
        self._instead = ""
        """What is said where there are no differences; empty while they are not read."""
        self._read_for = self.board
        """The view that the entries were read for."""
        self._take(entries)
        keys = [row.key for row in self.filtered.rows]
        self.filtered.cursor = keys.index(entry) if entry in keys else 0

    def on_mount(self) -> None:
        """Read the differences of the first one; Textual calls the base class's method too."""
        self._moved()

    # What is listed

    @property
    def gone(self) -> str:
        """Say that there is no session any more."""
        return "" if self.board is not None else "That session is gone."

    def follow(self) -> None:
        """Take in the entries that have come since; the cursor stays where it is."""
        if self._read_for is not self.board:
            self._read_entries()

    @work(group="entries", exclusive=True)
    async def _read_entries(self) -> None:
        board = self.board
        try:
            entries = await self.bench.call(self.bench.manager.log, session=self.verbs.session)
        except PatchbayError as error:
            self.say(error.message, failed=True)
            return
        self._read_for, before = board, self.row
        self._take(entries)
        if self.row == before:
            self.draw_all()
        else:
            self._moved()

    @property
    def _deed(self) -> Deed | None:
        return self._deeds.get(self.row)

    @property
    def _entries(self) -> list[LogEntry]:
        return [one.entry for one in self._deeds.values()]

    def _take(self, entries: Sequence[LogEntry]) -> None:
        self._deeds = {one.entry.id: one for one in deeds_of(entries)}
        self._filter(self._filters)

    def _filter(self, filters: Filters) -> None:
        """Leave the entries that the filters admit; the cursor stays on its entry where that is left."""
        self._filters = filters
        shown = [one for one in self._entries if filters.admits(one)]
        self.filtered.replace(
            [Row(one.id, Content(""), f"{one.user} {verb_words(one.verb)} {one.summary}") for one in shown]
        )

    def _moved(self) -> None:
        """Draw, and read the differences of the entry under the cursor."""
        self._sections, self._instead = [], ""
        self.draw_all()
        if self._deed is not None:
            self._load(self._deed.entry)

    def narrowed(self) -> None:
        """Show the differences of the entry that the cursor comes to."""
        self._moved()

    # Differences

    @work(group="preview", exclusive=True)
    async def _load(self, entry: LogEntry) -> None:
        found = await self._read(entry)
        if self.row == entry.id:
            self._sections, self._instead = found
            self.draw_all()

    async def _read(self, entry: LogEntry) -> tuple[list[Section], str]:
        """Give the differences an entry made, and what is said where there are none."""
        try:
            return await self._differences(entry), "It changed no text."
        except PatchbayError as error:
            return [], error.message

    async def _differences(self, entry: LogEntry) -> list[Section]:
        """Give the differences an entry made: of definitions, or for a merge of the codebase's files."""
        look, manager = self.bench.look, self.bench.manager

        def text(digest: str | None) -> str | None:
            return None if digest is None else manager.text(digest)

        def read() -> list[tuple[str, str | None, str | None, str]]:
            if entry.revision is not None:
                return [(*one, "") for one in manager.merged_texts(entry)]
            changed = changed_texts(entry)
            return [(one.name, text(one.before), text(one.after), one.words) for one in changed]

        pairs = await self.bench.call(read)

        def compared() -> list[Section]:
            sections = []
            for name, before, after, words in pairs:
                heading = Content.styled(cut_right(f" {name}", 100, look.signs.ellipsis), look.heading)
                heading += Content.styled(f"  {words}" if words else "", look.dim)
                if entry.revision is not None:
                    sections.append(section(before, after, path=name, heading=heading))
                else:
                    sections.append(section_of(name, before, after, heading))
            return sections

        return await self.bench.compute(compared)

    # Drawing

    def draw(self) -> None:
        """Draw the entries that are visible, and the differences of the one under the cursor."""
        entries, differences = self.sizes
        self._draw_entries(entries)
        self._draw_preview(differences)

    def _draw_entries(self, size: Size) -> None:
        look, (width, height), now = self.bench.look, size, self.bench.manager.clock()
        rows = []
        for index in self.filtered.window(height - 2):
            deed = self._deeds[self.filtered.rows[index].key]
            line = padded(deed_row(deed, now, width - 2, look), width - 2)
            rows.append(line.stylize(look.cursor) if index == self.filtered.cursor else line)
        every = look.keymap.shown("every-change")
        rows = rows or [Content.styled(f" Nothing here: {every} shows all.", look.dim)]
        wanted = self.filtered.shown_filter(look)
        foot = Content.assemble(wanted, "  " if wanted.plain else "", self._count())
        self.show("list", boxed(rows, width, height, self._title(), foot, look, look.active))

    def _draw_preview(self, size: Size) -> None:
        look, (width, height) = self.bench.look, size
        lines = laid_out(self._sections, width >= BESIDE_FROM).lines
        window = Window(width - 2, look)
        about = about_deed(self._deed) if self._deed else ""
        whole = self._whole(about, size) if width_of(about) > width - 6 else []
        below = [diff_line(one, window) for one in lines[: max(0, height - 2 - len(whole))]]
        more = len(lines) - len(below)
        if not lines:
            below = [Content.styled(cut_right(f" {self._instead}", width - 2), look.dim)]
        head = Content.styled(cut_right(about, width - 6, look.signs.ellipsis), look.text)
        shows = look.keymap.shown("entry-diff")
        foot = Content.styled(f"{counted(more, 'line')} more: {shows}" if more else "", look.dim)
        self.show("preview", boxed([*whole, *below], width, height, head, foot, look, look.border))

    def _whole(self, about: str, size: Size) -> list[Content]:
        """Give what is too long for the title, in at most half of the rows."""
        look, (width, height) = self.bench.look, size
        return [
            Content.styled(f" {line}", look.text)
            for line in wrapped(about, width - 4, max(1, (height - 2) // 2), look.signs.ellipsis)
        ]

    def _title(self) -> Content:
        look, filters = self.bench.look, self._filters
        facets = {name: value for name, value in vars(filters).items() if value and name != "since"}
        words = [f"{FACET_WORDS[name]} {self._label(name, value)}" for name, value in facets.items()]
        if filters.since is not None:
            words.append(f"since {filters.since.astimezone():%m-%d %H:%M}")
        only = f" {look.signs.dot} " + f" {look.signs.dot} ".join(words) if words else ""
        return Content.assemble(("History", look.strong), (only, look.warn))

    def _count(self) -> Content:
        shown, every = len(self.filtered.rows), len(self._deeds)
        words = counted(every, "change") if shown == every else f"{shown} of {counted(every, 'change')}"
        return Content.styled(words, self.bench.look.dim)

    def _label(self, facet: str, value: str) -> str:
        if (
            facet == "patch"
            and self.bench.board
            and (found := self.bench.board.view.state.patches.get(value))
        ):
            return cut_right(f"{found.letter} {found.name}", 40)
        return cut_right(verb_words(value) if facet == "verb" else value, 40)

    def hints(self) -> Sequence[tuple[str, str]]:
        """Give the keys, the most useful first."""
        look = self.bench.look
        key = look.keymap.shown
        enter = look.signs.enter if key("entry-diff") == "enter" else key("entry-diff")
        return (
            (key("undo-to"), "undo to it"),
            (enter, "diff"),
            (" ".join(map(key, (*_FACET_OF, "only-since"))), "by patch what time"),
            (key("filter"), "filter"),
            (key("every-change"), "all"),
        )

    # Keys

    def move(self, command: str) -> None:
        """Move the cursor, or list every entry again."""
        if command == "every-change":
            self.filtered.wanted = ""
            self._filter(Filters())
        elif not self.filtered.press(KEYS.get(command, command)):
            return
        self._moved()

    async def run_own(self, command: str, selection: Selection) -> None:
        """Run a command of the history. Raises what the manager raises."""
        if command == "only-since":
            await self._choose_time()
        elif command in _FACET_OF:
            await self._choose(_FACET_OF[command])
        elif self._deed is None:
            raise PatchbayError(Code.NOT_FOUND, "Nothing is listed that could be undone or shown.")
        elif command == "undo-to":
            await self._does.undo_to(self._deed)
        else:
            await self._show_whole(self._deed.entry)

    async def _show_whole(self, entry: LogEntry) -> None:
        """Show the differences an entry made on the whole screen."""
        found, said = (self._sections, self._instead) if self._instead else await self._read(entry)
        title = Content.styled(cut_right(entry.summary, 70), self.bench.look.strong)
        await self.verbs.ask(DifferencesScreen(self.bench, title, found, said))

    async def _choose_time(self) -> None:
        """Ask for the earliest time."""
        now = self.bench.manager.clock()
        others = replace(self._filters, since=None)
        here = [one for one in self._entries if others.admits(one)]
        values: list[tuple[str, str, int]] = []
        for what, label in SINCE.items():
            since = since_of(what, now)
            values.append((what, label, sum(since is None or one.at >= since for one in here)))
        choice = await self.verbs.ask(ValuesDialog(self.bench, "Only since", values, None))
        since = since_of(choice or "", now)
        if choice == "typed":
            hint = "A date, a time of today, or both: 2026-11-20, 09:30, 11-20 09:30."
            asked = NameDialog(
                self.bench, "Only since", hint, f"{now.astimezone():%Y-%m-%d}", enter_label="show",
                check=lambda typed: _required_since(typed, now),
            )  # fmt: skip
            typed = await self.verbs.ask(asked)
            choice = None if typed is None else choice
            since = None if typed is None else typed_since(typed[0], now)
        if choice is not None:
            self._filter(replace(self._filters, since=since))
            self._moved()

    async def _choose(self, facet: str) -> None:
        """Ask for the value to filter by, beginning at that of the entry under the cursor."""
        others = self._filters.only(facet, None)
        found = values_of([one for one in self._entries if others.admits(one)], facet)
        here = facet_of(self._deed.entry, facet) if self._deed else ()
        values = [(value, self._label(facet, value), count) for value, count in found]
        dialog = ValuesDialog(self.bench, _ONLY[facet], values, here[0] if here else None)
        choice = await self.verbs.ask(dialog)
        if choice is not None:
            self._filter(self._filters.only(facet, choice or None))
            self._moved()


def _required_since(typed: str, now: datetime) -> datetime:
    since = typed_since(typed, now)
    if since is None:
        raise PatchbayError(Code.NOT_FOUND, "That is no date: write it as 2026-11-20 or 09:30.")
    return since
