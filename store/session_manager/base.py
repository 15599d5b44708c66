"""What every verb stands on: one transaction under the lock, one log entry."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from store import rules
from store.codebase.protocol import Codebase, GoesBack, MakesAhead, Prepared
from store.errors import Code, PatchbayError
from store.ground import one_name
from store.ground.composition import everything
from store.ground.order import descendants
from store.ground.rebase import rebased, renamed, renames_of
from store.history import changes_between, with_changes
from store.model import (
    Conflict,
    LogEntry,
    Role,
    Seen,
    Session,
    SessionState,
    UserId,
)
from store.repository import Intent, Repository
from store.session_manager.ahead import TRIES, Made, Making, Proposal, ToBeMadeError
from store.session_manager.bound import Bound, key_of
from store.session_manager.moved import (
    editors_follow,
    files_moved,
    names_along,
    names_lost,
    touches,
)
from store.session_manager.transaction import Transaction
from store.source.texts import digest as digest_of
from store.source.tree import Tree
from store.views import Outcome

PATCHBAY = "patchbay"
"""Who follows a moved codebase (R7)."""

FOLLOW = "follow"
"""The verb of the transaction in which a session follows a moved codebase (R7)."""

if TYPE_CHECKING:
    from store.git.worktree import Worktree

Clock = Callable[[], datetime]
NewId = Callable[[str], str]


def utc_now() -> datetime:
    """Give the present time."""
    return datetime.now(UTC)


def random_id(kind: str) -> str:
    """Make an opaque id, such as "patch-3f9a…"."""
    return f"{kind}-{secrets.token_hex(6)}"


Found = TypeVar("Found")


class _Act(threading.local):
    """What the transactions that a thread makes belong to."""

    first: str | None = None
    """The first transaction of the act under way; "" before it has begun, None outside of one."""


class Base(Bound):
    """A store seen by one user. The verbs are in the classes that build on this one."""

    def __init__(
        self,
        repository: Repository,
        codebase: Codebase,
        user: UserId,
        clock: Clock = utc_now,
        new_id: NewId = random_id,
        worktree: Worktree | None = None,
    ) -> None:
        super().__init__(repository, codebase, user, worktree)
        self.clock = clock
        self.new_id = new_id
        self.undoable = True
        """What is done can be undone; not so what prepares an example, which is how that begins (R22)."""
        self.while_making: Callable[[Making], AbstractContextManager[None]] = lambda making: nullcontext()
        """Entered while a revision is made ahead, when another thread may use this manager."""
        self.looking_at: Callable[[int], None] = lambda files: None
        """Told how many files differ in a git working tree before a look takes them in."""
        self._act = _Act()

    # Transactions

    @contextmanager
    def one_act(self) -> Iterator[None]:
        """Let the user's transactions made inside be undone and redone together (R22); an inner act joins."""
        outer = self._act.first
        self._act.first = outer or ""
        try:
            yield
        finally:
            self._act.first = None if outer is None else self._act.first

    @contextmanager
    def transaction(
        self, verb: str, session: str | None = None, made: Made | None = None
    ) -> Iterator[Transaction]:
        """Do one verb on a session: under the lock, all or nothing, with one log entry (R14, R22).

        `session` is a reference, None for the current one. The outcome is in `outcome_of` afterwards.
        Whoever comes next settles a merge that was interrupted, and follows a codebase that moved.
        """
        with self.repository.lock.ensure_exclusive():
            self.settle()
            session_id = self.session_id(session)
            self.repository.files.follow(session_id)
            state = self._caught_up(self.repository.load(session_id))
            transaction = self.begun(verb, state)
            if made is not None:
                transaction.id, transaction.made = made.transaction, made
            yield transaction
            self._finish(transaction)

    def committed(
        self, verb: str, session: str | None, work: Callable[[Transaction], Found]
    ) -> tuple[Transaction, Found]:
        """Do a verb that can make a revision: one that takes long is made before the lock is taken (R14).

        `work` is done again then, and the revision made again where something has moved that it depends on.
        Raises `codebase-moved` where that goes on.
        """
        made = None
        for _ in range(TRIES):
            try:
                with self.transaction(verb, session, made) as t:
                    found = work(t)
            except ToBeMadeError as missing:
                with self.while_making(missing.making):
                    made = missing.made(self.codebase)
            else:
                return t, found
        message = "What this rests on changes all the time, so nothing was merged: try again in a moment."
        raise PatchbayError(Code.CODEBASE_MOVED, message)

    def is_as_made(self, t: Transaction) -> bool:
        """Whether the revision that was made before is just what the transaction commits now."""
        return t.made is not None and t.made.proposal == _proposal(t)

    def begun(self, verb: str, state: SessionState, user: UserId | None = None) -> Transaction:
        """Begin a transaction on a state; `user` is somebody else who makes it. Inside the lock."""
        entry_id = self.new_id("entry")
        if self._act.first == "" and user is None:
            self._act.first = entry_id
        return Transaction(
            self.repository,
            lambda: self.tree_for(state.session, self.followed(state.session)),
            user or self.user,
            self.clock(),
            state,
            verb,
            entry_id,
            self._act.first if user is None else None,
            undoable=self.undoable,
        )

    def outcome_of(self, done: Transaction) -> Outcome:
        """Say what a transaction that has ended did."""
        changed = done.state is not done.before or done.moves_codebase
        patches = [
            key for key, value in done.state.patches.items() if done.before.patches.get(key) is not value
        ]
        editors = [
            key for key, value in done.state.editors.items() if done.before.editors.get(key) is not value
        ]
        conflicts: list[Conflict] = [
            one
            for key in patches
            for one in done.state.patches[key].conflicts
            if key not in done.before.patches or one not in done.before.patches[key].conflicts
        ]
        return Outcome(
            transaction=done.id if changed else None,
            session_id=done.before.session.id,
            summary=done.summary,
            chosen=done.chosen,
            asks=done.asks,
            notes=tuple(done.notes),
            patches=tuple(dict.fromkeys((*done.patches_named, *patches))),
            editors=tuple(dict.fromkeys((*done.editors_named, *editors))),
            conflicts=tuple(conflicts),
            revision=done.revision,
            clean_merges=done.clean_merges,
        )

    def _finish(self, done: Transaction) -> None:
        if done.moves_codebase:
            self._commit(done)
        elif done.state is not done.before:
            with nullcontext() if self.worktree is None else self.worktree.revocable():
                seen = self._into_tree(done)
                self.repository.save(done.before, done.state, [self._entry(done)])
            if seen is not None:
                self.repository.save_seen(self.worktree_key, seen)
        for editor in done.buffers_spent:
            self.repository.buffers.remove(editor)

    def _into_tree(self, done: Transaction) -> Seen | None:
        """Write what a transaction changed into the git working tree, before the records name it (§4)."""
        if self.worktree is None:
            return None
        from store.session_manager.mirroring import write_back

        return write_back(self, done)

    def keep_tree(self, t: Transaction) -> None:
        """Let a git working tree stay as it is over what has moved work and changed no text (§4).

        Raises `conflicts` where something would be held otherwise.
        """
        if self.worktree is None:
            return
        from store.session_manager.keeping import keep_tree

        keep_tree(self, t)

    def _entry(self, done: Transaction) -> LogEntry:
        patches = [
            key for key, value in done.state.patches.items() if done.before.patches.get(key) is not value
        ]
        return LogEntry(
            id=done.id,
            number=self.repository.last_number(done.before.session.id) + 1,
            at=done.now,
            user=done.user,
            verb=done.verb,
            summary=done.summary,
            patches=tuple(dict.fromkeys((*done.patches_named, *patches))),
            undoable=done.undoable,
            undoes=done.undoes,
            skips=done.skips,
            revision=done.revision,
            changes=changes_between(done.before, done.state),
            texts=tuple(done.texts_named),
            left_in_tree=done.in_tree == "left",
            written=done.written,
            kept_in_tree=done.in_tree == "kept",
            act=done.act,
            staged=done.staged,
        )

    def _commit(self, done: Transaction) -> None:
        """Merge: prepare → intent → publish (the commit point) → the session's records (R14)."""
        prepared = self._prepared(done)
        done.state = _at_revision(done, prepared.revision)
        done.revision, done.staged = prepared.revision, tuple(prepared.staged)
        entry = self._entry(done)
        try:
            self.repository.save_intent(Intent(done.before.session.id, entry, prepared))
            self.codebase.publish(prepared)
        except PatchbayError as error:
            if self.codebase.settle(prepared):
                raise _to_be_completed(error) from error
            self.repository.drop_intent()
            raise
        try:
            self.repository.save(done.before, done.state, [entry])
            self._note_revision(done.before.session, prepared.revision)
        except PatchbayError as error:
            raise _to_be_completed(error) from error
        self.repository.drop_intent()

    def _note_revision(self, session: Session, revision: str) -> None:
        """Note where a session's merge or its undo left the branch, for when that is reset to before it."""
        key = key_of(session.worktree)
        known = None if self.worktree is None else self.repository.seen(key)
        if known is not None and known.branch == session.branch and known.merged != revision:
            self.repository.save_seen(key, known.model_copy(update={"merged": revision}))

    def _prepared(self, done: Transaction) -> Prepared:
        """Prepare what a transaction does to the codebase."""
        if done.takes_back is not None:
            entry = done.takes_back
            assert isinstance(self.codebase, GoesBack) and entry.revision is not None
            return self.codebase.prepare_return(entry.revision, transaction=done.id, staged=entry.staged)
        proposal = _proposal(done)
        if isinstance(self.codebase, MakesAhead) and (done.made is not None or self.codebase.takes_long()):
            if done.made is None or done.made.proposal != proposal:
                raise ToBeMadeError(proposal, done.id, done.user, done.now, _making(done))
            return self.codebase.prepare_made(
                done.made.revision, expected=proposal.expected, transaction=done.id
            )
        return self.codebase.prepare(
            proposal.commits,
            expected=proposal.expected,
            message=proposal.message,
            author=done.user,
            at=done.now,
            transaction=done.id,
        )

    def settle(self) -> None:
        """Complete or drop a merge that was interrupted, by asking the codebase for it (R14)."""
        intent = self.repository.intent()
        if intent is None:
            return
        made = self.codebase.settle(intent.prepared)
        written = self.repository.has_entry(intent.session_id, intent.entry.id)
        if made or written:
            state = self.repository.load(intent.session_id)
            if not written:
                self.repository.save(state, with_changes(state, intent.entry.changes), [intent.entry])
            self._note_revision(state.session, intent.prepared.revision)
        self.repository.drop_intent()

    def settle_to_read(self) -> None:
        """Settle an interrupted merge before anything is read, so that nothing half-done shows (§5)."""
        if self.repository.intent() is not None:
            with self.repository.lock.exclusive():
                self.settle()

    def _readable(self, session: str | None) -> SessionState:
        """Give a session's records as they are written, to somebody who is in it (R20)."""
        self.settle_to_read()
        state = self.repository.load(self.session_id(session))
        rules.require_role(state.session, self.user, Role.VIEWER, "read it")
        return state

    def supplying(self, state: SessionState) -> list[SessionState]:
        """Give the sessions that supply imports to one: itself, in git all others here too."""
        others = [] if self.worktree is None else self.sessions_here()
        return [state, *(one for one in others if one.session.id != state.session.id)]

    def supply(self, state: SessionState, tree: Tree) -> Tree:
        """Give what those sessions hold over a codebase."""
        return everything(tree, self.supplying(state), self.text)

    # A codebase that moved

    def _caught_up(self, state: SessionState) -> SessionState:
        """Write what follows from a moved codebase as a transaction of its own (R7), not undoable."""
        followed, notes = self.following(state, self.repository.keep)
        if followed is state or not notes:
            return followed
        transaction = self.begun(FOLLOW, state, PATCHBAY)
        transaction.state = followed
        transaction.undoable = False
        transaction.in_tree = "same"
        revision = followed.session.codebase_revision
        moved = revision != state.session.codebase_revision
        transaction.summary = f"followed the codebase to revision {revision[:12]}" if moved else notes[0]
        self._finish(transaction)
        return followed

    def following(
        self, state: SessionState, keep: Callable[[str], object]
    ) -> tuple[SessionState, tuple[str, ...]]:
        """Give the session as it follows the codebase's present revision, and what happened to it.

        What an older store has by its path gets its one name.
        """
        followed, notes = self._followed(state, keep)
        if followed.session.closed_at is not None:
            return followed, notes
        named, more = self.with_one_names(followed)
        return named, (*notes, *more)

    def with_one_names(self, state: SessionState) -> tuple[SessionState, list[str]]:
        """Let what a session of an older store has by its path have its one name."""
        tree = partial(self.tree_for, state.session, self.followed(state.session))
        return one_name.with_one_names(state, tree, self.text)

    def _followed(
        self, state: SessionState, keep: Callable[[str], object]
    ) -> tuple[SessionState, tuple[str, ...]]:
        revision = self.revision_for(state.session)
        if state.session.codebase_revision == revision:
            return state, ()
        session = state.session.model_copy(update={"codebase_revision": revision})
        moved = state.model_copy(update={"session": session})
        if state.session.closed_at is not None:
            return state, ()
        since = state.session.codebase_revision
        paths = self.codebase.changed_paths(since, revision)
        tree = self.tree_for(state.session, revision)
        lost = names_lost(state, tree, paths)
        renames = files_moved(lambda: Tree(self.codebase.files(since)), tree, paths)
        renames |= self._renames_in(self.codebase.revisions_between(since, revision)) if lost else {}
        along = {name: renamed(name, renames) for name in lost} | names_along(state, tree, renames)
        moved, notes = editors_follow(moved, along)
        touched = {patch.id for patch in state.open_patches() if touches(patch, paths, tree.roots)}
        which = touched.union(*(descendants(state.patches, one) for one in touched))
        if not which:
            return moved, tuple(notes)
        kept: dict[str, str] = {}

        def remember(text: str) -> None:
            kept[digest_of(text)] = text
            keep(text)

        def text(digest: str) -> str:
            return kept[digest] if digest in kept else self.repository.text(digest)

        result = rebased(tree, state.patches, which, text, remember, renames)
        changed = [one for one in result.patches.values() if state.patches[one.id] is not one]
        return (moved.with_patch(*changed) if changed else moved), (*notes, *result.notes)

    def _renames_in(self, revisions: Iterable[str]) -> dict[str, str]:
        """Give what the merges of any session renamed in these revisions, old name to last one (R8)."""
        merges = {
            patch.revision: patch
            for state in self.repository.readable(archived=True)
            for patch in state.patches.values()
            if patch.merged_at is not None
        }
        found: dict[str, str] = {}
        for one in revisions:
            if one in merges:
                new = renames_of(merges[one].operations)
                found = {old: renamed(name, new) for old, name in found.items()} | new
        return found


def _at_revision(done: Transaction, revision: str) -> SessionState:
    """Give what a merge leaves: the session at the new revision, which the patches merged now name."""
    merged = [
        patch.model_copy(update={"revision": revision})
        for key, patch in done.state.patches.items()
        if patch.merged_at is not None and done.before.patches[key].merged_at is None
    ]
    session = done.state.session.model_copy(update={"codebase_revision": revision})
    return done.state.with_patch(*merged).model_copy(update={"session": session})


def _proposal(t: Transaction) -> Proposal:
    return Proposal(t.before.session.codebase_revision, dict(t.commits or {}), t.message)


def _making(done: Transaction) -> Making:
    merged = (one for key, one in done.state.patches.items() if done.before.patches.get(key) is not one)
    return Making(tuple(one.letter for one in merged if one.merged_at is not None))


def _to_be_completed(error: PatchbayError) -> PatchbayError:
    """Say that the disk failed after the commit point: the intent stays, and is settled (R14)."""
    message = f"{error.message} The codebase has the change: whoever uses the store next completes it."
    return PatchbayError(error.code, message)
