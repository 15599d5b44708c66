"""What looks bring up to what lies beneath it is nobody's doing, and stands in the way of no undo (R22)."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from desk import LONG_CART, LONG_TOTAL, Desk

from store.errors import PatchbayError

TOTAL = "app.cart.total"
BEGUN = """R = 1
A = 2


def g():
    return 2


class C:
    limit = 9
    names = []

    def i(self):
        return 1

    def j(self):
        return 2


def h():
    return 3
"""
TOLD = """R = 1


N = 5
A = 2


def g():
    return 2


class C:
    def i(self):
        return 1
    names = []

    limit = 9

    def j(self):
        return 2


def h():
    return 3


def N():
    pass
"""


def test_a_merge_is_undone_and_redone_beside_a_file_that_is_pending(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "repository", {"m.py": BEGUN})
    desk.write("m.py", TOLD)
    desk.look()
    desk.assign("one", "m.N")
    desk.merge("one")
    merged = desk.head("m.py")
    desk.look()
    for _ in range(2):
        desk.alice.undo()
        desk.look()
        assert desk.head("m.py") == BEGUN
        assert [op.name for op in desk.patch("one").operations] == ["m.N"]
        desk.alice.redo()
        desk.look()
        assert desk.head("m.py") == merged
        assert set(desk.pending()) == {"m.py:<file>"}
    assert desk.text("m.py") == TOLD
    desk.merge_all(random.Random(1))
    assert desk.head("m.py") == TOLD


def test_an_abandonment_beside_a_renamed_file_is_undone_and_redone_the_same(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "repository", {"m.py": BEGUN})
    desk.change("m.py", "return 3", "return 30")
    desk.look()
    desk.assign("thirty", "m.h")
    (desk.root / "m.py").rename(desk.root / "n.py")
    desk.look()
    desk.alice.abandon_patch("thirty")
    desk.look()
    left = desk.pending()
    for _ in range(2):
        desk.alice.undo()
        desk.look()
        assert [op.name for op in desk.patch("thirty").operations] == ["m.h"]
        desk.alice.redo()
        desk.look()
        assert desk.pending() == left
    assert desk.text("n.py") == BEGUN.replace("return 3", "return 30")
    desk.merge_all(random.Random(1))


def saved_over_what_moves(tmp_path: Path) -> Desk:
    """Something is saved in no patch, then the codebase gets another text of it, which the tree is behind."""
    desk = Desk(tmp_path / "repository", {"app/cart.py": LONG_CART})
    desk.alice.save_editor(TOTAL, LONG_TOTAL.replace("one = 1", "one = 10"))
    desk.commit_elsewhere("app/cart.py", LONG_CART.replace("six = 6", "six = 60"))
    desk.alice.look()
    (op,) = desk.pending()[TOTAL]
    assert desk.alice.text(op.digest or "") == LONG_TOTAL.replace("= 1", "= 10").replace(
        "six = 6", "six = 60"
    )
    return desk


def test_a_save_in_no_patch_is_undone_over_what_came_beneath_it(tmp_path: Path) -> None:
    desk = saved_over_what_moves(tmp_path)
    desk.alice.undo()
    assert desk.pending() == {}
    assert desk.alice.show(TOTAL).text == LONG_TOTAL.replace("six = 6", "six = 60")
    desk.alice.redo()
    (op,) = desk.pending()[TOTAL]
    assert desk.alice.text(op.digest or "") == LONG_TOTAL.replace("= 1", "= 10").replace(
        "six = 6", "six = 60"
    )


def test_what_was_typed_in_the_tree_since_stands_in_the_way_of_undo(tmp_path: Path) -> None:
    desk = saved_over_what_moves(tmp_path)
    desk.alice.pull_tree()
    desk.change("app/cart.py", "two = 2", "two = 20")
    desk.look()
    with pytest.raises(PatchbayError, match=r"saw app\.cart\.total changed in the working tree"):
        desk.alice.undo()
    assert "two = 20" in desk.text("app/cart.py")
    assert "one = 10" in desk.text("app/cart.py")
