"""Where the person is: panel, cursors, scrolling. Kept by the screen, not by widget focus. Pure values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from store.model import Op
from store.views import EditorView, PatchView
from tui.present.board import FOLD, Board

Panel = Literal["editors", "patches", "actions"]
Source = Literal["editors", "patches"]


@dataclass(frozen=True)
class Selection:
    """What a command acts on: an editor with its patch, or a patch alone."""

    editor: EditorView | None = None
    patch: PatchView | None = None
    operation: Op | None = None
    """The operation of the patch that the cursor is on, in the patch's detail."""


@dataclass(frozen=True)
class Place:
    """The cursor of each panel by record id, so that it survives every change of the session."""

    panel: Panel = "editors"
    source: Source = "editors"
    """The panel of records which the cursor was in last: what Actions is about."""
    editor: str | None = None
    patch: str | None = None
    """A patch's id, or FOLD."""
    command: str | None = None
    unfolded: bool = False
    maximised: bool = False
    editors_top: int = 0
    patches_top: int = 0
    actions_top: int = 0
    preview_top: int = 0


def selection_of(place: Place, board: Board | None) -> Selection:
    """Give what the commands act on."""
    if board is None:
        return Selection()
    if place.source == "editors":
        editor = board.editor_by_id.get(place.editor or "")
        return Selection(editor, board.patch_of(editor))
    return Selection(None, board.patch_by_id.get(place.patch or ""))


def lit_patch(place: Place, board: Board) -> str | None:
    """Give the patch whose cable is heavy."""
    patch = selection_of(place, board).patch
    return patch.patch.id if patch else None


def settled(place: Place, old: Board | None, new: Board) -> Place:
    """Keep the cursors on their records in a new view; where one has gone, on its neighbour."""
    editor, patch, source = place.editor, place.patch, place.source
    if editor not in new.editor_by_id:
        row = old.editor_row.get(editor or "", 0) if old else 0
        editor = new.editors[min(row, len(new.editors) - 1)].editor.id if new.editors else None
    keys = new.patch_keys(place.unfolded)
    if patch not in keys:
        before = old.patch_keys(place.unfolded) if old else ()
        row = before.index(patch) if patch in before else 0
        patch = _nearest_patch(keys, row)
    if old is None and not new.editors and keys:
        source = "patches"
    panel = source if old is None else place.panel
    return _following(replace(place, editor=editor, patch=patch, source=source, panel=panel), new)


def _nearest_patch(keys: tuple[str, ...], row: int) -> str | None:
    """Give the patch that took a row's place, else the one before; the folded row only where it is alone."""
    if not keys:
        return None
    row = min(row, len(keys) - 1)
    return keys[row - 1] if keys[row] == FOLD and row else keys[row]


def _following(place: Place, board: Board) -> Place:
    """Let the patches' cursor go where the editor's cable leads."""
    if place.source != "editors":
        return place
    patch = board.patch_of(board.editor_by_id.get(place.editor or ""))
    return replace(place, patch=patch.patch.id) if patch else place


def to_editor(place: Place, board: Board, editor: str) -> Place:
    """Put the cursor on an editor."""
    moved = replace(place, panel="editors", source="editors", editor=editor, command=None, preview_top=0)
    return _following(moved, board)


def to_patch(place: Place, patch: str) -> Place:
    """Put the cursor on a patch or on the folded row."""
    return replace(place, panel="patches", source="patches", patch=patch, command=None, preview_top=0)


def moved(place: Place, board: Board, by: int, commands: tuple[str, ...]) -> Place:
    """Move the cursor of the present panel by rows; far beyond an end stops there."""
    if place.panel == "actions":
        if not commands:
            return place
        at = commands.index(place.command) if place.command in commands else 0
        return replace(place, command=_at(commands, at + by), preview_top=0)
    if place.panel == "editors":
        if not board.editors:
            return place
        row = board.editor_row.get(place.editor or "", 0) + by
        return to_editor(place, board, board.editors[_clamped(row, len(board.editors))].editor.id)
    keys = board.patch_keys(place.unfolded)
    if not keys:
        return place
    at = keys.index(place.patch) if place.patch in keys else 0
    return to_patch(place, _at(keys, at + by))


def _at(items: tuple[str, ...], index: int) -> str:
    return items[_clamped(index, len(items))]


def _clamped(index: int, count: int) -> int:
    return max(0, min(index, count - 1))


def to_panel(place: Place, board: Board, panel: Panel, step: str | None) -> Place:
    """Go to a panel; Actions begins at `step`, the next sensible one."""
    if panel == "actions":
        return replace(place, panel="actions", command=step, preview_top=0)
    if panel == "patches":
        keys = board.patch_keys(place.unfolded)
        patch = place.patch if place.patch in keys else (keys[0] if keys else None)
        return replace(place, panel="patches", source="patches", patch=patch, command=None, preview_top=0)
    return _following(replace(place, panel="editors", source="editors", command=None, preview_top=0), board)


def folded(place: Place, unfolded: bool) -> Place:
    """Fold or unfold the merged and abandoned patches; the cursor stays on the row that says so."""
    return replace(place, unfolded=unfolded, patch=FOLD, source="patches", panel="patches")


def scrolled(top: int, row: int, rows: int, height: int) -> int:
    """Give the first row to show so that `row` of `rows` is within `height`, moving no more than needed."""
    if rows <= height:
        return 0
    top = min(top, rows - height)
    return max(0, min(max(top, row - height + 1), row))
