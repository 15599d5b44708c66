"""What the screens share: the manager behind one thread, the present view, the look, keys typed ahead.

No widgets here, and no rules.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice
from typing import Any, ParamSpec, Protocol, TypeVar

from store.errors import PatchbayError
from store.session_manager import Making, SessionManager
from store.session_manager.editors import new_writer
from store.storage.presence import PresenceHandle
from store.views import SessionView, Ways
from tui.finding import Names
from tui.present.board import Board
from tui.present.look import Look
from tui.saying import Saying
from tui.type_ahead import TypeAhead
from tui.visible import visible

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")


class Typed(Protocol):
    """What holds text that is being typed."""

    def unwritten(self) -> Callable[[], Any] | None:
        """Give what writes the text, or None when the disk holds it."""

    def may_be_lost(self, why: str) -> bool:
        """Say why the text is not written and is lost by quitting; whether that was said already."""


_LAST_CHANCE_SECONDS = 5.0
_NAMES_AT_ONCE = 2_000


class Workbench:
    """The manager, called in one thread so that calls keep their order and never block a key.

    What may merge is called in a second one. Only one of them uses the manager at a time, but for a revision
    that is being made: others have their turn then, so that what is typed is kept while a hook runs (§5).
    """

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
        self.saying = Saying()
        self.writer = new_writer()
        """Names this screen as the writer of buffers."""
        self.typed: set[Typed] = set()
        """Whose text is written before the program ends."""
        self.watchers: set[Callable[[], None]] = set()
        """Called when the view has been replaced."""
        self.waiting = 0
        """How many calls have not come back, apart from the one that waits for a revision to be made."""
        self.looking = 0
        """How many changed files of the working tree are being looked at, where they are many."""
        self.making: Making | None = None
        """What waits for a revision that is being made: for hooks, or for a person who signs."""
        self._making_began = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._turn = threading.Lock()
        self._presence: PresenceHandle | None = None
        self._seen: tuple[str | None, tuple[str, ...]] | None = None
        self._closed = False
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="manager")
        self._merging = ThreadPoolExecutor(max_workers=1, thread_name_prefix="merging")
        self._computing = ThreadPoolExecutor(max_workers=1, thread_name_prefix="computing")
        manager.while_making = self._while_making
        shown = look.keymap.shown
        manager.ways = Ways(shown("rebind-session"), f"{shown('revert')} on {{letter}}")

    @property
    def user(self) -> str:
        """Whose screens these are."""
        return self.manager.user

    async def call(
        self, function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> Result:
        """Run a verb of the manager in the thread and give what it gives. Raises what it raises."""
        return await self._run_in(self._thread, partial(self._in_turn, partial(function, *args, **kwargs)))

    def begin_merge(
        self, function: Callable[Arguments, Result], *args: Arguments.args, **kwargs: Arguments.kwargs
    ) -> asyncio.Future[Result]:
        """Begin a verb that may merge; it goes on whether or not somebody still waits for it."""
        verb = partial(self._in_turn, partial(function, *args, **kwargs))
        return asyncio.ensure_future(self._run_in(self._merging, verb))

    async def until_merged_or_making(self, merge: asyncio.Future[Result]) -> bool:
        """Wait until a merge is done, or a revision is being made for it; gives whether it is done."""
        began = asyncio.ensure_future(self._making_began.wait())
        try:
            either: set[asyncio.Future[Any]] = {merge, began}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            began.cancel()
        return merge.done()

    def _in_turn(self, function: Callable[[], Result]) -> Result:
        with self._turn:
            return function()

    @contextmanager
    def _while_making(self, making: Making) -> Iterator[None]:
        """Let the other thread use the manager; called in a thread whose turn it is."""
        self._tell_loop(making)
        self._turn.release()
        try:
            yield
        finally:
            self._turn.acquire()
            self._tell_loop(None)

    def _tell_loop(self, making: Making | None) -> None:
        with suppress(RuntimeError):
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._set_making, making)

    def _set_making(self, making: Making | None) -> None:
        """Show whether a revision is being made."""
        if (making is None) != (self.making is None):
            self.waiting += 1 if making is None else -1
        self.making = making
        if making is None:
            self._making_began.clear()
        else:
            self._making_began.set()
        if self.board is not None:
            self._replace(self.board.view)

    def show_looking(self, files: int) -> None:
        """Show how many changed files are being looked at; 0 for none, or few."""
        self.looking = files
        if self.board is not None:
            self._replace(self.board.view)

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
        self._loop = asyncio.get_running_loop()
        try:
            return await self._loop.run_in_executor(thread, function)
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
        self._replace(view)

    def _replace(self, view: SessionView | None) -> None:
        letters = () if self.making is None else self.making.letters
        self.board = None if view is None else Board(view, self.look.keymap, letters, self.looking)
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

    async def keep_typed(self) -> None:
        """Write what is typed now, before anything else is done; who types is told where that fails."""
        for typed in list(self.typed):
            if (write := typed.unwritten()) is not None:
                with suppress(PatchbayError):
                    await self.call(write)

    def flush(self) -> dict[Typed, str]:
        """Write all unsaved text now, waiting 5 seconds at most; gives why what is not written is not."""
        writes = [(typed, write) for typed in self.typed if (write := typed.unwritten()) is not None]
        waiting = [(typed, self._thread.submit(self._in_turn, write)) for typed, write in writes]
        return {typed: why for typed, written in waiting if (why := _why_not(written))}

    def finish(self) -> None:
        """Let a merge that waits for git end, once the screen is gone, and say that on the terminal."""
        if self.making is not None:
            letters = visible(", ".join(self.making.letters))
            with suppress(OSError):
                print(
                    f"The merge of {letters} waits for git's hooks or signing, and Patchbay for it;"
                    " `patchbay log` tells what came of it.",
                    file=sys.stderr,
                    flush=True,
                )
        with suppress(KeyboardInterrupt):
            self._merging.shutdown()

    def close(self) -> None:
        """Be gone for the others, and let the thread end when its work is done."""
        if self._presence is not None:
            self._presence.leave()
        self._closed = True
        self._thread.shutdown(wait=False)
        self._merging.shutdown(wait=False)
        self._computing.shutdown(wait=False, cancel_futures=True)


def _why_not(written: Future[Any]) -> str:
    """Wait until something is written; gives why it is not, or nothing."""
    try:
        error = written.exception(timeout=_LAST_CHANCE_SECONDS)
    except TimeoutError:
        return f"The disk did not answer within {_LAST_CHANCE_SECONDS:.0f} seconds."
    return "" if error is None else error.message if isinstance(error, PatchbayError) else f"{error}."
