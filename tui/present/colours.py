"""Every colour of the screens, in one table, and how a theme's own colours are put in their place.

A style is written as words: `bold #rrggbb on #rrggbb`. What the styles are for is said in `look`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

from textual.color import Color
from textual.style import Style

Colours = Literal["dark", "light", "ansi", "plain"]
_COLUMNS: tuple[Colours, ...] = ("dark", "light", "ansi", "plain")

_TABLE: Mapping[str, tuple[str, str, str, str]] = {
    "text": ("#e0e0e0", "#1c1c1c", "", ""),
    "strong": ("bold #ffffff", "bold #000000", "bold", "bold"),
    "dim": ("#959ba1", "#626262", "dim", "dim"),
    "italic": ("italic #e0e0e0", "italic #1c1c1c", "italic", "italic"),
    "heading": ("bold #ffffff", "bold #000000", "bold underline", "bold underline"),
    "good": ("#87d7a0", "#1d6b35", "ansi_green", ""),
    "warn": ("#ffc86b", "#8a5a00", "ansi_yellow", "bold"),
    "bad": ("#e08090", "#a01c3c", "ansi_red", "bold"),
    "key": ("bold #ffc86b", "bold #8a5a00", "bold", "bold"),
    "border": ("#4d545a", "#9a9a9a", "dim", "dim"),
    "active": ("#2f8fe0", "#004578", "ansi_magenta", "bold"),
    "cursor": ("on #0f4a7c", "on #9cc3e6", "reverse", "reverse"),
    "lit": ("on #25292d", "on #d2d2d2", "bold", "bold"),
    "bar": ("#e0e0e0 on #242f38", "#1c1c1c on #cfcfcf", "", ""),
    "brand": ("bold #8cc8ff on #0f4a7c", "bold #00284a on #7fa6c8", "bold reverse", "bold reverse"),
    "added": ("#a8e6b8 on #1d3425", "#124d25 on #c3e0cb", "ansi_green", ""),
    "removed": ("#eb9aa8 on #3a1d24", "#7a142e on #e6c6cc", "ansi_red", ""),
    "added_word": ("#ffffff on #2f6b42", "#000000 on #8fcb9f", "reverse", "reverse"),
    "removed_word": ("#ffffff on #7d2c3c", "#000000 on #dd98a4", "reverse", "reverse"),
}
_SYNTAX: Mapping[str, tuple[str, str, str, str]] = {
    "comment": ("italic #8a9a8a", "italic #5d656c", "italic", "italic"),
    "keyword": ("#d79bd0", "#8a1f6a", "ansi_magenta", ""),
    "string": ("#d0a384", "#0a3069", "ansi_cyan", ""),
    "number": ("#b5cea8", "#0a4aa0", "ansi_cyan", ""),
    "name": ("#dcdcaa", "#5a3aa8", "ansi_blue", ""),
}
_HUES = (
    "#5fafff #d787ff #5fd7d7 #ffaf5f #ff87af #b0ae86 #87a7ff #d7af87",
    "#005faf #8700af #007a7a #8f4a00 #af005f #5f5f1f #3a3ad0 #7a5500",
    "ansi_bright_blue ansi_magenta ansi_cyan ansi_blue ansi_bright_magenta ansi_bright_cyan",
    "",
)
_ATTRIBUTES: Mapping[str, Style] = {
    "bold": Style(bold=True),
    "dim": Style(dim=True),
    "italic": Style(italic=True),
    "underline": Style(underline=True),
    "reverse": Style(reverse=True),
}

LEAST_CONTRAST, LEAST_ON_PAPER = 4.5, 3.0
"""The contrast that a theme's inks get on its background and in dialogs, and on rows of another colour."""


def styled(words: str) -> Style:
    """Make a style of its words."""
    style, rest = Style(), iter(words.split())
    for word in rest:
        if word in _ATTRIBUTES:
            style += _ATTRIBUTES[word]
        elif word == "on":
            style += Style(background=Color.parse(next(rest)))
        else:
            style += Style(foreground=Color.parse(word))
    return style


def styles_of(colours: Colours) -> dict[str, Style]:
    """Give every style but the hues and the syntax by its name."""
    column = _COLUMNS.index(colours)
    return {name: styled(row[column]) for name, row in _TABLE.items()}


def syntax_of(colours: Colours) -> dict[str, Style]:
    """Give the styles of program text."""
    column = _COLUMNS.index(colours)
    return {name: styled(row[column]) for name, row in _SYNTAX.items()}


def hues_of(colours: Colours) -> tuple[Style, ...]:
    """Give the patches' colours."""
    return tuple(styled(word) for word in _HUES[_COLUMNS.index(colours)].split()) or (Style(),)


_INKS = {
    "text": "foreground",
    "italic": "foreground",
    "good": "success",
    "warn": "warning",
    "bad": "error",
    "key": "warning",
    "active": "primary",
    "brand": "primary",
    "bar": "foreground",
    "added": "success",
    "removed": "error",
}
"""Which of a theme's colours a style is written in."""
_PAPERS = {
    "cursor": ("primary", 0.35),
    "lit": ("foreground", 0.09),
    "bar": ("foreground", 0.12),
    "brand": ("primary", 0.35),
    "added": ("success", 0.16),
    "removed": ("error", 0.16),
    "added_word": ("success", 0.4),
    "removed_word": ("error", 0.4),
}
"""How much of which of a theme's colours is mixed into its background for the ground of a style."""


class Tint:
    """Puts a theme's colours into styles, each ink as far from its ground as reading needs."""

    def __init__(self, theme: Mapping[str, str]) -> None:
        self._theme = {name: Color.parse(theme[name]) for name in {*_INKS.values(), "background", "surface"}}
        self._ground = self._theme["background"]
        self._pole = Color(255, 255, 255) if luminance(self._ground) < 0.3 else Color(0, 0, 0)
        self._papers = {name: self._paper(*mix) for name, mix in _PAPERS.items()}

    def _paper(self, name: str, share: float) -> Color:
        paper = self._ground.blend(self._theme[name], share)
        while contrast(self._pole, paper) < LEAST_CONTRAST and share > 0:
            share -= 0.05
            paper = self._ground.blend(self._theme[name], share)
        return paper

    def style(self, name: str, style: Style) -> Style:
        """Give a style of the table in the theme's colours."""
        paper = self._papers.get(name)
        ink = self._theme[_INKS[name]] if name in _INKS else style.foreground
        if name == "border":
            ink = self._ground.blend(self._theme["foreground"], 0.3)
        elif name == "dim":
            ink = self._legible(self._ground.blend(self._theme["foreground"], 0.6))
        elif name in ("strong", "heading", "added_word", "removed_word"):
            ink = self._pole
        elif ink is not None:
            ink = self._legible(ink, paper)
        return replace(style, foreground=ink, background=paper)

    def ink(self, style: Style) -> Style:
        """Give a style without a ground, legible on the theme's."""
        return (
            style if style.foreground is None else replace(style, foreground=self._legible(style.foreground))
        )

    def _legible(self, ink: Color, paper: Color | None = None) -> Color:
        """Move an ink towards black or white until it can be read."""
        needed = (
            [(paper, LEAST_CONTRAST)]
            if paper is not None
            else [
                *((self._theme[name], LEAST_CONTRAST) for name in ("background", "surface")),
                *((self._papers[name], LEAST_ON_PAPER) for name in ("cursor", "lit", "bar")),
            ]
        )
        for step in range(21):
            moved = ink.blend(self._pole, step / 20)
            if all(contrast(moved, ground) >= least for ground, least in needed):
                return moved
        return self._pole


def luminance(color: Color) -> float:
    """Give the relative luminance of a colour, 0 to 1 (WCAG 2)."""
    parts = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in color.normalized
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: Color, other: Color) -> float:
    """Give the contrast of two colours, 1 to 21 (WCAG 2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
