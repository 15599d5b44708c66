"""Keeping the session screen's view as the store is: what others do, and what follows from it (R21)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.errors import PatchbayError

if TYPE_CHECKING:
    from tui.screens.session import SessionScreen

POLL_SECONDS = 0.5


class Following:
    """Looks for changes on the app's account: a covered screen that gets events is painted each time."""

    def __init__(self, screen: SessionScreen) -> None:
        self._screen, self._bench = screen, screen.bench
        self._token: object = None
        self._polling = False
        self._inferred = 0
        """The view whose dependencies have been told."""

    def start(self) -> None:
        """Begin to look, every half second."""
        self._screen.app.set_interval(POLL_SECONDS, self._poll)

    async def note(self) -> None:
        """Note what the store is like just before it is read. Raises what reading raises."""
        self._token = await self._bench.call(self._bench.manager.changed_token, self._bench.session)

    def _poll(self) -> None:
        if not self._polling and not self._screen.beginning and self._screen.is_attached:
            self._polling = True
            self._screen.app.run_worker(self._look(), group="poll")

    async def _look(self) -> None:
        try:
            token = await self._bench.call(self._bench.manager.changed_token, self._bench.session)
            if token != self._token:
                await self._screen.refresh_view()
            await self._infer()
        except PatchbayError as error:
            self._screen.say(error.message, failed=True)
        finally:
            self._polling = False

    async def _infer(self) -> None:
        """Let dependencies be told from the texts once for each view, and say which there are now (R11)."""
        if self._bench.board is None or self._inferred == self._bench.serial:
            return
        self._inferred = self._bench.serial
        outcome = await self._bench.call(self._bench.manager.infer, self._bench.session)
        if outcome is not None:
            await self._screen.refresh_view()
            self._screen.say(f"{outcome.summary}.")
