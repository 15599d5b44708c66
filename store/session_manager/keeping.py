"""A verb that only says where work belongs leaves a git working tree as it is (§4).

What is held is composed of what the patches have and what is pending, in that order: work that goes from one
to another may be laid out otherwise, or say less alone than with what it was found with.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from store.errors import Code, PatchbayError
from store.ground.containers import FILE, is_rest
from store.model import Op, SessionState, UpdateDefinition
from store.reconcile import TreeChange
from store.session_manager.absorbing import Fate, absorb
from store.session_manager.base import Base
from store.session_manager.homes import is_free
from store.session_manager.left_over import left_over
from store.session_manager.mirroring import differing, held_here
from store.session_manager.transaction import Transaction
from store.session_manager.whole_files import absorb_file
from store.source.tree import Tree

_ROUNDS = 4
"""How often at most what is held is compared with what was: each takes in what the one before allowed."""


class _Before(NamedTuple):
    """What was held of the files that are held otherwise now."""

    now: Tree
    looked: frozenset[str]
    whole: frozenset[str]
    """Those of them that the codebase does not have."""


def keep_tree(manager: Base, t: Transaction) -> None:
    """Let a working tree hold what it held before this transaction, which has moved work and changed no text.

    What only is laid out otherwise, or is told of no patch, is pending then as it is in the tree. A text that
    was merged, or saved with it, is written as any other. Raises `conflicts` where what belongs to a patch
    would be held otherwise.
    """
    if t.buffers_spent or t.state is t.before or manager.elsewhere(t.before.session) is not None:
        return
    merged = {one.name for one in t.clean_merges}
    was = held_here(manager, t.tree, t.before)
    for index in range(_ROUNDS):
        before = _what_was(manager, t, was)
        if index == 0 and _laid_over_again(manager, t, before):
            before = _what_was(manager, t, was)
        if not before.looked:
            t.in_tree = "kept"
            return
        left = [one for one in left_over(manager, t, before) if merged.isdisjoint(one.names)]
        if merged and not left:
            return
        _take_in(manager, t, left, before)
    raise _refusal(before.looked, ())


def _what_was(manager: Base, t: Transaction, was: Tree) -> _Before:
    paths = differing(held_here(manager, t.tree, t.state), was)
    files = manager.codebase.files(manager.followed(t.before.session))
    return _Before(was, frozenset(paths), frozenset(path for path in paths if files.digest(path) is None))


def _laid_over_again(manager: Base, t: Transaction, before: _Before) -> bool:
    """Lay what is pending on whole files over what is held of them now; whether there is any.

    What is pending on rests may be in that then. Raises `conflicts` where that is so of a definition.
    """
    pending = {op.name for op in _pending(t) if isinstance(op, UpdateDefinition)}
    paths = [path for path in sorted(before.looked) if path + FILE in pending and before.now.exists(path)]
    beside = _names_beside(t, paths)
    for path in paths:
        absorb_file(manager, t, path, before.now.text(path))
    if _names_beside(t, paths) != beside:
        raise _refusal(paths, ())
    return bool(paths)


def _names_beside(t: Transaction, paths: Collection[str]) -> list[str]:
    """Give what definitions something is pending on, beside these files as a whole."""
    return [op.name for op in _pending(t) if not is_rest(op.name) and op.name.removesuffix(FILE) not in paths]


def _pending(t: Transaction) -> Iterator[Op]:
    for editor in t.state.editors.values():
        yield from editor.pending


def _take_in(manager: Base, t: Transaction, changes: list[TreeChange], before: _Before) -> None:
    """Let what no patch has be pending as it was held. Raises `conflicts` for anything else."""
    for change in changes:
        alone = replace(change, beside=())
        if not _is_of_no_patch(t.state, alone) or absorb(manager, t, alone, ()) is not Fate.TAKEN:
            raise _refusal(before.looked, change.names)
    if not changes:
        raise _refusal(before.looked, ())


def _is_of_no_patch(state: SessionState, change: TreeChange) -> bool:
    bare = (one.model_copy(update={"pending": ()}) for one in state.editors.values() if one.pending)
    return is_free(state.with_editor(*bare), change)


def _refusal(paths: Iterable[str], names: Iterable[str]) -> PatchbayError:
    what = ", ".join(names) or ", ".join(sorted(paths))
    return PatchbayError(
        Code.CONFLICTS,
        f"This alone would change {what} in the working tree, so nothing was done: "
        "let what else is changed there go along with it.",
    )
