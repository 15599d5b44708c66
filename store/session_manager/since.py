"""What a session's log tells of operations: which entry brought one, and what was done since."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import ConfigDict, TypeAdapter

from store.model import Change, LogEntry, Op

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


def entries_since(entries: Sequence[LogEntry], op: Op) -> set[str]:
    """Give the ids of the entries after the last one that brought an operation; of all where none did."""
    later: set[str] = set()
    for entry in reversed(entries):
        if any(_is(raw, op) for change in entry.changes for raw in operations_in(change, change.after)):
            break
        later.add(entry.id)
    return later


def _is(raw: Any, op: Op) -> bool:
    wanted = (op.name, op.digest, op.base_digest)
    return (raw["name"], raw.get("digest"), raw.get("base_digest")) == wanted
