"""Random deeds: whatever is done, it can be undone and redone, and who begins afresh sees the same."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from deeds import do_something, require_same_afresh
from desk import Desk
from hypothesis import given
from hypothesis import strategies as st
from other_languages import edit_a_file, some_files
from test_any_order import some_desk
from test_together import settle
from tinkering import GIT, TREE

from store.model import PatchStatus

Edit = Callable[[Desk, random.Random], None]


def a_day(desk: Desk, choice: random.Random, edits: tuple[Edit, ...], steps: int) -> None:
    """Edit, use git, and do something in the program at random; then merge all."""
    for _ in range(steps):
        kind = choice.random()
        if kind < 0.4:
            choice.choice(edits)(desk, choice)
        elif kind < 0.5:
            choice.choice(GIT)(desk, choice)
        else:
            do_something(desk, choice)
        desk.look()
        require_same_afresh(desk)
    desk.mend()
    restore_what_is_waited_for(desk)
    settle(desk)
    desk.merge_all(choice)


def restore_what_is_waited_for(desk: Desk) -> None:
    """Restore the abandoned patches that others depend on, which would wait for ever (R11)."""
    needed = {one.patch for patch in desk.state.open_patches() for one in patch.dependencies}
    for patch in [desk.state.patches[one] for one in sorted(needed)]:
        if patch.status is PatchStatus.ABANDONED:
            desk.alice.restore_patch(patch.id, as_name=f"again {len(desk.state.patches)} {patch.letter}")
            restore_what_is_waited_for(desk)


@given(st.randoms(use_true_random=False))
def test_what_is_done_can_be_undone_and_redone_and_is_seen_by_whoever_begins_afresh(
    choice: random.Random,
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        desk = some_desk(Path(directory) / "repository", choice)
        a_day(desk, choice, TREE, choice.randint(3, 8))


@pytest.mark.long
@pytest.mark.parametrize("language", ["go", "rs"])
@pytest.mark.parametrize("seed", range(10))
def test_the_same_where_members_stand_apart_from_their_type(tmp_path: Path, language: str, seed: int) -> None:
    choice = random.Random(seed)
    desk = some_files(tmp_path / "repository", choice, language)
    a_day(desk, choice, (partial(edit_a_file, language=language),), 10)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10))
def test_a_long_day_of_deeds(tmp_path: Path, seed: int) -> None:
    choice = random.Random(seed)
    a_day(some_desk(tmp_path / "repository", choice), choice, TREE, 25)
