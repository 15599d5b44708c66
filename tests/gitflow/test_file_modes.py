"""The mode of a file in another patch than the file."""

from __future__ import annotations

import random

import pytest
from desk import Desk

from store.errors import Code, PatchbayError
from store.model import ConflictKind

NEW, MODE = "app/new.py:<file>", "app/new.py:<mode>:<file>"


def begin_an_executable(desk: Desk) -> None:
    """A new file in one patch, its mode in another."""
    desk.write("app/new.py", "def fresh():\n    return 1\n")
    desk.look()
    desk.assign("file", NEW)
    desk.alice.save_editor(MODE, "100755\n", new_patch="mode", new=True)
    desk.look()
    assert (desk.root / "app/new.py").stat().st_mode & 0o100


def test_the_mode_of_a_new_file_waits_for_the_patch_that_brings_the_file(desk: Desk) -> None:
    begin_an_executable(desk)
    assert [one.patch for one in desk.patch("mode").dependencies] == [desk.patch("file").id]
    desk.merge("file")
    desk.look()
    desk.merge("mode")
    desk.require_clean()


def test_a_mode_whose_file_was_taken_out_beneath_it_is_in_conflict_until_that_comes_back(desk: Desk) -> None:
    begin_an_executable(desk)
    desk.alice.unassign_editor(desk.editor(NEW).id)
    assert [one.kind for one in desk.patch("mode").conflicts] == [ConflictKind.DELETE_UPDATE]
    desk.assign("again", NEW)
    assert desk.patch("mode").conflicts == ()
    assert [one.patch for one in desk.patch("mode").dependencies] == [desk.patch("again").id]
    desk.merge_all(random.Random(1))


def test_a_mode_that_is_changed_goes_to_the_patch_that_brings_the_file(desk: Desk) -> None:
    desk.write("app/new.py", "def fresh():\n    return 1\n")
    desk.look()
    desk.assign("file", NEW)
    desk.alice.assign_editor(desk.editor(NEW).id, new_patch="more", on_top=True)
    desk.write("app/new.py", "def fresh():\n    return 2\n")
    desk.look()
    desk.alice.unassign_editor(desk.editor(NEW).id)
    (desk.root / "app/new.py").chmod(0o755)
    desk.look()
    assert MODE in {op.name for op in desk.patch("file").operations}
    desk.merge_all(random.Random(1))


def test_where_git_is_not_told_whether_modes_count_they_do(desk: Desk) -> None:
    desk.git("config", "--unset", "core.fileMode")
    desk = Desk.opened(desk.root)
    desk.write("run.sh", "echo\n").chmod(0o755)
    (desk.root / "app/cart.py").chmod(0o755)
    desk.look()
    assert set(desk.pending()) == {"run.sh:<file>", "app/cart.py:<mode>:<file>"}
    desk.merge_all(random.Random(1))
    assert desk.git("ls-tree", "HEAD", "run.sh", "app/cart.py").count("100755") == 2


def test_a_new_file_that_was_staged_before_it_was_made_executable_is_merged_as_it_is(desk: Desk) -> None:
    desk.write("run.sh", "echo\n")
    desk.git("add", "run.sh")
    (desk.root / "run.sh").chmod(0o755)
    desk.look()
    desk.assign("script", "run.sh:<file>")
    desk.merge("script")
    desk.require_clean()
    assert desk.git("ls-tree", "HEAD", "run.sh").startswith("100755")


def test_a_new_file_that_was_staged_executable_keeps_that_for_the_patch_of_its_mode(desk: Desk) -> None:
    begin_an_executable(desk)
    desk.git("add", "app/new.py")
    desk.merge("file")
    assert desk.git("diff", "--cached", "--raw").split()[:2] == [":100644", "100755"]
    desk.look()
    desk.merge("mode")
    desk.require_clean()


@pytest.mark.parametrize("stacked", [False, True])
def test_a_mode_whose_file_a_commit_elsewhere_took_away_is_in_conflict(desk: Desk, stacked: bool) -> None:
    mode = "app/cart.py:<mode>:<file>"
    (desk.root / "app/cart.py").chmod(0o755)
    desk.look()
    desk.assign("mode", mode)
    if stacked:
        desk.alice.assign_editor(desk.editor(mode).id, new_patch="back", on_top=True)
        (desk.root / "app/cart.py").chmod(0o644)
        desk.look()
        assert [op.kind for op in desk.patch("back").operations] == ["delete"]
    other = desk.root.parent / "elsewhere"
    desk.git("worktree", "add", "--quiet", "--detach", str(other))
    desk.git("-C", str(other), "rm", "--quiet", "app/cart.py")
    desk.git("-C", str(other), "commit", "--quiet", "-m", "elsewhere")
    desk.git("update-ref", "refs/heads/main", desk.git("-C", str(other), "rev-parse", "HEAD"))
    desk.alice.look()
    assert [one.kind for one in desk.patch("mode").conflicts] == [ConflictKind.DELETE_UPDATE]
    desk.alice.pull_tree()
    with pytest.raises(PatchbayError, match=r"app/cart\.py is gone, and its mode with it") as refusal:
        desk.alice.resolve_conflict(mode, ours=True)
    assert refusal.value.code is Code.INVALID_NAME
    desk.alice.resolve_conflict(mode, theirs=True)
    desk.git("reset", "--quiet")
    desk.merge_all(random.Random(1))
    assert not (desk.root / "app/cart.py").exists()


@pytest.fixture
def executable(desk: Desk) -> Desk:
    """A desk whose cart is executable, as HEAD has it."""
    (desk.root / "app/cart.py").chmod(0o755)
    desk.git("commit", "--quiet", "-am", "executable")
    desk.look()
    return desk


def test_the_mode_of_a_file_that_goes_is_gone_with_it_and_comes_back_with_it(executable: Desk) -> None:
    desk = executable
    (desk.root / "app/cart.py").unlink()
    desk.look()
    assert set(desk.pending()) == {"app/cart.py:<file>"}
    desk.assign("gone", "app/cart.py:<file>")
    desk.alice.unassign_editor("app/cart.py:<file>")
    desk.alice.close_editor("app/cart.py:<file>", discard=True)
    desk.look()
    assert (desk.root / "app/cart.py").stat().st_mode & 0o100
    (desk.root / "app/cart.py").unlink()
    desk.merge_all(random.Random(1))


def test_an_executable_file_that_is_renamed_stays_executable(executable: Desk) -> None:
    desk = executable
    (desk.root / "app/cart.py").rename(desk.root / "app/basket.py")
    desk.look()
    desk.merge_all(random.Random(1))
    assert desk.git("ls-tree", "HEAD", "app/basket.py").startswith("100755")


def test_a_file_whose_deletion_is_joined_with_what_brings_it_leaves_no_mode(desk: Desk) -> None:
    desk.write("app/new.py", "def fresh():\n    return 1\n").chmod(0o755)
    desk.look()
    desk.assign("brings", *desk.pending())
    (desk.root / "app/new.py").unlink()
    desk.alice.assign_editor(desk.editor(NEW).id, new_patch="gone", on_top=True)
    desk.look()
    assert desk.patch("gone").operations
    desk.alice.join_patches("brings", "gone")
    assert desk.patch("gone").operations == ()
    assert desk.alice.conflicts() == ()
    desk.merge_all(random.Random(1))
