"""The definition editor's tools by keys: find, go to line, wrap, indent, differences beside or instead."""

from __future__ import annotations

from pathlib import Path

import pytest
from demo_stores import empty_store, improvements
from driver import Person, at
from test_editor_screen import area, back, edit
from textual.events import Paste

from store.session_manager import SessionManager
from tui.dialogs.help import HelpDialog
from tui.screens.editor import EditorScreen
from tui.widgets.line_input import LineInput
from tui.widgets.typing_area import TypingArea, indent_after, shifted

TEXT = """def total(items):
    Total = 0
    for item in items:
        Total += item.total
    return Total
"""


@pytest.fixture
def manager(tmp_path: Path) -> SessionManager:
    files = {"shop.py": f"import re\n\n\n{TEXT}", "web/a.js": "function f(a) {\n  return a;\n}\n"}
    manager = empty_store(tmp_path, files)
    manager.start_session("tools")
    manager.open_editor("shop.total")
    return manager


def bar(person: Person) -> str:
    """What the row that asks says."""
    if not person.app.screen.query_one("#bar").display:
        return ""
    return " ".join(f"{person.lines('asked')} {person.lines('found')}".split())


def selected(person: Person) -> str:
    return area(person).selected_text


def differences_shown(person: Person) -> bool:
    return bool(person.app.screen.query_one("#diff").display)


async def shown(person: Person, *words: str) -> None:
    """Wait until the differences hold every word."""
    await person.until(lambda: all(word in person.lines("diff") for word in words))


# Find


async def test_find_goes_to_the_first_place_while_the_word_is_typed_and_counts(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await edit(alice, "1")
        await alice.press("ctrl+f")
        assert bar(alice) == "Find"
        await alice.write("tot")
        assert bar(alice) == "Find 1 of 5"
        assert area(alice).selection.start == (0, 4)
        await alice.press("enter")
        assert bar(alice) == "Find 2 of 5"
        await alice.press("down", "down", "down", "down")
        assert bar(alice) == "Find 1 of 5"
        await alice.press("up")
        assert bar(alice) == "Find 5 of 5"
        assert selected(alice) == "Tot"
        await alice.press("escape")
        assert bar(alice) == ""
        await alice.write("Sum")
        assert area(alice).text.endswith("return Sumal\n")


async def test_capital_letters_count_where_some_are_typed(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await edit(alice, "1")
        await alice.press("ctrl+f")
        await alice.write("Total")
        assert bar(alice) == "Find 1 of 3"
        assert area(alice).selection.start == (1, 4)


async def test_what_is_not_there_is_said_and_the_cursor_stays(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await edit(alice, "1")
        await alice.press("down", "down", "ctrl+f")
        await alice.write("itemz")
        assert bar(alice) == "Find not found"
        assert area(alice).cursor_location == (2, 0)
        await alice.press("backspace")
        assert bar(alice) == "Find 2 of 4"
        await alice.press("escape", "ctrl+f")
        assert bar(alice) == "Find 2 of 4"
        await alice.write("return")
        assert bar(alice) == "Find 1 of 1"


async def test_brackets_and_signs_are_found_as_they_are(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await edit(alice, "1")
        await alice.press("ctrl+f")
        await alice.write("(items)")
        assert bar(alice) == "Find 1 of 1"
        await alice.press("escape", "ctrl+f")
        await alice.write("[/]")
        assert bar(alice) == "Find not found"


async def test_finding_changes_no_text_and_nothing_is_unsaved(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await edit(alice, "1")
        await alice.press("ctrl+f")
        await alice.write("item")
        await alice.press("enter", "up", "escape")
        await back(alice)
    assert manager.buffer("1") is None


# Go to line


async def test_lines_are_gone_to_by_the_files_numbers(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await edit(alice, "1")
        await alice.press("ctrl+g")
        assert bar(alice) == "Go to line, 4 to 9"
        await alice.write("7")
        await alice.press("enter")
        assert area(alice).cursor_location == (3, 0)
        await alice.press("ctrl+g")
        await alice.write("x")
        await alice.press("enter")
        assert bar(alice).endswith("a number")
        await alice.press("escape", "ctrl+g")
        await alice.write("999999999999999999")
        await alice.press("enter")
        assert "The text has the lines 4 to 9." in alice.lines("footer")
        assert area(alice).cursor_location == (5, 0)


# Differences


async def test_the_differences_stand_instead_of_the_text_below_140_columns(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await edit(alice, "1")
        await alice.press("down", "end")
        await alice.write("  # sum")
        await alice.press("f3")
        await shown(alice, "diff to base", "-     Total = 0", "+     Total = 0  # sum")
        assert not area(alice).display
        await alice.press("]", "x", "j")
        assert "change 1 of 1" in alice.lines("diff")
        await alice.press("f3")
        assert area(alice).display
        assert not differences_shown(alice)
        await alice.write("!")
        assert area(alice).text.split("\n")[1] == "    Total = 0  # sum!"


async def test_escape_leaves_the_differences_first_and_the_editor_then(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await edit(alice, "1")
        await alice.press("f3", "escape")
        assert not differences_shown(alice)
        assert isinstance(alice.app.screen, EditorScreen)
        await back(alice)


async def test_from_140_columns_they_stand_beside_and_follow_what_is_typed(manager: SessionManager) -> None:
    async with at(manager, (160, 40)) as alice:
        await edit(alice, "1")
        await alice.press("f3")
        await shown(alice, "as in the base")
        await alice.press("down", "end")
        await alice.write("00")
        await shown(alice, "+     Total = 000")
        assert area(alice).display
        await alice.press("f4")
        await shown(alice, "not saved yet", "+     Total = 000")
        await alice.pilot.resize_terminal(80, 24)
        await alice.until(lambda: not area(alice).display)
        await alice.pilot.resize_terminal(160, 40)
        await alice.until(lambda: area(alice).display)
        await alice.write("1")
        await shown(alice, "+     Total = 0001")
        await alice.press("f4")
        assert not differences_shown(alice)


async def test_f4_shows_what_is_not_saved_in_the_patch(tmp_path: Path) -> None:
    async with at(improvements(tmp_path)) as alice:
        await edit(alice, "2")
        await alice.press("f4")
        await shown(alice, "nothing unsaved")
        await alice.press("f4", "end")
        await alice.write("  # fast")
        await alice.press("f4")
        await shown(alice, "not saved yet", "+ def findByEmail(email, rows):  # fast")
        assert "for row in rows:" not in alice.lines("diff")
        await alice.press("f3")
        await shown(alice, "diff to base", "-     for row in rows:")


async def test_what_another_saves_is_followed_by_the_differences(tmp_path: Path) -> None:
    manager = improvements(tmp_path)
    manager.set_role("bob", "maintainer")
    bob = manager.as_user("bob")
    theirs = bob.open_editor("MyApp.Database.User.findByEmail").editors[0]
    bob.assign_editor(theirs, "B")
    async with at(manager, (160, 40)) as alice:
        await edit(alice, "2")
        await alice.press("f3")
        await shown(alice, "diff to base")
        bob.save_editor(theirs, "def findByEmail(email, rows):\n    return 'bob'\n")
        await shown(alice, "+     return 'bob'")


# Wrapping, indentation, undo, help


async def test_long_lines_are_broken_and_left_whole_by_one_key(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await edit(alice, "1")
        await alice.press("f5")
        assert area(alice).soft_wrap
        assert "broken to fit" in alice.lines("footer")
        await alice.press("f5")
        assert not area(alice).soft_wrap


async def test_selected_lines_are_indented_and_back(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await edit(alice, "1")
        await alice.press("down", "shift+down", "shift+down", "tab")
        assert area(alice).text.split("\n")[1:4] == [
            "        Total = 0", "        for item in items:", "        Total += item.total",
        ]  # fmt: skip
        await alice.press("shift+tab", "shift+tab", "shift+tab")
        assert area(alice).text.split("\n")[1:3] == ["Total = 0", "for item in items:"]
        await alice.press("ctrl+z", "ctrl+z", "ctrl+z")
        assert area(alice).text == TEXT
        await alice.press("ctrl+y")
        assert area(alice).text != TEXT


async def test_javascript_is_indented_by_two_and_after_a_brace(manager: SessionManager) -> None:
    manager.open_editor("web/a.js:f")
    async with at(manager) as alice:
        await edit(alice, "2")
        await alice.press("end", "enter")
        await alice.write("if (a) {")
        await alice.press("enter")
        await alice.write("x();")
        assert area(alice).text.split("\n")[1:3] == ["  if (a) {", "    x();"]


@pytest.mark.parametrize(
    ("before", "python", "indent"),
    [("f(", True, "    "), ("x = [  # (", True, "    "), ("if (a) {", False, "    "), ("a: b", False, "")],
)
def test_a_line_that_opens_a_bracket_goes_deeper(before: str, python: bool, indent: str) -> None:
    assert indent_after(before, python, "    ") == indent


def test_lines_are_shifted_by_what_they_have() -> None:
    lines = ["a", "", "  b", "      c", "\td"]
    assert shifted(lines, "    ", deeper=True) == ["    a", "", "      b", "          c", "    \td"]
    assert shifted(lines, "    ", deeper=False) == ["a", "", "b", "  c", "d"]


async def test_help_in_the_editor_begins_with_its_keys(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await edit(alice, "1")
        await alice.press("question_mark")
        assert area(alice).text.startswith("?")
        await alice.press("f1")
        assert isinstance(alice.app.screen, HelpDialog)
        assert "In the definition editor" in alice.lines("lines").split("\n")[0]
        await alice.press("escape", "backspace")
        assert area(alice).text == TEXT


# What must never happen


async def test_typed_text_outlives_every_tool_and_a_resize_in_their_midst(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await edit(alice, "1")
        await alice.write("# mine ")
        for keys in (("ctrl+f", "t"), ("ctrl+g", "9"), ("f3",), ("f4",), ("f5",)):
            await alice.press(*keys)
            for size in ((60, 16), (200, 50), (80, 24)):
                await alice.pilot.resize_terminal(*size)
                await alice.settle()
        await alice.press("ctrl+q")
    typed = manager.buffer("1")
    assert typed is not None
    assert typed.text == f"# mine {TEXT}"


async def test_keys_of_one_packet_are_looked_for_in_their_order(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await edit(alice, "1")
        await alice.rush("ctrl+f", *"return")
        await alice.until(lambda: bar(alice) == "Find 1 of 1")
        assert area(alice).text == TEXT


async def test_hostile_text_is_found_and_compared_and_obeyed_by_nothing(manager: SessionManager) -> None:
    async with at(manager, (160, 40)) as alice:
        await edit(alice, "1")
        alice.app.screen.query_one(TypingArea).post_message(
            Paste("[/] \x1b[2J\u202e[@click=app.quit]x[/]" * 300)
        )
        await alice.settle()
        await alice.press("f3")
        await shown(alice, "diff to base")
        await alice.press("ctrl+f")
        await alice.write("[/]")
        assert "of 600" in bar(alice)
        picture = alice.app.export_screenshot()
        assert "\x1b" not in picture
        assert "\u202e" not in picture
        await alice.press("escape")
        await back(alice)


async def test_what_is_typed_before_the_field_has_the_focus_stays_when_more_is_typed(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press("1", "enter")
        for wanted in ("sel", "ret"):
            await alice.rush("ctrl+f", *wanted)
            await alice.press("x")
            field = alice.app.screen.query_one("#wanted", LineInput)
            assert field.value == f"{wanted}x"
            await alice.press("escape")
