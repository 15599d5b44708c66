"""Where a session belongs: its codebase and, of a git repository, one worktree and one branch (§4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.codebase.protocol import Codebase
from store.errors import Code, PatchbayError
from store.ground import one_name
from store.ground.composition import may_lie_in, text_under
from store.ground.containers import FILE
from store.model import DeleteDefinition, Op, Seen, Session, SessionState, UpdateDefinition, UserId
from store.repository import Repository
from store.session_manager.references import References
from store.session_manager.since import bases_of, entries_before
from store.source.texts import digest as digest_of
from store.source.tree import Tree
from store.views import Ways

if TYPE_CHECKING:
    from store.git.worktree import Worktree

MAIN = "main"
"""The id of the worktree that a repository was made with."""
_LOOKED_BACK = 200
"""How many revisions are looked through for what an operation was made over."""


class Bound(References):
    """A store seen by one user in one place."""

    def __init__(
        self, repository: Repository, codebase: Codebase, user: UserId, worktree: Worktree | None
    ) -> None:
        super().__init__(repository, user)
        self.codebase = codebase
        self.worktree = worktree
        self.ways = Ways()
        """What refusals call what they lead to."""

    @property
    def worktree_id(self) -> str | None:
        """Which worktree this is; None on a package tree."""
        return None if self.worktree is None else self.worktree.repository.worktree_id

    @property
    def worktree_key(self) -> str:
        """Under which name it is written down what the worktree was last seen to be."""
        return key_of(self.worktree_id)

    @property
    def seat(self) -> str:
        """Where the user's current session is noted: one per user and worktree (R2)."""
        return self.user if self.worktree_id in (None, MAIN) else f"{self.user}\n{self.worktree_id}"

    def branch(self) -> str | None:
        """Give the branch that is checked out, a full ref; None on a package tree and for a detached HEAD."""
        return None if self.worktree is None else self.worktree.repository.head().branch

    def elsewhere(self, session: Session) -> str | None:
        """Say why nothing is looked for in the working tree for a session; None where it is at home."""
        if self.worktree is None:
            return None
        if session.worktree != self.worktree_id:
            return f"session {session.name} belongs to the worktree {session.worktree}"
        present = self.branch()
        if session.branch != present:
            home = branch_called(session.branch)
            return f"session {session.name} belongs to {home}, not to {branch_called(present)}"
        return None

    def under_way(self, session: Session | None) -> str | None:
        """Say what git is in the middle of, for a session of this worktree; None where that is nothing.

        A rebase takes HEAD off its branch, so this goes before `elsewhere`: it is no place to be bound to.
        """
        if self.worktree is None or (session is not None and session.worktree != self.worktree_id):
            return None
        return self.worktree.repository.under_way()

    def text(self, digest: str) -> str:
        """Give a text that some record names, or that following the codebase in memory gave (R7).

        Raises `store-damaged`.
        """
        return self.repository.text(digest)

    def sessions_here(self) -> list[SessionState]:
        """Give the open sessions of this worktree and its branch."""
        states = (one for one in self.repository.readable() if one.session.closed_at is None)
        return [one for one in states if self.elsewhere(one.session) is None]

    def called(self, state: SessionState, reference: str) -> str:
        """Give the one name of a definition that is given by its path; anything else as it is."""
        return one_name.called(lambda: self.tree_for(state.session), state, self.text, reference)

    def seen(self) -> Seen:
        """Give what the worktree was when it was last looked at on its branch; else it is as in HEAD."""
        known, branch = self.repository.seen(self.worktree_key), self.branch()
        if known is None or known.branch != branch:
            return Seen(branch=branch, revision=self.codebase.revision())
        return known

    def require_in_tree(self, session: Session, to_do: str) -> None:
        """Raise `bad-transition` on a package tree, else what `require_here` does."""
        self.require_worktree()
        self.require_here(session, to_do)

    def require_worktree(self) -> None:
        """Raise `bad-transition` on a package tree."""
        if self.worktree is None:
            raise no_worktree()

    def require_here(self, session: Session, to_do: str) -> None:
        """Raise `codebase-moved` for a session that belongs elsewhere, or while git is in the middle (§4)."""
        reason = self.elsewhere(session)
        if reason is not None and self.under_way(session) is None:
            message = f"To {to_do} go there, or bind the session here with {self.ways.rebind}: {reason}."
            raise PatchbayError(Code.CODEBASE_MOVED, message)
        self.require_nothing_under_way(to_do)

    def require_nothing_under_way(self, to_do: str) -> None:
        """Raise `codebase-moved` while git is in the middle of something in this worktree (§4)."""
        under_way = self.under_way(None)
        if under_way is not None:
            raise PatchbayError(
                Code.CODEBASE_MOVED, f"Finish or abort it in git first, then {to_do}: {under_way}."
            )

    def unmerged(self) -> frozenset[str]:
        """Give the files that git has unmerged in the worktree; none on a package tree."""
        return frozenset() if self.worktree is None else self.worktree.unmerged_paths()

    def is_on_top(self, session: Session, op: Op, name: str | None = None) -> bool:
        """Whether the working tree has what an operation asks for, and nothing that came since is missing.

        So it is where the index is as HEAD, and HEAD was not moved by merging patches: whoever moved it
        otherwise had the file at hand. What only patches have otherwise is missing there, but for a file that
        was taken as a whole. It is called `name` in HEAD.
        """
        if self.worktree is None:
            return False
        head = self.codebase.files(self.codebase.revision())
        if may_lie_in(op, self.worktree.staged_paths(), head.roots):
            return False
        text = text_under(Tree(head), op, name or op.name)
        if _digest_of(text) == op.base_digest:
            return isinstance(op, UpdateDefinition) and op.name.endswith(FILE)
        if isinstance(op, DeleteDefinition) and self._was_in_head(op, name or op.name):
            return False
        return not self._was_merged(session, op, name or op.name, text)

    def text_before(self, name: str) -> str | None:
        """Give all of a definition as HEAD had it before its last change there; None where it had none."""
        revisions = self.codebase.history(_LOOKED_BACK)
        texts = (Tree(self.codebase.files(one.id)).whole(name) for one in revisions)
        last = next(texts, None)
        return next((text for text in texts if text != last), None)

    def _was_in_head(self, op: Op, name: str) -> bool:
        """Whether HEAD once had what an operation was made over: a commit has changed that since."""
        revisions = self.codebase.history(_LOOKED_BACK)
        texts = (text_under(Tree(self.codebase.files(one.id)), op, name) for one in revisions)
        return any(text is not None and digest_of(text) == op.base_digest for text in texts)

    def _was_merged(self, session: Session, op: Op, name: str, text: str | None) -> bool:
        """Whether a merge of any session changed a definition in HEAD since an operation's base was there.

        A base that never was, as only patches had that text, counts from when what it was made over was
        there; if that never was either, merges known to have come before the operation do not count.
        """
        merged: set[str] = set()
        merged_since: dict[str | None, bool] = {_digest_of(text): False}
        for revision in self.codebase.history(_LOOKED_BACK):
            before = text_under(Tree(self.codebase.files(revision.parent)), op, name)
            if before != text:
                text = before
                merged |= set() if revision.transaction is None else {revision.transaction}
                merged_since.setdefault(_digest_of(text), bool(merged))
                if op.base_digest in merged_since:
                    return merged_since[op.base_digest]
        log = self.repository.recent_log(session.id) if merged else []
        for base in bases_of(log, op):
            if base in merged_since:
                return merged_since[base]
        return not merged <= entries_before(log, op)

    def revision_for(self, session: Session) -> str:
        """Give the revision a session works on: the present one, elsewhere the last it has followed."""
        return self.codebase.revision() if self.elsewhere(session) is None else session.codebase_revision

    def followed(self, session: Session) -> str:
        """Give the revision that a session works on which follows the present one already.

        Git moves that at any time: so it is asked for only once. A closed session follows nothing.
        """
        return session.codebase_revision if session.closed_at is None else self.revision_for(session)

    def tree_for(self, session: Session, revision: str | None = None, seen: Seen | None = None) -> Tree:
        """Give the codebase as it stands for a session, laid out as its working tree was last seen.

        `revision` is the one that the session works on, where that is known; `seen` is what the tree is now.
        """
        files = self.codebase.files(self.revision_for(session) if revision is None else revision)
        if self.worktree is None or self.elsewhere(session) is not None:
            return Tree(files)
        seen = seen or self.seen()
        from store.session_manager.glance import as_seen

        return Tree(files, layout=as_seen(self.codebase.files(seen.revision), seen, self.repository.text))


def key_of(worktree: str | None) -> str:
    """Give the name under which it is written down what a worktree, by its id, was last seen to be."""
    return (worktree or MAIN).replace("/", "-")


def _digest_of(text: str | None) -> str | None:
    return None if text is None else digest_of(text)


def branch_called(branch: str | None) -> str:
    """Give what a person calls a branch, which is a full ref or none."""
    return "a detached HEAD" if branch is None else branch.removeprefix("refs/heads/")


def no_worktree() -> PatchbayError:
    """Make the refusal of what only a git working tree can do."""
    message = "This store is for a package tree, which has no working tree."
    return PatchbayError(Code.BAD_TRANSITION, message)
