"""What the screens share: the manager behind one thread, the present view, the look, keys typed ahead.

No widgets here, and no rules.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from itertools import islice
from typing import Any, ParamSpec, TypeVar

from textual import events

from store.errors import PatchbayError
from store.session_manager import SessionManager
from store.storage.presence import PresenceHandle
from tui.finding import Names
from tui.present.board import Board
from tui.present.look import Look

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

Flusher = Callable[[], Callable[[], Any] | None]
"""Gives what writes a screen's unsaved text, or None when there is none."""

_LAST_CHANCE_SECONDS = 5.0
_NAMES_AT_ONCE = 2_000


class TypeAhead:
    """Keys pressed while a command is still finding out what to ask; they are handed on in order."""

    def __init__(self) -> None:
        self.holding = False
        self._keys: list[events.Key] = []

    def keep(self, event: events.Key) -> None:
        """Put a key aside."""
        self._keys.append(event)

    def take(self) -> list[events.Key]:
        """Give the keys put aside, once, and stop holding."""
        keys, self._keys, self.holding = self._keys, [], False
        return keys


class Workbench:
    """The manager, called in one thread so that calls keep their order and never block a key."""

    def __init__(self, manager: SessionManager, look: Look) -> None:
        self.manager = manager
        self.look = look
        self.session: str | None = None
        """The id of the session that is shown."""
        self.board: Board | None = None
        """The present view; replaced, never changed."""
        self.serial = 0
        """Counts the replacements."""
        self.ahead = TypeAhead()
        self.writer = f"{os.getpid()}-{secrets.token_hex(4)}"
        """Names this screen as the writer of buffers."""
        self.flushers: set[Flusher] = set()
        self.watchers: set[Callable[[], None]] = set()
        """Called when the view has been replaced."""
        self.waiting = 0
        """How many calls have not come back."""
        self._presence: PresenceHandle | None = None
        self._seen: tuple[str | None, tuple[str, ...]] | None = None
        self._closed = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="manager")
        self._computing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="computing")

    @property
    def user(self) -> str:
        """Whose screens these are."""
        return self.manager.user

    async def call(
        self, function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Result:
        """Run a verb of the manager in the thread and give what it gives. Raises what it raises."""
        return await self._run_in(self._thread, partial(function, *args, **kwargs))

    async def compute(
        self, function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Result:
        """Work something out in a thread of its own, past no verb's way; not begun where nobody waits now."""
        return await self._run_in(self._computing, partial(function, *args, **kwargs))

    async def _run_in(self, thread: ThreadPoolExecutor, function: Callable[[], Result]) -> Result:
        """Wait for a function; a worker that still asks for one while the app closes ends as if cancelled."""
        if self._closed:
            raise asyncio.CancelledError
        self.waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(thread, function)
        finally:
            self.waiting -= 1

    async def definition_names(self, into: Names) -> AsyncIterator[int]:
        """Put the names of all definitions into a search, giving how many there are as they come in.

        Raises what reading raises.
        """
        names = await self.call(self.manager.names)

        def add() -> int:
            before = len(into)
            into.add(islice(names, _NAMES_AT_ONCE))
            return len(into) - before

        while await self.call(add):
            yield len(into)

    async def reload(self) -> None:
        """Read the session again and replace the view. Raises what reading raises."""
        view = None if self.session is None else await self.call(self.manager.view, self.session)
        self.board = None if view is None else Board(view, self.look.keymap)
        self.serial += 1
        for watcher in list(self.watchers):
            watcher()

    async def be_seen(self, editors: tuple[str, ...] = ()) -> None:
        """Tell other screens which session this one shows, and which editors it types in."""
        seen = (self.session, editors)
        if seen == self._seen:
            return
        self._seen = seen

        def tell() -> None:
            with suppress(PatchbayError):
                if self._presence is None:
                    self._presence = self.manager.enter_screen(self.session, editors)
                else:
                    self._presence.update(session=self.session, editors=editors)

        await self.call(tell)

    def flush(self) -> None:
        """Write all unsaved text now, waiting for it; what can't be written is given up after 5 seconds."""
        writes = [write for flusher in list(self.flushers) if (write := flusher()) is not None]
        waiting = [self._thread.submit(write) for write in writes]
        for future in waiting:
            future.exception(timeout=_LAST_CHANCE_SECONDS)

    def close(self) -> None:
        """Be gone for the others, and let the thread end when its work is done."""
        if self._presence is not None:
            self._presence.leave()
        self._closed = True
        self._thread.shutdown(wait=False)
        self._computing.shutdown(wait=False, cancel_futures=True)
