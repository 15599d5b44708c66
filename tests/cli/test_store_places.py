"""Where there is no store, or none can be: one sentence that says what to do, exit code 3, nothing made."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.commands import COMMAND, Demo, environment, in_process
from tests.cli.repository import Checkout
from tests.codebase.repositories import SETTINGS, git, make_repository

VERBS = (
    ("status",),
    ("log",),
    ("patch", "new", "x"),
    ("session", "start", "x"),
    ("init",),
    ("editor", "list"),
)


@pytest.fixture(autouse=True)
def git_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)


def everything_in(directory: Path) -> set[Path]:
    return set(directory.rglob("*"))


@pytest.mark.parametrize("below", ["", "hooks", "refs/heads"])
def test_a_bare_repository_is_said_to_have_no_working_tree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    bare = tmp_path / "shop.git"
    git(tmp_path, "init", "--quiet", "--bare", str(bare))
    (bare / "hooks").mkdir(exist_ok=True)
    monkeypatch.chdir(bare / below)
    before = everything_in(bare)
    for arguments in VERBS:
        said = in_process(*arguments, "--json")
        assert (said.code, said.refusal) == (3, "store-missing")
        told = said.document["error"]["message"]
        assert "bare git repository, which has no working tree" in told
        assert "`git worktree add DIR`" in told
        assert "init" not in told
    assert everything_in(bare) == before


def test_a_bare_repository_beside_its_worktrees_leads_to_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form in which a directory holds `.bare`, a `.git` that names it, and the worktrees."""
    first = Checkout.made(tmp_path / "first")
    project = tmp_path / "project"
    project.mkdir()
    git(project, "clone", "--quiet", "--bare", str(first.root), ".bare")
    (project / ".git").write_text("gitdir: ./.bare\n")
    git(project, "worktree", "add", "--quiet", "main")
    monkeypatch.chdir(project)
    refused = in_process("status", "--json")
    assert (refused.code, refused.refusal) == (3, "store-missing")
    assert not (project / ".bare" / "patchbay").exists()
    monkeypatch.chdir(project / "main")
    assert in_process("--user", "alice", "status").code == 0
    assert (project / ".bare" / "patchbay").is_dir()


def test_inside_of_a_git_directory_no_store_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_repository(tmp_path / "shop")
    monkeypatch.chdir(tmp_path / "shop" / ".git")
    said = in_process("status")
    assert said.code == 3
    assert "go to its working tree" in said.err
    assert not (tmp_path / "shop" / ".git" / "patchbay").exists()


def test_a_store_elsewhere_can_be_used_from_a_bare_repository(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "shop.git")
    monkeypatch.chdir(tmp_path / "shop.git")
    assert demo("status").code == 0
    settings = {one["name"]: one["value"] for one in in_process("config", "--json").document["settings"]}
    assert settings["store"] == "none"


def test_no_store_is_code_three_wherever_none_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty, file = tmp_path / "empty", tmp_path / "file"
    empty.mkdir()
    file.write_text("no directory\n")
    monkeypatch.chdir(empty)
    for named in (
        [],
        ["--store", str(empty)],
        ["--store", str(tmp_path / "nowhere")],
        ["--store", str(file)],
    ):
        for arguments in VERBS[:4]:
            said = in_process(*named, *arguments, "--json")
            assert (said.code, said.refusal) == (3, "store-missing")
            told = said.document["error"]["message"]
            assert ("`patchbay init --store DIR`" if named else "`patchbay init`") in told
    assert in_process("--store", str(file), "init", "--json").code == 3
    assert everything_in(tmp_path) == {empty, file}
    assert file.read_text() == "no directory\n"


def test_a_store_of_another_repository_is_code_three(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = Checkout.made(tmp_path / "one"), Checkout.made(tmp_path / "other")
    monkeypatch.chdir(one.root)
    one.json("status")
    named = ("--store", str(one.root / ".git" / "patchbay"), "status", "--json")
    for place in (other.root, tmp_path):
        monkeypatch.chdir(place)
        said = in_process(*named)
        assert (said.code, said.refusal) == (3, "store-missing")


NOBODY = (
    "import os, sys; from tui.cli.command import patchbay; from store import session_manager;"
    " os.getuid() or (os.setgid(65534), os.setuid(65534)); patchbay.main()"
)
"""Runs as somebody without rights, who is sure to have imported everything before."""


def test_a_store_that_may_not_be_looked_into_is_code_three(demo: Demo) -> None:
    for parent in demo.store.parents:
        if parent.owner() == demo.store.owner() and str(parent).startswith("/tmp/"):
            parent.chmod(0o755)
    demo.store.chmod(0o000)
    try:
        done = subprocess.run(
            [COMMAND[0], "-c", NOBODY, *demo.options(), "status", "--json"],
            capture_output=True,
            cwd="/",
            env=environment(),
            check=False,
        )
    finally:
        demo.store.chmod(0o700)
    error = json.loads(done.stdout)["error"]
    assert (done.returncode, error["code"]) == (3, "store-locked"), done
    assert f"You may not look into {demo.store}" in error["message"]
