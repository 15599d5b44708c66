"""Every screen and every dialog without colours at 80x24: nothing is told by a colour alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conflict_stores import codebase_moved, several
from demo_stores import improvements
from driver import Person
from pictures import pressing
from textual.pilot import Pilot

from store.session_manager import SessionManager
from tui.app import PatchbayApp

pytestmark = pytest.mark.usefixtures("utc")

Scene = tuple[Callable[[Path], SessionManager], tuple[str, ...]]
SCENES: dict[str, Scene] = {
    "patches": (improvements, ("tab", "j")),
    "actions": (improvements, ("tab", "tab")),
    "chosen": (improvements, ("space", "space")),
    "filter": (improvements, ("slash", "v")),
    "maximised": (improvements, ("plus",)),
    "assign": (improvements, ("3", "a")),
    "name of a new patch": (improvements, ("3", "a", "n")),
    "merge": (improvements, ("m",)),
    "message": (improvements, ("m", "e")),
    "blocked": (improvements, ("tab", "G", "m")),
    "close": (improvements, ("C",)),
    "abandon": (improvements, ("tab", "x")),
    "abandon session": (improvements, ("X",)),
    "new patch": (improvements, ("n",)),
    "open": (improvements, ("o", "v")),
    "palette": (improvements, ("3", "colon", *"mer")),
    "go to": (improvements, ("0",)),
    "help": (improvements, ("question_mark", "slash", "m")),
    "sessions": (improvements, ("s",)),
    "collaborators": (improvements, ("i", "j")),
    "role": (improvements, ("i", "j", "r", "j")),
    "invite": (improvements, ("i", "i")),
    "history": (improvements, ("L", "j")),
    "history by user": (improvements, ("L", "b")),
    "patch": (improvements, ("tab", "enter")),
    "join": (improvements, ("tab", "enter", "J")),
    "dependencies": (improvements, ("tab", "D", "tab")),
    "depend": (improvements, ("D", "a")),
    "differences": (improvements, ("3", "d", "tab")),
    "editor": (improvements, ("1", "enter")),
    "differences in the editor": (improvements, ("1", "enter", "f3")),
    "find": (improvements, ("1", "enter", "ctrl+f", "e")),
    "conflict": (codebase_moved, ("c", "o")),
    "place of a conflict": (codebase_moved, ("c", "e")),
    "conflicts": (several, ("tab", "c")),
}


def plain_app(manager: SessionManager, monkeypatch: pytest.MonkeyPatch) -> PatchbayApp:
    monkeypatch.setenv("NO_COLOR", "1")
    return PatchbayApp(manager, signs="symbols", theme="ansi-dark")


@pytest.mark.parametrize("scene", SCENES)
def test_without_colours(
    snap_compare: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, scene: str
) -> None:
    make, keys = SCENES[scene]
    app = plain_app(make(tmp_path), monkeypatch)
    assert snap_compare(app, terminal_size=(80, 24), run_before=pressing(*keys))


@pytest.mark.parametrize(
    "scene", ["message", "new patch", "open", "palette", "go to", "abandon session", "find"]
)
async def test_the_cursor_of_a_field_is_seen_without_colours(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, scene: str
) -> None:
    make, keys = SCENES[scene]
    app = plain_app(make(tmp_path), monkeypatch)
    async with app.run_test(size=(80, 24)) as pilot:
        await _press(pilot, keys)
        assert app.focused is not None
        line = app.focused.render_line(0)
        assert sum(one.cell_length for one in line if one.style and one.style.reverse) == 1


async def _press(pilot: Pilot[None], keys: tuple[str, ...]) -> None:
    person = Person(pilot)
    await person.settle()
    await person.press(*keys)
