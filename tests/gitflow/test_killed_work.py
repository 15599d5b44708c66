"""SIGKILL at every effect of a whole verb in a repository: done once or not at all, and nothing is lost."""

from __future__ import annotations

import os
import random
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from codebase.repositories import git
from desk import SHOP, Desk
from storage.processes import effects_of, kill_at

from store.model import PatchStatus

ELSEWHERE = "elsewhere"
LONG_AGO = (time.time() - 7200,) * 2
TOTAL, COUNT = "app.cart.total", "app.cart.count"
CHANGED = "def total(prices):\n    return sum(prices) * RATE\n"

OPEN = """
from store.session_manager import open_store
manager = open_store(Path(sys.argv[1]), user="alice")
"""


def two_patches(desk: Desk) -> None:
    """Two patches tangled in one file, and a third change in none."""
    desk.change("app/cart.py", "return sum(prices)", "return sum(prices) * RATE")
    desk.change("app/cart.py", "return len(prices)", "return len(prices) + 1")
    desk.change("app/shop.py", "return None", "return name")
    desk.look()
    desk.assign("totals", TOTAL)
    desk.assign("counts", COUNT)
    desk.alice.mark_ready("totals")


def one_merged(desk: Desk) -> None:
    two_patches(desk)
    desk.merge("totals")


def changed_outside(desk: Desk) -> None:
    """A patch whose definition is changed again in the tree, and more beside it, not yet looked at."""
    two_patches(desk)
    desk.change("app/cart.py", "return len(prices) + 1", "return len(prices) + 2")
    desk.write("app/shop.py", SHOP.replace("def open_shop", "def reopen_shop"))
    desk.write("app/new.py", "def fresh():\n    return 1\n")


def typed(desk: Desk) -> None:
    """A text that was typed in the program and not saved."""
    two_patches(desk)
    desk.alice.type_text(TOTAL, CHANGED.replace("RATE", "3"))


def behind(desk: Desk) -> None:
    """Two patches, and a branch that has moved on: in a file of theirs, with a new one, without another."""
    two_patches(desk)
    other = desk.root.parent / "elsewhere"
    desk.git("worktree", "add", "--quiet", "--detach", str(other))
    place = other / "app/cart.py"
    place.write_text(place.read_text().replace("return os.getcwd()", "return os.curdir"))
    (other / "app/late.py").write_text("def late():\n    return 1\n")
    (other / "notes.txt").unlink()
    git(other, "add", "--all")
    git(other, "commit", "--quiet", "-m", ELSEWHERE)
    new = git(other, "rev-parse", "HEAD")
    desk.git("worktree", "remove", "--force", str(other))
    desk.git("update-ref", "refs/heads/main", new)
    desk.git("reset", "--quiet")


def nothing(desk: Desk) -> None:
    """A tree without changes."""


@dataclass(frozen=True)
class Story:
    """What a process is killed in, and which files it may write."""

    prepare: Callable[[Desk], None]
    verb: str
    may_write: tuple[str, ...] = ()
    sampled: int = 4

    @property
    def script(self) -> str:
        return f"{OPEN}{self.verb}\nsay('acknowledged')\n"


STORIES = {
    "a merge": Story(two_patches, 'manager.merge_patch("totals")', sampled=5),
    "a look": Story(changed_outside, "manager.look()"),
    "an undo of a merge": Story(one_merged, "manager.undo()"),
    "a pull into the tree": Story(
        behind, "manager.pull_tree()", ("app/cart.py", "app/late.py", "notes.txt"), sampled=4
    ),
    "a save of the buffer": Story(typed, f"manager.save_editor({TOTAL!r})", ("app/cart.py",)),
    "a save of a definition": Story(
        nothing, f"manager.save_editor({TOTAL!r}, {CHANGED!r}, new_patch='totals')", ("app/cart.py",)
    ),
}


def bytes_of(desk: Desk) -> dict[str, bytes]:
    """What the files of the working tree say."""
    return {
        str(Path(path).relative_to(desk.root)): data
        for path, (*_, data) in desk.files().items()
        if not path.endswith(".part")
    }


@pytest.mark.parametrize("name", STORIES)
def test_a_kill_at_any_effect_loses_nothing_of_the_tree_and_merges_once_or_not(
    tmp_path: Path, name: str, sample: Any
) -> None:
    story = STORIES[name]
    desk = Desk(tmp_path / "r")
    story.prepare(desk)
    counted = shutil.copytree(desk.root, tmp_path / "counted", symlinks=True)
    effects = effects_of(counted, tmp_path / "effects", story.script)
    after = bytes_of(Desk.opened(counted))
    for effect in sample(range(1, len(effects) + 1), story.sampled):
        root = tmp_path / f"killed-{effect}"
        shutil.copytree(desk.root, root, symlinks=True)
        assert kill_at(root, effect, story.script) == ""
        require_whole(Desk.opened(root), story, after, f"{effect} {effects[effect - 1]}")
        shutil.rmtree(root)


def require_whole(desk: Desk, story: Story, after: dict[str, bytes], where: str) -> None:
    """Nothing is half done, nothing is lost, and work goes on."""
    before, now = bytes_of(Desk.opened(desk.root.parent / "r")), bytes_of(desk)
    for path in (*before, *(path for path in now if path not in before)):
        allowed = {before.get(path)} | ({after.get(path)} if path in story.may_write else set())
        assert now.get(path) in allowed, f"{path}: {where}"
    editors = desk.alice.view().state.editors
    buffers = [one.text for editor in editors if (one := desk.alice.buffer(editor))]
    if story.prepare is behind:
        desk.alice.pull_tree()
        assert set(desk.pending()) == {"app.shop.close_shop"}, where
        assert desk.alice.view().behind == (), where
    desk.look()
    if story.prepare is typed:
        assert "* 3" in desk.text("app/cart.py") or any("* 3" in one for one in buffers), where
    merged = [one for one in desk.state.patches.values() if one.status is PatchStatus.MERGED]
    subjects = [one for one in desk.git("log", "--format=%s").split("\n")[:-1] if one != ELSEWHERE]
    assert sorted(one.name for one in merged) == sorted(subjects), where
    assert desk.git("diff", "--cached", "--name-only") == "", where
    assert not (desk.root / ".git" / "index.lock").exists(), where
    for left in desk.root.rglob("*.part"):
        os.utime(left, LONG_AGO)
    for editor in desk.state.editors.values():
        if desk.alice.buffer(editor.id):
            desk.alice.save_editor(editor.id)
    desk.merge_all(random.Random(1))
