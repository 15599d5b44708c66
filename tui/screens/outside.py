"""The command that lends an editor's text to $VISUAL or $EDITOR and saves what comes back."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported
from textual.content import Content

from store.errors import Code, PatchbayError
from store.model import EditorContext
from tui.dialogs.confirm import ConfirmDialog
from tui.own_editor import Lent, editor_command, lend, run_editor, taken_back
from tui.place import Selection
from tui.present.text import cut_right, last_part, wrapped

if TYPE_CHECKING:
    from tui.screens.session import SessionScreen
    from tui.screens.verbs import Verbs

EMPTIED = "The text came back empty, so nothing was changed."


class OutsideVerbs:
    """Suspends the app while the person's editor has the terminal. Raises what the manager raises."""

    def __init__(self, verbs: Verbs, screen: SessionScreen) -> None:
        self._verbs, self._screen, self._bench = verbs, screen, screen.bench

    def commands(self) -> dict[str, Callable[[Selection], Awaitable[None]]]:
        """Give each command's way to run it."""
        return {"edit-outside": self._edit}

    @property
    def _opens(self) -> str:
        """The key that opens the definition here."""
        return self._bench.look.keymap.shown("open")

    async def _edit(self, selection: Selection) -> None:
        if selection.editor is None:
            return
        editor, command = selection.editor.editor, editor_command(f"edit it here with {self._opens}")
        await self._require_free(editor)
        while True:
            lent = await self._bench.call(lend, self._bench.manager, editor.id, editor.session_id)
            text = await self._lend_out(command, lent, editor)
            if text is None:
                return
            if text.strip():
                await self._save(editor, lent, text)
                return
            lent.file.unlink(missing_ok=True)
            question = f"{EMPTIED} A definition is not deleted by emptying its text."
            if await self._ask(editor, question, {"e": "edit again, with the text as it was"}) is None:
                self._screen.say(EMPTIED, failed=True)
                return

    async def _require_free(self, editor: EditorContext) -> None:
        """Raise `unsaved-editor` while another living screen types in this editor."""
        manager = self._bench.manager
        buffer = await self._bench.call(manager.buffer, editor.id, session=editor.session_id)
        if buffer is None or buffer.writer == self._bench.writer:
            return
        if await self._bench.call(manager.writer_lives, buffer.writer):
            message = f"Another screen of yours is typing here: {self._opens}, then t takes its text over."
            raise PatchbayError(Code.UNSAVED_EDITOR, message)

    async def _lend_out(self, command: list[str], lent: Lent, editor: EditorContext) -> str | None:
        """Run the editor on the file; gives the text it left, None when there is nothing to do."""
        failed: PatchbayError | None = None
        try:
            with self._screen.app.suspend():
                try:
                    run_editor(command, lent.file)
                except PatchbayError as error:
                    failed = error
        except SuspendNotSupported:
            lent.file.unlink(missing_ok=True)
            message = f"This terminal can't be lent to another program: {self._opens} opens it here."
            self._screen.say(message, failed=True)
            return None
        if failed is not None:
            await self._failed(failed, lent, editor)
            return None
        text = self._read(lent)
        if text is None:
            lent.file.unlink(missing_ok=True)
            rest = " What was typed before is still unsaved." if lent.unsaved else ""
            self._screen.say(f"Nothing was changed.{rest}")
        return text

    @staticmethod
    def _read(lent: Lent) -> str | None:
        try:
            return taken_back(lent)
        except PatchbayError as error:
            raise PatchbayError(error.code, f"{error.message}{lent.where()}") from None

    async def _failed(self, error: PatchbayError, lent: Lent, editor: EditorContext) -> None:
        """Say that the editor failed; what it had written can be kept as unsaved text."""
        text = self._read(lent)
        if text is None or not text.strip():
            lent.file.unlink(missing_ok=True)
            raise error
        question = f"{error.message} What it had written differs from the text before."
        if await self._ask(editor, question, {"y": "keep it as unsaved text"}) is None:
            self._screen.say(f"Nothing was saved. What it had written is in {lent.file}", failed=True)
            return
        await self._keep(editor, lent, text)
        await self._screen.refresh_view()
        self._screen.say(f"Kept in editor {editor.number}, unsaved: {self._opens} opens it.")

    async def _ask(self, editor: EditorContext, question: str, answers: dict[str, str]) -> str | None:
        look = self._bench.look
        name = cut_right(last_part(editor.target), 40, look.signs.ellipsis)
        title = Content.assemble(f"Editor {editor.number} ", (name, look.strong))

        def lines(width: int) -> list[Content]:
            return [Content.styled(line, look.text) for line in wrapped(question, width)]

        return await self._verbs.ask(ConfirmDialog(self._bench, title, lines, answers))

    async def _keep(self, editor: EditorContext, lent: Lent, text: str) -> None:
        """Put the text into the buffer, which is on disk before the file goes."""
        try:
            await self._bench.call(
                self._bench.manager.type_text,
                editor.id,
                text,
                lent.over,
                self._bench.writer,
                session=editor.session_id,
                seen=lent.seen,
            )
        except PatchbayError as error:
            raise PatchbayError(error.code, f"{error.message}{lent.where()}") from None
        lent.file.unlink(missing_ok=True)

    async def _save(self, editor: EditorContext, lent: Lent, text: str) -> None:
        """Save as the definition editor does; what does not merge cleanly is settled there (R8, R9)."""
        await self._keep(editor, lent, text)
        try:
            outcome = await self._bench.call(
                self._bench.manager.save_editor, editor.id, session=editor.session_id
            )
        except PatchbayError as error:
            await self._screen.refresh_view()
            if error.code is not Code.CONFLICTS:
                message = f"{error.message} What you typed is kept, unsaved: {self._opens} opens it."
                raise PatchbayError(error.code, message, error.blockers) from None
            await self._verbs.editors.edit(editor, save=True)
            return
        await self._verbs.did(outcome)
        found = self._verbs.board.editor_by_id.get(editor.id)
        if outcome.asks and found is not None:
            await self._verbs.editors.assign(Selection(found), by_itself=True)
