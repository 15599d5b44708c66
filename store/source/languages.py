"""The languages whose files are cut by the general walker: one table entry each. Data only.

Python has a cutter of its own (`python`). How the tables are used lives in `walk`, what texts of these
languages look like in `blocks`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Parser, Tree


@dataclass(frozen=True)
class Language:
    """What the walker and the shaping of texts need to know of one language. Sets are kinds of nodes."""

    name: str
    suffixes: tuple[str, ...]
    definitions: frozenset[str] = frozenset()
    containers: frozenset[str] = frozenset()
    """Definitions whose members are cut out of them."""
    imports: frozenset[str] = frozenset()
    comments: frozenset[str] = frozenset({"comment"})
    attributes: frozenset[str] = frozenset()
    """What stands before a definition and belongs to it, as a node of its own."""
    wrapper: str = ""
    """What a member's text stands in to be parsed alone, up to the opening brace."""
    member_indent: str = ""
    """How much deeper a member stands than its container."""
    larger: tuple[str, ...] = ()
    """What the first line of a definition that a blank line sets apart can begin with, modifiers aside."""
    long_apart: bool = True
    """Whether a blank line sets apart whatever has several lines."""
    always_apart: bool = False
    """Whether a blank line sets every definition apart."""
    modifiers: frozenset[str] = field(default=frozenset())
    """Words that can stand before those."""

    @property
    def is_open_ended(self) -> bool:
        """Whether a container goes on up to the next one, so that nothing else can stand behind it."""
        return self.name in ("toml", "markdown")

    @property
    def has_braces(self) -> bool:
        """Whether containers end with a closing brace."""
        return bool(self.wrapper)

    def parse(self, text: str) -> Tree:
        """The parse tree of a text that is not opaque."""
        return _parser(self.name).parse(text.encode("utf-8"))


@lru_cache(maxsize=16)
def _parser(name: str) -> Parser:
    import tree_sitter

    return tree_sitter.Parser(tree_sitter.Language(import_module(f"tree_sitter_{name}").language()))


JAVASCRIPT = Language(
    "javascript",
    (".js", ".mjs", ".cjs", ".jsx"),
    definitions=frozenset(
        {
            "function_declaration",
            "generator_function_declaration",
            "lexical_declaration",
            "variable_declaration",
            "method_definition",
            "field_definition",
            "expression_statement",
        }
    ),
    containers=frozenset({"class_declaration", "class"}),
    imports=frozenset({"import_statement"}),
    comments=frozenset({"comment", "html_comment"}),
    wrapper="class _ {",
    member_indent="  ",
    larger=("function", "class"),
    modifiers=frozenset({"export", "default", "async"}),
)
GO = Language(
    "go",
    (".go",),
    definitions=frozenset(
        {
            "function_declaration",
            "method_declaration",
            "type_declaration",
            "const_declaration",
            "var_declaration",
        }
    ),
    imports=frozenset({"import_declaration"}),
    member_indent="\t",
    larger=("func", "type"),
)
RUST = Language(
    "rust",
    (".rs",),
    definitions=frozenset(
        {
            "function_item",
            "function_signature_item",
            "struct_item",
            "enum_item",
            "union_item",
            "type_item",
            "associated_type",
            "const_item",
            "static_item",
            "macro_definition",
        }
    ),
    containers=frozenset({"impl_item", "trait_item", "mod_item"}),
    imports=frozenset({"use_declaration", "extern_crate_declaration"}),
    comments=frozenset({"line_comment", "block_comment"}),
    attributes=frozenset({"attribute_item"}),
    wrapper="trait _ {",
    member_indent="    ",
    larger=("fn", "struct", "enum", "union", "impl", "trait", "macro_rules!", "#["),
    modifiers=frozenset({"pub", "async", "unsafe", "const", "extern", "default"}),
)
JAVA = Language(
    "java",
    (".java",),
    definitions=frozenset(
        {
            "method_declaration",
            "constructor_declaration",
            "compact_constructor_declaration",
            "field_declaration",
            "constant_declaration",
            "annotation_type_element_declaration",
        }
    ),
    containers=frozenset(
        {
            "class_declaration",
            "interface_declaration",
            "enum_declaration",
            "record_declaration",
            "annotation_type_declaration",
        }
    ),
    imports=frozenset({"import_declaration"}),
    comments=frozenset({"line_comment", "block_comment"}),
    wrapper="class _ {",
    member_indent="    ",
    larger=("class", "interface", "enum", "record", "@"),
    modifiers=frozenset({"public", "private", "protected", "static", "final", "abstract", "sealed"}),
)
TOML = Language("toml", (".toml",), definitions=frozenset({"pair"}), larger=("[",), long_apart=False)
MARKDOWN = Language("markdown", (".md", ".markdown"), always_apart=True)

WALKED = {language.name: language for language in (JAVASCRIPT, GO, RUST, JAVA, TOML, MARKDOWN)}
_BY_SUFFIX = {suffix: language for language in WALKED.values() for suffix in language.suffixes}


def walked_language(path: str) -> Language | None:
    """The language of a file that the general walker cuts."""
    return _BY_SUFFIX.get(PurePosixPath(path).suffix)
