"""What staged content becomes when a merge commits a change of the same file; pure.

What was staged over the old commit must be staged over the new one afterwards, piece by piece.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import takewhile

from store.source.merge import holds_change, hunks, merge3
from store.source.partition import cut
from store.source.pieces import is_gap
from store.source.texts import is_blank, is_opaque, lines_of


def carried(path: str, old: str | None, staged: str, new: str) -> str | None:
    """Return what to stage over `new` where `staged` was staged over `old` (None: there was no file).

    None when that cannot be told for certain. `path` tells how the file is cut.
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
    if (
        merged is None
        or not _same_difference(old, staged, new, merged)
        or _has_moved(old, staged, new, merged)
    ):
        return staged if _holds_each(path, old, new, staged) else None
    return merged


def unmerged(path: str) -> str:
    """Say that the index has a file unmerged, and what ends that."""
    return f"{path} is not merged in the index: resolve it and `git add` it"


def _same_difference(old: str, staged: str, new: str, result: str) -> bool:
    """Whether each change staged over `old` is either in `new` or staged over it, and nothing else is."""
    before, merged, after = (_changes(*pair) for pair in ((old, staged), (old, new), (new, result)))
    return all(one in before for one in after) and all(one in after or one in merged for one in before)


def _has_moved(old: str, staged: str, new: str, result: str) -> bool:
    """Whether a merge has a line more or less often than both sides can account for, as where one moved it.

    To a merge by lines what moves is one that goes and another that comes.
    """
    before, ours, theirs, merged = (Counter(lines_of(text)) for text in (old, staged, new, result))
    for line in {*before, *ours, *theirs, *merged}:
        alone = (ours[line], theirs[line], ours[line] + theirs[line] - before[line])
        if not is_blank(line) and not min(alone) <= merged[line] <= max(alone):
            return True
    return False


def _holds_each(path: str, old: str, new: str, text: str) -> bool:
    """Whether a text holds the whole change from `old` to `new` piece by piece, and what it moved lies so."""
    before, after, there = (_pieces(path, one) for one in (old, new, text))
    for key in {*before, *after}:
        was, now, own = before.get(key), after.get(key), there.get(key)
        if (
            was != now
            and own != now
            and (now is None or own is None or not holds_change(was or "", now, own))
        ):
            return False
    return all(_lies_so(key, before, after, there) for key in after if key in before)


def _lies_so(key: str, before: Mapping[str, str], after: Mapping[str, str], there: Mapping[str, str]) -> bool:
    """Whether what `after` moved before or behind a piece is there on that side of it too."""
    if key not in there:
        return False
    was, now, own = (_before(key, text) for text in (before, after, there))
    both = before.keys() & after.keys() & there.keys()
    return not (was ^ now) & (now ^ own) & both


def _before(key: str, pieces: Mapping[str, str]) -> set[str]:
    return set(takewhile(lambda one: one != key, pieces))


def _pieces(path: str, text: str) -> dict[str, str]:
    return {piece.key: piece.text.rstrip() for piece in cut(path, text).pieces if not is_gap(piece)}


def _changes(base: str, new: str) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    base_lines, new_lines = lines_of(base), lines_of(new)
    return [
        (tuple(base_lines[one.base_start : one.base_end]), tuple(new_lines[one.new_start : one.new_end]))
        for one in hunks(base_lines, new_lines)
    ]
