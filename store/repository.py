"""Sessions, patches, editors and the log ↔ TinyDB tables: reading and writing whole states.

What may be written is decided above, in `session_manager`; how files survive is decided below, in `storage`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import orjson

from store.codebase.protocol import Prepared
from store.errors import Code, PatchbayError
from store.model import (
    UNDOABLE,
    EditorContext,
    LogEntry,
    Patch,
    PatchId,
    Record,
    Seen,
    Session,
    SessionId,
    SessionState,
    Workspace,
)
from store.source.texts import decode, encode
from store.storage.atomic import remove_durably, write_atomically
from store.storage.buffers import BufferStore
from store.storage.damage import Report
from store.storage.layout import StoreLayout
from store.storage.lock import StoreLock
from store.storage.presence import Presence
from store.storage.record_file import RecordFile
from store.storage.session_files import SessionFiles
from store.storage.texts import TextStore
from store.storage.verdict_files import VerdictFiles

LOG_CHUNK = 50
"""How many entries leave a session's file together when its log has grown too long."""

INTENT_SCHEMA = 1

Raw = Mapping[str, Any]
R = TypeVar("R", bound=Record)


class Intent(NamedTuple):
    """A merge under way (R14): the log entry it ends with, whole, and the prepared revision."""

    session_id: SessionId
    entry: LogEntry
    prepared: Prepared


_NAMING = ("patches", "editors", "log")
"""The tables of a session whose records name texts."""
_DIGESTS = frozenset({"digest", "base_digest", "parsed", "base", "ours", "theirs", "texts"})
"""The fields of records that hold the digest of a text, or several."""
_HOLDS_OPERATIONS = ("operations", None)
"""The fields of a change by which operations come and go: themselves, or the whole patch."""


class Repository:
    """The records of one store. Everything that writes is called inside `lock.exclusive()`."""

    def __init__(self, layout: StoreLayout) -> None:
        self.layout = layout
        self.reports: list[Report] = []
        self.lock = StoreLock(layout.lock, mode=layout.file_mode)
        self.texts = TextStore(layout.texts, mode=layout.file_mode)
        self.buffers = BufferStore(layout.buffers, mode=layout.file_mode)
        self.presence = Presence(layout.presence, mode=layout.file_mode)
        self.verdicts = VerdictFiles(
            layout.verdicts, mode=layout.file_mode, directory_mode=layout.directory_mode
        )
        self.files = SessionFiles(layout, self.lock, self.reports)
        self._workspace = RecordFile(
            layout.workspace, self.lock, "workspace", reports=self.reports, mode=layout.file_mode
        )
        self._worktrees: dict[str, RecordFile] = {}
        self._known: dict[SessionId, tuple[Mapping[str, Any], SessionState]] = {}
        self.text = lru_cache(maxsize=4096)(self._text)

    def _text(self, digest: str) -> str:
        return decode(self.texts.get(digest))

    def keep(self, text: str) -> str:
        """Make a text durable before a record names it; gives its digest. Inside the exclusive lock."""
        return self.texts.put(encode(text))

    # Workspace

    def workspace(self) -> Workspace:
        """Give the store's users, organization and current sessions."""
        record = self._workspace.load().get("workspace", {}).get("1")
        return Workspace() if record is None else Workspace.model_validate(dict(record))

    def save_workspace(self, workspace: Workspace) -> None:
        """Write the workspace, durably."""
        self._workspace.load()
        self._workspace.save({"workspace": {"1": workspace.model_dump(mode="json")}})

    # Working trees

    def seen(self, worktree: str) -> Seen | None:
        """Give what a git worktree was when it was last looked at; None before the first look."""
        record = self._seen(worktree).load().get("worktree", {}).get("1")
        return None if record is None else Seen.model_validate(dict(record))

    def save_seen(self, worktree: str, seen: Seen) -> None:
        """Write down what a worktree has been seen to be, durably."""
        file = self._seen(worktree)
        file.load()
        file.save({"worktree": {"1": seen.model_dump(mode="json")}})

    def _seen(self, worktree: str) -> RecordFile:
        path = self.layout.worktrees / f"{worktree}.json"
        if worktree not in self._worktrees:
            mode = self.layout.file_mode
            self._worktrees[worktree] = RecordFile(
                path, self.lock, "worktree", reports=self.reports, mode=mode
            )
        return self._worktrees[worktree]

    # Sessions

    def session_ids(self, *, archived: bool = False) -> list[SessionId]:
        """Give the ids of the open sessions, with `archived` of the closed ones too."""
        ids = self.files.open_ids()
        if archived:
            known = set(ids)
            ids += [one for one in self.files.archived_ids() if one not in known]
        return ids

    def readable(self, *, archived: bool = False) -> Iterator[SessionState]:
        """Give the sessions that can be read; one that is damaged or newer stands in no other one's way.

        It is reported, and whoever asks for that one is refused.
        """
        for session_id in self.session_ids(archived=archived):
            try:
                yield self.load(session_id)
            except PatchbayError as error:
                if error.code not in (Code.STORE_DAMAGED, Code.STORE_NEWER):
                    raise
                path = self.files.file(session_id).path
                report = Report(
                    path, error.message, f"Session {session_id} is left out.", "It cannot be read."
                )
                if report not in self.reports:
                    self.reports.append(report)

    def load(self, session_id: SessionId) -> SessionState:
        """Give a session's state; the same value while its file has not changed. Raises `not-found`."""
        tables = self.files.load(session_id)
        if "session" not in tables:
            message = f"There is no session {session_id}: see `patchbay session list --all`."
            raise PatchbayError(Code.NOT_FOUND, message)
        known = self._known.get(session_id)
        if known is not None and known[0] is tables:
            return known[1]
        state = self._parsed(tables, *(known or ({}, None)))
        self._known[session_id] = (tables, state)
        return state

    def _parsed(
        self, tables: Mapping[str, Any], old_tables: Mapping[str, Any], old: SessionState | None
    ) -> SessionState:
        def records(table: str, model: type[R], known: Mapping[str, R]) -> dict[str, R]:
            before = old_tables.get(table, {})
            return {
                key: known[key] if key in known and before.get(key) == raw else model.model_validate(raw)
                for key, raw in tables.get(table, {}).items()
            }

        (session,) = tables["session"].values()
        return SessionState(
            session=Session.model_validate(session),
            patches=records("patches", Patch, {} if old is None else old.patches),
            editors=records("editors", EditorContext, {} if old is None else old.editors),
        )

    def recent_log(self, session_id: SessionId) -> list[LogEntry]:
        """Give the entries still in the session's file, oldest first: all that can be undone."""
        tables = self.files.load(session_id)
        return [LogEntry.model_validate(raw) for raw in tables.get("log", {}).values()]

    def last_number(self, session_id: SessionId) -> int:
        """Give the number of the session's latest log entry; 0 when it has none."""
        rows: Mapping[str, Raw] = self.files.load(session_id).get("log", {})
        return int(rows[next(reversed(list(rows)))]["number"]) if rows else 0

    def latest_entry(self, session_id: SessionId, apart_from: str) -> str:
        """Give the id of the latest log entry of any verb but this one; "" when there is none."""
        rows: Mapping[str, Raw] = self.files.load(session_id).get("log", {})
        return next((key for key in reversed(list(rows)) if rows[key]["verb"] != apart_from), "")

    def has_entry(self, session_id: SessionId, entry_id: str) -> bool:
        """Whether the session's file holds that log entry."""
        return entry_id in self.files.load(session_id).get("log", {})

    def entries_that_emptied(self, session_id: SessionId, patches: Set[PatchId]) -> dict[PatchId, LogEntry]:
        """Give the entry that took its last operation from each of these patches, as far as the log tells."""
        rows: Mapping[str, Raw] = self.files.load(session_id).get("log", {})
        found: dict[PatchId, LogEntry] = {}
        left = set(patches)
        for key in reversed(list(rows)):
            if not left:
                break
            changes = rows[key]["changes"]
            touched = {one["id"] for one in changes if one["field"] in _HOLDS_OPERATIONS} & left
            if touched:
                found.update(dict.fromkeys(touched, LogEntry.model_validate(rows[key])))
            left -= touched
        return found

    def older_log(self, session_id: SessionId) -> Iterator[LogEntry]:
        """Give the entries that have left the session's file, newest first."""
        prefix = f"{session_id}-"
        chunks = [
            (int(path.stem[len(prefix) :]), path)
            for path in self.layout.log.glob(f"{prefix}*.json")
            if path.stem[len(prefix) :].isdigit()
        ]
        oldest = min((one.number for one in self.recent_log(session_id)), default=None)
        for _, path in sorted(chunks, reverse=True):
            for entry in _entries_of(path):
                if oldest is None or entry.number < oldest:
                    yield entry

    def save(self, old: SessionState | None, new: SessionState, entries: Sequence[LogEntry]) -> None:
        """Write a session's new state with its log entries as one durable write, then move a closed one.

        `old` is what `load` gave inside the same lock, or None for a new session.
        """
        file = self.files.file(new.session.id)
        tables = file.load()
        log: dict[str, Raw] = dict(tables.get("log", {}))
        log.update({entry.id: entry.model_dump(mode="json") for entry in entries})
        if len(log) > UNDOABLE + LOG_CHUNK:
            log = self._without_oldest(new.session.id, log)
        written: dict[str, Any] = {
            "session": {new.session.id: new.session.model_dump(mode="json")},
            "patches": _rows(tables.get("patches", {}), {} if old is None else old.patches, new.patches),
            "editors": _rows(tables.get("editors", {}), {} if old is None else old.editors, new.editors),
            "log": log,
        }
        file.save(written, frozen=True)
        self._known[new.session.id] = (file.load(), new)
        if old is not None and (old.session.closed_at is None) != (new.session.closed_at is None):
            self.files.follow(new.session.id)

    def _without_oldest(self, session_id: SessionId, log: dict[str, Raw]) -> dict[str, Raw]:
        rows = list(log.items())
        leaving = [raw for _, raw in rows[:LOG_CHUNK]]
        path = self.layout.log / f"{session_id}-{leaving[0]['number']}.json"
        data = orjson.dumps({"schema": 1, "entries": leaving})
        write_atomically(path, data, mode=self.layout.file_mode)
        return dict(rows[LOG_CHUNK:])

    # Intent

    def intent(self) -> Intent | None:
        """Give the merge that was under way when its process ended, if there is one."""
        try:
            raw = orjson.loads(self.layout.intent.read_bytes())
            if raw["schema"] > INTENT_SCHEMA:
                message = f"{self.layout.intent} was written by a newer Patchbay: use that one."
                raise PatchbayError(Code.STORE_NEWER, message)
            entry = LogEntry.model_validate(raw["entry"])
            prepared = Prepared(str(entry.revision), raw["expected"], entry.id, raw["recovery"], entry.staged)
            return Intent(raw["session"], entry, prepared)
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            raise PatchbayError(
                Code.STORE_DAMAGED,
                f"{self.layout.intent}, which tells of a merge that was interrupted, is damaged."
                " Look with `patchbay log` whether that merge is there, then move the file away.",
            ) from None

    def save_intent(self, intent: Intent) -> None:
        """Write down what is about to be committed, durably."""
        raw = {
            "schema": INTENT_SCHEMA,
            "session": intent.session_id,
            "entry": intent.entry.model_dump(mode="json"),
            "expected": intent.prepared.expected,
            "recovery": intent.prepared.recovery,
        }
        write_atomically(self.layout.intent, orjson.dumps(raw), mode=self.layout.file_mode)

    def drop_intent(self) -> None:
        """Remove the intent: it was carried out, or never will be."""
        remove_durably(self.layout.intent)

    # For everything at once

    def named_texts(self) -> set[str]:
        """Give the digests of all texts that a session, open or closed, or its log names."""
        found: set[str] = set()
        for session_id in self.session_ids(archived=True):
            for table, rows in self.files.load(session_id).items():
                if table in _NAMING:
                    for raw in rows.values():
                        found |= _digests_in(raw)
            for entry in self.older_log(session_id):
                found |= _digests_in(entry.model_dump(mode="json"))
        for editor in self.buffers.ids():
            buffer = self.buffers.read(editor)
            if buffer is not None and buffer.shown:
                found.add(buffer.shown)
        for path in self.layout.worktrees.glob("*.json"):
            seen = self.seen(path.stem)
            for one in seen.files.values() if seen else ():
                found |= {digest for digest in (one.digest, one.parsed) if digest is not None}
        return found

    def naming_texts(self) -> Iterator[tuple[str, set[str]]]:
        """Give what names texts, in words, with their digests; what cannot be read is left out."""
        for session_id in self.session_ids(archived=True):
            found: set[str] = set()
            with suppress(PatchbayError):
                tables = self.files.load(session_id)
                found |= _texts_of([row for name in _NAMING for row in tables.get(name, {}).values()])
                for entry in self.older_log(session_id):
                    found |= _texts_of(entry.model_dump(mode="json"))
            yield f"session {session_id}", found
        for path in self.layout.worktrees.glob("*.json"):
            with suppress(PatchbayError):
                seen = self.seen(path.stem)
                yield (
                    f"the worktree {path.stem}",
                    _texts_of([] if seen is None else seen.model_dump(mode="json")),
                )


def _entries_of(path: Path) -> list[LogEntry]:
    """Give a chunk's entries, newest first. Raises `store-damaged`."""
    try:
        return [LogEntry.model_validate(raw) for raw in reversed(orjson.loads(path.read_bytes())["entries"])]
    except (ValueError, KeyError, TypeError, OSError):
        raise PatchbayError(
            Code.STORE_DAMAGED,
            f"The older log in {path} is damaged: restore it from a backup, or move it away.",
        ) from None


def _rows(raw: Mapping[str, Raw], old: Mapping[str, Record], new: Mapping[str, Record]) -> dict[str, Raw]:
    """Give the JSON of records, taking over what has not changed."""
    return {
        key: raw[key] if key in raw and old.get(key) is record else record.model_dump(mode="json")
        for key, record in new.items()
    }


def _digests_in(value: Any) -> set[str]:
    if isinstance(value, str):
        return {value} if len(value) == 64 and all(one in "0123456789abcdef" for one in value) else set()
    if isinstance(value, dict):
        return set().union(*map(_digests_in, value.values())) if value else set()
    if isinstance(value, list | tuple):
        return set().union(*map(_digests_in, value)) if value else set()
    return set()


def _texts_of(value: Any, field: str = "") -> set[str]:
    """Give the digests in the fields of a record that name texts, also of what a log entry changed."""
    if isinstance(value, str):
        return {value} if field in _DIGESTS else set()
    if isinstance(value, dict):
        changed = value.get("field") or ""
        inner = ((changed if key in ("before", "after") else key, one) for key, one in value.items())
        return set().union(*(_texts_of(one, key) for key, one in inner))
    if isinstance(value, list | tuple):
        return set().union(*(_texts_of(one, field) for one in value))
    return set()
