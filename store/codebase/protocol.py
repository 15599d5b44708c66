"""What a codebase can do. Which codebases there are lies beside this: `package_tree`, `git_tree`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

from store.model import StagedFile
from store.source.tree import Files

__all__ = ["Codebase", "Files", "GoesBack", "KeepsStaged", "MakesAhead", "Prepared", "Revision"]


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


@dataclass(frozen=True)
class Prepared:
    """A revision that is made and that nobody sees yet; as JSON it survives its process (R14)."""

    revision: str
    expected: str
    """The revision that must still be the present one when it is published."""
    transaction: str
    recovery: Mapping[str, str] = field(default_factory=dict)
    """What else the codebase needs to settle it after a kill."""
    staged: Sequence[StagedFile] = ()
    """What becomes of files that are staged otherwise than the revisions have them."""


Rehearsal = Callable[[Mapping[str, str | None]], None]
"""Takes the changes of the next revision. Raises what preparing that would raise, and leaves it out then."""


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
        """Make a revision with these texts (None removes a file) that nobody sees before `publish`.

        No changes at all make a revision too. Raises `CODEBASE_MOVED` when `expected` is not the present
        revision, `INVALID_NAME` for a path that cannot be a file below the root, and `NOT_FOUND` for the
        removal of a file that is not there.
        """
        ...

    def publish(self, prepared: Prepared) -> None:
        """Make a prepared revision the present one, all or nothing: the commit point.

        Raises `CODEBASE_MOVED` when the present revision is not the expected one any more. Whatever it
        raises, `settle` tells whether the revision was made.
        """
        ...

    def settle(self, prepared: Prepared) -> bool:
        """After a kill or a refusal, finish or remove what `publish` left; whether the revision was made."""
        ...

    def history(self, limit: int) -> list[Revision]:
        """Return the latest revisions, newest first, at most `limit`."""
        ...

    def describe(self, revision: str) -> Revision:
        """Return what is known of a revision. Raises `NOT_FOUND`."""
        ...

    def changed_paths(self, since: str, until: str) -> set[str] | None:
        """Return the paths that may differ between two revisions; None when that is not known any more."""
        ...

    def common_ancestor(self, one: str, other: str) -> str:
        """Return the latest revision that both rest on."""
        ...

    def revisions_between(self, since: str, until: str) -> tuple[str, ...]:
        """Return the ids of the revisions after `since` up to `until`, oldest first; none when not known."""
        ...


@runtime_checkable
class GoesBack(Codebase, Protocol):
    """A codebase whose latest revision can be taken away again; on others undo makes an inverse revision."""

    def without(self, revision: str) -> str:
        """Return the revision that the codebase would go back to, were this one taken away.

        Raises `CODEBASE_MOVED` when it is not the present one any more, `NOT_PERMITTED` when others may have
        it already.
        """
        ...

    def prepare_return(
        self, revision: str, *, transaction: str, staged: Sequence[StagedFile] = ()
    ) -> Prepared:
        """Prepare to go back to before the present revision, to be published. Raises as `without` does.

        `staged` is what making that revision did to files that were staged: it is taken back where it holds.
        """
        ...


@runtime_checkable
class KeepsStaged(Codebase, Protocol):
    """A codebase beside which something can be staged, which a revision has to leave so."""

    def rehearsed(self, transaction: str) -> AbstractContextManager[Rehearsal]:
        """Give what makes revisions one upon the other of which nothing is left in the end."""
        ...


@runtime_checkable
class MakesAhead(Codebase, Protocol):
    """A codebase where making a revision can take long: that is done before the lock is taken (R14)."""

    def takes_long(self) -> bool:
        """Whether making a revision waits for programs of others, such as hooks, or for a person."""
        ...

    def make(
        self,
        changes: Mapping[str, str | None],
        *,
        expected: str,
        message: str,
        author: str,
        at: datetime,
        transaction: str,
    ) -> str:
        """Make a revision that nobody sees and that nothing need be done about; raises as `prepare` does."""
        ...

    def prepare_made(self, revision: str, *, expected: str, transaction: str) -> Prepared:
        """Prepare a revision that was made, to be published. Raises as `prepare` does."""
        ...
