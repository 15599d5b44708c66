"""Verdicts on patches that are kept from one process to the next, as finding them takes most of a `status`.

They are for showing: what a merge rests on is found anew, in the process that merges.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from typing import Any

import orjson

from store.ground.verdicts import Problem
from store.model import Op
from store.repository import Repository

SCHEMA = 1
"""To be raised with every change of what is found wrong with a text."""
KEPT_PER_PATCH = 4
"""How many verdicts are kept for each patch of a session, the latest ones."""
LEAST_KEPT = 50
"""How many are kept in any case."""

Facts = tuple[str, tuple[tuple[Op, ...], ...]]
"""What a verdict follows from: a revision, and operations by what they are there for."""


class KeptVerdicts:
    """The verdicts on one session's patches, by what they follow from."""

    def __init__(self, repository: Repository, session: str) -> None:
        self._repository, self._session = repository, session
        self._kept: dict[str, Any] = repository.verdicts.read(session)
        self._known: dict[Facts, tuple[Problem, ...]] = {}
        self._changed = False

    def find(self, facts: Facts) -> tuple[Problem, ...] | None:
        """Give a verdict that was kept."""
        if facts not in self._known:
            problems = _read(self._kept.get(name_of(facts)))
            if problems is None:
                return None
            self._known[facts] = problems
        return self._known[facts]

    def add(self, facts: Facts, problems: tuple[Problem, ...]) -> None:
        """Keep a verdict, once `save` is called."""
        self._kept[name_of(facts)] = [list(one) for one in problems]
        self._changed = True

    def save(self, patches: int) -> None:
        """Write what was added, and leave out what is too old for a session of so many patches."""
        if self._changed:
            latest = list(self._kept.items())[-max(LEAST_KEPT, KEPT_PER_PATCH * patches) :]
            self._kept, self._known, self._changed = dict(latest), {}, False
            self._repository.verdicts.write(self._session, self._kept)


def name_of(facts: Facts) -> str:
    """Name what a verdict follows from: the same for the same in any process."""
    revision, operations = facts
    told = [[op.model_dump(mode="json") for op in group] for group in operations]
    return hashlib.sha256(orjson.dumps([SCHEMA, sys.version_info[:2], revision, told])).hexdigest()


def _read(kept: object) -> tuple[Problem, ...] | None:
    """Read a verdict; None for anything that was not written by `save`."""
    if not isinstance(kept, list):
        return None
    try:
        return tuple(_problem(*one) for one in kept)
    except TypeError:
        return None


def _problem(path: str, missing: Iterable[str], full: Iterable[str], elsewhere: bool) -> Problem:
    return Problem(str(path), tuple(map(str, missing)), tuple(map(str, full)), bool(elsewhere))
