"""A row at the foot of a screen that asks for a word and says what came of it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content

from tui.present.text import width_of
from tui.widgets.line_input import LineInput
from tui.widgets.lines import Lines


class AskBar(Horizontal):
    """Label, field and note. Hidden until it asks; what is typed arrives as `LineInput.Changed`."""

    DEFAULT_CSS = """
    AskBar { height: 1; display: none; }
    AskBar > #asked { width: auto; }
    AskBar > #wanted { width: 1fr; }
    AskBar > #found { width: 16; }
    """
    _ROOM = 16
    """Cells for the note."""

    def __init__(self) -> None:
        super().__init__(id="bar")
        self._asked, self._found = Lines(id="asked"), Lines(id="found")
        self._field = LineInput(id="wanted")
        self._asking = False

    def compose(self) -> ComposeResult:
        """Put the row together; Textual calls this."""
        yield self._asked
        yield self._field
        yield self._found

    @property
    def asking(self) -> bool:
        """Whether something is asked for."""
        return self._asking

    @property
    def value(self) -> str:
        """What is typed."""
        return self._field.value

    def ask(self, label: Content, value: str) -> None:
        """Ask; what is there already is replaced by the first character typed."""
        self._asking = self.display = True
        self.name_it(label)
        self._found.show([Content("")])
        self._field.value = value
        self._field.action_select_all()
        self.screen.set_focus(self._field)

    def name_it(self, label: Content) -> None:
        """Say what is asked for; what is typed stays."""
        self._asked.styles.width = label.cell_length + 2
        self._asked.show([" " + label])

    def note(self, said: Content) -> None:
        """Say what came of what is typed."""
        self._found.show([Content.blank(max(0, self._ROOM - 1 - width_of(said.plain))) + said])

    def stop(self) -> None:
        """Ask no more."""
        self._asking = self.display = False
