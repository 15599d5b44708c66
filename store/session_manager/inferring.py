"""Dependencies told from the names that patches use (R11), written down in a transaction of their own."""

from __future__ import annotations

from store.errors import PatchbayError
from store.ground.inferred import with_inferred
from store.ground.order import descendants
from store.model import Patch, Role, SessionState
from store.session_manager.base import PATCHBAY
from store.session_manager.reading import ReadingVerbs
from store.source.tree import Tree
from store.views import Outcome

INFER = "patch.infer"
"""The verb of the transaction that notes dependencies between patches."""


class InferVerbs(ReadingVerbs):
    """What is told from the texts of patches."""

    _inferred: tuple[SessionState, str] | None = None
    """The state and revision that have been looked through last."""

    def infer(self, session: str | None = None) -> Outcome | None:
        """Note that a patch depends on the one which adds a name it uses; None where nothing is new (R11).

        Slow the first time: every open patch's files are read. Not undoable: `drop_dependency` takes one
        back for good. Whoever may not change the session changes nothing.
        """
        state, tree, revision = self._snapshot(session)
        known = self._inferred
        if known is not None and known[0] is state and known[1] == revision:
            return None
        if not _may(state, self.user) or not self._found(state, tree)[0]:
            self._inferred = (state, revision)
            return None
        with self.transaction(INFER, state.session.id) as t:
            changed, notes = self._found(t.state, t.tree)
            t.put(*changed)
            above = {one for patch in changed for one in (patch.id, *descendants(t.state.patches, patch.id))}
            t.follow(above)
            t.user, t.undoable = PATCHBAY, False
            t.notes.extend(notes)
            t.summary = notes[0] if len(notes) == 1 else f"noted {len(changed)} patches' dependencies"
        return self.outcome_of(t)

    def _found(self, state: SessionState, tree: Tree) -> tuple[list[Patch], list[str]]:
        """Give the patches whose dependencies are others than those written down, with what to tell."""
        try:
            after, notes = with_inferred(tree, state.patches, self.supply(state, tree), self.text)
        except PatchbayError:
            return [], []
        return [one for one in after.values() if state.patches[one.id] is not one], notes


def _may(state: SessionState, user: str) -> bool:
    role = state.session.role_of(user)
    may_write = role is not None and role.rank >= Role.CONTRIBUTOR.rank
    return may_write and state.session.closed_at is None and len(state.open_patches()) > 1
