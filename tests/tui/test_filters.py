"""Filters in the panels, and several editors or patches at once, by keys; and how both look."""

from __future__ import annotations

from typing import Any

import pytest
import views_factory as views
from drawn import DrawnApp
from driver import at
from pictures import SIZES, app_on, pressing
from textual import events

from store.model import PatchStatus
from store.session_manager import SessionManager
from tui.dialogs.assign import suggested_name
from tui.place import Place, chosen, filtered, rows_of, settled
from tui.present.board import Board


async def test_a_filter_leaves_the_rows_that_hold_what_is_typed_and_says_how_many(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press("slash", *"val")
        editors = alice.lines("editors")
        assert "1 of 3" in editors
        assert "/val" in editors
        assert "validate" in editors
        assert "findByEmail" not in editors
        await alice.press("backspace", "backspace", "backspace", *"profile render")
        assert "render" in alice.lines("editors")
        await alice.press("enter", "escape")
        assert "of" not in alice.lines("editors").split("\n")[0]
        assert "findByEmail" in alice.lines("editors")


async def test_what_is_pasted_into_a_filter_is_its_first_line_made_visible(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("slash", "v")
        alice.app.post_message(events.Paste("alid\x1b[2J\nqX"))
        await alice.settle()
        assert "/valid\\x1b[2J" in alice.lines("editors")
        await alice.press("escape", "L", "slash")
        alice.app.post_message(events.Paste("bob patch"))
        await alice.settle()
        assert "/bob patch" in alice.lines("list")


async def test_what_is_pasted_where_nothing_takes_text_is_no_key(manager: SessionManager) -> None:
    async with at(manager) as alice:
        for keys in ((), ("3", "a"), ("tab", "enter")):
            await alice.press(*keys)
            shown = alice.screen_text()
            for text in ("b", "q", "A", "1"):
                alice.app.post_message(events.Paste(text))
            await alice.settle()
            assert alice.screen_text() == shown
            await alice.press("escape")
    assert manager.view().editors[2].patch is None


async def test_letters_of_a_filter_are_no_commands_even_in_one_packet(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.rush("slash", *"qXm", "escape", "2")
        assert alice.session.selection.editor is not None
        assert alice.session.selection.editor.editor.number == 2
        assert len(alice.app.screen_stack) == 1


async def test_moving_and_numbers_stay_within_the_filtered_rows(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("slash", *"app.user", "enter")
        numbers = []
        for _ in range(3):
            assert alice.session.selection.editor is not None
            numbers.append(alice.session.selection.editor.editor.number)
            await alice.press("j")
        assert numbers == [1, 3, 3]
        await alice.press("2")
        assert "The filter leaves editor 2 out" in alice.footer()
        await alice.press("1", "right_square_bracket")
        assert alice.session.selection.editor.editor.number == 3


async def test_the_patches_have_a_filter_of_their_own(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("tab", "slash", *"bob", "enter")
        assert "1 of 3" in alice.lines("patches")
        assert alice.session.selection.patch is not None
        assert alice.session.selection.patch.patch.letter == "C"
        await alice.press("slash", *" nothing")
        assert "esc shows all again" in alice.lines("patches")
        await alice.press("escape")
        assert "Patches 3" in alice.lines("patches")


async def test_a_filter_stays_while_the_session_changes(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("slash", *"render", "enter")
        manager.open_editor("MyApp.User.create")
        await alice.press("R")
        assert "1 of 4" in alice.lines("editors")


async def test_several_patches_are_marked_ready_and_merged_in_dependency_order(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press("tab", "g", "j", "space", "space")
        assert "2 patches chosen" in alice.lines("actions")
        await alice.press("r")
        assert "Marked ready: 2 patches (B, C)." in alice.footer()
        await alice.press("G", "space", "k", "k", "space")
        await alice.press("m")
        assert "Merge 2 patches" in alice.title()
        shown = alice.lines("lines")
        assert shown.index("A validation-enhancements") < shown.index("C validation-tests")
        await alice.press("enter")
        assert "Merged 2 patches (A, C)." in alice.footer()
    merged = [one.patch.letter for one in manager.view().patches if one.patch.status is PatchStatus.MERGED]
    assert sorted(merged) == ["A", "C"]


async def test_what_is_in_the_way_of_chosen_drafts_is_that_they_are_drafts(manager: SessionManager) -> None:
    manager.mark_draft("A")
    manager.add_dependency("A", "B")
    async with at(manager) as alice:
        await alice.press("tab", "g", "*", "m")
        assert "Merge: still a draft." in alice.footer()


async def test_a_patch_that_fails_is_named_and_the_rest_goes_on(manager: SessionManager) -> None:
    async with at(manager, (120, 36)) as alice:
        await alice.press("tab", "g", "space", "space", "m", "enter")
        assert "Merged 1 patch (A). 1 failed. B: " in alice.footer()


async def test_several_patches_are_abandoned_after_a_preview_of_each(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("tab", "g", "space", "space", "x")
        assert "Abandon 2 patches" in alice.title()
        assert "validation-enhancements" in alice.lines("lines")
        assert "performance-optimizations" in alice.lines("lines")
        await alice.press("y")
        assert "Abandoned 2 patches (B, A)." in alice.footer()
        await alice.press("u", "u")
    assert sum(one.patch.is_open for one in manager.view().patches) == 3


@pytest.mark.parametrize(("key", "answer", "status"), [("x", "y", "abandoned"), ("m", "enter", "merged")])
async def test_several_patches_are_left_where_something_changed_since_the_preview(
    manager: SessionManager, key: str, answer: str, status: str
) -> None:
    bob = manager.as_user("bob")
    bob.switch_session(manager.current_session() or "")
    async with at(manager) as alice:
        await alice.press("tab", "g", "space", "space", key)
        bob.create_patch("meanwhile")
        await alice.press(answer)
        assert "look at it again and confirm once more" in alice.footer()
        assert "2 patches chosen" in alice.lines("actions")
        assert all(one.patch.is_open for one in manager.view().patches)
        await alice.press(key, answer)
    assert status in {one.patch.status.value for one in manager.view().patches}


async def test_several_editors_are_moved_to_another_patch(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("2", "space", "space")
        assert "2 editors chosen" in alice.lines("actions")
        await alice.press("a")
        assert "2, 3" in alice.title()
        await alice.press("a")
        assert "Assigned 2 editors to A" in alice.footer()
    patches = {one.editor.number: one.patch.letter for one in manager.view().editors if one.patch}
    assert patches == {1: "A", 2: "A", 3: "A"}


async def test_several_editors_go_into_a_new_patch(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("2", "space", "space", "a", "n")
        await alice.write("both")
        await alice.press("enter")
    assert [one.patch.name for one in manager.view().editors if one.patch][1:] == ["both", "both"]


async def test_n_puts_all_chosen_editors_into_one_new_patch_in_one_change(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("2", "space", "space", "n")
        assert "Editors 2, 3 will be assigned to it." in alice.screen_text()
        await alice.press("ctrl+u")
        await alice.write("both")
        await alice.press("enter")
        assert "Assigned 2 editors to D" in alice.footer()
        assert "chosen" not in alice.lines("actions")
        assert alice.session.place.panel == "editors"
        assert [one.patch.name for one in manager.view().editors if one.patch][1:] == ["both", "both"]
        await alice.press("u")
    assert [one.patch.name for one in manager.view().patches if one.patch.is_open][3:] == []


async def test_what_was_chosen_and_assigned_has_the_cursor_so_that_the_next_key_is_about_its_patch(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press("2", "space", "g", "space", "j", "n", "enter")
        assert alice.patch.letter == "D"
        assert alice.session.selection.editor in alice.board.editors_of[alice.patch.id]
        await alice.press("m")
        assert "user-findbyemail" in alice.title()


@pytest.mark.parametrize("keys", ["an", "n"])
async def test_the_name_proposed_is_that_of_the_editor_with_the_cursor(
    manager: SessionManager, keys: str
) -> None:
    async with at(manager) as alice:
        for moves, number in (((), 3), (("k",), 2)):
            await alice.press("2", "space", "space", *moves, *keys, "enter")
            assert "Assigned 2 editors to" in alice.footer()
            editor = alice.session.selection.editor
            assert editor is not None and editor.editor.number == number
            assert alice.patch.name == suggested_name(editor.editor.target, [])
            await alice.press("u")


async def test_one_editor_that_is_chosen_is_assigned_under_its_name(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("2", "space", "a")
        assert "Assign editor 2 " in alice.title() and "findByEmail" in alice.title()


async def test_space_still_unfolds_the_closed_patches_and_esc_chooses_nothing(
    manager: SessionManager,
) -> None:
    manager.abandon_patch("B")
    async with at(manager) as alice:
        await alice.press("tab", "g", "space", "escape")
        assert "chosen" not in alice.lines("actions")
        await alice.press("G", "space", "G")
        assert "performance-optim" in alice.lines("patches")


async def test_a_patch_is_gone_to_by_its_letter_and_an_editor_by_its_number(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("0", "c", "enter")
        assert alice.session.selection.patch is not None
        assert alice.session.selection.patch.patch.letter == "C"
        assert alice.session.selection.editor is None
        await alice.press("0", "2", "enter")
        assert alice.session.selection.editor is not None
        assert alice.session.selection.editor.editor.number == 2


def crowd(count: int) -> Board:
    patches = [views.patch(number, f"change-{number}") for number in range(count)]
    editors = [views.editor(number + 1, f"shop.orders.handle_{number}") for number in range(count)]
    return Board(views.view("crowd", patches, editors))


@pytest.mark.parametrize("count", [0, 1, 1_000])
def test_a_filter_counts_whatever_there_is(count: int) -> None:
    board = crowd(count)
    place = filtered(settled(Place(), None, board), board, "9", typing=True)
    listed = rows_of(place, board)
    assert len(listed.editors) == sum("9" in f"{one + 1} {one}" for one in range(count))
    assert listed.counts == board.counts
    assert chosen(place, listed).chosen_editors <= {one.editor.id for one in listed.editors}


SCENES: dict[str, tuple[str, ...]] = {
    "a filter being typed": ("slash", *"user"),
    "two patches chosen": ("tab", "g", "space", "space"),
    "two editors chosen": ("2", "space", "space"),
    "merge two": ("tab", "g", "space", "space", "m"),
    "abandon two": ("tab", "g", "space", "space", "x"),
    "assign two": ("2", "space", "space", "a"),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("scene", SCENES)
def test_it_looks_as_before(
    snap_compare: Any, manager: SessionManager, scene: str, size: tuple[int, int]
) -> None:
    assert snap_compare(app_on(manager), terminal_size=size, run_before=pressing(*SCENES[scene]))


@pytest.mark.parametrize("colours", ["light", "ansi", "plain"])
def test_a_filter_over_hostile_names_looks_as_before(snap_compare: Any, colours: str) -> None:
    patches = [views.patch(0, views.HOSTILE), views.patch(1, "plain")]
    editors = [views.editor(1, views.HOSTILE, patches[0]), views.editor(2, "shop.total")]
    view = views.view("hostile", patches, editors)
    place = Place(editors_filter="[@click", chosen_patches=frozenset({"p0"}))
    theme = "textual-light" if colours == "light" else "ansi-dark"
    signs = "ascii" if colours == "plain" else "emoji"
    app = DrawnApp(view, place, colours, signs, theme)
    assert snap_compare(app, terminal_size=(80, 24))


async def test_a_star_chooses_what_is_in_no_patch_and_again_nothing(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("asterisk")
        assert alice.session.place.chosen_editors == {
            one.editor.id for one in manager.view().editors if one.waits
        }
        await alice.press("asterisk")
        assert not alice.session.place.chosen_editors
        await alice.press("tab", "asterisk")
        assert len(alice.session.place.chosen_patches) == 3


async def test_the_footer_says_how_to_leave_what_narrows_the_view_and_the_choice(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press("slash", "v")
        assert alice.footer() == "type what the rows are to hold  ↵ keep this filter  esc show all again"
        await alice.press("enter")
        assert alice.footer().startswith("esc show all again  tab panel")
        await alice.press("tab")
        assert alice.footer().startswith("esc show all again  tab panel")
        await alice.press("plus")
        assert alice.footer().startswith("+ smaller  tab panel")
        await alice.press("escape", "escape", "space")
        assert alice.footer().startswith("esc choose none  tab panel")
        await alice.press("escape")
        assert alice.footer().startswith("1-9 editor  tab panel")
