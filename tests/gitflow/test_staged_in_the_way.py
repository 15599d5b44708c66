"""What is staged and cannot be kept is said before a merge is asked for, not after."""

from __future__ import annotations

from desk import Desk

from store.errors import Code


def staged_otherwise(desk: Desk) -> None:
    """A patch on a definition of which another text is staged."""
    desk.change("app/cart.py", "return sum(prices)", "return 2")
    desk.git("add", "app/cart.py")
    desk.change("app/cart.py", "return 2", "return 1")
    desk.look()
    desk.assign("totals", "app.cart.total")


def test_the_preview_of_a_merge_names_what_is_staged_in_its_way(desk: Desk) -> None:
    staged_otherwise(desk)
    preview = desk.alice.merge_preview("totals")
    (blocker,) = preview.blockers
    assert blocker.code is Code.CONFLICTS
    assert blocker.message.startswith("app/cart.py has staged changes that a merge cannot keep for certain: ")
    assert preview.marks_ready == (desk.patch("totals").id,)
    assert not desk.patch("totals").marked_ready
    desk.git("reset", "--quiet")
    assert desk.alice.merge_preview("totals").blockers == ()


def test_what_is_staged_of_something_else_is_no_matter(desk: Desk) -> None:
    desk.change("app/cart.py", "return len(prices)", "return 3")
    desk.git("add", "app/cart.py")
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.assign("totals", "app.cart.total")
    assert desk.alice.merge_preview("totals").blockers == ()
    desk.merge("totals")
