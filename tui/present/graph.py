"""A session's patches as a graph in merge order: lanes of box characters beside the rows. Pure.

Each row has a node. The line of a patch that others need leaves its node downwards and ends at the last of
them; in the row of one that needs it, a horizontal joins it to the node. A vertical that a horizontal does
not join passes over it. Where the lanes do not fit, only the lines of the selected patch are drawn, all in
one lane: patches above it that it needs, patches below it that need it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from textual.content import Content
from textual.style import Style

from store.model import Patch, PatchId
from store.rules import merge_order
from tui.present.board import Board
from tui.present.cables import DOWN, LEFT, RIGHT, UP, glyph
from tui.present.look import Look
from tui.present.states import LONG, MEDIUM, SHORT, state_of
from tui.present.text import cut_right, padded, shortened, visible, width_of


class GraphCell(NamedTuple):
    """One character; `patch` is whose line it is, None where nothing runs."""

    character: str = " "
    patch: PatchId | None = None
    heavy: bool = False
    node: bool = False


class _Run(NamedTuple):
    """One patch's line in a lane, from its node's row to the last one that needs it."""

    first: int
    last: int
    patch: PatchId


@dataclass(frozen=True)
class Graph:
    """Patches in merge order, with who needs whom."""

    order: tuple[PatchId, ...]
    needs: Mapping[PatchId, tuple[PatchId, ...]]
    """Only those that are in the order."""
    needed_by: Mapping[PatchId, tuple[PatchId, ...]]
    row_of: Mapping[PatchId, int] = field(default_factory=dict)


def graph_of(board: Board) -> Graph:
    """Make the graph of the open and merged patches: merged ones first, then the order of merging (R16).

    Abandoned ones that an open patch still needs are among them: they block it (R11).
    """
    patches = board.view.state.patches
    merged = sorted(
        (one for one in patches.values() if one.merged_at is not None), key=lambda one: str(one.merged_at)
    )
    chosen = [one.id for one in patches.values() if one.is_open]
    chosen += [
        dependency.patch
        for one in patches.values()
        if one.is_open
        for dependency in one.dependencies
        if (other := patches.get(dependency.patch)) is not None and other.abandoned_at is not None
    ]
    order = (*(one.id for one in merged), *merge_order(patches, chosen))
    return graph_from(order, patches)


def graph_from(order: Sequence[PatchId], patches: Mapping[PatchId, Patch]) -> Graph:
    """Make the graph of some patches in an order in which each stands after those it needs."""
    row_of = {patch: row for row, patch in enumerate(order)}
    needs: dict[PatchId, tuple[PatchId, ...]] = {}
    needed_by: dict[PatchId, list[PatchId]] = {}
    for patch in order:
        found = [one.patch for one in patches[patch].dependencies if one.patch in row_of]
        needs[patch] = tuple(
            sorted((one for one in found if row_of[one] < row_of[patch]), key=row_of.__getitem__)
        )
        for one in needs[patch]:
            needed_by.setdefault(one, []).append(patch)
    return Graph(tuple(order), needs, {key: tuple(found) for key, found in needed_by.items()}, row_of)


class Lanes:
    """Where each node stands and which lines run beside it; `fits` tells whether they do in `most` lanes."""

    def __init__(self, graph: Graph, most: int) -> None:
        self.graph = graph
        self.fits = True
        self._lane_of: dict[PatchId, int] = {}
        self._runs: list[list[_Run]] = []
        self._lay(most)

    @property
    def count(self) -> int:
        """How many lanes there are; two where only the selected patch's lines are drawn."""
        return max(1, len(self._runs)) if self.fits else 2

    def _lay(self, most: int) -> None:
        """Give every node the nearest free lane to the right of what it needs, else the first free one."""
        free_from: list[int] = []
        for row, patch in enumerate(self.graph.order):
            taken = [self._lane_of[one] for one in self.graph.needs[patch]]
            free = [lane for lane, until in enumerate(free_from) if until < row]
            right = [lane for lane in free if lane > max(taken, default=-1)]
            lane = next(iter(right), len(free_from))
            if lane >= most and free:
                lane = free[0]
            if lane >= most:
                self.fits = False
                return
            if lane == len(free_from):
                free_from.append(-1)
                self._runs.append([])
            above = self.graph.needed_by.get(patch, ())
            last = self.graph.row_of[above[-1]] if above else row
            free_from[lane] = last
            self._runs[lane].append(_Run(row, last, patch))
            self._lane_of[patch] = lane

    def cells(self, row: int, selected: PatchId | None, node: str, ascii_only: bool) -> list[GraphCell]:
        """Draw a row: one character for each lane and one between two of them."""
        if not self.fits:
            return self._trunk(row, selected, node, ascii_only)
        patch = self.graph.order[row]
        here = self._lane_of[patch]
        joined = {self._lane_of[one]: one for one in self.graph.needs[patch]}
        first, last = min((here, *joined)), max((here, *joined))
        cells: list[GraphCell] = []
        for column in range(2 * self.count - 1):
            lane, between = divmod(column, 2)
            if between:
                inside = first <= lane < last
                cells.append(
                    self._line(LEFT | RIGHT, patch, self._heavy(patch, selected, joined, lane), ascii_only)
                    if inside
                    else GraphCell()
                )
            elif lane == here:
                cells.append(GraphCell(node, patch, patch == selected, node=True))
            else:
                cells.append(self._crossing(lane, row, patch, selected, (first, last), joined, ascii_only))
        return cells

    def _crossing(
        self,
        lane: int,
        row: int,
        patch: PatchId,
        selected: PatchId | None,
        span: tuple[int, int],
        joined: Mapping[int, PatchId],
        ascii_only: bool,
    ) -> GraphCell:
        """Draw a lane beside the node: joined to it, passing by, crossed, or empty."""
        run = self._run_at(lane, row)
        first, last = span
        heavy = self._heavy(patch, selected, joined, lane)
        if lane in joined and run is not None:
            exits = UP | (DOWN if run.last > row else 0)
            exits |= (LEFT if lane > first else 0) | (RIGHT if lane < last else 0)
            return self._line(exits, run.patch, self._runs_heavy(run, row, selected) or heavy, ascii_only)
        if run is not None:
            return self._line(UP | DOWN, run.patch, self._runs_heavy(run, row, selected), ascii_only)
        if first < lane < last:
            return self._line(LEFT | RIGHT, patch, heavy, ascii_only)
        return GraphCell()

    def _run_at(self, lane: int, row: int) -> _Run | None:
        """Give the line that comes into a row from above."""
        runs = self._runs[lane]
        at = bisect_right(runs, row - 1, key=lambda run: run.first) - 1
        return runs[at] if at >= 0 and runs[at].first < row <= runs[at].last else None

    def _runs_heavy(self, run: _Run, row: int, selected: PatchId | None) -> bool:
        """Whether a line's part at a row leads to or from the selected patch."""
        if selected is None or run.patch == selected:
            return run.patch == selected
        return run.patch in self.graph.needs.get(selected, ()) and row <= self.graph.row_of[selected]

    def _heavy(
        self, patch: PatchId, selected: PatchId | None, joined: Mapping[int, PatchId], lane: int
    ) -> bool:
        """Whether the horizontal of a row is the selected patch's, or leads to it at this lane."""
        if patch == selected:
            return True
        here = self._lane_of[patch]
        wanted = next((at for at, one in joined.items() if one == selected), None)
        return wanted is not None and min(wanted, here) <= lane < max(wanted, here)

    @staticmethod
    def _line(exits: int, patch: PatchId, heavy: bool, ascii_only: bool) -> GraphCell:
        return GraphCell(glyph(exits, heavy, ascii_only), patch, heavy)

    def _trunk(self, row: int, selected: PatchId | None, node: str, ascii_only: bool) -> list[GraphCell]:
        """Draw only what the selected patch needs and what needs it, beside one line."""
        graph, patch = self.graph, self.graph.order[row]
        cells = [GraphCell(), GraphCell(), GraphCell(node, patch, patch == selected, node=True)]
        if selected is None or selected not in graph.row_of:
            return cells
        family = (*graph.needs[selected], selected, *graph.needed_by.get(selected, ()))
        first, last = graph.row_of[family[0]], graph.row_of[family[-1]]
        if first == last or not first <= row <= last:
            return cells
        related = patch in family
        exits = (UP if row > first else 0) | (DOWN if row < last else 0) | (RIGHT if related else 0)
        cells[0] = self._line(exits, selected, True, ascii_only)
        if related:
            cells[1] = self._line(LEFT | RIGHT, selected, True, ascii_only)
        return cells


def graph_row(
    row: int, lanes: Lanes, board: Board, selected: PatchId | None, width: int, look: Look
) -> Content:
    """Draw a row: its lanes, the patch's letter, sign, name and state."""
    graph = lanes.graph
    one = board.patch_by_id[graph.order[row]]
    patch = one.patch
    linked = graph.needs[patch.id] or graph.needed_by.get(patch.id)
    node = look.signs.plugged if linked else look.signs.free
    cells = lanes.cells(row, selected, node, look.signs.box[0] == "+")
    hue = look.hue(patch.letter) if patch.is_open else look.dim
    head = Content.assemble(
        " ",
        *((cell.character, _style(cell, board, look)) for cell in cells),
        (f" {visible(patch.letter):<{board.letter_width}}", hue + Style(bold=True)),
        f" {look.sign(patch.status, one.ready_to_merge)} ",
    )
    room = width - head.cell_length
    size = LONG if room >= 60 else MEDIUM if room >= 36 else SHORT
    beside = max(room // 2, room - width_of(patch.name) - 3)
    state = shortened(state_of(one, board.numbers, look, size), beside, look.signs.ellipsis)
    left = max(4, room - state.cell_length - 2)
    strong = look.strong if patch.is_open else look.dim
    name = Content.styled(cut_right(patch.name, left, look.signs.ellipsis), strong)
    return Content.assemble(head, padded(name, left), " ", state)


def _style(cell: GraphCell, board: Board, look: Look) -> Style:
    if cell.patch is None:
        return Style.null()
    patch = board.patch_by_id[cell.patch].patch
    style = look.hue(patch.letter) if patch.is_open or cell.heavy else look.dim
    return style + Style(bold=True) if cell.heavy else style
