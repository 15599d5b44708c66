"""What a working tree is now beside what it was when last looked at, as two trees. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import NamedTuple

from store.codebase.protocol import Files
from store.git.worktree import TreeFile, is_shown
from store.ground.composition import Texts, everything
from store.model import Digest, Seen, SeenFile
from store.session_manager.bound import Bound
from store.source.partition import cut, cut_as
from store.source.texts import LINK, MODE
from store.source.texts import digest as digest_of
from store.source.tree import Tree

REGULAR = ("", "100644")
"""The modes of a file that is neither executable nor a symbolic link."""


class Glance(NamedTuple):
    """A working tree at one moment."""

    before: Tree
    """What it was when last looked at."""
    now: Tree
    paths: frozenset[str]
    """The files that differ between the two."""
    looked: frozenset[str]
    """Those that can hold something else than the sessions do: with them all that the codebase changed."""
    since: str
    """The revision that the two are seen over: the last seen, or where the branch parted from it."""
    whole: frozenset[str]
    """Those of them that the codebase does not have: each is one definition."""
    seen: Seen
    """What to write down as last seen."""
    texts: Mapping[Digest, str]
    """The texts it names."""
    moved: bool
    """Whether the codebase has another revision than when last looked at."""


def glance_at(bound: Bound, known: Seen | None, wanted: Iterable[str] | None) -> Glance:
    """Look at some files of a working tree, or at all that differ from the codebase.

    What git has unmerged is passed over until that is resolved: it counts as it was last seen.
    `known` is what was written down last. A branch that was left and come back to is looked at anew. One that
    was reset or rebased is looked at from where it parted, with what the sessions hold on top: what only the
    codebase changed is never somebody's edit.
    """
    assert bound.worktree is not None
    codebase, worktree, texts = bound.codebase, bound.worktree, bound.repository.text
    branch, revision = worktree.repository.head().branch, codebase.revision()
    if known is None or known.branch != branch:
        known, wanted = Seen(branch=branch, revision=revision), None
    last = _last_there(bound, known, revision)
    since = codebase.common_ancestor(last, revision)
    then = codebase.files(since)
    earlier = known.files
    before = last_seen = as_seen(then, known, texts)
    if since != last:
        known, wanted = Seen(branch=branch, revision=since), None
        before = everything(Tree(then), bound.sessions_here(), texts)
    paths = worktree.changed_paths() | set(known.files) if wanted is None else set(filter(is_shown, wanted))
    if since != revision:
        paths |= {path.removesuffix(MODE) for path in codebase.changed_paths(since, revision) or ()}
    if wanted is None:
        paths |= {path.removesuffix(MODE) for path in before.changed}
    hidden, unmerged = worktree.taken_for_unchanged(paths), worktree.unmerged_paths()
    paths -= hidden | unmerged
    present = worktree.read(sorted(paths))
    now = _now(then, before, last_seen, present)
    there = codebase.files(revision)
    files = {path: one for path, one in known.files.items() if path not in paths | hidden}
    files |= {path: earlier[path] for path in unmerged if path in earlier}
    kept: dict[Digest, str] = {}
    for path, file in present.items():
        if not _is_as_in(there, path, file):
            files[path] = seen_file(path, file, earlier.get(path), texts)
            if file is not None:
                kept[digest_of(file.text)] = file.text
    both = {path for one in paths for path in (one, one + MODE)}
    differing = {path for path in both if before.text_if_there(path) != now.text_if_there(path)}
    differing |= {path for path in before.given & both if now.exists(path) and now.partition(path).parses}
    moved = since != revision or last != revision
    return Glance(
        before=before,
        now=now,
        paths=frozenset(differing),
        looked=frozenset(both if moved else differing),
        since=since,
        whole=frozenset(path for path in both if there.digest(path) is None),
        seen=Seen(branch=branch, revision=revision, files=dict(sorted(files.items()))),
        texts=kept,
        moved=moved,
    )


def _last_there(bound: Bound, known: Seen, revision: str) -> str:
    """Give the revision the branch was last known at: where one made here since is gone from it, that."""
    made = known.merged
    gone = made is not None and bound.codebase.common_ancestor(made, revision) != made
    return made if made is not None and gone else known.revision


def seen_file(path: str, file: TreeFile | None, last: SeenFile | None, texts: Texts) -> SeenFile:
    """Give what is written down of a file of a working tree, or of one that is gone.

    `last` is what was written down before, None where the file was as in the codebase.
    """
    if file is None:
        return SeenFile(digest=None)
    parsed = None
    if file.mode == LINK:
        return SeenFile(digest=digest_of(file.text), mode=file.mode)
    digest = digest_of(file.text)
    known = None if last is None or (last.digest == digest and last.parsed is None) else last
    if known is not None and known.digest is not None and not cut(path, file.text).parses:
        parsed = known.digest if cut(path, texts(known.digest)).parses else known.parsed
    return SeenFile(digest=digest, mode=file.mode, parsed=parsed)


def as_seen(files: Files, seen: Seen, texts: Texts) -> Tree:
    """Give a working tree as it was last seen, over the files of that revision."""
    changed = _as_seen(files, seen.files, texts)
    parsed = {path: one.parsed for path, one in seen.files.items() if path in changed}
    cuts = {path: cut(path, texts(one)) for path, one in parsed.items() if one is not None}
    given = {path: cut_as(path, changed[path] or "", one) for path, one in cuts.items()}
    return Tree(files, changed, cuts, given={path: one for path, one in given.items() if one is not None})


def with_mode(path: str, text: str | None, mode: str) -> dict[str, str | None]:
    """Give a file's text and, as the text of a path of its own, its mode."""
    return {path: text, path + MODE: None if text is None or mode in REGULAR else f"{mode}\n"}


def _as_seen(files: Files, seen: Mapping[str, SeenFile], texts: Texts) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for path, one in seen.items():
        found |= with_mode(path, None if one.digest is None else texts(one.digest), one.mode)
    return _differing(files, found)


def _now(then: Files, before: Tree, seen: Tree, present: Mapping[str, TreeFile | None]) -> Tree:
    """Give the tree with what is present; a text that does not parse is cut as what was last seen of it."""
    found: dict[str, str | None] = {}
    for path, file in present.items():
        found |= with_mode(path, None if file is None else file.text, "" if file is None else file.mode)
    changed = dict(before.changed) | found
    cuts = {
        path: partial(one.partition, path)
        for one in (before, seen)
        for path in found
        if one.exists(path) and changed[path] is not None
    }
    return Tree(then, _differing(then, changed), cuts)


def _differing(files: Files, texts: Mapping[str, str | None]) -> dict[str, str | None]:
    """Leave out files that are gone and never were there: a tree has nothing to say of them."""
    return {path: text for path, text in texts.items() if text is not None or files.digest(path) is not None}


def _is_as_in(files: Files, path: str, file: TreeFile | None) -> bool:
    there = files.text(path) if files.digest(path) is not None else None
    if file is None or there is None:
        return file is None and there is None
    mode = files.text(path + MODE).strip() if files.digest(path + MODE) is not None else ""
    same_mode = mode == ("" if file.mode in REGULAR else file.mode)
    return file.text == there and same_mode
