"""What the history does to the log: undo up to an entry, after showing what that takes back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from store.errors import Code, PatchbayError
from tui.dialogs.confirm import ConfirmDialog
from tui.present.deeds import Deed
from tui.present.history import undo_lines
from tui.screens.undo_verbs import UndoVerbs, revert_answer
from tui.words import counted

if TYPE_CHECKING:
    from tui.screens.session import SessionScreen
    from tui.screens.verbs import Verbs


class HistoryVerbs:
    """Undo up to an entry. Raises what the manager raises."""

    def __init__(self, verbs: Verbs, screen: SessionScreen) -> None:
        self._verbs, self._screen, self._bench = verbs, screen, screen.bench
        self._of_undo = UndoVerbs(verbs, screen)

    async def undo_to(self, deed: Deed) -> None:
        """Show what undoing up to an entry would take back, and do it when it is confirmed (R22)."""
        refusal = self._refusal(deed)
        if refusal:
            raise PatchbayError(Code.BAD_TRANSITION, refusal)
        manager, look, session = self._bench.manager, self._bench.look, self._verbs.session
        preview = await self._bench.call(manager.undo_preview, deed.latest.id, session=session)
        count = counted(len(preview.entries), "change")
        title = Content.assemble(f"Undo {count}", (", newest first", look.dim))
        merged = self._of_undo.merged_by(preview.entries[0]) if preview.refusal else None
        answers = revert_answer(merged) if preview.refusal else {"y": f"undo {count}"}

        def lines(width: int) -> list[Content]:
            return undo_lines(preview.entries, preview.refusal, width, look)

        if await self._verbs.ask(ConfirmDialog(self._bench, title, lines, answers)) is None:
            return
        if merged is not None:
            await self._of_undo.revert(merged)
            return
        await self._bench.call(manager.undo, to=deed.latest.id, session=session, stamp=preview.stamp)
        await self._screen.refresh_view()
        self._screen.say(f"Undid {count}.")

    def _refusal(self, deed: Deed) -> str:
        """Say why an entry can't be undone up to whatever the others are; empty where it may be."""
        if deed.entry.user != self._bench.user:
            return f"That is {deed.entry.user}'s change: undo goes back to one of your own."
        if deed.undone is not None:
            return "That is undone already."
        return "" if deed.entry.undoable else "That change is not one that undo takes back."
