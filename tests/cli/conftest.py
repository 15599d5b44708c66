"""A copy of the demo's store for each test, and two ways to give it commands."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli.commands import Demo
from tests.cli.repository import Checkout
from tests.codebase.repositories import SETTINGS
from tui.demo import build_demo, fixed_clock, fixed_ids


@pytest.fixture(scope="session")
def finished_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's store, made once; never to be written to."""
    directory = tmp_path_factory.mktemp("demo") / "store"
    build_demo(directory, fixed_clock(), fixed_ids())
    return directory


@pytest.fixture
def demo(finished_demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Demo:
    """A store of one's own, with a fresh present directory."""
    work = tmp_path / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    shutil.copytree(finished_demo, tmp_path / "store")
    return Demo(tmp_path / "store", work)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """A real repository with a session of Alice's, as the present directory."""
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    found = Checkout.made(tmp_path / "shop")
    monkeypatch.chdir(found.root)
    found.json("session", "start", "prices")
    return found


@pytest.fixture
def shop(checkout: Checkout) -> Checkout:
    """A repository whose files were changed for two reasons; both patches hold their part."""
    checkout.change("return sum(prices)", "return round(sum(prices), 2)")
    checkout.change("return len(prices)", "return len(set(prices))")
    checkout.json("editor", "assign", "shop.cart.total", "--new-patch", "rounding")
    checkout.json("editor", "assign", "shop.cart.count", "--new-patch", "distinct")
    checkout.json("patch", "edit", "rounding", "-d", "Cents are enough.\n\nNobody pays less.")
    checkout.json("patch", "ready", "rounding")
    return checkout
