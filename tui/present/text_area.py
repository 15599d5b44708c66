"""The colours of text that is being typed: those of the look, also for what Textual's grammars tell apart."""

from __future__ import annotations

from collections.abc import Mapping

from textual.widgets.text_area import TextAreaTheme

from tui.present.look import Look

_NAMES: Mapping[str, tuple[str, ...]] = {
    "comment": ("comment", "heading.marker", "punctuation.special"),
    "keyword": (
        *("keyword", "keyword.function", "keyword.return", "keyword.operator", "conditional", "repeat"),
        *("exception", "include", "operator", "tag", "boolean", "constant.builtin", "json.null"),
    ),
    "string": ("string", "string.documentation", "link.uri", "inline_code"),
    "number": ("number", "float"),
    "name": (
        *("function", "function.call", "method", "method.call", "class", "type", "type.class", "heading"),
        *("type.builtin", "yaml.field", "json.label", "toml.type", "css.property", "link.label"),
    ),
}
"""What Textual's grammars call the parts of a text, by kind of the look's syntax."""


def text_area_theme(look: Look) -> TextAreaTheme:
    """Make the theme of a text area."""
    styles = {name: look.syntax[kind].rich_style for kind, names in _NAMES.items() for name in names}
    if look.highlight in ("ansi", "none"):
        return TextAreaTheme("patchbay", syntax_styles=styles)
    return TextAreaTheme(
        "patchbay",
        gutter_style=look.dim.rich_style,
        cursor_line_style=look.lit.rich_style,
        cursor_line_gutter_style=(look.lit + look.strong).rich_style,
        selection_style=(look.cursor + look.strong).rich_style,
        syntax_styles=styles,
    )
