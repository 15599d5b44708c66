"""The assign dialog by keys: letters, digits, a name for a new patch, and nothing else."""

from __future__ import annotations

import pytest
from driver import at
from textual import events

from store.session_manager import SessionManager
from tui.dialogs.assign import AssignDialog


async def test_the_assign_dialog_takes_letters_digits_and_minus(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("3", "a", "b")
        assert manager.view().editors[2].editor.patch_id is not None
        await alice.press("a", "minus")
        assert manager.view().editors[2].editor.patch_id is None
        await alice.press("a", "2")
        patch = manager.view().editors[2].patch
        assert patch is not None
        assert patch.letter == "B"


@pytest.mark.parametrize(("key", "character"), [("superscript_two", "²"), ("²", "²"), ("at", "@")])
async def test_the_assign_dialog_takes_no_other_key_for_a_digit_or_a_letter(
    manager: SessionManager, key: str, character: str
) -> None:
    while all(one.patch.letter != "AT" for one in manager.view().patches):
        manager.create_patch(f"p{len(manager.view().patches)}")
    async with at(manager) as alice:
        await alice.press("3", "a")
        alice.app.post_message(events.Key(key, character))
        await alice.settle()
        assert isinstance(alice.app.screen, AssignDialog)
        assert manager.view().editors[2].patch is None


async def test_the_assign_dialog_goes_down_past_the_end_to_a_name_and_up_again(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press("3", "a", "G", "j")
        assert "create and assign" in alice.lines("keys")
        await alice.press("up", "escape")
        assert manager.view().editors[2].editor.patch_id is None


async def test_the_assign_dialog_says_how_many_patches_are_out_of_sight(manager: SessionManager) -> None:
    while len(manager.view().patches) < 32:
        manager.create_patch(f"p{len(manager.view().patches)}")
    async with at(manager) as alice:
        await alice.press("3", "a")
        box = alice.app.screen.query_one("#box")
        listed = len(alice.lines("lines").split("\n")) - 1
        assert f"{32 - listed} more below" in str(box.border_subtitle)
        await alice.press("G")
        assert f"{32 - listed} more above" in str(box.border_subtitle)
        await alice.press("slash")
        await alice.write("p3")
        assert "more" not in str(box.border_subtitle)
