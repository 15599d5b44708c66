"""Demos do not pile up: one in which nothing was done goes after a day, and what somebody did never does."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from terminals import Terminal, environment

from tui.demo_places import remove_untouched

APART = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def patchbay(*arguments: str, cwd: Path | None = None, **more: str) -> str:
    """Run the real command; gives what it says."""
    done = subprocess.run(
        [sys.executable, "-m", "tui.cli", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=environment(**APART, **more),
        cwd=cwd,
        check=True,
    )
    return done.stdout


def demo(cache: Path, *kind: str) -> Path:
    """Make a demo as the command does; gives its directory."""
    made = json.loads(patchbay("demo", *kind, "--json", XDG_CACHE_HOME=str(cache)))
    return Path(made.get("store") or made["repository"])


@pytest.fixture(scope="module", params=[(), ("--git",)], ids=["store", "repository"])
def finished(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo that was just made, of each kind; never to be touched."""
    return demo(tmp_path_factory.mktemp("finished"), *request.param)


@pytest.fixture
def mine(finished: Path, tmp_path: Path) -> Path:
    """A copy of a demo with all that is said of it, in a cache directory of its own."""
    shutil.copytree(finished, tmp_path / finished.name, symlinks=True)
    note = f".{finished.name}.made"
    shutil.copy2(finished.with_name(note), tmp_path / note)
    return tmp_path / finished.name


def a_day_later(directory: Path) -> None:
    """Do what making another demo does, on the next day."""
    remove_untouched(directory.parent, time.time() + 1)


def options(directory: Path) -> list[str]:
    """Give what a command in a demo's directory needs to be about that."""
    return ["--user", "alice", *([] if (directory / ".git").exists() else ["--store", str(directory)])]


def everything_in(directory: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in directory.rglob("*") if path.is_file()}


def test_making_one_removes_those_of_yesterday(tmp_path: Path) -> None:
    first, second = demo(tmp_path), demo(tmp_path)
    yesterday = time.time() - 25 * 3600
    os.utime(first.with_name(f".{first.name}.made"), (yesterday, yesterday))
    third = demo(tmp_path)
    assert {one.name for one in (tmp_path / "patchbay").iterdir()} == {
        name for one in (second, third) for name in (one.name, f".{one.name}.made")
    }


def test_one_that_was_only_looked_at_goes(mine: Path) -> None:
    remove_untouched(mine.parent, time.time() - 24 * 3600)
    assert mine.exists()
    for verb in (["status"], ["patch", "show", "A"]):
        patchbay(*options(mine), *verb, cwd=mine)
    a_day_later(mine)
    assert list(mine.parent.iterdir()) == []


def named(directory: Path) -> None:
    patchbay(*options(directory), "patch", "new", "mine", cwd=directory)


def typed(directory: Path) -> None:
    text = directory.parent / "text"
    text.write_text("def validate(email):\n    return 'mine'\n")
    save = ["editor", "type", "MyApp.User.validate", "--file", str(text)]
    patchbay(*options(directory), *save, cwd=directory)


def put_beside(directory: Path) -> None:
    (directory / "notes.txt").write_text("mine\n")


def changed_in_length_alone(directory: Path) -> None:
    """One file is longer, another one shorter by as much."""
    one, other = sorted(path for path in directory.rglob("*") if path.is_file() and path.stat().st_size)[:2]
    one.chmod(0o600)
    other.chmod(0o600)
    one.write_bytes(one.read_bytes() + b"x")
    other.write_bytes(other.read_bytes()[:-1])


def given_a_mode(directory: Path) -> None:
    next(path for path in sorted(directory.rglob("*")) if path.is_file()).chmod(0o755)


def linked(directory: Path) -> None:
    (directory / "elsewhere").symlink_to(directory.parent)


def piped(directory: Path) -> None:
    os.mkfifo(directory / "pipe")


@pytest.mark.parametrize(
    "deed", [named, typed, put_beside, changed_in_length_alone, given_a_mode, linked, piped]
)
def test_one_in_which_something_was_done_stays(mine: Path, deed: Callable[[Path], None]) -> None:
    deed(mine)
    before = everything_in(mine)
    for _ in range(2):
        a_day_later(mine)
        assert everything_in(mine) == before


def test_one_that_somebody_is_in_stays_until_they_have_gone(mine: Path) -> None:
    alice = Terminal(["-m", "tui.cli", *options(mine)], before=lambda: os.chdir(mine), **APART)
    try:
        alice.until("Actions")
        a_day_later(mine)
        assert mine.exists()
        alice.send("q")
        assert alice.ended() == 0
    finally:
        alice.close()
    a_day_later(mine)
    assert not mine.exists()


def test_what_a_killed_process_left_goes_and_nothing_else(tmp_path: Path) -> None:
    names = {".patchbay-demo-x", ".removed-demo-x", "demo-without-a-note", "else"}
    for name in names:
        (tmp_path / name / "store").mkdir(parents=True)
    remove_untouched(tmp_path, time.time() - 3600)
    assert {one.name for one in tmp_path.iterdir()} == names
    remove_untouched(tmp_path, time.time() + 1)
    assert {one.name for one in tmp_path.iterdir()} == {"demo-without-a-note", "else"}
