"""The shape of a definition's text in the languages of `languages`; see `shapes`. Pure text to text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from store.source.items import Item, heading_rows, items_of
from store.source.keys import decoded, encoded, slug, unnumbered
from store.source.languages import Language
from store.source.texts import indent_of, is_blank, lines_of

if TYPE_CHECKING:
    from tree_sitter import Node

_COMMENT = re.compile(r"//|/\*|\*|#(?!\[)")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]")
_CONSTRUCTORS = ("constructor_declaration", "compact_constructor_declaration")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+\Z")


class BlockShape:
    """The shape of texts in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def code_indent(self, text: str) -> str:
        """The indentation of the first line that is not blank."""
        return next((indent_of(line) for line in lines_of(text) if not is_blank(line)), "")

    def is_large(self, text: str) -> bool:
        """Whether a blank line sets the definition apart: functions, types, whatever has several lines."""
        if self.language.always_apart:
            return True
        lines = [line.strip() for line in lines_of(text) if not is_blank(line)]
        code = [line for line in lines if not _COMMENT.match(line)]
        if not code:
            return False
        words = code[0].split()
        while words and words[0].partition("(")[0] in self.language.modifiers:
            del words[0]
        begins = " ".join(words).startswith(self.language.larger)
        return begins or (self.language.long_apart and len(code) > 1) or code[0].endswith(") {}")

    def reindented(self, text: str, indent: str) -> str:
        """The text with its first line at `indent`; lines inside strings stay."""
        own = self.code_indent(text)
        if own == indent:
            return text
        kept = self._rows_inside_strings(text)
        lines = []
        for row, line in enumerate(lines_of(text)):
            moves = row not in kept and not is_blank(line) and line.startswith(own)
            lines.append(indent + line[len(own) :] if moves else line)
        return "".join(lines)

    def _rows_inside_strings(self, text: str) -> set[int]:
        rows: set[int] = set()
        stack = [self.language.parse(text).root_node]
        while stack:
            node = stack.pop()
            if "string" in node.type:
                rows.update(range(node.start_point.row + 1, node.end_point.row + 1))
            elif node.start_point.row != node.end_point.row:
                stack.extend(node.children)
        return rows

    def at_level(self, text: str, head: str | None, beside: str | None) -> str:
        """A Markdown section with its headings moved below those of `head`, or to the level of `beside`."""
        if self.language.name != "markdown":
            return text
        own = _level(text)
        above = _level(head or "")
        wanted = max(own, above + 1) if head else min(own, _level(beside or "") or own)
        if not own or wanted == own:
            return text
        rows = lines_of(text)
        for row in heading_rows(self.language.parse(text).root_node):
            marks, rest = _HEADING.match(rows[row]), rows[row].lstrip(" #")
            if marks is not None:
                level = min(max(len(marks[1]) + wanted - own, 1), 6)
                rows[row] = f"{'#' * level} {rest}"
        return "".join(rows)

    def member_indent(self, head: str) -> str:
        """The indentation of a container's first member."""
        return self.code_indent(head) + self.language.member_indent if self.language.has_braces else ""

    def with_room(self, head: str, newline: str) -> tuple[str, str]:
        """A head made ready to be followed by members, and the closing line that it had."""
        body = self._closed_body(head)
        if body is None:
            return head, ""
        data = head.encode("utf-8")
        inside = data[body.start_byte + 1 : body.end_byte - 1].decode()
        closing = data[body.end_byte - 1 :].decode()
        if "\n" in inside:
            kept = inside.rstrip(" \t\r\n")
        else:
            kept = f"{newline}{self.member_indent(head)}{inside.strip()}" if inside.strip() else ""
        opened = data[: body.start_byte + 1].decode() + kept + newline
        ended = closing if closing.endswith("\n") else closing + newline
        return opened, self.code_indent(head) + ended

    def beside_members(self, head: str, before: str, newline: str) -> str:
        """A new text of a head that has members, without the closing line that its file has already."""
        return self.with_room(head, newline)[0]

    def without_members(self, head: str, whole: str, indent: str, newline: str) -> str:
        """A head whose last member went: its closing line stays behind it."""
        return head

    def lines_before_first_member(self, head: str) -> int:
        """How many blank lines stand between a head and its first member."""
        return int(self.language.always_apart)

    def lines_between(self, inside_class: bool) -> int:
        """How many blank lines set functions and types apart."""
        return 1

    @property
    def is_open_ended(self) -> bool:
        """See `Language.is_open_ended`."""
        return self.language.is_open_ended

    def _closed_body(self, head: str) -> Node | None:
        """The body of a container whose text has its closing brace; None where there is none."""
        if not self.language.has_braces:
            return None
        root = self.language.parse(head).root_node
        stack = list(reversed(root.named_children))
        while stack and not root.has_error:
            node = stack.pop()
            body = node.child_by_field_name("body")
            if node.type in self.language.containers and body is not None:
                return body
            stack.extend(reversed(node.named_children))
        return None

    def renamed(self, text: str, old: str, new: str) -> str:
        """The text with the names that define `old`, a last part of a key, rewritten to `new`."""
        shift, items = self._defining(text, unnumbered(old))
        data = text.encode("utf-8")
        tokens = [token for item in items for token in (*item.tokens, *_constructors(item))]
        places = {(one.start_byte - shift, one.end_byte - shift): one for one in tokens}
        for start, end in sorted(places, reverse=True):
            token = places[start, end]
            if self._is(token, unnumbered(old)):
                data = data[:start] + self._written(token, new).encode("utf-8") + data[end:]
        return data.decode("utf-8")

    def _defining(self, text: str, old: str) -> tuple[int, list[Item]]:
        """The items that define a name, members or not, and how many bytes stand before the text."""
        plain = old.partition("<")[0]
        for wrapper in (f"{self.language.wrapper}\n", "") if self.language.has_braces else ("",):
            root = self.language.parse(f"{wrapper}{text}\n}}" if wrapper else text).root_node
            if wrapper and root.has_error:
                continue
            items = items_of(root, self.language)
            if wrapper:
                items = items[0].members if items else []
            found = [
                item
                for item in items
                if any(name.rpartition(".")[2].partition("<")[0] == plain for name in item.names)
            ]
            if found:
                return len(wrapper), found
        return 0, []

    def _is(self, token: Node, old: str) -> bool:
        text = (token.text or b"").decode("utf-8")
        if self.language.name == "markdown":
            return slug(text) == old
        plain = text.strip("'\"") if token.type in ("string", "quoted_key") else text
        private = token.type == "private_property_identifier"
        return ("#" + encoded(text[1:]) if private else encoded(plain)) == old.partition("<")[0]

    def _written(self, token: Node, new: str) -> str:
        """A last part of a key as it is written in place of a token."""
        part = unnumbered(new)
        if self.language.name == "markdown":
            ending = "\n" if (token.text or b"").endswith(b"\n") else ""
            return part.replace("-", " ") + ending
        private = part.startswith("#")
        text = "#" + decoded(part[1:]) if private else decoded(part.partition("<")[0])
        if self.language.name == "toml" and not _BARE_KEY.match(text):
            return f'"{text}"'
        quoted = self.language.name == "javascript" and not re.match(r"#?[\w$]+\Z|\[", text)
        return f'"{text}"' if quoted else text


def _constructors(item: Item) -> list[Node]:
    """The names of the constructors in a Java class."""
    tokens = [token for member in item.members for token in member.tokens]
    return [one for one in tokens if one.parent is not None and one.parent.type in _CONSTRUCTORS]


def _level(section: str) -> int:
    """The level of the heading that a Markdown section begins with; 0 where it is not marked by `#`."""
    first = next((line for line in lines_of(section) if not is_blank(line)), "")
    marks = _HEADING.match(first)
    return len(marks[1]) if marks is not None else 0
