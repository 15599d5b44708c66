"""The files of the sessions: open ones in `sessions/`, closed ones in `archive/`.

`closed_at` in the table "session" decides which, the place follows: whoever holds the lock completes the
move. All else about a session's records is the repository's.
"""

from __future__ import annotations

from pathlib import Path

from store.errors import Code, PatchbayError
from store.storage import effects
from store.storage.atomic import refusals, remove_durably, write_atomically
from store.storage.content import FrozenTables
from store.storage.damage import Report
from store.storage.json_storage import previous_of
from store.storage.layout import StoreLayout, checked_identifier, is_identifier
from store.storage.lock import StoreLock
from store.storage.record_file import RecordFile

SESSION_KIND = "session"
SESSION_TABLE = "session"
"""The table with the session's own record."""

_END = ".json"
_PREVIOUS = ".previous"


def is_closed(tables: FrozenTables) -> bool:
    """Whether the session in these tables has a `closed_at`."""
    return any(record.get("closed_at") is not None for record in tables.get(SESSION_TABLE, {}).values())


class SessionFiles:
    """The session files of one store; `reports` collects accounts of damage."""

    def __init__(self, layout: StoreLayout, lock: StoreLock, reports: list[Report] | None = None) -> None:
        self.reports: list[Report] = [] if reports is None else reports
        self._layout = layout
        self._lock = lock
        self._files: dict[Path, RecordFile] = {}

    def open_ids(self) -> list[str]:
        """Return the ids of the sessions in `sessions/`, sorted; the content decides, see `follow`.

        One whose file was lost and whose previous version is left is among them.
        """
        return [path.stem for path in session_paths(self._layout.sessions, self._layout.archive)]

    def archived_ids(self) -> list[str]:
        """Return the ids of the sessions in `archive/`, sorted, likewise."""
        return [path.stem for path in session_paths(self._layout.archive, self._layout.sessions)]

    def exists(self, session: str) -> bool:
        """Whether there is such a session, open or archived, or at least a previous version of it."""
        if not is_identifier(session):
            return False
        places = [place / (session + _END) for place in (self._layout.sessions, self._layout.archive)]
        return any(place.exists() or previous_of(place).exists() for place in places)

    def file(self, session: str) -> RecordFile:
        """Return the session's file where it lies now, or where a new one goes.

        Raises `NOT_FOUND` for a bad id.
        """
        name = checked_identifier(session) + _END
        places = (self._layout.sessions / name, self._layout.archive / name)
        path = next((place for place in places if place.exists()), None)
        if path is None:
            path = next((place for place in places if previous_of(place).exists()), places[0])
        return self._file_at(path)

    def load(self, session: str) -> FrozenTables:
        """Return the session's tables, wherever its file lies, even when it is moved meanwhile.

        No tables when there is no such session, which is said only inside the lock. Raises what
        `RecordFile.load` does.
        """
        tables = self.file(session).load()
        if tables or self._lock.held:
            return tables
        with self._lock.shared():
            return self.file(session).load()

    def follow(self, session: str) -> bool:
        """Move the session's file to where its `closed_at` says, inside the exclusive lock.

        Returns whether it was moved. The previous version of the place that is left is removed before, so
        that it never brings an archived session back. Raises what `RecordFile.load` does.
        """
        source = self.file(session)
        tables = source.load()
        if not tables:
            return False
        place = self._layout.archive if is_closed(tables) else self._layout.sessions
        target = place / source.path.name
        if source.path == target or target.exists():
            return False
        with refusals(source.path):
            data = source.path.read_bytes()
        write_atomically(previous_of(target), data, mode=self._layout.file_mode)
        remove_durably(previous_of(source.path))
        with refusals(source.path):
            effects.replace(source.path, target)
            effects.fsync_directory(target.parent)
            effects.fsync_directory(source.path.parent)
        self._files.pop(source.path, None)
        return True

    def follow_all(self) -> list[str]:
        """`follow` for every session in `sessions/`; returns the ids of those that were moved.

        A session that cannot be read stays where it is: whoever opens it is told.
        """
        moved = []
        for session in self.open_ids():
            try:
                if self.follow(session):
                    moved.append(session)
            except PatchbayError as error:
                if error.code not in (Code.STORE_DAMAGED, Code.STORE_NEWER):
                    raise
        return moved

    def _file_at(self, path: Path) -> RecordFile:
        if path not in self._files:
            self._files[path] = RecordFile(
                path, self._lock, SESSION_KIND, reports=self.reports, mode=self._layout.file_mode
            )
        return self._files[path]


def session_paths(place: Path, other: Path) -> list[Path]:
    """Return the paths of the sessions whose files lie in `place`, sorted.

    Where only the previous version is left, and the session is not in the `other` place, its path is given.
    """
    with refusals(place):
        names = {path.name for path in place.iterdir()}
    lost = (name.removesuffix(_PREVIOUS) for name in names if name.endswith(_END + _PREVIOUS))
    names.update([name for name in lost if not (other / name).exists()])
    return sorted(place / name for name in names if name.endswith(_END) and is_identifier(name[: -len(_END)]))
