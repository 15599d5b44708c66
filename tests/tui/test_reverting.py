"""Where undo can't take a merge back, a patch that reverts it is a key away."""

from __future__ import annotations

from pathlib import Path

from driver import at
from git_repositories import edit, git, opened, repository

from store.session_manager import SessionManager

FAST = "def findByEmail(email, rows):\n    return 'fast'\n"


def names(manager: SessionManager) -> list[str]:
    return [one.patch.name for one in manager.view().patches if one.patch.is_open]


def built_on(manager: SessionManager) -> None:
    """Alice merges B, and Bob another change of its definition."""
    manager.mark_ready("B")
    manager.merge_patch("B")
    bob = manager.as_user("bob")
    bob.save_editor("MyApp.Database.User.findByEmail", FAST, new_patch="faster")
    bob.mark_ready("faster")
    bob.merge_patch("faster")


async def test_a_merge_that_another_built_on_is_reverted_from_the_refusal_of_its_undo(
    manager: SessionManager,
) -> None:
    built_on(manager)
    async with at(manager) as alice:
        await alice.press("u")
        assert "Can't undo that" in alice.title()
        assert "make a patch that reverts B" in alice.lines("keys")
        await alice.press("enter")
        made = next(one.patch for one in manager.view().patches if one.patch.letter == "E")
        assert (made.name, alice.session.place.patch) == ("Revert performance-optimizations", made.id)


async def test_going_past_it_is_still_offered(manager: SessionManager) -> None:
    built_on(manager)
    async with at(manager) as alice:
        await alice.press("u")
        assert "y skip 2 steps and undo: marked A" in alice.lines("keys")
        await alice.press("y")
        assert "Undid: marked A" in alice.footer()
        assert names(manager) == ["validation-enhancements", "validation-tests"]


async def test_what_would_be_undone_instead_is_said_whole_where_it_takes_several_rows(
    manager: SessionManager,
) -> None:
    name = "a patch whose name alone takes more than one row of the dialog about it"
    manager.edit_patch("A", name)
    built_on(manager)
    async with at(manager) as alice:
        await alice.press("u")
        rows = alice.lines("keys").split("\n")
        assert name in " ".join(" ".join(rows).split())
        assert max(map(len, rows)) <= alice.app.size.width - 8


async def test_the_history_offers_it_too(manager: SessionManager) -> None:
    built_on(manager)
    async with at(manager) as alice:
        await alice.press("L", "b", "g", "j", "enter")
        assert "by alice" in alice.lines("list")
        await alice.press("u")
        assert "make a patch that reverts B" in alice.lines("keys")
        await alice.press("enter")
        assert "Made E Revert performance-optimizations, which reverts B." in alice.lines("footer")


async def test_a_pushed_commit_is_reverted_by_the_key_that_the_refusal_names(tmp_path: Path) -> None:
    root = repository(tmp_path)
    git(tmp_path, "init", "-q", "--bare", "origin")
    git(root, "remote", "add", "origin", str(tmp_path / "origin"))
    manager = opened(root)
    edit(root, ("return len(items)", "return len(list(items))"))
    manager.look()
    manager.assign_editor("shop.cart.count", new_patch="counting")
    manager.mark_ready("counting")
    manager.merge_patch("counting")
    git(root, "push", "-q", "origin", "main")
    async with at(manager) as alice:
        await alice.press("u")
        await alice.press("enter")
        assert "Made B Revert counting" in alice.footer()
        await alice.press("m", "enter")
        await alice.until(lambda: "Merged B Revert counting" in alice.footer())
    assert "return len(items)" in git(root, "show", "HEAD:src/shop/cart.py")


async def test_a_merged_patch_is_reverted_from_actions_its_detail_and_the_palette(
    manager: SessionManager,
) -> None:
    manager.merge_patch("A")
    async with at(manager, (100, 34)) as alice:
        await alice.press("tab", "G", "space", "j")
        assert "v  Revert A" in alice.lines("actions")
        await alice.press("enter")
        assert "v revert" in alice.lines("footer")
        await alice.press("v")
        assert "Made D Revert validation-enhancements" in alice.lines("footer")
        await alice.press("escape", "u")
        assert "Revert validation-enhancements" not in names(manager)
        alice.session.go_to_patch(manager.view().patches[-1].patch.id)
        await alice.press("colon")
        await alice.write("revert")
        await alice.press("enter")
        await alice.until(lambda: "Revert validation-enhancements" in names(manager))


async def test_an_open_patch_is_not_reverted_and_why_is_said(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("v")
        assert "Revert: it is not merged." in alice.footer()
