"""Where the person is: panel, cursors, scrolling. Kept by the screen, not by widget focus. Pure values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from store.model import Op, PatchStatus
from store.views import EditorView, PatchView
from tui.present.board import FOLD, Board

Panel = Literal["editors", "patches", "actions"]
Source = Literal["editors", "patches"]
PANELS: tuple[Panel, ...] = ("editors", "patches", "actions")
"""From left to right."""


class Selection(NamedTuple):
    """What a command acts on: an editor with its patch, or a patch alone."""

    editor: EditorView | None = None
    patch: PatchView | None = None
    operation: Op | None = None
    """The operation of the patch that the cursor is on, in the patch's detail."""
    editors: tuple[EditorView, ...] = ()
    """The editors chosen with space; what is done to one is done to all of them."""
    patches: tuple[PatchView, ...] = ()
    """The patches chosen with space, or those of the chosen editors."""

    @property
    def lead(self) -> EditorView:
        """Which of the chosen editors stands for all: the last one down to the cursor, else the first."""
        here = self.editor.editor.number if self.editor else 0
        return ([one for one in self.editors if one.editor.number <= here] or self.editors[:1])[-1]

    def chosen(self, scope: str) -> bool:
        """Whether something is chosen that a command on an `editor` or a `patch` is about."""
        return bool(self.editors or (scope == "patch" and self.patches))

    def each(self, scope: str) -> tuple[Selection, ...]:
        """Give the chosen editors or patches one by one, each patch with what is chosen beside it."""
        if scope == "editor":
            return tuple(Selection(one) for one in self.editors)
        return tuple(Selection(None, one, patches=self.patches) for one in self.patches)


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
    editors_filter: str = ""
    patches_filter: str = ""
    filtering: bool = False
    """A filter is being typed, for the panel of `source`."""
    chosen_editors: frozenset[str] = frozenset()
    chosen_patches: frozenset[str] = frozenset()
    maximised: bool = False
    """The panel with the cursor has the whole screen."""
    editors_top: int = 0
    patches_top: int = 0
    actions_top: int = 0
    preview_top: int = 0


def selection_of(place: Place, board: Board | None) -> Selection:
    """Give what the commands act on."""
    if board is None:
        return Selection()
    editor, patch = _under_cursor(place, board)
    if place.source == "patches":
        return Selection(None, patch, patches=board.patches_among(place.chosen_patches))
    editors = board.editors_among(place.chosen_editors)
    of_editors = frozenset(one.patch.id for one in editors if one.patch is not None)
    return Selection(editor, patch, editors=editors, patches=board.patches_among(of_editors))


def lit_patch(place: Place, board: Board) -> str | None:
    """Give the patch whose cable is heavy."""
    _, patch = _under_cursor(place, board)
    return patch.patch.id if patch else None


def _under_cursor(place: Place, board: Board) -> tuple[EditorView | None, PatchView | None]:
    if place.source == "patches":
        return None, board.patch_by_id.get(place.patch or "")
    editor = board.editor_by_id.get(place.editor or "")
    return editor, board.patch_of(editor)


def settled(place: Place, old: Board | None, new: Board) -> Place:
    """Keep the cursors on their records in a new view; where one has gone, on its neighbour.

    A patch that is merged or abandoned has gone from among the open ones; where it was the last of them,
    the cursor stays on it as long as closed ones are listed, and else finds it again when it comes back.
    """
    source = place.source
    before = tuple(old.editor_row) if old else ()
    editor = _nearest(place.editor, before, tuple(new.editor_row))
    was_open = old is not None and place.patch in old.patch_keys(unfolded=False)
    unfolded = place.unfolded and not was_open
    keys = new.patch_keys(unfolded)
    patch = _nearest(place.patch, old.patch_keys(unfolded) if old else (), keys)
    if patch == FOLD and place.patch in new.patch_keys(place.unfolded):
        patch = place.patch
    if patch == FOLD and old is not None and not place.unfolded:
        shut = {one.patch.id for one in old.closed_patches}
        patch = next((one.patch.id for one in new.open_patches if one.patch.id in shut), FOLD)
    if old is None and not new.editors and keys:
        source = "patches"
    panel = source if old is None else place.panel
    return _following(
        replace(
            place,
            editor=editor,
            patch=patch,
            source=source,
            panel=panel,
            chosen_editors=place.chosen_editors & new.editor_by_id.keys(),
            chosen_patches=place.chosen_patches & new.patch_by_id.keys(),
        ),
        new,
    )


def _nearest(key: str | None, before: Sequence[str], after: Sequence[str]) -> str | None:
    """Give a row that is left where it was, else the next one below it that is left, else the one above.

    The folded row only where no other is left.
    """
    if key in after:
        return key
    at = before.index(key) if key in before else 0
    left = frozenset(after) - {FOLD}
    order = (*before[at:], *reversed(before[:at]), *after)
    return next((one for one in order if one in left), FOLD if after else None)


def nearest_in_section(key: str, before: Sequence[str], after: Sequence[str]) -> str | None:
    """Give a row that is left where it was, in a list whose keys begin with their section's name.

    Else one beside it in its section, else the same record in another section, else one beside it.
    """
    section, _, record = key.partition(" ")
    sections = ([one for one in rows if one.partition(" ")[0] == section] for rows in (before, after))
    same = (one for one in after if one.partition(" ")[2] == record)
    return _nearest(key, *sections) or next(same, None) or _nearest(key, before, after)


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


def rows_of(place: Place, board: Board) -> Board:
    """Give the board with the rows that the panels' filters leave."""
    return board.narrowed(place.editors_filter, place.patches_filter)


def filter_of(place: Place, source: Source) -> str:
    """Give a panel's filter."""
    return place.editors_filter if source == "editors" else place.patches_filter


def filtered(place: Place, board: Board, text: str, typing: bool) -> Place:
    """Give the panel of records another filter; the cursor stays on its record where that is left."""
    before = rows_of(place, board)
    if place.source == "editors":
        place = replace(place, editors_filter=text)
    else:
        place = replace(place, patches_filter=text)
    after = rows_of(place, board)
    at_row = place.panel if place.panel != "actions" else place.source
    return settled(replace(place, filtering=typing, panel=at_row, preview_top=0), before, after)


def filter_typed(place: Place, board: Board, key: str, character: str | None) -> Place | None:
    """Take a key into the filter that is being typed; None where it is none for that.

    `character` is what it prints, None where that is nothing.
    """
    text = filter_of(place, place.source)
    if key == "escape":
        return filtered(place, board, "", typing=False)
    if key in ("enter", "tab"):
        return replace(place, filtering=False)
    if key in ("backspace", "ctrl+h"):
        return filtered(place, board, text[:-1], typing=True)
    if key in ("ctrl+u", "ctrl+w"):
        return filtered(place, board, "", typing=True)
    return filtered(place, board, text + character, typing=True) if character else None


def given_up(place: Place, board: Board) -> Place:
    """Give up one thing: the panel's filter, its size, the other panel's filter, what is chosen."""
    if filter_of(place, place.source):
        return filtered(place, board, "", typing=False)
    if place.maximised:
        return replace(place, maximised=False)
    if place.editors_filter or place.patches_filter:
        cleared = replace(place, editors_filter="", patches_filter="")
        return settled(cleared, rows_of(place, board), board)
    return none_chosen(place)


def chosen(place: Place, board: Board) -> Place:
    """Choose the record under the cursor, or no longer, and go on to the next."""
    if place.panel == "editors" and place.editor is not None:
        place = replace(place, chosen_editors=place.chosen_editors ^ {place.editor})
    elif place.panel == "patches" and place.patch is not None:
        place = replace(place, chosen_patches=place.chosen_patches ^ {place.patch})
    return moved(place, board, 1, ())


def all_chosen(place: Place, board: Board) -> Place:
    """Choose all that are listed, of editors those in no patch where there are any; a second time none.

    Of patches the open ones, or with the cursor on an abandoned one, those.
    """
    if place.panel == "patches":
        gone = frozenset(
            one.patch.id for one in board.closed_patches if one.patch.status is PatchStatus.ABANDONED
        )
        patches = gone if place.patch in gone else frozenset(one.patch.id for one in board.open_patches)
        return replace(place, chosen_patches=frozenset() if place.chosen_patches == patches else patches)
    waiting = [one.editor.id for one in board.editors if one.waits]
    editors = frozenset(waiting or [one.editor.id for one in board.editors])
    return replace(place, chosen_editors=frozenset() if place.chosen_editors == editors else editors)


def also_chosen(place: Place, board: Board, editors: Iterable[str]) -> Place:
    """Choose some more editors, and go to where they are listed."""
    chosen_ones = place.chosen_editors | frozenset(editors)
    return replace(to_panel(place, board, "editors", None), chosen_editors=chosen_ones)


def none_chosen(place: Place) -> Place:
    """Choose nothing any more."""
    return replace(place, chosen_editors=frozenset(), chosen_patches=frozenset())


def scrolled(top: int, row: int, rows: int, height: int) -> int:
    """Give the first row to show so that `row` of `rows` is within `height`, moving no more than needed."""
    if rows <= height:
        return 0
    top = min(top, rows - height)
    return max(0, min(max(top, row - height + 1), row))
