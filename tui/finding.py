"""Finding by parts of a name: which names hold them, in which order they are offered, which letters matched.

Pure functions of texts; nothing is drawn here. A search over very many names can be broken off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from heapq import nsmallest
from time import sleep
from typing import NamedTuple

Cancelled = Callable[[], bool]

SHOWN = 200
"""How many of the best names a search gives."""
_STRIDE = 2_000
"""Names looked at before other threads get their turn and the search may be broken off."""
_RANKED_STRIDE = 250
_SEPARATORS = "._:/- "
_RANKED_CLOSELY = 3_000
"""So many names at most have their letters placed; of more, those that are likeliest to be meant."""
_RUN = 2
_BEGINS_A_WORD = 1
_INSIDE_A_WORD = 5
_BEFORE_THE_LAST_PART = 1
_FAR_WORSE = 2
_FAR_WORSE_AND = 4
"""Scattered letters that cost more than so many times the best and so much are not what is meant."""
_WORST_A_LETTER = 6


class Grade(IntEnum):
    """How a name holds what is typed, the best first."""

    EQUAL = 0
    LAST_PART = 1
    """Its last part, or its last ones with a dot between, are that."""
    BEGINNING = 2
    """They begin with that."""
    PIECE = 3
    """It holds that in one piece."""
    WORDS = 4
    """It holds that in pieces from where words begin: `fbe` in `find_by_email`."""
    SCATTERED = 5
    """It holds the letters in order, within words too."""


class Hit(NamedTuple):
    """One name found: the less, the better."""

    grade: Grade
    cost: int
    """Tells hits of one grade apart."""
    length: int
    name: str
    places: tuple[int, ...] = ()
    """Where its letters are, when they are in several pieces."""


@dataclass(frozen=True)
class Found:
    """What a search came to."""

    wanted: str
    hits: tuple[Hit, ...]
    """The best, the best first, at most `SHOWN`; without anything typed the first names."""
    count: int
    """How many names hold what is typed, those left out whose letters are scattered far and wide."""

    @property
    def names(self) -> tuple[str, ...]:
        """The names found."""
        return tuple(hit.name for hit in self.hits)


def never() -> bool:
    """Say that nothing breaks a search off."""
    return False


def folded(text: str) -> str:
    """Give the text in lower case, letter by letter, so that positions in it are positions in the text."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(one if len(one.lower()) != 1 else one.lower() for one in text)


def typed(text: str) -> str:
    """Give what is looked for when this is typed: its letters without blanks, in lower case."""
    return folded("".join(text.split()))


def phrase(text: str) -> str:
    """Give what is typed as it may stand in a label: with single blanks, in lower case."""
    return folded(" ".join(text.split()))


def admits(text: str, wanted: str) -> bool:
    """Whether a filter leaves a row: each of its words is somewhere in the row's text."""
    lower = folded(text)
    return all(word in lower for word in folded(wanted).split())


class Names:
    """Names that are added as they come in and searched meanwhile.

    A text that goes on from the one before is looked for only among the names that matched that.
    Not for two searches at a time; adding during one is allowed.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._names: list[str] = []
        self._lower: list[str] = []
        self._masks: list[int] = []
        self._last: list[int] = []
        self._index: set[str] = set()
        self._before: tuple[str, int, list[int]] = ("", 0, [])
        self.add(names)

    def __len__(self) -> int:
        return len(self._last)

    def __contains__(self, name: str) -> bool:
        return name in self._index

    def add(self, names: Iterable[str]) -> None:
        """Add names at the end."""
        for name in names:
            lower = folded(name)
            self._names.append(name)
            self._lower.append(lower)
            self._masks.append(_mask(lower))
            self._index.add(name)
            self._last.append(lower.rfind(".") + 1)

    def search(self, text: str, cancelled: Cancelled = never) -> Found | None:
        """Find the names that hold all letters of a text in order, the best first; None when broken off.

        Best is the lowest `Grade`; a piece in the last part comes before one elsewhere, one from where a word
        begins before one within; then by `closeness`, the shorter before the longer. Scattered letters that
        are far worse than the best are left out.
        """
        wanted, whole_text, count = typed(text), phrase(text), len(self)
        if not wanted:
            return Found(text, tuple(Hit(Grade.PIECE, 0, 0, name) for name in self._names[:SHOWN]), count)
        before, known, matched = self._before
        narrows = before != "" and wanted.startswith(before)
        candidates: Sequence[int] = [*matched, *range(known, count)] if narrows else range(count)
        whole: list[int] = []
        spread: list[int] = []
        mask, lower, masks = _mask(wanted), self._lower, self._masks
        for start in range(0, len(candidates), _STRIDE):
            if cancelled():
                return None
            for at in candidates[start : start + _STRIDE]:
                if masks[at] & mask == mask:
                    if wanted in lower[at] or whole_text in lower[at]:
                        whole.append(at)
                    elif _in_order(wanted, lower[at]):
                        spread.append(at)
            sleep(0)
        self._before = (wanted, count, [*whole, *spread])
        pieces = (whole_text, wanted)
        likely = self._beginning(pieces, whole)
        best = nsmallest(SHOWN, self._ranked(likely, lambda at: self._of_piece(pieces, at), cancelled))
        close, unranked = list[Hit](), 0
        if len(best) < SHOWN:
            likely = self._likeliest(wanted, spread)
            unranked = len(spread) - len(likely)
            hits = self._ranked(likely, lambda at: self._of_pieces(wanted, at), cancelled)
            close = near_enough(hits, len(wanted), _RUN if whole else None)
        if cancelled():
            return None
        shown = sorted(map(_graded, close[: 2 * SHOWN]))[: SHOWN - len(best)]
        return Found(text, (*best, *shown), len(whole) + len(close) + unranked)

    def _ranked(self, found: list[int], rank: Callable[[int], Hit], cancelled: Cancelled) -> Iterable[Hit]:
        for index, at in enumerate(found):
            if index % _RANKED_STRIDE == 0:
                sleep(0)
                if cancelled():
                    return
            yield rank(at)

    def _beginning(self, pieces: Sequence[str], whole: list[int]) -> list[int]:
        """Leave those that are better than the others in any case, where they are enough to be shown."""
        if len(whole) <= SHOWN or any("." in piece for piece in pieces):
            return whole
        lowers, lasts, lengths = self._lower, self._last, {len(piece) for piece in pieces}
        start = tuple(set(pieces))
        best = [at for at in whole if lowers[at].startswith(start, lasts[at]) or len(lowers[at]) in lengths]
        return best if len(best) >= SHOWN else whole

    def _likeliest(self, wanted: str, spread: list[int]) -> list[int]:
        """Leave few enough to rank closely: with all letters in the last part first, then short ones."""
        if len(spread) <= _RANKED_CLOSELY:
            return spread

        def rank(at: int) -> tuple[bool, int]:
            lower, last = self._lower[at], self._last[at]
            return not _in_order(wanted, lower[last:]), len(lower)

        return nsmallest(_RANKED_CLOSELY, spread, rank)

    def _of_piece(self, pieces: Sequence[str], at: int) -> Hit:
        """Rank a name that holds the text in one piece, the first of two that it holds."""
        name, lower, last = self._names[at], self._lower[at], self._last[at]
        wanted = next(piece for piece in pieces if piece in lower)
        grade, cost = Grade.PIECE, 0
        begins = last if "." not in wanted else _part_at(lower, wanted)
        if len(lower) == len(wanted):
            grade = Grade.EQUAL
        elif lower.startswith(wanted, begins) and begins + len(wanted) > last:
            grade = Grade.LAST_PART if len(lower) - begins == len(wanted) else Grade.BEGINNING
        else:
            start = lower.find(wanted, last)
            outside = start < 0
            start = lower.find(wanted) if outside else start
            while start >= 0 and _place_cost(name, start) > _BEGINS_A_WORD:
                start = lower.find(wanted, start + 1)
            cost = 2 * outside + (start < 0)
        return Hit(grade, cost, len(name), name)

    def _of_pieces(self, wanted: str, at: int) -> Hit:
        """Rank a name that holds the letters of the text in order."""
        name = self._names[at]
        cost, places = _aligned(wanted, name)
        return Hit(Grade.SCATTERED, cost, len(name), name, places)


def near_enough(hits: Iterable[Hit], letters: int, best: int | None) -> list[Hit]:
    """Leave the hits that do not cost far more than the best, which is `best` where there are better ones."""
    found = sorted(hits)
    best = found[0].cost if best is None and found else best or 0
    most = min(_FAR_WORSE * best + _FAR_WORSE_AND, _WORST_A_LETTER * letters + _FAR_WORSE_AND)
    return [hit for hit in found if hit.cost <= most]


def _graded(hit: Hit) -> Hit:
    """Tell a hit whose pieces begin where words do from scattered letters."""
    places, name = hit.places, hit.name
    begins = (at for index, at in enumerate(places) if not index or places[index - 1] != at - 1)
    words = all(_place_cost(name, at) <= _BEGINS_A_WORD for at in begins)
    return hit._replace(grade=Grade.WORDS) if words else hit


def _part_at(lower: str, wanted: str) -> int:
    """Give where the last part that begins with some parts' text is; 0 where there is none."""
    return lower.rfind(f".{wanted}") + 1


def _mask(lower: str) -> int:
    """Give a bit for each letter in a text; few letters share one."""
    mask = 0
    for letter in set(lower):
        mask |= 1 << (ord(letter) & 63)
    return mask


def _in_order(wanted: str, lower: str) -> bool:
    at = -1
    for letter in wanted:
        at = lower.find(letter, at + 1)
        if at < 0:
            return False
    return True


def closeness(wanted: str, name: str) -> int:
    """Say how far apart the letters of a text stand in a name that holds them; less is closer.

    Each run of letters costs: least where a part of the name begins, more where a word does, most within one;
    and before the last part more than in it.
    """
    return _aligned(wanted, name)[0]


def matched(text: str, name: str) -> tuple[int, ...]:
    """Give the positions in a name of the letters typed, where they stand closest; empty without a match."""
    wanted, lower = typed(text), folded(name)
    last = lower.rfind(".") + 1
    for piece in (phrase(text), wanted):
        for start in (lower.find(piece, last), lower.find(piece)):
            if start >= 0:
                return tuple(at for at, letter in enumerate(piece, start) if letter != " ")
    return _aligned(wanted, name)[1] if _in_order(wanted, lower) else ()


def _aligned(wanted: str, name: str) -> tuple[int, tuple[int, ...]]:
    """Place the letters of a text on a name that holds them in order, at the least cost."""
    lower = folded(name)
    last = lower.rfind(".") + 1
    ways: list[tuple[int, int, tuple[int, ...]]] = [(0, -2, ())]
    for letter in wanted:
        further: list[tuple[int, int, tuple[int, ...]]] = []
        at = lower.find(letter, ways[0][1] + 1 if ways[0][1] >= 0 else 0)
        while at >= 0:
            begins = _RUN + _place_cost(name, at) + _BEFORE_THE_LAST_PART * (at < last)
            cost, _, taken = min(
                (way[0] + (0 if way[1] == at - 1 else begins), -way[1], way[2]) for way in ways if way[1] < at
            )
            further.append((cost, at, (*taken, at)))
            at = lower.find(letter, at + 1)
        ways = further
    cost, _, taken = min(ways, key=lambda way: (way[0], -way[1]))
    return cost, taken


def _place_cost(name: str, at: int) -> int:
    """Say what it costs that a run begins at a position: nothing where a part of the name begins."""
    if at == 0 or name[at - 1] == ".":
        return 0
    before, here = name[at - 1], name[at]
    begins = before in _SEPARATORS or (here.isupper() and not before.isupper())
    return _BEGINS_A_WORD if begins else _INSIDE_A_WORD
