"""Where each moving command goes from a place: rows, panels, editors, into a choice or a filter. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import NamedTuple

from tui.offers import next_step
from tui.place import (
    PANELS,
    Place,
    all_chosen,
    chosen,
    filter_of,
    filtered,
    folded,
    given_up,
    moved,
    selection_of,
    to_editor,
    to_panel,
)
from tui.present.board import FOLD, Board
from tui.present.layout import Layout

_FAR = 10**6
_BY = {"down": 1, "up": -1, "first": -_FAR, "last": _FAR}
_PAGES = {"page-down": 1, "page-up": -1}
_PANEL_STEPS = {
    "next-panel": (1, True),
    "previous-panel": (-1, True),
    "left": (-1, False),
    "right": (1, False),
}
"""By how many panels, and whether round the ends."""


class Shown(NamedTuple):
    """What one moves on."""

    board: Board
    """The whole view."""
    listed: Board
    """The view with the rows that the filters leave."""
    layout: Layout | None
    """The parts' sizes; None where the terminal is too small."""
    commands: tuple[str, ...]
    """The ids that Actions lists."""


def after(command: str, place: Place, shown: Shown) -> Place:
    """Give the place that a moving command leads to."""
    if command in _BY:
        return moved(place, shown.listed, _BY[command], shown.commands)
    if command in _PAGES:
        return _paged(place, shown, _PAGES[command])
    if command in _PANEL_STEPS:
        return _beside(place, shown, *_PANEL_STEPS[command])
    return _OTHERS[command](place, shown)


def _paged(place: Place, shown: Shown, by: int) -> Place:
    """Move by a page: the rows of a panel that has the whole screen, else the lines of the preview."""
    now = shown.layout
    if now is None:
        return place
    page = max(1, (now.rows if now.alone else now.preview - 2) - 1)
    if now.alone:
        return moved(place, shown.listed, by * page, shown.commands)
    return replace(place, preview_top=max(0, place.preview_top + by * page))


def _beside(place: Place, shown: Shown, step: int, round_trip: bool) -> Place:
    at, last = PANELS.index(place.panel) + step, len(PANELS) - 1
    at = at % len(PANELS) if round_trip else max(0, min(at, last))
    first = next_step(shown.listed, selection_of(place, shown.board))
    return to_panel(place, shown.listed, PANELS[at], first)


def _to_other_editor(place: Place, shown: Shown, by: int) -> Place:
    board = shown.listed
    if not board.editors:
        return place
    row = board.editor_row.get(place.editor or "", 0) + by
    return to_editor(place, board, board.editors[row % len(board.editors)].editor.id)


def _chosen_or_folded(place: Place, shown: Shown) -> Place:
    if place.panel == "patches" and place.patch == FOLD:
        return folded(place, not place.unfolded)
    return chosen(place, shown.listed)


_OTHERS: Mapping[str, Callable[[Place, Shown], Place]] = {
    "select": _chosen_or_folded,
    "select-all": lambda place, on: all_chosen(place, on.listed),
    "filter": lambda place, on: filtered(place, on.board, filter_of(place, place.source), typing=True),
    "back": lambda place, on: given_up(place, on.board),
    "maximise": lambda place, on: replace(place, maximised=not place.maximised),
    "previous-editor": lambda place, on: _to_other_editor(place, on, -1),
    "next-editor": lambda place, on: _to_other_editor(place, on, 1),
}
