"""Signs and colours: which exist, and which the terminal gets. The only place that names a colour."""

from __future__ import annotations

import locale
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from textual.color import Color
from textual.style import Style

from store.model import LETTERS, PatchStatus

SignSet = Literal["emoji", "symbols", "ascii"]
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
    highlight: Literal["dark", "light", "ansi", "none"]

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


def look_of(colours: str, signs: SignSet) -> Look:
    """Make the look for one of the colours `dark`, `light`, `ansi`, `plain` and one of the sets of signs."""
    return replace(LOOKS[colours], signs=SIGNS[signs])


def signs_for(environment: Mapping[str, str], wanted: str | None = None) -> SignSet:
    """Choose the signs: what settings want, else ASCII without UTF-8, symbols under NO_COLOR, else emoji."""
    chosen = wanted or environment.get("PATCHBAY_SIGNS", "")
    if chosen in ("emoji", "symbols", "ascii"):
        return chosen  # type: ignore[return-value]
    said = next((environment[name] for name in ("LC_ALL", "LC_CTYPE", "LANG") if environment.get(name)), "")
    if "utf" not in (said or locale.getpreferredencoding(False)).lower():
        return "ascii"
    return "symbols" if environment.get("NO_COLOR") else "emoji"


def theme_for(environment: Mapping[str, str]) -> str:
    """Choose the Textual theme: the one named in TEXTUAL_THEME, ansi under NO_COLOR, else dark."""
    if environment.get("NO_COLOR"):
        return "ansi-dark"
    return environment.get("TEXTUAL_THEME") or "textual-dark"
