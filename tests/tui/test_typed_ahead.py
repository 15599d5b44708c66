"""Keys pressed before the session has been read are answered when it is there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import pytest
from demo_stores import improvements
from driver import Person
from textual import events
from textual.widgets import TextArea

from store.session_manager import open_store
from tui.app import PatchbayApp
from tui.dialogs.naming import NameDialog
from tui.screens.editor import EditorScreen
from tui.widgets.line_input import LineInput


class Starting:
    """A screen that cannot read yet, as somebody else has the store."""

    def __init__(self, person: Person, stack: ExitStack) -> None:
        self.person, self._stack = person, stack

    async def type(self, *keys: str) -> None:
        for key in keys:
            self.person.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await self.person.pilot.pause(0.1)

    async def go_on(self) -> None:
        """Let it read the store."""
        self._stack.close()
        await self.person.settle()


@asynccontextmanager
async def starting(directory: Path, link: str | None = None) -> AsyncIterator[Starting]:
    app = PatchbayApp(open_store(directory, user="alice"), link, signs="emoji", theme="textual-dark")
    stack = ExitStack()
    stack.enter_context(open_store(directory, user="bob").repository.lock.exclusive())
    with stack:
        async with app.run_test(size=(80, 24)) as pilot:
            yield Starting(Person(pilot), stack)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    improvements(tmp_path)
    return tmp_path


async def test_a_command_is_answered_when_the_session_is_there(directory: Path) -> None:
    async with starting(directory) as start:
        alice = start.person
        await start.type("n")
        assert "no session" not in alice.footer()
        await start.go_on()
        assert isinstance(alice.app.screen, NameDialog)


async def test_until_the_session_is_there_the_header_says_that_it_is_opened(directory: Path) -> None:
    async with starting(directory) as start:
        await start.person.pilot.pause(0.1)
        assert "opening…" in start.person.lines("header")
        assert "no session" not in start.person.lines("header")
        await start.go_on()
        assert "user-improvements" in start.person.lines("header")


async def test_moves_and_what_follows_them_keep_their_order(directory: Path) -> None:
    async with starting(directory) as start:
        alice = start.person
        await start.type("2", "enter", "#")
        assert "no session" not in alice.footer()
        await start.go_on()
        assert isinstance(alice.app.screen, EditorScreen)
        assert alice.lines("header").startswith(" 2 ")
        assert "unsaved" in alice.lines("header")


async def test_without_a_session_the_answer_is_that_there_is_none(tmp_path: Path) -> None:
    manager = improvements(tmp_path)
    manager.close_session()
    async with starting(tmp_path) as start:
        await start.type("n")
        await start.go_on()
        assert "New patch: no session is open." in start.person.footer()


async def test_keys_go_to_the_editor_that_a_link_opens(directory: Path) -> None:
    link = open_store(directory, user="alice").link("1")
    async with starting(directory, link) as start:
        await start.type("#")
        await start.go_on()
        await start.person.until(lambda: isinstance(start.person.app.screen, EditorScreen))
        await start.person.until(lambda: "unsaved" in start.person.lines("header"))


async def test_a_link_that_opens_nothing_says_so_and_keys_are_answered(directory: Path) -> None:
    async with starting(directory, "dark://edit/no-session/no-editor") as start:
        await start.go_on()
        assert "opens nothing here" in start.person.footer()
        await start.person.press("s")
        assert "essions" in start.person.title()


@pytest.mark.parametrize("key", ["ctrl+p", "colon"])
async def test_the_palette_asked_for_before_the_session_is_there_has_the_things_of_the_session(
    directory: Path, key: str
) -> None:
    app = PatchbayApp(open_store(directory, user="alice"), signs="emoji", theme="textual-dark")
    async with app.run_test(size=(80, 24)) as pilot:
        alice = Person(pilot)
        await pilot.press(key)
        await alice.settle()
        await alice.write("valid")
        assert "A validation-enhancements" in alice.lines("lines")
        await alice.press("enter")


async def test_leaving_waits_for_nothing(directory: Path) -> None:
    async with starting(directory) as start:
        await start.type("q")
        async with asyncio.timeout(2):
            while start.person.app._running:
                await asyncio.sleep(0.01)


async def test_what_is_pasted_ahead_is_whole_and_in_its_place_among_the_keys(directory: Path) -> None:
    async with starting(directory) as start:
        alice = start.person
        await start.type("2", "enter", "x")
        alice.app.post_message(events.Paste("# one\n# two\n"))
        await start.type("y")
        await start.go_on()
        await alice.until(lambda: isinstance(alice.app.screen, EditorScreen))
        assert alice.app.screen.query_one(TextArea).text.startswith("x# one\n# two\nydef ")


async def test_what_is_pasted_ahead_goes_into_a_dialogs_field(directory: Path) -> None:
    async with starting(directory) as start:
        await start.type("n")
        start.person.app.post_message(events.Paste("tidy up\nand more"))
        await start.type("!")
        await start.go_on()
        assert start.person.app.screen.query_one("#name", LineInput).value == "tidy up!"
