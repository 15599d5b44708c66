"""Git apart from the settings of whoever runs the tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from codebase.repositories import SETTINGS
from desk import Desk


@pytest.fixture(autouse=True, scope="module")
def _plain_git() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patched:
        for name, value in SETTINGS.items():
            patched.setenv(name, value)
        yield


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "repository")
