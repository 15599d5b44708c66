"""Pure: what operations on members become where their class or file is said as a whole (R8)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TypeAlias

from store.ground.containers import lies_in
from store.model import AddDefinition, DeleteDefinition, Op, RenameDefinition, new_name_of
from store.source.tree import Tree

Trees: TypeAlias = Callable[[], Sequence[Tree]]
"""Trees that are made only where they are looked at."""


def folded(items: Iterable[Op], new: Op | None, owners: Collection[str], trees: Trees) -> list[Op]:
    """Drop the operations on what is in a class or file that `new` says as a whole, or that is as beneath.

    A member that was moved out of it becomes an addition there, one moved in a deletion where it was. What
    stands apart, in the first of the trees that has it, keeps its operation.
    """
    kept: list[Op] = []
    for op in items:
        inside = lies_inside(op.name, owners, trees)
        ends_inside = lies_inside(new_name_of(op) or op.name, owners, trees)
        if op is new or not (inside or ends_inside):
            kept.append(op)
        elif isinstance(op, RenameDefinition) and not ends_inside:
            kept.append(as_addition(op))
        elif isinstance(op, RenameDefinition) and not inside:
            kept.append(as_deletion(op))
    return kept


def as_addition(op: RenameDefinition) -> AddDefinition:
    """Say what a renaming brings, where what it takes away is gone anyway."""
    return AddDefinition(
        name=op.new_name, authors=op.authors, members=op.new_members, digest=op.digest, after=op.after
    )


def as_deletion(op: RenameDefinition) -> DeleteDefinition:
    """Say what a renaming takes away, where what it brings is said otherwise."""
    return DeleteDefinition(name=op.name, authors=op.authors, base_digest=op.base_digest, members=op.members)


def lies_inside(name: str, owners: Collection[str], trees: Trees) -> bool:
    """Whether a definition lies in one of some classes or files, in the first of the trees that has it.

    Where none has it its name alone tells.
    """
    around = [owner for owner in owners if lies_in(name, owner)]
    if not around:
        return False
    tree = next((tree for tree in trees() if tree.find(name) is not None), None)
    return tree is None or not all(tree.stands_apart(name, owner) for owner in around)
