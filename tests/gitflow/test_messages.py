"""What a commit says of itself: never nothing."""

from __future__ import annotations

import pytest
from desk import Desk

from store.errors import Code, PatchbayError

BLANK = pytest.mark.parametrize("blank", ["", "  ", "\n", " \t\n\u3000\n"])


def merged_with(desk: Desk, message: str | None, description: str = "") -> str:
    """Merge a change of one line, and give the commit's words."""
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.alice.create_patch("totals are one", description)
    desk.assign("totals are one", "app.cart.total")
    desk.alice.mark_ready("totals are one")
    desk.alice.merge_patch("totals are one", message)
    words = desk.git("log", "-1", "--format=%B")
    return words.partition("Patchbay-Session")[0]


@BLANK
def test_a_blank_message_leaves_the_patchs_name(desk: Desk, blank: str) -> None:
    assert merged_with(desk, blank) == "totals are one\n\n"


@BLANK
def test_a_blank_description_is_left_out(desk: Desk, blank: str) -> None:
    assert merged_with(desk, None, blank) == "totals are one\n\n"


def test_a_message_begins_where_it_says_something(desk: Desk) -> None:
    merged_with(desk, "\n  \nOne total\n\n    as it is\n\n", "why")
    assert desk.git("log", "-1", "--format=%s") == "One total"
    assert "\n    as it is\n" in desk.git("log", "-1", "--format=%B")


@BLANK
def test_a_patch_has_no_blank_name(desk: Desk, blank: str) -> None:
    with pytest.raises(PatchbayError) as refusal:
        desk.alice.create_patch(blank)
    assert refusal.value.code is Code.INVALID_NAME
