"""Differences on the whole screen by keys: changes, folds, sideways, both widths, nothing to show."""

from __future__ import annotations

from pathlib import Path

import pytest
from demo_stores import empty_store
from diff_texts import LONG, LONG_CHANGED, SMALL, SMALL_CHANGED
from driver import Person, at
from textual.content import Content

from store.session_manager import SessionManager
from tui.dialogs.help import HelpDialog
from tui.present.differences import Section, section, section_of
from tui.screens.differences import DifferencesScreen
from tui.screens.session import SessionScreen


@pytest.fixture
def manager(tmp_path: Path) -> SessionManager:
    manager = empty_store(tmp_path, {"shop.py": SMALL, "long.py": LONG})
    manager.start_session("differences")
    for name, text in (("shop.total", SMALL_CHANGED), ("long.steps", LONG_CHANGED)):
        editor = manager.open_editor(name).editors[0]
        manager.save_editor(editor, text, new_patch=name.replace(".", "-"))
    return manager


async def show(person: Person, *sections: Section, empty: str = "Nothing differs.") -> None:
    screen = DifferencesScreen(person.app.bench, Content("title"), sections, empty)
    person.app.push_screen(screen)
    await person.until(lambda: person.app.screen is screen and "title" in person.lines("body"))


def marked(person: Person) -> str:
    """The line of the change that next and previous went to."""
    return next((line for line in person.lines("body").split("\n") if "▸" in line), "")


async def test_d_shows_the_selected_editors_differences_and_esc_goes_back(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("1", "d")
        shown = alice.lines("body")
        assert "shop.total" in shown
        assert "-     amount = 0" in shown
        assert "+     amount = start" in shown
        await alice.press("escape")
        assert isinstance(alice.app.screen, SessionScreen)


async def test_next_and_previous_go_from_change_to_change_and_say_which(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("2", "d")
        assert "3 changes" in alice.lines("body")
        await alice.press("]")
        assert "step_10" in marked(alice)
        assert "change 1 of 3" in alice.lines("body")
        await alice.press("]", "]")
        assert "step_4000" in marked(alice)
        await alice.press("]")
        assert "change 3 of 3" in alice.lines("body")
        await alice.press("[")
        assert "step_2000" in marked(alice)


async def test_after_scrolling_next_goes_on_from_what_is_seen(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("2", "d", "F", "G", "[")
        assert "step_4000" in marked(alice)
        await alice.press("g", "]")
        assert "step_10" in marked(alice)


async def test_unchanged_lines_are_folded_and_f_unfolds_the_nearest(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("2", "d")
        assert "… 8 unchanged lines, f shows them" in alice.lines("body")
        assert "… 1983 unchanged lines │" in alice.lines("body").replace("  ", "").replace(
            "lines│", "lines │"
        )
        await alice.press("f")
        assert "step_3 = " in alice.lines("body")
        assert "… 1983 unchanged lines, f shows them" in alice.lines("body")
        await alice.press("F")
        assert "unchanged" not in alice.lines("body")
        assert "of 5004 lines" in alice.lines("body")
        await alice.press("F")
        assert "… 8 unchanged lines, f shows them" in alice.lines("body")


async def test_long_lines_begin_near_what_differs_and_are_read_sideways(manager: SessionManager) -> None:
    line = "x = [" + ", ".join(f"item_{n}" for n in range(60)) + "]\n"
    async with at(manager) as alice:
        await show(alice, section(line + "y = 1\n", line.replace("item_30", "other_30") + "y = 1\n"))
        assert "- …27, item_28, item_29, item_30, item_31" in alice.lines("body")
        assert "+ …27, item_28, item_29, other_30, item_31" in alice.lines("body")
        assert "   2   y = 1" in alice.lines("body")
        await alice.press(*"l" * 60)
        assert alice.lines("body").count("item_59]") == 2
        await alice.press("]")
        assert "- …27, item_28, item_29, item_30, item_31" in alice.lines("body")
        await alice.press(*"h" * 60)
        assert "+ x = [item_0" in alice.lines("body")
        await alice.press("l")
        assert "+ …_1, item_2, item_3, " in alice.lines("body")


async def test_a_change_far_right_in_a_long_line_is_seen_in_the_preview_and_at_once(tmp_path: Path) -> None:
    line = 'def text():\n    return "{}"\n'
    manager = empty_store(tmp_path, {"long.py": line.format("x" * 10_000)})
    manager.start_session("far right")
    manager.save_editor("long.text", line.format("x" * 9_990 + "y" * 10), new_patch="far")
    async with at(manager) as alice:
        for keys, part in (("1", "preview"), ("d", "body")):
            await alice.press(keys)
            removed, added = (row.strip("│ ") for row in alice.lines(part).split("\n")[2:4])
            assert removed.startswith("2 - …xxx") and removed.endswith('xxx"')
            assert added[4:] == removed[4:].replace("x" * 10 + '"', "y" * 10 + '"')


async def test_from_140_columns_old_and_new_stand_side_by_side_also_after_a_resize(
    manager: SessionManager,
) -> None:
    async with at(manager, (139, 36)) as alice:
        await alice.press("2", "d", "]", "tab")
        assert marked(alice).count("step_2000") == 1
        await alice.pilot.resize_terminal(140, 36)
        await alice.until(lambda: marked(alice).count("step_2000") == 2)
        await alice.pilot.resize_terminal(80, 24)
        await alice.until(lambda: marked(alice).count("step_2000") == 1)
        assert "change 2 of 3" in alice.lines("body")


async def test_a_patch_shows_each_definition_under_its_name(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await show(
            alice,
            section_of("shop.total", SMALL, SMALL_CHANGED, Content(" update shop.total")),
            section_of("shop.new", None, "def new():\n    pass\n", Content(" add shop.new")),
        )
        assert "update shop.total" in alice.lines("body")
        assert "add shop.new" in alice.lines("body")


async def test_what_does_not_differ_is_shown_whole_and_said(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await show(alice, section(SMALL, SMALL))
        assert "nothing differs" in alice.lines("body")
        assert "return amount" in alice.lines("body")
        await alice.press("]", "[", "f", "F", "escape")
        await show(alice, empty="It has no operations yet.")
        assert "It has no operations yet." in alice.lines("body")
        await alice.press("]", "j", "G", "f")
        assert "It has no operations yet." in alice.lines("body")


async def test_help_tells_the_keys_of_differences_first(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("1", "d", "question_mark")
        assert isinstance(alice.app.screen, HelpDialog)
        assert "In differences" in alice.lines("lines").split("\n")[0]
        assert "Go to the next change." in alice.lines("lines")


async def test_the_preview_of_a_definition_of_5_000_lines_shows_its_first_change(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press("2")
        assert "… 8 unchanged lines" in alice.lines("preview")
        assert "step_8 = prepare(8)" in alice.lines("preview")


async def test_after_the_last_fold_was_unfolded_one_key_folds_all_again(manager: SessionManager) -> None:
    base = "def long():\n" + "".join(f"    step({number})\n" for number in range(40))
    async with at(manager) as alice:
        await show(alice, section(base, base.replace("step(20)", "stop(20)")))
        folded = alice.lines("body")
        await alice.press("f", "f")
        unfolded = alice.lines("body")
        assert unfolded != folded
        await alice.press("F")
        assert alice.lines("body") == folded
        await alice.press("F")
        assert alice.lines("body") == unfolded
