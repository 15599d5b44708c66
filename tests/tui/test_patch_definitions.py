"""A patch's definitions are renamed, deleted and added from its detail."""

from __future__ import annotations

import pytest
from driver import at
from test_patch_detail import FIRST, SECOND, patch, row

from store.model import DeleteDefinition, RenameDefinition
from store.session_manager import SessionManager
from tui.dialogs.naming import NameDialog
from tui.screens.differences import DifferencesScreen
from tui.screens.editor import EditorScreen
from tui.widgets.line_input import LineInput

pytestmark = pytest.mark.usefixtures("utc")


async def test_a_definition_is_renamed_in_the_patch(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press(*FIRST)
        await alice.press("t")
        await alice.write("MyApp.User.check_mail")
        await alice.press("enter")
        assert "check_mail" in alice.lines("list")
        told = " ".join(alice.lines("footer").split())
        assert "Renamed MyApp.User.validate to MyApp.User.check_mail in A" in told
        assert "is now" not in told
    renamed = [op for op in patch(manager, "A").operations if isinstance(op, RenameDefinition)]
    assert [op.new_name for op in renamed] == ["MyApp.User.check_mail"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [("MyApp.User.[/]", "is no name of a definition"), ("MyApp.User.create", "already a definition named")],
)
async def test_a_name_that_will_not_do_stays_in_the_rename_dialog(
    manager: SessionManager, name: str, sentence: str
) -> None:
    async with at(manager) as alice:
        await alice.press(*FIRST)
        await alice.press("t")
        await alice.write(name)
        await alice.press("enter")
        await alice.settle()
        assert isinstance(alice.app.screen, NameDialog)
        assert alice.app.screen.query_one(LineInput).value == name
        assert sentence in " ".join(alice.lines("lines").split())
        await alice.press("escape")
    assert not [op for op in patch(manager, "A").operations if isinstance(op, RenameDefinition)]


async def test_a_definition_is_deleted_in_the_patch_after_y_and_no_editor_is_left_over(
    manager: SessionManager,
) -> None:
    manager.close_editor("2")
    async with at(manager) as alice:
        await alice.press(*SECOND)
        await alice.press("minus")
        assert "Merging the patch will take it out of the codebase." in alice.lines("lines")
        await alice.press("y")
        assert "delete MyApp.Database.User.findByEmail" in alice.lines("list")
        await alice.press("enter")
        assert isinstance(alice.app.screen, DifferencesScreen)
        await alice.press("escape", "t")
        assert "the patch deletes it, so there is no text" in alice.lines("footer")
    assert isinstance(patch(manager, "B").operations[0], DeleteDefinition)
    assert all(one.editor.target != "MyApp.Database.User.findByEmail" for one in manager.view().editors)


async def test_deleting_what_the_patch_adds_takes_it_out_of_the_patch(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press(*FIRST)
        await alice.press("j", "delete")
        assert "nothing of it is left in A" in alice.lines("lines")
        await alice.press("y")
    assert [op.name for op in patch(manager, "A").operations] == ["MyApp.User.validate"]


async def test_a_new_definition_is_added_to_the_patch(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press(*SECOND)
        await alice.press("o")
        await alice.write("MyApp.Database.User.quick")
        await alice.press("enter")
        assert isinstance(alice.app.screen, EditorScreen)
        assert "B performance-optimizations" in alice.lines("header")
        await alice.write("def quick():\n    return 1\n")
        await alice.press("f2", "escape")
        assert "add    MyApp.Database.User.quick" in alice.lines("list")


async def test_a_definition_that_an_editor_holds_for_another_patch_is_not_moved_unasked(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press(*SECOND)
        await alice.press("o")
        await alice.write("MyApp.User.validate")
        await alice.press("enter")
        assert "Your editor 1 on it belongs to A" in alice.lines("footer")


async def test_the_cursor_stays_on_a_definition_that_the_patch_adds_and_renames(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press(*FIRST)
        await alice.press_until("down", lambda: row(alice) == "operation MyApp.User.EMAIL")
        await alice.press("t", "ctrl+u")
        await alice.write("MyApp.User.MAIL")
        await alice.press("enter")
        assert row(alice) == "operation MyApp.User.MAIL"
