"""The history by keys: who did what when, filters, differences, undo up to an entry; and how it looks."""

from __future__ import annotations

import asyncio
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import views_factory as views
from conflict_stores import codebase_moved, page
from demo_stores import empty_store
from driver import Person, at
from over_views import OverApp
from pictures import SIZES, app_on, pressing
from textual import events
from textual.pilot import Pilot

from store.model import LogEntry
from store.session_manager import SessionManager, open_store
from tui.dialogs.confirm import ConfirmDialog
from tui.present.deeds import deeds_of
from tui.present.history import about_deed, typed_since
from tui.present.text import visible
from tui.screens.differences import DifferencesScreen
from tui.screens.history import HistoryScreen
from tui.screens.session import SessionScreen
from tui.widgets.lines import Lines

pytestmark = pytest.mark.usefixtures("utc")


def entries(count: int, summary: str = "changed something", user: str = "bob") -> tuple[LogEntry, ...]:
    return tuple(
        LogEntry(
            id=f"t{number}",
            number=number,
            at=datetime(2026, 11, 19, 9, number % 60, tzinfo=UTC),
            user=user,
            verb="patch.edit",
            summary=summary,
        )
        for number in range(count, 0, -1)
    )


async def test_the_newest_entry_is_first_with_its_differences_below(manager: SessionManager) -> None:
    manager.save_editor("2", "def findByEmail(email, rows):\n    return 'quick'\n")
    async with at(manager) as alice:
        await alice.press("L")
        assert "saved MyApp.Database.User.findByEmail" in alice.lines("list").split("\n")[1]
        assert "+     return 'quick'" in alice.lines("preview")
        assert "-     return next(" in alice.lines("preview")


async def test_what_comes_right_after_the_key_of_a_dialog_is_for_that(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("L")
        await alice.rush("p", "down", "enter", "j")
        await alice.until(lambda: isinstance(alice.app.screen, HistoryScreen))
        assert "History · patch " in alice.lines("list")
        await alice.rush("t", "G", "enter", *"2026-11-02", "enter")
        await alice.until(lambda: isinstance(alice.app.screen, HistoryScreen))
        assert "since 11-02" in alice.lines("list")


async def test_differences_that_were_not_read_yet_are_waited_for(
    manager: SessionManager, tmp_path: Path
) -> None:
    manager.save_editor("2", "def findByEmail(email, rows):\n    return 'quick'\n")
    manager.create_patch("meanwhile")
    async with at(manager) as alice:
        await alice.press("L")
        with open_store(tmp_path, user="bob").repository.lock.exclusive():
            for key in ("j", "enter"):
                alice.app.post_message(events.Key(key, key if len(key) == 1 else None))
            await alice.pilot.pause(0.2)
        await alice.until(lambda: isinstance(alice.app.screen, DifferencesScreen))
        assert "+     return 'quick'" in alice.screen_text()


async def test_a_merge_shows_what_it_did_to_the_codebase(manager: SessionManager) -> None:
    manager.merge_patch("A")
    async with at(manager) as alice:
        await alice.press("L")
        assert "MyApp/User/__init__.py" in alice.lines("preview")
        assert '-     return "@" in email' in alice.lines("preview")


@pytest.mark.parametrize(
    ("side", "words", "gone", "come"),
    [
        ("theirs", "from ours to theirs", "width = max(320, 1440)", "width = 1200"),
        ("ours", "from theirs to ours", "width = 1200", "width = max(320, 1440)"),
    ],
)
async def test_a_settled_conflict_shows_which_text_took_the_place_of_which(
    tmp_path: Path, side: str, words: str, gone: str, come: str
) -> None:
    manager = codebase_moved(tmp_path)
    conflict = manager.conflicts()[0][1].id
    manager.resolve_conflict(conflict, ours=side == "ours", theirs=side == "theirs")
    async with at(manager, (100, 36)) as alice:
        await alice.press("L")
        assert f"shop.page.profile  {words}" in alice.lines("preview")
        assert f"-     {gone}" in alice.lines("preview")
        assert f"+     {come}" in alice.lines("preview")
        assert "960" not in alice.lines("preview")


async def test_a_conflict_settled_with_an_edited_text_shows_ours_and_that(tmp_path: Path) -> None:
    manager = codebase_moved(tmp_path)
    manager.resolve_conflict(manager.conflicts()[0][1].id, text=page(width="7"))
    async with at(manager, (100, 36)) as alice:
        await alice.press("L")
        assert "from ours to the edited text" in alice.lines("preview")
        assert "-     width = max(320, 1440)" in alice.lines("preview")
        assert "+     width = 7" in alice.lines("preview")


async def test_the_list_is_filtered_by_user_patch_and_verb_with_the_count(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("L")
        assert "of" not in alice.lines("list").split("\n")[-1]
        await alice.press("b", "enter")
        assert "by bob" in alice.lines("list")
        assert f"of {len(manager.log())} changes" in alice.lines("list")
        assert "alice" not in alice.lines("list")
        await alice.press("p", "down", "enter")
        assert "patch C validation-tests" in alice.lines("list")
        await alice.press("v", "enter", "0")
        assert "by bob" not in alice.lines("list")


async def test_undo_up_to_an_entry_shows_what_it_takes_back_and_takes_y(manager: SessionManager) -> None:
    manager.create_patch("one")
    manager.create_patch("two")
    async with at(manager) as alice:
        await alice.press("L", "j", "u")
        assert isinstance(alice.app.screen, ConfirmDialog)
        assert "Undo 2 changes" in alice.title()
        await alice.press("y")
        assert "Undid 2 changes." in alice.lines("footer")
        rows = alice.lines("list").split("\n")[1:3]
        assert ["created" in row and "  undone 09:" in row for row in rows] == [True, True]
        await alice.press("escape")
    assert {one.patch.name for one in manager.view().patches}.isdisjoint({"one", "two"})


async def test_undo_up_to_an_entry_takes_back_no_more_than_was_shown(manager: SessionManager) -> None:
    manager.create_patch("one")
    manager.create_patch("two")
    async with at(manager) as alice:
        await alice.press("L", "j", "u")
        assert "Undo 2 changes" in alice.title()
        manager.create_patch("three")
        await alice.press("y")
        assert "look at it again and confirm once" in alice.lines("footer")
        await alice.until(lambda: "created F three" in alice.lines("list"))
        assert len(manager.view().patches) == 6
        await alice.press("u")
        assert "Undo 3 changes" in alice.title()
        await alice.press("y")
    assert len(manager.view().patches) == 3


async def test_the_list_is_filtered_by_what_is_typed_and_by_time(manager: SessionManager) -> None:
    async with at(manager, (120, 36)) as alice:
        await alice.press("L", "slash", *"bob patch", "enter")
        assert "/bob patch" in alice.lines("list")
        assert f"of {len(manager.log())} changes" in alice.lines("list")
        await alice.press("escape")
        assert "of" not in alice.lines("list").split("\n")[-1]
        await alice.press("t", "j", "j", "enter")
        assert "since 11-20 00:00" in alice.lines("list")
        await alice.press("t", "G", "enter")
        await alice.write("2026-11-21")
        await alice.press("enter")
        assert "since 11-21 00:00" in alice.lines("list")
        assert "0 of" in alice.lines("list")
        await alice.press("0", "t", "G", "enter")
        await alice.write("soon")
        await alice.press("enter")
        assert "That is no date" in alice.lines("lines")
        await alice.press("ctrl+u")
        await alice.write("2026-11-21")
        await alice.press("enter")
        assert "since 11-21 00:00" in alice.lines("list")


async def test_what_others_do_appears_while_the_history_is_open(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("L", "j")
        before = alice.app.screen.query_one("#preview", Lines).lines[0].plain
        manager.as_user("bob").create_patch("just now")
        await alice.until(lambda: "just now" in alice.lines("list"))
        assert alice.app.screen.query_one("#preview", Lines).lines[0].plain == before


async def test_differences_that_are_still_read_when_others_act_are_shown(manager: SessionManager) -> None:
    manager.save_editor("2", "def findByEmail(email, rows):\n    return 'quick'\n")
    manager.create_patch("newest")
    async with at(manager) as alice:
        await alice.press("L")
        go_on = threading.Event()
        held = asyncio.ensure_future(alice.app.bench.compute(go_on.wait))
        await alice.pilot.press("j")
        manager.as_user("bob").create_patch("just now")
        await alice.until(lambda: "just now" in alice.lines("list"))
        go_on.set()
        await held
        await alice.settle()
        assert "+     return 'quick'" in alice.lines("preview")


async def test_undo_and_redo_are_folded_into_what_they_are_about(manager: SessionManager) -> None:
    manager.create_patch("one")
    manager.undo()
    async with at(manager) as alice:
        await alice.press("L")
        assert alice.lines("list").count("created D one") == 1
        assert "undid" not in alice.lines("list")
        await alice.press("u")
        assert "That is undone already." in alice.lines("footer")
        manager.redo()
        await alice.until(lambda: "undone" not in alice.lines("list"))
        await alice.press("u", "y")
        assert "  undone 09:" in alice.lines("list")
    assert "one" not in {one.patch.name for one in manager.view().patches}


async def test_what_was_done_is_said_and_chosen_in_words(manager: SessionManager) -> None:
    manager.merge_patch("A")
    async with at(manager) as alice:
        await alice.press("L")
        assert "by alice: merged A validation-enhancements as revision 2" in alice.lines("preview")
        await alice.press("v")
        said = alice.lines("lines")
        assert "saved a definition" in said
        assert "editor.save" not in said
        await alice.press("enter")
        assert "who merged a patch" in alice.lines("list")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-10-01", "2026-10-01 00:00"),
        ("2026-10-01 13:05", "2026-10-01 13:05"),
        ("10-01", "2026-10-01 00:00"),
        (" 08:15 ", "2026-11-20 08:15"),
        ("02-30", None),
        ("[/]", None),
    ],
)
def test_a_date_or_a_time_of_today_can_be_typed(typed: str, meant: str | None) -> None:
    found = typed_since(typed, datetime(2026, 11, 20, 9, tzinfo=UTC))
    assert (found and f"{found:%Y-%m-%d %H:%M}") == meant


async def test_an_entry_of_somebody_else_is_not_undone_and_why_is_said(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("L", "u")
        assert "That is bob's change" in alice.lines("footer")


SENTENCES = {
    "session.edit": "named the session tidy-up and described it",
    "session.invite": "invited carol as a viewer",
    "session.role": "made carol an owner",
    "session.remove": "removed carol from the session",
    "patch.new": "created D one",
    "patch.edit": "changed the name and description of D two",
    "patch.depend": "B performance-optimizations depends on A validation-enhancements",
    "patch.undepend": "B performance-optimizations no longer depends on A validation-enhancements",
    "patch.draft": "took A validation-enhancements back to draft",
    "patch.ready": "marked A validation-enhancements ready",
    "patch.merge": "merged A validation-enhancements as revision 2",
    "patch.revert": "made E Revert validation-enhancements, which reverts A",
    "editor.assign": "assigned MyApp.User.Profile.render to D two",
    "editor.unassign": "unassigned MyApp.User.Profile.render from D two",
    "patch.join": "joined D two into B performance-optimizations",
    "editor.rename": "renamed MyApp.User.create to MyApp.User.make in B performance-optimizations",
    "editor.delete": "deleted MyApp.User.ADMIN in B performance-optimizations",
    "editor.drop": "dropped the unsaved text of MyApp.User.validate",
    "patch.abandon": "abandoned B performance-optimizations",
    "patch.restore": "restored B performance-optimizations",
    "editor.open": "opened MyApp.User.Profile.TEMPLATE in editor 6",
    "editor.close": "closed MyApp.User.make",
    "session.close": "closed session tidy-up",
    "session.reopen": "reopened session tidy-up",
    "session.abandon": "abandoned session tidy-up",
}


def a_day_of_every_verb(manager: SessionManager) -> str:
    """Do each once; gives the session's id."""
    session = manager.view().session.id
    manager.edit_session("tidy-up", "before the release")
    manager.invite("carol", "viewer")
    manager.set_role("carol", "owner")
    manager.remove_collaborator("carol")
    manager.create_patch("one")
    manager.edit_patch("D", name="two", description="why")
    manager.add_dependency("B", "A")
    manager.drop_dependency("B", "A")
    manager.mark_draft("A")
    manager.mark_ready("A")
    manager.merge_patch("A")
    manager.revert_patch("A")
    manager.assign_editor("3", "D")
    manager.unassign_editor("3")
    manager.assign_editor("3", "D")
    manager.join_patches("D", "B")
    manager.rename_definition("MyApp.User.create", "MyApp.User.make", patch="B")
    manager.delete_definition("MyApp.User.ADMIN", patch="B")
    manager.type_text("1", "x = 1\n")
    manager.drop_buffer("1")
    manager.abandon_patch("B")
    manager.restore_patch("B")
    manager.open_editor("MyApp.User.Profile.TEMPLATE")
    manager.close_editor("4")
    manager.close_session()
    manager.reopen_session(session)
    manager.abandon_session("tidy-up")
    return session


def test_every_entry_says_once_who_did_what(manager: SessionManager) -> None:
    begun = len(manager.log())
    deeds = deeds_of(manager.log(session=a_day_of_every_verb(manager)))[:-begun]
    said = {deed.entry.verb: about_deed(deed).split(" by alice: ")[1] for deed in reversed(deeds)}
    assert said == SENTENCES


async def test_a_wide_terminal_shows_the_differences_beside_the_list(manager: SessionManager) -> None:
    manager.save_editor("2", "def findByEmail(email, rows):\n    return 'quick'\n")
    async with at(manager, (200, 50)) as alice:
        await alice.press("L")
        entries, preview = (alice.app.screen.query_one(f"#{part}", Lines) for part in ("list", "preview"))
        assert entries.region.height == preview.region.height == 49
        assert entries.region.right == preview.region.x
        assert "+     return 'quick'" in alice.lines("preview")
        await alice.press("j")
        assert "quick" not in alice.lines("preview")


LISTS = {
    "empty": (),
    "one": entries(1),
    "a thousand": entries(1_000),
    "hostile": entries(3, views.HOSTILE, views.HOSTILE),
}


@pytest.mark.parametrize("size", SIZES[:2])
@pytest.mark.parametrize("name", LISTS)
def test_no_few_many_and_hostile_entries(
    snap_compare: Any, tmp_path: Path, name: str, size: tuple[int, int]
) -> None:
    async def show(pilot: Pilot[None]) -> None:
        person = Person(pilot)
        await person.settle()
        assert visible(person.screen_text(), newline="keep") == person.screen_text()

    def build(session: SessionScreen) -> HistoryScreen:
        return HistoryScreen(session.verbs, session, LISTS[name])

    app = OverApp(empty_store(tmp_path), views.easy(), build)
    assert snap_compare(app, terminal_size=size, run_before=show)


SCENES: dict[str, tuple[str, ...]] = {
    "history": ("L", "j", "j", "j"),
    "by whom": ("L", "b"),
    "undo up to": ("L", "b", "k", "enter", "j", "u"),
}


@pytest.mark.parametrize("size", SIZES[:2])
@pytest.mark.parametrize("scene", SCENES)
def test_the_history_looks_as_before(
    snap_compare: Any, manager: SessionManager, scene: str, size: tuple[int, int]
) -> None:
    assert snap_compare(app_on(manager), terminal_size=size, run_before=pressing(*SCENES[scene]))


async def test_a_summary_that_is_too_long_for_its_row_is_read_whole_above_the_differences(
    manager: SessionManager,
) -> None:
    name = "accept addresses with a plus sign, a quoted local part, or a domain in Greek"
    manager.edit_patch("B", name)
    manager.mark_ready("B")
    async with at(manager) as alice:
        await alice.press("L")
        rows = alice.lines("preview").split("\n")
        assert f"marked B {name} ready" in " ".join(row.strip("│ ") for row in rows[1:-1])
        assert "It changed no text." in alice.lines("preview")


async def test_in_the_history_and_its_differences_a_key_of_the_session_screen_says_where_it_is(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press("L", "m")
        assert "Merge: on the session screen; esc goes back there." in alice.lines("footer")
        await alice.press("j")
        assert "undo to it" in alice.lines("footer")
        await alice.press("enter", "n")
        assert "New patch: on the session screen; esc 2 times goes back there." in alice.lines("footer")
        await alice.press("j")
        assert "New patch" not in alice.lines("footer")


async def test_where_no_change_is_listed_undo_and_differences_say_so(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("L", "slash")
        await alice.write("xyzzy")
        for key in ("u", "d"):
            await alice.press("enter", key)
            assert "Nothing is listed" in alice.lines("footer")


async def test_the_history_is_maximised_and_its_undo_is_redone_there(manager: SessionManager) -> None:
    manager.create_patch("one")
    async with at(manager) as alice:
        await alice.press("L", "plus")
        assert alice.app.screen.query_one("#list", Lines).region.height == 23
        await alice.press("plus", "u", "y")
        assert "Undid 1 change." in alice.lines("footer")
        await alice.press("U")
        assert "created D one" in alice.lines("footer")
        assert isinstance(alice.app.screen, HistoryScreen)
    assert "one" in {one.patch.name for one in manager.view().patches}
