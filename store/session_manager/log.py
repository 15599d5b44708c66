"""The log of a session, who wrote what an editor shows, and links to editors. Nothing is written."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from store import rules
from store.errors import Code, PatchbayError
from store.ground.composition import has_words
from store.ground.containers import is_rest
from store.ground.imports import is_import
from store.ground.rebase import follow
from store.history import LOOK, who_wrote
from store.model import LogEntry, Op, PatchId, Role, SessionState, new_name_of
from store.session_manager.base import FOLLOW, PATCHBAY, Base
from store.session_manager.since import operation_of, operations_in
from store.source.names import nearest
from store.source.tree import Tree

SCHEME = "dark://edit/"

_OVERTAKEN, _GONE = "the codebase has it", "gone from the files"
"""What became of a patch's operations that nobody has taken from it: what is gone may be put aside by git."""
_NAMED = 3
"""How many users are named for one that is not known."""
_NOBODYS = frozenset({FOLLOW, LOOK, "patch.merge"})
"""The verbs that take operations without anybody's asking for it."""


class LogVerbs(Base):
    """What can be asked of a session's log, and links to its editors."""

    def log(
        self,
        session: str | None = None,
        user: str | None = None,
        patch: str | None = None,
        verb: str | None = None,
        limit: int | None = None,
    ) -> tuple[LogEntry, ...]:
        """Give who did what when, newest first, by user, patch and verb (or its group) (R22).

        Raises `not-found` for a user who is not in the session and has done nothing in it.
        """
        state = self._readable(session)
        session_id = state.session.id
        patch_id = None if patch is None else self.patch_in(state, patch).id
        found: list[LogEntry] = []
        for entry in self._entries(session_id):
            if limit is not None and len(found) >= limit:
                break
            if user is not None and entry.user != user:
                continue
            if patch_id is not None and patch_id not in entry.patches:
                continue
            if verb is None or entry.verb == verb or entry.verb.startswith(verb + "."):
                found.append(entry)
        if user is not None and not found:
            self._require_known(state, user)
        return tuple(found)

    def _require_known(self, state: SessionState, user: str) -> None:
        """Raise `not-found` for somebody whom neither the session nor its log knows."""
        people = {one.user for one in state.session.collaborators}
        people.update(entry.user for entry in self._entries(state.session.id))
        if user not in people | {PATCHBAY}:
            names = sorted(people - {PATCHBAY})
            near = nearest(user[:100], names) or names[:_NAMED]
            message = (
                f"{rules.quoted(user)} is not in this session and has done nothing in it:"
                f" give a user of it, such as {' or '.join(near)}."
            )
            raise PatchbayError(Code.NOT_FOUND, message)

    def writer_of(self, reference: str, session: str | None = None) -> LogEntry | None:
        """Give the entry that changed last what an editor shows; None where the recent log tells of none."""
        state = self._readable(session)
        editor = self.require_editor(state, reference)
        return who_wrote(reversed(self.repository.recent_log(state.session.id)), editor, state.patches)

    def emptied(self, state: SessionState, tree: Tree) -> dict[PatchId, str]:
        """Say why none of its operations is left of each open patch that nobody has taken them from.

        `tree` is the codebase: it is said to have them only while it does, as the files are only while they
        do not. Nothing is said where neither is known.
        """
        empty = frozenset(one.id for one in state.open_patches() if not one.operations)
        if not empty:
            return {}
        entries = self.repository.entries_that_emptied(state.session.id, empty)
        stored = self.repository.load(state.session.id).patches
        found = {}
        for patch in empty:
            entry = entries.get(patch)
            taken = _taken_from(patch, entry) if entry is not None and entry.verb in _NOBODYS else []
            if patch in stored and stored[patch].operations:
                taken = list(stored[patch].operations)
            why = self._why_emptied(tree, taken)
            if why:
                found[patch] = why
        return found

    def _why_emptied(self, tree: Tree, taken: Collection[Op]) -> str:
        """Say where what was taken from a patch is, or is not; "" where that is not known."""
        if taken and all(self._has(tree, op) for op in taken):
            return _OVERTAKEN
        files = tree.laid_out_as
        known = files is not None and not any(_only_moves(op) or self._has(files, op) for op in taken)
        return _GONE if taken and known else ""

    def _has(self, tree: Tree, op: Op) -> bool:
        """Whether a tree has what an operation asks for."""
        name = new_name_of(op)
        if is_rest(op.name) and not is_import(op.name) and op.digest is not None:
            return has_words(tree, op, self.text(op.digest))
        if _only_moves(op) or (name is not None and tree.find(name) is None):
            return False
        try:
            step = follow(op, tree, self.text, {})
        except PatchbayError:
            return False
        return step.op is None and step.conflict is None

    def _entries(self, session_id: str) -> Iterator[LogEntry]:
        yield from reversed(self.repository.recent_log(session_id))
        yield from self.repository.older_log(session_id)

    def link(self, reference: str, session: str | None = None) -> str:
        """Give the link that opens an editor (R23)."""
        state = self._readable(session)
        return f"{SCHEME}{state.session.id}/{self.require_editor(state, reference).id}"

    def resolve_link(self, link: str) -> tuple[str, str]:
        """Give the session and editor that a link opens (R23). Raises `not-found` for any other text."""
        session_id, _, editor_id = link.removeprefix(SCHEME).partition("/")
        if link.startswith(SCHEME) and self.repository.files.exists(session_id):
            state = self.repository.load(session_id)
            rules.require_role(state.session, self.user, Role.VIEWER, "open its editors")
            if editor_id in state.editors:
                return session_id, editor_id
        form = "dark://edit/<session>/<editor>"
        message = f"{rules.quoted(link)} opens nothing here: a link is {form} of this store."
        raise PatchbayError(Code.NOT_FOUND, message)


def _only_moves(op: Op) -> bool:
    """Whether an operation is about a place alone, which no tree tells by itself."""
    return op.kind == "update" and op.digest == op.base_digest


def _taken_from(patch: PatchId, entry: LogEntry) -> list[Op]:
    """Give the operations that an entry took from a patch."""
    changes = [one for one in entry.changes if one.table == "patches" and one.id == patch]
    return [operation_of(raw) for one in changes for raw in operations_in(one, one.before)]
