"""The verbs of the seed's SessionManager: each checks the role, is one transaction and one log entry.

`open_store` and `init_store` give a `SessionManager`: one store as one user sees it.
"""

from store.session_manager.ahead import Making
from store.session_manager.manager import SessionManager, init_store, open_store
from store.session_manager.sessions import SessionSummary

__all__ = ["Making", "SessionManager", "SessionSummary", "init_store", "open_store"]
