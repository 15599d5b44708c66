"""A one-line input that takes no control characters and answers keys in their order."""

from __future__ import annotations

from textual import events
from textual.widgets import Input

from tui.present.text import visible
from tui.widgets.in_order import Gathering, acted_in_order, actions_by_key, is_escape_and_key


class LineInput(Input, Gathering):
    """An `Input` one row high, whose value is always printable.

    A value that is a suggestion is replaced by the first character typed. Enter is the dialog's.
    """

    DEFAULT_CSS = """
    LineInput:ansi { text-style: underline; }
    LineInput:ansi > .input--cursor {
        background: ansi_default;
        color: ansi_default;
        text-style: reverse;
    }
    """
    """Without colours the field is a line, and the cursor is told from it."""
    ALLOW_SELECT = False
    _actions = actions_by_key(Input.BINDINGS, without=("enter",))

    def __init__(
        self, value: str = "", *, placeholder: str = "", id: str | None = None, suggested: bool = False
    ) -> None:
        super().__init__(
            visible(value), placeholder=visible(placeholder), id=id, compact=True, select_on_focus=suggested,
            classes="field",
        )  # fmt: skip

        self.cursor_blink = False

    async def on_key(self, event: events.Key) -> None:
        """Run what a key is bound to before any later key is taken as text."""
        if not event.is_printable:
            self.put_gathered()
        if await acted_in_order(self, event, self._actions) or not event.is_printable:
            return
        if not is_escape_and_key(event):
            self.gather(event.character or "")
        event.stop()
        event.prevent_default()

    def on_paste(self) -> None:
        """Put in what came before what is pasted; the pasted line is Textual's to take."""
        self.put_gathered()

    def put(self, text: str) -> None:
        """Put characters in where the cursor is, in place of what is selected."""
        if self.selection.is_empty:
            self.insert_text_at_cursor(text)
        else:
            self.replace(text, *self.selection)

    def validate_value(self, value: str) -> str:
        """Make what was typed or pasted printable."""
        return visible(value, newline="space")
