"""The pieces of a file as values. How a file is cut into them lives in `partition`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple, Protocol, TypeVar

from store.source.keys import last_part, member_prefix
from store.source.texts import is_blank


class PieceKind(StrEnum):
    """What a piece is: a definition, a class's head, what stands between definitions, or a whole file."""

    DEFINITION = "definition"
    UNCUT = "uncut"
    """A class that is one piece, as members of it share lines with its head or its end."""
    CLASS = "class"
    REST = "rest"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of whole lines of a file."""

    key: str
    """The path inside the file: `User.validate`, `<import>`, `User.<after validate>`, `<file>`."""
    kind: PieceKind
    text: str
    binds: tuple[str, ...]
    """Every key that it binds, its own first."""
    indent: str
    """The indentation of its first line."""
    container: str = ""
    """The key of the class whose lines it stands in; empty at the top. Its own key need not begin with it."""


class Located(Protocol):
    """What stands in a file, one behind the other."""

    @property
    def key(self) -> str:
        """Its key."""
        ...

    @property
    def kind(self) -> PieceKind:
        """What it is."""
        ...

    @property
    def text(self) -> str:
        """Its lines."""
        ...

    @property
    def container(self) -> str:
        """The key of the class whose lines it stands in."""
        ...


def end_of_subtree(row: Sequence[Located], index: int) -> int:
    """The index behind a piece and, where it is a class, behind all that stands in its lines."""
    end = index + 1
    inside = {row[index].key} if row[index].kind is PieceKind.CLASS else set()
    while end < len(row) and row[end].container in inside:
        if row[end].kind is PieceKind.CLASS:
            inside.add(row[end].key)
        end += 1
    return end


def is_gap(one: Located) -> bool:
    """Whether it is only blank lines."""
    return one.kind is PieceKind.REST and is_blank(one.text)


def is_import(one: Located) -> bool:
    """Whether it is a run of import statements."""
    return last_part(one.key).startswith("<import>")


def is_sibling(one: Located) -> bool:
    """Whether others can stand beside it: a definition, a class, imports."""
    return one.kind in (PieceKind.DEFINITION, PieceKind.UNCUT, PieceKind.CLASS) or is_import(one)


def takes_members(one: Located) -> bool:
    """Whether it is a class, to which members can be added."""
    return one.kind in (PieceKind.CLASS, PieceKind.UNCUT)


class Gap(NamedTuple):
    """A place between two neighbours, where nothing or rests can stand."""

    container: str
    left: str
    """The key of the sibling before it; empty at the container's start."""
    right: str
    """The key of the sibling behind it; empty at the container's end."""


AnyLocated = TypeVar("AnyLocated", bound=Located)


def gaps(row: Sequence[AnyLocated]) -> dict[Gap, list[AnyLocated]]:
    """Give every place between neighbours, with the rests that stand there."""
    found: dict[Gap, list[AnyLocated]] = {}
    left: dict[str, str] = {"": ""}
    rests: dict[str, list[AnyLocated]] = {}
    for one in row:
        if is_sibling(one):
            found[Gap(one.container, left.get(one.container, ""), one.key)] = rests.pop(one.container, [])
            left[one.container] = one.key
            if one.kind is PieceKind.CLASS:
                left[one.key] = ""
        elif one.kind is PieceKind.REST:
            rests.setdefault(one.container, []).append(one)
    for container, last in left.items():
        found[Gap(container, last, "")] = rests.pop(container, [])
    return found


def closes(one: Located) -> bool:
    """Whether it is the closing line of a class."""
    return bool(one.container) and last_part(one.key).startswith("<tail>")


@dataclass(frozen=True)
class Partition:
    """A file as pieces whose texts concatenate to it, byte for byte."""

    pieces: tuple[Piece, ...]
    parses: bool
    """Whether no syntax error was found while cutting."""

    @cached_property
    def _places(self) -> Mapping[str, int]:
        places: dict[str, int] = {}
        for index, piece in enumerate(self.pieces):
            for key in piece.binds[1:]:
                places.setdefault(key, index)
        places.update((piece.key, index) for index, piece in enumerate(self.pieces))
        return places

    def find(self, key: str) -> int | None:
        """The index of the piece that has this key, else of the first that binds it, else None."""
        return self._places.get(key)

    def subtree(self, index: int) -> range:
        """The indexes of a class's head with all its members and rests; of any other piece itself."""
        return range(index, end_of_subtree(self.pieces, index))

    def class_at(self, key: str) -> Piece | None:
        """The class that has or binds this key; None where it is anything else or nothing."""
        index = self.find(key)
        piece = None if index is None else self.pieces[index]
        return piece if piece is not None and takes_members(piece) else None

    def holder(self, prefix: str) -> Piece | None:
        """The first class whose members' keys begin with `prefix`."""
        for piece in self.pieces:
            if takes_members(piece) and member_prefix(piece.key) == prefix:
                return piece
        return None

    @property
    def text(self) -> str:
        """The whole file."""
        return "".join(piece.text for piece in self.pieces)
