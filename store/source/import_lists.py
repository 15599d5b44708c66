"""The names of one `from … import …` or `import …` statement, added and taken out. Pure text to text."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from store.source.import_statements import Alias
from store.source.texts import newline_of


@dataclass
class _List:
    """A statement taken apart: what stands before, the names, what stands between and behind them."""

    prefix: str
    names: list[str]
    between: list[str]
    suffix: str

    @property
    def text(self) -> str:
        parts = [self.prefix, self.names[0]]
        for separator, name in zip(self.between, self.names[1:], strict=True):
            parts += [separator, name]
        return "".join([*parts, self.suffix])


def _taken_apart(statement: str) -> _List:
    indent = statement[: len(statement) - len(statement.lstrip())]
    data = statement[len(indent) :].encode("utf-8")
    node = ast.parse(data).body[0]
    assert isinstance(node, (ast.Import, ast.ImportFrom))
    starts = [0]
    for line in data.split(b"\n"):
        starts.append(starts[-1] + len(line) + 1)
    spans = [
        (starts[one.lineno - 1] + one.col_offset, starts[one.end_lineno - 1] + one.end_col_offset)
        for one in node.names
        if one.end_lineno is not None and one.end_col_offset is not None
    ]
    return _List(
        indent + data[: spans[0][0]].decode(),
        [data[start:end].decode() for start, end in spans],
        [data[left[1] : right[0]].decode() for left, right in pairwise(spans)],
        data[spans[-1][1] :].decode(),
    )


def with_names(statement: str, wanted: Sequence[Alias], order: Sequence[Alias]) -> str:
    """The statement with more names, each beside those that it stands beside in `order`."""
    found = _taken_apart(statement)
    places = [alias.text for alias in order]
    newline = newline_of(statement)
    aligned = re.search(r"\(.*\n([ \t]*)$", found.prefix, re.DOTALL)
    separator = f",{newline}{aligned[1]}" if aligned else ", "
    for alias in wanted:
        own = places.index(alias.text)
        before = [at for at, name in enumerate(found.names) if name in places[:own]]
        behind = [at for at, name in enumerate(found.names) if name in places[own:]]
        at = before[-1] + 1 if before else min(behind, default=len(found.names))
        if at == len(found.names):
            _append(found, alias.text, aligned[1] if aligned else None, newline)
            continue
        found.names.insert(at, alias.text)
        found.between.insert(at, separator)
    return found.text


def _append(found: _List, name: str, indent: str | None, newline: str) -> None:
    """Put a name behind the last one, on a line of its own where the others have one each."""
    rest, end, closing = found.suffix.partition("\n")
    if indent is None:
        found.between.append(", ")
    elif not end or ")" in rest.partition("#")[0]:
        found.between.append(f",{newline}{indent}")
    else:
        comma = rest if rest.lstrip().startswith(",") else "," + rest
        found.between.append(f"{comma}\n{indent}")
        found.suffix = f",{newline}{closing}"
    found.names.append(name)


def without_names(statement: str, dropped: Collection[Alias]) -> str:
    """The statement without some of its names; empty where none is left."""
    found = _taken_apart(statement)
    written = {alias.text for alias in dropped}
    for position in range(len(found.names) - 1, -1, -1):
        if " ".join(found.names[position].split()) not in written:
            continue
        del found.names[position]
        if not found.names:
            return ""
        if position < len(found.between):
            del found.between[position]
        else:
            before = found.between.pop()
            rest, end, closing = found.suffix.partition("\n")
            if "(" in found.prefix and "\n" in before and ")" not in rest.partition("#")[0]:
                found.suffix = before[: before.index("\n")] + end + closing
    return found.text
