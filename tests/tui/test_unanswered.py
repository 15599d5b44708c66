"""A key that has no command where it is pressed says so, with where it has one or where keys are listed."""

from __future__ import annotations

import pytest
from driver import at

from store.session_manager import SessionManager
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.naming import NameDialog
from tui.dialogs.palette import PaletteDialog
from tui.screens.editor import EditorScreen

NOTHING = "does nothing here: ? shows the keys."


async def test_the_session_screen_says_what_a_key_does_in_a_patch_or_that_it_does_nothing(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press("z")
        assert alice.footer() == f"✗ z {NOTHING}"
        await alice.press("exclamation_mark")
        assert alice.footer() == f"✗ ! {NOTHING}"
        await alice.press("J")
        assert alice.footer() == "✗ Join into: in a patch, which enter opens."
        await alice.press("f12")
        assert "help" in alice.footer()


@pytest.mark.parametrize(
    "keys",
    [("tab", "enter"), ("D",), ("L",), ("d",)],
    ids=["patch", "dependencies", "history", "differences"],
)
async def test_the_screens_above_say_where_a_key_of_the_session_screen_is(
    manager: SessionManager, keys: tuple[str, ...]
) -> None:
    async with at(manager) as alice:
        await alice.press(*keys, "1")
        assert "Editor 1 to 9: on the session screen; esc goes back there." in alice.lines("footer")
        await alice.press("asterisk")
        assert "Choose all: on the session screen" in alice.lines("footer")
        await alice.press("z")
        assert f"z {NOTHING}" in alice.lines("footer")
        await alice.press("j")
        assert NOTHING not in alice.lines("footer")


async def test_arrows_go_between_the_graph_and_the_dependencies(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("D", "l")
        assert "go there" in alice.lines("footer")
        await alice.press("right", "h")
        assert "go there" not in alice.lines("footer")


async def test_ctrl_p_says_where_the_palette_opens_where_it_does_not(manager: SessionManager) -> None:
    where = "The palette opens on the session screen, in a patch, the dependency view and the history."
    async with at(manager, (100, 30)) as alice:
        await alice.press("1", "enter", "ctrl+p")
        assert isinstance(alice.app.screen, EditorScreen) and where in alice.lines("footer")
        await alice.press("escape", "D", "ctrl+p")
        assert isinstance(alice.app.screen, PaletteDialog)
        await alice.press("escape", "escape", "L", "ctrl+p")
        assert isinstance(alice.app.screen, PaletteDialog)


async def test_a_dialog_says_that_the_palette_opens_after_it_until_the_next_key(
    manager: SessionManager,
) -> None:
    told = "The palette opens when this is answered or left."
    async with at(manager) as alice:
        await alice.press("C", "ctrl+p")
        assert isinstance(alice.app.screen, ConfirmDialog) and told in alice.lines("keys")
        await alice.press("j")
        assert told not in alice.lines("keys") and "esc" in alice.lines("keys")
        await alice.press("escape", "n", "ctrl+p")
        assert isinstance(alice.app.screen, NameDialog) and told in alice.lines("keys")
        await alice.press("x")
        assert told not in alice.lines("keys")
        await alice.press("escape", "colon", "ctrl+p")
        assert isinstance(alice.app.screen, PaletteDialog) and told not in alice.lines("keys")
