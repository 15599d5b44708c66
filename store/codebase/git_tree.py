"""A git working tree as a codebase: a revision is a commit on the worktree's branch.

The texts are the clean form that commits hold; what lies in the worktree's files is `store.git.worktree`. A
file whose mode is not the usual one has a second path, `FILE:<mode>`, whose text is the mode; so a change of
mode is a change like any other. How a revision's files are read lies in `git_files`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import quote, unquote_to_bytes

from store.codebase.git_files import UNBORN, GitFiles, GitSnapshots, mode_path
from store.codebase.paths import check_paths
from store.codebase.protocol import Files, Prepared, Rehearsal, Revision
from store.errors import Code, PatchbayError
from store.git import hooks, refs
from store.git.index import PreparedIndex, taken_back
from store.git.objects import BLOB, EXECUTABLE, LINK, SUBMODULE, Commit, Entry, Objects
from store.git.repository import GitRepository, open_repository
from store.git.trees import FileChange, TreeChange, differences
from store.model import StagedFile
from store.source.texts import MODE, encode

TRAILER = "Patchbay-Transaction"

_TRAILER_LINE = re.compile(rf"\n+{TRAILER}: (\S+)\n*\Z")
_TRAILERS = re.compile(r"\n\n(?:[A-Za-z][A-Za-z0-9-]*: [^\n]*\n?)+\Z")
_MODES = {f"{mode}\n": mode for mode in (EXECUTABLE, LINK)}
_ATTEMPTS = 3
_SIGNING = "commit.gpgsign"


class GitTree:
    """The working tree of a repository that a directory lies in."""

    def __init__(self, directory: Path, repository: GitRepository | None = None) -> None:
        """`repository` is the directory's, where it is open already.

        Raises `STORE_MISSING` where there is no working tree, `NOT_FOUND` without a git that can be used.
        """
        self.repository = repository or open_repository(directory)
        self.objects = Objects(self.repository)
        self._snapshots = GitSnapshots(self.objects)

    def close(self) -> None:
        """End the long-lived git process; the next read starts another."""
        self.objects.close()

    @property
    def kind(self) -> Literal["package-tree", "git"]:
        """Always "git"."""
        return "git"

    @property
    def root(self) -> str:
        """The top directory of the worktree."""
        return str(self.repository.root)

    def revision(self) -> str:
        """Return the id of HEAD's commit, or "unborn"."""
        return self.repository.head().commit or UNBORN

    def files(self, revision: str | None = None) -> Files:
        """Return the files of a commit, HEAD's by default. Raises `NOT_FOUND`."""
        return self._files(self.revision() if revision is None else revision)

    def _files(self, revision: str) -> GitFiles:
        return self._snapshots.at(None if revision == UNBORN else self._commit(revision).tree)

    # Making revisions

    def prepare(
        self,
        changes: Mapping[str, str | None],
        *,
        expected: str,
        message: str,
        author: str,
        at: datetime,
        transaction: str,
    ) -> Prepared:
        """Make a commit, and an index to go with it, that no ref shows yet; see `Codebase.prepare`.

        Raises what `make` does, and `CONFLICTS` where something staged could not be kept.
        """
        revision = self.make(
            changes, expected=expected, message=message, author=author, at=at, transaction=transaction
        )
        return self.prepare_made(revision, expected=expected, transaction=transaction)

    def takes_long(self) -> bool:
        """Whether the repository's hooks run on a commit, or it is signed."""
        return bool(self.repository.switched_on(hooks.SETTING, _SIGNING))

    def make(
        self,
        changes: Mapping[str, str | None],
        *,
        expected: str,
        message: str,
        author: str,
        at: datetime,
        transaction: str,
    ) -> str:
        """Make a commit that no ref shows, and give its id.

        The commit is by git's own user, whatever `author` says, and signed where commit.gpgsign is set; the
        transaction is added to the message as its last trailer. The worktree is neither read nor written.
        Raises `CODEBASE_MOVED` where HEAD is not at `expected`, `BAD_TRANSITION` in the middle of a rebase
        and the like, `NOT_FOUND` when git does not know its user, `NOT_PERMITTED` when it cannot sign or one
        of the repository's hooks, which run where `patchbay.hooks` is set, refuses.
        """
        self._require_at(expected)
        commit = _commit_or_none(expected)
        tree = TreeChange(self.objects, None if commit is None else self._commit(commit).tree)
        done = self._file_changes(tree, changes)
        tree.apply({one.path: one.new for one in done})
        root = tree.write()
        on = self.repository.switched_on(hooks.SETTING, _SIGNING)
        if hooks.SETTING in on:
            message = hooks.checked(self.repository, root, message, transaction)
        return self.objects.write_commit(
            root, commit, _with_trailer(message, transaction), at, sign=_SIGNING in on
        )

    def prepare_made(self, revision: str, *, expected: str, transaction: str) -> Prepared:
        """Make the index to go with a commit that `make` has made.

        Raises `CODEBASE_MOVED`, `BAD_TRANSITION` and `CONFLICTS` as `prepare` does.
        """
        branch = self._require_at(expected)
        changes = self._changes_between(expected, revision)
        return self._prepared(branch, revision, expected, transaction, changes)

    @contextmanager
    def rehearsed(self, transaction: str) -> Iterator[Rehearsal]:
        """Give what takes commits one after the other into a copy of the index; see `KeepsStaged`.

        Raises what `prepare_made` raises of what is staged; a commit of which it does is left out.
        """
        index, tree = (
            PreparedIndex(self.objects, transaction),
            TreeChange(self.objects, self._tree_of(self.revision())),
        )

        def take(changes: Mapping[str, str | None]) -> None:
            done = self._file_changes(tree, changes)
            index.repair(done)
            tree.apply({one.path: one.new for one in done})

        index.build(())
        try:
            yield take
        finally:
            index.remove()

    def _require_at(self, expected: str) -> str | None:
        """Return HEAD's branch. Raises `CODEBASE_MOVED` where HEAD is elsewhere, and `BAD_TRANSITION`."""
        self._require_nothing_under_way()
        head = self.repository.head()
        if (head.commit or UNBORN) != expected:
            raise refs.moved(head.branch or refs.HEAD)
        return head.branch

    def without(self, revision: str) -> str:
        """Return the parent of HEAD's commit.

        Raises `CODEBASE_MOVED` when the commit is not HEAD's any more, `NOT_PERMITTED` when it is on a remote
        branch or joins branches.
        """
        if self.revision() != revision:
            raise PatchbayError(Code.CODEBASE_MOVED, "The commit is not the latest of its branch any more.")
        remote = refs.ref_with(self.repository, revision, "refs/remotes")
        if remote is not None:
            raise PatchbayError(Code.NOT_PERMITTED, f"The commit is on {remote} already.")
        parents = self._commit(revision).parents
        if len(parents) > 1:
            raise PatchbayError(Code.NOT_PERMITTED, "The commit joins branches.")
        return parents[0] if parents else UNBORN

    def prepare_return(
        self, revision: str, *, transaction: str, staged: Sequence[StagedFile] = ()
    ) -> Prepared:
        """Prepare to take back HEAD's commit: its branch goes back to the commit's parent.

        Where the index still is as making the commit left it, it is to be as that found it (`staged`).
        Raises as `without` and `prepare` do.
        """
        self._require_nothing_under_way()
        branch, parent = self.repository.head().branch, self.without(revision)
        changes, known = self._changes_between(revision, parent), [taken_back(one) for one in staged]
        return self._prepared(branch, parent, revision, transaction, changes, known)

    def _prepared(
        self,
        branch: str | None,
        new: str,
        expected: str,
        transaction: str,
        changes: list[FileChange],
        known: Sequence[StagedFile] = (),
    ) -> Prepared:
        index = PreparedIndex(self.objects, transaction)
        index.sweep()
        ref = branch or refs.HEAD
        try:
            signature, staged = index.build(changes, known)
        except PatchbayError:
            if self.revision() != expected:
                raise refs.moved(ref) from None
            raise
        recovery = {"ref": ref, "index": signature, "root": quote(os.fsencode(self.root))}
        return Prepared(new, expected, transaction, recovery, staged)

    def publish(self, prepared: Prepared) -> None:
        """Move the branch by compare-and-swap, with the prepared index; see `Codebase.publish`.

        Raises `STORE_LOCKED` while another git command has the index, and what `prepare` raises about what
        is under way or staged.
        """
        index = PreparedIndex(self.objects, prepared.transaction)
        try:
            self._take_lock(prepared, index)
            self._require_nothing_under_way()
            ref = prepared.recovery["ref"]
            new, old = _commit_or_none(prepared.revision), _commit_or_none(prepared.expected)
            refs.swap(self.repository, ref, new, old, _note(prepared.transaction))
        except BaseException:
            if not self._is_made(prepared):
                index.let_go()
                index.remove()
            raise
        index.put_in_place()

    def _take_lock(self, prepared: Prepared, index: PreparedIndex) -> None:
        """Hold git's lock with an index that was made from the present one, HEAD being as expected."""
        signature = prepared.recovery["index"]
        for _ in range(_ATTEMPTS):
            index.take_lock()
            head = self.repository.head()
            ref = prepared.recovery["ref"]
            if (head.branch or refs.HEAD) != ref or (head.commit or UNBORN) != prepared.expected:
                raise refs.moved(ref)
            if index.signature() == signature:
                return
            index.let_go()
            signature = self._built_again(prepared, index)
        message = "The index changes all the time, so nothing was merged: wait for the other git command."
        raise PatchbayError(Code.STORE_LOCKED, message)

    def settle(self, prepared: Prepared) -> bool:
        """Ask the branch whether the commit was made, then finish the index or remove what was prepared.

        HEAD, index and lock are those of the worktree that it was prepared in, whichever this is. Raises
        `STORE_LOCKED` when the index has still to be finished and another git command has it.
        """
        home = self._home_of(prepared)
        try:
            return home._settled(prepared)
        finally:
            if home is not self:
                home.close()

    def _home_of(self, prepared: Prepared) -> GitTree:
        """Return the worktree that something was prepared in; this one where that is gone or not known."""
        root = os.fsdecode(unquote_to_bytes(prepared.recovery.get("root", "")))
        if root in ("", self.root):
            return self
        try:
            repository = open_repository(Path(root))
        except PatchbayError:
            return self
        is_ours = repository.common_dir == self.repository.common_dir
        return GitTree(repository.root, repository) if is_ours else self

    def _settled(self, prepared: Prepared) -> bool:
        index = PreparedIndex(self.objects, prepared.transaction)
        made = self._is_made(prepared)
        if not made:
            index.let_go()
        elif index.holds_lock():
            index.put_in_place()
        elif index.path.exists() and not index.is_in_place():
            self._finish_index(prepared, index)
        index.remove()
        return made

    def _finish_index(self, prepared: Prepared, index: PreparedIndex) -> None:
        """Repair the index after all, where the commit is made and our lock was taken away."""
        for _ in range(_ATTEMPTS):
            signature = self._built_again(prepared, index)
            index.take_lock()
            if index.signature() == signature:
                return index.put_in_place()
            index.let_go()
        raise index.busy()

    def _built_again(self, prepared: Prepared, index: PreparedIndex) -> str:
        """Make the index anew from the present one, whose signature is given."""
        changes = self._changes_between(prepared.expected, prepared.revision)
        return index.build(changes, prepared.staged).signature

    def _is_made(self, prepared: Prepared) -> bool:
        """Whether the branch went from the expected commit to the new one, wherever it is now."""
        ref = prepared.recovery["ref"]
        now = refs.commit_at(self.repository, ref) or UNBORN
        if now == prepared.expected:
            return False
        if now == prepared.revision:
            return True
        if self._goes_back(prepared):
            within = now != UNBORN and refs.is_within(self.repository, prepared.expected, now)
            return not within and refs.was_noted(self.repository, ref, _note(prepared.transaction))
        if refs.ref_with(self.repository, prepared.revision) is not None:
            return True
        since = _commit_or_none(prepared.expected)
        line = f"{TRAILER}: {prepared.transaction}"
        return now != UNBORN and refs.has_line(self.repository, now, since, line)

    def _goes_back(self, prepared: Prepared) -> bool:
        """Whether this takes a commit back instead of making one."""
        expected = self.objects.commit(prepared.expected)
        return expected is not None and prepared.revision in (expected.parents or (UNBORN,))

    def _require_nothing_under_way(self) -> None:
        under_way = self.repository.under_way()
        if under_way is not None:
            message = f"In {self.root} {under_way}: finish or abort it, then merge."
            raise PatchbayError(Code.BAD_TRANSITION, message)

    # Reading history

    def history(self, limit: int) -> list[Revision]:
        """Return the latest commits of the branch along first parents, newest first, at most `limit`.

        Where a shallow clone ends is a commit that is left out, as what it changed is not known.
        """
        if self.revision() == UNBORN:
            return []
        said = self.repository.git.run(
            "rev-list", "--first-parent", f"--max-count={limit}", self.revision(), "--"
        )
        found = [self.describe(revision) for revision in said.decode().split()]
        end = found[-1].parent
        return found[:-1] if end not in (None, UNBORN) and self.objects.commit(end) is None else found

    def describe(self, revision: str) -> Revision:
        """Return what is known of a commit, its changes beside its first parent. Raises `NOT_FOUND`."""
        commit = self._commit(revision)
        parent = commit.parents[0] if commit.parents else UNBORN
        found = _TRAILER_LINE.search(commit.message)
        return Revision(
            id=revision,
            transaction=found[1] if found else None,
            message=(commit.message[: found.start()] if found else commit.message).rstrip("\n"),
            author=commit.author,
            at=commit.at,
            parent=parent,
            changes=_Changes(
                lambda: self._snapshots.differing(self._tree_of(parent), commit.tree),
                lambda: self._files(parent),
                lambda: self._snapshots.at(commit.tree),
            ),
        )

    def changed_paths(self, since: str, until: str) -> set[str] | None:
        """Return the paths that differ between two commits; None when one of them is gone."""
        try:
            trees = [self._tree_of(revision) for revision in (since, until)]
        except PatchbayError:
            return None
        return set(self._snapshots.differing(*trees))

    def common_ancestor(self, one: str, other: str) -> str:
        """Return the commit where two parted; "unborn" where they have none, or one of them is gone."""
        if one == other or UNBORN in (one, other):
            return one if one == other else UNBORN
        answer = self.repository.git.ask("merge-base", one, other)
        return UNBORN if answer.code else answer.output.decode().split()[0]

    def revisions_between(self, since: str, until: str) -> tuple[str, ...]:
        """Return the commits that `until` has and `since` has not, oldest first; none when one is gone."""
        if until == UNBORN:
            return ()
        span = (until,) if since == UNBORN else (until, f"^{since}")
        answer = self.repository.git.ask("rev-list", "--reverse", "--topo-order", *span, "--")
        return tuple(answer.output.decode().split()) if not answer.code else ()

    def _changes_between(self, since: str, until: str) -> list[FileChange]:
        return list(differences(self.objects, self._tree_of(since), self._tree_of(until)))

    def _tree_of(self, revision: str) -> str | None:
        return None if revision == UNBORN else self._commit(revision).tree

    def _commit(self, revision: str) -> Commit:
        commit = self.objects.commit(revision)
        if commit is None:
            raise PatchbayError(Code.NOT_FOUND, f"There is no commit {revision!r} in {self.root}.")
        return commit

    # What a change of paths means for files

    def _file_changes(self, tree: TreeChange, changes: Mapping[str, str | None]) -> list[FileChange]:
        """Return what the changes do to files; see `prepare` for what is refused."""
        texts = {path: text for path, text in changes.items() if not path.endswith(MODE)}
        modes = {path.removesuffix(MODE): text for path, text in changes.items() if path not in texts}
        present = {path: tree.entry(path) for path in sorted({*texts, *modes}) if _may_be_a_path(path)}
        added = [path for path, text in texts.items() if text is not None and present.get(path) is None]
        check_paths(added, ())
        done = []
        for path in sorted({*texts, *modes}):
            old = present.get(path)
            if old is not None and old.mode == SUBMODULE:
                raise PatchbayError(Code.INVALID_NAME, f"{path!r} is a submodule: commit there instead.")
            if old is None and texts.get(path) is None:
                raise PatchbayError(Code.NOT_FOUND, f"There is no file {path!r} in {self.root} to change.")
            done.append(FileChange(path, old, self._entry(path, old, texts, modes)))
        return done

    def _entry(
        self, path: str, old: Entry | None, texts: Mapping[str, str | None], modes: Mapping[str, str | None]
    ) -> Entry | None:
        if path in texts and texts[path] is None:
            return None
        mode = old.mode if old is not None else BLOB
        if path in modes:
            mode = BLOB if modes[path] is None else _mode(path, modes[path])
        text = texts.get(path)
        if text is not None:
            return Entry(mode, self.objects.write_blob(encode(text)))
        assert old is not None
        return Entry(mode, old.id)


class _Changes(Mapping[str, tuple[str | None, str | None]]):
    """The changes of a revision: its paths are looked up when somebody asks, and texts one by one."""

    def __init__(
        self, paths: Callable[[], Iterable[str]], before: Callable[[], Files], after: Callable[[], Files]
    ) -> None:
        self._look_up = paths
        self._before = before
        self._after = after

    @cached_property
    def _paths(self) -> dict[str, None]:
        return dict.fromkeys(sorted(self._look_up()))

    def __getitem__(self, path: str) -> tuple[str | None, str | None]:
        if path not in self._paths:
            raise KeyError(path)
        return self._before().digest(path), self._after().digest(path)

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)


def _with_trailer(message: str, transaction: str) -> str:
    """Return a whole message with the transaction as the last of its trailers."""
    body = message.strip("\n")
    between = "\n" if _TRAILERS.search(body) else "\n\n"
    return f"{body}{between}{TRAILER}: {transaction}\n"


def _note(transaction: str) -> str:
    return f"patchbay: {transaction}"


def _commit_or_none(revision: str) -> str | None:
    return None if revision == UNBORN else revision


def _mode(path: str, text: str | None) -> str:
    mode = _MODES.get(text or "")
    if mode is None:
        message = (
            f"{mode_path(path)!r} can be {' or '.join(sorted(_MODES.values()))} with a newline, or removed."
        )
        raise PatchbayError(Code.INVALID_NAME, message)
    return mode


def _may_be_a_path(path: str) -> bool:
    return path.isprintable() and bool(path) and not path.startswith("/") and "//" not in path
