"""Where a store lies and how its directories are made."""

from __future__ import annotations

import grp
import os
import stat
import subprocess
from pathlib import Path

import pytest

from store.errors import Code, PatchbayError
from store.storage.layout import StoreLayout, locate
from store.storage.lock import StoreLock
from store.storage.session_files import SessionFiles
from store.storage.texts import TextStore


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def git(directory: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Alice", "-c", "user.email=alice@example.org"]
    subprocess.run(["git", *identity, *arguments], cwd=directory, check=True, capture_output=True)


@pytest.mark.parametrize("umask", [0, 0o022, 0o077])
def test_a_store_is_private_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    layout = StoreLayout(tmp_path / "deep" / "store")
    before = os.umask(umask)
    try:
        assert not layout.exists()
        layout.create()
        lock = StoreLock(layout.lock)
        with lock.exclusive():
            SessionFiles(layout, lock).file("s").save({"session": {}})
    finally:
        os.umask(before)
    assert layout.exists()
    assert {mode_of(directory) for directory in layout.directories} == {0o700}
    assert {mode_of(layout.lock), mode_of(layout.sessions / "s.json")} == {0o600}


def test_a_shared_store_belongs_to_its_group(tmp_path: Path) -> None:
    group = grp.getgrgid(os.getgid())
    layout = StoreLayout(tmp_path / "store")
    before = os.umask(0o077)
    try:
        layout.create(shared_group=group.gr_name)
        digest = TextStore(layout.texts, mode=layout.file_mode).put(b"text")
    finally:
        os.umask(before)
    again = StoreLayout(layout.root)
    assert (again.directory_mode, again.file_mode) == (0o2770, 0o660)
    assert {mode_of(directory) for directory in layout.directories} == {0o2770}
    assert {mode_of(layout.lock), mode_of(layout.texts / digest)} == {0o660}
    assert (layout.texts / digest).stat().st_gid == group.gr_gid


def test_a_group_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PatchbayError, match="no group") as refusal:
        StoreLayout(tmp_path / "store").create(shared_group="no such group")
    assert refusal.value.code is Code.NOT_FOUND
    assert not (tmp_path / "store").exists()


def test_making_a_store_again_changes_nothing(tmp_path: Path) -> None:
    layout = StoreLayout(tmp_path / "store")
    layout.create()
    inode = layout.lock.stat().st_ino
    layout.create()
    assert layout.lock.stat().st_ino == inode


def test_the_store_lies_where_it_is_said(tmp_path: Path) -> None:
    assert locate(tmp_path, tmp_path / "elsewhere") == tmp_path / "elsewhere"


def test_without_a_repository_the_store_lies_in_the_directory(tmp_path: Path) -> None:
    assert locate(tmp_path) == tmp_path / ".patchbay"


def test_in_a_repository_all_worktrees_share_the_store(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = tmp_path / "repository"
    (repository / "deep" / "er").mkdir(parents=True)
    git(repository, "init")
    git(repository, "commit", "--allow-empty", "-m", "Begin")
    git(repository, "worktree", "add", "../worktree")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    expected = repository / ".git" / "patchbay"
    for place in (repository, repository / "deep" / "er", tmp_path / "worktree"):
        assert locate(place) == expected


def test_a_dot_git_that_is_no_repository_counts_for_nothing(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    assert locate(tmp_path) == tmp_path / ".patchbay"


def test_an_empty_directory_that_others_could_write_to_becomes_private(tmp_path: Path) -> None:
    root = tmp_path / "store"
    root.mkdir()
    root.chmod(0o775)
    layout = StoreLayout(root)
    layout.create()
    assert not layout.shared
    assert {mode_of(directory) for directory in layout.directories} == {0o700}
