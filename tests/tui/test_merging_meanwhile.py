"""While a merge waits for a slow hook the screen goes on: what is typed is on disk, keys are answered."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from driver import Person, at
from git_repositories import edit, git, opened, repository
from terminals import within
from test_terminal import program, text_of

from store.model import PatchStatus
from store.session_manager import SessionManager, open_store
from tui.screens.editor import EditorScreen

TOTAL, COUNT, DROP = "shop.cart.total", "shop.cart.count", "shop.cart.Cart.drop"
WAITS = """
echo $$ >> "$HERE/runs"
tries=0
while [ ! -e "$HERE/go" ] && [ $tries -lt 600 ]; do sleep 0.05; tries=$((tries + 1)); done
"""
"""What a hook does that is waited for: it says that it runs, and goes on when it is told to."""


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    """A repository whose hook waits, with a patch A that is ready, a draft B and an editor 3 in neither."""
    root = repository(tmp_path)
    manager = opened(root)
    edit(root, ("result = 0", "result = 0.0"), ("self.items.remove(item)", "self.items.discard(item)"))
    manager.look()
    manager.assign_editor(TOTAL, new_patch="totals")
    manager.assign_editor(DROP, new_patch="dropping")
    manager.mark_ready("totals")
    manager.open_editor(COUNT)
    slow_hook(root)
    yield root
    (root.parent / "go").touch()


def slow_hook(root: Path, ending: str = "exit 0") -> None:
    git(root, "config", "patchbay.hooks", "true")
    hook = root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\nHERE='{root.parent}'\n{WAITS}{ending}\n")
    hook.chmod(0o755)


def runs(root: Path) -> list[int]:
    """The processes of the hook, one for each time that it was run."""
    place = root.parent / "runs"
    return [int(one) for one in place.read_text().split()] if place.exists() else []


def commits(root: Path) -> int:
    return len(git(root, "rev-list", "HEAD").split())


def number_of(manager: SessionManager, target: str) -> str:
    return str(next(one.editor.number for one in manager.view().editors if one.editor.target == target))


async def merge_is_under_way(person: Person, root: Path) -> None:
    """Merge A by keys, until its hook runs."""
    editor = number_of(person.app.bench.manager, TOTAL)
    await person.press(editor, "m", "enter")
    await person.until(lambda: bool(runs(root)) and "merging A" in person.lines("header"))


def test_a_kill_while_a_hook_runs_loses_at_most_two_seconds_of_typing(root: Path) -> None:
    reading = open_store(root, user="alice")
    editor, merged = number_of(reading, COUNT), number_of(reading, TOTAL)
    terminal = program(root)
    try:
        terminal.until("shop.cart.total")
        terminal.send(merged)
        terminal.send("m")
        terminal.until("Nothing else changes")
        terminal.send("\r")
        terminal.until("merging A")
        terminal.send(f"{editor}\r")
        terminal.until("save")
        terminal.send("# while it runs")
        within(2, lambda: (text_of(root, editor) or "").startswith("# while it runs"))
        terminal.send(", and on")
        within(2, lambda: (text_of(root, editor) or "").startswith("# while it runs, and on"))
        os.kill(runs(root)[0], 0)
        os.kill(terminal.process.pid, signal.SIGKILL)
        terminal.ended()
    finally:
        terminal.close()
    assert (text_of(root, editor) or "").startswith("# while it runs, and on")
    assert commits(root) == 1
    patches = open_store(root, user="alice").view().patches
    assert [one.patch.status for one in patches] == [PatchStatus.READY, PatchStatus.DRAFT]


def test_leaving_while_a_hook_runs_says_what_is_waited_for_and_merges(root: Path) -> None:
    terminal = program(root)
    try:
        terminal.until("shop.cart.total")
        terminal.send(number_of(open_store(root, user="alice"), TOTAL) + "m")
        terminal.until("Nothing else changes")
        terminal.send("\r")
        terminal.until("merging A")
        terminal.send("q")
        terminal.process.expect("The merge of A waits for git's hooks or signing")
        assert commits(root) == 1
        (root.parent / "go").touch()
        assert terminal.ended() == 0
    finally:
        terminal.close()
    assert commits(root) == 2


async def test_the_merge_is_done_beside_what_is_typed(root: Path) -> None:
    async with at(open_store(root, user="alice"), (100, 30)) as alice:
        await merge_is_under_way(alice, root)
        assert "you can go on meanwhile" in alice.footer()
        editor = number_of(alice.app.bench.manager, COUNT)
        await alice.press(editor, "enter")
        await alice.write("# beside ")
        assert isinstance(alice.app.screen, EditorScreen)
        assert "merging A" in alice.lines("header")
        (root.parent / "go").touch()
        await alice.until(lambda: "Merged A totals" in alice.lines("footer"))
        assert "merging" not in alice.lines("header")
        await alice.press("escape")
        assert "Merged A totals" in alice.footer()
    assert commits(root) == 2 and len(runs(root)) == 1
    assert "0.0" in git(root, "show", "HEAD") and "discard" not in git(root, "show", "HEAD")
    assert (text_of(root, editor) or "").startswith("# beside ")


async def test_what_is_saved_into_another_patch_meanwhile_stays_out_of_the_commit(root: Path) -> None:
    async with at(open_store(root, user="alice"), (100, 30)) as alice:
        await merge_is_under_way(alice, root)
        await alice.press(number_of(alice.app.bench.manager, DROP), "enter")
        await alice.write("# noted\n")
        await alice.press("f2")
        assert "Saved" in alice.lines("footer")
        (root.parent / "go").touch()
        await alice.until(lambda: "Merged A totals" in alice.lines("footer"))
    assert commits(root) == 2 and "noted" not in git(root, "show", "HEAD")
    assert "noted" in (root / "src/shop/cart.py").read_text()


async def test_what_a_hook_says_no_to_is_told_wherever_the_person_is(root: Path) -> None:
    slow_hook(root, "echo 'tabs are not allowed' >&2; exit 1")
    async with at(open_store(root, user="alice"), (100, 30)) as alice:
        await merge_is_under_way(alice, root)
        await alice.press(number_of(alice.app.bench.manager, COUNT), "enter")
        (root.parent / "go").touch()
        await alice.until(lambda: "pre-commit hook refuses" in alice.lines("footer"))
        await alice.press("escape")
        assert "pre-commit hook refuses" in alice.footer()
        assert "merging" not in alice.lines("header")
    assert commits(root) == 1


async def test_what_else_may_merge_waits_until_then_and_says_so(root: Path) -> None:
    async with at(open_store(root, user="alice"), (100, 30)) as alice:
        await merge_is_under_way(alice, root)
        for key in ("m", "M", "u", "U", "C"):
            await alice.press(key)
            assert "A is being merged, wait until that is done" in alice.footer(), key
        await alice.press("2", "r")
        assert "Marked B" in alice.footer()
        (root.parent / "go").touch()
        await alice.until(lambda: "Merged A totals" in alice.footer())
        await alice.press("u")
        assert "Undid: merged A totals" in alice.footer()
    assert commits(root) == 1


async def test_others_verbs_in_between_are_no_part_of_the_act_that_waits(root: Path) -> None:
    manager = open_store(root, user="alice")
    manager.mark_ready("dropping")
    async with at(manager, (100, 30)) as alice:
        await alice.press("M", "enter")
        await alice.until(lambda: bool(runs(root)) and "merging A" in alice.lines("header"))
        await alice.press("n")
        await alice.write("third")
        await alice.press("enter")
        assert "third" in alice.lines("patches")
        (root.parent / "go").touch()
        await alice.until(lambda: "Merged B dropping" in alice.footer())
        await alice.press("u")
    assert commits(root) == 1
    assert [one.patch.name for one in manager.view().patches if one.patch.is_open] == [
        "totals", "dropping", "third",
    ]  # fmt: skip
