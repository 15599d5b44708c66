"""A store made for each test."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.storage.layout import StoreLayout
from store.storage.lock import StoreLock


@pytest.fixture
def layout(tmp_path: Path) -> StoreLayout:
    made = StoreLayout(tmp_path / "store")
    made.create()
    return made


@pytest.fixture
def lock(layout: StoreLayout) -> StoreLock:
    return StoreLock(layout.lock)


@pytest.fixture
def open_layout() -> Iterator[StoreLayout]:
    """A store in a directory that a process without rights can reach; `close_to_writers` then protects it."""
    directory = Path(tempfile.mkdtemp(prefix="patchbay-test-"))
    directory.chmod(0o755)
    made = StoreLayout(directory / "store")
    made.create()
    try:
        yield made
    finally:
        for path in (made.root, *made.root.rglob("*")):
            path.chmod(0o755)
        shutil.rmtree(directory)
