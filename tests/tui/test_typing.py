"""Typing in the definition editor: what is seen is what is kept and saved, keys count in their order."""

from __future__ import annotations

import asyncio

import pytest
from driver import Person, at
from test_editor_screen import area, back, edit
from textual import events

from store.session_manager import SessionManager
from tui.screens.buffered import KEEP_SECONDS
from tui.screens.editor import EditorScreen
from tui.widgets.typing_area import indent_after


async def kept(person: Person) -> None:
    """Wait until what was typed is on disk."""
    await asyncio.sleep(KEEP_SECONDS + 0.2)
    await person.settle()


async def saved(person: Person) -> None:
    await person.press("f2")
    await person.until(lambda: "saved" in person.lines("footer").lower() and not person.app.bench.waiting)


async def test_text_typed_back_after_it_was_kept_is_gone_for_good(manager: SessionManager) -> None:
    before = manager.editor_text("2").text
    async with at(manager) as alice:
        await edit(alice, "2")
        await alice.press("x")
        await kept(alice)
        assert "unsaved" in alice.lines("header")
        await alice.press("backspace")
        await kept(alice)
        assert "unsaved" not in alice.lines("header")
        assert manager.buffer("2") is None
        await back(alice)
        await edit(alice, "2")
        assert area(alice).text == before
        await alice.press("f2")
        await alice.until(lambda: not alice.app.bench.waiting)
    assert manager.editor_text("2").text == before


async def test_going_back_to_the_opening_text_after_a_save_saves_that(manager: SessionManager) -> None:
    before = manager.editor_text("2").text
    async with at(manager) as alice:
        await edit(alice, "2")
        await alice.write("# ab")
        await alice.press("enter")
        await saved(alice)
        assert manager.editor_text("2").text.startswith("# ab\n")
        await alice.press_until("ctrl+z", lambda: area(alice).text == before)
        await saved(alice)
        await back(alice)
    assert manager.editor_text("2").text == before
    assert manager.buffer("2") is None


async def test_what_is_typed_right_before_saving_is_saved(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await edit(alice, "2")
        await alice.rush("#", "a", "enter", "f2")
        await alice.until(lambda: "saved" in alice.lines("footer").lower() and not alice.app.bench.waiting)
        await back(alice)
    assert manager.editor_text("2").text.startswith("#a\n")
    assert manager.buffer("2") is None


async def test_keys_of_one_packet_count_in_their_order(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await edit(alice, "1")
        lines = area(alice).text.split("\n")
        await alice.rush("down", "end", "enter", "a", "b", "c", "left", "backspace", "z")
        await alice.until(lambda: area(alice).text.split("\n")[2] == "    azc")
        assert area(alice).text.split("\n")[:2] == lines[:2]


async def test_what_is_pasted_as_keys_is_one_change_with_its_lines_indented(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await edit(alice, "2")
        before = area(alice).text
        await alice.press("end")
        await alice.write("\nif rows:\npass\n" + "a" * 2_000)
        lines = area(alice).text.split("\n")
        assert lines[1:4] == ["    if rows:", "        pass", "        " + "a" * 2_000]
        await alice.press("ctrl+z")
        assert area(alice).text == before


def cursor_seen(person: Person) -> bool:
    text = area(person)
    seen = text.scrollable_content_region
    return seen.contains_point(text.cursor_screen_offset)


async def test_the_cursor_is_seen_after_many_lines_pasted_as_keys(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await edit(alice, "2")
        await alice.write("x = 1\n" * 300 + "END")
        await alice.until(lambda: cursor_seen(alice))
        assert area(alice).cursor_location == (300, 3)


@pytest.mark.parametrize("count", [30, 530])
@pytest.mark.parametrize("wrapped", [False, True])
async def test_a_long_paste_is_taken_back_and_brought_again(
    manager: SessionManager, count: int, wrapped: bool
) -> None:
    async with at(manager) as alice:
        await edit(alice, "1")
        area(alice).soft_wrap = wrapped
        before = area(alice).text
        await alice.press("down")
        alice.app.post_message(events.Paste("value = 1\n" * count))
        await alice.until(lambda: area(alice).cursor_location == (count + 1, 0))
        pasted = area(alice).text
        for _ in range(2):
            await alice.press("ctrl+z")
            assert (area(alice).text, area(alice).cursor_location) == (before, (1, 0))
            await alice.until(lambda: cursor_seen(alice))
            await alice.press("ctrl+y")
            assert (area(alice).text, area(alice).cursor_location) == (pasted, (count + 1, 0))
            await alice.until(lambda: cursor_seen(alice))


@pytest.mark.parametrize("count", [30, 530])
async def test_many_selected_lines_are_replaced_by_one_and_that_is_taken_back(
    manager: SessionManager, count: int
) -> None:
    async with at(manager) as alice:
        await edit(alice, "1")
        alice.app.post_message(events.Paste("value = 1\n" * count))
        await alice.until(lambda: area(alice).cursor_location == (count, 0))
        pasted = area(alice).text
        area(alice).select_all()
        await alice.press("x")
        assert area(alice).text == "x"
        await alice.press("ctrl+z")
        assert area(alice).text == pasted
        await alice.until(lambda: cursor_seen(alice))
        await alice.press("ctrl+y")
        assert area(alice).text == "x"


async def test_what_was_typed_just_before_leaving_the_program_is_kept(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await edit(alice, "2")
        for key in ("x", "y", "z", "ctrl+q"):
            alice.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await alice.until(lambda: alice.app.return_code is not None)
    typed = manager.buffer("2")
    assert typed is not None
    assert typed.text.startswith("xyzdef")


async def test_keys_after_escape_are_for_the_session_screen(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await edit(alice, "2")
        await alice.rush("x", "escape", "3")
        await alice.until(lambda: not isinstance(alice.app.screen, EditorScreen))
        await alice.settle()
        assert alice.session.place.editor == manager.view().editors[2].editor.id
        typed = manager.buffer("2")
        assert typed is not None
        assert typed.text.startswith("xdef")


async def test_escape_and_a_digit_in_one_packet_type_no_sign(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await edit(alice, "2")
        before = area(alice).text
        await alice.rush("™", "alt+x")
        assert area(alice).text == before


async def test_enter_keeps_the_indentation_and_goes_deeper_after_a_colon(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await edit(alice, "2")
        await alice.press("end", "enter")
        await alice.write("if rows:")
        await alice.press("enter")
        await alice.write("pass")
        await alice.press("enter")
        await alice.write("pass")
        wanted = ["    if rows:", "        pass", "        pass"]
        assert area(alice).text.split("\n")[1:4] == wanted


@pytest.mark.parametrize(
    ("before", "python", "indent"),
    [
        ("def f():", True, "    "),
        ("    if a:  # why: so", True, "        "),
        ("    a = 1", True, "    "),
        ("  key:", False, "  "),
        ("\tif a:", True, "\t    "),
        ("", True, ""),
        ("  ", True, "  "),
    ],
)
def test_a_line_begins_where_the_one_above_does(before: str, python: bool, indent: str) -> None:
    assert indent_after(before, python, "    ") == indent


async def test_the_header_names_the_one_patch_that_saving_joins(manager: SessionManager) -> None:
    bob = manager.as_user("bob")
    bob.open_editor("MyApp.User.validate")
    async with at(bob) as person:
        await edit(person, "4")
        assert "saving joins A validation-… (alice's; back to draft)" in person.lines("header")
        await person.press("x")
        assert "(alice's; back to draft) · unsaved" in person.lines("header")
        await person.press("backspace")
    manager.mark_draft("A")
    async with at(bob, (120, 36)) as person:
        await edit(person, "4")
        assert "saving joins A validation-enhancements (alice's)" in person.lines("header")


async def test_an_open_editor_with_nothing_unsaved_shows_what_another_saves(manager: SessionManager) -> None:
    manager.set_role("bob", "maintainer")
    bob = manager.as_user("bob")
    theirs = bob.open_editor("MyApp.Database.User.findByEmail").editors[0]
    bob.assign_editor(theirs, "B")
    async with at(manager) as alice:
        await edit(alice, "2")
        await alice.press("down")
        bob.save_editor(theirs, "def findByEmail(email, rows):\n    return 'bob'\n")
        await alice.until(lambda: "'bob'" in area(alice).text)
        assert area(alice).cursor_location[0] == 1
        await alice.until(lambda: "Bob saved it: this is the text now." in alice.lines("footer"))
        assert "unsaved" not in alice.lines("header")
        await alice.press("end")
        await alice.write("  # alice")
        await saved(alice)
        await back(alice)
    assert manager.editor_text("2").text.endswith("return 'bob'  # alice\n")


async def test_what_alice_does_in_another_screen_is_told_as_hers(manager: SessionManager) -> None:
    manager.merge_patch("A")
    async with at(manager) as alice:
        await edit(alice, "2")
        await alice.press("x")
        await kept(alice)
        manager.abandon_patch("B")
        await alice.until(
            lambda: "you abandoned its patch in another screen" in alice.lines("header").replace("…", "")
        )
        manager.undo()
        await alice.until(lambda: "abandoned" not in alice.lines("header"))
        await back(alice)


async def test_unsaved_text_stays_and_the_header_says_who_saved_meanwhile(manager: SessionManager) -> None:
    manager.set_role("bob", "maintainer")
    bob = manager.as_user("bob")
    theirs = bob.open_editor("MyApp.Database.User.findByEmail").editors[0]
    bob.assign_editor(theirs, "B")
    async with at(manager) as alice:
        await edit(alice, "2")
        await alice.press("x")
        await kept(alice)
        bob.save_editor(theirs, "def findByEmail(email, rows):\n    return 'bob'\n")
        await alice.until(lambda: "unsaved, bob saved it" in alice.lines("header"))
        assert area(alice).text.startswith("xdef")
        await alice.press("backspace")
        await alice.until(lambda: "'bob'" in area(alice).text)
        await back(alice)
    assert manager.buffer("2") is None


async def test_the_start_of_lines_is_seen_again_when_the_cursor_is_back_where_it_fits(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await edit(alice, "2")
        await alice.press("end")
        short = area(alice).cursor_location[1]
        await alice.write(f"  # {'x' * 120}")
        assert area(alice).scroll_offset.x > 0
        await alice.press("ctrl+z")
        assert area(alice).cursor_location[1] == short
        assert area(alice).scroll_offset.x == 0
        await alice.press("ctrl+y")
        assert area(alice).cursor_location[1] > 120
        assert area(alice).scroll_offset.x > 0
        await alice.press("down")
        await alice.press("home", "up", "end")
        assert area(alice).scroll_offset.x > 0
        await alice.press(*["left"] * 100)
        assert area(alice).scroll_offset.x == 0


async def test_what_a_save_came_to_is_still_said_after_the_key_that_leaves(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("1", "enter")
        await alice.write("# new\n")
        await alice.press("f2")
        assert "Saved MyApp.User.validate" in alice.lines("footer")
        await alice.press("escape")
        assert alice.footer().startswith("✓ Saved MyApp.User.validate in A validation-enhancements")
        await alice.press("enter", "f5", "escape")
        assert "Long lines" not in alice.footer() and "Saved" not in alice.footer()
