"""Files with a syntax error cut into pieces: as their last good text was, and where they parse by themselves.

How a text that parses is cut lives in `partition`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby, takewhile

from store.source.keys import GivenKeys, inside, last_part, rest_name, unnumbered
from store.source.merge import hunks
from store.source.pieces import Partition, Piece, PieceKind, is_import
from store.source.texts import indent_of, is_blank, lines_of

Cut = Callable[[str], Partition]
"""Cuts a text of one language, as well as it can where that does not parse."""

MOST_TRIES = 6
"""So many more statements at most are tried together with one that does not parse alone."""
MOST_DAMAGED = 300
"""After so many statements that do not parse, all that follows is one more: each takes some tries."""
MOST_DEPTH = 12
"""So deep in each other damaged classes are taken apart; what is deeper belongs to the innermost."""

_GOES_ON = re.compile(r"(?:else|elif|except|finally|case|catch)\b|[)\]}]")
_DEFINES = re.compile(r"(?:async[ \t]+)?(def|class)[ \t]+([^\W\d]\w*)")
_HEADER = re.compile(r"[^\n]*:[ \t\r]*\n")
_COMMENT = re.compile(r"#|//")
_STRING = re.compile(r"[rRuU]?[\"']")


def recovered(cut: Cut, text: str) -> Partition:
    """The pieces of a text of which nothing is known that parses."""
    found = list(_keyed(_pieces(cut, text), text, GivenKeys()))
    return Partition(tuple(_rests_joined(found)), False)


def projected(cut: Cut, text: str, last_good: Partition) -> Partition:
    """Carry the cuts of `last_good` over to `text` by a line diff; pieces left without a line are dropped.

    What plainly defines another name by now has that, and what came between others is cut by itself. Where
    a class has gone to another's place, its members with it, the lines say nothing: the text is cut anew.
    """
    pieces: list[tuple[Piece, bool]] = []
    carried = list(_carried(text, last_good))
    for (piece, lines), key in zip(carried, _keys_now(cut, carried), strict=True):
        binds = (key, *(one for one in piece.binds if one not in (key, piece.key)))
        now = replace(piece, key=key, text=lines, binds=binds, indent=indent_of(lines))
        pieces.append((now, lines != piece.text and piece.kind is not PieceKind.CLASS))
    if any(_is_astray(piece, last_good) for piece, _ in pieces):
        return recovered(cut, text)
    keys = GivenKeys()
    for piece, _ in pieces:
        keys.give(piece.key)
    found: list[Piece] = []
    for piece, changed in pieces:
        found += _cut_apart(cut, piece, keys) if changed else (piece,)
    return Partition(tuple(_rests_joined(found)), False)


def _rests_joined(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Pieces with rests that touch as one, which has the key of its place if either has that."""
    before = ""
    for (rest, container), run in groupby(pieces, key=lambda one: (_is_between(one), one.container)):
        touching = list(run)
        if not rest:
            yield from touching
            before = touching[-1].key
            continue
        place = inside(container, f"<after {rest_name(before)}>")
        chosen = next((one for one in touching if one.key in (place, "<tail>")), touching[-1])
        text = "".join(one.text for one in touching)
        yield replace(chosen, text=text, indent=indent_of(text))


def _is_between(piece: Piece) -> bool:
    return piece.kind is PieceKind.REST and not is_import(piece)


def _carried(text: str, last_good: Partition) -> Iterator[tuple[Piece, str]]:
    """The pieces of `last_good` that still have lines in a text, with these."""
    old, new = lines_of(last_good.text), lines_of(text)
    carried = list(range(len(old) + 1))
    for hunk in hunks(old, new):
        grown = hunk.new_end - hunk.base_end
        for row in range(hunk.base_start + 1, hunk.base_end):
            carried[row] = min(hunk.new_start + row - hunk.base_start, hunk.new_end)
        carried[hunk.base_end :] = [row + grown for row in range(hunk.base_end, len(old) + 1)]
    old_row, start = 0, 0
    for position, piece in enumerate(last_good.pieces):
        old_row += len(lines_of(piece.text))
        end = len(new) if position == len(last_good.pieces) - 1 else carried[old_row]
        if end > start:
            yield piece, "".join(new[start:end])
        start = max(start, end)


def _unindented(text: str, indent: str) -> str:
    return "".join(line.removeprefix(indent) for line in lines_of(text))


def _keys_now(cut: Cut, carried: Sequence[tuple[Piece, str]]) -> list[str]:
    """The keys that pieces have with other lines: of what these define, unless another piece has that."""
    keys = [one.key if lines == one.text else _defined(cut, one, lines) for one, lines in carried]
    while True:
        counts = Counter(keys)
        clashing = [at for at, key in enumerate(keys) if counts[key] > 1 and key != carried[at][0].key]
        if not clashing:
            return keys
        for at in clashing:
            keys[at] = carried[at][0].key


def _defined(cut: Cut, piece: Piece, lines: str) -> str:
    """The key of a definition with other lines: its own, unless they define one other thing alone."""
    if piece.kind not in (PieceKind.DEFINITION, PieceKind.UNCUT):
        return piece.key
    alone = cut(_unindented(lines, piece.indent))
    heads = [one for one in alone.pieces if one.kind is not PieceKind.REST]
    if not alone.parses or len(heads) != 1 or last_part(unnumbered(piece.key)) in heads[0].binds:
        return piece.key
    return piece.key[: len(piece.key) - len(last_part(piece.key))] + heads[0].key


def _is_astray(piece: Piece, last_good: Partition) -> bool:
    """Whether the lines of a class begin another one, or those of a member something outside its class."""
    if piece.container and any(map(_DEFINES.match, lines_of(piece.text))):
        return True
    rows = lines_of(_unindented(piece.text, piece.indent)) if piece.kind is PieceKind.CLASS else ()
    named = next(filter(None, map(_DEFINES.match, rows)), None)
    if named is None or named[2] == last_part(unnumbered(piece.key)):
        return False
    return last_good.find(inside(piece.container, named[2])) is not None


def _cut_apart(cut: Cut, piece: Piece, keys: GivenKeys) -> Sequence[Piece]:
    """What stands in the lines of a piece that more was put into: itself, where that is one thing.

    What has its name, else what is at its place, keeps its key; the others get keys that are free.
    """
    alone = cut(_unindented(piece.text, piece.indent))
    inner = list(alone.pieces) if alone.parses else _pieces(cut, _unindented(piece.text, piece.indent))
    heads = [one for one in inner if one.kind is not PieceKind.REST and not one.container]
    is_rest = piece.kind is PieceKind.REST
    if len(heads) < 2 - is_rest or (inner[0] not in heads and not is_rest):
        return (piece,)
    name = last_part(unnumbered(piece.key))
    own = next((one for one in heads if name in one.binds), inner[0])
    return list(_keyed(inner, piece.text, keys, piece, own))


def _keyed(
    pieces: Sequence[Piece],
    text: str,
    keys: GivenKeys,
    outer: Piece | None = None,
    own: Piece | None = None,
) -> Iterator[Piece]:
    """Pieces one behind the other, with the lines of a text, as those of one file.

    They stand where `outer` stood, whose key `own` has; the others get keys that are free.
    """
    given: dict[str, str] = {}
    before: dict[str, str] = {}
    lines = lines_of(text)
    for position, one in enumerate(pieces):
        count = len(lines_of(one.text))
        container = given.get(one.container, "" if outer is None else outer.container)
        key = last_part(one.key)
        if key.startswith(("<doc>", "<tail>")):
            key = f"<after {rest_name(before[container])}>" if container in before else "<doc>"
            if outer is None and before and position == len(pieces) - 1 and not container:
                key = "<tail>"
        key = outer.key if outer is not None and one is own else keys.give(inside(container, key))
        rows, lines = "".join(lines[:count]), lines[count:]
        binds = (key, *(inside(container, last_part(bind)) for bind in one.binds[1:]))
        yield Piece(key, one.kind, rows, binds, indent_of(rows), container)
        given[one.key] = key
        if not _is_between(one):
            before[container] = key


def _pieces(cut: Cut, text: str, depth: int = 0) -> list[Piece]:
    """The pieces of a text that does not parse: where it does, as there; each other statement as one."""
    found: list[Piece] = []
    for parses, run in groupby(_statements(cut, text), key=lambda one: one[1]):
        for statement in ["".join(one for one, _ in run)] if parses else [one for one, _ in run]:
            found += cut(statement).pieces if parses else _damaged(cut, statement, depth)
    return found


def _statements(cut: Cut, text: str) -> Iterator[tuple[str, bool]]:
    """The statements at the top of a text, with what stands behind each, and whether each parses."""
    rows = lines_of(text)
    touching = [False, *(_COMMENT.match(row) is not None for row in rows)]
    starts = [row for row in range(1, len(rows)) if _begins(rows[row]) and not touching[row]]
    starts = [0, *starts, len(rows)]
    at, damaged = 0, 0
    while at < len(starts) - 1 and damaged < MOST_DAMAGED:
        ends = range(at + 1, min(at + 1 + MOST_TRIES, len(starts)))
        texts = ((end, "".join(rows[starts[at] : starts[end]])) for end in ends)
        end, statement = next((one for one in texts if cut(one[1]).parses), (at + 1, ""))
        yield statement or "".join(rows[starts[at] : starts[end]]), bool(statement)
        damaged += not statement
        at = end
    if starts[at] < len(rows):
        yield "".join(rows[starts[at] :]), False


def _begins(row: str) -> bool:
    """Whether a statement at the top can begin in a line."""
    return not is_blank(row) and not indent_of(row) and _GOES_ON.match(row) is None


def _damaged(cut: Cut, text: str, depth: int) -> list[Piece]:
    """A statement that does not parse: a definition where it can be told of what, else a rest."""
    lines, blank = _ended(text)
    comments = "".join(takewhile(_COMMENT.match, lines_of(lines)))
    code = lines[len(comments) :]
    named = _DEFINES.match(code)
    bound = () if named is not None else cut(lines).pieces
    names = [one.key for one in bound if one.kind is not PieceKind.REST]
    header = _HEADER.match(code) if named is not None and named[1] == "class" else None
    if named is not None and header is not None and depth < MOST_DEPTH:
        found = [*_damaged_class(cut, named[2], comments + header[0], code[header.end() :], depth)]
    elif named is not None or names:
        name = names[0] if named is None else named[2]
        found = [Piece(name, PieceKind.DEFINITION, lines, (name,), "")]
    else:
        return [_rest(text)]
    return [*found, _rest(blank)] if blank else found


def _damaged_class(cut: Cut, name: str, header: str, body: str, depth: int) -> Iterator[Piece]:
    """A class in which something does not parse: its head, with its docstring, and what stands in it."""
    indent = next((indent_of(row) for row in lines_of(body) if not is_blank(row)), "")
    first, parses = next(_statements(cut, _unindented(body, indent)), ("", False))
    documents = len(lines_of(_ended(first)[0])) if parses and _STRING.match(first) else 0
    rows = lines_of(body)
    yield Piece(name, PieceKind.CLASS, header + "".join(rows[:documents]), (name,), "")
    for one in _pieces(cut, _unindented("".join(rows[documents:]), indent), depth + 1):
        within = inside(name, one.container) if one.container else name
        yield replace(one, key=inside(name, one.key), container=within)


def _rest(text: str) -> Piece:
    return Piece("<tail>", PieceKind.REST, text, ("<tail>",), "")


def _ended(text: str) -> tuple[str, str]:
    """A text without the blank lines at its end, and these."""
    rows = lines_of(text)
    end = len(rows)
    while end and is_blank(rows[end - 1]):
        end -= 1
    return "".join(rows[:end]), "".join(rows[end:])
