"""Undo of a merge stages again what was staged before it, where that still is as the merge left it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from codebase.repositories import git
from git_world import CART, SHOP, GitWorld, definitions
from storage.processes import effects_of, kill_at

from store.errors import Code, PatchbayError
from store.session_manager import SessionManager, open_store

ONE, TWO = CART.replace("return 0", "return 1", 1), definitions("total", "count", "tax", total=1, tax=3)
TAX = definitions("total", "count", "tax", tax=3)


def same_file(world: GitWorld) -> dict[str, str | None]:
    world.write("app/cart.py", TWO)
    world.git("add", "app/cart.py")
    return {"app/cart.py": ONE}


def two_files(world: GitWorld) -> dict[str, str | None]:
    world.write("app/cart.py", ONE)
    world.write("app/shop.py", SHOP + "\n\nMORE = 1\n")
    world.git("add", "--all")
    return {"app/cart.py": ONE}


def partly(world: GitWorld) -> dict[str, str | None]:
    world.write("app/cart.py", TAX)
    world.git("add", "app/cart.py")
    world.write("app/cart.py", TWO)
    return {"app/cart.py": TWO}


def mixed(world: GitWorld) -> dict[str, str | None]:
    world.write("app/cart.py", ONE)
    world.git("add", "app/cart.py")
    world.write("app/cart.py", TWO)
    return {"app/cart.py": TAX}


def added(world: GitWorld) -> dict[str, str | None]:
    world.write("new.py", definitions("one", "two"))
    world.git("add", "new.py")
    return {"new.py": definitions("one", "two")}


def added_in_part(world: GitWorld) -> dict[str, str | None]:
    added(world)
    return {"new.py": definitions("one")}


def deleted(world: GitWorld) -> dict[str, str | None]:
    world.git("rm", "--quiet", "app/shop.py")
    return {"app/shop.py": None}


def out_of_the_index(world: GitWorld) -> dict[str, str | None]:
    world.write("app/cart.py", ONE)
    world.git("rm", "--quiet", "--cached", "app/cart.py")
    return {"app/cart.py": ONE}


def intended(world: GitWorld) -> dict[str, str | None]:
    world.write("new.py", definitions("one", "two"))
    world.git("add", "--intent-to-add", "new.py")
    return {"new.py": definitions("one")}


def intended_and_ignored(world: GitWorld) -> dict[str, str | None]:
    world.write(".git/info/exclude", "*.log\n")
    world.write("run.log", "1\n")
    world.git("add", "--force", "--intent-to-add", "run.log")
    return {"run.log": "1\n"}


def mode(world: GitWorld) -> dict[str, str | None]:
    world.write("README", "read me\n").chmod(0o755)
    world.git("add", "README")
    return {"README:<mode>": "100755\n"}


def mode_beside_text(world: GitWorld) -> dict[str, str | None]:
    world.write("app/cart.py", ONE).chmod(0o755)
    world.git("add", "app/cart.py")
    return {"app/cart.py": ONE}


def assumed(world: GitWorld) -> dict[str, str | None]:
    world.write("app/cart.py", ONE)
    world.git("add", "app/cart.py")
    world.git("update-index", "--assume-unchanged", "app/cart.py")
    return {"app/cart.py": ONE}


def nothing(world: GitWorld) -> dict[str, str | None]:
    world.write("app/cart.py", ONE)
    world.write("new.py", "x = 1\n")
    return {"app/cart.py": ONE, "new.py": "x = 1\n", "README": None}


CASES: dict[str, Callable[[GitWorld], dict[str, str | None]]] = {
    one.__name__.replace("_", " "): one
    for one in (
        *(same_file, two_files, partly, mixed, added, added_in_part, deleted, out_of_the_index),
        *(intended, intended_and_ignored, mode, mode_beside_text, assumed, nothing),
    )
}


def index(world: GitWorld) -> tuple[str, ...]:
    """Every entry with its flags, and what is only said to come."""
    return (
        world.git("ls-files", "-v", "-s"),
        world.staged(),
        world.git("diff"),
    )


@pytest.mark.parametrize("case", CASES)
def test_taking_a_merge_back_stages_again_what_was_staged(world: GitWorld, case: str) -> None:
    changes = CASES[case](world)
    before, head = index(world), world.tree.revision()
    for number in range(2):
        prepared = world.prepare(changes, f"t{number}")
        world.tree.publish(prepared)
        assert index(world) != before
        back = world.tree.prepare_return(prepared.revision, transaction=f"u{number}", staged=prepared.staged)
        world.tree.publish(back)
        assert (index(world), world.tree.revision()) == (before, head)
    assert bool(prepared.staged) is (case != "nothing")
    world.require_whole()


@pytest.mark.parametrize("case", CASES)
def test_what_is_staged_beside_a_merge_that_is_published_late_comes_back_too(
    world: GitWorld, case: str
) -> None:
    changes = CASES[case](world)
    prepared = world.prepare(changes)
    world.write("late.py", "x = 1\n")
    world.git("add", "late.py")
    before = index(world)
    world.tree.publish(prepared)
    back = world.tree.prepare_return(prepared.revision, transaction="u", staged=prepared.staged)
    world.write("later.py", "x = 1\n")
    world.git("add", "later.py")
    world.tree.publish(back)
    world.git("rm", "--quiet", "--force", "later.py")
    assert index(world) == before


@pytest.mark.parametrize("instead", [None, "new.py/more.py"])
def test_what_was_said_to_come_and_is_no_file_any_more_is_in_no_index(
    world: GitWorld, instead: str | None
) -> None:
    prepared = world.prepare(intended(world))
    world.tree.publish(prepared)
    (world.root / "new.py").unlink()
    if instead is not None:
        world.write(instead, "x = 1\n")
    back = world.tree.prepare_return(prepared.revision, transaction="u", staged=prepared.staged)
    world.tree.publish(back)
    assert "new.py" not in world.git("ls-files")
    world.require_whole()


def test_what_was_staged_otherwise_since_the_merge_is_kept(world: GitWorld) -> None:
    prepared = world.prepare(same_file(world))
    world.tree.publish(prepared)
    world.write("app/cart.py", definitions("total", "count", "tax", total=1, tax=4))
    world.git("add", "app/cart.py")
    world.tree.publish(world.tree.prepare_return(prepared.revision, transaction="u", staged=prepared.staged))
    assert "+    return 4" in world.staged() and "return 3" not in world.staged()
    assert "return 1" not in world.staged()


def test_what_was_unstaged_since_the_merge_is_not_staged_again(world: GitWorld) -> None:
    prepared = world.prepare(same_file(world))
    world.tree.publish(prepared)
    world.git("reset", "--quiet", "--", "app/cart.py")
    world.tree.publish(world.tree.prepare_return(prepared.revision, transaction="u", staged=prepared.staged))
    assert world.staged() == ""


def test_content_that_git_has_pruned_is_not_staged_again(world: GitWorld) -> None:
    prepared = world.prepare(mixed(world))
    world.tree.publish(prepared)
    (staged,) = prepared.staged
    assert staged.before is not None and world.staged() != ""
    world.git("gc", "--quiet", "--prune=now")
    assert world.git("cat-file", "-t", staged.before.id, check=False) == ""
    world.tree.publish(world.tree.prepare_return(prepared.revision, transaction="u", staged=prepared.staged))
    assert "+    return 1" in world.staged() and "return 3" not in world.staged()
    world.require_whole()


def test_what_is_not_merged_in_the_index_since_is_not_taken_for_resolved(world: GitWorld) -> None:
    prepared = world.prepare(same_file(world))
    world.tree.publish(prepared)
    (after,) = (one.after for one in prepared.staged)
    assert after is not None
    lines = "".join(f"100644 {after.id} {stage}\tapp/cart.py\n" for stage in (1, 2, 3))
    gone = f"0 {'0' * len(after.id)} 0\tapp/cart.py\n"
    git(world.root, "update-index", "--index-info", given=(gone + lines).encode())
    with pytest.raises(PatchbayError, match="not merged in the index") as refusal:
        world.tree.prepare_return(prepared.revision, transaction="u", staged=prepared.staged)
    assert refusal.value.code is Code.CONFLICTS


# Through the log


@pytest.fixture
def alice(world: GitWorld) -> SessionManager:
    """Two definitions of one file and a new file, all staged, in three patches."""
    manager = open_store(world.root, user="alice")
    manager.start_session("work")
    world.write("app/cart.py", TWO)
    world.write("new.py", definitions("one"))
    world.git("add", "--all")
    manager.look()
    for editor in tuple(manager.view().state.editors.values()):
        manager.assign_editor(editor.id, new_patch=editor.target)
    for one in manager.view().patches:
        manager.mark_ready(one.patch.id)
    return manager


def opened(world: GitWorld) -> SessionManager:
    return open_store(world.root, user="alice")


def test_undo_of_a_merge_stages_it_again_and_redo_leaves_what_the_merge_left(
    world: GitWorld, alice: SessionManager
) -> None:
    names = [one.patch.name for one in alice.view().patches]
    assert len(names) == 3
    states = [index(world)]
    for name in names:
        opened(world).merge_patch(name)
        states.append(index(world))
    assert states[-1][1] == ""
    for _ in range(2):
        for state in reversed(states[:-1]):
            opened(world).undo()
            assert index(world) == state
        for state in states[1:]:
            opened(world).redo()
            assert index(world) == state
    world.require_whole()


def test_undo_of_a_merge_whose_entry_does_not_say_what_was_staged_is_as_before(
    world: GitWorld, alice: SessionManager
) -> None:
    alice.merge_patch("app.cart.total")
    (path,) = (world.root / ".git/patchbay/sessions").glob("*.json")
    tables = json.loads(path.read_text())
    rows = [row for table in tables.values() if isinstance(table, dict) for row in table.values()]
    entries = [row for row in rows if isinstance(row, dict) and row.pop("staged", None) is not None]
    assert any(row["verb"] == "patch.merge" for row in entries)
    path.write_text(json.dumps(tables))
    opened(world).undo()
    assert "+    return 3" in world.staged() and "return 1" not in world.staged()
    assert opened(world).repository.reports == []


UNDO = """
from store.session_manager import open_store
open_store(Path(sys.argv[1]), user="alice").undo()
"""


def test_a_kill_while_a_merge_is_undone_stages_all_of_it_again_or_nothing(
    world: GitWorld, alice: SessionManager, tmp_path: Path
) -> None:
    before = index(world)
    alice.merge_patch("app.cart.total")
    merged = index(world)
    counted = tmp_path / "counted"
    shutil.copytree(world.root, counted, symlinks=True)
    effects = effects_of(counted, tmp_path / "effects", UNDO)
    moved = [number for number, one in enumerate(effects, 1) if one == "program"]
    for effect in (*moved, *(one + 1 for one in moved), moved[-1] + 2):
        root = tmp_path / f"killed-{effect}"
        shutil.copytree(world.root, root, symlinks=True)
        kill_at(root, effect, UNDO)
        manager = open_store(root, user="alice")
        merged_still = any(one.patch.merged_at is not None for one in manager.view().patches)
        here = GitWorld.__new__(GitWorld)
        here.root = root
        assert index(here) == (merged if merged_still else before)
