"""The dialog that asks which patch an editor contributes to (R9). Opens on its list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import NamedTuple

from textual import events
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from store import rules
from store.errors import PatchbayError
from store.ground.containers import FILE
from store.model import EditorContext
from store.views import PatchView
from tui.dialogs.base import Dialog
from tui.dialogs.rows import FilteredRows, Row, letter_of_key
from tui.present.board import Board, patch_text
from tui.present.states import LONG, MEDIUM, state_of
from tui.present.text import cut_right, definition_name, padded, visible, wrapped
from tui.widgets.line_input import LineInput
from tui.workbench import Workbench


class Assignment(NamedTuple):
    """What was chosen: a patch, the name of a new one, or to take the editor out of its patch."""

    patch: str | None = None
    new_patch: str | None = None
    unassign: bool = False


def suggested_name(target: str, taken: Sequence[str]) -> str:
    """Make a patch name from the last two parts of a definition's name; a file gives its name's stem."""
    path, in_file, key = target.removesuffix(FILE).partition(":")
    if in_file or target.endswith(FILE):
        path = PurePosixPath(path).stem
    parts = [part for part in (*path.split("."), *key.split(".")) if part][-2:]
    words = re.sub(r"[^\w]+", "-", "-".join(parts), flags=re.UNICODE).strip("-_").lower()[:60]
    name = words or "new-patch"
    number = 2
    while name in taken:
        name = f"{words}-{number}"
        number += 1
    return name


class AssignDialog(Dialog[Assignment]):
    """A letter or digit picks a patch at once; `n`, or down past the end, names a new one; `-` unassigns.

    Where there is no patch to choose, the cursor is on the new one, and enter takes its suggested name. A
    name that will not do is refused here, and stays.
    """

    def __init__(
        self,
        bench: Workbench,
        board: Board,
        editor: EditorContext,
        choices: Sequence[PatchView],
        *,
        by_itself: bool = False,
        together: Sequence[EditorContext] = (),
        into: str | None = None,
    ) -> None:
        """`into` is the patch that the cursor begins on, where it is not the editor's own."""
        super().__init__(bench, by_itself=by_itself)
        self._together = tuple(together)
        self._board, self._editor, self._choices = board, editor, tuple(choices)
        taken = [one.patch.name for one in board.open_patches]
        self._suggestion = suggested_name(editor.target, taken)
        self._list = FilteredRows(self._rows())
        keys = [row.key for row in self._list.rows]
        first = into or editor.patch_id
        if first in keys:
            self._list.cursor = keys.index(first)
        self._naming, self._wrong = False, ""

    def heading(self) -> Content:
        """Name the editor, or number those that are assigned together."""
        if len(self._together) > 1:
            numbers = ", ".join(str(one.number) for one in self._together)
            shown = cut_right(numbers, self.inner_width - 24, self.look.signs.ellipsis)
            return Content.assemble(f"Assign {len(self._together)} editors: ", (shown, self.look.strong))
        name = definition_name(
            self._editor.target,
            self.inner_width - 16,
            self.look.dim,
            self.look.strong,
            self.look.signs.ellipsis,
        )
        return Content.assemble(f"Assign editor {self._editor.number} ", name)

    def fields(self) -> Sequence[Widget]:
        """Give the field for a new patch's name."""
        return (LineInput(self._suggestion, id="name", suggested=True),)

    def _rows(self) -> list[Row]:
        return [Row(one.patch.id, self._row(one), patch_text(one)) for one in self._choices]

    def _row(self, one: PatchView) -> Content:
        look, width = self.look, self.inner_width
        patch = one.patch
        state = state_of(one, self._board.numbers, look, LONG if width > 80 else MEDIUM)
        if patch.marked_ready and patch.id != self._editor.patch_id:
            back = f" {look.signs.arrow} back to draft"
            state = Content.assemble(state_of(one, self._board.numbers, look, MEDIUM), (back, look.warn))
        if patch.id == self._editor.patch_id:
            state = Content.assemble(state, (f" {look.signs.dot} here now", look.good))
        whose = "" if patch.created_by == self.bench.user else f" {cut_right(patch.created_by, 8)}"
        column = max(20, width * 55 // 100)
        letters = self._board.letter_width
        head = Content.assemble(
            (f"{visible(patch.letter):<{letters}}", look.hue(patch.letter) + Style(bold=True)),
            f" {look.sign(patch.status, one.ready_to_merge)} ",
        )
        room = column - head.cell_length - len(whose) - 1
        name = cut_right(patch.name, room, look.signs.ellipsis)
        label = Content.assemble(head, (name, look.strong), (whose, look.italic))
        return Content.assemble(padded(label, column), state)

    def footing(self) -> Content:
        """Show the filter, or how many rows are out of sight."""
        return self._list.foot(self.look) or self._list.beyond(self.look)

    def body(self, width: int, height: int) -> Sequence[Content]:
        """Draw the list and the heading of the field below it."""
        look = self.look
        wrong = wrapped(self._wrong, width, 3) if self._wrong else []
        rows = max(1, height - 2 - len(wrong))
        lines = self._list.drawn(width, rows, look, active=not self._naming)
        if self._naming or not self._choices:
            row = Content.assemble(f"  {look.signs.new} ", ("New patch, named:", look.strong))
            row = row if self._naming else padded(row, width).stylize(look.cursor)
            return [*lines, *(Content.styled(line, look.bad) for line in wrong), row]
        new = (("New patch (", look.dim), ("n", look.key), (")", look.dim))
        return [*lines, Content.assemble(f"  {look.signs.new} ", *new)]

    def keys(self) -> Sequence[tuple[str, str]]:
        """Give the keys for what has the cursor."""
        if self._naming:
            return ((self.look.signs.enter, "create and assign"), ("up", "list"), ("esc", "unassigned"))
        if not self._choices:
            names = (("n", "another name"), ("esc", "unassigned"))
            return ((self.look.signs.enter, "create and assign"), *names)
        found = [("letter", "that patch"), (self.look.signs.enter, "this one"), ("n", "new"), ("/", "filter")]
        if self._editor.patch_id is not None:
            return (*found, ("-", "unassign"), ("esc", "back"))
        return (*found, ("esc", "unassigned"))

    def press(self, event: events.Key) -> bool:
        """Answer a key."""
        done = self._press_name(event.key) if self._naming else self._press_list(event)
        if done:
            self.redraw()
        return done

    def _press_name(self, key: str) -> bool:
        if key == "enter":
            self._create()
        elif key in ("up", "shift+tab"):
            self._naming, self._wrong = False, ""
            self.set_focus(None)
        else:
            return False
        return True

    def _create(self) -> None:
        """Answer with a new patch of the name in the field, or say why that will not do."""
        field = self.query_one("#name", LineInput)
        name = field.value.strip() or self._suggestion
        try:
            rules.check_patch_name((self.bench.board or self._board).view.state, name)
        except PatchbayError as error:
            self._naming, self._wrong = True, error.message
            self.set_focus(field)
        else:
            self.dismiss(Assignment(new_patch=name))

    def _press_list(self, event: events.Key) -> bool:
        key = event.key
        if self._choices and self._list.press_filter(event):
            return True
        at_end = self._list.cursor >= len(self._list.rows) - 1
        if key in ("n", "tab") or (key in ("down", "j") and at_end):
            self._naming = True
            self.set_focus(self.query_one("#name"))
        elif key == "enter" and not self._choices:
            self._create()
        elif key == "enter" and self._list.current is not None:
            self.dismiss(Assignment(patch=self._list.current.key))
        elif key == "minus" and self._editor.patch_id is not None:
            self.dismiss(Assignment(unassign=True))
        elif not self._list.press(key):
            return self._press_pick(event.key)
        return True

    def _press_pick(self, key: str) -> bool:
        digit, letter = "123456789".find(key) if len(key) == 1 else -1, letter_of_key(key)
        if 0 <= digit < len(self._list.rows):
            self.dismiss(Assignment(patch=self._list.rows[digit].key))
            return True
        listed = {row.key for row in self._list.rows}
        for one in self._choices:
            if letter and one.patch.letter == letter and one.patch.id in listed:
                self.dismiss(Assignment(patch=one.patch.id))
                return True
        return False
