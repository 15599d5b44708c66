"""Random days of saying where work belongs, merging, undoing and redoing: no file is written."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from desk import Desk
from hypothesis import given
from hypothesis import strategies as st
from test_any_order import some_desk
from tinkering import TREE

from store.errors import PatchbayError
from store.model import EditorContext
from store.views import Outcome


def assigned(desk: Desk) -> list[EditorContext]:
    """The editors that are in a patch."""
    return [one for one in desk.state.editors.values() if one.patch_id]


def new_name(desk: Desk) -> str:
    """A name that no patch has."""
    return f"patch {len(desk.state.patches)}"


def assign(desk: Desk, choice: random.Random) -> Outcome:
    """Assign what is pending, or what is assigned, to a patch that is there or to a new one."""
    editor = choice.choice([one for one in desk.state.editors.values() if one.pending] or assigned(desk))
    left = desk.state.open_patches()
    if left and choice.random() < 0.6:
        return desk.alice.assign_editor(editor.id, choice.choice(left).id)
    return desk.alice.assign_editor(editor.id, new_patch=new_name(desk))


def stack(desk: Desk, choice: random.Random) -> Outcome:
    """Put an assigned editor on top of its patch, in another."""
    editor = choice.choice(assigned(desk))
    return desk.alice.assign_editor(editor.id, new_patch=new_name(desk), on_top=True)


def unassign(desk: Desk, choice: random.Random) -> Outcome:
    """Take an editor out of its patch."""
    return desk.alice.unassign_editor(choice.choice(assigned(desk)).id)


def join(desk: Desk, choice: random.Random) -> Outcome:
    """Join two patches."""
    one, other = choice.sample(desk.state.open_patches(), 2)
    return desk.alice.join_patches(one.id, other.id)


def depend(desk: Desk, choice: random.Random) -> Outcome:
    """Let a patch wait for another."""
    one, other = choice.sample(desk.state.open_patches(), 2)
    return desk.alice.add_dependency(one.id, other.id)


def drop(desk: Desk, choice: random.Random) -> Outcome:
    """Let a patch wait for another no more."""
    found = [(one.id, on.patch) for one in desk.state.open_patches() for on in one.dependencies]
    return desk.alice.drop_dependency(*choice.choice(found))


def merge(desk: Desk, choice: random.Random) -> Outcome:
    """Mark a patch ready, and merge it."""
    patch = choice.choice(desk.state.open_patches())
    if not patch.marked_ready:
        desk.alice.mark_ready(patch.id)
    return desk.alice.merge_patch(patch.id)


def undo(desk: Desk, choice: random.Random) -> Outcome:
    """Take the last step back, or what nothing rests on."""
    return desk.alice.undo(skip=choice.random() < 0.5)


def redo(desk: Desk, choice: random.Random) -> Outcome:
    """Bring again what was taken back."""
    return desk.alice.redo()


Verb = Callable[[Desk, random.Random], Outcome]
VERBS: tuple[Verb, ...] = (
    *(assign, assign, assign, stack, unassign, unassign, join, depend, drop, merge),
    *(undo, undo, undo, redo, redo),
)


def a_day(desk: Desk, choice: random.Random, steps: int) -> None:
    """Change the tree and place what was changed, step by step.

    It ends with a text that was merged as it was placed: that is written into the tree as any other.
    """
    for _ in range(steps):
        if choice.random() < 0.4:
            choice.choice(TREE)(desk, choice)
            desk.alice.look()
        verb = choice.choice(VERBS)
        before = desk.files()
        try:
            outcome = verb(desk, choice)
        except (PatchbayError, IndexError, ValueError):
            outcome = None
        if outcome is not None and outcome.clean_merges:
            return
        assert desk.files() == before, (verb.__name__, outcome, [one.summary for one in desk.alice.log()])


@given(st.randoms(use_true_random=False))
def test_whatever_is_placed_merged_undone_and_redone_the_files_stay_as_they_are(
    choice: random.Random,
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        desk = some_desk(Path(directory) / "repository", choice)
        a_day(desk, choice, choice.randint(8, 16))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(30))
def test_a_long_day_of_placing(tmp_path: Path, seed: int) -> None:
    choice = random.Random(seed)
    a_day(some_desk(tmp_path / "repository", choice), choice, 60)
