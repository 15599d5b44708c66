"""What HEAD got elsewhere, and the tree does not have yet, is never taken back by an edit of the tree."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import CART, FILES, LONG_CART, LONG_TOTAL, Desk

from store.errors import Code, PatchbayError
from store.model import ConflictKind

TOTAL, COUNT, CART_CLASS = "app.cart.total", "app.cart.count", "app.cart.Cart"
INDEX = pytest.mark.parametrize("reset", [False, True], ids=["index behind", "index as HEAD"])


@pytest.fixture
def long_desk(tmp_path: Path) -> Desk:
    """A desk where `total` is a few lines long."""
    return Desk(tmp_path / "repo", {**FILES, "app/cart.py": LONG_CART})


def comes_in(desk: Desk, text: str, reset: bool = False) -> None:
    """Move HEAD to a commit with this cart, and leave the tree behind."""
    desk.commit_elsewhere("app/cart.py", text)
    if reset:
        desk.git("reset", "--quiet")
    desk.alice.look()
    assert desk.alice.view().behind


def merge(desk: Desk, patch: str) -> None:
    """Merge a patch while the tree is behind, with the index brought to HEAD."""
    desk.git("reset", "--quiet")
    desk.alice.mark_ready(patch)
    desk.alice.merge_patch(patch)


def require_delete_conflict(desk: Desk, patch: str) -> None:
    """Whatever is looked at again, the patch waits with its conflict, and HEAD keeps what came in."""
    for _ in range(2):
        desk.alice.look()
        assert [one.kind for one in desk.patch(patch).conflicts] == [ConflictKind.DELETE_UPDATE]
    with pytest.raises(PatchbayError) as refusal:
        desk.alice.mark_ready(patch)
    assert refusal.value.code is Code.CONFLICTS


@INDEX
def test_a_definition_deleted_in_the_tree_that_is_behind_there_is_in_conflict(
    desk: Desk, reset: bool
) -> None:
    comes_in(desk, CART.replace("return sum(prices)", "return sum(prices) + 1"), reset)
    desk.change("app/cart.py", "def total(prices):\n    return sum(prices)\n\n\n", "")
    desk.alice.look()
    desk.assign("gone", TOTAL)
    require_delete_conflict(desk, "gone")
    desk.alice.resolve_conflict(TOTAL, ours=True)
    merge(desk, "gone")
    assert "def total" not in (desk.head("app/cart.py") or "")


@INDEX
def test_a_text_of_a_patch_that_was_merged_with_head_is_in_conflict_with_its_deletion(
    long_desk: Desk, reset: bool
) -> None:
    desk = long_desk
    desk.alice.save_editor(TOTAL, LONG_TOTAL.replace("one = 1", "one = 11"), new_patch="ones")
    comes_in(desk, LONG_CART.replace("four = 4", "four = 44"), reset)
    desk.write("app/cart.py", CART.replace("def total(prices):\n    return sum(prices)\n\n\n", ""))
    desk.alice.look()
    require_delete_conflict(desk, "ones")


@INDEX
def test_a_text_that_is_pending_and_that_the_tree_has_not_is_kept_when_that_is_deleted(
    long_desk: Desk, reset: bool
) -> None:
    desk = long_desk
    comes_in(desk, LONG_CART.replace("four = 4", "four = 44"), reset)
    mine = LONG_TOTAL.replace("four = 4", "four = 44").replace("one = 1", "one = 11")
    desk.alice.save_editor(TOTAL, mine)
    desk.alice.look()
    assert "four = 4\n" in desk.text("app/cart.py")
    desk.write("app/cart.py", CART.replace("def total(prices):\n    return sum(prices)\n\n\n", ""))
    for _ in range(2):
        desk.alice.look()
        assert desk.alice.editor_text(TOTAL).text == mine
        assert desk.alice.view().behind == (TOTAL,)
    desk.alice.pull_tree()
    assert mine in desk.text("app/cart.py")


@INDEX
def test_what_a_patch_renames_that_is_deleted_in_the_tree_that_is_behind_is_in_conflict(
    long_desk: Desk, reset: bool
) -> None:
    desk = long_desk
    desk.change("app/cart.py", "def total(", "def summed(")
    desk.look()
    desk.assign("renamed", "app.cart.summed")
    comes_in(desk, LONG_CART.replace("four = 4", "four = 44"), reset)
    desk.change("app/cart.py", LONG_TOTAL.replace("total", "summed"), "")
    desk.alice.look()
    require_delete_conflict(desk, "renamed")
    assert [(one.kind, one.name) for one in desk.patch("renamed").operations] == [("delete", TOTAL)]


def test_a_reset_of_the_tree_takes_a_renamed_file_out_of_its_patch(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 2")
    desk.git("commit", "--quiet", "-am", "by hand")
    (desk.root / "app/cart.py").rename(desk.root / "app/basket.py")
    desk.look()
    desk.assign("renamed", "app/basket.py:<file>")
    desk.git("add", "app/basket.py")
    desk.git("reset", "--quiet", "--hard", "HEAD~")
    desk.look()
    assert desk.patch("renamed").operations == ()
    assert desk.text("app/cart.py") == CART


@INDEX
@pytest.mark.parametrize("whole", [False, True], ids=["class", "file"])
def test_what_is_renamed_in_the_tree_keeps_what_is_behind_in_it(desk: Desk, reset: bool, whole: bool) -> None:
    comes_in(desk, CART.replace("self.prices.append(price)", "self.prices.append(price + 1)"), reset)
    path = "app/basket.py" if whole else "app/cart.py"
    if whole:
        (desk.root / "app/cart.py").rename(desk.root / path)
    else:
        desk.change(path, "class Cart:", "class Basket:")
    for _ in range(2):
        desk.alice.look()
    (target,) = desk.pending()
    desk.assign("renamed", target)
    merge(desk, "renamed")
    head = desk.head(path) or ""
    assert "append(price + 1)" in head and ("class Basket" in head or whole)
    desk.alice.pull_tree()
    assert desk.text(path) == head


RENAMED = {
    "definition": ("def total(", "def summed(", "app.cart.summed"),
    "class": ("class Cart:", "class Basket:", "app.cart.Basket"),
    "file": (None, None, "app/basket.py:<file>"),
}


@INDEX
@pytest.mark.parametrize("assigned", [False, True])
@pytest.mark.parametrize("what", RENAMED)
def test_what_was_renamed_gets_what_comes_in_beneath_it(
    long_desk: Desk, what: str, assigned: bool, reset: bool
) -> None:
    desk, (old, new, target) = long_desk, RENAMED[what]
    path = "app/cart.py" if old else "app/basket.py"
    if old and new:
        desk.change(path, old, new)
    else:
        (desk.root / "app/cart.py").rename(desk.root / path)
    desk.look()
    if assigned:
        desk.assign("renamed", target)
    elsewhere = LONG_CART.replace("four = 4", "four = 44").replace("append(price)", "append(price + 1)")
    comes_in(desk, elsewhere, reset)
    for _ in range(2):
        desk.alice.look()
    if not assigned:
        desk.assign("renamed", target)
    merge(desk, "renamed")
    head = desk.head(path) or ""
    assert "four = 44" in head and "append(price + 1)" in head
    assert new is None or new in head
    desk.alice.pull_tree()
    assert desk.text(path) == head


@INDEX
def test_a_class_deleted_in_the_tree_that_is_behind_in_a_member_is_in_conflict(
    desk: Desk, reset: bool
) -> None:
    comes_in(desk, CART.replace("self.prices.append(price)", "self.prices.append(price + 1)"), reset)
    text = desk.text("app/cart.py")
    desk.write("app/cart.py", text[: text.index("class Cart")] + text[text.index("def where") :])
    desk.alice.look()
    desk.assign("gone", CART_CLASS)
    require_delete_conflict(desk, "gone")


def test_a_class_renamed_in_the_tree_takes_edits_of_members_along_beside_what_is_behind(desk: Desk) -> None:
    comes_in(desk, CART.replace("self.prices.append(price)", "self.prices.append(price + 1)"))
    desk.change("app/cart.py", "self.prices = []", "self.prices = [0]")
    desk.alice.look()
    desk.change("app/cart.py", "class Cart:", "class Basket:")
    desk.alice.look()
    for target in desk.pending():
        desk.assign("renamed", target)
    merge(desk, "renamed")
    head = desk.head("app/cart.py") or ""
    assert "class Basket" in head and "append(price + 1)" in head and "self.prices = [0]" in head


def test_a_name_that_a_commit_took_away_is_missed_although_the_tree_still_has_it(desk: Desk) -> None:
    desk.change("app/cart.py", "return len(prices)", "return total(prices)")
    desk.look()
    desk.assign("counts", COUNT)
    desk.alice.mark_ready("counts")
    gone = CART.replace("def total(prices):\n    return sum(prices)\n\n\n", "")
    comes_in(desk, gone, reset=True)
    with pytest.raises(PatchbayError, match=r"app/cart\.py uses total, which nothing defines"):
        desk.alice.merge_patch("counts")
    assert desk.head("app/cart.py") == gone


def test_a_name_that_neither_the_tree_has_is_not_missed(desk: Desk) -> None:
    desk.change("app/cart.py", "return len(prices)", "return nowhere(prices)")
    desk.look()
    desk.assign("counts", COUNT)
    desk.merge("counts")
    desk.require_clean()


def test_what_waits_to_be_settled_is_not_said_to_be_behind_until_the_text_of_the_tree_is_dropped(
    desk: Desk,
) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.change("app/shop.py", "return None", "return 2")
    desk.look()
    desk.assign("totals", TOTAL)
    desk.git("stash", "--quiet")
    desk.git("checkout", "--quiet", "-b", "other")
    desk.alice.save_editor(TOTAL, "def total(prices):\n    return 3\n")
    desk.git("checkout", "--quiet", "main")
    desk.alice.look()
    (waits,) = (one for one in desk.alice.view().editors if one.unmerged)
    assert waits.editor.target == TOTAL
    assert desk.alice.view().behind == ()
    desk.alice.pull_tree()
    assert desk.text("app/cart.py") == CART
    desk.alice.close_editor(waits.editor.id, discard=True)
    assert desk.alice.view().behind == (TOTAL,)
    desk.alice.pull_tree()
    assert desk.text("app/cart.py") == CART.replace("return sum(prices)", "return 3")
    assert desk.alice.view().behind == ()
    desk.look()
