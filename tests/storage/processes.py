"""Real processes for the tests: run to the end, stopped at an effect, short of room, or without rights."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

PROJECT = Path(__file__).parents[2]

OPEN_STORE = """
import os, resource, sys
from datetime import UTC, datetime
from pathlib import Path
from store.errors import PatchbayError
from store.codebase.package_tree import PackageTree
from store.storage.buffers import BufferStore
from store.storage.layout import StoreLayout
from store.storage.lock import StoreLock
from store.storage.presence import Presence
from store.storage.record_file import RecordFile
from store.storage.session_files import SessionFiles
from store.storage.texts import TextStore
layout = StoreLayout(Path(sys.argv[1]))
lock = StoreLock(layout.lock)
sessions = SessionFiles(layout, lock)
texts = TextStore(layout.texts)
tree = PackageTree(layout, lock, texts)
def say(word):
    print(word, flush=True)
def without_rights():
    if os.getuid() == 0:
        os.setgid(65534)
        os.setuid(65534)
def without_room(size):
    sys.dont_write_bytecode = True
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
"""
"""What every script begins with; the store's root is its first argument."""


def start(root: Path, script: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Start a process that opens the store at `root` and runs `script`."""
    return subprocess.Popen(
        [sys.executable, "-c", OPEN_STORE + script, str(root), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(PROJECT)} | environment,
    )


def run(root: Path, script: str, *arguments: str, **environment: str) -> str:
    """Run `script` to its end and return what it said; a failing one fails the test."""
    process = start(root, script, *arguments, **environment)
    said, complaints = process.communicate(timeout=60)
    assert process.returncode == 0, complaints
    return said.strip()


def effects_of(root: Path, counted: Path, script: str, *arguments: str) -> list[str]:
    """Run `script` to its end and return its lasting effects in order, by name."""
    run(root, script, *arguments, PATCHBAY_COUNT_EFFECTS=str(counted))
    return [line.split(" ", 1)[0] for line in counted.read_text().splitlines()]


def kill_at(root: Path, effect: int, script: str, *arguments: str) -> str:
    """Run `script` until SIGKILL just before its effect of that number; return what it said until then."""
    process = start(root, script, *arguments, PATCHBAY_KILL_AT=str(effect))
    said, complaints = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL, complaints
    return said.strip()


def files_below(root: Path) -> Iterator[tuple[str, bytes]]:
    """Give the relative path and the bytes of every file."""
    for path in sorted(root.rglob("*")):
        if path.is_file():
            yield path.relative_to(root).as_posix(), path.read_bytes()
