"""Undo and redo: the user's latest transaction is taken back, or brought again, with all checks (R22)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import partial
from typing import TypeVar

from store import rules
from store.codebase.protocol import Files, GoesBack
from store.errors import Code, PatchbayError
from store.ground.composition import text_under
from store.ground.order import descendants, names_of
from store.ground.shown import shown_text
from store.history import (
    ClashError,
    Reach,
    deed,
    fitted_to_editors,
    inverse,
    latest_act,
    reach,
    rests_on,
    who_changed,
    with_changes,
    with_free_numbers,
)
from store.model import Change, LogEntry, Patch, Role, SessionState, new_name_of
from store.session_manager.patches import label
from store.session_manager.pending import drop_what_came_back
from store.session_manager.stamps import StampVerbs
from store.session_manager.transaction import Transaction
from store.source.merge import merge3
from store.source.tree import Tree
from store.views import Outcome, UndoPreview

Value = TypeVar("Value", bound=Hashable)

NOTHING = "There is nothing of yours to undo in this session."


class _OnlyAskedError(Exception):
    """Ends a transaction that was only to find out what it would do."""

    def __init__(self, entry: LogEntry, skips: tuple[str, ...]) -> None:
        super().__init__(entry.id)
        self.entry = entry
        self.skips = skips


class _Steps:
    """Takes the steps of an undo or a redo, and says what all of them came to."""

    def __init__(self, did: str) -> None:
        self._did = did
        self._done: list[Outcome] = []

    def take(self, step: Callable[[], tuple[LogEntry, Outcome]]) -> LogEntry:
        """Take a step and give the entry it was about. A refusal says what was done before it."""
        try:
            entry, outcome = step()
        except PatchbayError as error:
            if not self._done:
                raise
            message = f"{self._summary()[:1].upper()}{self._summary()[1:]}. {error.message}"
            raise PatchbayError(error.code, message, error.blockers) from None
        self._done.append(outcome)
        return entry

    def _summary(self) -> str:
        if len(self._done) == 1:
            return self._done[0].summary
        deeds = ", ".join(one.summary.removeprefix(f"{self._did}: ") for one in self._done)
        return f"{self._did} {len(self._done)} steps: {deeds}"

    def outcome(self) -> Outcome:
        """Give one outcome of all steps, with the transaction of the last."""
        return self._done[-1]._replace(
            summary=self._summary(),
            notes=_united(one.notes for one in self._done),
            patches=_united(one.patches for one in self._done),
            editors=_united(one.editors for one in self._done),
            clean_merges=_united(one.clean_merges for one in self._done),
        )


def _united(parts: Iterable[tuple[Value, ...]]) -> tuple[Value, ...]:
    return tuple(dict.fromkeys(one for part in parts for one in part))


def _same_act(entry: LogEntry, left: Sequence[LogEntry]) -> bool:
    """Whether the last of what is left to be undone or redone belongs to an entry's act."""
    return entry.act is not None and bool(left) and left[-1].act == entry.act


class UndoVerbs(StampVerbs):
    """The verbs that go back and forth in the user's own transactions."""

    def undo_preview(
        self, to: str | None = None, skip: bool = False, session: str | None = None
    ) -> UndoPreview:
        """Say what undo would take back, newest first, and why it would refuse (R22)."""
        session_id = self.session_id(session or self._just_closed())
        undoable = reach(self.repository.recent_log(session_id), self.user).undo
        if not undoable:
            return UndoPreview((), NOTHING, code=Code.NOT_FOUND)
        entries = latest_act(undoable) if to is None else _until(undoable, to)
        stamp = self.stamp(session_id)
        try:
            with self.transaction("undo", session_id) as t:
                raise _OnlyAskedError(self._undone(t, skip), t.skips)
        except _OnlyAskedError as found:
            gone_past = tuple(one.summary for one in reversed(undoable) if one.id in found.skips)
            if to is None:
                entries = latest_act(undoable[: undoable.index(found.entry) + 1])
            return UndoPreview(entries, details=gone_past, stamp=stamp)
        except PatchbayError as error:
            return UndoPreview(entries, error.message, stamp=stamp, code=error.code)

    def undo(
        self,
        skip: bool = False,
        to: str | None = None,
        session: str | None = None,
        stamp: str | None = None,
    ) -> Outcome:
        """Take back what the user did last: each transaction of that act, the last one first (R22).

        `to` goes back to that entry. Raises `rests-on`, naming what rests on it, and what was taken back
        before; `skip` goes past such a transaction to the one before. Raises `preview-stale` where the stamp
        of what was confirmed does not hold any more.
        """
        session_id = self.session_id(session or self._just_closed())
        last = None if to is None else _until(self._reach(session_id).undo, to)[-1].id
        steps = _Steps("undid")
        with self.one_act():
            while True:
                entry = steps.take(partial(self._undo_one, skip, session_id, last, stamp))
                stamp = None
                left = self._reach(session_id).undo
                if last is None:
                    rest = latest_act(left) if _same_act(entry, left) else (entry,)
                    last = rest[-1].id
                if all(one.id != last for one in left):
                    return steps.outcome()

    def _reach(self, session_id: str) -> Reach:
        return reach(self.repository.recent_log(session_id), self.user)

    def _undo_one(
        self, skip: bool, session: str, last: str | None, stamp: str | None
    ) -> tuple[LogEntry, Outcome]:
        def work(t: Transaction) -> LogEntry:
            if t.made is None:
                self.require_still_fresh(t, stamp)
            entry = self._undone(t, skip, last)
            t.summary = f"undid: {deed(entry)}"
            return entry

        t, entry = self.committed("undo", session, work)
        self._reset_current(t)
        self._type_again(t, entry)
        return entry, self.outcome_of(t)

    def _type_again(self, t: Transaction, entry: LogEntry) -> None:
        """Give an editor that a closing took back the unsaved text that was discarded with it (R9)."""
        if entry.verb != "editor.close":
            return
        with self.repository.lock.exclusive():
            there = self.repository.load(t.before.session.id).editors.keys() - t.before.editors.keys()
            for editor in (one for one in t.state.editors.values() if one.id in there):
                pending = sum(op.digest is not None for op in editor.pending)
                discarded = entry.texts[: len(entry.texts) - pending]
                if discarded and self.repository.buffers.read(editor.id) is None:
                    shown = shown_text(t.state, editor, t.tree, t.text)
                    over = "" if shown is None else t.keep(shown)
                    text = self.repository.texts.get(discarded[0])
                    self.repository.buffers.write(editor.id, text, over, entry.id, t.now)

    def _undone(self, t: Transaction, skip: bool, last: str | None = None) -> LogEntry:
        """Take back the latest transaction, with `skip` the latest that nothing rests on, down to `last`."""
        entries = self.repository.recent_log(t.before.session.id)
        undoable = list(reach(entries, self.user).undo)
        if not undoable:
            raise PatchbayError(Code.NOT_FOUND, NOTHING)
        skipped: list[str] = []
        while True:
            entry = undoable.pop()
            try:
                self._take_back(t, entry, entries)
            except PatchbayError as error:
                if not skip or error.code is not Code.RESTS_ON or entry.id == last or not undoable:
                    raise
                skipped.append(entry.id)
                t.begin_again()
            else:
                t.skips = tuple(skipped)
                return entry

    def redo(self, session: str | None = None) -> Outcome:
        """Bring again what the user's latest undo took back (R22). Raises `rests-on`, `not-found`."""
        session_id = self.session_id(session or self._just_closed())
        steps = _Steps("redid")
        with self.one_act():
            while True:
                undone = steps.take(partial(self._redo_one, session_id))
                if not _same_act(undone, self._reach(session_id).redo):
                    return steps.outcome()

    def _redo_one(self, session: str) -> tuple[LogEntry, Outcome]:
        t, entry = self.committed("redo", session, self._redone)
        self._reset_current(t)
        return entry, self.outcome_of(t)

    def _redone(self, t: Transaction) -> LogEntry:
        entries = self.repository.recent_log(t.before.session.id)
        redoable = reach(entries, self.user).redo
        if not redoable:
            raise PatchbayError(Code.NOT_FOUND, "There is nothing of yours to redo in this session.")
        self._take_back(t, redoable[-1], entries)
        t.summary = f"redid: {deed(redoable[-1])}"
        return redoable[-1]

    def _just_closed(self) -> str | None:
        """Give the session whose closing the user may take back: the last one, when none is current (R22)."""
        if self.current_session() is not None:
            return None
        closed = []
        for state in self.repository.readable(archived=True):
            session_id = state.session.id
            log = self.repository.recent_log(session_id)
            if state.session.closed_at is not None and log and log[-1].user == self.user:
                closed.append((state.session.closed_at, session_id))
        return max(closed)[1] if closed else None

    def _reset_current(self, t: Transaction) -> None:
        """A session that undo has opened again is the user's current one again."""
        if t.before.session.closed_at is None or t.state.session.closed_at is not None:
            return
        with self.repository.lock.exclusive():
            workspace = self.repository.workspace()
            current = workspace.current | {self.seat: t.state.session.id}
            self.repository.save_workspace(workspace.model_copy(update={"current": current}))

    def _take_back(self, t: Transaction, entry: LogEntry, entries: list[LogEntry]) -> None:
        """Apply the inverse of an entry within a transaction, with every check of R22."""
        self._require_may(t, entry)
        later = entries[entries.index(entry) + 1 :]
        others = [one for one in later if one.user != self.user]
        if t.before.session.closed_at is None:
            self._require_free(t, entry, others)
        typed_in = self.repository.buffers.ids()
        state, changes = fitted_to_editors(t.before, inverse(entry.changes), later, typed_in, t.text)
        try:
            t.state = with_free_numbers(with_changes(state, changes), t.before)
        except ClashError as clash:
            raise rests_on(entry, who_changed(later, clash.change)) from None
        self._require_free_name(t)
        if entry.revision is not None:
            self._revert_codebase(t, entry)
        if self.worktree is not None:
            closes = t.state.session.closed_at is not None
            t.in_tree = "left" if entry.left_in_tree or closes else "written"
            t.as_before = entry.written
            if not _only_ends(t.before, t.state):
                drop_what_came_back(t)
            self._close_found(t)
        touched = {change.id for change in changes if change.table == "patches"}
        above = {
            one for key in touched if key in t.state.patches for one in descendants(t.state.patches, key)
        }
        broken = rules.violations(t.state)
        if broken:
            raise rests_on(entry, others[-1] if others else None, broken[0])
        t.follow([one for one in touched | above if one in t.state.patches])
        if entry.kept_in_tree:
            self._keep_tree_over(t, entry)
        broken = rules.violations(t.state)
        if broken:
            raise rests_on(entry, others[-1] if others else None, broken[0])
        t.undoes = entry.id

    def _keep_tree_over(self, t: Transaction, entry: LogEntry) -> None:
        """Let a git working tree be, as the entry did. Raises `rests-on` where it would change."""
        try:
            self.keep_tree(t)
        except PatchbayError as error:
            if error.code is not Code.CONFLICTS:
                raise
            detail = "with what has changed since, the working tree would get another text by that"
            raise rests_on(entry, None, detail) from None

    def _close_found(self, t: Transaction) -> None:
        """Close the editors that a look plugged into a patch which has ended again, as its end did (R15)."""
        for editor in tuple(t.state.editors.values()):
            patch = t.state.patches.get(editor.patch_id or "")
            ended = patch is not None and not patch.is_open
            if ended and editor.found and self.repository.buffers.read(editor.id) is None:
                t.state = t.state.without_editor(editor.id)

    def _require_may(self, t: Transaction, entry: LogEntry) -> None:
        """Undo needs the rights its verb needed; in a closed session only the closing can be undone."""
        session = t.before.session
        if session.closed_at is None:
            rules.require_role(session, self.user, Role.CONTRIBUTOR, "undo")
            for change in entry.changes:
                if change.table == "session":
                    rules.require_role(session, self.user, _least_for(change), "undo that")
            for change in entry.changes:
                patch = t.before.patches.get(change.id)
                steered = change.field in ("marked_ready", "merged_at", "abandoned_at")
                if patch is not None and steered and not change.key and entry.verb.startswith("patch."):
                    rules.require_steering(session, self.user, patch, "undo a change of")
            return
        if not any(change.table == "session" and change.field == "closed_at" for change in entry.changes):
            rules.require_open_session(session)
        rules.require_role(session, self.user, Role.OWNER, "undo the closing of a session")

    def _require_free_name(self, t: Transaction) -> None:
        """A session that is opened or named again needs a name that no other open one has (R4)."""
        before, after = t.before.session, t.state.session
        if after.closed_at is None and (before.closed_at is not None or before.name != after.name):
            self.require_free_session_name(after.name, after.id)

    def _require_free(self, t: Transaction, entry: LogEntry, others: list[LogEntry]) -> None:
        """Refuse where something of others rests on what the entry changed (R22)."""
        for key in dict.fromkeys(change.id for change in entry.changes if change.table == "patches"):
            patch = t.before.patches.get(key)
            if patch is None:
                continue
            self._require_same_end(entry, patch)
            changed = {
                name
                for change in entry.changes
                if change.id == key and change.field == "operations"
                for value in (change.before, change.after)
                if value
                for name in (value["name"], value.get("new_name") or value["name"])
            }
            if changed and patch.marked_ready and (by := _marked_by_other(others, key)):
                raise rests_on(entry, by)
            brought_again = entry.verb == "undo"
            for above in () if brought_again else descendants(t.before.patches, key):
                self._require_nothing_above(entry, t.before.patches[above], changed)

    @staticmethod
    def _require_same_end(entry: LogEntry, patch: Patch) -> None:
        """What was merged or abandoned since stays as it is until that is taken back."""
        ended = {"merged_at", "abandoned_at"}
        ends_it = any(change.id == patch.id and change.field in ended for change in entry.changes)
        if not patch.is_open and not ends_it:
            how = "merged" if patch.merged_at is not None else "abandoned"
            raise rests_on(entry, None, f"{label(patch)} has been {how} since")

    def _require_nothing_above(self, entry: LogEntry, above: Patch, changed: set[str]) -> None:
        if above.merged_at is not None and entry.revision is not None:
            raise rests_on(entry, None, f"{label(above)}, which depends on it, is merged")
        if not above.is_open or not changed & names_of(above):
            return
        for op in above.operations:
            if {op.name, new_name_of(op)} & changed and set(op.authors) - {self.user}:
                detail = f"{label(above)} has an operation of {', '.join(op.authors)} on {op.name} above it"
                raise rests_on(entry, None, detail)

    # Merges

    def _revert_codebase(self, t: Transaction, entry: LogEntry) -> None:
        """Take a merge out of the codebase, or bring it again; refused where its definitions changed since.

        A codebase that goes back loses the merge's revision; on others the inverse is the next revision.
        """
        assert entry.revision is not None
        self.require_here(t.before.session, "undo or redo a merge")
        gone = None
        if isinstance(self.codebase, GoesBack):
            gone = _taken_back_by(entry)
            if gone is None:
                self._go_back(t, entry, self.codebase)
                return
        elif entry.verb not in ("undo", "redo"):
            self._require_unchanged(t, entry)
        revision = self.codebase.describe(entry.revision if gone is None else gone)
        made, without = self.codebase.files(revision.id), self.codebase.files(revision.parent)
        t.message = f"Undo: {entry.summary}"
        if gone is not None:
            made, without, t.message = without, made, revision.message
        t.commits = {path: self._reverted(t, entry, path, made, without) for path in revision.changes}
        present = self.codebase.files(t.before.session.codebase_revision)
        t.set_tree(Tree(Tree(present, t.commits)))

    def merged_texts(self, entry: LogEntry) -> tuple[tuple[str, str | None, str | None], ...]:
        """Give what an entry that made or took back a revision did to files: path, text before, text after.

        Raises `not-found` when the codebase has lost the revision.
        """
        gone = _taken_back_by(entry) if isinstance(self.codebase, GoesBack) else None
        revision = self.codebase.describe(gone or entry.revision or "")
        before, after = self.codebase.files(revision.parent), self.codebase.files(revision.id)
        if gone is not None:
            before, after = after, before
        return tuple((path, _text_in(before, path), _text_in(after, path)) for path in revision.changes)

    def _go_back(self, t: Transaction, entry: LogEntry, codebase: GoesBack) -> None:
        assert entry.revision is not None
        try:
            before = codebase.without(entry.revision)
        except PatchbayError as error:
            merged = next(t.before.patches[one] for one in entry.patches if one in t.before.patches)
            way = self.ways.revert.replace("{letter}", merged.letter)
            rest = f"Make a patch that reverts it ({way}), or skip this one."
            message = f"Can't take back “{entry.summary}”. {error.message} {rest}"
            raise PatchbayError(Code.RESTS_ON, message) from None
        t.takes_back = entry
        t.set_tree(Tree(codebase.files(before)))

    def _require_unchanged(self, t: Transaction, entry: LogEntry) -> None:
        merged = [
            change.id for change in entry.changes if change.field == "merged_at" and change.after is not None
        ]
        as_merged = Tree(self.codebase.files(entry.revision))
        for key in merged:
            for op in t.before.patches[key].operations:
                name = new_name_of(op)
                if name is not None and text_under(t.tree, op, name) != text_under(as_merged, op, name):
                    raise rests_on(entry, None, f"{name or op.name} has changed in the codebase since")

    def _reverted(
        self, t: Transaction, entry: LogEntry, path: str, made: Files, without: Files
    ) -> str | None:
        """Give a file's text without what a revision did to it. Raises `rests-on` where that is not clean."""
        digests = [files.digest(path) for files in (made, t.tree, without)]
        if digests[0] == digests[1]:
            return _text_in(without, path)
        if None not in digests:
            merged = merge3(made.text(path), t.tree.text(path), without.text(path))
            if merged is not None:
                return merged
        raise rests_on(entry, None, f"{path} has changed in the codebase since")


def _only_ends(before: SessionState, after: SessionState) -> bool:
    """Whether patches end again and none has work anew: pending work stays as their end left it."""
    held = {one.id: one.operations for one in before.open_patches()}
    holds = {one.id: one.operations for one in after.open_patches()}
    return held.keys() > holds.keys() and all(held[one] == holds[one] for one in holds)


def _text_in(files: Files, path: str) -> str | None:
    return None if files.digest(path) is None else files.text(path)


def _taken_back_by(entry: LogEntry) -> str | None:
    """Give the revision that an undo took out of a codebase that goes back; None for any other entry."""
    lost = (one.before for one in entry.changes if one.field == "revision" and one.before and not one.after)
    return next(lost, None)


def _least_for(change: Change) -> Role:
    """Give the role that a change of the session itself takes (R20)."""
    if change.field == "letters_given" or change.field == "codebase_revision":
        return Role.CONTRIBUTOR
    if change.field != "collaborators" or (change.before and change.after):
        return Role.OWNER
    role = Role((change.before or change.after)["role"])
    return Role.MAINTAINER if role.rank <= Role.CONTRIBUTOR.rank else Role.OWNER


def _marked_by_other(others: list[LogEntry], patch_id: str) -> LogEntry | None:
    def marks(change: Change) -> bool:
        return change.id == patch_id and change.field == "marked_ready" and bool(change.after)

    return next((one for one in reversed(others) if any(marks(change) for change in one.changes)), None)


def _until(undoable: tuple[LogEntry, ...], to: str) -> tuple[LogEntry, ...]:
    """Give the entries to be taken back, newest first. Raises `not-found` for one that is not among them."""
    for index, entry in enumerate(undoable):
        if to in (entry.id, str(entry.number)):
            return tuple(reversed(undoable[index:]))
    message = f"Entry {rules.quoted(to)} is not one of yours that can be undone: see `patchbay log`."
    raise PatchbayError(Code.NOT_FOUND, message)
