"""A screen over the session's, on a view written by hand that nothing replaces."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import App

from store.session_manager import SessionManager
from store.views import SessionView
from tui.dialogs.base import Dialog
from tui.present.board import Board
from tui.present.look import look_of
from tui.screens.commanded import CommandedScreen
from tui.screens.session import SessionScreen
from tui.workbench import Workbench

Build = Callable[[SessionScreen], CommandedScreen | Dialog[Any]]


class OverApp(App[None]):
    """Shows one such screen; the session screen below it is not shown and reads nothing."""

    def __init__(self, manager: SessionManager, view: SessionView, build: Build) -> None:
        super().__init__()
        self.bench = Workbench(manager, look_of("dark", "emoji"))
        self.bench.board = Board(view)
        self._build = build

    def on_mount(self) -> None:
        """Show the screen."""
        self.push_screen(self._build(SessionScreen(self.bench)))

    def on_unmount(self) -> None:
        """End the threads."""
        self.bench.close()
