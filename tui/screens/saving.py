"""How what is typed in a definition editor is saved, and what the save asks.

Which patch a text goes into is the manager's decision, or the assign dialog's.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import NamedTuple

from textual.content import Content

from store.errors import Code, PatchbayError
from store.source.merge import marked_row
from store.views import Outcome
from tui.dialogs.assign import AssignDialog, Assignment
from tui.dialogs.conflict import ConflictDialog, Settled
from tui.present.deeds import done_to_text
from tui.present.text import cut_right, last_part
from tui.screens.buffered import BufferedScreen
from tui.settling import Sides, settling_of, sides_of_save
from tui.words import sentence
from tui.working import begin


class Sent(NamedTuple):
    """A text that was sent to be saved: as the text area showed it, and as it is."""

    shown: str
    text: str


class SavingScreen(BufferedScreen):
    """A text area over one editor's buffer that can be saved."""

    _came_to = ""
    """What the last save came to, in the words said."""

    def save(self) -> None:
        """Save what was typed (R9)."""
        if self._read_only is not None:
            self.say(f"Not saved: {self._read_only}.", failed=True)
        elif self._gone and not self._unsaved:
            self.say(f"{self._closed_elsewhere}, with all that is here saved.", failed=True)
        elif self._saving is None:
            self._kept = None if self._gone else self._kept
            self._saving = asyncio.get_running_loop().create_future()
            begin(self, partial(self._save, self._saving), "save")

    async def _saved_by_now(self) -> bool:
        return self._saving is None or await self._saving

    async def _save(self, saving: asyncio.Future[bool]) -> None:
        """Save and ask what is to be asked, and let those know who wait for it."""
        saved = False
        try:
            if self._is_marked():
                return
            while await self._keep():
                sent = Sent(self._area.text, self._text())
                outcome = await self._merged_and_saved()
                if outcome is not None:
                    sent = await self._saved_as(sent, outcome.summary, outcome.notes)
                    if outcome.asks:
                        await self._ask(sent, outcome.notes)
                    saved = True
                    return
                if not await self._settle():
                    return
        except PatchbayError as error:
            self.say(self._why_refused(error), failed=True)
        finally:
            self._saving = None
            if not saving.done():
                saving.set_result(saved)

    def _is_marked(self) -> bool:
        """Whether a place stands between conflict markers yet: the cursor goes there, and it is said."""
        row = marked_row(self._text())
        if row is None:
            return False
        self._area.move_cursor((row, 0), center=True)
        line = self._area.line_number_start + row
        self.say(
            f"Not saved: line {line} has conflict markers yet. Settle that place, then save.", failed=True
        )
        return True

    async def _merged_and_saved(self) -> Outcome | None:
        """Save what is seen, by way of the buffer, which that spends.

        Gives None where it does not merge with what was saved meanwhile (R8).
        """
        manager, write = self._bench.manager, self._writing() if self._unsaved else None

        def save() -> Outcome:
            editor = self._editor.id if write is None else write()
            return manager.save_editor(editor, session=self._session)

        try:
            outcome = await self._bench.call(save)
        except PatchbayError as error:
            if error.code is not Code.CONFLICTS:
                raise
            return None
        if self._editor.id not in outcome.editors:
            await self._go_on_in(outcome.editors[0])
        return outcome

    async def _settle(self) -> bool:
        """Let the person settle what did not merge; give whether there is a text to be saved now."""
        typed, shown, manager, target = self._text(), self._shown_digest, self._bench.manager, self._editor

        def read() -> Sides:
            found = manager.unclean_save(target.id, typed, shown, session=self._session)
            told = done_to_text(manager.writer_of(target.id, self._session), self._bench.user)
            return sides_of_save(found, target.target, self._bench.user, told, self._of_tree)

        sides = await self._bench.call(read)
        title = Content(f"Not saved yet: {target.number} {cut_right(last_part(target.target), 40)}")
        dialog = ConflictDialog(self._bench, title, settling_of(sides), read, by_itself=True)
        answer: Settled | None = await self.app.push_screen_wait(dialog)
        if answer is None:
            again = self._bench.look.keymap.shown("save")
            self.say(f"Not saved, your text is kept as it is: {again} shows both texts again.", failed=True)
        elif answer.markers:
            await self._mark_conflict()
        else:
            stamp = answer.settling.sides.stamp
            self._shown_digest = stamp if isinstance(stamp, str) else None
            self._load(answer.settling.result() or "", kept=False)
            return True
        return False

    async def _saved_as(self, sent: Sent, summary: str, notes: tuple[str, ...]) -> Sent:
        """Follow what the save made of the text; gives what the text area shows of it.

        What was typed on meanwhile was typed over what was sent, not over what that was merged with.
        """
        manager = self._bench.manager
        text = await self._bench.call(manager.editor_text, self._editor.id, session=self._session)
        over = text.digest
        if text.text != sent.text:
            over = await self._bench.call(manager.keep_shown, sent.text)
        await self._bench.reload()
        self._saved, self._shown_digest, self._meanwhile = text, over, ""
        self._area.line_number_start = text.line
        if self._area.text == sent.shown:
            self._shown_digest = text.digest
            if text.text != sent.text:
                self._load(text.text)
            sent = Sent(self._area.text, text.text)
        self._came_to = " ".join(map(sentence, (summary, *notes)))
        self.say(self._came_to)
        return sent

    async def _ask(self, sent: Sent, notes: tuple[str, ...]) -> None:
        """Ask which patch the saved text goes to; `notes` were said of the save."""
        board = self._bench.board
        if board is None:
            return
        manager = self._bench.manager
        choices = await self._bench.call(manager.assignment_choices, self._editor.id, session=self._session)
        dialog = AssignDialog(self._bench, board, self._editor, choices, by_itself=True)
        choice: Assignment | None = await self.app.push_screen_wait(dialog)
        if choice is None or choice.unassign:
            assigns = self._bench.look.keymap.shown("assign")
            told = f"Saved, in no patch yet: {assigns} on the session screen assigns it"
            self.say(" ".join(map(sentence, (told, *notes))))
            return
        outcome = await self._bench.call(
            manager.assign_editor,
            self._editor.id,
            choice.patch,
            choice.new_patch,
            session=self._session,
        )
        await self._saved_as(sent, outcome.summary, (*notes, *outcome.notes))

    async def _mark_conflict(self) -> None:
        """Show both texts with markers, to be settled and saved over the present one."""
        try:
            marked, digest = await self._bench.call(
                self._bench.manager.unclean_save_text,
                self._editor.id,
                self._text(),
                self._shown_digest,
                session=self._session,
            )
        except PatchbayError as error:
            self.say(error.message, failed=True)
            return
        self._shown_digest = digest
        self._load(marked, kept=False)
        await self._keep()
        self.say("Not saved: changed meanwhile. Settle the marked places, then save again.", failed=True)
