"""How another version of a file is laid out: in what order definitions stand, and how far apart.

What is put into a file, or taken out, follows that where it can, so that a definition that somebody wrote
into a working tree gets the place which it has there. Who changes the file is `slots`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

from store.source.pieces import Gap, Partition, Piece, PieceKind, end_of_subtree, gaps, is_gap, is_import
from store.source.texts import is_blank, lines_of


class Layout:
    """The order and the gaps of a file's pieces."""

    def __init__(self, partition: Partition, loose: frozenset[str] = frozenset()) -> None:
        self._pieces = partition.pieces
        self.loose = loose
        """The keys of what is moved, rather than others, where something stands in another order."""
        self._indexes = {piece.key: index for index, piece in enumerate(partition.pieces)}

    @property
    def places(self) -> Mapping[str, int]:
        """Where each piece stands, by its key."""
        return self._indexes

    @cached_property
    def gaps(self) -> Mapping[Gap, Sequence[Piece]]:
        """What stands between neighbours."""
        return gaps(self._pieces)

    @property
    def unended(self) -> str | None:
        """The key of what the file ends in without a line end, None where it has one."""
        last = self._pieces[-1] if self._pieces else None
        return None if last is None or last.text.endswith("\n") else last.key

    def knows(self, key: str) -> bool:
        """Whether the file has a piece of this key."""
        return key in self._indexes

    def text(self, key: str) -> str:
        """The text of a piece that the file has."""
        return self._pieces[self._indexes[key]].text

    def holder(self, key: str, words: str) -> str | None:
        """The key of the nearest piece before another one in its container that has some words, else None."""
        index = self._indexes[key]
        container = self._pieces[index].container
        before = (one for one in reversed(self._pieces[:index]) if one.container == container)
        return next((one.key for one in before if words in one.text), None)

    def comes_between(self, holder: str, key: str, known: Collection[str]) -> bool:
        """Whether a definition before another is not known; of a rest there, one that stands behind it."""
        first, last = self._indexes[holder], self._indexes[key]
        if self._pieces[first].kind is not PieceKind.REST:
            return holder not in known
        between = self._pieces[first + 1 : last]
        return any(one.kind is not PieceKind.REST and one.key not in known for one in between)

    def imports_behind(self, key: str) -> Sequence[Piece]:
        """Give the runs of imports that stand behind a piece in its container."""
        index = self._indexes[key]
        container = self._pieces[index].container
        return [one for one in self._pieces[index + 1 :] if one.container == container and is_import(one)]

    def before(self, key: str) -> Iterator[str]:
        """Give the keys of what stands before a piece in its container, nearest first, gaps left out.

        The container's own key comes last.
        """
        index = self._indexes[key]
        container = self._pieces[index].container
        for piece in reversed(self._pieces[:index]):
            if piece.key == container or (piece.container == container and not is_gap(piece)):
                yield piece.key
            if piece.key == container:
                return

    def lines_between(self, left: str, right: str) -> int | None:
        """Give the number of blank lines between two pieces; None where they are no neighbours."""
        start, index = self._indexes.get(left), self._indexes.get(right)
        if start is None or index is None or index <= start:
            return None
        gap = is_gap(self._pieces[index - 1])
        last = index - 2 if gap else index - 1
        if not start <= last < end_of_subtree(self._pieces, start):
            return None
        return _blank_end(self._pieces[index - 1])


def _blank_end(piece: Piece) -> int:
    """The blank lines that a piece ends with."""
    count = 0
    for line in reversed(lines_of(piece.text)):
        if not is_blank(line):
            break
        count += 1
    return count
