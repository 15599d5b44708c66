"""Help, and remapped keys: they are answered, and shown wherever a key is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from demo_stores import empty_store, improvements
from driver import Person, at
from textual.pilot import Pilot

from store.session_manager import SessionManager
from tui.app import PatchbayApp
from tui.commands import COMMANDS
from tui.config_file import checked
from tui.dialogs.assign import AssignDialog
from tui.dialogs.help import HelpDialog
from tui.present.look import SIGNS
from tui.registry import SCREENS, SESSION
from tui.screens.session import SessionScreen
from tui.settings import Settings, SignSet, settings_of
from tui.widgets.lines import Lines

CONFIG = """
theme = "nord"

[keys]
merge = "ctrl+g"
open-definition = ["O", "F3"]
undo = ""
help = ["H", "?"]
quit = "Q"
"""


def settings(text: str) -> Settings:
    return settings_of({"LANG": "C.UTF-8"}, checked(text, "config.toml"), Path("config.toml"))


async def test_help_begins_with_the_commands_of_the_screen_it_is_asked_on(manager: SessionManager) -> None:
    async with at(manager, (120, 36)) as alice:
        await alice.press("question_mark")
        assert alice.lines("lines").startswith("Editor")
        await alice.press("escape", "tab", "enter", "question_mark")
        assert alice.lines("lines").startswith("In a patch")
        await alice.press("escape", "escape", "D", "question_mark")
        assert alice.lines("lines").startswith("In the dependency view")


@pytest.mark.parametrize("key", ["question_mark", "f1", "q", "escape"])
async def test_help_closes_by_the_key_that_opens_it_and_by_those_that_go_back(
    manager: SessionManager, key: str
) -> None:
    async with at(manager) as alice:
        await alice.press("question_mark")
        assert isinstance(alice.app.screen, HelpDialog)
        await alice.press(key)
        assert isinstance(alice.app.screen, SessionScreen)


async def test_help_is_searched_by_words_and_by_keys(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("question_mark", "slash")
        await alice.write("merge ready")
        assert "Merge every ready patch in dependency order" in alice.lines("lines")
        assert "Take back what you did last" not in alice.lines("lines")
        assert " of " in alice.title()
        await alice.press("escape")
        assert alice.lines("lines").startswith("Editor")
        await alice.press("slash", "C")
        assert alice.lines("lines").startswith("Session\n  C             Merge the ready patches")
        await alice.write("zzz")
        assert "Nothing does that." in alice.lines("lines")
        await alice.press("escape", "escape")
        assert isinstance(alice.app.screen, SessionScreen)


async def test_the_keys_of_a_dialog_are_found_from_elsewhere(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("question_mark", "slash")
        await alice.write("their text every")
        assert alice.lines("lines").startswith(
            "In a conflict\n  T             Take their text at every place."
        )
        assert " · 1 of " in alice.title()


async def test_remapped_keys_are_answered_and_shown_everywhere(manager: SessionManager) -> None:
    app = PatchbayApp(manager, settings=settings(CONFIG))
    async with app.run_test(size=(80, 24)) as pilot:
        alice = Person(pilot)
        await alice.settle()
        assert app.theme == "nord"
        assert "O open" in alice.footer()
        assert "Q quit" in alice.footer()
        assert "undo" not in alice.footer()
        assert "ctrl+g Merge A" in alice.lines("actions")
        await alice.press("m")
        assert isinstance(app.screen, SessionScreen)
        await alice.press("ctrl+g")
        assert "Merge" in alice.title()
        await alice.press("escape", "H", "slash")
        await alice.write("open-definition")
        assert "O F3" in alice.lines("lines")
        await alice.press("escape", "escape", "f3")
        assert "Open definition" in alice.title()


async def test_refusals_name_remapped_keys(tmp_path: Path) -> None:
    manager = improvements(tmp_path)
    manager.merge_patch("A")
    app = PatchbayApp(manager, settings=settings('[keys]\nrevert = "z"\n'))
    async with app.run_test(size=(80, 24)) as pilot:
        alice = Person(pilot)
        await alice.settle()
        await alice.press("tab", "G", "space", "j", "x")
        assert "it is merged: z reverts it" in alice.footer()


async def test_what_is_said_after_a_save_and_below_a_box_names_remapped_keys(manager: SessionManager) -> None:
    config = '[keys]\nassign = "T"\nsave = "f9"\npage-down = "f8"\n'
    app = PatchbayApp(manager, settings=settings(config))
    async with app.run_test(size=(80, 24)) as pilot:
        alice = Person(pilot)
        await alice.settle()
        await alice.press("3", "enter", *("#", "enter") * 5, "f9")
        await alice.heard_by(AssignDialog)
        await alice.press("escape")
        assert "in no patch yet: T on the session screen assigns it" in alice.lines("footer")
        await alice.press("escape")
        assert "more, F8" in alice.lines("preview")


async def test_the_welcome_names_remapped_keys(tmp_path: Path) -> None:
    app = PatchbayApp(empty_store(tmp_path), settings=settings('[keys]\nnew-session = "T"\n'))
    async with app.run_test(size=(80, 24)) as pilot:
        alice = Person(pilot)
        await alice.settle()
        assert "T  start a session" in alice.lines("alone")
        await alice.press("T")
        assert "session" in alice.title()


async def test_what_is_wrong_in_the_file_stands_in_the_footer_until_a_key(manager: SessionManager) -> None:
    app = PatchbayApp(manager, settings=settings('theme = "nrod"\nsigns = 4\n'))
    async with app.run_test(size=(120, 36)) as pilot:
        alice = Person(pilot)
        await alice.settle()
        assert alice.footer().startswith('✗ config.toml:1: theme: there is no theme "nrod"')
        assert "And 1 more: see patchbay config." in alice.footer()
        await alice.press("j")
        assert "config.toml" not in alice.footer()


async def test_a_hostile_file_is_shown_as_text(manager: SessionManager) -> None:
    app = PatchbayApp(manager, settings=settings('theme = "[/]\\u001b[2J\\u202e[@click=app.quit]"\n'))

    async def check(pilot: Pilot[None]) -> None:
        alice = Person(pilot)
        await alice.settle()
        assert "\x1b" not in alice.footer()
        assert "[/]" in alice.footer()

    async with app.run_test(size=(120, 36)) as pilot:
        await check(pilot)


@pytest.mark.parametrize("signs", ["emoji", "symbols", "ascii"])
async def test_help_explains_every_sign_of_the_set_in_use_and_finds_it(
    manager: SessionManager, signs: SignSet
) -> None:
    app = PatchbayApp(manager, signs=signs, theme="textual-dark")
    async with app.run_test(size=(80, 24)) as pilot:
        alice = Person(pilot)
        await alice.settle()
        await alice.press("question_mark", "slash")
        await alice.write("sign")
        shown = ""
        for _ in range(6):
            shown += alice.lines("lines") + "\n"
            await alice.press("pagedown")
        told = {line.strip().split("  ")[0] for line in shown.split("\n")}
        known = SIGNS[signs]._asdict()
        drawn = {known.pop(one) for one in ("ellipsis", "dot", "arrow", "enter", "box")}
        assert len(drawn) == 5
        known["online"], known["short"] = f"{known['online']} name", " ".join(known["short"])
        signs_of = [(one,) if isinstance(one, str) else one for one in known.values()]
        wanted = {one.strip() for found in signs_of for one in found}
        assert wanted <= told
        await alice.press("escape", "slash", "question_mark")
        assert "changed and in no patch yet" in alice.lines("lines")


async def test_a_wide_terminal_shows_the_keys_in_columns_and_says_what_is_below(
    manager: SessionManager,
) -> None:
    async with at(manager, (200, 36)) as alice:
        await alice.press("question_mark")
        rows = alice.lines("lines").split("\n")
        assert "Open what the cursor is on" in rows[1]
        assert "List sessions; switch to one" in rows[1]
        below = alice.app.screen.query_one("#box").border_subtitle
        assert "lines more" in str(below)
        await alice.press("G")
        assert "In the history" in alice.lines("lines")
        assert str(alice.app.screen.query_one("#box").border_subtitle) == ""
    async with at(manager, (200, 60)) as alice:
        await alice.press("question_mark")
        shown = alice.lines("lines")
        assert all(command.help[:20] in shown for command in COMMANDS)


async def test_a_terminal_of_200x50_shows_every_key_of_the_session_screens_help_at_once(
    manager: SessionManager,
) -> None:
    async with at(manager, (200, 50)) as alice:
        await alice.press("question_mark")
        assert str(alice.app.screen.query_one("#box").border_subtitle) == ""
        shown = alice.lines("lines")
        for title in ("Editor", "Moving", "In a patch", "In the history", "Signs"):
            assert title in shown


CONTEXTS: dict[str, tuple[str, ...]] = {
    "In a session": ("question_mark",),
    "from the palette": ("colon", "h", "e", "l", "p", "enter"),
    "In a patch": ("tab", "enter", "question_mark"),
    "In the dependency view": ("D", "question_mark"),
    "In the history": ("L", "question_mark"),
    "In differences": ("d", "question_mark"),
    "In the definition editor": ("enter", "f1"),
}
LONG_KEYS = """
[keys]
merge = ["ctrl+shift+pageup", "ctrl+shift+pagedown"]
help = ["?", "f1", "ctrl+shift+home", "shift+f12"]
"""


@pytest.mark.parametrize("config", ["", LONG_KEYS], ids=["own keys", "long keys"])
@pytest.mark.parametrize("name", CONTEXTS)
async def test_no_line_of_help_is_cut_at_80x24(manager: SessionManager, name: str, config: str) -> None:
    app = PatchbayApp(manager, settings=settings(config))
    async with app.run_test(size=(80, 24)) as pilot:
        alice = Person(pilot)
        await alice.settle()
        await alice.press(*CONTEXTS[name])
        dialog = app.screen
        assert isinstance(dialog, HelpDialog)
        shown: list[str] = []
        while True:
            drawn = dialog.query_one("#lines", Lines)
            assert all(line.cell_length <= drawn.size.width for line in drawn.lines)
            shown += [line.plain for line in drawn.lines]
            if not str(dialog.query_one("#box").border_subtitle):
                break
            await alice.press("pagedown")
        words = " ".join(" ".join(shown).split())
        here = next((one for one in SCREENS if one.title == name), SESSION)
        assert here is SESSION or shown[0] == name
        for command in here.commands:
            assert all(word in words for word in command.help.split())
            assert all(key in words for key in app.bench.look.keymap.all_shown(command.id).split())
