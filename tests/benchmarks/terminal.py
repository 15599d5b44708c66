"""A process on a pty, timed from outside: when which bytes came, and when the screen showed what."""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Sequence
from pathlib import Path

import pyte

PROJECT = Path(__file__).parents[2]
DROPPED = (
    *("NO_COLOR", "LC_ALL", "TEXTUAL_THEME", "PATCHBAY_SIGNS", "COLUMNS", "LINES"),
    *("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONPYCACHEPREFIX"),
)
"""What would change the look, or keep compiled modules from being kept as users have them."""
ASKS_FOR_FRAMES, HAS_FRAMES = b"\x1b[?2026$p", b"\x1b[?2026;2$y"
"""Whether the terminal shows a frame at once, as present ones do."""
PRIVATE = re.compile(rb"\x1b\[[<>=?][^a-zA-Z]*[a-zA-Z]")

Chunks = list[tuple[float, bytes]]
"""What came and when, in seconds of `time.perf_counter`."""


def environment(**more: str) -> dict[str, str]:
    """What measured processes run with."""
    kept = {key: value for key, value in os.environ.items() if key not in DROPPED}
    terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
    return kept | terminal | {"PYTHONPATH": str(PROJECT)} | more


class Terminal:
    """`python …` on a pty of a size in columns and rows."""

    def __init__(self, arguments: Sequence[str], size: tuple[int, int], **more: str) -> None:
        self.size = size
        self.master, slave = os.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment(**more),
            cwd=PROJECT,
            start_new_session=True,
        )
        os.close(slave)
        self.seen: Chunks = []

    def send(self, keys: bytes) -> float:
        """Type; gives when."""
        now = time.perf_counter()
        os.write(self.master, keys)
        return now

    def read(self, quiet: float, first: float | None = None, most: float = 15.0) -> Chunks:
        """Read until nothing has come for `quiet` seconds, or for `first` seconds to begin with."""
        found: Chunks = []
        end = time.perf_counter() + most
        while time.perf_counter() < end:
            patience = first if first is not None and not found else quiet
            if not select.select([self.master], [], [], patience)[0]:
                break
            try:
                data = os.read(self.master, 65536)
            except OSError:
                break
            found.append((time.perf_counter(), data))
            if ASKS_FOR_FRAMES in data:
                os.write(self.master, HAS_FRAMES)
        self.seen += found
        return found

    def when_shown(self, *texts: str, quiet: float = 0.7) -> float:
        """Read until the screen stands still; gives the seconds from the start until it showed the texts."""
        deadline = time.perf_counter() + 20.0
        while time.perf_counter() < deadline:
            self.read(quiet)
            if self._shown_at(texts) is not None or self.process.poll() is not None:
                break
        shown = self._shown_at(texts)
        if shown is None:
            ended = f"{self.process.args} (exit code {self.process.poll()}) never showed {texts}"
            raise RuntimeError(f"{ended}:\n{self.text()}")
        return shown - self.started

    def _shown_at(self, texts: Sequence[str]) -> float | None:
        screen = pyte.Screen(*self.size)
        stream = pyte.ByteStream(screen)
        for when, data in self.seen:
            stream.feed(PRIVATE.sub(b"", data))
            shown = "\n".join(screen.display)
            if all(text in shown for text in texts):
                return when
        return None

    def text(self) -> str:
        """What the screen shows now."""
        screen = pyte.Screen(*self.size)
        stream = pyte.ByteStream(screen)
        for _, data in self.seen:
            stream.feed(PRIVATE.sub(b"", data))
        return "\n".join(screen.display)

    def close(self) -> None:
        """End the process."""
        if self.process.poll() is None:
            os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()
        os.close(self.master)
