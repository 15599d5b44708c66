"""The rules hold whatever two people do, in any order; and a fault in any rule turns the check red."""

from __future__ import annotations

import importlib
from typing import Any

import pytest
from machine import ManagerMachine
from walks import Step, take, walk

from store import assignment, history, rules
from store.errors import Code, PatchbayError
from store.ground import order, rebase
from store.model import Patch
from store.session_manager import base, closing, conflicts, patches, saving

TestTheRulesHold = ManagerMachine.TestCase

WALKS = range(1000)


def test_the_rules_hold_on_mixed_walks(sample: Any) -> None:
    for seed in sample(WALKS, 12):
        walk(seed, 40)


def nothing(*_: Any, **__: Any) -> None:
    """A check that never refuses."""


def without(code: Code) -> Any:
    """`rules.blockers` blind to one reason."""
    whole = rules.blockers

    def blind(*arguments: Any) -> Any:
        return tuple(one for one in whole(*arguments) if one.code is not code)

    return blind


def keep_marked(before: Any, held: Any, patch_id: str, *rest: Any) -> Any:
    patches_now, notes = SETTLED(before, held, patch_id, *rest)
    marked = before[patch_id].marked_ready
    return patches_now | {patch_id: patches_now[patch_id].model_copy(update={"marked_ready": marked})}, notes


def first_of_several(state: Any, name: str) -> str | None:
    holders = order.owners(state).get(name, ())
    return holders[0] if holders else None


def placed_nowhere(known: Any, patch_id: str, names: Any) -> dict[str, Patch]:
    return dict(known)


def still_assigned(t: Any, patch: Patch) -> None:
    t.put(patch.model_copy(update={"abandoned_at": t.now}))


def emptied(t: Any, patch: Patch) -> None:
    ABANDONED(t, patch)
    t.put(t.state.patches[patch.id].model_copy(update={"operations": ()}))


def unmoved(op: Any, *_: Any) -> Any:
    return rebase.Followed(op)


def forgetful(changes: Any) -> Any:
    return INVERSE(changes)[1:]


def unsettled(*arguments: Any) -> Any:
    op, _ = SETTLED_OPERATION(*arguments)
    return op, op


def miscounted(seen: Any) -> Any:
    return WOULD_MERGE(seen)[1:]


def unlogged(self: Any, done: Any) -> Any:
    entry = ENTRY(self, done)
    return entry.model_copy(update={"texts": (), "changes": ()})


def merged_again(patch: Patch, to_do: str) -> None:
    """Merged patches may be merged once more."""


SETTLED = assignment.settled
ABANDONED = patches.abandoned
INVERSE = history.inverse
SETTLED_OPERATION = conflicts.conflicts.settled_operation
WOULD_MERGE = closing._would_merge
ENTRY = base.Base._entry

FAULTS: dict[str, list[tuple[Any, str, Any]]] = {
    "R3: a closed session accepts changes": [(rules, "require_open_session", nothing)],
    "R4: names of open patches may repeat": [(rules, "require_free_name", nothing)],
    "R5: an ended patch can be changed and merged": [(rules, "require_open_patch", merged_again)],
    "R6: the mark is not asked for": [(rules, "blockers", without(Code.NOT_READY))],
    "R6: a dependency is not waited for": [(rules, "blockers", without(Code.DEPENDENCY_UNMERGED))],
    "R6: a conflict does not block": [(rules, "blockers", without(Code.CONFLICTS))],
    "R7: operations do not stack": [
        (assignment, "placed", placed_nowhere),
        (saving, "placed", placed_nowhere),
    ],
    "R8: a Ready patch stays Ready when it changes": [(assignment, "settled", keep_marked)],
    "R9: the first of several is joined unasked": [(assignment, "joined_unasked", first_of_several)],
    "R11: dependencies may go in circles": [(rules, "require_no_cycle", nothing)],
    "R12: a ground that changed is not followed": [(rebase, "follow", unmoved)],
    "R13: settling leaves the base": [(conflicts.conflicts, "settled_operation", unsettled)],
    "R17: the close preview leaves one out": [(closing, "_would_merge", miscounted)],
    "R19: an abandoned patch keeps its editors": [
        (patches, "abandoned", still_assigned),
        (closing, "abandoned", still_assigned),
    ],
    "R19: abandoning deletes": [(patches, "abandoned", emptied), (closing, "abandoned", emptied)],
    "R20: anybody may merge anything": [(rules, "require_steering", nothing)],
    "R22: undo forgets a change": [
        (importlib.import_module("store.session_manager.undoing"), "inverse", forgetful)
    ],
    "R22: the log forgets": [(base.Base, "_entry", unlogged)],
}

TOTAL = {"name": "app.cart.total", "line": 2, "value": 1}
DIRECT: dict[str, list[Step]] = {
    "R6: a conflict does not block": [
        ("save", {"user": "alice", "into": 0, **TOTAL}),
        ("mark", {"user": "alice", "at": 0, "ready": True}),
        ("the_codebase_moves", TOTAL | {"value": 5}),
        ("merge", {"user": "alice", "at": 0, "mark_first": False}),
    ],
    "R9: the first of several is joined unasked": [
        ("save", {"user": "alice", "into": 0, **TOTAL}),
        ("save", {"user": "bob", "into": 1, **TOTAL, "line": 1}),
        ("close_clean_editors", {"user": "bob"}),
        ("save", {"user": "bob", "into": None, **TOTAL, "line": 0}),
    ],
}
"""The way to a fault which random steps reach too seldom."""


SHORTEST = {
    "R4: names of open patches may repeat": 8,
    "R6: a dependency is not waited for": 3,
    "R7: operations do not stack": 4,
    "R8: a Ready patch stays Ready when it changes": 4,
    "R12: a ground that changed is not followed": 2,
    "R13: settling leaves the base": 9,
    "R17: the close preview leaves one out": 5,
    "R20: anybody may merge anything": 7,
    "R22: the log forgets": 2,
}
"""The walk that finds a fault which the first ones pass by: taken first, so as not to take those in vain."""


@pytest.mark.parametrize("fault", DIRECT)
def test_without_the_fault_the_direct_way_is_fine(fault: str) -> None:
    take(DIRECT[fault])


@pytest.mark.parametrize("fault", FAULTS)
def test_a_seeded_fault_turns_the_check_red(fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for place, name, broken in FAULTS[fault]:
        monkeypatch.setattr(place, name, broken)
    with pytest.raises(Exception) as caught:
        if fault in DIRECT:
            take(DIRECT[fault])
        for seed in (SHORTEST.get(fault, 0), *range(150)):
            walk(seed, 40)
    assert not isinstance(caught.value, PatchbayError), "a refusal is no sign of a fault"
