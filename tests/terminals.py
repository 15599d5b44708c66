"""A program on a real terminal: what is typed at it, and what its screen of 80x24 shows."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pexpect
import pyte

PROJECT = Path(__file__).parents[1]
WAIT_SECONDS = 30.0
"""After how long what is waited for counts as never coming, on a machine that does much else."""
PRIVATE = re.compile(rb"\x1b\[[<>=?][^a-zA-Z]*[a-zA-Z]")
"""What programs ask a terminal for that the terminal of the tests knows nothing of."""


def environment(**more: str) -> dict[str, str]:
    """What programs run with, apart from the settings of whoever runs the tests."""
    dropped = ("NO_COLOR", "LC_ALL", "TEXTUAL_THEME")
    kept = {key: value for key, value in os.environ.items() if key not in dropped}
    terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
    return kept | {"PYTHONPATH": str(PROJECT)} | terminal | more


def within(seconds: float, true: Callable[[], bool]) -> None:
    """Wait until something is true."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "too late"
        time.sleep(0.02)


class Terminal:
    """`python …` on a terminal, after `before` in its process; nothing is waited for without end."""

    def __init__(
        self, arguments: Sequence[str], *, before: Callable[[], None] | None = None, **more: str
    ) -> None:
        self.process = pexpect.spawn(
            sys.executable,
            list(arguments),
            dimensions=(24, 80),
            env=environment(**more),
            timeout=WAIT_SECONDS,
            preexec_fn=before,
        )
        self.screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self.screen)
        self._dropped = False

    def send(self, keys: str) -> None:
        """Type."""
        self.process.send(keys)

    def read(self, quiet: float = 0.25) -> int:
        """Read until nothing comes for a while, in seconds; gives the number of bytes."""
        count, end = 0, time.monotonic() + quiet
        latest = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < min(end, latest):
            try:
                data = self.process.read_nonblocking(65536, 0.02)
            except pexpect.TIMEOUT:
                continue
            except pexpect.EOF:
                break
            self._stream.feed(PRIVATE.sub(b"", data))
            count, end = count + len(data), time.monotonic() + quiet
        return count

    def until(self, text: str) -> None:
        """Read until the screen shows a text."""
        self.until_row(f".*{re.escape(text)}")

    def until_row(self, pattern: str) -> None:
        """Read until a row of the screen begins with what a pattern says."""
        end = time.monotonic() + WAIT_SECONDS
        while time.monotonic() < end:
            self.read(0.05)
            if any(re.match(pattern, row) for row in self.screen.display):
                return
        raise AssertionError(f"{pattern!r} is not on the screen:\n{self.text()}")

    def text(self) -> str:
        """What the screen shows."""
        return "\n".join(self.screen.display)

    def drop(self) -> None:
        """Take the terminal away, as a line that drops does; no signal comes with that."""
        os.close(self.process.child_fd)
        self._dropped = True

    def ended(self) -> int | None:
        """Wait until the program has ended by itself; gives its exit code, None if a signal ended it."""
        if not self._dropped:
            self.process.expect(pexpect.EOF)
        end = time.monotonic() + WAIT_SECONDS
        while self.process.isalive():
            assert time.monotonic() < end, f"still running:\n{self.text()}"
            time.sleep(0.01)
        code: int | None = self.process.exitstatus
        return code

    def close(self) -> None:
        """End the program, whatever it does."""
        self.process.close(force=True)
