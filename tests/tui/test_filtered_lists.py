"""`/` filters the lists over the session too, says of how many, and keeps its letters to itself."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from driver import Person, at

from store.session_manager import SessionManager
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.merge import BlockedDialog
from tui.dialogs.picking import DependDialog
from tui.present.patch import DetailLine, narrowed
from tui.screens.dependencies import DependenciesScreen
from tui.screens.patch import PatchScreen

HOSTILE = ("[/]", "[@click=app.quit]x", "\x1b[2J", "\u202eabc", "n" * 10_000, "yqCXm")


@pytest.fixture
def crowded(manager: SessionManager) -> Iterator[SessionManager]:
    """Forty more patches, each waiting for the one before."""
    before = "A"
    for number in range(40):
        name = f"step-{number:02}"
        manager.create_patch(name)
        manager.add_dependency(name, before)
        before = name
    yield manager


async def test_a_patch_lists_the_rows_that_hold_what_is_typed_under_their_headings(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press("tab", "enter", "slash", *"email")
        shown = alice.lines("list")
        assert "/email" in shown
        assert "1 of 6" in shown
        assert "Operations 2" in shown
        assert "MyApp.User.EMAIL" in shown
        assert "validate" not in shown.split("\n")[2]
        assert "Needed by" not in shown
        screen = alice.app.screen
        assert isinstance(screen, PatchScreen)
        assert screen.operation is not None
        assert screen.operation.name == "MyApp.User.EMAIL"
        await alice.press("enter", "escape")
        assert "Needed by 1" in alice.lines("list")
        assert screen.operation.name == "MyApp.User.EMAIL"
        await alice.press("escape")
        assert alice.app.screen is alice.session


async def test_nothing_found_says_so_and_a_command_on_a_row_is_refused(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("tab", "enter", "slash", *"zzz", "enter")
        assert "Nothing here holds that." in alice.lines("list")
        await alice.press("t")
        assert "put the cursor on an operation first" in alice.lines("footer")


async def test_the_dependency_view_draws_the_graph_of_what_the_filter_leaves(crowded: SessionManager) -> None:
    async with at(crowded) as alice:
        await alice.press("tab", "D", "slash", *"step-1")
        shown = alice.lines("list")
        assert "10 of 43" in shown
        assert "step-10" in shown
        assert "step-20" not in shown
        await alice.press("enter", "G", "tab")
        assert "step-18" in alice.lines("preview")
        await alice.press("escape")
        assert "43 patches" in alice.lines("list")


async def test_going_along_an_edge_to_a_patch_that_is_left_out_gives_up_the_filter(
    crowded: SessionManager,
) -> None:
    async with at(crowded) as alice:
        await alice.press("D", "slash", *"step-10", "enter", "tab", "enter")
        screen = alice.app.screen
        assert isinstance(screen, DependenciesScreen)
        assert screen.one is not None
        assert screen.one.patch.name == "step-09"
        assert "43 patches" in alice.lines("list")


async def test_patches_to_depend_on_are_filtered_and_letters_of_the_filter_choose_none(
    crowded: SessionManager,
) -> None:
    async with at(crowded) as alice:
        await alice.press("D", "a", "slash", *"step-3")
        assert isinstance(alice.app.screen, DependDialog)
        assert "10 of 42" in str(alice.app.screen.query_one("#box").border_subtitle)
        assert "step-30" in alice.lines("lines")
        assert "step-20" not in alice.lines("lines")


async def test_what_blocks_a_patch_and_what_closing_does_are_filtered(crowded: SessionManager) -> None:
    async with at(crowded) as alice:
        await alice.press("tab", "G", "m")
        assert isinstance(alice.app.screen, BlockedDialog)
        await alice.press("slash", *"operation")
        assert "1 of " in str(alice.app.screen.query_one("#box").border_subtitle)
        await alice.press("escape", "escape")
        await alice.press("C", "slash", *"yes step-39")
        assert isinstance(alice.app.screen, ConfirmDialog)
        assert "step-00" not in alice.lines("lines")
        await alice.press("ctrl+u", *"step-39")
        assert "step-39" in alice.lines("lines")
        await alice.press("escape", "escape")
    assert crowded.current_session() is not None


async def test_the_assign_dialog_filters_like_every_list(crowded: SessionManager) -> None:
    async with at(crowded) as alice:
        await alice.press("3", "a", "slash", *"step-39")
        assert "1 of 43" in str(alice.app.screen.query_one("#box").border_subtitle)
        await alice.press("enter", "enter")
        assert "step-39" in alice.footer()


async def typed(alice: Person, text: str) -> None:
    await alice.press("slash")
    await alice.write(text)


@pytest.mark.parametrize("text", HOSTILE, ids=["markup", "action", "escape", "bidi", "long", "commands"])
@pytest.mark.parametrize("way", [("tab", "enter"), ("D",), ("D", "a"), ("C",), ("3", "a")], ids="-".join)
async def test_hostile_filters_are_shown_and_do_nothing(
    manager: SessionManager, way: tuple[str, ...], text: str
) -> None:
    async with at(manager) as alice:
        await alice.press(*way)
        screen = alice.app.screen
        await typed(alice, text[:60])
        assert alice.app.screen is screen
        assert "\x1b" not in alice.screen_text()
        assert "\u202e" not in alice.screen_text()
        await alice.press("escape")
        assert alice.app.screen is screen
    assert len(manager.view().patches) == 3


def test_headings_without_rows_are_left_out() -> None:
    lines = (
        DetailLine("about"),
        DetailLine(),
        DetailLine("One", heading=True),
        DetailLine(key="a"),
        DetailLine(),
        DetailLine("Two", heading=True),
        DetailLine(key="b"),
    )
    assert narrowed(lines, {"b"}) == (DetailLine("Two", heading=True), DetailLine(key="b"))
    assert narrowed(lines, {"a", "b"}) == (
        DetailLine("One", heading=True),
        DetailLine(key="a"),
        DetailLine(),
        DetailLine("Two", heading=True),
        DetailLine(key="b"),
    )
    assert narrowed(lines, set()) == ()
