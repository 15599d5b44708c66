"""What was found of patches, kept from one process to the next: it follows from the records, and is no loss.

A file that is not there, is damaged or cannot be written counts for nothing. What the values mean is told
by the layers above.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

from store.errors import PatchbayError
from store.storage import effects
from store.storage.atomic import write_atomically


class VerdictFiles:
    """A file for each session, with values by name."""

    def __init__(self, directory: Path, *, mode: int, directory_mode: int) -> None:
        self._directory, self._mode, self._directory_mode = directory, mode, directory_mode

    def read(self, session: str) -> dict[str, Any]:
        """Give what is kept for a session, the oldest first; nothing where that cannot be read."""
        with suppress(OSError, ValueError):
            found = orjson.loads(self._path(session).read_bytes())
            if isinstance(found, dict):
                return found
        return {}

    def write(self, session: str, values: Mapping[str, Any]) -> None:
        """Keep values for a session; the disk is not waited for, and its refusal is not told."""
        with suppress(OSError, PatchbayError):
            if not self._directory.is_dir():
                effects.mkdir(self._directory, self._directory_mode)
            write_atomically(self._path(session), orjson.dumps(values), mode=self._mode, durable=False)

    def _path(self, session: str) -> Path:
        return self._directory / f"{session}.json"
