"""Dependencies told from the names that patches use (R11), written down in a transaction of their own."""

from __future__ import annotations

from functools import cached_property

from store.errors import PatchbayError
from store.ground.inferred import Missing, missing_names, with_inferred
from store.ground.order import Patches, closure, descendants
from store.model import Patch, Role, SessionState
from store.session_manager.base import PATCHBAY
from store.session_manager.reading import VERDICTS_HELD, ReadingVerbs
from store.source.tree import Tree
from store.views import Outcome

INFER = "patch.infer"
"""The verb of the transaction that notes dependencies between patches."""


class InferVerbs(ReadingVerbs):
    """What is told from the texts of patches."""

    _inferred: tuple[SessionState, str] | None = None
    """The state and revision that have been looked through last."""

    @cached_property
    def _names_missing(self) -> dict[tuple[object, ...], frozenset[str]]:
        return {}

    def infer(self, session: str | None = None) -> Outcome | None:
        """Note that a patch depends on the one which adds a name it uses; None where nothing is new (R11).

        Slow the first time: every open patch's files are read. Not undoable: `drop_dependency` takes one
        back for good. Whoever may not change the session changes nothing.
        """
        state, tree, revision = self._snapshot(session)
        known = self._inferred
        if known is not None and known[0] is state and known[1] == revision:
            return None
        if not _may(state, self.user) or not self._found(state, tree, revision)[0]:
            self._inferred = (state, revision)
            return None
        with self.transaction(INFER, state.session.id) as t:
            changed, notes = self._found(t.state, t.tree, revision)
            t.put(*changed)
            above = {one for patch in changed for one in (patch.id, *descendants(t.state.patches, patch.id))}
            t.follow(above)
            t.user, t.undoable = PATCHBAY, False
            t.notes.extend(notes)
            t.summary = notes[0] if len(notes) == 1 else f"noted {len(changed)} patches' dependencies"
        return self.outcome_of(t)

    def _found(self, state: SessionState, tree: Tree, revision: str) -> tuple[list[Patch], list[str]]:
        """Give the patches whose dependencies are others than those written down, with what to tell."""
        after, notes = with_inferred(state.patches, self._missing_in(state, tree, revision))
        return [one for one in after.values() if state.patches[one.id] is not one], notes

    def _missing_in(self, state: SessionState, tree: Tree, revision: str) -> Missing:
        """Give what looks up a patch's missing names, cached by what they follow from."""

        def missing(patches: Patches, patch: Patch) -> frozenset[str]:
            below = tuple(one.operations for one in closure(patches, patch.id))
            key = (revision, self._imports_of(state), *below, patch.operations)
            if key not in self._names_missing:
                if len(self._names_missing) >= VERDICTS_HELD:
                    self._names_missing.clear()
                seen = state.model_copy(update={"patches": dict(patches)})
                try:
                    self._names_missing[key] = missing_names(*self.composed(seen, patch, tree))
                except PatchbayError:
                    self._names_missing[key] = frozenset()
            return self._names_missing[key]

        return missing


def _may(state: SessionState, user: str) -> bool:
    role = state.session.role_of(user)
    may_write = role is not None and role.rank >= Role.CONTRIBUTOR.rank
    return may_write and state.session.closed_at is None and len(state.open_patches()) > 1
