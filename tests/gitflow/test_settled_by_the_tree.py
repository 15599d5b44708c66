"""What was committed by hand, moved away or left broken in the tree is taken as the tree has it."""

from __future__ import annotations

import random

import pytest
from codebase.repositories import git
from desk import CART, SHOP, Desk, beside

from store.errors import Code, PatchbayError
from store.model import ConflictKind, Role
from store.session_manager import open_store
from store.source.texts import digest
from store.source.tree import Tree

TOTAL, COUNT = "app.cart.total", "app.cart.count"


def test_a_renamed_file_whose_old_name_was_committed_away_is_a_new_file(desk: Desk) -> None:
    (desk.root / "app/shop.py").rename(desk.root / "app/store.py")
    desk.look()
    desk.write("app/store.py", SHOP.replace("return None", "return name"))
    desk.look()
    desk.git("commit", "--quiet", "-am", "by hand")
    desk.look()
    desk.merge_all(random.Random(1))


def test_an_operation_on_a_file_that_was_committed_away_is_needless(desk: Desk) -> None:
    desk.change("app/shop.py", "return None", "return name")
    desk.look()
    desk.assign("closing", "app.shop.close_shop")
    (desk.root / "app/shop.py").unlink()
    desk.git("commit", "--quiet", "-am", "by hand")
    desk.look()
    assert desk.patch("closing").conflicts == ()
    assert desk.patch("closing").operations == ()
    desk.require_clean()


def test_a_conflict_is_settled_as_the_tree_has_it_when_the_commit_was_made_there(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.assign("totals", TOTAL)
    desk.write("app/cart.py", CART.replace("return sum(prices)", "return 2"))
    desk.git("commit", "--quiet", "-am", "by hand")
    desk.write("app/cart.py", CART.replace("return sum(prices)", "return 3"))
    desk.look()
    assert desk.patch("totals").conflicts == ()
    desk.merge("totals")
    desk.require_clean()


@pytest.mark.parametrize("by", ["a mixed reset", "a commit of the index"])
def test_a_conflict_stays_where_the_tree_still_has_what_the_patch_holds(desk: Desk, by: str) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.assign("totals", TOTAL)
    desk.alice.mark_ready("totals")
    theirs = CART.replace("return sum(prices)", "return 2")
    if by == "a mixed reset":
        desk.commit_elsewhere("app/cart.py", theirs)
        desk.git("reset", "--quiet", "--mixed", "HEAD")
    else:
        mine = desk.text("app/cart.py")
        desk.write("app/cart.py", theirs)
        desk.git("add", "app/cart.py")
        desk.write("app/cart.py", mine)
        desk.git("commit", "--quiet", "-m", "of the index")
    for _ in range(2):
        desk.look()
        assert [one.name for one in desk.patch("totals").conflicts] == [TOTAL]
    with pytest.raises(PatchbayError, match="conflict"):
        desk.alice.merge_patch("totals")
    assert "return 2" in (desk.head("app/cart.py") or "")


def test_a_conflict_stays_where_the_branch_moved_without_the_tree(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.assign("totals", TOTAL)
    desk.commit_elsewhere("app/cart.py", CART.replace("return sum(prices)", "return 2"))
    desk.alice.look()
    assert [one.name for one in desk.patch("totals").conflicts] == [TOTAL]


def bob_merges(desk: Desk, name: str, text: str) -> None:
    """Bob merges a text that the working tree does not get, as Alice's pending work hides it."""
    desk.alice.invite("bob", Role.CONTRIBUTOR)
    bob = open_store(desk.root, user="bob")
    bob.switch_session(desk.state.session.id)
    bob.save_editor(name, text, new_patch="bob's")
    bob.mark_ready("bob's")
    bob.merge_patch("bob's")
    bob.close_editor(name)
    desk.look()
    assert text in (desk.head("app/cart.py") or "") and text not in desk.text("app/cart.py")


@pytest.mark.parametrize("mine", ["    return 2\n", "    kept = 1\n    return prices\n"])
def test_what_a_merge_brought_is_not_taken_back_by_pending_work_that_is_assigned_later(
    desk: Desk, mine: str
) -> None:
    desk.change("app/cart.py", "    return sum(prices)\n", mine)
    desk.look()
    bob_merges(desk, TOTAL, "def total(prices):\n    return 1\n")
    with pytest.raises(PatchbayError) as refusal:
        desk.assign("mine", TOTAL)
    assert refusal.value.code is Code.CONFLICTS
    there = Tree(desk.alice.codebase.files()).definition(TOTAL) or ""
    desk.alice.save_editor(TOTAL, f"def total(prices):\n{mine}", shown=digest(there))
    desk.assign("mine", TOTAL)
    desk.merge("mine")
    desk.merge_all(random.Random(1))


def test_what_a_merge_brought_is_not_taken_back_by_a_deletion_that_is_assigned_later(desk: Desk) -> None:
    desk.change("app/cart.py", "def total(prices):\n    return sum(prices)\n\n\n", "")
    desk.look()
    bob_merges(desk, TOTAL, "def total(prices):\n    return 1\n")
    desk.assign("gone", TOTAL)
    assert [one.kind for one in desk.patch("gone").conflicts] == [ConflictKind.DELETE_UPDATE]
    desk.look()
    assert [one.kind for one in desk.patch("gone").conflicts] == [ConflictKind.DELETE_UPDATE]


def test_what_another_patch_says_is_not_taken_back_by_pending_work_that_is_assigned_later(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 2")
    desk.look()
    desk.alice.invite("bob", Role.CONTRIBUTOR)
    bob = open_store(desk.root, user="bob")
    bob.switch_session(desk.state.session.id)
    bob.save_editor(TOTAL, "def total(prices):\n    return 1\n", new_patch="bob's")
    with pytest.raises(PatchbayError) as refusal:
        desk.alice.assign_editor("1", new_patch="mine")
    assert refusal.value.code is Code.CONFLICTS


def test_a_deletion_that_a_reset_by_hand_left_in_the_tree_is_taken_as_it_is(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 2")
    desk.git("commit", "--quiet", "-am", "by hand")
    desk.look()
    (desk.root / "app/cart.py").unlink()
    desk.look()
    desk.git("reset", "--quiet", "--mixed", "HEAD~")
    desk.look()
    desk.assign("gone", "app/cart.py:<file>")
    assert desk.patch("gone").conflicts == ()
    desk.merge_all(random.Random(1))


def test_a_conflict_is_settled_as_the_tree_has_it_once_what_is_staged_is_taken_back(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 2")
    desk.git("commit", "--quiet", "-am", "by hand")
    desk.look()
    (desk.root / "app/cart.py").unlink()
    desk.look()
    desk.git("reset", "--quiet", "--soft", "HEAD~")
    desk.look()
    desk.assign("gone", "app/cart.py:<file>")
    assert [one.name for one in desk.patch("gone").conflicts] == ["app/cart.py:<file>"]
    desk.git("reset", "--quiet")
    desk.look()
    assert desk.patch("gone").conflicts == ()
    desk.merge_all(random.Random(1))


def test_a_file_that_was_committed_away_under_changes_of_a_patch_that_adds_to_it_too(desk: Desk) -> None:
    desk.change("app/shop.py", "return None", "return name")
    desk.write("app/shop.py", desk.text("app/shop.py") + "\n\ndef ask(name):\n    return open_shop(name)\n")
    desk.look()
    desk.assign("asking", "app.shop.close_shop", "app.shop.ask")
    (desk.root / "app/shop.py").unlink()
    desk.look()
    desk.git("commit", "--quiet", "-am", "by hand")
    desk.look()
    assert desk.patch("asking").operations == ()
    desk.require_clean()


def test_a_definition_in_a_file_that_is_gone_is_not_saved_into_another_file(desk: Desk) -> None:
    (desk.root / "app/cart.py").unlink()
    desk.look()
    with pytest.raises(PatchbayError) as refusal:
        desk.alice.save_editor("app.cart.Cart.add", "    def add(self, price):\n        return 1\n")
    assert refusal.value.code is Code.NAME_TAKEN
    desk.look()
    desk.merge_all(random.Random(1))


def test_a_patch_that_deletes_a_file_takes_no_change_in_it(desk: Desk) -> None:
    (desk.root / "app/cart.py").unlink()
    desk.look()
    desk.assign("gone", "app/cart.py:<file>")
    with pytest.raises(PatchbayError) as refusal:
        desk.alice.save_editor(TOTAL, "def total(prices):\n    return 1\n")
    assert refusal.value.code is Code.NAME_TAKEN


def test_a_file_that_goes_after_patches_changed_it_can_be_assigned(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.change("app/cart.py", "return len(prices)", "return 2")
    desk.look()
    desk.assign("totals", TOTAL)
    desk.assign("counts", COUNT)
    (desk.root / "app/cart.py").unlink()
    desk.look()
    desk.merge_all(random.Random(1))


def test_a_patch_that_adds_to_a_file_and_one_that_deletes_it_can_be_joined(desk: Desk) -> None:
    desk.write("app/shop.py", SHOP + "\n\ndef ask(name):\n    return open_shop(name)\n")
    desk.look()
    desk.assign("asking", "app.shop.ask")
    (desk.root / "app/shop.py").unlink()
    desk.git("commit", "--quiet", "-am", "by hand")
    desk.look()
    desk.merge_all(random.Random(1))


def test_what_comes_back_is_no_other_file_renamed(desk: Desk) -> None:
    (desk.root / "app/shop.py").unlink()
    desk.look()
    desk.assign("gone", "app/shop.py:<file>")
    desk.write("app/till.py", SHOP)
    desk.git("add", "app/till.py")
    desk.look()
    desk.git("stash", "--quiet")
    desk.look()
    assert desk.patch("gone").operations == ()
    assert desk.pending() == {}


def test_a_broken_file_keeps_the_names_that_came_since_the_last_commit(desk: Desk) -> None:
    desk.write("app/cart.py", CART.rstrip("\n") + "\ndef fresh():\n    return 1\n")
    desk.look()
    desk.assign("fresh", "app.cart.fresh")
    desk.change("app/cart.py", "return sum(prices)", "return (sum(prices)")
    desk.look()
    desk.change("app/cart.py", "return len(prices)", "return 2")
    desk.look()
    assert set(desk.pending()) == {TOTAL, COUNT}
    desk.change("app/cart.py", "return (sum(prices)", "return sum(prices)")
    desk.look()
    desk.merge_all(random.Random(1))


def test_another_name_in_a_broken_file_is_another_definition(desk: Desk) -> None:
    desk.change("app/cart.py", "RATE = 2", "LIMIT = 3")
    desk.change("app/cart.py", "return sum(prices)", "return (sum(prices)")
    desk.look()
    assert set(desk.pending()) == {"app.cart.RATE", "app.cart.LIMIT", TOTAL}
    desk.change("app/cart.py", "return (sum(prices)", "return sum(prices)")
    desk.look()
    desk.merge_all(random.Random(1))


def test_what_a_patch_adds_to_a_file_that_was_committed_away_is_needless(desk: Desk) -> None:
    desk.write("app/shop.py", SHOP + "\n\ndef added():\n    return 1\n")
    desk.look()
    desk.assign("more", "app.shop.added")
    (desk.root / "app/shop.py").rename(desk.root / "app/store.py")
    desk.look()
    desk.git("commit", "--quiet", "-am", "by hand")
    desk.look()
    assert desk.patch("more").operations == ()
    desk.merge_all(random.Random(1))


def rested_on_a_patch(desk: Desk, text: str = "return sum(prices)") -> None:
    """Leave work pending that rested on a patch which is abandoned: only that had its base."""
    desk.change("app/cart.py", text, "return 1")
    desk.look()
    desk.assign("below", TOTAL)
    desk.alice.assign_editor(TOTAL, new_patch="above", on_top=True)
    desk.change("app/cart.py", "return 1", "return 2")
    desk.look()
    desk.alice.unassign_editor(TOTAL)
    desk.alice.abandon_patch("below")
    desk.look()


def merged_in_a_worktree_beside(desk: Desk) -> None:
    """Merge a text in a session of another worktree, and bring the branch there without the tree."""
    side = beside(desk)
    side.change("app/cart.py", "return sum(prices)", "return 7")
    side.look()
    side.assign("hers", TOTAL)
    side.merge("hers")
    desk.git("update-ref", "HEAD", "side")
    desk.git("reset", "--quiet")
    desk.alice.look()


def require_not_taken_back(desk: Desk) -> None:
    """What is pending is put into no patch unasked over what was merged."""
    with pytest.raises(PatchbayError) as refusal:
        desk.assign("mine", TOTAL)
    assert refusal.value.code is Code.CONFLICTS
    assert TOTAL in desk.pending() and "return 7" in (desk.head("app/cart.py") or "")


def test_what_a_merge_brought_is_not_taken_back_by_work_that_rested_on_a_patch(desk: Desk) -> None:
    rested_on_a_patch(desk)
    bob_merges(desk, TOTAL, "def total(prices):\n    return 7\n")
    require_not_taken_back(desk)


def test_what_a_session_of_another_worktree_merged_is_not_taken_back_by_work_that_rested_on_a_patch(
    desk: Desk,
) -> None:
    rested_on_a_patch(desk)
    merged_in_a_worktree_beside(desk)
    require_not_taken_back(desk)


def test_what_a_session_beside_this_one_merged_is_not_taken_back_by_work_that_rested_on_a_patch(
    desk: Desk,
) -> None:
    rested_on_a_patch(desk)
    beside = desk.root.parent / "side"
    desk.git("worktree", "add", "--quiet", "-b", "side", str(beside))
    bob = open_store(beside, user="bob")
    bob.start_session("his")
    bob.save_editor(TOTAL, "def total(prices):\n    return 7\n", new_patch="his")
    bob = open_store(desk.root, user="bob")
    bob.rebind_session("his")
    bob.switch_session("his")
    bob.mark_ready("his")
    bob.merge_patch("his")
    desk.alice.look()
    require_not_taken_back(desk)


def test_what_a_session_beside_this_one_merged_before_is_under_work_that_rested_on_a_patch(
    desk: Desk,
) -> None:
    merged_in_a_worktree_beside(desk)
    desk.alice.pull_tree()
    rested_on_a_patch(desk, "return 7")
    desk.assign("mine", TOTAL)
    desk.merge("mine")
    desk.require_clean()


@pytest.mark.parametrize("depth", [1, 2])
def test_where_a_shallow_clone_ends_a_conflict_stands_in_no_ones_way(desk: Desk, depth: int) -> None:
    desk.git("commit", "--quiet", "--allow-empty", "-m", "second")
    root = desk.root.parent / "shallow"
    git(desk.root.parent, "clone", "--quiet", "--depth", str(depth), f"file://{desk.root}", root.name)
    git(root, "config", "user.name", "alice")
    git(root, "config", "user.email", "alice@example.org")
    clone = Desk.started(root)
    clone.change("app/cart.py", "return sum(prices)", "return 1")
    clone.look()
    clone.assign("below", TOTAL)
    clone.alice.assign_editor(TOTAL, new_patch="above", on_top=True)
    clone.change("app/cart.py", "return 1", "return 2")
    clone.look()
    clone.commit_elsewhere("app/cart.py", CART.replace("return sum(prices)", "return 7"))
    (found,) = clone.alice.conflicts()
    clone.alice.resolve_conflict(found[1].id, theirs=True)
    clone.git("reset", "--quiet")
    clone.alice.look()
    ((patch, conflict),) = clone.alice.conflicts()
    assert patch.name == "above"
    sides = clone.alice.conflict_sides(conflict.id)
    assert sides.revision == clone.git("rev-parse", "HEAD")
    clone.alice.resolve_conflict(conflict.id, ours=True)
    clone.merge("above")
