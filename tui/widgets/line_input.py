"""A one-line input that takes no control characters."""

from __future__ import annotations

from textual.widgets import Input

from tui.present.text import visible


class LineInput(Input):
    """An `Input` one row high, whose value is always printable."""

    ALLOW_SELECT = False

    def __init__(self, value: str = "", *, placeholder: str = "", id: str | None = None) -> None:
        super().__init__(
            visible(value), placeholder=visible(placeholder), id=id, compact=True, select_on_focus=False,
            classes="field",
        )  # fmt: skip

        self.cursor_blink = False

    def validate_value(self, value: str) -> str:
        """Make what was typed or pasted printable."""
        return visible(value, newline="space")
