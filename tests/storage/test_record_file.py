"""A session's file: one durable write a save, read by TinyDB, safe among processes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tinydb import TinyDB, where

from storage.processes import effects_of, files_below, kill_at, run, start
from store.storage.content import SCHEMA
from store.storage.layout import StoreLayout
from store.storage.lock import StoreLock
from store.storage.record_file import RecordFile

INCREMENT = """
with lock.exclusive():
    file = sessions.file("shared")
    count = file.load()["session"]["shared"]["count"]
    file.save({"session": {"shared": {"count": count + 1, "closed_at": None}}})
say(count + 1)
"""


def tables_with(count: int) -> dict[str, dict[str, dict[str, Any]]]:
    return {"session": {"shared": {"count": count, "closed_at": None}}}


def count_in(file: RecordFile) -> int:
    count = file.load()["session"]["shared"]["count"]
    assert isinstance(count, int)
    return count


@pytest.fixture
def file(layout: StoreLayout, lock: StoreLock) -> RecordFile:
    made = RecordFile(layout.sessions / "shared.json", lock, "session")
    with lock.exclusive():
        made.save(tables_with(0))
        made.save(tables_with(1))
    return made


def test_a_saved_file_is_plain_tinydb_json(file: RecordFile) -> None:
    with TinyDB(file.path) as plain:
        assert plain.tables() == {"meta", "session"}
        assert plain.table("meta").all() == [{"schema": SCHEMA, "kind": "session"}]
        assert len(plain.table("session")) == 1


def test_a_file_that_is_not_there_has_no_tables(layout: StoreLayout, lock: StoreLock) -> None:
    missing = RecordFile(layout.sessions / "missing.json", lock, "session")
    assert dict(missing.load()) == {}
    assert missing.table("session").all() == []
    assert not missing.exists()


def test_queries_go_through_tinydb_tables_with_our_own_ids(file: RecordFile) -> None:
    table = file.table("session")
    assert table.get(where("count") == 1) == {"count": 1, "closed_at": None}
    found = table.search(where("count") == 1)
    assert [str(record.doc_id) for record in found] == ["shared"]


def test_changing_what_a_query_gave_changes_nothing_stored(file: RecordFile) -> None:
    file.table("session").all()[0]["count"] = 99
    assert count_in(file) == 1
    assert file.table("session").all()[0]["count"] == 1


def test_changing_what_was_saved_changes_nothing_stored(file: RecordFile, lock: StoreLock) -> None:
    tables = tables_with(2)
    with lock.exclusive():
        file.load()
        file.save(tables)
    tables["session"]["shared"]["count"] = 99
    assert count_in(file) == 2


def test_tables_that_were_loaded_cannot_be_changed(file: RecordFile) -> None:
    tables: Any = file.load()
    with pytest.raises(TypeError):
        tables["session"]["other"] = {}


def test_loading_again_reads_nothing_when_nothing_changed(file: RecordFile) -> None:
    assert file.load() is file.load()


def test_saving_outside_the_lock_is_a_bug_that_shows(file: RecordFile, lock: StoreLock) -> None:
    with pytest.raises(RuntimeError, match="lock"):
        file.save(tables_with(2))
    with lock.shared(), pytest.raises(RuntimeError, match="lock"):
        file.save(tables_with(2))
    assert count_in(file) == 1


def test_saving_over_a_state_that_was_never_read_is_a_bug_that_shows(
    file: RecordFile, lock: StoreLock
) -> None:
    other = RecordFile(file.path, lock, "session")
    with lock.exclusive(), pytest.raises(RuntimeError, match="changed since it was read"):
        other.save(tables_with(2))
    assert count_in(file) == 1


def test_a_save_by_another_process_is_seen_at_once(file: RecordFile, layout: StoreLayout) -> None:
    assert run(layout.root, INCREMENT) == "2"
    assert count_in(file) == 2
    assert file.table("session").all() == [{"count": 2, "closed_at": None}]


def test_a_save_is_one_write_and_two_waits_for_the_disk(
    file: RecordFile, layout: StoreLayout, tmp_path: Path
) -> None:
    effects = effects_of(layout.root, tmp_path / "effects", INCREMENT)
    assert effects == ["create", "write", "fsync", "unlink", "link", "replace", "fsync_directory"]


def test_saves_in_the_same_instant_still_tell_apart(file: RecordFile, lock: StoreLock) -> None:
    reader = RecordFile(file.path, lock, "session")
    for count in range(2, 60):
        with lock.exclusive():
            file.save(tables_with(count % 10))
        assert count_in(reader) == count % 10


def test_eight_processes_lose_no_update(file: RecordFile, layout: StoreLayout) -> None:
    script = (
        f"for _ in range(12):\n{''.join('    ' + line + chr(10) for line in INCREMENT.strip().splitlines())}"
    )
    processes = [start(layout.root, script) for _ in range(8)]
    said = [int(word) for process in processes for word in process.communicate(timeout=60)[0].split()]
    assert sorted(said) == list(range(2, 2 + 8 * 12))
    assert count_in(file) == 1 + 8 * 12


@pytest.mark.parametrize("effect", range(1, 8))
def test_a_process_killed_during_a_save_leaves_the_old_or_the_new_state(
    file: RecordFile, layout: StoreLayout, effect: int
) -> None:
    assert kill_at(layout.root, effect, INCREMENT) == ""
    assert count_in(file) == (2 if effect == 7 else 1)
    assert not file.reports
    assert run(layout.root, INCREMENT) == str(count_in(file))


@pytest.mark.long
def test_processes_killed_again_and_again_lose_nothing_they_acknowledged(
    file: RecordFile, layout: StoreLayout, sample: Any
) -> None:
    script = f"while True:\n{''.join('    ' + line + chr(10) for line in INCREMENT.strip().splitlines())}"
    for effect in range(1, 101, 3):
        acknowledged = kill_at(layout.root, effect, script).split()
        if acknowledged:
            assert count_in(file) >= int(acknowledged[-1])
        assert not file.reports


def test_a_full_disk_is_told_and_changes_nothing(file: RecordFile, layout: StoreLayout) -> None:
    before = dict(files_below(layout.sessions))
    script = """
without_room(4000)
file = sessions.file("shared")
with lock.exclusive():
    file.load()
    try:
        file.save({"session": {"shared": {"count": 2, "closed_at": None, "text": "x" * 10_000}}})
    except PatchbayError as error:
        say(error.code)
    say(file.load()["session"]["shared"]["count"])
"""
    assert run(layout.root, script).split() == ["store-full", "1"]
    assert dict(files_below(layout.sessions)) == before
    assert run(layout.root, INCREMENT) == "2"


def test_a_value_that_json_cannot_hold_changes_nothing(file: RecordFile, lock: StoreLock) -> None:
    with lock.exclusive(), pytest.raises(TypeError):
        file.save({"session": {"shared": {"count": 2, "name": "\ud800"}}})
    assert count_in(file) == 1


def test_a_removed_file_does_not_come_back(file: RecordFile, layout: StoreLayout, lock: StoreLock) -> None:
    file.remove()
    assert not file.exists()
    assert dict(RecordFile(file.path, lock, "session").load()) == {}
    assert list(layout.sessions.iterdir()) == []


def test_a_store_that_may_only_be_read_is_read_and_never_written(open_layout: StoreLayout) -> None:
    lock = StoreLock(open_layout.lock)
    file = RecordFile(open_layout.sessions / "shared.json", lock, "session", mode=0o644)
    with lock.exclusive():
        file.save(tables_with(1))
    for path in (*open_layout.root.rglob("*"), open_layout.root):
        path.chmod(0o555 if path.is_dir() else 0o444)
    script = """
without_rights()
with lock.shared():
    say(sessions.file("shared").load()["session"]["shared"]["count"])
try:
    with lock.exclusive():
        pass
except PatchbayError as error:
    say(error.code)
    say("read-only" in error.message)
"""
    assert run(open_layout.root, script).split() == ["1", "store-locked", "True"]


def test_a_directory_without_the_right_to_write_is_a_clear_refusal(open_layout: StoreLayout) -> None:
    lock = StoreLock(open_layout.lock)
    file = RecordFile(open_layout.sessions / "shared.json", lock, "session", mode=0o644)
    with lock.exclusive():
        file.save(tables_with(1))
    open_layout.root.chmod(0o755)
    open_layout.lock.chmod(0o666)
    open_layout.sessions.chmod(0o555)
    script = """
without_rights()
with lock.exclusive():
    file = sessions.file("shared")
    file.load()
    try:
        file.save({"session": {}})
    except PatchbayError as error:
        say(error.code)
    say(file.load()["session"]["shared"]["count"])
"""
    assert run(open_layout.root, script).split() == ["store-locked", "1"]
