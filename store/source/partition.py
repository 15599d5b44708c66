"""Files cut into definitions and what stands between them.

A file is a partition: pieces of whole lines that concatenate to it, byte for byte. Which languages are cut
is one table; everything else, and every opaque text, is one `<file>` piece. Names of pieces across files
live in `names`, changes to pieces in `splice`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import PurePosixPath

from store.source import python, walk
from store.source.keys import last_part, unnumbered
from store.source.languages import WALKED
from store.source.merge import hunks
from store.source.pieces import Partition, Piece, PieceKind
from store.source.texts import indent_of, is_opaque, lines_of

__all__ = ["Partition", "Piece", "PieceKind", "cut", "is_cut"]

Cutter = Callable[[str], tuple[tuple[Piece, ...], bool]]

LANGUAGES: dict[str, str] = {".py": "python", ".pyi": "python"} | {
    suffix: language.name for language in WALKED.values() for suffix in language.suffixes
}
CUTTERS: dict[str, Cutter] = {
    "python": python.cut,
    **{language.name: partial(walk.cut, language) for language in WALKED.values()},
}


def is_cut(path: str) -> bool:
    """Whether files of this path are cut into definitions, their texts allowing."""
    return PurePosixPath(path).suffix in LANGUAGES


def cut(path: str, text: str, last_good: Partition | None = None) -> Partition:
    """The pieces of a file.

    With a syntax error in it and a `last_good` partition of an earlier text, that partition is projected
    onto the new lines, so that every piece which still has lines keeps its key.
    """
    partition = _cut(LANGUAGES.get(PurePosixPath(path).suffix, ""), text)
    if last_good is None or partition.parses:
        return partition
    if any(piece.kind is PieceKind.FILE for piece in (*partition.pieces, *last_good.pieces)):
        return partition
    return _project(path, text, last_good)


@lru_cache(maxsize=1024)
def _cut(language: str, text: str) -> Partition:
    if not language or is_opaque(text):
        return Partition((Piece("<file>", PieceKind.FILE, text, ("<file>",), ""),), True)
    return Partition(*CUTTERS[language](text))


def _project(path: str, text: str, last_good: Partition) -> Partition:
    """Carry the cuts of `last_good` over to `text` by a line diff; pieces left without a line are dropped.

    What plainly defines another name by now has that.
    """
    old, new = lines_of(last_good.text), lines_of(text)
    carried = list(range(len(old) + 1))
    for hunk in hunks(old, new):
        grown = hunk.new_end - hunk.base_end
        for row in range(hunk.base_start + 1, hunk.base_end):
            carried[row] = min(hunk.new_start + row - hunk.base_start, hunk.new_end)
        carried[hunk.base_end :] = [row + grown for row in range(hunk.base_end, len(old) + 1)]
    pieces = []
    taken = {piece.key for piece in last_good.pieces}
    old_row, start = 0, 0
    for position, piece in enumerate(last_good.pieces):
        old_row += len(lines_of(piece.text))
        end = len(new) if position == len(last_good.pieces) - 1 else carried[old_row]
        if end > start:
            indent = indent_of(new[start])
            lines = "".join(new[start:end])
            key = piece.key if lines == piece.text else _defined(path, piece, lines)
            if key != piece.key and key in taken:
                key = piece.key
            taken.add(key)
            binds = (key, *(one for one in piece.binds if one not in (key, piece.key)))
            pieces.append(replace(piece, key=key, text=lines, binds=binds, indent=indent))
        start = max(start, end)
    return Partition(tuple(pieces), False)


def _defined(path: str, piece: Piece, lines: str) -> str:
    """The key of a definition with other lines: its own, unless they define one other thing alone."""
    if piece.kind is not PieceKind.DEFINITION:
        return piece.key
    alone = cut(path, "".join(line.removeprefix(piece.indent) for line in lines_of(lines)))
    heads = [one for one in alone.pieces if one.kind is not PieceKind.REST]
    if not alone.parses or len(heads) != 1 or last_part(unnumbered(piece.key)) in heads[0].binds:
        return piece.key
    return piece.key[: len(piece.key) - len(last_part(piece.key))] + heads[0].key
