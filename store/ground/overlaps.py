"""Pure: which operations have nothing to do with each other, and which are in force.

Where thousands of definitions changed at once, nearly every operation is alone on its own. Such a one is sure
to change something, and goes into a patch without a look at the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from store.ground.containers import containers, touched_names
from store.model import AddDefinition, DeleteDefinition, Op, RenameDefinition, new_name_of
from store.source.texts import digest as digest_of
from store.source.tree import Tree


class Overlaps:
    """How often each definition is touched, and how much lies in each class and file."""

    def __init__(self, operations: Iterable[Op]) -> None:
        self._touched: Counter[str] = Counter()
        self._inside: Counter[str] = Counter()
        for op in operations:
            self._touched.update(touched_names(op))
            self._inside.update({owner for name in _own(op) for owner in containers(name)})

    def is_alone(self, op: Op) -> bool:
        """Whether no other operation is on the same definition, on what it lies in, or on what lies in it."""
        if any(self._touched[name] > 1 for name in touched_names(op)):
            return False
        own = _own(op)
        if any(self._touched[owner] for name in own for owner in containers(name)):
            return False
        return not any(self._inside[name] for name in own)


def _own(op: Op) -> tuple[str, ...]:
    return tuple(name for name in dict.fromkeys((op.name, new_name_of(op))) if name is not None)


def in_force(op: Op, under: Tree, held: Tree) -> bool:
    """Whether `held` has what an operation says, and `under`, which is without it, has something else."""
    match op:
        case AddDefinition():
            return under.find(op.name) is None and held.find(op.name) is not None
        case DeleteDefinition():
            return under.find(op.name) is not None and held.find(op.name) is None
        case RenameDefinition():
            return under.find(op.new_name) is None and held.find(op.new_name) is not None
    return _says(held, op) and not _says(under, op)


def _says(tree: Tree, op: Op) -> bool:
    text = tree.definition(op.name)
    return text is not None and digest_of(text) == op.digest
