"""A key means one thing on every screen: what differs is named here, and nothing of it is harmful."""

from __future__ import annotations

from collections import defaultdict

import pytest
from driver import at

from store.session_manager import SessionManager
from tui.commands import Scope
from tui.dialogs.base import Dialog
from tui.dialogs.help import HelpDialog
from tui.registry import COMMANDS_BY_ID, DEFAULT_KEYMAP, SCREENS
from tui.screens.dependencies import DependenciesScreen
from tui.screens.differences import DifferencesScreen
from tui.screens.patch import PatchScreen

SAME: dict[str, set[str]] = {
    "enter": {"open", "row", "open-patch", "entry-diff", "take-result"},
    "u": {"undo", "undo-to"},
    "e": {"edit-outside", "edit-operation-outside", "edit-place"},
    "d": {"diff", "row-diff", "entry-diff"},
    "o": {"open-definition", "add-definition"},
    "a": {"assign", "add-dependency"},
    "minus": {"delete-definition", "drop-dependency"},
    "delete": {"delete-definition", "drop-dependency"},
    "escape": {"back", "leave", "leave-place"},
    "f2": {"save", "take-place"},
    "ctrl+s": {"save", "take-place"},
    "tab": {"next-panel", "next-change", "indent"},
    "shift+tab": {"previous-panel", "previous-change", "dedent"},
    "right_square_bracket": {"next-editor", "next-change"},
    "left_square_bracket": {"previous-editor", "previous-change"},
    "h": {"left", "scroll-left"},
    "left": {"left", "scroll-left"},
    "l": {"right", "scroll-right"},
    "right": {"right", "scroll-right"},
}
"""Keys that do on each screen what they do on the others, to what that screen shows."""
ONLY_LISTS = {"only-by", "only-patch", "only-verb", "only-since", "every-change"}
"""What the history is filtered by: nothing is done to anything, and its footer names the keys."""
ONLY_CHOOSE = {"ours", "theirs", "all-ours", "all-theirs"}
"""How a conflict's place is decided: nothing is done before the result is taken; their keys are named."""


def test_a_key_leads_to_one_command_or_to_the_same_thing_done_to_something_else() -> None:
    commands: dict[str, set[str]] = defaultdict(set)
    for screen in SCREENS:
        for command in screen.commands:
            for key in DEFAULT_KEYMAP.keys[command.id]:
                commands[key] |= {command.id} - ONLY_LISTS - ONLY_CHOOSE
    assert {key: found for key, found in commands.items() if len(found) > 1} == SAME


def test_no_key_that_only_moves_anywhere_does_more_elsewhere() -> None:
    for found in SAME.values():
        moves = {one for one in found if COMMANDS_BY_ID[one].scope is Scope.MOVING}
        assert moves <= {"entry-diff"} or found - moves <= {"indent", "dedent", "leave", "leave-place"}


OPENED: dict[str, tuple[str, ...]] = {
    "patch": ("tab", "enter"),
    "dependencies": ("D",),
    "differences": ("tab", "d"),
    "history": ("L",),
    "help": ("question_mark",),
    "sessions": ("s",),
    "collaborators": ("i",),
    "assign": ("1", "a"),
    "merge": ("tab", "m"),
    "blocked": ("tab", "G", "m"),
    "close": ("C",),
    "abandon": ("tab", "x"),
    "join": ("tab", "enter", "J"),
    "add a dependency": ("D", "a"),
    "differences in the editor": ("1", "enter", "f3"),
}


@pytest.mark.parametrize("keys", OPENED.values(), ids=OPENED)
@pytest.mark.parametrize("key", ["q", "escape"])
async def test_q_and_esc_go_back_one_step_and_never_quit(
    manager: SessionManager, keys: tuple[str, ...], key: str
) -> None:
    async with at(manager) as alice:
        await alice.press(*keys)
        before = list(alice.app.screen_stack)
        assert len(before) > 1
        await alice.press(key)
        assert alice.app.is_running
        if keys[-1] == "f3":
            assert alice.app.screen_stack == before
            assert alice.app.screen.query_one("#text").display
        else:
            below = [type(one) for one in before[:-1]]
            await alice.until(lambda: [type(one) for one in alice.app.screen_stack] == below)


@pytest.mark.parametrize("key", ["n", "N", "C", "X", "w", "s"])
async def test_a_key_of_the_session_screen_says_where_it_is_known(manager: SessionManager, key: str) -> None:
    async with at(manager) as alice:
        for way, screen in ((("tab", "enter"), PatchScreen), (("D",), DependenciesScreen)):
            await alice.press(*way, key)
            assert isinstance(alice.app.screen, screen)
            assert "on the session screen; esc goes back there." in alice.lines("footer")
            await alice.press("q")


async def test_x_in_the_dependency_view_abandons_after_asking_as_everywhere(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("tab", "D", "x")
        assert isinstance(alice.app.screen, Dialog)
        await alice.press("y")
        assert isinstance(alice.app.screen, DependenciesScreen)
        assert "Abandoned A" in alice.lines("footer")


async def test_tab_goes_to_the_next_change_and_n_does_nothing_in_differences(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("tab", "d", "n", "p")
        assert isinstance(alice.app.screen, DifferencesScreen)
        assert "2 changes" in alice.lines("body")
        await alice.press("tab")
        assert "change 1 of 2" in alice.lines("body")
        await alice.press("tab", "shift+tab")
        assert "change 1 of 2" in alice.lines("body")


async def test_help_in_the_history_begins_with_its_own_keys(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("L")
        assert "? help" in alice.lines("footer")
        await alice.press("question_mark")
        assert isinstance(alice.app.screen, HelpDialog)
        assert alice.lines("lines").startswith("In the history")
        await alice.press("q", "j", "d")
        assert isinstance(alice.app.screen, DifferencesScreen)


@pytest.mark.parametrize("keys", [("L",), ("D",), ("tab", "enter", "L"), ("tab", "enter", "D")])
async def test_the_key_that_showed_the_history_or_the_dependencies_goes_back(
    manager: SessionManager, keys: tuple[str, ...]
) -> None:
    async with at(manager) as alice:
        await alice.press(*keys)
        above = len(alice.app.screen_stack)
        await alice.press(keys[-1])
        await alice.until(lambda: len(alice.app.screen_stack) == above - 1)


STACKED: dict[str, tuple[str, ...]] = {
    "a patch": ("tab", "enter"),
    "its differences": ("tab", "enter", "d"),
    "another patch from it": ("tab", "enter", "G", "enter"),
    "that patch's differences": ("tab", "enter", "G", "enter", "d"),
    "its history": ("tab", "enter", "L"),
    "differences in its history": ("tab", "enter", "L", "enter"),
    "a patch from the dependencies": ("D", "enter"),
    "its differences from there": ("D", "enter", "d"),
    "a filtered history": ("L", "slash", "v", "a", "l", "enter"),
    "a maximised patch": ("tab", "enter", "plus"),
}


@pytest.mark.parametrize("keys", STACKED.values(), ids=STACKED)
async def test_esc_goes_back_one_step_and_the_way_to_the_session_screen_is_said_in_steps(
    manager: SessionManager, keys: tuple[str, ...]
) -> None:
    async with at(manager) as alice:
        await alice.press(*keys)
        await alice.press("N")
        said = " ".join(line.strip() for line in alice.lines("footer").split("\n"))
        assert "New session: on the session screen; esc " in said
        told = said.partition("esc ")[2].split(" ")
        steps = int(told[0]) if told[1] == "times" else 1
        for _ in range(steps):
            assert len(alice.app.screen_stack) > 1
            assert "esc" in alice.lines("footer")
            await alice.press("escape")
        await alice.until(lambda: len(alice.app.screen_stack) == 1)


async def test_esc_goes_from_differences_in_the_editor_to_the_text_then_the_patch_then_the_session(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press("tab", "enter", "enter", "f3")
        assert "F3 esc back" in alice.lines("footer")
        await alice.press("escape")
        assert alice.app.screen.query_one("#text").display
        assert "esc back" in alice.lines("footer")
        await alice.press("escape")
        await alice.until(lambda: isinstance(alice.app.screen, PatchScreen))
        await alice.settle()
        assert "esc back" in alice.lines("footer")
        await alice.press("escape")
        await alice.until(lambda: len(alice.app.screen_stack) == 1)
