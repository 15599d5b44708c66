"""What a text of Go, JavaScript, Rust or Java imports, and which names each of its pieces uses. Pure.

Only imports at the top of a file count. What a text should import is decided in `walked_needs`.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, NamedTuple

from store.source.languages import GO, JAVA, JAVASCRIPT, RUST, Language
from store.source.pieces import is_import
from store.source.texts import is_opaque, lines_of
from store.source.walk import cut

if TYPE_CHECKING:
    from tree_sitter import Node

IMPORTING = frozenset({GO.name, JAVA.name, JAVASCRIPT.name, RUST.name})
"""The languages whose imports are read."""

_VERSION = re.compile(r"v\d+")
_DECORATED = re.compile(r"\A(?:go[-.])|(?:[-.]go|\.v\d+)\Z")
_NAMELESS = frozenset({"_", "*"})
_CGO = '"C"'
_DOTS = frozenset({".", "::", "?."})


class Import(NamedTuple):
    """One imported name."""

    origin: str
    """What it is, in full: the path of a package, a module and the name of a thing in it."""
    names: frozenset[str]
    """What it may be called here: nothing where that is no matter of use, as of a star."""
    stays: bool = False
    """Whether it can be there for others, as a re-export is: it does not go with its last use here."""

    @property
    def is_alone(self) -> bool:
        """Whether nothing else binds its names; under an attribute of Rust's another one can."""
        return not self.origin.startswith("#")


class Part(NamedTuple):
    """An imported name where it stands in a statement, or a list of them; in bytes of its text."""

    start: int
    end: int
    imported: Import | None = None
    parts: tuple[Part, ...] = ()

    @property
    def imports(self) -> tuple[Import, ...]:
        """All that it imports, in order."""
        own = () if self.imported is None else (self.imported,)
        return (*own, *(one for part in self.parts for one in part.imports))


class Statement(NamedTuple):
    """An import that stands on rows of its own; of Go's in brackets each line is one."""

    imports: tuple[Import, ...]
    start: int
    """Its first row."""
    end: int
    """The row behind its last one."""
    text: str
    """Its lines."""
    parts: tuple[Part, ...]
    bracket: int = -1
    """The row where Go's bracket opens that it stands in."""


@lru_cache(maxsize=256)
def read_statements(language: Language, text: str) -> tuple[Statement, ...] | None:
    """The imports of a text in order; None where it does not parse, or one shares its rows with another."""
    if language.name not in IMPORTING or is_opaque(text):
        return None
    root = language.parse(text).root_node
    if root.has_error:
        return None
    rows = lines_of(text)
    found = [one for node in _import_nodes(language, root) for one in _READERS[language.name](node, rows)]
    meeting = any(one.end > other.start for one, other in pairwise(found))
    return None if meeting else tuple(found)


def statements_of(language: Language, text: str) -> tuple[Statement, ...]:
    """The imports of a text in order; none where they cannot be read."""
    return read_statements(language, text) or ()


def without(statement: Statement, gone: Collection[Import]) -> str:
    """The statement's text without some of its names; empty without all of them."""
    if all(one in gone for one in statement.imports):
        return ""
    data = statement.text.encode("utf-8")
    for start, end in reversed(list(_cuts(statement.parts, gone))):
        data = data[:start] + data[end:]
    return data.decode("utf-8")


def _cuts(parts: tuple[Part, ...], gone: Collection[Import]) -> Iterator[tuple[int, int]]:
    """Give the bytes to take out, in order: each part goes with what parts it from the next one."""
    stays = [any(one not in gone for one in part.imports) for part in parts]
    last = max((at for at, kept in enumerate(stays) if kept), default=-1)
    for at, part in enumerate(parts):
        if not stays[at]:
            yield (part.start, parts[at + 1].start) if at < last else (parts[at - 1].end, part.end)
        elif part.parts:
            yield from _cuts(part.parts, gone)


# Reading the languages


def _import_nodes(language: Language, root: Node) -> Iterator[tuple[Node, int]]:
    """Give each import at the top, with the row where its attributes begin."""
    first = None
    for node in root.children:
        if node.type in language.attributes:
            first = node.start_point.row if first is None else first
        elif node.type in language.imports:
            yield node, node.start_point.row if first is None else first
            first = None
        else:
            first = None


def _statement(node: Node, first: int, rows: list[str], parts: tuple[Part, ...]) -> Statement:
    end = node.end_point.row + 1
    text = "".join(rows[first:end])
    above = sum(len(row.encode("utf-8")) for row in rows[:first])
    moved = tuple(_moved(part, above) for part in parts)
    return Statement(tuple(one for part in moved for one in part.imports), first, end, text, moved)


def _moved(part: Part, by: int) -> Part:
    inner = tuple(_moved(one, by) for one in part.parts)
    return Part(part.start - by, part.end - by, part.imported, inner)


def _go(found: tuple[Node, int], rows: list[str]) -> Iterator[Statement]:
    node = found[0]
    specs = [one for one in _walked(node) if one.type == "import_spec"]
    opened = next((one for one in node.children if one.type == "import_spec_list"), None)
    for spec in specs:
        name, path = spec.child_by_field_name("name"), spec.child_by_field_name("path")
        assert path is not None
        origin = _text(spec)
        names = _packages(_text(path).strip('"`')) if name is None else {_text(name)} - {"_", "."}
        part = Part(spec.start_byte, spec.end_byte, Import(origin, frozenset(names)))
        outer = node if opened is None else spec
        first = outer.start_point.row if _text(path) != _CGO else _commented(node)
        statement = _statement(outer, first, rows, (part,))
        yield statement if opened is None else statement._replace(bracket=opened.start_point.row)


def _commented(node: Node) -> int:
    """The row where the comment begins that touches an import from above: of cgo that is code."""
    first, above = node.start_point.row, node.prev_sibling
    while above is not None and above.type == "comment" and above.end_point.row == first - 1:
        first, above = above.start_point.row, above.prev_sibling
    return first


def _packages(path: str) -> set[str]:
    """What the package of a Go path may be called: its own files say so, which nobody reads here."""
    segments = [one for one in path.split("/") if one]
    version = ""
    while len(segments) > 1 and _VERSION.fullmatch(segments[-1]):
        version = segments.pop()
    last = segments[-1] if segments else ""
    plain = _DECORATED.sub("", last)
    return {one for one in (version, last, plain, plain.replace("-", ""), plain.replace("-", "_")) if one}


def _java(found: tuple[Node, int], rows: list[str]) -> Iterator[Statement]:
    node = found[0]
    starred = any(one.type == "asterisk" for one in node.children)
    name = next(one for one in node.children if one.type.endswith("identifier"))
    names = () if starred else (_text(name).rpartition(".")[2].strip(),)
    part = Part(node.start_byte, node.end_byte, Import(_text(node), frozenset(names)))
    yield _statement(node, node.start_point.row, rows, (part,))


def _javascript(found: tuple[Node, int], rows: list[str]) -> Iterator[Statement]:
    node = found[0]
    source = node.child_by_field_name("source")
    clause = next((one for one in node.children if one.type == "import_clause"), None)
    module = "" if source is None else _text(source).strip("'\"")
    if clause is None:
        parts: tuple[Part, ...] = (Part(node.start_byte, node.end_byte, Import(_text(node), frozenset())),)
    else:
        parts = tuple(_javascript_part(one, module) for one in clause.named_children if one.type != "comment")
    yield _statement(node, node.start_point.row, rows, parts)


def _javascript_part(node: Node, module: str) -> Part:
    if node.type == "named_imports":
        inner = tuple(_javascript_part(one, module) for one in node.named_children if one.type != "comment")
        if inner:
            return Part(node.start_byte, node.end_byte, None, inner)
    called = node.named_children[-1] if node.named_children else node
    what = "default" if node.type == "identifier" else _text(node)
    names = frozenset({_text(called)}) if called.type == "identifier" else frozenset[str]()
    return Part(node.start_byte, node.end_byte, Import(f"{what} from {module}", names))


def _rust(found: tuple[Node, int], rows: list[str]) -> Iterator[Statement]:
    node, first = found
    again = any(one.type == "visibility_modifier" for one in node.children)
    lead = "".join(rows[first : node.start_point.row])
    argument = node.child_by_field_name("argument")
    if again or argument is None:
        alias = node.child_by_field_name("alias") or node.child_by_field_name("name")
        bound = argument if alias is None else alias
        names = frozenset() if bound is None else frozenset({_text(bound).rpartition("::")[2]})
        stands = Import(lead + _text(node), names - _NAMELESS, stays=again)
        parts = (Part(node.start_byte, node.end_byte, stands),)
    else:
        parts = (_rust_part(argument, lead),)
    yield _statement(node, first, rows, parts)


def _rust_part(node: Node, prefix: str) -> Part:
    if node.type in ("use_list", "scoped_use_list"):
        path = node.child_by_field_name("path") if node.type == "scoped_use_list" else None
        listed = node.child_by_field_name("list") if node.type == "scoped_use_list" else node
        inside = prefix if path is None else f"{prefix}{_text(path)}::"
        members = listed.named_children if listed is not None else []
        inner = tuple(_rust_part(one, inside) for one in _listed(members))
        if inner:
            return Part(node.start_byte, node.end_byte, None, inner)
    alias = node.child_by_field_name("alias")
    whole = prefix.removesuffix("::") if node.type == "self" else prefix + _text(node)
    last = whole.rpartition("::")[2] if alias is None else _text(alias)
    names = {last} if node.type not in ("use_wildcard", "use_list", "scoped_use_list") else set()
    return Part(node.start_byte, node.end_byte, Import(whole, frozenset(names - _NAMELESS)))


def _listed(nodes: list[Node]) -> Iterator[Node]:
    return (one for one in nodes if not one.type.endswith("comment"))


def _text(node: Node) -> str:
    return (node.text or b"").decode("utf-8")


_READERS: dict[str, Callable[[tuple[Node, int], list[str]], Iterator[Statement]]] = {
    GO.name: _go,
    JAVA.name: _java,
    JAVASCRIPT.name: _javascript,
    RUST.name: _rust,
}


# What is used


class Unit(NamedTuple):
    """A piece of a text that is no import, and the names in it that an import can have bound."""

    text: str
    names: frozenset[str]


@lru_cache(maxsize=256)
def units_of(language: Language, text: str) -> tuple[Unit, ...]:
    """The pieces of a text but its imports, with the names each uses that have nothing before them."""
    if is_opaque(text):
        return ()
    pieces, _ = cut(language, text)
    ends = list(accumulate(len(lines_of(piece.text)) for piece in pieces))
    root = language.parse(text).root_node
    used: list[set[str]] = [set() for _ in pieces]
    for row, name in _used(language, root):
        used[bisect_right(ends, row)].add(name)
    for row, name in _declared(root) if language is GO else ():
        used[bisect_right(ends, row)].discard(name)
    return tuple(
        Unit(piece.text, frozenset(names))
        for piece, names in zip(pieces, used, strict=True)
        if not is_import(piece)
    )


def _declared(root: Node) -> Iterator[tuple[int, str]]:
    """Give the row and name of what Go's functions declare, which then is no package."""
    for node in _walked(root):
        if node.type in ("var_spec", "parameter_declaration", "variadic_parameter_declaration"):
            names = node.children_by_field_name("name")
        elif node.type in ("short_var_declaration", "range_clause"):
            left = node.child_by_field_name("left")
            names = [] if left is None else left.named_children
        else:
            continue
        yield from ((one.start_point.row, _text(one)) for one in names if one.type == "identifier")


def _used(language: Language, root: Node) -> Iterator[tuple[int, str]]:
    """Give the row and name of each use; in Go only a name before a dot can be that of a package."""
    waiting: tuple[int, str] | None = None
    dotted = False
    for node in _walked(root):
        if node.children:
            continue
        is_dot = _text(node) in _DOTS
        if waiting is not None and (is_dot or language is not GO):
            yield waiting
        free = node.type.endswith("identifier") and not dotted
        waiting = (node.start_point.row, _text(node)) if free else None
        dotted = is_dot
    if waiting is not None and language is not GO:
        yield waiting


def _walked(root: Node) -> Iterator[Node]:
    """Give all nodes, in the order in which they begin."""
    left = [root]
    while left:
        node = left.pop()
        yield node
        left += reversed(node.children)
