"""An editor that is closed while somebody types in it: nothing is lost unasked, and nobody is kept there."""

from __future__ import annotations

import asyncio
from pathlib import Path

from driver import Person, at
from textual import events
from textual.widgets import TextArea

from store.session_manager import SessionManager, open_store
from tui.screens.editor import EditorScreen

TARGET = "MyApp.User.validate"
SAVED = "def validate(email):\n    return EMAIL.fullmatch(email) is not None\n"


def text_in(person: Person) -> str:
    assert isinstance(person.app.screen, EditorScreen)
    return person.app.screen.query_one(TextArea).text


def said(person: Person) -> str:
    return " ".join(person.lines("footer").split())


def on_disk(manager: SessionManager) -> str:
    """The unsaved text of Alice's editor on the definition."""
    found = [one.editor.id for one in manager.view().editors if one.editor.target == TARGET and one.unsaved]
    buffer = manager.buffer(found[0]) if found else None
    return "" if buffer is None else buffer.text


async def type_then_close(person: Person, other: SessionManager, typed: str = "# typed\n") -> None:
    """Type into editor 1; when that is on disk it is closed by a command, which discards it."""
    await person.press("1", "enter")
    if typed:
        await person.write(typed)
        await person.until(lambda: on_disk(other).startswith(typed))
    other.close_editor("1", discard=True)
    await person.until(lambda: "Editor 1 was closed elsewhere" in said(person))


async def save_and_go_back(person: Person) -> None:
    """After going back was refused once, save and go back, with no time between."""
    await person.press("escape")
    for key in ("f2", "escape"):
        person.app.post_message(events.Key(key, None))


async def test_typing_on_opens_it_again_with_all_that_was_typed(
    manager: SessionManager, other: SessionManager
) -> None:
    async with at(manager) as alice:
        await type_then_close(alice, other)
        await alice.write("# on\n")
        await alice.until(lambda: on_disk(other) == "# typed\n# on\n" + SAVED)
        await alice.until(lambda: "what you type is kept, in editor 1" in said(alice))
        await alice.press("f2")
        await alice.until(lambda: "Saved" in said(alice))
        assert "editor1" not in alice.screen_text()
        await alice.press("escape")
        assert len(alice.app.screen_stack) == 1
    assert manager.editor_text(TARGET).text == "# typed\n# on\n" + SAVED


async def test_saving_keeps_what_was_discarded_elsewhere(
    manager: SessionManager, other: SessionManager
) -> None:
    async with at(manager) as alice:
        await type_then_close(alice, other)
        assert "what is typed here is on no disk: F2 keeps it" in said(alice)
        await alice.press("f2")
        await alice.until(lambda: "Saved" in said(alice))
    assert manager.editor_text(TARGET).text == "# typed\n" + SAVED


async def test_saving_and_going_back_at_once_keeps_it_too_also_after_a_warning(
    manager: SessionManager, other: SessionManager
) -> None:
    async with at(manager) as alice:
        await type_then_close(alice, other)
        await save_and_go_back(alice)
        await alice.until(lambda: len(alice.app.screen_stack) == 1)
        await alice.until(lambda: "Saved MyApp.User.validate" in alice.footer())
    assert manager.editor_text(TARGET).text == "# typed\n" + SAVED


async def test_a_save_that_is_refused_keeps_the_person_there_who_is_told_why(
    manager: SessionManager, other: SessionManager
) -> None:
    async with at(manager) as alice:
        await type_then_close(alice, other, "# typed")
        await save_and_go_back(alice)
        await alice.until(lambda: "defines nothing" in said(alice) and not alice.app.bench.waiting)
        assert text_in(alice) == "# typed" + SAVED
        assert on_disk(other) == "# typed" + SAVED
        await alice.press("escape")
        assert len(alice.app.screen_stack) == 1


async def test_going_back_without_it_is_asked_for_twice(
    manager: SessionManager, other: SessionManager
) -> None:
    async with at(manager) as alice:
        await type_then_close(alice, other)
        await alice.press("escape")
        assert "esc again goes back without it" in said(alice)
        assert text_in(alice) == "# typed\n" + SAVED
        await alice.press("escape")
        assert len(alice.app.screen_stack) == 1
        assert "on no disk" not in alice.footer()
    assert on_disk(other) == ""


async def test_with_nothing_typed_it_is_said_and_left_at_once(
    manager: SessionManager, other: SessionManager
) -> None:
    async with at(manager) as alice:
        await type_then_close(alice, other, "")
        assert said(alice).endswith("Editor 1 was closed elsewhere, esc goes back.")
        await alice.press("f2")
        assert "editor1" not in said(alice)
        await alice.press("escape")
        assert len(alice.app.screen_stack) == 1


async def test_an_editor_that_is_closed_again_as_it_was_opened_again_is_a_refusal(
    manager: SessionManager, other: SessionManager, tmp_path: Path
) -> None:
    def close_again() -> None:
        (editor,) = (one.editor.id for one in other.view().editors if one.editor.target == TARGET)
        other.close_editor(editor, discard=True)

    async with at(manager) as alice:
        await type_then_close(alice, other)
        with open_store(tmp_path, user="bob").repository.lock.exclusive():
            alice.app.post_message(events.Key("x", "x"))
            alice.app.post_message(events.Key("escape", None))
            await alice.pilot.pause(0.3)
            closing = asyncio.ensure_future(alice.app.bench.call(close_again))
        await closing
        await alice.until(lambda: "was closed elsewhere" in said(alice))
        assert text_in(alice) == "# typed\nx" + SAVED
        await alice.press("f2")
        await alice.until(lambda: "Saved" in said(alice))
    assert manager.editor_text(TARGET).text == "# typed\nx" + SAVED


async def test_text_typed_in_another_editor_since_is_not_written_over(
    manager: SessionManager, other: SessionManager
) -> None:
    async with at(manager) as alice:
        await type_then_close(alice, other)
        other.type_text(TARGET, "# elsewhere\n" + SAVED)
        await alice.write("# on\n")
        await alice.until(lambda: "on no disk" in said(alice) and "t takes over with it" in said(alice))
        assert on_disk(other) == "# elsewhere\n" + SAVED
        await alice.press("t")
        await alice.until(lambda: "# on" in on_disk(other))
        assert "# elsewhere" in on_disk(other) and "# on" in text_in(alice)


async def test_a_definition_that_was_only_in_that_editor_is_to_be_added_again(
    manager: SessionManager, other: SessionManager
) -> None:
    opened = manager.open_editor("MyApp.User.fresh", new=True).editors[0]
    number = str(next(one.editor.number for one in manager.view().editors if one.editor.id == opened))
    async with at(manager) as alice:
        await alice.press(number, "enter")
        await alice.write("def fresh(): ")
        other.close_editor(opened, discard=True)
        await alice.until(lambda: "was closed elsewhere" in said(alice))
        await alice.write("pass")
        await alice.press("escape")
        assert len(alice.app.screen_stack) == 1
    found = next(one for one in manager.view().editors if one.editor.target == "MyApp.User.fresh")
    buffer = manager.buffer(found.editor.id)
    assert buffer is not None and buffer.text.startswith("def fresh(): pass")
