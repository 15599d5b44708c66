"""One-line inputs by keys: keys count in their order, and what is typed replaces a suggestion."""

from __future__ import annotations

from pathlib import Path

from demo_stores import empty_store
from driver import Person, at

from store.session_manager import SessionManager
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
