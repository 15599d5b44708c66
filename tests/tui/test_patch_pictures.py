"""How a patch in detail looks: by size, look and scene, empty, in conflict, and with hostile text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from conflict_stores import codebase_moved
from demo_stores import empty_store
from pictures import LOOKS, SIZES, app_on, pressing

from store.session_manager import SessionManager
from tui.app import PatchbayApp

pytestmark = pytest.mark.usefixtures("utc")

FIRST, THIRD = ("tab", "enter"), ("tab", "j", "j", "enter")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("look", LOOKS)
def test_it_looks_as_before(
    snap_compare: Any, manager: SessionManager, look: str, size: tuple[int, int]
) -> None:
    signs, theme = LOOKS[look]
    manager.edit_patch("A", description="Mail addresses have a form, and what has none is refused.")
    app = PatchbayApp(manager, signs=signs, theme=theme)
    assert snap_compare(app, terminal_size=size, run_before=pressing(*FIRST))


@pytest.mark.parametrize("size", SIZES)
def test_without_colour(
    snap_compare: Any, manager: SessionManager, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert snap_compare(
        PatchbayApp(manager, signs="symbols"), terminal_size=size, run_before=pressing(*THIRD)
    )


SCENES: dict[str, tuple[str, ...]] = {
    "blockers": (*THIRD, "g"),
    "a dependency": (*THIRD, "tab"),
    "the log": (*FIRST, "G"),
    "join": (*FIRST, "J"),
    "name": (*FIRST, "E"),
    "rename": (*FIRST, "t"),
    "delete": (*FIRST, "minus"),
}


@pytest.mark.parametrize("size", SIZES[:2])
@pytest.mark.parametrize("scene", SCENES)
def test_scenes_look_as_before(
    snap_compare: Any, manager: SessionManager, scene: str, size: tuple[int, int]
) -> None:
    assert snap_compare(app_on(manager), terminal_size=size, run_before=pressing(*SCENES[scene]))


@pytest.mark.parametrize("size", SIZES[:2])
def test_a_conflict_looks_as_before(snap_compare: Any, tmp_path: Path, size: tuple[int, int]) -> None:
    assert snap_compare(
        app_on(codebase_moved(tmp_path)), terminal_size=size, run_before=pressing("tab", "enter", "tab")
    )


@pytest.mark.parametrize("size", SIZES[:2])
def test_an_empty_patch_says_what_to_press(snap_compare: Any, tmp_path: Path, size: tuple[int, int]) -> None:
    manager = empty_store(tmp_path)
    manager.start_session("small")
    manager.create_patch("empty")
    assert snap_compare(app_on(manager), terminal_size=size, run_before=pressing("enter"))


@pytest.mark.parametrize("size", SIZES[:2])
def test_hostile_and_very_long_names(snap_compare: Any, tmp_path: Path, size: tuple[int, int]) -> None:
    name = "x" * 120
    files = {f"{name}.py": "def 名前():\n    return '[@click=app.quit]x[/] \x1b[2J\u202e'\n"}
    manager = empty_store(tmp_path, files)
    manager.start_session("[/] 名前 👩‍👩‍👧")
    first = manager.create_patch("[@click=app.quit]x[/]" + "y" * 59, "\x1b]0;title\x07 [/b]\u202e" * 40)
    manager.save_editor(
        f"{name}.名前", "def 名前():\n    return '[/] \x1b]52;c;x\x07'\n", patch=first.patches[0]
    )
    assert snap_compare(app_on(manager), terminal_size=size, run_before=pressing("tab", "enter"))
