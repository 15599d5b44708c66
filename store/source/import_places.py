"""Where among the definitions of a file an import stands that is not one of the first. Pure text to text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from store.source.import_statements import Alias, import_statements, parsed, usage_of
from store.source.partition import cut
from store.source.pieces import Piece, end_of_subtree, is_import, is_sibling
from store.source.texts import lines_of, newline_of


def placed(text: str, tree: str, row: int, lines: str) -> str | None:
    """The text with an import's lines where `tree` has it, at `row` there, among its definitions.

    What stands between it and its neighbours comes along, as it does for a definition. None where it is one
    of the first imports of `tree`, where the text has some of these or nothing that they stand beside, or
    where a name would be used before it is imported.
    """
    there, own = cut("a.py", tree).pieces, cut("a.py", text).pieces
    starts = [0, *accumulate(len(lines_of(piece.text)) for piece in there)]
    at = next(index for index in range(len(there)) if starts[index] <= row < starts[index + 1])
    if not is_import(there[at]) or _found(own, there[at]) is not None:
        return None
    siblings = [index for index, piece in enumerate(there) if is_sibling(piece) and not piece.container]
    before = [index for index in siblings if index < at]
    behind = next((index for index in siblings if index > at), None)
    left = None if not before else _found(own, there[before[-1]])
    right = None if behind is None else _found(own, there[behind])
    if not before or (left is None and right is None):
        return None
    lead, rest, start = "", there[at + 1 : behind], right or 0
    stop = start
    if left is not None:
        lead = _text(there[end_of_subtree(there, before[-1]) : at])
        start = stop = end_of_subtree(own, left)
        following = next(
            (
                index
                for index in range(start, len(own))
                if is_sibling(own[index]) and not own[index].container
            ),
            None,
        )
        meets = following == right and (right is not None or behind is None)
        rest, stop = (rest, len(own) if right is None else right) if meets else ((), start)
    newline = newline_of(text)
    above = _text(own[:start])
    ended = above if above.endswith("\n") or not above else above + newline
    new = f"{lead}{lines}{_text(rest)}".replace("\r\n", "\n").replace("\n", newline)
    placed_there = f"{ended}{new}{_text(own[stop:])}"
    return placed_there if _binds_in_time(placed_there, lines) else None


def _text(pieces: Sequence[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def _found(own: Sequence[Piece], piece: Piece) -> int | None:
    """The index of the same definition in another version, or of a run with some of the same imports."""
    imports = _imports(piece) if is_import(piece) else set()
    for index, one in enumerate(own):
        if not one.container and (imports & _imports(one) if imports else one.key == piece.key):
            return index
    return None


def _imports(piece: Piece) -> set[Alias]:
    if not is_import(piece):
        return set()
    return {alias for one in import_statements(piece.text) for alias in one.aliases}


def _binds_in_time(text: str, lines: str) -> bool:
    """Whether the text parses, and uses no name of an import's lines before it."""
    names = {name for one in import_statements(lines) for name in one.binds}
    return parsed(text) is not None and names.isdisjoint(usage_of(text).needed)
