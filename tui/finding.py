"""Finding by parts of a name: which names hold them, in which order they are offered, which letters matched.

Pure functions of texts; nothing is drawn here. A search over very many names can be broken off.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from heapq import nsmallest
from time import sleep

Cancelled = Callable[[], bool]

SHOWN = 200
"""How many of the best names a search gives."""
_STRIDE = 2_000
"""Names looked at before other threads get their turn and the search may be broken off."""
_RANKED_STRIDE = 250
_SEPARATORS = "._:/- "
_RANKED_CLOSELY = 5_000
"""So many names at most have their letters placed; of more, those that are likeliest to be meant."""
_RUN = 2
_BEGINS_A_WORD = 1
_INSIDE_A_WORD = 5
_BEFORE_THE_LAST_PART = 1


@dataclass(frozen=True)
class Found:
    """What a search came to."""

    wanted: str
    names: tuple[str, ...]
    """The best names, the best first, at most `SHOWN`."""
    count: int
    """How many names match."""


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

        Best is an equal name, then one whose last part is equal, begins with it, or holds it in one piece,
        then one that holds it elsewhere in one piece, then by `closeness`; the shorter before the longer.
        """
        wanted, count = typed(text), len(self)
        if not wanted:
            return Found(text, tuple(self._names[:SHOWN]), count)
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
                    if wanted in lower[at]:
                        whole.append(at)
                    elif _in_order(wanted, lower[at]):
                        spread.append(at)
            sleep(0)
        self._before = (wanted, count, [*whole, *spread])
        best = nsmallest(SHOWN, self._ranked(whole, lambda at: self._piece_rank(wanted, at), cancelled))
        if len(best) < SHOWN:
            likely = self._likeliest(wanted, spread)
            close = self._ranked(likely, lambda at: closeness(wanted, self._names[at]), cancelled)
            best += nsmallest(SHOWN - len(best), close)
        if cancelled():
            return None
        return Found(text, tuple(name for _, _, name in best), len(whole) + len(spread))

    def _ranked(
        self, found: list[int], rank: Callable[[int], int], cancelled: Cancelled
    ) -> Iterable[tuple[int, int, str]]:
        for index, at in enumerate(found):
            if index % _RANKED_STRIDE == 0:
                sleep(0)
                if cancelled():
                    return
            name = self._names[at]
            yield rank(at), len(name), name

    def _likeliest(self, wanted: str, spread: list[int]) -> list[int]:
        """Leave few enough to rank closely: with all letters in the last part first, then short ones."""
        if len(spread) <= _RANKED_CLOSELY:
            return spread

        def rank(at: int) -> tuple[bool, int]:
            lower, last = self._lower[at], self._last[at]
            return not _in_order(wanted, lower[last:]), len(lower)

        return nsmallest(_RANKED_CLOSELY, spread, rank)

    def _piece_rank(self, wanted: str, at: int) -> int:
        """Rank a name that holds the text in one piece; 0 is best."""
        lower, last = self._lower[at], self._last[at]
        if len(lower) == len(wanted):
            return 0
        if lower.startswith(wanted, last):
            return 1 if len(lower) - last == len(wanted) else 2
        return 3 if lower.find(wanted, last) >= 0 else 4


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
    for start in (lower.find(wanted, last), lower.find(wanted)):
        if start >= 0:
            return tuple(range(start, start + len(wanted)))
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
