"""What the commands on whole sessions do: start, switch, merge all ready, close, abandon; help and quit."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from store.errors import Code, PatchbayError
from store.model import SessionCloseResult
from store.rules import check_title
from store.session_manager import SessionSummary
from store.views import Outcome
from tui.dialogs.confirm import ConfirmDialog, TypedNameDialog
from tui.dialogs.help import HelpDialog
from tui.dialogs.naming import NameDialog
from tui.place import Selection
from tui.present.board import Board
from tui.present.effects import close_lines
from tui.present.text import cut_right, wrapped
from tui.registry import SCREENS, SESSION
from tui.saying import Said
from tui.screens.commanded import CommandedScreen
from tui.screens.listed_sessions import ListedSessions
from tui.screens.palette_verbs import PaletteVerbs

if TYPE_CHECKING:
    from tui.screens.session import SessionScreen
    from tui.screens.verbs import Verbs


class SessionVerbs:
    """The commands that are about the session as a whole."""

    def __init__(self, verbs: Verbs, screen: SessionScreen) -> None:
        self._verbs, self._screen, self._bench = verbs, screen, screen.bench

    def commands(self) -> dict[str, Callable[[Selection], Awaitable[None]]]:
        """Give each command's way to run it."""
        return {
            "merge-ready": self._merge_ready,
            "close-session": self._close,
            "abandon-session": self._abandon,
            "new-session": self.new,
            "sessions": ListedSessions(self, self._verbs, self._screen).run,
            "reload": self._reload,
            "palette": PaletteVerbs(self, self._verbs, self._screen).run,
            "help": self._help,
            "quit": self._quit,
        }

    async def follow(self, link: str) -> bool:
        """Show the link's session and open its editor; gives whether that will be on the screen.

        Raises `not-found`.
        """
        manager, bench = self._bench.manager, self._bench
        session, editor = await bench.call(manager.resolve_link, link)
        bench.session = session
        await self._screen.refresh_view()
        found = bench.board.editor_by_id.get(editor) if bench.board else None
        if found is not None:
            self._screen.go_to_editor(editor)
            self._screen.do_later(partial(self._verbs.editors.edit, found.editor))
        return found is not None

    def show_reports(self, reports: tuple[str, ...]) -> None:
        """Tell what was found wrong with the store's files, and what was used instead."""
        look = self._bench.look

        def lines(width: int) -> list[Content]:
            return [Content.styled(line, look.text) for one in reports for line in wrapped(one, width)]

        title = Content.styled("Something was wrong with the store's files", look.warn)
        self._screen.app.push_screen(ConfirmDialog(self._bench, title, lines, {"enter": "go on"}))

    async def _show(self, session: str | None) -> None:
        self._bench.session = session
        await self._screen.refresh_view()

    async def new(self, selection: Selection) -> None:
        """Start a session and show it."""
        user = self._bench.user
        hint = "A session holds the patches you work on side by side."
        suggestion = cut_right(f"{user}-{self._bench.manager.clock():%Y-%m-%d}", 60)
        named = await self._verbs.ask(
            NameDialog(
                self._bench, "New session", hint, suggestion, described=True,
                check=lambda name: check_title(name, "session"),
            )
        )  # fmt: skip
        if named is None:
            return
        outcome = await self._bench.call(self._bench.manager.start_session, *named)
        self._bench.session = outcome.session_id
        await self._verbs.did(outcome)
        key = self._bench.look.keymap.shown
        opens, names = key("open-definition"), key("new-patch")
        self._screen.say(f"Session started: {opens} opens a definition, {names} names a patch.")

    async def _reopen(self, session: str, name: str) -> None:
        manager = self._bench.manager
        try:
            outcome = await self._bench.call(manager.reopen_session, session)
        except PatchbayError as error:
            if error.code is not Code.NAME_TAKEN:
                raise
            named = await self._verbs.ask(
                NameDialog(
                    self._bench,
                    "Reopen under another name",
                    error.message,
                    name,
                    check=lambda name: check_title(name, "session"),
                )
            )
            if named is None:
                return
            outcome = await self._bench.call(manager.reopen_session, session, named[0])
        self._bench.session = outcome.session_id
        await self._bench.call(manager.switch_session, outcome.session_id)
        await self._verbs.did(outcome)
        self._offer_to_restore(outcome)

    def _offer_to_restore(self, outcome: Outcome) -> None:
        """Show the patches that the session's end abandoned, and the keys that bring them back (R3)."""
        board = self._bench.board
        ended = [one for one in outcome.patches if board is not None and one in board.patch_by_id]
        if board is None or not ended:
            return
        first = next(one.patch.id for one in board.closed_patches if one.patch.id in ended)
        self._screen.go_to_patch(first)
        key = self._bench.look.keymap.shown
        told = f"Reopened: {key('abandon')} restores the draft that its end abandoned."
        if len(ended) > 1:
            chosen = f"{key('select')} chooses, {key('select-all')} all"
            told = f"Reopened. Its end abandoned {len(ended)} drafts: {chosen}, {key('abandon')} restores."
        self._screen.say(told)

    async def _merge_ready(self, selection: Selection) -> None:
        manager, look, board = self._bench.manager, self._bench.look, self._verbs.board
        preview = await self._bench.call(manager.merge_all_preview, session=self._verbs.session)
        title = Content.styled("Merge all ready", look.strong)
        dialog = ConfirmDialog(
            self._bench,
            title,
            lambda width: close_lines(preview, board, look, width),
            {"enter": "merge them"},
        )
        if await self._verbs.ask(dialog) is None:
            return
        verb = partial(manager.merge_all_ready, preview.stamp or None, session=self._verbs.session)
        await self._verbs.merging.run(verb, self._verbs.merging.merged)

    async def _close(self, selection: Selection) -> None:
        await self.close(self._verbs.board.view.session.id, self._verbs.board)

    async def close(self, session: str, board: Board) -> None:
        """Close a session after showing what that would do (R17); `board` is of that session."""
        manager, look = self._bench.manager, self._bench.look
        preview = await self._bench.call(manager.close_preview, session=session)
        name = cut_right(board.view.session.name, 50, look.signs.ellipsis)
        title = Content.assemble("Close session ", (name, look.strong))
        answers = {"y": "close session"} | ({"m": "only merge, keep it open"} if preview.merges else {})
        dialog = ConfirmDialog(
            self._bench, title, lambda width: close_lines(preview, board, look, width), answers
        )
        answer = await self._verbs.ask(dialog)
        if answer is None:
            return
        if answer == "m":
            merge = partial(manager.merge_all_ready, preview.stamp or None, session=session)
            await self._verbs.merging.run(merge, self._verbs.merging.merged)
            return
        close = partial(manager.close_session, session, preview.stamp)
        await self._verbs.merging.run(close, partial(self._closed, name))

    async def _closed(self, name: str, result: SessionCloseResult) -> Said:
        """Show that a session is closed; gives what that came to in words."""
        await self._ended(result.session_id)
        failed = len(result.patches_failed)
        told = f"Closed {name}: {result.patches_merged} merged, {result.patches_abandoned} abandoned"
        key = self._bench.look.keymap.shown
        reopening, undoing = f"{key('sessions')} reopens it", f"{key('undo')} undoes the closing"
        told += f", {failed} failed: {reopening}" if failed else f"; {undoing}"
        return Said(f"{told}.", failed=bool(failed))

    async def _abandon(self, selection: Selection) -> None:
        await self.abandon(self._verbs.board.view.session.id, self._verbs.board)

    async def abandon(self, session: str, board: Board) -> None:
        """Abandon a session after its name was typed (R18); `board` is of that session."""
        manager, look = self._bench.manager, self._bench.look
        preview = await self._bench.call(manager.abandon_preview, session=session)
        name = board.view.session.name
        title = Content.assemble("Abandon session ", (cut_right(name, 50, look.signs.ellipsis), look.strong))
        dialog = TypedNameDialog(
            self._bench, title, lambda width: close_lines(preview, board, look, width), name
        )
        typed = await self._verbs.ask(dialog)
        if typed is None:
            return
        outcome = await self._bench.call(manager.abandon_session, typed, session, preview.stamp)
        await self._ended(session)
        undo = self._bench.look.keymap.shown("undo")
        self._screen.say(f"{outcome.summary[:1].upper()}{outcome.summary[1:]}; {undo} undoes that.")

    async def _ended(self, session: str) -> None:
        """Show the current session where the one that was shown has ended."""
        if session == self._bench.session:
            await self._show(await self._bench.call(self._bench.manager.current_session))

    async def _reload(self, selection: Selection) -> None:
        await self._screen.refresh_view()
        self._screen.say("Read again.")

    async def switch(self, one: SessionSummary) -> None:
        """Show a session; a closed one is reopened."""
        if one.session.closed_at is not None:
            await self._reopen(one.session.id, one.session.name)
            return
        outcome = await self._bench.call(self._bench.manager.switch_session, one.session.id)
        self._bench.session = outcome.session_id
        await self._verbs.did(outcome)

    async def _help(self, selection: Selection) -> None:
        above = self._screen.app.screen
        known = above.KNOWN if isinstance(above, CommandedScreen) else SESSION.commands
        here = next(one for one in SCREENS if one.commands == known)
        await self._verbs.ask(HelpDialog(self._bench, here))

    async def _quit(self, selection: Selection) -> None:
        await self._screen.app.action_quit()
