"""The command that lists the sessions: switch, start, describe, close, reopen and abandon from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.errors import PatchbayError
from store.session_manager import SessionSummary
from tui.dialogs.naming import UNCHANGED, NameDialog, changed
from tui.dialogs.sessions import SessionsDialog, SessionsPlace
from tui.place import Selection
from tui.present.board import Board
from tui.words import sentence

if TYPE_CHECKING:
    from tui.screens.session import SessionScreen
    from tui.screens.session_verbs import SessionVerbs
    from tui.screens.verbs import Verbs


class ListedSessions:
    """Shows the list again after what was done from it, until a session is shown or it is left."""

    def __init__(self, of_session: SessionVerbs, verbs: Verbs, screen: SessionScreen) -> None:
        self._of_session, self._verbs = of_session, verbs
        self._screen, self._bench = screen, screen.bench

    async def run(self, selection: Selection) -> None:
        """Show the list."""
        manager, board = self._bench.manager, self._bench.board
        place = SessionsPlace(unfolded=board is not None and board.view.session.closed_at is not None)
        while True:
            found = await self._bench.call(manager.sessions, True)
            here = await self._bench.call(self._here)
            choice = await self._verbs.ask(SessionsDialog(self._bench, found, here, place))
            if choice is None:
                return
            verb, session = choice
            if verb == "new":
                await self._of_session.new(selection)
                return
            one = next(one for one in found if one.session.id == session)
            if verb in ("open", "reopen"):
                await self._of_session.switch(one)
                return
            try:
                if verb == "bind" and await self._verbs.rebind(session, await self._board_of(session)):
                    return
                place.message = "" if verb == "bind" else await self._done(verb, one)
                place.failed = False
            except PatchbayError as error:
                place.message, place.failed = error.message, True

    def _here(self) -> dict[str, tuple[str, ...]]:
        """Give the users whose screens show a session now, by its id."""
        found: dict[str, set[str]] = {}
        for one in self._bench.manager.repository.presence.alive():
            if one.session is not None:
                found.setdefault(one.session, set()).add(one.user)
        return {session: tuple(sorted(users)) for session, users in found.items()}

    async def _done(self, verb: str, one: SessionSummary) -> str:
        """Edit, close or abandon a session; gives what came of it, nothing when it was left with esc."""
        if verb == "edit":
            return await self._described(one)
        self._screen.say("")
        board = await self._board_of(one.session.id)
        act = self._of_session.close if verb == "close" else self._of_session.abandon
        await act(one.session.id, board)
        return self._bench.saying.result.message

    async def _board_of(self, session: str) -> Board:
        view = await self._bench.call(self._bench.manager.view, session)
        return Board(view, self._bench.look.keymap)

    async def _described(self, one: SessionSummary) -> str:
        session = one.session
        dialog = NameDialog(
            self._bench,
            "Session",
            "The others see its name and description too.",
            session.name,
            described=True,
            description=session.description,
            enter_label="keep",
        )
        named = await self._verbs.ask(dialog)
        if named is None:
            return ""
        edits = changed(named, session.name, session.description)
        if not any(one is not None for one in edits):
            return UNCHANGED
        outcome = await self._bench.call(self._bench.manager.edit_session, *edits, session=session.id)
        await self._screen.refresh_view()
        return sentence(outcome.summary)
