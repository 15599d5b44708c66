"""The dialog that picks one value to filter a list by, or all."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content

from tui.dialogs.base import Dialog
from tui.dialogs.rows import Row, RowList
from tui.present.text import cut_right, padded
from tui.workbench import Workbench

Value = tuple[str, str, int]
"""A value, its label, and how many entries have it."""


class ValuesDialog(Dialog[str]):
    """Lists values with their counts; gives the one chosen, an empty text for all."""

    def __init__(self, bench: Workbench, title: str, values: Sequence[Value], present: str | None) -> None:
        super().__init__(bench)
        self._title = title
        rows = [Row("", Content.styled("all", self.look.text))]
        rows += [Row(value, self._row(label, count)) for value, label, count in values]
        keys = [row.key for row in rows]
        self._list = RowList(rows, keys.index(present) if present in keys else 0)

    def _row(self, label: str, count: int) -> Content:
        room = self.inner_width - 10
        name = Content.styled(cut_right(label, room - 1, self.look.signs.ellipsis), self.look.strong)
        return padded(name, room) + Content.styled(f"{count:>8}", self.look.dim)

    def heading(self) -> Content:
        """Give the title."""
        return Content.styled(self._title, self.look.strong)

    def body(self, width: int, height: int) -> Sequence[Content]:
        """Draw the values."""
        return self._list.drawn(width, height, self.look)

    def keys(self) -> Sequence[tuple[str, str]]:
        """Give the keys."""
        return ((self.look.signs.enter, "only this"), ("esc", "back"))

    def press(self, event: events.Key) -> bool:
        """Answer a key."""
        if event.key == "enter" and self._list.current is not None:
            self.dismiss(self._list.current.key)
        elif event.key == "q":
            self.dismiss(None)
        elif self._list.press(event.key):
            self.redraw()
        else:
            return False
        return True
