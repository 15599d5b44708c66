"""The dialogs around merging: what it would do, and what is in its way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from textual import events
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from store.model import Blocker
from store.views import MergePreview, PatchView
from tui.dialogs.base import Dialog
from tui.dialogs.naming import retyped
from tui.dialogs.rows import FilteredRows, Row
from tui.one_line import in_lines, in_one_line
from tui.present.board import Board
from tui.present.effects import fix_of, merge_lines, patch_label
from tui.present.patch import satisfied
from tui.present.text import cut_right, visible, wrapped
from tui.widgets.line_input import LineInput
from tui.workbench import Workbench

_MESSAGE = r"Message; \n begins a line:"


class MergeChoice(NamedTuple):
    """The merge is confirmed; `message` replaces the one made from the patch."""

    message: str | None = None


class MergeDialog(Dialog[MergeChoice]):
    """Says what merging would do; enter merges, `e` writes the message, `d` shows the differences."""

    def __init__(
        self, bench: Workbench, board: Board, preview: MergePreview, show_diff: Callable[[], None]
    ) -> None:
        super().__init__(bench)
        self._board, self._preview, self._show_diff = board, preview, show_diff
        self._words = bench.manager.message_of(preview.patches[-1].patch).words
        self._writing = False

    def heading(self) -> Content:
        """Name the patches in order."""
        patches = [one.patch for one in self._preview.patches]
        if len(patches) == 1:
            return Content("Merge ") + patch_label(patches[0], self.look)
        letters = [(visible(one.letter), self.look.hue(one.letter) + Style(bold=True)) for one in patches]
        parts: list[str | tuple[str, Style]] = ["Merge "]
        for index, letter in enumerate(letters):
            parts += [", then " if index else "", letter]
        return Content.assemble(*parts)

    def body(self, width: int, height: int) -> Sequence[Content]:
        """Say what it would do."""
        lines = merge_lines(self._preview, self._board, self.look, width, height - 1)
        return [*lines, Content.styled(_MESSAGE, self.look.dim)] if self._writing else lines

    def fields(self) -> Sequence[Widget]:
        """Give the field for the message, hidden until it is wanted."""
        field = LineInput(in_one_line(self._words), id="message")
        field.display = False
        return (field,)

    def keys(self) -> Sequence[tuple[str, str]]:
        """Give the keys."""
        enter = self.look.signs.enter
        if self._writing:
            return ((enter, "merge with this message"), ("esc", "back"))
        count = len(self._preview.patches)
        word = "merge" if count == 1 else "merge both" if count == 2 else f"merge all {count}"
        if self._preview.marks_ready:
            word = "mark ready and merge" if count == 1 else word
        return ((enter, word), ("e", "message…"), ("d", "diff"), ("esc", "back"))

    def press(self, event: events.Key) -> bool:
        """Answer a key."""
        field = self.query_one("#message", LineInput)
        if event.key == "enter":
            typed = retyped(self._words, in_lines(field.value).strip()) if self._writing else None
            self.dismiss(MergeChoice(typed or None))
        elif self._writing and event.key == "escape":
            self._write(field, False)
        elif self._writing:
            return False
        elif event.key == "e":
            self._write(field, True)
        elif event.key == "d":
            self._show_diff()
        else:
            return False
        return True

    def _write(self, field: LineInput, writing: bool) -> None:
        self._writing = writing
        field.display = writing
        self.set_focus(field if writing else None)
        self.redraw()


class BlockedDialog(Dialog[Blocker]):
    """Lists what keeps a patch from being merged; enter gives the one to be settled."""

    def __init__(self, bench: Workbench, board: Board, patch: PatchView, blockers: Sequence[Blocker]) -> None:
        super().__init__(bench)
        self._board, self._patch, self._blockers = board, patch, tuple(blockers)
        self._list = FilteredRows(self._rows())

    def heading(self) -> Content:
        """Name the patch."""
        label = patch_label(self._patch.patch, self.look, self.inner_width - 20)
        return Content.assemble(label, (" can't merge yet", self.look.text))

    def footing(self) -> Content:
        """Show the filter, or how many rows are out of sight."""
        return self._list.foot(self.look) or self._list.beyond(self.look)

    def _rows(self) -> list[Row]:
        look, rows = self.look, []
        for index, blocker in enumerate(self._blockers):
            fix = fix_of(blocker, self._board)
            message = cut_right(blocker.message, self.inner_width - 6 - len(fix), look.signs.ellipsis)
            content = Content.assemble(
                (f" {look.signs.bad} ", look.warn), (message, look.text), "  ", (fix, look.italic)
            )
            rows.append(Row(str(index), content, f"{blocker.message} {fix}"))
        return rows

    def body(self, width: int, height: int) -> Sequence[Content]:
        """Draw the blockers, the one with the cursor whole where its row is cut, and what is in order."""
        whole, fine = self._whole(width), self._in_order()
        below = [*whole, *([Content(""), fine] if fine.plain else [])]
        return [*self._list.drawn(width, max(1, height - len(below)), self.look), *below]

    def _whole(self, width: int) -> list[Content]:
        row, look = self._list.current, self.look
        if row is None:
            return []
        message = visible(self._blockers[int(row.key)].message)
        if message in row.content.plain:
            return []
        return [
            Content(""),
            *(Content.styled(f"   {line}", look.text) for line in wrapped(message, width - 3, 4)),
        ]

    def _in_order(self) -> Content:
        parts = satisfied(self._patch.patch, self._blockers)
        return Content.assemble(
            (f" {self.look.signs.good} ", self.look.good), (", ".join(parts), self.look.dim)
        )

    def keys(self) -> Sequence[tuple[str, str]]:
        """Give the keys."""
        return ((self.look.signs.enter, "go and fix it"), ("/", "filter"), ("esc", "back"))

    def press(self, event: events.Key) -> bool:
        """Answer a key."""
        if self._list.press_filter(event):
            self.redraw()
            return True
        if event.key == "enter" and self._list.current is not None:
            self.dismiss(self._blockers[int(self._list.current.key)])
            return True
        moved = self._list.press(event.key)
        if moved:
            self.redraw()
        return moved
