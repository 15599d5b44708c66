"""`&` on the screen: choosing what belongs with the selection, from an editor and from a patch."""

from __future__ import annotations

from pathlib import Path

import pytest
from demo_stores import improvements
from driver import at

from store.session_manager import SessionManager

MARK = "def mark(name):\n    return name.strip()\n"
"""A new definition, and below what begins to use it."""
CREATE = 'def create(email):\n    return {"email": mark(email)}\n'


@pytest.fixture
def manager(tmp_path: Path) -> SessionManager:
    """The seed's session and two changes in no patch, of which one uses what the other adds."""
    manager = improvements(tmp_path)
    manager.save_editor("MyApp.User.mark", MARK, new=True)
    manager.save_editor("MyApp.User.create", CREATE)
    return manager


async def test_what_belongs_with_an_editor_is_chosen_and_assigned_in_three_keys(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press("5")
        assert "Choose related" in alice.lines("actions")
        await alice.press("ampersand")
        assert "Chosen with editor 5: 4." in alice.footer()
        assert "2 editors chosen" in alice.lines("actions")
        await alice.press("a", "a")
        assert "Assigned 2 editors to A" in alice.footer()
    assert {one.editor.number for one in manager.view().editors if one.patch and one.patch.letter == "A"} == {
        1,
        4,
        5,
    }


async def test_what_belongs_with_a_patch_is_chosen_from_its_row(manager: SessionManager) -> None:
    manager.assign_editor("MyApp.User.create", "B")
    async with at(manager) as alice:
        await alice.press("tab", "j", "ampersand")
        assert "Chosen with patch B: 4." in alice.footer()
        assert alice.session.place.panel == "editors"


async def test_what_goes_with_nothing_says_so_and_chooses_nothing(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("3", "ampersand")
        assert "No other change in no patch belongs with editor 3." in alice.footer()
        assert "chosen" not in alice.lines("actions")


async def test_it_is_offered_only_while_another_change_is_in_no_patch(manager: SessionManager) -> None:
    async with at(manager) as alice:
        for number in ("3", "4"):
            await alice.press(number, "a", "a")
        await alice.press("5")
        assert "Choose related" not in alice.lines("actions")
        await alice.press("ampersand")
        assert "there is no other change in no patch" in alice.footer()


async def test_a_viewer_is_refused(manager: SessionManager) -> None:
    manager.set_role("bob", "viewer")
    async with at(manager.as_user("bob")) as bob:
        await bob.press("ampersand")
        assert "viewer" in bob.footer()
