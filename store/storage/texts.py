"""Definition and file texts by digest: written once, durable before they are named, readable as they are.

Bytes only; how a text becomes bytes lies in `store.source`. Which texts are still named is known above.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from store.errors import Code, PatchbayError
from store.storage import effects
from store.storage.atomic import refusals, write_temporary

_DIGEST = re.compile(r"[0-9a-f]{64}")


def digest_of(data: bytes) -> str:
    """Return the name of a text: the sha256 of its bytes in lower-case hex."""
    return sha256(data).hexdigest()


class TextStore:
    """The texts in `directory`; `mode` is the files' permission bits.

    A text that a record is about to name is put inside the store's exclusive lock, so that the removal of
    unnamed texts, which takes the same lock, never meets it in between.
    """

    def __init__(self, directory: Path, *, mode: int = 0o600) -> None:
        self.directory = directory
        self._mode = mode

    def put(self, data: bytes) -> str:
        """Keep a text, durably, and return its digest; one that is there already is not written again.

        Raises `STORE_FULL` and `STORE_LOCKED`.
        """
        return self.put_many([data])[0]

    def put_many(
        self,
        texts: Iterable[bytes],
        *,
        progress: Callable[[int], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> list[str]:
        """Keep several texts, durably, and return their digests in the same order.

        The directory is waited for once. `progress` is told how many were dealt with; after `cancelled` says
        yes the rest is left out, and the list is shorter. Raises as `put`.
        """
        digests: list[str] = []
        written = False
        for data in texts:
            if cancelled is not None and cancelled():
                break
            digest = digest_of(data)
            written = self._write_once(digest, data) or written
            digests.append(digest)
            if progress is not None:
                progress(len(digests))
        if written:
            with refusals(self.directory):
                effects.fsync_directory(self.directory)
        return digests

    def get(self, digest: str) -> bytes:
        """Return a text. Raises `STORE_DAMAGED` when it is missing or its bytes do not have that digest."""
        path = self._path(digest)
        with refusals(path):
            try:
                data = path.read_bytes()
            except FileNotFoundError:
                raise PatchbayError(
                    Code.STORE_DAMAGED,
                    f"The text {digest} is missing from {self.directory}. Restore that file from a backup.",
                ) from None
        if digest_of(data) != digest:
            raise PatchbayError(
                Code.STORE_DAMAGED,
                f"The text {digest} in {self.directory} is damaged. Restore that file from a backup, "
                "or save the same text again after `patchbay doctor --fix`.",
            )
        return data

    def has(self, digest: str) -> bool:
        """Whether there is a text of that digest (its bytes are not checked)."""
        return self._path(digest).is_file()

    def digests(self) -> Iterator[str]:
        """Give the digests of all texts, in no order."""
        with refusals(self.directory):
            for path in self.directory.iterdir():
                if _DIGEST.fullmatch(path.name):
                    yield path.name

    def path(self, digest: str) -> Path:
        """Return where the text lies. Raises `STORE_DAMAGED` when `digest` is none."""
        return self._path(digest)

    def remove(self, digest: str) -> None:
        """Remove a text that nothing names, inside the store's exclusive lock; a missing one is fine."""
        with refusals(self.directory):
            effects.unlink(self._path(digest))

    def _write_once(self, digest: str, data: bytes) -> bool:
        """Write the text unless it is there at its full length; returns whether it was written."""
        path = self._path(digest)
        with refusals(path):
            try:
                if path.stat().st_size == len(data):
                    return False
            except FileNotFoundError:
                pass
            temporary, _ = write_temporary(path, data, self._mode)
            effects.replace(temporary, path)
        return True

    def _path(self, digest: str) -> Path:
        if not _DIGEST.fullmatch(digest):
            raise PatchbayError(
                Code.STORE_DAMAGED, f"{digest!r} is no digest of a text. Run `patchbay doctor`."
            )
        return self.directory / digest
