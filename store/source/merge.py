"""The one three-way merge of texts, line by line; pure.

Changes of both sides that neither overlap nor touch are taken; the same change on both sides is taken once;
anything else is a conflict. Lines are cut at `\\n` only.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from store.source.texts import lines_of, newline_of

Kind = Literal["same", "ours", "theirs", "both", "conflict"]

MOST_EDITS = 300
"""Up to so many added and removed lines the shortest difference is searched, above an approximate one."""


class Region(NamedTuple):
    """One place of a merge: what each side has there, and whose change it is."""

    kind: Kind
    base: str
    ours: str
    theirs: str


class Hunk(NamedTuple):
    """Rows `base_start` to `base_end` of the base became rows `new_start` to `new_end`."""

    base_start: int
    base_end: int
    new_start: int
    new_end: int


def regions(base: str, ours: str, theirs: str) -> tuple[Region, ...]:
    """The merge of two changes of a base, place by place; neighbours of equal kind are joined."""
    rows = lines_of(base), lines_of(ours), lines_of(theirs)
    our_hunks, their_hunks = hunks(rows[0], rows[1]), hunks(rows[0], rows[2])
    found: list[Region] = []
    at = (0, 0, 0)
    while our_hunks or their_hunks:
        mine, yours = _overlapping(our_hunks, their_hunks)
        del our_hunks[: len(mine)], their_hunks[: len(yours)]
        start = min(hunk.base_start for hunk in (*mine, *yours))
        end = max(hunk.base_end for hunk in (*mine, *yours))
        skip = start - at[0]
        same = tuple(slice(row, row + skip) for row in at)
        _append(found, "same", rows, same)
        at = (start, at[1] + skip, at[2] + skip)
        stops = (end, at[1] + _length(mine, start, end), at[2] + _length(yours, start, end))
        place = tuple(slice(row, stop) for row, stop in zip(at, stops, strict=True))
        kind: Kind = "conflict"
        if not yours:
            kind = "ours"
        elif not mine:
            kind = "theirs"
        elif rows[1][place[1]] == rows[2][place[2]]:
            kind = "both"
        _append(found, kind, rows, place)
        at = stops
    _append(found, "same", rows, tuple(slice(row, None) for row in at))
    return tuple(found)


def merge3(base: str, ours: str, theirs: str) -> str | None:
    """The merged text, None where a place is in conflict."""
    if ours in (theirs, base):
        return theirs
    if theirs == base:
        return ours
    found = regions(base, ours, theirs)
    if any(region.kind == "conflict" for region in found):
        return None
    return "".join(_clean(region) for region in found)


def holds_change(old: str, new: str, text: str) -> bool:
    """Whether a text holds the whole change from `old` to `new`, and more beside it."""
    old_lines, new_lines, lines = lines_of(old), lines_of(new), lines_of(text)
    merged = hunks(old_lines, new_lines)
    for more in hunks(new_lines, lines):
        added = set(lines[more.new_start : more.new_end])
        for one in merged:
            if more.base_start < one.new_end and one.new_start < more.base_end:
                return False
            touches = more.base_start <= one.new_end and one.new_start <= more.base_end
            if touches and added.intersection(old_lines[one.base_start : one.base_end]):
                return False
    return True


def with_markers(base: str, ours: str, theirs: str, labels: tuple[str, str, str]) -> str:
    """The merged text with each conflict between diff3 markers.

    `labels` name ours, base and theirs, each one line.
    """
    newline = newline_of(base or ours or theirs)
    parts: list[str] = []
    for region in regions(base, ours, theirs):
        if region.kind != "conflict":
            parts.append(_clean(region))
            continue
        for marker, label, text in zip(
            ("<<<<<<<", "|||||||", "======="),
            (labels[0], labels[1], ""),
            (region.ours, region.base, region.theirs),
            strict=True,
        ):
            parts.append(f"{marker} {label}".rstrip() + newline)
            parts.append(text if not text or text.endswith("\n") else text + newline)
        parts.append(f">>>>>>> {labels[2]}".rstrip() + newline)
    return "".join(parts)


def marked_row(text: str) -> int | None:
    """The row of the first place still between diff3 markers, as `with_markers` leaves it, or None."""
    wanted = ["<<<<<<< ", "||||||| ", "=======", ">>>>>>> "]
    first: int | None = None
    for row, line in enumerate(text.split("\n")):
        if line.startswith(wanted[0]):
            first = row if first is None else first
            del wanted[0]
            if not wanted:
                return first
    return None


def _clean(region: Region) -> str:
    return region.theirs if region.kind == "theirs" else region.ours


def _length(side: list[Hunk], start: int, end: int) -> int:
    """How many rows a side has for the base's rows `start` to `end`."""
    return (
        end
        - start
        + sum((hunk.new_end - hunk.new_start) - (hunk.base_end - hunk.base_start) for hunk in side)
    )


def _overlapping(ours: list[Hunk], theirs: list[Hunk]) -> tuple[list[Hunk], list[Hunk]]:
    """The first hunks of both sides that overlap or touch, as one place."""
    sides = (ours, theirs)
    taken = [0, 0]
    first = 0 if not theirs or (ours and ours[0].base_start <= theirs[0].base_start) else 1
    end = sides[first][0].base_end
    taken[first] = 1
    grown = True
    while grown:
        grown = False
        for side in (0, 1):
            while taken[side] < len(sides[side]) and sides[side][taken[side]].base_start <= end:
                end = max(end, sides[side][taken[side]].base_end)
                taken[side] += 1
                grown = True
    return ours[: taken[0]], theirs[: taken[1]]


def _append(found: list[Region], kind: Kind, rows: tuple[list[str], ...], place: tuple[slice, ...]) -> None:
    base, ours, theirs = ("".join(lines[part]) for lines, part in zip(rows, place, strict=True))
    if not (base or ours or theirs):
        return
    if found and found[-1].kind == kind:
        last = found.pop()
        base, ours, theirs = last.base + base, last.ours + ours, last.theirs + theirs
    found.append(Region(kind, base, ours, theirs))


def hunks(base: Sequence[str], new: Sequence[str]) -> list[Hunk]:
    """What changed between two sequences of lines, in order; what was only added as far down as it goes."""
    start, shorter = 0, min(len(base), len(new))
    while start < shorter and base[start] == new[start]:
        start += 1
    tail = 0
    while tail < shorter - start and base[-1 - tail] == new[-1 - tail]:
        tail += 1
    old_rows = list(range(start, len(base) - tail))
    new_rows = list(range(start, len(new) - tail))
    here, there = {base[row] for row in old_rows}, {new[row] for row in new_rows}
    old_rows = [row for row in old_rows if base[row] in there]
    new_rows = [row for row in new_rows if new[row] in here]
    kept_base, kept_new = [False] * len(base), [False] * len(new)
    for row in range(start):
        kept_base[row] = kept_new[row] = True
    for row in range(1, tail + 1):
        kept_base[-row] = kept_new[-row] = True
    for old_at, new_at in _matches([base[row] for row in old_rows], [new[row] for row in new_rows]):
        kept_base[old_rows[old_at]] = kept_new[new_rows[new_at]] = True
    return _moved_down(base, new, _gaps(kept_base, kept_new))


def _gaps(kept_base: list[bool], kept_new: list[bool]) -> list[Hunk]:
    """The hunks between kept rows."""
    found = []
    old, fresh = 0, 0
    while old < len(kept_base) or fresh < len(kept_new):
        old_start, new_start = old, fresh
        while old < len(kept_base) and not kept_base[old]:
            old += 1
        while fresh < len(kept_new) and not kept_new[fresh]:
            fresh += 1
        if old > old_start or fresh > new_start:
            found.append(Hunk(old_start, old, new_start, fresh))
        else:
            old, fresh = old + 1, fresh + 1
    return found


def _moved_down(base: Sequence[str], new: Sequence[str], found: list[Hunk]) -> list[Hunk]:
    """The hunks with what was only added or only removed moved down as far as it reads the same."""
    moved: list[Hunk] = []
    for hunk in reversed(found):
        following = moved[-1] if moved else Hunk(len(base), len(base), len(new), len(new))
        old_start, old_end, new_start, new_end = hunk
        lines, start, end = (new, new_start, new_end) if old_start == old_end else (base, old_start, old_end)
        if old_start == old_end or new_start == new_end:
            room = following.base_start - old_end
            shift = 0
            while shift < room and lines[start + shift] == lines[end + shift]:
                shift += 1
            hunk = Hunk(*(row + shift for row in hunk))
        if moved and hunk.base_end == following.base_start:
            hunk = Hunk(hunk.base_start, following.base_end, hunk.new_start, following.new_end)
            moved.pop()
        moved.append(hunk)
    return moved[::-1]


def _matches(base: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Pairs of rows that stay, rising on both sides."""
    if not base or not new:
        return []
    return _shortest(base, new) or _between_unique_lines(base, new)


def _shortest(base: list[str], new: list[str]) -> list[tuple[int, int]]:
    """The rows kept by the shortest difference (Myers); nothing where it takes over `MOST_EDITS` edits."""
    reach = {1: 0}
    trace = []
    for edits in range(MOST_EDITS + 1):
        trace.append(dict(reach))
        for diagonal in range(-edits, edits + 1, 2):
            down = diagonal == -edits or (
                diagonal != edits and reach.get(diagonal - 1, -1) < reach.get(diagonal + 1, -1)
            )
            old = reach[diagonal + 1] if down else reach[diagonal - 1] + 1
            fresh = old - diagonal
            while old < len(base) and fresh < len(new) and base[old] == new[fresh]:
                old, fresh = old + 1, fresh + 1
            reach[diagonal] = old
            if old >= len(base) and fresh >= len(new):
                return _backtrack(trace, len(base), len(new))
    return []


def _backtrack(trace: list[dict[int, int]], old: int, fresh: int) -> list[tuple[int, int]]:
    kept = []
    for edits in range(len(trace) - 1, -1, -1):
        reach, diagonal = trace[edits], old - fresh
        down = diagonal == -edits or (
            diagonal != edits and reach.get(diagonal - 1, -1) < reach.get(diagonal + 1, -1)
        )
        before = diagonal + 1 if down else diagonal - 1
        old_before = reach[before] if edits else 0
        fresh_before = old_before - before if edits else 0
        while old > old_before and fresh > fresh_before:
            old, fresh = old - 1, fresh - 1
            kept.append((old, fresh))
        old, fresh = old_before, fresh_before
    return kept[::-1]


def _between_unique_lines(base: list[str], new: list[str]) -> list[tuple[int, int]]:
    """Rows kept where much differs: lines that are unique on both sides first, then what stands between."""
    kept: list[tuple[int, int]] = []
    old, fresh = 0, 0
    for old_at, new_at in [*_unique_in_order(base, new), (len(base), len(new))]:
        matcher = SequenceMatcher(None, base[old:old_at], new[fresh:new_at], autojunk=old_at - old > 500)
        for block in matcher.get_matching_blocks():
            kept += [(old + block.a + row, fresh + block.b + row) for row in range(block.size)]
        if old_at < len(base):
            kept.append((old_at, new_at))
        old, fresh = old_at + 1, new_at + 1
    return kept


def _unique_in_order(base: list[str], new: list[str]) -> list[tuple[int, int]]:
    """The longest rising run of pairs of lines that are unique on both sides."""
    positions = []
    for lines in (base, new):
        seen: dict[str, int] = {}
        for row, line in enumerate(lines):
            seen[line] = -1 if line in seen else row
        positions.append(seen)
    pairs = sorted((row, positions[1].get(line, -1)) for line, row in positions[0].items() if row >= 0)
    ends: list[int] = []
    chains: list[tuple[tuple[int, int], int]] = []
    at: list[int] = []
    for pair in pairs:
        if pair[1] < 0:
            continue
        length = bisect_left(ends, pair[1])
        chains.append((pair, at[length - 1] if length else -1))
        ends[length : length + 1] = [pair[1]]
        at[length : length + 1] = [len(chains) - 1]
    found = []
    link = at[-1] if at else -1
    while link >= 0:
        pair, link = chains[link]
        found.append(pair)
    return found[::-1]
