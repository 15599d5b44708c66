"""Differences on the whole screen: of one editor, of every definition in a patch, of an entry of the log."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.content import Content

from tui.dialogs.help import HelpDialog
from tui.present import bars
from tui.present.differences import Section
from tui.present.frame import keys_that_fit
from tui.present.layout import WORDS_FROM
from tui.present.text import padded
from tui.registry import DIFFERENCES
from tui.saying import Says
from tui.screens.commanded import elsewhere
from tui.screens.left_once import LeftOnce
from tui.unanswered import unanswered
from tui.widgets.diff_pane import DiffPane, diff_hints
from tui.widgets.lines import Lines
from tui.workbench import Workbench


class DifferencesScreen(Says, LeftOnce[None]):
    """Shows sections of differences, or the words `empty` where there are none."""

    AUTO_FOCUS = ""
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    DifferencesScreen { layout: vertical; overflow: hidden; }
    DifferencesScreen > #footer { height: 1; }
    """

    def __init__(
        self, bench: Workbench, title: Content, sections: Sequence[Section], empty: str = "Nothing differs."
    ) -> None:
        super().__init__(bench.ahead)
        self._bench, self.saying = bench, bench.saying
        self._pane, self._footer = DiffPane(bench.look, id="body"), Lines(id="footer")
        self._pane.put(title, sections, empty)
        self._elsewhere = elsewhere(bench.look.keymap, DIFFERENCES.commands)

    def compose(self) -> ComposeResult:
        """Put the screen together; Textual calls this."""
        yield self._pane
        yield self._footer

    def on_mount(self) -> None:
        """Draw."""
        self._draw()

    def on_resize(self) -> None:
        """Fit the terminal."""
        self._draw()

    def _draw(self) -> None:
        look, width = self._bench.look, self.app.size.width
        if self.said.message:
            self._footer.show(bars.said(width, look, *self.said, rows=1))
            return
        always = ((look.keymap.shown("help"), "help"), ("esc", "back"))
        keys = keys_that_fit(diff_hints(look, width >= WORDS_FROM), always, width - 2, look)
        self._footer.show([padded(" " + keys, width).stylize_before(look.bar)])

    def draw_said(self) -> None:
        """Draw what is said."""
        self._draw()

    def on_key(self, event: events.Key) -> None:
        """Hand a key to the differences, or go back; one of the session screen says where it is."""
        if event.key in ("escape", "q", "d", "enter"):
            self.dismiss(None)
        elif event.key in self._bench.look.keymap.keys["help"]:
            self.app.push_screen(HelpDialog(self._bench, DIFFERENCES))
        elif self._pane.press(event.key):
            pass
        elif event.key in self._elsewhere:
            self.say(self.is_elsewhere(self._elsewhere[event.key]), failed=True)
        elif told := unanswered(self._bench.look.keymap, event):
            self.say(told, failed=True)
        else:
            return
        event.stop()
        event.prevent_default()
