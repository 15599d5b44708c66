"""Every screen and dialog drawn once with hostile text in every field that a person can fill."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path

import pytest
import views_factory as views
from demo_stores import empty_store
from driver import Person, at
from textual.content import Content
from textual.screen import Screen

from store.errors import Code
from store.model import PatchFailure
from store.session_manager import SessionSummary
from store.views import BufferText, ClosePreview, DefinitionText, MergePreview
from tui.dialogs.assign import AssignDialog
from tui.dialogs.confirm import ConfirmDialog, TypedNameDialog
from tui.dialogs.help import HelpDialog
from tui.dialogs.merge import BlockedDialog, MergeDialog
from tui.dialogs.naming import NameDialog
from tui.dialogs.opening import OpenDialog
from tui.dialogs.picking import DependDialog, GoToDialog
from tui.dialogs.sessions import SessionsDialog, SessionsPlace
from tui.present.board import Board
from tui.present.differences import section
from tui.present.effects import close_lines
from tui.present.text import visible, wrapped
from tui.screens.differences import DifferencesScreen
from tui.screens.editor import EditorScreen
from tui.workbench import Workbench

VIEW = views.hostile()
BOARD = Board(VIEW)
PATCHES = VIEW.patches
EDITORS = [one.editor for one in VIEW.editors]
BAD = views.HOSTILE
TEXT = DefinitionText(BAD, f"{BAD}\n\x1b]52;c;x\x07\n", "d", f"old {BAD}\n", 3, f"{BAD}.py")
MERGE = MergePreview(
    patches=PATCHES,
    marks_ready=(PATCHES[1].patch.id,),
    revision=BAD,
    unblocks=(PATCHES[1].patch,),
    editors=tuple(EDITORS),
    blockers=(),
)
CLOSE = ClosePreview(
    merges=PATCHES[:1],
    fails=(PatchFailure(patch=PATCHES[1].patch.id, code=Code.CONFLICTS, message=BAD),),
    abandons=(PATCHES[1].patch,),
    unassigned=tuple(EDITORS),
    unsaved=tuple(EDITORS),
)
SUMMARY = SessionSummary(VIEW.session, VIEW.session.collaborators[0].role, 2, 3, True)

Build = Callable[[Workbench], Screen[object]]
SCREENS: dict[str, Build] = {
    "assign": lambda bench: AssignDialog(bench, BOARD, EDITORS[2], PATCHES),
    "merge": lambda bench: MergeDialog(bench, BOARD, MERGE, lambda: None),
    "blocked": lambda bench: BlockedDialog(bench, BOARD, PATCHES[1], PATCHES[1].blockers),
    "close": lambda bench: ConfirmDialog(
        bench,
        Content.styled(visible(BAD)),
        lambda width: close_lines(CLOSE, BOARD, bench.look, width),
        {"y": visible("close")},
    ),
    "abandon session": lambda bench: TypedNameDialog(
        bench, Content("Abandon"), lambda width: close_lines(CLOSE, BOARD, bench.look, width), BAD
    ),
    "report": lambda bench: ConfirmDialog(
        bench,
        Content("Report"),
        lambda width: [Content(line) for line in wrapped(BAD, width)],
        {"enter": "go on"},
    ),
    "name": lambda bench: NameDialog(bench, "New patch", BAD, BAD, described=True),
    "open": OpenDialog,
    "go to": lambda bench: GoToDialog(bench, BOARD),
    "sessions": lambda bench: SessionsDialog(bench, [SUMMARY], {SUMMARY.session.id: [BAD]}, SessionsPlace()),
    "depend": lambda bench: DependDialog(bench, BOARD, PATCHES[1]),
    "help": HelpDialog,
    "differences": lambda bench: DifferencesScreen(
        bench, Content(visible(BAD)), [section(TEXT.base, TEXT.text, line=3)]
    ),
    "editor": lambda bench: EditorScreen(
        bench, EDITORS[2], TEXT, BufferText(f"\x1b[2J\u202e{BAD}\r\n\x0c\ud800x\n", "d", "1-x"), BAD
    ),
}


def drawn(person: Person) -> str:
    """The screen as a picture's text, letter by letter; raises if it can't be drawn."""
    return html.unescape(person.app.export_screenshot())


@pytest.mark.parametrize("name", SCREENS)
async def test_hostile_text_is_shown_and_obeyed_by_nothing(name: str, tmp_path: Path) -> None:
    async with at(empty_store(tmp_path)) as person:
        person.app.push_screen(SCREENS[name](person.app.bench))
        await person.pilot.pause(0.05)
        await person.settle()
        assert len(person.app.screen_stack) == 2
        shown = drawn(person)
        assert all(visible(line) == line for line in shown.split("\n"))
        await person.pilot.press("escape")
        await person.pilot.pause(0.05)
        assert person.app.is_running


async def test_hostile_names_that_the_rules_allow_are_drawn_by_the_session_screen(tmp_path: Path) -> None:
    files = {
        "[bold]x[/].py": "def f():\n    '[@click=app.quit]x[/] \x1b[2J\u202e'\n",
        "名.py": "def 名前():\n    pass\n",
    }
    manager = empty_store(tmp_path, files)
    manager.start_session("[/] 名前 👩‍👩‍👧", "\x1b[2J [/] \u202e" * 50)
    manager.create_patch("[@click=app.quit]x[/]", "\x1b]0;title\x07" * 10)
    for name in manager.names():
        manager.open_editor(name)
    async with at(manager) as person:
        for keys in (("j",), ("tab",), ("tab",), ("a",)):
            await person.press(*keys)
            assert all(visible(line) == line for line in drawn(person).split("\n"))
        await person.press("escape", "colon")
        await person.write("merge")
        await person.pilot.pause(0.3)
        assert all(visible(line) == line for line in drawn(person).split("\n"))


async def test_what_is_pasted_into_a_name_becomes_printable(tmp_path: Path) -> None:
    from textual.events import Paste

    async with at(empty_store(tmp_path)) as person:
        await person.press("N")
        person.app.post_message(Paste("a\x1b[2J\u202eb\nc"))
        await person.settle()
        value = person.app.screen.query_one("#name").value  # type: ignore[attr-defined]
        assert value == visible(value)
