"""The files of a worktree: which differ from HEAD, their texts in the clean form, and writing them.

The clean form is what git would commit: line ends, encodings, filters and large-file pointers as the
repository's attributes say. What is somebody's change, and whose, is decided above.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from store.errors import Code, PatchbayError
from store.git.objects import BLOB, EXECUTABLE, LINK, Objects
from store.git.repository import open_repository
from store.source.texts import MODE, decode, encode
from store.storage import effects
from store.storage.atomic import (
    LEFTOVER_AGE,
    Signature,
    is_temporary,
    keep_copy,
    refusals,
    signature_of,
    temporary_for,
    write_temporary,
)

_ATTEMPTS = 5
_NO_FILE = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG)
"""The errors of a disk that say that nothing is there; with any other one it is not known."""
_KEPT_AS_THEY_ARE = ("i/crlf", "i/mixed")


class FileSignature(NamedTuple):
    """What tells one version of a file from another without reading it."""

    modified: int
    """Time of the last change of its bytes, in nanoseconds."""
    changed: int
    """Time of the last change of anything about it, in nanoseconds."""
    inode: int
    size: int
    """In bytes."""
    mode: int


class TreeFile(NamedTuple):
    """A file or symbolic link of the worktree."""

    text: str
    """In the clean form; where a symbolic link leads to."""
    mode: str
    """"100644", "100755" or "120000"."""
    signature: FileSignature | None
    """What it was when it was read; None for one that was not read from the disk."""


class FileToBe(NamedTuple):
    """What is to be written into the worktree."""

    path: str
    text: str | None
    """In the clean form; None removes the file."""
    mode: str
    """As a `TreeFile` has it."""
    expected: FileSignature | None
    """The signature that the file was read with; None for no file."""


class _Done(NamedTuple):
    """A file that was replaced or removed."""

    path: str
    kept: Path | None
    """What was there before, where it may have to be put back; None for no file."""
    signature: FileSignature | None
    """What is there now."""


class _Raw(NamedTuple):
    data: bytes
    mode: str
    signature: FileSignature


def is_shown(path: str) -> bool:
    """Whether a file of this path can be shown, and told from what stands for the mode of another one."""
    return path.isprintable() and not path.endswith(MODE)


class Worktree:
    """The worktree that a directory lies in."""

    def __init__(self, directory: Path) -> None:
        """Raises `STORE_MISSING` where there is no worktree, `NOT_FOUND` without a git that can be used."""
        self.repository = open_repository(directory)
        self._root = os.fspath(self.repository.root)
        """The same as text, as joining paths takes long where there are thousands."""
        self._objects = Objects(self.repository)
        self._git = self.repository.git
        self._keeps_modes = bool(self.repository.switched_on("core.fileMode", unset=True))
        self._marks: tuple[Signature | None, dict[str, bool]] | None = None
        """Which paths git was told to take for unchanged, as long as the index is what it was."""
        self._unmerged: tuple[Signature | None, frozenset[str]] | None = None
        """Which paths the index has unmerged, as long as it is what it was."""
        self.left_alone: tuple[str, ...] = ()
        """The paths that `changed_paths` left out last, as their names hold what cannot be shown."""
        self._revocable: list[_Done] | None = None
        """What was written and may have to be put back yet; None where what is written stays."""

    def close(self) -> None:
        """End the long-lived git process; the next read starts another."""
        self._objects.close()

    # Reading

    def changed_paths(self) -> set[str]:
        """Return the paths whose file may differ from HEAD's, untracked ones included.

        Ignored files, submodules and paths that cannot be shown are not among them.
        """
        said = self._git.run(
            "status",
            *("--porcelain=v2", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=all"),
        )
        paths: set[str] = set()
        unseen: set[str] = set()
        for line in said.split(b"\0")[:-1]:
            kind, _, rest = line.partition(b" ")
            fields = {b"1": 7, b"u": 9, b"?": 0}.get(kind)
            if fields is None or (fields and rest.split(b" ", 2)[1].startswith(b"S")):
                continue
            path = decode(rest.split(b" ", fields)[-1])
            if is_temporary(PurePosixPath(path).name):
                self._remove_leftover(path)
            elif not path.endswith("/"):
                (paths if is_shown(path) else unseen).add(path)
        self.left_alone = tuple(sorted(path for path in unseen if not path.isprintable()))
        return paths

    def names_left_alone(self) -> tuple[str, ...]:
        """Return the paths of changed files whose names hold what cannot be shown."""
        self.changed_paths()
        return self.left_alone

    def staged_paths(self) -> set[str]:
        """Return the paths that the index has otherwise than HEAD: staged, or HEAD moved without the tree."""
        answer = self._git.ask("diff-index", "--cached", "--name-only", "--no-renames", "-z", "HEAD")
        return {decode(path) for path in answer.output.split(b"\0")[:-1]}

    def unmerged_paths(self) -> frozenset[str]:
        """Return the paths that the index has unmerged, as a stash or a merge that clashed leaves them."""
        present = signature_of(self.repository.index)
        if self._unmerged is None or self._unmerged[0] != present:
            said = self._git.run("ls-files", "--unmerged", "-z").split(b"\0")[:-1]
            self._unmerged = present, frozenset(decode(line.partition(b"\t")[2]) for line in said)
        return self._unmerged[1]

    def _remove_leftover(self, path: str) -> None:
        """Remove what a process that was killed while it wrote a file has left beside that."""
        place = self.repository.root / path
        with suppress(OSError):
            if time.time() - place.lstat().st_mtime > LEFTOVER_AGE:
                place.unlink()

    def not_ignored(self, paths: Iterable[str]) -> set[str]:
        """Return those of some paths that git does not ignore: of untracked files, those it would add."""
        asked = [path for path in dict.fromkeys(paths) if self._is_inside(path)]
        if not asked:
            return set()
        given = b"".join(encode(path) + b"\0" for path in asked)
        answer = self._git.ask("check-ignore", "-z", "--stdin", given=given)
        return set(asked) - {decode(path) for path in answer.output.split(b"\0")[:-1]}

    def taken_for_unchanged(self, paths: Iterable[str]) -> set[str]:
        """Return those of some paths that git was told not to look at, whatever is there or is not.

        They are outside of a sparse checkout, or marked skip-worktree or assume-unchanged.
        """
        present = signature_of(self.repository.index)
        if self._marks is None or self._marks[0] != present:
            self._marks = present, {}
        known = self._marks[1]
        asked = [path for path in dict.fromkeys(paths) if path not in known and self._is_inside(path)]
        known |= dict.fromkeys(asked, False)
        for line in self._git.lines_of("ls-files", "-v", "-z", paths=asked):
            tag, _, name = line.partition(b" ")
            known[decode(name)] = tag.islower() or tag == b"S"
        return {path for path in paths if known.get(path)}

    def read(self, paths: Iterable[str]) -> dict[str, TreeFile | None]:
        """Return files by path; None where there is none, or what is there can be in no commit.

        A file that is written at the same moment is read again. Raises `STORE_DAMAGED` with git's reason
        when a filter fails, `CODEBASE_MOVED` for a file that changes all the time.
        """
        found: dict[str, TreeFile | None] = {}
        left = list(dict.fromkeys(paths))
        for _ in range(_ATTEMPTS):
            raw = {path: self._raw(path) for path in left}
            found |= self._clean(raw)
            left = [
                path
                for path, one in raw.items()
                if one is not None and self._signature(path) != one.signature
            ]
            if not left:
                return found
        message = f"{left[0]} is being written all the time: wait until that ends, then try again."
        raise PatchbayError(Code.CODEBASE_MOVED, message)

    def _clean(self, raw: dict[str, _Raw | None]) -> dict[str, TreeFile | None]:
        files = {path: one for path, one in raw.items() if one is not None and one.mode != LINK}
        clean = {path: one.data for path, one in files.items()} | self._converted(files)
        modes = {} if self._keeps_modes else self._modes_in_index(list(files))
        return {
            path: None
            if one is None
            else TreeFile(decode(clean.get(path, one.data)), modes.get(path, one.mode), one.signature)
            for path, one in raw.items()
        }

    def _converted(self, files: dict[str, _Raw]) -> dict[str, bytes]:
        """Return the clean form of the files which have one of their own."""
        ids = self._hashed(list(files), write=False)
        differing = [path for path, found in ids.items() if found != self._own_id(files[path].data)]
        kept = self._keeping_their_ends([path for path in differing if b"\r\n" in files[path].data])
        converted = self._hashed([path for path in differing if path not in kept], write=True)
        texts = self._objects.read_many("blob", converted.values())
        return {path: data for path, data in zip(converted, texts, strict=True) if data is not None}

    def _hashed(self, paths: list[str], *, write: bool) -> dict[str, str]:
        """Return the ids that git gives the files' clean form; a file that has just gone is left out."""
        if not paths:
            return {}
        options = ("--stdin-paths", *(("-w",) if write else ()))
        given = "".join(f"{_quoted(path)}\n" for path in paths)
        answer = self._git.ask("hash-object", *options, given=encode(given))
        if not answer.code:
            return dict(zip(paths, answer.output.decode().split(), strict=True))
        there = [path for path in paths if self._signature(path) is not None]
        if len(there) == len(paths):
            raise PatchbayError(
                Code.STORE_DAMAGED,
                f"Git cannot read the working tree: {answer.reason}. Put that right first.",
            )
        return self._hashed(there, write=write)

    def _keeping_their_ends(self, paths: Sequence[str]) -> set[str]:
        """Return the files that git commits with the line ends they have, as the index has them."""
        found = set()
        for line in self._git.lines_of("ls-files", "--eol", "-z", paths=paths):
            about, _, name = line.partition(b"\t")
            in_index, _, attribute = about.decode().split(maxsplit=2)
            chosen = attribute.removeprefix("attr/").strip()
            if in_index in _KEPT_AS_THEY_ARE and (not chosen or chosen.startswith("text=auto")):
                found.add(decode(name))
        return found

    def _modes_in_index(self, paths: Sequence[str]) -> dict[str, str]:
        lines = self._git.lines_of("ls-files", "-s", "-z", paths=paths)
        return {
            decode(name): head.decode().split()[0]
            for head, _, name in (line.partition(b"\t") for line in lines)
        }

    def _own_id(self, data: bytes) -> str:
        return hashlib.new(self.repository.object_format, b"blob %d\0" % len(data) + data).hexdigest()

    def _raw(self, path: str) -> _Raw | None:
        signature = self._signature(path)
        if signature is None:
            return None
        place = self.repository.root / path
        try:
            if stat.S_ISLNK(signature.mode):
                return _Raw(os.fsencode(place.readlink()), LINK, signature)
            data = place.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unreadable(path, error) from None
        executable = self._keeps_modes and signature.mode & stat.S_IXUSR
        return _Raw(data, EXECUTABLE if executable else BLOB, signature)

    def _signature(self, path: str) -> FileSignature | None:
        """Return what tells the version of a file or link; None for what git would not commit."""
        if not self._is_inside(path) or is_temporary(PurePosixPath(path).name):
            return None
        try:
            found = (self.repository.root / path).lstat()
        except OSError as error:
            if error.errno in _NO_FILE:
                return None
            raise _unreadable(path, error) from None
        if not (stat.S_ISREG(found.st_mode) or stat.S_ISLNK(found.st_mode)):
            return None
        return FileSignature(found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_size, found.st_mode)

    def _is_inside(self, path: str) -> bool:
        """Whether a path stays below the worktree, and no directory on the way is a link or git's own."""
        parts = PurePosixPath(path).parts
        if not parts or "/".join(parts) != path or path.startswith("/"):
            return False
        if any(part == ".." or part.lower() == ".git" for part in parts):
            return False
        place = self._root
        for part in parts[:-1]:
            place = f"{place}/{part}"
            with suppress(OSError):
                if stat.S_ISLNK(os.lstat(place).st_mode):
                    return False
        return True

    # Writing

    def write(self, *files: FileToBe) -> None:
        """Replace or remove files, each in one step: all of them, or none where one is refused.

        They get the line ends, encoding and filters that the repository gives their paths, and keep their
        permissions; only their owner's right to execute follows the mode. Raises `CODEBASE_MOVED` when one is
        not what was expected any more, or something of another kind stands in the way, `INVALID_NAME` for a
        path outside the worktree, and what the disk refuses.
        """
        for one in files:
            if not self._is_inside(one.path):
                message = f"The path {one.path!r} cannot be written: it leads out of the working tree."
                raise PatchbayError(Code.INVALID_NAME, message)
            if one.text is not None and one.expected is None:
                self._require_no_other_kind(one.path)
            self._require_same(one.path, one.expected)
        done: list[_Done] = []
        parts: dict[str, Path] = {}
        emptied = [one.path for one in files if one.text is None]
        try:
            for one in files:
                if one.text is not None:
                    parts[one.path] = self._written(one, one.text)
            for one in files:
                keep = self._revocable is not None or one is not files[-1]
                done.append(self._put(one, parts.get(one.path), keep=keep))
                parts.pop(one.path, None)
        except BaseException:
            for each in reversed(done):
                self._put_back(each)
            emptied = [one.path for one in files]
            raise
        else:
            if self._revocable is not None:
                self._revocable += done
                done = []
        finally:
            self._forget(done, parts.values())
            for path in emptied:
                self._remove_empty((self.repository.root / path).parent)

    @contextmanager
    def revocable(self) -> Iterator[None]:
        """Put back what is written inside where something is refused there; not what was changed since.

        What an interrupt leaves written is taken in by the next look: its record may be written by then.
        """
        done: list[_Done] = []
        self._revocable = done
        try:
            yield
        except Exception:
            for each in reversed(done):
                self._put_back(each)
            raise
        finally:
            self._revocable = None
            self._forget(done)
            for each in done:
                self._remove_empty((self.repository.root / each.path).parent)

    @staticmethod
    def _forget(done: Iterable[_Done], parts: Iterable[Path] = ()) -> None:
        """Remove what was kept or written beside files."""
        for part in (*parts, *(one.kept for one in done if one.kept is not None)):
            with suppress(OSError):
                effects.unlink(part)

    def _put(self, file: FileToBe, part: Path | None, *, keep: bool) -> _Done:
        """Put what was written beside a file in its place; with `keep` what was there stays beside it."""
        place, kept = self.repository.root / file.path, None
        with refusals(place):
            self._require_same(file.path, file.expected)
            if keep and file.expected is not None:
                kept = temporary_for(place)
                _keep(place, kept, file.expected.mode)
            try:
                effects.unlink(place) if part is None else effects.replace(part, place)
            except BaseException:
                if kept is not None:
                    effects.unlink(kept)
                raise
        return _Done(file.path, kept, self._signature(file.path))

    def _put_back(self, done: _Done) -> None:
        """Put back what was there before, unless somebody has written the file since."""
        place = self.repository.root / done.path
        with suppress(OSError, PatchbayError):
            if self._signature(done.path) != done.signature:
                return
            if done.kept is None:
                effects.unlink(place)
            else:
                effects.replace(done.kept, place)

    def _written(self, file: FileToBe, text: str) -> Path:
        """Write a text beside the file that it is to replace."""
        place, expected = self.repository.root / file.path, file.expected
        with refusals(place):
            place.parent.mkdir(parents=True, exist_ok=True)
            if file.mode == LINK:
                temporary = temporary_for(place)
                temporary.symlink_to(os.fsdecode(encode(text)))
                return temporary
            temporary, _ = write_temporary(place, self._smudged(file.path, text), None)
            was_file = expected is not None and stat.S_ISREG(expected.mode)
            bits = stat.S_IMODE(expected.mode if was_file and expected else temporary.stat().st_mode)
            if self._keeps_modes:
                readable = bits & 0o444
                bits = bits | readable >> 2 if file.mode == EXECUTABLE else bits & ~0o111
            temporary.chmod(bits)
        return temporary

    def _smudged(self, path: str, text: str) -> bytes:
        """Return what lies in the worktree for a clean text."""
        blob = self._objects.write_blob(encode(text))
        return self._git.run("cat-file", "--filters", f"--path={path}", blob)

    def _require_same(self, path: str, expected: FileSignature | None) -> None:
        present = self._signature(path)
        if present != expected or (present is None and (self.repository.root / path).exists()):
            message = f"{path} has changed in the working tree meanwhile: look at it and try again."
            raise PatchbayError(Code.CODEBASE_MOVED, message)

    def _require_no_other_kind(self, path: str) -> None:
        """Raise `CODEBASE_MOVED` where a directory is to be a file, or a file the directory of another."""
        place, root = self.repository.root / path, self.repository.root
        above = next((one for one in place.parents if one == root or one.is_file()), root)
        if place.is_dir() and not place.is_symlink():
            message = f"{path} is a directory in the working tree and is to be a file: move it away first."
        elif above != root:
            message = (
                f"{above.relative_to(root)} is a file in the working tree, and {path} is to lie below it:"
            )
            message += " move it away first."
        else:
            return
        raise PatchbayError(Code.CODEBASE_MOVED, message)

    def _remove_empty(self, directory: Path) -> None:
        while directory != self.repository.root:
            try:
                directory.rmdir()
            except OSError:
                return
            directory = directory.parent


def _keep(place: Path, copy: Path, mode: int) -> None:
    """Make `copy` hold what a file or a symbolic link holds, which will be replaced."""
    if stat.S_ISLNK(mode):
        copy.symlink_to(place.readlink())
        return
    keep_copy(place, copy, None)
    if not copy.samefile(place):
        copy.chmod(stat.S_IMODE(mode))


def _unreadable(path: str, error: OSError) -> PatchbayError:
    message = f"{path} cannot be read ({error.strerror}): put that right, then try again."
    return PatchbayError(Code.NOT_PERMITTED, message)


def _quoted(path: str) -> str:
    """Return a path as `--stdin-paths` takes it."""
    if not path.startswith('"'):
        return path
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'
