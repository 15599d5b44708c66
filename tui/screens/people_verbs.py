"""The command on collaborators: a list that stays open while people are invited, changed and removed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from textual.content import Content

from store.errors import Code, PatchbayError
from store.views import Outcome
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.people import InviteDialog, PeopleDialog, RoleDialog
from tui.place import Selection
from tui.present.people import Person, going_lines, invitable, people_of
from tui.present.text import cut_right
from tui.words import sentence

if TYPE_CHECKING:
    from tui.screens.session import SessionScreen
    from tui.screens.verbs import Verbs


class PeopleVerbs:
    """Invite, change a role, remove, leave (R20)."""

    def __init__(self, verbs: Verbs, screen: SessionScreen) -> None:
        self._verbs, self._screen, self._bench = verbs, screen, screen.bench

    def commands(self) -> dict[str, Callable[[Selection], Awaitable[None]]]:
        """Give each command's way to run it."""
        return {"collaborators": self._collaborators}

    async def _collaborators(self, selection: Selection) -> None:
        user: str | None = None
        message, failed = "", False
        while True:
            choice = await self._verbs.ask(PeopleDialog(self._bench, user, message, failed))
            if choice is None:
                return
            verb, user = choice
            message, failed = "", False
            try:
                if verb == "leave" and await self._leave():
                    return
                outcome = None if verb == "leave" else await self._changed(verb, user)
            except PatchbayError as error:
                if verb == "leave" and error.code is not Code.PREVIEW_STALE:
                    raise
                message, failed = error.message, True
                outcome = None
            if outcome is not None:
                await self._verbs.did(outcome)
                message = sentence(outcome.summary)

    async def _changed(self, verb: str, user: str) -> Outcome | None:
        """Ask what there is to ask and do it; None when it was left with esc."""
        if verb == "invite":
            return await self._invite()
        manager, session = self._bench.manager, self._verbs.session
        stamp = await self._stamp()
        one = self._person(user)
        if one is None:
            return None
        if verb == "role":
            role = await self._verbs.ask(RoleDialog(self._bench, one))
            if role is None or role == one.role.value:
                return None
            return await self._bench.call(manager.set_role, user, role, session=session)
        if not await self._confirmed(one, "Remove ", "remove them"):
            return None
        return await self._bench.call(manager.remove_collaborator, user, session, stamp)

    async def _stamp(self) -> str:
        """Give the stamp of what is seen from now on."""
        stamp = await self._bench.call(self._bench.manager.stamp, self._verbs.session)
        await self._screen.refresh_view()
        return stamp

    def _person(self, user: str) -> Person | None:
        return next((one for one in people_of(self._verbs.board.view) if one.user == user), None)

    async def _invite(self) -> Outcome | None:
        roles = invitable(self._verbs.board.view.role)
        name, problem = "", ""
        while True:
            asked = await self._verbs.ask(InviteDialog(self._bench, roles, name, problem))
            if asked is None:
                return None
            name, role = asked
            try:
                return await self._bench.call(
                    self._bench.manager.invite, name, role, session=self._verbs.session
                )
            except PatchbayError as error:
                problem = error.message

    async def _confirmed(self, one: Person, verb: str, answer: str) -> bool:
        view, look = self._verbs.board.view, self._bench.look
        name = cut_right(one.user, 40, look.signs.ellipsis)
        title = Content.assemble(verb, (name, look.strong)) if one.user != view.user else Content(verb)
        dialog = ConfirmDialog(
            self._bench, title, lambda width: going_lines(view, one, look, width), {"y": answer}
        )
        return await self._verbs.ask(dialog) is not None

    async def _leave(self) -> bool:
        """Leave the session after asking, and show the current one; gives whether it was done."""
        stamp = await self._stamp()
        one = self._person(self._bench.user)
        if one is None or not await self._confirmed(one, "Leave the session", "leave it"):
            return False
        manager = self._bench.manager
        name = cut_right(self._verbs.board.view.session.name, 50, self._bench.look.signs.ellipsis)
        await self._bench.call(manager.leave, self._verbs.session, stamp)
        self._bench.session = await self._bench.call(manager.current_session)
        await self._screen.refresh_view()
        self._screen.say(f"You left {name}.")
        return True
