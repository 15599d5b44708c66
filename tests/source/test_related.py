"""Which changes belong together: those that begin or cease to use what another one makes."""

from __future__ import annotations

import pytest

from store.source.names import Place
from store.source.related import Change, related


def changed(place: str, before: str | None, after: str | None, *more: str) -> Change:
    places = tuple(Place(*one.split(":")) for one in (place, *more))
    return Change(places, before, after)


ADDED = changed("shop/cart.py:RATE", None, "RATE = 2\n")
USER = changed("shop/cart.py:total", "def total():\n    return 1\n", "def total():\n    return RATE\n")
CALLER = changed("shop/page.py:show", "def show():\n    pass\n", "def show():\n    cart.total()\n")
APART = changed("shop/cart.py:where", "def where():\n    return 1\n", "def where():\n    return 2\n")


def test_what_uses_and_what_is_used_belong_together_from_either_side_and_on_from_there() -> None:
    changes = {"added": ADDED, "user": USER, "caller": CALLER, "apart": APART}
    for start in ("added", "user", "caller"):
        assert related(changes, {start}) == {"added", "user", "caller"}
    assert related(changes, {"apart"}) == {"apart"}


def test_what_ceases_to_use_something_belongs_with_what_takes_it_away() -> None:
    gone = changed("shop/cart.py:RATE", "RATE = 2\n", None)
    freed = changed("shop/cart.py:total", "def total():\n    return RATE\n", "def total():\n    return 1\n")
    assert related({1: gone, 2: freed}, {1}) == {1, 2}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("    return 1\n", "    return 'RATE'  # RATE\n"),
        ("    return [RATE]\n", "    return [1, RATE]\n"),
        ("    kept = RATE\n    return 1\n", "    kept = RATE\n    return 2\n"),
        ("    return 1\n", "    return other.RATE\n"),
        ("    return 1\n", "    return made().RATE\n"),
        ("    return 1\n", "    RATE = 3\n    return RATE\n"),
    ],
    ids=[
        "in words",
        "as before",
        "on a line that stays",
        "of something else",
        "of what nobody knows",
        "its own",
    ],
)
def test_what_is_no_new_use_ties_nothing(before: str, after: str) -> None:
    user = changed("shop/cart.py:total", "def total():\n" + before, "def total():\n" + after)
    assert related({1: ADDED, 2: user}, {2}) == {2}


def test_a_parameter_is_nobody_elses_name() -> None:
    user = changed("shop/page.py:show", "def show():\n    pass\n", "def show(RATE):\n    return RATE\n")
    assert related({1: ADDED, 2: user}, {2}) == {2}


def test_a_local_name_is_no_member_of_another_class() -> None:
    member = changed("shop/cart.py:Cart.total", None, "    def total(self):\n        return 1\n")
    local = changed("shop/page.py:show", "def show():\n    pass\n", "def show():\n    total = 1\n")
    sibling = changed("shop/cart.py:Cart.add", None, "    def add(self):\n        self.total()\n")
    stranger = changed("shop/till.py:Till.add", None, "    def add(self):\n        self.total()\n")
    changes = {"member": member, "local": local, "sibling": sibling, "stranger": stranger}
    assert related(changes, {"member"}) == {"member", "sibling"}


def test_making_a_class_uses_how_it_is_made() -> None:
    made = changed("shop/cart.py:Cart.__init__", None, "    def __init__(self, rate):\n        pass\n")
    maker = changed("shop/page.py:show", "def show():\n    pass\n", "def show():\n    return Cart(2)\n")
    assert related({1: made, 2: maker}, {1}) == {1, 2}


def test_of_several_of_one_name_the_nearest_is_meant() -> None:
    other = changed("app/cart.py:RATE", None, "RATE = 3\n")
    assert related({"own": ADDED, "other": other, "user": USER}, {"user"}) == {"own", "user"}


def test_a_whole_file_brings_all_that_stands_in_it() -> None:
    file = changed("shop/rates.py:RATE", None, "RATE = 2\nLEAST = 1\n", "shop/rates.py:LEAST")
    user = changed("shop/cart.py:total", "def total():\n    pass\n", "def total():\n    return rates.LEAST\n")
    assert related({1: file, 2: user}, {2}) == {1, 2}


@pytest.mark.parametrize(
    ("path", "added", "before", "after"),
    [
        ("web/cart.js", "const RATE = 2;\n", "function total() {\n}\n", "function total() {\n  RATE();\n}\n"),
        ("shop/cart.go", "const RATE = 2\n", "func total() {\n}\n", "func total() {\n\tprint(RATE)\n}\n"),
        ("src/cart.rs", "const RATE: i8 = 2;\n", "fn total() {\n}\n", "fn total() {\n    print(RATE);\n}\n"),
    ],
)
def test_it_is_told_in_other_languages_too(path: str, added: str, before: str, after: str) -> None:
    changes = {1: changed(f"{path}:RATE", None, added), 2: changed(f"{path}:total", before, after)}
    assert related(changes, {1}) == {1, 2}


def test_nothing_is_told_of_what_is_no_program() -> None:
    changes = {1: changed("a.txt:<file>", "one\n", "two\n"), 2: changed("b.txt:<file>", "", "two\x00\n")}
    assert related(changes, {1}) == {1}
