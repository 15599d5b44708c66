"""The shape of a definition's Python text: its indentation, a class's body, its name. Pure text to text.

Other languages are in `blocks`, what both have in common in `shapes`; where texts go in files lives in
`slots` and `splice`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from store.source import python
from store.source.texts import indent_of, is_blank, lines_of, trimmed

if TYPE_CHECKING:
    from tree_sitter import Node

_WRAPPER = "if x:\n"


def code_indent(text: str) -> str:
    """The indentation of the first line that is neither blank nor a comment, else of the first not blank."""
    first = None
    for line in lines_of(text):
        if is_blank(line) or line.strip() == "\\":
            continue
        first = indent_of(line) if first is None else first
        if not line.lstrip(" \t\f").startswith("#"):
            return indent_of(line)
    return first or ""


def is_large(text: str) -> bool:
    """Whether a definition is a function or class, which blank lines set apart."""
    for line in lines_of(text):
        code = line.strip()
        if code and not code.startswith("#"):
            return code.startswith(("def ", "async ", "class ", "@"))
    return False


def reindented(text: str, indent: str) -> str:
    """The text with its first line of code at `indent`; lines inside strings that are values stay."""
    own = code_indent(text)
    if own == indent:
        return text
    kept = _rows_inside_values(text, own)
    lines = []
    for row, line in enumerate(lines_of(text)):
        if row in kept or is_blank(line):
            lines.append(line)
        elif line.startswith(own):
            lines.append(indent + line[len(own) :])
        else:
            lines.append(indent + line.lstrip(" \t") if line.lstrip(" \t").startswith("#") else line)
    return "".join(lines)


def _rows_inside_values(text: str, own: str) -> set[int]:
    if '"""' not in text and "'''" not in text and "\\" not in text:
        return set()
    rows: set[int] = set()
    shift, root = _parsed(text, own)
    stack = [root]
    while stack:
        node = stack.pop()
        if node.start_point.row == node.end_point.row:
            continue
        if node.type != "string":
            stack.extend(node.named_children)
        elif node.parent is None or node.parent.type != "expression_statement":
            rows.update(range(node.start_point.row + 1 - shift, node.end_point.row + 1 - shift))
    return rows


def _parsed(text: str, own: str) -> tuple[int, Node]:
    """The parse tree of a text that may be indented, and by how many rows it stands too low there."""
    if own:
        return 1, python.parse(_WRAPPER + text).root_node
    return 0, python.parse(text).root_node


class ClassHead(NamedTuple):
    """A class's head taken apart: the text up to the body, the body, and what the body is."""

    header: str
    body: str
    on_header_line: bool
    is_placeholder: bool
    """The body is only `pass` or `...`."""
    indent: str
    """The indentation of the body's lines; what four more spaces give where there is no body."""


def class_head(text: str) -> ClassHead:
    """Take a class's head apart; a head whose body is missing or damaged has an empty body."""
    own = code_indent(text)
    deeper = own + ("\t" if own.endswith("\t") else "    ")
    shift, root = _parsed(text, own)
    body = _class_body(root)
    if body is None or body.start_byte == body.end_byte:
        return ClassHead(text, "", False, False, deeper)
    data = text.encode("utf-8")
    start = body.start_byte - (len(_WRAPPER) if shift else 0)
    line_start = data.rfind(b"\n", 0, start) + 1
    on_header_line = bool(data[line_start:start].strip(b" \t\f"))
    statements = [child for child in body.named_children if child.type != "comment"]
    placeholder = len(statements) == 1 and python.text_of(statements[0]).strip() in ("pass", "...")
    if on_header_line:
        return ClassHead(data[:start].decode(), data[start:].decode(), True, placeholder, deeper)
    indent = data[line_start:start].decode()
    return ClassHead(data[:line_start].decode(), data[line_start:].decode(), False, placeholder, indent)


def _class_body(root: Node) -> Node | None:
    stack = list(reversed(root.named_children))
    while stack:
        node = stack.pop()
        if node.type == "class_definition":
            return node.child_by_field_name("body")
        if node.type in ("decorated_definition", "if_statement", "block"):
            stack.extend(reversed(node.named_children))
    return None


def head_for_members(text: str, newline: str) -> str:
    """A class's head made ready to be followed by members: its body on lines of its own, no `pass` alone."""
    head = class_head(text)
    if head.on_header_line and head.is_placeholder:
        comment = head.body[head.body.find("#") :] if "#" in head.body else newline
        spaces = "  " if "#" in head.body else ""
        return head.header.rstrip(" \t") + spaces + comment
    if head.on_header_line:
        return head.header.rstrip(" \t") + newline + head.indent + head.body
    if head.is_placeholder:
        lines = [line for line in lines_of(head.body) if line.split("#")[0].strip() not in ("pass", "...")]
        return head.header + trimmed("".join(lines))
    return text


def head_without_members(text: str, indent: str, newline: str) -> str:
    """A class's head that stays valid without members: with `pass` where it has no body."""
    if class_head(text).body:
        return text
    return text + ("" if text.endswith("\n") else newline) + indent + "pass" + newline


def rename_text(text: str, old_last: str, new_last: str) -> str:
    """The definition's text with the identifiers that define `old_last` rewritten to `new_last`.

    Those are the name after `def`, `class` and `type`, targets of assignments, and `@name.setter` and the
    like; uses inside the text stay.
    """
    shift, root = _parsed(text, code_indent(text))
    offset = len(_WRAPPER) if shift else 0
    found: dict[int, int] = {}
    stack = list(root.children)
    while stack:
        node = stack.pop()
        for name in [*python.bound(node), *_accessors(node)]:
            if python.text_of(name) == old_last:
                found[name.start_byte - offset] = name.end_byte - offset
        if node.type in python.CLAUSES or node.type == "ERROR":
            stack.extend(node.children)
    data = text.encode("utf-8")
    for start in sorted(found, reverse=True):
        data = data[:start] + new_last.encode("utf-8") + data[found[start] :]
    return data.decode("utf-8")


def _accessors(node: Node) -> list[Node]:
    """The `name` of each decorator `@name.setter`, `@name.getter`, `@name.deleter` or `@name.register`."""
    found = []
    if node.type == "decorated_definition":
        for decorator in node.children:
            target = decorator.named_children[0] if decorator.type == "decorator" else None
            if target is not None and target.type == "attribute":
                holder = target.child_by_field_name("object")
                attribute = target.child_by_field_name("attribute")
                kinds = (b"setter", b"getter", b"deleter", b"register")
                if holder is not None and attribute is not None and attribute.text in kinds:
                    found.append(holder)
    return found
