"""What can go wrong, each with a stable code and a sentence that says what to do."""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """The stable name of a refusal; scripts may rely on it."""

    NOT_FOUND = "not-found"
    AMBIGUOUS = "ambiguous"
    NOT_PERMITTED = "not-permitted"
    CLOSED = "closed"
    BAD_TRANSITION = "bad-transition"
    NOT_READY = "not-ready"
    EMPTY = "empty"
    UNSAVED_EDITOR = "unsaved-editor"
    DEPENDENCY_UNMERGED = "dependency-unmerged"
    DEPENDENCY_ABANDONED = "dependency-abandoned"
    DEPENDENCY_CYCLE = "dependency-cycle"
    CONFLICTS = "conflicts"
    CODEBASE_MOVED = "codebase-moved"
    DOES_NOT_PARSE = "does-not-parse"
    UNDEFINED_NAME = "undefined-name"
    NAME_TAKEN = "name-taken"
    INVALID_NAME = "invalid-name"
    RESTS_ON = "rests-on"
    PREVIEW_STALE = "preview-stale"
    STORE_LOCKED = "store-locked"
    STORE_DAMAGED = "store-damaged"
    STORE_FULL = "store-full"
    STORE_NEWER = "store-newer"
    STORE_MISSING = "store-missing"


STORE_CODES = frozenset(
    {Code.STORE_LOCKED, Code.STORE_DAMAGED, Code.STORE_FULL, Code.STORE_NEWER, Code.STORE_MISSING}
)
"""Refusals that are about the store's files or that there is none, not about a rule (exit code 3)."""


class PatchbayError(Exception):
    """A refusal: nothing was changed.

    `code` is stable, `message` one sentence for a person, and `blockers` the reasons one by one where
    there are several (R6), each a pair of code and sentence.
    """

    def __init__(self, code: Code, message: str, blockers: tuple[tuple[Code, str], ...] = ()) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.blockers = blockers
