"""Whether the reader is still in the session that is shown: who is not is told at once, and led out (R20)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.errors import Code, PatchbayError
from tui.present.text import cut_right
from tui.screens.left_once import LeftOnce

if TYPE_CHECKING:
    from store.session_manager import SessionManager
    from tui.present.board import Board
    from tui.screens.session import SessionScreen

_NAME = 40
"""Cells of a session's name in a sentence."""


class Membership:
    """Leads out somebody who was taken out of the session: the last view stays while they type or answer."""

    def __init__(self, screen: SessionScreen) -> None:
        self._screen, self._bench, self._tell = screen, screen.bench, screen.saying.tell
        self._out = ""
        """In which words the reader was told that they are out; empty while they are in."""

    def read(self) -> str:
        """Note that the session could be read; gives what was told where the reader had been out of it."""
        told, self._out = self._out, ""
        return told

    async def unread(self, error: PatchbayError) -> None:
        """Say why the session could not be read."""
        board = self._bench.board
        if board is None or error.code is not Code.NOT_PERMITTED:
            self._tell(error.message, failed=True)
        elif not self._out:
            self._out = await self._told(board)
            self._tell(self._out, failed=True)

    async def lead_out(self) -> None:
        """Leave the session once nobody types or answers anything in it, and the screens over it before."""
        board, above = self._bench.board, self._screen.app.screen_stack[1:]
        if not self._out or board is None or self._bench.ahead.holding:
            return
        if any(isinstance(one, LeftOnce) and one.KEEPS for one in above):
            return
        if above:
            self._screen.leave_those_above()
            return
        told = await self._told(board)
        self._bench.session = None
        await self._screen.refresh_view()
        lists = self._bench.look.keymap.shown("sessions")
        self._screen.say(f"{told} {lists} lists the sessions.", failed=True)

    async def _told(self, board: Board) -> str:
        await self._bench.keep_typed()
        kept = await self._bench.call(_kept, self._bench.manager, board)
        name = cut_right(board.view.session.name, _NAME)
        return f"You are no longer in {name}: ask an owner to invite you.{kept}"


def _kept(manager: SessionManager, board: Board) -> str:
    """Say where what the reader typed in the session and did not save is."""
    own = {one.editor.id: one.editor.number for one in board.editors if one.editor.user == board.view.user}
    found = [one for one in manager.repository.buffers.ids() if one in own]
    if not found:
        return ""
    numbers = ", ".join(str(own[one]) for one in found)
    place = manager.repository.layout.buffers
    if len(found) == 1:
        return f" What you typed in editor {numbers} is kept, in {place / found[0]}."
    return f" What you typed in editors {numbers} is kept, in {place}."
