"""Which parts of a text's lines are keywords, strings, comments and the like; `look` gives them colours.

A text is lexed as a whole, so that strings over several lines are known as such: slow, for a worker.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.highlight import HighlightTheme, highlight

from tui.language import language_of

MOST_CHARACTERS = 2_000_000
"""A longer text stays without colours."""
_LONGEST_LINE = 2_000


class Part(NamedTuple):
    """Characters `start` to `end` of a line and what they are, a key of `Look.syntax`."""

    start: int
    end: int
    kind: str


class _Kinds(HighlightTheme):
    """Names kinds where a theme names colours."""

    STYLES: dict[tuple[str, ...], str] = {  # noqa: RUF012
        ("Comment",): "comment",
        ("Keyword",): "keyword",
        ("Operator", "Word"): "keyword",
        ("Literal", "String"): "string",
        ("Literal", "Number"): "number",
        ("Name", "Function"): "name",
        ("Name", "Class"): "name",
        ("Name", "Decorator"): "name",
        ("Name", "Tag"): "keyword",
        ("Name", "Attribute"): "name",
    }


_KINDS = frozenset(_Kinds.STYLES.values())


def parts_of(lines: Sequence[str], path: str) -> Sequence[Sequence[Part]]:
    """Give each line's parts, lines as they are shown; nothing for a language that is not known."""
    language = language_of(path)
    if language is None or sum(map(len, lines)) > MOST_CHARACTERS:
        return ()
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
