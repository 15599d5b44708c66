"""A commit made with git in the worktree, and what is edited further: nothing of that is behind."""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import Any

import pytest
from codebase.repositories import git
from desk import CART, Desk, beside
from storage.processes import effects_of, kill_at

ONCE = CART.replace("return sum(prices)", "return sum(prices) + 1")
TWICE = ONCE.replace("def total(prices):\n", "def total(prices):\n    prices = list(prices)\n")
MERGE = """
from store.session_manager import open_store
open_store(Path(sys.argv[1]), user="alice").merge_patch("totals")
"""
ADDED = CART + "\n\ndef added():\n    return 1\n"


@pytest.mark.parametrize(
    ("committed", "edited", "name"),
    [
        (ONCE, TWICE, "app.cart.total"),
        (ADDED, ADDED.replace("return 1\n", "return 2\n"), "app.cart.added"),
        (ONCE, ONCE.replace("return len(prices)", "return 0"), "app.cart.count"),
    ],
    ids=["the definition that was committed", "one that the commit added", "another one"],
)
def test_what_is_edited_after_a_commit_between_two_looks_is_an_edit(
    tmp_path: Path, committed: str, edited: str, name: str
) -> None:
    desk = Desk(tmp_path / "repository")
    desk.write("app/cart.py", committed)
    desk.git("commit", "--quiet", "-a", "-m", "by hand")
    desk.write("app/cart.py", edited)
    desk.look()
    assert list(desk.pending()) == [name]
    view = desk.alice.view()
    assert view.behind == ()
    assert not any(one.unsaved for one in view.editors)
    desk.alice.assign_editor(name, new_patch="more")
    desk.alice.mark_ready("more")
    desk.alice.merge_patch("more")
    assert desk.git("status", "--porcelain") == ""
    assert desk.git("show", "HEAD:app/cart.py") == edited.strip()


def test_what_was_assigned_before_the_commit_goes_on_in_its_patch(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "repository")
    desk.write("app/cart.py", ONCE)
    desk.look()
    desk.alice.assign_editor("app.cart.total", new_patch="totals")
    desk.git("commit", "--quiet", "-a", "-m", "by hand")
    desk.write("app/cart.py", TWICE)
    desk.look()
    assert desk.alice.view().behind == ()
    assert (desk.root / "app/cart.py").read_text() == TWICE
    for editor in desk.pending():
        desk.alice.assign_editor(editor, "totals")
    desk.alice.mark_ready("totals")
    desk.alice.merge_patch("totals")
    assert desk.git("show", "HEAD:app/cart.py") == TWICE.strip()


@pytest.mark.parametrize("looked", [False, True])
@pytest.mark.parametrize("how", ["--mixed", "--soft"])
def test_what_a_reset_takes_out_of_head_again_is_work_whether_or_not_the_merge_was_looked_at(
    desk: Desk, how: str, looked: bool
) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.change("app/shop.py", "return None", "return 2")
    desk.look()
    before = desk.files()
    for patch, target in (("totals", "app.cart.total"), ("closing", "app.shop.close_shop")):
        desk.assign(patch, target)
        desk.merge(patch)
        if looked:
            desk.look()
    desk.git("reset", "--quiet", how, "HEAD~2")
    desk.look()
    assert set(desk.pending()) == {"app.cart.total", "app.shop.close_shop"}
    assert desk.alice.view().behind == ()
    desk.alice.pull_tree()
    assert desk.files() == before
    desk.git("reset", "--quiet")
    desk.merge_all(random.Random(1))
    assert desk.files() == before


def test_what_a_reset_takes_out_of_head_after_a_merge_that_was_killed_is_never_behind(
    desk: Desk, tmp_path: Path, sample: Any
) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.change("app/shop.py", "return None", "return 2")
    desk.look()
    desk.assign("totals", "app.cart.total")
    desk.alice.mark_ready("totals")
    counted = shutil.copytree(desk.root, tmp_path / "counted", symlinks=True)
    effects = effects_of(counted, tmp_path / "effects", MERGE)
    made = max(number for number, one in enumerate(effects, 1) if one == "program")
    *_, written, noted = (number for number, one in enumerate(effects, 1) if one == "replace")
    assert made < written < noted < len(effects)
    told = set()
    for effect in sorted({made + 1, written + 1, noted, *sample(range(written + 2, len(effects) + 1), 1)}):
        root = tmp_path / f"killed-{effect}"
        shutil.copytree(desk.root, root, symlinks=True)
        kill_at(root, effect, MERGE)
        (root / ".git" / "index.lock").unlink(missing_ok=True)
        git(root, "reset", "--quiet", "HEAD~")
        killed = Desk.opened(root)
        before = killed.files()
        killed.look()
        told.add(tuple(killed.pending()))
        assert killed.alice.view().behind == (), effects[effect - 1]
        killed.alice.pull_tree()
        assert killed.files() == before, effects[effect - 1]
        killed.merge_all(random.Random(1))
        killed.require_clean()
        assert killed.files() == before
        shutil.rmtree(root)
    assert told == {("app.shop.close_shop",), ("app.shop.close_shop", "app.cart.total")}


def test_a_killed_merge_that_is_settled_from_another_worktree_is_known_in_its_own(tmp_path: Path) -> None:
    both = tmp_path / "both"
    main = Desk(both / "main")
    side = beside(main)
    side.change("app/cart.py", "return sum(prices)", "return 1")
    side.look()
    side.assign("totals", "app.cart.total")
    side.alice.mark_ready("totals")
    counted = shutil.copytree(both, tmp_path / "counted", symlinks=True)
    git(counted / "main", "worktree", "repair", str(counted / "side"))
    effects = effects_of(counted / "side", tmp_path / "effects", MERGE)
    *_, written, noted = (number for number, one in enumerate(effects, 1) if one == "replace")
    assert written < noted
    kill_at(side.root, written + 1, MERGE)
    main.look()
    side.git("reset", "--quiet", "HEAD~")
    side = Desk.opened(side.root)
    side.look()
    assert set(side.pending()) == {"app.cart.total"}
    assert side.alice.view().behind == ()


def test_a_hard_reset_right_after_a_merge_leaves_nothing_to_assign_or_to_pull(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.assign("totals", "app.cart.total")
    desk.merge("totals")
    desk.git("reset", "--quiet", "--hard", "HEAD~")
    desk.look()
    assert (desk.pending(), desk.alice.view().behind) == ({}, ())
    desk.require_clean()
