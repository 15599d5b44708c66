"""What is typed while a save is under way, and what others saved meanwhile, is all kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from demo_stores import improvements
from driver import Person, at
from textual import events
from textual.widgets import TextArea

from store.session_manager import SessionManager, open_store
from tui.dialogs.assign import AssignDialog
from tui.screens.buffered import KEEP_SECONDS
from tui.screens.editor import EditorScreen

BEFORE = "def validate(email):\n    a = 1\n    b = 2\n    c = 3\n    d = 4\n    return a\n"
BY_BOB = BEFORE.replace("return a", "return a + b")


@pytest.fixture
def manager(tmp_path: Path) -> SessionManager:
    manager = improvements(tmp_path)
    manager.save_editor("1", BEFORE, patch="A")
    return manager


@contextmanager
def busy(directory: Path) -> Iterator[None]:
    """Let nobody write to the store, as somebody else does."""
    with ExitStack() as stack:
        stack.enter_context(open_store(directory, user="bob").repository.lock.exclusive())
        yield


@asynccontextmanager
async def typing(manager: SessionManager, typed: str) -> AsyncIterator[Person]:
    """Alice, who has typed something into editor 1 that is on disk."""
    async with at(manager) as alice:
        await alice.press("1", "enter")
        await alice.write(typed)
        await asyncio.sleep(KEEP_SECONDS)
        await alice.until(lambda: manager.buffer("1") is not None)
        yield alice


def send(person: Person, *keys: str) -> None:
    for key in keys:
        person.app.post_message(events.Key(key, key if len(key) == 1 else None))


async def save_begins(person: Person) -> None:
    send(person, "f2")
    await person.until(lambda: person.app.bench.waiting > 0)


def text_in(person: Person) -> str:
    assert isinstance(person.app.screen, EditorScreen)
    return person.app.screen.query_one(TextArea).text


async def test_what_is_typed_on_during_a_save_takes_back_nothing_that_the_save_merged(
    manager: SessionManager, tmp_path: Path
) -> None:
    async with typing(manager, "# alice\n") as alice:
        bob = manager.as_user("bob")
        bob.save_editor(bob.open_editor("MyApp.User.validate").editors[0], BY_BOB, patch="A")
        with busy(tmp_path):
            await save_begins(alice)
            send(alice, "x")
            await alice.until(lambda: text_in(alice).startswith("# alice\nx"))
        await alice.until(lambda: "Saved" in alice.lines("footer") and not alice.app.bench.waiting)
        assert manager.editor_text("1").text == "# alice\n" + BY_BOB
        assert "unsaved" in alice.lines("header")
        await alice.press("backspace", "#", "enter", "f2")
        await alice.until(lambda: "unsaved" not in alice.lines("header"))
        assert manager.editor_text("1").text == "# alice\n#\n" + BY_BOB
        assert text_in(alice) == "# alice\n#\n" + BY_BOB


async def test_going_back_waits_for_the_save_and_says_there_what_came_of_it(
    manager: SessionManager, tmp_path: Path
) -> None:
    async with typing(manager, "# alice\n") as alice:
        with busy(tmp_path):
            await save_begins(alice)
            send(alice, "escape", "j")
            await alice.pilot.pause(0.2)
            assert isinstance(alice.app.screen, EditorScreen)
        await alice.until(lambda: len(alice.app.screen_stack) == 1)
        await alice.settle()
        assert manager.editor_text("1").text == "# alice\n" + BEFORE
        assert manager.buffer("1") is None
        await alice.press("1", "enter", "x", "enter")
        await alice.rush("f2", "escape")
        await alice.until(lambda: "Saved MyApp.User.validate in A" in alice.footer())
        assert len(alice.app.screen_stack) == 1


async def test_what_is_pasted_while_the_text_is_kept_on_the_way_back_is_kept_too(
    manager: SessionManager, tmp_path: Path
) -> None:
    async with at(manager) as alice:
        await alice.press("1", "enter")
        with busy(tmp_path):
            send(alice, "#", "escape")
            await alice.until(lambda: alice.app.bench.waiting > 0)
            alice.app.post_message(events.Paste(" pasted\n"))
            await alice.until(lambda: "pasted" in text_in(alice))
        await alice.until(lambda: len(alice.app.screen_stack) == 1)
        typed = manager.buffer("1")
        assert typed is not None
        assert typed.text == "# pasted\n" + BEFORE


async def test_what_the_save_asks_is_answered_before_going_back(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("3", "enter")
        await alice.write("# alice\n")
        send(alice, "f2", "escape")
        await alice.heard_by(AssignDialog)
        send(alice, "b")
        await alice.until(lambda: len(alice.app.screen_stack) == 1)
        await alice.until(lambda: "performance-optimizations" in alice.footer())
        patch = manager.view().editors[2].patch
        assert patch is not None and patch.letter == "B"


async def test_a_save_that_is_refused_keeps_the_person_there_who_is_told_why(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("1", "enter")
        alice.app.screen.query_one(TextArea).text = "# nothing\n"
        await alice.rush("f2", "escape")
        await alice.until(lambda: "defines nothing" in alice.lines("footer"))
        assert text_in(alice) == "# nothing\n"
        await alice.press("escape")
        assert len(alice.app.screen_stack) == 1
