"""The definition editor by keys, on a real store: buffers, saving, line ends, other screens."""

from __future__ import annotations

import asyncio
import os
import shutil
from pathlib import Path

import pytest
from demo_stores import empty_store
from driver import WAIT_SECONDS, Person, at
from textual import events
from textual.widgets import TextArea

from store.session_manager import SessionManager, open_store
from tui.dialogs.assign import AssignDialog
from tui.dialogs.conflict import ConflictDialog
from tui.screens.buffered import KEEP_SECONDS
from tui.screens.editor import EditorScreen


def area(person: Person) -> TextArea:
    return person.app.screen_stack[1].query_one(TextArea)


async def edit(person: Person, number: str) -> None:
    await person.press(number, "enter")
    await person.until(lambda: isinstance(person.app.screen, EditorScreen))


async def back(person: Person) -> None:
    await person.press("escape")
    await person.until(lambda: len(person.app.screen_stack) == 1)
    await person.settle()


async def test_typed_text_is_on_disk_within_a_second_and_unsaved_after_escape(
    manager: SessionManager, tmp_path: Path
) -> None:
    async with at(manager) as alice:
        await edit(alice, "1")
        await alice.write("# note")
        await alice.press("enter")
        await asyncio.sleep(KEEP_SECONDS + 0.2)
        typed = open_store(tmp_path, user="alice").buffer("1")
        assert typed is not None
        assert typed.text.startswith("# note\n")
        await back(alice)
        assert "1*" in alice.lines("editors")
        await edit(alice, "1")
        assert area(alice).text.startswith("# note\n")


async def test_text_typed_back_to_what_was_saved_leaves_nothing_unsaved(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await edit(alice, "1")
        await alice.press("x", "backspace")
        await back(alice)
        assert manager.buffer("1") is None
        assert "*" not in alice.lines("editors")


async def test_saving_an_assigned_editor_goes_into_its_patch_unasked(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await edit(alice, "2")
        await alice.press("down", "end")
        await alice.write("  # quick")
        await alice.press("f2")
        await alice.until(lambda: "saved" in alice.lines("footer").lower())
        await back(alice)
        assert "quick" in manager.editor_text("2").text
        assert manager.buffer("2") is None


async def test_saving_an_unassigned_editor_asks_and_ignores_keys_for_half_a_second(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await edit(alice, "3")
        assert "saving asks which patch" in alice.lines("header")
        await alice.press("down", "down")
        await alice.write("# more")
        alice.app.post_message(events.Key("f2", None))
        async with asyncio.timeout(WAIT_SECONDS):
            while not isinstance(alice.app.screen, AssignDialog):
                await asyncio.sleep(0)
        alice.app.post_message(events.Key("a", "a"))
        await alice.settle()
        assert isinstance(alice.app.screen, AssignDialog)
        assert manager.view().editors[2].patch is None
        await alice.pilot.press("b")
        await alice.until(lambda: isinstance(alice.app.screen, EditorScreen))
        await alice.until(lambda: "performance-optimizations" in alice.lines("header"))
        patch = manager.view().editors[2].patch
        assert patch is not None
        assert patch.letter == "B"


async def test_cancelling_the_dialog_leaves_the_saved_text_pending(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await edit(alice, "3")
        await alice.write("# top")
        await alice.press("enter")
        await alice.pilot.press("ctrl+s")
        await alice.heard_by(AssignDialog)
        await alice.pilot.press("escape")
        await alice.until(lambda: isinstance(alice.app.screen, EditorScreen))
        await back(alice)
        one = manager.view().editors[2]
        assert one.patch is None
        assert one.editor.pending
        assert not one.unsaved


async def test_tab_indents(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await edit(alice, "2")
        await alice.press("tab")
        assert area(alice).text.startswith("    def findByEmail")


async def test_line_numbers_are_the_files(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await edit(alice, "3")
        assert area(alice).line_number_start == manager.editor_text("3").line == 4


@pytest.mark.parametrize(
    "text",
    [
        "def f():\r\n    a = 1\r\n    return a\r\n",
        "def f():\n    a = 1\r\n    return a\n",
        "def f():\r\n    a = '\x0c\u2028\x1b[2J'\n    return a\r\n",
        "def f():\n    return 1",
    ],
    ids=["CRLF", "mixed", "controls", "no end"],
)
async def test_bytes_that_were_not_changed_survive_an_edit(tmp_path: Path, text: str) -> None:
    manager = empty_store(tmp_path, {"m.py": text})
    manager.start_session("one")
    manager.create_patch("p")
    manager.open_editor("m.f")
    async with at(manager) as alice:
        await edit(alice, "1")
        await alice.press("end", "left")
        await alice.write(" ")
        await alice.pilot.press("f2")
        await alice.heard_by(AssignDialog)
        await alice.pilot.press("a")
        await alice.until(lambda: isinstance(alice.app.screen, EditorScreen) and not alice.app.bench.waiting)
        await back(alice)
        await alice.press("m", "enter")
        assert "Merged" in alice.footer()
    manager.export_tree(tmp_path / "out")
    wanted = text.replace("def f():", "def f() :")
    assert (tmp_path / "out" / "m.py").read_bytes() == wanted.encode()


async def test_an_unclean_save_can_be_edited_with_markers_and_saved_when_settled(
    manager: SessionManager,
) -> None:
    manager.set_role("bob", "maintainer")
    bob = manager.as_user("bob")
    async with at(manager) as alice:
        await edit(alice, "2")
        await alice.press("down", "ctrl+k")
        await alice.write("    return 'alice'")
        await asyncio.sleep(KEEP_SECONDS + 0.2)
        theirs = bob.open_editor("MyApp.Database.User.findByEmail").editors[0]
        bob.assign_editor(theirs, "B")
        bob.save_editor(theirs, "def findByEmail(email, rows):\n    return 'bob'\n")
        await alice.pilot.press("f2")
        await alice.heard_by(ConflictDialog)
        await alice.pilot.press("e")
        await alice.until(lambda: "<<<<<<<" in area(alice).text)
        assert "alice" in area(alice).text
        assert "bob" in area(alice).text
        assert "Settle the marked places" in alice.lines("footer")
        marked = area(alice).text
        await alice.press("ctrl+end", "f2")
        assert "has conflict markers yet" in alice.lines("footer")
        assert isinstance(alice.app.screen, EditorScreen)
        assert area(alice).document.get_line(area(alice).cursor_location[0]).startswith("<<<<<<<")
        assert area(alice).text == marked
        area(alice).text = "def findByEmail(email, rows):\n    return 'both'\n"
        await alice.pilot.press("f2")
        await alice.until(lambda: "saved" in alice.lines("footer").lower() and not alice.app.bench.waiting)
    assert "both" in manager.editor_text("2").text


async def test_a_second_screen_of_the_same_user_is_read_only_until_it_takes_over(
    manager: SessionManager, tmp_path: Path
) -> None:
    other = open_store(tmp_path, user="alice")
    handle = other.enter_screen()
    other.type_text("1", "# from the other screen\n", writer=f"{os.getpid()}-other")
    async with at(manager) as alice:
        await edit(alice, "1")
        assert "another screen" in alice.lines("header")
        await alice.press("z")
        assert area(alice).text == "# from the other screen\n"
        await alice.press("t")
        await alice.until(lambda: not area(alice).read_only)
        await alice.press("z")
        await back(alice)
        typed = manager.buffer("1")
        assert typed is not None
        assert "z" in typed.text
    handle.leave()


async def test_a_screen_follows_what_another_one_of_the_same_user_types_and_saves(
    manager: SessionManager, tmp_path: Path
) -> None:
    other = open_store(tmp_path, user="alice")
    handle, writer = other.enter_screen(), f"{os.getpid()}-other"
    async with at(manager) as alice:
        await edit(alice, "1")
        other.type_text("1", "# typed\ndef validate(email):\n    return True\n", writer=writer)
        await alice.until(lambda: area(alice).text.startswith("# typed\n"))
        assert "another screen" in alice.lines("header")
        await alice.press("z")
        assert area(alice).text.startswith("# typed\n")
        await alice.press("t")
        await alice.until(lambda: not area(alice).read_only)
        other.save_editor("1")
        await alice.until(lambda: "this is the text now" in alice.lines("footer"))
        assert "unsaved" not in alice.lines("header")
    handle.leave()


async def test_a_screen_shows_what_the_command_line_types_and_types_on(
    manager: SessionManager, tmp_path: Path
) -> None:
    async with at(manager) as alice:
        await edit(alice, "1")
        open_store(tmp_path, user="alice").type_text("1", "# by a script\n")
        await alice.until(lambda: area(alice).text == "# by a script\n")
        await alice.write("z")
        await back(alice)
        typed = manager.buffer("1")
        assert typed is not None
        assert typed.text == "z# by a script\n"


async def test_taking_over_loses_nothing_that_two_screens_typed_at_once(
    manager: SessionManager, tmp_path: Path
) -> None:
    other = open_store(tmp_path, user="alice")
    handle, saved = other.enter_screen(), manager.editor_text("1").text
    async with at(manager) as alice:
        await edit(alice, "1")
        area(alice).insert("# here ", (0, 0))
        other.type_text("1", f"{saved}    # there\n", writer=f"{os.getpid()}-other")
        await alice.until(lambda: area(alice).read_only)
        assert area(alice).text.startswith("# here ")
        await alice.press("t")
        await alice.until(lambda: not area(alice).read_only and "# there" in area(alice).text)
        assert area(alice).text.startswith("# here ")
        await asyncio.sleep(KEEP_SECONDS)
        typed = manager.buffer("1")
        assert typed is not None
        assert typed.text == area(alice).text
    handle.leave()


async def test_an_editor_of_somebody_else_is_shown_read_only(manager: SessionManager) -> None:
    bob = manager.as_user("bob")
    bob.open_editor("MyApp.User.create")
    async with at(manager) as alice:
        await edit(alice, "4")
        assert "read-only" in alice.lines("header")
        await alice.press("z")
        assert "z" not in area(alice).text.split("def")[0]


async def test_typed_text_survives_what_others_do_meanwhile(manager: SessionManager, tmp_path: Path) -> None:
    async with at(manager) as alice:
        await edit(alice, "1")
        await alice.write("# mine ")
        open_store(tmp_path, user="bob").create_patch("from-bob")
        await asyncio.sleep(0.8)
        assert area(alice).text.startswith("# mine ")


async def test_quitting_writes_what_was_typed_just_before(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await edit(alice, "1")
        await alice.write("# last words")
        await alice.pilot.press("ctrl+q")
    typed = manager.buffer("1")
    assert typed is not None
    assert typed.text.startswith("# last words")


async def test_a_store_that_cannot_be_written_keeps_the_text_on_the_screen(
    manager: SessionManager, tmp_path: Path
) -> None:
    async with at(manager) as alice:
        await edit(alice, "1")
        shutil.rmtree(tmp_path / ".patchbay" / "buffers")
        (tmp_path / ".patchbay" / "buffers").write_text("in the way")
        await alice.write("# kept")
        await asyncio.sleep(KEEP_SECONDS + 0.2)
        assert area(alice).text.startswith("# kept")
        assert "✗" in alice.lines("footer")
        (tmp_path / ".patchbay" / "buffers").unlink()
        (tmp_path / ".patchbay" / "buffers").mkdir()
