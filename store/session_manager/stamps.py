"""Stamps: what tells whether something has changed since a preview, so that it is asked again (R20)."""

from __future__ import annotations

from collections.abc import Iterable

from store.errors import Code, PatchbayError
from store.model import SessionState
from store.session_manager.base import FOLLOW
from store.session_manager.reading import ReadingVerbs
from store.session_manager.transaction import Transaction
from store.source.texts import digest as digest_of
from store.source.tree import Tree
from store.views import SessionView


class StampVerbs(ReadingVerbs):
    """Give stamps, and refuse what was confirmed with one that does not hold any more."""

    def stamp(self, session: str | None = None) -> str:
        """Give what tells whether a preview made now still holds (R20)."""
        state, tree, revision = self._snapshot(session)
        return self._stamp(state, revision, self.unsaved_in(state, tree))

    def stamp_of(self, seen: SessionView) -> str:
        """Give what tells whether a preview of what was seen still holds (R20)."""
        return self._stamp(
            seen.state, seen.codebase.revision, [one.editor.id for one in seen.editors if one.unsaved]
        )

    def _stamp(self, state: SessionState, revision: str, unsaved: Iterable[str]) -> str:
        latest = self.repository.latest_entry(state.session.id, apart_from=FOLLOW)
        return digest_of(f"{latest} {revision} {','.join(sorted(unsaved))}")[:16]

    def require_fresh(self, stamp: str | None, session: str | None) -> None:
        """Raise `preview-stale` when something has changed since the preview (R20)."""
        if stamp is not None:
            state, tree, revision = self._snapshot(session)
            self._require_same(stamp, state, revision, tree)

    def require_still_fresh(self, t: Transaction, stamp: str | None) -> None:
        """Raise `preview-stale` inside the transaction that was confirmed, so that nothing comes between."""
        if stamp is not None:
            self._require_same(stamp, t.before, self.followed(t.before.session), t.tree)

    def _require_same(self, stamp: str, state: SessionState, revision: str, tree: Tree) -> None:
        if stamp != self._stamp(state, revision, self.unsaved_in(state, tree)):
            message = "Something has changed since that preview: look at it again and confirm once more."
            raise PatchbayError(Code.PREVIEW_STALE, message)
