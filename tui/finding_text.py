"""Where a text holds what is looked for. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

MOST = 100_000
"""No more occurrences than this are counted."""
Location = tuple[int, int]
"""A row and a column, counted from 0."""


def occurrences(lines: Sequence[str], wanted: str) -> list[Location]:
    """Give where lines hold what is wanted, in order; capital letters in it make it look for these."""
    if not wanted:
        return []
    pattern = re.compile(re.escape(wanted), 0 if wanted != wanted.lower() else re.IGNORECASE)
    found: list[Location] = []
    for row, line in enumerate(lines):
        found.extend((row, one.start()) for one in pattern.finditer(line))
        if len(found) >= MOST:
            break
    return found[:MOST]


def nearest(found: Sequence[Location], origin: Location) -> int:
    """Give which occurrence is the first at or after a place, from the top again where there is none."""
    at = bisect_left(found, origin)
    return at if at < len(found) else 0
