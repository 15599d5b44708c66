"""A text area for one place of a conflict; what is typed is the place's text when it is taken."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import TextArea

from tui.present.frame import keys_line
from tui.present.text import padded
from tui.present.text_area import text_area_theme
from tui.screens.left_once import LeftOnce
from tui.text_shape import shaped
from tui.widgets.lines import Lines
from tui.workbench import Workbench


class PlaceText(NamedTuple):
    """A text for a place, and whether it is to be taken; None where nothing was typed."""

    text: str | None
    taken: bool


class PlaceTextScreen(LeftOnce[PlaceText]):
    """`ctrl+s` or `F2` takes the text, `esc` leaves the place as it was and gives the text to be kept.

    `typed` was typed before and not taken: that is shown then, until all of it is deleted.
    """

    AUTO_FOCUS = "#text"
    ESCAPE_TO_MINIMIZE = False
    DEFAULT_CSS = """
    PlaceTextScreen { layout: vertical; overflow: hidden; }
    PlaceTextScreen > #header, PlaceTextScreen > #footer { height: 1; }
    PlaceTextScreen > #text { height: 1fr; border: none; padding: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s,f2", "take", "take", priority=True),
        Binding("escape", "back", "back", priority=True),
    ]

    def __init__(
        self, bench: Workbench, name: Content, text: str, language: str | None, typed: str | None = None
    ) -> None:
        super().__init__()
        self._bench, self._heading, self._language = bench, name, language
        self._begun = text
        self._shape = shaped(text if typed is None else typed)

    def compose(self) -> ComposeResult:
        """Put the screen together; Textual calls this."""
        look = self._bench.look
        area = TextArea(
            self._shape.shown,
            language=self._language,
            soft_wrap=False,
            show_line_numbers=True,
            tab_behavior="indent",
            highlight_cursor_line=look.highlight in ("dark", "light"),
            id="text",
        )
        theme = text_area_theme(look)
        area.register_theme(theme)
        area.theme = theme.name
        area.cursor_blink = False
        yield Lines(id="header")
        yield area
        yield Lines(id="footer")

    def on_mount(self) -> None:
        """Draw."""
        self._draw()

    def on_resize(self) -> None:
        """Fit the terminal."""
        self._draw()

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        look, width = self._bench.look, self.app.size.width
        head = Content.assemble(" ", self._heading, (f" {look.signs.dot} the text of this place", look.text))
        keys = keys_line(
            [("F2", "take it"), ("esc", "back: your text is kept, the place stays as it was")], look
        )
        self.query_one("#header", Lines).show([padded(head, width).stylize_before(look.bar)])
        self.query_one("#footer", Lines).show([padded(" " + keys, width).stylize_before(look.bar)])

    def action_take(self) -> None:
        """Give the text, to be taken."""
        self.dismiss(PlaceText(self._text, taken=True))

    def action_back(self) -> None:
        """Give the text, to be kept, where something was typed."""
        text = self._text
        self.dismiss(PlaceText(None if text in ("", self._begun) else text, taken=False))

    @property
    def _text(self) -> str:
        return self._shape.restored(self.query_one("#text", TextArea).text)
