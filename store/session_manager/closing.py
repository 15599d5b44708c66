"""Ending a session: closing merges what is ready, abandoning merges nothing (R17, R18)."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from store import rules
from store.errors import Code, PatchbayError
from store.ground.order import closure
from store.model import CleanMerge, Patch, PatchFailure, PatchId, Role, SessionCloseResult
from store.session_manager.merging import MergeVerbs, failure_of
from store.session_manager.patches import abandoned, unplug_above
from store.session_manager.transaction import Transaction
from store.views import ClosePreview, Outcome, PatchView, SessionView


class CloseVerbs(MergeVerbs):
    """The verbs that end a session, and their previews."""

    def close_preview(self, session: str | None = None) -> ClosePreview:
        """Say what closing would merge, in which order, what it can't, and what it would abandon (R17)."""
        return self._closing(session, "close the session")

    def _closing(self, session: str | None, to_do: str) -> ClosePreview:
        seen = self.view(session)
        self.require_here(seen.session, to_do)
        merges = _would_merge(seen)
        refused = self.refused_for_staged(seen, [one.patch.id for one in merges])
        merges = tuple(one for one in merges if one.patch.id not in refused)
        chosen = {one.patch.id for one in merges}
        rest = [one for one in seen.patches if one.patch.is_open and one.patch.id not in chosen]
        failing = (one for one in rest if one.patch.marked_ready)
        return ClosePreview(
            merges=merges,
            fails=tuple(refused.get(one.patch.id) or _would_fail(seen, one) for one in failing),
            abandons=tuple(one.patch for one in rest if not one.patch.marked_ready),
            unassigned=tuple(one.editor for one in seen.editors if one.editor.pending and not one.travels),
            unsaved=tuple(one.editor for one in seen.editors if one.unsaved),
            stamp=self.stamp_of(seen),
            keeps_tree=self.worktree is not None,
        )

    def merge_all_preview(self, session: str | None = None) -> ClosePreview:
        """Say what merging all ready patches would do (R16): nothing is abandoned."""
        seen = self._closing(session, "merge")
        return ClosePreview(seen.merges, seen.fails, (), (), seen.unsaved, seen.stamp)

    def abandon_preview(self, session: str | None = None) -> ClosePreview:
        """Say what abandoning the session would abandon (R18)."""
        seen = self.view(session)
        self.require_here(seen.session, "abandon the session")
        return ClosePreview(
            merges=(),
            fails=(),
            abandons=tuple(one.patch for one in seen.patches if one.patch.is_open),
            unassigned=tuple(one.editor for one in seen.editors if one.editor.pending and not one.travels),
            unsaved=tuple(one.editor for one in seen.editors if one.unsaved),
            stamp=self.stamp_of(seen),
            keeps_tree=self.worktree is not None,
        )

    def clean_merges_ahead(
        self,
        merges: Iterable[PatchId] = (),
        abandons: Iterable[PatchId] = (),
        past_unsaved: bool = False,
        session: str | None = None,
    ) -> tuple[CleanMerge, ...]:
        """Say which texts would be merged unasked, were patches merged one by one and others abandoned then.

        Those that can't be merged are gone past.
        """
        state, tree, _ = self._snapshot(session)
        found: dict[CleanMerge, None] = {}
        for key in merges:
            t = self.trial("patch.merge", state, tree)
            with suppress(PatchbayError):
                self._merge(t, state.patches[key], None, past_unsaved)
                found |= dict.fromkeys(t.clean_merges)
                state, tree = t.state, t.tree
        t = self.trial("patch.merge", state, tree)
        abandoned(t, *(state.patches[key] for key in abandons))
        return tuple(found | dict.fromkeys(t.clean_merges))

    def require_may_end(self, to_do: str, session: str | None = None) -> None:
        """Raise `not-permitted`, `closed` or `codebase-moved` where the user may not end the session now."""
        state = self.repository.load(self.session_id(session))
        rules.require_role(state.session, self.user, Role.OWNER, f"{to_do} a session")
        rules.require_open_session(state.session)
        self.require_here(state.session, f"{to_do} the session")

    def close_session(self, session: str | None = None, stamp: str | None = None) -> SessionCloseResult:
        """Merge everything ready, each in its own transaction, then close and abandon the Drafts (R17).

        What was marked ready and didn't merge is failed: it keeps its operations, and reopening reaches it.
        Raises `closed`, `not-permitted`, `preview-stale`.
        """
        session_id = self.session_id(session)
        self.require_may_end("close", session_id)
        report = self.merge_all_ready(stamp, session_id)
        merged_cleanly = (each for one in report.outcomes for each in one.clean_merges)
        merged = tuple(key for one in report.outcomes for key in _merged_by(one))
        with self.transaction("session.close", session_id) as t:
            t.require(Role.OWNER, "close a session")
            drafts = [patch for patch in t.state.open_patches() if not patch.marked_ready]
            failed = {patch.id for patch in t.state.open_patches() if patch.marked_ready}
            self._end(t, drafts)
            t.in_tree = "left"
            t.summary = f"closed session {t.before.session.name}"
        failures = tuple(one for one in report.failures if one.patch in failed)
        known = {one.patch for one in failures}
        failures += tuple(
            PatchFailure(
                patch=one, code=Code.PREVIEW_STALE, message="It was marked ready while the session closed."
            )
            for one in sorted(failed - known)
        )
        return SessionCloseResult(
            session_id=session_id,
            patches_merged=len(merged),
            patches_failed=failures,
            patches_abandoned=len(drafts),
            merged=merged,
            abandoned=tuple(patch.id for patch in drafts),
            clean_merges=tuple(dict.fromkeys((*merged_cleanly, *t.clean_merges))),
        )

    def abandon_session(
        self, confirm_name: str, session: str | None = None, stamp: str | None = None
    ) -> Outcome:
        """Abandon every open patch and close the session; merged ones stay merged (R18).

        Raises `invalid-name` unless `confirm_name` is the session's name.
        """
        with self.transaction("session.abandon", session) as t:
            t.require(Role.OWNER, "abandon a session")
            self.require_here(t.before.session, "abandon the session")
            self.require_still_fresh(t, stamp)
            name = t.before.session.name
            if confirm_name != name:
                message = f"Abandoning a session takes its name as confirmation: give {name!r}."
                raise PatchbayError(Code.INVALID_NAME, message)
            self._end(t, list(t.state.open_patches()))
            t.in_tree = "left"
            t.summary = f"abandoned session {name}"
        return self.outcome_of(t)

    def _end(self, t: Transaction, patches: list[Patch]) -> None:
        abandoned(t, *patches)
        if self.worktree is not None:
            unplug_above(t, *patches)
        closed = t.state.session.model_copy(update={"closed_at": t.now})
        t.state = t.state.model_copy(update={"session": closed})


def _merged_by(outcome: Outcome) -> tuple[PatchId, ...]:
    return outcome.patches[:1]


def _would_merge(seen: SessionView) -> tuple[PatchView, ...]:
    """Give what the user's merging all ready would merge: each needs only what is merged before it."""
    views = {one.patch.id: one for one in seen.patches}
    chosen: dict[PatchId, PatchView] = {}
    for key in rules.merge_order(
        seen.state.patches, [one.patch.id for one in seen.patches if one.patch.is_open]
    ):
        one = views[key]
        rest = [
            blocker
            for blocker in one.blockers
            if blocker.code is not Code.DEPENDENCY_UNMERGED or blocker.patch not in chosen
        ]
        if not rules.may_steer(seen.session, seen.user, one.patch):
            continue
        if not rest and all(below.id in chosen for below in closure(seen.state.patches, key)):
            chosen[key] = one
    return tuple(chosen.values())


def _would_fail(seen: SessionView, one: PatchView) -> PatchFailure:
    try:
        rules.require_steering(seen.session, seen.user, one.patch, "merge")
        refusal = rules.refusal_of(one.patch, one.blockers)
    except PatchbayError as error:
        refusal = error
    return failure_of(one.patch.id, refusal)
