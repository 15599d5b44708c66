"""What people do with patches at random, each with what must hold of it: undo and redo, abandon, reopen."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from desk import Desk
from test_any_order import save_one, stack_one, unassign_one
from test_together import settle
from tinkering import TREE

from store.errors import PatchbayError
from store.model import PatchStatus
from store.session_manager import open_store

_OF_THE_REVISION = {"revision", "codebase_revision", "merged_at"}
"""What a merge that is made again has otherwise."""


@contextmanager
def tree_kept(desk: Desk) -> Iterator[None]:
    """Require that no file of the worktree is written meanwhile."""
    before = desk.files()
    try:
        yield
    finally:
        assert desk.files() == before, "the working tree was written"


def require_same_afresh(desk: Desk) -> None:
    """Require that a process that has just begun shows what the one does that acted."""
    acted = desk.alice.view()
    assert open_store(desk.root, user=desk.alice.user).view() == acted


def do_something(desk: Desk, choice: random.Random) -> None:
    """Do one thing in the program, which may refuse it."""
    try:
        choice.choice(DEEDS)(desk, choice)
    except PatchbayError as error:
        desk.refusals.append(error.message)
    require_same_afresh(desk)


def assign_some(desk: Desk, choice: random.Random) -> None:
    """Assign about half of what is pending, which writes no file."""
    for target in desk.pending():
        if choice.random() < 0.5:
            with tree_kept(desk):
                desk.assign_one(choice, target)


def stack(desk: Desk, choice: random.Random) -> None:
    """Put an editor's patch beneath a new one, which writes no file."""
    with tree_kept(desk):
        stack_one(desk, choice)


def unassign(desk: Desk, choice: random.Random) -> None:
    """Take an editor out of its patch, which writes no file."""
    with tree_kept(desk):
        unassign_one(desk, choice)


def mark(desk: Desk, choice: random.Random) -> None:
    """Mark a patch ready, or take that back."""
    if left := [one for one in desk.state.open_patches() if one.operations]:
        patch = choice.choice(left)
        with tree_kept(desk):
            (desk.alice.mark_draft if patch.marked_ready else desk.alice.mark_ready)(patch.id)


def join(desk: Desk, choice: random.Random) -> None:
    """Join two patches, which writes no file."""
    left = list(desk.state.open_patches())
    if len(left) > 1:
        one, other = choice.sample(left, 2)
        with tree_kept(desk):
            desk.alice.join_patches(one.id, other.id)


def merge(desk: Desk, choice: random.Random) -> None:
    """Merge a patch that can be merged."""
    if left := list(desk.state.open_patches()):
        desk.merge_if_ready(choice.choice(left))


def abandon(desk: Desk, choice: random.Random) -> None:
    """Abandon a patch."""
    if left := list(desk.state.open_patches()):
        desk.alice.abandon_patch(choice.choice(left).id)


def restore(desk: Desk, choice: random.Random) -> None:
    """Restore an abandoned patch, under a name that is free."""
    gone = [one for one in desk.state.patches.values() if one.status is PatchStatus.ABANDONED]
    if gone:
        desk.alice.restore_patch(choice.choice(gone).id, as_name=f"again {choice.random()}")


def undo_and_redo(desk: Desk, choice: random.Random) -> None:
    """Take the last step back; forward again all is as it was, the files too."""
    before, files = _recorded(desk), _contents(desk)
    desk.alice.undo()
    if desk.alice.current_session() is None or choice.random() < 0.7:
        try:
            desk.alice.redo()
        except PatchbayError as error:
            raise AssertionError(f"What was undone is not redone: {error.message}") from error
        assert _recorded(desk) == before
        assert _contents(desk) == files


def close_and_reopen(desk: Desk, choice: random.Random) -> None:
    """Close the session, perhaps edit a file, and reopen it, which writes no file."""
    session = desk.state.session.id
    desk.alice.close_session()
    if choice.random() < 0.5:
        choice.choice(TREE)(desk, choice)
    with tree_kept(desk):
        desk.alice.reopen_session(session)
        desk.alice.look()
    require_same_afresh(desk)
    settle(desk)


DEEDS = (
    (assign_some,) * 4
    + (merge, undo_and_redo) * 3
    + (stack, unassign, mark, join, abandon, restore, close_and_reopen, save_one)
)


def _contents(desk: Desk) -> dict[str, tuple[int, bytes]]:
    return {path: (mode, data) for path, (_, _, mode, data) in desk.files().items()}


def _recorded(desk: Desk) -> Any:
    return _plain(desk.state.model_dump(mode="json"))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items() if key not in _OF_THE_REVISION}
    return [_plain(one) for one in value] if isinstance(value, list) else value
