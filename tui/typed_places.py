"""What is typed for the places of one conflict: on disk within two seconds, until the conflict is settled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from store.errors import PatchbayError
from tui.workbench import Workbench

QUITTING_LOSES = "Not quit: what you typed is not on disk; ctrl+q again quits all the same and loses it."


class TypedPlaces:
    """Keeps the texts that it is given, by the row of their place, on the disk."""

    def __init__(self, bench: Workbench, session: str | None, patch: str, name: str) -> None:
        self._bench, self._conflict, self._session = bench, (patch, name), session
        self._now: dict[int, str] = {}
        self._kept: dict[int, str] | None = {}
        self._warned = False
        self.problem = ""
        """Why the texts are not on the disk; empty where they are."""
        self.on_problem: Callable[[], None] = _nothing
        """Called when the problem changes."""

    async def begin(self) -> dict[int, str]:
        """Give what was typed for this conflict before. Raises what reading raises."""
        if self not in self._bench.typed:
            manager = self._bench.manager
            self._now = await self._bench.call(
                manager.take_places, *self._conflict, self._bench.writer, self._session
            )
            self._kept = dict(self._now)
            self._bench.typed.add(self)
        return dict(self._now)

    def put(self, texts: Mapping[int, str]) -> None:
        """Take the texts as they are now; the next look at them writes them."""
        self._now = dict(texts)

    @property
    def waiting(self) -> bool:
        """Whether something is not written."""
        return self._now != self._kept

    async def keep(self) -> bool:
        """Write what is not written, and say whether all is."""
        write = self.unwritten()
        if write is not None:
            try:
                await self._bench.call(write)
            except PatchbayError as error:
                self._tell(error.message)
                return False
            self._tell("")
        return True

    async def end(self) -> bool:
        """Write what is not written and stop; where that fails, quitting asks again, and so does `begin`."""
        kept = await self.keep()
        if kept:
            self._bench.typed.discard(self)
        return kept

    def unwritten(self) -> Callable[[], Any] | None:
        """Give what writes the texts, or None when the disk holds them."""
        if not self.waiting:
            return None
        now = self._kept = dict(self._now)

        def write() -> None:
            try:
                self._bench.manager.type_places(*self._conflict, now, self._bench.writer, self._session)
            except BaseException:
                self._kept = None
                raise

        return write

    def may_be_lost(self, why: str) -> bool:
        """Say why the texts are not written and are lost by quitting; whether that was said already."""
        told, self._warned = self._warned, True
        self._tell(why)
        return told

    def _tell(self, why: str) -> None:
        problem = f"{QUITTING_LOSES} {why}" if why and self._warned else why
        if problem != self.problem:
            self.problem = problem
            self.on_problem()


def _nothing() -> None:
    """Show no problem: nothing shows this now."""
