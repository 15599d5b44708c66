"""Collaborators by keys: who is here, inviting, roles, removing, leaving; and how it looks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import views_factory as views
from demo_stores import empty_store
from driver import at
from over_views import OverApp
from people_stores import crowd, hostile_people
from pictures import SIZES, app_on, pressing
from textual.screen import Screen

from store.model import Role
from store.session_manager import SessionManager
from store.views import SessionView
from tui.dialogs.people import InviteDialog, PeopleDialog, RoleDialog
from tui.present.board import Board
from tui.present.people import people_of
from tui.present.text import visible
from tui.workbench import Workbench


def role_of(manager: SessionManager, user: str) -> Role | None:
    return manager.view().session.role_of(user)


async def test_the_list_says_who_is_here_and_what_each_has_open(manager: SessionManager) -> None:
    bob = manager.as_user("bob")
    editor = bob.open_editor("MyApp.User.create").editors[0]
    handle = bob.enter_screen(manager.current_session(), (editor,))
    async with at(manager) as alice:
        await alice.press("i")
        assert "2, 2 here now" in alice.title()
        shown = alice.lines("lines")
        assert "alice (you)" in shown
        assert "here, typing in create" in shown
        await alice.press("j")
        assert "bob has open" in alice.lines("lines")
        assert "typing now" in alice.lines("lines")
    handle.leave()


async def test_who_comes_while_the_list_is_open_is_seen_without_a_key(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("i")
        assert "1 here now" in alice.title()
        handle = manager.as_user("bob").enter_screen(manager.current_session())
        await alice.until(lambda: "2 here now" in alice.title())
        handle.leave()


async def test_somebody_is_invited_with_a_role_by_keys_alone(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("i", "i")
        await alice.write("carol")
        await alice.press("up", "enter")
        assert "Invited carol as a viewer." in alice.lines("lines")
        assert "carol" in alice.lines("lines")
    assert role_of(manager, "carol") is Role.VIEWER


async def test_inviting_somebody_who_is_in_it_is_refused_and_the_name_stays(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("i", "i", "enter")
        assert "Type the user name" in alice.lines("lines")
        await alice.write("bob")
        await alice.press("enter")
        assert "bob is in the session already" in alice.lines("lines")
        await alice.press("escape")
        assert "Collaborators" in alice.title()


async def test_a_role_is_changed_by_its_letter_after_saying_what_it_means(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("i", "j", "r", "down")
        assert "contributor → maintainer" in alice.lines("lines")
        await alice.press("m")
        assert "Made bob a maintainer." in alice.lines("lines")
    assert role_of(manager, "bob") is Role.MAINTAINER


async def test_enter_on_the_only_owners_own_row_says_who_that_is_and_refuses_nothing(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press("i", "enter")
        assert isinstance(alice.app.screen, PeopleDialog)
        assert "This is you, owner of the session." in alice.lines("lines")
        assert "make somebody else an owner" not in alice.lines("lines")


async def test_the_last_owner_stays_one(manager: SessionManager) -> None:
    async with at(manager) as alice:
        for key in ("r", "minus"):
            await alice.press("i", key)
            assert "keeps at least one owner" in alice.lines("lines")
            await alice.press("escape")
    assert role_of(manager, "alice") is Role.OWNER


async def test_removing_says_what_stays_and_takes_y(manager: SessionManager) -> None:
    manager.as_user("bob").open_editor("MyApp.User.create")
    async with at(manager) as alice:
        await alice.press("i", "j", "minus")
        assert "bob's 1 editor stays." in alice.lines("lines")
        assert "C validation-tests" in alice.lines("lines")
        await alice.press("escape")
        assert role_of(manager, "bob") is Role.CONTRIBUTOR
        await alice.press("minus", "y")
        assert "Removed bob from the session." in alice.lines("lines")
        await alice.press("escape", "u")
    assert role_of(manager, "bob") is Role.CONTRIBUTOR


async def test_removing_is_asked_again_where_something_changed_since_it_was_asked(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press("i", "j", "minus")
        assert "editor" not in alice.lines("lines")
        manager.as_user("bob").open_editor("MyApp.User.create")
        await alice.press("y")
        assert "Something has changed since that preview" in alice.lines("lines")
        assert role_of(manager, "bob") is Role.CONTRIBUTOR
        await alice.press("minus")
        assert "bob's 1 editor stays." in alice.lines("lines")
        await alice.press("y")
    assert role_of(manager, "bob") is None


async def test_leaving_is_asked_again_where_something_changed_since_it_was_asked(
    manager: SessionManager,
) -> None:
    bob = manager.as_user("bob")
    async with at(bob) as person:
        await person.press("i", "minus")
        manager.set_role("bob", "viewer")
        await person.press("y")
        assert "Something has changed since that preview" in person.lines("lines")
        assert role_of(manager, "bob") is Role.VIEWER
        await person.press("minus", "y")
        assert person.footer() == "✓ You left user-improvements."
    assert role_of(manager, "bob") is None


async def test_who_is_removed_while_they_are_asked_whether_to_leave_is_told(manager: SessionManager) -> None:
    async with at(manager.as_user("bob")) as person:
        await person.press("i", "minus")
        manager.remove_collaborator("bob")
        await person.press("y")
        await person.until(lambda: "You are no longer in user-improvements" in person.screen_text())
    assert role_of(manager, "bob") is None


async def test_no_key_that_moves_elsewhere_removes_anybody_or_leaves(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("i", "l", "h", "x", "y")
        assert "Collaborators" in alice.title()
    assert role_of(manager, "bob") is Role.CONTRIBUTOR


async def test_minus_on_oneself_leaves_and_the_footer_says_so(manager: SessionManager) -> None:
    async with at(manager.as_user("bob")) as bob:
        await bob.press("i")
        assert "- leave" in bob.lines("keys")
        await bob.press("j")
        assert "-  remove  only an owner may" in bob.lines("lines")


async def test_who_leaves_goes_back_to_no_session(manager: SessionManager) -> None:
    bob = manager.as_user("bob")
    async with at(bob) as person:
        await person.press("i", "minus", "y")
        assert person.footer() == "✓ You left user-improvements."
        assert person.session.board is None
    assert role_of(manager, "bob") is None


@pytest.mark.parametrize(
    ("key", "word"), [("i", "invite"), ("r", "change roles"), ("minus", "remove people")]
)
async def test_a_contributor_is_told_who_may(manager: SessionManager, key: str, word: str) -> None:
    async with at(manager.as_user("bob")) as bob:
        await bob.press("i", "j", key)
        assert f"may {word}" in " ".join(bob.lines("lines").split())


@pytest.mark.parametrize(
    ("role", "refused", "keys"),
    [
        (
            "contributor",
            [
                "i invite a maintainer or an owner may",
                "r change role only an owner may",
                "- remove only an owner may",
            ],
            "/ filter esc back",
        ),
        (
            "maintainer",
            ["r change role only an owner may", "- remove only an owner may"],
            "i invite / filter esc back",
        ),
        ("owner", [], "i invite r change role - remove / filter esc back"),
    ],
)
async def test_keys_that_are_refused_say_so_before_they_are_pressed(
    manager: SessionManager, role: str, refused: list[str], keys: str
) -> None:
    manager.set_role("bob", role)
    async with at(manager.as_user("bob")) as bob:
        await bob.press("i", "G")
        lines = [" ".join(line.split()) for line in bob.lines("lines").split("\n")]
        assert [line for line in lines if line.endswith(" may")] == refused
        assert " ".join(bob.lines("keys").split()) == keys


async def test_a_maintainer_may_not_invite_owners(manager: SessionManager) -> None:
    manager.set_role("bob", "maintainer")
    async with at(manager.as_user("bob")) as bob:
        await bob.press("i", "i")
        assert "viewer" in bob.lines("lines")
        assert "owner" not in bob.lines("lines")


async def test_the_last_of_a_thousand_people_is_one_key_away(tmp_path: Path) -> None:
    async with at(empty_store(tmp_path)) as person:
        person.app.bench.board = Board(crowd(views.easy(), 1_000))
        person.app.push_screen(PeopleDialog(person.app.bench))
        await person.settle()
        await person.press("G")
        assert "user-0998" in person.lines("lines")
        await person.press("g")
        assert "alice (you)" in person.lines("lines")


SCENES: dict[str, tuple[str, ...]] = {
    "collaborators": ("i",),
    "somebody else": ("i", "j"),
    "invite": ("i", "i"),
    "role": ("i", "j", "r", "down"),
    "remove": ("i", "j", "minus"),
    "refused": ("i", "minus"),
}


@pytest.mark.parametrize("size", SIZES[:2])
@pytest.mark.parametrize("scene", SCENES)
def test_collaborators_look_as_before(
    snap_compare: Any, manager: SessionManager, scene: str, size: tuple[int, int]
) -> None:
    manager.as_user("bob").open_editor("MyApp.User.create")

    assert snap_compare(app_on(manager), terminal_size=size, run_before=pressing(*SCENES[scene]))


BOARDS: dict[str, Callable[[], SessionView]] = {
    "one": lambda: crowd(views.easy(), 1),
    "a thousand": lambda: crowd(views.easy(), 1_000),
    "hostile": hostile_people,
}


@pytest.mark.parametrize("size", SIZES[:2])
@pytest.mark.parametrize("board", BOARDS)
def test_few_many_and_hostile_people(
    snap_compare: Any, tmp_path: Path, board: str, size: tuple[int, int]
) -> None:
    app = OverApp(empty_store(tmp_path), BOARDS[board](), lambda below: PeopleDialog(below.bench))
    assert snap_compare(app, terminal_size=size)


DIALOGS: dict[str, Callable[[Workbench], Screen[Any]]] = {
    "people": PeopleDialog,
    "role": lambda bench: RoleDialog(bench, people_of(hostile_people())[0]),
    "invite": lambda bench: InviteDialog(bench, tuple(Role), views.HOSTILE, views.HOSTILE),
}


@pytest.mark.parametrize("name", DIALOGS)
async def test_hostile_names_are_shown_and_obeyed_by_nothing(name: str, tmp_path: Path) -> None:
    async with at(empty_store(tmp_path)) as person:
        person.app.bench.board = Board(hostile_people())
        person.app.push_screen(DIALOGS[name](person.app.bench))
        await person.settle()
        assert visible(person.screen_text(), newline="keep") == person.screen_text()
        await person.press("minus")
        assert visible(person.screen_text(), newline="keep") == person.screen_text()
        assert person.app.is_running
