"""All verbs in one class, and the ways to get one: open a store, or make it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from store import rules
from store.codebase.package_tree import PackageTree
from store.errors import Code, PatchbayError
from store.model import UserId, Workspace
from store.repository import Repository
from store.session_manager.assigning import AssignVerbs
from store.session_manager.base import Clock, NewId, random_id, utc_now
from store.session_manager.bound import no_worktree
from store.session_manager.closing import CloseVerbs
from store.session_manager.conflicts import ConflictVerbs
from store.session_manager.patches import PatchVerbs
from store.session_manager.place_texts import PlaceTextVerbs
from store.session_manager.reverting import RevertVerbs
from store.session_manager.sessions import SessionVerbs
from store.session_manager.undoing import UndoVerbs
from store.session_manager.upkeep import UpkeepVerbs
from store.storage.layout import GIT_STORE, StoreLayout, locate
from store.storage.presence import PresenceHandle
from store.views import Outcome


class SessionManager(
    SessionVerbs,
    PatchVerbs,
    RevertVerbs,
    AssignVerbs,
    ConflictVerbs,
    PlaceTextVerbs,
    CloseVerbs,
    UndoVerbs,
    UpkeepVerbs,
):
    """One store as one user sees it: every verb of the seed's SessionManager and of R1–R23."""

    def as_user(self, user: UserId) -> SessionManager:
        """Give the same store as another user sees it. Raises `invalid-name`."""
        name = rules.check_title(user, "user")
        other = type(self)(self.repository, self.codebase, name, self.clock, self.new_id, self.worktree)
        other.undoable = self.undoable
        return other

    def look(self, paths: Iterable[str] | None = None) -> Outcome | None:
        """Take in what was changed in a git working tree, see `TreeVerbs`; a package tree has none."""
        return None

    def pull_tree(self, session: str | None = None) -> Outcome:
        """Write what is behind into a git working tree, see `TreeVerbs`. Raises `bad-transition`."""
        raise no_worktree()

    def enter_screen(self, session: str | None = None, editors: Sequence[str] = ()) -> PresenceHandle:
        """Be seen by others until the handle's `leave`, or until the process ends (R21)."""
        return self.repository.presence.enter(self.user, session, editors)


def open_store(
    directory: Path,
    *,
    store: Path | None = None,
    user: UserId,
    clock: Clock = utc_now,
    new_id: NewId = random_id,
) -> SessionManager:
    """Open the store of a directory, or the one at `store`. A git repository's is made when it is not there.

    Raises `store-missing` where there is none.
    """
    layout = StoreLayout(locate(directory, store))
    if not layout.exists():
        if store is None and is_for_git(layout):
            return init_store(directory, user=user, clock=clock, new_id=new_id)
        init = "patchbay init" if store is None else "patchbay init --store DIR"
        message = f"There is no store at {layout.root}: make one with `{init}`, or try `patchbay demo`."
        raise PatchbayError(Code.STORE_MISSING, message)
    return _manager(layout, directory, user, clock, new_id)


def init_store(
    directory: Path,
    *,
    store: Path | None = None,
    user: UserId,
    organization: str | None = None,
    shared_group: str | None = None,
    clock: Clock = utc_now,
    new_id: NewId = random_id,
) -> SessionManager:
    """Make a store for a directory; one that is there stays as it is. Raises what the disk refuses.

    In a git repository it is for its working trees (§4), unless `store` puts it elsewhere.
    """
    user = rules.check_title(user, "user")
    if organization is not None:
        organization = rules.check_title(organization, "organization")
    layout = StoreLayout(locate(directory, store))
    layout.create(shared_group)
    manager = _manager(layout, directory, user, clock, new_id)
    with manager.repository.lock.exclusive():
        manager.settle()
        workspace = manager.repository.workspace()
        new = Workspace(
            organization=organization or workspace.organization,
            users={user: workspace.users.get(user)} | workspace.users,
            current=workspace.current,
        )
        if new != workspace:
            manager.repository.save_workspace(new)
    return manager


def is_for_git(layout: StoreLayout) -> bool:
    """Whether a store is for a repository's working trees: it lies in its common directory, as §5 says.

    A package tree that lies there already stays one.
    """
    inside = layout.root.name == GIT_STORE and (layout.root.parent / "HEAD").is_file()
    return inside and not layout.head.exists()


def _manager(
    layout: StoreLayout, directory: Path, user: UserId, clock: Clock, new_id: NewId
) -> SessionManager:
    repository = Repository(layout)
    user = rules.check_title(user, "user")
    if is_for_git(layout):
        from store.codebase.git_tree import GitTree
        from store.git.worktree import Worktree
        from store.session_manager.git_manager import GitSessionManager

        worktree = Worktree(directory)
        if worktree.repository.common_dir != layout.root.parent:
            message = f"{layout.root} belongs to another repository: go into one of its working trees."
            raise PatchbayError(Code.STORE_MISSING, message)
        tree = GitTree(directory, worktree.repository)
        return GitSessionManager(repository, tree, user, clock, new_id, worktree)
    codebase = PackageTree(layout, repository.lock, repository.texts, reports=repository.reports)
    return SessionManager(repository, codebase, user, clock, new_id)
