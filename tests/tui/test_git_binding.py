"""A git session of another branch or worktree waits on the screen, says so, and is bound here."""

from __future__ import annotations

from pathlib import Path

import pytest
from driver import at, shows
from git_repositories import FLOOR, edit, git, opened, repository

from store.session_manager import SessionManager
from tui.dialogs.assign import AssignDialog
from tui.dialogs.sessions import SessionsDialog
from tui.screens.patch import PatchScreen


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path)


async def test_on_another_branch_the_session_waits_and_says_so(root: Path) -> None:
    manager = opened(root)
    async with at(manager) as alice:
        git(root, "switch", "-q", "-c", "other")
        await alice.until(lambda: "waits" in alice.lines("header"))
        assert "alice" in alice.lines("header")
        told = "carts belongs to main, not to other: go back, or B binds it here"
        await alice.until(lambda: told in alice.footer())
        await alice.press("M")
        assert "the session waits, since session carts belongs to main" in " ".join(alice.footer().split())
        assert "B binds it here" in alice.footer()
        edit(root, *FLOOR)
        assert manager.look() is None
        git(root, "stash", "-q")
        git(root, "switch", "-q", "main")
        await alice.until(lambda: "waits" not in alice.lines("header"))
        assert "the session waits" in alice.footer()
        git(root, "stash", "pop", "-q")
        await shows(alice, "shop.cart.total")


async def test_a_session_that_waits_is_bound_here_after_showing_what_that_does(root: Path) -> None:
    manager = opened(root)
    edit(root, *FLOOR)
    manager.look()
    manager.assign_editor("shop.cart.total", new_patch="floor")
    git(root, "stash", "-q")
    async with at(manager) as alice:
        assert "Bind here" not in alice.lines("actions")
        git(root, "switch", "-q", "-c", "other")
        await alice.until(lambda: "B binds it here" in alice.footer())
        assert "B  Bind here…" in alice.lines("actions")
        await alice.press("tab", "C")
        assert alice.footer().startswith("✗ Close session: the session waits, since session carts belongs")
        await alice.press("x")
        assert "Abandon: the session waits" in alice.footer()
        await alice.press("B")
        asked = " ".join(alice.lines("lines").split())
        assert "carts belongs to main, not to other. From then on it belongs to other: its 1 open" in asked
        assert "No patch has a conflict then." in asked
        await alice.press("escape")
        assert manager.view().session.branch == "refs/heads/main"
        await alice.press("B", "y")
        await alice.until(lambda: "Bound session carts to other." in alice.footer())
        assert manager.view().session.branch == "refs/heads/other"
        assert "waits" not in alice.lines("header")
        await alice.press("B")
        assert alice.footer() == "✗ Bind session here: the session belongs here."


async def test_what_binding_would_bring_into_conflict_is_named_and_asked_again_where_it_changes(
    root: Path, tmp_path: Path
) -> None:
    manager, beside = opened(root), tmp_path / "beside"
    git(root, "worktree", "add", "-q", "--detach", str(beside))
    edit(beside, ("result += item.price", "result += item.price + 1"))
    git(beside, "commit", "-q", "-a", "-m", "Dearer")
    edit(root, *FLOOR)
    manager.look()
    manager.assign_editor("shop.cart.total", new_patch="floor")
    git(root, "switch", "-q", "-c", "other")
    async with at(manager) as alice:
        await alice.press("B")
        assert "No patch has a conflict then." in alice.lines("lines")
        git(beside, "update-ref", "refs/heads/other", "HEAD")
        await alice.press("y")
        assert "A floor has a conflict then." in alice.lines("lines")
        assert manager.view().session.branch == "refs/heads/main"
        await alice.press("y")
        await alice.until(lambda: "conflict" in alice.lines("patches"))
        assert manager.view().session.branch == "refs/heads/other"


async def test_who_is_no_owner_is_told_to_ask_one_to_bind_the_session(root: Path) -> None:
    manager = opened(root)
    manager.invite("bob", "maintainer")
    git(root, "switch", "-q", "-c", "other")
    bob = manager.as_user("bob")
    bob.switch_session("carts")
    async with at(bob) as person:
        await person.until(lambda: "go back, or ask an owner to bind it here" in person.footer())
        await person.press("B")
        assert person.footer() == "✗ Bind session here: only an owner may, i shows who that is."


async def test_what_is_saved_while_the_session_waits_is_said_to_be_in_no_file(root: Path) -> None:
    manager = opened(root)
    git(root, "switch", "-q", "-c", "other")
    before = (root / "src/shop/cart.py").read_text()
    told = "Not written into the file: session carts belongs to main, not to other"
    async with at(manager, (160, 30)) as alice:
        await alice.press("o")
        await alice.write("count")
        await alice.press("enter")
        await alice.write("# counted\n")
        await alice.press("ctrl+s")
        await alice.heard_by(AssignDialog)
        await alice.press("enter")
        await alice.until(lambda: bool(manager.view().patches))
        await alice.until(lambda: told in " ".join(alice.lines("footer").split()))
        await alice.write("# twice\n")
        await alice.press("ctrl+s")
        await alice.until(lambda: f". {told}" in " ".join(alice.lines("footer").split()))
    assert (root / "src/shop/cart.py").read_text() == before


async def test_why_the_session_waits_is_said_no_longer_than_it_does(root: Path) -> None:
    manager = opened(root)
    manager.create_patch("rounding")
    async with at(manager) as alice:
        git(root, "switch", "-q", "--detach")
        await alice.until(lambda: "belongs to main, not to a detached HEAD" in alice.footer())
        git(root, "switch", "-q", "main")
        await alice.until(lambda: "belongs to" not in alice.footer())
        await alice.press("enter")
        await alice.until(lambda: isinstance(alice.app.screen, PatchScreen) and alice.app.screen.is_mounted)
        git(root, "switch", "-q", "-c", "other")
        await alice.until(lambda: "belongs to main, not to other" in alice.lines("footer"))
        git(root, "switch", "-q", "main")
        await alice.until(lambda: "belongs to" not in alice.lines("footer"))
        assert "help" in alice.lines("footer")
        assert "belongs to" not in alice.footer()


async def test_what_git_put_aside_is_not_said_to_be_undone_and_comes_back_where_the_session_is_bound(
    root: Path,
) -> None:
    manager = opened(root)
    edit(root, ("len(items)", "len(list(items))"))
    manager.look(None)
    manager.assign_editor("1", new_patch="counting")
    typed = "def count(items):\n    return 3\n"
    manager.type_text("1", typed)
    async with at(manager, (100, 30)) as alice:
        git(root, "stash", "-q")
        await alice.until(lambda: "0 ops" in alice.lines("patches"))
        git(root, "switch", "-q", "-c", "other")
        await alice.until(lambda: "B binds it here" in alice.footer())
        await alice.press("B", "y", "tab")
        assert "editor 1 has unsaved text" in alice.lines("preview")
        assert "gone from the files" in alice.lines("preview")
        assert "abandons it" not in alice.lines("preview")
        assert "▸x" not in alice.lines("actions")
        git(root, "stash", "pop", "-q")
        await alice.until(lambda: "0 ops" not in alice.lines("patches"))
    buffer = manager.buffer("1")
    assert buffer is not None and buffer.text == typed
    assert [op.name for op in manager.view().patches[0].patch.operations] == ["shop.cart.count"]


@pytest.fixture
def elsewhere(root: Path) -> SessionManager:
    """Alice's session on main with a merged patch, on another branch."""
    manager = opened(root)
    edit(root, *FLOOR)
    manager.look()
    manager.assign_editor("shop.cart.total", new_patch="floor")
    manager.mark_ready("A")
    manager.merge_patch("A")
    git(root, "switch", "-q", "-c", "other", "HEAD~")
    return manager


async def test_the_list_of_sessions_says_which_belong_elsewhere_and_binds_them(
    elsewhere: SessionManager,
) -> None:
    elsewhere.start_session("here")
    async with at(elsewhere) as alice:
        await alice.press("s", "B")
        assert "The session belongs here." in alice.lines("lines")
        await alice.press("j")
        told = "Session carts belongs to main, not to other: go back, or B binds it here."
        assert told in " ".join(alice.lines("lines").split())
        assert "B bind it here" in alice.lines("keys") and "C close" not in alice.lines("keys")
        for key in ("C", "X"):
            await alice.press("k", "j", key)
            assert " ".join(alice.lines("lines").split()).count(told) == 2
        await alice.press("B")
        assert "From then on it belongs to other" in " ".join(alice.lines("lines").split())
        await alice.press("escape")
        assert isinstance(alice.app.screen, SessionsDialog)
        await alice.press("B", "y")
        await alice.until(lambda: "Bound session carts to other." in alice.footer())
        assert "carts" in alice.lines("header")
    assert elsewhere.view("carts").session.branch == "refs/heads/other"


async def test_a_refused_undo_of_a_merge_names_the_keys(elsewhere: SessionManager) -> None:
    async with at(elsewhere) as alice:
        await alice.press("u")
        assert "bind the session here with B: session carts belongs to main" in alice.footer()
        assert "patchbay session" not in alice.screen_text()
