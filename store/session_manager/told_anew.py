"""Files of a working tree that were taken as a whole and can be told in definitions again.

A file that is away for a moment, or is no text, leaves work on all of it. Once it is back that is given up,
and the file is compared with what is held of it otherwise: with its text in the codebase and in the patches.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from store.ground.composition import everything
from store.ground.containers import FILE
from store.model import AddDefinition, EditorContext, Op, SessionState, new_name_of
from store.reconcile import TreeChange, is_uncut, tree_changes
from store.session_manager.bound import Bound
from store.session_manager.glance import Glance
from store.source.texts import MODE
from store.source.tree import Tree


class ToldAnew(NamedTuple):
    """What a look finds changed, and what is given up for it."""

    changes: list[TreeChange]
    given_up: frozenset[str]
    """The files of which no work on the whole is pending any more, as `path:<file>`."""


def told_anew(bound: Bound, states: Sequence[SessionState], glance: Glance, there: Tree) -> ToldAnew:
    """Give what was changed in a working tree since the last look; `there` is the codebase now.

    A file that came with a new revision is compared with that, and not taken for one that somebody made.
    """
    pending = (op for state in states for editor in _at_rest(bound, state) for op in editor.pending)
    given_up = {op.name: op for op in pending if _was_there(op) and _is_back(op, glance, there)}
    paths = {path for op in given_up.values() for path in _paths(op)}
    then = Tree(bound.codebase.files(glance.since), layout=glance.now)
    held = everything(then, [without(bound, one, given_up) for one in states], bound.text, paths)
    before = _with_texts_of(held, glance.before, paths)
    came = [path for path in glance.paths - paths if _came(path, glance, then, there)]
    before = _with_texts_of(there, before, came)
    anew = paths.union(came)
    changes = tree_changes(before, glance.now, anew, glance.whole, there)
    changes += tree_changes(glance.before, glance.now, glance.paths - anew, glance.whole, there)
    return ToldAnew(changes, frozenset(given_up))


def without(bound: Bound, state: SessionState, given_up: Collection[str]) -> SessionState:
    """Give a session without what is pending on these files as a whole."""
    fewer = []
    for editor in _at_rest(bound, state) if given_up else ():
        kept = tuple(op for op in editor.pending if not (op.name in given_up and _was_there(op)))
        if kept != editor.pending:
            fewer.append(editor.model_copy(update={"pending": kept}))
    return state.with_editor(*fewer) if fewer else state


def _at_rest(bound: Bound, state: SessionState) -> Iterator[EditorContext]:
    """Give the editors with pending work in which no text waits to be saved or settled."""
    for editor in state.editors.values():
        if editor.pending and bound.repository.buffers.read(editor.id) is None:
            yield editor


def _was_there(op: Op) -> bool:
    """Whether an operation is on a whole file that the codebase has."""
    return op.name.endswith(FILE) and not isinstance(op, AddDefinition)


def _is_back(op: Op, glance: Glance, there: Tree) -> bool:
    """Whether a file of the codebase on which this is pending is there, and can be told in definitions.

    One with a syntax error is not, as long as it was cut without when it was there last.
    """
    path = op.name.removesuffix(FILE)
    if glance.paths.isdisjoint(_paths(op)) or not (there.exists(path) and glance.now.exists(path)):
        return False
    cut, committed = glance.now.partition(path), there.partition(path)
    if is_uncut(cut):
        return new_name_of(op) != op.name
    return cut.parses or not committed.parses


def _paths(op: Op) -> set[str]:
    """Give the files that an operation on a whole file is on, and those that stand for their modes."""
    files = {name.removesuffix(FILE) for name in (op.name, new_name_of(op) or op.name)}
    return files | {path + MODE for path in files}


def _came(path: str, glance: Glance, then: Tree, there: Tree) -> bool:
    """Whether the codebase has a file newly, and the working tree since then as well."""
    before = then.exists(path) or glance.before.exists(path)
    return not before and there.exists(path) and glance.now.exists(path)


def _with_texts_of(other: Tree, tree: Tree, paths: Iterable[str]) -> Tree:
    return tree.with_partitions(
        {path: other.partition(path) if other.exists(path) else None for path in paths}
    )
