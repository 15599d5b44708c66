"""What a person saved for one definition, cut into definitions (R8). Reads a tree, changes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.source import shape
from store.source.keys import inside, last_part, member_prefix, unnumbered
from store.source.languages import walked_language
from store.source.partition import Partition, Piece, PieceKind, is_cut
from store.source.pieces import closes
from store.source.places import container_for
from store.source.shapes import cut_alone, shape_of
from store.source.texts import is_blank, is_opaque, lines_of, newline_of, trimmed

if TYPE_CHECKING:
    from store.source.tree import Tree


def cut_saved(tree: Tree, name: str, text: str, around: Tree | None = None) -> list[tuple[str, str]]:
    """The definitions in a text saved for `name`: full names and texts, in order; none where it has none.

    Comments and blank lines stay with the definition before them, leading ones with the first. The members
    of a class stay in its text, unless `name` is a class already there: then they are listed apart. Rests,
    whole files, members whose class is missing and text with a syntax error stay one text of that name.
    `around` has the class of a member where the tree does not have that yet, or under another name.
    """
    place = tree.find(name)
    path = place.path if place else name.rpartition(":")[0] if ":" in name else "new.py"
    if last_part(name).startswith("<") or not is_cut(path) or is_opaque(text):
        return [(name, text)]
    is_class = place is not None and tree.partition(place.path).class_at(place.key) is not None
    container = _container(around or tree, path, name, text)
    if container is None:
        return [(name, text)]
    partition, lines = _partition(path, text, is_class, bool(container))
    if not partition.parses:
        return [(name, text)]
    own = last_part(name)
    if walked_language(path) is not None:
        own = name.rpartition(":")[2][len(inside(container, "")) :]
    prefix = name[: len(name) - len(own)]
    found: list[tuple[str, list[str]]] = []
    leading: list[str] = []
    row, first = 0, ""
    for piece in partition.pieces:
        rows = lines[row : row + len(lines_of(piece.text))]
        row += len(rows)
        if _begins(piece, is_class):
            if not found:
                first = piece.key
                own = own if unnumbered(own) == first else first
            found.append((prefix + _in_file(piece.key, first, own), leading + rows))
            leading = []
        elif found and not (is_class and closes(piece)):
            found[-1][1].extend(rows)
        elif not found:
            leading += rows
    return [(full, "".join(rows)) for full, rows in found]


def as_it_stands(tree: Tree, name: str, text: str) -> str:
    """The text of a definition as its file takes it in: without blank lines at its ends, indented as it is.

    Of a rest, of a whole file and of what is not cut that is the text itself.
    """
    place = tree.find(name)
    path = place.path if place else name.rpartition(":")[0] if ":" in name else "new.py"
    if last_part(name).startswith("<") or not is_cut(path) or is_opaque(text):
        return text
    present = tree.definition(name)
    text = trimmed(text)
    fitting = shape_of(path)
    return text if not present else fitting.reindented(text, fitting.code_indent(present))


def _in_file(key: str, first: str, own: str) -> str:
    """A key in the text as its file has it, where the first one, `value`, can be `value#2`."""
    if key == first:
        return own
    below = member_prefix(first) + "."
    return inside(own, key[len(below) :]) if key.startswith(below) else key


def _container(tree: Tree, path: str, name: str, text: str) -> str | None:
    """The class that the definition stands in or is to stand in, None where that is missing.

    Empty at the top and in Python.
    """
    if walked_language(path) is None:
        return ""
    key = name.rpartition(":")[2]
    partition = tree.partition(path) if tree.exists(path) else None
    index = partition.find(key) if partition else None
    if partition is not None and index is not None:
        return partition.pieces[index].container
    return container_for(path, partition, key, text)


def _begins(piece: Piece, members_apart: bool) -> bool:
    """Whether a piece is a definition of its own here, not part of the one before."""
    return piece.kind is not PieceKind.REST and (members_apart or not piece.container)


def _partition(path: str, text: str, is_class: bool, member: bool) -> tuple[Partition, list[str]]:
    """The text's pieces, cut as if not indented, and its lines as they are."""
    partition = cut_alone(path, text, member)
    lines = lines_of(text)
    if partition.parses or not is_class or is_blank(text):
        return partition, lines
    newline = newline_of(text)
    ended = text if text.endswith("\n") else text + newline
    language = walked_language(path)
    closing = "}" if language is not None else f"{shape.class_head(text).indent or '    '}pass"
    whole = cut_alone(path, f"{ended}{closing}{newline}", member)
    return (whole, lines) if whole.parses else (partition, lines)
