"""Texts that come from files and standard input."""

from __future__ import annotations

import sys
from pathlib import Path

import click


def read_text(file: str) -> str:
    """Read a file, `-` for standard input, as it is.

    Raises a usage error for one that can't be read, and `invalid-name` for bytes that are not UTF-8.
    """
    from tui.own_editor import text_of

    what = "Standard input" if file == "-" else file
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except (OSError, ValueError, AttributeError) as error:
        reason = getattr(error, "strerror", None) or "it is closed"
        raise click.UsageError(f"{what} can't be read: {reason.lower()}.") from None
    return text_of(data, what)
