"""Seeded random steps of the machine in an even mix, and steps one by one, every invariant checked."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from typing import Any

from machine import NAMES, NEW_NAMES, USERS, ManagerMachine, function

WEIGHTS: dict[str, int] = {
    "save": 18,
    "merge": 3,
    "the_codebase_moves": 2,
    "create": 1,
    "delete": 1,
    "rename": 1,
    "type": 1,
    "drop": 1,
    "close_editor": 1,
    "close_clean_editors": 2,
    "assign": 3,
    "unassign": 1,
    "mark": 2,
    "merge_all": 1,
    "abandon": 1,
    "restore": 2,
    "depend": 2,
    "join": 1,
    "resolve": 2,
    "undo": 1,
    "redo": 1,
    "undo_and_redo": 2,
    "bob_is_invited_again": 1,
}
"""How often a walk takes each step: mostly saves, so that patches have something in them."""


Step = tuple[str, dict[str, Any]]


def walk(seed: int, steps: int) -> None:
    """Take seeded random steps, checking every invariant after each.

    Unlike the machine's own runs, which leave out whole rules at a time, a walk mixes them evenly.
    """
    source = random.Random(seed)
    chosen = source.choices(list(WEIGHTS), list(WEIGHTS.values()), k=steps)
    take([(step, _arguments(source, step)) for step in chosen])


def take(steps: Sequence[Step]) -> None:
    """Take these steps, checking every invariant after each; an error names those taken."""
    machine = ManagerMachine()
    taken: list[str] = []
    checks = (
        machine.every_rule_holds,
        machine.ready_means_no_blockers,
        machine.a_base_is_the_ground_or_in_conflict,
        machine.merged_once,
        machine.every_text_can_be_reached,
    )
    try:
        machine.a_patch_of_each()
        for step, arguments in steps:
            taken.append(f"{step}({arguments})")
            getattr(machine, step)(**arguments)
            for check in checks:
                check()
        machine.check_orders()
        machine.check_close()
    except BaseException as error:
        error.add_note("\n".join(taken))
        raise
    finally:
        shutil.rmtree(machine.directory, ignore_errors=True)


def _arguments(source: random.Random, step: str) -> dict[str, Any]:
    user, small = source.choice(USERS), source.randrange(6)
    lines = {"line": source.randrange(3), "value": source.randrange(1, 4)}
    known: dict[str, dict[str, Any]] = {
        "save": {
            "user": user,
            "name": source.choice((*NAMES[:3] * 6, *NAMES, *NEW_NAMES)),
            "into": source.choice((None, 0, 1)),
            **lines,
        },
        "merge": {"user": source.choice(("alice", user)), "at": small, "mark_first": source.random() < 0.8},
        "the_codebase_moves": {
            "name": source.choice(NAMES[:3]),
            "line": lines["line"],
            "value": source.randrange(4, 7),
        },
        "create": {"user": user, "number": small},
        "delete": {"user": user, "name": source.choice(NAMES)},
        "rename": {"user": user, "name": source.choice(NAMES), "new": source.choice(("renamed", "other"))},
        "type": {"user": user, "number": small + 1, "text": source.choice(("x = 1\n", function("total")))},
        "drop": {"user": user, "number": small + 1},
        "close_editor": {"user": user, "number": small + 1, "discard": source.random() < 0.5},
        "assign": {
            "user": user,
            "number": small + 1,
            "to": source.randrange(4),
            "on_top": source.random() < 0.3,
        },
        "unassign": {"user": user, "number": small + 1},
        "mark": {"user": user, "at": small, "ready": source.random() < 0.7},
        "abandon": {"user": user, "at": small},
        "restore": {"user": user, "at": small},
        "depend": {
            "user": user,
            "at": small,
            "on": source.randrange(6),
            "drop": source.random() < 0.4,
        },
        "join": {"user": "alice", "at": small, "into": source.randrange(6)},
        "resolve": {"user": user, "ours": source.random() < 0.5},
        "undo": {"user": user, "skip": source.random() < 0.3},
        "bob_is_invited_again": {},
    }
    return known.get(step, {"user": user})
