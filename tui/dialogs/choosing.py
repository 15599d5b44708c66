"""What dialogs that pick one row of a list have in common."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content

from tui.dialogs.base import Dialog
from tui.dialogs.rows import FilteredRows, Row
from tui.workbench import Workbench


class ChoosingDialog(Dialog[str]):
    """Lists rows; gives the key of the one chosen. `offer` fills it, once its width and look are known."""

    enter_label = "this one"
    """What enter does to the row."""
    leave_label = "back"
    """What esc does."""

    def __init__(self, bench: Workbench, title: Content) -> None:
        super().__init__(bench)
        self._title = title
        self._list = FilteredRows()

    def offer(self, rows: Sequence[Row], at: int = 0) -> None:
        """List these rows, the cursor on one of them."""
        self._list = FilteredRows(rows, at)

    def heading(self) -> Content:
        """Give the title, with the count where a filter leaves rows out."""
        count = f" {self._list.count}" if self._list.wanted else ""
        return Content.assemble(self._title, (count, self.look.dim))

    def footing(self) -> Content:
        """Show the filter, or how many rows are out of sight."""
        return self._list.shown_filter(self.look) or self._list.beyond(self.look)

    def body(self, width: int, height: int) -> Sequence[Content]:
        """Draw the rows."""
        return self._list.drawn(width, height, self.look)

    def keys(self) -> Sequence[tuple[str, str]]:
        """Give the keys."""
        return ((self.look.signs.enter, self.enter_label), ("/", "filter"), ("esc", self.leave_label))

    def press(self, event: events.Key) -> bool:
        """Answer a key."""
        if self._list.press_filter(event):
            self.redraw()
        elif event.key == "enter" and self._list.current is not None:
            self.dismiss(self._list.current.key)
        elif self._list.press(event.key):
            self.redraw()
        else:
            return False
        return True
