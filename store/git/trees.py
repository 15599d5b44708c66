"""Changed files to new trees: only the directories on the way to a change are read and written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from store.errors import Code, PatchbayError
from store.git.objects import SUBMODULE, TREE, Entry, Objects, TreeWriter


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
        entries = {} if tree is None else objects.tree(tree)
        if entries is None:
            raise PatchbayError(Code.STORE_DAMAGED, f"The tree {tree} is missing: look with `git fsck`.")
        self._root = _Directory(entries)

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
