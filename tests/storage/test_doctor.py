"""The doctor finds what should not be there and puts right what it safely can."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import pytest

from store.storage.doctor import FindingKind, examine, fix, remove_unnamed_texts
from store.storage.layout import StoreLayout
from store.storage.lock import StoreLock
from store.storage.session_files import SessionFiles
from store.storage.texts import TextStore

CLOSED = "2026-11-20T10:00:00+00:00"


def save(
    layout: StoreLayout, lock: StoreLock, session: str, closed_at: str | None = None, word: str = ""
) -> Path:
    record: dict[str, Any] = {"closed_at": closed_at, "word": word}
    with lock.exclusive():
        file = SessionFiles(layout, lock).file(session)
        file.load()
        file.save({"session": {session: record}})
    return file.path


def make_old(path: Path) -> None:
    then = time.time() - 7200
    os.utime(path, (then, then))


def kinds(layout: StoreLayout, lock: StoreLock) -> list[FindingKind]:
    return [finding.kind for finding in examine(layout, lock)]


def fix_all(layout: StoreLayout, lock: StoreLock) -> None:
    fix(layout, lock, examine(layout, lock))


def test_a_sound_store_has_no_findings(layout: StoreLayout, lock: StoreLock) -> None:
    save(layout, lock, "s")
    TextStore(layout.texts).put(b"text")
    assert examine(layout, lock) == []


def test_leftovers_of_killed_writes_are_removed_once_they_are_old(
    layout: StoreLayout, lock: StoreLock
) -> None:
    old, fresh = layout.sessions / ".s.json.1-ab.part", layout.texts / ".x.1-cd.part"
    old.touch(0o600)
    fresh.touch(0o600)
    make_old(old)
    assert kinds(layout, lock) == [FindingKind.LEFTOVER]
    fix_all(layout, lock)
    assert not old.exists()
    assert fresh.exists()


def test_a_damaged_session_is_recovered(layout: StoreLayout, lock: StoreLock) -> None:
    save(layout, lock, "s", word="one")
    path = save(layout, lock, "s", word="two")
    path.write_bytes(b"broken")
    assert kinds(layout, lock) == [FindingKind.DAMAGED]
    assert path.read_bytes() == b"broken"
    fix_all(layout, lock)
    assert kinds(layout, lock) == [FindingKind.KEPT_ASIDE]
    assert SessionFiles(layout, lock).file("s").load()["session"]["s"]["word"] == "one"


def test_a_session_that_cannot_be_recovered_is_told_and_left_alone(
    layout: StoreLayout, lock: StoreLock
) -> None:
    path = save(layout, lock, "s")
    path.write_bytes(b"broken")
    [finding] = examine(layout, lock)
    assert (finding.kind, finding.fixable) == (FindingKind.DAMAGED, False)
    fix_all(layout, lock)
    assert path.read_bytes() == b"broken"


def test_a_text_with_wrong_content_is_kept_aside(layout: StoreLayout, lock: StoreLock) -> None:
    texts = TextStore(layout.texts)
    digest = texts.put(b"text")
    texts.path(digest).write_bytes(b"TEXT")
    assert kinds(layout, lock) == [FindingKind.DAMAGED_TEXT]
    fix_all(layout, lock)
    assert not texts.has(digest)
    assert texts.path(digest).with_name(f"{digest}.damaged-1").read_bytes() == b"TEXT"
    assert texts.get(texts.put(b"text")) == b"text"


def test_a_closed_session_among_the_open_ones_is_moved(layout: StoreLayout, lock: StoreLock) -> None:
    save(layout, lock, "s", CLOSED)
    assert kinds(layout, lock) == [FindingKind.MISPLACED]
    fix_all(layout, lock)
    assert SessionFiles(layout, lock).archived_ids() == ["s"]
    assert examine(layout, lock) == []


@pytest.mark.parametrize("newer", ["open", "archived"])
def test_of_a_session_in_both_places_the_newer_file_counts(
    layout: StoreLayout, lock: StoreLock, newer: str
) -> None:
    save(layout, lock, "s", CLOSED, "archived")
    with lock.exclusive():
        SessionFiles(layout, lock).follow("s")
    archived = layout.archive / "s.json"
    data = archived.read_bytes()
    archived.unlink()
    (layout.archive / "s.json.previous").unlink()
    opened = save(layout, lock, "s", None, "open")
    archived.touch(0o600)
    archived.write_bytes(data)
    make_old(archived if newer == "open" else opened)
    assert kinds(layout, lock) == [FindingKind.IN_BOTH_PLACES]
    fix_all(layout, lock)
    sessions = SessionFiles(layout, lock)
    assert sessions.file("s").load()["session"]["s"]["word"] == newer
    assert len([*sessions.open_ids(), *sessions.archived_ids()]) == 1
    assert kinds(layout, lock) == [FindingKind.KEPT_ASIDE]


def test_wrong_modes_and_missing_directories_are_put_right(layout: StoreLayout, lock: StoreLock) -> None:
    path = save(layout, lock, "s")
    path.chmod(0o644)
    layout.texts.chmod(0o755)
    layout.buffers.rmdir()
    assert sorted(kinds(layout, lock)) == ["missing-directory", "wrong-mode", "wrong-mode"]
    fix_all(layout, lock)
    assert examine(layout, lock) == []


def test_only_texts_that_nothing_names_and_that_are_old_are_removed(
    layout: StoreLayout, lock: StoreLock
) -> None:
    texts = TextStore(layout.texts)
    named, unnamed, fresh = texts.put_many([b"named", b"unnamed", b"fresh"])
    make_old(texts.path(named))
    make_old(texts.path(unnamed))
    with pytest.raises(RuntimeError):
        remove_unnamed_texts(texts, lock, {named})
    with lock.exclusive():
        assert remove_unnamed_texts(texts, lock, {named}) == [unnamed]
    assert set(texts.digests()) == {named, fresh}


def test_a_lost_session_file_is_written_again(layout: StoreLayout, lock: StoreLock) -> None:
    save(layout, lock, "s", word="one")
    path = save(layout, lock, "s", word="two")
    path.unlink()
    assert kinds(layout, lock) == [FindingKind.DAMAGED]
    fix_all(layout, lock)
    assert path.exists()
    assert examine(layout, lock) == []


def test_a_damaged_log_or_intent_is_told(layout: StoreLayout, lock: StoreLock) -> None:
    for path in (layout.log / "s-1.json", layout.intent):
        path.touch(0o600)
    assert kinds(layout, lock) == [FindingKind.DAMAGED, FindingKind.DAMAGED]
