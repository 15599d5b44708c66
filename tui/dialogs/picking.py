"""Dialogs that pick one thing of many: an editor or a patch, the patches another one depends on."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from store.views import PatchView
from tui.dialogs.base import Dialog
from tui.dialogs.rows import FilteredRows, Row, RowList, letter_of_key
from tui.present.board import Board, patch_text
from tui.present.effects import patch_label
from tui.present.states import MEDIUM, state_of
from tui.present.text import cut_right, definition_name, padded, visible
from tui.widgets.line_input import LineInput
from tui.workbench import Workbench


class GoToDialog(Dialog[str]):
    """Picks an editor by its number, a patch by its letter, or either by part of its name; gives its id."""

    OPENS_ON_FIELD = True

    def __init__(self, bench: Workbench, board: Board) -> None:
        super().__init__(bench)
        self._board = board
        self._list = RowList(self._rows(""))

    def heading(self) -> Content:
        """Give the title."""
        return Content.styled("Go to editor or patch", self.look.strong)

    def fields(self) -> Sequence[Widget]:
        """Give the field."""
        return (LineInput(placeholder="number, letter, or part of the name", id="wanted"),)

    def _rows(self, wanted: str) -> list[Row]:
        look, rows = self.look, []
        wanted = wanted.strip().lower()
        for one in self._board.editors:
            number = str(one.editor.number)
            if not (number.startswith(wanted) if wanted.isdigit() else wanted in one.editor.target.lower()):
                continue
            letter = one.patch.letter if one.patch else ""
            name = definition_name(
                one.editor.target, self.inner_width - 12, look.dim, look.strong, look.signs.ellipsis
            )
            content = Content.assemble(
                (f"{number:>4} ", look.strong), (f"{visible(letter):<2} ", look.hue(letter or "A")), name
            )
            rows.append(Row(one.editor.id, content))
        rows += self._patch_rows(wanted)
        exact = next((i for i, row in enumerate(rows) if self._short_name(row.key) == wanted), 0)
        return [rows[exact], *rows[:exact], *rows[exact + 1 :]] if exact else rows

    def _patch_rows(self, wanted: str) -> list[Row]:
        look, rows = self.look, []
        for one in self._board.view.patches:
            patch = one.patch
            if wanted and wanted in f"{patch.letter} {patch.name}".lower():
                name = cut_right(patch.name, self.inner_width - 12, look.signs.ellipsis)
                letter = (f"{visible(patch.letter):<2} ", look.hue(patch.letter) + Style(bold=True))
                rows.append(Row(patch.id, Content.assemble("     ", letter, (name, look.strong))))
        return rows

    def _short_name(self, key: str) -> str:
        """Give an editor's number or a patch's letter."""
        editor = self._board.editor_by_id.get(key)
        return str(editor.editor.number) if editor else self._board.patch_by_id[key].patch.letter.lower()

    def on_input_changed(self, event: LineInput.Changed) -> None:
        """Look for what is typed."""
        self._list = RowList(self._rows(event.value))
        self.redraw()

    def footing(self) -> Content:
        """Say how many rows are out of sight."""
        return self._list.beyond(self.look)

    def body(self, width: int, height: int) -> Sequence[Content]:
        """Draw what was found."""
        found = self._list.drawn(width, min(height, 12), self.look)
        return found or [Content.styled("no such editor or patch", self.look.warn)]

    def keys(self) -> Sequence[tuple[str, str]]:
        """Give the keys."""
        return ((self.look.signs.enter, "go there"), ("up down", "choose"), ("esc", "back"))

    def press(self, event: events.Key) -> bool:
        """Answer a key."""
        if event.key == "enter":
            if self._list.current is not None:
                self.dismiss(self._list.current.key)
            return True
        moved = self._list.press(event.key, typing=True)
        if moved:
            self.redraw()
        return moved


class DependDialog(Dialog[tuple[str, bool]]):
    """Lists the other open patches; gives the one chosen, and whether it is to be a dependency."""

    def __init__(self, bench: Workbench, board: Board, patch: PatchView) -> None:
        super().__init__(bench)
        self._board, self._patch = board, patch
        self._needed = {one.patch: one for one in patch.patch.dependencies}
        others = [one for one in board.view.patches if self._listed(one)]
        self._list = FilteredRows([Row(one.patch.id, self._row(one), patch_text(one)) for one in others])

    def _listed(self, one: PatchView) -> bool:
        return one.patch.id != self._patch.patch.id and (one.patch.is_open or one.patch.id in self._needed)

    def _row(self, one: PatchView) -> Content:
        look, dependency = self.look, self._needed.get(one.patch.id)
        mark = (f"{look.signs.good} ", look.good) if dependency else "  "
        column = max(20, self.inner_width - 30)
        letter = (visible(one.patch.letter), look.hue(one.patch.letter) + Style(bold=True))
        name = cut_right(one.patch.name, column - 8, look.signs.ellipsis)
        head = padded(Content.assemble(mark, letter, (f" {name}", look.strong)), column)
        if dependency is not None:
            return Content.assemble(head, (f"needed {look.signs.dot} {dependency.origin.value}", look.good))
        return Content.assemble(head, state_of(one, self._board.numbers, look, MEDIUM))

    def heading(self) -> Content:
        """Name the patch."""
        label = patch_label(self._patch.patch, self.look, self.inner_width - 26)
        return Content.assemble(label, (" is merged after", self.look.text))

    def footing(self) -> Content:
        """Show the filter, or how many rows are out of sight."""
        return self._list.foot(self.look) or self._list.beyond(self.look)

    def body(self, width: int, height: int) -> Sequence[Content]:
        """Draw the patches."""
        rows = self._list.drawn(width, height, self.look)
        told = "No patch holds that." if self._list.wanted else "There is no other open patch."
        return rows or [Content.styled(told, self.look.text)]

    def keys(self) -> Sequence[tuple[str, str]]:
        """Give the keys for the patch under the cursor."""
        row = self._list.current
        word = "drop it" if row and row.key in self._needed else "depend on it"
        enter = self.look.signs.enter
        return ((enter, word), ("letter", "that patch"), ("/", "filter"), ("esc", "back"))

    def press(self, event: events.Key) -> bool:
        """Answer a key."""
        if self._list.press_filter(event):
            self.redraw()
            return True
        row = self._list.current
        if event.key == "enter" and row is not None:
            self.dismiss((row.key, row.key not in self._needed))
            return True
        if self._list.press(event.key):
            self.redraw()
            return True
        letter = letter_of_key(event.key)
        for one in self._list.rows:
            if letter and self._board.patch_by_id[one.key].patch.letter == letter:
                self.dismiss((one.key, one.key not in self._needed))
                return True
        return False
