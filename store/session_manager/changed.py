"""What tells that something a view depends on has changed, by a few stats (R21)."""

from __future__ import annotations

from pathlib import Path

from store.session_manager.log import LogVerbs
from store.storage.atomic import Signature, signature_of
from store.storage.layout import is_identifier


class ChangedVerbs(LogVerbs):
    """The verb that a screen polls."""

    def changed_token(self, session: str | None = None) -> tuple[object, ...]:
        """Give a value that changes when anything a view depends on does. A few stats; poll it (R21).

        Screens that went to another session, or died, count too. Raises `not-found`.
        """
        repository = self.repository
        places = [
            repository.layout.workspace,
            repository.layout.head,
            repository.layout.intent,
            *((repository.layout.worktrees / f"{self.worktree_key}.json",) if self.worktree else ()),
        ]
        session = self.current_session() if session is None else session
        if session is not None:
            found = self._session_places(session)
            if not any(place.exists() for place in found):
                found = self._session_places(self.session_id(session))
            places += found
        stats: list[object] = [_signature(path) for path in places]
        buffers = repository.layout.buffers
        stats.append(None if self.worktree is None else self.worktree.repository.head())
        stats.append(None if self.worktree is None else self.worktree.left_alone)
        return (*stats, _signature(buffers), *_names_in(buffers), *repository.presence.alive())

    def _session_places(self, session_id: str) -> list[Path]:
        if not is_identifier(session_id):
            return []
        layout = self.repository.layout
        return [directory / f"{session_id}.json" for directory in (layout.sessions, layout.archive)]


def _names_in(directory: Path) -> list[str]:
    """Give what lies in a directory, a file being written too.

    One that is replaced within a tick of the file system's clock leaves the directory's signature as it was.
    """
    try:
        return sorted(path.name for path in directory.iterdir())
    except OSError:
        return []


def _signature(path: Path) -> Signature | None:
    """Give a file's signature; None where the disk does not give it now, which the next look tells."""
    try:
        return signature_of(path)
    except OSError:
        return None
