"""Commits of git's own that land while a verb is at work, as git does not wait for the store's lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from desk import CART, Desk

from store.errors import Code, PatchbayError
from store.model import PatchStatus

TOTAL = "app.cart.total"
OF_ANOTHER = CART.replace("return len(prices)", "return len(prices) + 1")
OF_THE_SAME = CART.replace("return sum(prices)", "return 7")


def after_it(step: Callable[..., Any], then: Callable[[], None]) -> Callable[..., Any]:
    """A step of a verb, with something that happens just after it, once."""
    left = [then]

    def done(*given: Any, **named: Any) -> Any:
        found = step(*given, **named)
        if left:
            left.pop()()
        return found

    return done


@pytest.mark.parametrize("theirs", [OF_ANOTHER, OF_THE_SAME], ids=["another", "the same"])
@pytest.mark.parametrize("step", ["clock", "blockers_of", "message_of"])
def test_a_merge_takes_nothing_back_of_a_commit_that_lands_while_it_is_composed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, step: str, theirs: str
) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.assign("totals", TOTAL)
    desk.alice.mark_ready("totals")
    commits = after_it(getattr(desk.alice, step), lambda: desk.commit_elsewhere("app/cart.py", theirs))
    monkeypatch.setattr(desk.alice, step, commits)
    with pytest.raises(PatchbayError, match="moved meanwhile") as refusal:
        desk.alice.merge_patch("totals")
    assert refusal.value.code is Code.CODEBASE_MOVED
    assert desk.head("app/cart.py") == theirs
    desk.git("reset", "--quiet")
    if theirs == OF_THE_SAME:
        assert desk.alice.view().patches[0].patch.status is PatchStatus.CONFLICTS
        return
    desk.alice.merge_patch("totals")
    assert desk.head("app/cart.py") == theirs.replace("return sum(prices)", "return 1")


def test_a_view_is_of_one_revision(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    before, codebase = desk.git("rev-parse", "HEAD"), desk.alice.codebase
    commits = after_it(codebase.revision, lambda: desk.commit_elsewhere("app/cart.py", OF_ANOTHER))
    monkeypatch.setattr(codebase, "revision", commits)
    for revision in (before, None):
        view = desk.alice.view()
        at_hand = revision or desk.git("rev-parse", "HEAD")
        assert view.codebase.revision == view.session.codebase_revision == at_hand
    assert at_hand != before


def test_a_verb_that_is_refused_at_one_file_has_written_no_other(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.change("app/shop.py", "return None", "return 2")
    desk.look()
    desk.assign("t", TOTAL, "app.shop.close_shop")
    state, cart = desk.state, desk.files()[str(desk.root / "app/cart.py")]
    script = desk.root.parent / "smudge"
    script.write_text(f"#!/bin/sh\necho '# more' >> '{desk.root}/app/shop.py'\ncat\n")
    script.chmod(0o755)
    desk.git("config", "filter.touching.smudge", str(script))
    desk.write(".git/info/attributes", "app/shop.py filter=touching\n")
    with pytest.raises(PatchbayError, match=r"app/shop\.py has changed") as refusal:
        desk.alice.abandon_patch("t", restore_tree=True)
    assert refusal.value.code is Code.CODEBASE_MOVED
    assert desk.state == state
    assert desk.files()[str(desk.root / "app/cart.py")] == cart
    desk.look()
    assert desk.patch("t").status is PatchStatus.DRAFT
    assert [one.name for one in desk.patch("t").operations] == [TOTAL, "app.shop.close_shop"]
    desk.git("config", "--unset", "filter.touching.smudge")
    desk.alice.abandon_patch("t", restore_tree=True)
    assert desk.text("app/cart.py") == CART
