"""Writing to stdout and stderr: JSON as it is, everything else made visible.

Lines given as bytes are for another program, and made visible only on a terminal. A reader that has gone away
ends the output quietly.
"""

from __future__ import annotations

import contextlib
import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TextIO

from tui.visible import visible

_CHUNK = 2000


def write_document(document: object) -> None:
    """Write one JSON document to stdout."""
    _write(sys.stdout, encoded(document))


def encoded(document: object) -> bytes:
    """Give a document as JSON and a line end.

    Bytes of files that are not UTF-8 (lone surrogates) are written as escapes, which JSON's grammar allows.
    """
    import orjson

    try:
        return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    except TypeError:
        import json

        return json.dumps(document, indent=2, default=datetime.isoformat).encode("ascii") + b"\n"


def write_lines(lines: Iterable[str | bytes]) -> None:
    """Write lines for a person to stdout; a line feed within one is shown as an escape."""
    waiting: list[str] = []
    for line in lines:
        if isinstance(line, str):
            waiting.append(readable(line))
        elif _is_terminal(sys.stdout):
            waiting += [readable(one) for one in text_lines(line.decode("utf-8", "surrogateescape"))]
        else:
            _write_text(sys.stdout, waiting)
            _write(sys.stdout, line)
            waiting = []
        if len(waiting) >= _CHUNK:
            _write_text(sys.stdout, waiting)
            waiting = []
    _write_text(sys.stdout, waiting)


def write_note(*lines: str) -> None:
    """Write sentences to stderr; where that is not possible, nothing happens."""
    with contextlib.suppress(OSError, ValueError):
        _write_text(sys.stderr, [readable(line) for line in lines])


def write_progress(line: str) -> None:
    """Show how far something is, on one line of stderr, where that is a terminal."""
    with contextlib.suppress(OSError, ValueError):
        if _is_terminal(sys.stderr):
            sys.stderr.write(f"\r{line}" + "\x1b[K")
            sys.stderr.flush()


def readable(line: str) -> str:
    """Make a line visible, but for its tabs and a carriage return at its end."""
    if line.isprintable():
        return line
    return "\t".join(visible(part) for part in line.removesuffix("\r").split("\t"))


def text_lines(text: str) -> list[str]:
    """Give a text's lines without their ends."""
    lines = text.split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def table(rows: Sequence[Sequence[str]], indent: str = "  ") -> list[str]:
    """Give rows in columns, two blanks apart; the last column is as wide as it is."""
    shown = [[visible(cell) for cell in row] for row in rows]
    widths = [max(_cells(row[column]) for row in shown) for column in range(len(shown[0]))] if shown else []
    return [
        (
            indent
            + "  ".join(cell + " " * (width - _cells(cell)) for cell, width in zip(row, widths, strict=True))
        ).rstrip()
        for row in shown
    ]


def gone_quiet() -> None:
    """Let nothing more be written to a stdout whose reader has gone."""
    with contextlib.suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and stream.isatty()


def _cells(text: str) -> int:
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(one) else 2 if unicodedata.east_asian_width(one) in "WF" else 1
        for one in text
    )


def _write_text(stream: TextIO | None, lines: list[str]) -> None:
    if stream is not None and lines:
        text = "\n".join(lines) + "\n"
        _write(stream, text.encode(stream.encoding or "utf-8", "backslashreplace"))


def _write(stream: TextIO | None, data: bytes) -> None:
    if stream is not None:
        stream.flush()
        stream.buffer.write(data)
        stream.buffer.flush()
