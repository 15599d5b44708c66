"""Keys that leave a dialog or a screen, more of them than there is to leave."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from conflict_stores import codebase_moved
from demo_stores import improvements
from driver import WAIT_SECONDS, at
from textual import events
from textual.widgets import TextArea

from store.session_manager import SessionManager
from tui.dialogs.help import HelpDialog
from tui.present.board import Board
from tui.screens.editor import EditorScreen
from tui.screens.history import HistoryScreen
from tui.screens.place_text import PlaceTextScreen
from tui.widgets.line_input import LineInput


@pytest.mark.parametrize("opening", [("n",), ("m",), ("L",), ("d",), ("tab", "enter"), ("tab", "D"), ("s",)])
async def test_two_escapes_for_one_screen_leave_only_that_one(
    tmp_path: Path, opening: tuple[str, ...]
) -> None:
    async with at(improvements(tmp_path)) as alice:
        await alice.press(*opening)
        opened = alice.app.screen
        assert opened is not alice.session
        for _ in range(2):
            opened.post_message(events.Key("escape", None))
        await alice.settle()
        assert alice.app.screen is alice.session
        await alice.press("2")
        assert "Editor 2" in alice.lines("actions")


async def test_the_history_is_left_while_it_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manager = improvements(tmp_path)
    async with at(manager) as alice:
        await alice.press("L")
        history, bench = alice.app.screen, alice.app.bench
        real = bench.call

        async def read_while_it_goes(function: Any, *args: Any, **kwargs: Any) -> Any:
            answer = await real(function, *args, **kwargs)
            async with asyncio.timeout(WAIT_SECONDS):
                while function == manager.log and history.children:
                    await asyncio.sleep(0)
            return answer

        monkeypatch.setattr(bench, "call", read_while_it_goes)
        alice.app.post_message(events.Key("escape", None))
        bench.board = Board(manager.view())
        for told in list(bench.watchers):
            told()
        await alice.settle()
        assert alice.app.screen is alice.session
        await alice.press("2")
        assert "Editor 2" in alice.lines("actions")


async def test_a_key_typed_as_help_closes_is_typed_into_the_editor_below(tmp_path: Path) -> None:
    manager = improvements(tmp_path)
    async with at(manager) as alice:
        await alice.press("2", "enter", "f1")
        assert isinstance(alice.app.screen, HelpDialog)
        await alice.rush("escape", "r", "m")
        assert isinstance(alice.app.screen, EditorScreen)
        assert alice.app.screen.query_one(TextArea).text.startswith("rmdef ")
        await alice.press("escape")
        assert alice.app.screen is alice.session
    assert not manager.view().patches[1].patch.marked_ready


async def test_a_key_typed_as_a_place_opens_is_typed_into_it(tmp_path: Path) -> None:
    async with at(codebase_moved(tmp_path), (100, 30)) as alice:
        await alice.press("1", "c")
        await alice.rush("e", "r", "x")
        assert isinstance(alice.app.screen, PlaceTextScreen)
        assert alice.app.screen.query_one(TextArea).text.startswith("rx")
        await alice.press("escape", "escape")
        assert alice.app.screen is alice.session
        assert "1-9 editor" in alice.footer()


async def test_keys_typed_as_a_screen_over_another_closes_are_answered_by_that(tmp_path: Path) -> None:
    async with at(improvements(tmp_path)) as alice:
        await alice.press("L", "enter")
        differences = alice.app.screen
        for key in ("escape", "question_mark"):
            differences.post_message(events.Key(key, None))
        await alice.settle()
        assert isinstance(alice.app.screen, HelpDialog)
        await alice.rush("escape", "j")
        history = alice.app.screen
        assert isinstance(history, HistoryScreen)
        await alice.press("k")
        first = alice.lines("preview")
        await alice.press("j")
        assert alice.lines("preview") != first
        await alice.press("escape")
        assert alice.app.screen is alice.session


async def test_a_key_typed_as_a_dialog_is_answered_waits_for_what_was_asked_for(tmp_path: Path) -> None:
    manager = improvements(tmp_path)
    async with at(manager) as alice:
        await alice.press("1", "m")
        merging = alice.app.screen
        for key in ("enter", "u"):
            merging.post_message(events.Key(key, None))
        await alice.settle()
        assert "Undid" in alice.footer()
    assert [one.verb for one in manager.log()[:2]] == ["undo", "patch.merge"]


async def test_what_is_typed_while_a_dialog_opens_keeps_its_order(tmp_path: Path) -> None:
    async with at(improvements(tmp_path)) as alice:
        for opening in ("n", "colon", "o", "0") * 3:
            alice.app.post_message(events.Key(opening, None))
            for character in "abcdef":
                await asyncio.sleep(0.003)
                alice.app.post_message(events.Key(character, character))
            await alice.settle()
            assert alice.app.screen.query(LineInput).first().value == "abcdef"
            await alice.press("escape")


@pytest.mark.parametrize("pause", [0, 0.001, 0.003, 0.01, 0.03])
async def test_what_is_typed_while_an_editor_opens_is_in_its_text_in_order(
    manager: SessionManager, pause: float
) -> None:
    async with at(manager) as alice:
        before = manager.editor_text("2").text
        for _ in range(3):
            await alice.press("2")
            alice.app.post_message(events.Key("enter", None))
            for character in "# typed":
                await asyncio.sleep(pause)
                alice.app.post_message(events.Key("space" if character == " " else character, character))
            alice.app.post_message(events.Paste(" and pasted"))
            alice.app.post_message(events.Key("enter", None))
            alice.app.post_message(events.Key("full_stop", "."))
            await alice.settle()
            area = alice.app.screen.query_one(TextArea)
            assert area.text == f"# typed and pasted\n.{before}"
            await alice.press_until("ctrl+z", lambda area=area: area.text == before)
            await alice.press("escape")
