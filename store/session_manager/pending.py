"""Pending work follows what lies beneath it: the codebase and the patches of its session (R7, R9).

In a git working tree no two editors have pending work on one definition, and no two sessions any work on one,
as a file can hold only one.
"""

from __future__ import annotations

from collections.abc import Iterable

from store.errors import Code, PatchbayError
from store.ground.composition import everything, operation_on
from store.ground.containers import FILE, takes_along
from store.ground.members import Trees, lies_inside
from store.ground.rebase import follow
from store.ground.shown import tree_of
from store.model import (
    Conflict,
    EditorContext,
    Op,
    SessionState,
    UpdateDefinition,
    UserId,
    new_name_of,
)
from store.session_manager.transaction import Transaction
from store.source.names import candidate_paths
from store.source.tree import Tree


def pending_follows(t: Transaction, editor: EditorContext, under: Tree | None = None) -> EditorContext:
    """Bring pending work to what is beneath it now: what that has already goes, texts are merged.

    That is the top of each definition's stack, unless it is said what is `under` all of it.
    """
    kept: list[Op] = []
    for op in editor.pending:
        patches = t.state.patches
        beneath = tree_of(patches, None, op.name, t.tree, t.text) if under is None else under
        step = follow(op, beneath, t.text, {})
        for text in step.new_texts:
            t.keep(text)
        if step.conflict is not None:
            kept.append(op)
        elif step.op is not None:
            kept.append(step.op)
    return editor.model_copy(update={"pending": tuple(kept)}) if tuple(kept) != editor.pending else editor


def pending_conflicts(t: Transaction) -> tuple[Conflict, ...]:
    """Give what is pending and does not merge with what is beneath it now."""
    operations = (op for editor in t.state.editors.values() for op in editor.pending)
    steps = (
        follow(op, tree_of(t.state.patches, None, op.name, t.tree, t.text), t.text, {}) for op in operations
    )
    return tuple(one.conflict for one in steps if one.conflict is not None)


def drop_what_came_back(t: Transaction) -> None:
    """Let pending work follow patches that have come back, which may hold it themselves.

    That is text which a git working tree kept when its patch was abandoned, and which was found there again.
    An editor of such a patch with other work on top of that stays unassigned.
    """
    having = [one for one in t.state.editors.values() if one.pending and one.id in t.before.editors]
    under = _with_all_patches(t, [op for editor in having for op in editor.pending])
    for editor in having:
        followed = _without_moves(t.state, pending_follows(t, editor, under))
        if followed.pending and followed.patch_id is not None:
            followed = followed.model_copy(update={"patch_id": None})
        t.put_editor(followed)


def _with_all_patches(t: Transaction, operations: Iterable[Op]) -> Tree:
    """Give the tree with all open patches in the files of some operations.

    What a definition ends in can be the doing of a patch on another one: the last of a file has no line end.
    """
    names = {name for op in operations for name in _names(op)}
    paths = {path for name in names for path in candidate_paths(name, t.tree.roots)}
    return (
        everything(t.tree, [t.state.model_copy(update={"editors": {}})], t.text, paths) if paths else t.tree
    )


def _without_moves(state: SessionState, editor: EditorContext) -> EditorContext:
    """Take from pending work the moves that a patch has: what is moved lies where the working tree has it."""
    patches = [patch.operations for patch in state.open_patches()]
    kept: list[Op] = []
    for op in editor.pending:
        if not _moves(op) or not any(_moves(operation_on(held, op.name)) for held in patches):
            kept.append(op)
        elif op.digest != op.base_digest:
            kept.append(op.model_copy(update={"moved": False}))
    return editor.model_copy(update={"pending": tuple(kept)})


def _moves(op: Op | None) -> bool:
    return isinstance(op, UpdateDefinition) and op.moved


def require_apart(before: SessionState, after: SessionState, user: UserId, trees: Trees) -> None:
    """Raise `name-taken` where pending work that is new meets that of another editor, see `_meeting`.

    So it is where a patch comes to take away, or to call otherwise, a class or file with such work in it. In
    the first of the `trees` that has it can be seen what stands apart from a type that its name puts it in.
    """
    _require_left_alone(before, after, user, trees)
    for editor in after.editors.values():
        known = before.editors.get(editor.id)
        if not editor.pending or (known is not None and known.pending == editor.pending):
            continue
        for other in after.editors.values():
            met = None if other.id == editor.id else _meeting(editor.pending, other.pending, trees)
            if met is not None:
                raise _taken(met, other, user, "assign it first, or put this into a patch")


def _require_left_alone(before: SessionState, after: SessionState, user: UserId, trees: Trees) -> None:
    known = {(op.name, new_name_of(op)) for op in before.operations()}
    held = [op for patch in after.open_patches() for op in patch.operations]
    taken = [op for op in held if _takes_away(op) and (op.name, new_name_of(op)) not in known]
    for editor in after.editors.values() if taken else ():
        for own in editor.pending:
            if any(lies_inside(own.name, (op.name,), trees) for op in taken):
                raise _taken(own, editor, user, "assign it first")


def require_apart_from(
    others: Iterable[SessionState], before: SessionState, after: SessionState, trees: Trees
) -> None:
    """Raise `name-taken` where a session gives a definition another text that another session here changes.

    A file has one text: it would be the one of them or the other. A session that is reopened has what it had.
    """
    if before.session.closed_at is not None:
        return
    known = {(op.name, new_name_of(op), op.digest) for op in before.operations()}
    new = [op for op in after.operations() if (op.name, new_name_of(op), op.digest) not in known]
    for other in others if new else ():
        met = _meeting(new, other.operations(), trees)
        if met is not None:
            message = (
                f"{met.name.removesuffix(FILE)} is changed in session {other.session.name} of this working"
                " tree too, and a file has one text: merge or abandon that first, or change it there."
            )
            raise PatchbayError(Code.NAME_TAKEN, message)


def _meeting(some: Iterable[Op], others: Iterable[Op], trees: Trees) -> Op | None:
    """Find what is on the same definition among others, or lies in what some take along, or the reverse.

    A method that stands apart from its type, as in Go, does not lie in it.
    """
    for one in some:
        for other in others:
            pairs = [(own, name) for own in _names(one) for name in _names(other)]
            if any(
                own == name
                or (_takes_all(other) and lies_inside(own, (name,), trees))
                or (_takes_all(one) and lies_inside(name, (own,), trees))
                for own, name in pairs
            ):
                return other
    return None


def _names(op: Op) -> set[str]:
    return {op.name, new_name_of(op) or op.name}


def _takes_all(op: Op) -> bool:
    """Whether an operation leaves none in it its place; one that updates a file is merged with those."""
    return takes_along(op) and not (isinstance(op, UpdateDefinition) and op.name.endswith(FILE))


def _takes_away(op: Op) -> bool:
    """Whether nothing has the operation's name after it."""
    return new_name_of(op) != op.name


def _taken(met: Op, other: EditorContext, user: UserId, way_out: str) -> PatchbayError:
    whose = "" if other.user == user else f" of {other.user}"
    does = {"add": "adds", "update": "changes", "delete": "deletes", "rename": "renames"}[met.kind]
    what = met.name.removesuffix(FILE)
    message = f"Editor {other.number}{whose} {does} {what}, and that is in no patch yet: {way_out}."
    return PatchbayError(Code.NAME_TAKEN, message)
