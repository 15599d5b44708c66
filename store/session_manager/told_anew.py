"""Files of a working tree that were taken as a whole and can be told in definitions again.

A file that is away for a moment, or is no text, leaves work on all of it. Once it is back that is given up,
and the file is compared with what is held of it otherwise: with its text in the codebase and in the patches.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from store.ground.composition import everything
from store.ground.containers import FILE, lies_in
from store.model import AddDefinition, EditorContext, Op, RenameDefinition, SessionState, new_name_of
from store.reconcile import TreeChange, is_uncut, tree_changes
from store.session_manager.behind import at_hand, names_behind
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

    The last of the `states` gives it up; of another only that a file is gone, or elsewhere, which it is not:
    what that has as a whole goes there.
    A file that was committed as it was at hand is compared with that, and is no new one any more. One
    in which something is behind stays as it is: that would be told as somebody's edit.
    """
    then = Tree(bound.codebase.files(glance.since), layout=glance.now)
    came = _came(bound, glance, then, there)
    current = states[-1]
    given_up: dict[str, Op] = {}
    for state in states:
        pending = (op for editor in _at_rest(bound, state) for op in editor.pending)
        whole = [op for op in pending if op.name.endswith(FILE) and (state is current or _takes_away(op))]
        told = {op.name: op for op in whole if _is_told(op, glance, then, there, came)}
        behind = names_behind(bound, state, glance) if told else set()
        given_up |= {name: op for name, op in told.items() if not any(_lies_in(one, op) for one in behind)}
    paths = {path for op in given_up.values() for path in _paths(op)}
    held = everything(then, [without(bound, one, given_up) for one in states], bound.text, paths)
    new = {path for path in came if path in paths or not glance.before.exists(path)}
    before = _with_texts_of(there, _with_texts_of(held, glance.before, paths), new)
    anew = paths | new
    changes = tree_changes(before, glance.now, anew, glance.whole, there)
    changes += tree_changes(glance.before, glance.now, glance.paths - anew, glance.whole, there)
    return ToldAnew(changes, frozenset(given_up))


def without(bound: Bound, state: SessionState, given_up: Collection[str]) -> SessionState:
    """Give a session without what is pending on these files as a whole."""
    fewer = []
    for editor in _at_rest(bound, state) if given_up else ():
        kept = tuple(op for op in editor.pending if op.name not in given_up)
        if kept != editor.pending:
            fewer.append(editor.model_copy(update={"pending": kept}))
    return state.with_editor(*fewer) if fewer else state


def _at_rest(bound: Bound, state: SessionState) -> Iterator[EditorContext]:
    """Give the editors with pending work in which no text waits to be saved or settled."""
    for editor in state.editors.values():
        if editor.pending and bound.repository.buffers.read(editor.id) is None:
            yield editor


def _is_told(op: Op, glance: Glance, then: Tree, there: Tree, came: set[str]) -> bool:
    """Whether a file on which this is pending can be told in definitions of the codebase."""
    if glance.paths.isdisjoint(_paths(op)) and came.isdisjoint(_paths(op)):
        return False
    for name in {op.name, new_name_of(op) or op.name}:
        path = name.removesuffix(FILE)
        known = path in came or (then.exists(path) and not isinstance(op, AddDefinition))
        if known and there.exists(path) and glance.now.exists(path):
            in_pieces = _is_in_pieces(path, glance.now, there)
            if in_pieces or (isinstance(op, RenameDefinition) and path == op.name.removesuffix(FILE)):
                return True
    return False


def _takes_away(op: Op) -> bool:
    return new_name_of(op) != op.name


def _lies_in(name: str, op: Op) -> bool:
    return lies_in(name, op.name) or lies_in(name, new_name_of(op) or op.name)


def _is_in_pieces(path: str, now: Tree, there: Tree) -> bool:
    """Whether a file has definitions, and no syntax error that hides what each was called."""
    cut = now.partition(path)
    return not is_uncut(cut) and (cut.parses or not there.partition(path).parses)


def _paths(op: Op) -> set[str]:
    """Give the files that an operation on a whole file is on, and those that stand for their modes."""
    files = {name.removesuffix(FILE) for name in (op.name, new_name_of(op) or op.name)}
    return files | {path + MODE for path in files}


def _came(bound: Bound, glance: Glance, then: Tree, there: Tree) -> set[str]:
    """Give the files that the codebase has newly, and that whoever committed them had at hand."""
    if not glance.moved:
        return set()
    new = [path for path in glance.looked if there.exists(path) and not then.exists(path)]
    return {path for path in at_hand(bound, glance, new) if glance.now.exists(path)}


def _with_texts_of(other: Tree, tree: Tree, paths: Iterable[str]) -> Tree:
    return tree.with_partitions(
        {path: other.partition(path) if other.exists(path) else None for path in paths}
    )
