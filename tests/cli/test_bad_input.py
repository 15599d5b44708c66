"""Bad input gets a clear sentence, the right exit code, and loses nothing."""

from __future__ import annotations

import json
import os
import pty
import subprocess
from pathlib import Path

import pytest

from tests.cli.commands import COMMAND, Demo, command, environment, in_process
from tui.cli.asked import Asked
from tui.cli.command import patchbay
from tui.cli.failing import run_to_code
from tui.cli.near import MEANT, known_in

HOSTILE = "x\x1b[31m\x07\u202eevil\u2066 [bold]y[/foo]"


def test_an_unknown_definition_offers_the_nearest(demo: Demo) -> None:
    for arguments in (("show", "MyApp.User.valdate"), ("editor", "open", "MyApp.User.valdate")):
        said = demo(*arguments)
        assert said.code == 1
        assert "Did you mean MyApp.User.validate" in said.err
        assert demo(*arguments, "--json").refusal == "not-found"


@pytest.mark.parametrize(
    ("arguments", "offered"),
    [
        (("patch", "show", "validation-enhancement"), "validation-enhancements"),
        (("editor", "show", "MyApp.User.valdate"), "MyApp.User.validate"),
        (("session", "switch", "user-improvement"), "user-improvements"),
        (("conflict", "show", "MyApp.User.validate"), "no conflicts"),
        (("undo", "--to", "nonsense"), "patchbay log"),
        (("open", "dark://edit/nowhere/nothing"), "terminal"),
    ],
)
def test_an_unknown_reference_says_what_to_do(demo: Demo, arguments: tuple[str, ...], offered: str) -> None:
    said = demo(*arguments)
    assert said.code in (1, 2)
    assert offered in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("create x", "Did you mean patchbay session start or patchbay patch new?"),
        ("session create s", "Did you mean patchbay session start?"),
        ("patch creat", "Did you mean patchbay patch new?"),
        ("patch rm A", "Did you mean patchbay patch abandon?"),
        ("merge A", "Did you mean patchbay patch merge?"),
        ("session ready", "Did you mean patchbay patch ready?"),
        ("stat", "Did you mean patchbay status or patchbay session start?"),
        ("sesion list", "Did you mean patchbay session?"),
        ("editor lsit", "Did you mean patchbay editor list?"),
        ("close", "Did you mean patchbay session close or patchbay editor close?"),
        ("mrege A", "Did you mean patchbay patch merge?"),
        ("tree mrege", "Did you mean patchbay patch merge?"),
        ("stauts", "Did you mean patchbay status?"),
        ("asign 1 A", "Did you mean patchbay editor assign?"),
        ("resovle", "Did you mean patchbay conflict resolve?"),
        ("confilct list", "Did you mean patchbay conflict?"),
        ("edtor list", "Did you mean patchbay editor?"),
        ("cretae", "Did you mean patchbay session start or patchbay patch new?"),
        ("push", "There is no command 'push'."),
        ("xyzzy", "There is no command 'xyzzy'."),
    ],
)
def test_a_command_that_does_not_exist_suggests_what_was_meant(words: str, meant: str) -> None:
    said = in_process(*words.split())
    assert said.code == 2
    assert said.err.split("\n")[0].endswith(meant)


def test_every_command_that_is_suggested_for_another_word_exists() -> None:
    known = set(known_in(patchbay))
    assert {one for meant in MEANT.values() for one in meant} <= known


def test_an_ambiguous_reference_asks_for_the_id(demo: Demo) -> None:
    demo.json("session", "close")
    demo.json("session", "start", "user-improvements")
    demo.json("session", "close")
    said = demo("session", "reopen", "user-improvements", "--json")
    assert said.code == 1
    assert said.refusal == "ambiguous"


@pytest.mark.parametrize(
    "name", ["", "   ", "x" * 10_000, "two\nlines", "bell\x07", "\x1b[31mred", "\u202eright to left"]
)
def test_a_name_that_is_no_printable_line_is_refused(demo: Demo, name: str) -> None:
    before = demo.json("status")
    for arguments in (
        ("patch", "new", name),
        ("session", "start", name),
        ("patch", "edit", "B", "--name", name),
        ("editor", "assign", "3", "--new-patch", name),
        ("session", "invite", name, "viewer"),
    ):
        said = demo(*arguments, "--json")
        assert (said.code, said.refusal) == (1, "invalid-name")
        plain = demo(*arguments)
        assert len(plain.err) < 300
        assert not set(plain.err) & set("\x1b\x07\u202e")
    assert demo.json("status") == before


@pytest.mark.parametrize("name", ["", "x" * 10_000, "no-dot", "../../etc/passwd:<file>", "a\x00b.c", "a.b\n"])
def test_a_definition_name_that_can_be_none_is_refused(demo: Demo, name: str) -> None:
    for arguments in (("editor", "open", name, "--new"), ("editor", "rename", "3", name)):
        said = demo(*arguments, "--json")
        assert (said.code, said.refusal) == (1, "invalid-name")


def test_markup_is_only_text(demo: Demo) -> None:
    demo.json("patch", "new", "[bold]x[/foo]", "-d", "[link=http://x]y")
    said = demo("patch", "list")
    assert "D  [bold]x[/foo]" in said.out
    assert "[link=http://x]y" in demo("patch", "show", "D").out


def test_control_characters_and_bidi_controls_are_shown_as_escapes(demo: Demo) -> None:
    demo.json("session", "edit", "-d", HOSTILE)
    demo.json("patch", "edit", "B", "-d", HOSTILE)
    text = f'def link(address):\n    return "{HOSTILE}"\n'
    demo.json("editor", "save", "MyApp.Text.link", "--file", "-", "--patch", "B", stdin=text)
    for arguments in (
        ("status",),
        ("editor", "show", "MyApp.Text.link"),
        ("show", "MyApp.Text.link", "--patch", "B"),
    ):
        out = demo(*arguments).out
        assert not set(out) & set("\x1b\x07\u202e\u2066")
        assert "\\x1b[31m\\x07\\u202eevil\\u2066 [bold]y[/foo]" in out
    assert demo.json("editor", "show", "MyApp.Text.link")["text"] == text


def test_an_unknown_name_with_escape_sequences_is_shown_harmless(demo: Demo) -> None:
    said = demo("patch", "show", HOSTILE)
    assert said.code == 1
    assert not set(said.err) & set("\x1b\x07\u202e\u2066")


def test_text_that_is_not_utf8_is_refused_and_nothing_is_lost(demo: Demo) -> None:
    kept = "def link(address):\n    return 1\n"
    demo.json("editor", "type", "MyApp.Text.link", "--file", "-", stdin=kept)
    file = demo.work / "latin.py"
    file.write_bytes("def link(address):\n    return 'é'\n".encode("latin-1"))
    for verb in ("type", "save"):
        said = demo("editor", verb, "MyApp.Text.link", "--file", str(file), "--json")
        assert (said.code, said.refusal) == (1, "invalid-name")
        assert "not valid UTF-8 at byte" in said.document["error"]["message"]
    assert demo.json("editor", "show", "MyApp.Text.link")["buffer"]["text"] == kept


def test_arguments_that_are_not_utf8_are_refused(demo: Demo) -> None:
    for arguments in (
        (b"patch", b"new", b"caf\xe9"),
        (b"show", b"MyApp.caf\xe9"),
        (b"patch", b"show", b"caf\xe9"),
        (b"patch", b"new", b"x", b"-d", b"caf\xe9"),
        (b"patch", b"merge", b"A", b"-m", b"caf\xe9"),
        (b"--user", b"caf\xe9", b"status"),
        (b"log", b"--by", b"caf\xe9", b"--patch", b"caf\xe9"),
    ):
        done = demo.run(*arguments)
        assert done.returncode == 1, arguments
        assert b"Traceback" not in done.stderr
        assert done.stderr.decode().count("\n") == 1
    assert demo.patch("A")["merged_at"] is None


def test_a_file_that_is_not_utf8_still_gives_json(demo: Demo) -> None:
    source = demo.work / "source"
    source.mkdir()
    (source / "notes.txt").write_bytes(b"caf\xe9\n")
    demo.json("init", "--import", str(source))
    document = demo.json("show", "notes.txt:<file>")
    assert document["text"].encode("utf-8", "surrogateescape") == b"caf\xe9\n"
    assert demo("show", "notes.txt:<file>").out == "caf\\udce9\n"


def test_there_is_no_store(tmp_path: Path) -> None:
    said = in_process("--store", str(tmp_path / "none"), "status")
    assert said.code == 3
    assert "patchbay init" in said.err
    assert not (tmp_path / "none").exists()


def test_a_damaged_session_is_read_from_its_previous_version_and_said(demo: Demo) -> None:
    (file,) = (demo.store / "sessions").glob("*.json")
    file.write_text("{ this is no JSON", encoding="utf-8")
    said = demo("status", "--json")
    assert said.code == 0
    assert len(said.document["patches"]) == 3
    assert file.name in said.err


def test_a_session_that_is_lost_altogether_is_said_by_code_three(demo: Demo) -> None:
    for file in (demo.store / "sessions").iterdir():
        file.write_text("{ this is no JSON", encoding="utf-8")
    said = demo("status", "--json")
    assert said.code == 3
    assert said.refusal == "store-damaged"
    assert "Restore the file from a backup" in said.document["error"]["message"]
    health = demo("doctor", "--json")
    assert health.code == 3
    assert health.document["findings"]


def test_a_text_that_is_gone_is_said_by_code_three(demo: Demo) -> None:
    digest = demo.json("patch", "list")["patches"][0]["operations"][0]["digest"]
    for file in (demo.store / "texts").rglob(f"*{digest[2:]}"):
        file.unlink()
    said = demo("patch", "show", "A", "--json")
    assert (said.code, said.refusal) == (3, "store-damaged")


def test_names_that_cannot_be_read_are_a_refusal_in_json_too(demo: Demo) -> None:
    for text in (demo.store / "texts").iterdir():
        text.unlink()
    said = demo("names", "--json")
    assert (said.code, said.refusal) == (3, "store-damaged")


def test_a_store_in_the_home_of_nobody_is_wrong_usage(demo: Demo) -> None:
    said = in_process("--store", "~nobody-of-that-name/x", "status")
    assert said.code == 2
    assert "it begins with the home of a user that is not known: write it out." in said.err


def test_a_store_of_a_newer_version_is_refused(demo: Demo) -> None:
    for file in (demo.store / "sessions").iterdir():
        file.write_text(file.read_text("utf-8").replace('"schema":2', '"schema":99', 1), "utf-8")
    for arguments in (("status",), ("patch", "new", "x")):
        said = demo(*arguments, "--json")
        assert (said.code, said.refusal) == (3, "store-newer")


WITHOUT_RIGHTS = """
import os, sys
from contextlib import suppress
from tui.cli import main
asked, sys.argv = sys.argv, [*sys.argv[:5], "status"]
with suppress(SystemExit):
    main()
sys.argv = asked
if os.getuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
main()
"""
"""Looks at the status first, so that everything is imported when the rights are gone."""


def test_a_store_that_is_read_only_is_read_and_not_written(demo: Demo) -> None:
    for place in (demo.store, *demo.store.rglob("*")):
        place.chmod(0o555 if place.is_dir() else 0o444)
    for parent in demo.store.parents:
        if parent.owner() == demo.store.owner() and str(parent).startswith("/tmp/"):
            parent.chmod(0o755)

    def run(*arguments: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [COMMAND[0], "-c", WITHOUT_RIGHTS, *demo.options(), *arguments],
            capture_output=True,
            cwd="/",
            env=environment(),
            check=False,
        )

    assert run("status").returncode == 0
    done = run("patch", "draft", "A")
    assert done.returncode == 3
    assert b"read-only" in done.stderr
    assert b"Traceback" not in done.stderr


@pytest.mark.long
def test_a_store_that_another_process_keeps_is_given_up_after_a_while(demo: Demo) -> None:
    import fcntl

    with (demo.store / "lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        done = demo.run("patch", "new", "x")
    assert done.returncode == 3
    assert b"in use" in done.stderr


def test_a_full_disk_is_said_by_code_three(demo: Demo) -> None:
    script = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000)); from tui.cli import main; main()"
    )
    before = demo.json("status")
    done = subprocess.run(
        [COMMAND[0], "-c", script, *demo.options(), "patch", "new", "x"],
        capture_output=True,
        env=environment(),
        check=False,
    )
    assert done.returncode == 3
    assert b"no room" in done.stderr
    assert demo.json("status") == before


def test_a_full_disk_below_stdout_is_said(demo: Demo) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*COMMAND, *demo.options(), "patch", "new", "x"],
            stdout=full,
            stderr=subprocess.PIPE,
            env=environment(),
            check=False,
        )
    assert done.returncode == 3
    assert done.stderr.decode().startswith("The verb was done, but its answer could not be written")
    assert demo.patch("D")["name"] == "x"


def test_a_reader_that_goes_away_is_no_error(demo: Demo) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*COMMAND, *demo.options(), "names"],
        stdout=writer,
        stderr=subprocess.PIPE,
        env=environment(),
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


def test_no_stdout_at_all_is_no_error(demo: Demo) -> None:
    line = " ".join([*COMMAND, *demo.options(), "patch", "new", "quiet", ">&-", "2>&-"])
    assert subprocess.run(["sh", "-c", line], env=environment(), check=False).returncode == 0
    assert demo.patch("D")["name"] == "quiet"


def test_output_that_knows_only_ascii_gets_escapes(demo: Demo) -> None:
    done = demo.run("editor", "show", "1", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 0
    assert b"\\xb7" in done.stdout


def test_the_present_directory_is_gone(demo: Demo) -> None:
    gone = demo.work / "gone"
    started = f"{COMMAND[0]} -m tui.cli"

    def run(options: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            ["sh", "-c", f"mkdir -p {gone}; cd {gone} && rmdir {gone} && exec {started} {options} status"],
            capture_output=True,
            env=environment(),
            check=False,
        )

    done = run("")
    assert done.returncode == 3
    assert b"Traceback" not in done.stderr
    assert b"--store DIR" in done.stderr
    assert run(" ".join(demo.options())).returncode == 0


def test_something_unexpected_is_one_sentence_and_a_trace_only_for_debugging(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PATCHBAY_DEBUG", raising=False)
    assert run_to_code(Asked(), (), lambda: 1 // 0) == 3
    assert capsys.readouterr().err.count("\n") == 1
    assert run_to_code(Asked(json=True), (), lambda: 1 // 0) == 3
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "unexpected"
    monkeypatch.setenv("PATCHBAY_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        run_to_code(Asked(), (), lambda: 1 // 0)


@pytest.mark.parametrize("place", ["x" * 300, "file.txt", "file.txt/below", "loop"])
def test_a_store_that_can_be_none_is_said(demo: Demo, place: str) -> None:
    (demo.work / "file.txt").write_text("not a store", encoding="utf-8")
    (demo.work / "loop").symlink_to("loop")
    for arguments in (("status",), ("init",), ("demo", "--no-screen"), ("init", "--import", place)):
        said = in_process("--store", place, "--user", "alice", *arguments)
        assert said.code in (1, 2, 3), arguments
        assert said.err.count("\n") <= 2
        assert len(said.err) < 600
    assert (demo.work / "file.txt").read_text(encoding="utf-8") == "not a store"


def test_no_terminal_is_said_and_no_screen_is_opened(demo: Demo) -> None:
    for arguments in ((), ("open", "dark://edit/a/b")):
        done = demo.run(*arguments)
        assert done.returncode == 2
        assert b"needs a terminal" in done.stderr
        assert done.stdout == b""


def test_a_dumb_terminal_is_said(demo: Demo) -> None:
    parent, child = pty.openpty()
    done = subprocess.run(
        [*COMMAND, *demo.options()],
        stdin=child,
        stdout=child,
        stderr=subprocess.PIPE,
        env=environment(TERM="dumb"),
        check=False,
    )
    os.close(child)
    os.close(parent)
    assert done.returncode == 2
    assert b"TERM=dumb" in done.stderr


def test_a_link_that_opens_nothing_is_said_before_the_screen_is_opened(demo: Demo) -> None:
    parent, child = pty.openpty()
    done = subprocess.run(
        [*COMMAND, *demo.options(), "open", "dark://edit/session-1/editor-1"],
        stdin=child,
        stdout=child,
        stderr=subprocess.PIPE,
        env=environment(TERM="xterm-256color"),
        check=False,
    )
    os.close(child)
    os.close(parent)
    assert done.returncode == 1
    assert b"opens nothing here" in done.stderr


def test_a_user_without_a_name_is_refused(demo: Demo) -> None:
    done = command("--store", str(demo.store), "--user", "", "status")
    assert done.returncode == 1
    assert b"needs a name" in done.stderr
