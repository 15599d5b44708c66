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


def reverted_with(desk: Desk, name: str | None = None) -> str:
    """Merge a patch that reverts the only one, and give the commit's words."""
    desk.alice.revert_patch("totals are one", name)
    desk.alice.mark_ready("B")
    desk.alice.merge_patch("B")
    return desk.git("log", "-1", "--format=%B").partition("\n\nPatchbay-Session")[0]


def test_a_revert_names_the_commit_that_it_reverts_as_gits_own_does(desk: Desk) -> None:
    merged_with(desk, None)
    commit = desk.git("rev-parse", "HEAD")
    assert reverted_with(desk) == f"Revert totals are one\n\nThis reverts commit {commit}."


@pytest.mark.parametrize(("message", "name"), [("Count to one\n\nOnly.", None), (None, "as it was")])
def test_a_revert_says_the_commits_subject_where_its_own_does_not(
    desk: Desk, message: str | None, name: str | None
) -> None:
    merged_with(desk, message)
    commit, subject = desk.git("log", "-1", "--format=%H %s").split(" ", 1)
    own = name or "Revert totals are one"
    assert reverted_with(desk, name) == f"{own}\n\nThis reverts commit {commit}.\n\nIt was: {subject}"


def test_a_revert_of_a_commit_that_git_has_lost_still_names_it(desk: Desk) -> None:
    """As after an amend: the patch is merged, and its commit is on no branch."""
    merged_with(desk, None)
    commit = desk.git("rev-parse", "HEAD")
    desk.git("commit", "--quiet", "--amend", "-m", "totals are one, really")
    desk.git("reflog", "expire", "--expire=now", "--all")
    desk.git("gc", "--quiet", "--prune=now")
    desk.look()
    desk.alice.revert_patch("totals are one", "as it was")
    assert desk.patch("as it was").description == f"This reverts commit {commit}.\n\nIt was: totals are one"
