"""Pending work and renames that give way to what the working tree says of their names."""

from __future__ import annotations

from collections.abc import Collection

from store.assignment import settled
from store.ground.containers import lies_in
from store.ground.members import as_addition, as_deletion
from store.model import Op, RenameDefinition, new_name_of
from store.session_manager.saving import put_patches
from store.session_manager.transaction import Transaction


def give_back(t: Transaction, name: str) -> None:
    """Let the old name of what was renamed go to something else: the renamed one is an addition then."""
    for patch in t.state.open_patches():
        kept = tuple(_as_addition(op, name) for op in patch.operations)
        if kept != patch.operations:
            put_patches(
                t, settled(t.state.patches, t.state.patches, patch.id, kept, t.tree, t.text, t.keep)[0]
            )
    for editor in t.state.editors.values():
        pending = tuple(_as_addition(op, name) for op in editor.pending)
        if pending != editor.pending:
            t.put_editor(editor.model_copy(update={"pending": pending}))


def drop_pending_in(t: Transaction, owner: str, kept: Collection[Op] = (), itself: bool = False) -> None:
    """Drop what is pending on what is in a class or file that says it all; `kept` stays.

    What left it is an addition, what came into it a deletion where it was. What stands apart from it in the
    working tree stays too.
    """
    now = t.tree.laid_out_as
    for editor in t.state.editors.values():
        apart = (op for op in editor.pending if now is not None and now.stands_apart(op.name, owner))
        stays = [*kept, *(op for op in apart if lies_in(op.name, owner))]
        found = (op if op in stays else _left_of(op, owner, itself) for op in editor.pending)
        left = tuple(op for op in found if op is not None)
        if left != editor.pending:
            t.put_editor(editor.model_copy(update={"pending": left}))


def _left_of(op: Op, owner: str, itself: bool) -> Op | None:
    """Give what is left of an operation where all that lies in the class or file is said otherwise."""
    new_name = new_name_of(op)
    ends_inside = new_name is not None and (new_name == owner or lies_in(new_name, owner))
    if lies_in(op.name, owner) or (itself and op.name == owner):
        return None if new_name is None or ends_inside else _as_addition(op, op.name)
    if isinstance(op, RenameDefinition) and lies_in(op.new_name, owner):
        return as_deletion(op)
    return op


def _as_addition(op: Op, name: str) -> Op:
    return as_addition(op) if isinstance(op, RenameDefinition) and op.name == name else op
