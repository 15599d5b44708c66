"""The package tree: a codebase kept in the store itself, which needs nothing else.

`head.json` maps the paths to the digests of their texts; replacing it is the commit point. A revision's
file, written before, holds what it changed, so that earlier revisions are read by going back from the head;
one above the head counts for nothing. What the JSON looks like lies in `tree_files`. A package tree holds
texts and paths, no permission bits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

from store.codebase.paths import check_paths
from store.codebase.protocol import Files, Prepared, Revision
from store.codebase.tree_files import (
    EMPTY,
    DamagedTreeFileError,
    Head,
    applied,
    decode_head,
    decode_revision,
    encode_head,
    encode_revision,
    taken_back,
)
from store.errors import Code, PatchbayError
from store.source.texts import decode, encode
from store.storage import effects
from store.storage.atomic import Signature, refusals, signature_of, write_atomically
from store.storage.damage import Report, fate_of, keep_damaged_aside
from store.storage.json_storage import previous_of
from store.storage.layout import StoreLayout
from store.storage.lock import StoreLock
from store.storage.texts import TextStore, digest_of

_REVISIONS_HELD = 1000
_SNAPSHOTS_HELD = 8


class TreeFiles:
    """The files of a package tree at one revision; see `Files`."""

    def __init__(self, digests: Mapping[str, str], texts: TextStore) -> None:
        self._digests = digests
        self._texts = texts

    @property
    def roots(self) -> tuple[str, ...]:
        """None: the package tree's own root is the source root."""
        return ()

    def paths(self) -> list[str]:
        """Return the paths, sorted."""
        return sorted(self._digests)

    def digest(self, path: str) -> str | None:
        """Return the digest of the file's text, or None when there is no such file."""
        return self._digests.get(path)

    def text(self, path: str) -> str:
        """Return the file's text. Raises `NOT_FOUND`, and `STORE_DAMAGED` when the text is gone."""
        digest = self._digests.get(path)
        if digest is None:
            raise PatchbayError(Code.NOT_FOUND, f"There is no file {path!r} in the package tree.")
        return decode(self._texts.get(digest))


class _Present(NamedTuple):
    """The head as last read or written."""

    signature: Signature | None
    head: Head
    repair: bool = False
    """Whether the head was rebuilt and its file still has to be put right."""


class PackageTree:
    """The package tree of the store at `layout`.

    Committing happens inside the store's exclusive lock, which is taken when the caller does not hold it.
    Accounts of damage are appended to `reports`.
    """

    def __init__(
        self, layout: StoreLayout, lock: StoreLock, texts: TextStore, *, reports: list[Report] | None = None
    ) -> None:
        self.reports: list[Report] = [] if reports is None else reports
        self.texts = texts
        self._layout = layout
        self._lock = lock
        self._path = layout.head
        self._present_head: _Present | None = None
        self._revisions: dict[int, Revision] = {}
        self._snapshots: dict[int, Mapping[str, str]] = {}

    @property
    def kind(self) -> Literal["package-tree", "git"]:
        """Always "package-tree"."""
        return "package-tree"

    @property
    def root(self) -> str:
        """The directory of the package tree in the store."""
        return str(self._layout.codebase)

    def revision(self) -> str:
        """Return the present revision's number, as a string."""
        return str(self._head().number)

    def files(self, revision: str | None = None) -> Files:
        """Return the files at a revision. Raises `NOT_FOUND`, `STORE_DAMAGED` when the way there is gone."""
        head = self._head()
        number = head.number if revision is None else self._number(revision, head)
        return TreeFiles(self._digests_at(number, head), self.texts)

    def prepare(
        self,
        changes: Mapping[str, str | None],
        *,
        expected: str,
        message: str,
        author: str,
        at: datetime,
        transaction: str,
    ) -> Prepared:
        """Write a revision's texts and its file; see `Codebase.prepare`. Raises `STORE_FULL` too.

        `at` has a time zone. Whoever does not hold the lock until `publish` may lose it to another process.
        """
        with self._lock.ensure_exclusive():
            head = self._head()
            if str(head.number) != expected:
                raise _moved(head, expected)
            encoded = {path: None if text is None else encode(text) for path, text in changes.items()}
            digests = {path: None if data is None else digest_of(data) for path, data in encoded.items()}
            _check_changes(head, digests)
            revision = Revision(
                id=str(head.number + 1),
                transaction=transaction,
                message=message,
                author=author,
                at=at,
                parent=expected,
                changes={path: (head.files.get(path), digest) for path, digest in sorted(digests.items())},
            )
            self.texts.put_many(data for data in encoded.values() if data is not None)
            if not self._path.exists():
                self._write_head(head)
            self._write_revision(revision)
            return Prepared(revision.id, expected, transaction)

    def publish(self, prepared: Prepared) -> None:
        """Replace the head by the prepared revision; see `Codebase.publish`. Raises `STORE_FULL` too."""
        with self._lock.ensure_exclusive():
            head = self._head()
            revision = self._read_prepared(prepared)
            if str(head.number) != prepared.expected or revision is None:
                raise _moved(head, prepared.expected)
            self._write_head(Head(head.number + 1, applied(head.files, revision.changes)))

    def settle(self, prepared: Prepared) -> bool:
        """Return whether the revision was made; what was only prepared is removed when the lock is held.

        So nothing ever takes for a revision what a kill has left above the head.
        """
        head = self._head()
        number = int(prepared.revision)
        if number <= head.number and self._revision(number).transaction == prepared.transaction:
            return True
        self._sweep(head)
        return False

    def history(self, limit: int) -> list[Revision]:
        """Return the latest revisions, newest first, at most `limit`; the empty tree is not among them."""
        head = self._head()
        return [self._revision(number) for number in range(head.number, max(head.number - limit, 0), -1)]

    def describe(self, revision: str) -> Revision:
        """Return what is known of a revision. Raises `NOT_FOUND`; the empty tree was made by nobody."""
        number = self._number(revision, self._head())
        if number == 0:
            raise PatchbayError(Code.NOT_FOUND, "Revision 0 is the empty package tree; nothing made it.")
        return self._revision(number)

    def changed_paths(self, since: str, until: str) -> set[str] | None:
        """Return the paths that the revisions between two have changed; None when one cannot be read."""
        head = self._head()
        try:
            numbers = range(self._number(since, head) + 1, self._number(until, head) + 1)
            return {path for number in numbers for path in self._revision(number).changes}
        except PatchbayError:
            return None

    def common_ancestor(self, one: str, other: str) -> str:
        """Return the lower number; one that is above the head counts as the head."""
        return str(min(int(one), int(other), self._head().number))

    def revisions_between(self, since: str, until: str) -> tuple[str, ...]:
        """Return the numbers after `since` up to `until`; none when the tree does not go as far."""
        head = self._head()
        try:
            numbers = range(self._number(since, head) + 1, self._number(until, head) + 1)
        except PatchbayError:
            return ()
        return tuple(str(number) for number in numbers)

    def named_digests(self) -> set[str]:
        """Return the digests of all texts that the head and any revision name."""
        head = self._head()
        named = set(head.files.values())
        for number in range(1, head.number + 1):
            for pair in self._revision(number).changes.values():
                named.update(digest for digest in pair if digest is not None)
        return named

    def _number(self, revision: str, head: Head) -> int:
        if revision.isascii() and revision.isdigit() and len(revision) < 19 and int(revision) <= head.number:
            return int(revision)
        raise PatchbayError(
            Code.NOT_FOUND, f"The package tree has no revision {revision!r}; the latest is {head.number}."
        )

    def _digests_at(self, number: int, head: Head) -> Mapping[str, str]:
        if number == head.number:
            return head.files
        held = dict(self._snapshots)
        if number in held:
            return held[number]
        nearest = min((other for other in held if number < other < head.number), default=head.number)
        files = held.get(nearest, head.files)
        for later in range(nearest, number, -1):
            files = taken_back(files, self._revision(later).changes)
        if len(self._snapshots) >= _SNAPSHOTS_HELD:
            self._snapshots.clear()
        self._snapshots[number] = files
        return files

    def _revision(self, number: int) -> Revision:
        """Read the file of a revision at or below the head, which never changes any more."""
        held = self._revisions.get(number)
        if held is not None:
            return held
        path = self._revision_path(number)
        with refusals(path):
            try:
                revision = decode_revision(path.read_bytes())
            except (DamagedTreeFileError, FileNotFoundError):
                raise PatchbayError(
                    Code.STORE_DAMAGED,
                    f"{path} is damaged or missing, so revisions before {number} cannot be read; the present "
                    "files are not affected. Restore that file from a backup.",
                ) from None
        if len(self._revisions) >= _REVISIONS_HELD:
            self._revisions.clear()
        self._revisions[number] = revision
        return revision

    def _read_prepared(self, prepared: Prepared) -> Revision | None:
        """Read the file of a revision above the head; None when another transaction's has taken its place."""
        path = self._revision_path(int(prepared.revision))
        try:
            revision = decode_revision(path.read_bytes())
        except (DamagedTreeFileError, FileNotFoundError):
            return None
        return revision if revision.transaction == prepared.transaction else None

    def _revision_path(self, number: int) -> Path:
        return self._layout.revisions / f"{number}.json"

    def _write_revision(self, revision: Revision) -> None:
        path = self._revision_path(int(revision.id))
        write_atomically(path, encode_revision(revision), mode=self._layout.file_mode)

    def _write_head(self, head: Head) -> None:
        try:
            signature = write_atomically(
                self._path,
                encode_head(head),
                previous=previous_of(self._path),
                mode=self._layout.file_mode,
            )
        except BaseException:
            self._present_head = None
            raise
        self._present_head = _Present(signature, head)

    def _head(self) -> Head:
        present = self._present_head
        signature = signature_of(self._path)
        if present is None or present.signature != signature:
            present = self._read_head(signature)
            self._revisions.clear()
            self._snapshots.clear()
            self._sweep(present.head)
        if present.repair and self._lock.held_exclusively:
            if signature is not None:
                keep_damaged_aside(self._path, self._layout.file_mode)
            data = encode_head(present.head)
            present = _Present(write_atomically(self._path, data, mode=self._layout.file_mode), present.head)
        self._present_head = present
        return present.head

    def _sweep(self, head: Head) -> None:
        """Remove the revision file that a killed commit left above the head, when this thread may."""
        leftover = self._revision_path(head.number + 1)
        if self._lock.held_exclusively and leftover.exists():
            with refusals(leftover):
                effects.unlink(leftover)

    def _read_head(self, signature: Signature | None) -> _Present:
        head, damage = _head_at(self._path)
        if head is not None:
            return _Present(signature, head)
        rebuilt = self._rebuilt_head()
        if rebuilt is None and damage == "is missing" and not any(self._layout.revisions.glob("*.json")):
            return _Present(None, EMPTY)
        if rebuilt is None:
            raise PatchbayError(
                Code.STORE_DAMAGED,
                f"{self._path} {damage}, and it cannot be rebuilt from the revisions beside it. "
                "Restore it from a backup.",
            )
        self.reports.append(
            Report(
                self._path,
                f"{self._path} {damage}.",
                f"The package tree was rebuilt at revision {rebuilt.number} from the files of its revisions"
                + (f"; {fate_of(self._path, self._lock.held_exclusively)}." if signature else "."),
                "Nothing is missing, unless the last revision's own file was lost too.",
            )
        )
        return _Present(signature, rebuilt, repair=True)

    def _rebuilt_head(self) -> Head | None:
        """Return the head that the previous version and the revisions after it give, if there is any."""
        previous, _ = _head_at(previous_of(self._path))
        head = previous
        for revision in self._revisions_after(previous.number if previous is not None else 0):
            head = Head(int(revision.id), applied(head.files if head else {}, revision.changes))
        return head

    def _revisions_after(self, number: int) -> Iterator[Revision]:
        while True:
            number += 1
            try:
                yield replace(decode_revision(self._revision_path(number).read_bytes()), id=str(number))
            except (DamagedTreeFileError, OSError):
                return


def _head_at(path: Path) -> tuple[Head | None, str]:
    """Return the head in a file, or None and what is wrong with it. Raises `STORE_NEWER`."""
    with refusals(path):
        try:
            return decode_head(path.read_bytes()), ""
        except FileNotFoundError:
            return None, "is missing"
        except DamagedTreeFileError:
            return None, "is damaged"


def _moved(head: Head, expected: str) -> PatchbayError:
    return PatchbayError(
        Code.CODEBASE_MOVED,
        f"The package tree is at revision {head.number}, not at {expected} any more; "
        "look at what changed and try again.",
    )


def _check_changes(head: Head, digests: Mapping[str, str | None]) -> None:
    """Refuse changes that the tree at `head` cannot take; see `Codebase.prepare`."""
    for path in sorted(path for path, digest in digests.items() if digest is None):
        if path not in head.files:
            raise PatchbayError(Code.NOT_FOUND, f"There is no file {path!r} in the package tree to remove.")
    added = [path for path, digest in digests.items() if digest is not None and path not in head.files]
    check_paths(added, head.files.keys() - {path for path, digest in digests.items() if digest is None})
