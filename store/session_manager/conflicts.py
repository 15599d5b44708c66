"""Conflicts: list, show, settle (R12, R13)."""

from __future__ import annotations

from store import conflicts, rules
from store.errors import Code, PatchbayError
from store.ground.order import descendants, restacked
from store.model import Conflict, Patch, Role
from store.session_manager.patches import label
from store.session_manager.reading import ReadingVerbs
from store.views import Outcome


class ConflictVerbs(ReadingVerbs):
    """The verbs on conflicts."""

    def conflicts(self, session: str | None = None) -> tuple[tuple[Patch, Conflict], ...]:
        """Give the open conflicts with their patches."""
        return conflicts.all_conflicts(self._snapshot(session)[0])

    def conflict_texts(
        self, reference: str, session: str | None = None
    ) -> tuple[str | None, str | None, str | None]:
        """Give a conflict's base, ours and theirs; None for a definition that is not there."""
        _, found = conflicts.find(self._snapshot(session)[0], reference)
        base, ours, theirs = (
            None if one is None else self.text(one) for one in (found.base, found.ours, found.theirs)
        )
        return base, ours, theirs

    def resolve_conflict(
        self,
        reference: str,
        ours: bool = False,
        theirs: bool = False,
        text: str | None = None,
        session: str | None = None,
    ) -> Outcome:
        """Settle a conflict by ours, theirs or an edited text; the base becomes theirs (R13)."""
        if [ours, theirs, text is not None].count(True) != 1:
            message = "Say how to settle it: with ours, with theirs, or with one text."
            raise PatchbayError(Code.CONFLICTS, message)
        if text is not None:
            rules.check_text(text)
        with self.transaction("conflict.resolve", session) as t:
            t.require(Role.CONTRIBUTOR, "settle conflicts")
            patch, found = conflicts.find(t.state, reference)
            if text is None:
                chosen = found.ours if ours else found.theirs
                text = None if chosen is None else t.text(chosen)
            op, new = conflicts.settled_operation(
                t.state.patches, patch, found, text, t.tree, t.text, t.keep, self.user
            )
            if new is None and not rules.may_move(t.before.session, self.user, patch, op):
                rules.require_steering(t.before.session, self.user, patch, f"take {op.name} out of")
            operations = tuple(
                one for old in patch.operations if (one := new if old is op else old) is not None
            )
            kept = tuple(one for one in patch.conflicts if one is not found)
            update = {"operations": operations, "conflicts": kept, "marked_ready": False}
            changed = patch.model_copy(update=update)
            after = restacked(t.before.patches, {**t.before.patches, patch.id: changed})
            t.put(*(one for one in after.values() if t.before.patches[one.id] is not one))
            above = descendants(t.before.patches, patch.id) | descendants(t.state.patches, patch.id)
            t.follow([patch.id, *above])
            how = "ours" if ours else "theirs" if theirs else "an edited text"
            t.summary = f"settled {found.name} in {label(patch)} with {how}"
        return self.outcome_of(t)
