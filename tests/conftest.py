"""Options shared by every test."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

SAMPLE_SEED = 20261120
PICTURES = 2
ALL_SECONDS = 7_200
"""How long a test may take with `--all`; else `timeout` in `pyproject.toml` says it."""
settings.register_profile(
    "sample",
    max_examples=8,
    stateful_step_count=16,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
settings.register_profile(
    "all",
    max_examples=300,
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--all", action="store_true", help="run every long test in full, not a seeded sample")


def pytest_configure(config: pytest.Config) -> None:
    """Choose the samples; what the tests start keeps its bytecode, as an installed program does."""
    settings.load_profile("all" if config.getoption("--all") else "sample")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(config.rootpath / ".pytest_cache" / "bytecode")
    os.environ["PATCHBAY_CONFIG"] = str(Path(__file__).parent / "no-config.toml")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--all"):
        for item in items:
            item.add_marker(pytest.mark.timeout(ALL_SECONDS))
        return
    left_out = _left_out(items)
    chosen = [item for item in items if item.get_closest_marker("long") is None and item not in left_out]
    config.hook.pytest_deselected(items=[item for item in items if item not in set(chosen)])
    items[:] = chosen


def _left_out(items: list[pytest.Item]) -> set[pytest.Item]:
    """Give the cases of each test but a seeded few, where it says so: with `--all` none is left out.

    That is a test marked `few(count)`, and one that draws pictures, of which each look of each view is one.
    """
    cases: dict[str, list[pytest.Item]] = {}
    for item in items:
        if _at_most(item) is not None:
            cases.setdefault(item.nodeid.partition("[")[0], []).append(item)
    left_out: set[pytest.Item] = set()
    for name, found in cases.items():
        count = min(_at_most(found[0]) or 0, len(found))
        left_out |= set(found) - set(random.Random(f"{SAMPLE_SEED}{name}").sample(found, count))
    return left_out


def _at_most(item: pytest.Item) -> int | None:
    mark = item.get_closest_marker("few")
    if mark is not None:
        return int(mark.args[0])
    return PICTURES if "snap_compare" in getattr(item, "fixturenames", ()) else None


@pytest.fixture
def sample(request: pytest.FixtureRequest) -> Any:
    """Give a function that takes `count` of some values: all of them with `--all`, else a seeded choice."""

    def choose(values: Any, count: int) -> list[Any]:
        values = list(values)
        if request.config.getoption("--all") or len(values) <= count:
            return values
        return sorted(random.Random(SAMPLE_SEED).sample(values, count), key=values.index)

    return choose
