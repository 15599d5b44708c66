"""Signs and colours: which exist, and which the terminal gets. The only place that names a colour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from textual.color import Color
from textual.style import Style

from store.model import LETTERS, PatchStatus
from tui.keymap import Keymap
from tui.registry import DEFAULT_KEYMAP
from tui.settings import SignSet

Tone = Literal["good", "warn", "bad", "dim", "text", "strong"]
"""What a word means, where the style is chosen later."""


@dataclass(frozen=True)
class Signs:
    """The signs of one set. Those of states and of a new patch are two cells wide."""

    ready: str
    draft: str
    blocked: str
    conflict: str
    merged: str
    abandoned: str
    new: str
    plugged: str
    free: str
    online: str
    enter: str
    next: str
    chosen: str
    """A row chosen with space."""
    ellipsis: str
    dot: str
    arrow: str
    good: str
    bad: str
    gone: str
    short: tuple[str, str, str, str]
    """One cell each, for counts: conflict, blocked, draft, ready."""
    box: str
    """Top left, horizontal, top right, vertical, bottom left, bottom right."""


_EMOJI = Signs(
    ready="✅",
    draft="📝",
    blocked="⏳",
    conflict="💥",
    merged="📦",
    abandoned="💤",
    new="🆕",
    plugged="●",
    free="○",
    online="●",
    enter="↵",
    next="▸",
    chosen="■",
    ellipsis="…",
    dot="·",
    arrow="→",
    good="✓",
    bad="✗",
    gone="×",
    short=("✗", "◷", "✎", "✓"),
    box="╭─╮│╰╯",
)
_SYMBOLS = replace(
    _EMOJI,
    ready="✓ ",
    draft="✎ ",
    blocked="◷ ",
    conflict="✗ ",
    merged="≡ ",
    abandoned="× ",
    new="+ ",
)
_ASCII = Signs(
    ready="ok",
    draft="..",
    blocked="--",
    conflict="!!",
    merged="==",
    abandoned="xx",
    new="++",
    plugged="O",
    free="o",
    online="*",
    enter="enter",
    next=">",
    chosen="#",
    ellipsis="..",
    dot="-",
    arrow="->",
    good="+",
    bad="x",
    gone="x",
    short=("!", "-", ".", "+"),
    box="+-+|++",
)
SIGNS: Mapping[str, Signs] = {"emoji": _EMOJI, "symbols": _SYMBOLS, "ascii": _ASCII}


@dataclass(frozen=True)
class Look:
    """How everything is drawn: signs and styles. States have a sign and a word beside their colour."""

    signs: Signs
    hues: tuple[Style, ...]
    """The patches' colours by letter; none of them is green, yellow or red."""
    text: Style
    strong: Style
    dim: Style
    italic: Style
    heading: Style
    good: Style
    warn: Style
    bad: Style
    key: Style
    border: Style
    active: Style
    """The border of the panel that holds the cursor."""
    cursor: Style
    lit: Style
    """A row that belongs to the cursor's row."""
    bar: Style
    """Header and footer."""
    brand: Style
    added: Style
    removed: Style
    added_word: Style
    removed_word: Style
    """What changed inside a line; without colours told from the rest of it all the same."""
    syntax: Mapping[str, Style]
    """By what a part of a text is: comment, keyword, string, number, name."""
    highlight: Literal["dark", "light", "ansi", "none"]
    keymap: Keymap = DEFAULT_KEYMAP
    """Names the keys wherever one is shown."""

    def hue(self, letter: str) -> Style:
        """Give the colour of the patch with this letter."""
        index = 0
        for character in letter:
            index = index * len(LETTERS) + LETTERS.find(character) + 1
        return self.hues[(index - 1) % len(self.hues)]

    def tone(self, tone: Tone) -> Style:
        """Give the style of a tone."""
        styles = {"good": self.good, "warn": self.warn, "bad": self.bad, "dim": self.dim}
        return styles.get(tone, self.strong if tone == "strong" else self.text)

    def sign(self, status: PatchStatus, ready: bool) -> str:
        """Give a patch's two-cell sign; `ready` tells a merge has nothing in its way."""
        signs = self.signs
        if status is PatchStatus.READY:
            return signs.ready if ready else signs.blocked
        return {
            PatchStatus.DRAFT: signs.draft,
            PatchStatus.CONFLICTS: signs.conflict,
            PatchStatus.MERGED: signs.merged,
            PatchStatus.ABANDONED: signs.abandoned,
        }[status]


def _ink(color: str, *, bold: bool | None = None, italic: bool | None = None) -> Style:
    return Style(foreground=Color.parse(color), bold=bold, italic=italic)


def _inks(colors: str) -> tuple[Style, ...]:
    return tuple(_ink(color) for color in colors.split())


def _syntax(comment: str, keyword: str, string: str, number: str, name: str) -> Mapping[str, Style]:
    return {
        "comment": _ink(comment, italic=True),
        "keyword": _ink(keyword),
        "string": _ink(string),
        "number": _ink(number),
        "name": _ink(name),
    }


def _paper(color: str) -> Style:
    return Style(background=Color.parse(color))


_DARK = Look(
    signs=_EMOJI,
    hues=_inks("#5fafff #d787ff #5fd7d7 #ffaf5f #ff87af #b0ae86 #87a7ff #d7af87"),
    text=_ink("#e0e0e0"),
    strong=_ink("#ffffff", bold=True),
    dim=_ink("#8a8f94"),
    italic=_ink("#e0e0e0", italic=True),
    heading=_ink("#ffffff", bold=True),
    good=_ink("#87d7a0"),
    warn=_ink("#ffc86b"),
    bad=_ink("#e08090"),
    key=_ink("#ffc86b", bold=True),
    border=_ink("#4d545a"),
    active=_ink("#2f8fe0"),
    cursor=_paper("#0f4a7c"),
    lit=_paper("#25292d"),
    bar=Style(background=Color.parse("#242f38"), foreground=Color.parse("#e0e0e0")),
    brand=Style(background=Color.parse("#0f4a7c"), foreground=Color.parse("#8cc8ff"), bold=True),
    added=Style(background=Color.parse("#1d3425"), foreground=Color.parse("#a8e6b8")),
    removed=Style(background=Color.parse("#3a1d24"), foreground=Color.parse("#eb9aa8")),
    added_word=Style(background=Color.parse("#2f6b42"), foreground=Color.parse("#ffffff")),
    removed_word=Style(background=Color.parse("#7d2c3c"), foreground=Color.parse("#ffffff")),
    syntax=_syntax("#8a9a8a", "#d79bd0", "#d0a384", "#b5cea8", "#dcdcaa"),
    highlight="dark",
)


_LIGHT = Look(
    signs=_EMOJI,
    hues=_inks("#005faf #8700af #007a7a #af5f00 #af005f #5f5f1f #3a3ad0 #7a5500"),
    text=_ink("#1c1c1c"),
    strong=_ink("#000000", bold=True),
    dim=_ink("#626262"),
    italic=_ink("#1c1c1c", italic=True),
    heading=_ink("#000000", bold=True),
    good=_ink("#1d6b35"),
    warn=_ink("#8a5a00"),
    bad=_ink("#a01c3c"),
    key=_ink("#8a5a00", bold=True),
    border=_ink("#9a9a9a"),
    active=_ink("#004578"),
    cursor=_paper("#9cc3e6"),
    lit=_paper("#d2d2d2"),
    bar=Style(background=Color.parse("#cfcfcf"), foreground=Color.parse("#1c1c1c")),
    brand=Style(background=Color.parse("#7fa6c8"), foreground=Color.parse("#00284a"), bold=True),
    added=Style(background=Color.parse("#c3e0cb"), foreground=Color.parse("#124d25")),
    removed=Style(background=Color.parse("#e6c6cc"), foreground=Color.parse("#7a142e")),
    added_word=Style(background=Color.parse("#8fcb9f"), foreground=Color.parse("#000000")),
    removed_word=Style(background=Color.parse("#dd98a4"), foreground=Color.parse("#000000")),
    syntax=_syntax("#5d656c", "#8a1f6a", "#0a3069", "#0a4aa0", "#5a3aa8"),
    highlight="light",
)


_ANSI = Look(
    signs=_EMOJI,
    hues=_inks("ansi_bright_blue ansi_magenta ansi_cyan ansi_blue ansi_bright_magenta ansi_bright_cyan"),
    text=Style(),
    strong=Style(bold=True),
    dim=Style(dim=True),
    italic=Style(italic=True),
    heading=Style(bold=True, underline=True),
    good=_ink("ansi_green"),
    warn=_ink("ansi_yellow"),
    bad=_ink("ansi_red"),
    key=Style(bold=True),
    border=Style(dim=True),
    active=_ink("ansi_magenta"),
    cursor=Style(reverse=True),
    lit=Style(bold=True),
    bar=Style(),
    brand=Style(reverse=True, bold=True),
    added=_ink("ansi_green"),
    removed=_ink("ansi_red"),
    added_word=Style(reverse=True),
    removed_word=Style(reverse=True),
    syntax=_syntax("ansi_default", "ansi_magenta", "ansi_cyan", "ansi_cyan", "ansi_blue"),
    highlight="ansi",
)


_PLAIN = replace(
    _ANSI,
    hues=(Style(),),
    good=Style(),
    warn=Style(bold=True),
    bad=Style(bold=True),
    active=Style(bold=True),
    added=Style(),
    removed=Style(),
    highlight="none",
)
LOOKS: Mapping[str, Look] = {"dark": _DARK, "light": _LIGHT, "ansi": _ANSI, "plain": _PLAIN}


def look_of(colours: str, signs: SignSet, keymap: Keymap = DEFAULT_KEYMAP) -> Look:
    """Make the look for one of the colours `dark`, `light`, `ansi`, `plain` and one of the sets of signs."""
    return replace(LOOKS[colours], signs=SIGNS[signs], keymap=keymap)
