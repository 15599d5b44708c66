"""A text area for one place of a conflict; what is typed is the place's text when it is taken."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from textual import events, on
from textual.app import ComposeResult
from textual.content import Content

from tui.dialogs.help import HelpDialog
from tui.language import language_of
from tui.present import bars
from tui.present.frame import keys_line, last_key
from tui.present.text import padded
from tui.registry import PLACE
from tui.screens.left_once import LeftOnce
from tui.text_shape import shaped
from tui.typed_places import TypedPlaces
from tui.widgets.lines import Lines
from tui.widgets.typing_area import TypingArea
from tui.workbench import Workbench


class PlaceText(NamedTuple):
    """A text for a place, and whether it is to be taken; None where nothing was typed."""

    text: str | None
    taken: bool


class PlaceBegun(NamedTuple):
    """What editing a place begins with: its text, what was typed before and not taken, and its file."""

    text: str
    typed: str | None
    path: str


class PlaceTextScreen(LeftOnce[PlaceText]):
    """Its keys are the registry's: one takes the text, one leaves the place and gives the text to be kept.

    What was typed before and not taken is shown until all of it is deleted. `typed` is told the text at every
    change, None where nothing is typed; what `places` can't keep on the disk is said.
    """

    AUTO_FOCUS = ""
    KEEPS = True
    ESCAPE_TO_MINIMIZE = False
    DEFAULT_CSS = """
    PlaceTextScreen { layout: vertical; overflow: hidden; }
    PlaceTextScreen > #header, PlaceTextScreen > #footer { height: 1; }
    PlaceTextScreen > #text { height: 1fr; border: none; padding: 0; }
    """

    def __init__(
        self,
        bench: Workbench,
        name: Content,
        begun: PlaceBegun,
        places: TypedPlaces,
        typed: Callable[[str | None], None],
    ) -> None:
        super().__init__(bench.ahead)
        self._bench, self._heading, self._begun = bench, name, begun
        self._places, self._tell_typed = places, typed
        self._shape = shaped(begun.text if begun.typed is None else begun.typed)
        self._header, self._footer = Lines(id="header"), Lines(id="footer")
        self._area = TypingArea.on(self._shape.shown, begun.path, bench.look)
        self._area.answer = self._answer
        self._command_of = bench.look.keymap.by_key(PLACE.commands)

    def compose(self) -> ComposeResult:
        """Put the screen together; Textual calls this."""
        yield from (self._header, self._area, self._footer)

    def on_mount(self) -> None:
        """Draw, and be what shows that the text can't be written."""
        self._area.language = language_of(self._begun.path)
        self._places.on_problem = self._draw
        self._draw()

    async def listen(self) -> None:
        """Take what is typed as text from now on, first what was typed ahead."""
        self.set_focus(self._area)
        await super().listen()

    def on_resize(self) -> None:
        """Fit the terminal."""
        self._draw()

    def _draw(self) -> None:
        look, width = self._bench.look, self.app.size.width
        head = Content.assemble(" ", self._heading, (f" {look.signs.dot} the text of this place", look.text))
        self._header.show([padded(head, width).stylize_before(look.bar)])
        keys = [
            (look.keymap.shown("take-place"), "take it"),
            (last_key(look.keymap.all_shown("help")), "help"),
            (look.keymap.shown("leave-place"), "back: your text is kept, the place stays as it was"),
        ]
        lines = [padded(" " + keys_line(keys, look), width).stylize_before(look.bar)]
        if self._places.problem:
            lines = bars.said(width, look, self._places.problem, failed=True)
        self._footer.styles.height = len(lines)
        self._footer.show(lines)

    def _answer(self, event: events.Key) -> bool:
        """Run the command of a key that types nothing; gives whether there was one."""
        command = self._command_of.get(event.key)
        if command is None or event.is_printable:
            return False
        if command.id == "take-place":
            self.dismiss(PlaceText(self._text, taken=True))
        elif command.id == "leave-place":
            self.dismiss(PlaceText(self._typed, taken=False))
        else:
            self.app.push_screen(HelpDialog(self._bench, PLACE))
        return True

    @on(TypingArea.Changed)
    def _changed(self) -> None:
        self._tell_typed(self._typed)

    @property
    def _text(self) -> str:
        self._area.put_gathered()
        return self._shape.restored(self._area.text)

    @property
    def _typed(self) -> str | None:
        text = self._text
        return None if text in ("", self._begun.text) else text
