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
