"""The pieces of a file as values. How a file is cut into them lives in `partition`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property


class PieceKind(StrEnum):
    """What a piece is: a definition, a class's head, what stands between definitions, or a whole file."""

    DEFINITION = "definition"
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
        end = index + 1
        if self.pieces[index].kind is PieceKind.CLASS:
            inside = self.pieces[index].key + "."
            while end < len(self.pieces) and self.pieces[end].key.startswith(inside):
                end += 1
        return range(index, end)

    @property
    def text(self) -> str:
        """The whole file."""
        return "".join(piece.text for piece in self.pieces)
