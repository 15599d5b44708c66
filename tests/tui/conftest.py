"""What the screens' tests share."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from demo_stores import improvements

from store.session_manager import SessionManager, open_store


@pytest.fixture
def manager(tmp_path: Path) -> SessionManager:
    """Alice, in the demo's session."""
    return improvements(tmp_path)


@pytest.fixture
def other(manager: SessionManager, tmp_path: Path) -> SessionManager:
    """Alice once more, as at another screen or at a command line."""
    return open_store(tmp_path, user="alice")


@pytest.fixture
def utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let times, which are shown in the reader's time zone, be the same everywhere."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()
