"""A file's runs of import statements as another version writes them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from store.source.pieces import Piece, is_import
from store.source.texts import with_newline

Held = Callable[[str], AbstractSet[Hashable]]
"""What a run imports."""


def rewritten(own: Sequence[Piece], theirs: Sequence[Piece], newline: str, held: Held) -> str:
    """The text of pieces with those runs of imports as others write them that hold the same."""
    written = {piece.key: piece for piece in theirs if is_import(piece)}
    if [piece.key for piece in own if piece.key in written] != list(written):
        return "".join(piece.text for piece in own)
    return "".join(_written(piece, written.get(piece.key), newline, held).text for piece in own)


def _written(piece: Piece, other: Piece | None, newline: str, held: Held) -> Piece:
    if other is None or held(piece.text) != held(other.text):
        return piece
    text = with_newline(other.text, newline)
    return replace(piece, text=text if piece.text.endswith("\n") else text.rstrip("\r\n"))
