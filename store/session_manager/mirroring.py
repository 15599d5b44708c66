"""Keeping a git working tree in step with its sessions: what a verb changed is written into the tree (§4).

A file is written only where it still is what was last seen of it; definitions that are behind, and changes
of other sessions, stay as they are. What was changed in the tree is taken in by `looking`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from store.errors import Code, PatchbayError
from store.git.worktree import TreeFile
from store.ground.composition import everything
from store.model import Seen, SessionState
from store.reconcile import tree_changes
from store.session_manager.bound import Bound
from store.session_manager.glance import REGULAR, as_seen, seen_file
from store.source.merge import merge3
from store.source.texts import MODE, encode
from store.source.tree import Tree

if TYPE_CHECKING:
    from store.session_manager.base import Transaction


def held_here(
    bound: Bound, tree: Tree, state: SessionState | None = None, paths: Collection[str] | None = None
) -> Tree:
    """Give what the working tree is to hold: all that the sessions of this worktree hold over a codebase.

    `state` stands for its session as it is about to be. With `paths` only these files are as they are to be.
    """
    states = [one for one in bound.sessions_here() if state is None or one.session.id != state.session.id]
    if state is not None and state.session.closed_at is None:
        states.append(state)
    return everything(tree, sorted(states, key=lambda one: one.session.id), bound.text, paths)


def write_back(bound: Bound, done: Transaction) -> Seen | None:
    """Write into the working tree what a transaction changed; gives what it is seen to be then.

    Raises `codebase-moved` where the tree has changed since it was last looked at, `conflicts` where it holds
    something else than the sessions do: nothing is written then, or what was is found at the next look.
    """
    if bound.worktree is None or done.in_tree == "same" or done.moves_codebase:
        return None
    if bound.elsewhere(done.before.session) is not None or not _touches_texts(done.before, done.state):
        return None
    seen = bound.repository.seen(bound.worktree_key)
    if seen is None:
        return None
    old, new = held_here(bound, done.tree, done.before), held_here(bound, done.tree, done.state)
    changed = {path: (_text(old, path), _text(new, path)) for path in {*old.changed, *new.changed}}
    changed = {path: pair for path, pair in changed.items() if pair[0] != pair[1]}
    last = as_seen(bound.codebase.files(seen.revision), seen, bound.repository.text)
    wanted = {path: _carried(path, *pair, _text(last, path)) for path, pair in changed.items()}
    if done.in_tree == "left":
        return _noted(bound, seen, last, wanted)
    return _written(bound, seen, last, wanted)


def behind(bound: Bound, tree: Tree, state: SessionState) -> tuple[str, ...]:
    """Give the names that the working tree has otherwise than the sessions, as it was last seen."""
    seen = bound.repository.seen(bound.worktree_key)
    if seen is None:
        return ()
    last = as_seen(bound.codebase.files(seen.revision), seen, bound.repository.text)
    target = held_here(bound, tree, state)
    paths = {path for path in {*last.changed, *target.changed} if _text(target, path) != _text(last, path)}
    changes = tree_changes(last, target, paths)
    return tuple(dict.fromkeys(change.names[-1] for change in changes))


def pull(bound: Bound) -> tuple[str, ...]:
    """Write into the working tree all that the sessions hold and it does not; gives the files written."""
    assert bound.worktree is not None
    seen = bound.repository.seen(bound.worktree_key)
    if seen is None:
        return ()
    files = bound.codebase.files()
    tree = Tree(files)
    last = as_seen(bound.codebase.files(seen.revision), seen, bound.repository.text)
    target = held_here(bound, tree)
    wanted = {
        path: _text(target, path)
        for path in {*last.changed, *target.changed}
        if _text(target, path) != _text(last, path)
    }
    written = _written(bound, seen, last, wanted)
    bound.repository.save_seen(bound.worktree_key, written)
    return tuple(sorted(wanted))


def _touches_texts(before: SessionState, after: SessionState) -> bool:
    """Whether what the session holds may have changed."""
    kept = [
        (
            [(one.id, one.operations, one.is_open, one.dependencies) for one in state.patches.values()],
            [one.pending for one in state.editors.values()],
            state.session.closed_at,
        )
        for state in (before, after)
    ]
    return kept[0] != kept[1]


def _carried(path: str, old: str | None, new: str | None, there: str | None) -> str | None:
    """Give the text a file of the tree gets when what the sessions hold goes from `old` to `new`."""
    if there in (old, new):
        return new
    merged = None if old is None or new is None or there is None else merge3(old, there, new)
    if merged is None:
        raise PatchbayError(
            Code.CONFLICTS,
            f"The working tree has another text of {path} than the session: pull it in, or change it there.",
        )
    return merged


def _written(bound: Bound, seen: Seen, last: Tree, wanted: Mapping[str, str | None]) -> Seen:
    """Write files, each only where it is what was last seen of it.

    One that has been changed since, and holds what is wanted already, is left to the next look.
    """
    assert bound.worktree is not None
    paths = sorted({path.removesuffix(MODE) for path in wanted})
    present = bound.worktree.read(paths)
    held: dict[str, str | None] = {}
    for path in paths:
        file, then, to_be = present[path], _text(last, path), wanted.get(path, _text(last, path))
        there = None if file is None else file.text
        if there == then:
            continue
        if not _contains(there, then, to_be):
            message = f"{path} has just been changed in the working tree: look at it again, then go on."
            raise PatchbayError(Code.CODEBASE_MOVED, message)
        held |= {key: text for key, text in wanted.items() if key.removesuffix(MODE) == path}
    paths = [path for path in paths if path not in held and path + MODE not in held]
    for path in paths:
        mode = wanted.get(path + MODE, _text(last, path + MODE))
        file = present[path]
        bound.worktree.write(
            path,
            wanted.get(path, _text(last, path)),
            REGULAR[1] if mode is None else mode.strip(),
            None if file is None else file.signature,
        )
    return _with(bound, _noted(bound, seen, last, held), bound.worktree.read(paths))


def _contains(there: str | None, then: str | None, wanted: str | None) -> bool:
    """Whether a text that came from `then` has all that `wanted` has over it."""
    if there == wanted or there is None or then is None or wanted is None:
        return there == wanted
    return merge3(then, there, wanted) == there


def _noted(bound: Bound, seen: Seen, last: Tree, wanted: Mapping[str, str | None]) -> Seen:
    """Leave the tree as it is: what it has is found again at the next look, as nobody's yet."""
    files: dict[str, TreeFile | None] = {}
    for path in sorted({path.removesuffix(MODE) for path in wanted}):
        text, mode = wanted.get(path, _text(last, path)), wanted.get(path + MODE, _text(last, path + MODE))
        files[path] = (
            None if text is None else TreeFile(text, REGULAR[1] if mode is None else mode.strip(), None)
        )
    return _with(bound, seen, files)


def _with(bound: Bound, seen: Seen, files: Mapping[str, TreeFile | None]) -> Seen:
    bound.repository.texts.put_many(encode(one.text) for one in files.values() if one is not None)
    new = dict(seen.files) | {path: seen_file(file) for path, file in files.items()}
    return seen.model_copy(update={"files": dict(sorted(new.items()))})


def _text(tree: Tree, path: str) -> str | None:
    return tree.text(path) if tree.exists(path) else None
