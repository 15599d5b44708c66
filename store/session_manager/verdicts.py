"""Verdicts on patches that are kept from one process to the next, as finding them takes most of a `status`.

They are for showing: what a merge rests on is found anew, in the process that merges.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from typing import Any, NamedTuple

import orjson

from store.ground.verdicts import Problem
from store.model import Op
from store.repository import Repository

SCHEMA = 4
"""To be raised with every change of what is found wrong with a text."""
KEPT_PER_PATCH = 4
"""How many verdicts are kept for each patch of a session, the latest ones."""
LEAST_KEPT = 50
"""How many are kept in any case."""

Facts = tuple[str, tuple[tuple[Op, ...], ...]]
"""What a verdict follows from: a revision, and operations by what they are there for."""


class Verdict(NamedTuple):
    """What is wrong with the files of a patch, and the names that it takes away."""

    problems: tuple[Problem, ...]
    lost: frozenset[str]


class KeptVerdicts:
    """The verdicts on one session's patches, by what they follow from."""

    def __init__(self, repository: Repository, session: str) -> None:
        self._repository, self._session = repository, session
        self._kept: dict[str, Any] = repository.verdicts.read(session)
        self._known: dict[Facts, Verdict] = {}
        self._changed = False

    def find(self, facts: Facts) -> Verdict | None:
        """Give a verdict that was kept."""
        if facts not in self._known:
            verdict = _read(self._kept.get(name_of(facts)))
            if verdict is None:
                return None
            self._known[facts] = verdict
        return self._known[facts]

    def add(self, facts: Facts, verdict: Verdict) -> None:
        """Keep a verdict, once `save` is called."""
        self._kept[name_of(facts)] = [[list(one) for one in verdict.problems], sorted(verdict.lost)]
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


def _read(kept: Any) -> Verdict | None:
    """Read a verdict; None for anything that was not written by `save`."""
    try:
        problems, lost = kept
        return Verdict(tuple(_problem(*one) for one in problems), frozenset(map(str, lost)))
    except (TypeError, ValueError):
        return None


def _problem(path: str, missing: Iterable[str], full: Iterable[str], elsewhere: bool, fault: str) -> Problem:
    return Problem(str(path), tuple(map(str, missing)), tuple(map(str, full)), bool(elsewhere), str(fault))
