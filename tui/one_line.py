r"""A text of several lines in a field of one: a line's end is `\n` there, and what reads so is `\\n`."""

from __future__ import annotations

import re

_WRITTEN = re.compile(r"(\\+)n")


def in_one_line(text: str) -> str:
    r"""Give a text with its line ends as `\n`; what stands there as `\n` already gets one backslash more."""
    return _WRITTEN.sub(lambda found: f"\\{found[0]}", text).replace("\n", r"\n")


def in_lines(line: str) -> str:
    """Give the text that a line of a field says."""
    return _WRITTEN.sub(lambda found: "\n" if len(found[1]) == 1 else found[0][1:], line)
