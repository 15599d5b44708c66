"""Settling conflicts by keys on a real store: a codebase that moved, a save that does not merge (R8, R13)."""

from __future__ import annotations

import asyncio
from pathlib import Path

from conflict_stores import (
    OTHER,
    OURS,
    PAGE,
    THEIRS,
    begun,
    codebase_moved,
    merge_elsewhere,
    page,
    renamed_twice,
    several,
    sharing,
)
from demo_stores import improvements
from driver import Person, at
from textual import events
from textual.content import Content
from textual.widgets import TextArea

from store.session_manager import SessionManager, open_store
from tui.app import PatchbayApp
from tui.config_file import checked
from tui.dialogs.conflict import ConflictDialog, ConflictsDialog
from tui.dialogs.help import HelpDialog
from tui.dialogs.merge import BlockedDialog
from tui.screens.buffered import KEEP_SECONDS
from tui.screens.editor import EditorScreen
from tui.screens.place_text import PlaceTextScreen
from tui.screens.session import SessionScreen
from tui.settings import settings_of

MIXED = page(
    width="max(320, 1440)", columns="settings.COLUMNS", color='"green"', body="render(theme, settings)"
)


def border(person: Person) -> str:
    return Content.from_markup(str(person.app.screen.query_one("#box").border_subtitle)).plain


async def settled(person: Person) -> None:
    await person.until(lambda: isinstance(person.app.screen, SessionScreen) and not person.app.bench.waiting)
    await person.settle()


async def test_a_conflict_is_settled_place_by_place_and_the_clean_parts_are_taken(tmp_path: Path) -> None:
    manager = codebase_moved(tmp_path)
    async with at(manager, (120, 36)) as alice:
        await alice.press("c")
        shown = alice.lines("lines")
        assert "you changed it in patch A, bob in" in shown
        assert "taken: only you changed it" in shown
        assert "taken: only bob changed it" in shown
        assert border(alice) == "2 of 2 places to decide"
        await alice.press("o")
        assert border(alice) == "1 of 2 places to decide"
        assert "✓ ours   you     width = max" in alice.lines("lines")
        await alice.press("t")
        assert "all decided" in border(alice)
        await alice.press("enter")
        await settled(alice)
        assert "Settled shop.page.profile" in alice.footer()
    assert manager.conflicts() == ()
    assert manager.show(PAGE, "A").text == MIXED
    ((name, base, text, kind),) = manager.diff_of("A")
    assert (name, base, text, kind) == (PAGE, THEIRS, MIXED, "update")


async def test_enter_says_how_many_places_are_left_and_goes_to_the_first(tmp_path: Path) -> None:
    manager = codebase_moved(tmp_path)
    async with at(manager) as alice:
        await alice.press("c", "j", "o", "enter")
        assert isinstance(alice.app.screen, ConflictDialog)
        assert "1 place is still to be decided: o takes ours (you), t theirs (bob)" in alice.lines("lines")
        await alice.press("t", "enter")
        await settled(alice)
    assert "width = 1200" in manager.show(PAGE, "A").text


async def test_capital_letters_decide_every_place_and_escape_puts_it_off(tmp_path: Path) -> None:
    manager = codebase_moved(tmp_path)
    before = manager.conflicts()
    async with at(manager) as alice:
        await alice.press("c", "O")
        assert "all decided" in border(alice)
        await alice.press("escape")
        await settled(alice)
        assert manager.conflicts() == before
        await alice.press("c", "T", "enter")
        await settled(alice)
    assert manager.conflicts() == ()
    assert 'color = "green"' in manager.show(PAGE, "A").text
    assert "columns = settings.COLUMNS" in manager.show(PAGE, "A").text


async def test_a_place_is_settled_with_an_edited_text_that_begins_with_both(tmp_path: Path) -> None:
    manager = codebase_moved(tmp_path)
    async with at(manager) as alice:
        await alice.press("c", "o", "e")
        assert isinstance(alice.app.screen, PlaceTextScreen)
        area = alice.app.screen.query_one(TextArea)
        assert area.text.count("columns = ") == 2
        await alice.press("down", "down")
        await alice.write("    # both")
        await alice.press("f2")
        assert isinstance(alice.app.screen, ConflictDialog)
        assert "✓ edited" in alice.lines("lines")
        await alice.press("enter")
        await settled(alice)
    assert "    columns = settings.COLUMNS\n    # both\n\n" in manager.show(PAGE, "A").text


async def test_leaving_the_edited_text_with_escape_leaves_the_place_as_it_was(tmp_path: Path) -> None:
    async with at(codebase_moved(tmp_path)) as alice:
        await alice.press("c", "e", "x", "escape")
        assert isinstance(alice.app.screen, ConflictDialog)
        assert border(alice) == "2 of 2 places to decide"


async def test_help_in_a_conflict_and_in_the_text_of_a_place_begins_with_their_keys(tmp_path: Path) -> None:
    async with at(codebase_moved(tmp_path)) as alice:
        await alice.press("c", "o")
        assert "? help" in alice.lines("keys")
        await alice.press("question_mark")
        assert isinstance(alice.app.screen, HelpDialog)
        assert alice.lines("lines").startswith("In a conflict\n  o             Take our text")
        await alice.press("escape")
        assert border(alice) == "1 of 2 places to decide"
        await alice.press("j", "e")
        began = alice.app.screen.query_one(TextArea).text
        assert "F1 help" in alice.lines("footer")
        await alice.press("question_mark", "f1")
        assert isinstance(alice.app.screen, HelpDialog)
        assert alice.lines("lines").startswith("In the text of a conflict's place")
        await alice.press("f1")
        assert alice.app.screen.query_one(TextArea).text == f"?{began}"


async def test_what_was_typed_just_before_a_place_is_taken_is_taken(tmp_path: Path) -> None:
    async with at(codebase_moved(tmp_path)) as alice:
        await alice.press("c", "e")
        await alice.rush(*"abc", "f2")
        assert isinstance(alice.app.screen, ConflictDialog)
        assert "✓ edited" in alice.lines("lines")
        assert "abc" in alice.lines("lines")


async def test_remapped_keys_settle_a_conflict_and_are_shown(tmp_path: Path) -> None:
    config = checked('[keys]\nours = "1"\nedit-place = "y"\ntake-result = "F6"\n', "config.toml")
    app = PatchbayApp(
        codebase_moved(tmp_path),
        settings=settings_of({"LANG": "C.UTF-8"}, config, Path("config.toml")),
    )
    async with app.run_test(size=(80, 24)) as pilot:
        alice = Person(pilot)
        await alice.settle()
        await alice.press("c", "f6")
        assert "1 takes ours (you), t theirs (bob), y edits" in " ".join(alice.lines("lines").split())
        await alice.press("o", "1", "t")
        assert "F6 take it" in alice.lines("keys")
        await alice.press("f6")
        await settled(alice)
        assert "Settled shop.page.profile" in alice.footer()


async def test_what_was_typed_for_a_place_and_not_taken_is_shown_again(tmp_path: Path) -> None:
    manager = codebase_moved(tmp_path)
    async with at(manager) as alice:
        await alice.press("c", "e")
        began = alice.app.screen.query_one(TextArea).text
        assert "esc back: your text is kept, the place stays as it was" in alice.lines("footer")
        await alice.write("# mine\n")
        await alice.press("escape")
        assert "What you typed is kept, and not taken: e shows it again." in alice.lines("lines")
        assert border(alice) == "2 of 2 places to decide"
        await alice.press("j", "e")
        assert "# mine" not in alice.app.screen.query_one(TextArea).text
        await alice.press("escape", "k", "e")
        area = alice.app.screen.query_one(TextArea)
        assert area.text == f"# mine\n{began}"
        await alice.press("escape", "escape")
        await settled(alice)
        await alice.press("c", "e")
        assert alice.app.screen.query_one(TextArea).text == f"# mine\n{began}"
        await alice.press("f2", "t", "enter")
        await settled(alice)
    assert "# mine\n" in manager.show(PAGE, "A").text


async def test_an_edited_text_that_another_decision_replaces_is_kept_for_the_place(tmp_path: Path) -> None:
    async with at(codebase_moved(tmp_path)) as alice:
        await alice.press("c", "e")
        began = alice.app.screen.query_one(TextArea).text
        await alice.write("# mine\n")
        await alice.press("f2", "k", "o")
        assert "What you typed is kept, and not taken: e shows it again." in alice.lines("lines")
        await alice.press("O", "g", "e")
        assert alice.app.screen.query_one(TextArea).text == f"# mine\n{began}"


async def test_an_edited_text_outlives_putting_the_conflict_off(tmp_path: Path) -> None:
    async with at(codebase_moved(tmp_path)) as alice:
        await alice.press("c", "e")
        began = alice.app.screen.query_one(TextArea).text
        await alice.write("# mine\n")
        await alice.press("f2", "escape")
        await settled(alice)
        await alice.press("c", "e")
        assert alice.app.screen.query_one(TextArea).text == f"# mine\n{began}"


async def test_an_edited_text_outlives_a_change_of_its_place_by_others(tmp_path: Path) -> None:
    manager = codebase_moved(tmp_path)
    bob = manager.as_user("bob")
    async with at(manager) as alice:
        await alice.press("c", "j", "e")
        began = alice.app.screen.query_one(TextArea).text
        await alice.write("# mine\n")
        await alice.press("f2")
        merge_elsewhere(
            bob, (PAGE, page(width="1200", columns="settings.WIDE", body="render(theme, settings)"))
        )
        await alice.until(lambda: "changed meanwhile" in alice.lines("lines"))
        assert "e shows what you typed" in " ".join(alice.lines("lines").replace("│", "").split())
        await alice.press("j", "e")
        assert alice.app.screen.query_one(TextArea).text == f"# mine\n{began}"


async def test_a_patch_that_others_bring_into_conflict_is_told(tmp_path: Path) -> None:
    manager, bob, _ = begun(tmp_path)
    manager.save_editor(PAGE, OURS, new_patch="redesign")
    async with at(manager) as alice:
        merge_elsewhere(bob, (PAGE, THEIRS))
        await alice.until(lambda: "A redesign is in conflict: c settles it" in alice.footer())


async def test_a_conflict_that_is_settled_is_told_no_more_where_that_waited(tmp_path: Path) -> None:
    manager, bob, _ = begun(tmp_path)
    manager.save_editor(PAGE, OURS, new_patch="redesign")
    async with at(manager) as alice:
        await alice.press("c")
        assert "no open conflict" in alice.footer()
        merge_elsewhere(bob, (PAGE, THEIRS))
        await alice.until(lambda: alice.app.bench.saying.told.message.startswith("A redesign is in conflict"))
        assert "no open conflict" in alice.footer()
        await alice.press("c", "T", "enter")
        await alice.until(lambda: "Settled" in alice.footer())
        await alice.press("j")
        assert "in conflict" not in alice.footer()


async def test_without_a_conflict_c_says_so(tmp_path: Path) -> None:
    async with at(improvements(tmp_path)) as alice:
        await alice.press("c")
        assert "no open conflict" in alice.footer()


async def test_several_conflicts_of_a_patch_are_listed_and_settled_one_after_the_other(
    tmp_path: Path,
) -> None:
    manager = several(tmp_path)
    async with at(manager) as alice:
        await alice.press("tab", "c")
        assert isinstance(alice.app.screen, ConflictsDialog)
        for said in ("changed on both sides", "added on both sides", "deleted on one side"):
            assert said in alice.lines("lines")
        await alice.press("j", "enter")
        assert "you added it in patch A, bob in revision 2: ours" in alice.lines("lines")
        await alice.press("o", "enter", "j", "enter")
        assert "you deleted it, bob changed it: ours deletes it all the same" in alice.lines("lines")
        await alice.press("t", "enter")
        assert PAGE.rpartition(".")[2] in alice.lines("lines")
        await alice.press("O", "enter")
        await settled(alice)
    assert manager.conflicts() == ()
    assert manager.show("shop.old.unused", "A").text == "def unused():\n    return 2\n"
    assert [op[3] for op in manager.diff_of("A")] == ["update", "update"]


async def test_on_an_editor_c_goes_to_its_own_conflict(tmp_path: Path) -> None:
    async with at(several(tmp_path)) as alice:
        await alice.press("2", "c")
        assert isinstance(alice.app.screen, ConflictDialog)
        assert "footer" in alice.lines("lines")


async def test_two_renames_say_what_ours_and_theirs_mean(tmp_path: Path) -> None:
    manager = renamed_twice(tmp_path)
    async with at(manager, (120, 36)) as alice:
        await alice.press("tab", "j", "c")
        shown = " ".join(alice.lines("lines").split())
        assert "you renamed it to shop.page.headline, bob to shop.page.greeting" in shown
        assert "theirs keeps shop.page.greeting and drops the operation from B" in shown
        await alice.press("o", "enter")
        await settled(alice)
    assert [(op.kind, op.name) for op in manager.view().patches[1].patch.operations] == [
        ("rename", "shop.page.greeting")
    ]


async def test_a_definition_that_the_others_deleted_can_be_added_again(tmp_path: Path) -> None:
    alice_, bob, session = begun(tmp_path)
    alice_.save_editor(OTHER, 'def banner():\n    return "ours"\n', new_patch="p")
    bob.start_session("bobs")
    bob.delete_definition(OTHER, new_patch="q")
    bob.mark_ready("A")
    bob.merge_patch("A")
    async with at(alice_) as alice:
        await alice.press("c")
        assert "you changed it, bob deleted it: ours adds it again" in alice.lines("lines")
        assert "(deleted)" in alice.lines("lines")
        await alice.press("o", "enter")
        await settled(alice)
    assert [one[3] for one in alice_.diff_of("A", session)] == ["add"]


async def test_enter_on_a_conflict_of_a_blocked_patch_settles_it(tmp_path: Path) -> None:
    manager = codebase_moved(tmp_path)
    async with at(manager) as alice:
        await alice.press("m")
        assert isinstance(alice.app.screen, BlockedDialog)
        assert "settle profile" in alice.lines("lines")
        await alice.press("j", "enter")
        assert isinstance(alice.app.screen, ConflictDialog)
        await alice.press("T", "enter")
        await settled(alice)
    assert manager.conflicts() == ()


async def test_what_others_change_meanwhile_is_shown_and_decisions_that_still_apply_are_kept(
    tmp_path: Path,
) -> None:
    manager = codebase_moved(tmp_path)
    bob = manager.as_user("bob")
    async with at(manager) as alice:
        await alice.press("c", "o")
        newer = page(width="1200", columns="settings.WIDE", body="render(theme, settings)")
        merge_elsewhere(bob, (PAGE, newer))
        await alice.until(lambda: "changed meanwhile" in alice.lines("lines"))
        assert "1 decision kept" in alice.lines("lines")
        assert "settings.WIDE" in alice.lines("lines")
        assert border(alice) == "1 of 2 places to decide"
        await alice.press("t", "enter")
        await settled(alice)
    assert "columns = settings.WIDE" in manager.show(PAGE, "A").text
    assert "max(320, 1440)" in manager.show(PAGE, "A").text


async def test_a_change_that_comes_between_seeing_and_taking_is_never_settled_unseen(tmp_path: Path) -> None:
    manager = codebase_moved(tmp_path)
    bob = manager.as_user("bob")
    async with at(manager) as alice:
        await alice.press("c", "O")
        newer = page(width="1200", columns="settings.WIDE", body="render(theme, settings)")
        merge_elsewhere(bob, (PAGE, newer))
        await alice.rush("enter")
        await alice.until(lambda: "changed meanwhile" in alice.screen_text())
        assert isinstance(alice.app.screen, ConflictDialog)
        assert len(manager.conflicts()) == 1


async def test_a_conflict_that_ends_meanwhile_is_said_to_be_over(tmp_path: Path) -> None:
    manager = codebase_moved(tmp_path)
    async with at(manager) as alice:
        await alice.press("c")
        manager.as_user("bob").resolve_conflict(PAGE, theirs=True)
        await alice.until(lambda: "The conflict is over" in alice.lines("lines"))
        await alice.press("enter")
        await settled(alice)


# A save that does not merge


async def typed_over(alice: Person, bob: SessionManager, theirs: str) -> None:
    """Let Alice change the width in her editor, and Bob save meanwhile; then she saves."""
    await alice.press("1", "enter")
    await alice.until(lambda: isinstance(alice.app.screen, EditorScreen))
    await alice.press("down", "ctrl+k")
    await alice.write("    width = 'typed'")
    await asyncio.sleep(KEEP_SECONDS + 0.2)
    bob.save_editor(PAGE, theirs)
    await alice.pilot.press("f2")
    await alice.heard_by(ConflictDialog)


async def test_an_unclean_save_is_settled_and_saved_over_what_was_saved_meanwhile(tmp_path: Path) -> None:
    manager, bob = sharing(tmp_path)
    async with at(manager) as alice:
        await typed_over(alice, bob, page(width="640", columns="3", color='"red"'))
        assert "bob saved it while you typed" in alice.lines("lines")
        assert "Not saved yet: 1 profile" in alice.title()
        assert 'color = "red"  taken: only bob changed it' in alice.lines("lines")
        await alice.press("o", "enter")
        await alice.until(lambda: isinstance(alice.app.screen, EditorScreen))
        await alice.until(lambda: "saved" in alice.lines("footer").lower() and not alice.app.bench.waiting)
        assert "unsaved" not in alice.lines("header")
    assert manager.editor_text("1").text == page(width="'typed'", columns="3", color='"red"')
    assert manager.buffer("1") is None


async def test_an_unclean_save_settled_later_keeps_the_buffer_as_it_is(tmp_path: Path) -> None:
    manager, bob = sharing(tmp_path)
    async with at(manager) as alice:
        await typed_over(alice, bob, page(width="640", columns="3"))
        await alice.pilot.press("escape")
        await alice.until(lambda: isinstance(alice.app.screen, EditorScreen))
        assert "your text is kept" in alice.lines("footer")
    buffer = open_store(tmp_path, user="alice").buffer("1")
    assert buffer is not None
    assert buffer.text == page(width="'typed'", columns="3")
    assert manager.editor_text("1").text == page(width="640", columns="3")


async def test_a_second_save_while_the_first_is_being_settled_asks_only_for_what_is_new(
    tmp_path: Path,
) -> None:
    manager, bob = sharing(tmp_path)
    async with at(manager) as alice:
        await typed_over(alice, bob, page(width="640", columns="3"))
        bob.save_editor(PAGE, page(width="640", columns="3", color='"red"'))
        await alice.pilot.press("o")
        await alice.pilot.press("enter")
        await alice.until(
            lambda: (
                isinstance(alice.app.screen, EditorScreen)
                and "saved" in alice.lines("footer").lower()
                and not alice.app.bench.waiting
            )
        )
    assert manager.editor_text("1").text == page(width="'typed'", columns="3", color='"red"')


async def test_what_is_pasted_for_a_place_stands_there_once_and_is_made_visible(tmp_path: Path) -> None:
    async with at(codebase_moved(tmp_path)) as alice:
        await alice.press("c", "e")
        began = alice.app.screen.query_one(TextArea).text
        alice.app.post_message(events.Paste("# \x9b2J\u202eonce\n"))
        await alice.settle()
        text = alice.app.screen.query_one(TextArea).text
        assert text.endswith(began)
        assert text.count("once") == 1
        assert "\x9b" not in text
        assert "\u202e" not in text
