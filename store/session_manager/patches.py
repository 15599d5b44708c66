"""Patches: create, describe, mark, abandon, restore, depend, join (R4, R5, R10, R11, R19)."""

from __future__ import annotations

from functools import partial

from store import assignment, rules
from store.errors import Code, PatchbayError
from store.ground.inferred import attributes_of, suggested
from store.ground.order import (
    dependency_of,
    descendants,
    names_of,
    placed,
    reach_of,
    restacked,
    shared_names,
)
from store.history import abandonment, with_spent_editors
from store.model import (
    Dependency,
    EditorContext,
    Origin,
    Patch,
    PatchId,
    PatchStatus,
    Role,
    SessionState,
    letter_of,
    new_name_of,
)
from store.rules import merge_order
from store.session_manager.base import Base
from store.session_manager.pending import drop_what_came_back
from store.session_manager.stamps import StampVerbs
from store.session_manager.transaction import Transaction
from store.views import Outcome


def new_patch(manager: Base, t: Transaction, name: str, description: str = "") -> Patch:
    """Put a new, empty Draft patch of the acting user into a transaction and give it (R4)."""
    name = rules.check_patch_name(t.state, name)
    patch = Patch(
        id=manager.new_id("patch"),
        session_id=t.before.session.id,
        letter=letter_of(t.state.session.letters_given),
        name=name,
        description=rules.check_description(description),
        created_at=t.now,
        created_by=t.user,
    )
    given = t.state.session.model_copy(update={"letters_given": t.state.session.letters_given + 1})
    t.state = t.state.model_copy(update={"session": given}).with_patch(patch)
    return patch


def abandoned(t: Transaction, *patches: Patch) -> None:
    """Abandon open patches within a transaction: nothing is deleted, their editors are unassigned (R19)."""
    gone = {patch.id: patch.model_copy(update={"abandoned_at": t.now}) for patch in patches}
    after = restacked(t.state.patches, {**t.state.patches, **gone})
    t.put(*(one for one in after.values() if t.state.patches[one.id] is not one))
    t.put_editor(
        *(
            editor.model_copy(update={"patch_id": None})
            for editor in t.state.editors.values()
            if editor.patch_id in gone
        )
    )


def unplug_above(t: Transaction, *patches: Patch) -> None:
    """Unassign the editors that were to stack on patches whose text a working tree keeps when they go.

    What has nothing above that text yet would take it for its own: it is to be in no patch (R19).
    """
    t.put_editor(
        *(
            editor.model_copy(update={"patch_id": None})
            for editor in t.state.editors.values()
            if any(_waits_above(t.state, editor, patch) for patch in patches)
        )
    )


def _waits_above(state: SessionState, editor: EditorContext, patch: Patch) -> bool:
    """Whether an editor was put on top of what a patch does, in another one that does nothing there yet."""
    own = state.patches.get(editor.patch_id or "")
    if own is None or own.id == patch.id or editor.target not in names_of(patch):
        return False
    return editor.target not in names_of(own)


def label(patch: Patch) -> str:
    """Give a patch's letter and name."""
    return f"{patch.letter} {patch.name}"


class PatchVerbs(StampVerbs):
    """The verbs on patches, but for merging."""

    def create_patch(self, name: str, description: str = "", session: str | None = None) -> Outcome:
        """Create a patch: Draft, empty, by the acting user (R4). Raises `name-taken`, `invalid-name`."""
        with self.transaction("patch.new", session) as t:
            t.require(Role.CONTRIBUTOR, "create patches")
            patch = new_patch(self, t, name, description)
            t.summary = f"created {label(patch)}"
        return self.outcome_of(t)

    def edit_patch(
        self,
        reference: str,
        name: str | None = None,
        description: str | None = None,
        session: str | None = None,
    ) -> Outcome:
        """Give a patch another name or description. Raises `name-taken`, `bad-transition`."""
        with self.transaction("patch.edit", session) as t:
            t.require(Role.CONTRIBUTOR, "change patches")
            patch = self.patch_in(t.before, reference)
            rules.require_steering(t.before.session, self.user, patch, "change")
            rules.require_open_patch(patch, "change")
            update: dict[str, str] = {}
            if name is not None:
                update["name"] = rules.check_title(name, "patch")
                rules.require_free_name(t.before, update["name"], patch.id)
            if description is not None:
                update["description"] = rules.check_description(description)
            changed = patch.model_copy(update=update)
            if changed != patch:
                t.put(changed)
            t.summary = f"changed the {' and '.join(update) or 'nothing'} of {label(changed)}"
        return self.outcome_of(t)

    def mark_ready(self, reference: str, session: str | None = None) -> Outcome:
        """Mark a Draft patch Ready (R5). Raises `empty`, `conflicts`, `bad-transition`."""
        return self._mark(reference, session, ready=True)

    def mark_draft(self, reference: str, session: str | None = None) -> Outcome:
        """Take a Ready patch back to Draft (R5). Raises `bad-transition`."""
        return self._mark(reference, session, ready=False)

    def _mark(self, reference: str, session: str | None, *, ready: bool) -> Outcome:
        word = "ready" if ready else "draft"
        with self.transaction(f"patch.{word}", session) as t:
            t.require(Role.CONTRIBUTOR, f"mark patches {word}")
            patch = self.patch_in(t.before, reference)
            rules.require_steering(t.before.session, self.user, patch, "mark", f" {word}")
            rules.require_open_patch(patch, "mark", f" {word}")
            mark(t, patch, ready=ready)
        return self.outcome_of(t)

    def require_may_abandon(self, reference: str, session: str | None = None) -> None:
        """Raise `closed` or `not-permitted` where the user may not abandon the patch (R20)."""
        state = self._readable(session)
        rules.require_open_session(state.session)
        rules.require_steering(state.session, self.user, self.patch_in(state, reference), "abandon")

    def abandon_patch_preview(
        self, reference: str, session: str | None = None, *, restore_tree: bool = False
    ) -> tuple[str, ...]:
        """Say what abandoning the patch would mean for others and in the tree, a sentence each (R19)."""
        state = self._readable(session)
        patch = self.patch_in(state, reference)
        rules.require_open_patch(patch, "abandon")
        self.require_here(state.session, "abandon")
        count = len(patch.operations)
        kept = "1 operation is kept" if count == 1 else f"{count} operations are kept"
        found = [f"{kept}; the patch can be restored"]
        for other in state.patches.values():
            if other.is_open and dependency_of(other, patch.id):
                found.append(f"{label(other)} depends on it and will be blocked until that is dropped")
        leaves = self.worktree is not None and not restore_tree
        for editor in state.editors.values():
            if editor.patch_id == patch.id or (leaves and _waits_above(state, editor, patch)):
                found.append(f"editor {editor.number} {editor.target} will be unassigned")
        if self.worktree is not None:
            left = "the working tree keeps its text, which will be in no patch"
            found.append("its text will be taken out of the working tree" if restore_tree else left)
        return tuple(found)

    def abandon_patch(
        self,
        reference: str,
        session: str | None = None,
        *,
        restore_tree: bool = False,
        stamp: str | None = None,
    ) -> Outcome:
        """Abandon an open patch; it can be restored, and nothing is deleted (R19).

        A git working tree keeps its text, which the next look finds in no patch; with `restore_tree` it is
        taken out there too. Raises `bad-transition` for that on a package tree, `codebase-moved` for a
        session that belongs elsewhere: its tree is not seen from here (§4), `preview-stale` where the
        stamp of what was confirmed does not hold any more.
        """
        if restore_tree:
            self.require_worktree()
        with self.transaction("patch.abandon", session) as t:
            self.require_still_fresh(t, stamp)
            t.in_tree = "written" if restore_tree else "left"
            t.require(Role.CONTRIBUTOR, "abandon patches")
            patch = self.patch_in(t.before, reference)
            rules.require_steering(t.before.session, self.user, patch, "abandon")
            rules.require_open_patch(patch, "abandon")
            self.require_here(t.before.session, "abandon")
            abandoned(t, patch)
            if self.worktree is not None and not restore_tree:
                unplug_above(t, patch)
            t.summary = f"abandoned {label(patch)}"
            count = len(patch.operations)
            if restore_tree and count:
                what = "1 definition" if count == 1 else f"{count} definitions"
                t.notes.append(f"what it changed in {what} was taken out of the working tree")
        return self.outcome_of(t)

    def restore_patch(
        self, reference: str, as_name: str | None = None, session: str | None = None
    ) -> Outcome:
        """Bring an abandoned patch back as a Draft, its operations into their stacks (R5, R19).

        Raises `bad-transition` for another one, `name-taken` without `as_name`.
        """
        with self.transaction("patch.restore", session) as t:
            t.require(Role.CONTRIBUTOR, "restore patches")
            patch = self.patch_in(t.before, reference)
            rules.require_steering(t.before.session, self.user, patch, "restore")
            if patch.status is not PatchStatus.ABANDONED:
                message = f"{label(patch)} is {patch.status}: only an abandoned patch can be restored."
                raise PatchbayError(Code.BAD_TRANSITION, message)
            name = rules.check_title(as_name, "patch") if as_name is not None else patch.name
            rules.require_free_name(t.before, name)
            back = patch.model_copy(update={"abandoned_at": None, "marked_ready": False, "name": name})
            others = {**t.before.patches, patch.id: patch.model_copy(update={"operations": ()})}
            held = placed(others, patch.id, sorted(reach_of(others, patch.operations)))
            dependencies = held[patch.id].dependencies
            held[patch.id] = back.model_copy(update={"dependencies": dependencies})
            t.put(*(one for one in held.values() if t.before.patches[one.id] is not one))
            t.follow([patch.id, *descendants(t.state.patches, patch.id)])
            if self.worktree is not None:
                log = self.repository.recent_log(t.before.session.id)
                entry = abandonment(patch.id, log)
                t.as_before = {} if entry is None else entry.written
                t.state = with_spent_editors(t.state, patch.id, log)
                drop_what_came_back(t)
            _plug_in_again(t, back)
            t.summary = f"restored {label(back)}"
        return self.outcome_of(t)

    # Dependencies

    def add_dependency(self, reference: str, on: str, session: str | None = None) -> Outcome:
        """Let a patch wait for another (R11), or accept what was inferred.

        Raises `dependency-cycle`, `bad-transition`.
        """
        with self.transaction("patch.depend", session) as t:
            t.require(Role.CONTRIBUTOR, "add dependencies")
            patch, other = self.patch_in(t.before, reference), self.patch_in(t.before, on)
            rules.require_steering(t.before.session, self.user, patch, "add a dependency to")
            rules.require_open_patch(patch, "add a dependency to")
            if other.status is PatchStatus.ABANDONED:
                message = (
                    f"{label(other)} is abandoned, so nothing can come to depend on it: restore it first."
                )
                raise PatchbayError(Code.BAD_TRANSITION, message)
            rules.require_no_cycle(t.before.patches, patch, other)
            declared = Dependency(patch=other.id, origin=Origin.DECLARED, why=f"declared by {self.user}")
            present = dependency_of(patch, other.id)
            if present is None or present.origin is Origin.INFERRED:
                dropped = tuple(one for one in patch.dropped if one != other.id)
                kept = tuple(one for one in patch.dependencies if one is not present)
                update = {"dependencies": (*kept, declared), "dropped": dropped}
                t.put(patch.model_copy(update=update))
                t.follow([patch.id, *descendants(t.state.patches, patch.id)])
                self.keep_tree(t)
            t.summary = f"{label(patch)} depends on {label(other)}"
        return self.outcome_of(t)

    def drop_dependency(self, reference: str, on: str, session: str | None = None) -> Outcome:
        """Let a patch wait for another no more, or dismiss what was only a suggestion (R11).

        Raises `not-found`, and `rests-on` for a stack (R7).
        """
        with self.transaction("patch.undepend", session) as t:
            t.require(Role.CONTRIBUTOR, "drop dependencies")
            patch, other = self.patch_in(t.before, reference), self.patch_in(t.before, on)
            rules.require_steering(t.before.session, self.user, patch, "drop a dependency of")
            rules.require_open_patch(patch, "drop a dependency of")
            found = dependency_of(patch, other.id)
            if found is None:
                self._dismiss(t, patch, other)
            else:
                self._drop(t, patch, other, found)
                self.keep_tree(t)
        return self.outcome_of(t)

    def _dismiss(self, t: Transaction, patch: Patch, other: Patch) -> None:
        guessed = suggested(t.before.patches, partial(attributes_of, text=t.text)).get(patch.id, ())
        if other.id not in {supplier for supplier, _ in guessed}:
            names = ", ".join(label(t.before.patches[one.patch]) for one in patch.dependencies)
            message = f"{label(patch)} does not depend on {label(other)}; it depends on {names or 'nothing'}."
            raise PatchbayError(Code.NOT_FOUND, message)
        t.put(patch.model_copy(update={"dropped": (*patch.dropped, other.id)}))
        t.summary = f"dismissed that {label(patch)} needs {label(other)}"

    @staticmethod
    def _drop(t: Transaction, patch: Patch, other: Patch, found: Dependency) -> None:
        shared = shared_names(patch, other)
        if other.is_open and shared:
            message = (
                f"{label(patch)} rests on {label(other)}: both change {shared[0]}."
                " Move that operation into one of them, or join the patches."
            )
            raise PatchbayError(Code.RESTS_ON, message)
        dropped = (*patch.dropped, found.patch) if found.origin is Origin.INFERRED else patch.dropped
        kept = tuple(one for one in patch.dependencies if one is not found)
        changed = patch.model_copy(update={"dependencies": kept, "dropped": dropped})
        after = restacked(t.before.patches, {**t.before.patches, patch.id: changed})
        t.put(*(one for one in after.values() if t.before.patches[one.id] is not one))
        t.follow([patch.id, *descendants(t.state.patches, patch.id)])
        t.summary = f"{label(patch)} no longer depends on {label(other)}"

    def join_patches(self, reference: str, into: str, session: str | None = None) -> Outcome:
        """Put all operations of a patch into another and abandon the empty rest (R11, R20).

        What depended on it depends on the other one. Raises `dependency-cycle` where that would be a circle,
        `conflicts` while one of them has an open conflict.
        """
        with self.transaction("patch.join", session) as t:
            t.require(Role.CONTRIBUTOR, "join patches")
            patch, other = self.patch_in(t.before, reference), self.patch_in(t.before, into)
            for one in (patch, other):
                rules.require_steering(t.before.session, self.user, one, "join")
                rules.require_open_patch(one, "join")
                _require_settled(one)
            if patch.id == other.id:
                raise PatchbayError(Code.BAD_TRANSITION, f"{label(patch)} is the same patch: choose another.")
            _join(t, patch.id, other.id)
            self.keep_tree(t)
            t.summary = f"joined {label(patch)} into {label(other)}"
        return self.outcome_of(t)


def _plug_in_again(t: Transaction, patch: Patch) -> None:
    """Let the editors whose users wrote a restored patch's operations contribute to it again (R19)."""
    authors = {new_name_of(op) or op.name: op.authors for op in patch.operations}
    for editor in t.state.editors.values():
        free = editor.patch_id is None and not editor.pending
        if free and editor.user in authors.get(editor.target, ()):
            t.put_editor(editor.model_copy(update={"patch_id": patch.id}))


def mark(t: Transaction, patch: Patch, *, ready: bool) -> None:
    """Mark a patch within a transaction, or take the mark back (R5)."""
    if patch.marked_ready is ready:
        message = f"{label(patch)} is {'marked ready' if ready else 'a draft'} already."
        raise PatchbayError(Code.BAD_TRANSITION, message)
    if ready and not patch.operations:
        message = f"{label(patch)} has no operations yet: save an edit into it first."
        raise PatchbayError(Code.EMPTY, message)
    if ready:
        _require_settled(patch)
    t.put(patch.model_copy(update={"marked_ready": ready}))
    t.summary = f"marked {label(patch)} ready" if ready else f"took {label(patch)} back to draft"


def _require_settled(patch: Patch) -> None:
    if patch.conflicts:
        names = ", ".join(one.name for one in patch.conflicts)
        message = f"{label(patch)} has a conflict in {names}: settle it first."
        raise PatchbayError(Code.CONFLICTS, message)


def _join(t: Transaction, patch_id: PatchId, into: PatchId) -> None:
    """Unite two patches: dependencies both ways between them go, all others are kept."""
    patches = t.state.patches
    both = {patch_id, into}
    patch, other = patches[patch_id], patches[into]
    dependencies = {
        one.patch: one for one in (*patch.dependencies, *other.dependencies) if one.patch not in both
    }
    dropped = dict.fromkeys(
        one for one in (*other.dropped, *patch.dropped) if one not in both and one not in dependencies
    )
    lower, upper = merge_order(patches, both)
    joined = other.model_copy(
        update={
            "dependencies": tuple(dependencies.values()),
            "dropped": tuple(dropped),
            "marked_ready": False,
            "conflicts": (),
        }
    )
    changed: dict[PatchId, Patch] = {**patches, into: joined}
    changed[patch_id] = patch.model_copy(
        update={"operations": (), "abandoned_at": t.now, "conflicts": (), "marked_ready": False}
    )
    for one in patches.values():
        if one.id not in both and (dependency_of(one, patch_id) is not None or patch_id in one.dropped):
            changed[one.id] = _redirected(one, patch_id, into)
    for one in changed.values():
        if one.id in descendants(changed, one.id):
            message = f"{label(one)} stands between them: joining would make a circle. Join it as well."
            raise PatchbayError(Code.DEPENDENCY_CYCLE, message)
    operations = assignment.united(patches, lower, upper, t.tree, t.text, t.keep)
    changed[into] = joined.model_copy(update={"operations": operations})
    t.put(*(one for one in changed.values() if patches[one.id] is not one))
    t.follow([into, *descendants(t.state.patches, into)])
    for editor in t.state.editors.values():
        if editor.patch_id == patch_id:
            t.put_editor(editor.model_copy(update={"patch_id": into}))


def _redirected(patch: Patch, old: PatchId, new: PatchId) -> Patch:
    found = {one.patch: one for one in patch.dependencies if one.patch != old}
    was = dependency_of(patch, old)
    if new not in found and was is not None and patch.id != new:
        found[new] = was.model_copy(update={"patch": new})
    dropped = dict.fromkeys(new if one == old else one for one in patch.dropped)
    kept = tuple(one for one in dropped if one not in found)
    return patch.model_copy(update={"dependencies": tuple(found.values()), "dropped": kept})
