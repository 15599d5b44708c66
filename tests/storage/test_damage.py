"""Damaged, missing, newer and older files: nothing is hidden, nothing is overwritten."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import orjson
import pytest

from storage.processes import files_below, run
from store.errors import Code, PatchbayError
from store.model import Seen, SeenFile
from store.storage.content import SCHEMA
from store.storage.layout import StoreLayout
from store.storage.lock import StoreLock
from store.storage.record_file import RecordFile
from store.storage.session_files import SessionFiles

Damage = Callable[[bytes], bytes]

DAMAGES: dict[str, Damage] = {
    "empty": lambda data: b"",
    "truncated": lambda data: data[: len(data) // 2],
    "zeroed": lambda data: bytes(len(data)),
    "a list": lambda data: b"[]",
    "a table that is none": lambda data: b'{"meta":{"1":{"schema":1,"kind":"session"}},"session":3}',
    "a record that is none": lambda data: b'{"meta":{"1":{"schema":1,"kind":"session"}},"session":{"s":3}}',
    "another kind": lambda data: data.replace(b'"kind":"session"', b'"kind":"workspace"'),
    "no schema": lambda data: data.replace(f'"schema":{SCHEMA}'.encode(), b'"schema":"one"'),
    "not UTF-8": lambda data: data.replace(b"one", b"\xff\xfe"),
}


def tables_with(word: str, closed_at: str | None = None) -> dict[str, dict[str, dict[str, Any]]]:
    return {"session": {"s": {"word": word, "closed_at": closed_at}}}


def word_in(file: RecordFile) -> str:
    return str(file.load()["session"]["s"]["word"])


def save(file: RecordFile, lock: StoreLock, tables: dict[str, dict[str, dict[str, Any]]]) -> None:
    with lock.exclusive():
        file.load()
        file.save(tables)


@pytest.fixture
def path(layout: StoreLayout, lock: StoreLock) -> Path:
    file = RecordFile(layout.sessions / "s.json", lock, "session")
    save(file, lock, tables_with("one"))
    save(file, lock, tables_with("two one"))
    return file.path


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_a_damaged_file_is_kept_aside_and_its_previous_version_used(
    path: Path, lock: StoreLock, damage: Damage
) -> None:
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)
    file = RecordFile(path, lock, "session")
    with lock.exclusive():
        assert word_in(file) == "one"
    assert path.with_name("s.json.damaged-1").read_bytes() == damaged
    [report] = file.reports
    assert report.path == path
    assert "s.json.previous" in report.used
    assert "damaged-" in report.used
    assert "last change" in report.missing
    again = RecordFile(path, lock, "session")
    assert word_in(again) == "one"
    assert not again.reports


def test_a_second_damage_is_kept_beside_the_first(path: Path, lock: StoreLock) -> None:
    for word in ("broken", "broken again"):
        path.write_text(word)
        with lock.exclusive():
            assert word_in(RecordFile(path, lock, "session")) == "one"
    assert path.with_name("s.json.damaged-1").read_text() == "broken"
    assert path.with_name("s.json.damaged-2").read_text() == "broken again"


def test_reading_without_the_lock_recovers_in_memory_only(path: Path, lock: StoreLock) -> None:
    path.write_bytes(b"broken")
    before = dict(files_below(path.parent))
    file = RecordFile(path, lock, "session")
    with lock.shared():
        assert word_in(file) == "one"
        assert word_in(file) == "one"
    assert dict(files_below(path.parent)) == before
    assert len(file.reports) == 1


def test_what_was_recovered_in_memory_is_put_right_by_the_next_transaction(
    path: Path, lock: StoreLock
) -> None:
    path.write_bytes(b"broken")
    file = RecordFile(path, lock, "session")
    assert word_in(file) == "one"
    save(file, lock, tables_with("three"))
    assert word_in(RecordFile(path, lock, "session")) == "three"
    assert path.with_name("s.json.damaged-1").read_bytes() == b"broken"
    assert len(file.reports) == 1


def test_a_file_that_someone_deleted_comes_from_its_previous_version(path: Path, lock: StoreLock) -> None:
    path.unlink()
    file = RecordFile(path, lock, "session")
    with lock.exclusive():
        assert word_in(file) == "one"
    assert "missing" in file.reports[0].happened
    assert path.exists()


def test_a_reader_waits_for_whoever_just_moves_the_file(path: Path, lock: StoreLock) -> None:
    file = RecordFile(path, lock, "session")
    with ThreadPoolExecutor(1) as threads, lock.exclusive():
        aside = path.rename(path.with_name("aside"))
        read = threads.submit(word_in, file)
        with pytest.raises(TimeoutError):
            read.result(timeout=0.2)
        aside.rename(path)
    assert read.result() == "two one"
    assert not file.reports


@pytest.mark.parametrize("previous", [None, b"", b"broken"])
def test_without_a_usable_previous_version_the_damaged_file_stays_as_it_is(
    path: Path, lock: StoreLock, previous: bytes | None
) -> None:
    path.write_bytes(b"broken")
    path.with_name("s.json.previous").unlink()
    if previous is not None:
        path.with_name("s.json.previous").write_bytes(previous)
    before = dict(files_below(path.parent))
    file = RecordFile(path, lock, "session")
    with lock.exclusive():
        with pytest.raises(PatchbayError, match="backup") as refusal:
            file.load()
        with pytest.raises(RuntimeError):
            file.save(tables_with("three"))
    assert refusal.value.code is Code.STORE_DAMAGED
    assert dict(files_below(path.parent)) == before


def test_a_file_of_a_newer_version_is_refused_and_never_written(path: Path, lock: StoreLock) -> None:
    newer = path.read_bytes().replace(f'"schema":{SCHEMA}'.encode(), b'"schema":99')
    path.write_bytes(newer)
    file = RecordFile(path, lock, "session")
    with lock.exclusive():
        with pytest.raises(PatchbayError, match="Update Patchbay") as refusal:
            file.load()
        with pytest.raises(RuntimeError):
            file.save(tables_with("three"))
    assert refusal.value.code is Code.STORE_NEWER
    assert path.read_bytes() == newer


def test_a_file_of_schema_0_is_migrated_and_a_copy_kept(path: Path, lock: StoreLock) -> None:
    old = orjson.dumps(tables_with("old"))
    path.write_bytes(old)
    file = RecordFile(path, lock, "session")
    assert word_in(file) == "old"
    assert file.table("session").all() == [{"word": "old", "closed_at": None}]
    assert path.read_bytes() == old
    save(file, lock, tables_with("new"))
    assert path.with_name("s.json.schema0").read_bytes() == old
    assert orjson.loads(path.read_bytes())["meta"] == {"1": {"schema": SCHEMA, "kind": "session"}}
    save(file, lock, tables_with("newer"))
    assert path.with_name("s.json.schema0").read_bytes() == old
    assert not file.reports


def test_a_worktree_seen_in_schema_1_is_read_without_its_signatures(
    layout: StoreLayout, lock: StoreLock
) -> None:
    path = layout.worktrees / "w.json"
    path.parent.mkdir(exist_ok=True)
    seen = {"branch": "b", "revision": "r", "files": {"a.py": {"digest": "d", "mode": "", "signature": [1]}}}
    path.write_bytes(
        orjson.dumps({"meta": {"1": {"schema": 1, "kind": "worktree"}}, "worktree": {"1": seen}})
    )
    record = RecordFile(path, lock, "worktree").load()["worktree"]["1"]
    assert Seen.model_validate(dict(record)).files == {"a.py": SeenFile(digest="d")}


def test_a_reader_without_rights_uses_the_previous_version(open_layout: StoreLayout) -> None:
    lock = StoreLock(open_layout.lock)
    file = RecordFile(open_layout.sessions / "s.json", lock, "session", mode=0o644)
    save(file, lock, tables_with("one"))
    save(file, lock, tables_with("two"))
    file.path.write_bytes(b"broken")
    for path in (*open_layout.root.rglob("*"), open_layout.root):
        path.chmod(0o555 if path.is_dir() else 0o444)
    script = """
without_rights()
with lock.shared():
    say(sessions.file("s").load()["session"]["s"]["word"])
say(len(sessions.reports))
"""
    assert run(open_layout.root, script).split() == ["one", "1"]


def test_a_closed_session_moves_to_the_archive_and_a_reopened_one_back(
    path: Path, layout: StoreLayout, lock: StoreLock
) -> None:
    sessions = SessionFiles(layout, lock)
    save(sessions.file("s"), lock, tables_with("closed", "2026-11-20T10:00:00+00:00"))
    assert sessions.open_ids() == ["s"]
    with lock.exclusive():
        assert sessions.follow_all() == ["s"]
        assert sessions.follow_all() == []
    assert (sessions.open_ids(), sessions.archived_ids()) == ([], ["s"])
    assert word_in(sessions.file("s")) == "closed"
    assert list(layout.sessions.iterdir()) == []
    save(sessions.file("s"), lock, tables_with("reopened"))
    with lock.exclusive():
        assert sessions.follow("s")
    assert (sessions.open_ids(), sessions.archived_ids()) == (["s"], [])
    assert word_in(sessions.file("s")) == "reopened"


def test_a_damaged_archived_session_is_never_brought_back_to_life(
    path: Path, layout: StoreLayout, lock: StoreLock
) -> None:
    sessions = SessionFiles(layout, lock)
    save(sessions.file("s"), lock, tables_with("closed", "2026-11-20T10:00:00+00:00"))
    with lock.exclusive():
        sessions.follow("s")
    archived = sessions.file("s").path
    archived.write_bytes(b"broken")
    fresh = SessionFiles(layout, lock)
    with lock.exclusive():
        assert fresh.follow_all() == []
        assert word_in(fresh.file("s")) == "closed"
    assert (fresh.open_ids(), fresh.archived_ids()) == ([], ["s"])


def test_a_file_with_a_hostile_name_is_no_session(path: Path, layout: StoreLayout, lock: StoreLock) -> None:
    (layout.sessions / "..json").write_text("{}")
    (layout.sessions / "a b\n.json").write_text("{}")
    sessions = SessionFiles(layout, lock)
    assert sessions.open_ids() == ["s"]
    for name in ("../lock", "", "a/b", "A", "x" * 65, "."):
        with pytest.raises(PatchbayError):
            sessions.file(name)


def test_a_session_whose_file_was_lost_is_still_among_the_open_ones(
    path: Path, layout: StoreLayout, lock: StoreLock
) -> None:
    path.unlink()
    sessions = SessionFiles(layout, lock)
    assert (sessions.open_ids(), sessions.archived_ids()) == (["s"], [])
    assert word_in(sessions.file("s")) == "one"
    assert "missing" in sessions.reports[0].happened


def test_an_unreadable_session_does_not_keep_the_others_from_their_place(
    path: Path, layout: StoreLayout, lock: StoreLock
) -> None:
    (layout.sessions / "a.json").write_bytes(b"broken")
    (layout.sessions / "b.json").write_bytes(b'{"meta":{"1":{"schema":2,"kind":"session"}}}')
    sessions = SessionFiles(layout, lock)
    save(sessions.file("s"), lock, tables_with("closed", "2026-11-20T10:00:00+00:00"))
    with lock.exclusive():
        assert sessions.follow_all() == ["s"]
    assert sessions.open_ids() == ["a", "b"]


def test_threads_that_read_never_disturb_the_one_that_writes(path: Path, lock: StoreLock) -> None:
    file = RecordFile(path, lock, "session")
    done = threading.Event()
    seen: list[int] = []

    def read() -> None:
        while not done.is_set():
            seen.append(int(file.load()["session"]["s"].get("count", 0)))

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for count in range(1, 40):
        with lock.exclusive():
            file.load()
            file.save({"session": {"s": {"count": count, "closed_at": None}}})
    done.set()
    for reader in readers:
        reader.join()
    assert file.load()["session"]["s"]["count"] == 39
    assert set(seen) <= set(range(40))


def test_saving_over_a_damaged_file_keeps_it_and_the_good_version(path: Path, lock: StoreLock) -> None:
    path.write_bytes(b"broken")
    file = RecordFile(path, lock, "session")
    assert word_in(file) == "one"
    assert "stays as it is" in file.reports[0].used
    with lock.exclusive():
        file.save(tables_with("three"))
    assert path.with_name("s.json.damaged-1").read_bytes() == b"broken"
    path.write_bytes(b"broken again")
    assert word_in(RecordFile(path, lock, "session")) == "one"


def test_a_session_is_found_while_it_moves_between_its_places(
    path: Path, layout: StoreLayout, lock: StoreLock
) -> None:
    reader = SessionFiles(layout, lock)
    done = threading.Event()
    misses: list[object] = []

    def read() -> None:
        while not done.is_set():
            if not reader.load("s"):
                misses.append(None)

    thread = threading.Thread(target=read)
    thread.start()
    writer = SessionFiles(layout, lock)
    for number in range(40):
        closed_at = "2026-11-20T10:00:00+00:00" if number % 2 == 0 else None
        save(writer.file("s"), lock, tables_with("moving", closed_at))
        with lock.exclusive():
            assert writer.follow("s")
    done.set()
    thread.join()
    assert not misses
    assert not reader.reports
