"""How everything is drawn: the signs, and what each style is for. The colours themselves are in `colours`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from textual.style import Style

from store.model import LETTERS, PatchStatus
from tui.keymap import Keymap
from tui.present.colours import Colours, Tint, hues_of, styles_of, syntax_of
from tui.registry import DEFAULT_KEYMAP
from tui.settings import SignSet

Highlight = Literal["dark", "light", "ansi", "none"]
Tone = Literal["good", "warn", "bad", "dim", "text", "strong"]
"""What a word means, where the style is chosen later."""


class Signs(NamedTuple):
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
    unsaved: str
    waits: str
    """One cell, for an editor that is changed and in no patch."""
    travels: str
    """One cell, for imports in no patch, which merges take along."""
    ellipsis: str
    dot: str
    arrow: str
    good: str
    bad: str
    gone: str
    change: tuple[str, str, str]
    """One cell each, for what is done to a definition: added, deleted, renamed."""
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
    unsaved="*",
    waits="?",
    travels=">",
    ellipsis="…",
    dot="·",
    arrow="→",
    good="✓",
    bad="✗",
    gone="×",
    change=("+", "-", "→"),
    short=("✗", "◷", "✎", "✓"),
    box="╭─╮│╰╯",
)
_SYMBOLS = _EMOJI._replace(
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
    unsaved="*",
    waits="?",
    travels=">",
    ellipsis="..",
    dot="-",
    arrow="->",
    good="+",
    bad="x",
    gone="x",
    change=("+", "-", ">"),
    short=("!", "-", ".", "+"),
    box="+-+|++",
)
SIGNS: Mapping[str, Signs] = {"emoji": _EMOJI, "symbols": _SYMBOLS, "ascii": _ASCII}


@dataclass(frozen=True, eq=False)
class Look:
    """How everything is drawn: signs and styles. States have a sign and a word beside their colour.

    There is one in an app; what is drawn is kept by which it was.
    """

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
    highlight: Highlight
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


def look_of(
    colours: Colours, signs: SignSet, keymap: Keymap = DEFAULT_KEYMAP, theme: Mapping[str, str] | None = None
) -> Look:
    """Make the look for a set of colours and a set of signs, in the colours of a `theme` where one is given.

    A theme is what Textual calls its variables: colours by name.
    """
    styles, hues, syntax = styles_of(colours), hues_of(colours), syntax_of(colours)
    if theme is not None:
        tint = Tint(theme)
        styles = {name: tint.style(name, style) for name, style in styles.items()}
        hues = tuple(tint.ink(hue) for hue in hues)
        syntax = {name: tint.ink(style) for name, style in syntax.items()}
    highlight: Highlight = "none" if colours == "plain" else colours
    return Look(signs=SIGNS[signs], hues=hues, syntax=syntax, highlight=highlight, keymap=keymap, **styles)
