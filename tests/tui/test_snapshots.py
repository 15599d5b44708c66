"""How the session screen and every dialog look: by size, look, number of rows, and with hostile text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import views_factory as views
from demo_stores import empty_store, improvements
from drawn import DrawnApp
from pictures import SIZES, app_on, pressing

from tui.app import PatchbayApp
from tui.place import Place
from tui.present.colours import Colours
from tui.settings import SignSet

SCENES: dict[str, tuple[str, ...]] = {
    "session": (),
    "an unassigned editor": ("3",),
    "a patch": ("tab", "j"),
    "an action": ("tab", "tab"),
    "assign": ("3", "a"),
    "assign, new patch": ("3", "a", "n"),
    "merge": ("m",),
    "merge, message": ("m", "e"),
    "merge, then": ("tab", "j", "j", "m"),
    "merge all ready": ("M",),
    "blocked": ("tab", "j", "j", "D", "a", "b", "escape", "m"),
    "abandon patch": ("x",),
    "close session": ("C",),
    "abandon session": ("X",),
    "close a changed editor": ("3", "w"),
    "new session": ("N",),
    "new patch": ("3", "n"),
    "open definition": ("o", "v", "a", "l"),
    "depend on": ("2", "D", "a"),
    "go to": ("0", "2"),
    "sessions": ("s",),
    "help": ("question_mark",),
    "differences": ("tab", "d"),
    "editor": ("1", "enter"),
    "unassigned editor": ("3", "enter"),
    "maximised": ("plus",),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scene", SCENES)
def test_it_looks_as_before(snap_compare: Any, tmp_path: Path, scene: str, size: tuple[int, int]) -> None:
    assert snap_compare(
        app_on(improvements(tmp_path)), terminal_size=size, run_before=pressing(*SCENES[scene])
    )


@pytest.mark.parametrize("size", SIZES)
def test_the_screen_without_a_session(snap_compare: Any, tmp_path: Path, size: tuple[int, int]) -> None:
    assert snap_compare(app_on(empty_store(tmp_path)), terminal_size=size, run_before=pressing())


def test_the_screen_in_a_terminal_that_is_too_small(snap_compare: Any, tmp_path: Path) -> None:
    assert snap_compare(app_on(improvements(tmp_path)), terminal_size=(40, 10), run_before=pressing())


LOOKS: dict[str, tuple[Colours, SignSet, str]] = {
    "dark": ("dark", "emoji", "textual-dark"),
    "light": ("light", "emoji", "textual-light"),
    "ansi": ("ansi", "symbols", "ansi-dark"),
    "no colour": ("plain", "symbols", "ansi-dark"),
    "ascii": ("dark", "ascii", "textual-dark"),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("look", LOOKS)
def test_a_full_session_in_every_look(snap_compare: Any, look: str, size: tuple[int, int]) -> None:
    colours, signs, theme = LOOKS[look]
    app = DrawnApp(views.hard(), Place(editor="e6"), colours, signs, theme)
    assert snap_compare(app, terminal_size=size)


@pytest.mark.parametrize("size", SIZES)
def test_hostile_text(snap_compare: Any, size: tuple[int, int]) -> None:
    app = DrawnApp(views.hostile(), Place(editor="e2"), "dark", "emoji", "textual-dark")
    assert snap_compare(app, terminal_size=size)


ROWS = {
    "no rows": views.view("empty"),
    "one row": views.view("one", (views.patch(0, "alone"),)),
    "a thousand rows": views.many(1_000),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("rows", ROWS)
def test_no_one_and_a_thousand_rows(snap_compare: Any, rows: str, size: tuple[int, int]) -> None:
    app = DrawnApp(ROWS[rows], Place(), "dark", "emoji", "textual-dark")
    assert snap_compare(app, terminal_size=size)


DIALOGS = {"assign": ("3", "a"), "merge": ("m",), "close session": ("C",), "help": ("question_mark",)}


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark", "nord"])
@pytest.mark.parametrize("scene", DIALOGS)
def test_dialogs_in_other_themes(snap_compare: Any, tmp_path: Path, scene: str, theme: str) -> None:
    app = PatchbayApp(improvements(tmp_path), signs="symbols", theme=theme)
    assert snap_compare(app, terminal_size=(80, 24), run_before=pressing(*DIALOGS[scene]))
