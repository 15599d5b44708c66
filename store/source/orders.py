"""Pure: which of some things in one order are out of place in another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence


def in_place(
    keys: Sequence[str], places: Mapping[str, int], weight: Callable[[str], int] = lambda _: 1
) -> set[str]:
    """Give the keys that may stay where they are when the others are moved to their `places`.

    They are those of the greatest weight together that stand in the order wanted; of several such the ones
    that come first. Keys without a place are left out.
    """
    placed = [key for key in keys if key in places]
    ranks = {place: rank for rank, place in enumerate(sorted(places[key] for key in placed), 1)}
    best: list[tuple[int, int, int]] = []
    ends = _Greatest(len(placed))
    for index, key in enumerate(placed):
        total, _, before = ends.below(ranks[places[key]])
        best.append((total + weight(key), -index, before))
        ends.put(ranks[places[key]], (total + weight(key), -index, index))
    at = ends.below(len(placed) + 1)[2]
    kept: set[str] = set()
    while at >= 0:
        kept.add(placed[at])
        at = best[at][2]
    return kept


def displaced(keys: Sequence[str], places: Mapping[str, int], movable: Callable[[str], bool]) -> list[str]:
    """Give the fewest keys to move to bring all to their `places`, movable ones rather than others."""
    if in_order(keys, places):
        return []
    weights = {key: 1 if movable(key) else len(keys) for key in keys}
    kept = in_place(keys, places, weights.__getitem__)
    return [key for key in keys if key in places and key not in kept]


def in_order(keys: Iterable[str], places: Mapping[str, int]) -> bool:
    """Whether the keys that have a place stand in the order of their places."""
    known = [places[key] for key in keys if key in places]
    return known == sorted(known)


class _Greatest:
    """The greatest of what was put at the ranks below one, in time that grows with the logarithm."""

    def __init__(self, count: int) -> None:
        self._tree = [(0, 0, -1)] * (count + 1)

    def put(self, rank: int, value: tuple[int, int, int]) -> None:
        while rank < len(self._tree):
            self._tree[rank] = max(self._tree[rank], value)
            rank += rank & -rank

    def below(self, rank: int) -> tuple[int, int, int]:
        found = (0, 0, -1)
        rank -= 1
        while rank > 0:
            found = max(found, self._tree[rank])
            rank -= rank & -rank
        return found
