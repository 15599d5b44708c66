"""The commands that go back and forth: undo, redo, and a patch that reverts a merge undo can't take back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from store.errors import Code, PatchbayError
from store.model import LogEntry, Patch, PatchStatus
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.naming import other_name
from tui.place import Selection
from tui.present.text import cut_right, visible, wrapped
from tui.words import counted, sentence

if TYPE_CHECKING:
    from tui.screens.session import SessionScreen
    from tui.screens.verbs import Verbs


class UndoVerbs:
    """Take back, bring again, revert. Raises what the manager raises."""

    def __init__(self, verbs: Verbs, screen: SessionScreen) -> None:
        self._verbs, self._screen, self._bench = verbs, screen, screen.bench

    def commands(self) -> dict[str, Callable[[Selection], Awaitable[None]]]:
        """Give each command's way to run it."""
        return {"undo": self._undo, "redo": self._redo, "revert": self._revert}

    async def _undo(self, selection: Selection) -> None:
        manager, session = self._bench.manager, self._verbs.session
        try:
            outcome = await self._bench.call(manager.undo, session=session)
        except PatchbayError as error:
            if error.code is not Code.RESTS_ON:
                raise
            await self._screen.refresh_view()
            await self._instead(error.message)
            return
        self._bench.session = outcome.session_id
        await self._verbs.did(outcome)

    async def _instead(self, refusal: str) -> None:
        """Offer what can be done instead of an undo that is refused: revert the merge, or go past it."""
        manager, look, session = self._bench.manager, self._bench.look, self._verbs.session
        refused = await self._bench.call(manager.undo_preview, session=session)
        preview = await self._bench.call(manager.undo_preview, skip=True, session=session)
        merged = self.merged_by(refused.entries[0]) if refused.entries else None
        texts, answers = [refusal], revert_answer(merged)
        if preview.refusal is None and preview.entries:
            steps = counted(max(1, len(preview.details)), "step")
            answers["y"] = f"skip {steps} and undo: {cut_right(preview.entries[0].summary, 200)}"
            texts += [f"Would stay as it is: {one}" for one in preview.details]
        elif merged is None:
            texts.append("Nothing that you did before it can be undone.")

        def lines(width: int) -> list[Content]:
            return [
                Content.styled(line, look.text) for one in texts for line in wrapped(sentence(one), width)
            ]

        title = Content.styled("Can't undo that", look.strong)
        answer = await self._verbs.ask(ConfirmDialog(self._bench, title, lines, answers))
        if answer == "enter" and merged is not None:
            await self.revert(merged)
        elif answer == "y":
            outcome = await self._bench.call(manager.undo, True, session=session, stamp=preview.stamp)
            self._bench.session = outcome.session_id
            await self._verbs.did(outcome)

    def merged_by(self, entry: LogEntry) -> Patch | None:
        """Give the patch that an entry of the log merged and that is merged still."""
        board = self._bench.board
        if entry.revision is None or board is None:
            return None
        patches = (board.view.state.patches.get(one) for one in entry.patches)
        return next((one for one in patches if one is not None and _is_merge_of(entry, one)), None)

    async def _redo(self, selection: Selection) -> None:
        redo = partial(self._bench.manager.redo, session=self._verbs.session)
        await self._verbs.merging.run(redo, self._verbs.done)

    async def _revert(self, selection: Selection) -> None:
        if selection.patch is not None:
            await self.revert(selection.patch.patch)

    async def revert(self, patch: Patch) -> None:
        """Make a patch that puts back what a merged one changed, and go to it."""
        manager, session = self._bench.manager, self._verbs.session
        try:
            outcome = await self._bench.call(manager.revert_patch, patch.id, session=session)
        except PatchbayError as error:
            if error.code is not Code.NAME_TAKEN:
                raise
            suggestion = cut_right(f"Revert {patch.name} again", 70)
            state = self._verbs.board.view.state
            named = await self._verbs.ask(other_name(self._bench, "Revert", error.message, suggestion, state))
            if named is None:
                return
            outcome = await self._bench.call(manager.revert_patch, patch.id, named[0], session=session)
        await self._verbs.did(outcome)
        self._screen.go_to_patch(outcome.patches[0])


def _is_merge_of(entry: LogEntry, patch: Patch) -> bool:
    return patch.status is PatchStatus.MERGED and patch.revision == entry.revision


def revert_answer(merged: Patch | None) -> dict[str, str]:
    """Give the key that makes a patch which reverts one, with what it does."""
    return {} if merged is None else {"enter": f"make a patch that reverts {visible(merged.letter)}"}
