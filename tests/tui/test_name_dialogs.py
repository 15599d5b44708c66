"""A name that will not do is refused in the dialog, which keeps what was typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from demo_stores import improvements
from driver import at

from store.session_manager import SessionManager
from tui.dialogs.naming import NameDialog
from tui.widgets.line_input import LineInput


@pytest.fixture
def manager(tmp_path: Path) -> SessionManager:
    return improvements(tmp_path)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("validation-enhancements", "Patch A is already called validation-enhancements"),
        ("x" * 81, "81 characters: give at most 80"),
        ("", "needs a name"),
    ],
)
async def test_a_patchs_name_is_mended_where_it_was_typed(
    manager: SessionManager, typed: str, told: str
) -> None:
    async with at(manager) as alice:
        await alice.press("tab", "n", "ctrl+u")
        await alice.write(typed)
        await alice.press("enter")
        assert isinstance(alice.app.screen, NameDialog)
        assert told in " ".join(alice.lines("lines").split())
        assert alice.app.screen.query_one("#name", LineInput).value == typed
        await alice.press("ctrl+u")
        await alice.write("another")
        await alice.press("enter")
        assert alice.app.screen is alice.session
    assert "another" in [one.patch.name for one in manager.view().patches]


async def test_a_sessions_name_too(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("N", "ctrl+u")
        await alice.write("x" * 81)
        await alice.press("enter")
        assert isinstance(alice.app.screen, NameDialog)
        assert "give at most 80" in " ".join(alice.lines("lines").split())
