"""A name that will not do is refused in the dialog, which keeps what was typed."""

from __future__ import annotations

import pytest
from driver import at

from store.session_manager import SessionManager
from tui.dialogs.assign import AssignDialog
from tui.dialogs.naming import NameDialog
from tui.widgets.line_input import LineInput


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


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("validation-enhancements", "Patch A is already called validation-enhancements"),
        ("x" * 81, "81 characters: give at most 80"),
    ],
)
async def test_the_name_of_a_patch_to_assign_to_is_mended_where_it_was_typed(
    manager: SessionManager, typed: str, told: str
) -> None:
    async with at(manager) as alice:
        await alice.press("3", "a", "n")
        await alice.write(typed)
        await alice.press("enter")
        assert isinstance(alice.app.screen, AssignDialog)
        assert told in " ".join(alice.lines("lines").split())
        assert alice.app.screen.query_one("#name", LineInput).value == typed
        await alice.press("end", "backspace", "backspace", "enter")
        assert alice.app.screen is alice.session
    assert typed[:-2] in [one.patch.name for one in manager.view().patches]


async def test_after_saving_in_the_editor_too(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("3", "enter", "#", "enter", "f2")
        await alice.heard_by(AssignDialog)
        await alice.press("n")
        await alice.write("x" * 81)
        await alice.press("enter")
        assert isinstance(alice.app.screen, AssignDialog)
        assert "give at most 80" in " ".join(alice.lines("lines").split())
        await alice.press("backspace", "enter")
        await alice.until(lambda: not isinstance(alice.app.screen, AssignDialog))
        await alice.settle()
    assert "x" * 80 in [one.patch.name for one in manager.view().patches]


async def test_a_description_of_several_lines_is_changed_on_the_screen(manager: SessionManager) -> None:
    manager.edit_patch("A", None, "Why:\n\nC:\\new is no path\n- it has \\n in it")
    async with at(manager) as alice:
        await alice.press("tab", "enter", "E", "tab", "end")
        field = alice.app.screen.query_one("#description", LineInput)
        assert field.value == r"Why:\n\nC:\\new is no path\n- it has \\n in it"
        await alice.write(r"\n- more")
        await alice.press("enter")
        await alice.until(lambda: "more" in manager.view().patches[0].patch.description)
    assert manager.view().patches[0].patch.description == (
        "Why:\n\nC:\\new is no path\n- it has \\n in it\n- more"
    )
