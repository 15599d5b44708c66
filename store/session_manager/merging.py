"""Merging: one patch, a chain, all that are ready (R6, R14–R16)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from itertools import dropwhile
from typing import TypeAlias

from store import rules
from store.codebase.protocol import KeepsStaged, MakesAhead
from store.errors import Code, PatchbayError
from store.ground.composition import applied, may_lie_in
from store.ground.imports import is_import, travelling
from store.ground.order import closure, names_of
from store.ground.rebase import resting_on
from store.ground.verdicts import problems, undefined_still
from store.model import (
    Blocker,
    Digest,
    EditorContext,
    Patch,
    PatchFailure,
    PatchId,
    Role,
    SessionState,
    new_name_of,
)
from store.session_manager.ahead import ToBeMadeError
from store.session_manager.inferring import InferVerbs
from store.session_manager.patches import label, mark
from store.session_manager.pending import pending_follows
from store.session_manager.stamps import StampVerbs, stale
from store.session_manager.transaction import Transaction
from store.source.tree import Tree
from store.views import CommitMessage, MergePreview, MergeReport, Outcome, SessionView

Held: TypeAlias = frozenset[tuple[str, str | None, Digest | None]]
"""What a patch makes of which definitions, whatever they rest on."""


class MergeVerbs(InferVerbs, StampVerbs):
    """The verbs that merge."""

    def merge_preview(
        self, reference: str, with_dependencies: bool = True, session: str | None = None
    ) -> MergePreview:
        """Say what merging a patch would do; with its dependencies first where those can be merged (§6).

        `blockers` is empty when it can be done: the patch itself may lack nothing but its mark, and each
        dependency it waits for must be ready.
        """
        self.infer(session)
        seen = self.view(session)
        patch = self.patch_in(seen.state, reference)
        rules.require_open_patch(patch, "merge")
        self.require_here(seen.session, "merge")
        chain = [one.id for one in closure(seen.state.patches, patch.id)] if with_dependencies else []
        views = [one for key in (*chain, patch.id) if (one := seen.patch(key)) is not None]
        found: list[Blocker] = []
        marks: list[PatchId] = []
        for one in views:
            for blocker in one.blockers:
                if blocker.code is Code.DEPENDENCY_UNMERGED and blocker.patch in chain:
                    continue
                if blocker.code is Code.NOT_READY and one.patch.id == patch.id:
                    marks.append(patch.id)
                    continue
                found.append(blocker if one.patch.id == patch.id else self._within(one.patch, blocker))
        own = seen.patch(patch.id)
        if found and own is not None:
            direct = [one for one in own.blockers if one.code is not Code.NOT_READY]
            found = direct or found
        if not found:
            found += self._staged_in_the_way(seen, [one.patch.id for one in views], marks)
        imports, undefined = ((), ()) if found else self._along(seen, [one.patch for one in views])
        return MergePreview(
            patches=tuple(views),
            marks_ready=tuple(marks),
            revision=seen.codebase.revision,
            unblocks=_unblocked(seen, {one.patch.id for one in views}),
            editors=tuple(
                one
                for one in seen.state.editors.values()
                if one.patch_id in {v.patch.id for v in views} and not one.found
            ),
            blockers=tuple(found),
            stamp=self.stamp_of(seen),
            imports=imports,
            undefined=undefined,
        )

    def _staged_in_the_way(
        self, seen: SessionView, chain: list[PatchId], marks: Collection[PatchId]
    ) -> Iterator[Blocker]:
        for failure in self.refused_for_staged(seen, chain, marks).values():
            if failure.code is Code.CONFLICTS:
                yield Blocker(code=failure.code, message=failure.message.removesuffix("."))

    def refused_for_staged(
        self, seen: SessionView, patches: Iterable[PatchId], marks: Collection[PatchId] = ()
    ) -> dict[PatchId, PatchFailure]:
        """Say which of some patches, merged in this order, fail for what is staged, or for one that does.

        Those in `marks` are marked ready on the way.
        """
        found: dict[PatchId, PatchFailure] = {}
        if self.worktree is None or not self.worktree.staged_paths():
            return found
        assert isinstance(self.codebase, KeepsStaged)
        state, tree = seen.state, self.tree_for(seen.session, seen.codebase.revision)
        with self.codebase.rehearsed(self.new_id("trial")) as rehearsal:
            for key in patches:
                t = self.trial("patch.merge", state, tree)
                try:
                    if key in marks:
                        mark(t, state.patches[key], ready=True)
                    self._merge(t, t.state.patches[key], None, past_unsaved=False)
                    rehearsal(t.commits or {})
                except PatchbayError as error:
                    found[key] = failure_of(key, error)
                else:
                    state, tree = t.state, t.tree
        return found

    def _along(self, seen: SessionView, patches: Iterable[Patch]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Give the lines of imports that go along with patches, and what their files lack all the same."""
        tree = self.tree_for(seen.session, seen.codebase.revision)
        imports: dict[str, None] = {}
        undefined: dict[str, None] = {}
        for patch in patches:
            under, over = self.composed(seen.state, patch, tree)
            imports |= dict.fromkeys(travelling(applied(under, patch.operations, self.text), over))
            undefined |= dict.fromkeys(undefined_still(problems(under, over)))
        return tuple(imports), tuple(undefined)

    @staticmethod
    def _within(patch: Patch, blocker: Blocker) -> Blocker:
        return blocker.model_copy(update={"message": f"{label(patch)}: {blocker.message}", "patch": patch.id})

    def merge_patch(
        self,
        reference: str,
        message: str | None = None,
        past_unsaved: bool = False,
        stamp: str | None = None,
        session: str | None = None,
    ) -> Outcome:
        """Merge one patch as one revision (R14). Its editors stay open, clean and unassigned (R15).

        Raises the first blocker's code with all blockers; `past_unsaved` goes past other people's buffers.
        """
        rules.check_description(message or "")
        self._check_before_the_lock(reference, session)

        def work(t: Transaction) -> None:
            t.require(Role.CONTRIBUTOR, "merge patches")
            if t.made is None:
                self.require_still_fresh(t, stamp)
            self._merge(t, self.patch_in(t.before, reference), message, past_unsaved)
            if t.made is not None and not self.is_as_made(t):
                self.require_still_fresh(t, stamp)

        return self.outcome_of(self.committed("patch.merge", session, work)[0])

    def require_mergeable(
        self, reference: str, past_unsaved: bool = False, session: str | None = None
    ) -> None:
        """Raise what merging a patch would raise now, apart from hooks and signing; nothing is changed."""
        state, tree, _ = self._snapshot(session)
        with self.repository.lock.ensure_exclusive():
            self.settle()
            t = self.trial("patch.merge", state, tree)
            t.require(Role.CONTRIBUTOR, "merge patches")
            self._merge(t, self.patch_in(state, reference), None, past_unsaved)
            if isinstance(self.codebase, MakesAhead):
                with suppress(ToBeMadeError):
                    self.codebase.settle(self._prepared(t))

    def _check_before_the_lock(self, reference: str, session: str | None) -> None:
        """Get the slow verdicts on a patch's texts, which the transaction then finds cached (R14)."""
        self.infer(session)
        state, tree, revision = self._snapshot(session)
        self.problems_of(state, self.patch_in(state, reference), tree, revision, anew=True)

    def _merge(self, t: Transaction, patch: Patch, message: str | None, past_unsaved: bool) -> None:
        rules.require_steering(t.before.session, self.user, patch, "merge")
        rules.require_open_patch(patch, "merge")
        self.require_here(t.before.session, "merge")
        found = self.blockers_of(t.state, patch, t.tree, anew=True)
        if past_unsaved:
            found = rules.past_unsaved(found, t.state.editors, self.user)
        if found:
            raise rules.refusal_of(patch, found)
        merged_tree = self.composed(t.state, patch, t.tree)[1]
        if all(merged_tree.digest(path) == t.tree.digest(path) for path in merged_tree.changed):
            message = f"{label(patch)} would change no file as it is: abandon it, or change something in it."
            raise PatchbayError(Code.EMPTY, message)
        t.commits = dict(merged_tree.changed)
        t.message = self.message_of(patch, message).text
        t.put(patch.model_copy(update={"merged_at": t.now, "merged_by": self.user}))
        t.set_tree(t.tree.over(merged_tree))
        for editor in t.state.editors.values():
            if editor.patch_id == patch.id:
                self._leave(t, editor, merged_tree)
            elif editor.found and editor.pending and is_import(editor.target):
                self._leave(t, pending_follows(t, editor), merged_tree)
        beside = (one.id for one in t.state.open_patches() if _lies_in(one, t.commits, t.tree.roots))
        t.follow([*resting_on(t.before.patches, patch.id, names_of(patch)), *beside])
        t.summary = f"merged {label(patch)}"
        t.patches_named.append(patch.id)

    def _leave(self, t: Transaction, editor: EditorContext, merged_tree: Tree) -> None:
        """Leave an editor clean and unassigned after a merge (R15); close one found in a working tree."""
        if editor.pending:
            t.put_editor(editor)
        elif editor.found and self.repository.buffers.read(editor.id) is None:
            t.state = t.state.without_editor(editor.id)
        else:
            text = merged_tree.definition(editor.target)
            base = None if text is None else t.keep(text)
            t.put_editor(editor.model_copy(update={"patch_id": None, "base_digest": base}))

    def message_of(self, patch: Patch, message: str | None = None) -> CommitMessage:
        """Give what merging a patch says in its revision: its name and description, else `message`.

        Blanks alone say nothing. In git whose they are follows as trailers; the transaction is added as the
        last one when it is made.
        """
        words = _said(message or "") or "\n\n".join(filter(None, (patch.name, _said(patch.description))))
        trailers: tuple[tuple[str, str], ...] = ()
        if self.codebase.kind == "git":
            trailers = (("Patchbay-Session", patch.session_id), ("Patchbay-Patch", patch.id))
        return CommitMessage(words, trailers)

    def blockers_of(
        self, state: SessionState, patch: Patch, tree: Tree, *, anew: bool = False
    ) -> tuple[Blocker, ...]:
        """Give why a patch can't be merged now (R6); `anew` see `problems_of`."""
        found = self.problems_of(state, patch, tree, self.followed(state.session), anew=anew)
        unsaved = self.unsaved_in(state, tree)
        why = self.emptied(state, tree).get(patch.id, "")
        return rules.blockers(patch, state.patches, state.editors, unsaved, found, why)

    def merge_chain(
        self,
        references: Iterable[str],
        mark_ready: Iterable[str] = (),
        message: str | None = None,
        past_unsaved: bool = False,
        stamp: str | None = None,
        session: str | None = None,
    ) -> MergeReport:
        """Merge several patches in the order given, each in its own transaction, and stop at a failure.

        All of it is one act. Those in `mark_ready` are marked just before, unless what they hold has changed
        since it began: that is `preview-stale`. `message` is for the last one.
        """
        state = self._snapshot(session)[0]
        marked = {one: _held(self.patch_in(state, one)) for one in mark_ready}
        self.require_fresh(stamp, session)
        chain = list(references)
        outcomes: list[Outcome] = []
        with self.one_act():
            for index, reference in enumerate(chain):
                try:
                    if reference in marked:
                        outcomes.append(self._mark_in_chain(reference, marked[reference], session))
                    text = message if index == len(chain) - 1 else None
                    outcomes.append(self.merge_patch(reference, text, past_unsaved, session=session))
                except PatchbayError as error:
                    return MergeReport(tuple(outcomes), (failure_of(reference, error),))
        return MergeReport(tuple(outcomes), ())

    def _mark_in_chain(self, reference: str, held: Held, session: str | None) -> Outcome:
        with self.transaction("patch.ready", session) as t:
            t.require(Role.CONTRIBUTOR, "mark patches ready")
            patch = self.patch_in(t.before, reference)
            rules.require_steering(t.before.session, self.user, patch, "mark", " ready")
            rules.require_open_patch(patch, "mark", " ready")
            if _held(patch) != held:
                raise stale()
            mark(t, patch, ready=True)
        return self.outcome_of(t)

    def merge_all_ready(self, stamp: str | None = None, session: str | None = None) -> MergeReport:
        """Merge everything marked ready, in dependency order, going past what fails (R16).

        Patches that become ready on the way are included. All of it is one act.
        """
        self.require_fresh(stamp, session)
        with self.one_act():
            return self._merge_all(self.session_id(session))

    def _merge_all(self, session: str) -> MergeReport:
        outcomes: list[Outcome] = []
        failures: dict[PatchId, PatchFailure] = {}
        merged = -1
        while merged < len(outcomes):
            merged = len(outcomes)
            for key in self._marked_ready(session):
                try:
                    outcomes.append(self.merge_patch(key, session=session))
                    failures.pop(key, None)
                except PatchbayError as error:
                    failures[key] = failure_of(key, error)
        return MergeReport(tuple(outcomes), tuple(failures.values()))

    def _marked_ready(self, session: str) -> tuple[PatchId, ...]:
        """Give what is marked ready now, in merge order, to somebody who may merge."""
        state, _, _ = self._snapshot(session)
        rules.require_role(state.session, self.user, Role.CONTRIBUTOR, "merge patches")
        rules.require_open_session(state.session)
        return rules.merge_order(state.patches, [one.id for one in state.open_patches() if one.marked_ready])


def _held(patch: Patch) -> Held:
    return frozenset((op.name, new_name_of(op), op.digest) for op in patch.operations)


def _lies_in(patch: Patch, paths: Collection[str], roots: tuple[str, ...]) -> bool:
    """Whether a patch has something in some files, where comments and blank lines may have changed."""
    return any(may_lie_in(op, paths, roots) for op in patch.operations)


def _said(text: str) -> str:
    """Give a text from its first line that says something; nothing where none does."""
    return "\n".join(dropwhile(lambda line: not line.strip(), text.split("\n")))


def failure_of(patch_id: PatchId, error: PatchbayError) -> PatchFailure:
    """Give what is said of a patch that was to be merged and was refused."""
    return PatchFailure(patch=patch_id, code=error.code, message=error.message)


def _unblocked(seen: SessionView, merged: set[PatchId]) -> tuple[Patch, ...]:
    """Give the open patches that wait for some of these, and for nothing else."""
    found = []
    for one in seen.patches:
        waits = {other.id for other in one.waits_for}
        if one.patch.id not in merged and waits and waits <= merged:
            found.append(one.patch)
    return tuple(found)
