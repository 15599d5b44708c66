"""SIGKILL in the middle of the rarer writes: moving to the archive, recovering, texts and buffers."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from storage.processes import effects_of, kill_at, run
from store.storage.layout import StoreLayout
from store.storage.lock import StoreLock
from store.storage.session_files import SessionFiles
from store.storage.texts import TextStore, digest_of

MOVE = """
with lock.exclusive():
    sessions.follow("s")
"""

RECOVER = """
with lock.exclusive():
    say(sessions.file("s").load()["session"]["s"]["word"])
"""

PUT = """
digests = texts.put_many([b"first text", b"second text", b"x" * 100_000])
say(" ".join(digests))
"""

TYPE = """
buffers = BufferStore(layout.buffers)
buffers.write("e1", b"new text", "0" * 64, "screen", datetime.now(UTC))
say("acknowledged")
"""


def save(layout: StoreLayout, word: str, closed_at: str | None) -> None:
    lock = StoreLock(layout.lock)
    with lock.exclusive():
        file = SessionFiles(layout, lock).file("s")
        file.load()
        file.save({"session": {"s": {"word": word, "closed_at": closed_at}}})


def copies(
    layout: StoreLayout, tmp_path: Path, script: str, sample: Any, count: int
) -> list[tuple[int, StoreLayout]]:
    """Give the numbers of the effects of `script` at which to kill, each with its own copy of the store."""
    counted = tmp_path / "counted"
    shutil.copytree(layout.root, counted)
    total = len(effects_of(counted, tmp_path / "effects", script))
    chosen = []
    for effect in sample(range(1, total + 1), count):
        root = tmp_path / f"killed-{effect}"
        shutil.copytree(layout.root, root)
        chosen.append((effect, StoreLayout(root)))
    return chosen


def test_a_move_to_the_archive_that_is_killed_is_completed_by_the_next(
    layout: StoreLayout, tmp_path: Path, sample: Any
) -> None:
    save(layout, "open", None)
    save(layout, "closed", "2026-11-20T10:00:00+00:00")
    for effect, copy in copies(layout, tmp_path, MOVE, sample, 9):
        kill_at(copy.root, effect, MOVE)
        lock = StoreLock(copy.lock)
        sessions = SessionFiles(copy, lock)
        assert sorted([*sessions.open_ids(), *sessions.archived_ids()]) == ["s"]
        assert sessions.file("s").load()["session"]["s"]["word"] == "closed"
        with lock.exclusive():
            sessions.follow_all()
        assert (sessions.open_ids(), sessions.archived_ids()) == ([], ["s"])
        assert sessions.file("s").load()["session"]["s"]["word"] == "closed"
        assert not sessions.reports
        assert [path.name for path in copy.sessions.iterdir() if not path.name.endswith(".part")] == []


def test_a_recovery_that_is_killed_loses_neither_the_session_nor_the_damaged_file(
    layout: StoreLayout, tmp_path: Path, sample: Any
) -> None:
    save(layout, "one", None)
    save(layout, "two", None)
    (layout.sessions / "s.json").write_bytes(b"broken")
    for effect, copy in copies(layout, tmp_path, RECOVER, sample, 8):
        kill_at(copy.root, effect, RECOVER)
        assert run(copy.root, RECOVER) == "one"
        kept = [path.read_bytes() for path in copy.sessions.glob("s.json.damaged-*")]
        assert kept
        assert set(kept) == {b"broken"}


def test_texts_are_whole_or_not_there_when_putting_them_is_killed(
    layout: StoreLayout, tmp_path: Path, sample: Any
) -> None:
    expected = [b"first text", b"second text", b"x" * 100_000]
    for effect, copy in copies(layout, tmp_path, PUT, sample, 7):
        assert kill_at(copy.root, effect, PUT) == ""
        texts = TextStore(copy.texts)
        for digest in texts.digests():
            assert texts.get(digest) in expected
        assert run(copy.root, PUT).split() == [digest_of(data) for data in expected]


def test_a_buffer_is_the_old_or_the_new_one_when_typing_is_killed(
    layout: StoreLayout, tmp_path: Path, sample: Any
) -> None:
    run(layout.root, TYPE.replace("new text", "old text"))
    read = 'say(BufferStore(layout.buffers).read("e1").text.decode())'
    for effect, copy in copies(layout, tmp_path, TYPE, sample, 6):
        assert kill_at(copy.root, effect, TYPE) == ""
        assert run(copy.root, read) in ("old text", "new text")
