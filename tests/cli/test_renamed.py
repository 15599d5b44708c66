"""A definition that work in no patch renames is found by the name that it had before."""

from __future__ import annotations

import pytest

from tests.cli.commands import Demo
from tests.cli.repository import Checkout


@pytest.fixture
def shop(checkout: Checkout) -> Checkout:
    """A repository in whose files a function was given another name, and another function was changed."""
    checkout.change("def total(prices)", "def summed(prices)")
    checkout.change("return len(prices)", "return summed([1 for _ in prices])")
    return checkout


def operations(shop: Checkout) -> list[tuple[str, str, str | None]]:
    """Give the only patch's operations."""
    (patch,) = shop.json("status")["patches"]
    return [(one["kind"], one["name"], one.get("new_name")) for one in patch["operations"]]


def test_assigning_by_the_old_name_assigns_the_renaming(shop: Checkout) -> None:
    told = shop.json("editor", "assign", "shop.cart.total", "--new-patch", "names")
    assert told["summary"] == "assigned shop.cart.summed to A names"
    assert operations(shop) == [("rename", "shop.cart.total", "shop.cart.summed")]
    assert shop.editors() == {"shop.cart.summed": "names", "shop.cart.count": None}


def test_status_says_what_waits_for_a_patch(shop: Checkout) -> None:
    shop.change("import json\n\n\n", "import json\n\n\ndef first(prices):\n    return prices[0]\n\n\n")
    shop.change("def saved(prices):\n    return json.dumps(prices)\n", "")
    rows = {row.split()[1]: " ".join(row.split()[2:]) for row in shop("editor", "list").out.splitlines()[1:]}
    assert rows == {
        "shop.cart.first": "unassigned, added, waiting for a patch",
        "shop.cart.count": "unassigned, changed, waiting for a patch",
        "shop.cart.saved": "unassigned, deleted, waiting for a patch",
        "shop.cart.summed": "unassigned, renamed from shop.cart.total, waiting for a patch",
    }
    assert all(one in shop("status").out for one in rows.values())
    closing = shop("session", "close", "--dry-run").out
    assert "shop.cart.summed of alice, renamed from shop.cart.total\n" in closing


def test_an_empty_editor_on_the_old_name_does_not_stand_in_the_way(shop: Checkout) -> None:
    shop.json("editor", "open", "shop.cart.total")
    shop.json("editor", "assign", "shop.cart.total", "--new-patch", "names")
    assert operations(shop) == [("rename", "shop.cart.total", "shop.cart.summed")]


def test_what_belongs_with_a_renaming_is_found_by_the_old_name(shop: Checkout) -> None:
    shop.json("editor", "assign", "shop.cart.total", "--new-patch", "names", "--related")
    assert operations(shop) == [
        ("rename", "shop.cart.total", "shop.cart.summed"),
        ("update", "shop.cart.count", None),
    ]


def test_the_editor_of_a_renaming_is_shown_and_closed_by_the_old_name(shop: Checkout) -> None:
    shown = shop.json("editor", "show", "shop.cart.total")
    assert shown["editor"]["target"] == "shop.cart.summed"
    assert "def summed(prices)" in shown["text"]
    assert shop("editor", "close", "shop.cart.total", "--json").refusal == "unsaved-editor"


def test_another_definition_that_has_the_old_name_now_is_meant_by_it(shop: Checkout) -> None:
    shop.change("def saved(prices)", "def total(prices):\n    return None\n\n\ndef saved(prices)")
    told = shop.json("editor", "assign", "shop.cart.total", "--new-patch", "names")
    assert told["summary"] == "assigned shop.cart.total to A names"
    assert [name for _, name, _ in operations(shop)] == ["shop.cart.total"]


def test_somebody_elses_renaming_is_not_taken_from_them(demo: Demo) -> None:
    demo.json("editor", "rename", "MyApp.Text.link", "MyApp.Text.anchor", user="bob")
    told = demo.json("editor", "assign", "MyApp.Text.link", "A")
    assert told["summary"] == "assigned MyApp.Text.link to A validation-enhancements"
    mine, his = (
        next(one for one in demo.json("status")["editors"] if one["target"] == name)
        for name in ("MyApp.Text.link", "MyApp.Text.anchor")
    )
    assert (mine["user"], mine["pending"]) == ("alice", [])
    assert (his["user"], his["patch"], len(his["pending"])) == ("bob", None, 1)
