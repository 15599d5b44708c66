"""The files of a commit: listed and read when somebody asks, and held by the id of the tree."""

from __future__ import annotations

import threading
import unicodedata
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from functools import cached_property

from store.errors import Code, PatchbayError
from store.git.objects import BLOB, SUBMODULE, Entry, Objects
from store.git.trees import differences
from store.source.texts import MODE, decode, digest

UNBORN = "unborn"
"""The revision of a branch that has no commit yet."""

_INVISIBLE = frozenset({"Cc", "Cs", "Zl", "Zp"})
_SNAPSHOTS_HELD = 8
_TEXTS_HELD = 512
_LARGEST_HELD = 256_000
_USUAL_ROOT = "src"


def mode_path(path: str) -> str:
    """Return the path that stands for a file's mode."""
    return f"{path}{MODE}"


class BlobTexts:
    """Texts and digests of blobs by id."""

    def __init__(self, objects: Objects) -> None:
        self._objects = objects
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._digests: dict[str, str] = {}

    def text(self, blob: str) -> str:
        """Return a blob's text. Raises `STORE_DAMAGED` when it is missing."""
        held = self._texts.get(blob)
        if held is not None:
            return held
        data = self._objects.read("blob", blob)
        if data is None:
            message = f"The blob {blob} is missing: look with `git fsck`, or fetch again."
            raise PatchbayError(Code.STORE_DAMAGED, message)
        text = decode(data)
        if len(text) <= _LARGEST_HELD:
            self._texts[blob] = text
            if len(self._texts) > _TEXTS_HELD:
                self._texts.popitem(last=False)
        return text

    def digest(self, blob: str) -> str:
        """Return the digest of a blob's text. Raises as `text` does."""
        if blob not in self._digests:
            self._digests[blob] = digest(self.text(blob))
        return self._digests[blob]


class GitFiles:
    """The files of one tree; see `Files`. Submodules and paths that cannot be shown are not among them."""

    def __init__(self, entries: Mapping[str, Entry], texts: BlobTexts) -> None:
        self.entries = entries
        """Every file by its path, without submodules, and without the paths that stand for modes."""
        self._texts = texts
        self._paths: list[str] | None = None

    @cached_property
    def roots(self) -> tuple[str, ...]:
        """`src`, where it holds files and is no package itself."""
        if f"{_USUAL_ROOT}/__init__.py" in self.entries:
            return ()
        return (_USUAL_ROOT,) if any(path.startswith(f"{_USUAL_ROOT}/") for path in self.entries) else ()

    def paths(self) -> list[str]:
        """Return the paths, sorted, with those that stand for modes."""
        if self._paths is None:
            modes = (mode_path(path) for path, entry in self.entries.items() if entry.mode != BLOB)
            self._paths = sorted([*self.entries, *modes])
        return self._paths

    def digest(self, path: str) -> str | None:
        """Return the digest of the file's text, or None when there is no such file."""
        entry = self.entries.get(path)
        if entry is not None:
            return self._texts.digest(entry.id)
        mode = self._mode_at(path)
        return None if mode is None else digest(mode)

    def text(self, path: str) -> str:
        """Return the file's text. Raises `NOT_FOUND`, and `STORE_DAMAGED` when git has lost it."""
        entry = self.entries.get(path)
        text = self._mode_at(path) if entry is None else self._texts.text(entry.id)
        if text is None:
            raise PatchbayError(Code.NOT_FOUND, f"There is no file {path!r} in that commit.")
        return text

    def _mode_at(self, path: str) -> str | None:
        if not path.endswith(MODE):
            return None
        entry = self.entries.get(path.removesuffix(MODE))
        return None if entry is None or entry.mode == BLOB else f"{entry.mode}\n"


class GitSnapshots:
    """The files of any tree of a repository, the latest ones held."""

    def __init__(self, objects: Objects) -> None:
        self._git = objects.repository.git
        self._texts = BlobTexts(objects)
        self._objects = objects
        self._held: OrderedDict[str | None, GitFiles] = OrderedDict({None: GitFiles({}, self._texts)})
        self._lock = threading.Lock()

    def at(self, tree: str | None) -> GitFiles:
        """Return the files of a tree; None is the empty one."""
        with self._lock:
            held = self._held.get(tree)
            if held is None:
                held = GitFiles(self._entries(tree), self._texts)
                if len(self._held) > _SNAPSHOTS_HELD:
                    self._held.popitem(last=False)
            self._held[tree] = held
            self._held.move_to_end(tree)
            return held

    def _entries(self, tree: str | None) -> dict[str, Entry]:
        nearest = next((one for one in reversed(self._held) if one is not None), None)
        if nearest is None:
            return self._listed(tree)
        entries = dict(self._held[nearest].entries)
        for path, _, new in differences(self._objects, nearest, tree):
            entries.pop(path, None)
            if new is not None and _is_shown(path, new):
                entries[path] = new
        return entries

    def _listed(self, tree: str | None) -> dict[str, Entry]:
        if tree is None:
            return {}
        entries = {}
        for line in self._git.run("ls-tree", "-r", "-z", "--full-tree", tree).split(b"\0")[:-1]:
            head, _, name = line.partition(b"\t")
            mode, _, identifier = head.decode().split(" ")
            path, entry = decode(name), Entry(mode, identifier)
            if _is_shown(path, entry):
                entries[path] = entry
        return entries

    def differing(self, since: str | None, until: str | None) -> Iterator[str]:
        """Give the paths that differ between two trees, with those that stand for modes."""
        for path, old, new in differences(self._objects, since, until):
            if not any(_is_shown(path, one) for one in (old, new) if one is not None):
                continue
            before, after = (None if one is None else one.mode for one in (old, new))
            if old is None or new is None or old.id != new.id:
                yield path
            if (before or BLOB) != (after or BLOB):
                yield mode_path(path)


def _is_shown(path: str, entry: Entry) -> bool:
    if entry.mode == SUBMODULE or path.endswith(MODE):
        return False
    return path.isprintable() or not any(unicodedata.category(one) in _INVISIBLE for one in path)
