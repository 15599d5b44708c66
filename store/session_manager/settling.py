"""Conflicts that a git working tree has settled already: what was committed by hand, rebased or pulled (R13).

Whoever moves HEAD with the files at hand leaves them as wanted. So where the index is as HEAD, and it was no
merge of a patch that moved HEAD, what the tree has is the resolution: theirs where it is what HEAD has, else
ours. But a text that the patch held before tells nothing: a commit of the index alone, or a mixed reset,
leaves it there too, and what HEAD has would be taken back unasked.
"""

from __future__ import annotations

from collections.abc import Collection

from store.assignment import settled
from store.ground.composition import ground, has_place, operation, text_under
from store.ground.containers import FILE
from store.ground.order import in_order
from store.model import AddDefinition, Conflict, Digest, Op, Patch, RenameDefinition, new_name_of
from store.session_manager.base import Base
from store.session_manager.saving import put_patches
from store.session_manager.since import came_with_binding
from store.session_manager.transaction import Transaction
from store.source.names import candidate_places
from store.source.tree import Tree


def settle_in_tree(manager: Base, t: Transaction, now: Tree, apart: Collection[str], moved: bool) -> bool:
    """Settle the conflicts of a session's patches as its working tree is `now`; whether any was settled.

    Those stay that are on what does not merge with the tree, and is `apart`. `moved` says that HEAD has come
    to where it is since the tree was last seen.
    """
    before = t.state
    for patch in in_order(t.state.patches, [one.id for one in t.state.open_patches()]):
        present = t.state.patches[patch.id]
        if not present.conflicts and not _adds_apart(present, t.tree, now):
            continue
        under = ground(t.tree, t.state.patches, patch.id, t.text)
        needless = set(_adds_apart(present, under, now))
        named = {one.name: one for one in present.conflicts if one.name not in apart}
        found: list[Op | None] = []
        for op in present.operations:
            if op.name in named and manager.is_on_top(t.before.session, op, named[op.name].theirs_name):
                found.append(_settled(t, op, named[op.name], under, now, moved))
            else:
                found.append(None if op.name in needless else op)
        _put(t, present, tuple(op for op in found if op is not None))
    return t.state is not before


def _adds_apart(patch: Patch, under: Tree, now: Tree) -> list[str]:
    """Give what a patch adds to a file that neither what it rests on nor the working tree has any more."""
    brought = {new_name_of(op) for op in patch.operations}
    found = []
    for op in patch.operations:
        if not isinstance(op, AddDefinition) or op.name.endswith(FILE):
            continue
        paths = [path for path, _ in candidate_places(op.name, under.roots)]
        if not any(under.exists(path) or now.exists(path) or path + FILE in brought for path in paths):
            found.append(op.name)
    return found


def _settled(t: Transaction, op: Op, conflict: Conflict, under: Tree, now: Tree, moved: bool) -> Op | None:
    """Give an operation over what is beneath it now; None where the tree has what is beneath it.

    One that has no place there, as its class is gone, waits for a person, unless whoever moved HEAD left
    nothing of it in the tree: later it is gone there as the tree was brought up to HEAD. So does one that
    came as the session was bound here: the tree never had what the session has.
    """
    origin = conflict.theirs_name or op.name
    name = new_name_of(op)
    theirs = text_under(under, op, origin)
    has_no_place = theirs is None and not has_place(op, under, t.text)
    if theirs == text_under(now, op, origin) and (name in (None, origin) or now.find(name or "") is None):
        log = t.repository.recent_log(t.before.session.id)
        return op if (has_no_place and not moved) or came_with_binding(log, conflict) else None
    if has_no_place:
        return op
    text = None if op.digest is None else t.text(op.digest)
    if theirs is not None and op.digest in _digests_before(t, conflict):
        return op
    if under.find(origin) is None and name is not None and under.find(name) is not None:
        origin = name
    new = operation(
        under,
        origin,
        name,
        text,
        authors=op.authors,
        after=op.after if isinstance(op, AddDefinition | RenameDefinition) else None,
        moved=getattr(op, "moved", False),
    )
    if new is not None and new.base_digest is not None:
        for one in (under.definition(new.name), under.whole(new.name)):
            if one is not None:
                t.keep(one)
    return new


def _digests_before(t: Transaction, conflict: Conflict) -> set[Digest]:
    """Give the text of the operation in conflict as the tree was seen last, if there was one."""
    patch = t.before.patches.get(conflict.patch)
    operations = () if patch is None else patch.operations
    return {one.digest for one in operations if one.name == conflict.name and one.digest is not None}


def _put(t: Transaction, patch: Patch, operations: tuple[Op, ...]) -> None:
    """Give a patch other operations, which leaves its mark as it was (R12)."""
    if operations == patch.operations:
        return
    patches, notes = settled(
        t.state.patches, dict(t.state.patches), patch.id, operations, t.tree, t.text, t.keep
    )
    marked = patch.marked_ready and bool(patches[patch.id].operations)
    put_patches(t, patches | {patch.id: patches[patch.id].model_copy(update={"marked_ready": marked})})
    t.notes.extend(notes)
