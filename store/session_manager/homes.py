"""Where a change of the working tree belongs: to the patch, else the editor, that holds its name (R9)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from store.ground.composition import covering, operation_on
from store.ground.containers import FILE, containers, file_of, is_mode, is_rest, lies_in
from store.ground.order import holders_of, names_of, stack
from store.model import (
    AddDefinition,
    EditorContext,
    Op,
    PatchId,
    RenameDefinition,
    SessionState,
    new_name_of,
)
from store.reconcile import TreeChange
from store.session_manager.base import Base
from store.session_manager.saving import put_new_editor
from store.session_manager.transaction import Transaction
from store.source.tree import Tree


def holds(state: SessionState, change: TreeChange) -> bool:
    """Whether a session's patches or pending work touch what changed."""
    return _pending_on(state, change.names, None) is not None or bool(_top_holder(state, change))


def holds_around(state: SessionState, change: TreeChange) -> bool:
    """Whether a session has something on what lies in the class or file that went, or was renamed, or has
    all of the file in which something changed.
    """
    owner = change.name if change.name != change.new_name else None
    ours = {name for op in state.operations() for name in (op.name, new_name_of(op)) if name is not None}
    if owner is not None and any(lies_in(name, owner) for name in ours):
        return True
    files = [name for name in ours if name.endswith(FILE) and not is_mode(name)]
    return any(lies_in(name, file) for file in files for name in change.names)


def is_free(state: SessionState, change: TreeChange) -> bool:
    """Whether nothing says yet where a change belongs: no patch, no pending work, no editor in a patch."""
    apart = replace(change, beside=())
    return not holds(state, apart) and _plugged_on_top(state, change.names) is None


def home(manager: Base, t: Transaction, change: TreeChange) -> EditorContext:
    """Give the editor on what changed, in the patch that holds it; found ones are opened without asking."""
    now = t.tree.laid_out_as
    pending = _pending_on(t.state, change.names, now) or _bringer_of(t.state, change)
    if pending is not None:
        return pending
    plugged = _plugged_on_top(t.state, change.names)
    if plugged is not None:
        return plugged
    patch_id = _top_holder(t.state, change)
    target = change.name or change.new_name or ""
    if patch_id is not None:
        cover = _cover(t.state.patches[patch_id].operations, change.names, now)
        target = target if cover is None else new_name_of(cover) or cover.name
    mine = [one for one in t.state.editors.values() if one.target == target and one.patch_id == patch_id]
    if mine:
        return min(mine, key=lambda one: (one.user != manager.user, one.number))
    return put_new_editor(manager, t, target, change.shown, patch_id=patch_id, found=True)


def _pending_on(state: SessionState, names: Iterable[str], now: Tree | None) -> EditorContext | None:
    """Find the editor whose pending work is on what changed, in a tree not on what stands apart there."""
    names = tuple(names)
    near = {owner for name in names for owner in (name, *containers(name))}
    for editor in state.editors.values():
        pending = editor.pending
        if not any(op.name in near or (op.kind == "rename" and op.new_name in near) for op in pending):
            continue
        if any(operation_on(pending, name) or covering(pending, name, now) for name in names):
            return editor
    return None


def _bringer_of(state: SessionState, change: TreeChange) -> EditorContext | None:
    """Find the editor that brings the file whose mode changes: the mode of a new file goes with it."""
    files = {file_of(name) for name in change.names if is_mode(name)}
    for editor in state.editors.values() if files else ():
        patch = state.patches.get(editor.patch_id or "")
        operations = editor.pending if patch is None else patch.operations
        for op in operations:
            if isinstance(op, AddDefinition | RenameDefinition) and new_name_of(op) in files:
                return editor
    return None


def _plugged_on_top(state: SessionState, names: Iterable[str]) -> EditorContext | None:
    """Find an editor on what changed that was put on top of its stack, and has nothing there yet (R10)."""
    for editor in state.editors.values():
        if editor.patch_id is None or editor.target not in names:
            continue
        own = covering(state.patches[editor.patch_id].operations, editor.target)
        if own is None and operation_on(state.patches[editor.patch_id].operations, editor.target) is None:
            return editor
    return None


def _top_holder(state: SessionState, change: TreeChange) -> PatchId | None:
    """Give the highest patch on what changed; a rest is only held by an operation on itself.

    Blank lines go with the definitions beside them, where exactly one patch holds those.
    """
    held: dict[PatchId, None] = {}
    for name in change.names:
        if is_rest(name):
            own = [one.id for one in state.open_patches() if name in names_of(one)]
            held.update(dict.fromkeys(own))
        else:
            held.update(dict.fromkeys(holders_of(state.patches, name)))
    if held or not change.beside:
        return stack(state.patches, held)[-1] if held else None
    near = {one for name in change.beside for one in holders_of(state.patches, name)}
    return near.pop() if len(near) == 1 else None


def _cover(operations: Sequence[Op], names: Iterable[str], now: Tree | None) -> Op | None:
    loose = (name for name in names if operation_on(operations, name) is None)
    return next((found for name in loose if (found := covering(operations, name, now)) is not None), None)
