"""What a person saved for one definition, cut into definitions (R8). Reads a tree, changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.source import shape
from store.source.names import last_part
from store.source.partition import Partition, Piece, PieceKind, cut, is_cut
from store.source.texts import is_blank, is_opaque, lines_of, newline_of

if TYPE_CHECKING:
    from store.source.tree import Tree


def cut_saved(tree: Tree, name: str, text: str) -> list[tuple[str, str]]:
    """The definitions in a text saved for `name`: full names and texts, in order; none where it has none.

    Comments and blank lines stay with the definition before them, leading ones with the first. The members
    of a class stay in its text, unless `name` is a class already there: then they are listed apart. Rests,
    whole files and text with a syntax error stay one text under their own name.
    """
    place = tree.find(name)
    path = place.path if place else name.rpartition(":")[0] if ":" in name else "new.py"
    if last_part(name).startswith("<") or not is_cut(path) or is_opaque(text):
        return [(name, text)]
    is_class = place is not None and _is_class(tree.partition(place.path), place.key)
    partition, lines = _partition(path, text, is_class)
    if not partition.parses:
        return [(name, text)]
    prefix = name[: len(name) - len(last_part(name))]
    found: list[tuple[str, list[str]]] = []
    leading: list[str] = []
    row = 0
    for piece in partition.pieces:
        rows = lines[row : row + len(lines_of(piece.text))]
        row += len(rows)
        if _begins(piece, is_class):
            found.append((prefix + _key(piece, name, found), leading + rows))
            leading = []
        elif found:
            found[-1][1].extend(rows)
        else:
            leading += rows
    return [(full, "".join(rows)) for full, rows in found]


def _is_class(partition: Partition, key: str) -> bool:
    index = partition.find(key)
    return index is not None and partition.pieces[index].kind is PieceKind.CLASS


def _begins(piece: Piece, members_apart: bool) -> bool:
    """Whether a piece is a definition of its own here, not part of the one before."""
    return piece.kind is not PieceKind.REST and (members_apart or "." not in piece.key)


def _key(piece: Piece, name: str, found: list[tuple[str, list[str]]]) -> str:
    """The piece's key; the first keeps the number that it has in its file (`value#2`)."""
    own = last_part(name)
    return own if not found and own.partition("#")[0] == piece.key else piece.key


def _partition(path: str, text: str, is_class: bool) -> tuple[Partition, list[str]]:
    """The text's pieces, cut as if not indented, and its lines as they are."""
    flat = shape.reindented(text, "")
    partition = cut(path, flat)
    lines = lines_of(text)
    if partition.parses or not is_class or is_blank(text):
        return partition, lines
    newline = newline_of(flat)
    ended = flat if flat.endswith("\n") else flat + newline
    whole = cut(path, f"{ended}{shape.class_head(flat).indent or '    '}pass{newline}")
    return (whole, lines) if whole.parses else (partition, lines)
