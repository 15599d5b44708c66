"""Keeping the session screen's view as the store is: what others do, and what follows from it (R21)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.errors import PatchbayError
from store.model import PatchStatus
from tui.present.deeds import verb_words
from tui.present.text import cut_right
from tui.refusals import way_out
from tui.screens.membership import Membership
from tui.working import begin

if TYPE_CHECKING:
    from store.model import LogEntry
    from store.views import PatchView
    from tui.present.board import Board
    from tui.screens.session import SessionScreen

POLL_SECONDS = 0.5
_WHO = 20
"""Cells of somebody's name in a sentence."""


class Following:
    """Looks for changes on the app's account: a covered screen that gets events is painted each time."""

    def __init__(self, screen: SessionScreen) -> None:
        self._screen, self._bench = screen, screen.bench
        self._tell, self._take_back = screen.saying.tell, screen.saying.take_back
        self._token: object = None
        self._polling = False
        self._marked: set[str] = set()
        """Patches of the reader's that were seen marked ready since others' doings were told last."""
        self._open: str | None = None
        """The session that was seen open last."""
        self._inferred = 0
        """The view whose dependencies have been told."""
        self._waits: str | None = None
        """The reason for waiting that has been told."""
        self._waits_said = ""
        """In which words."""
        self._clash = "", ""
        """The patch of which it was told that it is in conflict, and in which words."""
        self._membership = Membership(screen)

    def start(self) -> None:
        """Begin to look, every half second."""
        self._bench.watchers.add(self._remember)
        self._screen.app.set_interval(POLL_SECONDS, self._poll)

    def _remember(self) -> None:
        board = self._bench.board
        patch, said = self._clash
        if board is not None and patch and not _in_conflict(board.patch_by_id.get(patch)):
            self._take_back(said)
        if board is not None and board.view.session.closed_at is None:
            self._open = board.view.session.id
            self._marked |= _marked_of_reader(board)

    def read(self) -> None:
        """Note that the session has been read: whoever is in it again is no longer told that they are out."""
        self._take_back(self._membership.read())

    async def unread(self, error: PatchbayError) -> None:
        """Say why the session could not be read."""
        await self._membership.unread(error)

    async def note(self) -> None:
        """Note what the store is like just before it is read. Raises what reading raises."""
        self._token = await self._bench.call(self._bench.manager.changed_token, self._bench.session)

    def _poll(self) -> None:
        if not self._polling and not self._screen.beginning and self._screen.is_attached:
            self._polling = True
            begin(self._screen.app, self._look, "poll")

    async def _look(self) -> None:
        try:
            token = await self._bench.call(self._bench.manager.changed_token, self._bench.session)
            if token != self._token:
                await self.catch_up()
            else:
                await self._infer()
            await self._tell_waiting()
            await self._membership.lead_out()
        except PatchbayError as error:
            await self.unread(error)
        finally:
            self._polling = False

    async def catch_up(self) -> None:
        """Read what others did, and say what follows: dependencies, a conflict, a draft again, the end."""
        before = self._bench.board
        await self._screen.refresh_view()
        await self._infer()
        self._tell_conflict(before)
        self._tell_role(before)
        await self._tell_of_others()

    async def _infer(self) -> None:
        """Let dependencies be told from the texts once for each view, and say which are new (R11)."""
        if self._bench.board is None or self._inferred == self._bench.serial:
            return
        self._inferred = self._bench.serial
        outcome = await self._bench.call(self._bench.manager.infer, self._bench.session)
        if outcome is not None:
            await self._screen.refresh_view()
            if outcome.notes:
                self._tell(f"{outcome.summary}.")

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
            self._clash = patch.id, f"{patch.letter} {patch.name} is in conflict{rest}: {key} settles it"
            self._tell(self._clash[1], failed=True)

    def _tell_role(self, before: Board | None) -> None:
        """Say which role the reader has been given since a view of the same session (R20)."""
        board = self._bench.board
        if board is None or before is None or before.view.session.id != board.view.session.id:
            return
        role = board.view.role
        if role is not None and role is not before.view.role:
            shown = board.keymap.shown("collaborators")
            self._tell(f"Your role here is {role} now: {shown} shows who is in the session.", failed=True)

    async def _tell_of_others(self) -> None:
        """Say that somebody else ended the session, or took a ready patch of the reader's back to draft."""
        board = self._bench.board
        if board is None:
            return
        if board.view.session.closed_at is not None:
            if board.view.session.id == self._open:
                self._open = None
                await self._tell_end(board)
            return
        now = _marked_of_reader(board)
        were = [board.patch_by_id[one] for one in self._marked - now if one in board.patch_by_id]
        fallen, self._marked = [one for one in were if one.patch.is_open], now
        for one in fallen:
            patch, entry = one.patch, await self._last_entry(board, patch=one.patch.id)
            if entry is not None and entry.user != board.view.user:
                key = board.keymap.shown("abandon" if one.is_left_over else "ready")
                rest = f"{key} abandons it" if one.is_left_over else f"{key} marks it ready"
                rest = f"{one.emptied}, {rest}" if one.is_left_over else one.emptied or rest
                did = f"{cut_right(entry.user, _WHO)} {verb_words(entry.verb)}"
                self._tell(f"{did}: your {patch.letter} {patch.name} is a draft again; {rest}.", failed=True)

    async def _tell_end(self, board: Board) -> None:
        """Say who has ended the session, and where to go from there."""
        entry = await self._last_entry(board, verb="session")
        if entry is None or entry.user == board.view.user:
            return
        shown, session = board.keymap.shown, board.view.session
        what = f"{cut_right(entry.user, _WHO)} {verb_words(entry.verb)} {session.name}"
        rest = "it can only be read now" + (", your unsaved text is kept" if _own_unsaved(board) else "")
        way = f"{shown('sessions')} lists the sessions, {shown('new-session')} starts one"
        self._tell(f"{what}: {rest}. {way}.", failed=True)

    async def _last_entry(
        self, board: Board, patch: str | None = None, verb: str | None = None
    ) -> LogEntry | None:
        """Give the latest entry of the log about a patch, or of a group of verbs."""
        log, session = self._bench.manager.log, board.view.session.id
        found = await self._bench.call(log, session, patch=patch, verb=verb, limit=1)
        return next(iter(found), None)

    async def _tell_waiting(self) -> None:
        """Say once why the session waits, and what ends that (§4)."""
        board = self._bench.board
        if board is None:
            return
        codebase = board.view.codebase
        reason = codebase.waits or next(iter(codebase.clashes), None)
        if reason == self._waits:
            return
        self._waits = reason
        self._take_back(self._waits_said)
        self._waits_said = ""
        if reason is not None and codebase.waits is None:
            self._waits_said = reason
            self._tell(reason, failed=True)
        elif reason is not None:
            self._waits_said = f"{reason.removeprefix('session ')}: {way_out(board)}"
            self._tell(self._waits_said, failed=True)


def _in_conflict(one: PatchView | None) -> bool:
    return one is not None and one.patch.status is PatchStatus.CONFLICTS


def _own_unsaved(board: Board) -> bool:
    return any(one.unsaved and one.editor.user == board.view.user for one in board.view.editors)


def _marked_of_reader(board: Board) -> set[str]:
    patches = (one.patch for one in board.open_patches if one.patch.created_by == board.view.user)
    return {one.id for one in patches if one.marked_ready}
