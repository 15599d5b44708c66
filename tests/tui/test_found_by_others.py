"""What a process of Bob's found first in the working tree is on Alice's screen like what hers finds (R20)."""

from __future__ import annotations

from pathlib import Path

import pytest
from driver import Person, at
from git_repositories import edit, opened, repository
from storage.processes import run
from textual.widgets import TextArea

from store.model import Role
from store.session_manager import SessionManager, open_store
from tui.screens.editor import EditorScreen

TOTAL, COUNT = "shop.cart.total", "shop.cart.count"
AS_BOB = """
from store.session_manager import open_store
manager = open_store(Path(sys.argv[1]), user="bob")
"""


@pytest.fixture
def alice_manager(tmp_path: Path) -> SessionManager:
    """Alice's session, with two changes in the tree that Bob's process was the first to see."""
    root = repository(tmp_path)
    manager = opened(root)
    manager.invite("bob", Role.CONTRIBUTOR)
    run(root, f"{AS_BOB}manager.switch_session({manager.session_id(None)!r})\n")
    edit(root, ("result = 0", "result = 0.0"), ("return len(items)", "return len(list(items))"))
    run(root, f"{AS_BOB}say(manager.look().summary)\n")
    assert {one.editor.user for one in manager.view().editors} == {"bob"}
    return manager


async def go_to(person: Person, target: str) -> None:
    editors = person.app.bench.manager.view().editors
    await person.press(str(next(one.editor.number for one in editors if one.editor.target == target)))


async def test_it_is_assigned_and_taken_out_again(alice_manager: SessionManager) -> None:
    async with at(alice_manager, (100, 30)) as alice:
        await go_to(alice, TOTAL)
        await alice.press("a", "enter")
        assert "Assigned shop.cart.total to A" in alice.footer()
        await alice.press("a", "minus")
        assert "Unassigned shop.cart.total" in alice.footer()


async def test_all_of_it_goes_into_a_new_patch(alice_manager: SessionManager) -> None:
    async with at(alice_manager, (100, 30)) as alice:
        await alice.press("asterisk", "n", "enter")
        assert "Assigned 2 editors to A" in alice.footer()


async def test_it_is_edited_and_is_then_hers(alice_manager: SessionManager) -> None:
    async with at(alice_manager, (100, 30)) as alice:
        await go_to(alice, TOTAL)
        await alice.press("enter")
        assert isinstance(alice.app.screen, EditorScreen)
        assert not alice.app.screen.query_one(TextArea).read_only
        await alice.write("# mine\n")
        await alice.press("escape")
        view = next(one for one in alice_manager.view().editors if one.editor.target == TOTAL)
        assert view.editor.user == "alice" and view.unsaved
    bob = open_store(Path(alice_manager.codebase.root), user="bob")
    async with at(bob, (100, 30)) as person:
        await go_to(person, TOTAL)
        await person.press("a")
        assert "it is alice's editor" in person.footer()
        await go_to(person, COUNT)
        await person.press("w", "y")
        assert "Closed shop.cart.count" in person.footer()


async def test_a_viewer_is_told_so(alice_manager: SessionManager) -> None:
    alice_manager.set_role("bob", Role.VIEWER)
    alice_manager.close_editor("1", discard=True)
    alice_manager.close_editor("2", discard=True)
    edit(Path(alice_manager.codebase.root), ("result = 0", "result = 0.0"))
    alice_manager.look()
    bob = open_store(Path(alice_manager.codebase.root), user="bob")
    async with at(bob, (100, 30)) as person:
        await person.press("1", "w")
        assert "you are a viewer here, ask an owner to make you a contributor." in person.footer()
        await person.press("enter")
        assert person.app.screen.query_one(TextArea).read_only
