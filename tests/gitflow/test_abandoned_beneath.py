"""What a patch changed is in no patch once it is abandoned, also where an editor was put on top of it."""

from __future__ import annotations

import random

import pytest
from desk import Desk

from store.model import PatchStatus

TOTAL = "app.cart.total"


@pytest.fixture
def stacked(desk: Desk) -> Desk:
    """A change in one patch, and the editor on it in another one, which has nothing yet."""
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.assign("lower", TOTAL)
    desk.alice.assign_editor(TOTAL, new_patch="upper", on_top=True)
    return desk


def test_its_text_is_pending_then_and_not_of_the_patch_above(stacked: Desk) -> None:
    assert "editor 1 app.cart.total will be unassigned" in stacked.alice.abandon_patch_preview("lower")
    stacked.alice.abandon_patch("lower")
    stacked.look()
    assert set(stacked.pending()) == {TOTAL}
    assert stacked.patch("upper").operations == ()
    stacked.merge_all(random.Random(1))


@pytest.mark.parametrize("looks", [True, False], ids=["after a look", "at once"])
@pytest.mark.parametrize("way", ["undo", "restore"])
def test_it_comes_back_beneath_the_patch_above(stacked: Desk, looks: bool, way: str) -> None:
    stacked.alice.abandon_patch("lower")
    if looks:
        stacked.look()
    if way == "undo":
        stacked.alice.undo()
    else:
        stacked.alice.restore_patch("lower")
    stacked.look()
    assert [op.name for op in stacked.patch("lower").operations] == [TOTAL]
    assert stacked.patch("upper").operations == ()
    assert stacked.pending() == {}
    above = "upper" if way == "undo" else "lower"
    assert stacked.editor(TOTAL).patch_id == stacked.patch(above).id
    stacked.merge_all(random.Random(1))


def test_an_abandonment_is_undone_and_redone_again_and_again(stacked: Desk) -> None:
    stacked.alice.abandon_patch("lower")
    for again in (False, True):
        if again:
            stacked.alice.redo()
        stacked.look()
        assert set(stacked.pending()) == {TOTAL}
        stacked.alice.undo()
        stacked.look()
        assert stacked.pending() == {}
        assert stacked.editor(TOTAL).patch_id == stacked.patch("upper").id


def test_with_its_text_taken_out_of_the_tree_the_editor_stays_in_the_patch_above(stacked: Desk) -> None:
    stacked.alice.abandon_patch("lower", restore_tree=True)
    stacked.look()
    assert "return sum(prices)" in stacked.text("app/cart.py")
    assert stacked.editor(TOTAL).patch_id == stacked.patch("upper").id


def test_what_is_done_above_it_stays_where_it_is(stacked: Desk) -> None:
    stacked.change("app/cart.py", "return 1", "return 2")
    stacked.look()
    stacked.alice.abandon_patch("lower")
    assert stacked.patch("lower").status is PatchStatus.ABANDONED
    assert stacked.editor(TOTAL).patch_id == stacked.patch("upper").id
    assert [op.name for op in stacked.patch("upper").operations] == [TOTAL]
