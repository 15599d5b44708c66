"""The patch bay's cables: from rows of editors and patches to cells. Pure; knows no colours.

An editor's cable leaves its jack to the right, turns into a vertical lane of its patch, and arrives at the
patch's jack. All editors of a patch share a lane. Lanes are ordered so that in a row where one cable leaves
and another arrives, the leaving one turns first; two cables whose verticals do not meet may share a lane.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

UP, RIGHT, DOWN, LEFT = 1, 2, 4, 8
_LIGHT = {
    LEFT: "╴", RIGHT: "╶", LEFT | RIGHT: "─", UP: "│", DOWN: "│", UP | DOWN: "│",
    LEFT | DOWN: "╮", LEFT | UP: "╯", RIGHT | DOWN: "╭", RIGHT | UP: "╰",
    LEFT | UP | DOWN: "┤", RIGHT | UP | DOWN: "├", LEFT | RIGHT | DOWN: "┬", LEFT | RIGHT | UP: "┴",
    LEFT | RIGHT | UP | DOWN: "┼",
}  # fmt: skip
_HEAVY = {
    LEFT: "╸", RIGHT: "╺", LEFT | RIGHT: "━", UP: "┃", DOWN: "┃", UP | DOWN: "┃",
    LEFT | DOWN: "┓", LEFT | UP: "┛", RIGHT | DOWN: "┏", RIGHT | UP: "┗",
    LEFT | UP | DOWN: "┫", RIGHT | UP | DOWN: "┣", LEFT | RIGHT | DOWN: "┳", LEFT | RIGHT | UP: "┻",
    LEFT | RIGHT | UP | DOWN: "╋",
}  # fmt: skip
_GAPS_FROM = 7
"""From this width on a horizontal stops one cell before and after a vertical that passes over it."""


class Cell(NamedTuple):
    """One character between the jacks; `patch` is None where nothing runs."""

    character: str = " "
    patch: str | None = None
    heavy: bool = False


class Cable(NamedTuple):
    """One patch's cable: the rows its editors leave from and the row it arrives at."""

    patch: str
    sources: tuple[int, ...]
    target: int

    @property
    def rows(self) -> tuple[int, int]:
        """The first and the last row it touches."""
        every = (*self.sources, self.target)
        return min(every), max(every)

    @property
    def length(self) -> int:
        """How many rows its vertical runs over."""
        first, last = self.rows
        return last - first

    @property
    def straight(self) -> bool:
        """Whether it needs no lane."""
        return self.length == 0


def route(
    editors: Sequence[str | None],
    patches: Mapping[str, int],
    width: int,
    height: int,
    selected: str | None = None,
    ascii_only: bool = False,
) -> list[list[Cell]]:
    """Draw `height` rows of `width` cells.

    `editors` gives, row by row, the patch that the editor there contributes to; `patches` the row of each
    visible patch. Where lanes run out only the cable of the patch `selected` is drawn, the rest as stubs;
    what arrives outside the visible rows is a stub as well.
    """
    cables = _cables(editors, patches)
    lanes = _lanes(cables, width - 2, selected)
    if lanes is None:
        cables = [one for one in cables if one.patch == selected]
        lanes = _lanes(cables, width - 2, selected) or {}
    drawn = [one for one in cables if one.straight or one.patch in lanes]
    canvas = _Canvas(width, height, selected)
    for cable in drawn:
        canvas.draw_horizontals(cable, lanes.get(cable.patch))
    canvas.gap_at_verticals([(cable, lanes[cable.patch]) for cable in drawn if cable.patch in lanes])
    for cable in sorted(drawn, key=lambda one: one.patch == selected):
        if cable.patch in lanes:
            canvas.draw_vertical(cable, lanes[cable.patch])
    complete = {one.patch for one in drawn}
    for row, patch in enumerate(editors[:height]):
        if patch is not None and patch not in complete:
            canvas.stub(row, 0, patch)
    plugged = {patch for patch in editors if patch is not None}
    for patch, row in patches.items():
        if patch in plugged and patch not in complete and row < height:
            canvas.stub(row, width - 1, patch)
    return canvas.cells(ascii_only)


def _cables(editors: Sequence[str | None], patches: Mapping[str, int]) -> list[Cable]:
    sources: dict[str, list[int]] = {}
    for row, patch in enumerate(editors):
        if patch is not None and patch in patches:
            sources.setdefault(patch, []).append(row)
    return [Cable(patch, tuple(rows), patches[patch]) for patch, rows in sources.items()]


def _lanes(cables: Sequence[Cable], available: int, selected: str | None) -> dict[str, int] | None:
    """Give each cable that turns its lane, from 1; None when there are not enough.

    Long verticals go to the right. Of cables that each would have to turn before the other, one is left out.
    """
    turning = {one.patch: one for one in cables if not one.straight}
    leaving = {row: one.patch for one in turning.values() for row in one.sources}
    before = {patch: {leaving.get(one.target, patch)} - {patch} for patch, one in turning.items()}
    lanes: dict[str, int] = {}
    while before:
        ready = [patch for patch, others in before.items() if not others & before.keys()]
        if not ready:
            del before[max(before, key=lambda patch: (patch != selected, turning[patch].length, patch))]
            continue
        patch = min(ready, key=lambda patch: (turning[patch].length, patch))
        lane = max((lanes[one] + 1 for one in before.pop(patch) if one in lanes), default=1)
        while any(at == lane and _meet(turning[patch], turning[one]) for one, at in lanes.items()):
            lane += 1
        if lane > available:
            return None
        lanes[patch] = lane
    return lanes


def _meet(one: Cable, other: Cable) -> bool:
    (first, last), (start, end) = one.rows, other.rows
    return first <= end and start <= last


class _Canvas:
    """Cells under construction: the directions that lead out of each, and whose they are."""

    def __init__(self, width: int, height: int, selected: str | None) -> None:
        self.width, self.height, self.selected = width, height, selected
        self.exits: dict[tuple[int, int], tuple[int, str]] = {}

    def put(self, row: int, column: int, exits: int, patch: str) -> None:
        before, owner = self.exits.get((row, column), (0, patch))
        self.exits[row, column] = (exits | (before if owner == patch else 0), patch)

    def line(self, row: int, start: int, stop: int, patch: str) -> None:
        for column in range(start, stop):
            self.put(row, column, LEFT | RIGHT, patch)

    def draw_horizontals(self, cable: Cable, lane: int | None) -> None:
        if lane is None:
            self.line(cable.target, 0, self.width, cable.patch)
            return
        for row in cable.sources:
            self.line(row, 0, lane, cable.patch)
            self.put(row, lane, LEFT, cable.patch)
        self.line(cable.target, lane + 1, self.width, cable.patch)
        self.put(cable.target, lane, RIGHT, cable.patch)

    def gap_at_verticals(self, cables: Sequence[tuple[Cable, int]]) -> None:
        """Stop each horizontal beside the verticals that pass over it, but not where it turns itself."""
        if self.width < _GAPS_FROM:
            return
        lanes = {cable.patch: lane for cable, lane in cables}
        for cable, lane in cables:
            first, last = cable.rows
            for row in range(first, last + 1):
                if self.exits.get((row, lane), (0, cable.patch))[1] == cable.patch:
                    continue
                for column in (lane - 1, lane + 1):
                    exits, owner = self.exits.get((row, column), (0, cable.patch))
                    plain = exits == LEFT | RIGHT and lanes.get(owner) != column
                    if plain and owner != cable.patch and 0 < column < self.width - 1:
                        del self.exits[row, column]

    def draw_vertical(self, cable: Cable, lane: int) -> None:
        first, last = cable.rows
        for row in range(first, last + 1):
            exits = (UP if row > first else 0) | (DOWN if row < last else 0)
            self.put(row, lane, exits, cable.patch)

    def stub(self, row: int, column: int, patch: str) -> None:
        if (row, column) not in self.exits:
            self.put(row, column, LEFT if column == 0 else RIGHT, patch)

    def cells(self, ascii_only: bool) -> list[list[Cell]]:
        return [
            [self._cell(row, column, ascii_only) for column in range(self.width)]
            for row in range(self.height)
        ]

    def _cell(self, row: int, column: int, ascii_only: bool) -> Cell:
        found = self.exits.get((row, column))
        if found is None:
            return Cell()
        exits, patch = found
        heavy = patch == self.selected
        return Cell(glyph(exits, heavy, ascii_only), patch, heavy)


def glyph(exits: int, heavy: bool, ascii_only: bool) -> str:
    """Give the character of a line with these exits: UP, RIGHT, DOWN, LEFT, at least one of them."""
    if not ascii_only:
        return (_HEAVY if heavy else _LIGHT)[exits]
    if not exits & (UP | DOWN):
        return "=" if heavy else "-"
    return "+" if exits & (LEFT | RIGHT) else "|"
