"""Sessions and the people in them: start, switch, describe, reopen; invite, roles, leave (R1–R3, R20)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from store import rules
from store.errors import Code, PatchbayError
from store.model import Collaborator, Role, Session, SessionId, SessionState
from store.session_manager.bound import branch_called
from store.session_manager.patches import label
from store.session_manager.pending import pending_conflicts, pending_follows
from store.session_manager.since import REBIND
from store.session_manager.stamps import StampVerbs
from store.session_manager.transaction import Transaction
from store.views import Outcome, RebindPreview


class SessionSummary(NamedTuple):
    """One row of the list of sessions."""

    session: Session
    role: Role
    open_patches: int
    editors: int
    current: bool
    elsewhere: str | None = None
    """Why it waits here: it belongs to another worktree or branch. An owner can bind it to this one (§4)."""


class SessionVerbs(StampVerbs):
    """The verbs on sessions and collaborators."""

    def start_session(self, name: str, description: str = "") -> Outcome:
        """Start a session without patches and editors, owned by the user, and make it current (R1, R2).

        Raises `invalid-name` and `name-taken`, `codebase-moved` where git is off every branch amid a rebase.
        """
        name = rules.check_title(name, "session")
        rules.check_title(self.user, "user")
        rules.check_description(description)
        if self.branch() is None:
            self.require_nothing_under_way("start a session")
        with self.repository.lock.exclusive():
            self.settle()
            self.repository.files.follow_all()
            self.require_free_session_name(name)
            workspace = self.repository.workspace()
            session = Session(
                id=self.new_id("session"),
                name=name,
                description=description,
                created_at=self.clock(),
                created_by=self.user,
                collaborators=(Collaborator(user=self.user, role=Role.OWNER),),
                organization=workspace.users.get(self.user) or workspace.organization,
                codebase_revision=self.codebase.revision(),
                worktree=self.worktree_id,
                branch=self.branch(),
            )
            state = SessionState(session=session)
            started = self.begun("session.start", state)
            started.summary = f"started session {name}"
            started.undoable = False
            self.repository.save(None, state, [self._entry(started)])
            self._make_current(session.id)
        return Outcome(transaction=started.id, session_id=session.id, summary=started.summary)

    def _make_current(self, session_id: SessionId | None) -> None:
        workspace = self.repository.workspace()
        current = {user: one for user, one in workspace.current.items() if user != self.seat}
        if session_id is not None:
            current[self.seat] = session_id
        users = {self.user: workspace.users.get(self.user)} | workspace.users
        new = workspace.model_copy(update={"current": current, "users": users})
        if new != workspace:
            self.repository.save_workspace(new)

    def sessions(self, all: bool = False) -> tuple[SessionSummary, ...]:
        """Give the open sessions the user is in, with `all` the closed ones too, newest first."""
        self.settle_to_read()
        current = self.current_session()
        found = []
        for state in self.repository.readable(archived=all):
            role = state.session.role_of(self.user)
            if role is None or (state.session.closed_at is not None and not all):
                continue
            found.append(
                SessionSummary(
                    session=state.session,
                    role=role,
                    open_patches=len(state.open_patches()),
                    editors=len(state.editors),
                    current=state.session.id == current,
                    elsewhere=None if state.session.closed_at else self.elsewhere(state.session),
                )
            )
        return tuple(sorted(found, key=lambda one: one.session.created_at, reverse=True))

    def switch_session(self, reference: str) -> Outcome:
        """Make another open session the user's current one (R2). Raises `closed`, `not-permitted`."""
        with self.repository.lock.exclusive():
            self.settle()
            session = self.repository.load(self.session_id(reference)).session
            rules.require_role(session, self.user, Role.VIEWER, "switch to it")
            rules.require_open_session(session)
            self._make_current(session.id)
        return Outcome(transaction=None, session_id=session.id, summary=f"switched to {session.name}")

    def edit_session(
        self, name: str | None = None, description: str | None = None, session: str | None = None
    ) -> Outcome:
        """Give a session another name or description; owners only. Raises `name-taken`, `invalid-name`."""
        with self.transaction("session.edit", session) as t:
            t.require(Role.OWNER, "change a session")
            update: dict[str, str] = {}
            if name is not None:
                update["name"] = rules.check_title(name, "session")
                self.require_free_session_name(update["name"], t.before.session.id)
            if description is not None:
                update["description"] = rules.check_description(description)
            _change_session(t, update)
            t.summary = _what_was_edited(update)
        return self.outcome_of(t)

    def reopen_session(self, reference: str, as_name: str | None = None) -> Outcome:
        """Open a closed session again with its editors and buffers, and make it current; owners only (R3).

        The outcome names the patches that its end abandoned: they can be restored. In git no file is written:
        the next look takes in what the tree has of its work, and the rest is behind. Raises `bad-transition`
        for an open one, `name-taken` when another open session has its name.
        """
        with self.transaction("session.reopen", reference) as t:
            session = t.before.session
            rules.require_role(session, self.user, Role.OWNER, "reopen a session")
            if session.closed_at is None:
                raise PatchbayError(Code.BAD_TRANSITION, f"Session {session.name} is open: switch to it.")
            name = rules.check_title(as_name, "session") if as_name is not None else session.name
            self.require_free_session_name(name, session.id)
            _change_session(t, {"closed_at": None, "name": name})
            t.in_tree = "met"
            ended = [one for one in t.state.patches.values() if one.abandoned_at == session.closed_at]
            t.patches_named.extend(one.id for one in ended)
            if ended:
                labels = ", ".join(label(one) for one in ended)
                t.notes.append(f"its end abandoned {labels}: restoring brings back what is wanted")
            t.summary = f"reopened session {name}"
        with self.repository.lock.exclusive():
            self._make_current(t.before.session.id)
        return self.outcome_of(t)

    def rebind_session(self, session: str | None = None) -> Outcome:
        """Bind a session to this worktree and its present branch, and make it current; owners only (§4).

        Its operations and pending work are merged with the codebase as it is here. Not undoable: it can be
        bound back. Raises `codebase-moved` in the middle of a rebase and the like, `bad-transition` on a
        package tree.
        """
        with self.transaction(REBIND, session) as t:
            self._bind_here(t)
            t.in_tree, t.undoable = "met", False
            t.summary = f"bound session {t.before.session.name} to {branch_called(t.state.session.branch)}"
        with self.repository.lock.exclusive():
            self._make_current(t.before.session.id)
        return self.outcome_of(t)

    def rebind_preview(self, session: str | None = None) -> RebindPreview:
        """Say what binding a session to this worktree and its present branch would do (§4).

        Raises what `rebind_session` raises.
        """
        self.settle_to_read()
        with self.repository.lock.shared():
            t = self.trial(REBIND, self.repository.load(self.session_id(session)))
            self._bind_here(t)
            return RebindPreview(
                was=t.before.session,
                bound=t.state.session,
                home=branch_called(t.before.session.branch),
                place=branch_called(t.state.session.branch),
                notes=tuple(t.notes),
                conflicts=tuple(one for one in t.state.open_patches() if one.conflicts),
                pending=pending_conflicts(t),
                clean_merges=t.clean_merges,
            )

    def _bind_here(self, t: Transaction) -> None:
        """Bind a session to this worktree and its present branch, and merge what it holds with that."""
        t.require(Role.OWNER, "bind a session elsewhere")
        self.require_worktree()
        self.require_nothing_under_way("bind the session here")
        _change_session(t, {"worktree": self.worktree_id, "branch": self.branch()})
        t.state, notes = self.following(t.state, t.keep)
        t.notes.extend(notes)
        t.set_tree(self.tree_for(t.state.session, t.state.session.codebase_revision))
        for editor in t.state.editors.values():
            t.put_editor(pending_follows(t, editor))

    # Collaborators

    def invite(self, user: str, role: str, session: str | None = None) -> Outcome:
        """Let another user into the session (R20). Raises `bad-transition` for somebody who is in it."""
        user, wanted = rules.check_title(user, "user"), role_named(role)
        with self.transaction("session.invite", session) as t:
            t.require(Role.MAINTAINER, "invite")
            mine = t.before.session.role_of(self.user)
            if wanted.rank > Role.CONTRIBUTOR.rank and mine is not Role.OWNER:
                message = f"A maintainer invites viewers and contributors; ask an owner to invite a {wanted}."
                raise PatchbayError(Code.NOT_PERMITTED, message)
            if t.before.session.role_of(user) is not None:
                message = f"{user} is in the session already: an owner can change the role."
                raise PatchbayError(Code.BAD_TRANSITION, message)
            people = (*t.before.session.collaborators, Collaborator(user=user, role=wanted))
            _change_session(t, {"collaborators": people})
            t.summary = f"invited {user} as {_a(wanted)}"
        return self.outcome_of(t)

    def set_role(self, user: str, role: str, session: str | None = None) -> Outcome:
        """Change a collaborator's role; owners only, and one owner stays (R20)."""
        wanted = role_named(role)
        with self.transaction("session.role", session) as t:
            t.require(Role.OWNER, "change roles")
            self._require_in(t.before.session, user)
            people = tuple(
                Collaborator(user=user, role=wanted) if one.user == user else one
                for one in t.before.session.collaborators
            )
            self._require_owner_left(people)
            _change_session(t, {"collaborators": people})
            t.summary = f"made {user} {_a(wanted)}"
        return self.outcome_of(t)

    def remove_collaborator(self, user: str, session: str | None = None, stamp: str | None = None) -> Outcome:
        """Take a collaborator out of the session; editors and buffers stay (R20). Owners only.

        Raises `preview-stale` when the stamp of what was confirmed does not hold any more.
        """
        with self.transaction("session.remove", session) as t:
            t.require(Role.OWNER, "remove people")
            self.require_still_fresh(t, stamp)
            self._remove(t, user)
            t.summary = f"removed {user} from the session"
        return self.outcome_of(t)

    def leave(self, session: str | None = None, stamp: str | None = None) -> Outcome:
        """Leave the session; the last owner can't (R20). Raises `preview-stale` as removing somebody does."""
        with self.transaction("session.leave", session) as t:
            t.require(Role.VIEWER, "leave")
            self.require_still_fresh(t, stamp)
            self._remove(t, self.user)
            t.summary = "left the session"
            t.undoable = False
        return self.outcome_of(t)

    def _remove(self, t: Transaction, user: str) -> None:
        self._require_in(t.before.session, user)
        people = tuple(one for one in t.before.session.collaborators if one.user != user)
        self._require_owner_left(people)
        _change_session(t, {"collaborators": people})

    @staticmethod
    def _require_in(session: Session, user: str) -> None:
        if session.role_of(user) is None:
            people = ", ".join(one.user for one in session.collaborators)
            raise PatchbayError(
                Code.NOT_FOUND, f"{rules.quoted(user)} is not in the session; in it are {people}."
            )

    @staticmethod
    def _require_owner_left(people: tuple[Collaborator, ...]) -> None:
        if all(one.role is not Role.OWNER for one in people):
            message = "A session keeps at least one owner: make somebody else an owner first."
            raise PatchbayError(Code.BAD_TRANSITION, message)


def _change_session(t: Transaction, update: Mapping[str, object]) -> None:
    session = t.state.session.model_copy(update=update)
    if session != t.state.session:
        t.state = t.state.model_copy(update={"session": session})


def role_named(role: str) -> Role:
    """Give the role of that name. Raises `not-found`."""
    try:
        return Role(role.lower())
    except ValueError:
        names = ", ".join(Role)
        raise PatchbayError(
            Code.NOT_FOUND, f"There is no role {rules.quoted(role)}: choose one of {names}."
        ) from None


def _what_was_edited(update: Mapping[str, str]) -> str:
    named = f"named the session {update['name']}" if "name" in update else ""
    described = "described it" if named else "described the session"
    did = [named, described if "description" in update else ""]
    return " and ".join(filter(None, did)) or "changed nothing of the session"


def _a(role: Role) -> str:
    return f"{'an' if role is Role.OWNER else 'a'} {role}"
