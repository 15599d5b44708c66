"""What the tests that compare pictures share: sizes, looks, the app, and the keys that lead to a picture."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from driver import Person
from textual.pilot import Pilot

from store.session_manager import SessionManager
from tui.app import PatchbayApp
from tui.present.text import visible
from tui.settings import SignSet

SIZES = [pytest.param(size, id=f"{size[0]}x{size[1]}") for size in ((80, 24), (120, 36), (200, 50))]
"""The sizes in cells at which screens are drawn, smallest first."""
LOOKS: dict[str, tuple[SignSet, str]] = {
    "dark": ("emoji", "textual-dark"),
    "light": ("emoji", "textual-light"),
    "ansi": ("symbols", "ansi-dark"),
    "ascii": ("ascii", "textual-dark"),
}


def app_on(manager: SessionManager, theme: str = "textual-dark") -> PatchbayApp:
    return PatchbayApp(manager, signs="emoji", theme=theme)


def pressing(*keys: str) -> Callable[[Pilot[None]], Awaitable[None]]:
    """Give what presses keys before a picture is taken; what is then shown has no character unseen."""

    async def press(pilot: Pilot[None]) -> None:
        person = Person(pilot)
        await person.settle()
        await person.press(*keys)
        shown = person.screen_text()
        assert visible(shown, newline="keep") == shown

    return press
