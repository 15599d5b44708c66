"""Every kind of codebase, each in a directory of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from codebase.kinds import KINDS, Kind, package_tree_at
from codebase.repositories import SETTINGS
from store.codebase.package_tree import PackageTree
from store.codebase.protocol import Codebase
from store.storage.layout import StoreLayout


@pytest.fixture(autouse=True)
def _plain_git(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out the git settings of whoever runs the tests."""
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(params=list(KINDS.values()), ids=list(KINDS))
def kind(request: pytest.FixtureRequest) -> Kind:
    assert isinstance(request.param, Kind)
    return request.param


@pytest.fixture
def root(tmp_path: Path, kind: Kind) -> Path:
    place = tmp_path / "store"
    kind.make(place)
    return place


@pytest.fixture
def codebase(root: Path, kind: Kind) -> Codebase:
    return kind.open(root)


@pytest.fixture
def tree(tmp_path: Path) -> PackageTree:
    StoreLayout(tmp_path / "store").create()
    return package_tree_at(tmp_path / "store")
