"""What the nodes of a parse tree define: rows, kinds, names, and where the names stand.

One function per kind of tree: braces and blocks by the tables in `languages`, TOML's tables, Markdown's
headings. Cutting texts by what is found here lives in `walk`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from store.source.keys import IMPL, encoded, slug
from store.source.languages import Language
from store.source.texts import is_blank

if TYPE_CHECKING:
    from tree_sitter import Node

_OF_THE_FILE = ("//!", "/*!")
"""How comments begin that document what they stand in."""

DEEPEST = 30
"""A container nested deeper than this is one piece."""

Kind = Literal["definition", "class", "uncut", "import", "other"]


@dataclass(slots=True)
class Item:
    """One statement or several that share lines: rows `start` to `end` (exclusive)."""

    start: int
    end: int
    kind: Kind
    names: list[str] = field(default_factory=list)
    tokens: list[Node] = field(default_factory=list)
    """Where its own name is written."""
    head_end: int = 0
    """Of a class, the row behind its head."""
    closing: int = 0
    """Of a class, the row of its closing brace; where it has none its end."""
    members: list[Item] = field(default_factory=list)

    def join(self, other: Item) -> None:
        """Take another item in that shares a line or the name with this one."""
        self.end = max(self.end, other.end)
        self.tokens += other.tokens
        if other.names:
            self.names = list(dict.fromkeys(self.names + other.names))
        if self.kind in ("class", "uncut") or other.kind in ("definition", "class", "uncut"):
            self.kind = "definition" if self.names else "other"
        elif self.kind == "import" and other.kind == "other":
            self.kind = "other"
        self.members = []

    def continues(self, other: Item, next_to: bool) -> bool:
        """Whether another item behind this one is one piece with it: imports side by side, overloads."""
        if self.kind == other.kind == "import":
            return next_to
        return self.kind == other.kind == "definition" and self.names[0] == other.names[0]


def items_of(root: Node, language: Language) -> list[Item]:
    """The items at the top of a file, with their members."""
    if language.name == "markdown":
        return _sections(root)
    if language.name == "toml":
        return list(_toml(root))
    return _Nodes(language).items(root, 0)


def comment_rows(root: Node, language: Language, lines: list[str]) -> Mapping[int, int]:
    """The rows of comments and attributes that begin their line, each with the first row of its node."""
    found: dict[int, int] = {}
    if language.name == "markdown":
        return found
    stack = [root]
    while stack:
        node = stack.pop()
        if node.type in language.comments or node.type in language.attributes:
            start = node.start_point
            before = lines[start.row].encode("utf-8")[: start.column].decode("utf-8", "ignore")
            if not before.strip(" \t\f\ufeff") and not text_of(node).startswith(_OF_THE_FILE):
                found.update((row, start.row) for row in range(start.row, end_row(node)))
        elif node.type not in language.definitions:
            stack.extend(node.children)
    return found


def end_row(node: Node) -> int:
    """The row behind a node."""
    end = node.end_point
    return end.row if end.column == 0 and end.row > node.start_point.row else end.row + 1


def text_of(node: Node | None) -> str:
    """The source text of a node; empty for none."""
    return (node.text or b"").decode("utf-8") if node is not None else ""


def children_of(node: Node) -> Iterator[Node]:
    """The children in order, those inside a syntax error too."""
    stack = list(reversed(node.children))
    while stack:
        child = stack.pop()
        if child.type == "ERROR" and child.child_count:
            stack.extend(reversed(child.children))
        else:
            yield child


class _Nodes:
    """Items of the languages whose definitions are nodes with a name."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.named = NAMED.get(language.name, _by_field)

    def items(self, container: Node, depth: int) -> list[Item]:
        skipped = self.language.comments | self.language.attributes
        return [
            self._item(node, depth)
            for node in children_of(container)
            if node.is_named and node.type not in skipped
        ]

    def _item(self, node: Node, depth: int) -> Item:
        item = Item(node.start_point.row, end_row(node), "other")
        inner = exported(node)
        if inner.type in self.language.imports or _is_import(node, inner):
            item.kind = "import"
        elif inner.type in self.language.definitions or inner.type in self.language.containers:
            found = self.named(inner)
            item.tokens = [token for _, token in found if token is not None]
            item.names = list(dict.fromkeys(name for name, _ in found))
            if item.names:
                item.kind = "definition"
        if not item.names and any(child.type == "default" for child in node.children):
            item.kind, item.names = "definition", ["default"]
        if item.kind == "definition" and inner.type in self.language.containers and depth < DEEPEST:
            self._open(item, inner, depth)
        return item

    def _open(self, item: Item, node: Node, depth: int) -> None:
        """Make a container a class, unless it has members that share lines with its braces."""
        body = node.child_by_field_name("body")
        if body is None:
            return
        inner = next((one for one in body.children if one.type == "enum_body_declarations"), body)
        has_only_constants = body.type == "enum_body" and inner is body
        members = [] if has_only_constants else self.items(inner, depth + 1)
        head_end, closing = inner.start_point.row + 1, body.end_point.row
        if not all(head_end <= one.start and one.end <= closing for one in members):
            item.kind = "uncut"
            return
        item.kind, item.head_end, item.closing = "class", item.end, item.end
        if not has_only_constants and closing >= head_end and body.children[-1].type == "}":
            item.head_end, item.closing, item.members = head_end, closing, members


def exported(node: Node) -> Node:
    """The declaration that a JavaScript `export` holds; any other node itself."""
    if node.type == "export_statement":
        return node.child_by_field_name("declaration") or node.child_by_field_name("value") or node
    return node


def _is_import(node: Node, inner: Node) -> bool:
    """Whether a JavaScript statement exports from elsewhere, or binds only what `require` gives."""
    if node.type == "export_statement" and node.child_by_field_name("source") is not None:
        return True
    if node is not inner or node.type not in ("lexical_declaration", "variable_declaration"):
        return False
    values = [
        one.child_by_field_name("value") for one in node.named_children if one.type == "variable_declarator"
    ]
    return bool(values) and all(
        value is not None
        and value.type == "call_expression"
        and text_of(value.child_by_field_name("function")) == "require"
        for value in values
    )


Names = list[tuple[str, "Node | None"]]


def _by_field(node: Node) -> Names:
    name = node.child_by_field_name("name")
    return [(encoded(text_of(name)), name)] if name is not None else []


_JAVASCRIPT_PATTERNS = frozenset(
    {"object_pattern", "array_pattern", "pair_pattern", "rest_pattern", "assignment_pattern"}
    | {"object_assignment_pattern"}
)


def _javascript(node: Node) -> Names:
    if node.type in ("lexical_declaration", "variable_declaration"):
        return [name for one in node.named_children for name in _bound(one.child_by_field_name("name"))]
    if node.type == "expression_statement":
        return _assigned(node)
    name = node.child_by_field_name("property") or node.child_by_field_name("name")
    if name is None:
        return []
    if name.type == "private_property_identifier":
        return [("#" + encoded(text_of(name)[1:]), name)]
    return [(encoded(text_of(name).strip("'\"") if name.type == "string" else text_of(name)), name)]


def _bound(target: Node | None) -> Names:
    """The identifiers in a pattern, in order."""
    found: Names = []
    stack = [target]
    while stack:
        node = stack.pop()
        if node is None:
            continue
        if node.type in ("identifier", "shorthand_property_identifier_pattern"):
            found.append((encoded(text_of(node)), node))
        elif node.type in ("pair_pattern", "assignment_pattern", "object_assignment_pattern"):
            side = "value" if node.type == "pair_pattern" else "left"
            stack.append(node.child_by_field_name(side))
        elif node.type in _JAVASCRIPT_PATTERNS:
            stack.extend(reversed(node.named_children))
    return found


def _assigned(statement: Node) -> Names:
    """`exports.total = …` defines `exports.total`."""
    node = statement.named_children[0] if statement.named_children else statement
    target = node.child_by_field_name("left") if node.type == "assignment_expression" else None
    if target is None or target.type != "member_expression":
        return []
    if not re.fullmatch(r"[\w$]+(?:\.[\w$]+)+", text_of(target)):
        return []
    return [(text_of(target), target.child_by_field_name("property"))]


def _go(node: Node) -> Names:
    if node.type == "method_declaration":
        receiver = re.search(r"(\w+)\s*(?:\[[^]]*\]\s*)?\)$", text_of(node.child_by_field_name("receiver")))
        name = node.child_by_field_name("name")
        prefix = f"{receiver[1]}." if receiver else ""
        return [(prefix + encoded(text_of(name)), name)] if name is not None else []
    if node.type == "function_declaration":
        return _by_field(node)
    found: Names = []
    for spec in _specs(node):
        found += [
            (encoded(text_of(name)), name) for name in spec.children_by_field_name("name") if name.is_named
        ]
    return found


def _specs(node: Node) -> Iterator[Node]:
    for child in node.named_children:
        if child.type == "var_spec_list":
            yield from child.named_children
        else:
            yield child


def _rust(node: Node) -> Names:
    if node.type != "impl_item":
        return _by_field(node)
    kind = node.child_by_field_name("type")
    trait = text_of(node.child_by_field_name("trait"))
    while kind is not None and kind.type in ("generic_type", "scoped_type_identifier"):
        kind = kind.child_by_field_name("type" if kind.type == "generic_type" else "name")
    named = re.sub(r"\w+\s*::\s*", "", trait)
    return [(slug(text_of(kind)) + (f"<{slug(named)}>" if trait else IMPL), kind)]


def _java(node: Node) -> Names:
    declared = node.children_by_field_name("declarator")
    if declared:
        return [name for one in declared for name in _by_field(one)]
    return _by_field(node)


NAMED: Mapping[str, Callable[[Node], Names]] = {
    "javascript": _javascript,
    "go": _go,
    "rust": _rust,
    "java": _java,
}


def _toml(root: Node) -> Iterator[Item]:
    for node in children_of(root):
        if node.type == "pair":
            yield _pair(node)
        elif node.type in ("table", "table_array_element"):
            members = [_pair(one) for one in children_of(node) if one.type == "pair"]
            names, tokens = _toml_key(node)
            row = node.start_point.row
            end = max([row + 1, *(one.end for one in members)])
            item = Item(row, end, "class", names, tokens, row + 1, end, members)
            if members and members[0].start <= row:
                item.kind, item.members = "definition", []
            if names:
                yield item


def _pair(node: Node) -> Item:
    names, tokens = _toml_key(node)
    return Item(node.start_point.row, end_row(node), "definition" if names else "other", names, tokens)


def _toml_key(node: Node) -> tuple[list[str], list[Node]]:
    """The dotted key of a table or pair, and its last part."""
    keys = [one for one in node.children if one.type in ("bare_key", "quoted_key", "dotted_key")]
    parts: list[Node] = []
    while keys:
        key = keys.pop(0)
        if key.type == "dotted_key":
            keys = [one for one in key.children if one.is_named] + keys
        else:
            parts.append(key)
    if not parts:
        return [], []
    return [".".join(encoded(text_of(part).strip("'\"")) for part in parts)], [parts[-1]]


def _sections(root: Node) -> list[Item]:
    """Markdown's headings, those of lower levels inside those of higher ones."""
    headings = list(_headings(root))
    lines = (root.text or b"").decode("utf-8").split("\n")
    top: list[Item] = []
    open_ones: list[tuple[int, Item]] = []
    for position, (node, level) in enumerate(headings):
        row = node.start_point.row
        own_end = headings[position + 1][0].start_point.row if position + 1 < len(headings) else len(lines)
        while own_end > row + 1 and (own_end > len(lines) or is_blank(lines[own_end - 1])):
            own_end -= 1
        while open_ones and open_ones[-1][0] >= level:
            open_ones.pop()
        title = next((one for one in node.named_children if one.type in ("inline", "paragraph")), None)
        item = Item(row, own_end, "class", [slug(text_of(title))], [title] if title else [], own_end, own_end)
        (open_ones[-1][1].members if open_ones and len(open_ones) < DEEPEST else top).append(item)
        open_ones.append((level, item))
        for _, outer in open_ones:
            outer.end = outer.closing = max(outer.end, own_end)
    return top


def heading_rows(root: Node) -> list[int]:
    """The rows of all headings of a Markdown text."""
    return [node.start_point.row for node, _ in _headings(root)]


def _headings(root: Node) -> Iterator[tuple[Node, int]]:
    """Every heading that is not in a list or a quote, with its level."""
    stack = [root]
    while stack:
        node = stack.pop()
        if node.type in ("atx_heading", "setext_heading"):
            markers = [one.type for one in node.children if one.type.startswith(("atx_h", "setext_h"))]
            if markers:
                yield node, int(re.sub(r"\D", "", markers[0]))
        elif node.type in ("document", "section"):
            stack.extend(reversed(node.children))
