"""What is held, without definitions that do not parse: what else their files hold can be read (R6). Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from store.ground.composition import Texts, everything, may_lie_in
from store.ground.containers import FILE
from store.model import AddDefinition, Op, SessionState, new_name_of
from store.source.names import candidate_paths
from store.source.partition import cut, is_cut
from store.source.shapes import cut_alone
from store.source.tree import Tree


def sound(tree: Tree, states: Collection[SessionState], held: Tree, texts: Texts) -> Tree:
    """Give what these sessions hold over a codebase, which is `held`; files with a syntax error without what
    has it, as far as that makes them parse.

    So a function that is half typed takes nothing from the others of its file.
    """
    pieceless = _in_one_piece(tree, states)
    texts_held = ((path, text) for path, text in held.changed.items() if path not in pieceless)
    damaged = [path for path, text in texts_held if text is not None and not _parses(path, text)]
    if not damaged:
        return held
    without = everything(tree, _without_broken(states, damaged, tree.roots, texts), texts, damaged)
    mended = {path: without.text(path) for path in damaged if without.exists(path)}
    cuts = {path: cut(path, text) for path, text in mended.items()}
    return held.with_partitions({path: partition for path, partition in cuts.items() if partition.parses})


def _in_one_piece(tree: Tree, states: Iterable[SessionState]) -> set[str]:
    """Give the files that sessions have as a whole only, and the codebase does not have."""
    whole: set[str] = set()
    others: set[str] = set()
    for op in (op for state in states for op in state.operations()):
        if isinstance(op, AddDefinition) and op.name.endswith(FILE):
            whole.add(op.name.removesuffix(FILE))
        else:
            names = (op.name, new_name_of(op))
            others.update(path for name in names if name for path in candidate_paths(name, tree.roots))
    return {path for path in whole - others if not tree.exists(path)}


def _parses(path: str, text: str) -> bool:
    return not is_cut(path) or cut(path, text).parses


def _without_broken(
    states: Iterable[SessionState], paths: Collection[str], roots: tuple[str, ...], texts: Texts
) -> Iterator[SessionState]:
    def kept(operations: Iterable[Op]) -> tuple[Op, ...]:
        pairs = ((op, may_lie_in(op, paths, roots)) for op in operations)
        return tuple(op for op, is_near in pairs if not is_near or _is_sound(op, paths, texts))

    for state in states:
        patches = [
            one.model_copy(update={"operations": kept(one.operations)}) for one in state.open_patches()
        ]
        editors = [one.model_copy(update={"pending": kept(one.pending)}) for one in state.editors.values()]
        yield state.with_patch(*patches).with_editor(*editors)


def _is_sound(op: Op, paths: Iterable[str], texts: Texts) -> bool:
    """Whether an operation's text parses alone, at the top or in a class, in the language of a file."""
    if op.digest is None:
        return True
    text = texts(op.digest)
    return any(cut_alone(path, text, member).parses for path in paths for member in (False, True))
