"""Texts of files: bytes to `str` and back, digests, lines and newlines.

Nothing here knows about languages or definitions.
"""

from __future__ import annotations

import hashlib

LARGEST_CUT = 1_000_000
"""A text of more characters than this is never cut into definitions."""


MODE = ":<mode>"
"""What a path ends in whose text is the mode of a file that is not a regular one."""

LINK = "120000"
"""The mode of a symbolic link, whose text is where it leads."""


def decode(data: bytes) -> str:
    """The text of a file's bytes; what is not UTF-8 becomes lone surrogates, so any file round-trips."""
    return data.decode("utf-8", "surrogateescape")


def encode(text: str) -> bytes:
    """The bytes of a text made by `decode`."""
    return text.encode("utf-8", "surrogateescape")


def digest(text: str) -> str:
    """The SHA-256 of the encoded text, in hexadecimal."""
    return hashlib.sha256(encode(text)).hexdigest()


def is_opaque(text: str) -> bool:
    """Whether a text is only ever taken as a whole: not UTF-8, with a NUL, or over `LARGEST_CUT`."""
    if len(text) > LARGEST_CUT or "\0" in text:
        return True
    if text.isascii():
        return False
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False


def lines_of(text: str) -> list[str]:
    r"""The lines with their ends, cut at `\n` only (`splitlines` also cuts at `\f` and others)."""
    parts = text.split("\n")
    last = parts.pop()
    lines = [part + "\n" for part in parts]
    if last:
        lines.append(last)
    return lines


def newline_of(text: str) -> str:
    r"""The newline that a file uses, told from its first one: `\r\n` or `\n`."""
    end = text.find("\n")
    return "\r\n" if end > 0 and text[end - 1] == "\r" else "\n"


def with_newline(text: str, newline: str) -> str:
    """The text with this end for each of its lines, the last one too."""
    return "".join(line.rstrip("\r\n") + newline for line in lines_of(text))


def ended_as(last: str, text: str, newline: str) -> str:
    """A text in place of what a file ends in: without an end where that has none, unless it is not `newline`.

    Another end than the file's is something that only this text says.
    """
    if last.endswith("\n") or text.endswith("\r\n") != (newline == "\r\n"):
        return text
    return text.rstrip("\r\n")


def end_of(text: str) -> str:
    r"""The end of the last line, which what a file ends in need not have: `\n`, `\r\n` or nothing."""
    return text[len(text.removesuffix("\n").removesuffix("\r")) :] if text.endswith("\n") else ""


def same_but_for_end(one: str, other: str) -> bool:
    """Whether two texts are one but for the end of the last line."""
    return one.removesuffix(end_of(one)) == other.removesuffix(end_of(other))


def is_blank(text: str) -> bool:
    """Whether a text holds only spaces, tabs and newlines; a form feed is content."""
    return not text.strip(" \t\r\n")


def indent_of(line: str) -> str:
    """The spaces, tabs and form feeds that a line begins with."""
    return line[: len(line) - len(line.lstrip(" \t\f"))]


def trimmed(text: str) -> str:
    """The text without blank lines at both ends, its last line kept as it ends."""
    lines = lines_of(text)
    start, end = 0, len(lines)
    while start < end and is_blank(lines[start]):
        start += 1
    while end > start and is_blank(lines[end - 1]):
        end -= 1
    return "".join(lines[start:end])
