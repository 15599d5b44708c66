"""A linked worktree beside the first: each has its session, its tree, its index and its branch."""

from __future__ import annotations

import os
import random
import tempfile
from pathlib import Path

import pytest
from desk import CART, Desk, beside
from hypothesis import given, settings
from hypothesis import strategies as st
from storage.processes import effects_of, kill_at
from test_any_order import some_desk, work

from store.errors import Code, PatchbayError
from store.model import PatchStatus

TOTAL, COUNT, CLOSE = "app.cart.total", "app.cart.count", "app.shop.close_shop"


def test_the_same_definition_changed_in_both_is_merged_on_both_branches(desk: Desk) -> None:
    side = beside(desk)
    for one, value in ((desk, "1"), (side, "2")):
        one.change("app/cart.py", "return sum(prices)", f"return {value}")
        one.look()
        assert set(one.pending()) == {TOTAL}
        one.assign("totals", TOTAL)
    desk.merge("totals")
    side.look()
    side.merge("totals")
    desk.require_clean()
    side.require_clean()
    assert "return 1" in (desk.head("app/cart.py") or "")
    assert "return 2" in (side.head("app/cart.py") or "")
    assert desk.git("rev-parse", "main~") == desk.git("rev-parse", "side~")


def test_what_is_staged_in_one_stays_out_of_the_other(desk: Desk) -> None:
    side = beside(desk)
    desk.write("notes.txt", "staged\n")
    desk.git("add", "notes.txt")
    side.change("app/cart.py", "return sum(prices)", "return 2")
    side.look()
    side.assign("totals", TOTAL)
    side.merge("totals")
    side.alice.undo()
    assert side.patch("totals").status is PatchStatus.READY
    side.merge("totals")
    assert desk.git("diff", "--cached", "--name-only") == "notes.txt"
    assert side.git("diff", "--cached", "--name-only") == ""
    (session,) = [one.session for one in side.alice.repository.readable() if one.session.name == "side"]
    assert session.worktree == "worktrees/side"


def test_a_session_is_read_elsewhere_and_changed_only_at_home(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.assign("totals", TOTAL)
    desk.alice.mark_ready("totals")
    side = beside(desk)
    side.change("app/cart.py", "return sum(prices)", "return 2")
    assert "return 1" in (side.alice.show(TOTAL, "totals", session="main").text or "")
    head = side.git("rev-parse", "HEAD")
    with pytest.raises(PatchbayError) as refusal:
        side.alice.merge_patch("totals", session="main")
    assert refusal.value.code is Code.CODEBASE_MOVED
    assert "worktree" in refusal.value.message
    assert side.git("rev-parse", "HEAD") == head
    side.alice.save_editor(COUNT, "def count(prices):\n    return 3\n", new_patch="counts", session="main")
    assert "return 3" not in side.text("app/cart.py")
    side.look()
    assert set(side.pending()) == {TOTAL}
    assert "return 3" in (desk.alice.show(COUNT, "counts").text or "")


def test_a_worktree_that_was_removed_leaves_a_session_to_be_bound_elsewhere(desk: Desk) -> None:
    side = beside(desk)
    side.change("app/cart.py", "return sum(prices)", "return 2")
    side.look()
    side.assign("totals", TOTAL)
    desk.git("worktree", "remove", "--force", str(side.root))
    assert "return 2" in (desk.alice.show(TOTAL, "totals", session="side").text or "")
    desk.alice.look()
    assert desk.pending() == {}
    desk.alice.rebind_session("side")
    desk.alice.switch_session("side")
    desk.alice.look()
    assert desk.text("app/cart.py") == CART
    assert desk.alice.view().behind == (TOTAL,)
    desk.alice.pull_tree()
    desk.look()
    desk.merge("totals")
    desk.require_clean()


def test_a_branch_merged_in_git_brings_the_work_of_the_other_worktree(desk: Desk) -> None:
    side = beside(desk)
    side.change("app/shop.py", "return None", "return name")
    side.look()
    side.assign("closing", CLOSE)
    side.merge("closing")
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.assign("totals", TOTAL)
    desk.git("merge", "--quiet", "--no-edit", "--no-ff", "side")
    desk.look()
    assert desk.pending() == {}
    desk.merge("totals")
    desk.require_clean()
    assert "return name" in desk.text("app/shop.py") and "return 1" in desk.text("app/cart.py")


@settings(max_examples=settings().max_examples // 3)
@given(st.randoms(use_true_random=False))
def test_random_work_in_two_worktrees_at_once(choice: random.Random) -> None:
    with tempfile.TemporaryDirectory() as directory:
        first = some_desk(Path(directory) / "repository", choice)
        both = [first, beside(first)]
        for _ in range(choice.randint(2, 4)):
            work(choice.choice(both), choice, choice.randint(1, 2))
        for desk in choice.sample(both, 2):
            desk.look()
            desk.mend()
            desk.merge_all(choice)
        assert first.git("fsck", "--strict", "--no-dangling") == ""


MERGE = """
from store.session_manager import open_store
open_store(Path(sys.argv[1]), user="alice").merge_patch("totals")
"""


def ready_beside(desk: Desk, detached: bool) -> Desk:
    """A linked worktree with a patch that is ready."""
    side = beside(desk)
    if detached:
        side.git("switch", "--quiet", "--detach")
        side.alice.rebind_session()
    side.change("app/cart.py", "return sum(prices)", "return 2")
    side.look()
    side.assign("totals", TOTAL)
    side.alice.mark_ready("totals")
    return side


@pytest.mark.parametrize("detached", [False, True])
def test_a_merge_that_was_killed_in_one_is_settled_there_by_another(tmp_path: Path, detached: bool) -> None:
    counted = ready_beside(Desk(tmp_path / "counted" / "repository"), detached)
    effects = effects_of(counted.root, tmp_path / "effects", MERGE)
    moved = len(effects) - effects[::-1].index("program")
    assert effects[moved - 2 : moved + 2] == ["link", "program", "replace", "unlink"]
    for at in (moved, moved + 1, moved + 2):
        desk = Desk(tmp_path / os.fsdecode(b"killed-\xee-%d" % at) / "repository")
        side = ready_beside(desk, detached)
        kill_at(side.root, at, MERGE)
        desk.alice.view()
        assert not desk.alice.repository.layout.intent.exists()
        found = side.patch("totals")
        assert (found.revision == side.git("rev-parse", "HEAD")) is (at > moved)
        assert (found.status is PatchStatus.MERGED) is (at > moved)
        assert side.git("diff", "--cached", "--name-only") == ""
        own = Path(side.git("rev-parse", "--absolute-git-dir"))
        assert [one.name for one in own.iterdir() if one.name.startswith(("patchbay", "index."))] == []
        if at == moved:
            side.merge("totals")
        side.look()
        side.require_clean()


@pytest.mark.parametrize("how", ["ours", "theirs"])
def test_what_is_in_conflict_where_a_session_is_bound_waits_for_a_person_whatever_the_tree_has(
    desk: Desk, how: str
) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.change("app/cart.py", "return len(prices)", "return 2")
    desk.look()
    desk.assign("totals", TOTAL)
    desk.assign("counts", COUNT)
    root = desk.root.parent / "side"
    desk.git("worktree", "add", "--quiet", "-b", "side", str(root))
    side = Desk.opened(root)
    side.change("app/cart.py", "return len(prices)", "return 3")
    side.git("commit", "--quiet", "-am", "elsewhere")
    preview = side.alice.rebind_preview("main")
    side.alice.rebind_session("main")
    for _ in range(2):
        side.alice.look()
        assert side.patch("counts").conflicts == preview.conflicts[0].conflicts != ()
        assert set(side.alice.view().behind) == {TOTAL, COUNT}
    side.alice.save_editor("app.shop.open_shop", "def open_shop(name):\n    return 4\n")
    side.alice.look()
    assert [one.name for one in side.patch("counts").conflicts] == [COUNT]
    side.alice.resolve_conflict(COUNT, ours=how == "ours", theirs=how == "theirs")
    side.alice.pull_tree()
    side.look()
    text = side.text("app/cart.py")
    assert "return 1" in text and ("return 2" if how == "ours" else "return 3") in text
    side.merge_all(random.Random(1))
    assert side.text("app/cart.py") == text
