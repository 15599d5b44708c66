"""What a codebase can do. Which codebases there are lies beside this: `package_tree`, `git_tree`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from store.source.tree import Files

__all__ = ["Codebase", "Files", "Revision"]


@dataclass(frozen=True)
class Revision:
    """One state of a codebase, and what made it."""

    id: str
    """Opaque; a package tree counts from "0", the empty tree."""
    transaction: str | None
    """The id of the transaction that made it; None for one made outside Patchbay."""
    message: str
    author: str
    at: datetime
    parent: str | None
    changes: Mapping[str, tuple[str | None, str | None]]
    """Path → the digests of its text before and after; None where there was or is no file."""


class Codebase(Protocol):
    """A tree of source files with revisions."""

    @property
    def kind(self) -> Literal["package-tree", "git"]:
        """What sort of codebase it is."""
        ...

    @property
    def root(self) -> str:
        """Where it is, for the person."""
        ...

    def revision(self) -> str:
        """Return the present revision's id."""
        ...

    def files(self, revision: str | None = None) -> Files:
        """Return the files at a revision, the present one by default. Raises `NOT_FOUND`."""
        ...

    def commit(
        self,
        changes: Mapping[str, str | None],
        *,
        expected: str,
        message: str,
        author: str,
        at: datetime,
        transaction: str,
    ) -> str:
        """Make a revision with these texts (None removes a file), all or nothing, and return its id.

        No changes at all make a revision too. Raises `CODEBASE_MOVED` when `expected` is not the present
        revision, `INVALID_NAME` for a path that cannot be a file below the root, and `NOT_FOUND` for the
        removal of a file that is not there.
        """
        ...

    def next_revision(self, expected: str) -> str | None:
        """Return what `commit` would return after `expected`, if that is known beforehand."""
        ...

    def find(self, transaction: str, since: str) -> str | None:
        """Return the revision that this transaction made after the revision `since`, or None."""
        ...

    def history(self, limit: int) -> list[Revision]:
        """Return the latest revisions, newest first, at most `limit`."""
        ...

    def describe(self, revision: str) -> Revision:
        """Return what is known of a revision. Raises `NOT_FOUND`."""
        ...
