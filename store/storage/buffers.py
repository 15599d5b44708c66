"""Buffers: the text being typed in an editor, one file each, readable as it is below one header line.

Who may write a buffer, and what its text means, is decided above.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from store.storage.atomic import refusals, remove_durably, write_atomically
from store.storage.layout import checked_identifier, is_identifier

_MARK = "patchbay-buffer"


class Buffer(NamedTuple):
    """Text typed in an editor and not saved."""

    text: bytes
    shown: str | None
    """The digest of the text it was typed over; None when the header is damaged."""
    writer: str | None
    """The screen (or other writer) that writes it; None when the header is damaged."""
    at: datetime | None
    """When it was written; None when the header is damaged."""
    damaged: bool = False
    """Whether the file was damaged and only what is readable is given."""


class BufferStore:
    """The buffers in `directory`; `mode` is the files' permission bits."""

    def __init__(self, directory: Path, *, mode: int = 0o600) -> None:
        self.directory = directory
        self._mode = mode

    def write(self, editor: str, text: bytes, shown: str, writer: str, at: datetime) -> None:
        """Replace the editor's buffer, durably.

        Raises `NOT_FOUND` for a bad id, `STORE_FULL` and `STORE_LOCKED`.
        """
        header = {"kind": _MARK, "shown": shown, "writer": writer, "at": at.isoformat(), "bytes": len(text)}
        data = json.dumps(header).encode("ascii") + b"\n" + text
        write_atomically(self._path(editor), data, mode=self._mode)

    def read(self, editor: str) -> Buffer | None:
        """Return the editor's buffer, or None when there is none. A damaged one gives what is readable."""
        path = self._path(editor)
        with refusals(path):
            try:
                return _parse(path.read_bytes())
            except FileNotFoundError:
                return None

    def remove(self, editor: str) -> None:
        """Remove the editor's buffer, durably; a missing one is fine."""
        path = self._path(editor)
        if path.exists():
            remove_durably(path)

    def ids(self) -> list[str]:
        """Return the ids of the editors that have a buffer, sorted."""
        with refusals(self.directory):
            return sorted(path.name for path in self.directory.iterdir() if is_identifier(path.name))

    def _path(self, editor: str) -> Path:
        return self.directory / checked_identifier(editor)


def _parse(data: bytes) -> Buffer:
    first, newline, text = data.partition(b"\n")
    header = _header(first) if newline else None
    if header is None:
        return Buffer(data, None, None, None, damaged=True)
    try:
        at: datetime | None = datetime.fromisoformat(str(header.get("at")))
    except ValueError:
        at = None
    shown, writer = _word(header.get("shown")), _word(header.get("writer"))
    damaged = header.get("bytes") != len(text) or None in (at, shown, writer)
    return Buffer(text, shown, writer, at, damaged)


def _header(line: bytes) -> dict[str, Any] | None:
    try:
        header = json.loads(line)
    except ValueError:
        return None
    return header if isinstance(header, dict) and header.get("kind") == _MARK else None


def _word(value: object) -> str | None:
    return value if isinstance(value, str) else None
