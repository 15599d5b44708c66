"""Merging and undoing through the manager, in a real repository."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from codebase.repositories import git
from git_world import CART, GitWorld
from storage.processes import effects_of, kill_at

from store.errors import Code, PatchbayError
from store.model import PatchStatus
from store.session_manager import SessionManager, open_store

TOTAL = "def total():\n    return 1\n"


@pytest.fixture
def alice(world: GitWorld) -> SessionManager:
    manager = open_store(world.root, user="alice")
    manager.start_session("work")
    manager.save_editor("app.cart.total", TOTAL, new_patch="first")
    manager.mark_ready("first")
    return manager


def status(manager: SessionManager) -> PatchStatus:
    return manager.view().patches[0].patch.status


def test_a_merge_is_one_commit_that_says_whose_it_is(world: GitWorld, alice: SessionManager) -> None:
    outcome = alice.merge_patch("first")
    assert outcome.revision == world.git("rev-parse", "HEAD")
    patch = alice.view().patches[0].patch
    assert (patch.status, patch.revision) == (PatchStatus.MERGED, outcome.revision)
    said = world.git("log", "-1", "--format=%s%n%(trailers)").split("\n")
    assert said[:4] == [
        "first",
        f"Patchbay-Session: {alice.current_session()}",
        f"Patchbay-Patch: {patch.id}",
        f"Patchbay-Transaction: {outcome.transaction}",
    ]
    assert world.head("app/cart.py") == CART.replace("return 0", "return 1", 1)
    assert world.staged() == ""


def test_a_chain_of_commits_is_taken_away_and_made_again_at_once(
    world: GitWorld, alice: SessionManager
) -> None:
    before, tree = world.git("rev-parse", "HEAD"), (world.root / "app/cart.py").read_text()
    alice.save_editor("app.cart.count", "def count():\n    return 2\n", new_patch="second")
    alice.add_dependency("second", "first")
    alice.merge_chain(["first", "second"], ["second"])
    assert world.git("log", "-2", "--format=%s") == "second\nfirst"
    for _ in range(2):
        alice.undo()
        assert world.git("rev-parse", "HEAD") == before
        assert [one.patch.status for one in alice.view().patches] == [PatchStatus.READY, PatchStatus.DRAFT]
        alice.redo()
        assert world.git("log", "-2", "--format=%s") == "second\nfirst"
    world.require_whole()
    assert (world.root / "app/cart.py").read_text() != tree


def test_undo_of_a_merge_takes_the_commit_away_and_redo_makes_it_again(
    world: GitWorld, alice: SessionManager
) -> None:
    first = world.git("rev-parse", "HEAD")
    tree = (world.root / "app/cart.py").stat()
    merged = alice.merge_patch("first").revision
    for _ in range(2):
        alice.undo()
        assert world.git("rev-parse", "HEAD") == first
        assert status(alice) is PatchStatus.READY
        assert world.staged() == ""
        alice.redo()
        again = world.git("rev-parse", "HEAD")
        assert world.git("rev-parse", "HEAD^{tree}", "HEAD~") == world.git(
            "rev-parse", f"{merged}^{{tree}}", first
        )
        assert status(alice) is PatchStatus.MERGED
        assert alice.view().patches[0].patch.revision == again
        assert world.git("log", "-1", "--format=%s") == "first"
    world.require_whole()
    assert (world.root / "app/cart.py").stat().st_mtime_ns == tree.st_mtime_ns


def test_the_log_tells_what_a_merge_its_undo_and_its_redo_did_to_files(alice: SessionManager) -> None:
    alice.merge_patch("first")
    alice.undo()
    alice.redo()
    redo, undo, merge = alice.log(limit=3)
    there, back = (
        (CART, CART.replace("return 0", "return 1", 1)),
        (CART.replace("return 0", "return 1", 1), CART),
    )
    assert alice.merged_texts(merge) == alice.merged_texts(redo) == (("app/cart.py", *there),)
    assert alice.merged_texts(undo) == (("app/cart.py", *back),)


def test_a_merge_that_others_have_or_build_on_is_not_undone_and_the_reason_is_told(
    world: GitWorld, alice: SessionManager, tmp_path: Path
) -> None:
    merged = alice.merge_patch("first").revision
    git(tmp_path, "init", "--quiet", "--bare", "remote.git")
    world.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    world.git("push", "--quiet", "origin", "main")
    for words in ("is on origin/main already", "not the latest of its branch"):
        assert words in str(alice.undo_preview().refusal)
        with pytest.raises(PatchbayError, match=words) as refusal:
            alice.undo()
        assert refusal.value.code is Code.RESTS_ON
        assert status(alice) is PatchStatus.MERGED
        world.git("commit", "--quiet", "--allow-empty", "-m", "later")
    assert world.git("rev-parse", "HEAD~2") == merged


def test_on_another_branch_a_merge_is_not_undone(world: GitWorld, alice: SessionManager) -> None:
    merged = alice.merge_patch("first").revision
    world.git("switch", "--quiet", "-c", "other")
    with pytest.raises(PatchbayError):
        alice.undo(session=alice.sessions(all=True)[0].session.id)
    assert world.git("rev-parse", "main", "other").split() == [merged, merged]


MANAGER = """
from store.session_manager import open_store
manager = open_store(Path(sys.argv[1]), user="alice")
"""
VERBS = {
    "a merge": ("", 'manager.merge_patch("first")', PatchStatus.MERGED),
    "an undo of a merge": ('manager.merge_patch("first")', "manager.undo()", PatchStatus.READY),
    "a redo of a merge": (
        'manager.merge_patch("first"); manager.undo()',
        "manager.redo()",
        PatchStatus.MERGED,
    ),
}


@pytest.mark.parametrize("what", VERBS)
def test_after_a_kill_the_commit_and_the_patch_agree(
    world: GitWorld, alice: SessionManager, tmp_path: Path, what: str, sample: Any
) -> None:
    before, verb, after = VERBS[what]
    exec(before, {"manager": alice})
    was = status(alice)
    shutil.copytree(world.root, tmp_path / "counted", symlinks=True)
    effects = effects_of(tmp_path / "counted", tmp_path / "effects", MANAGER + verb)
    moved = max(number for number, one in enumerate(effects, 1) if one == "program")
    for effect in sorted({*sample(range(1, len(effects) + 1), 4), moved, moved + 1, moved + 2}):
        root = tmp_path / f"killed-{effect}"
        shutil.copytree(world.root, root, symlinks=True)
        kill_at(root, effect, MANAGER + verb)
        manager = open_store(root, user="alice")
        found = manager.view().patches[0].patch
        assert found.status in (was, after)
        assert (found.status is after) or effect <= moved
        merged = [one.id for one in manager.codebase.history(9) if one.transaction]
        assert merged == ([found.revision] if found.status is PatchStatus.MERGED else [])
        assert git(root, "diff", "--cached") == ""
        assert [one.name for one in (root / ".git").glob("*.lock")] == []
        if found.status is was:
            for left in (root / ".git").glob("patchbay-index-*"):
                left.unlink()
            exec(verb, {"manager": manager})
            assert status(manager) is after
        assert git(root, "fsck", "--strict", "--no-dangling") == ""
