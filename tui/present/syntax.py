"""Which parts of a text's lines are keywords, strings, comments and the like; `look` gives them colours.

Strings over several lines are known by what is above them, so a text is read from its beginning; of a long
one only what is near the lines that matter. Slow all the same, for a worker.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from textual.highlight import HighlightTheme, highlight

from tui.language import language_of

MOST_LINES = 1_200
"""A text of so many lines is read as a whole, of a longer one no more near the lines that matter."""
_ABOVE = 200
"""How many lines above one that matters are read with it, to know what it stands in."""
_BELOW = 40
_LONGEST_LINE = 2_000


class Part(NamedTuple):
    """Characters `start` to `end` of a line and what they are, a key of `Look.syntax`."""

    start: int
    end: int
    kind: str


_KIND_OF: dict[tuple[str, ...], str] = {
    ("Comment",): "comment",
    ("Keyword",): "keyword",
    ("Operator", "Word"): "keyword",
    ("Literal", "String"): "string",
    ("Name", "Function"): "name",
    ("Name", "Class"): "name",
    ("Name", "Decorator"): "name",
    ("Name", "Tag"): "keyword",
    ("Name", "Attribute"): "name",
}
_KINDS = frozenset(_KIND_OF.values())


class _Kinds(HighlightTheme):
    """Names kinds where a theme names colours."""

    STYLES = _KIND_OF


def parts_of(lines: Sequence[str], path: str, rows: Iterable[int]) -> Sequence[Sequence[Part]]:
    """Give each line's parts, lines as they are shown; nothing for a language that is not known.

    In a text of over `MOST_LINES` lines only those near `rows`, which rise, have any.
    """
    language = language_of(path)
    if language is None:
        return ()
    if len(lines) <= MOST_LINES:
        return _read(lines, language)
    found: list[Sequence[Part]] = [()] * len(lines)
    for start, end in _windows(rows, len(lines)):
        found[start:end] = _read(lines[start:end], language)
    return found


def _windows(rows: Iterable[int], count: int) -> list[tuple[int, int]]:
    """Give ranges of lines around rising rows that neither overlap nor hold over `MOST_LINES` together."""
    found: list[tuple[int, int]] = []
    taken = 0
    for row in rows:
        start, end = max(0, row - _ABOVE), min(count, row + _BELOW)
        if found and start <= found[-1][1]:
            start = found[-1][1]
            if taken + end - start > MOST_LINES:
                break
            found[-1] = (found[-1][0], end)
        else:
            if taken + end - start > MOST_LINES:
                break
            found.append((start, end))
        taken += end - start
    return found


def _read(lines: Sequence[str], language: str) -> list[list[Part]]:
    read = [line[:_LONGEST_LINE].replace("\ufeff", " ") for line in lines]
    found: list[list[Part]] = [[] for _ in read]
    row, start = 0, 0
    for span in highlight("\n".join(read), language=language, theme=_Kinds).spans:
        if span.style not in _KINDS:
            continue
        at = span.start
        while at < span.end and row < len(read):
            end_of_line = start + len(read[row])
            if at < end_of_line:
                found[row].append(Part(at - start, min(span.end, end_of_line) - start, str(span.style)))
            if span.end <= end_of_line:
                break
            row, start = row + 1, end_of_line + 1
            at = max(at, start)
    return found
