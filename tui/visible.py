"""Strings of persons and files made fit to be shown: nothing in them reaches the terminal as a command.

The one function for it, shared by screens and command line; it imports neither.
"""

from __future__ import annotations

import re
from typing import Literal

BIDI_CONTROLS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
TAB = 4
"""Columns between tab stops."""

_UNSAFE = re.compile(f"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029{BIDI_CONTROLS}]")

Newline = Literal["escape", "space", "keep"]


def visible(text: str, *, newline: Newline = "escape", tabs: bool = False) -> str:
    r"""Give the text with categories Cc, Cs, Zl, Zp and bidi controls as escapes (`\x1b`, `\u202e`).

    `newline` says what becomes of line feeds; `tabs` fills tabs up to columns of four instead of escaping.
    """
    if text.isprintable():
        return text
    if newline == "space":
        text = text.replace("\r\n", " ").replace("\n", " ")
    if tabs and "\t" in text:
        text = text.expandtabs(TAB)
    return _UNSAFE.sub(lambda found: _escaped(found[0], keep=newline == "keep"), text)


def _escaped(character: str, *, keep: bool) -> str:
    if character == "\n":
        return "\n" if keep else "\\n"
    if character == "\t":
        return "\\t"
    if character == "\r":
        return "\\r"
    return f"\\x{ord(character):02x}" if ord(character) < 0x100 else f"\\u{ord(character):04x}"
