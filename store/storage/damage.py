"""Telling about damaged files, and keeping them aside. How a file is recovered lies with its owner."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from store.storage.atomic import keep_copy, refusals

_ASIDE = re.compile(r"\.damaged-(\d+)$")


class Report(NamedTuple):
    """An honest account of one damaged file, for the person."""

    path: Path
    happened: str
    """One sentence: what is wrong with the file."""
    used: str
    """One sentence: what is used in its place, and where the damaged file is kept."""
    missing: str
    """One sentence: what may be missing now."""

    @property
    def message(self) -> str:
        """All of it, as one paragraph."""
        return f"{self.happened} {self.used} {self.missing}"


def fate_of(path: Path, may_write: bool) -> str:
    """Say what becomes of a damaged file, as a part of a sentence."""
    if may_write:
        return f"the damaged file is kept beside it as {path.name}.damaged-<number>"
    return "the damaged file stays as it is until the store is next changed, and is kept aside then"


def is_kept_aside(path: Path) -> bool:
    """Whether the file is a damaged one that was kept aside."""
    return _ASIDE.search(path.name) is not None


def keep_damaged_aside(path: Path, mode: int) -> Path:
    """Give the damaged file a second name, `<name>.damaged-<n>` with the first free n, and return it."""
    numbers = [
        int(found[1])
        for other in path.parent.glob(f"{path.name}.damaged-*")
        if (found := _ASIDE.search(other.name))
    ]
    aside = path.with_name(f"{path.name}.damaged-{max(numbers, default=0) + 1}")
    with refusals(path):
        keep_copy(path, aside, mode)
    return aside
