"""Who is removed from the session is told at once, keeps what they typed, and is led to the sessions."""

from __future__ import annotations

import pytest
from driver import Person, at
from textual.widgets import TextArea

from store.session_manager import SessionManager
from tui.dialogs.people import PeopleDialog
from tui.screens.editor import EditorScreen

OUT = "You are no longer in user-improvements: ask an owner to invite you."
LED_OUT = f"✗ {OUT} s lists the sessions."


def said(person: Person) -> str:
    return " ".join(line.strip() for line in person.lines("footer").split("\n")).strip()


@pytest.fixture
def bob(manager: SessionManager) -> SessionManager:
    bob = manager.as_user("bob")
    bob.switch_session("user-improvements")
    return bob


def own_number(bob: SessionManager) -> str:
    bob.open_editor("MyApp.User.create")
    return next(str(one.editor.number) for one in bob.view().editors if one.editor.user == "bob")


@pytest.mark.parametrize(
    "keys", [(), ("c",), ("tab", "enter"), ("tab", "D"), ("L",), ("L", "N"), ("d",), ("tab", "enter", "d")]
)
async def test_it_is_said_without_a_key_and_the_session_is_left(
    manager: SessionManager, bob: SessionManager, keys: tuple[str, ...]
) -> None:
    async with at(bob) as person:
        await person.press(*keys)
        manager.remove_collaborator("bob")
        await person.until(lambda: person.footer() == LED_OUT)
        assert person.app.screen is person.session
        assert "No session is open." in person.screen_text()
        await person.press("s")
        assert "Sessions" in person.title()
        assert "user-improvements" not in person.lines("lines")


async def test_what_is_being_typed_stays_is_kept_and_it_is_said_where(
    manager: SessionManager, bob: SessionManager
) -> None:
    number = own_number(bob)
    async with at(bob, (160, 30)) as person:
        await person.press(number, "enter")
        manager.remove_collaborator("bob")
        await person.write("# typed ")
        await person.until(lambda: said(person).startswith(f"✗ {OUT}") and not person.app.bench.waiting)
        assert isinstance(person.app.screen, EditorScreen)
        await person.write("# and more ")
        await person.press("escape")
        await person.until(lambda: person.session.board is None)
        told = person.footer().replace(" ", "")
        (kept,) = bob.repository.layout.buffers.iterdir()
        assert f"editor{number}iskept,in{kept}.s" in told
        assert "# typed # and more def create" in kept.read_text()
    manager.invite("bob", "contributor")
    buffer = bob.buffer(number, session="user-improvements")
    assert buffer is not None and buffer.text.startswith("# typed # and more def create")


async def test_it_is_said_too_where_something_else_is_read_first(
    manager: SessionManager, bob: SessionManager
) -> None:
    async with at(bob) as person:
        await person.press("i")
        person.session.following._inferred = -1
        manager.remove_collaborator("bob")
        await person.until(lambda: person.footer() == f"✗ {OUT}")


async def test_who_answers_a_dialog_leaves_it_before_the_session(
    manager: SessionManager, bob: SessionManager
) -> None:
    async with at(bob) as person:
        await person.press("i")
        manager.remove_collaborator("bob")
        await person.until(lambda: OUT in person.footer())
        await person.settle()
        assert isinstance(person.app.screen, PeopleDialog)
        await person.press("i")
        assert person.app.is_running
        await person.press("escape")
        await person.until(lambda: person.footer() == LED_OUT)


async def test_who_is_invited_again_meanwhile_goes_on(manager: SessionManager, bob: SessionManager) -> None:
    number = own_number(bob)
    async with at(bob) as person:
        await person.press(number, "enter")
        manager.remove_collaborator("bob")
        await person.until(lambda: OUT in said(person))
        manager.invite("bob", "contributor")
        await person.until(lambda: OUT not in said(person))
        await person.write("# typed\n")
        assert person.app.screen.query_one(TextArea).text.startswith("# typed\n")
        await person.press("escape")
        await person.settle()
        assert person.session.board is not None
        assert OUT not in person.footer()
