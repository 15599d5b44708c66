"""Assigning: which patch an editor contributes to, one editor or many at once (R9, R10)."""

from __future__ import annotations

from collections.abc import Sequence

from store import rules
from store.errors import Code, PatchbayError
from store.ground.composition import operation_on
from store.model import EditorContext, Role
from store.session_manager.editors import EditorVerbs
from store.session_manager.patches import label
from store.session_manager.references import renames
from store.session_manager.saving import (
    Where,
    assign_independent,
    assign_pending,
    choose,
    move_editor,
    take_out,
)
from store.session_manager.transaction import Transaction
from store.views import Outcome, PatchView


class AssignVerbs(EditorVerbs):
    """The verbs that plug editors into patches."""

    def assignment_choices(self, reference: str, session: str | None = None) -> tuple[PatchView, ...]:
        """Give the open patches that the user may assign an editor to."""
        seen = self.view(session)
        if seen.role is None or seen.role is Role.VIEWER:
            return ()
        self.require_editor(seen.state, reference)
        return tuple(one for one in seen.patches if one.patch.is_open)

    def assign_editor(
        self,
        reference: str,
        patch: str | None = None,
        new_patch: str | None = None,
        on_top: bool = False,
        session: str | None = None,
    ) -> Outcome:
        """Plug an editor into a patch, saving its buffer in the same transaction (R10).

        Its operation moves along when the user alone wrote it (a maintainer: any), else, or with `on_top`,
        what is saved next stacks on it. Raises `conflicts` where the texts don't merge.
        """
        return self.assign_editors((reference,), patch, new_patch, on_top, session)

    def assign_editors(
        self,
        references: Sequence[str],
        patch: str | None = None,
        new_patch: str | None = None,
        on_top: bool = False,
        session: str | None = None,
    ) -> Outcome:
        """Plug several editors into one patch in one transaction, each as `assign_editor` does."""
        if patch is None and new_patch is None:
            raise PatchbayError(Code.NOT_FOUND, "Say which patch to assign to, or name a new one.")
        with self.transaction("editor.assign", session) as t:
            t.require(Role.CONTRIBUTOR, "assign editors")
            first = self._assigned(t, references[0], patch, new_patch, on_top)
            assert first.patch is not None
            for reference in self._not_at_once(t, references[1:], first):
                self._assigned(t, reference, first.patch.id, None, on_top)
            self.keep_tree(t)
            patch = first.patch.id
            names = [t.state.editors[one].target for one in dict.fromkeys(t.editors_named)]
            what = names[0] if len(names) == 1 else f"{len(names)} editors"
            t.summary = f"assigned {what} to {label(t.state.patches[patch or ''])}"
        return self.outcome_of(t)

    def _not_at_once(self, t: Transaction, references: Sequence[str], where: Where) -> list[str]:
        """Plug what can be plugged into a patch in one step; gives the rest, to be done one by one."""
        assert where.patch is not None
        own = {reference: self._to_assign(t, reference) for reference in references}
        free = [one for one in own.values() if one.patch_id is None and not self._has_buffer(one)]
        done = assign_independent(t, free, t.state.patches[where.patch.id])
        for editor in free:
            if editor.id in done:
                self._say(t, t.state.editors[editor.id], where, "assigned")
        return [reference for reference, editor in own.items() if editor.id not in done]

    def _to_assign(self, t: Transaction, reference: str) -> EditorContext:
        """Find an editor, or open one; where work in no patch renames what is named, the one of that."""
        reference = self.called(t.state, reference)
        meant = self._meant(t.state, reference)
        works = meant is not None and (meant.target != reference or meant.patch_id or meant.pending)
        if not works and (meant is None or not self._has_buffer(meant)):
            for editor in t.state.editors.values():
                if renames(editor, reference) and (editor.user == self.user or self.is_anyones(editor)):
                    return editor
        return self._drivable(t, reference)

    def _has_buffer(self, editor: EditorContext) -> bool:
        return self.repository.buffers.read(editor.id) is not None

    def _assigned(
        self, t: Transaction, reference: str, patch: str | None, new_patch: str | None, on_top: bool
    ) -> Where:
        editor = self._to_assign(t, reference)
        typed, over, from_buffer = self._typed(t, editor, None, None)
        where = choose(self, t, editor, patch, new_patch)
        assert where.patch is not None
        target = t.state.patches[where.patch.id]
        if editor.patch_id is None:
            editor = self._saved(t, assign_pending(self, t, editor, target), typed, over)
        else:
            editor = self._saved(t, editor, typed, over)
            if editor.patch_id != target.id:
                editor = move_editor(t, editor, t.state.patches[target.id], on_top=on_top)
        if from_buffer:
            t.buffers_spent.append(editor.id)
        self._say(t, editor, where, "assigned")
        return where

    def unassign_editor(self, reference: str, session: str | None = None) -> Outcome:
        """Unplug an editor; what it alone contributed becomes pending work (R10)."""
        with self.transaction("editor.unassign", session) as t:
            t.require(Role.CONTRIBUTOR, "unassign editors")
            editor = self.require_editor(t.state, reference)
            self._require_drivable(editor)
            if editor.patch_id is None:
                message = f"Editor {editor.number} {editor.target} is in no patch already."
                raise PatchbayError(Code.BAD_TRANSITION, message)
            patch = t.state.patches[editor.patch_id]
            op = operation_on(patch.operations, editor.target)
            pending = editor.pending
            if op is not None and rules.may_move(t.before.session, t.user, patch, op):
                take_out(t, patch, op)
                pending = (op,)
            t.put_editor(editor.model_copy(update={"patch_id": None, "pending": pending}))
            self.keep_tree(t)
            t.summary = f"unassigned {editor.target} from {label(patch)}"
        return self.outcome_of(t)
