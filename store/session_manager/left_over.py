"""What a git working tree has otherwise than the sessions hold: definitions, their order, rests."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from store.model import AddDefinition, Op, RenameDefinition, SessionState, UpdateDefinition, new_name_of
from store.reconcile import TreeChange, changed_rests, moved_definitions, same_order, tree_changes
from store.session_manager.bound import Bound
from store.session_manager.mirroring import held_here
from store.session_manager.transaction import Transaction
from store.source.tree import Tree


class Wanted(Protocol):
    """What the sessions are to hold of some files."""

    @property
    def now(self) -> Tree:
        """The tree that has these files as they are to be held."""
        ...

    @property
    def looked(self) -> Collection[str]:
        """The files."""
        ...

    @property
    def whole(self) -> Collection[str]:
        """Those of them that the codebase does not have: each is one definition."""
        ...


def left_over(bound: Bound, t: Transaction, wanted: Wanted) -> list[TreeChange]:
    """Give what differs between what is held and what is to be: definitions, else their order, else rests."""
    now, paths = wanted.now, wanted.looked
    expected = held_here(bound, t.tree, t.state, paths)
    operations = list(t.state.operations())
    placed = {new_name_of(op) for op in operations if isinstance(op, AddDefinition | RenameDefinition)}
    moved = {op.name for op in operations if isinstance(op, UpdateDefinition) and op.moved}
    return (
        tree_changes(expected, now, paths, wanted.whole, t.tree)
        or moved_definitions(expected, now, paths, placed.__contains__)
        or (_not_moved(bound, t, wanted, moved) if moved else [])
        or changed_rests(expected, now, paths)
    )


def _not_moved(bound: Bound, t: Transaction, wanted: Wanted, moved: Collection[str]) -> list[TreeChange]:
    """Give what was moved and is back where it was."""
    unmoved = held_here(bound, t.tree, _without_moves(t.state), wanted.looked)
    back = (name for name in sorted(moved) if same_order(unmoved, wanted.now, name))
    return [
        TreeChange(name, name, text, text, moved=False)
        for name in back
        if (text := wanted.now.definition(name)) is not None and _lies_in_one_of(name, wanted)
    ]


def _lies_in_one_of(name: str, wanted: Wanted) -> bool:
    place = wanted.now.find(name)
    return place is not None and place.path in wanted.looked


def _without_moves(state: SessionState) -> SessionState:
    """Give a session with all definitions where the codebase has them."""

    def unmoved(operations: tuple[Op, ...]) -> tuple[Op, ...]:
        return tuple(
            op.model_copy(update={"moved": False}) if isinstance(op, UpdateDefinition) else op
            for op in operations
        )

    patches = (
        one.model_copy(update={"operations": unmoved(one.operations)}) for one in state.patches.values()
    )
    editors = (one.model_copy(update={"pending": unmoved(one.pending)}) for one in state.editors.values())
    return state.with_patch(*patches).with_editor(*editors)
