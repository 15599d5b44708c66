"""The screen in a real terminal: a process on a pty, typed at and hung up on."""

from __future__ import annotations

import fcntl
import os
import resource
import signal
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_stores import improvements
from terminals import Terminal

from store.model import PatchStatus
from store.session_manager import SessionManager, open_store

PROGRAM = """
import sys
from pathlib import Path
from tui.terminal import refuse_terminal
refusal = refuse_terminal()
if refusal:
    sys.exit(refusal)
from store.session_manager import open_store
from tui.app import run
sys.exit(run(open_store(Path(sys.argv[1]), user=sys.argv[2])))
"""
FULL_DISK_IS_AN_ERROR = "import signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
"""Goes before the program: a file that may not grow is then refused, as on a full disk."""
MOST_BYTES_PER_MOVE = 8_000
MOST_BYTES_PER_MOVE_ANSI = 4_000


def program(directory: Path, user: str = "alice", *, first: str = "", **more: str) -> Terminal:
    """The screen on a terminal, `first` being run before it."""
    return Terminal(["-c", first + PROGRAM, str(directory), user], **more)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    improvements(tmp_path)
    found = program(tmp_path)
    yield found
    found.close()


def text_of(directory: Path, editor: str) -> str | None:
    buffer = reader(directory).buffer(editor)
    return None if buffer is None else buffer.text


def reader(directory: Path) -> SessionManager:
    return open_store(directory, user="alice")


@pytest.mark.parametrize("count", [19, 20, 21, 40])
def test_the_cursor_is_seen_above_the_scrollbar_after_many_lines_at_once(
    terminal: Terminal, count: int
) -> None:
    terminal.until("EMAIL.fullmatch")
    terminal.send("2\r")
    terminal.until("F2 save")
    lines = ["# " + "long" * 30, *(f"x = {number}" for number in range(count)), "END "]
    terminal.send("\r".join(lines))
    terminal.until_row(rf" *{count + 2} .*def findByEmail")


@pytest.fixture
def full(tmp_path: Path) -> Iterator[tuple[Terminal, Path]]:
    """Alice types in a definition while no file can be written, as on a full disk."""
    improvements(tmp_path)
    terminal = program(tmp_path, first=FULL_DISK_IS_AN_ERROR)
    terminal.until("EMAIL.fullmatch")
    terminal.send("2\r")
    terminal.until("F2 save")
    _, most = resource.prlimit(terminal.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(terminal.process.pid, resource.RLIMIT_FSIZE, (0, most))
    terminal.send("PRECIOUS ")
    terminal.until("There is no room left")
    yield terminal, tmp_path
    terminal.close()


def quit_refused(terminal: Terminal) -> None:
    terminal.send("\x11")
    terminal.until("Not quit: what you typed is not on disk; ctrl+q again quits")
    assert "PRECIOUS def findByEmail" in terminal.text()
    assert terminal.process.isalive()


def test_quitting_is_refused_while_the_disk_is_full_and_keeps_the_text_afterwards(
    full: tuple[Terminal, Path],
) -> None:
    terminal, directory = full
    quit_refused(terminal)
    assert text_of(directory, "2") is None
    _, most = resource.prlimit(terminal.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(terminal.process.pid, resource.RLIMIT_FSIZE, (most, most))
    terminal.send("\x11")
    terminal.ended()
    assert (text_of(directory, "2") or "").startswith("PRECIOUS def")


def test_quitting_twice_on_a_full_disk_leaves_unless_a_key_came_between(
    full: tuple[Terminal, Path],
) -> None:
    terminal, directory = full
    quit_refused(terminal)
    terminal.send("\x1b")
    terminal.read(1.5)
    assert "PRECIOUS def" in terminal.text()
    assert "Not quit" not in terminal.text()
    quit_refused(terminal)
    terminal.send("\x11")
    assert terminal.ended() == 0
    assert text_of(directory, "2") is None


def test_what_is_typed_while_leaving_is_refused_stands_in_the_order_of_typing(
    full: tuple[Terminal, Path],
) -> None:
    terminal, directory = full
    with reader(directory).repository.lock.exclusive():
        terminal.send("\x1b")
        terminal.read(0.5)
        terminal.send("12\x1b[200~<pasted>\x1b[201~34")
        terminal.read(0.5)
    terminal.until("PRECIOUS 12<pasted>34def findByEmail")


def test_the_session_is_shown_merged_by_keys_and_left(terminal: Terminal, tmp_path: Path) -> None:
    terminal.until("EMAIL.fullmatch")
    terminal.send("m")
    terminal.until("Nothing else changes")
    terminal.send("\r")
    terminal.until("Merged A validation-enhancements")
    terminal.send("q")
    assert terminal.ended() == 0
    assert "EMAIL.fullmatch" in reader(tmp_path).show("MyApp.User.validate").text


def test_a_key_and_enter_in_one_packet_merge(terminal: Terminal, tmp_path: Path) -> None:
    terminal.until("EMAIL.fullmatch")
    terminal.send("m\r")
    terminal.until("Merged A validation-enhancements")


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_text_half_typed_survives_when_the_line_drops(
    terminal: Terminal, tmp_path: Path, number: signal.Signals
) -> None:
    terminal.until("EMAIL.fullmatch")
    terminal.send("1\r")
    terminal.until("save")
    terminal.send("# half a thou")
    terminal.until("# half a thou")
    os.kill(terminal.process.pid, number)
    terminal.ended()
    typed = text_of(tmp_path, "1")
    assert typed is not None
    assert typed.startswith("# half a thou")


def test_a_kill_loses_at_most_two_seconds_of_typing(terminal: Terminal, tmp_path: Path) -> None:
    terminal.until("EMAIL.fullmatch")
    terminal.send("1\r")
    terminal.until("save")
    terminal.send("# early")
    terminal.until("# early")
    terminal.read(1.0)
    os.kill(terminal.process.pid, signal.SIGKILL)
    terminal.ended()
    typed = text_of(tmp_path, "1")
    assert typed is not None
    assert typed.startswith("# early")


def test_two_users_see_each_other(terminal: Terminal, tmp_path: Path) -> None:
    terminal.until("EMAIL.fullmatch")
    bob = program(tmp_path, "bob")
    try:
        bob.until("bob")
        terminal.until("● bob")
        bob.until("● alice")
    finally:
        bob.close()


@pytest.mark.parametrize(
    ("theme", "most"), [("textual-dark", MOST_BYTES_PER_MOVE), ("ansi-dark", MOST_BYTES_PER_MOVE_ANSI)]
)
def test_a_cursor_move_sends_few_bytes(tmp_path: Path, theme: str, most: int) -> None:
    improvements(tmp_path)
    terminal = program(tmp_path, TEXTUAL_THEME=theme)
    try:
        terminal.until("EMAIL.fullmatch")
        terminal.read(0.6)
        sizes = []
        for key in ("j", "j", "k", "k"):
            terminal.send(key)
            sizes.append(terminal.read())
        assert 0 < max(sizes) <= most, sizes
    finally:
        terminal.close()


def test_behind_a_dialog_only_what_changed_is_painted(terminal: Terminal, tmp_path: Path) -> None:
    """Bob saves while a dialog is open: his editor comes to be seen, and no more than that is sent."""
    terminal.until("EMAIL.fullmatch")
    terminal.send("o")
    terminal.until("parts of the name")
    terminal.read(1.0)
    bob = open_store(tmp_path, user="bob")
    editor = bob.open_editor("MyApp.Database.User.findByEmail").editors[0]
    terminal.read(1.0)
    sent = 0
    for number in range(3):
        bob.type_text(editor, f"# {number}\n")
        sent += terminal.read(1.0)
    assert sent < MOST_BYTES_PER_MOVE, sent


def test_no_color_sends_no_colour(tmp_path: Path) -> None:
    improvements(tmp_path)
    terminal = program(tmp_path, NO_COLOR="1")
    try:
        terminal.until("EMAIL.fullmatch")
        colours = {cell.fg for row in terminal.screen.buffer.values() for cell in row.values()}
        assert colours == {"default"}
    finally:
        terminal.close()


def test_an_ascii_locale_gets_ascii(tmp_path: Path) -> None:
    improvements(tmp_path)
    terminal = program(tmp_path, LANG="C", LC_ALL="C")
    try:
        terminal.until("EMAIL.fullmatch")
        assert terminal.text().isascii()
    finally:
        terminal.close()


def test_a_dumb_terminal_is_refused_in_one_sentence(tmp_path: Path) -> None:
    improvements(tmp_path)
    terminal = program(tmp_path, TERM="dumb")
    terminal.ended()
    said = (terminal.process.before or b"").decode()
    assert "TERM=dumb" in said
    assert said.strip().count("\n") == 0
    terminal.process.close()


def test_without_a_terminal_it_is_refused_before_textual_is_loaded(tmp_path: Path) -> None:
    program = PROGRAM.replace("sys.exit(refusal)", "print('textual' in sys.modules, refusal); sys.exit(1)")
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path), "alice"],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout.startswith("False Patchbay's screen needs a terminal")


def test_what_is_pasted_with_escapes_in_it_runs_no_command(terminal: Terminal, tmp_path: Path) -> None:
    terminal.until("q quit")
    terminal.send("\x1b[200~\x1b[31mm\r\x1b[0mr\x1b[201~")
    terminal.read()
    assert reader(tmp_path).view().patches[0].patch.status is PatchStatus.READY
    terminal.send("1\r")
    terminal.until("F2 save")
    terminal.send("\x1b[200~# \x1b[31mm\r\x1b[0mr\x1b[201~")
    terminal.until("# \\x1b[31mm")
    terminal.until("\\x1b[0mr")


def has_no_controlling_terminal() -> None:
    """Let the end of the terminal send no signal."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    fcntl.ioctl(0, termios.TIOCNOTTY)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def test_a_line_that_drops_without_a_signal_ends_it_and_what_was_typed_is_kept(tmp_path: Path) -> None:
    improvements(tmp_path)
    terminal = Terminal(["-c", PROGRAM, str(tmp_path), "alice"], before=has_no_controlling_terminal)
    terminal.until("EMAIL.fullmatch")
    terminal.send("1\r")
    terminal.until("F2 save")
    terminal.send("# typed")
    terminal.until("# typed")
    terminal.drop()
    assert terminal.ended() is not None
    assert (text_of(tmp_path, "1") or "").startswith("# typed")
