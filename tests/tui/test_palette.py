"""The palette by keys: commands in context, patches, editors, sessions and definitions; and how it looks."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from demo_stores import empty_store
from driver import at
from pictures import SIZES, app_on, pressing
from textual import events

from store.session_manager import SessionManager
from tui.dialogs.palette import PaletteDialog
from tui.screens.commanded import CommandedScreen
from tui.screens.editor import EditorScreen
from tui.widgets.line_input import LineInput


async def test_a_command_is_found_by_its_letters_and_done(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("colon")
        await alice.write("nwptch")
        assert "New patch" in alice.lines("lines").split("\n")[0]
        await alice.press("enter")
        assert "New patch" in alice.title()


async def test_a_refused_command_says_why_and_stands_below_those_that_can_be_done(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press("3", "ctrl+p")
        await alice.write("merge")
        lines = alice.lines("lines").split("\n")
        assert "Merge 1 ready" in lines[0]
        assert any("not now: the editor is" in line for line in lines[1:])


async def test_a_command_is_found_by_its_key_first(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("colon", "a")
        lines = alice.lines("lines").split("\n")
        assert lines[0].split()[:2] == ["Assign", "a"]
        assert lines[1].startswith("A validation-enhancements")


async def test_what_holds_the_letters_in_one_piece_is_not_drowned_in_scattered_ones(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press("colon")
        await alice.write("valid")
        lines = [line.strip() for line in alice.lines("lines").split("\n") if line.strip()]
        assert len(lines) == 4
        assert all("valid" in line for line in lines)


@pytest.mark.parametrize("text", ["[/]", "\x1b[2J\x9b", "\u202e[@click=app.quit]x", "n" * 3_000])
async def test_hostile_text_in_the_palette_finds_nothing_and_is_shown(
    manager: SessionManager, text: str
) -> None:
    async with at(manager) as alice:
        await alice.press("colon")
        dialog = alice.app.screen
        field = dialog.query_one("#wanted", LineInput)
        field.value = text
        await alice.settle()
        assert "nothing found" in alice.lines("lines")
        await alice.press("enter", "escape")
        assert alice.app.screen is alice.session


async def test_a_patch_an_editor_and_a_definition_are_gone_to_by_name(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("colon")
        await alice.write("perf")
        await alice.press("enter")
        assert alice.session.selection.patch is not None
        assert alice.session.selection.patch.patch.letter == "B"
        await alice.press("colon")
        await alice.write("3 myapp")
        await alice.press("enter")
        assert alice.session.selection.editor is not None
        assert alice.session.selection.editor.editor.number == 3
        await alice.press("colon")
        await alice.write("User.create")
        assert "definition" in alice.lines("lines")
        await alice.press("enter")
        await alice.until(lambda: isinstance(alice.app.screen, EditorScreen))
        assert "create" in alice.lines("header")


async def test_another_session_is_switched_to_by_name(manager: SessionManager) -> None:
    manager.start_session("elsewhere")
    manager.switch_session("user-improvements")
    async with at(manager) as alice:
        await alice.press("colon")
        await alice.write("elsewh")
        await alice.press("enter")
        assert "elsewhere" in alice.lines("header")


async def test_a_closed_patch_is_unfolded_when_it_is_gone_to(manager: SessionManager) -> None:
    manager.abandon_patch("B")
    async with at(manager) as alice:
        await alice.press("colon")
        await alice.write("performance")
        await alice.press("enter")
        assert alice.session.place.unfolded
        assert alice.session.selection.patch is not None
        assert alice.session.selection.patch.patch.letter == "B"


async def test_without_a_session_it_offers_what_makes_sense(tmp_path: Path) -> None:
    async with at(empty_store(tmp_path)) as alice:
        await alice.press("ctrl+p")
        await alice.write("new session")
        await alice.press("enter")
        assert "New session" in alice.title()


async def test_hostile_names_are_shown_and_obeyed_by_nothing(manager: SessionManager) -> None:
    manager.create_patch("[/] [@click=app.quit]x[/]")
    async with at(manager) as alice:
        await alice.press("colon")
        await alice.write("[@click")
        assert isinstance(alice.app.screen, PaletteDialog)
        assert "[/] [@click=app.quit]x[/]" in alice.lines("lines")


@pytest.mark.parametrize("typed", ["", "val"], ids=["nothing typed", "val"])
@pytest.mark.parametrize("size", SIZES)
def test_it_looks_as_before(
    snap_compare: Any, manager: SessionManager, size: tuple[int, int], typed: str
) -> None:
    assert snap_compare(app_on(manager), terminal_size=size, run_before=pressing("colon", *typed))


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark"])
def test_it_looks_as_before_in_other_colours(snap_compare: Any, manager: SessionManager, theme: str) -> None:
    assert snap_compare(app_on(manager, theme), terminal_size=(80, 24), run_before=pressing("colon", *"val"))


def carol_of(manager: SessionManager) -> SessionManager:
    manager.invite("carol", "maintainer")
    carol = manager.as_user("carol")
    carol.switch_session(manager.current_session() or "")
    return carol


async def test_a_command_is_not_done_to_the_neighbour_of_what_it_was_offered_for(
    manager: SessionManager,
) -> None:
    carol = carol_of(manager)
    async with at(manager) as alice:
        await alice.press("tab", "colon")
        await alice.write("abandon")
        assert alice.lines("lines").startswith("Abandon ")
        carol.abandon_patch("A")
        await alice.until(lambda: alice.patch.letter == "B")
        await alice.press("enter")
        assert alice.app.screen is alice.session
        assert "Abandon: what that was about changed meanwhile, nothing was done." in alice.footer()
    assert [one.patch.letter for one in manager.view().patches if one.patch.abandoned_at] == ["A"]


async def test_a_command_is_not_done_where_the_record_has_another_state_now(manager: SessionManager) -> None:
    carol = carol_of(manager)
    async with at(manager) as alice:
        await alice.press("tab", "enter", "colon")
        await alice.write("back to draft")
        carol.mark_draft("A")
        await alice.until(lambda: "is a draft again" in " ".join(alice.footer().split()))
        await alice.press("enter")
        assert "Back to draft: what that was about changed meanwhile" in alice.lines("footer")
    assert not manager.view().patches[0].patch.marked_ready


async def test_a_patch_that_went_meanwhile_is_said_to_be_gone(manager: SessionManager) -> None:
    manager.create_patch("passing")
    async with at(manager) as alice:
        await alice.press("colon")
        await alice.write("passing")
        manager.undo()
        await alice.until(lambda: len(alice.board.view.patches) == 3)
        await alice.press("enter")
        assert "That patch is gone." in alice.footer()


@pytest.mark.parametrize("closed", [False, True])
async def test_another_session_is_gone_to_from_a_patchs_detail(manager: SessionManager, closed: bool) -> None:
    manager.start_session("elsewhere")
    manager.create_patch("in-it")
    if closed:
        manager.close_session()
    manager.switch_session("user-improvements")
    async with at(manager) as alice:
        await alice.press("tab", "enter", "colon")
        await alice.write("elsewh")
        await alice.press("enter")
        await alice.until(lambda: "elsewhere" in alice.lines("header"))
        assert alice.app.screen is alice.session
        assert ("Reopened" if closed else "Switched to elsewhere") in alice.footer()
    assert manager.view().session.name == "elsewhere"


@pytest.mark.parametrize("way", [("enter", "tab", "enter"), ("D", "enter"), ("D",)])
async def test_a_patch_is_gone_to_from_whatever_lies_over_the_session(
    manager: SessionManager, way: tuple[str, ...]
) -> None:
    async with at(manager) as alice:
        await alice.press("tab", "down", "down", *way)
        assert isinstance(alice.app.screen, CommandedScreen)
        await alice.press("colon")
        await alice.write("performance")
        await alice.press("enter")
        assert alice.app.screen is alice.session
        assert alice.session.selection.patch is not None
        assert alice.session.selection.patch.patch.letter == "B"
        await alice.press("r")
        assert "Marked B performance-optimizations ready" in alice.footer()


async def test_the_cursor_stays_on_its_row_while_better_names_come_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        f"{module}{at:02}.py": "".join(f"def {name}_{at}_{n}():\n    pass\n\n\n" for n in range(60))
        for module, name in (("a", "x_alpha"), ("b", "alpha"))
        for at in range(40)
    }
    manager = empty_store(tmp_path, files)
    manager.start_session("one")
    async with at(manager) as alice:
        bench, go_on = alice.app.bench, asyncio.Event()
        real = bench.call

        async def names_wait(function: Any, *args: Any, **kwargs: Any) -> Any:
            answer = await real(function, *args, **kwargs)
            if getattr(function, "__name__", "") == "add":
                await go_on.wait()
            return answer

        monkeypatch.setattr(bench, "call", names_wait)
        await alice.pilot.press("colon")
        await alice.heard_by(PaletteDialog)
        palette = alice.app.screen
        assert isinstance(palette, PaletteDialog)
        for character in "alpha":
            palette.query_one(LineInput).post_message(events.Key(character, character))
        await alice.until(lambda: palette.found.wanted == "alpha" and bool(palette.choices.rows))
        await alice.pilot.press("down", "down")
        chosen = palette.choices.current
        assert chosen is not None and "x_alpha" in chosen.key
        go_on.set()
        await alice.settle()
        assert palette.complete
        assert "b00.alpha_0_0" in alice.lines("lines")
        assert palette.choices.current == chosen
        await alice.press("enter")
        await alice.until(lambda: isinstance(alice.app.screen, EditorScreen))
    assert manager.view().editors[0].editor.target == chosen.key.partition(" ")[2]
