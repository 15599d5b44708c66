"""What was typed just before another screen of the user took over is lost only by asking twice."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from driver import Person, at
from textual.widgets import TextArea

from store.session_manager import SessionManager
from tui.screens.editor import EditorScreen

SAVED = "def validate(email):\n    return EMAIL.fullmatch(email) is not None\n"
OTHER = f"{os.getpid()}-other"


def area(person: Person) -> TextArea:
    assert isinstance(person.app.screen, EditorScreen)
    return person.app.screen.query_one(TextArea)


def on_disk(manager: SessionManager) -> str:
    buffer = manager.buffer("1")
    return "" if buffer is None else buffer.text


def said(person: Person) -> str:
    return " ".join(person.lines("footer").split())


@asynccontextmanager
async def overtaken(manager: SessionManager, other: SessionManager, theirs: str) -> AsyncIterator[Person]:
    """Alice, who typed `# kept` and then `# late`, which was not on disk when her other screen took over."""
    async with at(manager) as alice:
        await alice.press("1", "enter")
        await alice.write("# kept\n")
        await alice.until(lambda: on_disk(manager).startswith("# kept\n"))
        presence = other.enter_screen(other.current_session())
        other.take_over_buffer("1", OTHER)
        await alice.write("# late\n")
        if theirs:
            buffer = other.buffer("1")
            assert buffer is not None
            other.type_text("1", buffer.text.replace(*theirs.split("|")), buffer.shown, OTHER)
        await alice.until(lambda: area(alice).read_only)
        yield alice
    presence.leave()


async def test_it_stays_on_the_screen_and_going_back_is_refused_once(
    manager: SessionManager, other: SessionManager
) -> None:
    async with overtaken(manager, other, "email)|email )") as alice:
        await alice.until(lambda: "what you typed last is on no disk: t takes over with it" in said(alice))
        assert area(alice).text == "# kept\n# late\n" + SAVED
        await alice.press("escape")
        assert "esc again goes back without it" in said(alice)
        assert area(alice).text == "# kept\n# late\n" + SAVED
        await alice.press("escape")
        assert len(alice.app.screen_stack) == 1
    assert on_disk(manager) == "# kept\n" + SAVED.replace("email)", "email )")


async def test_taking_over_merges_it_with_what_the_other_screen_typed(
    manager: SessionManager, other: SessionManager
) -> None:
    async with overtaken(manager, other, "is not None|is not  None") as alice:
        await alice.press("escape", "t")
        both = "# kept\n# late\n" + SAVED.replace("is not None", "is not  None")
        await alice.until(lambda: area(alice).text == both and not area(alice).read_only)
        assert on_disk(manager) == both
        await alice.press("escape")
        assert len(alice.app.screen_stack) == 1


async def test_where_both_typed_in_one_place_taking_over_shows_both(
    manager: SessionManager, other: SessionManager
) -> None:
    async with overtaken(manager, other, "# kept|# theirs") as alice:
        await alice.press("t")
        await alice.until(lambda: not area(alice).read_only)
        await alice.settle()
        assert "# late" in on_disk(manager) and "# theirs" in on_disk(manager)
        assert on_disk(manager) == area(alice).text and "<<<<<<<" in area(alice).text


async def test_what_a_command_typed_in_the_same_moment_is_not_written_over(
    manager: SessionManager, other: SessionManager
) -> None:
    async with at(manager) as alice:
        await alice.press("1", "enter")
        other.type_text("1", SAVED.replace("is not None", "is not  None"))
        area(alice).insert("# here\n", (0, 0))
        await alice.until(lambda: "t takes over with it" in said(alice))
        assert on_disk(manager) == SAVED.replace("is not None", "is not  None")
        await alice.press("t")
        both = "# here\n" + SAVED.replace("is not None", "is not  None")
        await alice.until(lambda: on_disk(manager) == both)


async def test_quitting_is_refused_once_too(manager: SessionManager, other: SessionManager) -> None:
    async with overtaken(manager, other, "email)|email )") as alice:
        await alice.press("ctrl+q")
        assert "Not quit: what you typed is not on disk" in said(alice)
        assert "# late" in area(alice).text
    assert on_disk(manager) == "# kept\n" + SAVED.replace("email)", "email )")
