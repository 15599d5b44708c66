"""Random work while others commit, pull and switch branches, and while Bob works in the same session."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest
from desk import Desk
from hypothesis import given
from hypothesis import strategies as st
from meanwhile import MEANWHILE, bob_acts
from test_any_order import some_desk, work

from store.ground.composition import applied, has_place
from store.ground.containers import file_of, is_mode
from store.ground.shown import tree_of
from store.model import EditorContext, Op, new_name_of
from store.source.texts import digest
from store.source.tree import Tree


def a_day_meanwhile(desk: Desk, choice: random.Random, steps: int) -> None:
    """Random steps of Alice's, with things that happen elsewhere between them."""
    for _ in range(steps):
        if choice.random() < 0.5:
            desk.mend()
            choice.choice(MEANWHILE)(desk, choice)
            desk.alice.look()
            settle(desk)
        work(desk, choice, 1)


def settle(desk: Desk) -> None:
    """Settle what does not merge, each time as whose it is has it, and bring the tree up to that."""
    desk.alice.pull_tree()
    settle_conflicts(desk)
    for editor in desk.state.editors.values():
        settle_buffer(desk, editor)
        settle_pending(desk, editor)
    settle_conflicts(desk)
    desk.alice.pull_tree()


def settle_conflicts(desk: Desk) -> None:
    """Settle what is in conflict as its patch has it."""
    for _ in range(9):
        found = [one for patch in desk.state.open_patches() for one in patch.conflicts]
        if not found:
            break
        desk.give_up_what_has_no_place()
        found = [one for patch in desk.state.open_patches() for one in patch.conflicts]
        if found:
            desk.alice.resolve_conflict(found[0].id, ours=True)


def settle_buffer(desk: Desk, editor: EditorContext) -> None:
    """Save what was changed in the tree and did not merge with its patch, over what that says."""
    owner = desk.alice.as_user(editor.user)
    buffer = owner.buffer(editor.id)
    if buffer is not None:
        found = owner.unclean_save(editor.id, buffer.text, buffer.shown)
        owner.save_editor(editor.id, found.ours, shown=found.digest)
        owner.drop_buffer(editor.id)


def settle_pending(desk: Desk, editor: EditorContext) -> None:
    """Save what is in no patch over what HEAD has by now; give up what was in a class that is gone.

    What deletes something that has changed since goes into a patch, where that is a conflict.
    """
    owner = desk.alice.as_user(editor.user)
    head = Tree(desk.alice.codebase.files())
    if not all(has_place(op, under(desk, editor, op, head), owner.text) for op in editor.pending):
        owner.close_editor(editor.id, discard=True)
        return
    for op in editor.pending:
        there = head.definition(op.name)
        if op.kind in ("add", "update") and there is not None and digest(there) != op.base_digest:
            owner.save_editor(editor.id, owner.text(op.digest), shown=digest(there))
        elif op.kind == "delete" and digest(head.whole(op.name) or "") != op.base_digest:
            owner.assign_editor(editor.id, new_patch=f"gone {len(desk.state.patches)}")
            break


def under(desk: Desk, editor: EditorContext, op: Op, head: Tree) -> Tree:
    """What an editor's pending work rests on: under a mode lies its file, which the same editor may bring."""
    brought = [one for one in editor.pending if is_mode(op.name) and new_name_of(one) == file_of(op.name)]
    tree = tree_of(desk.state.patches, None, op.name, head, desk.alice.text)
    return applied(tree, brought, desk.alice.text)


def a_day_with_bob(desk: Desk, choice: random.Random, steps: int) -> None:
    """Random steps of Alice's and of Bob's."""
    desk.alice.invite("bob", "contributor")
    bob = desk.alice.as_user("bob")
    bob.switch_session("main")
    for _ in range(steps):
        if choice.random() < 0.5:
            work(desk, choice, 1)
        else:
            bob.look()
            bob_acts(bob, choice, desk.refusals)
            desk.look()


def back(desk: Desk, user: str) -> None:
    """Invite somebody whose invitation was undone again, and let them come."""
    if desk.state.session.role_of(user) is None:
        desk.alice.invite(user, "contributor")
        desk.alice.as_user(user).switch_session("main")


def end(desk: Desk, choice: random.Random) -> None:
    """Settle everything, and merge it."""
    for user in {editor.user for editor in desk.state.editors.values()}:
        back(desk, user)
    desk.mend()
    settle(desk)
    desk.merge_all(choice)


@pytest.mark.long
@given(st.randoms(use_true_random=False))
def test_commits_elsewhere_pulls_and_branches_between_random_work(choice: random.Random) -> None:
    with tempfile.TemporaryDirectory() as directory:
        desk = some_desk(Path(directory) / "repository", choice)
        a_day_meanwhile(desk, choice, choice.randint(2, 5))
        end(desk, choice)


@pytest.mark.long
@given(st.randoms(use_true_random=False))
def test_bob_works_at_random_in_alices_session(choice: random.Random) -> None:
    with tempfile.TemporaryDirectory() as directory:
        desk = some_desk(Path(directory) / "repository", choice)
        a_day_with_bob(desk, choice, choice.randint(3, 8))
        end(desk, choice)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(20))
def test_a_long_day_together(tmp_path: Path, seed: int) -> None:
    choice = random.Random(seed)
    desk = some_desk(tmp_path / "repository", choice)
    a_day_meanwhile(desk, choice, 8)
    a_day_with_bob(desk, choice, 12)
    end(desk, choice)
