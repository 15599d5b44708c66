"""Python files cut into pieces, by the parse tree of tree-sitter.

Only rows are taken from the tree: pieces are whole lines, so that they always concatenate to the file.
Projection of damaged files and caching live in `partition`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from store.source.keys import GivenKeys, parent_of, rest_name
from store.source.pieces import Piece, PieceKind
from store.source.texts import indent_of, is_blank, lines_of

if TYPE_CHECKING:
    from tree_sitter import Node, Parser, Tree

DEEPEST_CLASS = 30
"""A class nested deeper than this is one piece."""

IMPORTS = frozenset({"import_statement", "import_from_statement", "future_import_statement"})
COMPOUNDS = frozenset(
    {"if_statement", "try_statement", "with_statement", "for_statement", "while_statement", "match_statement"}
)
_SCOPES = frozenset({"function_definition", "class_definition", "decorated_definition"})
_PATTERNS = frozenset({"pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern"})
CLAUSES = COMPOUNDS | frozenset(
    {
        "block",
        "elif_clause",
        "else_clause",
        "except_clause",
        "except_group_clause",
        "finally_clause",
        "case_clause",
        "expression_statement",
    }
)
_FIRST_LINES = re.compile(r"\ufeff?#!|[ \t\f]*#.*?coding[:=]")


@lru_cache(maxsize=1)
def _parser() -> Parser:
    import tree_sitter
    import tree_sitter_python

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_python.language()))


def parse(text: str) -> Tree:
    """The parse tree of a text that is not opaque."""
    return _parser().parse(text.encode("utf-8"))


@dataclass(slots=True)
class _Statement:
    """Statements that share lines, as one: rows `start` to `end` (exclusive)."""

    start: int
    end: int
    kind: str
    names: list[str] = field(default_factory=list)
    node: Node | None = None
    body: Node | None = None
    is_string: bool = False
    is_assignment: bool = False
    leads: bool = False
    """It can belong to a class's head: a string, `pass` or `...`."""


def cut(text: str) -> tuple[tuple[Piece, ...], bool]:
    """The pieces of a Python text that is not opaque, and whether it has no syntax error."""
    root = parse(text).root_node
    return tuple(_Cutter(text).module(root)), not root.has_error


def text_of(node: Node) -> str:
    """The source text of a node."""
    return (node.text or b"").decode("utf-8")


def assigned(node: Node) -> list[Node]:
    """The identifiers that an assignment binds, in order; `x = y = 3` binds both."""
    names: list[Node] = []
    current: Node | None = node
    while current is not None and current.type in ("assignment", "augmented_assignment"):
        stack = [current.child_by_field_name("left")]
        while stack:
            target = stack.pop()
            if target is None:
                continue
            if target.type == "identifier":
                names.append(target)
            elif target.type in _PATTERNS or target.type == "parenthesized_expression":
                stack.extend(reversed(target.named_children))
        current = current.child_by_field_name("right")
    return names


def bound(node: Node) -> list[Node]:
    """The identifiers that one simple statement or definition binds, imports excepted."""
    if node.type == "decorated_definition":
        inner = node.child_by_field_name("definition")
        return bound(inner) if inner is not None and inner.type != node.type else []
    if node.type in ("function_definition", "class_definition"):
        name = node.child_by_field_name("name")
        return [name] if name is not None else []
    if node.type == "expression_statement":
        return [name for child in node.named_children for name in assigned(child)]
    if node.type == "type_alias_statement":
        target = node.child_by_field_name("left")
        while target is not None and target.type != "identifier":
            target = target.named_children[0] if target.named_children else None
        return [target] if target is not None else []
    return []


def _imported(node: Node) -> list[Node]:
    """The identifiers that an import statement binds."""
    names = []
    for child in node.children_by_field_name("name"):
        alias = child.child_by_field_name("alias")
        parts = child.named_children
        names.append(alias or (parts[0] if parts else child))
    return names


def _bound_inside(node: Node) -> tuple[list[str], bool]:
    """The names that a compound statement binds, in order, and whether by more than imports."""
    names: list[str] = []
    defines = False
    stack = [node]
    while stack:
        current = stack.pop()
        if current.type in IMPORTS:
            names += [text_of(name) for name in _imported(current)]
        elif current.type in _SCOPES or current.type in ("expression_statement", "type_alias_statement"):
            found = bound(current)
            defines = defines or bool(found)
            names += [text_of(name) for name in found]
        elif current.type in CLAUSES:
            stack.extend(reversed(current.named_children))
    return list(dict.fromkeys(names)), defines


def _is_main_guard(node: Node) -> bool:
    condition = node.child_by_field_name("condition")
    if node.type != "if_statement" or condition is None:
        return False
    while condition.type == "parenthesized_expression" and condition.named_children:
        condition = condition.named_children[0]
    return condition.type == "comparison_operator" and any(
        child.type == "identifier" and child.text == b"__name__" for child in condition.named_children
    )


def _last_row(node: Node) -> int:
    """The row on which a statement ends, comments behind it excepted."""
    start = node.start_point.row
    while True:
        last = None
        for position in range(node.child_count - 1, -1, -1):
            child = node.child(position)
            if child is not None and child.type != "comment":
                last = child
                break
        if last is None:
            break
        node = last
    end = node.end_point
    return end.row - 1 if end.column == 0 and end.row > start else end.row


def _header_end(body: Node) -> int:
    """The row behind the colon before a class's body."""
    colon = body.prev_sibling
    while colon is not None and colon.type != ":":
        colon = colon.prev_sibling
    return (colon.end_point.row if colon is not None else body.start_point.row) + 1


def _classify(node: Node) -> _Statement:
    statement = _Statement(node.start_point.row, _last_row(node) + 1, "other", node=node)
    if node.type in IMPORTS:
        statement.kind = "import"
    elif node.type in COMPOUNDS:
        if not _is_main_guard(node):
            statement.names, defines = _bound_inside(node)
            if statement.names:
                statement.kind = "definition" if defines else "import"
    else:
        statement.names = [text_of(name) for name in bound(node)]
        if statement.names:
            statement.kind = "definition"
        inner = node.child_by_field_name("definition") if node.type == "decorated_definition" else node
        if inner is not None and inner.type == "class_definition" and statement.names:
            statement.kind, statement.body = "class", inner.child_by_field_name("body")
        first = node.named_children[0] if node.named_children else None
        statement.is_string = (
            node.type == "expression_statement"
            and first is not None
            and (first.type in ("string", "concatenated_string"))
        )
        statement.leads = (
            statement.is_string
            or node.type == "pass_statement"
            or (first is not None and node.type == "expression_statement" and first.type == "ellipsis")
        )
        statement.is_assignment = node.type == "expression_statement" and bool(statement.names)
    return statement


def _children(container: Node) -> Iterator[Node]:
    """The statements of a block in order, those inside a syntax error too."""
    stack = list(reversed(container.children))
    while stack:
        node = stack.pop()
        if node.type == "ERROR" and node.child_count:
            stack.extend(reversed(node.children))
        elif node.type not in ("comment", "line_continuation"):
            yield node


def _joined(first: _Statement, second: _Statement) -> None:
    """Take the second statement into the first, which it shares a line or its name with."""
    first.end = max(first.end, second.end)
    if second.names:
        if first.kind != "definition":
            first.kind, first.body = "definition", None
        first.names = list(dict.fromkeys(first.names + second.names))
    elif (
        first.kind == "import" and second.kind == "other" and second.node is not None and second.node.is_named
    ):
        first.kind = "other"
    first.is_string = first.leads = False


def _statements(container: Node) -> list[_Statement]:
    found: list[_Statement] = []
    for node in _children(container):
        last = found[-1] if found else None
        if last is not None and node.start_point.row < last.end:
            if node.is_named:
                _joined(last, _classify(node))
            continue
        statement = _classify(node)
        if last is not None and statement.is_string and last.is_assignment and statement.start == last.end:
            last.end = statement.end
            last.is_assignment = False
            continue
        found.append(statement)
    return found


class _Cutter:
    """One file while it is cut: its lines, and the keys already given."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = lines_of(text)
        self.offsets = [0, *accumulate(map(len, self.lines))]
        self.keys = GivenKeys()

    def module(self, root: Node) -> Iterator[Piece]:
        segments = self._segments(_statements(root), 0, len(self.lines), "")
        row, before = 0, ""
        for segment in segments:
            if segment.start > row:
                yield self._rest(f"<after {before}>" if before else "<doc>", row, segment.start)
            yield from self._segment(segment, "", 0)
            row, before = segment.end, self._name(segment)
        if row < len(self.lines):
            yield self._rest("<tail>" if before else "<doc>", row, len(self.lines))

    def _name(self, segment: _Statement) -> str:
        return rest_name(segment.names[0])

    def _segment(self, segment: _Statement, prefix: str, depth: int) -> Iterator[Piece]:
        if segment.kind == "class" and segment.body is not None and depth < DEEPEST_CLASS:
            yield from self._class(segment, segment.body, prefix, depth)
            return
        kind = PieceKind.DEFINITION
        if segment.kind == "class":
            kind = PieceKind.CLASS
        elif segment.kind == "import":
            kind = PieceKind.REST
        yield self._piece(segment.names, kind, segment.start, segment.end)

    def _class(self, segment: _Statement, body: Node, prefix: str, depth: int) -> Iterator[Piece]:
        """A class's head (header, docstring, a leading `pass`), its members and the rests inside it.

        One with members in the line of its header is one piece.
        """
        inside = segment.names[0] + "."
        row, kind = _header_end(body), PieceKind.CLASS
        segments: list[_Statement] = []
        statements = _statements(body)
        if body.start_point.row >= row:
            for statement in statements:
                if not statement.leads:
                    break
                row = statement.end
            segments = self._segments(statements, row, segment.end, inside)
        else:
            row = segment.end
            kind = PieceKind.UNCUT if any(one.names for one in statements) else kind
        yield self._piece(segment.names, kind, segment.start, row)
        before = ""
        for member in segments:
            if member.kind == "import":
                continue
            if member.start > row:
                key = f"{inside}<after {before}>" if before else f"{inside}<doc>"
                yield self._rest(key, row, member.start)
            yield from self._segment(member, inside, depth + 1)
            row, before = member.end, self._name(member)
        if row < segment.end:
            yield self._rest(f"{inside}<after {before}>" if before else f"{inside}<doc>", row, segment.end)

    def _segments(self, statements: list[_Statement], low: int, high: int, prefix: str) -> list[_Statement]:
        """The statements that make pieces, with comments, neighbours of the same name, and their keys."""
        self._take_trailing_comments(statements, high)
        found: list[_Statement] = []
        previous: _Statement | None = None
        for statement in statements:
            last = found[-1] if found else None
            joins = last is not None and statement.kind == last.kind
            if joins and last is not None and statement.kind == "import" and previous is last:
                last.end = statement.end
                statement = last
            elif joins and last is not None and self._same_name(last, statement):
                last.end = statement.end
                last.names = list(dict.fromkeys(last.names + statement.names))
            elif statement.kind != "other":
                self._take_touching_lines(statement, previous.end if previous else low)
                found.append(statement)
            previous = statement
        for statement in found:
            self._give_key(statement, prefix)
        return found

    @staticmethod
    def _same_name(first: _Statement, second: _Statement) -> bool:
        return first.kind == "definition" and first.names[0] == second.names[0]

    def _take_trailing_comments(self, statements: list[_Statement], high: int) -> None:
        """A comment behind a block, indented deeper than its statement, belongs to that statement."""
        for position, statement in enumerate(statements):
            if statement.node is None or statement.end - statement.start < 2 or statement.is_assignment:
                continue
            limit = statements[position + 1].start if position + 1 < len(statements) else high
            column = statement.node.start_point.column
            for row in range(statement.end, limit):
                line = self.lines[row]
                if is_blank(line):
                    continue
                if not line.lstrip().startswith("#") or len(indent_of(line)) <= column:
                    break
                statement.end = row + 1

    def _take_touching_lines(self, statement: _Statement, floor: int) -> None:
        """Lines of only a backslash go with what they continue, touching comments with a definition."""
        while statement.start > floor:
            line = self.lines[statement.start - 1]
            comment = statement.kind != "import" and line.lstrip(" \t\f").startswith("#")
            if not comment and line.strip() != "\\":
                break
            if statement.start <= 2 and _FIRST_LINES.match(line):
                break
            statement.start -= 1

    def _give_key(self, statement: _Statement, prefix: str) -> None:
        names = ["<import>"] if statement.kind == "import" else statement.names
        keys = [prefix + name for name in names]
        keys[0] = self.keys.give(keys[0])
        statement.names = keys

    def _rest(self, key: str, start: int, end: int) -> Piece:
        return self._piece([key], PieceKind.REST, start, end)

    def _piece(self, keys: list[str], kind: PieceKind, start: int, end: int) -> Piece:
        text = self.text[self.offsets[start] : self.offsets[end]]
        return Piece(keys[0], kind, text, tuple(keys), indent_of(self.lines[start]), parent_of(keys[0]))
