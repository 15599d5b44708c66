"""The list of sessions by keys: switch, start, describe, close, reopen, abandon, filter; and how it looks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import views_factory as views
from demo_stores import empty_store, improvements
from driver import at
from pictures import SIZES, app_on, pressing

from store.model import Role
from store.session_manager import SessionManager, SessionSummary
from tui.dialogs.sessions import SessionsDialog, SessionsPlace


@pytest.fixture
def manager(tmp_path: Path) -> SessionManager:
    manager = improvements(tmp_path)
    manager.start_session("payments", "Cards and refunds")
    manager.start_session("old")
    manager.close_session()
    manager.switch_session("user-improvements")
    return manager


async def test_open_sessions_are_listed_with_counts_and_role_and_closed_ones_are_folded(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press("s")
        shown = alice.lines("lines")
        assert "3 open patches, 3 editors" in shown
        assert "owner" in shown
        assert "shows 1 closed" in shown
        assert "old" not in shown
        await alice.press("G", "space")
        assert "old" in alice.lines("lines")


async def test_enter_switches_and_the_list_says_what_a_session_is_about(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("s", "slash", *"payments", "enter")
        assert "Cards and refunds" in alice.lines("lines")
        await alice.press("enter")
        assert "payments" in alice.lines("header")


async def test_only_an_owner_is_shown_the_keys_that_only_owners_may_use(manager: SessionManager) -> None:
    bob = manager.as_user("bob")
    bob.switch_session("user-improvements")
    async with at(bob) as person:
        await person.press("s")
        assert "switch to it" in person.lines("keys")
        assert "close" not in person.lines("keys") and "abandon" not in person.lines("keys")
        await person.press("C")
        assert "Only an owner of the session may do that." in person.lines("lines")


async def test_who_is_here_now_is_shown(manager: SessionManager) -> None:
    bob = manager.as_user("bob")
    handle = bob.enter_screen(manager.current_session())
    async with at(manager, (120, 36)) as alice:
        await alice.press("s")
        assert "bob (contributor, here)" in alice.lines("lines")
        assert "● bob" in alice.lines("lines")
    handle.leave()


async def test_a_session_is_renamed_and_described_from_the_list(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("s", "E")
        await alice.write("profiles")
        await alice.press("tab", "ctrl+u")
        await alice.write("All about profiles")
        await alice.press("enter")
        assert "profiles" in alice.lines("lines")
        assert "All about profiles" in alice.lines("lines")
    assert manager.view().session.name == "profiles"


async def test_a_description_of_several_lines_stays_where_it_was_left_as_shown(
    manager: SessionManager,
) -> None:
    manager.edit_session(None, "one\ntwo\n")
    async with at(manager) as alice:
        await alice.press("s", "E", "enter")
        assert "Nothing was changed." in alice.lines("lines")
        await alice.press("E")
        await alice.write("profiles")
        await alice.press("enter")
    session = manager.view().session
    assert (session.name, session.description) == ("profiles", "one\ntwo\n")


async def test_another_session_is_closed_and_abandoned_from_the_list(manager: SessionManager) -> None:
    manager.start_session("third")
    manager.switch_session("user-improvements")
    async with at(manager) as alice:
        await alice.press("s", "slash", *"payments", "enter", "C")
        assert "Close session" in alice.title()
        await alice.press("y")
        assert "Closed payments" in alice.lines("lines")
        await alice.press("slash", *"third", "enter", "X")
        await alice.write("third")
        await alice.press("enter")
        assert alice.session.board is not None
        assert alice.session.board.view.session.name == "user-improvements"
    assert [one.session.name for one in manager.sessions()] == ["user-improvements"]


async def test_reopening_shows_what_closing_abandoned_and_restores_it_in_one_act(tmp_path: Path) -> None:
    manager = improvements(tmp_path)
    manager.create_patch("gone before")
    manager.abandon_patch("gone before")
    manager.set_role("bob", "maintainer")
    manager.close_session()
    names = {"performance-optimizations", "validation-tests"}
    async with at(manager) as alice:
        await alice.press("s", "space", "j", "enter")
        assert "Its end abandoned 2 drafts: space chooses, * all, x restores." in alice.footer()
        board = alice.session.board
        assert board is not None and board.patch_by_id[alice.session.place.patch or ""].patch.name in names
        assert "performance-optim" in alice.lines("patches")
        await alice.press("space", "space", "x")
        assert "Restored 2 patches (B, C)." in alice.footer()
        assert {one.patch.name for one in manager.view().patches if one.patch.is_open} == names
        await alice.press("u")
        assert not any(one.patch.is_open for one in manager.view().patches)
        alice.session.go_to_patch(board.closed_patches[0].patch.id)
        await alice.press("asterisk", "x")
        assert "Restored 3 patches" in alice.footer()


async def test_a_closed_session_is_reopened_under_another_name_where_its_own_is_taken(
    manager: SessionManager,
) -> None:
    manager.start_session("old")
    manager.switch_session("user-improvements")
    async with at(manager) as alice:
        await alice.press("s", "G", "space", "G", "enter")
        assert "Reopen under another name" in alice.title()
        await alice.write("older")
        await alice.press("enter")
        assert "older" in alice.lines("header")


async def test_what_only_an_owner_may_do_is_refused_with_the_reason(manager: SessionManager) -> None:
    bob = manager.as_user("bob")
    async with at(bob) as person:
        await person.press("s", "C")
        assert "Only an owner of the session may do that." in person.lines("lines")


async def test_the_first_session_is_started_from_an_empty_list(tmp_path: Path) -> None:
    async with at(empty_store(tmp_path)) as alice:
        await alice.press("s")
        assert "You are in no session yet: N starts one." in alice.lines("lines")
        await alice.press("N", "enter")
        assert alice.session.board is not None


def summaries(count: int, name: str = "session") -> list[SessionSummary]:
    plain = views.view("one").session
    return [
        SessionSummary(
            session=plain.model_copy(update={"id": f"s{number}", "name": f"{name}-{number}"}),
            role=Role.OWNER,
            open_patches=number % 5,
            editors=number % 3,
            current=number == 0,
        )
        for number in range(count)
    ]


@pytest.mark.parametrize("count", [0, 1, 1_000])
async def test_a_filter_counts_however_many_sessions_there_are(tmp_path: Path, count: int) -> None:
    async with at(empty_store(tmp_path)) as alice:
        dialog = SessionsDialog(alice.app.bench, summaries(count), {}, SessionsPlace())
        alice.app.push_screen(dialog)
        await alice.settle()
        await alice.press("slash", *"99")
        if count == 1_000:
            assert "19 of 1,000" in alice.title()
        await alice.press("escape", "escape")
        assert not isinstance(alice.app.screen, SessionsDialog)


@pytest.mark.parametrize(
    "keys", [("s",), ("s", "G", "space", "G"), ("s", "slash", *"pay")], ids=["folded", "unfolded", "filtered"]
)
@pytest.mark.parametrize("size", SIZES)
def test_it_looks_as_before(
    snap_compare: Any, manager: SessionManager, size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    assert snap_compare(app_on(manager), terminal_size=size, run_before=pressing(*keys))


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark"])
def test_it_looks_as_before_in_other_colours(snap_compare: Any, manager: SessionManager, theme: str) -> None:
    assert snap_compare(app_on(manager, theme), terminal_size=(80, 24), run_before=pressing("s"))


@pytest.mark.parametrize("key", ["E", "C", "X"])
async def test_on_the_row_of_the_closed_sessions_a_refused_key_says_what_to_do(
    manager: SessionManager, key: str
) -> None:
    async with at(manager) as alice:
        await alice.press("s", "G", key)
        assert "Put the cursor on a session first." in alice.lines("lines")
        await alice.press("k")
        assert "Put the cursor" not in alice.lines("lines")
