"""Stamps: what tells whether something has changed since a preview, so that it is asked again (R20)."""

from __future__ import annotations

from collections.abc import Iterable

from store.errors import Code, PatchbayError
from store.model import EditorId, SessionState
from store.session_manager.base import FOLLOW
from store.session_manager.reading import ReadingVerbs
from store.session_manager.transaction import Transaction
from store.source.texts import decode
from store.source.texts import digest as digest_of
from store.views import SessionView


class StampVerbs(ReadingVerbs):
    """Give stamps, and refuse what was confirmed with one that does not hold any more."""

    def stamp(self, session: str | None = None, editor: EditorId | None = None) -> str:
        """Give what tells whether a preview still holds, one of discarding an editor's text too (R20)."""
        state, tree, revision = self._snapshot(session)
        return self._stamp(state, revision, self.unsaved_in(state, tree), editor)

    def stamp_of(self, seen: SessionView) -> str:
        """Give what tells whether a preview of what was seen still holds (R20)."""
        return self._stamp(
            seen.state, seen.codebase.revision, [one.editor.id for one in seen.editors if one.unsaved]
        )

    def _stamp(
        self, state: SessionState, revision: str, unsaved: Iterable[str], editor: EditorId | None = None
    ) -> str:
        latest = self.repository.latest_entry(state.session.id, apart_from=FOLLOW)
        buffer = None if editor is None else self.repository.buffers.read(editor)
        typed = "" if buffer is None else digest_of(decode(buffer.text))
        return digest_of(f"{latest} {revision} {','.join(sorted(unsaved))} {typed}")[:16]

    def require_fresh(self, stamp: str | None, session: str | None, editor: EditorId | None = None) -> None:
        """Raise `preview-stale` when something has changed since the preview (R20)."""
        if stamp is not None and stamp != self.stamp(session, editor):
            raise stale()

    def require_still_fresh(self, t: Transaction, stamp: str | None, editor: EditorId | None = None) -> None:
        """Raise `preview-stale` inside the transaction that was confirmed, so that nothing comes between."""
        if stamp is not None:
            unsaved = self.unsaved_in(t.before, t.tree)
            if stamp != self._stamp(t.before, self.followed(t.before.session), unsaved, editor):
                raise stale()


def stale() -> PatchbayError:
    """Make the refusal of what was confirmed before something changed (R20)."""
    message = "Something has changed since that preview: look at it again and confirm once more."
    return PatchbayError(Code.PREVIEW_STALE, message)
