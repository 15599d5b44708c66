"""Which of the user's editors a reference means, who may drive one, and who may write its buffer (§5)."""

from __future__ import annotations

from store.errors import Code, PatchbayError
from store.model import EditorContext, SessionState
from store.session_manager.references import is_number
from store.session_manager.stamps import StampVerbs
from store.source.texts import encode
from store.views import TREE_WRITER


class WhoseVerbs(StampVerbs):
    """Find the user's editors, and refuse what is somebody else's."""

    def _own_on(self, state: SessionState, target: str) -> EditorContext | None:
        own = (self.user, target)
        return next((one for one in state.editors.values() if (one.user, one.target) == own), None)

    def _meant(self, state: SessionState, reference: str) -> EditorContext | None:
        """Find an editor by id or number, by a definition the user's own; None for one to be opened.

        Raises `not-found` for a number that no editor has, and for an editor that is no longer there.
        """
        if reference in state.editors or is_number(reference):
            return self.require_editor(state, reference)
        own = self._own_on(state, self.called(state, reference))
        if own is None and (gone := self.gone(state, "editor", reference)) is not None:
            raise gone
        return own

    def _require_drivable(self, editor: EditorContext) -> None:
        """Raise `not-permitted` for another's editor, but for one that only tells of the working tree."""
        if not self.is_anyones(editor):
            self._require_own(editor)

    def _require_own(self, editor: EditorContext) -> None:
        if editor.user != self.user:
            message = (
                f"Editor {editor.number} is {editor.user}'s: open {editor.target} in an editor of your own."
            )
            raise PatchbayError(Code.NOT_PERMITTED, message)

    def _require_writer(self, editor: EditorContext, writer: str, shown: str, seen: str | None) -> None:
        """Raise `unsaved-editor` where a living screen types, or a text waits that was not seen."""
        buffer = self.repository.buffers.read(editor.id)
        if buffer is None or buffer.writer in (writer, None):
            return
        if buffer.writer == TREE_WRITER and buffer.shown != shown:
            message = (
                f"Another text of {editor.target} was found in the working tree and waits in editor"
                f" {editor.number}: settle or drop that first."
            )
            raise PatchbayError(Code.UNSAVED_EDITOR, message)
        if self.writer_lives(buffer.writer):
            message = (
                f"Another screen of yours is typing in editor {editor.number} {editor.target}:"
                " close it there, or take over here."
            )
            raise PatchbayError(Code.UNSAVED_EDITOR, message)
        if seen is not None and buffer.text != encode(seen):
            message = (
                f"Editor {editor.number} {editor.target} has other unsaved text by now: look at that first."
            )
            raise PatchbayError(Code.UNSAVED_EDITOR, message)
