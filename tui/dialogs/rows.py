"""A list of rows with a cursor, drawn as lines and moved by keys. Takes no key that it does not need."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual import events
from textual.content import Content

from tui.finding import admits
from tui.place import scrolled
from tui.present.finding import filter_line, of_all, out_of_sight
from tui.present.look import Look
from tui.present.text import padded

_STEPS = {"down": 1, "up": -1, "j": 1, "k": -1, "pagedown": 10, "pageup": -10}
_ENDS = {"g": 0, "home": 0, "G": -1, "end": -1}
KEYS = {"first": "home", "last": "end", "page-down": "pagedown", "page-up": "pageup"}
"""The keys by which lists know the commands that move."""
TYPED = frozenset({"j", "k", "g", "G", "home", "end"})
"""Keys that belong to the text while somebody types."""


class Row(NamedTuple):
    """One row: what it stands for, and how it looks."""

    key: str
    content: Content
    text: str = ""
    """What a filter looks at; where it is empty, what is shown."""


class RowList:
    """Rows, the cursor among them, and the first one that is visible."""

    def __init__(self, rows: Sequence[Row] = (), cursor: int = 0) -> None:
        self.rows = tuple(rows)
        self.cursor = cursor
        self._top = 0
        self._height: int | None = None
        """How many rows were drawn last."""

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if 0 <= self.cursor < len(self.rows) else None

    def replace(self, rows: Sequence[Row]) -> None:
        """Take other rows; the cursor stays on its row where that is still there."""
        key = self.current.key if self.current else None
        self.rows = tuple(rows)
        keys = [row.key for row in self.rows]
        self.cursor = keys.index(key) if key in keys else min(self.cursor, max(0, len(keys) - 1))

    def press(self, key: str, typing: bool = False) -> bool:
        """Move the cursor; give whether the key did that."""
        if typing and key in TYPED:
            return False
        last = len(self.rows) - 1
        if key in _STEPS:
            self.cursor = max(0, min(self.cursor + _STEPS[key], last))
        elif key in _ENDS:
            self.cursor = last if _ENDS[key] else 0
        else:
            return False
        return True

    def window(self, height: int) -> range:
        """Give the indexes of at most `height` rows to draw, scrolled so that the cursor is among them."""
        self._height = height
        self._top = scrolled(self._top, self.cursor, len(self.rows), height)
        return range(self._top, min(self._top + height, len(self.rows)))

    def beyond(self, look: Look) -> Content:
        """Say how many rows are out of sight, for a border; empty where all are seen."""
        if self._height is None:
            return Content("")
        return Content.styled(out_of_sight(self._top, self._height, len(self.rows)), look.dim)

    def drawn(self, width: int, height: int, look: Look, active: bool = True) -> list[Content]:
        """Draw at most `height` rows with the cursor's row marked."""
        lines = []
        for index in self.window(height):
            line = padded(self.rows[index].content, width)
            if index == self.cursor:
                line = line.stylize(look.cursor if active else look.lit)
            lines.append(line)
        return lines


def letter_of_key(key: str) -> str:
    """Give the patch's letter that a key stands for; empty for other characters and for keys with names."""
    return key.upper() if len(key) == 1 and key.isascii() and key.isalpha() else ""


class FilteredRows(RowList):
    """Rows that a filter narrows: `/` begins it, enter keeps it, esc shows all again."""

    def __init__(self, rows: Sequence[Row] = (), cursor: int = 0) -> None:
        super().__init__(rows, cursor)
        self.every = tuple(rows)
        self.wanted = ""
        self.typing = False

    @property
    def count(self) -> str:
        """How many rows there are, of how many where a filter leaves some out."""
        return of_all(len(self.rows), len(self.every))

    def replace(self, rows: Sequence[Row]) -> None:
        """Take other rows, those of them that the filter leaves."""
        self.every = tuple(rows)
        super().replace([row for row in rows if admits(row.text or row.content.plain, self.wanted)])

    def press_filter(self, event: events.Key) -> bool:
        """Take a key for the filter; give whether it was one. To be asked before anything else."""
        if not self.typing:
            if event.key == "slash":
                self.typing = True
            elif event.key == "escape" and self.wanted:
                self.wanted = ""
            else:
                return False
        elif event.key in ("enter", "tab", "escape"):
            self.typing = False
            self.wanted = "" if event.key == "escape" else self.wanted
        elif event.key in ("backspace", "ctrl+u"):
            self.wanted = self.wanted[:-1] if event.key == "backspace" else ""
        elif event.is_printable and event.character:
            self.wanted += event.character
        else:
            return False
        self.replace(self.every)
        return True

    def foot(self, look: Look) -> Content:
        """Show the filter with the count of what it leaves, for a border; empty without one."""
        shown = self.shown_filter(look)
        return shown + Content.styled(f"  {self.count}", look.dim) if shown.plain else shown

    def shown_filter(self, look: Look) -> Content:
        """Show the filter, for a border; empty without one."""
        return filter_line(self.wanted, self.typing, look)
