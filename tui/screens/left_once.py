"""Screens that are left once, however many keys that leave them are waiting, and that answer only their own.

What is typed before such a screen listens, or reaches it after it was left, goes to the screen on top.
"""

from __future__ import annotations

from typing import ClassVar

from textual.await_complete import AwaitComplete
from textual.screen import ScreenResultType

from tui.screens.in_turn import InTurn
from tui.type_ahead import TypeAhead


class LeftOnce(InTurn[ScreenResultType]):
    """A screen whose leaving takes no other one along: Textual takes away whichever lies on top."""

    KEEPS: ClassVar[bool] = False
    """Whether somebody types or answers something here, so that they alone leave it."""

    def __init__(self, ahead: TypeAhead) -> None:
        super().__init__(ahead)
        self._listens = False
        self.asked_by_command = False
        """Whether a command waits for the result: it has the keys held as soon as there is one."""

    def dismiss(self, result: ScreenResultType | None = None) -> AwaitComplete:
        """Leave, with a result; nothing happens to one that has been left already."""
        if self.app.screen is not self:
            return AwaitComplete()
        self._ahead.holding |= self.asked_by_command
        left = super().dismiss(result)
        if not self._ahead.holding:
            self.replay()
        return left

    def on_mount(self) -> None:
        """Listen once it is seen; Textual calls this after what a subclass does then."""
        self.call_after_refresh(self.listen)

    @property
    def listening(self) -> bool:
        """Whether keys reach the screen."""
        return self._listens

    async def listen(self) -> None:
        """Answer keys from now on, first those typed ahead."""
        self._listens = True
        await self.release()

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
