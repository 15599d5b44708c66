"""Typing, saving and editing from files, standard input and the person's own editor."""

from __future__ import annotations

import shlex
import stat
import tempfile
from pathlib import Path

import pytest

from store.git.process import environment
from tests.cli.commands import COMMAND, Demo
from tui.cli import NO_PLUGINS

LINK = "MyApp.Text.link"
LINK_TEXT = 'def link(address):\n    return "mailto:" + address\n'


@pytest.fixture(autouse=True)
def temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory of one's own for temporary files."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return place


def editor_that(directory: Path, line: str) -> str:
    """Make a text editor that runs a line of shell on its file "$1"; gives the command for $EDITOR."""
    script = directory / "my editor.sh"
    script.write_text(f"#!/bin/sh\n{line}\n", encoding="utf-8")
    script.chmod(0o755)
    return f"'{script}' -x --"


def test_a_definition_not_opened_yet_is_opened_by_saving(demo: Demo) -> None:
    change = demo.json("editor", "save", LINK, "--file", "-", "--patch", "B", stdin=LINK_TEXT)
    assert change["patches"] == [demo.patch("B")["id"]]
    assert demo.json("show", LINK, "--patch", "B")["text"] == LINK_TEXT


def test_typed_text_is_kept_unsaved_and_saved_later(demo: Demo) -> None:
    (demo.work / "link.py").write_text(LINK_TEXT, encoding="utf-8")
    demo.json("editor", "type", LINK, "--file", "link.py")
    shown = demo.json("editor", "show", LINK)
    assert shown["buffer"] == {"text": LINK_TEXT, "shown": shown["shown_digest"]}
    assert shown["editor"]["unsaved"] is True
    assert "typed and not saved:" in demo("editor", "show", LINK).out
    demo.json("editor", "save", LINK, "--new-patch", "links")
    assert demo.json("editor", "show", LINK)["buffer"] is None
    assert demo.patch("D")["name"] == "links"


def test_saving_without_anything_typed_is_refused(demo: Demo) -> None:
    for reference in ("1", LINK):
        said = demo("editor", "save", reference, "--json")
        assert (said.code, said.refusal) == (1, "empty")


def test_a_save_over_an_older_text_is_merged_or_refused(demo: Demo) -> None:
    name = "MyApp.User.create"
    demo.json("editor", "open", name)
    demo.json("editor", "assign", name, "A")
    shown = demo.json("editor", "show", name)
    digest = shown["shown_digest"]
    mine = shown["text"].replace("Make a user", "Make one user")
    other = shown["text"].replace("return user", "return dict(user)")
    demo.json("editor", "save", name, "--file", "-", stdin=other)
    demo.json("editor", "save", name, "--file", "-", "--shown", digest, stdin=mine)
    merged = demo.json("editor", "show", name)["text"]
    assert "Make one user" in merged
    assert "return dict(user)" in merged
    clash = shown["text"].replace("Make a user", "Make no user")
    said = demo("editor", "save", name, "--file", "-", "--shown", digest, "--json", stdin=clash)
    assert (said.code, said.refusal) == (1, "conflicts")
    after = demo.json("editor", "show", name)
    assert after["text"] == merged
    assert after["buffer"] == {"text": clash, "shown": digest}
    other_clash = shown["text"].replace("Make a user", "Make every user")
    again = demo("editor", "save", name, "--file", "-", "--shown", digest, stdin=other_clash)
    assert "typed there before is kept" in again.err
    assert demo.json("editor", "show", name)["buffer"]["text"] == clash


def test_a_new_definition_is_saved_with_new(demo: Demo) -> None:
    text = "def bold(text):\n    return text\n"
    assert demo("editor", "save", "MyApp.Text.bold", "--file", "-", stdin=text).code == 1
    demo.json("editor", "save", "MyApp.Text.bold", "--new", "--file", "-", "--patch", "B", stdin=text)
    assert demo.patch("B")["operations"][1]["kind"] == "add"


def test_the_persons_editor_changes_a_definition(demo: Demo, temporary_files: Path) -> None:
    editor = editor_that(
        demo.work, 'sed -i "s/heading(user) +/heading(user)  +/" "$3"; stat -c %a "$3" > mode'
    )
    done = demo.run("editor", "edit", "3", VISUAL=editor, EDITOR="false")
    assert done.returncode == 0, done
    assert "heading(user)  +" in demo.json("editor", "show", "3")["text"]
    assert list(temporary_files.iterdir()) == []
    assert (demo.work / "mode").read_text().strip() == "600"


def test_what_is_started_from_here_has_the_environment_that_the_person_gave(demo: Demo) -> None:
    editor = editor_that(demo.work, "env > inherited")
    assert demo.run("editor", "edit", "3", EDITOR=editor).returncode == 0
    inherited = (demo.work / "inherited").read_text()
    assert "TMPDIR=" in inherited
    assert NO_PLUGINS not in inherited
    assert NO_PLUGINS not in environment({NO_PLUGINS: "__all__"})


def test_the_persons_editor_opens_a_definition_and_works_on_what_is_typed(demo: Demo) -> None:
    demo.json("editor", "type", LINK, "--file", "-", stdin=LINK_TEXT)
    editor = editor_that(demo.work, 'cp "$3" seen.py; echo "$3" > name; echo "    # more" >> "$3"')
    assert demo.run("editor", "edit", LINK, EDITOR=editor).returncode == 0
    assert (demo.work / "seen.py").read_text() == LINK_TEXT
    assert (demo.work / "name").read_text().strip().endswith(".py")
    assert demo.json("editor", "show", LINK)["text"] == LINK_TEXT + "    # more\n"


def test_an_editor_that_changes_nothing_saves_nothing(demo: Demo, temporary_files: Path) -> None:
    before = demo.json("status")
    done = demo.run("editor", "edit", "1", EDITOR="true")
    assert done.stdout == b"Nothing was changed.\n"
    assert demo.json("status") == before
    assert list(temporary_files.iterdir()) == []


@pytest.mark.parametrize(
    ("line", "code", "sentence"),
    [
        ('echo "nonsense" > "$3"', 1, "defines nothing"),
        ('printf "caf\\351" > "$3"', 1, "not valid UTF-8"),
        ('echo "def link(address): return 2" > "$3"; exit 3', 1, "ended with code 3"),
    ],
)
def test_what_was_edited_is_kept_and_named_when_it_is_not_saved(
    demo: Demo, temporary_files: Path, line: str, code: int, sentence: str
) -> None:
    done = demo.run("editor", "edit", LINK, EDITOR=editor_that(demo.work, line))
    assert done.returncode == code
    assert sentence in done.stderr.decode()
    (kept,) = temporary_files.iterdir()
    assert str(kept) in done.stderr.decode()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_what_is_typed_while_the_persons_editor_is_open_is_not_written_over(
    demo: Demo, temporary_files: Path
) -> None:
    (demo.work / "typed.py").write_text(LINK_TEXT, encoding="utf-8")
    typed = shlex.join([*COMMAND, *demo.options(), "editor", "type", LINK, "--file", "typed.py"])
    editor = editor_that(demo.work, f'{typed} && echo "    # more" >> "$3"')
    done = demo.run("editor", "edit", LINK, EDITOR=editor)
    assert done.returncode == 1
    assert "has other unsaved text by now" in done.stderr.decode()
    assert demo.json("editor", "show", LINK)["buffer"]["text"] == LINK_TEXT
    (kept,) = temporary_files.iterdir()
    assert str(kept) in done.stderr.decode()
    assert kept.read_text().endswith("    # more\n")


@pytest.mark.parametrize("editor", ["", "no-such-editor-anywhere", "'unclosed"])
def test_an_editor_that_is_not_there_is_said(demo: Demo, editor: str) -> None:
    done = demo.run("editor", "edit", "1", EDITOR=editor)
    assert done.returncode == 1
    assert b"VISUAL" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_conflict_is_shown_and_settled_with_a_file(demo: Demo) -> None:
    text = demo.json("show", "MyApp.User.validate")["text"]
    demo.json("session", "start", "other")
    theirs = text.replace('"@" in email', '"@" in str(email)')
    demo.json("editor", "save", "MyApp.User.validate", "--file", "-", "--new-patch", "str", stdin=theirs)
    demo.json("patch", "ready", "str")
    demo.json("patch", "merge", "str")
    demo.json("session", "switch", "user-improvements")
    (conflict,) = demo.json("conflict", "list")["conflicts"]
    assert (conflict["kind"], conflict["name"]) == ("base-moved", "MyApp.User.validate")
    shown = demo.json("conflict", "show", conflict["id"])
    assert (shown["base"], shown["theirs"]) == (text, theirs)
    assert "theirs:" in demo("conflict", "show", conflict["id"]).out
    assert demo("conflict", "resolve", conflict["id"], "--ours", "--theirs").code == 2
    settled = (
        shown["ours"]
        .replace("(email)", "(str(email))", 2)
        .replace("def validate(str(email))", "def validate(email)")
    )
    demo.json("conflict", "resolve", conflict["id"], "--file", "-", stdin=settled)
    assert demo.json("conflict", "list")["conflicts"] == []
    assert demo.json("show", "MyApp.User.validate", "--patch", "A")["text"] == settled
