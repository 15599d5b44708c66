"""Merging on the session screen: what is in the way and how it is settled, one patch or a chain of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from textual.content import Content

from store.errors import Code, PatchbayError
from store.model import Blocker
from store.views import MergeReport
from tui.dialogs.merge import BlockedDialog, MergeDialog
from tui.place import Place, Selection, settled, to_patch
from tui.present.board import Board
from tui.present.effects import patch_label
from tui.refusals import assigns, merging
from tui.saying import Said
from tui.screens.blame import to_blame
from tui.screens.commanded import CommandedScreen
from tui.screens.differences import DifferencesScreen
from tui.words import counted, sentence
from tui.working import begin

if TYPE_CHECKING:
    from tui.screens.session import SessionScreen
    from tui.screens.verbs import Verbs

Result = TypeVar("Result")

_OF_A_FILE = (Code.DOES_NOT_PARSE, Code.UNDEFINED_NAME, Code.INVALID_NAME)
"""Blockers that name a file."""


class MergeVerbs:
    """Merges, leads to what blocks that, and comes back from there. Raises what the manager raises."""

    def __init__(self, verbs: Verbs, screen: SessionScreen) -> None:
        self._verbs, self._screen, self._bench = verbs, screen, screen.bench
        self._coming_back: tuple[str, Place] | None = None
        """The patch that was gone to because it blocks another, and where the cursor came from."""

    def commands(self) -> dict[str, Callable[[Selection], Awaitable[None]]]:
        """Give each command's way to run it."""
        return {"merge": self._merge}

    @property
    def _board(self) -> Board:
        return self._verbs.board

    @property
    def _session(self) -> str | None:
        return self._verbs.session

    async def run(self, verb: Callable[[], Result], then: Callable[[Result], Awaitable[Said]]) -> None:
        """Run a verb that may merge, and say what it came to: `then` gives that, and shows it.

        Where that waits for git the command is over: keys are answered, and what came of it is said later.
        Raises `bad-transition` while another one waits.
        """
        under_way = merging(self._bench.board) if self._bench.board else None
        if under_way is not None:
            raise PatchbayError(Code.BAD_TRANSITION, f"{under_way}.")
        merge = self._bench.begin_merge(verb)
        if await self._bench.until_merged_or_making(merge):
            self._screen.say(*await then(merge.result()))
            return
        self._coming_back = None
        letters = self._bench.board.merging if self._bench.board else ""
        self._screen.draw()
        self._screen.say(f"Merging {letters} waits for git's hooks or signing: you can go on meanwhile.")
        begin(self._screen.app, partial(self._merged_later, merge, then), "merge")

    async def _merged_later(
        self, merge: asyncio.Future[Result], then: Callable[[Result], Awaitable[Said]]
    ) -> None:
        try:
            said = await then(await merge)
        except PatchbayError as error:
            await self._screen.refresh_view()
            said = Said(error.message, failed=True)
        self._bench.saying.tell(*said)

    def come_back(self) -> None:
        """Go back to the blocked patch when the one in its way has been merged or abandoned."""
        board = self._bench.board
        if self._coming_back is None or board is None:
            return
        patch, place = self._coming_back
        found = board.patch_by_id.get(patch)
        if found is None or not found.patch.is_open:
            self._coming_back = None
            self._screen.place = settled(place, board, board)
            self._screen.draw()

    async def _merge(self, selection: Selection) -> None:
        if selection.patch is None:
            return
        manager, patch = self._bench.manager, selection.patch.patch
        preview = await self._bench.call(manager.merge_preview, patch.id, session=self._session)
        if preview.blockers:
            await self._blocked(selection, preview.blockers)
            return
        chain = [one.patch.id for one in preview.patches]
        differing = [one for key in chain for one in await self._verbs.patch_differences(key)]

        def show_diff() -> None:
            title = Content("Merge ") + patch_label(patch, self._bench.look)
            self._screen.app.push_screen(DifferencesScreen(self._bench, title, differing))

        choice = await self._verbs.ask(MergeDialog(self._bench, self._board, preview, show_diff))
        if choice is None:
            return
        if len(chain) == 1 and not preview.marks_ready:
            verb = partial(manager.merge_patch, patch.id, choice.message)
            await self.run(partial(verb, stamp=preview.stamp, session=self._session), self._verbs.done)
            return
        verbs = partial(manager.merge_chain, chain, preview.marks_ready, choice.message)
        await self.run(partial(verbs, stamp=preview.stamp, session=self._session), self.merged)

    async def merged(self, report: MergeReport) -> Said:
        """Show what several merges have changed; gives what they came to in words."""
        await self._screen.refresh_view()
        self.come_back()
        parts = [sentence(one.summary) for one in report.outcomes if one.revision]
        parts += [sentence(one.message) for one in report.failures]
        if len(parts) > 3:
            done = sum(1 for one in report.outcomes if one.revision)
            parts = [f"Merged {counted(done, 'patch')}."]
            parts += [sentence(one.message) for one in report.failures]
        return Said(" ".join(parts) or "Nothing was ready.", failed=bool(report.failures))

    async def _blocked(self, selection: Selection, blockers: tuple[Blocker, ...]) -> None:
        if selection.patch is None:
            return
        fixing = await self._verbs.ask(BlockedDialog(self._bench, self._board, selection.patch, blockers))
        if fixing is not None:
            await self.fix(fixing, selection)

    async def fix(self, blocker: Blocker, selection: Selection) -> None:
        """Go to what is in the way, or settle it at once where one step does."""
        manager = self._bench.manager
        patch = selection.patch.patch if selection.patch else None
        if blocker.code is Code.NOT_READY and patch is not None:
            await self._verbs.did(await self._bench.call(manager.mark_ready, patch.id, session=self._session))
        elif blocker.code is Code.DEPENDENCY_ABANDONED and patch is not None and blocker.patch:
            outcome = await self._bench.call(
                manager.drop_dependency, patch.id, blocker.patch, session=self._session
            )
            await self._verbs.did(outcome)
        elif blocker.code is Code.CONFLICTS and patch is not None:
            await self._verbs.settle(patch, blocker.name)
        elif blocker.code is Code.EMPTY and blocker.patch:
            await self._verbs.abandon(selection)
        elif blocker.code is Code.EMPTY:
            await self._verbs.editors.open_definition(selection)
        elif blocker.editor and (found := self._board.editor_by_id.get(blocker.editor)):
            if assigns(blocker, self._board):
                into = patch.id if patch else None
                await self._verbs.editors.assign(Selection(found), into=into)
            else:
                await self._verbs.editors.edit(found.editor)
        elif blocker.patch and blocker.patch in self._board.patch_by_id:
            self._go_to(blocker.patch)
        elif blocker.code in _OF_A_FILE and patch is not None and blocker.name:
            blamed = await self._bench.call(partial(to_blame, manager, patch, blocker, self._session))
            if blamed is None:
                raise PatchbayError(blocker.code, f"{blocker.message}, and {patch.letter} only deletes.")
            await self._verbs.editors.edit_named(blamed)
        elif blocker.name:
            await self._verbs.editors.edit_named(blocker.name)

    def _go_to(self, patch: str) -> None:
        """Show a patch that blocks another: on the screen above the session's, else in its panel."""
        above = self._screen.app.screen
        if isinstance(above, CommandedScreen):
            above.show_patch(patch)
            return
        self._coming_back = (patch, self._screen.place)
        self._screen.place = to_patch(self._screen.place, patch)
        self._screen.draw()
