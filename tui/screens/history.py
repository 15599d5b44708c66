"""The history of a session: who did what when, filtered, each entry's differences, undo up to one (R22)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from textual import events, work
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.geometry import Size

from store.errors import Code, PatchbayError
from store.model import LogEntry
from tui.dialogs.help import HelpDialog
from tui.dialogs.naming import NameDialog
from tui.dialogs.picking_values import ValuesDialog
from tui.dialogs.rows import KEYS, FilteredRows, Row
from tui.present import bars
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
from tui.present.frame import boxed, keys_that_fit
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
from tui.present.layout import footer_rows
from tui.present.text import cut_right, padded, width_of, wrapped
from tui.registry import HISTORY
from tui.screens.commanded import elsewhere
from tui.screens.differences import DifferencesScreen
from tui.screens.left_once import LeftOnce
from tui.type_ahead import Keystrokes
from tui.unanswered import unanswered
from tui.widgets.lines import Lines
from tui.words import counted
from tui.workbench import Workbench

Result = TypeVar("Result")

_KEYS = (
    ("undo-to", "undo to it"), ("entry-diff", "diff"),
    ("only-by only-patch only-verb only-since", "by patch what time"),
    ("filter", "filter"), ("every-change", "all"),
)  # fmt: skip
_FACET_OF = {"only-by": "by", "only-patch": "patch", "only-verb": "verb"}
_ONLY = {"by": "Only by", "patch": "Only patch", "verb": "Only who"}


def _by_id(entries: Sequence[LogEntry]) -> dict[str, Deed]:
    return {one.entry.id: one for one in deeds_of(entries)}


@dataclass
class HistoryPlace:
    """Where the person is in the history, kept while something is undone."""

    filters: Filters = field(default_factory=Filters)
    entry: str | None = None
    message: str = ""
    failed: bool = False


class HistoryScreen(LeftOnce[LogEntry]):
    """Lists the entries, newest first, and the differences of one; gives the one to undo up to."""

    AUTO_FOCUS = ""
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    HistoryScreen { layout: vertical; overflow: hidden; }
    HistoryScreen > #parts { height: 1fr; }
    HistoryScreen > #footer { height: 1; }
    """

    def __init__(self, bench: Workbench, entries: Sequence[LogEntry], place: HistoryPlace) -> None:
        super().__init__(bench.ahead)
        self._bench, self._place = bench, place
        self._now = bench.manager.clock()
        self._by_id = _by_id(entries)
        self._list = FilteredRows()
        self._shown, self._preview, self._footer = (
            Lines(id="entries"),
            Lines(id="preview"),
            Lines(id="footer"),
        )
        self._parts = Container(self._shown, self._preview, id="parts")
        self._command_of = bench.look.keymap.by_key(HISTORY.commands)
        self._elsewhere = elsewhere(bench.look.keymap, HISTORY.commands)
        self._sections: list[Section] = []
        self._instead = ""
        """What is said where there are no differences; empty while they are not read."""
        self._filter(place.filters)

    def compose(self) -> ComposeResult:
        """Put the screen together; Textual calls this."""
        yield self._parts
        yield self._footer

    def on_mount(self) -> None:
        """Draw, and follow the session."""
        self._bench.watchers.add(self._look_again)
        self._moved()

    def on_unmount(self) -> None:
        """Follow the session no more."""
        self._bench.watchers.discard(self._look_again)

    def _look_again(self) -> None:
        if self._bench.session is not None:
            self._follow()

    @work(group="follow", exclusive=True)
    async def _follow(self) -> None:
        """Take in the entries that have come since; the cursor stays where it is."""
        try:
            entries = await self._bench.call(self._bench.manager.log, session=self._bench.session)
        except PatchbayError as error:
            self.say(error.message, failed=True)
            return
        self._by_id = _by_id(entries)
        self._now = self._bench.manager.clock()
        before = self._place.entry
        self._filter(self._place.filters)
        if self._place.entry == before:
            self._draw()
        else:
            self._moved()

    def say(self, message: str, failed: bool = False) -> None:
        """Show the last result, or what others did, in the footer until the next key."""
        self._place.message, self._place.failed = message, failed
        self._draw()

    @property
    def said(self) -> tuple[str, bool]:
        """What it says, and whether that is a refusal."""
        return self._place.message, self._place.failed

    def on_resize(self) -> None:
        """Fit the terminal."""
        self._draw()

    @property
    def escapes(self) -> int:
        """How many times esc is pressed until the screen is left: the filter that is typed goes first."""
        return 1 + bool(self._list.wanted)

    @property
    def _deed(self) -> Deed | None:
        return self._by_id[self._list.current.key] if self._list.current else None

    @property
    def _entry(self) -> LogEntry | None:
        return self._deed.entry if self._deed else None

    @property
    def _entries(self) -> list[LogEntry]:
        return [one.entry for one in self._by_id.values()]

    def _filter(self, filters: Filters) -> None:
        """Leave the entries that the filters admit; the cursor stays on its entry where that is left."""
        self._place.filters = filters
        shown = [one for one in self._entries if filters.admits(one)]
        self._list.replace(
            [Row(one.id, Content(""), f"{one.user} {verb_words(one.verb)} {one.summary}") for one in shown]
        )
        keys = [row.key for row in self._list.rows]
        if self._place.entry in keys:
            self._list.cursor = keys.index(self._place.entry)

    def _moved(self) -> None:
        self._place.entry = self._entry.id if self._entry else None
        self._sections, self._instead = [], ""
        self._draw()
        if self._entry is not None:
            self._load(self._entry)

    @work(group="preview", exclusive=True)
    async def _load(self, entry: LogEntry) -> None:
        found = await self._read(entry)
        if self._entry is not None and self._entry.id == entry.id:
            self._sections, self._instead = found
            self._draw()

    async def _read(self, entry: LogEntry) -> tuple[list[Section], str]:
        """Give the differences an entry made, and what is said where there are none."""
        try:
            return await self._differences(entry), "It changed no text."
        except PatchbayError as error:
            return [], error.message

    async def _differences(self, entry: LogEntry) -> list[Section]:
        """Give the differences an entry made: of definitions, or for a merge of the codebase's files."""
        look, manager = self._bench.look, self._bench.manager

        def text(digest: str | None) -> str | None:
            return None if digest is None else manager.text(digest)

        def read() -> list[tuple[str, str | None, str | None, str]]:
            if entry.revision is not None:
                return [(*one, "") for one in manager.merged_texts(entry)]
            changed = changed_texts(entry)
            return [(one.name, text(one.before), text(one.after), one.words) for one in changed]

        pairs = await self._bench.call(read)

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

        return await self._bench.compute(compared)

    # Drawing

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        width, height = self.app.size
        wide = width >= BESIDE_FROM
        above = 0 if wide else max(4, (height - 1) // 2)
        foot = self._foot(width, height - 1 - above)
        left = width * 9 // 20 if wide else 0
        preview_size = Size(width - left, height - len(foot) - above)
        self._parts.styles.layout = "horizontal" if wide else "vertical"
        self._draw_entries(preview_size.with_width(left) if wide else Size(width, above))
        self._draw_preview(preview_size)
        self._footer.styles.height = len(foot)
        self._footer.show(foot)

    def _draw_entries(self, size: Size) -> None:
        look, (width, top) = self._bench.look, size
        rows = []
        for index in self._list.window(top - 2):
            deed = self._by_id[self._list.rows[index].key]
            line = padded(deed_row(deed, self._now, width - 2, look), width - 2)
            rows.append(line.stylize(look.cursor) if index == self._list.cursor else line)
        every = look.keymap.shown("every-change")
        rows = rows or [Content.styled(f" Nothing here: {every} shows all.", look.dim)]
        self._shown.styles.width, self._shown.styles.height = size
        wanted = self._list.shown_filter(look)
        foot = Content.assemble(wanted, "  " if wanted.plain else "", self._count())
        self._shown.show(boxed(rows, width, top, self._title(), foot, look, look.active))

    def _draw_preview(self, size: Size) -> None:
        look, (width, height) = self._bench.look, size
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
        self._preview.styles.width, self._preview.styles.height = size
        self._preview.show(boxed([*whole, *below], width, height, head, foot, look, look.border))

    def _whole(self, about: str, size: Size) -> list[Content]:
        """Give what is too long for the title, in at most half of the rows."""
        look, (width, height) = self._bench.look, size
        return [
            Content.styled(f" {line}", look.text)
            for line in wrapped(about, width - 4, max(1, (height - 2) // 2), look.signs.ellipsis)
        ]

    def _title(self) -> Content:
        look, filters = self._bench.look, self._place.filters
        facets = {name: value for name, value in vars(filters).items() if value and name != "since"}
        words = [f"{FACET_WORDS[name]} {self._label(name, value)}" for name, value in facets.items()]
        if filters.since is not None:
            words.append(f"since {filters.since.astimezone():%m-%d %H:%M}")
        only = f" {look.signs.dot} " + f" {look.signs.dot} ".join(words) if words else ""
        return Content.assemble(("History", look.strong), (only, look.warn))

    def _count(self) -> Content:
        shown, every = len(self._list.rows), len(self._by_id)
        words = counted(every, "change") if shown == every else f"{shown} of {counted(every, 'change')}"
        return Content.styled(words, self._bench.look.dim)

    def _label(self, facet: str, value: str) -> str:
        if (
            facet == "patch"
            and self._bench.board
            and (found := self._bench.board.view.state.patches.get(value))
        ):
            return cut_right(f"{found.letter} {found.name}", 40)
        return cut_right(verb_words(value) if facet == "verb" else value, 40)

    def _foot(self, width: int, lent: int) -> list[Content]:
        """Give the keys, or the last result in as many rows as it takes of those that a part lends."""
        look, place = self._bench.look, self._place
        if place.message:
            wanted = len(bars.said(width, look, place.message, place.failed))
            return bars.said(width, look, place.message, place.failed, footer_rows(wanted, lent))
        shown_key = look.keymap.shown
        keys = [(" ".join(map(shown_key, commands.split())), word) for commands, word in _KEYS]
        keys = [(look.signs.enter if key == "enter" else key, word) for key, word in keys]
        always = ((shown_key("help"), "help"), ("esc", "back"))
        shown = keys_that_fit(keys, always, width - 2, look, gap=2)
        return [padded(" " + shown, width).stylize_before(look.bar)]

    # Keys

    def waits(self, typed: Keystrokes) -> bool:
        """Whether a dialog is on its way: what is typed is for that."""
        return self._bench.ahead.holding

    def on_key(self, event: events.Key) -> None:
        """Move, filter, show all differences, undo, go back."""
        if self._place.message:
            self.say("")
        command = self._command_of.get(event.key)
        if (self._list.typing or event.key == "escape") and self._list.press_filter(event):
            self._moved()
        elif command is not None:
            self._do(command.id)
        elif event.key in ("escape", "q", *self._bench.look.keymap.keys["history"]):
            self.dismiss(None)
        elif event.key in self._elsewhere:
            self.say(self.is_elsewhere(self._elsewhere[event.key]), failed=True)
        elif told := unanswered(self._bench.look.keymap, event):
            self.say(told, failed=True)
        else:
            return
        event.stop()
        event.prevent_default()

    def _do(self, command: str) -> None:
        """Do a command of the history, or move."""
        if command == "help":
            self.app.push_screen(HelpDialog(self._bench, HISTORY))
        elif command == "filter":
            self._list.typing = True
            self._draw()
        elif command == "only-since":
            self._run(self._choose_time)
        elif command in _FACET_OF:
            self._run(partial(self._choose, _FACET_OF[command]))
        elif command == "every-change":
            self._list.wanted = ""
            self._filter(Filters())
            self._moved()
        elif command in ("undo-to", "entry-diff") and self._deed is None:
            self.say("Nothing is listed that could be undone or shown.", failed=True)
        elif command == "undo-to" and self._deed is not None:
            self._undo(self._deed)
        elif command == "entry-diff" and self._entry is not None:
            self._run(partial(self._show_whole, self._entry))
        elif self._list.press(KEYS.get(command, command)):
            self._moved()

    def _undo(self, deed: Deed) -> None:
        """Give the entry to undo up to; one that is not the reader's, or undone already, is refused."""
        entry, refusal = deed.entry, ""
        if entry.user != self._bench.user:
            refusal = f"That is {entry.user}'s change: undo goes back to one of your own."
        elif deed.undone is not None:
            refusal = "That is undone already."
        elif not entry.undoable:
            refusal = "That change is not one that undo takes back."
        if not refusal:
            self.dismiss(deed.latest)
            return
        self.say(refusal, failed=True)

    def _run(self, ask: Callable[[], Awaitable[None]]) -> None:
        """Run what asks in dialogs; what is typed before one listens is for it."""

        async def run() -> None:
            try:
                await ask()
            finally:
                self.replay()

        self._bench.ahead.holding = True
        self.run_worker(run(), group="choose")

    async def _ask(self, dialog: LeftOnce[Result]) -> Result | None:
        """Show a screen and give its answer; None when it was left. Keys are held again after it."""
        dialog.asked_by_command = True
        return await self.app.push_screen_wait(dialog)

    async def _show_whole(self, entry: LogEntry) -> None:
        """Show the differences an entry made on the whole screen."""
        found, said = (self._sections, self._instead) if self._instead else await self._read(entry)
        title = Content.styled(cut_right(entry.summary, 70), self._bench.look.strong)
        await self._ask(DifferencesScreen(self._bench, title, found, said))

    async def _choose_time(self) -> None:
        """Ask for the earliest time."""
        others = replace(self._place.filters, since=None)
        here = [one for one in self._entries if others.admits(one)]
        values: list[tuple[str, str, int]] = []
        for what, label in SINCE.items():
            since = since_of(what, self._now)
            values.append((what, label, sum(since is None or one.at >= since for one in here)))
        choice = await self._ask(ValuesDialog(self._bench, "Only since", values, None))
        since = since_of(choice or "", self._now)
        if choice == "typed":
            hint = "A date, a time of today, or both: 2026-11-20, 09:30, 11-20 09:30."
            asked = NameDialog(
                self._bench, "Only since", hint, f"{self._now.astimezone():%Y-%m-%d}", enter_label="show",
                check=lambda typed: _required_since(typed, self._now),
            )  # fmt: skip
            typed = await self._ask(asked)
            choice = None if typed is None else choice
            since = None if typed is None else typed_since(typed[0], self._now)
        if choice is not None:
            self._filter(replace(self._place.filters, since=since))
            self._moved()

    async def _choose(self, facet: str) -> None:
        """Ask for the value to filter by, beginning at that of the entry under the cursor."""
        others = self._place.filters.only(facet, None)
        found = values_of([one for one in self._entries if others.admits(one)], facet)
        here = facet_of(self._entry, facet) if self._entry else ()
        values = [(value, self._label(facet, value), count) for value, count in found]
        dialog = ValuesDialog(self._bench, _ONLY[facet], values, here[0] if here else None)
        choice = await self._ask(dialog)
        if choice is not None:
            self._filter(self._place.filters.only(facet, choice or None))
            self._moved()


def _required_since(typed: str, now: datetime) -> datetime:
    since = typed_since(typed, now)
    if since is None:
        raise PatchbayError(Code.NOT_FOUND, "That is no date: write it as 2026-11-20 or 09:30.")
    return since
