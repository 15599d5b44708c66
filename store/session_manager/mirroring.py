"""Keeping a git working tree in step with its sessions: what a verb changed is written into the tree (§4).

A file is written only where it still is what was last seen of it; definitions that are behind, and changes
of other sessions, stay as they are. What was changed in the tree is taken in by `looking`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from store.errors import Code, PatchbayError
from store.git.staged import unmerged
from store.git.worktree import FileToBe, TreeFile
from store.ground.composition import everything
from store.ground.containers import FILE, lies_in, lies_in_any
from store.model import Digest, FileWritten, Seen, SessionState
from store.reconcile import TreeChange, tree_changes
from store.session_manager.bound import Bound
from store.session_manager.glance import REGULAR, as_seen, seen_file, with_mode
from store.session_manager.pending import require_apart, require_apart_from
from store.session_manager.tree_texts import names_waiting, texts_waiting
from store.source.merge import merge3
from store.source.partition import cut
from store.source.splice import Change
from store.source.texts import MODE, encode
from store.source.tree import Tree

if TYPE_CHECKING:
    from store.session_manager.transaction import Transaction


_ROUNDS = 3
"""How often at most a file with a syntax error is laid out anew as what is to be written into it."""


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
    something else than the sessions do: nothing is written then.
    Raises `name-taken` for work on what another editor's pending work, or another session, is on.
    Nothing is written while the session waits elsewhere, which a note says then.
    """
    if bound.worktree is None or done.in_tree == "same" or done.moves_codebase:
        return None
    if done.in_tree == "met":
        return _met(bound, done)
    if not _touches_texts(done.before, done.state):
        return None
    waits = bound.elsewhere(done.before.session)

    @cache
    def trees() -> tuple[Tree, Tree]:
        return held_here(bound, done.tree, done.state), held_here(bound, done.tree, done.before)

    if waits is None:
        require_apart(done.before, done.state, done.user, trees)
        others = (one for one in bound.sessions_here() if one.session.id != done.before.session.id)
        require_apart_from(others, done.before, done.state, trees)
    if done.in_tree == "kept":
        return None
    writes = done.in_tree == "written"
    new, old = trees()
    if waits is not None:
        if writes and differing(old, new):
            done.notes.append(f"not written into the file: {waits}")
        return None
    last = last_seen(bound)
    wanted = _to_be_written(bound, done, old, new, last)
    if not writes:
        return _noted(bound, last, wanted)
    wanted |= _as_it_lay(bound, done, last, wanted)
    done.written = _texts_replaced(bound, last, wanted)
    return _written(bound, last, wanted)


def _to_be_written(
    bound: Bound, done: Transaction, old: Tree, new: Tree, last: Tree
) -> dict[str, str | None]:
    """Give the texts that files of the tree get, so that they are what is held once they are there.

    Pieces of a file with a syntax error are held where the tree has them, and that is about to be rewritten.
    """
    wanted: dict[str, str | None] = {}
    for _ in range(_ROUNDS):
        wanted = {path: _carried_over(bound, path, old, new, last) for path in differing(old, new)}
        texts = ((path, text) for path, text in wanted.items() if not new.is_link(path))
        broken = [path for path, text in texts if text is not None and not cut(path, text).parses]
        if not broken:
            break
        seen = _noted(bound, last, wanted)
        there = as_seen(bound.codebase.files(seen.revision), seen, bound.repository.text)
        again = held_here(bound, done.tree.laid_out(there), done.state)
        if all(again.text_if_there(path) == new.text_if_there(path) for path in broken):
            break
        new = again
    return wanted


def _met(bound: Bound, done: Transaction) -> Seen:
    """Take the files for seen that have in the tree just what is held now, wherever that lies in them."""
    assert bound.worktree is not None
    last = last_seen(bound)
    there: dict[str, str | None] = {}
    for path, file in bound.worktree.read(_files_of(held_here(bound, done.tree, done.state).changed)).items():
        there |= with_mode(path, None if file is None else file.text, "" if file is None else file.mode)
    cuts = {path: None if text is None else cut(path, text) for path, text in there.items()}
    held = held_here(bound, done.tree.laid_out(last.with_partitions(cuts)), done.state)
    others = {path.removesuffix(MODE) for path, text in there.items() if held.text_if_there(path) != text}
    return _noted(bound, last, {path: there[path] for path in there if path.removesuffix(MODE) not in others})


def _as_it_lay(
    bound: Bound, done: Transaction, last: Tree, wanted: Mapping[str, str | None]
) -> dict[str, str]:
    """Give the files that get back the text they had before what is taken back, what came since put in.

    So what is there again lies where it lay. It is so where that text is just what is held then.
    """
    texts: dict[str, str] = {}
    for path, one in done.as_before.items():
        there = last.text_if_there(path)
        if wanted.get(path, there) is not None and there is not None:
            merged = merge3(done.text(one.digest), there, done.text(one.base_digest))
            if merged is not None and merged != wanted.get(path, there):
                texts[path] = merged
    if not texts:
        return {}
    layout = last.with_partitions({path: cut(path, text) for path, text in texts.items()})
    held = held_here(bound, done.tree.laid_out(layout), done.state, texts)
    return {path: text for path, text in texts.items() if held.text_if_there(path) == text}


def _texts_replaced(bound: Bound, last: Tree, wanted: Mapping[str, str | None]) -> dict[str, FileWritten]:
    pairs = {path: (last.text_if_there(path), text) for path, text in wanted.items()}
    return {
        path: FileWritten(base_digest=bound.repository.keep(before), digest=bound.repository.keep(after))
        for path, (before, after) in pairs.items()
        if before is not None and after is not None
    }


def behind(bound: Bound, tree: Tree, state: SessionState) -> tuple[str, ...]:
    """Give the names that the working tree has otherwise than the sessions, as it was last seen.

    What git has unmerged is left out: it cannot be written yet. So is what waits to be settled: pulling
    leaves that as it is.
    """
    last, target = last_seen(bound), held_here(bound, tree, state)
    if not differing(last, target):
        return ()
    spared = names_waiting(bound)
    changes = tree_changes(last, target, _to_be_pulled(last, target, spared).keys() - bound.unmerged())
    names = dict.fromkeys(change.names[-1] for change in changes)
    return tuple(name for name in names if name not in spared and not lies_in_any(name, spared))


def pull(bound: Bound, tree: Tree, spared: Collection[str]) -> tuple[dict[str, Digest | None], Seen]:
    """Write into the working tree all that the sessions hold and it does not.

    `tree` is the codebase, laid out as the working tree is. Definitions that are `spared` stay as they are
    there, or with them their file. Gives the files written, with their texts before as far as these are no
    revision's, and what the tree is seen to be then.
    """
    files = bound.seen().files
    last = last_seen(bound)
    wanted = _to_be_pulled(last, held_here(bound, tree), spared)
    replaced = {path: files[path].digest if path in files else None for path in sorted(wanted)}
    return replaced, _written(bound, last, wanted)


def _to_be_pulled(last: Tree, target: Tree, spared: Collection[str]) -> dict[str, str | None]:
    """Give the texts that the files get in which something is behind that is not spared."""
    texts = {
        path: (there, _sparing(path, last, target, spared))
        for path, (there, _) in differing(last, target).items()
    }
    return {path: left for path, (there, left) in texts.items() if left != there}


def _sparing(path: str, last: Tree, target: Tree, spared: Collection[str]) -> str | None:
    """Give the text a file is to have with what is spared left as it last was, a class with its members.

    All of the file is left where need be.
    """
    for name in spared:
        place = last.find(name) or target.find(name)
        if place is None or place.path != path:
            continue
        if name.endswith(FILE) or last.find(name) is None or target.find(name) is None:
            return last.text_if_there(path)
        kept = [
            Change(one.name, one.new_name, one.text)
            for one in tree_changes(target, last, (path,))
            if any(within == name or lies_in(within, name) for within in one.names)
        ]
        try:
            target = target.apply(kept)
        except PatchbayError:
            return last.text_if_there(path)
    return target.text_if_there(path)


def last_seen(bound: Bound) -> Tree:
    """Give the working tree as it was last seen."""
    seen = bound.seen()
    return as_seen(bound.codebase.files(seen.revision), seen, bound.repository.text)


def differing(one: Tree, other: Tree) -> dict[str, tuple[str | None, str | None]]:
    """Give the files that differ between two trees, with their texts in both."""
    paths = {*one.changed, *other.changed}
    pairs = {path: (one.text_if_there(path), other.text_if_there(path)) for path in paths}
    return {path: pair for path, pair in pairs.items() if pair[0] != pair[1]}


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


def _carried_over(bound: Bound, path: str, old: Tree, new: Tree, last: Tree) -> str | None:
    """Give the text a file of the tree gets; where it does not merge, in place of what waited and is settled.

    Raises `conflicts`.
    """
    try:
        return _carried(path, old.text_if_there(path), new.text_if_there(path), last.text_if_there(path))
    except PatchbayError:
        waiting = {name: text for name, text in texts_waiting(bound) if old.whole(name) != new.whole(name)}
        called = dict(_called_there(tree_changes(old, last, (path,)), waiting))
        if not called:
            raise
    changes = tree_changes(old, new, (path,))
    wanted = [Change(called.get(one.name, one.name), one.new_name, one.text) for one in changes]
    return last.apply(wanted).text_if_there(path)


def _called_there(
    changes: Sequence[TreeChange], waiting: Mapping[str, str]
) -> Iterator[tuple[str | None, str | None]]:
    """Give the names of what waits with those that it has in the tree, None for what is gone there."""
    for change in changes:
        if change.name in waiting:
            yield change.name, change.new_name
    for change in changes:
        if change.name is None:
            yield from ((name, change.new_name) for name, text in waiting.items() if text == change.text)


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


def _written(bound: Bound, last: Tree, wanted: Mapping[str, str | None]) -> Seen:
    """Write files, each only where it is what was last seen of it: all of them, or none.

    One that has been changed since, and holds what is wanted already, is left to the next look.
    """
    assert bound.worktree is not None
    files = _files_of(wanted)
    for path in bound.worktree.taken_for_unchanged(files):
        message = (
            f"Git takes {path} for unchanged here (a sparse checkout, skip-worktree or assume-unchanged): "
            "check it out, or take that mark back, then try again."
        )
        raise PatchbayError(Code.NOT_FOUND, message)
    for path in sorted(bound.unmerged().intersection(files)):
        raise PatchbayError(Code.CODEBASE_MOVED, f"{unmerged(path)}, then try again.")
    present = bound.worktree.read(files)
    held: dict[str, str | None] = {}
    for path, file in present.items():
        then, (text, _) = last.text_if_there(path), _to_be(path, last, wanted)
        there = None if file is None else file.text
        if there == then:
            continue
        if not _contains(there, then, text):
            message = f"{path} has just been changed in the working tree: look at it again, then go on."
            raise PatchbayError(Code.CODEBASE_MOVED, message)
        held |= {key: one for key, one in wanted.items() if key.removesuffix(MODE) == path}
    written = [path for path in present if path not in held and path + MODE not in held]
    signatures = {path: None if file is None else file.signature for path, file in present.items()}
    bound.worktree.write(*(FileToBe(path, *_to_be(path, last, wanted), signatures[path]) for path in written))
    return _with(bound, _noted(bound, last, held), bound.worktree.read(written))


def _contains(there: str | None, then: str | None, wanted: str | None) -> bool:
    """Whether a text that came from `then` has all that `wanted` has over it."""
    if there == wanted or there is None or then is None or wanted is None:
        return there == wanted
    return merge3(then, there, wanted) == there


def _noted(bound: Bound, last: Tree, wanted: Mapping[str, str | None]) -> Seen:
    """Leave the tree as it is: what it has is found again at the next look, as nobody's yet."""
    files: dict[str, TreeFile | None] = {}
    for path in _files_of(wanted):
        text, mode = _to_be(path, last, wanted)
        files[path] = None if text is None else TreeFile(text, mode, None)
    return _with(bound, bound.seen(), files)


def _files_of(paths: Iterable[str]) -> list[str]:
    """Give the files themselves of paths that stand for files and for modes."""
    return sorted({path.removesuffix(MODE) for path in paths})


def _to_be(path: str, last: Tree, wanted: Mapping[str, str | None]) -> tuple[str | None, str]:
    """Give the text and the mode that a file is to have; what is not wanted otherwise stays."""
    mode = wanted.get(path + MODE, last.text_if_there(path + MODE))
    text = wanted.get(path, last.text_if_there(path))
    return text, REGULAR[1] if mode is None else mode.strip()


def _with(bound: Bound, seen: Seen, files: Mapping[str, TreeFile | None]) -> Seen:
    """Give what a tree is seen to be with other files, which keep their names where they had a syntax error.

    Which they have as they parse again is found by the next look.
    """
    bound.repository.texts.put_many(encode(one.text) for one in files.values() if one is not None)
    new = dict(seen.files)
    for path, file in files.items():
        one = seen_file(path, file, seen.files.get(path), bound.repository.text)
        named = None if file is None else one.parsed or _named_by(bound, seen, path)
        new[path] = one.model_copy(update={"parsed": named})
    return seen.model_copy(update={"files": dict(sorted(new.items()))})


def _named_by(bound: Bound, seen: Seen, path: str) -> Digest | None:
    """Give the text that a file has its names from as it has a syntax error; None where it has none."""
    known = seen.files.get(path)
    if known is None or known.digest is None or cut(path, bound.repository.text(known.digest)).parses:
        return None if known is None else known.parsed
    committed = Tree(bound.codebase.files(seen.revision)).text_if_there(path)
    return known.parsed or (None if committed is None else bound.repository.keep(committed))
