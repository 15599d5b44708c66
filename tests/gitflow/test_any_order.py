"""Random changes, random patches, random orders: HEAD becomes the tree, each commit with its own changes."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest
from desk import Desk
from hypothesis import given
from hypothesis import strategies as st
from tinkering import GIT, MORE, TREE, python_file

from store.errors import PatchbayError


def some_desk(root: Path, choice: random.Random) -> Desk:
    """A repository of one to three random Python files."""
    names = ("cart", "shop", "till")[: choice.randint(1, 3)]
    files = {f"app/{name}.py": python_file(choice) for name in names}
    return Desk(root, files | {"notes.txt": "one\ntwo\n"})


def assign_some(desk: Desk, choice: random.Random) -> None:
    """Assign about half of what is pending."""
    for target in desk.pending():
        if choice.random() < 0.5:
            desk.assign_one(choice, target)


def stack_one(desk: Desk, choice: random.Random) -> None:
    """Put an assigned editor on top of its patch, in another."""
    assigned = [one for one in desk.state.editors.values() if one.patch_id]
    if assigned:
        desk.alice.assign_editor(
            choice.choice(assigned).id, new_patch=f"patch {len(desk.state.patches)}", on_top=True
        )


def unassign_one(desk: Desk, choice: random.Random) -> None:
    """Take an editor out of its patch."""
    assigned = [one for one in desk.state.editors.values() if one.patch_id]
    if assigned:
        desk.alice.unassign_editor(choice.choice(assigned).id)


def save_one(desk: Desk, choice: random.Random) -> None:
    """Change a definition in the program."""
    names = [one for one in desk.alice.names("app.") if not one.rpartition(".")[2].startswith("<")]
    if names:
        name = choice.choice(names)
        text = desk.alice.show(name).text or ""
        desk.alice.save_editor(
            name, text.replace("return (", "return ").replace("return ", "return 0 or ", 1)
        )


def merge_one(desk: Desk, choice: random.Random) -> None:
    """Merge a patch that can be merged."""
    if left := list(desk.state.open_patches()):
        desk.merge_if_ready(choice.choice(left))


def undo(desk: Desk, choice: random.Random) -> None:
    """Take the last step back, and perhaps forward again."""
    desk.alice.undo()
    if choice.random() < 0.3:
        desk.alice.redo()


VERBS = (assign_some, assign_some, stack_one, unassign_one, save_one, merge_one, undo)


def work(desk: Desk, choice: random.Random, steps: int) -> None:
    """Take random steps, requiring after each what must hold."""
    for _ in range(steps):
        kind = choice.random()
        if kind < 0.5:
            choice.choice(TREE)(desk, choice)
        elif kind < 0.65:
            choice.choice(GIT)(desk, choice)
        else:
            try:
                choice.choice(VERBS)(desk, choice)
            except PatchbayError as error:
                desk.refusals.append(error.message)
        desk.look()


@given(st.randoms(use_true_random=False))
def test_random_changes_in_random_patches_merged_in_any_order_give_the_tree(choice: random.Random) -> None:
    with tempfile.TemporaryDirectory() as directory:
        desk = some_desk(Path(directory) / "repository", choice)
        for _ in range(choice.randint(1, 4)):
            choice.choice(TREE)(desk, choice)
        desk.look()
        desk.mend()
        desk.merge_all(choice)


@given(st.randoms(use_true_random=False))
def test_whatever_is_done_the_tree_is_held_and_can_be_merged(choice: random.Random) -> None:
    with tempfile.TemporaryDirectory() as directory:
        desk = some_desk(Path(directory) / "repository", choice)
        work(desk, choice, choice.randint(2, 7))
        desk.mend()
        desk.merge_all(choice)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(40))
def test_a_long_day_of_work(tmp_path: Path, seed: int) -> None:
    choice = random.Random(seed)
    desk = some_desk(tmp_path / "repository", choice)
    work(desk, choice, 30)
    desk.mend()
    desk.merge_all(choice)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(30))
def test_moved_comments_moved_definitions_and_several_names_at_once(tmp_path: Path, seed: int) -> None:
    choice = random.Random(seed)
    desk = some_desk(tmp_path / "repository", choice)
    for _ in range(choice.randint(2, 6)):
        choice.choice(MORE)(desk, choice)
        if choice.random() < 0.6:
            desk.look()
    desk.mend()
    desk.merge_all(choice)
