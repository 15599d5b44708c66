"""What is told from the names that changes use: dependencies (R11), and which changes belong together.

Dependencies are written down in a transaction of their own; what belongs together is only a suggestion.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, partial
from typing import TypeAlias

from store.errors import PatchbayError
from store.ground.imports import is_import
from store.ground.inferred import Told, missing_names, with_inferred
from store.ground.order import Patches, descendants
from store.model import (
    EditorContext,
    Op,
    Patch,
    PatchId,
    Role,
    SessionState,
    affected_names,
)
from store.session_manager.base import PATCHBAY
from store.session_manager.judging import remember
from store.session_manager.reading import ReadingVerbs
from store.source.keys import last_part
from store.source.names import Place
from store.source.related import Change, related
from store.source.texts import decode
from store.source.tree import Tree
from store.views import Outcome

INFER = "patch.infer"
"""The verb of the transaction that notes dependencies between patches."""


Sides: TypeAlias = tuple[Tree, Tree]
"""The codebase, and it with all that a session holds."""


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
            t.user, t.undoable, t.act = PATCHBAY, False, None
            t.notes.extend(notes)
            t.summary = _summary(changed, notes)
        return self.outcome_of(t)

    def related_editors(self, reference: str, session: str | None = None) -> tuple[EditorContext, ...]:
        """Give the editors in no patch whose changes belong with those of an editor, or a patch's id.

        They are those that the user may drive.
        An editor in a patch stands for all of that patch; one in none is among what is given. Only a
        suggestion, told by `source.related` from the names on changed lines. Raises `not-found`.
        """
        state, tree, _ = self._snapshot(session)
        sides = tree, self.supply_of(state, tree)
        subject = reference
        if reference not in state.patches:
            editor = self.require_editor(state, reference)
            subject = editor.patch_id or editor.id
        others = self.typed_in_by_others()
        free = [
            one
            for one in sorted(state.editors.values(), key=lambda one: one.number)
            if one.patch_id is None and not is_import(one.target)
            if one.user == self.user or self.is_anyones(one, others)
        ]
        changes = {
            (one.id, at): change
            for one in free
            for at, change in enumerate(self._pending_changes(state, one, sides))
        }
        operations = state.patches[subject].operations if subject in state.patches else ()
        changes |= {(subject, at): self._change(op, sides) for at, op in enumerate(operations)}
        found = {one for one, _ in related(changes, [key for key in changes if key[0] == subject])}
        return tuple(one for one in free if one.id in found)

    def _pending_changes(self, state: SessionState, editor: EditorContext, sides: Sides) -> Iterator[Change]:
        """Give what an editor in no patch has changed: what is typed in it, else what is saved."""
        buffer = self.repository.buffers.read(editor.id)
        if buffer is None:
            yield from (self._change(op, sides) for op in editor.pending)
        else:
            base = self._base_of(state, editor, sides[0])
            yield Change(_places((editor.target,), sides), base, decode(buffer.text))

    def _change(self, op: Op, sides: Sides) -> Change:
        before, after = (None if one is None else self.text(one) for one in (op.base_digest, op.digest))
        return Change(_places(affected_names(op), sides), before, after)

    def _found(self, state: SessionState, tree: Tree, revision: str) -> tuple[list[Patch], list[str]]:
        """Give the patches whose dependencies are others than those written down, with what to tell."""
        told = Told(
            partial(self._missing, state, tree, revision), partial(self._breaking, state, tree, revision)
        )
        after, notes = with_inferred(state.patches, told)
        return [one for one in after.values() if state.patches[one.id] is not one], notes

    def _missing(
        self, state: SessionState, tree: Tree, revision: str, patches: Patches, patch: Patch
    ) -> frozenset[str]:
        """Give the names that a patch's files use and it does not see, cached by what they follow from."""
        key = self.judged_by(state, patch, tree, revision, patches)
        if key not in self._names_missing:
            try:
                found = missing_names(*self.composed(state, patch, tree, patches))
            except PatchbayError:
                found = frozenset()
            remember(self._names_missing, key, found)
        return self._names_missing[key]

    def _breaking(
        self, state: SessionState, tree: Tree, revision: str, patches: Patches, patch: Patch
    ) -> dict[PatchId, str]:
        """Give the patches that change what uses a name which a patch takes away, with the first of each."""
        try:
            broken = self.broken_by(state, patch, tree, revision, patches)
        except PatchbayError:
            return {}
        found: dict[PatchId, str] = {}
        for one in broken:
            for held in one.held:
                if held.patch is not None:
                    found.setdefault(held.patch, one.use.full)
        return found


def _summary(changed: list[Patch], notes: list[str]) -> str:
    if not notes:
        needs = "needs" if len(changed) == 1 else "need"
        return f"looked again at what {', '.join(one.letter for one in changed)} {needs}"
    return notes[0] if len(notes) == 1 else f"noted {len(notes)} dependencies"


def _places(names: tuple[str, ...], sides: Sides) -> tuple[Place, ...]:
    """Give where names stand, or stood; of a whole file where all in it does."""
    found: list[Place] = []
    for name in names:
        for tree in sides:
            place = tree.find(name)
            if place is not None and place.key != "<file>":
                found.append(place)
            elif place is not None and tree.exists(place.path):
                found += (Place(place.path, piece.key) for piece in tree.partition(place.path).pieces)
    return tuple(dict.fromkeys(found)) or (Place(names[-1].rpartition(":")[0], last_part(names[-1])),)


def _may(state: SessionState, user: str) -> bool:
    role = state.session.role_of(user)
    may_write = role is not None and role.rank >= Role.CONTRIBUTOR.rank
    return may_write and state.session.closed_at is None and len(state.open_patches()) > 1
