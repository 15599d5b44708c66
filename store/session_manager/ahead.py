"""Revisions that are made before the lock is taken, as that waits for hooks or for a person who signs (R14).

Under the lock it is looked whether the revision is still just what is to be committed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from store.codebase.protocol import Codebase, MakesAhead
from store.model import UserId

TRIES = 4
"""How often at most a verb is done, until the revision that was made is what it commits."""


class Proposal(NamedTuple):
    """The revision that a transaction would make."""

    expected: str
    """The revision that it is made upon."""
    commits: Mapping[str, str | None]
    message: str


class Made(NamedTuple):
    """A revision that was made and that nobody sees."""

    proposal: Proposal
    transaction: str
    revision: str


class Making(NamedTuple):
    """What waits while a revision is made."""

    letters: tuple[str, ...]
    """Of the patches that are merged with it."""


class ToBeMadeError(Exception):
    """Ends a transaction that has done nothing yet, as its revision is to be made first."""

    def __init__(
        self, proposal: Proposal, transaction: str, author: UserId, at: datetime, making: Making
    ) -> None:
        super().__init__(transaction)
        self.proposal = proposal
        self.transaction = transaction
        self.author = author
        self.at = at
        self.making = making

    def made(self, codebase: Codebase) -> Made:
        """Make the revision, however long that takes. Raises as `MakesAhead.make` does."""
        assert isinstance(codebase, MakesAhead)
        revision = codebase.make(
            self.proposal.commits,
            expected=self.proposal.expected,
            message=self.proposal.message,
            author=self.author,
            at=self.at,
            transaction=self.transaction,
        )
        return Made(self.proposal, self.transaction, revision)
