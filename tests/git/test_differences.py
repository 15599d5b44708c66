"""What differs between two trees, beside what `git diff-tree` says of them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from codebase.repositories import git
from git_world import GitWorld

from store.errors import Code, PatchbayError
from store.git.objects import Entry, Objects
from store.git.repository import open_repository
from store.git.trees import FileChange, differences
from store.source.texts import decode

HASH = ("hash-object", "-w", "-t", "tree", "--literally", "--stdin")
EMPTY = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


@pytest.fixture
def objects(world: GitWorld) -> Objects:
    return Objects(open_repository(world.root))


def said_by_git(root: Path, old: str | None, new: str | None) -> set[FileChange]:
    """What `git diff-tree` says."""
    said = git(
        root, "diff-tree", "-r", "-z", "--raw", "--no-renames", old or EMPTY, new or EMPTY, "--abbrev=40"
    )
    fields = said.split("\0")[:-1]
    found = set()
    for head, name in zip(fields[::2], fields[1::2], strict=True):
        old_mode, new_mode, before, after, _ = head[1:].split(" ")
        ends = [
            None if mode == "000000" else Entry(mode, one)
            for mode, one in ((old_mode, before), (new_mode, after))
        ]
        found.add(FileChange(decode(os.fsencode(name)), *ends))
    return found


def require_alike(world: GitWorld, objects: Objects, old: str | None, new: str | None) -> int:
    for one, other in ((old, new), (new, old)):
        ours = list(differences(objects, one, other))
        assert len(set(ours)) == len(ours)
        assert set(ours) == said_by_git(world.root, one, other)
    return len(list(differences(objects, old, new)))


def tree_of_all(world: GitWorld) -> str:
    world.git("add", "--all")
    return world.git("write-tree")


def test_files_changed_added_removed_and_made_to_run(world: GitWorld, objects: Objects) -> None:
    before = tree_of_all(world)
    world.write("app/cart.py", "x = 1\n")
    world.write("app/deep/er/new.py", "")
    world.write(os.fsdecode(b"app/caf\xe9.py"), "y = 1\n")
    (world.root / "app/shop.py").unlink()
    (world.root / "README").chmod(0o755)
    after = tree_of_all(world)
    assert require_alike(world, objects, before, after) == 5
    assert require_alike(world, objects, None, after) == 4
    assert require_alike(world, objects, after, after) == 0


def test_a_file_that_becomes_a_directory_and_a_directory_that_becomes_a_link(
    world: GitWorld, objects: Objects
) -> None:
    before = tree_of_all(world)
    (world.root / "README").unlink()
    world.write("README/first", "1\n")
    for path in ("app/cart.py", "app/shop.py"):
        (world.root / path).unlink()
    (world.root / "app").rmdir()
    (world.root / "app").symlink_to("README")
    assert require_alike(world, objects, before, tree_of_all(world)) == 5


def test_a_submodule_is_an_entry_of_its_own(world: GitWorld, objects: Objects) -> None:
    before = tree_of_all(world)
    commit = world.git("rev-parse", "HEAD")
    world.git("update-index", "--add", "--cacheinfo", f"160000,{commit},vendor")
    assert require_alike(world, objects, before, world.git("write-tree")) == 1


def test_a_mode_that_git_wrote_long_ago_is_no_difference(world: GitWorld, objects: Objects) -> None:
    blob = world.git("rev-parse", "HEAD:README")
    usual, old = (
        git(world.root, *HASH, given=mode.encode() + b" README\0" + bytes.fromhex(blob))
        for mode in ("100644", "100664")
    )
    assert usual != old
    assert require_alike(world, objects, usual, old) == 0
    assert require_alike(world, objects, None, old) == 1


def test_a_tree_that_is_missing_is_said(objects: Objects) -> None:
    with pytest.raises(PatchbayError) as refused:
        list(differences(objects, None, "1" * 40))
    assert refused.value.code == Code.STORE_DAMAGED
