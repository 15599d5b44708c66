"""What is said of a patch that has nothing left which nobody has taken from it is so (R6)."""

from __future__ import annotations

import pytest
from desk import Desk
from test_rests import APART, begin, told

OTHER = "\n\n# Something else.\n\n\n"
TOTAL = "app.cart.total"


def emptied(desk: Desk, name: str) -> str:
    """What is said of an open patch that holds nothing."""
    assert desk.patch(name).operations == ()
    return next(one.emptied for one in desk.alice.view().patches if one.patch.name == name)


def with_other_words(desk: Desk) -> None:
    begin(desk, "one", APART, "two")
    desk.write("app/cart.py", told("one", OTHER, "two"))
    desk.look()
    desk.assign("words", "app.cart.<after one>")


def test_words_that_were_committed_are_in_the_codebase(desk: Desk) -> None:
    with_other_words(desk)
    desk.git("commit", "--quiet", "-am", "by hand")
    desk.look()
    assert emptied(desk, "words") == "the codebase has it"


def test_words_that_went_with_the_definition_before_them_are_not_in_the_codebase(desk: Desk) -> None:
    with_other_words(desk)
    desk.write("app/cart.py", told("two"))
    desk.git("commit", "--quiet", "-am", "by hand")
    desk.look()
    assert emptied(desk, "words") == "gone from the files"


def test_words_that_another_change_takes_along_are_neither_undone_nor_in_the_codebase(desk: Desk) -> None:
    with_other_words(desk)
    desk.write("app/cart.py", told("one", "\n\n", "three", OTHER, "two"))
    desk.look()
    assert emptied(desk, "words") == ""
    desk.assign("three", "app.cart.three")
    desk.merge("three")
    desk.look()
    assert emptied(desk, "words") == "the codebase has it"


@pytest.mark.parametrize("by", ["a commit", "a commit elsewhere that deletes it"])
def test_a_move_alone_is_told_by_no_text(desk: Desk, by: str) -> None:
    begin(desk, "one", "\n\n", "two", "\n\n", "three")
    desk.write("app/cart.py", told("two", "\n\n", "three", "\n\n", "one"))
    desk.look()
    desk.assign("moved", *desk.pending())
    if by == "a commit":
        desk.git("commit", "--quiet", "-am", "by hand")
    else:
        desk.commit_elsewhere("app/cart.py", told("two", "\n\n", "three"))
    desk.alice.look()
    assert emptied(desk, "moved") == ""


def test_what_was_undone_in_the_files_and_committed_elsewhere_is_in_the_codebase(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    changed = desk.text("app/cart.py")
    desk.look()
    desk.assign("totals", TOTAL)
    desk.git("checkout", "--quiet", "app/cart.py")
    desk.look()
    assert emptied(desk, "totals") == "gone from the files"
    desk.commit_elsewhere("app/cart.py", changed)
    desk.alice.look()
    assert emptied(desk, "totals") == "the codebase has it"
