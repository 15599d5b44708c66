"""Comments and blank lines between definitions go with what came between them or went, else are a change."""

from __future__ import annotations

import random

from desk import Desk

APART = "\n\n# Something apart.\n\n\n"
PARTS = {
    "RATE": "RATE = 2\n",
    "one": "def one():\n    return 1\n",
    "two": "def two():\n    return 2\n",
    "three": "def three():\n    return 3\n",
}


def told(*parts: str) -> str:
    """A file of some parts, with what stands between them as it is."""
    return "".join(PARTS.get(one, one) for one in parts)


def merge_each(desk: Desk, *targets: str) -> None:
    """Assign each change to a patch of its own, and merge them in this order."""
    desk.look()
    assert set(desk.pending()) == {f"app.cart.{one}" for one in targets}
    for target in targets:
        desk.assign(target, f"app.cart.{target}")
    for target in targets:
        desk.merge(target)
        desk.look()
    desk.require_clean()


def begin(desk: Desk, *parts: str) -> None:
    """Commit a file, and look."""
    desk.write("app/cart.py", told(*parts))
    desk.git("commit", "--quiet", "-am", "begun")
    desk.look()
    assert desk.pending() == {}


def test_a_comment_between_what_goes_and_what_comes_is_never_there_twice(desk: Desk) -> None:
    begin(desk, "RATE", "\n", "one", APART, "two")
    desk.write("app/cart.py", told("LIMIT = 3\nSIZE = 4\n", "\n\n", APART, "two"))
    merge_each(desk, "RATE", "one", "LIMIT", "SIZE")


def test_a_comment_goes_with_the_definition_that_comes_before_it(desk: Desk) -> None:
    begin(desk, "one", "\n\n", "two")
    desk.write("app/cart.py", told("one", "\n\n", "three", APART, "two"))
    merge_each(desk, "three")


def test_a_comment_behind_the_last_definition_stays_there_when_that_moves(desk: Desk) -> None:
    begin(desk, "RATE", APART, "one", "\n\n", "two", "\n\n# The end.\n")
    desk.write("app/cart.py", told("RATE", "\n\n", "two", APART, "one", "\n\n# The end.\n"))
    desk.look()
    desk.merge_all(random.Random(1))


def test_a_comment_that_moves_without_its_neighbours_is_a_change_where_it_was_and_where_it_is(
    desk: Desk,
) -> None:
    begin(desk, "one", APART, "two", "\n\n", "three")
    desk.write("app/cart.py", told("one", "\n\n", "two", APART, "three"))
    merge_each(desk, "<after two>", "<after one>")


def test_a_comment_that_moves_with_its_definition_is_one_change(desk: Desk) -> None:
    begin(desk, "RATE", APART, "one", "\n\n", "two", "\n\n", "three")
    desk.write("app/cart.py", told("RATE", "\n\n", "two", "\n\n", "three", APART, "one"))
    desk.look()
    assert len(desk.pending()) == 1
    desk.merge_all(random.Random(1))


def test_blank_lines_before_a_renamed_definition_that_another_came_before(desk: Desk) -> None:
    begin(desk, "RATE", APART, "two")
    desk.write("app/cart.py", told("RATE", APART, "one", "\n", "two"))
    desk.look()
    desk.write("app/cart.py", told("RATE", APART, "one", "\n", "def second():\n    return 2\n"))
    desk.look()
    desk.merge_all(random.Random(1))


def test_a_changed_comment_and_a_definition_that_comes_beside_it(desk: Desk) -> None:
    begin(desk, "one", APART, "two")
    desk.write("app/cart.py", told("one", "\n\n# Something else.\n\n\n", "two"))
    desk.look()
    desk.assign("words", "app.cart.<after one>")
    desk.write("app/cart.py", told("one", "\n\n# Something else.\n\n\n", "three", "\n\n", "two"))
    desk.look()
    desk.assign("three", "app.cart.three")
    desk.merge("three")
    desk.look()
    desk.merge_all(random.Random(1))


def test_a_file_gets_its_last_line_end_with_what_comes_behind(desk: Desk) -> None:
    begin(desk, "one", "\n\n", "def two():\n    return 2")
    desk.write("app/cart.py", told("one", "\n\n", "two", "\n\n", "def three():\n    return 3"))
    merge_each(desk, "three")


def test_a_statement_that_becomes_a_definition_goes_out_of_its_patch(desk: Desk) -> None:
    begin(desk, "one", "\n\n", "two")
    desk.write("app/cart.py", told("one", "\n\nprint(1)\n\n\n", "two"))
    desk.look()
    desk.assign("words", "app.cart.<after one>")
    desk.write("app/cart.py", told("one", "\n\nRATE = 2\n\n\n", "two"))
    desk.look()
    assert desk.patch("words").operations == ()
    merge_each(desk, "RATE")


def test_blank_lines_beside_a_method_that_another_patch_deletes_go_with_it(desk: Desk) -> None:
    members = "class Kept:\n    def one(self):\n        return 1\n", "    def two(self):\n        return 2\n"
    desk.write("app/cart.py", "\n".join(members))
    desk.git("commit", "--quiet", "-am", "begun")
    desk.look()
    desk.write("app/cart.py", "\n\n\n".join(members))
    desk.look()
    desk.assign("blank", "app.cart.Kept.<after one>")
    desk.write("app/cart.py", members[0])
    desk.look()
    desk.assign("gone", "app.cart.Kept.two")
    desk.merge("gone")
    assert (desk.patch("blank").operations, desk.patch("blank").conflicts) == ((), ())
    desk.look()
    desk.merge_all(random.Random(1))


def test_a_changed_comment_goes_along_with_a_definition_that_comes_before_it(desk: Desk) -> None:
    begin(desk, "one", APART, "two")
    words = "\n\n# Something else.\n\n\n"
    desk.write("app/cart.py", told("one", words, "two"))
    desk.look()
    desk.assign("words", "app.cart.<after one>")
    desk.write("app/cart.py", told("one", "\n\n", "three", words, "two"))
    desk.look()
    assert desk.patch("words").operations == ()
    merge_each(desk, "three")


def test_pulling_leaves_what_was_put_behind_a_comment_where_it_stands(desk: Desk) -> None:
    begin(desk, "one", APART, "two")
    desk.write("app/cart.py", told("one", APART, "three", "\n\n", "two"))
    desk.look()
    desk.alice.pull_tree()
    assert desk.text("app/cart.py") == told("one", APART, "three", "\n\n", "two")
    desk.look()
    merge_each(desk, "three")
