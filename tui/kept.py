"""A text that was shown with escapes and typed over: what was left as it was shown is as it was. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import takewhile

from tui.visible import visible


def kept(before: str, typed: str) -> str:
    r"""Give what was typed, with the characters of `before` where those were shown as escapes (`\t`).

    Lines that were not touched are as before, and so is what stands before and behind the change in another.
    """
    old, new = before.split("\n"), typed.split("\n")
    shown = [visible(one) for one in old]
    head = _alike(shown, new)
    tail = _alike(shown[head:][::-1], new[head:][::-1])
    middle = _between(old[head : len(old) - tail], new[head : len(new) - tail])
    return "\n".join([*old[:head], *middle, *old[len(old) - tail :]])


def _alike(shown: Sequence[str], new: Sequence[str]) -> int:
    """Count how many lines are the same from the first on."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(shown, new, strict=False)))


def _between(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """Give the lines between those that both begin and end with, as they were where they are found again."""
    lines = list(new)
    matcher = SequenceMatcher(None, [visible(one) for one in old], new, autojunk=False)
    for what, start, end, new_start, new_end in matcher.get_opcodes():
        if what == "equal":
            lines[new_start:new_end] = old[start:end]
        elif end - start == new_end - new_start:
            lines[new_start:new_end] = map(_line, old[start:end], new[new_start:new_end])
    return lines


def _line(before: str, typed: str) -> str:
    """Give a typed line with what it begins and ends with as that was before."""
    shown = tuple(_pieces(before))
    head = start = 0
    while head < len(shown) and typed.startswith(shown[head], start):
        start += len(shown[head])
        head += 1
    tail, end = len(shown), len(typed)
    while tail > head and typed.endswith(shown[tail - 1], start, end):
        tail -= 1
        end -= len(shown[tail])
    return before[:head] + typed[start:end] + before[tail:]


def _pieces(line: str) -> Iterator[str]:
    """Give what is shown for each character."""
    shown, at = visible(line), 0
    for character in line:
        piece = character if shown.startswith(character, at) else visible(character)
        at += len(piece)
        yield piece
