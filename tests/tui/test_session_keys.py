"""The session screen by keys alone, on a real store."""

from __future__ import annotations

from pathlib import Path

import pytest
from demo_stores import empty_store
from driver import Person, at
from textual.widgets import TextArea

from store.model import PatchStatus
from store.session_manager import SessionManager, open_store
from tui.app import PatchbayApp
from tui.dialogs.merge import BlockedDialog
from tui.screens.session import SessionScreen
from tui.settings import SignSet
from tui.widgets.line_input import LineInput


def status_of(manager: SessionManager, patch: str) -> PatchStatus:
    return next(one.patch.status for one in manager.view().patches if one.patch.name == patch)


async def test_the_third_editor_gets_a_new_patch_that_is_marked_ready_and_merged_in_eight_keys(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press("3", "a", "n", "enter")
        await alice.press("r")
        await alice.press("m")
        assert "Merge" in alice.title()
        await alice.press("enter")
        assert status_of(manager, "profile-render") is PatchStatus.MERGED
        assert "merged" in alice.footer().lower()
    assert ".title()" in manager.show("MyApp.User.Profile.render").text


async def test_a_draft_that_lacks_only_its_mark_is_marked_and_merged_at_once(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("2", "m")
        assert "mark ready and merge" in alice.lines("keys")
        await alice.press("enter")
    assert status_of(manager, "performance-optimizations") is PatchStatus.MERGED


async def test_what_one_key_did_in_two_steps_is_undone_by_one(manager: SessionManager) -> None:
    async with at(manager, size=(120, 30)) as alice:
        await alice.press("2", "m", "enter", "u")
        assert status_of(manager, "performance-optimizations") is PatchStatus.DRAFT
        assert "Undid 2 steps: merged B performance-optimizations, marked B" in alice.footer()
        await alice.press("U")
        assert status_of(manager, "performance-optimizations") is PatchStatus.MERGED


async def test_a_new_patch_for_an_editor_is_undone_by_one_key(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("3", "n", "enter", "u")
    assert [one.patch.name for one in manager.view().patches] == [
        "validation-enhancements",
        "performance-optimizations",
        "validation-tests",
    ]
    assert any(one.editor.pending for one in manager.view().editors)


async def test_keys_that_arrive_in_one_packet_reach_the_dialog_they_were_meant_for(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.rush("m", "enter")
        await alice.until(lambda: not alice.app.bench.waiting and len(alice.app.screen_stack) == 1)
        assert status_of(manager, "validation-enhancements") is PatchStatus.MERGED


async def test_a_name_typed_ahead_arrives_in_order(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("tab")
        await alice.rush("n", "q", "u", "i", "c", "k", "enter")
        await alice.until(lambda: len(alice.app.screen_stack) == 1 and not alice.app.bench.waiting)
    assert status_of(manager, "quick") is PatchStatus.DRAFT


async def test_a_dependent_patch_says_what_it_waits_for_and_enter_goes_there(manager: SessionManager) -> None:
    manager.mark_draft("A")
    async with at(manager) as alice:
        await alice.press("tab", "j", "j", "m")
        assert isinstance(alice.app.screen, BlockedDialog)
        assert "waits for A validation-enhancements" in alice.lines("lines")
        await alice.press("enter")
        assert alice.session.selection.patch is not None
        assert alice.session.selection.patch.patch.letter == "A"


async def test_the_cursor_comes_back_when_what_was_in_the_way_is_merged(manager: SessionManager) -> None:
    manager.add_dependency("C", "B")
    async with at(manager) as alice:
        await alice.press("tab", "j", "j", "m", "j", "enter")
        assert alice.session.selection.patch is not None
        assert alice.session.selection.patch.patch.letter == "B"
        await alice.press("m", "enter")
        assert alice.session.selection.patch is not None
        assert alice.session.selection.patch.patch.letter == "C"


async def test_a_patch_that_waits_for_a_ready_one_is_merged_after_it(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("tab", "j", "j", "m")
        assert alice.title().replace("[/]", "").count("then") == 1
        await alice.press("enter")
    assert status_of(manager, "validation-enhancements") is PatchStatus.MERGED
    assert status_of(manager, "validation-tests") is PatchStatus.MERGED


async def test_a_refused_key_answers_in_the_footer_until_the_next_key(manager: SessionManager) -> None:
    manager.create_patch("empty")
    async with at(manager) as alice:
        await alice.press("tab", "G", "r")
        assert "no operations yet" in alice.footer()
        await alice.press("k")
        assert "1-9" in alice.footer()


async def test_x_abandons_after_y_and_restores(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("2", "x", "y")
        assert status_of(manager, "performance-optimizations") is PatchStatus.ABANDONED
        await alice.press("tab", "G", "space", "G")
        assert alice.session.selection.patch is not None
        await alice.press("x")
        assert status_of(manager, "performance-optimizations") is PatchStatus.DRAFT


CLOSED_LISTED = ("tab", "G", "space", "k")


@pytest.mark.parametrize(("keys", "back"), [(CLOSED_LISTED, "x"), (CLOSED_LISTED, "u"), (("tab", "g"), "u")])
async def test_the_last_patch_that_is_open_keeps_the_cursor_over_abandoning_it_and_back(
    manager: SessionManager, keys: tuple[str, ...], back: str
) -> None:
    manager.abandon_patch("A")
    manager.abandon_patch("C")
    async with at(manager) as alice:
        await alice.press(*keys)
        assert alice.patch.letter == "B"
        await alice.press("x", "y", back)
        assert status_of(manager, "performance-optimizations") is PatchStatus.DRAFT
        assert alice.patch.letter == "B"


async def test_a_patch_that_changed_since_the_preview_is_not_abandoned(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("1", "x")
        assert "2 operations are kept" in alice.lines("lines")
        manager.save_editor("MyApp.User.create", "def create(email):\n    return 1\n", patch="A")
        await alice.press("y")
        assert "look at it again and confirm once more" in alice.footer()
        assert status_of(manager, "validation-enhancements") is PatchStatus.DRAFT
        await alice.press("1", "x")
        assert "3 operations are kept" in alice.lines("lines")


async def test_escape_leaves_a_patch_as_it_was(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("2", "x", "escape")
        assert status_of(manager, "performance-optimizations") is PatchStatus.DRAFT


async def test_undo_brings_a_merged_patch_back_and_redo_merges_it(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("2", "r", "m", "enter")
        assert status_of(manager, "performance-optimizations") is PatchStatus.MERGED
        await alice.press("u")
        assert status_of(manager, "performance-optimizations") is PatchStatus.READY
        await alice.press("U")
        assert status_of(manager, "performance-optimizations") is PatchStatus.MERGED


async def test_merge_all_ready_merges_them(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("M", "enter")
        assert status_of(manager, "validation-enhancements") is PatchStatus.MERGED
        assert status_of(manager, "performance-optimizations") is PatchStatus.DRAFT


async def test_closing_shows_what_it_does_and_undo_opens_the_session_again(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("C")
        assert "1 will merge" in alice.lines("lines")
        assert "drafts will be abandoned" in alice.lines("lines")
        await alice.press("y")
        assert "No session is open" in alice.lines("alone")
        assert "1 merged, 2 abandoned" in alice.footer()
        await alice.press("u")
        assert alice.session.board is not None
        assert alice.session.board.view.session.closed_at is None


async def test_abandoning_a_session_takes_its_typed_name(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("X", *"wrong", "enter")
        assert "not its name" in alice.lines("lines")
        await alice.press(*["backspace"] * 5)
        await alice.write("user-improvements")
        await alice.press("enter")
        assert alice.session.board is None
    assert manager.sessions() == ()


async def test_an_empty_store_leads_to_a_session_in_two_keys(tmp_path: Path) -> None:
    manager = empty_store(tmp_path)
    async with at(manager) as alice:
        assert "start a session" in alice.lines("alone")
        await alice.press("N", "enter")
        assert alice.session.board is not None
        assert "o opens a definition" in alice.lines("editors")


async def test_a_definition_is_found_by_parts_of_its_name_and_opened(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("o")
        await alice.write("creat")
        assert "MyApp.User.create" in alice.lines("lines")
        await alice.press("enter")
        assert alice.session.selection.editor is not None
        assert alice.session.selection.editor.editor.target == "MyApp.User.create"


async def test_a_new_definition_is_opened_by_its_name(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("o")
        await alice.write("MyApp.User.greet")
        assert "new definition" in alice.lines("lines")
        await alice.press("enter")
        assert alice.session.selection.editor is not None
        assert alice.session.selection.editor.editor.target == "MyApp.User.greet"


async def test_a_name_that_is_none_stays_in_the_open_dialog(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("o")
        await alice.write("[/]")
        await alice.press("enter")
        assert "is no name of a definition" in " ".join(alice.lines("lines").split())
        assert alice.app.screen.query_one(LineInput).value == "[/]"
        await alice.press("backspace")
        assert "is no name of a definition" not in " ".join(alice.lines("lines").split())


async def test_a_new_definition_that_is_there_by_now_is_opened(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("o")
        await alice.write("MyApp.User.greet")
        assert "new definition" in alice.lines("lines")
        bob = manager.as_user("bob")
        bob.save_editor("MyApp.User.greet", "def greet():\n    return 1\n", new=True, new_patch="greeting")
        await alice.press("enter")
        assert alice.session.selection.editor is not None
        assert alice.session.selection.editor.editor.target == "MyApp.User.greet"
        assert alice.app.screen.query_one(TextArea).text.startswith("def greet():")


async def test_a_dependency_is_declared_by_letter_and_dropped_again(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("2", "D", "a", "a")
        dependencies = next(
            one.patch.dependencies for one in manager.view().patches if one.patch.letter == "B"
        )
        assert len(dependencies) == 1
        await alice.press("a", "a")
        assert not next(one.patch.dependencies for one in manager.view().patches if one.patch.letter == "B")


async def test_a_changed_editor_asks_before_it_is_closed(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("3", "w", "escape")
        assert len(manager.view().editors) == 3
        await alice.press("w", "y")
        assert len(manager.view().editors) == 2


async def test_sessions_are_listed_and_switched(manager: SessionManager) -> None:
    manager.start_session("another")
    manager.switch_session("user-improvements")
    async with at(manager) as alice:
        await alice.press("s")
        assert "another" in alice.lines("lines")
        await alice.press("g", "enter")
        assert alice.session.board is not None
        assert alice.session.board.view.session.name == "another"


async def test_moving_lights_the_patch_of_the_editor(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("j")
        assert alice.session.selection.patch is not None
        assert alice.session.selection.patch.patch.letter == "B"
        await alice.press("right_square_bracket")
        assert alice.session.selection.patch is None
        await alice.press("0", *"1", "enter")
        assert alice.session.place.editor == manager.view().editors[0].editor.id


async def test_an_action_is_previewed_and_run_from_its_panel(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("tab", "tab")
        assert "what it would do" in alice.lines("preview")
        assert "MyApp.User.validate" in alice.lines("preview")
        await alice.press("enter", "enter")
        assert status_of(manager, "validation-enhancements") is PatchStatus.MERGED


async def test_what_another_process_does_shows_without_a_key_and_the_cursor_stays(
    manager: SessionManager, tmp_path: Path
) -> None:
    async with at(manager) as alice:
        await alice.press("3")
        cursor = alice.session.place.editor
        bob = open_store(tmp_path, user="bob")
        bob.create_patch("from-bob")
        await alice.until(lambda: "from-bob" in alice.lines("patches"))
        assert alice.session.place.editor == cursor


async def test_somebody_elses_screen_is_seen_in_the_header(manager: SessionManager) -> None:
    bob = manager.as_user("bob")
    handle = bob.enter_screen(manager.current_session())
    async with at(manager) as alice:
        assert "● bob" in alice.lines("header")
    handle.leave()


async def test_the_link_of_an_editor_is_copied_and_opens_it(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("2", "y")
        link = alice.app.clipboard
        assert link.startswith("dark://edit/")
    async with at(manager, link=link) as alice:
        await alice.until(lambda: len(alice.app.screen_stack) == 2)
        assert "findByEmail" in alice.lines("header")
        await alice.press("escape", "j")
        assert "3  …er.Profile.render" in alice.lines("editors")
        assert alice.session.place.editor == manager.view().editors[2].editor.id


async def test_help_and_palette_show_the_registry(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("question_mark")
        assert "Merge the patch, or list" in alice.lines("lines")
        await alice.press("escape", "colon")
        await alice.write("mark")
        await alice.pilot.press("enter")
        await alice.until(lambda: isinstance(alice.app.screen, SessionScreen))
        await alice.settle()
        assert status_of(manager, "validation-enhancements") is not PatchStatus.MERGED


async def test_differences_fill_the_screen(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("d")
        assert "EMAIL.fullmatch" in alice.lines("body")
        await alice.press("escape", "tab", "d")
        assert "MyApp.User.EMAIL" in alice.lines("body")


async def test_a_small_terminal_gets_a_sentence_and_the_screen_comes_back(manager: SessionManager) -> None:
    async with at(manager, (40, 10)) as alice:
        assert "Enlarge it" in alice.lines("alone")
        await alice.pilot.resize_terminal(80, 24)
        await alice.settle()
        assert "validate" in alice.lines("editors")


async def test_ctrl_c_loses_nothing_and_says_how_to_quit(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("ctrl+c")
        assert "ctrl+q quits" in alice.footer()
        assert alice.app.is_running


async def test_a_viewer_is_told_why_a_verb_is_refused(manager: SessionManager) -> None:
    manager.invite("carol", "viewer")
    carol = manager.as_user("carol")
    carol.switch_session("user-improvements")
    async with at(carol) as screen:
        await screen.press("tab", "r")
        assert "viewer" in screen.footer()


async def test_a_preview_that_went_stale_asks_again(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("m")
        manager.create_patch("meanwhile")
        await alice.press("enter")
        assert "changed since" in alice.footer()
        assert status_of(manager, "validation-enhancements") is PatchStatus.READY


async def test_text_typed_after_it_was_asked_whether_to_discard_it_is_not_discarded(
    manager: SessionManager, other: SessionManager
) -> None:
    other.type_text("1", "def validate(email):\n    return 1\n")
    async with at(manager) as alice:
        await alice.press("1", "w")
        other.type_text("1", "def validate(email):\n    return 2\n")
        await alice.press("y")
        assert "changed since" in alice.footer()
        await alice.press("tab", "enter", "minus")
        assert "Delete" in alice.title()
        other.type_text("1", "def validate(email):\n    return 3\n")
        await alice.press("y")
        assert "changed since" in alice.lines("footer")
    kept = other.buffer("1")
    assert kept is not None
    assert kept.text.endswith("return 3\n")


async def test_fixing_a_file_opens_what_the_patch_has_there_past_what_it_deletes(
    manager: SessionManager,
) -> None:
    manager.delete_definition("MyApp.User.create", new_patch="broken")
    manager.save_editor(
        "MyApp.User.fresh", "def fresh(x):\n    return nowhere(x)\n", patch="broken", new=True
    )
    manager.mark_ready("broken")
    async with at(manager) as alice:
        await alice.press("tab", "g", "j", "j", "j", "m")
        assert "can't merge yet" in alice.title()
        await alice.press("enter")
        assert "fresh" in alice.lines("header")


async def test_fixing_a_file_that_a_patch_only_deletes_from_says_so(manager: SessionManager) -> None:
    manager.delete_definition("MyApp.User.Profile.TEMPLATE", new_patch="broken")
    manager.mark_ready("broken")
    async with at(manager) as alice:
        await alice.press("tab", "g", "j", "j", "j", "m", "enter")
        assert "and D only deletes" in alice.footer()


@pytest.mark.parametrize("signs", ["emoji", "symbols", "ascii"])
async def test_an_editor_row_says_whether_its_definition_is_added_deleted_or_renamed(
    manager: SessionManager, signs: SignSet
) -> None:
    manager.open_editor("MyApp.User.fresh", new=True)
    manager.save_editor("MyApp.User.fresh", "def fresh():\n    return 1\n", patch="B", new=True)
    manager.delete_definition("MyApp.User.create", "B")
    manager.rename_definition("MyApp.Database.User.findByEmail", "MyApp.Database.User.by_email", "B")
    app = PatchbayApp(manager, signs=signs, theme="textual-dark")
    async with app.run_test(size=(80, 24)) as pilot:
        alice = Person(pilot)
        await alice.settle()
        rows = alice.lines("editors").split("\n")
        arrow = ">" if signs == "ascii" else "→"
        found = {name: next(row for row in rows if name in row) for name in ("fresh", "create", "by_email")}
        assert [found[name][3:5].strip()[:1] for name in found] == ["+", "-", arrow]
    async with at(manager, (200, 50)) as alice:
        await alice.press("2")
        assert "renamed from findByEmail" in alice.lines("preview")
        rows = alice.lines("editors").split("\n")
        for name, word in (("fresh", "added"), ("create", "deleted"), ("by_email", "renamed")):
            assert word in next(row for row in rows if name in row)


@pytest.mark.parametrize("width", [80, 120])
async def test_a_copied_link_is_shown_whole_with_what_opens_it(manager: SessionManager, width: int) -> None:
    async with at(manager, (width, 24)) as alice:
        await alice.press("1", "y")
        link = manager.view().editors[0].link
        assert alice.app.clipboard == link
        assert f"Copied {link} (open it with: patchbay open LINK)" in alice.footer()


@pytest.mark.parametrize(
    ("name", "size", "shown"),
    [
        ("EMAIL", (80, 24), "1 op · undefined EMAIL"),
        ("ADDRESS_PATTERN", (80, 24), "1 op · undefined ADDRES…"),
        ("ADDRESS_PATTERN", (120, 36), "1 op · undefined ADDRESS_PATTERN"),
        ("EMAIL, ANY", (120, 36), "1 op · draft · undefined ANY, EMAIL"),
        ("EMAIL", (200, 50), "1 op · draft · undefined EMAIL"),
    ],
)
async def test_a_patch_that_uses_a_name_which_nothing_defines_names_it_in_what_room_there_is(
    tmp_path: Path, name: str, size: tuple[int, int], shown: str
) -> None:
    manager = empty_store(tmp_path)
    manager.start_session("s")
    text = f"def validate(email):\n    return {name}\n"
    manager.save_editor("MyApp.User.validate", text, new_patch="checks")
    async with at(manager, size) as alice:
        assert shown in alice.lines("patches")
