"""What staged content becomes when a merge commits a change of the same file; pure.

What was staged over the old commit must be staged over the new one afterwards, piece by piece.
"""

from __future__ import annotations

from store.source.merge import holds_change, hunks, merge3
from store.source.texts import is_opaque, lines_of


def carried(old: str | None, staged: str, new: str) -> str | None:
    """Return what to stage over `new` where `staged` was staged over `old` (None: there was no file).

    None when that cannot be told for certain.
    """
    if staged in (old, new):
        return new
    if any(is_opaque(text) for text in (old or "", staged, new)):
        return None
    if holds_change(old or "", new, staged):
        return staged
    if old is None:
        return None
    merged = merge3(old, staged, new)
    if merged is None or not _same_difference(old, staged, new, merged):
        return None
    return merged


def unmerged(path: str) -> str:
    """Say that the index has a file unmerged, and what ends that."""
    return f"{path} is not merged in the index: resolve it and `git add` it"


def _same_difference(old: str, staged: str, new: str, result: str) -> bool:
    """Whether each change staged over `old` is either in `new` or staged over it, and nothing else is."""
    before, merged, after = (_changes(*pair) for pair in ((old, staged), (old, new), (new, result)))
    return all(one in before for one in after) and all(one in after or one in merged for one in before)


def _changes(base: str, new: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    base_lines, new_lines = lines_of(base), lines_of(new)
    return [
        (tuple(base_lines[one.base_start : one.base_end]), tuple(new_lines[one.new_start : one.new_end]))
        for one in hunks(base_lines, new_lines)
    ]
