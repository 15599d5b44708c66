"""The commands on a git working tree: pull what is behind, bind a session; and what is found there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from store.views import Outcome, RebindPreview
from tui.dialogs.confirm import ConfirmDialog
from tui.place import Selection
from tui.present.board import Board
from tui.present.effects import rebind_lines
from tui.present.text import cut_right
from tui.watching import TreeWatch
from tui.watching import look as look_at_tree
from tui.words import sentence

_NAMED = 4
"""How many files are named that were written."""

if TYPE_CHECKING:
    from tui.screens.session import SessionScreen
    from tui.screens.verbs import Verbs


class TreeVerbs:
    """The commands that are about the working tree."""

    def __init__(self, verbs: Verbs, screen: SessionScreen) -> None:
        self._verbs, self._screen, self._bench = verbs, screen, screen.bench

    def commands(self) -> dict[str, Callable[[Selection], Awaitable[None]]]:
        """Give each command's way to run it."""
        return {"pull-tree": self._pull, "rebind-session": self._rebind}

    async def watch(self) -> None:
        """Take in what is changed in the working tree for as long as the screen is there."""
        failed = partial(self._bench.saying.tell, failed=True)
        await TreeWatch(self._bench, self._seen, failed, self._looking).run()

    def _looking(self, files: int) -> None:
        """Show at how many changed files is being looked; 0 once that is over."""
        if files != self._bench.looking:
            self._bench.show_looking(files)
            self._screen.draw()

    async def _seen(self, outcome: Outcome) -> None:
        if outcome.notes:
            self._bench.saying.tell(outcome.notes[-1])
        await self._screen.following.catch_up()

    async def _rebind(self, selection: Selection) -> None:
        await self.rebind(self._verbs.board.view.session.id, self._verbs.board)

    async def rebind(self, session: str, board: Board) -> bool:
        """Bind a session here after showing what that does, and again where that has changed meanwhile.

        `board` is of that session, which is shown then. Gives whether it was done.
        """
        manager, look, name = self._bench.manager, self._bench.look, board.view.session.name
        confirmed: RebindPreview | None = None
        while (preview := await self._bench.call(manager.rebind_preview, session=session)) != confirmed:
            title = Content.assemble("Bind session ", (cut_right(name, 40, look.signs.ellipsis), look.strong))
            lines = partial(rebind_lines, preview, board, look)
            dialog = ConfirmDialog(self._bench, title, lines, {"y": "bind it here"})
            if await self._verbs.ask(dialog) is None:
                return False
            confirmed = preview
        outcome = await self._bench.call(manager.rebind_session, session=session)
        self._bench.session = outcome.session_id
        await self._bench.call(look_at_tree, manager, None)
        await self._verbs.did(outcome)
        return True

    async def _pull(self, selection: Selection) -> None:
        outcome = await self._bench.call(self._bench.manager.pull_tree, self._verbs.session)
        await self._screen.refresh_view()
        paths = outcome.notes
        rest = (f"{len(paths) - _NAMED} more",) if len(paths) > _NAMED else ()
        files = ", ".join((*paths[:_NAMED], *rest))
        self._screen.say(sentence(f"{outcome.summary}: {files}" if files else "nothing was behind"))
