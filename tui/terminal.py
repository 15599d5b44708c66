"""Whether there is a terminal that the screens can be drawn on. Imports nothing of the screens."""

from __future__ import annotations

import os
import select
import sys


def refuse_terminal() -> str | None:
    """Say in one sentence why the screens can't be shown here; None when they can."""
    if not is_terminal():
        return (
            "Patchbay's screen needs a terminal: run it in one, or use the other commands (patchbay --help)."
        )
    if os.environ.get("TERM", "") in ("dumb", "unknown", ""):
        return (
            f"TERM={os.environ.get('TERM', '')} can't show Patchbay's screen: use a terminal with cursor"
            " movement (for example TERM=xterm-256color), or the other commands (patchbay --help)."
        )
    return None


def is_terminal() -> bool:
    """Whether somebody types here and reads what is written."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def line_is_gone() -> bool:
    """Whether the terminal was hung up: whoever reads from it only meets its end again and again."""
    poll = select.poll()
    poll.register(sys.__stdin__.fileno() if sys.__stdin__ is not None else 0, 0)
    return any(event & select.POLLHUP for _, event in poll.poll(0))
