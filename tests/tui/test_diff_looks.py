"""How differences look: the whole screen, the session's preview, in every width and look."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from demo_stores import empty_store, improvements
from diff_texts import LONG, LONG_CHANGED, RICH, RICH_CHANGED
from driver import Person
from pictures import SIZES, app_on, pressing
from textual.content import Content
from textual.pilot import Pilot

from tui.app import PatchbayApp
from tui.present.differences import Section, section_of
from tui.present.text import visible
from tui.screens.differences import DifferencesScreen
from tui.settings import SignSet

LOOKS: dict[str, tuple[SignSet, str, str]] = {
    "dark": ("emoji", "textual-dark", ""),
    "light": ("emoji", "textual-light", ""),
    "ansi": ("symbols", "ansi-dark", ""),
    "no colour": ("symbols", "ansi-dark", "1"),
}
BAD = "[/] \x1b[2J\u202e[@click=app.quit]x[/] 名前 👩‍👩‍👧\tx " + "n" * 10_000


def rich() -> list[Section]:
    return [
        section_of("shop.Cart.total", RICH, RICH_CHANGED, Content(" update shop.Cart.total")),
        section_of("web/a.js:f", None, "function f(a) {\n\treturn 'x'; // note\n}\n", Content(" add f")),
    ]


VIEWS: dict[str, tuple[Callable[[], list[Section]], tuple[str, ...]]] = {
    "long": (lambda: [section_of("long.steps", LONG, LONG_CHANGED)], ("]", "]")),
    "unchanged": (lambda: [section_of("shop.Cart.total", RICH, RICH)], ()),
    "empty": (list, ()),
    "hostile": (
        lambda: [
            section_of("x", f"{BAD}\nsame {BAD}\n", f"{BAD}2\nsame {BAD}\n\x0c\r\n", Content(visible(BAD)))
        ],
        (),
    ),
}


def shown(sections: Callable[[], list[Section]], keys: tuple[str, ...]) -> Callable[[Pilot[None]], Any]:
    async def run(pilot: Pilot[None]) -> None:
        person = Person(pilot)
        await person.settle()
        title = Content.styled("A validation-enhancements")
        await person.app.push_screen(DifferencesScreen(person.app.bench, title, sections()))
        await person.press(*keys)

    return run


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("look", LOOKS)
def test_differences_in_every_look(
    snap_compare: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, look: str, size: tuple[int, int]
) -> None:
    signs, theme, no_colour = LOOKS[look]
    monkeypatch.delenv("NO_COLOR", raising=False)
    if no_colour:
        monkeypatch.setenv("NO_COLOR", no_colour)
    app = PatchbayApp(empty_store(tmp_path), signs=signs, theme=theme)
    assert snap_compare(app, terminal_size=size, run_before=shown(rich, ("]", "]")))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("view", VIEWS)
def test_differences_of_every_kind(
    snap_compare: Any, tmp_path: Path, view: str, size: tuple[int, int]
) -> None:
    sections, keys = VIEWS[view]
    assert snap_compare(app_on(empty_store(tmp_path)), terminal_size=size, run_before=shown(sections, keys))


def test_the_preview_has_two_columns_in_a_wide_terminal(snap_compare: Any, tmp_path: Path) -> None:
    assert snap_compare(app_on(improvements(tmp_path)), terminal_size=(200, 50), run_before=pressing())
