"""A patch in detail: its checklist, operations, conflicts, dependencies and log, each row with a preview.

What its own commands do to the patch is in `patch_verbs`; the lines are made in `present/patch`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import work
from textual.content import Content

from store.errors import Code, PatchbayError
from store.model import Blocker, Conflict, DeleteDefinition, Dependency, LogEntry, Op, Patch, new_name_of
from store.views import PatchView, Suggestion
from tui.commands import Command
from tui.dialogs.rows import KEYS, FilteredRows, Row
from tui.place import Selection, nearest_in_section, scrolled
from tui.present.board import Board
from tui.present.differences import DiffLine, Section, Window, diff_line, laid_out, section_of
from tui.present.frame import below_line, boxed
from tui.present.history import Filters
from tui.present.patch import (
    Counts,
    DetailLine,
    DetailRows,
    Target,
    detail_foot,
    detail_lines,
    detail_title,
    found_by,
    narrowed,
    operation_title,
    target_lines,
    target_title,
)
from tui.present.text import padded
from tui.registry import PATCH
from tui.screens.commanded import CommandedScreen
from tui.screens.differences import DifferencesScreen
from tui.screens.patch_verbs import PatchVerbs

if TYPE_CHECKING:
    from tui.screens.session import SessionScreen
    from tui.screens.verbs import Verbs

ENTRIES = 200
"""How many entries of the log are listed; the history has them all."""
_SPACIOUS_FROM = 36


@dataclass
class PatchPlace:
    """Which patch is shown, and where the cursor is in it."""

    patch: str
    key: str = ""
    top: int = 0


class _Shown(NamedTuple):
    """The lines for one view, and the indexes of those that take the cursor."""

    lines: tuple[DetailLine, ...] = ()
    stops: tuple[int, ...] = ()


class _Read(NamedTuple):
    """An operation's differences: as sections for the whole screen, as lines, and how many lines changed."""

    section: Section
    lines: Sequence[DiffLine]
    counts: Counts


def _read(op: Op, base: str | None, text: str | None, line: int) -> _Read:
    found = section_of(new_name_of(op) or op.name, base, text, line=line)
    changed = [row for row in found.found.rows if row.kind != "same"]
    added, removed = sum(row.new is not None for row in changed), sum(row.old is not None for row in changed)
    return _Read(found, laid_out([found]).lines, (added, removed))


class PatchScreen(CommandedScreen):
    """Shows one patch; enter on another patch's row shows that one, and esc goes back to this."""

    KNOWN: ClassVar[tuple[Command, ...]] = PATCH.commands

    def __init__(self, verbs: Verbs, session: SessionScreen, patch: str) -> None:
        super().__init__(verbs, session)
        self._place = PatchPlace(patch)
        self._trail: list[PatchPlace] = []
        """The places that enter led away from."""
        self._does = PatchVerbs(verbs, session)
        self._shown = _Shown()
        self._known: dict[tuple[str | None, str | None, int], _Read] = {}
        """What was read of operations, by their two digests and the line that they begin on."""
        self._lines: dict[str, dict[str, int]] = {}
        """The lines that definitions begin on, by patch."""
        self._logs: dict[str, tuple[LogEntry, ...]] = {}
        """What was read of the log, by patch."""
        self._preview_top = 0
        self._rebuild()

    def on_mount(self) -> None:
        """Read what the view does not hold; Textual calls the base class's method too."""
        self._read_more()

    # What is shown

    @property
    def one(self) -> PatchView | None:
        """The patch as it is now."""
        return self.board.patch_by_id.get(self._place.patch) if self.board is not None else None

    @property
    def gone(self) -> str:
        """Say that the patch is no longer there."""
        return "" if self.one is not None else "That patch is gone."

    @property
    def line(self) -> DetailLine:
        """The line under the cursor."""
        if self.filtered.current is None:
            return DetailLine()
        return self._shown.lines[self._shown.stops[self.filtered.cursor]]

    @property
    def operation(self) -> Op | None:
        """The operation under the cursor."""
        return self.line.operation

    @property
    def selection(self) -> Selection:
        """The patch, with the operation under the cursor."""
        return Selection(None, self.one, self.operation)

    def follow(self) -> None:
        """Take over the new view, the cursor on its record."""
        self._rebuild()
        self._read_more()

    @property
    def _entries(self) -> tuple[LogEntry, ...] | None:
        """The patch's part of the log; None while it is read for the first time."""
        return self._logs.get(self._place.patch)

    def _rebuild(self) -> None:
        one, board = self.one, self.board
        if one is None or board is None:
            return
        lines = detail_lines(
            one, board, self._entries, self.app.size.height >= _SPACIOUS_FROM, self.sizes[0].width - 2
        )
        rows, first = self.filtered, not self.filtered.every
        before = [row.key for row in rows.rows]
        rows.replace([Row(line.key, Content(""), found_by(line, board)) for line in lines if line.key])
        keys = [row.key for row in rows.rows]
        if self._place.key in keys or not first:
            here = nearest_in_section(self._place.key, before, keys)
            rows.cursor = keys.index(here) if here is not None else 0
        else:
            rows.cursor = next((at for at, key in enumerate(keys) if key.startswith("operation ")), 0)
        if rows.wanted:
            lines = narrowed(lines, set(keys))
        self._shown = _Shown(lines, tuple(index for index, line in enumerate(lines) if line.key))
        self._place.key = rows.current.key if rows.current else ""

    def narrowed(self) -> None:
        """Show what the filter leaves."""
        self._rebuild()

    def show_patch(self, patch: str) -> None:
        """Show another patch; esc comes back to this one."""
        if patch != self._place.patch:
            self._trail.append(self._place)
            self._go(PatchPlace(patch))

    def _go(self, place: PatchPlace) -> None:
        self._place, self._shown, self.filtered = place, _Shown(), FilteredRows()
        self._rebuild()
        self.draw_all()
        self._read_more()

    @property
    def escapes(self) -> int:
        """How many times esc is pressed until the screen is left: the patches before this one come first."""
        patches = self.board.patch_by_id if self.board is not None else {}
        return super().escapes + sum(place.patch in patches for place in self._trail)

    def back(self) -> None:
        """Go back to the patch before, or to the session."""
        while self._trail:
            place = self._trail.pop()
            if self.board is not None and place.patch in self.board.patch_by_id:
                self._go(place)
                return
        self.dismiss(None)

    # Reading

    def _read_more(self) -> None:
        self._read_lines()
        self._read_log()

    @work(group="lines", exclusive=True)
    async def _read_lines(self) -> None:
        patch, lines = self._place.patch, dict[str, int]()
        try:
            lines = await self.bench.call(self.bench.manager.lines_of, patch, session=self.verbs.session)
        except PatchbayError as error:
            self.say(error.message, failed=True)
        changed = lines != self._lines.get(patch)
        self._lines[patch] = lines
        if changed and self._place.patch == patch:
            self.draw_all()

    @work(group="log", exclusive=True)
    async def _read_log(self) -> None:
        one = self.one
        if one is None:
            return
        manager, patch = self.bench.manager, one.patch.id
        try:
            entries = await self.bench.call(
                manager.log, session=self.verbs.session, patch=patch, limit=ENTRIES
            )
        except PatchbayError as error:
            self.say(error.message, failed=True)
            return
        changed = entries != self._logs.get(patch)
        self._logs[patch] = entries
        if changed and self._place.patch == patch:
            self._rebuild()
            self.draw_all()

    @work(group="preview", exclusive=True)
    async def _read_differences(self, operations: Sequence[Op]) -> None:
        """Read the differences of operations, one at a time, and draw each."""
        keys = [self._key_of(op) for op in operations]
        for op, key in zip(operations, keys, strict=True):
            try:
                self._known[key] = await self._differences(op, key[2])
            except PatchbayError as error:
                self.say(error.message, failed=True)
                return
            if self.is_mounted and not self.gone:
                self._draw_parts()

    async def _differences(self, op: Op, line: int) -> _Read:
        """Read an operation's differences. Raises what reading raises."""
        manager, base, text = self.bench.manager, op.base_digest, op.digest

        def texts() -> tuple[str | None, str | None]:
            return base and manager.text(base), text and manager.text(text)

        return await self.bench.compute(_read, op, *await self.bench.call(texts), line)

    def _of(self, op: Op | None) -> _Read | None:
        return None if op is None else self._known.get(self._key_of(op))

    def _key_of(self, op: Op) -> tuple[str | None, str | None, int]:
        line = self._lines.get(self._place.patch, {}).get(new_name_of(op) or op.name, 1)
        return op.base_digest, op.digest, line

    # Drawing

    def on_resize(self) -> None:
        """Fit the terminal; Textual calls the base class's method after this."""
        self._rebuild()

    def draw(self) -> None:
        """Draw the list and the preview; what is visible and not read yet is read."""
        missing = [op for op in self._draw_parts() if self._of(op) is None]
        if missing and self._place.patch in self._lines:
            self._read_differences(missing)

    def _draw_parts(self) -> list[Op]:
        """Draw, and give the operations that are visible, the cursor's first."""
        one, board = self.one, self.board
        if one is None or board is None:
            return []
        look, (size, _), now = self.bench.look, self.sizes, self.bench.manager.clock()
        draw = DetailRows(one, board, self._entries or (), now, size.width - 2, look)
        here = self._shown.stops[self.filtered.cursor] if self.filtered.current else 0
        rows, seen = [], list[Op]()
        for index in self._window(here, size.height - 2):
            line = self._shown.lines[index]
            op = line.operation
            if op is not None:
                seen.insert(0 if index == here else len(seen), op)
            known = self._of(op)
            row = padded(draw.drawn(line, known.counts if known else None), size.width - 2)
            rows.append(row.stylize(look.cursor) if index == here and line.key else row)
        title = detail_title(one, board, look, size.width - 4)
        rows = rows or [Content.styled(" Nothing here holds that.", look.warn)]
        foot = self.filtered.foot(look) or detail_foot(one.patch, now, look)
        self.show("list", boxed(rows, size.width, size.height, title, foot, look, look.active))
        self._draw_preview()
        return seen

    def _window(self, here: int, height: int) -> range:
        """Give the indexes of the visible lines; with the first row what stands above it is visible too."""
        count = len(self._shown.lines)
        first = self.filtered.cursor == 0
        self._place.top = scrolled(0 if first else self._place.top, here, count, height)
        return range(self._place.top, min(self._place.top + height, count))

    def _draw_preview(self) -> None:
        board = self.board
        if board is None:
            return
        look, size, lines = self.bench.look, self.sizes[1], self._preview_lines(board)
        rows, width = size.height - 2, size.width - 2
        self._preview_top = max(0, min(self._preview_top, len(lines) - rows))
        window = Window(width, look)
        shown = [
            diff_line(one, window) if isinstance(one, DiffLine) else padded(" " + one, width)
            for one in lines[self._preview_top : self._preview_top + rows]
        ]
        below = len(lines) - self._preview_top - len(shown)
        title = target_title(self.line.target, look, size.width - 4)
        foot = below_line(below, look)
        self.show("preview", boxed(shown, size.width, size.height, title, foot, look, look.border))

    def _preview_lines(self, board: Board) -> Sequence[Content | DiffLine]:
        look = self.bench.look
        if self.operation is None:
            width = self.sizes[1].width - 4
            return target_lines(self.line.target, board, self.bench.manager.clock(), width, look)
        known = self._of(self.operation)
        return [Content.styled("reading…", look.dim)] if known is None else known.lines

    def hints(self) -> Sequence[tuple[str, str]]:
        """Give the keys for the row under the cursor."""
        look, target, one = self.bench.look, self.line.target, self.one
        key = look.keymap.shown
        enter = look.signs.enter if key("row") == "enter" else key("row")
        if one is not None and not one.patch.is_open:
            word = "diff" if self.operation else "go there"
            back = [(key("abandon"), "restore") if one.patch.abandoned_at else (key("revert"), "revert")]
            return ((enter, word), *back, (key("depend"), "dependencies"), (key("next-panel"), "section"))
        rest = [
            (key(command), word)
            for command, word in (
                ("add-definition", "add"), ("describe-patch", "name"), ("merge", "merge"), ("ready", "ready"),
                ("join-patch", "join"), ("depend", "dependencies"), ("abandon", "abandon"),
            )
        ]  # fmt: skip
        if self.operation is not None:
            changes = (("row-diff", "diff"), ("rename-definition", "rename"), ("delete-definition", "delete"))
            return ((enter, "edit"), *((key(command), word) for command, word in changes), *rest)
        words = ((Blocker, "fix it"), (Conflict, "settle"), (Suggestion, "decide"), (LogEntry, "show"))
        word = next((word for kind, word in words if isinstance(target, kind)), "go there")
        return ((enter, word), (key("next-panel"), "section"), *rest)

    # Keys

    def move(self, command: str) -> None:
        """Move the cursor by rows or sections, or scroll the preview."""
        if command in ("page-down", "page-up") and not self.maximised:
            page = max(1, self.sizes[1].height - 3)
            self._preview_top = max(0, self._preview_top + (page if command == "page-down" else -page))
            return
        if command in ("next-panel", "previous-panel"):
            self._to_section(1 if command == "next-panel" else -1)
        else:
            self.filtered.press(KEYS.get(command, command))
        self._place.key = self.filtered.current.key if self.filtered.current else ""
        self._preview_top = 0

    def _to_section(self, step: int) -> None:
        """Go to the first row of the next section, round and round."""
        sections = [row.key.split(" ")[0] for row in self.filtered.rows]
        firsts = [at for at, one in enumerate(sections) if not at or one != sections[at - 1]]
        if firsts:
            now = max(index for index, at in enumerate(firsts) if at <= self.filtered.cursor)
            self.filtered.cursor = firsts[(now + step) % len(firsts)]

    async def run_own(self, command: str, selection: Selection) -> None:
        """Run a command of the detail. Raises what the manager raises."""
        one, op = selection.patch, selection.operation
        if one is None:
            return
        if command == "row":
            await self._enter(one, self.line.target)
        elif command == "row-diff":
            await self._show_differences(one, op)
        elif command == "describe-patch":
            await self._does.describe(one.patch)
        elif command == "add-definition":
            await self._does.add(one.patch)
        elif command == "join-patch":
            into = await self._does.join(one.patch)
            if into is not None:
                self._go(PatchPlace(into))
        elif op is not None:
            await self._change(command, one, op)

    async def _change(self, command: str, one: PatchView, op: Op) -> None:
        if command == "rename-definition":
            self._follow_to(await self._does.rename(one.patch, op))
        elif command == "delete-definition":
            await self._does.delete(one.patch, op)
        elif command == "edit-operation-outside":
            await self._does.edit_outside(one, op)

    def _follow_to(self, name: str) -> None:
        """Put the cursor on the operation that adds a definition by this name, where there is one."""
        keys, wanted = [row.key for row in self.filtered.rows], f"operation {name}"
        if wanted in keys:
            self.filtered.cursor, self._place.key = keys.index(wanted), wanted
            self.draw_all()

    async def _enter(self, one: PatchView, target: Target | None) -> None:
        """Do what the row under the cursor is for."""
        if isinstance(target, Blocker):
            if target.code is Code.DEPENDENCY_UNMERGED and target.patch:
                self.show_patch(target.patch)
            else:
                await self.verbs.merging.fix(target, self.selection)
        elif isinstance(target, Conflict):
            await self.verbs.settle(one.patch, target.name)
        elif isinstance(target, Dependency):
            self.show_patch(target.patch)
        elif isinstance(target, Suggestion):
            await self._does.decide(one.patch, target)
        elif isinstance(target, Patch):
            self.show_patch(target.id)
        elif isinstance(target, LogEntry):
            await self.verbs.show_history(Filters(patch=one.patch.id), target.id)
        elif target is not None and one.patch.is_open and not isinstance(target, DeleteDefinition):
            await self._does.edit(one, target)
        elif target is not None:
            await self._show_differences(one, target)

    async def _show_differences(self, one: PatchView, op: Op | None) -> None:
        """Show an operation's differences on the whole screen, or those of the whole patch."""
        if op is None:
            await self.verbs.run("diff", Selection(None, one))
            return
        known = self._of(op)
        if known is None:
            lines = await self.bench.call(
                self.bench.manager.lines_of, one.patch.id, session=self.verbs.session
            )
            known = await self._differences(op, lines.get(new_name_of(op) or op.name, 1))
        title = operation_title(op, self.bench.look, 70)
        await self.verbs.ask(DifferencesScreen(self.bench, title, [known.section]))
