"""The demo: the seed's session, the same every time, with a program that works before and after."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.errors import Code, PatchbayError
from store.session_manager import SessionManager
from tui.cli.stores import demo_lines
from tui.demo import ALICE, BOB, SESSION, build_demo, fixed_clock, fixed_ids, open_demo

PROJECT = Path(__file__).parents[1]


@pytest.fixture
def alice(tmp_path: Path) -> SessionManager:
    return build_demo(tmp_path / "store", fixed_clock(), fixed_ids())


def files_of(directory: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(directory.rglob("*")):
        if path.is_file() and path.name != "lock":
            yield str(path.relative_to(directory)), path.read_bytes()


def patchbay(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the real command without a terminal."""
    return subprocess.run(
        [sys.executable, "-m", "tui.cli", *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(PROJECT)} | environment,
        check=False,
    )


def test_it_is_the_session_of_the_seed(alice: SessionManager) -> None:
    view = alice.view()
    assert view.session.name == SESSION
    assert view.session.description == "Enhancing user validation and profile features"
    assert view.session.created_by == ALICE
    assert view.codebase.revision == "12"
    editors = [(one.editor.number, one.editor.target, one.patch and one.patch.name) for one in view.editors]
    assert editors == [
        (1, "MyApp.User.validate", "validation-enhancements"),
        (2, "MyApp.Database.User.findByEmail", "performance-optimizations"),
        (3, "MyApp.User.Profile.render", None),
    ]
    patches = [(one.patch.letter, one.patch.name, len(one.patch.operations)) for one in view.patches]
    assert patches == [
        ("A", "validation-enhancements", 3),
        ("B", "performance-optimizations", 1),
        ("C", "validation-tests", 1),
    ]
    assert [one.ready_to_merge for one in view.patches] == [True, False, False]
    assert [str(one.patch.status) for one in view.patches] == ["ready", "draft", "draft"]
    assert [one.kind for one in view.editors[2].editor.pending] == ["update"]


def test_bob_sees_the_same_and_his_patch_waits_for_hers(alice: SessionManager) -> None:
    bob = alice.as_user(BOB)
    view = bob.view()
    assert view.session.id == alice.view().session.id
    tests = view.patches[2]
    assert tests.patch.created_by == BOB
    assert [one.code for one in tests.blockers] == [Code.NOT_READY, Code.DEPENDENCY_UNMERGED]
    assert [one.name for one in tests.waits_for] == ["validation-enhancements"]


def test_it_is_the_same_every_time(alice: SessionManager, tmp_path: Path) -> None:
    build_demo(tmp_path / "again", fixed_clock(), fixed_ids())
    assert dict(files_of(tmp_path / "again")) == dict(files_of(tmp_path / "store"))


def test_every_revision_has_its_message(alice: SessionManager) -> None:
    messages = [one.message for one in alice.codebase.history(100)]
    assert messages[-1] == "Import MyApp"
    assert len(messages) == len(set(messages)) == 12


def run_program(alice: SessionManager, directory: Path) -> None:
    """Write the program out; it must parse, and its own examples must hold."""
    alice.export_tree(directory)
    for path in directory.rglob("*.py"):
        ast.parse(path.read_text(encoding="utf-8"))
    script = """
import inspect
from MyApp import Web
from MyApp.User import Tests, create
for name, example in inspect.getmembers(Tests, inspect.isfunction):
    example()
create("bob@example.com", "Bob <b>")
assert "bob@example.com" in Web.page("bob@example.com")
assert Web.page("nobody@example.com") is None
assert "<b>" not in Web.index()
"""
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=directory, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_program_works_before_and_after_every_merge(alice: SessionManager, tmp_path: Path) -> None:
    run_program(alice, tmp_path / "before")
    alice.merge_patch("A")
    run_program(alice, tmp_path / "validation")
    bob = alice.as_user(BOB)
    bob.mark_ready("C")
    bob.merge_patch("C")
    run_program(alice, tmp_path / "tests")
    alice.assign_editor("3", new_patch="profile-links")
    alice.mark_ready("profile-links")
    alice.mark_ready("B")
    result = alice.close_session()
    assert (result.patches_merged, result.patches_failed, result.patches_abandoned) == (2, (), 0)
    run_program(alice, tmp_path / "after")


def test_nothing_in_it_is_damaged(alice: SessionManager) -> None:
    assert alice.doctor().findings == ()


def test_the_same_store_is_opened_again_as_it_is(tmp_path: Path) -> None:
    place = tmp_path / "new" / "demo"
    first, made = open_demo(place)
    assert made
    first.create_patch("mine")
    again, made = open_demo(place, BOB)
    assert not made
    assert [one.patch.name for one in again.view().patches][-1] == "mine"
    assert [one.name for one in place.parent.iterdir()] == ["demo"]


def test_a_directory_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear Bob", encoding="utf-8")
    for place in (tmp_path, tmp_path / "letter.txt"):
        with pytest.raises(PatchbayError) as refused:
            open_demo(place)
        assert refused.value.code is Code.NAME_TAKEN
    assert [one.name for one in tmp_path.iterdir()] == ["letter.txt"]


def test_the_command_makes_a_fresh_one_each_time_and_names_it(tmp_path: Path) -> None:
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    first, second = (json.loads(patchbay("demo", "--json", **cache).stdout) for _ in range(2))
    assert first["store"] != second["store"]
    assert Path(first["store"]).is_relative_to(tmp_path / "cache")
    assert (first["made"], first["session"]) == (True, second["session"])


def test_without_a_terminal_the_command_says_what_to_do_next(tmp_path: Path) -> None:
    done = patchbay("demo", "--store", str(tmp_path / "a demo"))
    assert (done.returncode, done.stderr) == (0, "")
    line = next(one for one in done.stdout.splitlines() if one.endswith("status"))
    status = subprocess.run(
        ["sh", "-c", line.partition(":")[2].strip().replace("patchbay", '"$PYTHON" -m tui.cli', 1)],
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(PROJECT), "PYTHON": sys.executable},
        check=False,
    )
    assert "validation-enhancements" in status.stdout
    again: Any = json.loads(patchbay("demo", "--store", str(tmp_path / "a demo"), "--json").stdout)
    assert again["made"] is False


def test_bob_on_the_command_line_sees_what_alice_does(tmp_path: Path) -> None:
    store = str(tmp_path / "demo")
    patchbay("demo", "--store", store, "--no-screen")
    patchbay("--store", store, "--user", ALICE, "patch", "merge", "A")
    patchbay("--store", store, "--user", BOB, "patch", "ready", "C")
    status = json.loads(patchbay("--store", store, "--user", BOB, "status", "--json").stdout)
    assert status["you"] == {"user": BOB, "role": "contributor"}
    assert next(one for one in status["patches"] if one["letter"] == "C")["ready_to_merge"] is True


@pytest.mark.parametrize(
    ("ran", "path", "said"),
    [
        ("/opt/new/bin/patchbay", "/nowhere", "/opt/new/bin/patchbay"),
        ("/opt/a b/patchbay", "/nowhere", "'/opt/a b/patchbay'"),
        ("/opt/tui/cli/__main__.py", "/nowhere", "patchbay"),
    ],
)
def test_the_commands_it_names_can_be_run_as_they_are(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, ran: str, path: str, said: str
) -> None:
    monkeypatch.setattr(sys, "argv", [ran])
    monkeypatch.setenv("PATH", path)
    lines = demo_lines(tmp_path, ".")
    assert all(f" {said} --store " in line for line in lines[1:])
