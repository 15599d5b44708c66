"""The demo on a repository: one feature is merged by keys, the other by commands, and nothing is left."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from terminals import Terminal, environment

from tui.demo import ALICE, fixed_clock, fixed_ids
from tui.demo_git import build_git_demo
from tui.demo_git_source import CHANGED

PROJECT = Path(__file__).parents[1]
KEYS = {
    "5": "Editor 5 validate",
    "&": "3 editors chosen",
    "a": "Assign 3 editors",
    "a ": "4 unassigned",
    "m": "mark ready and merge",
    "\r": "Merged A validation-enhancements",
}
"""The README's keys for the first commit, each with what it leads to."""


APART = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
"""Keeps git from the settings of whoever runs the tests."""


def patchbay(*arguments: str, cwd: Path | None = None, **more: str) -> subprocess.CompletedProcess[str]:
    """Run the real command without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "tui.cli", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=environment(**APART, **more),
        cwd=cwd,
        check=False,
    )


def git(root: Path, *arguments: str) -> str:
    """Ask git in a repository."""
    command = ["git", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout


def written(root: Path) -> dict[str, tuple[int, int]]:
    """Tell by inode and time when each file was written last."""
    return {str(one): (one.stat().st_ino, one.stat().st_mtime_ns) for one in root.glob("*/*.py")}


def test_one_feature_is_merged_by_keys_and_the_other_by_commands(tmp_path: Path) -> None:
    alice = Terminal(["-m", "tui.cli", "demo", "--git"], **APART, XDG_CACHE_HOME=str(tmp_path))
    alice.until("7 unassigned")
    (root,) = (tmp_path / "patchbay").glob("demo-*")
    before = written(root)
    for key, shown in KEYS.items():
        alice.send(key[0])
        alice.until(shown)
    alice.send("q")

    assert alice.ended() == 0
    assert git(root, "log", "--format=%an %s").splitlines() == [
        "Alice validation-enhancements",
        "Alice Users and their pages",
    ]
    assign = ("editor", "assign")
    verbs = (
        (*assign, "MyApp.User.save", "--related"),
        (*assign, "MyApp.Profile.directory"),
        ("patch", "ready"),
        ("patch", "merge"),
    )
    for verb in verbs:
        done = patchbay("--user", ALICE, *verb, "B", "--json", cwd=root)
        assert done.returncode == 0, done.stdout
    assert json.loads(done.stdout)["revision"] == git(root, "rev-parse", "HEAD").strip()
    assert git(root, "status", "--porcelain") == ""
    assert "+from functools import cache" in git(root, "show", "HEAD")
    assert git(root, "show", "HEAD~:MyApp/User.py").count("import re\n") == 1
    assert written(root) == before


def test_without_a_terminal_it_is_made_and_named(tmp_path: Path) -> None:
    done = patchbay("demo", "--git", XDG_CACHE_HOME=str(tmp_path))
    (root,) = (tmp_path / "patchbay").glob("demo-*")
    assert done.stdout.startswith(f"The demo's repository is {root}.\n")
    command = next(line.partition(":")[2] for line in done.stdout.splitlines() if line.endswith("status"))
    status = subprocess.run(
        ["sh", "-c", command.replace("patchbay --user", '"$PYTHON" -m tui.cli --user')],
        capture_output=True,
        text=True,
        env=environment(PYTHON=sys.executable),
        check=False,
    )
    assert "MyApp.User.byEmail" in status.stdout
    assert {path: (root / path).read_text() for path in CHANGED} == CHANGED
    assert patchbay("demo", "--git", "--store", str(tmp_path / "s")).returncode == 2
    assert "--git" in patchbay("demo", "--git", "--help").stdout


def test_nothing_in_it_depends_on_who_tries_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = tmp_path / "gitconfig"
    settings.write_text(
        "[commit]\ngpgsign = true\n[user]\nname = Bob\n[core]\nautocrlf = true\nhooksPath = /\n"
        "[init]\ndefaultBranch = trunk\n"
    )
    heads = []
    for number, place in enumerate((settings, Path(os.devnull))):
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(place))
        root = tmp_path / f"demo{number}"
        root.mkdir()
        alice = build_git_demo(root, fixed_clock(), fixed_ids())
        for name in ("create", "EMAIL"):
            alice.assign_editor(f"MyApp.User.{name}", "A")
        alice.mark_ready("A")
        heads.append((alice.codebase.revision(), alice.current_session()))
        alice.merge_patch("A")
        assert git(root, "log", "-1", "--format=%an %s %d").strip() == (
            "Alice validation-enhancements  (HEAD -> main)"
        )
    assert heads[0] == heads[1]


@pytest.mark.parametrize("merged", [(), ("A",), ("B",), ("A", "B"), ("B", "A")])
def test_the_program_works_after_either_feature(tmp_path: Path, merged: tuple[str, ...]) -> None:
    alice = build_git_demo(tmp_path, fixed_clock(), fixed_ids())
    for name in ("User.create", "User.EMAIL", "Profile.contact"):
        alice.assign_editor(f"MyApp.{name}", "A")
    for name in ("User.save", "User.byEmail", "User.findByEmail", "Profile.directory"):
        alice.assign_editor(f"MyApp.{name}", "B")
    for letter in merged:
        alice.mark_ready(letter)
        alice.merge_patch(letter)
    git(tmp_path, "worktree", "add", "--quiet", "--detach", "committed", "HEAD")
    program = (
        'from MyApp import Profile, User\nUser.create("bob@example.com", "Bob")\n'
        'assert User.findByEmail("bob@example.com")["name"] == "Bob"\n'
        'assert "Bob" in Profile.directory(["bob@example.com", "nobody@example.com"])\n'
        'assert User.validate("bob@") is ("A" not in MERGED)\n'
    )
    command = [sys.executable, "-c", f"MERGED = {merged!r}\n{program}"]
    subprocess.run(command, cwd=tmp_path / "committed", check=True)
