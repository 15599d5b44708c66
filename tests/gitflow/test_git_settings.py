"""Whatever git is set to, wherever the repository lies: the same day's work, or a clear refusal."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from codebase.repositories import git, make_repository
from desk import FILES, Desk
from storage.processes import PROJECT

from store.errors import Code, PatchbayError
from store.session_manager import init_store

TOTAL, CLOSE = "app.cart.total", "app.shop.close_shop"
PATCHBAY = "from tui.cli import main; main()"
FAR = "def far():\n    return 1\n\n\ndef near():\n    return 2\n"

HOSTILE_OUTPUT = {
    "alias.rev-parse": "!false",
    "alias.status": "!false",
    "alias.cat-file": "!false",
    "color.diff": "always",
    "color.status": "always",
    "color.ui": "always",
    "core.abbrev": "4",
    "core.editor": "false",
    "core.pager": "false",
    "core.quotePath": "false",
    "diff.context": "0",
    "diff.external": "false",
    "diff.mnemonicPrefix": "true",
    "diff.noprefix": "true",
    "diff.renames": "copies",
    "format.pretty": "oneline",
    "log.decorate": "full",
    "log.follow": "true",
    "log.showSignature": "true",
    "pager.log": "true",
    "pager.status": "true",
    "status.branch": "true",
    "status.relativePaths": "false",
    "status.short": "true",
    "status.showStash": "true",
}
SETTINGS: dict[str, dict[str, str]] = {
    "output": HOSTILE_OUTPUT,
    "a hook that watches fails": {"core.fsmonitor": "false-monitor"},
    "git watches": {"core.fsmonitor": "true"},
    "untracked files are hidden": {"status.showUntrackedFiles": "no", "core.untrackedCache": "true"},
    "an index of version 4": {"index.version": "4"},
    "a split index": {"core.splitIndex": "true"},
    "many files": {"feature.manyFiles": "true", "index.skipHash": "true"},
    "messages": {
        "commit.cleanup": "strip",
        "commit.template": "/nowhere",
        "commit.verbose": "true",
        "core.commentChar": ";",
        "i18n.commitEncoding": "latin1",
        "i18n.logOutputEncoding": "latin1",
    },
    "a file system that knows little": {
        "core.checkStat": "minimal",
        "core.fileMode": "false",
        "core.ignoreCase": "true",
        "core.trustctime": "false",
    },
}


def a_day(desk: Desk) -> None:
    """Find, assign, merge, undo and merge again, with something staged, until all is in HEAD."""
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.change("app/shop.py", "return None", "return name")
    desk.write("app/new.py", "x = 1\n")
    desk.look()
    assert set(desk.pending()) == {TOTAL, CLOSE, "app/new.py:<file>"}
    desk.assign("totals", TOTAL)
    desk.merge("totals")
    desk.alice.undo()
    desk.merge("totals")
    desk.write("notes.txt", "staged\n")
    desk.git("add", "notes.txt")
    desk.look()
    desk.assign("closing", CLOSE)
    desk.merge("closing")
    assert desk.git("diff", "--no-ext-diff", "--cached", "--name-only") == "notes.txt"
    desk.git("reset", "--quiet")
    desk.look()
    while pending := list(desk.pending()):
        desk.assign("rest", *pending)
        desk.look()
    desk.merge("rest")
    assert desk.git("status", "--porcelain", "--untracked-files=all", "--no-branch") == ""


def desk_with(root: Path, settings: dict[str, str]) -> Desk:
    """A desk in a repository where these settings hold from the beginning."""
    make_repository(root)
    for name, value in settings.items():
        git(root, "config", name, value)
    for path, text in FILES.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "-m", "first")
    return Desk.started(root)


@pytest.mark.parametrize("name", SETTINGS)
def test_a_days_work_whatever_git_is_set_to(tmp_path: Path, name: str) -> None:
    a_day(desk_with(tmp_path / "r", SETTINGS[name]))


@pytest.mark.parametrize(
    "name", ["a b 'c\"", "a\nb", os.fsdecode(b"a\xff\xfeb"), "é\x1b[31m☃", "-x", "$(false)`false`", "end\n"]
)
def test_a_days_work_wherever_the_repository_lies(tmp_path: Path, name: str) -> None:
    a_day(desk_with(tmp_path / name, {}))


def test_what_other_repository_the_environment_names_is_not_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(tmp_path / "r")
    other = tmp_path / "other"
    make_repository(other)
    for name, value in {
        "GIT_DIR": str(other / ".git"),
        "GIT_WORK_TREE": str(other),
        "GIT_INDEX_FILE": str(other / "strange"),
        "GIT_OBJECT_DIRECTORY": str(tmp_path / "nowhere"),
        "GIT_NAMESPACE": "strange",
        "GIT_PREFIX": "app/",
        "GIT_TRACE": str(tmp_path / "trace"),
        "GIT_EXTERNAL_DIFF": "false",
    }.items():
        monkeypatch.setenv(name, value)
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.alice.look()
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            PATCHBAY,
            "--user",
            "alice",
            "editor",
            "assign",
            TOTAL,
            "--new-patch",
            "totals",
        ],
        cwd=desk.root / "app",
        env=os.environ | {"PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    desk.alice.mark_ready("totals")
    desk.alice.merge_patch("totals")
    monkeypatch.undo()
    assert desk.git("log", "-1", "--format=%s") == "totals"
    assert not (tmp_path / "trace").exists()
    assert list(other.iterdir()) == [other / ".git"]


def test_a_repository_that_git_does_not_trust_is_refused_with_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_repository(tmp_path / "r")
    own = tmp_path / "bin" / "git"
    own.parent.mkdir()
    own.write_text(f'#!/bin/sh\nGIT_TEST_ASSUME_DIFFERENT_OWNER=1 exec {shutil.which("git")} "$@"\n')
    own.chmod(0o755)
    monkeypatch.setenv("PATH", str(own.parent), prepend=os.pathsep)
    with pytest.raises(PatchbayError, match="dubious ownership") as refusal:
        init_store(tmp_path / "r", user="alice")
    assert refusal.value.code is Code.STORE_MISSING


# What git is told to take for unchanged


def far_desk(root: Path) -> Desk:
    return Desk(root, {**FILES, "lib/far.py": FAR})


def pulled(desk: Desk, text: str) -> None:
    """Somebody else's commit of the far file comes in by a pull."""
    other = desk.root.parent / "other"
    git(desk.root.parent, "clone", "--quiet", str(desk.root), str(other))
    (other / "lib/far.py").write_text(text)
    git(other, "-c", "user.name=bob", "-c", "user.email=bob@example.org", "commit", "--quiet", "-am", "bob's")
    desk.git("pull", "--quiet", "--ff-only", str(other), "main")


def outside(desk: Desk) -> None:
    desk.git("sparse-checkout", "set", "--cone", "app")


def outside_by_pattern(desk: Desk) -> None:
    desk.git("sparse-checkout", "set", "--no-cone", "/app/", "/notes.txt")


def outside_of_a_sparse_index(desk: Desk) -> None:
    desk.git("sparse-checkout", "set", "--cone", "--sparse-index", "app")


@pytest.mark.parametrize("narrowed", [outside, outside_by_pattern, outside_of_a_sparse_index])
def test_files_outside_of_a_sparse_checkout_are_nobodys_deletion(
    tmp_path: Path, narrowed: Callable[[Desk], None]
) -> None:
    desk = far_desk(tmp_path / "r")
    narrowed(desk)
    desk.look()
    assert desk.pending() == {}
    pulled(desk, FAR.replace("return 1", "return 10"))
    desk.look()
    assert desk.pending() == {}
    assert desk.alice.view().behind == ()
    with pytest.raises(PatchbayError, match=r"takes lib/far\.py for unchanged") as refusal:
        desk.alice.save_editor("lib.far.near", "def near():\n    return 3\n", new_patch="far")
    assert refusal.value.code is Code.NOT_FOUND
    a_day(desk)
    assert not (desk.root / "lib").exists()
    desk.git("sparse-checkout", "disable")
    desk.look()
    assert desk.pending() == {}
    desk.alice.save_editor("lib.far.near", "def near():\n    return 3\n", new_patch="far")
    assert "return 3" in desk.text("lib/far.py") and "return 10" in desk.text("lib/far.py")


@pytest.mark.parametrize("mark", ["skip-worktree", "assume-unchanged"])
def test_a_file_that_git_takes_for_unchanged_is_not_looked_at(tmp_path: Path, mark: str) -> None:
    desk = far_desk(tmp_path / "r")
    desk.git("update-index", f"--{mark}", "lib/far.py")
    desk.change("lib/far.py", "return 1", "return 'mine alone'")
    desk.alice.look(["lib/far.py"])
    desk.look()
    assert desk.pending() == {}
    a_day(desk)
    assert "mine alone" in desk.text("lib/far.py")
    desk.git("update-index", f"--no-{mark}", "lib/far.py")
    desk.look()
    assert set(desk.pending()) == {"lib.far.far"}
