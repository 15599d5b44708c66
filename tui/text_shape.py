"""Texts on their way into a text area and back: every byte that was not changed stays. Pure.

A text area splits at more characters than line feeds, and sends control characters to the terminal. So
control characters are replaced by stand-ins, one each, and line ends by line feeds; `restored` puts them
back, also where ends are mixed.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import NamedTuple

from tui.visible import BIDI_CONTROLS

_CONTROLS = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029{BIDI_CONTROLS}]")
_PICTURES = 0x2400
_PRIVATE = 0xE000
_MOST_LINES_COMPARED = 4_000
Lines = tuple[tuple[str, str], ...]


class ShapedText(NamedTuple):
    """What the text area shows of a text, with what it takes to get the text back."""

    shown: str
    lines: Lines
    """Each line's text and its end, as shown and as it was."""
    ending: str
    """The end that most lines have."""
    stand_ins: tuple[tuple[str, str], ...]
    """Pairs of control character and the one shown for it."""

    def restored(self, shown: str) -> str:
        """Give the text for what the text area shows now."""
        lines = shown.split("\n")
        ends = self._ends(lines)
        text = "".join(line + end for line, end in zip(lines, ends, strict=True))
        for control, stand_in in self.stand_ins:
            text = text.replace(stand_in, control)
        return text

    def _ends(self, lines: list[str]) -> list[str]:
        ends = [self.ending] * (len(lines) - 1) + [""]
        if len({end for _, end in self.lines if end}) < 2:
            return ends
        before = [line for line, _ in self.lines]
        for old, new, size in _equal_runs(before, lines):
            for step in range(size):
                end = self.lines[old + step][1]
                if end and new + step < len(lines) - 1:
                    ends[new + step] = end
        return ends


def shaped(text: str) -> ShapedText:
    """Make a text fit for a text area."""
    lines = tuple((found[1], found[2]) for found in re.finditer(r"([^\n]*?)(\r?\n|\Z)", text))
    if len(lines) > 1 and lines[-1] == ("", "") and lines[-2][1] == "":
        lines = lines[:-1]
    ends = [end for _, end in lines if end]
    ending = "\r\n" if ends.count("\r\n") * 2 > len(ends) else "\n"
    controls = sorted({found for line, _ in lines for found in _CONTROLS.findall(line)})
    pairs = _stand_ins(controls, text)
    table = str.maketrans(dict(pairs))
    shown = tuple((line.translate(table), end) for line, end in lines)
    return ShapedText("\n".join(line for line, _ in shown), shown, ending, pairs)


def _stand_ins(controls: list[str], text: str) -> tuple[tuple[str, str], ...]:
    """Choose for each control character one that the text does not hold."""
    pairs = []
    free = _PRIVATE
    for control in controls:
        picture = (
            chr(_PICTURES + ord(control)) if ord(control) < 0x20 else "\u2421" if control == "\x7f" else ""
        )
        if not picture or picture in text:
            while chr(free) in text:
                free += 1
            picture = chr(free)
            free += 1
        pairs.append((control, picture))
    return tuple(pairs)


def _equal_runs(before: list[str], after: list[str]) -> list[tuple[int, int, int]]:
    """Give runs of equal lines as (start before, start after, length)."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    runs = [(0, 0, start), (len(before) - end, len(after) - end, end)]
    middle, new_middle = before[start : len(before) - end], after[start : len(after) - end]
    if len(middle) + len(new_middle) <= _MOST_LINES_COMPARED:
        blocks = SequenceMatcher(None, middle, new_middle, autojunk=False).get_matching_blocks()
        runs += [(start + one.a, start + one.b, one.size) for one in blocks]
    return runs
