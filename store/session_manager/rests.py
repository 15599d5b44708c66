"""What patches say of the rests between definitions, beside what stands there in a working tree.

Comments and statements between definitions have no name of their own: `<after total>` is where they stand.
Whether those that a patch holds are still there is told by their words, wherever they stand by now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from store.ground.composition import has_words, may_lie_in
from store.ground.containers import is_rest
from store.ground.imports import is_import
from store.ground.order import stack_on
from store.model import Op, SessionState
from store.reconcile import TreeChange
from store.session_manager.absorbing import Fate, absorb
from store.session_manager.base import Base
from store.session_manager.mirroring import held_here
from store.session_manager.transaction import Transaction
from store.source.tree import Tree


def take_out_lost(
    manager: Base, t: Transaction, now: Tree, looked: Collection[str], apart: Collection[str]
) -> set[str]:
    """Take rests out of patches whose words some files of the tree have no more, but for those `apart`.

    So are those whose words went elsewhere with a definition that came before them. Gives the names of what
    may not be taken out.
    """
    kept: set[str] = set()
    for op in tuple(_held(t.state, apart)):
        words = t.text(op.digest or "").strip()
        paths = [path for path in looked if now.exists(path) and may_lie_in(op, (path,), now.roots)]
        if not words or not paths or words in (now.definition(op.name) or ""):
            continue
        if has_words(now, op, words) and not _is_idle(manager, t, op, paths):
            continue
        base = None if op.base_digest is None else t.text(op.base_digest)
        change = TreeChange(op.name, None if base is None else op.name, t.text(op.digest or ""), base)
        if absorb(manager, t, change, ()) is Fate.APART:
            kept.add(op.name)
    return kept


def _is_idle(manager: Base, t: Transaction, op: Op, paths: Collection[str]) -> bool:
    """Whether some files are to hold the same without an operation of a patch."""
    fewer = (
        one.model_copy(update={"operations": tuple(each for each in one.operations if each is not op)})
        for one in t.state.open_patches()
    )
    without = t.state.with_patch(*fewer)
    both = [held_here(manager, t.tree, state, paths) for state in (t.state, without)]
    return all(both[0].text_if_there(path) == both[1].text_if_there(path) for path in paths)


def _held(state: SessionState, apart: Collection[str]) -> Iterator[Op]:
    """Give the operations that say what a rest is to be, each the highest of its stack."""
    for patch in state.open_patches():
        for op in patch.operations:
            said = is_rest(op.name) and not is_import(op.name) and op.digest is not None
            if said and op.name not in apart and stack_on(state.patches, op.name)[-1] == patch.id:
                yield op
