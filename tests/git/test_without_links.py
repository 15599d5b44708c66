"""A disk where a file can have no second name: git's lock is taken, and after a kill let go, all the same."""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from codebase.kinds import AT
from git_world import CART, SHOP, GitWorld
from storage.processes import effects_of, kill_at, run
from test_git_moments import MERGE, MERGED

from store.codebase.protocol import Prepared
from store.errors import Code, PatchbayError

CHANGES: dict[str, str | None] = {"app/cart.py": MERGED, "lib/new.py": "x = 1\n", "README": None}
LONG_AGO = (time.time() - 7200,) * 2

NO_LINKS = """
import errno
def refused(*names, **more):
    raise OSError(errno.EPERM, "Operation not permitted")
os.link = refused
"""
NO_SYMLINKS = f"{NO_LINKS}\nos.symlink = refused\n"


@pytest.mark.parametrize("disk", [NO_LINKS, NO_SYMLINKS])
def test_a_merge_keeps_what_is_staged_and_leaves_nothing(tmp_path: Path, disk: str) -> None:
    world = GitWorld(tmp_path / "r")
    world.write("app/shop.py", SHOP + "\n\nMORE = 1\n")
    world.git("add", "app/shop.py")
    staged = world.staged()
    run(world.root, disk + MERGE, json.dumps(CHANGES))
    assert world.staged() == staged
    assert world.leftovers() == []
    assert not (world.root / ".git" / "index").is_symlink()
    assert world.git("diff", "--cached", "--name-only") == "app/shop.py"
    assert world.git("fsck", "--strict", "--no-dangling") == ""


def test_a_lock_of_another_git_command_is_never_taken(tmp_path: Path) -> None:
    world = GitWorld(tmp_path / "r")
    (world.root / ".git" / "index.lock").write_bytes(b"another's")
    script = f"{NO_LINKS}{MERGE}".replace("tree.publish(prepared)", "refusal(tree.publish, prepared)")
    asks = (
        "def refusal(verb, *given):\n    try:\n        verb(*given)\n"
        "    except PatchbayError as error:\n        say(error.code)\n        sys.exit()\n"
    )
    said = run(world.root, asks + script, json.dumps(CHANGES)).split("\n")
    assert said[-1] == Code.STORE_LOCKED
    assert (world.root / ".git" / "index.lock").read_bytes() == b"another's"


def test_while_the_lock_is_held_git_itself_waits(tmp_path: Path) -> None:
    world = GitWorld(tmp_path / "r")
    script = NO_LINKS + MERGE
    effects = effects_of_copy(world, script)
    kill_at(world.root, effects.index("symlink") + 2, script, json.dumps(CHANGES))
    assert (world.root / ".git" / "index.lock").is_symlink()
    done = subprocess.run(["git", "add", "README"], cwd=world.root, capture_output=True, check=False)
    assert b"index.lock" in done.stderr


def effects_of_copy(world: GitWorld, script: str) -> list[str]:
    copy = world.root.with_name("copy")
    subprocess.run(["cp", "-a", str(world.root), str(copy)], check=True)
    return effects_of(copy, world.root.with_name("effects"), script, json.dumps(CHANGES))


def test_a_kill_at_any_effect_leaves_the_commit_once_with_its_index_or_neither(
    tmp_path: Path, sample: Any
) -> None:
    script = NO_LINKS + MERGE
    effects = effects_of_copy(GitWorld(tmp_path / "counted" / "r"), script)
    assert effects[-5:] == ["link", "symlink", "program", "replace", "unlink"]
    last = range(len(effects) - 3, len(effects) + 1)
    for effect in sorted({*sample(range(1, len(effects) + 1), 3), *last}):
        world = GitWorld(tmp_path / f"killed-{effect}")
        world.write("app/shop.py", SHOP + "\n\nMORE = 1\n")
        world.git("add", "app/shop.py")
        staged = world.staged()
        said = kill_at(world.root, effect, script, json.dumps(CHANGES))
        if said:
            prepared = Prepared(**json.loads(said))
            made = world.tree.settle(prepared)
            assert made is (world.tree.revision() == prepared.revision)
            assert world.leftovers() == []
        assert not (world.root / ".git" / "index.lock").is_symlink()
        assert world.staged() == staged
        for left in (world.root / ".git").glob("patchbay-index-*"):
            os.utime(left, LONG_AGO)
        if world.tree.history(9)[0].transaction is None:
            world.merge(CHANGES, "t3")
        assert world.git("diff", "--cached", "--name-only") == "app/shop.py"


def test_a_lock_of_the_same_kind_by_another_transaction_is_not_let_go(tmp_path: Path) -> None:
    world = GitWorld(tmp_path / "r")
    prepared = world.tree.prepare(
        {"app/cart.py": CART.replace("return 0", "return 2", 1)},
        expected=world.tree.revision(),
        message="m",
        author="alice",
        at=AT,
        transaction="t9",
    )
    lock = world.root / ".git" / "index.lock"
    lock.symlink_to("patchbay-index-t8")
    with pytest.raises(PatchbayError) as refusal:
        world.tree.publish(prepared)
    assert refusal.value.code is Code.STORE_LOCKED
    assert not world.tree.settle(prepared)
    assert lock.is_symlink()
