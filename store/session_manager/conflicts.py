"""Conflicts: list, show, settle (R12, R13)."""

from __future__ import annotations

from store import conflicts, rules
from store.errors import Code, PatchbayError
from store.ground.order import closure, descendants, restacked
from store.model import Conflict, Op, Patch, Role, SessionState, affected_names, new_name_of
from store.session_manager.patches import label
from store.session_manager.reading import ReadingVerbs
from store.session_manager.saving import require_no_markers
from store.source.names import candidate_places
from store.source.splice import as_it_stands, cut_saved
from store.source.texts import digest as digest_of
from store.source.tree import Tree
from store.views import ConflictSides, Outcome

_REVISIONS_SEARCHED = 50


class ConflictVerbs(ReadingVerbs):
    """The verbs on conflicts."""

    def conflicts(self, session: str | None = None) -> tuple[tuple[Patch, Conflict], ...]:
        """Give the open conflicts with their patches."""
        return conflicts.all_conflicts(self._snapshot(session)[0])

    def conflict_texts(
        self, reference: str, session: str | None = None
    ) -> tuple[str | None, str | None, str | None]:
        """Give a conflict's base, ours and theirs; None for a definition that is not there."""
        state = self._snapshot(session)[0]
        _, found = conflicts.find(state, self.called(state, reference))
        base, ours, theirs = (
            None if one is None else self.text(one) for one in (found.base, found.ours, found.theirs)
        )
        return base, ours, theirs

    def conflict_sides(self, reference: str, session: str | None = None) -> ConflictSides:
        """Give a conflict with its three texts and whose they are. Raises `not-found`, `ambiguous`."""
        state = self._snapshot(session)[0]
        patch, found = conflicts.find(state, self.called(state, reference))
        base, ours, theirs = (
            None if one is None else self.text(one) for one in (found.base, found.ours, found.theirs)
        )
        op = next(one for one in patch.operations if one.name == found.name)
        below, theirs_by, revision = self._who_changed_beneath(state, patch, found)
        return ConflictSides(patch, found, op, base, ours, theirs, below, theirs_by, revision)

    def _who_changed_beneath(
        self, state: SessionState, patch: Patch, conflict: Conflict
    ) -> tuple[Patch | None, tuple[str, ...], str | None]:
        """Give the patch below that theirs comes from and its authors, else who made which revision."""
        name = conflict.theirs_name or conflict.name
        for below in reversed(closure(state.patches, patch.id)):
            op: Op | None = next((one for one in below.operations if name in affected_names(one)), None)
            if op is not None:
                return below, op.authors, None
        paths = {path for path, _ in candidate_places(name, self.codebase.files().roots)}
        for revision in self.codebase.history(_REVISIONS_SEARCHED):
            if revision.parent is None or not paths.intersection(revision.changes):
                continue
            now, before = (Tree(self.codebase.files(one)) for one in (revision.id, revision.parent))
            if now.whole(name) != before.whole(name):
                return None, (revision.author,), revision.id
        return None, (), None

    def resolve_conflict(
        self,
        reference: str,
        ours: bool = False,
        theirs: bool = False,
        text: str | None = None,
        session: str | None = None,
        seen: Conflict | None = None,
    ) -> Outcome:
        """Settle a conflict by ours, theirs or an edited text; the base becomes theirs (R13).

        `seen` is the conflict as the person saw it. Raises `preview-stale` where it has changed since, and
        `invalid-name` for a text that is not that definition alone, `conflicts` for one with markers left.
        """
        if [ours, theirs, text is not None].count(True) != 1:
            message = "Say how to settle it: with ours, with theirs, or with one text."
            raise PatchbayError(Code.CONFLICTS, message)
        if text is not None:
            rules.check_text(text)
        with self.transaction("conflict.resolve", session) as t:
            t.require(Role.CONTRIBUTOR, "settle conflicts")
            if seen is not None:
                _require_unchanged(t.state, seen)
            meant = seen.id if seen else self.called(t.state, reference)
            patch, found = conflicts.find(t.state, meant)
            if text is not None:
                text = _definition_in(t.tree, patch, found, text)
            else:
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
            if patch.marked_ready:
                t.summary += ": back to draft"
        return self.outcome_of(t)


def _definition_in(tree: Tree, patch: Patch, found: Conflict, text: str) -> str:
    """Give a text that settles a conflict as its file takes it in. Raises `conflicts`, `invalid-name`."""
    if digest_of(text) in (found.ours, found.theirs):
        return text
    require_no_markers(found.name, text)
    op = next(one for one in patch.operations if one.name == found.name)
    name = new_name_of(op) or found.theirs_name or op.name
    names = [one for one, _ in cut_saved(tree, name, text)]
    if not names or any(one != name and not one.startswith(f"{name}.") for one in names):
        message = f"A text that settles the conflict has to define {name} and nothing else."
        raise PatchbayError(Code.INVALID_NAME, message)
    return as_it_stands(tree, name, text)


def _require_unchanged(state: SessionState, seen: Conflict) -> None:
    patch = state.patches.get(seen.patch)
    if patch is None or seen not in patch.conflicts:
        message = f"The conflict in {seen.name} has changed since you saw it: look at it again."
        raise PatchbayError(Code.PREVIEW_STALE, message)
