"""A patch in detail by keys alone, on real stores: what it shows, where enter leads, what its keys do."""

from __future__ import annotations

from pathlib import Path

import pytest
from conflict_stores import codebase_moved
from driver import Person, at
from over_views import OverApp
from textual import events

from store.model import Patch, PatchStatus
from store.session_manager import SessionManager, open_store
from store.views import SessionView
from tui.dialogs.conflict import ConflictDialog
from tui.dialogs.merge import MergeDialog
from tui.screens.dependencies import DependenciesScreen
from tui.screens.differences import DifferencesScreen
from tui.screens.editor import EditorScreen
from tui.screens.history import HistoryScreen
from tui.screens.patch import PatchScreen
from tui.screens.session import SessionScreen

pytestmark = pytest.mark.usefixtures("utc")


def patch(manager: SessionManager, letter: str) -> Patch:
    return next(one.patch for one in manager.view().patches if one.patch.letter == letter)


def row(person: Person) -> str:
    """The row under the cursor, from what the list shows."""
    screen = person.app.screen
    assert isinstance(screen, PatchScreen)
    return screen.line.key


FIRST, SECOND, THIRD = ("tab", "enter"), ("tab", "j", "enter"), ("tab", "j", "j", "enter")


async def test_enter_on_a_patch_shows_it_with_every_section(manager: SessionManager) -> None:
    manager.edit_patch("A", description="Mail addresses have a form.")
    manager.mark_draft("A")
    async with at(manager, (80, 60)) as alice:
        await alice.press(*FIRST)
        shown = alice.lines("list")
    assert "A 📝 validation-enhancements" in shown
    assert "Mail addresses have a form." in shown
    assert "✗ not marked ready  mark ready" in shown
    assert "✓ no conflict" in shown
    assert "Operations 2" in shown
    assert "update MyApp.User.validate" in shown
    assert "C validation-tests" in shown.partition("Needed by 1")[2]
    assert "took A validation-enhancements back to draft" in shown.partition("Who did what")[2]
    assert "by alice" in shown


async def test_each_operation_has_its_authors_counts_and_differences(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press(*FIRST)
        line = next(one for one in alice.lines("list").split("\n") if "update" in one)
        assert line.split()[-4:-1] == ["alice", "+1", "-1"]
        assert '-     return "@" in email' in alice.lines("preview")
        await alice.press("j")
        assert "add MyApp.User.EMAIL" in alice.lines("preview")
        assert '+ EMAIL = re.compile(r"[^@]+@[^@]+")' in alice.lines("preview")


async def test_tab_goes_from_section_to_section_and_round(manager: SessionManager) -> None:
    manager.mark_draft("A")
    async with at(manager) as alice:
        await alice.press(*FIRST)
        seen = [row(alice)]
        for _ in range(4):
            await alice.press("tab")
            seen.append(row(alice).split(" ")[0])
        assert seen == ["operation MyApp.User.validate", "needed", "entry", "blocker", "operation"]
        await alice.press("shift+tab")
        assert row(alice).startswith("blocker")


async def test_enter_on_a_blocker_settles_it(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press(*SECOND)
        await alice.press("g", "enter")
        assert patch(manager, "B").status is PatchStatus.READY
        assert "Marked B performance-optimizations ready." in alice.lines("footer")
        assert "Ready to merge" in alice.lines("list")


async def test_enter_on_what_it_waits_for_shows_that_patch_and_esc_comes_back(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press(*THIRD)
        await alice.press("g", "j", "enter")
        assert "A ✅ validation-enhancements" in alice.lines("list")
        await alice.press("escape")
        assert "C 📝 validation-tests" in alice.lines("list")
        await alice.press("escape")
        assert isinstance(alice.app.screen, SessionScreen)


async def test_enter_on_a_dependency_or_a_dependant_goes_there(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press(*FIRST)
        await alice.press("tab", "enter")
        assert "C 📝 validation-tests" in alice.lines("list")
        await alice.press("tab")
        assert row(alice).startswith("needs")
        assert "declared by bob" in alice.lines("preview")
        await alice.press("enter")
        assert "A ✅ validation-enhancements" in alice.lines("list")


async def test_enter_on_a_conflict_settles_it(tmp_path: Path) -> None:
    manager = codebase_moved(tmp_path)
    async with at(manager) as alice:
        await alice.press("tab", "enter")
        assert "Open conflicts 1" in alice.lines("list")
        await alice.press("tab")
        assert row(alice) == "conflict shop.page.profile"
        await alice.press("enter")
        assert isinstance(alice.app.screen, ConflictDialog)
        await alice.press("O", "enter")
        assert isinstance(alice.app.screen, PatchScreen)
        assert "Open conflicts" not in alice.lines("list")


async def test_enter_on_an_entry_shows_it_in_the_history_of_the_patch(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press(*FIRST)
        await alice.press("G", "enter")
        assert isinstance(alice.app.screen, HistoryScreen)
        assert "patch A validation-enhancements" in alice.lines("list")
        await alice.press("escape")
        assert isinstance(alice.app.screen, PatchScreen)


async def test_enter_on_an_operation_edits_it_in_this_patch(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press(*FIRST)
        await alice.press("j", "enter")
        assert isinstance(alice.app.screen, EditorScreen)
        assert "MyApp.User.EMAIL" in alice.lines("header")
        assert "A validation-enhancements" in alice.lines("header")
        await alice.press("escape")
        assert isinstance(alice.app.screen, PatchScreen)
    own = next(one.editor for one in manager.view().editors if one.editor.target == "MyApp.User.EMAIL")
    assert own.patch_id == patch(manager, "A").id


async def test_an_operation_of_a_stack_is_edited_without_moving_what_lies_below(
    manager: SessionManager,
) -> None:
    manager.create_patch("second")
    manager.assign_editor("1", "second", on_top=True)
    manager.save_editor("1", "def validate(email):\n    return 'stacked'\n")
    before = patch(manager, "A").operations
    async with at(manager) as alice:
        await alice.press("tab", "g", "enter")
        await alice.press("enter")
        assert isinstance(alice.app.screen, EditorScreen)
        assert "A validation-enhancements" in alice.lines("header")
        await alice.press("escape")
    assert patch(manager, "A").operations == before


async def test_an_editor_with_unsaved_text_elsewhere_is_not_taken(manager: SessionManager) -> None:
    manager.create_patch("second")
    manager.assign_editor("1", "second", on_top=True)
    manager.type_text("1", "def validate(email):\n    return 'typed'\n", None)
    async with at(manager) as alice:
        await alice.press("tab", "g", "enter")
        await alice.press("enter")
        assert "Your editor 1 on it has unsaved text" in alice.lines("footer")
        assert isinstance(alice.app.screen, PatchScreen)


async def test_d_waits_for_differences_that_were_not_read_yet(
    manager: SessionManager, tmp_path: Path
) -> None:
    async with at(manager) as alice:
        await alice.press("tab")
        with open_store(tmp_path, user="bob").repository.lock.exclusive():
            for key in ("enter", "d"):
                alice.app.post_message(events.Key(key, key if len(key) == 1 else None))
            await alice.until(lambda: isinstance(alice.app.screen, PatchScreen))
            await alice.pilot.pause(0.1)
        await alice.until(lambda: isinstance(alice.app.screen, DifferencesScreen))
        assert "7 +     return EMAIL.fullmatch(email) is not None" in alice.screen_text()


async def test_d_shows_the_differences_of_the_operation_on_the_whole_screen(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press(*FIRST)
        await alice.press("d")
        assert isinstance(alice.app.screen, DifferencesScreen)
        await alice.press("escape")
        assert isinstance(alice.app.screen, PatchScreen)


async def test_a_patch_is_renamed_and_described_in_one_dialog(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press(*FIRST)
        await alice.press("E")
        await alice.write("checks")
        await alice.press("tab")
        await alice.write("Stricter.")
        await alice.press("enter")
        assert "A ✅ checks" in alice.lines("list")
        assert "Stricter." in alice.lines("list")
    assert (patch(manager, "A").name, patch(manager, "A").description) == ("checks", "Stricter.")


async def test_a_description_of_several_lines_stays_when_only_the_name_is_changed(
    manager: SessionManager,
) -> None:
    manager.edit_patch("A", description="one\ntwo")
    async with at(manager) as alice:
        await alice.press(*FIRST)
        await alice.press("E")
        await alice.write("checks")
        await alice.press("enter")
    assert (patch(manager, "A").name, patch(manager, "A").description) == ("checks", "one\ntwo")


async def test_a_name_that_is_taken_is_refused_in_the_footer(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press(*FIRST)
        await alice.press("E")
        await alice.write("performance-optimizations")
        await alice.press("enter")
        assert "Patch B is already called" in alice.lines("footer")


async def test_a_patch_is_joined_into_another_by_letter_and_that_one_is_shown(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press(*SECOND)
        await alice.press("J", "a")
        assert "A 📝 validation-enhancements" in alice.lines("list")
        assert "Operations 3" in alice.lines("list")
        assert "Joined B" in alice.lines("footer")
    assert patch(manager, "B").status is PatchStatus.ABANDONED


@pytest.mark.parametrize("keys", [("t", *"MyApp.User.other", "enter"), ("minus", "y")])
@pytest.mark.parametrize("editor", ["in no patch", "in the patch above", "not open"])
async def test_a_change_from_the_detail_is_one_step_to_undo(
    manager: SessionManager, editor: str, keys: tuple[str, ...]
) -> None:
    if editor == "not open":
        manager.close_editor("1")
    elif editor == "in no patch":
        manager.close_editor("1")
        manager.open_editor("MyApp.User.validate")
    else:
        manager.create_patch("above")
        manager.assign_editor("1", "D", on_top=True)
    before = patch(manager, "A").operations
    async with at(manager) as alice:
        await alice.press("tab", "g", "enter", *keys)
        assert patch(manager, "A").operations != before
        await alice.press("u")
        assert patch(manager, "A").operations == before
        await alice.press("U")
        assert patch(manager, "A").operations != before


async def test_the_keys_for_patches_do_what_they_do_on_the_session_screen(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press(*SECOND)
        await alice.press("r")
        assert patch(manager, "B").status is PatchStatus.READY
        await alice.press("m")
        assert isinstance(alice.app.screen, MergeDialog)
        await alice.press("enter")
        assert patch(manager, "B").status is PatchStatus.MERGED
        assert "merged" in alice.lines("list")
        await alice.press("x")
        assert "it is merged: v reverts it" in alice.lines("footer")
        await alice.press("u", "x", "y")
        assert patch(manager, "B").status is PatchStatus.ABANDONED
        await alice.press("x")
        assert patch(manager, "B").status is PatchStatus.DRAFT
        await alice.press("D")
        assert isinstance(alice.app.screen, DependenciesScreen)
        await alice.press("escape", "escape")
        assert isinstance(alice.app.screen, SessionScreen)


async def test_from_the_blocked_dialog_enter_shows_the_patch_in_the_way(manager: SessionManager) -> None:
    manager.mark_draft("A")
    async with at(manager) as alice:
        await alice.press(*THIRD)
        await alice.press("m", "enter")
        assert "A 📝 validation-enhancements" in alice.lines("list")
        await alice.press("escape")
        assert "C 📝 validation-tests" in alice.lines("list")


async def test_a_key_that_makes_no_sense_is_answered(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press(*FIRST)
        await alice.press("G", "t")
        assert "Rename definition: put the cursor on an operation first." in alice.lines("footer")
        await alice.press("c")
        assert "no open conflict" in alice.lines("footer")


async def test_merged_and_abandoned_patches_open_and_say_what_became_of_them(
    manager: SessionManager,
) -> None:
    manager.merge_patch("A")
    manager.abandon_patch("B")
    async with at(manager) as alice:
        await alice.press("tab", "G", "space", "G")
        await alice.press("enter")
        assert "merged by alice" in alice.lines("list")
        await alice.press("enter")
        assert isinstance(alice.app.screen, DifferencesScreen)
        await alice.press("escape", "E")
        assert "the patch is merged" in alice.lines("footer")
        await alice.press("escape", "k", "enter")
        assert "abandoned" in alice.lines("list")


async def test_what_a_collaborator_does_is_shown_without_a_key(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press(*THIRD)
        manager.as_user("bob").edit_patch("C", description="From Bob.", session=manager.current_session())
        await alice.until(lambda: "From Bob." in alice.lines("list"))


async def test_a_patch_that_is_undone_elsewhere_closes_the_screen_with_a_word(
    manager: SessionManager,
) -> None:
    manager.create_patch("short-lived")
    async with at(manager) as alice:
        await alice.press("tab", "G", "enter")
        manager.undo()
        await alice.until(lambda: isinstance(alice.app.screen, SessionScreen))
        assert "That patch is gone." in alice.footer()


async def test_a_viewer_reads_and_is_told_why_not_more(manager: SessionManager) -> None:
    manager.invite("carol", "viewer")
    carol = manager.as_user("carol")
    carol.switch_session(manager.current_session() or "")
    async with at(carol) as person:
        await person.press("tab", "enter")
        assert "Operations 2" in person.lines("list")
        for key in ("t", "minus", "o", "E", "J"):
            await person.press(key)
            assert "you are a viewer here" in person.lines("footer")


async def test_the_cursor_is_where_it_was_after_going_elsewhere_and_back(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press(*FIRST)
        await alice.press("tab", "enter")
        assert "C 📝 validation-tests" in alice.lines("list")
        await alice.press("escape")
        assert row(alice).startswith("needed by")


async def test_a_resize_and_a_second_one_keep_the_cursor_on_its_row(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press(*FIRST)
        await alice.press("j")
        for size in ((130, 40), (80, 24), (60, 16), (200, 50)):
            await alice.pilot.resize_terminal(*size)
            await alice.settle()
            assert row(alice) == "operation MyApp.User.EMAIL"
            assert "MyApp.User.EMAIL" in alice.lines("preview")


def with_operations(manager: SessionManager, count: int) -> SessionView:
    """The session with a first patch of as many operations, all with the texts of its own first one."""
    view = manager.view()
    first = view.patches[0]
    many = tuple(first.patch.operations[0].model_copy(update={"name": f"m.f{n}"}) for n in range(count))
    changed = first.patch.model_copy(update={"operations": many})
    return view._replace(
        state=view.state.with_patch(changed),
        patches=(first._replace(patch=changed), *view.patches[1:]),
    )


async def test_a_patch_of_a_thousand_operations_draws_those_that_are_visible(
    manager: SessionManager,
) -> None:
    key = patch(manager, "A").id
    app = OverApp(
        manager,
        with_operations(manager, 1_000),
        lambda session: PatchScreen(session.verbs, session, key),
    )
    async with app.run_test(size=(80, 24)) as pilot:
        person = Person(pilot)
        await person.settle()
        assert "Operations 1000" in person.lines("list")
        assert row(person) == "operation m.f0"
        await person.press("tab", "k")
        assert "m.f999" in person.lines("preview")
        assert "+     return EMAIL.fullmatch(email) is not None" in person.lines("preview")


async def test_enter_on_a_file_that_can_be_nowhere_opens_it(manager: SessionManager) -> None:
    manager.save_editor("docs:<file>", "one\n", new_patch="files", new=True)
    manager.save_editor("docs/two.txt:<file>", "two\n", patch="A", new=True)
    manager.mark_ready("files")
    manager.merge_patch("files")
    async with at(manager, (100, 40)) as alice:
        await alice.press(*FIRST, "g")
        await alice.press_until("down", lambda: "both a file and" in alice.lines("preview"))
        assert row(alice).startswith("blocker")
        assert "open what is to be there" in alice.lines("list")
        await alice.press("enter")
        screen = alice.app.screen
        assert isinstance(screen, EditorScreen) and "docs/two.txt" in alice.lines("header")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("def create(email):\n    return (\n", "does not parse  edit what breaks it"),
        ("def create(email):\n    return nowhere(email)\n", "uses nowhere, which nothing def"),
    ],
)
async def test_enter_on_what_is_wrong_with_a_file_opens_the_definition_that_is_to_blame(
    manager: SessionManager, text: str, said: str
) -> None:
    editor = manager.open_editor("MyApp.User.create").editors[0]
    manager.save_editor(editor, text, patch="A")
    async with at(manager, (100, 40)) as alice:
        await alice.press(*FIRST)
        assert said in alice.lines("list")
        await alice.press("g")
        await alice.press_until(
            "down", lambda: row(alice).startswith("blocker") and "MyApp" in alice.lines("preview")
        )
        await alice.press("enter")
        screen = alice.app.screen
        assert isinstance(screen, EditorScreen) and "create" in alice.lines("header")
