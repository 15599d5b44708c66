"""What a working tree had lost and has again goes back to the patch that held it: after a stash, a checkout.

What was lost, and by which patch, is told by the log of the session: nothing else remembers it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from store.assignment import transplanted
from store.errors import PatchbayError
from store.ground.composition import Texts, view
from store.ground.containers import takes_along, touched_names
from store.ground.order import Patches, placed
from store.ground.rebase import Keep, follow
from store.history import LOOK
from store.model import (
    Change,
    LogEntry,
    Op,
    Patch,
    PatchId,
    SessionState,
    UpdateDefinition,
    new_name_of,
)
from store.reconcile import TreeChange
from store.session_manager.base import FOLLOW
from store.session_manager.since import operation_of, operations_in
from store.source.tree import Tree

_NOBODYS_DOING = frozenset({LOOK, FOLLOW})
"""The verbs by which operations go that nobody has taken out: the tree or the codebase moved."""


class Lost(NamedTuple):
    """An operation that a patch held until the working tree lost it."""

    patch: PatchId
    op: Op


class Returned(NamedTuple):
    """The patches of a session with what has come back to some of them."""

    patches: dict[PatchId, Patch]
    top: PatchId
    """The highest of those."""


@dataclass
class _Touch:
    """What the latest entry that did anything to operations on a name did to them."""

    entry: LogEntry
    came: bool = False
    went: list[tuple[Change, Any]] = field(default_factory=list)


class Memory:
    """What a session's log tells of operations that are gone; it is read when somebody asks."""

    def __init__(self, entries: Callable[[], Sequence[LogEntry]]) -> None:
        """`entries` gives the log, oldest first."""
        self._entries = entries

    def lost_on(self, names: Iterable[str]) -> list[Lost]:
        """Give what patches lost on some names when last anything was done to these, by nobody's doing.

        Nothing where somebody took it out, moved it, or has worked on such a name since.
        """
        touches = [self._touched[name] for name in names if name in self._touched]
        number = max((one.entry.number for one in touches), default=0)
        latest = [one for one in touches if one.entry.number == number]
        if any(one.came or one.entry.verb not in _NOBODYS_DOING for one in latest):
            return []
        went = {
            (change.id, raw["name"]): raw
            for one in latest
            for change, raw in one.went
            if change.table == "patches"
        }
        return [Lost(patch, operation_of(raw)) for (patch, _), raw in went.items()]

    @cached_property
    def _touched(self) -> dict[str, _Touch]:
        found: dict[str, _Touch] = {}
        for entry in reversed(self._entries()):
            for change in entry.changes:
                for value, came in ((change.before, False), (change.after, True)):
                    for raw in operations_in(change, value):
                        for name in {raw["name"], raw.get("new_name") or raw["name"]}:
                            touch = found.setdefault(name, _Touch(entry))
                            if touch.entry is entry:
                                touch.came |= came
                                touch.went += [] if came else [(change, raw)]
        return found


def returned(
    state: SessionState,
    memory: Memory,
    change: TreeChange,
    tree: Tree,
    now: Tree,
    texts: Texts,
    keep: Keep,
) -> Returned | None:
    """Put what a patch had lost back into it where a change of the tree brings just that; else None.

    `tree` is the codebase, `now` the working tree. With it comes what lay beneath it in its stack. What it
    rested on may have changed since: then it is merged with that, as it would have been had it stayed (R7).
    """
    left = [one for one in memory.lost_on(change.names) if _is_open(state, one)]
    patches = state.patches
    found = None
    while left:
        one = _lowest(left)
        left.remove(one)
        op = _followed(patches, one, tree, texts, keep)
        if op is None:
            continue
        try:
            patches, _ = transplanted(patches, one.patch, tree, texts, keep, op)
        except PatchbayError:
            break
        if _is_brought(op, change, now, texts):
            found = Returned(patches, one.patch)
    return found


def _is_open(state: SessionState, lost: Lost) -> bool:
    patch = state.patches.get(lost.patch)
    return patch is not None and patch.is_open


def _lowest(left: Sequence[Lost]) -> Lost:
    """Give one that rested on none of the others."""
    texts = {one.op.digest for one in left if one.op.digest != one.op.base_digest}
    return next((one for one in left if one.op.base_digest not in texts), left[0])


def _followed(patches: Patches, lost: Lost, tree: Tree, texts: Texts, keep: Keep) -> Op | None:
    """Give an operation over what it would rest on now; None where it is needless or in conflict there."""
    held = placed(patches, lost.patch, touched_names(lost.op))
    step = follow(lost.op, view(tree, held, lost.patch, texts), texts, {})
    if step.conflict is not None:
        return None
    for text in step.new_texts:
        keep(text)
    return step.op


def _is_brought(op: Op, change: TreeChange, now: Tree, texts: Texts) -> bool:
    """Whether the tree is as an operation asks, by this change; one that only moves takes a move."""
    if isinstance(op, UpdateDefinition) and op.digest == op.base_digest and not change.moved:
        return False
    new = new_name_of(op)
    if new != op.name and now.find(op.name) is not None:
        return False
    if new is None or op.digest is None:
        return new is None
    return (now.whole(new) if takes_along(op) else now.definition(new)) == texts(op.digest)
