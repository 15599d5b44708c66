"""All verbs on the store of a git repository: loaded only there."""

from __future__ import annotations

from store.session_manager.looking import TreeVerbs
from store.session_manager.manager import SessionManager


class GitSessionManager(TreeVerbs, SessionManager):
    """One repository's store as one user sees it from one working tree."""
