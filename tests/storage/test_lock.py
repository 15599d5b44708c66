"""The store's lock among threads and processes."""

from __future__ import annotations

import os
import threading
import time

import pytest

from storage.processes import run, start
from store.errors import Code, PatchbayError
from store.storage.layout import StoreLayout
from store.storage.lock import StoreLock

HOLD = """
with lock.exclusive():
    say("held")
    sys.stdin.readline()
"""


def test_a_process_that_waits_too_long_is_told_who_holds_the_lock(
    layout: StoreLayout, lock: StoreLock
) -> None:
    holder = start(layout.root, HOLD)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(PatchbayError, match=rf"process {holder.pid} of \w+") as refusal, lock.exclusive(0.05):
        pass
    assert refusal.value.code is Code.STORE_LOCKED
    with pytest.raises(PatchbayError), lock.shared(0.05):
        pass
    holder.communicate("\n", timeout=10)
    with lock.exclusive(0.05):
        assert lock.held_exclusively


def test_the_lock_of_a_killed_process_is_free_at_once(layout: StoreLayout, lock: StoreLock) -> None:
    holder = start(layout.root, HOLD)
    assert holder.stdout is not None
    holder.stdout.readline()
    holder.kill()
    holder.communicate(timeout=10)
    with lock.exclusive(0.05):
        pass


def test_readers_hold_the_lock_together(layout: StoreLayout, lock: StoreLock) -> None:
    with lock.shared():
        assert run(layout.root, 'with lock.shared(0.05):\n    say("reads")') == "reads"
        refused = (
            "try:\n    lock.exclusive(0.05).__enter__()\nexcept PatchbayError as error:\n    say(error.code)"
        )
        assert run(layout.root, refused) == "store-locked"


def test_taking_the_lock_twice_in_a_thread_is_a_bug_that_shows(layout: StoreLayout, lock: StoreLock) -> None:
    again = StoreLock(layout.root / "." / "lock")
    with lock.exclusive():
        for attempt in (lock.exclusive, lock.shared, again.exclusive):
            with pytest.raises(RuntimeError, match="already held"), attempt():
                pass
        with again.ensure_exclusive():
            assert again.held_exclusively
    with lock.shared(), pytest.raises(RuntimeError, match="already held"), lock.exclusive():
        pass
    assert not lock.held
    with lock.exclusive():
        pass


def test_threads_take_turns(lock: StoreLock) -> None:
    inside: list[int] = []
    most = 0

    def work() -> None:
        nonlocal most
        for _ in range(10):
            with lock.exclusive():
                inside.append(1)
                most = max(most, len(inside))
                time.sleep(0.0005)
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_the_lock_file_is_never_replaced(layout: StoreLayout, lock: StoreLock) -> None:
    before = layout.lock.stat().st_ino
    for _ in range(3):
        with lock.exclusive():
            assert str(os.getpid()) in layout.lock.read_text()
        assert str(os.getpid()) not in layout.lock.read_text()
    assert layout.lock.stat().st_ino == before


def test_a_child_process_does_not_inherit_the_lock(layout: StoreLayout) -> None:
    script = """
import subprocess
with lock.exclusive():
    child = subprocess.Popen(["sleep", "5"])
with lock.exclusive(0.05):
    say("free")
child.kill()
"""
    assert run(layout.root, script) == "free"
