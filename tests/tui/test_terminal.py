"""The screen in a real terminal: a process on a pty, typed at and hung up on."""

from __future__ import annotations

import fcntl
import os
import re
import resource
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pexpect
import pyte
import pytest
from demo_stores import improvements

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


class Terminal:
    """A process on a pty of 80x24, with what its screen shows."""

    def __init__(
        self, directory: Path, user: str = "alice", *, program: str = PROGRAM, **environment: str
    ) -> None:
        kept = {
            key: value
            for key, value in os.environ.items()
            if key not in ("NO_COLOR", "LC_ALL", "TEXTUAL_THEME")
        }
        self.process = pexpect.spawn(
            sys.executable,
            ["-c", program, str(directory), user],
            dimensions=(24, 80),
            env={
                **kept,
                "TERM": "xterm-256color",
                "COLORTERM": "truecolor",
                "LANG": "C.UTF-8",
                **environment,
            },
            timeout=10,
        )
        self.screen = pyte.Screen(80, 24)
        self.stream = pyte.ByteStream(self.screen)

    def read(self, quiet: float = 0.25) -> int:
        """Read until nothing comes for a while; gives the number of bytes."""
        count, end = 0, time.monotonic() + quiet
        while time.monotonic() < end:
            try:
                data = self.process.read_nonblocking(65536, 0.02)
            except pexpect.TIMEOUT:
                continue
            except pexpect.EOF:
                break
            self.stream.feed(re.sub(rb"\x1b\[[<>=?][^a-zA-Z]*[a-zA-Z]", b"", data))
            count, end = count + len(data), time.monotonic() + quiet
        return count

    def until(self, text: str) -> None:
        """Read until the screen shows a text."""
        self.until_row(f".*{re.escape(text)}")

    def until_row(self, pattern: str) -> None:
        """Read until a row of the screen begins with what a pattern says."""
        end = time.monotonic() + 30
        while time.monotonic() < end:
            self.read(0.05)
            if any(re.match(pattern, row) for row in self.screen.display):
                return
        raise AssertionError(f"{pattern!r} is not on the screen:\n{self.text()}")

    def text(self) -> str:
        return "\n".join(self.screen.display)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    improvements(tmp_path)
    found = Terminal(tmp_path)
    yield found
    found.process.close(force=True)


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
    terminal.process.send("2\r")
    terminal.until("F2 save")
    lines = ["# " + "long" * 30, *(f"x = {number}" for number in range(count)), "END "]
    terminal.process.send("\r".join(lines))
    terminal.until_row(rf" *{count + 2} .*def findByEmail")


@pytest.fixture
def full(tmp_path: Path) -> Iterator[tuple[Terminal, Path]]:
    """Alice types in a definition while no file can be written, as on a full disk."""
    improvements(tmp_path)
    terminal = Terminal(tmp_path, program=FULL_DISK_IS_AN_ERROR + PROGRAM)
    terminal.until("EMAIL.fullmatch")
    terminal.process.send("2\r")
    terminal.until("F2 save")
    _, most = resource.prlimit(terminal.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(terminal.process.pid, resource.RLIMIT_FSIZE, (0, most))
    terminal.process.send("PRECIOUS ")
    terminal.until("There is no room left")
    yield terminal, tmp_path
    terminal.process.close(force=True)


def quit_refused(terminal: Terminal) -> None:
    terminal.process.send("\x11")
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
    terminal.process.send("\x11")
    terminal.process.expect(pexpect.EOF)
    assert (text_of(directory, "2") or "").startswith("PRECIOUS def")


def test_quitting_twice_on_a_full_disk_leaves_unless_a_key_came_between(
    full: tuple[Terminal, Path],
) -> None:
    terminal, directory = full
    quit_refused(terminal)
    terminal.process.send("\x1b")
    terminal.read(1.5)
    assert "PRECIOUS def" in terminal.text()
    assert "Not quit" not in terminal.text()
    quit_refused(terminal)
    terminal.process.send("\x11")
    terminal.process.expect(pexpect.EOF)
    terminal.process.close()
    assert terminal.process.exitstatus == 0
    assert text_of(directory, "2") is None


def test_the_session_is_shown_merged_by_keys_and_left(terminal: Terminal, tmp_path: Path) -> None:
    terminal.until("EMAIL.fullmatch")
    terminal.process.send("m")
    terminal.until("Nothing else changes")
    terminal.process.send("\r")
    terminal.until("Merged A validation-enhancements")
    terminal.process.send("q")
    terminal.process.expect(pexpect.EOF)
    terminal.process.close()
    assert terminal.process.exitstatus == 0
    assert "EMAIL.fullmatch" in reader(tmp_path).show("MyApp.User.validate").text


def test_a_key_and_enter_in_one_packet_merge(terminal: Terminal, tmp_path: Path) -> None:
    terminal.until("EMAIL.fullmatch")
    terminal.process.send("m\r")
    terminal.until("Merged A validation-enhancements")


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGTERM])
def test_text_half_typed_survives_when_the_line_drops(
    terminal: Terminal, tmp_path: Path, number: signal.Signals
) -> None:
    terminal.until("EMAIL.fullmatch")
    terminal.process.send("1\r")
    terminal.until("save")
    terminal.process.send("# half a thou")
    terminal.until("# half a thou")
    os.kill(terminal.process.pid, number)
    terminal.process.expect(pexpect.EOF)
    typed = text_of(tmp_path, "1")
    assert typed is not None
    assert typed.startswith("# half a thou")


def test_a_kill_loses_at_most_two_seconds_of_typing(terminal: Terminal, tmp_path: Path) -> None:
    terminal.until("EMAIL.fullmatch")
    terminal.process.send("1\r")
    terminal.until("save")
    terminal.process.send("# early")
    terminal.until("# early")
    terminal.read(1.0)
    os.kill(terminal.process.pid, signal.SIGKILL)
    terminal.process.expect(pexpect.EOF)
    typed = text_of(tmp_path, "1")
    assert typed is not None
    assert typed.startswith("# early")


def test_two_users_see_each_other(terminal: Terminal, tmp_path: Path) -> None:
    terminal.until("EMAIL.fullmatch")
    bob = Terminal(tmp_path, "bob")
    try:
        bob.until("bob")
        terminal.until("● bob")
        bob.until("● alice")
    finally:
        bob.process.close(force=True)


@pytest.mark.parametrize(
    ("theme", "most"), [("textual-dark", MOST_BYTES_PER_MOVE), ("ansi-dark", MOST_BYTES_PER_MOVE_ANSI)]
)
def test_a_cursor_move_sends_few_bytes(tmp_path: Path, theme: str, most: int) -> None:
    improvements(tmp_path)
    terminal = Terminal(tmp_path, TEXTUAL_THEME=theme)
    try:
        terminal.until("EMAIL.fullmatch")
        terminal.read(0.6)
        sizes = []
        for key in ("j", "j", "k", "k"):
            terminal.process.send(key)
            sizes.append(terminal.read())
        assert 0 < max(sizes) <= most, sizes
    finally:
        terminal.process.close(force=True)


def test_behind_a_dialog_only_what_changed_is_painted(terminal: Terminal, tmp_path: Path) -> None:
    """Bob saves while a dialog is open: his editor comes to be seen, and no more than that is sent."""
    terminal.until("EMAIL.fullmatch")
    terminal.process.send("o")
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
    terminal = Terminal(tmp_path, NO_COLOR="1")
    try:
        terminal.until("EMAIL.fullmatch")
        colours = {cell.fg for row in terminal.screen.buffer.values() for cell in row.values()}
        assert colours == {"default"}
    finally:
        terminal.process.close(force=True)


def test_an_ascii_locale_gets_ascii(tmp_path: Path) -> None:
    improvements(tmp_path)
    terminal = Terminal(tmp_path, LANG="C", LC_ALL="C")
    try:
        terminal.until("EMAIL.fullmatch")
        assert terminal.text().isascii()
    finally:
        terminal.process.close(force=True)


def test_a_dumb_terminal_is_refused_in_one_sentence(tmp_path: Path) -> None:
    improvements(tmp_path)
    terminal = Terminal(tmp_path, TERM="dumb")
    terminal.process.expect(pexpect.EOF)
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
    terminal.process.send("\x1b[200~\x1b[31mm\r\x1b[0mr\x1b[201~")
    terminal.read()
    assert reader(tmp_path).view().patches[0].patch.status is PatchStatus.READY
    terminal.process.send("1\r")
    terminal.until("F2 save")
    terminal.process.send("\x1b[200~# \x1b[31mm\r\x1b[0mr\x1b[201~")
    terminal.until("# \\x1b[31mm")
    terminal.until("\\x1b[0mr")


def test_a_line_that_drops_without_a_signal_ends_it_and_what_was_typed_is_kept(tmp_path: Path) -> None:
    improvements(tmp_path)
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(tmp_path), "alice"],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=os.environ | {"TERM": "xterm-256color", "LANG": "C.UTF-8"},
        start_new_session=True,
    )
    os.close(slave)
    shown = b""

    def until(text: bytes) -> None:
        nonlocal shown
        while text not in shown:
            shown += os.read(master, 65536)

    until(b"quit")
    os.write(master, b"1\r")
    until(b"save")
    shown = b""
    os.write(master, b"# typed")
    until(b"typed")
    os.close(master)
    assert process.wait(30) is not None
    assert (text_of(tmp_path, "1") or "").startswith("# typed")
