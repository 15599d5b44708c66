"""Keeping the session screen's view as the store is: what others do, and what follows from it (R21)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.errors import PatchbayError
from store.model import PatchStatus

if TYPE_CHECKING:
    from store.views import PatchView
    from tui.present.board import Board
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
        self._waits: str | None = None
        """The reason for waiting that has been told."""

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
                await self.catch_up()
            else:
                await self._infer()
            await self._tell_waiting()
        except PatchbayError as error:
            self._screen.say(error.message, failed=True)
        finally:
            self._polling = False

    async def catch_up(self) -> None:
        """Read what others did, and say what follows: dependencies, a patch that came into conflict."""
        before = self._bench.board
        await self._screen.refresh_view()
        await self._infer()
        self._tell_conflict(before)

    async def _infer(self) -> None:
        """Let dependencies be told from the texts once for each view, and say which there are now (R11)."""
        if self._bench.board is None or self._inferred == self._bench.serial:
            return
        self._inferred = self._bench.serial
        outcome = await self._bench.call(self._bench.manager.infer, self._bench.session)
        if outcome is not None:
            await self._screen.refresh_view()
            self._screen.say(f"{outcome.summary}.")

    def _tell_conflict(self, before: Board | None) -> None:
        """Say which patch has come into conflict since a view of the same session."""
        board = self._bench.board
        if board is None or before is None or before.view.session.id != board.view.session.id:
            return
        old = before.patch_by_id
        came = [
            one for one in board.open_patches if _in_conflict(one) and not _in_conflict(old.get(one.patch.id))
        ]
        if came:
            patch, key = came[0].patch, board.keymap.shown("conflict")
            rest = f", and {len(came) - 1} more" if len(came) > 1 else ""
            self._screen.say(
                f"{patch.letter} {patch.name} is in conflict{rest}: {key} settles it", failed=True
            )

    async def _tell_waiting(self) -> None:
        """Say once why the session waits, and what ends that (§4)."""
        board = self._bench.board
        reason = None if board is None else board.view.codebase.waits
        if board is None or reason == self._waits:
            return
        self._waits = reason
        if reason is not None:
            elsewhere = await self._bench.call(self._bench.manager.elsewhere, board.view.session)
            way = "go back, or `patchbay session rebind`" if elsewhere else "finish or abort it in git"
            self._screen.say(f"{reason.removeprefix('session ')}: {way}", failed=True)


def _in_conflict(one: PatchView | None) -> bool:
    return one is not None and one.patch.status is PatchStatus.CONFLICTS
