"""The one TinyDB `Storage`: the lock, atomic writes, and recovery from the previous version.

Memory never runs ahead of the disk: what is held is the last state read or durably written, recognised by
the file's signature. The tables' meaning is not known here; what the bytes must look like lies in `content`.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

import orjson
from tinydb.storages import Storage

from store.errors import Code, PatchbayError
from store.storage.atomic import Signature, keep_copy, refusals, signature_of, write_atomically
from store.storage.content import (
    META,
    SCHEMA,
    Content,
    DamagedContentError,
    FrozenTables,
    Tables,
    decode,
    encode,
)
from store.storage.damage import Report, fate_of, keep_damaged_aside
from store.storage.lock import StoreLock


@dataclass(frozen=True)
class _State:
    """The last state read from the disk or durably written to it."""

    signature: Signature | None
    """Of the file itself, even when the content comes from the previous version; None when it is missing."""
    content: bytes | None
    """What the file holds at the present schema; None when there is no file."""
    repair: bool = False
    """Whether the content comes from the previous version and the file still has to be put right."""
    migrated_from: int | None = None
    """The older schema the file on the disk still has."""
    given: FrozenTables | None = None
    """The tables that `content` was made of, where whoever gave them will never change them."""

    @cached_property
    def frozen(self) -> FrozenTables:
        """The tables without the meta table, to be read only."""
        tables = self.given
        if tables is None:
            tables = orjson.loads(self.content) if self.content else {}
        return MappingProxyType(
            {name: MappingProxyType(rows) for name, rows in tables.items() if name != META}
        )


class JsonStorage(Storage):
    """TinyDB's storage for one JSON file.

    `kind` is what the file must be ("session", "workspace", …), `mode` the file's permission bits. With
    `keep_previous` the version before the last write stays in `<name>.previous`. Accounts of damage are
    appended to `reports`.
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
        self.previous = previous_of(path) if keep_previous else None
        self.reports: list[Report] = [] if reports is None else reports
        self._lock = lock
        self._kind = kind
        self._mode = mode
        self._state: _State | None = None
        self._turns = threading.RLock()

    def read(self) -> Tables | None:
        """Return a fresh copy of the tables, the meta table included, or None when there is no file.

        The file is read only when it changed. A damaged file is answered from its previous version, with a
        report, and put right when this thread holds the lock exclusively. Raises `STORE_DAMAGED` when there
        is no previous version either, and `STORE_NEWER`.
        """
        content = self._present().content
        if content is None:
            return None
        tables: Tables = orjson.loads(content)
        return tables

    def frozen(self) -> FrozenTables:
        """Return the tables without the meta table, shared and quick: to be read only. Raises as `read`."""
        return self._present().frozen

    def write(self, data: Mapping[str, Mapping[Any, Mapping[str, Any]]], *, frozen: bool = False) -> None:
        """Replace the file by these tables, durably. `frozen` says that nobody changes them afterwards.

        Only inside the store's exclusive lock, and only after the present file was read there: else
        `RuntimeError`, because another process's change would be lost. Raises `STORE_FULL` and
        `STORE_LOCKED`; the file and what is held in memory are then unchanged.
        """
        if not self._lock.held_exclusively:
            raise RuntimeError(f"{self.path} may only be written inside the store's exclusive lock")
        encoded = encode(data, self._kind)
        with self._turns:
            self._replace_file(encoded, data if frozen else None)

    def _replace_file(self, encoded: bytes, given: FrozenTables | None) -> None:
        signature = signature_of(self.path)
        read = self._state or _State(None, None)
        if read.signature != signature:
            raise RuntimeError(f"{self.path} changed since it was read: read it inside the lock first")
        if read.repair:
            self._put_right(read)
        if read.migrated_from is not None:
            copy = self.path.with_name(f"{self.path.name}.schema{read.migrated_from}")
            with refusals(self.path):
                keep_copy(self.path, copy, self._mode)
        try:
            signature = write_atomically(self.path, encoded, previous=self.previous, mode=self._mode)
        except BaseException:
            self._state = None
            raise
        self._state = _State(signature, encoded, given=given)

    def forget(self) -> None:
        """Drop what is held, so that the next read goes to the disk."""
        self._state = None

    def _present(self) -> _State:
        with self._turns:
            state = self._state
            if state is None or state.signature != signature_of(self.path):
                state = self._read_disk()
            if state is not None and state.repair and self._lock.held_exclusively:
                state = self._put_right(state)
            self._state = state
        if state is not None:
            return state
        with self._lock.shared():
            return self._present()

    def _read_disk(self) -> _State | None:
        """Return what the disk holds, or None where only the lock can tell, since the file may be moving."""
        signature, data = self._read_file(self.path)
        if data is None:
            if not self._lock.held and self.previous is not None and self.previous.exists():
                return None
            return self._from_previous(None, "is missing") or _State(None, None)
        try:
            return _state_from(signature, data, decode(data, self._kind, self.path.name))
        except DamagedContentError as damage:
            state = self._from_previous(signature, str(damage))
            if state is None:
                raise PatchbayError(
                    Code.STORE_DAMAGED,
                    f"{self.path} is damaged (it {damage}) and no earlier version of it is left. "
                    "Restore the file from a backup, or move it away.",
                ) from None
            return state

    def _from_previous(self, signature: Signature | None, damage: str) -> _State | None:
        """Return the state in the previous version, reported, or None when there is none to use."""
        if self.previous is None:
            return None
        _, data = self._read_file(self.previous)
        if data is None:
            return None
        try:
            content = decode(data, self._kind, self.previous.name)
        except DamagedContentError:
            return None
        self.reports.append(
            Report(
                self.path,
                f"{self.path} {damage}.",
                f"Its previous version, {self.previous.name}, is used"
                + (f"; {fate_of(self.path, self._lock.held_exclusively)}." if signature else "."),
                f"The last change saved to this {self._kind} may be missing.",
            )
        )
        return replace(_state_from(signature, data, content), repair=True, migrated_from=None)

    def _put_right(self, state: _State) -> _State:
        """Write the recovered content in the place of the damaged file, which is kept aside first."""
        if state.content is None:
            return state
        if state.signature is not None:
            keep_damaged_aside(self.path, self._mode)
        return _State(write_atomically(self.path, state.content, mode=self._mode), state.content)

    def _read_file(self, path: Path) -> tuple[Signature | None, bytes | None]:
        with refusals(path):
            try:
                signature = signature_of(path)
                data = path.read_bytes()
            except FileNotFoundError:
                return None, None
        return signature, data


def previous_of(path: Path) -> Path:
    """Return where the previous version of the file is kept."""
    return path.with_name(f"{path.name}.previous")


def _state_from(signature: Signature | None, data: bytes, content: Content) -> _State:
    if content.read_schema == SCHEMA:
        return _State(signature, data)
    return _State(signature, orjson.dumps(content.tables), migrated_from=content.read_schema)
