"""One change that somebody made in the working tree becomes an edit, as if it had been saved here (R8, R9).

What changed is found in `reconcile`; when is decided in `looking`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from enum import Enum

from store.edits import Edit, merged_save
from store.errors import Code, PatchbayError
from store.ground.composition import ground, operation_on
from store.ground.containers import FILE, carried, is_rest, lies_in
from store.ground.imports import is_import
from store.ground.order import placed
from store.ground.shown import tree_of
from store.model import (
    DeleteDefinition,
    Digest,
    EditorContext,
    Op,
    RenameDefinition,
    new_name_of,
)
from store.reconcile import TreeChange
from store.session_manager.base import Base
from store.session_manager.giving_way import drop_pending_in, give_back
from store.session_manager.homes import home
from store.session_manager.mirroring import held_here, last_seen
from store.session_manager.saving import put_new_editor
from store.session_manager.transaction import Transaction
from store.session_manager.tree_edits import is_so, present_text, save, text_of, write
from store.session_manager.tree_texts import keep_unmerged, take_off, typed_over, waiting_at
from store.source.texts import same_but_for_end


class Fate(Enum):
    """What became of a change of the tree."""

    TAKEN = "taken"
    """What is held says so now."""
    APART = "apart"
    """It does not merge with what the patch says, and waits in a buffer or as a conflict; or the patch is not
    the user's."""
    UNTOLD = "untold"
    """It cannot be said of this definition alone: the file is to be taken as a whole."""


def absorb(manager: Base, t: Transaction, change: TreeChange, behind: Collection[str]) -> Fate:
    """Work one change of the tree into the patch that holds its name, else leave it pending (R9).

    What the patch says already is passed over. A change that does not merge with it, or with what is
    `behind`, becomes the buffer of its editor, for the conflict dialog to settle (R8), all of the class or
    file where that is on one; a deletion has no text and becomes a conflict of its patch (R12).
    """
    late = _names_late(change, behind)
    there = held_here(manager, t.tree, t.state).whole(change.names[0]) if _is_whole(change) and late else None
    if change.name is None and change.new_name is not None:
        give_back(t, change.new_name)
    if change.name != change.new_name and change.name is not None:
        drop_pending_in(t, change.name)
    editor = home(manager, t, change)
    waiting = waiting_at(manager, t, editor)
    around = _around(manager, t, editor, change)
    if around is not None and waiting is None and _is_file_at_hand(editor.target, behind):
        return Fate.UNTOLD
    if around is not None and (waiting is not None or _holds_all(t, editor)):
        change, late, there = around, late | {editor.target}, None
    if change.moved is not None:
        return _move(t, editor, change)
    if waiting is not None and not _is_whole(change):
        change = replace(change, shown=typed_over(manager, t, waiting))
    fate = _absorb_at(manager, t, editor, change, late, there)
    if waiting is not None and fate is Fate.TAKEN:
        take_off(t, waiting)
    return fate


def _absorb_at(
    manager: Base,
    t: Transaction,
    editor: EditorContext,
    change: TreeChange,
    late: set[str],
    there: str | None,
) -> Fate:
    """Work one change in where the editor is; `there` is all of what is `late` in what is renamed or gone."""
    if is_so(t, editor, change):
        return Fate.TAKEN
    text = change.text
    if editor.patch_id is not None or late:
        present = present_text(t, editor, change) if there is None else there
        if text is None:
            return _delete(manager, t, editor, change, present)
        text = merged_save(change.shown, text, present)
        if text is None and (around := _around(manager, t, editor, change)) is not None:
            return _absorb_at(manager, t, editor, around, late, None)
        if text is None:
            keep_unmerged(manager, t, editor, change)
            return Fate.APART
    return _try(manager, t, editor, change, text)


def _try(manager: Base, t: Transaction, editor: EditorContext, change: TreeChange, text: str | None) -> Fate:
    """Work a text in where it belongs; where a patch cannot have it as well, in no patch.

    What a patch refuses waits in a buffer, so that nothing is written over it in the tree.
    """
    before, notes = t.state, len(t.notes)
    try:
        write(t, editor, change, text)
    except PatchbayError as error:
        t.state = before
        del t.notes[notes:]
        if editor.patch_id is None or editor.target.endswith(FILE):
            return Fate.UNTOLD
        if error.code is Code.NAME_TAKEN:
            loose = put_new_editor(manager, t, change.names[-1], None, found=True)
            return _try(manager, t, loose, change, text)
        t.notes.append(f"{change.names[-1]} was changed in the tree and is left there: {error.message}")
        waits = _around(manager, t, editor, change) or change
        if waits.text is not None and editor.target in waits.names:
            keep_unmerged(manager, t, editor, waits)
        return Fate.APART
    return Fate.TAKEN


def _is_file_at_hand(name: str, behind: Collection[str]) -> bool:
    """Whether a name is that of a whole file of which nothing is behind."""
    return name.endswith(FILE) and not any(one == name or lies_in(one, name) for one in behind)


def _holds_all(t: Transaction, editor: EditorContext) -> bool:
    """Whether an editor is on a whole file, and no patch and no other editor has anything in that."""
    held = [op for patch in t.state.open_patches() for op in patch.operations]
    held += [op for one in t.state.editors.values() for op in one.pending]
    return editor.target.endswith(FILE) and not any(
        lies_in(name, editor.target) for op in held for name in (op.name, new_name_of(op) or op.name)
    )


def _around(manager: Base, t: Transaction, editor: EditorContext, change: TreeChange) -> TreeChange | None:
    """Give what changed in all of the class or file that the editor is on; None for a change of just that."""
    now, target = t.tree.laid_out_as, editor.target
    if now is None or now.whole(target) is None:
        return None
    if not any(lies_in(name, target) and not now.stands_apart(name, target) for name in change.names):
        return None
    return TreeChange(target, target, last_seen(manager).whole(target), now.whole(target))


def late_names(change: TreeChange, behind: Collection[str]) -> set[str]:
    """Give the names under which the tree lacks what is `behind` once a change is taken in."""
    if not _is_whole(change) or change.new_name is None:
        return set()
    late = _names_late(change, behind)
    found = {carried(name, change.name or "", change.new_name) for name in late}
    return found | ({change.new_name} if late and change.new_name.endswith(FILE) else set())


def _is_whole(change: TreeChange) -> bool:
    """Whether what was there went, or got another name, with all that lies in it."""
    return change.name is not None and change.name != change.new_name


def _names_late(change: TreeChange, behind: Collection[str]) -> set[str]:
    """Give what of a change is behind: by its names, or as what lies in what went or was renamed."""
    found = {name for name in change.names if name in behind}
    if _is_whole(change):
        found |= {name for name in behind if lies_in(name, change.names[0])}
    return found


def _delete(
    manager: Base, t: Transaction, editor: EditorContext, change: TreeChange, present: str | None
) -> Fate:
    """Delete what the tree has no more; in conflict where it had something else than there is now (R12)."""
    name = change.names[0]
    if change.shown is None or _is_same(change.shown, present) or (is_rest(name) and not is_import(name)):
        return _try(manager, t, editor, change, None)
    origin = _origin(t, editor, name)
    before, notes, beneath = t.state, len(t.notes), _beneath(t, editor, origin)
    stands_on_more = beneath is not None and not _is_same(change.shown, beneath)
    if operation_on(editor.pending, name) is None and stands_on_more:
        base = manager.text_before(origin) or change.shown
        fate = _try(manager, t, editor, change, None)
        if fate is not Fate.TAKEN or _rest_on(t, origin, t.keep(change.shown if base == beneath else base)):
            return Fate.APART
    t.state = before
    del t.notes[notes:]
    t.notes.append(f"{name} was deleted in the tree, which did not have its present text: it is kept")
    return Fate.APART


def _is_same(shown: str, there: str | None) -> bool:
    """Whether the tree had the text that is there, which in a file may lack the end of its last line."""
    return there is not None and same_but_for_end(shown, there)


def _origin(t: Transaction, editor: EditorContext, name: str) -> str:
    """Give what a definition is called beneath the editor's patch, which may rename it."""
    patch = t.state.patches.get(editor.patch_id or "")
    own = None if patch is None else operation_on(patch.operations, name)
    return own.name if isinstance(own, RenameDefinition) else name


def _beneath(t: Transaction, editor: EditorContext, name: str) -> str | None:
    """Give all of what a deletion of a definition would rest on, where the editor is."""
    patches = t.state.patches
    if editor.patch_id is None:
        return tree_of(patches, None, name, t.tree, t.text).whole(name)
    return ground(t.tree, placed(patches, editor.patch_id, [name]), editor.patch_id, t.text).whole(name)


def _rest_on(t: Transaction, name: str, base: Digest) -> bool:
    """Let the deletion of a definition rest on what was there before, not on what is; whether it is one."""

    def moved(operations: tuple[Op, ...]) -> tuple[Op, ...]:
        return tuple(
            op.model_copy(update={"base_digest": base})
            if isinstance(op, DeleteDefinition) and op.name == name
            else op
            for op in operations
        )

    before = t.state
    for editor in t.state.editors.values():
        t.put_editor(editor.model_copy(update={"pending": moved(editor.pending)}))
    for patch in t.state.open_patches():
        if (operations := moved(patch.operations)) != patch.operations:
            t.put(patch.model_copy(update={"operations": operations}))
            t.follow([patch.id])
    return t.state != before


def _move(t: Transaction, editor: EditorContext, change: TreeChange) -> Fate:
    """Note that a definition stands elsewhere among its neighbours, or no longer does."""
    name = change.names[0]
    text = text_of(t, editor, name, change)
    if text is None:
        return Fate.UNTOLD
    t.keep(text)
    save(t, editor, Edit(name, name, text, moved=change.moved))
    return Fate.TAKEN
