"""What every dialog shares: a box with a title, lines and its keys at the bottom, and when it listens."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from time import monotonic
from typing import TypeVar

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.color import Color
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.screen import ModalScreen
from textual.widget import Widget

from tui.present.frame import key_lines
from tui.present.look import Look
from tui.present.text import wrapped
from tui.screens.left_once import LeftOnce
from tui.type_ahead import Keystrokes
from tui.widgets.lines import Lines
from tui.workbench import Workbench

Result = TypeVar("Result")

DEAF_SECONDS = 0.5
"""How long a dialog that opened by itself ignores keys, from when it is seen."""


class Dialog(LeftOnce[Result], ModalScreen[Result]):
    """A box over the screen. Subclasses give the title, the lines and the keys; `esc` and `q` give None."""

    AUTO_FOCUS = ""
    CSS_PATH = "dialogs.tcss"
    KEEPS = True
    WIDEST = 92
    OPENS_ON_FIELD = False
    """What is typed goes into the first field from the beginning."""

    def __init__(self, bench: Workbench, *, by_itself: bool = False) -> None:
        super().__init__(bench.ahead)
        self.bench = bench
        self.look: Look = bench.look
        self._drawn_for = Size(0, 0)
        self._box = Vertical(id="box")
        self._body_lines, self._key_lines = Lines(id="lines"), Lines(id="keys")
        self._fields: tuple[Widget, ...] = ()
        self._deaf_until = inf if by_itself else 0.0
        self._told_once = ""

    # What subclasses say

    def heading(self) -> Content:
        """Give the title."""
        return Content("")

    def footing(self) -> Content:
        """Give what stands in the lower border."""
        return Content("")

    def body(self, width: int, height: int) -> Sequence[Content]:
        """Give the lines, at most `height` of `width` cells."""
        return ()

    def keys(self) -> Sequence[tuple[str, str]]:
        """Give the keys with what they do."""
        return (("esc", "back"),)

    def fields(self) -> Sequence[Widget]:
        """Give the widgets between the lines and the keys."""
        return ()

    def press(self, event: events.Key) -> bool:
        """Answer a key; give whether it meant something."""
        return False

    # How it works

    def compose(self) -> ComposeResult:
        """Put the box together, filled, so that it is painted once; Textual calls this."""
        self._fields = tuple(self.fields())
        self._box = Vertical(self._body_lines, *self._fields, self._key_lines, id="box")
        self._box.styles.border = (
            "ascii" if self.look.signs.box[0] == "+" else "round",
            self.look.active.foreground or Color.parse("ansi_default"),
        )
        self._fill()
        yield self._box

    async def listen(self) -> None:
        """Listen from now on; a dialog that opened by itself drops the keys typed ahead."""
        if self._deaf:
            self.bench.ahead.drop()
            self._deaf_until = monotonic() + DEAF_SECONDS
        if self.OPENS_ON_FIELD:
            self.set_focus(self._fields[0])
        await super().listen()

    @property
    def _deaf(self) -> bool:
        return monotonic() < self._deaf_until

    @property
    def hears(self) -> bool:
        """Whether keys reach the dialog: a while after it is seen where it opened by itself."""
        return self.listening and not self._deaf

    def on_resize(self) -> None:
        """Fit the box to the terminal."""
        if self.app.size != self._drawn_for:
            self.redraw()

    def tell(self, message: str) -> None:
        """Say something above the keys until something is typed."""
        self._told_once = message
        self.redraw()

    def give(self, typed: Keystrokes) -> None:
        """Say it no longer; Textual's app gives all that is typed."""
        if self._told_once:
            self.tell("")
        super().give(typed)

    @property
    def inner_width(self) -> int:
        """How many cells a line has."""
        return max(10, min(self.WIDEST, self.app.size.width - 2) - 6)

    def redraw(self) -> None:
        """Draw the box again."""
        if self.is_mounted:
            self._fill()

    def _fill(self) -> None:
        self._drawn_for = self.app.size
        keys = self._fitting_keys()
        height = max(1, self.app.size.height - 4 - len(keys) - sum(one.display for one in self._fields))
        body = list(self.body(self.inner_width, height))
        self._box.styles.width = self.inner_width + 6
        self._box.border_title = self.heading()
        self._box.border_subtitle = self.footing()
        self._body_lines.styles.height = len(body)
        self._body_lines.show(body)
        self._key_lines.styles.height = len(keys) + 1
        self._key_lines.show([Content(""), *keys])

    def _fitting_keys(self) -> list[Content]:
        """Lay the keys out in as many lines as they need, below what is told."""
        rows: list[list[tuple[str, str]]] = [[]]
        used = 0
        for key, word in self.keys():
            size = cell_len(key) + cell_len(word) + 4
            if rows[-1] and used + size > self.inner_width:
                rows.append([])
                used = 0
            rows[-1].append((key, word))
            used += size
        told = [Content.styled(one, self.look.warn) for one in wrapped(self._told_once, self.inner_width)]
        shown = [line for row in rows for line in key_lines(row, self.inner_width, self.look)]
        return [*(told if self._told_once else ()), *shown]

    def on_key(self, event: events.Key) -> None:
        """Hand a key to the dialog."""
        if self._deaf or self.press(event):
            event.stop()
            event.prevent_default()
        elif event.key in ("escape", "q"):
            event.stop()
            self.dismiss(None)
