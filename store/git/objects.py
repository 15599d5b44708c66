"""Reading and writing objects: one long-lived reader, and one short command for each object written."""

from __future__ import annotations

import subprocess
import threading
import weakref
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from store.errors import Code, PatchbayError
from store.git.process import Answer, Git, failure
from store.git.repository import GitRepository
from store.source import texts

BLOB = "100644"
TREE = "40000"
SUBMODULE = "160000"
LINK = texts.LINK
EXECUTABLE = "100755"

_KINDS = {TREE: "tree", SUBMODULE: "commit"}
_ASKED_AT_ONCE = 200
_WHO_IS_IT = ("tell me who you are", "ident name", "auto-detect")


class Entry(NamedTuple):
    """What a tree has under a name."""

    mode: str
    id: str


class Commit(NamedTuple):
    """A commit as it is written."""

    id: str
    tree: str
    parents: tuple[str, ...]
    author: str
    at: datetime
    message: str


class Objects:
    """The objects of a repository."""

    def __init__(self, repository: GitRepository) -> None:
        self.repository = repository
        self._git = repository.git
        self._lock = threading.Lock()
        self._reader: subprocess.Popen[bytes] | None = None
        self._end: weakref.finalize[..., Objects] | None = None

    def close(self) -> None:
        """End the reader; the next read starts another."""
        if self._end is not None:
            self._end()
        self._reader = self._end = None

    # Reading

    def read(self, kind: str, identifier: str) -> bytes | None:
        """Return an object's bytes; None when there is none of that kind.

        `identifier` is an id, or an expression such as `ID^{tree}`. Raises `STORE_DAMAGED` when git ends.
        """
        return next(self.read_many(kind, [identifier]))

    def read_many(self, kind: str, identifiers: Iterable[str]) -> Iterator[bytes | None]:
        """Return the bytes of many objects, in order; see `read`."""
        asked = list(identifiers)
        for start in range(0, len(asked), _ASKED_AT_ONCE):
            yield from self._read(kind, asked[start : start + _ASKED_AT_ONCE])

    def _read(self, kind: str, identifiers: list[str]) -> list[bytes | None]:
        with self._lock:
            try:
                return self._answers(kind, identifiers)
            except (OSError, EOFError):
                self.close()
            try:
                return self._answers(kind, identifiers)
            except (OSError, EOFError):
                self.close()
                message = (
                    "`git cat-file` ended while it was read from: look at the repository with `git fsck`."
                )
                raise PatchbayError(Code.STORE_DAMAGED, message) from None

    def _answers(self, kind: str, identifiers: list[str]) -> list[bytes | None]:
        if self._reader is None:
            self._reader = self._git.start("cat-file", "--batch")
            self._end = weakref.finalize(self, _end, self._reader)
        asking, answering = self._reader.stdin, self._reader.stdout
        assert asking is not None and answering is not None
        asking.write("".join(f"{one}\n" for one in identifiers).encode())
        asking.flush()
        found: list[bytes | None] = []
        for _ in identifiers:
            head = answering.readline()
            if not head.endswith(b"\n"):
                raise EOFError
            parts = head.split()
            if len(parts) != 3 or not parts[2].isdigit():
                found.append(None)
                continue
            data = answering.read(int(parts[2]) + 1)
            if len(data) != int(parts[2]) + 1:
                raise EOFError
            found.append(data[:-1] if parts[1].decode() == kind else None)
        return found

    def tree(self, identifier: str) -> dict[bytes, Entry] | None:
        """Return a tree's entries by name; None when it is no tree. A commit's tree is `COMMIT^{tree}`."""
        return next(self.trees([identifier]))

    def trees(self, identifiers: Iterable[str]) -> Iterator[dict[bytes, Entry] | None]:
        """Return the entries of many trees, in order; see `tree`."""
        length = self.repository.id_length // 2
        for data in self.read_many("tree", identifiers):
            yield None if data is None else _entries(data, length)

    def commit(self, identifier: str) -> Commit | None:
        """Return a commit; None when there is none of that id."""
        if not self.repository.is_id(identifier):
            return None
        data = self.read("commit", identifier)
        return None if data is None else _parsed(identifier, data)

    # Writing

    def write_blob(self, data: bytes) -> str:
        """Write a blob of exactly these bytes and return its id."""
        return self._git.run("hash-object", "-w", "--stdin", given=data).decode().strip()

    def tree_writer(self) -> TreeWriter:
        """Return what writes several trees one after the other, to be used as a context."""
        return TreeWriter(self._git)

    def write_commit(self, tree: str, parent: str | None, message: str, at: datetime, sign: bool) -> str:
        """Write a commit by the repository's own user and return its id; `at` has a time zone.

        Raises `NOT_FOUND` when git does not know who that is, `NOT_PERMITTED` when it cannot be signed.
        """
        date = f"@{int(at.timestamp())} {at:%z}"
        answer = self._git.ask(
            "commit-tree",
            tree,
            *(("-p", parent) if parent else ()),
            *(("-S",) if sign else ()),
            *("-F", "-"),
            given=message.encode("utf-8", "replace"),
            GIT_AUTHOR_DATE=date,
            GIT_COMMITTER_DATE=date,
        )
        if answer.code:
            raise _refused_commit(answer, sign)
        return answer.output.decode().strip()


class TreeWriter:
    """One git process that writes trees, each of which may hold those written before it."""

    def __init__(self, git: Git) -> None:
        self._process = git.start("mktree", "-z", "--missing", "--batch")

    def __enter__(self) -> TreeWriter:
        return self

    def __exit__(self, *exception: object) -> None:
        _end(self._process)

    def write(self, entries: Mapping[bytes, Entry]) -> str:
        """Write a tree and return its id. Raises `STORE_DAMAGED` when git refuses."""
        lines = b"".join(
            f"{entry.mode} {_KINDS.get(entry.mode, 'blob')} {entry.id}\t".encode() + name + b"\0"
            for name, entry in entries.items()
        )
        asking, answering = self._process.stdin, self._process.stdout
        assert asking is not None and answering is not None
        with suppress(BrokenPipeError):
            asking.write(lines + b"\0")
            asking.flush()
        written = answering.readline().decode().strip()
        if not written:
            message = "`git mktree` cannot write a tree: look at the repository with `git fsck`."
            raise PatchbayError(Code.STORE_DAMAGED, message)
        return written


def _refused_commit(answer: Answer, sign: bool) -> PatchbayError:
    if any(words in answer.complaint for words in _WHO_IS_IT):
        return PatchbayError(
            Code.NOT_FOUND,
            "Git does not know who commits: set it with `git config user.name NAME` and "
            "`git config user.email ADDRESS`.",
        )
    if sign:
        return PatchbayError(
            Code.NOT_PERMITTED,
            f"The commit cannot be signed ({answer.reason}): put signing right, or unset commit.gpgsign.",
        )
    return failure("commit-tree", answer)


def _entries(data: bytes, length: int) -> dict[bytes, Entry]:
    """Return what a tree's bytes say, in which an id has so many bytes."""
    entries: dict[bytes, Entry] = {}
    at = 0
    while at < len(data):
        space = data.index(b" ", at)
        end = data.index(b"\0", space)
        entries[data[space + 1 : end]] = Entry(
            data[at:space].decode(), data[end + 1 : end + 1 + length].hex()
        )
        at = end + 1 + length
    return entries


def _parsed(identifier: str, data: bytes) -> Commit:
    head, _, message = data.partition(b"\n\n")
    fields: dict[str, list[str]] = {}
    for line in head.decode("utf-8", "replace").split("\n"):
        name, _, value = line.partition(" ")
        if name:
            fields.setdefault(name, []).append(value)
    author, _, when = fields["author"][0].rpartition("> ")
    seconds, _, zone = when.partition(" ")
    return Commit(
        id=identifier,
        tree=fields["tree"][0],
        parents=tuple(fields.get("parent", ())),
        author=author.partition(" <")[0],
        at=_moment(seconds, zone),
        message=message.decode("utf-8", "replace"),
    )


def _moment(seconds: str, zone: str) -> datetime:
    """Return the time of a commit; one that no clock can show becomes the beginning of time."""
    try:
        moment = datetime.fromtimestamp(int(seconds)).astimezone()
        return moment.astimezone(datetime.strptime(zone, "%z").tzinfo)
    except (ValueError, OverflowError, OSError):
        return datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def _end(process: subprocess.Popen[bytes]) -> None:
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(OSError):
                stream.close()
    process.wait()
