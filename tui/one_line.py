r"""A text of several lines in a field of one: a line's end is `\n` there, and what reads so is `\\n`."""

from __future__ import annotations

import re

_TEXT = re.compile(r"(?<!\\)(\\*)([n\n])")
_WRITTEN = re.compile(r"(?<!\\)(\\+)n")


def in_one_line(text: str) -> str:
    r"""Give a text with its line ends as `\n`.

    Backslashes before a line's end, or before an n, are doubled there: so every line says one text.
    """
    return _TEXT.sub(lambda found: found[1] * 2 + (r"\n" if found[2] == "\n" else "n"), text)


def in_lines(line: str) -> str:
    """Give the text that a line of a field says."""
    return _WRITTEN.sub(_said, line)


def _said(found: re.Match[str]) -> str:
    half, odd = divmod(len(found[1]), 2)
    return "\\" * half + ("\n" if odd else "n")
