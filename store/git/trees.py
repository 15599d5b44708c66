"""Changed files to new trees, and two trees to the files that differ.

Only the directories on the way to a change are read and written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from store.errors import Code, PatchbayError
from store.git.objects import BLOB, EXECUTABLE, SUBMODULE, TREE, Entry, Objects, TreeWriter
from store.source.texts import decode


class FileChange(NamedTuple):
    """What a commit does to a file or submodule; None where there was or is none."""

    path: str
    old: Entry | None
    new: Entry | None


@dataclass
class _Directory:
    """A directory that is being changed."""

    entries: dict[bytes, Entry]
    opened: dict[bytes, _Directory] = field(default_factory=dict)
    changed: bool = False


class TreeChange:
    """A tree with some of its files replaced, added or removed."""

    def __init__(self, objects: Objects, tree: str | None) -> None:
        """`tree` is the id of the one to begin with, None for an empty one."""
        self._objects = objects
        self._root = _Directory({} if tree is None else _required(tree, objects.tree(tree)))

    def entry(self, path: str) -> Entry | None:
        """Return the file or submodule at a path, as it is with the changes so far."""
        *parents, name = path.encode().split(b"/")
        directory: _Directory | None = self._root
        for parent in parents:
            directory = None if directory is None else self._open(directory, parent)
        found = None if directory is None else directory.entries.get(name)
        return None if found is None or found.mode == TREE else found

    def apply(self, changes: Mapping[str, Entry | None]) -> None:
        """Remove (None), add and replace files.

        Raises `INVALID_NAME` where a path would be both a file and a directory, or lie in a submodule.
        """
        for path in (path for path, entry in changes.items() if entry is None):
            self._remove(path.encode().split(b"/"))
        for path, entry in changes.items():
            if entry is not None:
                self._put(path, entry)

    def write(self) -> str:
        """Write the trees that changed and return the id of the top one."""
        with self._objects.tree_writer() as writer:
            return _written(self._root, writer)

    def _open(self, directory: _Directory, name: bytes) -> _Directory | None:
        if name not in directory.opened:
            entry = directory.entries.get(name)
            if entry is None or entry.mode != TREE:
                return None
            directory.opened[name] = _Directory(self._objects.tree(entry.id) or {})
        return directory.opened[name]

    def _remove(self, parts: list[bytes]) -> None:
        *parents, name = parts
        way = [self._root]
        for parent in parents:
            inner = self._open(way[-1], parent)
            if inner is None:
                return
            way.append(inner)
        for directory in way:
            directory.changed = True
        way[-1].entries.pop(name, None)
        for parent in reversed(parents):
            emptied = way.pop()
            if emptied.entries:
                return
            way[-1].entries.pop(parent)
            way[-1].opened.pop(parent)

    def _put(self, path: str, entry: Entry) -> None:
        *parents, name = path.encode().split(b"/")
        directory = self._root
        directory.changed = True
        for depth, parent in enumerate(parents, 1):
            inner = self._open(directory, parent)
            if inner is None:
                in_the_way = directory.entries.get(parent)
                if in_the_way is not None:
                    raise _both(b"/".join(parents[:depth]).decode(), path, in_the_way)
                inner = directory.opened[parent] = _Directory({})
                directory.entries[parent] = Entry(TREE, "")
            directory = inner
            directory.changed = True
        present = directory.entries.get(name)
        if present is not None and present.mode in (TREE, SUBMODULE):
            raise _both(path, path, present)
        directory.entries[name] = entry


class _Pair(NamedTuple):
    """A directory in two trees: its path with a slash at the end, and the ids of what is there."""

    path: bytes
    old: str | None
    new: str | None


def differences(objects: Objects, old: str | None, new: str | None) -> Iterator[FileChange]:
    """Give every file and submodule that differs between two trees, by their ids; None is the empty one.

    Raises `STORE_DAMAGED` where a tree is missing.
    """
    level = [_Pair(b"", old, new)] if old != new else []
    while level:
        wanted = dict.fromkeys(one for pair in level for one in pair[1:] if one is not None)
        found: dict[str | None, dict[bytes, Entry]] = {None: {}}
        for identifier, entries in zip(wanted, objects.trees(wanted), strict=True):
            found[identifier] = _required(identifier, entries)
        below = []
        for path, before, after in level:
            for name, one, other in _pairs(found[before], found[after]):
                files = [None if entry is None or entry.mode == TREE else entry for entry in (one, other)]
                if files[0] != files[1]:
                    yield FileChange(decode(path + name), *files)
                trees = [
                    entry.id if entry is not None and entry.mode == TREE else None for entry in (one, other)
                ]
                if trees[0] != trees[1]:
                    below.append(_Pair(path + name + b"/", *trees))
        level = below


def _pairs(
    old: dict[bytes, Entry], new: dict[bytes, Entry]
) -> Iterator[tuple[bytes, Entry | None, Entry | None]]:
    """Give what differs between two directories, modes as git says them today."""
    for name in old | new:
        before, after = (
            None if entry is None else Entry(_usual(entry.mode), entry.id)
            for entry in (old.get(name), new.get(name))
        )
        if before != after:
            yield name, before, after


def _usual(mode: str) -> str:
    """Return a mode as git says it today; old commits have others for files, such as 100664."""
    if not mode.startswith("100") or mode == BLOB:
        return mode
    return EXECUTABLE if int(mode, 8) & 0o100 else BLOB


def _required(identifier: str, entries: dict[bytes, Entry] | None) -> dict[bytes, Entry]:
    if entries is None:
        raise PatchbayError(Code.STORE_DAMAGED, f"The tree {identifier} is missing: look with `git fsck`.")
    return entries


def _written(directory: _Directory, writer: TreeWriter) -> str:
    for name, inner in directory.opened.items():
        if inner.changed:
            directory.entries[name] = Entry(TREE, _written(inner, writer))
    return writer.write(directory.entries)


def _both(directory: str, path: str, present: Entry) -> PatchbayError:
    if present.mode == SUBMODULE:
        message = f"{path!r} lies in the submodule {directory!r}: commit it there."
    else:
        message = f"{directory!r} would be both a file and the directory of another; choose another path."
    return PatchbayError(Code.INVALID_NAME, message)
