"""Files of the languages in `languages` cut into pieces, by the parse trees of tree-sitter.

Only rows are taken from a tree: pieces are whole lines, so that they always concatenate to the file. What
each kind of node defines is told in `items`. Projection of damaged files and caching live in `partition`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

from store.source.items import Item, comment_rows, items_of
from store.source.keys import GivenKeys, inside, rest_name
from store.source.languages import Language
from store.source.pieces import Piece, PieceKind
from store.source.texts import indent_of, lines_of

if TYPE_CHECKING:
    from tree_sitter import Node


def cut(language: Language, text: str) -> tuple[tuple[Piece, ...], bool]:
    """The pieces of a text that is not opaque, and whether it has no syntax error."""
    root = language.parse(text).root_node
    return tuple(_Cutter(language, text, root).pieces()), not root.has_error


_KINDS = {"import": PieceKind.REST, "uncut": PieceKind.UNCUT}
"""What becomes of items other than definitions and classes."""


class _Cutter:
    """One file while it is cut: its lines, where its comments stand, and the keys already given."""

    def __init__(self, language: Language, text: str, root: Node) -> None:
        self.text = text
        self.lines = lines_of(text)
        self.offsets = [0, *accumulate(map(len, self.lines))]
        self.touching = comment_rows(root, language, self.lines)
        self.items = items_of(root, language)
        self.keys = GivenKeys()

    def pieces(self) -> Iterator[Piece]:
        yield from self._row(self.items, 0, len(self.lines), "")

    def _row(self, items: list[Item], low: int, high: int, container: str) -> Iterator[Piece]:
        """The pieces of rows `low` to `high`, in which these items stand."""
        row, before = low, ""
        for item in self._settled(items, low):
            start, end = max(item.start, row), min(item.end, high)
            if start >= end:
                continue
            if start > row:
                yield self._rest(f"<after {before}>" if before else "<doc>", row, start, container)
            keys = self._keys(item, container)
            yield from self._item(item, keys, start, end, container)
            row, before = end, rest_name(keys[0])
        if row < high:
            last = "<tail>" if before and not container else f"<after {before}>" if before else "<doc>"
            yield self._rest(last, row, high, container)

    def _settled(self, items: list[Item], low: int) -> list[Item]:
        """The items that make pieces: those that share lines or neighbours of one name as one."""
        joined: list[Item] = []
        for item in items:
            last = joined[-1] if joined else None
            if last is not None and item.start < last.end:
                last.join(item)
            else:
                joined.append(item)
        found: list[Item] = []
        floor, previous = low, None
        for item in joined:
            last = found[-1] if found else None
            own_start = self._with_touching(item, floor)
            floor = item.end
            if last is not None and last.continues(item, next_to=previous is last):
                last.join(item)
                item = last
            elif item.kind != "other":
                item.start = own_start
                found.append(item)
            previous = item
        return found

    def _with_touching(self, item: Item, floor: int) -> int:
        """The first row of an item with the comments and attributes that touch it."""
        start = max(floor, self.touching.get(item.start, item.start))
        while item.kind not in ("import", "other") and start > floor and start - 1 in self.touching:
            start = max(floor, self.touching[start - 1])
        return start

    def _keys(self, item: Item, container: str) -> list[str]:
        names = ["<import>"] if item.kind == "import" else item.names
        keys = [inside(container, name) for name in names]
        keys[0] = self.keys.give(keys[0])
        return keys

    def _item(self, item: Item, keys: list[str], start: int, end: int, container: str) -> Iterator[Piece]:
        if item.kind != "class":
            kind = _KINDS.get(item.kind, PieceKind.DEFINITION)
            yield self._piece(keys, kind, start, end, container)
            return
        head = min(max(item.head_end, start + 1), end)
        closing = min(max(item.closing, head), end)
        yield self._piece(keys, PieceKind.CLASS, start, head, container)
        yield from self._row(item.members, head, closing, keys[0])
        if closing < end:
            yield self._rest("<tail>", closing, end, keys[0])

    def _rest(self, part: str, start: int, end: int, container: str) -> Piece:
        key = self.keys.give(inside(container, part))
        return self._piece([key], PieceKind.REST, start, end, container)

    def _piece(self, keys: list[str], kind: PieceKind, start: int, end: int, container: str) -> Piece:
        text = self.text[self.offsets[start] : self.offsets[end]]
        return Piece(keys[0], kind, text, tuple(keys), indent_of(self.lines[start]), container)
