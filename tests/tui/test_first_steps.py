"""What a person meets in the first hour: where the cursor goes, what dialogs answer, what can be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from demo_stores import empty_store
from driver import at
from terminals import Terminal

from store.session_manager import SessionManager
from tui.screens.editor import EditorScreen


def test_the_demo_opened_on_a_terminal_says_on_leaving_how_to_open_it_again(tmp_path: Path) -> None:
    terminal = Terminal(["-m", "tui.cli", "--store", str(tmp_path / "store"), "demo"])
    try:
        terminal.until("Active editors")
        terminal.send("q")
        terminal.process.expect(r"Open its screen: +patchbay --store \S+ --user alice")
        terminal.process.expect(r"The same as bob: +patchbay --store \S+ --user bob")
        terminal.ended()
    finally:
        terminal.close()


@pytest.mark.parametrize("which", [(), ("--git",)], ids=["package tree", "git"])
def test_a_terminal_that_cannot_show_the_demo_is_told_why_and_nothing_is_made(
    tmp_path: Path, which: tuple[str, ...]
) -> None:
    terminal = Terminal(["-m", "tui.cli", "demo", *which], TERM="dumb", XDG_CACHE_HOME=str(tmp_path))
    try:
        terminal.process.expect("TERM=dumb can't show Patchbay's screen")
        terminal.process.expect("With --no-screen the demo is only made")
        assert terminal.ended() == 2
    finally:
        terminal.close()
    assert list(tmp_path.iterdir()) == []


async def test_the_key_of_the_folded_row_can_be_read_at_eighty_columns(manager: SessionManager) -> None:
    for name in ("one", "two"):
        manager.create_patch(name)
        manager.abandon_patch(name)
    manager.merge_patch("A")
    async with at(manager) as alice:
        assert "space shows 📦 1  💤 2" in alice.lines("patches")


async def test_editors_that_do_not_fit_are_counted_in_the_border(tmp_path: Path) -> None:
    files = {"shop.py": "".join(f"def f{at}():\n    return {at}\n\n\n" for at in range(14))}
    many = empty_store(tmp_path / "many", files)
    many.start_session("many")
    for at_ in range(14):
        many.open_editor(f"shop.f{at_}")
    async with at(many) as alice:
        await alice.press("g")
        assert "3 more below" in alice.lines("editors")
        await alice.press("G")
        assert "3 more above" in alice.lines("editors")


async def test_on_the_folded_row_the_preview_lists_what_is_folded(manager: SessionManager) -> None:
    manager.merge_patch("A")
    manager.abandon_patch("B")
    async with at(manager) as alice:
        await alice.press("tab", "G")
        preview = alice.lines("preview").split("\n")
        assert "Merged and abandoned patches · space shows them" in preview[0]
        assert [" ".join(line[2:-1].split()) for line in preview[1:3]] == [
            "💤 B performance-optimizations abandoned, 1 op",
            "📦 A validation-enhancements merged by alice, revision 2",
        ]
        await alice.press("space")
        assert "space hides them" in alice.lines("preview")


async def test_after_a_merge_the_next_open_patch_is_selected(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("tab", "m", "enter")
        assert alice.session.selection.patch is not None
        assert alice.session.selection.patch.patch.letter == "B"


async def test_after_abandoning_the_last_patch_the_one_before_is_selected(manager: SessionManager) -> None:
    async with at(manager) as alice:
        manager.create_patch("last")
        await alice.press("R", "tab", "G")
        assert alice.session.selection.patch is not None
        assert alice.session.selection.patch.patch.name == "last"
        await alice.press("x", "y")
        assert alice.session.selection.patch is not None
        assert alice.session.selection.patch.patch.letter == "C"


async def test_enter_where_y_is_wanted_says_so(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("x", "enter")
        assert "Press y to abandon it." in alice.lines("lines")
        await alice.press("escape", "C", "enter")
        assert "Press y to close session" in alice.lines("lines")
        await alice.press("escape")
    assert not manager.view().session.closed_at


async def test_undo_past_what_others_built_on_names_what_it_would_undo(manager: SessionManager) -> None:
    manager.set_role("bob", "maintainer")
    manager.create_patch("mine")
    manager.merge_patch("A")
    bob = manager.as_user("bob")
    bob.mark_ready("C")
    bob.merge_patch("C")
    async with at(manager) as alice:
        await alice.press("u")
        assert "Can't undo that" in alice.title()
        assert "skip 1 step and undo: " in alice.lines("keys")
        assert "mine" in alice.lines("keys")
        assert "Would stay as it is: " in alice.lines("lines")


async def test_the_open_dialog_counts_what_matches(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("o")
        await alice.write("validate")
        assert "1 of 7" in alice.title()


async def test_a_definition_opens_for_typing_with_one_enter(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("o")
        await alice.write("creat")
        await alice.press("enter")
        await alice.until(lambda: isinstance(alice.app.screen, EditorScreen))
        assert "create" in alice.lines("header")


async def test_the_merge_dialog_says_all_at_eighty_columns(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("tab", "g", "j", "m")
        head = alice.lines("lines").split("\n")[0]
        assert "Merges B performance-optimizations, marked ready first, as revision 2" in head


async def test_the_line_above_the_open_name_field_shows_no_key_to_type_into_it(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press("3", "a")
        assert "New patch (n)" in alice.lines("lines")
        await alice.press("n")
        assert "New patch, named:" in alice.lines("lines")
        assert "(n)" not in alice.lines("lines")


async def test_where_there_is_no_patch_yet_assigning_opens_on_the_new_one_and_enter_takes_its_name(
    tmp_path: Path,
) -> None:
    manager = empty_store(tmp_path)
    manager.start_session("first")
    manager.save_editor("MyApp.User.validate", "def validate(email):\n    return bool(email)\n")
    async with at(manager) as alice:
        await alice.press("a")
        assert "New patch, named:" in alice.lines("lines")
        assert "create and assign" in alice.lines("keys")
        await alice.press("enter")
    assert [one.patch.name for one in manager.view().patches] == ["user-validate"]


async def test_n_pressed_by_habit_where_there_is_no_patch_yet_is_no_part_of_the_name(tmp_path: Path) -> None:
    manager = empty_store(tmp_path)
    manager.start_session("first")
    manager.save_editor("MyApp.User.validate", "def validate(email):\n    return bool(email)\n")
    async with at(manager) as alice:
        await alice.press("a", "n", "up", "n", "enter")
        assert [one.patch.name for one in manager.view().patches] == ["user-validate"]
        await alice.press("u", "a", "n")
        await alice.write("no spaces")
        await alice.press("enter")
    assert [one.patch.name for one in manager.view().patches] == ["no spaces"]
