"""What a session's log tells of operations: what one was made over, and what was done before it came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import ConfigDict, TypeAdapter

from store.model import Change, Conflict, Digest, LogEntry, Op

REBIND = "session.rebind"
"""The verb of the transaction that binds a session to another worktree or branch (§4)."""

_LISTS = {"patches": "operations", "editors": "pending"}
_OP: TypeAdapter[Op] = TypeAdapter(Op, config=ConfigDict(defer_build=True))


def operation_of(raw: Any) -> Op:
    """Give an operation as it was before it was written down."""
    return _OP.validate_python(raw)


def operations_in(change: Change, value: Any) -> list[Any]:
    """Give the operations on one side of a change, of a whole record too, as they are written down."""
    own = _LISTS.get(change.table)
    if value is None or own is None:
        return []
    if change.field is None:
        return list(value[own])
    return [value] if change.field == own else []


def bases_of(entries: Sequence[LogEntry], op: Op) -> list[Digest | None]:
    """Give what an operation rests on, down through the texts that other operations gave its definition.

    Its base comes first, then what that was made over, as the log tells it up to the entry that brought the
    operation last. None stands for no definition.
    """
    found, came = [op.base_digest], False
    for entry in reversed(entries):
        brought = [raw for change in entry.changes for raw in operations_in(change, change.after)]
        came = came or any(_is(raw, op) for raw in brought)
        made_over = {
            raw["digest"]: raw.get("base_digest")
            for raw in brought
            if raw.get("digest") is not None and (raw.get("new_name") or raw["name"]) == op.name
        }
        while came and found[-1] in made_over and made_over[found[-1]] not in found:
            found.append(made_over[found[-1]])
    return found


def entries_before(entries: Sequence[LogEntry], op: Op) -> set[str]:
    """Give the ids of the entries before the first one that brought an operation; none where none did."""
    for index, entry in enumerate(entries):
        if any(_is(raw, op) for change in entry.changes for raw in operations_in(change, change.after)):
            return {one.id for one in entries[:index]}
    return set()


def came_with_binding(entries: Sequence[LogEntry], conflict: Conflict) -> bool:
    """Whether a conflict came as its session was bound to another worktree or branch."""
    found = (
        change
        for entry in entries
        if entry.verb == REBIND
        for change in entry.changes
        if (change.id, change.field) == (conflict.patch, "conflicts")
    )
    return any(
        Conflict.model_validate(raw).id == conflict.id for change in found for raw in change.after or ()
    )


def _is(raw: Any, op: Op) -> bool:
    wanted = (op.name, op.digest, op.base_digest)
    return (raw["name"], raw.get("digest"), raw.get("base_digest")) == wanted
