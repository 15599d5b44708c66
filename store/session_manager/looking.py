"""Looking at a git working tree: what was changed in it becomes edits; what is behind is pulled into it.

Sessions hold what the tree is to be: the codebase with their patches and their pending work (`everything`).
A `Seen` record holds what the tree was when last looked at. What differs between that and the tree now is
somebody's edit. What else differs from `everything` is *behind*: there only the codebase changed, or texts
were merged; `pull_tree` writes it into the tree, and it is never taken for an edit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from store.ground.composition import has_place, may_lie_in, operation_on
from store.ground.containers import FILE, is_rest, lies_in
from store.ground.overlaps import Overlaps, in_force
from store.history import LOOK
from store.model import (
    Conflict,
    EditorContext,
    Op,
    PatchId,
    Role,
    Session,
    SessionState,
    UpdateDefinition,
)
from store.reconcile import (
    TreeChange,
    changed_files,
)
from store.session_manager.absorbing import Fate, absorb, late_names
from store.session_manager.behind import names_behind
from store.session_manager.fresh_files import absorb_fresh, fresh_files
from store.session_manager.glance import Glance, glance_at
from store.session_manager.homes import holds, holds_around, is_free
from store.session_manager.inferring import InferVerbs
from store.session_manager.left_over import left_over
from store.session_manager.mirroring import held_here, pull
from store.session_manager.patches import label
from store.session_manager.pending import pending_follows
from store.session_manager.rests import take_out_lost
from store.session_manager.returning import Memory, Returned, returned
from store.session_manager.saving import put_patches
from store.session_manager.settling import settle_in_tree
from store.session_manager.since import came_with_binding
from store.session_manager.told_anew import told_anew, without
from store.session_manager.transaction import Transaction
from store.session_manager.tree_texts import names_waiting
from store.session_manager.whole_files import absorb_file
from store.source.comments import is_without_lead
from store.source.texts import encode
from store.source.tree import Tree
from store.views import Outcome

PULL = "tree.pull"
"""The verb of the transaction that writes what is behind into a git working tree (§4)."""

_ROUNDS = 6
"""How often at most what is held is compared with the tree: each takes in what the one before allowed."""


@dataclass
class _Taking:
    """What a look takes in for one session, and what of that it has taken in so far."""

    glance: Glance
    memory: Memory
    behind: set[str]
    given_up: frozenset[str]
    """The files of which nothing is pending on the whole any more."""
    names: dict[str, None] = field(default_factory=dict)
    """What was changed, in order."""
    back: dict[str, PatchId] = field(default_factory=dict)
    """What of that went back to a patch that had lost it."""


class TreeVerbs(InferVerbs):
    """The verbs on the working tree."""

    def look(self, paths: Iterable[str] | None = None) -> Outcome | None:
        """Take in what was changed in the working tree since the last look: in `paths`, or anywhere (§4).

        Each change goes to the session of this worktree that holds its name, what lies in what is gone, or
        all of its file; else to the user's current one.
        None where there was nothing to take in, nobody who may, or where the session is not at home.
        """
        self.settle_to_read()
        current = self.current_session()
        if self.worktree is None or current is None or self._not_now(current):
            return None
        known = self.repository.seen(self.worktree_key)
        glance = glance_at(self, known, paths)
        if glance.seen == known and not glance.paths and not self._settles(current):
            return None
        self.looking_at(len(glance.paths))
        with self.repository.lock.exclusive():
            self.settle()
            if self._not_now(current):
                return None
            again = self.repository.seen(self.worktree_key)
            if again != known or self.codebase.revision() != glance.seen.revision:
                glance = glance_at(self, again, paths)
            self.repository.texts.put_many(encode(text) for text in glance.texts.values())
            outcome = self._taken_in(glance, current)
            self.repository.save_seen(self.worktree_key, glance.seen)
        self.infer(current)
        return outcome

    def pull_tree(self, session: str | None = None) -> Outcome:
        """Write into the working tree what is behind there (§4); the log names the texts that this replaced.

        What was found there and waits to be settled stays. Raises `codebase-moved`, `not-permitted`.
        """
        self.look()
        with self.transaction(PULL, session) as t:
            t.require(Role.CONTRIBUTOR, "pull")
            self.require_in_tree(t.state.session, "pull")
            replaced, seen = pull(self, t.tree, names_waiting(self))
            self.repository.save_seen(self.worktree_key, seen)
            paths = sorted(replaced)
            t.summary = f"pulled {len(paths)} file{'' if len(paths) == 1 else 's'} into the working tree"
            t.notes += paths
            t.in_tree, t.undoable = "same", False
            t.texts_named += [one for one in replaced.values() if one is not None]
            if paths:
                t.state = t.state.model_copy()
        return self.outcome_of(t)

    def _not_now(self, session_id: str) -> bool:
        """Whether the tree is not to be looked at for a session: elsewhere, closed, git in the middle."""
        assert self.worktree is not None
        session = self.repository.load(session_id).session
        return (
            session.closed_at is not None
            or session.role_of(self.user) in (None, Role.VIEWER)
            or self.elsewhere(session) is not None
            or self.worktree.repository.under_way() is not None
        )

    def _settles(self, session_id: str) -> bool:
        """Whether the working tree settles a conflict by now, as the index has been brought to HEAD."""
        state = self.repository.load(session_id)
        for patch in state.open_patches():
            found = {one.name: one for one in patch.conflicts}
            waiting = (op for op in patch.operations if op.name in found)
            if any(self._is_settled_by_now(state.session, op, found[op.name]) for op in waiting):
                return True
        return False

    def _is_settled_by_now(self, session: Session, op: Op, conflict: Conflict) -> bool:
        if not self.is_on_top(session, op, conflict.theirs_name):
            return False
        if came_with_binding(self.repository.recent_log(session.id), conflict):
            return False
        return conflict.theirs is not None or has_place(op, self.tree_for(session), self.text)

    def _taken_in(self, glance: Glance, current: str) -> Outcome | None:
        there = Tree(self.codebase.files())
        outcome = None
        here = sorted((state.session.id for state in self.sessions_here()), key=lambda one: one == current)
        states = [self.with_one_names(self.repository.load(one))[0] for one in here]
        changes, given_up = told_anew(self, states, glance, there)
        free = {one for one in changes if all(is_free(state, one) for state in states)}
        for state in states:
            session_id = state.session.id
            memory = Memory(partial(self.repository.recent_log, session_id))
            own = [
                one
                for one in changes
                if session_id == current
                or holds(state, one)
                or holds_around(state, one)
                or (one in free and self._returned(state, memory, one, glance))
            ]
            taken = set(own)
            changes = [one for one in changes if one not in taken]
            if own or session_id == current or without(self, state, given_up) is not state:
                taking = _Taking(glance, memory, names_behind(self, state, glance), given_up)
                outcome = self._as_member(state.session)._told(state, own, taking, current)
        return outcome

    def _as_member(self, session: Session) -> TreeVerbs:
        """Give these verbs in the name of who may write in a session: the user, else its first owner (R20).

        Whose edit a change of the tree is does not depend on who looks first: it is of the session that holds
        it, and nobody else's name comes into that.
        """
        role = session.role_of(self.user)
        if role is not None and role.rank >= Role.CONTRIBUTOR.rank:
            return self
        owner = next(one.user for one in session.collaborators if one.role is Role.OWNER)
        return type(self)(self.repository, self.codebase, owner, self.clock, self.new_id, self.worktree)

    def _told(self, state: SessionState, changes: list[TreeChange], taking: _Taking, current: str) -> Outcome:
        """Take changes of the tree into a session, in one transaction."""
        with self.transaction(LOOK, state.session.id) as t:
            self._absorb(t, changes, taking, state.session.id == current)
            self._close_spent(t, state)
            t.summary = _summary(taking, t.before, t.state)
            if t.state == t.before:
                t.state = t.before
        return self.outcome_of(t)

    def _returned(
        self,
        state: SessionState,
        memory: Memory,
        change: TreeChange,
        glance: Glance,
        tree: Tree | None = None,
    ) -> Returned | None:
        """Give a session with what a change of the tree brings back to its patches; None for nothing."""
        tree = tree or self.tree_for(state.session, seen=glance.seen)
        return returned(state, memory, change, tree, glance.now, self.repository.text, self.repository.keep)

    def _absorb(self, t: Transaction, changes: list[TreeChange], taking: _Taking, last: bool) -> None:
        """Work changes into the session, and where it is the last one, the rest."""
        t.in_tree = "same"
        t.undoable = False
        revision = self.followed(t.state.session)
        t.set_tree(self.tree_for(t.state.session, revision, taking.glance.seen))
        t.state = without(self, t.state, taking.given_up)
        if taking.glance.moved:
            _follow_with_pending(t)
        apart = self._absorb_each(t, changes, taking, taking.behind) | taking.behind
        if last:
            self._absorb_rest(t, taking, apart)
            if settle_in_tree(self, t, taking.glance.now, apart, taking.glance.moved):
                _follow_with_pending(t)
            self._drop_idle(t, taking.glance, apart)
        else:
            own = {op.name for op in t.state.operations()}
            self._absorb_files(t, taking, apart, [one for one in taking.glance.looked if one + FILE in own])

    def _absorb_each(
        self, t: Transaction, changes: list[TreeChange], taking: _Taking, behind: Collection[str]
    ) -> set[str]:
        """Absorb changes one after the other; gives the names of those that do not merge."""
        own = [one for one in changes if not taking.memory.lost_on(one.names)]
        fresh = fresh_files(t, own, behind)
        others = [one for one in changes if one not in fresh]
        for change in others:
            self._bring_back(t, change, taking)
        taking.names |= dict.fromkeys(one.names[-1] for one in changes)
        fates = [(one, absorb(self, t, one, behind)) for one in others]
        absorb_fresh(self, t, fresh)
        apart = {name for one, fate in fates if fate is Fate.APART for name in one.names}
        return apart.union(*(late_names(one, behind) for one in changes))

    def _bring_back(self, t: Transaction, change: TreeChange, taking: _Taking) -> None:
        """Put what patches had lost back into them where the tree has it again and nobody else has (R9)."""
        if not is_free(t.state, change):
            return
        found = self._returned(t.state, taking.memory, change, taking.glance, t.tree)
        if found is not None:
            put_patches(t, found.patches)
            taking.back[change.names[-1]] = found.top
            t.notes.append(f"{change.names[-1]} is back in {label(t.state.patches[found.top])}")

    def _absorb_rest(self, t: Transaction, taking: _Taking, apart: set[str]) -> None:
        """Take in what the tree has otherwise than the sessions hold, until nothing is left but `apart`.

        That is what is behind, and what does not merge. What cannot be said of definitions comes last, as the
        whole file.
        """
        glance = taking.glance
        apart = apart | take_out_lost(self, t, glance.now, glance.looked, apart)
        tried: dict[TreeChange, None] = {}
        for _ in range(_ROUNDS):
            left = [
                one for one in left_over(self, t, glance) if apart.isdisjoint(one.names) and one not in tried
            ]
            if not left:
                break
            tried |= dict.fromkeys(left)
            apart = apart | self._absorb_each(t, left, taking, apart)
        self._absorb_files(t, taking, apart, glance.looked)

    def _absorb_files(
        self, t: Transaction, taking: _Taking, apart: Collection[str], paths: Collection[str]
    ) -> None:
        """Take in as a whole those files that are not what the sessions hold, but for what is `apart`."""
        now = taking.glance.now
        whole = {path + FILE for path in paths}
        settled = {file for file in whole if file in apart or any(lies_in(name, file) for name in apart)}
        for path in changed_files(held_here(self, t.tree, t.state, paths), now, paths) if paths else ():
            if path + FILE not in settled:
                absorb_file(self, t, path, now.text(path))
                taking.names[path + FILE] = None

    def _drop_idle(self, t: Transaction, glance: Glance, apart: set[str]) -> None:
        """Drop what is pending of these files and changes nothing, as others say the same by now.

        What has no place any more, as its class is gone from HEAD, is kept: nobody else says it.
        """
        held = held_here(self, t.tree, t.state, glance.looked)
        doubtful = _doubtful(t.state, t.tree, held, [op for op in _found(t.state) if op.name not in apart])
        doubtful = [op for op in doubtful if may_lie_in(op, glance.looked, t.tree.roots)]
        rests = [op for op in doubtful if is_rest(op.name)]
        bare = held_here(self, t.tree, _without(t.state, rests), glance.looked) if rests else held
        for op in doubtful:
            if is_rest(op.name) and in_force(op, bare, held):
                continue
            paths = [path for path in glance.looked if may_lie_in(op, (path,), t.tree.roots)]
            without = _without(t.state, [op])
            other = held_here(self, t.tree, without, paths)
            if op.digest is not None and not has_place(op, other, t.text):
                continue
            if all(held.text_if_there(path) == other.text_if_there(path) for path in paths):
                t.state = without

    def _close_spent(self, t: Transaction, before: SessionState) -> None:
        for editor in tuple(t.state.editors.values()):
            if self._is_spent(t.state, before, editor):
                t.state = t.state.without_editor(editor.id)

    def _is_spent(self, state: SessionState, before: SessionState, editor: EditorContext) -> bool:
        """Whether an editor was opened for a change of the tree of which nothing is left."""
        if not editor.found or editor.pending or self.repository.buffers.read(editor.id) is not None:
            return False
        if editor.patch_id is None or not state.patches[editor.patch_id].is_open:
            return True
        was, now = before.patches.get(editor.patch_id), state.patches[editor.patch_id]
        had = was is not None and operation_on(was.operations, editor.target) is not None
        return had and operation_on(now.operations, editor.target) is None


def _follow_with_pending(t: Transaction) -> None:
    """Bring all pending work to what is beneath it now."""
    for editor in t.state.editors.values():
        t.put_editor(pending_follows(t, editor))


def _found(state: SessionState) -> Iterator[Op]:
    """Give what is pending as it was found in the tree."""
    for editor in state.editors.values():
        yield from editor.pending if editor.found else ()


def _doubtful(state: SessionState, tree: Tree, held: Tree, operations: Iterable[Op]) -> list[Op]:
    """Leave out what certainly changes something: what is alone on its definition, and is in force.

    A comment that is gone from above a definition can have gone with what was put between the two.
    """
    overlaps = Overlaps(state.operations())
    return [
        op
        for op in operations
        if is_rest(op.name)
        or (isinstance(op, UpdateDefinition) and op.moved)
        or not overlaps.is_alone(op)
        or not in_force(op, tree, held)
        or is_without_lead(held.definition(op.name) or "", tree.definition(op.name) or "")
    ]


def _without(state: SessionState, operations: Collection[Op]) -> SessionState:
    """Give a session without some of what is pending in it."""
    gone = set(map(id, operations))
    fewer = []
    for editor in state.editors.values():
        kept = tuple(op for op in editor.pending if id(op) not in gone)
        if len(kept) < len(editor.pending):
            fewer.append(editor.model_copy(update={"pending": kept}))
    return state.with_editor(*fewer)


def _what_was_seen(names: Collection[str]) -> str:
    """Say what was changed in the tree; of many definitions how many first, as names can be long."""
    if len(names) > 2:
        return f"saw {len(names)} definitions changed in the working tree: {_listed(names)}"
    return f"saw {_listed(names)} changed in the working tree"


def _summary(taking: _Taking, before: SessionState, after: SessionState) -> str:
    """Say what a look did: what it took in, else which editors and pending work it found needless."""
    if taking.names:
        return "; ".join((_what_was_seen(taking.names), *_gone_and_back(taking, before, after)))
    closed = [one for one in before.editors.values() if one.id not in after.editors]
    if closed:
        have = "has" if len(closed) == 1 else "have"
        return f"closed {_editors(closed)}, which {have} nothing left to merge"
    lighter = [
        one for one in before.editors.values() if len(after.editors[one.id].pending) < len(one.pending)
    ]
    if lighter:
        return f"dropped work of {_editors(lighter)} that changes nothing any more"
    return "brought pending work up to the codebase"


def _gone_and_back(taking: _Taking, before: SessionState, after: SessionState) -> Iterator[str]:
    """Say which open patches lost what with the tree, and which got what back."""
    for patch in after.open_patches():
        was, names = before.patches.get(patch.id), {op.name for op in patch.operations}
        lost = [op.name for op in (was.operations if was is not None else ()) if op.name not in names]
        back = [name for name, to in taking.back.items() if to == patch.id]
        if lost:
            yield f"{label(patch)} lost {_listed(lost)}"
        if back:
            yield f"{label(patch)} got {_listed(back)} back"


def _listed(names: Iterable[str]) -> str:
    names = list(names)
    return ", ".join(names[:2]) + (f" and {len(names) - 2} more" if len(names) > 2 else "")


def _editors(editors: list[EditorContext]) -> str:
    if len(editors) == 1:
        return f"editor {editors[0].number} {editors[0].target}"
    return f"{len(editors)} editors"
