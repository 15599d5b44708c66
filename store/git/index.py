"""The index beside a commit made without it: repaired in a copy, which takes its place under git's own lock.

Where a change is committed, an entry that held the old text gets the new one; anything else that was staged
stays staged. Otherwise the commit would show as a staged reversal.
"""

from __future__ import annotations

import errno
import os
import shutil
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from store.errors import Code, PatchbayError
from store.git.objects import BLOB, LINK, SUBMODULE, Entry, Objects
from store.git.repository import GitRepository
from store.git.staged import carried, unmerged
from store.git.trees import FileChange
from store.model import IndexEntry, StagedFile
from store.source.texts import decode, encode
from store.storage import effects
from store.storage.atomic import refusal_for, refusals
from store.storage.layout import checked_identifier

OURS = "patchbay-"
"""What the names begin with of all files that are made beside the index for one transaction."""

PREFIX = f"{OURS}index-"

_WAIT = 1.0
_PAUSE = 0.01
_OLD_AFTER = 3600.0
_INTENT_TO_ADD = 1 << 29
_NO_LINKS = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})


class Staged(NamedTuple):
    """An entry of the index."""

    entry: Entry
    stage: str
    assumed_unchanged: bool
    outside_worktree: bool


class Built(NamedTuple):
    """An index that was prepared."""

    signature: str
    """Of the index that it was made from."""
    staged: tuple[StagedFile, ...]
    """The changed files that the one had otherwise than the old commit, or the other has than the new."""


class PreparedIndex:
    """The index that a transaction prepares for one worktree."""

    def __init__(self, objects: Objects, transaction: str) -> None:
        """Raises `NOT_FOUND` for a transaction's id that cannot be part of a file's name."""
        self._objects = objects
        self._repository: GitRepository = objects.repository
        self._git = self._repository.git
        self.path = self._repository.git_dir / f"{PREFIX}{checked_identifier(transaction)}"
        self.lock = self._repository.index.with_name("index.lock")

    # Building it

    def build(self, changes: Sequence[FileChange], known: Iterable[StagedFile] = ()) -> Built:
        """Make the file: the present index with these changes.

        Of a file that is `known` to be staged as it was before, it gets what it had after. Raises `CONFLICTS`
        where something else is staged in a file and cannot be kept for certain.
        """
        signature = self.signature()
        present = self._repository.index
        with refusals(self.path):
            effects.unlink(self.path)
            if present.exists():
                _copy(present, self.path)
        try:
            staged = self.repair(changes, {one.path: one for one in known})
            if not self.path.exists():
                self._git.run("update-index", "--index-version", "2", index=self.path)
        except BaseException:
            effects.unlink(self.path)
            raise
        return Built(signature, staged)

    def signature(self) -> str:
        """Return what tells the index from one that was written later."""
        try:
            found = self._repository.index.stat()
        except FileNotFoundError:
            return ""
        return f"{found.st_mtime_ns} {found.st_ctime_ns} {found.st_ino} {found.st_size}"

    def repair(
        self, changes: Sequence[FileChange], known: Mapping[str, StagedFile] = MappingProxyType({})
    ) -> tuple[StagedFile, ...]:
        """Bring changes into what was made; gives the files of `Built.staged`. Raises as `build` does."""
        if not changes:
            return ()
        staged = self._staged(changes)
        self._require_room(changes, staged)
        before = {one.path: self._present(one, staged.get(one.path)) for one in changes}
        after = {
            path: self._wanted(one, staged.get(path), before[path], known.get(path))
            for path, one in ((one.path, one) for one in changes)
        }
        self._put({path: entry for path, entry in after.items() if entry != before[path]}, staged)
        return tuple(
            StagedFile(path=path, before=before[path], after=after[path])
            for path, old, new in changes
            if (before[path], after[path]) != (_plain(old), _plain(new))
        )

    def _put(self, entries: Mapping[str, IndexEntry | None], staged: Mapping[str, Staged]) -> None:
        """Give files other entries, which keep their flags; what is only said to come is said once more."""
        lines = [_index_line(path, entry, self._repository.zero_id) for path, entry in entries.items()]
        if lines:
            effects.program("git update-index")
            self._git.run("update-index", "-z", "--index-info", given=b"".join(lines), index=self.path)
        for path in (path for path, entry in entries.items() if entry is not None and entry.intended):
            place = self._repository.root / path
            if place.is_symlink() or place.is_file():
                self._git.ask("add", "--intent-to-add", "--force", "--", path, index=self.path)
        stays = {path: staged[path] for path in entries if entries[path] is not None and path in staged}
        self._mark("--skip-worktree", (path for path, one in stays.items() if one.outside_worktree))
        self._mark("--assume-unchanged", (path for path, one in stays.items() if one.assumed_unchanged))

    def _mark(self, flag: str, paths: Iterable[str]) -> None:
        given = b"".join(encode(path) + b"\0" for path in paths)
        if given:
            self._git.run("update-index", "-z", flag, "--stdin", given=given, index=self.path)

    def _staged(self, changes: Sequence[FileChange]) -> dict[str, Staged]:
        """Return the entries of the changed files. Raises `CONFLICTS` for one that lies below a new file."""
        found: dict[str, Staged] = {}
        wanted = {one.path: one for one in changes}
        for line in self._git.lines_of("ls-files", "-v", "-s", "-z", paths=wanted, index=self.path):
            head, _, name = line.partition(b"\t")
            tag, mode, identifier, stage = head.decode().split(" ")
            path = decode(name)
            if path in wanted:
                found[path] = Staged(Entry(mode, identifier), stage, tag.islower(), tag.upper() == "S")
            elif any(parent in wanted and wanted[parent].new is not None for parent in _parents(path)):
                raise _unkept(path)
        return found

    def _present(self, change: FileChange, staged: Staged | None) -> IndexEntry | None:
        """Return the entry that a file has."""
        if staged is None:
            return None
        return IndexEntry(
            *staged.entry, staged.entry != change.old and self._is_intent_to_add(change.path, staged)
        )

    def _wanted(
        self, change: FileChange, staged: Staged | None, present: IndexEntry | None, known: StagedFile | None
    ) -> IndexEntry | None:
        """Return the entry that a file is to have afterwards. Raises `CONFLICTS`."""
        if staged is not None and staged.stage != "0":
            raise PatchbayError(Code.CONFLICTS, f"{unmerged(change.path)} first.")
        if known is not None and present == known.before and self._can_follow(present, known.after):
            return known.after
        if staged is None or present is None or present.intended:
            return _plain(change.new) if change.old is None else present
        return _plain(self._merged(change, staged.entry))

    def _can_follow(self, present: IndexEntry | None, known: IndexEntry | None) -> bool:
        """Whether an entry can take the place of the present one: git may have lost its content since."""
        if known is None:
            return True
        return present is not None and (known.intended or self._objects.read("blob", known.id) is not None)

    def _merged(self, change: FileChange, entry: Entry) -> Entry | None:
        """Return the entry that a file with content is to have afterwards. Raises `CONFLICTS`."""
        old, new = change.old, change.new
        if entry in (old, new):
            return new
        if new is None:
            raise _unkept(change.path)
        mode = new.mode if entry.mode == (BLOB if old is None else old.mode) else entry.mode
        special = {LINK, SUBMODULE}
        if special & {entry.mode, new.mode, old.mode if old else entry.mode} and entry.id != new.id:
            raise _unkept(change.path)
        return Entry(mode, self._content(change.path, old, entry, new))

    def _content(self, path: str, old: Entry | None, staged: Entry, new: Entry) -> str:
        if staged.id in (new.id, old.id if old else None):
            return new.id
        before, there, after = (
            None if one is None else decode(self._objects.read("blob", one.id) or b"")
            for one in (old, staged, new)
        )
        assert there is not None and after is not None
        text = carried(path, before, there, after)
        if text is None:
            raise _unkept(path)
        return staged.id if text == there else self._objects.write_blob(encode(text))

    def _is_intent_to_add(self, path: str, staged: Staged) -> bool:
        if staged.stage != "0" or self._objects.read("blob", staged.entry.id) != b"":
            return False
        said = self._git.run("ls-files", "--debug", "-z", "--", path, index=self.path)
        flags = said.rpartition(b"flags: ")[2].split(b"\n")[0].strip()
        return bool(flags) and bool(int(flags, 16) & _INTENT_TO_ADD)

    def _require_room(self, changes: Sequence[FileChange], staged: Mapping[str, Staged]) -> None:
        """Refuse new files that would push another one out of the index. Raises `CONFLICTS`."""
        added = [one.path for one in changes if one.old is None and one.path not in staged]
        gone = {one.path for one in changes if one.new is None}
        parents = {parent for path in added for parent in _parents(path)} - gone
        if not parents:
            return
        asked = "".join(f":{parent}\n" for parent in sorted(parents)).encode()
        said = self._git.run("cat-file", "--batch-check", given=asked, index=self.path).decode()
        for parent, answer in zip(sorted(parents), said.split("\n"), strict=False):
            if answer and not answer.endswith(" missing"):
                raise _unkept(parent)

    # Putting it in place

    def take_lock(self) -> None:
        """Make the prepared index git's lock; other git commands wait or refuse until it is let go.

        Raises `STORE_LOCKED` when another git command keeps the lock, `CODEBASE_MOVED` when the prepared
        index is gone.
        """
        until = time.monotonic() + _WAIT
        while True:
            try:
                return self._link()
            except FileExistsError:
                if time.monotonic() > until:
                    raise self.busy() from None
                time.sleep(_PAUSE)
            except FileNotFoundError:
                message = "What was prepared for this merge is gone: try it again."
                raise PatchbayError(Code.CODEBASE_MOVED, message) from None

    def busy(self) -> PatchbayError:
        """Return the refusal for a lock that another git command has."""
        message = (
            f"Another git command is at work in {self._repository.root}: wait for it and try again; "
            f"if there is none any more, remove {self.lock}."
        )
        return PatchbayError(Code.STORE_LOCKED, message)

    def holds_lock(self) -> bool:
        """Whether git's lock is this prepared index, and not another command's."""
        try:
            return self._is_named_by_lock() or self.lock.samefile(self.path)
        except FileNotFoundError:
            return False

    def _is_named_by_lock(self) -> bool:
        """Whether git's lock says the prepared index's name. Raises `FileNotFoundError`."""
        if self.lock.is_symlink():
            return str(self.lock.readlink()) == self.path.name
        name = os.fsencode(self.path.name)
        with self.lock.open("rb") as lock:
            return lock.read(len(name) + 1) == name

    def is_in_place(self) -> bool:
        """Whether the prepared index is the index now."""
        try:
            return self._repository.index.samefile(self.path)
        except FileNotFoundError:
            return False

    def put_in_place(self) -> None:
        """Make the prepared index the index, and let go of the lock."""
        with refusals(self.lock):
            if not self._is_named_by_lock():
                effects.replace(self.lock, self._repository.index)
                effects.unlink(self.path)
                return
            if self.path.exists():
                effects.replace(self.path, self._repository.index)
            effects.unlink(self.lock)

    def let_go(self) -> None:
        """Let go of the lock, if it is held."""
        if self.holds_lock():
            with refusals(self.lock):
                effects.unlink(self.lock)

    def remove(self) -> None:
        """Remove the prepared index."""
        with refusals(self.path):
            effects.unlink(self.path)

    def sweep(self) -> None:
        """Remove what processes that were killed long ago have prepared."""
        oldest = time.time() - _OLD_AFTER
        for path in self._repository.git_dir.glob(f"{OURS}*"):
            with suppress(OSError):
                if path.stat().st_mtime < oldest:
                    effects.unlink(path)

    def _link(self) -> None:
        """Make the lock in one step, which says whose it is: another name of the prepared index.

        Where a file can have no other name it is a symbolic link to it, where there are none of these a file
        that holds its name.
        """
        ways: tuple[Callable[[], object], ...] = (
            partial(effects.link, self.path, self.lock),
            partial(effects.symlink, self.path.name, self.lock),
            self._name_in_lock,
        )
        for way in ways:
            try:
                way()
            except (FileExistsError, FileNotFoundError):
                raise
            except OSError as error:
                if error.errno not in _NO_LINKS or way is ways[-1]:
                    raise refusal_for(self.lock, error) from error
            else:
                return

    def _name_in_lock(self) -> None:
        descriptor = effects.create(self.lock, None)
        try:
            effects.write(descriptor, os.fsencode(self.path.name))
        finally:
            os.close(descriptor)


def _copy(source: Path, target: Path) -> None:
    """Copy an index with its time: by that git tells which files may have changed unseen since."""
    times, data = source.stat(), source.read_bytes()
    descriptor = effects.create(target, None)
    try:
        effects.write(descriptor, data)
    finally:
        os.close(descriptor)
    shutil.copymode(source, target)
    os.utime(target, ns=(times.st_atime_ns, times.st_mtime_ns))


def taken_back(done: StagedFile) -> StagedFile:
    """Return what takes back what was done to a file of the index."""
    return StagedFile(path=done.path, before=done.after, after=done.before)


def _plain(entry: Entry | None) -> IndexEntry | None:
    return None if entry is None else IndexEntry(*entry)


def _index_line(path: str, entry: IndexEntry | None, zero_id: str) -> bytes:
    mode, identifier = ("0", zero_id) if entry is None or entry.intended else entry[:2]
    return f"{mode} {identifier} 0\t".encode() + encode(path) + b"\0"


def _parents(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[:end]) for end in range(1, len(parts))]


def _unkept(path: str) -> PatchbayError:
    reason = "has staged changes that a merge cannot keep for certain: commit or unstage them first"
    return PatchbayError(Code.CONFLICTS, f"{path} {reason}.")
