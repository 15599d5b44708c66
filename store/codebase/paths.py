"""Which paths may name a file of a codebase. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from store.errors import Code, PatchbayError

_LONGEST_PART = 255
_LONGEST_PATH = 4000
_RESERVED = frozenset({".git", ".hg", ".patchbay"})
_INVISIBLE = frozenset({"Cc", "Cs", "Zl", "Zp"})


def fault_of(path: str) -> str | None:
    """Return why `path` cannot name a file below a codebase's root, ending "it …", or None when it can."""
    if any(unicodedata.category(character) in _INVISIBLE for character in path):
        return "holds control characters or bytes that are no UTF-8"
    if len(path.encode()) > _LONGEST_PATH:
        return "is too long"
    for part in path.split("/"):
        if part in ("", ".", ".."):
            return "does not stay below its directory"
        if len(part.encode()) > _LONGEST_PART:
            return "is too long"
        if part.lower() in _RESERVED:
            return f"lies in {part}, which is not part of the code"
    return None


def check_paths(added: Iterable[str], present: Iterable[str]) -> None:
    """Refuse paths that cannot be added to a tree that will also hold the `present` ones.

    Raises `INVALID_NAME` for a path at fault, and where one path would be both a file and a directory.
    """
    added = set(added)
    if not added:
        return
    for path in sorted(added):
        if (fault := fault_of(path)) is not None:
            raise PatchbayError(Code.INVALID_NAME, f"The path {path!r} cannot be used: it {fault}.")
    files = added.union(present)
    for path in files:
        for directory in parents_of(path):
            if directory in files and (path in added or directory in added):
                raise PatchbayError(
                    Code.INVALID_NAME,
                    f"{directory!r} would be both a file and the directory of {path!r}; choose another path.",
                )


def parents_of(path: str) -> Iterable[str]:
    """Give the directories that a path lies in, outermost first."""
    end = path.rfind("/")
    while end > 0:
        yield path[:end]
        end = path.rfind("/", 0, end)
