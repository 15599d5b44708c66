"""Strings of persons and files made fit to be shown: nothing in them reaches the terminal as a command.

The one function for it, shared by screens and command line; it imports neither.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

BIDI_CONTROLS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
TAB = 4
"""Columns between tab stops."""

_UNSEEN = (
    "\xad\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200d\u2060-\u2065\u206a-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
"""Characters that take no room on a terminal, or look like none: names that differ by one look the same."""
_JOINS = "\u200d\ufe0e\ufe0f"
"""Those of them that emoji, and the first one that letters of India, are written with."""
_JOINED = frozenset({"So", "Sk", "Sm", "Mn", "Mc"})

_UNSAFE = re.compile(f"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029{BIDI_CONTROLS}{_UNSEEN}]")

Newline = Literal["escape", "space", "keep"]


def visible(text: str, *, newline: Newline = "escape", tabs: bool = False) -> str:
    r"""Give the text with control, bidi and invisible characters as escapes (`\x1b`, `\u202e`, `\u200b`).

    `newline` says what becomes of line feeds; `tabs` fills tabs up to columns of four instead of escaping.
    """
    if text.isprintable() and (text.isascii() or not _UNSAFE.search(text)):
        return text
    if newline == "space":
        text = text.replace("\r\n", " ").replace("\n", " ")
    if tabs and "\t" in text:
        text = text.expandtabs(TAB)
    return _UNSAFE.sub(lambda found: _joining(found) or _escaped(found[0], keep=newline == "keep"), text)


def _joining(found: re.Match[str]) -> str:
    """Give a character that joins what is around it in writing; nothing where it does not."""
    if found[0] not in _JOINS or not found.start():
        return ""
    before, after = found.string[found.start() - 1], found.string[found.end() : found.end() + 1]
    joins = unicodedata.category(before) in _JOINED
    if found[0] == "\u200d":
        joins = joins and not after.isascii()
    else:
        joins = (joins and before not in _JOINS) or after == "\u20e3"
    return found[0] if joins else ""


def _escaped(character: str, *, keep: bool) -> str:
    if character == "\n":
        return "\n" if keep else "\\n"
    if character == "\t":
        return "\\t"
    if character == "\r":
        return "\\r"
    number = ord(character)
    if number > 0xFFFF:
        return f"\\U{number:08x}"
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
