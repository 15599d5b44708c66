"""What is changed in a working tree is found definition by definition, once, and goes away when undone."""

from __future__ import annotations

import random

import pytest
from desk import CART, SHOP, Desk

from store.errors import Code, PatchbayError

TOTAL, COUNT, ADD = "app.cart.total", "app.cart.count", "app.cart.Cart.add"


def test_two_changes_of_one_file_become_two_clean_commits(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return sum(prices) * RATE")
    desk.change("app/cart.py", "self.prices.append(price)", "self.prices.insert(0, price)")
    desk.look()
    assert set(desk.pending()) == {TOTAL, ADD}
    desk.assign("totals", TOTAL)
    desk.assign("adding", ADD)
    desk.merge("adding")
    assert "* RATE" in desk.git("diff") and "insert" not in desk.git("diff")
    desk.merge("totals")
    desk.require_clean()


def test_a_change_undone_in_the_tree_removes_its_operation_and_its_editor(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.write("app/cart.py", CART)
    desk.look()
    assert desk.state.editors == {}
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.assign("totals", TOTAL)
    desk.git("checkout", "--", "app/cart.py")
    desk.look()
    assert desk.patch("totals").operations == ()
    assert desk.state.editors == {}


def test_a_stash_and_its_pop_leave_nothing_twice(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.change("app/shop.py", "return None", "return name")
    desk.look()
    desk.assign("totals", TOTAL)
    desk.git("stash", "--quiet")
    desk.look()
    assert desk.pending() == {}
    desk.git("stash", "pop", "--quiet")
    desk.look()
    assert "return 1" in desk.text("app/cart.py")
    desk.merge_all(random.Random(1))


def test_definitions_in_another_order_are_one_change(desk: Desk) -> None:
    first, second = CART.index("def total"), CART.index("def count")
    third = CART.index("class Cart")
    moved = CART[:first] + CART[second:third] + CART[first:second] + CART[third:]
    desk.write("app/cart.py", moved)
    desk.look()
    assert len(desk.pending()) == 1
    desk.merge_all(random.Random(1))
    assert desk.head("app/cart.py") == moved


def test_definitions_in_another_order_and_one_of_them_changed(desk: Desk) -> None:
    first, second = CART.index("def total"), CART.index("def count")
    third = CART.index("class Cart")
    moved = CART[:first] + CART[second:third] + CART[first:second] + CART[third:]
    desk.write("app/cart.py", moved.replace("self.prices = []", "del self.prices[:]"))
    desk.look()
    desk.merge_all(random.Random(1))


def test_blank_lines_join_the_patch_that_holds_the_definition_beside_them(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)\n", "return 1\n")
    desk.look()
    desk.assign("totals", TOTAL)
    desk.change("app/cart.py", "return 1\n\n\n", "return 1\n\n\n\n\n")
    desk.look()
    assert desk.pending() == {}
    desk.merge("totals")
    desk.require_clean()


def test_blank_lines_beside_nothing_that_changed_wait_to_be_assigned(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)\n\n\n", "return sum(prices)\n\n\n\n")
    desk.look()
    assert len(desk.pending()) == 1
    desk.merge_all(random.Random(1))


def test_a_function_that_becomes_a_class_of_that_name(desk: Desk) -> None:
    desk.change(
        "app/cart.py",
        "def count(prices):\n    return len(prices)\n",
        "class count:\n    def now(self):\n        return 1\n",
    )
    desk.look()
    desk.merge_all(random.Random(1))


def test_a_class_that_becomes_a_function_of_that_name(desk: Desk) -> None:
    start, end = CART.index("class Cart"), CART.index("def where")
    desk.write("app/cart.py", CART[:start] + "def Cart():\n    return None\n\n\n" + CART[end:])
    desk.look()
    desk.merge_all(random.Random(1))


def test_a_renamed_function_keeps_its_patch(desk: Desk) -> None:
    desk.change("app/cart.py", "    return sum(prices)", "    kept = sum(prices)\n    return kept + RATE")
    desk.look()
    desk.assign("totals", TOTAL)
    desk.change("app/cart.py", "def total(", "def whole(")
    desk.look()
    assert desk.pending() == {}
    assert [one.kind for one in desk.patch("totals").operations] == ["rename"]
    desk.merge("totals")
    desk.require_clean()


def test_a_new_file_a_gone_file_and_a_renamed_file(desk: Desk) -> None:
    desk.write("app/new.py", "def fresh():\n    return 1\n")
    (desk.root / "notes.txt").unlink()
    (desk.root / "app/shop.py").rename(desk.root / "app/store.py")
    desk.look()
    assert len(desk.pending()) == 3
    desk.merge_all(random.Random(1))


def test_a_mode_change_is_a_change_of_its_own(desk: Desk) -> None:
    (desk.root / "app/cart.py").chmod(0o755)
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    assert len(desk.pending()) == 2
    desk.merge_all(random.Random(1))


def test_binary_files_and_links_are_whole_changes(desk: Desk) -> None:
    desk.write("picture", b"\0\1\2\xff")
    (desk.root / "link").symlink_to("notes.txt")
    desk.look()
    desk.write("picture", b"\0\1\2\xfe")
    desk.write("link", "through the link\n")
    desk.look()
    assert desk.text("notes.txt") == "through the link\n"
    desk.merge_all(random.Random(1))


def test_a_broken_file_keeps_its_last_good_names_and_cannot_be_merged(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return sum(prices")
    desk.change("app/cart.py", "self.prices = []", "del self.prices[:]")
    desk.look()
    assert set(desk.pending()) == {TOTAL, "app.cart.Cart.clear"}
    desk.assign("broken", TOTAL)
    desk.assign("sound", "app.cart.Cart.clear")
    desk.merge("sound")
    desk.alice.mark_ready("broken")
    with pytest.raises(PatchbayError) as refusal:
        desk.alice.merge_patch("broken")
    assert refusal.value.code is Code.DOES_NOT_PARSE
    desk.change("app/cart.py", "return sum(prices", "return sum(prices)")
    desk.look()
    assert desk.patch("broken").operations == ()
    desk.require_clean()


def test_an_edit_in_a_stack_goes_to_its_top_and_a_lower_text_takes_the_top_away(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.assign("below", TOTAL)
    desk.alice.assign_editor(TOTAL, new_patch="above", on_top=True)
    desk.change("app/cart.py", "return 1", "return 2")
    desk.look()
    assert [len(desk.patch(one).operations) for one in ("below", "above")] == [1, 1]
    desk.change("app/cart.py", "return 2", "return 3")
    desk.look()
    assert "return 3" in desk.alice.show(TOTAL, "above").text
    assert "return 1" in desk.alice.show(TOTAL, "below").text
    desk.change("app/cart.py", "return 3", "return 1")
    desk.look()
    assert [len(desk.patch(one).operations) for one in ("below", "above")] == [1, 0]
    desk.change("app/cart.py", "return 1", "return sum(prices)")
    desk.look()
    assert [len(desk.patch(one).operations) for one in ("below", "above")] == [0, 0]


def test_what_alice_commits_herself_leaves_nothing_to_merge(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.change("app/shop.py", "return None", "return name")
    desk.look()
    desk.assign("totals", TOTAL)
    desk.git("commit", "--quiet", "-am", "by hand")
    desk.look()
    assert desk.patch("totals").operations == ()
    desk.require_clean()


def test_editors_found_in_the_tree_are_gone_with_the_merge_that_took_them(desk: Desk) -> None:
    """With the imports that travelled with it; undoing the merge brings them back into their patch."""
    desk.change("app/cart.py", "import os\n", "import os\nimport re\n")
    desk.change("app/cart.py", "return sum(prices)", "return re.sub('a', '', sum(prices))")
    desk.change("app/shop.py", "return None", "return name")
    desk.look()
    desk.assign("totals", TOTAL)
    assert "app.cart.<import>" in desk.pending()
    desk.merge("totals")
    assert [one.target for one in desk.state.editors.values()] == ["app.shop.close_shop"]
    desk.alice.undo()
    back = desk.editor(TOTAL)
    assert (back.patch_id, back.found) == (desk.patch("totals").id, True)
    desk.look()
    desk.require_held()
    assert "app.cart.<import>" in desk.pending()
    desk.alice.redo()
    assert [one.target for one in desk.state.editors.values()] == ["app.shop.close_shop"]


def test_an_editor_of_the_tree_with_text_typed_since_stays_open_after_a_merge_past_it(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.assign("totals", TOTAL)
    desk.alice.invite("bob", "maintainer")
    bob = desk.alice.as_user("bob")
    desk.alice.type_text(desk.editor(TOTAL).id, "def total(prices):\n    return 7\n")
    bob.mark_ready("totals", session=desk.state.session.id)
    bob.merge_patch("totals", past_unsaved=True, session=desk.state.session.id)
    assert desk.editor(TOTAL).patch_id is None
    assert desk.alice.buffer(desk.editor(TOTAL).id) is not None


def test_the_log_tells_which_editors_a_commit_made_needless(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    number = desk.editor(TOTAL).number
    desk.git("commit", "--quiet", "-am", "by hand")
    desk.look()
    assert desk.alice.log()[0].summary == f"closed editor {number} {TOTAL}, which has nothing left to merge"
    desk.change("app/cart.py", "return 1", "return 2")
    desk.change("app/shop.py", "return None", "return name")
    desk.look()
    desk.git("commit", "--quiet", "-am", "by hand too")
    desk.look()
    assert desk.alice.log()[0].summary == "closed 2 editors, which have nothing left to merge"


def test_a_look_that_leaves_everything_as_it_was_writes_no_log(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    entries = desk.alice.log()
    new = commit_elsewhere(desk, "app/shop.py", "return None", "return name")
    desk.git("merge", "--quiet", "--ff-only", new)
    desk.look()
    desk.write("notes.txt", desk.text("notes.txt"))
    desk.look()
    assert [one for one in desk.alice.log() if one not in entries and one.verb == "tree.look"] == []


def test_after_a_soft_reset_the_commit_is_work_to_assign_again(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.git("commit", "--quiet", "-am", "by hand")
    desk.look()
    desk.git("reset", "--quiet", "--soft", "HEAD~")
    desk.look()
    assert set(desk.pending()) == {TOTAL}


def test_after_a_hard_reset_nothing_is_left_to_assign(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.git("commit", "--quiet", "-am", "by hand")
    desk.change("app/shop.py", "return None", "return name")
    desk.look()
    desk.git("reset", "--quiet", "--hard", "HEAD~")
    desk.look()
    desk.require_clean()


def test_an_amended_commit_is_followed(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.git("commit", "--quiet", "-am", "by hand")
    desk.change("app/shop.py", "return None", "return name")
    desk.look()
    desk.git("commit", "--quiet", "--amend", "-am", "both")
    desk.look()
    desk.require_clean()


def commit_elsewhere(desk: Desk, path: str, old: str, new: str) -> str:
    """Make a commit on top of HEAD that the tree does not have; gives its id."""
    other = desk.root.parent / "elsewhere"
    if not other.exists():
        desk.git("worktree", "add", "--quiet", "--detach", str(other))
    place = other / path
    text = place.read_text()
    assert old in text
    place.write_text(text.replace(old, new))
    desk.git("-C", str(other), "commit", "--quiet", "-am", "elsewhere")
    return desk.git("-C", str(other), "rev-parse", "HEAD")


def test_a_fast_forward_of_tree_and_branch_is_nobodys_edit(desk: Desk) -> None:
    new = commit_elsewhere(desk, "app/shop.py", "return None", "return name")
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.git("merge", "--quiet", "--ff-only", new)
    desk.look()
    assert set(desk.pending()) == {TOTAL}


def test_a_reader_follows_a_commit_made_elsewhere_before_anybody_has_written_it_down(desk: Desk) -> None:
    desk.change(
        "app/cart.py",
        "        self.prices.append(price)\n",
        "        self.prices.append(price)\n        # added\n",
    )
    desk.look()
    desk.assign("adding", ADD)
    new = commit_elsewhere(desk, "app/cart.py", "def add(self, price):", "def add(self, price, *more):")
    desk.git("update-ref", "refs/heads/main", new)
    for manager in (desk.alice, Desk.opened(desk.root).alice):
        assert ADD in manager.view().behind
        text = manager.show(ADD, patch="adding").text
        assert "*more" in text and "# added" in text


def test_what_only_the_branch_changed_is_behind_and_is_pulled(desk: Desk) -> None:
    new = commit_elsewhere(desk, "app/shop.py", "return None", "return name")
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.git("update-ref", "refs/heads/main", new)
    desk.alice.look()
    assert set(desk.pending()) == {TOTAL}
    desk.alice.pull_tree()
    assert "return name" in desk.text("app/shop.py")
    desk.look()
    assert set(desk.pending()) == {TOTAL}


def test_files_that_only_the_branch_has_or_has_no_more_are_behind_and_are_pulled(desk: Desk) -> None:
    other = desk.root.parent / "elsewhere"
    desk.git("worktree", "add", "--quiet", "--detach", str(other))
    (other / "app/late.py").write_text("def late():\n    return 1\n")
    (other / "notes.txt").unlink()
    (other / "app/shop.py").chmod(0o755)
    desk.git("-C", str(other), "add", "--all")
    desk.git("-C", str(other), "commit", "--quiet", "-m", "elsewhere")
    desk.git("update-ref", "refs/heads/main", desk.git("-C", str(other), "rev-parse", "HEAD"))
    desk.git("reset", "--quiet")
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.alice.look()
    assert set(desk.pending()) == {TOTAL}
    assert set(desk.alice.view().behind) == {
        "app/late.py:<file>",
        "notes.txt:<file>",
        "app/shop.py:<mode>:<file>",
    }
    desk.alice.pull_tree()
    desk.look()
    assert set(desk.pending()) == {TOTAL}
    assert desk.text("app/late.py") and not (desk.root / "notes.txt").exists()
    assert (desk.root / "app/shop.py").stat().st_mode & 0o100
    desk.merge_all(random.Random(1))


def test_on_another_branch_nothing_is_looked_for_and_coming_back_goes_on(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.assign("totals", TOTAL)
    desk.alice.mark_ready("totals")
    desk.git("switch", "--quiet", "-c", "side")
    desk.change("app/shop.py", "return None", "return name")
    assert desk.alice.look() is None
    with pytest.raises(PatchbayError) as refusal:
        desk.alice.merge_patch("totals")
    assert refusal.value.code is Code.CODEBASE_MOVED
    desk.git("switch", "--quiet", "main")
    desk.look()
    assert set(desk.pending()) == {"app.shop.close_shop"}
    assert desk.patch("totals").marked_ready
    desk.merge("totals")


def test_crlf_and_a_missing_final_newline_stay_as_they_are(desk: Desk) -> None:
    desk.write("app/dos.py", b"def one():\r\n    return 1\r\n\r\n\r\ndef two():\r\n    return 2")
    desk.look()
    desk.merge_all(random.Random(1))
    desk.write("app/dos.py", b"def one():\r\n    return 3\r\n\r\n\r\ndef two():\r\n    return 4")
    desk.look()
    assert set(desk.pending()) == {"app.dos.one", "app.dos.two"}
    desk.merge_all(random.Random(1))


@pytest.mark.parametrize("first", ["app.shop.last", "app.shop.fresh"])
def test_another_line_end_than_the_files_behind_what_stood_last_is_merged_in_any_order(
    desk: Desk, first: str
) -> None:
    begun = "RATE = 2\r\n\r\n\r\ndef last():\r\n    return 1"
    desk.write("app/shop.py", begun)
    desk.git("commit", "--quiet", "-am", "without an end")
    desk.look()
    desk.write("app/shop.py", f"{begun}\n\r\n\r\ndef fresh():\r\n    return 2\r\n")
    desk.look()
    assert set(desk.pending()) == {"app.shop.last", "app.shop.fresh"}
    for target in sorted(desk.pending(), key=lambda one: one != first):
        desk.assign(target, target)
        desk.merge(target)
        desk.look()
    desk.require_clean()


def test_two_sessions_on_one_tree_each_keep_their_changes(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.assign("totals", TOTAL)
    desk.alice.start_session("second")
    desk.change("app/shop.py", "return None", "return name")
    desk.change("app/cart.py", "return 1", "return 2")
    desk.look()
    assert set(desk.pending()) == {"app.shop.close_shop"}
    desk.assign("closing", "app.shop.close_shop")
    desk.merge("closing")
    desk.alice.switch_session("main")
    assert "return 2" in desk.alice.show(TOTAL, "totals").text
    desk.merge("totals")
    desk.require_clean()


def test_a_second_user_on_the_same_tree_sees_one_editor_for_a_change(desk: Desk) -> None:
    desk.alice.invite("bob", "contributor")
    bob = desk.alice.as_user("bob")
    bob.switch_session("main")
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    bob.look()
    desk.look()
    assert [one.user for one in desk.state.editors.values()] == ["bob"]
    desk.change("app/cart.py", "return 1", "return 2")
    desk.look()
    assert [one.user for one in desk.state.editors.values()] == ["bob"]
    bob.assign_editor(TOTAL, new_patch="totals")
    desk.merge("totals")
    desk.require_clean()


SHOP_GONE = SHOP.replace("import json\n\n\n", "").replace("return json.dumps(name)", "return name")


def test_an_import_goes_with_the_last_definition_that_needs_it(desk: Desk) -> None:
    desk.write("app/shop.py", SHOP_GONE)
    desk.look()
    desk.merge_all(random.Random(1))


def test_a_definition_that_was_moved_and_is_back_where_it_was_is_no_change(desk: Desk) -> None:
    where = CART.index("def where")
    start = CART.index("def total")
    moved = CART[:start] + CART[where:] + "\n\n" + CART[start:where].rstrip("\n") + "\n"
    desk.write("app/cart.py", moved)
    desk.look()
    assert {op.name for pending in desk.pending().values() for op in pending} == {"app.cart.where"}
    desk.change("app/cart.py", "return os.getcwd()", "return os.curdir")
    desk.look()
    assert set(desk.pending()) == {"app.cart.where"}
    desk.write("app/cart.py", CART)
    desk.look()
    assert desk.state.editors == {}


def test_a_name_that_a_renamed_class_leaves_to_something_else_is_not_lost(desk: Desk) -> None:
    desk.change("app/cart.py", "class Cart:", "class Basket:")
    desk.look()
    desk.write("app/cart.py", desk.text("app/cart.py") + "\n\nCart = Basket\n")
    desk.look()
    desk.merge_all(random.Random(1))
