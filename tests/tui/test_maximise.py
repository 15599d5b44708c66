"""`+` gives the panel with the cursor the whole screen, and back; also at 80x24 and over the session."""

from __future__ import annotations

from typing import Any

import pytest
import views_factory as views
from drawn import DrawnApp
from driver import Person, at
from pictures import SIZES, app_on, pressing

from store.session_manager import SessionManager
from tui.place import PANELS as PANELS_OF_ROWS
from tui.place import Panel, Place
from tui.present.colours import Colours
from tui.widgets.lines import Lines

PANELS = ("editors", "cables", "patches", "actions", "preview")


def seen(person: Person, names: tuple[str, ...] = PANELS) -> list[str]:
    """The parts of the present screen that can be seen."""
    return [name for name in names if person.app.screen.query_one(f"#{name}", Lines).region]


@pytest.mark.parametrize("size", [(80, 24), (60, 16), (200, 50)])
async def test_the_panel_with_the_cursor_gets_the_whole_screen_and_gives_it_back(
    manager: SessionManager, size: tuple[int, int]
) -> None:
    async with at(manager, size) as alice:
        before = seen(alice)
        await alice.press("plus")
        assert seen(alice) == ["editors"]
        assert alice.app.screen.query_one("#editors").size == (size[0], size[1] - 2)
        await alice.press("tab")
        assert seen(alice) == ["patches"]
        await alice.press("tab")
        assert seen(alice) == ["actions"]
        await alice.press("plus")
        assert seen(alice) == (before if size[0] >= 80 else ["actions", "preview"])
        await alice.press("shift+tab", "plus", "escape")
        assert seen(alice) == before


@pytest.mark.parametrize("size", [(60, 16), (79, 24)])
async def test_below_eighty_columns_tab_leads_to_actions_too_and_the_footer_says_so(
    manager: SessionManager, size: tuple[int, int]
) -> None:
    async with at(manager, size) as alice:
        assert "tab panel, actions" in alice.footer()
        assert seen(alice) == ["editors", "cables", "patches", "preview"]
        await alice.press("tab", "tab")
        assert seen(alice) == ["actions", "preview"]
        assert "▸m  Merge A" in alice.lines("actions")
        assert "what it would do" in alice.lines("preview")
        await alice.press("left")
        assert seen(alice) == ["editors", "cables", "patches", "preview"]
        await alice.press("right", "enter")
        assert "Merge" in alice.title()
        await alice.press("enter")
        assert "Merged A" in alice.footer()
        await alice.press("shift+tab", "tab", "tab")
        assert alice.session.place.panel == "editors"


async def test_an_editor_alone_names_its_patch_and_a_patch_its_state(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("plus")
        rows = alice.lines("editors")
        assert "MyApp.Database.User.findByEmail" in rows
        assert "B performance-optimizations" in rows
        assert "? in no patch yet" in rows
        await alice.press("tab")
        assert "2 ops · ready to merge" in alice.lines("patches")
        await alice.press("tab")
        assert "Merge the patch, or list what is in the way." in alice.lines("actions")


async def test_commands_and_filters_work_in_a_panel_alone(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("plus", "slash", *"find", "enter")
        assert "1 of 3" in alice.lines("editors")
        await alice.press("escape")
        assert seen(alice) == ["editors"]
        assert "1 of 3" not in alice.lines("editors")
        await alice.press("2", "enter", "escape")
        assert seen(alice) == ["editors"]
        assert "+ smaller" in alice.footer()
        await alice.press("escape")
        assert len(seen(alice)) == 5


async def test_a_page_in_a_panel_alone_is_a_page_of_its_rows(manager: SessionManager) -> None:
    for number in range(60):
        manager.open_editor(f"MyApp.Many.f{number}", new=True)
    async with at(manager) as alice:
        await alice.press("plus", "pagedown")
        assert alice.session.selection.editor is not None
        assert alice.session.selection.editor.editor.number == 20
        await alice.press("pageup")
        assert alice.session.selection.editor.editor.number == 1


async def test_the_list_of_a_patch_and_of_dependencies_is_maximised_too(manager: SessionManager) -> None:
    async with at(manager) as alice:
        for way in (("tab", "enter"), ("D",)):
            await alice.press(*way)
            assert seen(alice, ("list", "preview")) == ["list", "preview"]
            await alice.press("plus")
            assert seen(alice, ("list", "preview")) == ["list"]
            assert "esc smaller" in alice.lines("footer")
            await alice.press("escape")
            assert seen(alice, ("list", "preview")) == ["list", "preview"]
            await alice.press("plus", "plus")
            assert seen(alice, ("list", "preview")) == ["list", "preview"]
            await alice.press("escape")
        await alice.press("D", "tab", "plus")
        assert seen(alice, ("list", "preview")) == ["preview"]


SCENES: dict[str, tuple[str, ...]] = {
    "editors": ("plus",),
    "patches": ("tab", "plus"),
    "actions": ("tab", "tab", "plus"),
    "patch": ("tab", "enter", "plus"),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.usefixtures("utc")
def test_maximised(manager: SessionManager, snap_compare: Any, scene: str, size: tuple[int, int]) -> None:
    assert snap_compare(app_on(manager), terminal_size=size, run_before=pressing(*SCENES[scene]))


@pytest.mark.parametrize("panel", PANELS_OF_ROWS)
@pytest.mark.parametrize("colours", ["dark", "plain"])
def test_hostile_rows_maximised(snap_compare: Any, panel: Panel, colours: Colours) -> None:
    place = Place(panel=panel, maximised=True)
    app = DrawnApp(views.hostile(), place, colours, "symbols", "textual-dark")
    assert snap_compare(app, terminal_size=(80, 24))
