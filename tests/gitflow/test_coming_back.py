"""What the tree loses and has again goes back to the patch that held it: stash, checkout, branches."""

from __future__ import annotations

import random

import pytest
from desk import CART, SHOP, Desk

from store.errors import Code, PatchbayError
from store.source.texts import digest

TOTAL, COUNT, ADD = "app.cart.total", "app.cart.count", "app.cart.Cart.add"
CLOSE = "app.shop.close_shop"
LONG, PRICE = "app/price.py", "app.price.price"
PRICES = """def price(count):
    rate = 1
    rest = 2
    more = 3
    most = 4
    return rate * count
"""


def held(desk: Desk) -> dict[str, list[tuple[str, str]]]:
    """The kinds and names of each open patch's operations."""
    return {
        one.name: sorted((op.kind, op.name) for op in one.operations) for one in desk.state.open_patches()
    }


def two_in_patches_and_one_loose(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.change("app/cart.py", "return len(prices)", "return 2")
    desk.change("app/shop.py", "return None", "return name")
    desk.look()
    desk.assign("totals", TOTAL)
    desk.assign("counts", COUNT)


def through_a_stash(desk: Desk, *options: str) -> None:
    """Stash, look, pop, look."""
    desk.git("stash", "--quiet", *options)
    desk.look()
    desk.git("stash", "pop", "--quiet")
    desk.look()


def test_what_a_stash_took_goes_back_to_the_patches_that_held_it(desk: Desk) -> None:
    two_in_patches_and_one_loose(desk)
    before = held(desk)
    desk.git("stash", "--quiet")
    desk.look()
    assert held(desk) == {"totals": [], "counts": []}
    assert desk.pending() == {}
    desk.git("stash", "pop", "--quiet")
    desk.look()
    assert held(desk) == before
    assert set(desk.pending()) == {CLOSE}
    assert desk.editor(TOTAL).patch_id == desk.patch("totals").id
    desk.merge("totals")
    desk.merge_all(random.Random(1))


def test_the_log_says_what_was_lost_and_where_it_went_back(desk: Desk) -> None:
    two_in_patches_and_one_loose(desk)
    through_a_stash(desk)
    back, lost = [one.summary for one in desk.alice.log() if one.verb == "tree.look"][:2]
    saw = f"saw 3 definitions changed in the working tree: {TOTAL}, {COUNT} and 1 more"
    assert lost == f"{saw}; A totals lost {TOTAL}; B counts lost {COUNT}"
    assert back == f"{saw}; A totals got {TOTAL} back; B counts got {COUNT} back"


def test_every_kind_of_operation_comes_back(desk: Desk) -> None:
    desk.change("app/cart.py", "def total(prices):\n    return", "def whole(prices):\n    # All.\n    return")
    desk.change("app/cart.py", "def count(prices):\n    return len(prices)\n\n\n", "")
    desk.change(
        "app/cart.py", "    def clear(self):", "    def last(self):\n        pass\n\n    def clear(self):"
    )
    desk.write(
        "app/shop.py",
        SHOP[SHOP.index("def close") :] + "\n\n" + SHOP[: SHOP.index("def close")].rstrip() + "\n",
    )
    desk.write("app/new.py", "def fresh():\n    return 1\n")
    (desk.root / "notes.txt").unlink()
    (desk.root / "app/cart.py").chmod(0o755)
    desk.look()
    for number, target in enumerate(sorted(desk.pending())):
        desk.assign(f"patch {number}", target)
    before = held(desk)
    through_a_stash(desk, "--include-untracked")
    assert held(desk) == before
    assert desk.pending() == {}
    desk.merge_all(random.Random(1))


def test_a_stack_comes_back_whole(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.assign("below", TOTAL)
    desk.alice.assign_editor(TOTAL, new_patch="above", on_top=True)
    desk.change("app/cart.py", "return 1", "return 2")
    desk.look()
    through_a_stash(desk)
    assert held(desk) == {"below": [("update", TOTAL)], "above": [("update", TOTAL)]}
    assert "return 1" in (desk.alice.show(TOTAL, "below").text or "")
    assert "return 2" in (desk.alice.show(TOTAL, "above").text or "")
    desk.merge("below")
    desk.merge("above")
    desk.require_clean()


def test_what_cannot_be_undone_is_not_said_to_be_undone_first(desk: Desk) -> None:
    two_in_patches_and_one_loose(desk)
    desk.git("stash", "--quiet")
    desk.look()
    with pytest.raises(PatchbayError, match=r": since then: saw .* lost .*\. Skip this one\.$") as refusal:
        desk.alice.undo()
    assert refusal.value.code is Code.RESTS_ON
    assert "Undo that first" not in refusal.value.message


def test_only_the_lower_text_of_a_stack_comes_back_to_the_lower_patch(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.assign("below", TOTAL)
    desk.alice.assign_editor(TOTAL, new_patch="above", on_top=True)
    desk.change("app/cart.py", "return 1", "return 2")
    desk.look()
    desk.write("app/cart.py", CART)
    desk.look()
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    assert held(desk) == {"below": [("update", TOTAL)], "above": []}


def test_a_checkout_taken_back_in_the_editor(desk: Desk) -> None:
    two_in_patches_and_one_loose(desk)
    before, text = held(desk), desk.text("app/cart.py")
    desk.git("checkout", "--", "app/cart.py")
    desk.look()
    desk.write("app/cart.py", text)
    desk.look()
    assert held(desk) == before


def test_another_text_than_was_lost_is_nobodys(desk: Desk) -> None:
    two_in_patches_and_one_loose(desk)
    desk.git("checkout", "--", "app/cart.py")
    desk.look()
    desk.change("app/cart.py", "return sum(prices)", "return 3")
    desk.look()
    assert set(desk.pending()) == {TOTAL, CLOSE}
    assert held(desk)["totals"] == []


def test_what_another_patch_touches_by_now_goes_there(desk: Desk) -> None:
    two_in_patches_and_one_loose(desk)
    desk.git("checkout", "--", "app/cart.py")
    desk.look()
    desk.change("app/cart.py", "return sum(prices)", "return 3")
    desk.look()
    desk.assign("others", TOTAL)
    desk.change("app/cart.py", "return 3", "return 1")
    desk.look()
    assert held(desk)["others"] == [("update", TOTAL)]
    assert held(desk)["totals"] == []


def test_what_was_taken_out_by_hand_stays_out(desk: Desk) -> None:
    two_in_patches_and_one_loose(desk)
    desk.alice.unassign_editor(desk.editor(TOTAL).id)
    through_a_stash(desk)
    assert set(desk.pending()) == {TOTAL, CLOSE}


def test_what_was_moved_to_another_patch_goes_back_there(desk: Desk) -> None:
    two_in_patches_and_one_loose(desk)
    desk.alice.assign_editor(desk.editor(TOTAL).id, "counts")
    through_a_stash(desk)
    assert held(desk) == {"totals": [], "counts": [("update", COUNT), ("update", TOTAL)]}


def test_an_abandoned_patch_gets_nothing_back(desk: Desk) -> None:
    two_in_patches_and_one_loose(desk)
    desk.git("stash", "--quiet")
    desk.look()
    desk.alice.abandon_patch("totals")
    desk.git("stash", "pop", "--quiet")
    desk.look()
    assert set(desk.pending()) == {TOTAL, CLOSE}


def test_over_another_ground_than_it_rested_on_it_is_nobodys(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.assign("totals", TOTAL)
    changed = desk.text("app/cart.py")
    desk.git("checkout", "--", "app/cart.py")
    desk.look()
    desk.change("app/cart.py", "return sum(prices)", "return max(prices)")
    desk.git("commit", "--quiet", "-am", "by hand")
    desk.look()
    desk.write("app/cart.py", changed)
    desk.look()
    assert set(desk.pending()) == {TOTAL}


def with_a_long_definition(desk: Desk) -> None:
    desk.write(LONG, PRICES)
    desk.git("add", "--all")
    desk.git("commit", "--quiet", "-m", "prices")
    desk.look()


def test_over_a_commit_elsewhere_in_its_lines_it_comes_back_merged(desk: Desk) -> None:
    with_a_long_definition(desk)
    desk.change(LONG, "rate = 1", "rate = 10")
    desk.look()
    desk.assign("prices", PRICE)
    desk.git("stash", "--quiet")
    desk.look()
    desk.change(LONG, "most = 4", "most = 40")
    desk.git("commit", "--quiet", "-am", "by hand")
    desk.look()
    committed = desk.head(LONG)
    desk.git("stash", "pop", "--quiet")
    desk.look()
    (op,) = desk.patch("prices").operations
    assert (op.kind, op.name, op.base_digest) == ("update", PRICE, digest(committed or ""))
    assert desk.alice.text(op.digest or "") == desk.text(LONG)
    assert desk.pending() == {}
    assert desk.alice.log()[0].summary.endswith(f"A prices got {PRICE} back")
    desk.merge("prices")
    desk.require_clean()


def test_a_stack_comes_back_whole_and_merged(desk: Desk) -> None:
    with_a_long_definition(desk)
    desk.change(LONG, "rate = 1", "rate = 10")
    desk.look()
    desk.assign("below", PRICE)
    desk.alice.assign_editor(PRICE, new_patch="above", on_top=True)
    desk.change(LONG, "rest = 2", "rest = 20")
    desk.look()
    desk.git("stash", "--quiet")
    desk.look()
    desk.change(LONG, "most = 4", "most = 40")
    desk.git("commit", "--quiet", "-am", "by hand")
    desk.git("stash", "pop", "--quiet")
    desk.look()
    assert held(desk) == {"below": [("update", PRICE)], "above": [("update", PRICE)]}
    assert "rest = 2\n" in (desk.alice.show(PRICE, "below").text or "")
    desk.merge("below")
    desk.merge("above")
    desk.require_clean()


def test_the_codebase_is_said_to_have_what_a_patch_held_only_while_it_does(desk: Desk) -> None:
    with_a_long_definition(desk)
    desk.change(LONG, "rate = 1", "rate = 10")
    desk.look()
    desk.assign("prices", PRICE)
    for old, new, said in (
        ("rest = 2", "rest = 2", "the codebase has it"),
        ("most = 4", "most = 40", "the codebase has it"),
        ("rate = 10", "rate = 100", "gone from the files"),
    ):
        desk.change(LONG, old, new)
        desk.git("commit", "--quiet", "-am", "by hand")
        desk.look()
        (patch,) = desk.alice.view().patches
        assert (patch.patch.operations, patch.emptied) == ((), said)


def test_what_the_tree_has_otherwise_than_merged_is_nobodys(desk: Desk) -> None:
    with_a_long_definition(desk)
    desk.change(LONG, "rate = 1", "rate = 10")
    desk.look()
    desk.assign("prices", PRICE)
    lost = desk.text(LONG)
    desk.git("stash", "--quiet")
    desk.look()
    desk.change(LONG, "most = 4", "most = 40")
    desk.git("commit", "--quiet", "-am", "by hand")
    desk.write(LONG, lost)
    desk.look()
    assert held(desk) == {"prices": []}
    assert set(desk.pending()) == {PRICE}


def test_another_branch_and_back_with_a_stash(desk: Desk) -> None:
    two_in_patches_and_one_loose(desk)
    before = held(desk)
    desk.git("stash", "--quiet")
    desk.look()
    desk.git("switch", "--quiet", "-c", "side")
    assert desk.alice.look() is None
    desk.change("notes.txt", "one", "three")
    desk.git("commit", "--quiet", "-am", "on the side")
    desk.git("switch", "--quiet", "main")
    desk.look()
    desk.git("stash", "pop", "--quiet")
    desk.look()
    assert held(desk) == before
    assert set(desk.pending()) == {CLOSE}


def test_a_commit_by_hand_taken_back_goes_to_its_patch_again(desk: Desk) -> None:
    two_in_patches_and_one_loose(desk)
    desk.git("commit", "--quiet", "-am", "by hand")
    desk.look()
    assert held(desk) == {"totals": [], "counts": []}
    desk.git("reset", "--quiet", "--soft", "HEAD~")
    desk.look()
    assert held(desk) == {"totals": [("update", TOTAL)], "counts": [("update", COUNT)]}
    assert set(desk.pending()) == {CLOSE}


def test_each_session_gets_back_what_it_held(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.assign("totals", TOTAL)
    desk.alice.start_session("second")
    desk.change("app/shop.py", "return None", "return name")
    desk.look()
    desk.assign("closing", CLOSE)
    through_a_stash(desk)
    assert held(desk) == {"closing": [("update", CLOSE)]}
    desk.alice.switch_session("main")
    assert held(desk) == {"totals": [("update", TOTAL)]}


def test_what_comes_back_is_its_authors_and_its_patch_a_draft(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.assign("totals", TOTAL)
    desk.alice.mark_ready("totals")
    desk.alice.invite("bob", "contributor")
    bob = desk.alice.as_user("bob")
    bob.switch_session("main")
    desk.git("stash", "--quiet")
    desk.look()
    desk.git("stash", "pop", "--quiet")
    bob.look()
    (op,) = desk.patch("totals").operations
    assert op.authors == ("alice",)
    assert not desk.patch("totals").marked_ready


def test_undoing_a_reopening_leaves_the_tree_as_closing_does(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.change("app/cart.py", "return len(prices)", "return 2")
    desk.look()
    desk.assign("totals", TOTAL)
    desk.alice.mark_ready("totals")
    edited = desk.text("app/cart.py")
    session = desk.alice.session_id(None)
    desk.merge("totals")
    desk.alice.close_session()
    for _ in range(2):
        desk.alice.reopen_session(session)
        desk.alice.undo()
        assert desk.text("app/cart.py") == edited
        desk.alice.redo(session)
        assert desk.text("app/cart.py") == edited
        desk.alice.close_session(session)


def test_a_merge_comes_again_though_a_look_has_plugged_an_editor_into_its_patch(desk: Desk) -> None:
    subst = "def subst(x):\n    return x\n\n"
    old = f"{subst}def find(n):\n    return n\n\n\n# Part 4\n\ndef test():\n    return 1\n"
    new = f"{subst}def test():\n    return 2\n"
    desk.write("part.py", old)
    desk.git("add", "--all")
    desk.git("commit", "--quiet", "-m", "parts")
    desk.look()
    desk.write("part.py", new)
    desk.look()
    desk.alice.create_patch("parts")
    for target in ("part.test", "part.find"):
        desk.alice.assign_editor(desk.editor(target).id, "parts")
    desk.merge("parts")
    for _ in range(2):
        desk.alice.undo()
        desk.look()
        desk.alice.redo()
        desk.look()
        assert (desk.head("part.py"), desk.text("part.py"), desk.pending()) == (new, new, {})
        assert desk.state.editors == {}
