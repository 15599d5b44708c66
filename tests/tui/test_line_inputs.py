"""One-line inputs by keys: keys count in their order, and what is typed replaces a suggestion."""

from __future__ import annotations

from pathlib import Path

from demo_stores import empty_store
from driver import Person, at
from textual.widgets import TextArea

from store.session_manager import SessionManager
from tui.screens.editor import EditorScreen
from tui.widgets.line_input import LineInput


def field(person: Person, name: str = "name") -> LineInput:
    return person.app.screen.query_one(f"#{name}", LineInput)


async def test_keys_of_one_packet_count_in_their_order(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("o")
        await alice.rush("a", "b", "left", "x", "end", "y", "backspace", "z")
        await alice.until(lambda: field(alice, "wanted").value == "axbz")


async def test_what_is_pasted_as_keys_is_in_the_field_before_enter_is_answered(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press("3", "n")
        await alice.rush(*"tidy-up", "left", "left", "left", "x", "enter")
        await alice.until(lambda: "tidyx-up" in [one.patch.name for one in manager.view().patches])


async def test_the_first_character_replaces_the_suggested_patch_name(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("3", "n")
        assert field(alice).value
        await alice.write("mine")
        assert field(alice).value == "mine"
        await alice.press("enter")
    assert "mine" in [one.patch.name for one in manager.view().patches]


async def test_the_first_character_replaces_the_name_in_the_assign_dialog(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("3", "a", "n")
        await alice.write("tidy")
        assert field(alice).value == "tidy"


async def test_a_suggestion_can_be_kept_and_added_to(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("3", "a", "n")
        suggested = field(alice).value
        await alice.press("end")
        await alice.write("-2")
        assert field(alice).value == f"{suggested}-2"


async def test_the_first_character_replaces_the_suggested_session_name(tmp_path: Path) -> None:
    manager = empty_store(tmp_path)
    async with at(manager) as alice:
        await alice.press("N")
        await alice.write("cleanup")
        await alice.press("enter")
    assert manager.view().session.name == "cleanup"


async def test_what_comes_right_after_the_key_that_shows_a_field_goes_into_it(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press("3", "a")
        await alice.rush("n", "b", "q", "b")
        assert field(alice).value == "bqb"
        await alice.press("escape", "question_mark")
        await alice.rush("slash", "g", "j", "k")
        assert field(alice, "wanted").value == "gjk"
        await alice.press("escape", "escape", "tab", "m")
        await alice.rush("e", *"hedj")
        assert field(alice, "message").value.endswith("hedj")


async def test_what_comes_right_after_enter_is_for_what_that_opens(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("tab", "n")
        await alice.rush("a", "b", "enter", "n", "c", "tab", "d", "enter")
        await alice.until(lambda: {"ab", "c"} <= {one.patch.name for one in manager.view().patches})
        assert "d" in [one.patch.description for one in manager.view().patches]
        await alice.press("o")
        await alice.rush(*"creat", "enter", "x", "y")
        await alice.until(lambda: isinstance(alice.app.screen, EditorScreen))
        await alice.until(lambda: alice.app.screen.query_one(TextArea).text.startswith("xydef create"))


async def test_what_comes_right_after_a_name_that_is_refused_is_added_to_it(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("o")
        await alice.rush(*"nowhere", "enter", *"at")
        await alice.until(lambda: field(alice, "wanted").value == "nowhereat")


async def test_what_comes_right_after_a_field_of_the_editor_is_left_is_text(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("1", "enter", "ctrl+g")
        await alice.rush("7", "enter", "x", "y")
        assert alice.app.screen.query_one(TextArea).text.splitlines()[1].startswith("xy")
        await alice.press("ctrl+f")
        await alice.rush("d", "e", "f", "escape", "u")
        assert "u " in alice.app.screen.query_one(TextArea).text
