"""A comment above a definition goes with what is put between the two: HEAD has it once, as the tree has."""

from __future__ import annotations

import random

import pytest
from desk import Desk
from test_rests import begin, told

ABOUT = "# About two.\n"
TWO = "app.cart.two"
FOUR = "\n\ndef four():\n    return 4\n"
LIMIT = "LIMIT = 3\n"


def put_above(desk: Desk, path: str, definition: str, new: str) -> None:
    """Put a new definition right above another one."""
    desk.change(path, definition, new + definition)
    desk.look()


@pytest.mark.parametrize("new", ["three", LIMIT])
@pytest.mark.parametrize("apart", ["", "\n", "\n\n"])
def test_the_comment_is_part_of_what_comes_and_no_other_change(desk: Desk, new: str, apart: str) -> None:
    begin(desk, "one", "\n\n", ABOUT, "two", FOUR)
    desk.write("app/cart.py", told("one", "\n\n", ABOUT, apart, new, "\n\n", "two", FOUR))
    desk.look()
    (target,) = desk.pending()
    desk.assign("new", target)
    desk.merge("new")
    diff = desk.git("show", "--format=", "--unified=0", "HEAD").splitlines()
    assert not [line for line in diff if line.startswith("-") and not line.startswith("---")]
    desk.look()
    desk.require_clean()


@pytest.mark.parametrize("apart", ["", "\n\n"])
@pytest.mark.parametrize("first", ["new", "changed"])
def test_what_else_was_changed_below_the_comment_stays_a_change(desk: Desk, apart: str, first: str) -> None:
    begin(desk, "one", "\n\n", ABOUT, "two", FOUR)
    changed = "def two():\n    return 20\n"
    desk.write("app/cart.py", told("one", "\n\n", ABOUT, apart, "three", "\n\n", changed, FOUR))
    desk.look()
    desk.assign("new", "app.cart.three")
    desk.assign("changed", TWO)
    desk.alice.mark_ready("changed")
    desk.merge(first)
    assert (desk.head("app/cart.py") or "").count(ABOUT) == 1
    if first == "new":
        (op,) = desk.patch("changed").operations
        assert (op.kind, op.name, desk.alice.text(op.base_digest or "")) == ("update", TWO, told("two"))
        assert desk.patch("changed").marked_ready
    else:
        assert told(ABOUT, changed, FOUR) in (desk.head("app/cart.py") or "")
    desk.look()
    desk.merge("changed" if first == "new" else "new")
    desk.look()
    desk.require_clean()


def test_a_comment_stays_with_both_of_two_changes_on_each_other_until_what_is_put_between_comes(
    desk: Desk,
) -> None:
    begin(desk, "one", "\n\n", ABOUT, "two", FOUR)
    for value, patch in ((20, "changed"), (30, "again")):
        changed = f"def two():\n    return {value}\n"
        desk.write("app/cart.py", told("one", "\n\n", ABOUT, "three", "\n\n", changed, FOUR))
        desk.look()
        if patch == "changed":
            desk.assign(patch, TWO)
            desk.alice.assign_editor(desk.editor(TWO).id, new_patch="again", on_top=True)
    for patch, value in (("changed", 20), ("again", 30)):
        desk.merge(patch)
        assert told(ABOUT, f"def two():\n    return {value}\n", FOUR) in (desk.head("app/cart.py") or "")
        desk.look()
    desk.assign("new", "app.cart.three")
    desk.merge("new")
    desk.require_clean()


def test_a_comment_that_came_back_to_its_definition_leaves_nothing_to_do(desk: Desk) -> None:
    begin(desk, "one", "\n\n", ABOUT, "two", FOUR)
    changed = "def two():\n    return 20\n"
    desk.write("app/cart.py", told("one", "\n\n", ABOUT, "three", "\n\n", changed, FOUR))
    desk.look()
    desk.assign("changed", TWO)
    desk.merge("changed")
    desk.look()
    desk.write("app/cart.py", told("one", "\n\n", ABOUT, changed, FOUR))
    desk.look()
    desk.require_clean()


def test_a_comment_above_a_method_goes_with_the_method_put_below_it(desk: Desk) -> None:
    desk.change("app/cart.py", "    def clear", "    # About it.\n    def clear")
    desk.git("commit", "--quiet", "-am", "a comment")
    desk.look()
    put_above(desk, "app/cart.py", "    def clear", "    def count(self):\n        return 1\n\n")
    assert set(desk.pending()) == {"app.cart.Cart.count"}
    desk.merge_all(random.Random(1))


def test_each_of_two_put_below_a_comment_is_merged_with_the_comment_there_once(desk: Desk) -> None:
    begin(desk, "one", "\n\n", ABOUT, "two", FOUR)
    desk.write("app/cart.py", told("one", "\n\n", ABOUT, "three", "\n\n", LIMIT, "\n\n", "two", FOUR))
    desk.look()
    desk.assign("limit", "app.cart.LIMIT")
    desk.assign("three", "app.cart.three")
    for name in ("limit", "three"):
        desk.merge(name)
        desk.look()
        assert (desk.head("app/cart.py") or "").count(ABOUT) == 1
    desk.require_clean()


def test_a_comment_that_is_only_taken_away_is_a_change_of_its_definition(desk: Desk) -> None:
    begin(desk, "one", "\n\n", ABOUT, "two", FOUR)
    desk.write("app/cart.py", told("one", "\n\n", "three", "\n\n", "two", FOUR))
    desk.look()
    assert set(desk.pending()) == {TWO, "app.cart.three"}
    desk.assign("three", "app.cart.three")
    desk.merge("three")
    assert (desk.head("app/cart.py") or "").count(ABOUT) == 1
    desk.look()
    desk.merge_all(random.Random(1))


def test_a_comment_copied_to_what_comes_stays_above_its_definition(desk: Desk) -> None:
    begin(desk, "one", "\n\n", ABOUT, "two", FOUR)
    desk.write("app/cart.py", told("one", "\n\n", ABOUT, "three", "\n\n", ABOUT, "two", FOUR))
    desk.look()
    desk.merge_all(random.Random(1))
    assert desk.text("app/cart.py").count(ABOUT) == 2


def test_a_comment_above_a_function_in_another_language(desk: Desk) -> None:
    desk.write(
        "till.js", "function one() {\n  return 1;\n}\n\n// About two.\nfunction two() {\n  return 2;\n}\n"
    )
    desk.git("add", "--all")
    desk.git("commit", "--quiet", "-m", "till")
    desk.look()
    put_above(desk, "till.js", "function two", "function three() {\n  return 3;\n}\n\n")
    assert set(desk.pending()) == {"till.js:three"}
    desk.merge_all(random.Random(1))


def test_a_file_that_was_emptied_has_no_place_for_a_comment(desk: Desk) -> None:
    begin(desk, ABOUT, "two", FOUR)
    desk.write("app/cart.py", "")
    desk.look()
    desk.write("app/cart.py", told(ABOUT, "two", FOUR, "\n\n", "three"))
    desk.look()
    desk.merge_all(random.Random(1))
