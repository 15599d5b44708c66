"""The person's own text editor, run from the screen on a real terminal: what it leaves is saved."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from driver import at
from terminals import Terminal
from test_terminal import program, reader, text_of

from store.session_manager import SessionManager


def editor_that(directory: Path, line: str) -> str:
    """Make a text editor that runs a line of shell on its file "$3"; gives the command for $EDITOR."""
    script = directory / "my editor.sh"
    script.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    script.chmod(0o755)
    return f"'{script}' -x --"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of one's own for temporary files."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return place


class Desk:
    """A terminal in which $EDITOR runs a line of shell."""

    def __init__(self, directory: Path, files: Path) -> None:
        self.directory, self.files = directory, files
        self.terminals: list[Terminal] = []

    def with_editor(self, line: str) -> Terminal:
        command = editor_that(self.directory, line)
        found = program(self.directory, VISUAL="", EDITOR=command, TMPDIR=str(self.files))
        self.terminals.append(found)
        found.until("EMAIL.fullmatch")
        found.read(0.5)
        return found


@pytest.fixture
def desk(tmp_path: Path, manager: SessionManager, files: Path) -> Iterator[Desk]:
    found = Desk(tmp_path, files)
    yield found
    for one in found.terminals:
        one.close()


def test_an_assigned_editor_is_changed_in_the_persons_editor_and_saved(desk: Desk) -> None:
    terminal = desk.with_editor('sed -i "s/is not None/is None/" "$3"')
    terminal.send("1e")
    terminal.until("aved")
    assert "is None" in reader(desk.directory).editor_text("1").text
    assert list(desk.files.iterdir()) == []
    assert "editors 3" in terminal.text()
    terminal.send("q")


def test_an_unassigned_editor_asks_which_patch_after_the_persons_editor(desk: Desk) -> None:
    terminal = desk.with_editor('sed -i "s/title()/upper()/" "$3"')
    terminal.send("3e")
    terminal.until("Assign editor 3")
    time.sleep(0.7)
    terminal.send("b")
    terminal.until("render B")
    patch = reader(desk.directory).view().editors[2].patch
    assert patch is not None
    assert patch.letter == "B"
    assert "upper()" in reader(desk.directory).editor_text("3").text


def test_what_was_typed_before_is_what_the_persons_editor_gets(desk: Desk, manager: SessionManager) -> None:
    manager.type_text("2", "def findByEmail(email, rows):\n    return 'typed'\n", None)
    terminal = desk.with_editor('cp "$3" "${0%/*}/seen"; exit 0')
    terminal.send("2e")
    terminal.until("still unsaved")
    assert "typed" in (desk.directory / "seen").read_text()
    assert text_of(desk.directory, "2") is not None


def test_an_emptied_text_changes_nothing_and_offers_to_edit_again(desk: Desk) -> None:
    terminal = desk.with_editor('printf "" > "$3"')
    terminal.send("1e")
    terminal.until("edit again")
    terminal.send("\x1b")
    terminal.until("nothing was changed")
    assert "EMAIL" in reader(desk.directory).editor_text("1").text
    assert list(desk.files.iterdir()) == []


def test_what_a_failing_editor_had_written_can_be_kept_unsaved(desk: Desk) -> None:
    terminal = desk.with_editor('echo "# half done" >> "$3"; exit 3')
    terminal.send("1e")
    terminal.until("ended with code 3")
    terminal.send("y")
    terminal.until("unsaved: enter opens it")
    assert (text_of(desk.directory, "1") or "").endswith("# half done\n")
    assert list(desk.files.iterdir()) == []


def test_what_a_failing_editor_had_written_stays_in_its_file_otherwise(desk: Desk) -> None:
    terminal = desk.with_editor('echo "# half done" >> "$3"; exit 3')
    terminal.send("1e")
    terminal.until("keep it as unsaved text")
    terminal.send("\x1b")
    terminal.until("What it had written is in")
    (kept,) = desk.files.iterdir()
    assert kept.read_text().endswith("# half done\n")
    assert kept.suffix == ".py"
    assert text_of(desk.directory, "1") is None


def test_a_file_that_the_editor_removed_is_said_to_be_nowhere(desk: Desk) -> None:
    terminal = desk.with_editor('rm "$3"')
    terminal.send("1e")
    terminal.until("can't be read")
    assert "is kept in" not in terminal.text()


def test_a_text_that_defines_nothing_stays_in_the_buffer(desk: Desk) -> None:
    terminal = desk.with_editor('echo "nonsense" > "$3"')
    terminal.send("1e")
    terminal.until("defines nothing")
    assert text_of(desk.directory, "1") == "nonsense\n"


def test_a_change_that_does_not_merge_is_settled_in_the_definition_editor(
    desk: Desk, manager: SessionManager
) -> None:
    theirs = "def findByEmail(email, rows):\n    return 'theirs'\n"
    mine = desk.directory / "mine"
    mine.write_text("def findByEmail(email, rows):\n    return 'mine'\n")
    present = desk.directory / "present"
    manager.set_role("bob", "maintainer")
    terminal = desk.with_editor(
        f'touch "{present}"; while [ -e "{present}" ]; do sleep 0.05; done; cp "{mine}" "$3"'
    )
    terminal.send("2e")
    while not present.exists():
        time.sleep(0.02)
    bob = reader(desk.directory).as_user("bob")
    editor = bob.open_editor("MyApp.Database.User.findByEmail").editors[0]
    bob.assign_editor(editor, "B")
    bob.save_editor(editor, theirs)
    present.unlink()
    terminal.until("'theirs'")
    terminal.until("'mine'")
    assert "mine" in (text_of(desk.directory, "2") or "")


def test_what_is_typed_elsewhere_meanwhile_is_not_written_over(desk: Desk, manager: SessionManager) -> None:
    present = desk.directory / "present"
    terminal = desk.with_editor(
        f'touch "{present}"; while [ -e "{present}" ]; do sleep 0.05; done; echo "# mine" >> "$3"'
    )
    terminal.send("2e")
    while not present.exists():
        time.sleep(0.02)
    manager.type_text("2", "def findByEmail(email, rows):\n    return 'typed'\n")
    present.unlink()
    terminal.until("other unsaved text")
    assert "'typed'" in (text_of(desk.directory, "2") or "")
    (kept,) = desk.files.iterdir()
    assert kept.read_text().endswith("# mine\n")


async def test_a_terminal_that_cannot_be_lent_is_said_in_one_sentence(
    manager: SessionManager, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VISUAL", "true")
    async with at(manager) as alice:
        await alice.press("1", "e")
        assert "can't be lent" in alice.footer()
    assert list(files.iterdir()) == []


async def test_without_an_editor_set_it_says_so(
    manager: SessionManager, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.delenv("EDITOR", raising=False)
    async with at(manager) as alice:
        await alice.press("1", "e")
        assert "Neither $VISUAL nor $EDITOR is set: set one, or edit it here with enter." in alice.footer()


async def test_somebody_elses_editor_is_not_lent(manager: SessionManager) -> None:
    manager.as_user("bob").open_editor("MyApp.User.create")
    async with at(manager) as alice:
        await alice.press("4", "e")
        assert "it is bob's editor" in alice.footer()
