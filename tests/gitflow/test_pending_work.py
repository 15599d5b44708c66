"""Work in no patch yet: what is saved here beside what was found in the tree, and files taken as a whole."""

from __future__ import annotations

import random
from typing import Any

import pytest
from desk import CART, SHOP, Desk

from store.errors import Code, PatchbayError
from store.model import ConflictKind
from store.session_manager.mirroring import held_here
from store.source.texts import digest
from store.source.tree import Tree

TOTAL, COUNT, CLOSE, WHERE = "app.cart.total", "app.cart.count", "app.shop.close_shop", "app.cart.where"
CLEAR = "app.cart.Cart.clear"
AGAIN = "\n\ndef total(prices):\n    return 0\n"
"""A second definition of a name: what it changes can only be said of the whole file."""
TWICE = "\n\ndef where():\n    return 0\n"
CLOSED = "def close_shop(name):\n    return 7\n"


def require_refused(desk: Desk, target: str, text: str, says: str) -> None:
    """Saving is refused with a sentence; the tree, the records and the typed text stay."""
    desk.alice.type_text(target, text)
    tree, state = desk.files(), desk.state
    with pytest.raises(PatchbayError) as refusal:
        desk.alice.save_editor(target)
    assert refusal.value.code is Code.NAME_TAKEN
    assert says in refusal.value.message
    assert (desk.files(), desk.state) == (tree, state)
    (kept,) = (one.text for key in state.editors if (one := desk.alice.buffer(key)))
    assert kept == text


def test_a_definition_of_a_file_that_is_deleted_and_pending_is_saved_into_a_patch_only(desk: Desk) -> None:
    (desk.root / "app/shop.py").unlink()
    desk.look()
    require_refused(desk, CLOSE, CLOSED, "Editor 1 deletes app/shop.py, and that is in no patch yet")
    desk.alice.save_editor(CLOSE, new_patch="closing")
    desk.look()
    assert not (desk.root / "app/shop.py").exists()
    desk.merge("closing")
    assert "return 7" in (desk.head("app/shop.py") or "")


def test_a_deletion_of_what_has_changed_since_is_a_conflict_of_the_patch_it_goes_to(desk: Desk) -> None:
    (desk.root / "app/shop.py").unlink()
    desk.look()
    desk.alice.save_editor(CLOSE, CLOSED, new_patch="closing")
    desk.merge("closing")
    desk.assign("gone", "app/shop.py:<file>")
    (conflict,) = desk.patch("gone").conflicts
    assert conflict.kind is ConflictKind.DELETE_UPDATE
    assert not (desk.root / "app/shop.py").exists()
    desk.alice.resolve_conflict(conflict.id, ours=True)
    desk.look()
    desk.merge("gone")
    desk.require_clean()
    assert desk.head("app/shop.py") is None


def test_a_definition_of_a_file_that_a_patch_deletes_goes_into_another_patch_on_top(desk: Desk) -> None:
    (desk.root / "app/shop.py").unlink()
    desk.look()
    desk.assign("gone", "app/shop.py:<file>")
    with pytest.raises(PatchbayError) as refusal:
        desk.alice.save_editor(CLOSE, CLOSED)
    assert refusal.value.code is Code.NAME_TAKEN
    assert "takes app.shop.close_shop away already" in refusal.value.message
    desk.alice.save_editor(CLOSE, CLOSED, new_patch="closing")
    desk.look()
    assert desk.text("app/shop.py") == CLOSED
    assert [one.kind for one in desk.patch("closing").operations] == ["add"]
    desk.merge("gone")
    desk.alice.mark_ready("closing")
    desk.alice.merge_patch("closing")
    desk.look()
    desk.require_clean()


def test_a_definition_of_a_file_that_is_renamed_and_pending_leaves_the_files_alone(desk: Desk) -> None:
    desk.alice.open_editor(CLOSE)
    (desk.root / "app/shop.py").rename(desk.root / "app/store.py")
    desk.look()
    require_refused(desk, "app.store.close_shop", CLOSED, "Editor 2 renames app/shop.py")
    desk.alice.assign_editor("app/store.py:<file>", new_patch="renamed")
    desk.alice.save_editor("app.store.close_shop", CLOSED)
    desk.look()
    assert "return 7" in desk.text("app/store.py") and "open_shop" in desk.text("app/store.py")
    desk.merge_all(random.Random(1))


def test_a_member_of_a_class_that_is_deleted_and_pending(desk: Desk) -> None:
    desk.alice.open_editor("app.cart.Cart.add")
    desk.write("app/cart.py", CART[: CART.index("class Cart")] + CART[CART.index("def where") :])
    desk.look()
    text = "    def add(self, price):\n        return 2\n"
    require_refused(desk, "app.cart.Cart.add", text, "Editor 2 deletes app.cart.Cart,")


def test_what_bob_saves_on_what_alice_has_pending_is_refused(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.alice.invite("bob", "contributor")
    bob = desk.alice.as_user("bob")
    bob.switch_session("main")
    with pytest.raises(PatchbayError) as refusal:
        bob.save_editor(TOTAL, "def total(prices):\n    return 2\n")
    assert "Editor 1 of alice changes app.cart.total" in refusal.value.message
    assert "return 1" in desk.text("app/cart.py")


def test_a_file_taken_as_a_whole_leaves_what_is_pending_beside_it(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.change("app/cart.py", "return len(prices)", "return 2")
    desk.look()
    desk.assign("totals", TOTAL)
    desk.change("app/cart.py", "RATE = 2\n", "RATE = 2\n" + TWICE)
    desk.look()
    assert set(desk.pending()) == {COUNT, "app/cart.py:<file>"}
    desk.change("app/cart.py", "return 2", "return 3")
    desk.look()
    desk.assign("counts", COUNT)
    desk.merge("counts")
    assert "return 3" in (desk.head("app/cart.py") or "") and TWICE not in (desk.head("app/cart.py") or "")
    desk.merge_all(random.Random(1))


def test_a_file_taken_as_a_whole_is_edited_as_a_patch_on_it_has_just_been_merged(desk: Desk) -> None:
    desk.change("app/cart.py", "return len(prices)", "return 2")
    desk.look()
    desk.assign("counts", COUNT)
    desk.change("app/cart.py", "RATE = 2\n", "RATE = 2\n" + TWICE)
    desk.look()
    desk.merge("counts")
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.merge_all(random.Random(1))


def test_what_came_into_a_file_taken_as_a_whole_and_is_behind_is_not_taken_back_by_an_edit(
    desk: Desk,
) -> None:
    desk.change("app/cart.py", "RATE = 2\n", "RATE = 2\n" + TWICE)
    desk.look()
    desk.commit_elsewhere("app/cart.py", CART.replace("return len(prices)", "return 5"))
    desk.alice.look()
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.alice.look()
    held = held_here(desk.alice, desk.alice.tree_for(desk.state.session)).text("app/cart.py")
    assert "return 5" in held and "return 1" in held
    assert COUNT in desk.alice.view().behind


def test_what_a_file_taken_as_a_whole_says_too_is_not_held_twice(desk: Desk) -> None:
    desk.change("app/cart.py", "return os.getcwd()", "return os.curdir")
    desk.look()
    assert set(desk.pending()) == {WHERE}
    text = desk.text("app/cart.py")
    desk.write("app/cart.py", text[: text.index("def where")] + AGAIN)
    desk.look()
    assert set(desk.pending()) == {"app/cart.py:<file>"}
    desk.merge_all(random.Random(1))


@pytest.mark.parametrize("added", [False, True])
def test_what_is_pending_and_does_not_merge_with_a_new_head_is_settled_by_saving_it_over_that(
    desk: Desk, added: bool
) -> None:
    if added:
        desk.write("app/shop.py", SHOP + "\n\ndef fresh():\n    return 1\n")
    else:
        desk.change("app/shop.py", "return None", "return 1")
    desk.look()
    mine, name = desk.text("app/shop.py"), "app.shop.fresh" if added else CLOSE
    theirs = mine.replace("return 1", "return 2")
    desk.commit_elsewhere("app/shop.py", theirs)
    desk.alice.look()
    with pytest.raises(PatchbayError) as refusal:
        desk.assign("mine", name)
    assert refusal.value.code is Code.CONFLICTS
    there = Tree(desk.alice.codebase.files()).definition(name) or ""
    desk.alice.save_editor(name, there.replace("return 2", "return 3"), shown=digest(there))
    assert desk.text("app/shop.py") == theirs.replace("return 2", "return 3")
    desk.assign("mine", name)
    desk.git("reset", "--quiet")
    desk.merge("mine")
    desk.require_clean()


@pytest.fixture(params=[None, CART.partition("class Cart")[0].rstrip() + "\n"], ids=["no file", "no class"])
def left(request: pytest.FixtureRequest) -> str | None:
    """What a commit elsewhere leaves of the file that the class was in."""
    return request.param


def change_clear(desk: Desk) -> None:
    desk.change("app/cart.py", "self.prices = []", "del self.prices[:]")
    desk.look()


def take_the_class_away(desk: Desk, left: str | None) -> None:
    """Move HEAD to a commit without the class; the tree stays behind."""
    other = desk.root.parent / "elsewhere"
    desk.git("worktree", "add", "--quiet", "--detach", str(other))
    if left is None:
        (other / "app/cart.py").unlink()
    else:
        (other / "app/cart.py").write_text(left)
    desk.git("-C", str(other), "commit", "--quiet", "-am", "elsewhere")
    desk.git("update-ref", "refs/heads/main", desk.git("-C", str(other), "rev-parse", "HEAD"))
    desk.git("reset", "--quiet")


def require_in_conflict(desk: Desk) -> None:
    """However often it is looked, the change is in the patch, waits for a person, and can be given up."""
    for _ in range(2):
        desk.alice.look()
        (op,), (conflict,) = desk.patch("clearing").operations, desk.patch("clearing").conflicts
        assert "del self.prices[:]" in desk.alice.text(op.digest or "")
        assert conflict.kind is ConflictKind.DELETE_UPDATE
    with pytest.raises(PatchbayError, match=r"add the class app\.cart\.Cart first") as refusal:
        desk.alice.resolve_conflict(CLEAR, ours=True)
    assert refusal.value.code is Code.INVALID_NAME
    desk.alice.resolve_conflict(CLEAR, theirs=True)
    desk.alice.look()
    assert desk.patch("clearing").operations == () and desk.pending() == {}


def test_a_method_of_a_class_that_is_gone_from_head_is_kept_and_makes_no_file_of_its_own(
    desk: Desk, left: str | None
) -> None:
    change_clear(desk)
    take_the_class_away(desk, left)
    desk.alice.pull_tree()
    assert not (desk.root / "app/cart").exists()
    (op,) = desk.pending()[CLEAR]
    assert "del self.prices[:]" in desk.alice.text(op.digest or "")
    desk.assign("clearing", CLEAR)
    assert desk.pending() == {} and not (desk.root / "app/cart").exists()
    require_in_conflict(desk)


@pytest.mark.parametrize("pulled", [False, True])
def test_a_method_in_a_patch_waits_for_a_person_when_its_class_is_gone_from_head(
    desk: Desk, left: str | None, pulled: bool
) -> None:
    change_clear(desk)
    desk.assign("clearing", CLEAR)
    take_the_class_away(desk, left)
    if pulled:
        desk.alice.pull_tree()
    require_in_conflict(desk)


def test_a_method_whose_class_a_hard_reset_took_away_can_be_assigned(desk: Desk) -> None:
    (desk.root / "app/cart.py").rename(desk.root / "app/basket.py")
    desk.look()
    desk.merge_all(random.Random(1))
    desk.change("app/basket.py", "self.prices = []", "del self.prices[:]")
    desk.look()
    desk.git("reset", "--quiet", "--hard", "HEAD~")
    desk.look()
    desk.assign("clearing", "app.basket.Cart.clear")
    desk.look()
    (conflict,) = desk.patch("clearing").conflicts
    desk.alice.resolve_conflict(conflict.id, theirs=True)
    desk.look()
    desk.merge_all(random.Random(1))


def test_a_change_that_has_lost_its_class_is_in_force_again_when_that_is_back(desk: Desk) -> None:
    change_clear(desk)
    take_the_class_away(desk, None)
    desk.alice.pull_tree()
    desk.assign("clearing", CLEAR)
    other = str(desk.root.parent / "elsewhere")
    desk.git("-C", other, "revert", "--no-edit", "HEAD")
    desk.git("update-ref", "refs/heads/main", desk.git("-C", other, "rev-parse", "HEAD"))
    desk.git("reset", "--quiet")
    desk.alice.pull_tree()
    assert desk.patch("clearing").conflicts == ()
    assert "del self.prices[:]" in desk.text("app/cart.py")
    desk.merge("clearing")
    desk.require_clean()


def test_work_is_not_taken_out_from_beneath_the_deletion_of_its_file(desk: Desk) -> None:
    desk.alice.save_editor(COUNT, "def count(prices):\n    return 5\n", new_patch="counts")
    (desk.root / "app/cart.py").unlink()
    desk.look()
    desk.assign("gone", "app/cart.py:<file>")
    state = desk.state
    with pytest.raises(PatchbayError) as refusal:
        desk.alice.unassign_editor(COUNT)
    assert refusal.value.code is Code.CONFLICTS
    assert desk.state == state
    desk.look()
    assert not (desk.root / "app/cart.py").exists()
    desk.merge_all(random.Random(1))
    assert desk.head("app/cart.py") is None


def test_what_cannot_be_told_in_a_file_that_a_patch_holds_as_a_whole_goes_into_that(desk: Desk) -> None:
    desk.change("app/cart.py", "return len(prices)", "return 2")
    desk.look()
    desk.change("app/cart.py", "RATE = 2\n", "RATE = 2\n" + TWICE)
    desk.look()
    desk.assign("all of it", "app/cart.py:<file>")
    desk.write("app/cart.py", desk.text("app/cart.py") + AGAIN)
    desk.look()
    assert set(desk.pending()) == {COUNT}
    desk.merge_all(random.Random(1))


def test_a_patch_joined_with_one_on_top_that_has_their_file_as_a_whole_is_what_that_has(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.assign("totals", TOTAL)
    desk.change("app/cart.py", "RATE = 2\n", "RATE = 2\n" + TWICE)
    desk.look()
    desk.assign("all of it", "app/cart.py:<file>")
    desk.write("app/cart.py", CART)
    desk.look()
    assert desk.patch("all of it").operations
    desk.alice.join_patches("totals", "all of it")
    assert desk.text("app/cart.py") == CART
    desk.look()
    assert desk.patch("all of it").operations == ()


@pytest.mark.parametrize(
    "verb",
    [
        lambda desk: desk.alice.rename_definition("app.cart.Cart", "app.cart.Basket", new_patch="baskets"),
        lambda desk: desk.alice.rename_definition("app.cart.Cart", "app.shop.Cart", new_patch="baskets"),
        lambda desk: desk.alice.delete_definition("app.cart.Cart", new_patch="baskets"),
        lambda desk: desk.alice.rename_definition(
            "app/cart.py:<file>", "app/basket.py:<file>", new_patch="baskets"
        ),
        lambda desk: desk.alice.delete_definition("app/cart.py:<file>", new_patch="baskets"),
        lambda desk: desk.alice.save_editor(
            "app.cart.Cart", 'class Basket:\n    """Prices."""\n', new_patch="baskets"
        ),
    ],
)
@pytest.mark.parametrize("user", ["alice", "bob"])
def test_pending_work_in_a_class_or_file_has_it_keep_its_name(desk: Desk, user: str, verb: Any) -> None:
    desk.alice.invite("bob", "contributor")
    bob = desk.alice.as_user("bob")
    bob.switch_session("main")
    desk.change("app/cart.py", "self.prices = []", "self.prices.clear()")
    (desk.alice if user == "alice" else bob).look()
    tree, state = desk.files(), desk.state
    with pytest.raises(PatchbayError, match=r"changes app\.cart\.Cart\.clear, .* assign it first") as refusal:
        verb(desk)
    assert refusal.value.code is Code.NAME_TAKEN
    assert (user == "bob") == ("of bob" in refusal.value.message)
    assert desk.files() == tree
    assert desk.state.patches == state.patches and desk.pending().keys() == {CLEAR}
    desk.alice.as_user(user).assign_editor(desk.editor(CLEAR).id, new_patch="clearing")
    verb(desk)
    desk.look()
    assert "self.prices.clear()" in "".join(place.read_text() for place in desk.root.glob("app/*.py")) or (
        "delete" in {op.kind for op in desk.patch("baskets").operations}
    )


def test_a_patch_that_added_a_class_is_not_reverted_beneath_pending_work_in_it(desk: Desk) -> None:
    desk.write("app/more.py", "class More:\n    def one(self):\n        return 1\n")
    desk.look()
    desk.assign("more", "app/more.py:<file>")
    desk.merge("more")
    desk.change("app/more.py", "return 1", "return 2")
    desk.look()
    tree = desk.files()
    with pytest.raises(PatchbayError, match=r"changes app\.more\.More\.one, .* assign it first"):
        desk.alice.revert_patch("more")
    assert desk.files() == tree
