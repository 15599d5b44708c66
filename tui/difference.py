"""What differs between two texts: rows of lines side by side, and the words changed inside a line. Pure.

What a row looks like is `present`'s business.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from store.source.merge import Hunk, hunks
from store.source.texts import lines_of

Kind = Literal["same", "removed", "added", "changed", "replaced"]
"""A changed row's lines are alike, a replaced one's only stand side by side."""
Span = tuple[int, int]

CONTEXT = 3
"""Unchanged lines that stay on each side of a change."""
FEWEST_FOLDED = 4
"""Fewer unchanged lines than this are not folded away."""
_MOST_COMPARED = 400
"""Up to so many pairs of lines are compared for the best alignment, above it lines pair in order."""
_ALIKE = 0.45
"""The share of words from which two lines count as one that changed."""
_ALIKE_BEGINNING = 40
"""Lines that begin with so many equal characters are alike, whatever words they are made of."""
_MOST_NEW = 0.75
"""Where more than this share of a line changed, words are not marked: the whole line is new."""
_LONGEST_MARKED = 2_000
"""Of a longer line only the whole stretch between the first and the last change is marked."""
_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_SOLID = re.compile(r"\w+|[^\w\s]")


class Row(NamedTuple):
    """One row: what became of it, and where its lines stand in the two texts, counted from 0."""

    kind: Kind
    old: int | None
    new: int | None


class Fold(NamedTuple):
    """Rows `start` to `end`, all unchanged."""

    start: int
    end: int


class _Line(NamedTuple):
    """A line without the blanks around it, and how often each of its words is in it."""

    text: str
    words: Counter[str]


@dataclass(frozen=True, eq=False)
class Difference:
    """Two texts as lines with their ends, and the rows that hold every line of both once, in order."""

    old: Sequence[str]
    new: Sequence[str]
    rows: Sequence[Row]

    @property
    def differs(self) -> bool:
        """Whether anything does."""
        return any(row.kind != "same" for row in self.rows)


def difference(old: str, new: str) -> Difference:
    """Compare two texts line by line; what was removed and what was added pair where they are alike."""
    before, after = lines_of(old), lines_of(new)
    found: list[Row] = []
    at = Hunk(0, 0, 0, 0)
    for hunk in (*hunks(before, after), Hunk(len(before), len(before), len(after), len(after))):
        kept = zip(range(at.base_end, hunk.base_start), range(at.new_end, hunk.new_start), strict=True)
        found.extend(Row("same", one, other) for one, other in kept)
        found.extend(_aligned(before, after, hunk))
        at = hunk
    return Difference(before, after, found)


def _aligned(before: Sequence[str], after: Sequence[str], hunk: Hunk) -> Iterator[Row]:
    """Give a hunk's rows: lines that only moved sideways pair first, then those between that are alike."""
    old = [line.strip() for line in before[hunk.base_start : hunk.base_end]]
    new = [line.strip() for line in after[hunk.new_start : hunk.new_end]]
    if not old or not new:
        yield from _paired(hunk, [])
        return
    pairs: list[tuple[int, int]] = []
    at = Hunk(0, 0, 0, 0)
    for gap in (*hunks(old, new), Hunk(len(old), len(old), len(new), len(new))):
        pairs.extend(zip(range(at.base_end, gap.base_start), range(at.new_end, gap.new_start), strict=True))
        pairs.extend(_alike(old, new, gap))
        at = gap
    yield from _paired(hunk, pairs)


def _paired(hunk: Hunk, pairs: Sequence[tuple[int, int]]) -> Iterator[Row]:
    """Give a hunk's rows for pairs of rising rows, counted from the hunk's first ones."""
    old, new = hunk.base_start, hunk.new_start
    end = (hunk.base_end - hunk.base_start, hunk.new_end - hunk.new_start)
    for one, other in (*pairs, end):
        for row in range(old, hunk.base_start + one):
            yield Row("removed", row, None)
        for row in range(new, hunk.new_start + other):
            yield Row("added", None, row)
        old, new = hunk.base_start + one, hunk.new_start + other
        if old < hunk.base_end and new < hunk.new_end:
            yield Row("changed", old, new)
            old, new = old + 1, new + 1


def _alike(old: Sequence[str], new: Sequence[str], gap: Hunk) -> list[tuple[int, int]]:
    """Give rising pairs of lines in a gap that have enough words in common."""
    ours = [_Line(line, Counter(_SOLID.findall(line))) for line in old[gap.base_start : gap.base_end]]
    theirs = [_Line(line, Counter(_SOLID.findall(line))) for line in new[gap.new_start : gap.new_end]]
    if len(ours) * len(theirs) > _MOST_COMPARED:
        found = [
            (at, at) for at, (one, other) in enumerate(zip(ours, theirs, strict=False))
            if _likeness(one, other) >= _ALIKE
        ]  # fmt: skip
    else:
        found = _best_pairs(ours, theirs)
    return [(gap.base_start + one, gap.new_start + other) for one, other in found]


def _likeness(one: _Line, other: _Line) -> float:
    """Give the share of words that two lines have in common, 0 to 1; enough where they begin alike."""
    size = one.words.total() + other.words.total()
    found = 2 * (one.words & other.words).total() / size if size else 0.0
    beginning = one.text[:_ALIKE_BEGINNING]
    begin_alike = len(beginning) == _ALIKE_BEGINNING and other.text.startswith(beginning)
    return max(found, _ALIKE) if begin_alike else found


def _best_pairs(ours: Sequence[_Line], theirs: Sequence[_Line]) -> list[tuple[int, int]]:
    """Give the rising pairs whose likenesses add up to the most."""
    best = [[0.0] * (len(theirs) + 1) for _ in range(len(ours) + 1)]
    likeness = [[_likeness(one, other) for other in theirs] for one in ours]
    for one in range(len(ours) - 1, -1, -1):
        for other in range(len(theirs) - 1, -1, -1):
            paired = best[one + 1][other + 1] + likeness[one][other] if likeness[one][other] >= _ALIKE else 0
            best[one][other] = max(paired, best[one + 1][other], best[one][other + 1])
    found = []
    one = other = 0
    while one < len(ours) and other < len(theirs):
        if best[one][other] == best[one + 1][other]:
            one += 1
        elif best[one][other] == best[one][other + 1]:
            other += 1
        else:
            found.append((one, other))
            one, other = one + 1, other + 1
    return found


def changed_words(old: str, new: str) -> tuple[list[Span], list[Span]]:
    """Give which characters changed in each of two lines, as rising spans; none where nearly all did."""
    if len(old) + len(new) > 2 * _LONGEST_MARKED:
        return _stretches(old, new)
    starts = [len(line) - len(line.lstrip()) for line in (old, new)]
    indent = shared_beginning(old[: starts[0]], new[: starts[1]])
    before, after = _WORD.findall(old, starts[0]), _WORD.findall(new, starts[1])
    found = hunks(before, after)
    spans = (
        _spans(old, before, (indent, starts[0]), [(hunk.base_start, hunk.base_end) for hunk in found]),
        _spans(new, after, (indent, starts[1]), [(hunk.new_start, hunk.new_end) for hunk in found]),
    )
    changed = sum(end - start for side in spans for start, end in side)
    return ([], []) if changed > _MOST_NEW * (len(old) + len(new)) else spans


def _stretches(old: str, new: str) -> tuple[list[Span], list[Span]]:
    """Give all of each line between what both begin with and what both end with."""
    head = shared_beginning(old, new)
    tail = shared_beginning(old[head:][::-1], new[head:][::-1])
    spans = (head, len(old) - tail), (head, len(new) - tail)
    return ([spans[0]] if head < spans[0][1] else []), ([spans[1]] if head < spans[1][1] else [])


def shared_beginning(one: str, other: str) -> int:
    """Give how many characters two texts have in common at the beginning."""
    same, most = 0, min(len(one), len(other))
    while same < most:
        middle = (same + most + 1) // 2
        if one[same:middle] == other[same:middle]:
            same = middle
        else:
            most = middle - 1
    return same


def _spans(line: str, words: Sequence[str], indent: Span, changed: Sequence[Span]) -> list[Span]:
    """Turn ranges of words into spans of the line; those with only blanks between them are one."""
    starts = [indent[1]]
    for word in words:
        starts.append(starts[-1] + len(word))
    found = [indent] if indent[0] < indent[1] else []
    for start, end in ((starts[start], starts[end]) for start, end in changed if end > start):
        if found and not line[found[-1][1] : start].strip():
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def side_by_side(run: Sequence[Row]) -> list[Row]:
    """Give a change's rows with lines that were removed and added between two pairs beside each other."""
    found: list[Row] = []
    removed: list[int] = []
    added: list[int] = []

    def flush() -> None:
        both = min(len(removed), len(added))
        found.extend(Row("replaced", *pair) for pair in zip(removed, added, strict=False))
        found.extend(Row("removed", row, None) for row in removed[both:])
        found.extend(Row("added", None, row) for row in added[both:])
        removed.clear()
        added.clear()

    for row in run:
        if row.old is not None and row.new is not None:
            flush()
            found.append(row)
        elif row.old is not None:
            removed.append(row.old)
        elif row.new is not None:
            added.append(row.new)
    flush()
    return found


def folded(found: Difference, context: int = CONTEXT) -> list[Row | Fold]:
    """Give the rows with each long unchanged run but for `context` lines beside changes made one fold.

    Nothing is folded where nothing differs.
    """
    rows = found.rows
    shown: list[Row | Fold] = []
    start = 0
    while start < len(rows):
        end = start
        while end < len(rows) and (rows[end].kind == "same") == (rows[start].kind == "same"):
            end += 1
        if rows[start].kind == "same":
            shown.extend(_folded_run(rows, start, end, context))
        else:
            shown.extend(rows[start:end])
        start = end
    return shown


def _folded_run(rows: Sequence[Row], start: int, end: int, context: int) -> list[Row | Fold]:
    first = start + (context if start > 0 else 0)
    last = end - (context if end < len(rows) else 0)
    if last - first < FEWEST_FOLDED or (start == 0 and end == len(rows)):
        return list(rows[start:end])
    return [*rows[start:first], Fold(first, last), *rows[last:end]]
