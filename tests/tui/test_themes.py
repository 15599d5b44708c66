"""Every theme can be read: the contrast of all that is drawn, in all colours and in few."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import pytest
from demo_stores import improvements
from driver import Person
from rich.color import Color as TerminalColor
from rich.color import ColorSystem, ColorType
from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.color import Color
from textual.geometry import Region
from textual.widget import Widget
from textual.widgets import Input, TextArea

from store.session_manager import SessionManager
from tui.app import PatchbayApp
from tui.present.colours import contrast
from tui.settings import THEMES
from tui.widgets.lines import Lines

SCENES: tuple[tuple[str, ...], ...] = (
    (),
    ("3",),
    ("tab", "j", "tab"),
    ("tab", "j", "enter"),
    ("m",),
    ("3", "a", "n"),
    ("o", "v"),
    ("question_mark",),
    ("tab", "d"),
    ("C",),
    ("1", "enter"),
)
LEAST = {ColorSystem.TRUECOLOR: 3.0, ColorSystem.EIGHT_BIT: 2.0}
"""The contrast that anything written has; 256 colours are too few to be sure of more."""


def drawn(app: App[None]) -> Iterator[tuple[str, Style]]:
    """Every run of characters on the present screen with how it is drawn, but for borders and blanks."""
    for widget in app.screen.query("*").results(Widget):
        if not isinstance(widget, Lines | Input | TextArea) or not widget.display or not widget.size:
            continue
        for strip in widget.render_lines(Region(0, 0, *widget.outer_size)):
            for segment in strip:
                text = "".join(one for one in segment.text if not _is_line(one)).strip()
                if text and segment.style is not None:
                    yield text, _turned(segment)


def _is_line(character: str) -> bool:
    return 0x2500 <= ord(character) <= 0x259F


def _turned(segment: Segment) -> Style:
    style = segment.style or Style()
    if style.reverse:
        return Style(color=style.bgcolor, bgcolor=style.color)
    return style


@cache
def told_apart(style: Style, system: ColorSystem) -> float:
    """The contrast of ink and ground in the colours of a terminal."""
    assert style.color is not None
    assert style.bgcolor is not None
    ink, ground = (
        Color(*TerminalColor.from_triplet(one.get_truecolor()).downgrade(system).get_truecolor())
        for one in (style.color, style.bgcolor)
    )
    return contrast(ink, ground)


async def faint_in(manager: SessionManager, theme: str, least: Mapping[ColorSystem, float]) -> list[str]:
    """Go through the scenes; give what can't be told from its ground well enough."""
    app = PatchbayApp(manager, signs="symbols", theme=theme)
    faint: set[str] = set()
    async with app.run_test(size=(120, 36)) as pilot:
        person = Person(pilot)
        await person.settle()
        for scene in SCENES:
            await person.press(*scene)
            for text, style in drawn(app):
                faint |= {
                    f"{told_apart(style, system):.1f} {system.name} {style}: {text[:30]} {scene}"
                    for system, needed in least.items()
                    if told_apart(style, system) < needed
                }
            await person.press_until("escape", lambda: len(app.screen_stack) == 1)
    return sorted(faint)


FULL_COLOUR = [one for one in THEMES if not one.startswith("ansi")]
OFTEN = ("textual-dark", "textual-light")


@pytest.mark.parametrize(
    "theme", [one if one in OFTEN else pytest.param(one, marks=pytest.mark.long) for one in FULL_COLOUR]
)
async def test_everything_can_be_read_in_every_theme(tmp_path: Path, theme: str) -> None:
    faint = await faint_in(improvements(tmp_path), theme, LEAST)
    assert not faint, "\n".join(faint)


@pytest.mark.parametrize("theme", ["ansi-dark", "ansi-light"])
async def test_the_ansi_themes_use_the_terminals_own_colours_alone(tmp_path: Path, theme: str) -> None:
    app = PatchbayApp(improvements(tmp_path), signs="symbols", theme=theme)
    others: set[str] = set()
    async with app.run_test(size=(80, 24)) as pilot:
        person = Person(pilot)
        await person.settle()
        for scene in SCENES:
            await person.press(*scene)
            for text, style in drawn(app):
                own = all(
                    one is None or one.type in (ColorType.DEFAULT, ColorType.STANDARD)
                    for one in (style.color, style.bgcolor)
                )
                hidden = style.color == style.bgcolor and not (style.color is None or style.color.is_default)
                if not own or hidden:
                    others.add(f"{style}: {text[:30]} {scene}")
            await person.press_until("escape", lambda: len(app.screen_stack) == 1)
    assert not others, "\n".join(sorted(others))
