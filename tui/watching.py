"""Watching a git working tree while a screen is open: what others change there is on the screen at once.

What a change means is the manager's business; this only tells it when to look, and where.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path

from store.errors import PatchbayError
from store.session_manager import SessionManager
from store.views import Outcome
from tui.workbench import Workbench

SETTLE_MILLISECONDS = 100
"""Changes that come together within this time are looked at together."""
STEP_MILLISECONDS = 20
"""How long no change has to come for them to be looked at earlier."""
SWEEP_SECONDS = 2.0
"""How often the whole tree is looked at, in case the system has told nothing."""
SOON_SECONDS = 2.0
"""A system that stops telling of changes within this time, again and again, cannot do it at present."""
TRIES = 4
"""How often in a row that is."""
PAUSE_SECONDS = 0.1
"""How long it is left alone before it is asked again: one write can be told of twice."""
AGAIN_SECONDS = 30.0
"""How long such a system is not asked again."""
MANY = 100
"""From how many changed files on it is said that they are being looked at."""
REST = 3
"""How many times as long as a look at the whole tree took the next one waits, at least."""


class _WatchError(Exception):
    """The system tells of no more changes: it has no room for that, or met a name that is no text."""


class TreeWatch:
    """Looks when files change, and every two seconds."""

    def __init__(
        self,
        bench: Workbench,
        seen: Callable[[Outcome], Awaitable[None]],
        failed: Callable[[str], None],
        looking: Callable[[int], None] = lambda files: None,
    ) -> None:
        """`seen` is told what was taken in, `failed` why nothing can be, once for each reason.

        `looking` is told at how many changed files, where they are many, and 0 once that is over.
        """
        self._looking = looking
        self._bench, self._seen, self._failed = bench, seen, failed
        self._told = ""

    async def run(self) -> None:
        """Watch until cancelled; nothing to do on a package tree."""
        worktree = self._bench.manager.worktree
        if worktree is None:
            return
        self._bench.manager.looking_at = partial(self._say_looking, asyncio.get_running_loop())
        await asyncio.gather(self._sweep(), self._follow(worktree.repository.root))

    async def _sweep(self) -> None:
        while True:
            began = time.monotonic()
            await self._look(None)
            await asyncio.sleep(max(SWEEP_SECONDS, REST * (time.monotonic() - began)))

    async def _follow(self, root: Path) -> None:
        """Look where the system says that files changed; when it stops saying so it is asked again."""
        tries = 0
        while True:
            began = time.monotonic()
            try:
                async for paths in _changes(root):
                    await self._look(paths)
            except _WatchError as ended:
                tries = tries + 1 if time.monotonic() - began < SOON_SECONDS else 1
                await asyncio.sleep(PAUSE_SECONDS)
                if tries == TRIES:
                    tries = 0
                    self._tell(f"Files cannot be watched ({ended}): changes are seen every two seconds.")
                    await asyncio.sleep(AGAIN_SECONDS)

    async def _look(self, paths: set[str] | None) -> None:
        try:
            outcome = await self._bench.call(look, self._bench.manager, paths)
            if outcome is not None:
                await self._seen(outcome)
        except PatchbayError as error:
            self._tell(error.message)
        finally:
            self._looking(0)

    def _say_looking(self, loop: asyncio.AbstractEventLoop, files: int) -> None:
        """Say that many files are being looked at; called in the thread that does."""
        if files >= MANY:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._looking, files)

    def _tell(self, reason: str) -> None:
        if reason != self._told:
            self._told = reason
            self._failed(reason)


async def _changes(root: Path) -> AsyncIterator[set[str]]:
    """Give the files that change, relative to the root. Raises `_WatchError`."""
    from watchfiles import awatch

    try:
        async for changes in awatch(
            root,
            watch_filter=lambda _, path: not _is_of_git(root, path),
            debounce=SETTLE_MILLISECONDS,
            step=STEP_MILLISECONDS,
            ignore_permission_denied=True,
        ):
            yield {Path(path).relative_to(root).as_posix() for _, path in changes}
    except ExceptionGroup as group:
        raise _WatchError(f"{group.exceptions[0]}") from group
    except (OSError, RuntimeError) as error:
        raise _WatchError(f"{error}") from error


def look(manager: SessionManager, paths: Iterable[str] | None) -> Outcome | None:
    """Look at some files that git does not ignore, or at the whole tree; None where nothing was taken in."""
    if paths is not None and manager.worktree is not None:
        paths = manager.worktree.not_ignored(paths)
        if not paths:
            return None
    outcome = manager.look(paths)
    return outcome if outcome is not None and outcome.transaction is not None else None


def _is_of_git(root: Path, path: str) -> bool:
    return Path(path).relative_to(root).parts[:1] == (".git",)
