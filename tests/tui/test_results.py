"""What is said of a result or a refusal: the whole sentence, until the next key."""

from __future__ import annotations

from pathlib import Path

import pytest
from demo_stores import improvements
from driver import Person, at
from textual.geometry import Size

from store.session_manager import SessionManager
from tui.screens.editor import EditorScreen
from tui.screens.history import HistoryScreen
from tui.screens.patch import PatchScreen
from tui.widgets.lines import Lines

LONG = "accept addresses with a plus sign, a quoted local part, or a domain in Greek"


@pytest.fixture
def manager(tmp_path: Path) -> SessionManager:
    manager = improvements(tmp_path)
    manager.edit_patch("B", LONG)
    return manager


def rows_of_screen(person: Person) -> dict[str, tuple[int, int]]:
    """The first row of each part that is shown, and the one behind its last."""
    parts = person.app.screen.query(Lines)
    return {str(one.id): (one.region.y, one.region.bottom) for one in parts if one.region.height}


@pytest.mark.parametrize("size", [(60, 16), (80, 24), (120, 36)])
async def test_a_result_longer_than_the_footer_can_be_read_whole_until_the_next_key(
    manager: SessionManager, size: tuple[int, int]
) -> None:
    async with at(manager, size) as alice:
        await alice.press("2", "r")
        assert alice.footer() == f"✓ Marked B {LONG} ready."
        rows = rows_of_screen(alice)
        assert rows["preview"][1] == rows["footer"][0]
        assert rows["footer"][1] == size[1]
        assert alice.lines("preview").split("\n")[-1].startswith("╰")
        await alice.press("j")
        assert alice.footer().startswith("1-9 editor")
        assert rows_of_screen(alice)["footer"] == (size[1] - 1, size[1])


@pytest.mark.parametrize("columns", [80, 120])
async def test_so_it_can_on_a_patch_and_in_a_panel_that_has_the_whole_screen(
    manager: SessionManager, columns: int
) -> None:
    async with at(manager, (columns, 24)) as alice:
        await alice.press("tab", "j", "enter", "r")
        assert isinstance(alice.app.screen, PatchScreen)
        said = " ".join(line.strip() for line in alice.lines("footer").split("\n"))
        assert said.strip() == f"✓ Marked B {LONG} ready."
        rows = rows_of_screen(alice)
        assert max(rows["list"][1], rows["preview"][1]) == rows["footer"][0]
        await alice.press("j", "plus", "r")
        assert len(alice.lines("footer").split("\n")) == (2 if columns == 80 else 1)
        assert alice.app.screen.size == Size(columns, 24)
        await alice.press("escape", "escape", "plus", "r")
        assert LONG in alice.footer()
        rows = rows_of_screen(alice)
        assert rows["patches"][1] == rows["footer"][0]


async def test_a_result_is_gone_with_the_next_key_whatever_that_does(manager: SessionManager) -> None:
    async with at(manager) as alice:
        for key in ("f9", "j", "slash", "escape"):
            await alice.press("2", "r")
            assert LONG in alice.footer()
            await alice.press(key)
            assert LONG not in alice.footer(), key
            await alice.press("escape")


async def test_a_result_that_was_read_on_a_patch_is_not_said_again_on_the_session_screen(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press("tab", "j", "enter", "r", "j", "escape")
        assert alice.footer().startswith("1-9 editor")


async def test_a_blocker_too_long_for_its_row_can_be_read_whole(tmp_path: Path) -> None:
    manager = improvements(tmp_path)
    manager.edit_patch("B", "shorter")
    manager.edit_patch("A", LONG)
    manager.mark_draft("A")
    async with at(manager) as alice:
        await alice.press("tab", "j", "j")
        preview = " ".join(line.strip("│ ") for line in alice.lines("preview").split("\n"))
        assert f"✗ waits for A {LONG}  go to A" in preview
        await alice.press("m")
        row, *whole = alice.lines("lines").split("\n")
        assert "waits for A accept addresses" in row
        assert LONG not in row
        assert f"waits for A {LONG}" in " ".join(line.strip() for line in whole)


async def test_in_the_editor_it_is_read_whole_too_and_the_text_keeps_its_place(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press("2", "enter", "down", "end")
        await alice.write("  # quick")
        await alice.press("f2")
        said = " ".join(line.strip() for line in alice.lines("footer").split("\n"))
        assert said.startswith("✓ Saved MyApp.Database.User.findByEmail") and "…" not in said
        rows = rows_of_screen(alice)
        assert rows["footer"] == (22, 24)
        assert alice.app.screen.query_one("#parts").region.bottom == 22
        await alice.write("!")
        assert rows_of_screen(alice)["footer"] == (23, 24)
        assert "F2 save" in alice.lines("footer")


async def test_what_opening_tells_is_said_in_the_editor_and_not_once_more_on_the_way_back(
    manager: SessionManager,
) -> None:
    manager.as_user("bob").switch_session(manager.view().session.id)
    manager.as_user("bob").open_editor("MyApp.User.ADMIN")
    async with at(manager) as alice:
        await alice.press("o", *"ADMIN", "enter")
        assert alice.lines("footer").strip() == "✓ Bob also has MyApp.User.ADMIN open."
        await alice.press("escape")
        assert alice.footer().startswith("1-9 editor")


async def test_why_a_patch_does_not_merge_is_said_whole_where_the_session_is_closed(tmp_path: Path) -> None:
    manager = improvements(tmp_path)
    manager.save_editor("MyApp.User.validate", "def validate(email):\n    return (\n")
    manager.mark_ready("A")
    async with at(manager) as alice:
        await alice.press("C")
        said = " ".join(alice.lines("lines").split())
        assert "1 cannot merge" in said
        assert "MyApp/User/__init__.py does not parse." in said
        assert "can't be merged" not in said


async def test_the_editor_shows_a_result_until_the_next_key_also_one_that_only_moves(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press("2", "enter", "f5")
        assert isinstance(alice.app.screen, EditorScreen)
        assert "Long lines" in alice.lines("footer")
        await alice.press("down")
        assert "F2 save" in alice.lines("footer")


@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_the_history_shows_a_long_refusal_whole_until_the_next_key(
    manager: SessionManager, size: tuple[int, int]
) -> None:
    async with at(manager, size) as alice:
        await alice.press("L")
        screen = alice.app.screen
        assert isinstance(screen, HistoryScreen)
        refusal = f"Undo is refused: {LONG}, and so on to the very end of the sentence. " * 3
        screen.say(refusal.strip(), failed=True)
        await alice.settle()
        said = " ".join(line.strip() for line in alice.lines("footer").split("\n")).strip()
        assert said == f"✗ {refusal.strip()}"
        rows = rows_of_screen(alice)
        assert rows["preview"][1] == rows["footer"][0]
        assert rows["footer"][1] == size[1]
        assert alice.lines("preview").split("\n")[-1].startswith("╰")
        await alice.press("f9")
        assert "undo to it" in alice.lines("footer")
        assert rows_of_screen(alice)["footer"] == (size[1] - 1, size[1])
