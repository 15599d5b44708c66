"""Dialogs that ask for one key, or for a typed name, before something with a wide reach is done."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from textual import events
from textual.content import Content
from textual.widget import Widget

from tui.dialogs.base import Dialog
from tui.dialogs.rows import FilteredRows, Row
from tui.present.text import cut_right
from tui.widgets.line_input import LineInput
from tui.workbench import Workbench

_AROUND = 6
"""Rows of a dialog that are not its lines: borders, keys, and some of the screen behind."""
Lines = Callable[[int], Sequence[Content]]
"""Gives the lines for a width."""


class ConfirmDialog(Dialog[str]):
    """Shows lines and gives the key that was pressed, of those offered; the lines scroll and are filtered."""

    def __init__(self, bench: Workbench, title: Content, lines: Lines, answers: Mapping[str, str]) -> None:
        super().__init__(bench)
        self._title, self._lines, self._answers = title, lines, dict(answers)
        self._found = FilteredRows()
        self._top = 0
        self._told = False

    def heading(self) -> Content:
        """Give the title."""
        return self._title

    def footing(self) -> Content:
        """Show the filter."""
        return self._found.foot(self.look)

    def body(self, width: int, height: int) -> Sequence[Content]:
        """Give the lines from where it is scrolled to."""
        self._found.replace([Row(str(at), line) for at, line in enumerate(self._lines(width))])
        lines = [row.content for row in self._found.rows]
        told = [Content.styled(cut_right(self._needed(), width), self.look.warn)] if self._told else []
        height -= len(told)
        if len(lines) <= height:
            return [*lines, *told]
        self._top = max(0, min(self._top, len(lines) - height + 1))
        below = len(lines) - self._top - height + 1
        more = Content.styled(f"  {below} more below" if below else "  end", self.look.dim)
        return [*lines[self._top : self._top + height - 1], more, *told]

    def _needed(self) -> str:
        """Say which keys answer."""
        wanted = " or ".join(f"{key} to {word}" for key, word in self._answers.items())
        return f"Press {wanted}." if wanted else "Press esc to go back."

    def keys(self) -> Sequence[tuple[str, str]]:
        """Give the answers and the way back; a filter that is being typed is no answer."""
        if self._found.typing:
            return ((self.look.signs.enter, "keep the filter"), ("esc", "all again"))
        shown = [
            (self.look.signs.enter if key == "enter" else key, word) for key, word in self._answers.items()
        ]
        long = len(self._lines(self.inner_width)) > self.app.size.height - _AROUND
        return (*shown, *([("/", "filter")] if long else []), ("esc", "back"))

    def press(self, event: events.Key) -> bool:
        """Answer a key."""
        steps = {"down": 1, "j": 1, "up": -1, "k": -1, "pagedown": 10, "pageup": -10}
        if self._found.press_filter(event):
            self._top = 0
            self.redraw()
        elif event.key in self._answers:
            self.dismiss(event.key)
        elif event.key == "enter":
            self._told = True
            self.redraw()
        elif event.key in steps:
            self._top += steps[event.key]
            self.redraw()
        else:
            return False
        return True


class TypedNameDialog(Dialog[str]):
    """Shows what would be lost, and gives the name that was typed to confirm it."""

    OPENS_ON_FIELD = True

    def __init__(self, bench: Workbench, title: Content, lines: Lines, wanted: str) -> None:
        super().__init__(bench)
        self._title, self._lines, self._wanted = title, lines, wanted
        self._wrong = False

    def heading(self) -> Content:
        """Give the title."""
        return self._title

    def fields(self) -> Sequence[Widget]:
        """Give the field."""
        return (LineInput(id="typed"),)

    def body(self, width: int, height: int) -> Sequence[Content]:
        """Say what would be lost, and what has to be typed."""
        look = self.look
        lines = list(self._lines(width))[: height - 2]
        name = cut_right(self._wanted, width - 30, look.signs.ellipsis)
        hint = Content.assemble(
            ("Type the session's name, ", look.text), (name, look.strong), (":", look.text)
        )
        wrong = [Content.styled("That is not its name.", look.bad)] if self._wrong else []
        return [*lines, Content(""), *wrong, hint]

    def keys(self) -> Sequence[tuple[str, str]]:
        """Give the keys."""
        return ((self.look.signs.enter, "abandon it"), ("esc", "back"))

    def press(self, event: events.Key) -> bool:
        """Answer a key."""
        if event.key != "enter":
            return False
        typed = self.query_one("#typed", LineInput).value.strip()
        if typed == self._wanted:
            self.dismiss(typed)
        else:
            self._wrong = True
            self.redraw()
        return True
