"""A text of several lines is written in a field of one line and read back from it as it was."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from driver import at
from hypothesis import example, given
from hypothesis import strategies as st

from store.session_manager import SessionManager
from tui.dialogs.naming import changed
from tui.one_line import in_lines, in_one_line
from tui.visible import visible

LINES = st.text(alphabet="\\n\nab ")


@given(LINES | st.text())
@example("ends in a backslash\\\nand goes on")
@example("\\\n\\n\\\\n\n\\")
def test_every_text_is_read_back_as_it_was(text: str) -> None:
    assert "\n" not in in_one_line(text)
    assert in_lines(in_one_line(text)) == text


@given(st.text(alphabet="\\nab"))
def test_every_line_that_a_person_writes_is_shown_again_as_it_was_written(line: str) -> None:
    assert in_one_line(in_lines(line)) == line


@given(st.text())
@example("a tab\there\r\nand \u200b what is not seen\\\n")
def test_a_description_that_was_not_touched_is_not_changed(description: str) -> None:
    in_field = visible(visible(in_one_line(description)), newline="space")
    named = ("a name", in_lines(in_field.strip()).strip())
    assert changed(named, "a name", description) == (None, None)


def edited(description: str, edit: Callable[[str], str]) -> str:
    """What becomes of a description whose line in the field is edited."""
    shown = visible(visible(in_one_line(description)), newline="space").strip()
    return changed(("a name", in_lines(edit(shown).strip()).strip()), "a name", description)[1] or ""


LAST = st.text(alphabet="ab\t\x1b\u200b\\n e\u0301\u2764\ufe0f", min_size=1).map(lambda text: f"x{text}")


@given(st.lists(LAST, min_size=1, max_size=5))
@example(["a tab\tand \x1b[2J", "C:\\new\tlines"])
@example(["x\t", "x\\t"])
@example(["x\\t", "x\t", "x\\t"])
def test_what_is_added_to_a_line_leaves_every_other_character_as_it_was(lines: list[str]) -> None:
    before = "\n".join(lines)
    assert edited(before, lambda shown: f"First {shown}") == f"First {before}"
    before += "."
    assert edited(before, lambda shown: f"{shown} Last") == f"{before} Last"


def test_an_edit_in_a_line_and_a_new_line_keep_the_others() -> None:
    before = "\ttotal\tof all\nones\u200b here\n"
    assert edited(before, lambda shown: shown.replace("of all", "of some")) == before.replace("all", "some")
    assert edited(before, lambda shown: shown.replace(r"\n", r"\nmore\n", 1)) == before.replace(
        "\n", "\nmore\n", 1
    )
    assert edited(before, lambda shown: shown.partition(r"\n")[0]) == "\ttotal\tof all\n"
    assert edited(before, lambda shown: "") == ""


def test_many_backslashes_take_no_time() -> None:
    text = "\\" * 200_000 + "\n"
    assert in_lines(in_one_line(text)) == text


@pytest.mark.parametrize("description", ["C:\\\nD:\\", "a\\\\\nb\\n\n\\"])
async def test_a_line_that_ends_in_a_backslash_stays_one_when_another_is_added(
    manager: SessionManager, description: str
) -> None:
    manager.edit_patch("A", None, description)
    async with at(manager) as alice:
        await alice.press("tab", "enter", "E", "tab", "home")
        await alice.write("first ")
        await alice.press("enter")
        await alice.until(lambda: "first" in manager.view().patches[0].patch.description)
    assert manager.view().patches[0].patch.description == f"first {description}"
