"""A real repository for each test, apart from the settings of whoever runs them."""

from __future__ import annotations

from pathlib import Path

import pytest
from codebase.repositories import SETTINGS
from git_world import GitWorld


@pytest.fixture(autouse=True)
def _plain_git(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def world(tmp_path: Path) -> GitWorld:
    return GitWorld(tmp_path / "repository")
