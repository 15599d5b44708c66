"""Files that git has unmerged, as a stash that clashes leaves them: passed over until they are resolved."""

from __future__ import annotations

import random

import pytest
from desk import Desk

from store.errors import Code, PatchbayError
from tui.cli.plain import status_lines

TOTAL, COUNT, CLOSE = "app.cart.total", "app.cart.count", "app.shop.close_shop"
CLASH = "app/cart.py is not merged in the index: resolve it and `git add` it"


def clash(desk: Desk) -> None:
    """Commit a change of what a stash changes otherwise, and take the stash back."""
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.change("app/shop.py", "return None", "return name")
    desk.git("stash", "--quiet")
    desk.change("app/cart.py", "return sum(prices)", "return 2")
    desk.git("commit", "--quiet", "-am", "by hand")
    desk.look()
    desk.git("stash", "pop", "--quiet", check=False)
    desk.alice.look()
    assert "<<<<<<<" in desk.text("app/cart.py")


def resolve(desk: Desk) -> None:
    """Take both changes, and tell git."""
    before, _, rest = desk.text("app/cart.py").partition("<<<<<<<")
    desk.write("app/cart.py", before + "    return 1 + 2\n" + rest.partition(">>>>>>>")[2].partition("\n")[2])
    desk.git("add", "app/cart.py")
    desk.git("reset", "--quiet")


def test_what_git_has_unmerged_is_no_edit_until_it_is_resolved(desk: Desk) -> None:
    clash(desk)
    assert set(desk.pending()) == {CLOSE}
    assert desk.alice.view().codebase.clashes == (CLASH,)
    lines = status_lines("alice", desk.alice.view().codebase, desk.alice.view())
    assert f"  {CLASH}." in list(lines)
    resolve(desk)
    desk.look()
    assert set(desk.pending()) == {TOTAL, CLOSE}
    assert desk.alice.view().codebase.clashes == ()
    desk.merge_all(random.Random(1))


def test_a_merge_that_touches_what_git_has_unmerged_is_refused_and_loses_nothing(desk: Desk) -> None:
    desk.change("app/cart.py", "return len(prices)", "return 3")
    desk.look()
    desk.assign("counts", COUNT)
    clash_with_patch(desk)
    desk.alice.mark_ready("counts")
    assert desk.alice.view().behind == ()
    assert [one.message for one in desk.alice.merge_preview("counts").blockers] == [CLASH]
    with pytest.raises(PatchbayError) as refusal:
        desk.alice.merge_patch("counts")
    assert (refusal.value.code, CLASH in refusal.value.message) == (Code.CODEBASE_MOVED, True)
    assert [op.name for op in desk.patch("counts").operations] == [COUNT]
    resolve(desk)
    desk.look()
    desk.merge_all(random.Random(1))


def clash_with_patch(desk: Desk) -> None:
    """Let a stash clash in a file of which a patch holds another definition."""
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.git("stash", "--quiet")
    desk.change("app/cart.py", "return sum(prices)", "return 2")
    desk.git("commit", "--quiet", "-am", "by hand")
    desk.git("stash", "pop", "--quiet", check=False)
    desk.alice.look()
    assert "<<<<<<<" in desk.text("app/cart.py")


def test_nothing_is_written_into_a_file_that_git_has_unmerged(desk: Desk) -> None:
    clash(desk)
    text = desk.text("app/cart.py")
    with pytest.raises(PatchbayError) as refusal:
        desk.alice.save_editor(COUNT, "def count(prices):\n    return 3\n")
    assert (refusal.value.code, CLASH in refusal.value.message) == (Code.CODEBASE_MOVED, True)
    assert desk.text("app/cart.py") == text
    assert COUNT not in desk.pending()
