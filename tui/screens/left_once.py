"""Screens that are left once, however many keys that leave them are waiting."""

from __future__ import annotations

from textual.await_complete import AwaitComplete
from textual.screen import ScreenResultType

from tui.screens.behind import Behind


class LeftOnce(Behind[ScreenResultType]):
    """A screen whose leaving takes no other one along: Textual takes away whichever lies on top."""

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Leave, with a result; nothing happens to one that has been left already."""
        return super().dismiss(result) if self.app.screen is self else AwaitComplete()

    @property
    def escapes(self) -> int:
        """How many times esc is pressed until the screen is left: each goes back one step."""
        return 1

    def is_elsewhere(self, label: str) -> str:
        """Say of a key of the session screen's that its command is there, and how one comes there."""
        above = [one for one in self.app.screen_stack[1:] if isinstance(one, LeftOnce)]
        count = sum(one.escapes for one in above)
        times = "" if count == 1 else f" {count} times"
        return f"{label}: on the session screen; esc{times} goes back there."
