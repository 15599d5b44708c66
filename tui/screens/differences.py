"""Differences on the whole screen: of one editor, or of every definition in a patch."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.screen import Screen

from tui.present.differences import DiffLine, diff_line
from tui.present.frame import boxed, keys_line
from tui.present.text import padded
from tui.widgets.lines import Lines
from tui.workbench import Workbench


class DifferencesScreen(Screen[None]):
    """Shows lines that scroll."""

    AUTO_FOCUS = ""
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    DifferencesScreen { layout: vertical; overflow: hidden; }
    DifferencesScreen > #footer { height: 1; }
    """

    def __init__(self, bench: Workbench, title: Content, lines: Sequence[Content | DiffLine]) -> None:
        super().__init__()
        self._bench, self._heading, self._lines = bench, title, lines
        self._top = 0

    def compose(self) -> ComposeResult:
        """Put the screen together; Textual calls this."""
        yield Lines(id="body")
        yield Lines(id="footer")

    def on_mount(self) -> None:
        """Draw, and listen to what was typed ahead."""
        self._draw()
        for key in self._bench.ahead.take():
            self.app.post_message(events.Key(key.key, key.character))

    def on_resize(self) -> None:
        """Fit the terminal."""
        self._draw()

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        look, (width, height) = self._bench.look, self.app.size
        rows = height - 3
        self._top = max(0, min(self._top, len(self._lines) - rows))
        shown = [
            diff_line(one, width - 2, look) if isinstance(one, DiffLine) else padded(" " + one, width - 2)
            for one in self._lines[self._top : self._top + rows]
        ]
        end = min(self._top + rows, len(self._lines))
        foot = Content.styled(f"{end} of {len(self._lines)} lines", look.dim)
        self.query_one("#body", Lines).show(
            boxed(shown, width, height - 1, self._heading, foot, look, look.active)
        )
        keys = keys_line((("j k", "scroll"), ("g G", "ends"), ("esc", "back")), look)
        self.query_one("#footer", Lines).show([padded(" " + keys, width).stylize_before(look.bar)])

    def on_key(self, event: events.Key) -> None:
        """Scroll, or go back."""
        page = max(1, self.app.size.height - 4)
        steps = {
            "down": 1, "j": 1, "up": -1, "k": -1, "pagedown": page, "space": page, "pageup": -page,
            "g": -(10**9), "home": -(10**9), "G": 10**9, "end": 10**9,
        }  # fmt: skip
        if event.key in steps:
            self._top = max(0, min(self._top + steps[event.key], len(self._lines)))
            self._draw()
        elif event.key in ("escape", "q", "d", "enter"):
            self.dismiss(None)
        else:
            return
        event.stop()
        event.prevent_default()
