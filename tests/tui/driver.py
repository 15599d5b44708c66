"""Presses keys in a running app and waits until it has nothing more to do."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from textual import events
from textual.pilot import Pilot

from store.model import Patch
from store.session_manager import SessionManager
from tui.app import PatchbayApp
from tui.dialogs.base import Dialog
from tui.present.board import Board
from tui.screens.left_once import LeftOnce
from tui.screens.session import SessionScreen
from tui.widgets.lines import Lines

WAIT_SECONDS = 30.0
"""After how long what is waited for counts as never coming, on a machine that does much else."""
MOST_PRESSES = 200


class Person:
    """Somebody at the keyboard."""

    def __init__(self, pilot: Pilot[Any]) -> None:
        self.pilot = pilot
        self.app: PatchbayApp = pilot.app  # type: ignore[assignment]

    async def press(self, *keys: str) -> None:
        """Press keys, each when the one before has been answered."""
        for key in keys:
            await self.pilot.press(key)
            await self.settle()

    async def press_until(self, key: str, true: Callable[[], bool]) -> None:
        """Press a key until something is true, and not without end."""
        for _ in range(MOST_PRESSES):
            if true():
                return
            await self.press(key)
        raise AssertionError(f"{key} pressed {MOST_PRESSES} times: {self.screen_text()}")

    async def write(self, text: str) -> None:
        """Type a text."""
        for character in text:
            self.app.post_message(events.Key(_key(character), character))
        await self.settle()

    async def rush(self, *keys: str) -> None:
        """Press keys as if they came in one packet."""
        for key in keys:
            self.app.post_message(events.Key(key, key if len(key) == 1 else None))
        await self.settle()

    async def settle(self) -> None:
        """Wait until every worker has finished or waits for a dialog that listens."""
        await self.until(self._idle)

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait until something is true, twice in a row with the messages in between handled."""
        end, seen = time.monotonic() + WAIT_SECONDS, 0
        while time.monotonic() < end:
            await self.pilot.pause(0)
            await asyncio.sleep(0.002)
            seen = seen + 1 if true() else 0
            if seen == 3:
                return
        raise AssertionError(f"still busy: {list(self.app.workers)}; {self.screen_text()}")

    async def heard_by(self, dialog: type[Dialog[Any]]) -> None:
        """Wait until a dialog is there and answers keys."""
        await self.until(lambda: isinstance(self.app.screen, dialog) and self.app.screen.hears)

    def _idle(self) -> bool:
        ahead = self.app.bench.ahead
        if self.app.bench.waiting or ahead.holding or ahead.first is not None:
            return False
        if isinstance(self.app.screen, LeftOnce) and not self.app.screen.listening:
            return False
        if isinstance(self.app.screen, Dialog) and not self.app.screen.hears:
            return False
        busy = {"start", "preview", "names", "search", "keep", "save", "leave", "lines"}
        over = not isinstance(self.app.screen, SessionScreen)
        return not any(
            worker.group in busy and not (over and worker.group in ("save", "start"))
            for worker in self.app.workers
            if worker.is_running
        )

    @property
    def board(self) -> Board:
        """What the screens show of the session."""
        board = self.app.bench.board
        assert board is not None
        return board

    @property
    def patch(self) -> Patch:
        """The patch that commands of the session screen are about."""
        found = self.session.selection.patch
        assert found is not None
        return found.patch

    @property
    def session(self) -> SessionScreen:
        screen = self.app.screen_stack[0]
        assert isinstance(screen, SessionScreen)
        return screen

    def lines(self, name: str) -> str:
        """What a part of the present screen shows."""
        return "\n".join(line.plain for line in self.app.screen.query_one(f"#{name}", Lines).lines)

    def footer(self) -> str:
        """The session screen's footer; a result that takes several rows as one."""
        lines = self.session.query_one("#footer", Lines).lines
        return " ".join(line.plain.strip() for line in lines).strip()

    def title(self) -> str:
        """The title of the dialog on top."""
        return str(self.app.screen.query_one("#box").border_title)

    def screen_text(self) -> str:
        """Everything the present screen shows, as text."""
        return "\n".join(
            "\n".join(one.plain for one in found.lines) for found in self.app.screen.query(Lines)
        )


def _key(character: str) -> str:
    return {" ": "space", "\n": "enter"}.get(character, character)


@asynccontextmanager
async def at(
    manager: SessionManager, size: tuple[int, int] = (80, 24), link: str | None = None
) -> AsyncIterator[Person]:
    """Run the app on a manager."""
    app = PatchbayApp(manager, link, signs="emoji", theme="textual-dark")
    async with app.run_test(size=size) as pilot:
        person = Person(pilot)
        await person.settle()
        yield person


async def shows(person: Person, text: str, part: str = "editors") -> None:
    """Wait until a part of the screen shows a text."""
    await person.until(lambda: text in person.lines(part))
