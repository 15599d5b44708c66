"""A codebase's files as one immutable view, with changes on top.

Definitions are found by name without an index. Changing them is `apply`, whose rules live in `splice`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from store.errors import Code, PatchbayError
from store.source import names as naming
from store.source import texts
from store.source.layout import Layout
from store.source.names import Place
from store.source.orders import in_order
from store.source.partition import Partition, PieceKind, cut, cut_sound, uncut
from store.source.pieces import is_sibling

if TYPE_CHECKING:
    from store.source.splice import Change

_LINK = texts.digest(f"{texts.LINK}\n")
_NO_CHANGES: Mapping[str, str | None] = MappingProxyType({})


Expected = Partition | Callable[[], Partition]
"""The cut of a file, or what cuts it once that is needed: it takes long, and mostly nobody asks."""


class Files(Protocol):
    """What a revision of a codebase gives."""

    @property
    def roots(self) -> tuple[str, ...]:
        """The top directories that names leave out, such as `src`."""
        ...

    def paths(self) -> Collection[str]:
        """Every file's path."""
        ...

    def digest(self, path: str) -> str | None:
        """The digest of a file's text; None where there is no such file."""
        ...

    def text(self, path: str) -> str:
        """The text of a file that exists."""
        ...


class Tree:
    """Files with changed texts on top (None: deleted), and the definitions in them."""

    def __init__(
        self,
        files: Files,
        changed: Mapping[str, str | None] = _NO_CHANGES,
        partitions: Mapping[str, Expected] = MappingProxyType({}),
        layout: Tree | None = None,
        given: Mapping[str, Partition] = MappingProxyType({}),
        loose: Mapping[str, Sequence[str]] = MappingProxyType({}),
    ) -> None:
        """`partitions` are the cuts expected of changed files, used where their text has a syntax error.

        `layout` is a tree whose order of definitions and gaps is followed by what is added or taken out;
        `loose` are by file the names of what is moved, rather than others, to follow it.
        Those `given` are used whatever the text has.
        """
        self._files = files
        self._layout = layout
        self._loose = loose
        self._changed = dict(changed)
        self._expected = dict(partitions)
        self._cut = dict(given)
        self.given = frozenset(given)
        """The files whose cut is not that of their text alone."""

    @property
    def changed(self) -> Mapping[str, str | None]:
        """The changed paths with their new texts; None for a deleted file."""
        return MappingProxyType(self._changed)

    @property
    def laid_out_as(self) -> Tree | None:
        """The tree that says how files are to be laid out: in git the working tree, as it was last seen."""
        return self._layout

    def over(self, files: Files) -> Tree:
        """Other files, to be laid out as these."""
        return Tree(files, layout=self._layout)

    def laid_out(self, layout: Tree) -> Tree:
        """The same files, to be laid out as another tree."""
        return Tree(self._files, self._changed, self._expected, layout)

    def loosened(self, names: Iterable[str]) -> Tree:
        """The same files; what has these names is moved, rather than others, where the order is another."""
        if self._layout is None:
            return self
        loose: dict[str, list[str]] = {}
        for name in names:
            for path in naming.candidate_paths(name, self.roots):
                loose.setdefault(path, []).append(name)
        return Tree(self._files, self._changed, self._expected, self._layout, loose=loose)

    def layout(self, path: str) -> Layout | None:
        """How a file is to be laid out; None where nothing says so."""
        if self._layout is None or not self._layout.exists(path):
            return None
        places = [self._layout.find(name) for name in self._loose.get(path, ())]
        loose = frozenset(one.key for one in places if one is not None and one.path == path)
        return Layout(self._layout.partition(path), loose)

    @property
    def roots(self) -> tuple[str, ...]:
        """The top directories that names leave out, such as `src`."""
        return self._files.roots

    def exists(self, path: str) -> bool:
        """Whether there is a file of this path."""
        if path in self._changed:
            return self._changed[path] is not None
        return self._files.digest(path) is not None

    def text(self, path: str) -> str:
        """The text of a file; raises NOT_FOUND where there is none."""
        if not self.exists(path):
            raise PatchbayError(Code.NOT_FOUND, f"There is no file {path}.")
        text = self._changed.get(path)
        return self._files.text(path) if text is None else text

    def text_if_there(self, path: str) -> str | None:
        """The text of a file, None where there is none."""
        return self.text(path) if self.exists(path) else None

    def digest(self, path: str) -> str | None:
        """The digest of a file's text, None where there is no such file."""
        if path in self._changed:
            text = self._changed[path]
            return None if text is None else texts.digest(text)
        return self._files.digest(path)

    def is_link(self, path: str) -> bool:
        """Whether a file is a symbolic link, as its mode says."""
        return self.digest(path + texts.MODE) == _LINK

    def paths(self) -> list[str]:
        """The paths of all files, sorted."""
        paths = {path for path in self._files.paths() if path not in self._changed}
        paths.update(path for path, text in self._changed.items() if text is not None)
        return sorted(paths)

    def below(self, path: str) -> str | None:
        """The path of some file in a directory of this path; None where there is no such directory."""
        start = f"{path}/"
        there = (one for one in self._files.paths() if one not in self._changed)
        added = (one for one, text in self._changed.items() if text is not None)
        return next((one for one in chain(there, added) if one.startswith(start)), None)

    def partition(self, path: str) -> Partition:
        """The pieces of a file; one with a syntax error keeps those that it had before, a link has one."""
        found = self._cut.get(path)
        if found is None and self.is_link(path):
            found = self._cut[path] = uncut(self.text(path))
        if found is None:
            text = self.text(path)
            found = self._cut[path] = cut_sound(path, text) or cut(path, text, self._last_good(path))
        return found

    def _last_good(self, path: str) -> Partition | None:
        """The cut that is expected of a file: the one given, else that of the text beneath."""
        expected = self._expected.get(path)
        if expected is not None:
            return expected if isinstance(expected, Partition) else expected()
        beneath = path in self._changed and self._files.digest(path) is not None
        return cut(path, self._files.text(path)) if beneath else None

    def holds(self, path: str, key: str) -> bool:
        """Whether a file exists and has a piece of this key; every file has `<file>`."""
        return self.exists(path) and (key == "<file>" or self.partition(path).find(key) is not None)

    def find(self, name: str) -> Place | None:
        """The place of a name, None where nothing has it."""
        for path, key in naming.candidate_places(name, self.roots):
            if self.exists(path):
                if key == "<file>":
                    return Place(path, key)
                partition = self.partition(path)
                index = partition.find(key)
                if index is not None:
                    return Place(path, partition.pieces[index].key)
        return None

    def resolve(self, name: str) -> Place:
        """The place of a name. Raises INVALID_NAME, or NOT_FOUND with the nearest names."""
        naming.check_name(name)
        place = self.find(name)
        if place is None:
            near = naming.nearest(name, self.names())
            offer = f" Did you mean {' or '.join(near)}?" if near else " Look it up with: patchbay names."
            raise PatchbayError(Code.NOT_FOUND, f"No definition is named {name}.{offer}")
        return place

    def name_of(self, place: Place) -> str:
        """The name of a place, see `names.name_of`."""
        return naming.name_of(place, self.holds, self.roots)

    def one_name(self, name: str) -> str:
        """The one name of what a name that may give the path means, be it there or to be; see `name_of`."""
        if ":" not in name:
            return name
        return self.name_of(self.find(name) or Place(*naming.candidate_places(name, self.roots)[0]))

    def definition(self, name: str) -> str | None:
        """The text of a definition, of a class its head alone; None where nothing has this name."""
        place = self.find(name)
        if place is None:
            return None
        if place.key == "<file>":
            return self.text(place.path)
        partition = self.partition(place.path)
        index = partition.find(place.key)
        return self.text(place.path) if index is None else partition.pieces[index].text

    def line(self, name: str) -> int | None:
        """The line of its file that a definition begins on, from 1; None where nothing has this name."""
        place = self.find(name)
        if place is None:
            return None
        partition = self.partition(place.path)
        index = partition.find(place.key) or 0
        return 1 + sum(piece.text.count("\n") for piece in partition.pieces[:index])

    def whole(self, name: str) -> str | None:
        """The text of a definition, of a class with all its members."""
        place = self.find(name)
        if place is None:
            return None
        if place.key == "<file>":
            return self.text(place.path)
        partition = self.partition(place.path)
        index = partition.find(place.key)
        if index is None:
            return self.text(place.path)
        return "".join(partition.pieces[position].text for position in partition.subtree(index))

    def members(self, name: str) -> tuple[str, ...]:
        """The names of the definitions that a class takes along; empty for anything else."""
        place = self.find(name)
        if place is None or place.key == "<file>":
            return ()
        index = self.partition(place.path).find(place.key)
        if index is None:
            return ()
        partition = self.partition(place.path)
        pieces = [partition.pieces[position] for position in partition.subtree(index)][1:]
        return tuple(
            self.name_of(Place(place.path, piece.key)) for piece in pieces if piece.kind is not PieceKind.REST
        )

    def stands_apart(self, name: str, owner: str) -> bool:
        """Whether a definition is there and not in the class or file that its name puts it in.

        So does a method in Go, whose type holds its fields alone, and the table `[a.b]` behind `[a]`.
        """
        place, around = self.find(name), self.find(owner)
        if place is None:
            return False
        if around is None or around.path != place.path:
            return True
        partition = self.partition(place.path)
        at, index = partition.find(around.key), partition.find(place.key)
        return at is not None and index is not None and index not in partition.subtree(at)

    def names(self, prefix: str = "") -> Iterator[str]:
        """Every name that begins with `prefix`, which may give the path, in the order of paths and files.

        Rests of blank lines and closing braces alone are left out.
        """
        by_path = "/" in prefix or ":" in prefix
        for path in self.paths():
            if not self._may_begin(path, prefix):
                continue
            for piece in self.partition(path).pieces:
                if piece.kind is PieceKind.REST and piece.text.strip(" \t\r\n") in ("", "}"):
                    continue
                place = Place(path, piece.key)
                name = self.name_of(place)
                if name.startswith(prefix) or (by_path and place.explicit.startswith(prefix)):
                    yield name

    def _may_begin(self, path: str, prefix: str) -> bool:
        stems = [path, naming.module_of(path, self.roots)]
        return any(stem and (stem.startswith(prefix) or prefix.startswith(stem)) for stem in stems)

    def predecessor(self, name: str) -> str | None:
        """The name after which a definition stands in its container, None at the start of a file.

        That is the nearest definition, import or `<doc>` before it; for a class's first member the class.
        """
        place = self.find(name)
        index = self.partition(place.path).find(place.key) if place else None
        if place is None or index is None:
            return None
        pieces = self.partition(place.path).pieces
        container = pieces[index].container
        for piece in reversed(pieces[:index]):
            inside = piece.container == container
            is_anchor = piece.kind is not PieceKind.REST or _is_anchor(piece.key)
            if piece.key == container or (inside and is_anchor):
                return self.name_of(Place(place.path, piece.key))
        return None

    def is_in_order(self, path: str) -> bool:
        """Whether all definitions of a file stand among their neighbours as they do where it is laid out."""
        layout = self.layout(path)
        siblings: dict[str, list[str]] = {}
        for piece in self.partition(path).pieces:
            if is_sibling(piece):
                siblings.setdefault(piece.container, []).append(piece.key)
        return layout is None or all(in_order(keys, layout.places) for keys in siblings.values())

    def apply(self, changes: Sequence[Change]) -> Tree:
        """The tree with all changes made at once; see `splice` for what each does and refuses."""
        from store.source.splice import spliced

        return self.with_partitions(spliced(self, changes))

    def with_partitions(self, partitions: Mapping[str, Partition | str | None]) -> Tree:
        """The tree with these files in place of what it had, one that is given as a text not cut yet.

        None for a file that goes.
        """
        changed = dict(self._changed)
        expected = dict(self._expected)
        for path, made in partitions.items():
            expected.pop(path, None)
            changed[path] = made.text if isinstance(made, Partition) else made
            if made is not None:
                expected[path] = made if isinstance(made, Partition) else partial(cut, path, made)
            elif self._files.digest(path) is None:
                del changed[path]
        return Tree(self._files, changed, expected, self._layout, loose=self._loose)


def _is_anchor(key: str) -> bool:
    return key.startswith(("<import>", "<doc>"))
