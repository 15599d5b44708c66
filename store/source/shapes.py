"""What the text of a definition looks like, by language: `shape` for Python, `blocks` for the others."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from store.source import shape
from store.source.blocks import BlockShape
from store.source.languages import walked_language
from store.source.partition import Partition, cut, is_cut
from store.source.pieces import PieceKind
from store.source.texts import is_opaque


class Shape(Protocol):
    """What `slots` asks of a language. Heads and members are those of classes and other containers."""

    def code_indent(self, text: str) -> str:
        """The indentation that a definition stands at."""
        ...

    def is_large(self, text: str) -> bool:
        """Whether blank lines set the definition apart."""
        ...

    def reindented(self, text: str, indent: str) -> str:
        """The text at another indentation."""
        ...

    def at_level(self, text: str, head: str | None, beside: str | None) -> str:
        """The text as a member of a class, or beside another definition at the top."""
        ...

    def member_indent(self, head: str) -> str:
        """The indentation of a class's first member."""
        ...

    def with_room(self, head: str, newline: str) -> tuple[str, str]:
        """A head made ready to be followed by members, and the closing line that it had."""
        ...

    def beside_members(self, head: str, before: str, newline: str) -> str:
        """A new text of a head, which was `before`, made ready for the members that it has."""
        ...

    def without_members(self, head: str, whole: str, indent: str, newline: str) -> str:
        """A head whose last member, at `indent`, went; `whole` is all that is left of the class."""
        ...

    def lines_before_first_member(self, head: str) -> int:
        """How many blank lines stand between a head and its first member."""
        ...

    def lines_between(self, inside_class: bool) -> int:
        """How many blank lines set large definitions apart."""
        ...

    @property
    def is_open_ended(self) -> bool:
        """Whether a class goes on up to the next one, so that nothing else can stand behind it."""
        ...


class PythonShape:
    """The shape of Python texts."""

    def code_indent(self, text: str) -> str:
        """See `shape.code_indent`."""
        return shape.code_indent(text)

    def is_large(self, text: str) -> bool:
        """See `shape.is_large`."""
        return shape.is_large(text)

    def reindented(self, text: str, indent: str) -> str:
        """See `shape.reindented`."""
        return shape.reindented(text, indent)

    def at_level(self, text: str, head: str | None, beside: str | None) -> str:
        """The text itself: indentation tells where it belongs."""
        return text

    def member_indent(self, head: str) -> str:
        """The indentation of the body."""
        return shape.class_head(head).indent

    def with_room(self, head: str, newline: str) -> tuple[str, str]:
        """See `shape.head_for_members`; nothing closes a class."""
        return shape.head_for_members(head, newline), ""

    def beside_members(self, head: str, before: str, newline: str) -> str:
        """The head without a body on its own line, and without a `pass` that it did not have."""
        found = shape.class_head(head)
        if found.on_header_line or (found.is_placeholder and not shape.class_head(before).is_placeholder):
            return shape.head_for_members(head, newline)
        return head

    def without_members(self, head: str, whole: str, indent: str, newline: str) -> str:
        """The head with `pass` where nothing else is left of the body."""
        if shape.class_head(whole).body.strip():
            return head
        return shape.head_without_members(head, indent, newline)

    def lines_before_first_member(self, head: str) -> int:
        """One behind a docstring."""
        return int(bool(shape.class_head(head).body.strip()))

    def lines_between(self, inside_class: bool) -> int:
        """One between methods, two at the top."""
        return 1 if inside_class else 2

    @property
    def is_open_ended(self) -> bool:
        """A class ends with its indentation."""
        return False


_PYTHON = PythonShape()


def shape_of(path: str) -> Shape:
    """The shape of definitions in a file."""
    language = walked_language(path)
    return BlockShape(language) if language is not None else _PYTHON


def cut_alone(path: str, text: str, member: bool = False) -> Partition:
    """The pieces of a text that holds some definitions of a file, `member` where they stand in a class.

    Keys are those below that class; the text may be indented. Rows are those of the text.
    """
    language = walked_language(path)
    if language is None:
        return cut(path, shape.reindented(text, ""))
    if not member or not language.has_braces or is_opaque(text):
        return cut(path, text)
    ended = text if text.endswith("\n") else text + "\n"
    wrapped = cut(path, f"{language.wrapper}\n{ended}}}\n")
    wrapper, last = wrapped.pieces[0], wrapped.pieces[-1]
    if not wrapped.parses or wrapper.kind is not PieceKind.CLASS or last.container != wrapper.key:
        return cut(path, text)
    below = len(wrapper.key) + 1
    pieces = (
        replace(
            piece,
            key=piece.key[below:],
            binds=tuple(bind[below:] for bind in piece.binds),
            container=piece.container[below:],
        )
        for piece in wrapped.pieces[1:-1]
    )
    return Partition(tuple(pieces), True)


def rename_text(path: str, text: str, old_last: str, new_last: str) -> str:
    """The definition's text with the identifiers that define `old_last` rewritten to `new_last`.

    Both are last parts of keys; uses inside the text stay. See `shape.rename_text` for Python.
    """
    language = walked_language(path)
    if is_opaque(text) or not is_cut(path):
        return text
    if language is None:
        return shape.rename_text(text, old_last, new_last)
    return BlockShape(language).renamed(text, old_last, new_last)
