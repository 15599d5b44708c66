"""Imports of Go, JavaScript, Rust and Java that follow the definitions which need them. Pure.

As `imports` does it for Python, told from names alone: what a name means is not looked up.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from itertools import takewhile
from typing import NamedTuple

from store.source.import_runs import rewritten
from store.source.languages import GO, RUST, Language
from store.source.texts import is_blank, lines_of, newline_of, with_newline
from store.source.walk import cut
from store.source.walked_imports import (
    Import,
    Statement,
    Unit,
    read_statements,
    statements_of,
    units_of,
    without,
)

_LONE = re.compile(r"\{\s*((?!self\b)[\w:]+(?:\s+as\s+\w+)?)\s*,?\s*\}")
"""A list of Rust's that only one name is left in."""


class _Texts(NamedTuple):
    """What a patch makes of a file, what it makes it of, and where imports can be taken from."""

    head: str
    result: str
    tree: str


@lru_cache(maxsize=256)
def derived(language: Language, head: str | None, result: str, tree: str) -> str:
    """The text of a file with the imports that its definitions need, every other byte as it was.

    See `imports.derived_imports`. Taken is each import of `tree` that may bind a name which the new or
    changed definitions of `result` use and nothing there imports. Dropped is each that `tree` has no more,
    that `head` used and `result` does not.
    """
    if result in (head, tree) or any(read_statements(language, text) is None for text in (result, tree)):
        return result
    texts = _Texts(head or "", result, tree)
    offered = statements_of(language, tree)
    text = result
    swaps = _swapped(language, texts)
    wanted = _wanted(language, texts) | swaps.keys()
    for statement in offered:
        text = _with_imports(language, text, tree, statement, wanted.intersection(statement.imports))
    gone = _unused(language, texts) | set(swaps.values())
    for statement in reversed(statements_of(language, text)):
        if gone.intersection(statement.imports):
            text = _with_rows(text, statement.start, statement.end, without(statement, gone))
    return text if text == result else _as_written(language, _without_empty_brackets(language, text), tree)


def _wanted(language: Language, texts: _Texts) -> set[Import]:
    before = _unit_texts(language, texts.head)
    needed = _names(unit for unit in units_of(language, texts.result) if unit.text not in before)
    present = _imports(language, texts.result)
    bound = {name for one in present if one.is_alone for name in one.names}
    wanted: set[Import] = set()
    for one in _imports(language, texts.tree):
        fitting = one.names & needed
        if one not in present and fitting and not one.names & bound:
            wanted.add(one)
            bound |= fitting if one.is_alone else set()
    return wanted


def _swapped(language: Language, texts: _Texts) -> dict[Import, Import]:
    """The tree's imports that take the place of another of the same name, which new definitions mean.

    So it is where every piece that uses the name stands in the tree too, and not all of them in head.
    """
    own, theirs = _imports(language, texts.result), _imports(language, texts.tree)
    found = {}
    for old in own:
        others = [one for one in theirs if one.names & old.names]
        if old not in theirs and old.is_alone and len(others) == 1 and others[0] not in own:
            using = {unit.text for unit in units_of(language, texts.result) if unit.names & old.names}
            there, before = (
                {one.text for one in units_of(language, text)} for text in (texts.tree, texts.head)
            )
            if using <= there and not using <= before:
                found[others[0]] = old
    return found


def _unused(language: Language, texts: _Texts) -> set[Import]:
    """What head used and the result does not, and the tree has no more; in Go nothing unused can stay."""
    kept = set() if language is GO else set(_imports(language, texts.tree))
    before, now = (_names(units_of(language, text)) for text in (texts.head, texts.result))
    own = _imports(language, texts.result)
    going = (one for one in own if one not in kept and not one.stays)
    return {one for one in going if one.names & before and not one.names & now}


def _unit_texts(language: Language, text: str) -> set[str]:
    return {unit.text for unit in units_of(language, text)}


def _names(units: Iterable[Unit]) -> set[str]:
    return {name for unit in units for name in unit.names}


def _imports(language: Language, text: str) -> list[Import]:
    return [one for statement in statements_of(language, text) for one in statement.imports]


def joined(language: Language, base: str, ours: str, theirs: str) -> str | None:
    """Merge two changes of a run of imports: ours, with what only theirs has added; None where it is none."""
    if not all(statements_of(language, text) for text in (ours, theirs)):
        return None
    known = {*_imports(language, base), *_imports(language, ours)}
    for statement in statements_of(language, theirs):
        ours = _with_imports(language, ours, theirs, statement, set(statement.imports) - known)
    return ours


def added(language: Language, base: str, theirs: str) -> set[Import]:
    """Give what one run imports and the other does not."""
    return set(_imports(language, theirs)) - set(_imports(language, base))


# Writing them


def _with_imports(
    language: Language, text: str, tree: str, statement: Statement, wanted: Collection[Import]
) -> str:
    """The text with these imports of one of the tree's statements."""
    if not wanted:
        return text
    own = statements_of(language, text)
    hosts = [one for one in own if set(one.imports) <= set(statement.imports)]
    stay = {*wanted, *(imported for host in hosts for imported in host.imports)}
    lines = with_newline(without(statement, set(statement.imports) - stay), newline_of(text))
    if language is RUST:
        lines = _LONE.sub(r"\1", lines)
    for host in reversed(hosts[1:]):
        text = _with_rows(text, host.start, host.end, "")
    if hosts:
        return _with_rows(text, hosts[0].start, hosts[0].end, lines)
    return _inserted(language, text, tree, statement, lines)


def _inserted(language: Language, text: str, tree: str, statement: Statement, lines: str) -> str:
    """The text with new lines beside the import that is their neighbour in the tree, else behind the last."""
    if statement.bracket >= 0:
        text = _bracketed(language, text, tree)
    own = statements_of(language, text)
    newline = newline_of(text)
    beside = _neighbour(own, statements_of(language, tree), statement, lines_of(tree))
    if beside is None and own:
        beside = _Neighbour(own[-1], 0)
    if beside is not None:
        fitted, gap = _fitted(lines, statement, beside.own), newline * beside.gap
        if beside.is_behind:
            return _with_rows(text, beside.own.start, beside.own.start, fitted + gap)
        return _with_rows(text, beside.own.end, beside.own.end, gap + fitted)
    row = _top(language, text)
    rows = lines_of(text)
    above = newline if row and not is_blank(rows[row - 1]) else ""
    below = newline if row < len(rows) and not is_blank(rows[row]) else ""
    return _with_rows(text, row, row, above + _fitted(lines, statement, None) + below)


def _bracketed(language: Language, text: str, tree: str) -> str:
    """The text with its only import in a bracket, where the tree has it in one with others of Go's."""
    own = statements_of(language, text)
    together = {one for each in statements_of(language, tree) if each.bracket >= 0 for one in each.imports}
    if len(own) != 1 or own[0].bracket >= 0 or not together.issuperset(own[0].imports):
        return text
    newline = newline_of(text)
    line = own[0].text.removeprefix("import").strip()
    inside = f"import ({newline}\t{line}{newline}){newline}"
    return _with_rows(text, own[0].start, own[0].end, inside)


class _Neighbour(NamedTuple):
    """An import of the text beside which another one is to stand."""

    own: Statement
    gap: int
    """How many blank lines stand between them."""
    is_behind: bool = False


def _neighbour(
    own: Sequence[Statement], theirs: Sequence[Statement], statement: Statement, rows: list[str]
) -> _Neighbour | None:
    """The import that stands nearest to one of the tree's and that the text has too."""
    at = theirs.index(statement)
    found: list[tuple[tuple[bool, int], _Neighbour]] = []
    for there, is_behind in ((theirs[:at][::-1], False), (theirs[at + 1 :], True)):
        pairs = ((one, other) for one in there for other in own if {*one.imports} & {*other.imports})
        one, other = next(pairs, (None, None))
        if one is not None and other is not None:
            between = rows[statement.end : one.start] if is_behind else rows[one.end : statement.start][::-1]
            gap = sum(1 for _ in takewhile(is_blank, between))
            found.append(((gap < len(between), gap), _Neighbour(other, gap, is_behind)))
    return min(found, key=lambda each: each[0])[1] if found else None


def _fitted(lines: str, statement: Statement, host: Statement | None) -> str:
    """A line of Go for where it comes to stand: in a bracket, or as a statement of its own."""
    bracketed = host is not None and host.bracket >= 0
    if statement.bracket >= 0 and not bracketed:
        return f"import {lines.lstrip()}"
    if bracketed and statement.bracket < 0:
        return f"\t{lines.removeprefix('import').lstrip()}"
    return lines


def _top(language: Language, text: str) -> int:
    """The row behind what a file without imports begins with."""
    first = next(iter(cut(language, text)[0]), None)
    return len(lines_of(first.text)) if first is not None and first.key == "<doc>" else 0


def _with_rows(text: str, start: int, end: int, lines: str) -> str:
    """The text with other lines for some rows; with none for any the blank lines around them are closed."""
    rows = lines_of(text)
    if not lines:
        at_end = end == len(rows) or is_blank(rows[end])
        while at_end and start and is_blank(rows[start - 1]):
            start -= 1
        while start == 0 and end < len(rows) and is_blank(rows[end]):
            end += 1
    above = "".join(rows[:start])
    ended = above if not above or above.endswith("\n") or not lines else above + newline_of(text)
    return "".join([ended, lines, *rows[end:]])


def _without_empty_brackets(language: Language, text: str) -> str:
    """The text without those of Go's brackets that nothing is left in."""
    rows = lines_of(text)
    for row in reversed(range(len(rows) - 1)):
        if language is GO and rows[row].split() == ["import", "("] and rows[row + 1].strip() == ")":
            text = _with_rows(text, row, row + 2, "")
    return text


def _as_written(language: Language, text: str, tree: str) -> str:
    """The text with its runs of imports as the tree writes them, where they hold the same imports."""
    own, theirs = cut(language, text)[0], cut(language, tree)[0]
    return rewritten(own, theirs, newline_of(text), lambda run: {*_imports(language, run)})
