"""The command that shows the history, and what is undone from there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from textual.content import Content

from store.errors import PatchbayError
from store.model import LogEntry
from tui.dialogs.confirm import ConfirmDialog
from tui.place import Selection
from tui.present.history import undo_lines
from tui.screens.history import HistoryPlace, HistoryScreen
from tui.screens.undo_verbs import UndoVerbs, revert_answer
from tui.words import counted

if TYPE_CHECKING:
    from tui.screens.session import SessionScreen
    from tui.screens.verbs import Verbs


class HistoryVerbs:
    """The command that shows the history and undoes up to an entry of it."""

    def __init__(self, verbs: Verbs, screen: SessionScreen, of_undo: UndoVerbs) -> None:
        self._verbs, self._screen, self._bench = verbs, screen, screen.bench
        self._of_undo = of_undo

    def commands(self) -> dict[str, Callable[[Selection], Awaitable[None]]]:
        """Give each command's way to run it."""
        return {"history": self._history}

    async def _history(self, selection: Selection) -> None:
        await self.show(HistoryPlace())

    async def show(self, place: HistoryPlace) -> None:
        """Show the history from a place in it, and undo up to an entry until it is left."""
        while True:
            entries = await self._bench.call(self._bench.manager.log, session=self._verbs.session)
            entry = await self._verbs.ask(HistoryScreen(self._bench, entries, place))
            if entry is None:
                return
            try:
                await self._undo_to(entry, place)
            except PatchbayError as error:
                await self._screen.refresh_view()
                place.message, place.failed = error.message, True

    async def _undo_to(self, entry: LogEntry, place: HistoryPlace) -> None:
        """Show what undoing up to an entry would take back, and do it when it is confirmed (R22)."""
        manager, look, session = self._bench.manager, self._bench.look, self._verbs.session
        preview = await self._bench.call(manager.undo_preview, entry.id, session=session)
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
            place.message, place.failed = self._screen.said
            return
        await self._bench.call(manager.undo, to=entry.id, session=session, stamp=preview.stamp)
        await self._screen.refresh_view()
        place.message, place.failed, place.entry = f"Undid {count}.", False, None
