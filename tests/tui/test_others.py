"""What others do to the work of somebody whose screen is open is said there, within a second."""

from __future__ import annotations

from pathlib import Path

import pytest
from driver import Person, at
from textual.widgets import TextArea

from store.errors import Code, PatchbayError
from store.session_manager import SessionManager
from tui.refusals import opened_editor
from tui.screens.editor import EditorScreen
from tui.screens.patch import PatchScreen

BY_BOB = "def validate(email):\n    return EMAIL.fullmatch(email.strip()) is not None\n"
HEAD = "bob saved a definition: your A validation-enhancements is a draft again"
FALLEN = f"{HEAD}; r marks it ready."


def bob_of(manager: SessionManager) -> SessionManager:
    """Bob, in Alice's session."""
    bob = manager.as_user("bob")
    bob.switch_session("user-improvements")
    return bob


def said(person: Person) -> str:
    """What the footer of the screen on top says."""
    return " ".join(line.strip() for line in person.lines("footer").split("\n")).strip()


async def without_a_key(person: Person, sentence: str) -> None:
    await person.until(lambda: sentence in said(person))


async def test_who_saves_into_my_ready_patch_is_said_and_gone_with_the_next_key(
    manager: SessionManager,
) -> None:
    bob = bob_of(manager)
    async with at(manager) as alice:
        bob.save_editor("MyApp.User.validate", BY_BOB, patch="A")
        await without_a_key(alice, FALLEN)
        await alice.press("j")
        assert said(alice).startswith("1-9 editor")
        await alice.press("1", "r")
        assert "Marked A" in said(alice)


@pytest.mark.parametrize(
    "keys",
    [("c",), ("tab", "enter", "N"), ("L", "N"), ("d", "N")],
    ids=["session", "patch", "history", "diff"],
)
async def test_a_refusal_stays_until_the_next_key_and_what_others_did_is_said_then(
    manager: SessionManager, keys: tuple[str, ...]
) -> None:
    bob = bob_of(manager)
    async with at(manager) as alice:
        await alice.press(*keys)
        refusal = said(alice)
        assert refusal.startswith("✗ ")
        bob.save_editor("MyApp.User.validate", BY_BOB, patch="A")
        await alice.until(lambda: "bob" in alice.app.bench.saying.told.message)
        assert said(alice) == refusal
        await alice.press("j")
        assert HEAD in said(alice)
        await alice.press("k")
        assert "bob" not in said(alice)


async def test_so_it_is_on_the_screens_above_where_what_is_typed_stays(manager: SessionManager) -> None:
    bob = bob_of(manager)
    async with at(manager) as alice:
        await alice.press("2", "enter")
        await alice.write("# typed")
        bob.save_editor("MyApp.User.validate", BY_BOB, patch="A")
        await without_a_key(alice, HEAD)
        assert isinstance(alice.app.screen, EditorScreen)
        assert alice.app.screen.query_one(TextArea).text.startswith("# typed")
        await alice.press("escape")
        assert FALLEN in alice.footer()
        await alice.press("1", "r", "tab", "enter")
        bob.save_editor("MyApp.User.validate", BY_BOB.replace("strip", "lstrip"), patch="A")
        await without_a_key(alice, FALLEN)
        assert isinstance(alice.app.screen, PatchScreen)


async def test_my_own_doings_and_others_patches_are_not_told(manager: SessionManager, tmp_path: Path) -> None:
    bob = bob_of(manager)
    bob.mark_ready("C")
    async with at(manager) as alice:
        await alice.press("r")
        bob.create_patch("noise")
        await alice.until(lambda: "noise" in alice.lines("patches"))
        await alice.press("j")
        bob.mark_draft("C")
        bob.create_patch("more noise")
        await alice.until(lambda: "more noise" in alice.lines("patches"))
        await alice.settle()
        assert said(alice).startswith("1-9 editor")


@pytest.mark.parametrize("how", ["closed", "abandoned"])
async def test_who_ends_the_session_is_said_with_the_way_on(manager: SessionManager, how: str) -> None:
    bob = bob_of(manager)
    bob.open_editor("MyApp.User.create")
    async with at(bob) as person:
        own = next(one.editor.number for one in bob.view().editors if one.editor.user == "bob")
        await person.press(str(own), "enter")
        await person.write("# typed")
        await person.until(lambda: any(one.unsaved for one in bob.view().editors))
        if how == "closed":
            manager.close_session()
        else:
            manager.abandon_session("user-improvements")
        await without_a_key(person, f"alice {how} the session user-improvements: it can only be read now")
        assert isinstance(person.app.screen, EditorScreen)
        assert person.app.screen.query_one(TextArea).text.startswith("# typed")
        await person.press("escape")
        assert "your unsaved text is kept" in person.footer()
        assert person.footer().endswith("s lists the sessions, N starts one.")
        await person.press("s")
        assert "lists the sessions" not in person.footer()


def action_rows(person: Person) -> list[str]:
    return [line.strip("│ ") for line in person.lines("actions").split("\n")]


async def test_an_owner_is_led_to_reopening_a_closed_session(manager: SessionManager) -> None:
    elsewhere = manager.as_user("alice")
    async with at(manager) as alice:
        elsewhere.close_session()
        await alice.until(lambda: "closed" in alice.lines("header"))
        assert action_rows(alice)[1:3] == ["Session", "▸s  Reopen…"]
        assert "the session is closed" not in alice.lines("actions")
        assert "s sessions  N new session" in alice.footer() or "s lists the sessions" in alice.footer()
        await alice.press("s")
        await alice.press("enter")
        await alice.until(lambda: "closed" not in alice.lines("header"))
    assert manager.view().session.closed_at is None


async def test_an_owner_undoes_the_closing_of_a_closed_session(manager: SessionManager) -> None:
    elsewhere = manager.as_user("alice")
    async with at(manager) as alice:
        elsewhere.close_session()
        await alice.until(lambda: "closed" in alice.lines("header"))
        await alice.press("u")
        await alice.until(lambda: "closed" not in alice.lines("header"))
    assert manager.view().session.closed_at is None


async def test_who_is_no_owner_is_led_from_a_closed_session_to_a_new_one(manager: SessionManager) -> None:
    async with at(bob_of(manager)) as bob:
        manager.close_session()
        await bob.until(lambda: "closed" in bob.lines("header"))
        assert action_rows(bob)[1:3] == ["Session", "▸N  New session…"]
        await bob.press("u")
        assert bob.footer() == "✗ Undo: the session is closed."
        await bob.press("tab", "tab")
        assert bob.session.place.command == "new-session"


@pytest.mark.parametrize("keys", [("L",), ("L", "d"), ("tab", "d"), ("tab", "enter", "d")])
async def test_history_and_differences_are_told_of_others_too(
    manager: SessionManager, keys: tuple[str, ...]
) -> None:
    bob = bob_of(manager)
    async with at(manager, (120, 36)) as alice:
        await alice.press(*keys)
        bob.save_editor("MyApp.User.validate", BY_BOB, patch="A")
        await without_a_key(alice, FALLEN)
        await alice.press("j")
        assert HEAD not in said(alice)


async def test_an_editor_that_is_gone_before_it_is_shown_is_said_with_the_way_on(
    manager: SessionManager,
) -> None:
    opened = manager.open_editor("MyApp.User.create").editors[0]
    async with at(manager) as alice:
        assert alice.app.bench.board is not None
        assert opened_editor(alice.app.bench.board, opened).target == "MyApp.User.create"
        bob_of(manager).as_user("alice").close_editor(opened)
        await alice.until(lambda: "User.create" not in alice.lines("editors"))
        with pytest.raises(PatchbayError, match="R reads it") as raised:
            opened_editor(alice.app.bench.board, opened)
        assert raised.value.code is Code.NOT_FOUND


async def test_who_is_given_another_role_is_told_so(manager: SessionManager) -> None:
    bob = bob_of(manager)
    async with at(bob) as person:
        manager.set_role("bob", "viewer")
        await without_a_key(person, "✗ Your role here is viewer now: i shows who is in the session.")
        await person.press("j")
        manager.set_role("bob", "maintainer")
        await without_a_key(person, "✗ Your role here is maintainer now: i shows who is in the session.")
