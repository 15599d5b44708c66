"""A TinyDB file of records as the repository uses it: read whole and quickly, written whole and once.

What the records mean is not known here. The file is read and written by TinyDB through `JsonStorage`.
"""

from __future__ import annotations

from pathlib import Path

from tinydb import TinyDB
from tinydb.storages import Storage
from tinydb.table import Table

from store.storage.atomic import Signature, remove_durably, signature_of
from store.storage.content import FrozenTables
from store.storage.damage import Report
from store.storage.json_storage import JsonStorage, previous_of
from store.storage.lock import StoreLock


class RecordTable(Table):
    """A TinyDB table with string ids of our own and without the query cache, which others outdate."""

    document_id_class = str  # type: ignore[assignment]
    default_query_cache_capacity = 0

    def __init__(self, storage: Storage, name: str, cache_size: int = 0, persist_empty: bool = False) -> None:
        super().__init__(storage, name, cache_size=cache_size, persist_empty=persist_empty)


class RecordDatabase(TinyDB):
    """A TinyDB database whose tables are `RecordTable`s."""

    table_class = RecordTable


class RecordFile:
    """One TinyDB file of `kind` ("session", "workspace", …): tables of records by string id.

    `reports` collects accounts of damage, `mode` is the file's permission bits, and `keep_previous` keeps
    the version before the last write.
    """

    def __init__(
        self,
        path: Path,
        lock: StoreLock,
        kind: str,
        *,
        reports: list[Report] | None = None,
        mode: int = 0o600,
        keep_previous: bool = True,
    ) -> None:
        self.path = path
        self.database = RecordDatabase(
            path, lock, kind, reports=reports, mode=mode, keep_previous=keep_previous, storage=JsonStorage
        )
        storage = self.database.storage
        assert isinstance(storage, JsonStorage)
        self._storage = storage

    @property
    def reports(self) -> list[Report]:
        """Accounts of damage met so far."""
        return self._storage.reports

    def exists(self) -> bool:
        """Whether there is a file, or at least a previous version of it."""
        return self.signature() is not None or previous_of(self.path).exists()

    def signature(self) -> Signature | None:
        """Return what tells this version of the file from others: a stat, to see others' changes quickly."""
        return signature_of(self.path)

    def load(self) -> FrozenTables:
        """Return table → id → record, to be read only; no tables when there is no file.

        A stat when nothing changed. Raises `STORE_DAMAGED` and `STORE_NEWER`.
        """
        return self._storage.frozen()

    def table(self, name: str) -> Table:
        """Return the TinyDB table, for queries; what it gives are copies."""
        return self.database.table(name)

    def save(self, tables: FrozenTables, *, frozen: bool = False) -> None:
        """Replace all tables in one durable write, inside the exclusive lock and after `load` there.

        `frozen` says that they are JSON values which nobody changes afterwards: `load` then gives these very
        tables. Raises `STORE_FULL` and `STORE_LOCKED`; nothing is changed then. Raises `RuntimeError` outside
        the lock, and when the file changed since `load`.
        """
        self._storage.write(tables, frozen=frozen)

    def remove(self) -> None:
        """Remove the file and its previous version, durably; missing ones are fine."""
        remove_durably(previous_of(self.path), self.path)
        self._storage.forget()
