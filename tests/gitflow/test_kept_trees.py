"""Verbs that only say where work belongs leave the working tree as it is, whatever it is composed of."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest
from desk import CART, SHOP, Desk

from store.errors import Code, PatchbayError

IMPORTS = "import os\nimport sys\n\nfrom shop import cart\nfrom shop import util\n"
PARTED = (
    "import os\nimport sys\n\nROOT = os.path.dirname(__file__)\nsys.path.insert(0, ROOT)\n\n"
    "from shop import cart\nfrom shop import util\n"
)
USES = "\n\ndef f(x):\n    return os, sys, cart, util, x\n"
DOC = '"""Doc."""\n\n'
LISTED = f'{DOC}__all__ = ["R"]\n\nimport builtins\nfrom itertools import islice\n'
THREAD = "from _thread import get_ident\n"
REC = "\ndef rec(f):\n    return get_ident(f)\n"
REPR = "\nclass Repr:\n\n    def __init__(self):\n        self.x = 1\n"
LAST = "\ndef last():\n    return builtins, islice\n"


def part(desk: Desk, old: str, new: str) -> None:
    """Commit a file, and change it in the tree."""
    desk.write("part.py", old)
    desk.git("add", "--all")
    desk.git("commit", "--quiet", "-m", "parts")
    desk.look()
    desk.write("part.py", new)
    desk.look()


def merge_all_in_turn(desk: Desk) -> None:
    """Merge what can be merged until all is."""
    while left := list(desk.state.open_patches()):
        assert any(desk.merge_if_ready(one) for one in left), [one.name for one in left]
        desk.look()


def test_imports_parted_by_a_definition_are_assigned_in_any_order(tmp_path: Path) -> None:
    changed = PARTED + USES.replace(", x\n", ", x + 1\n")
    for number, swapped in enumerate((False, True)):
        for together in (False, True):
            desk = Desk(tmp_path / f"{number}-{together}")
            part(desk, IMPORTS + USES, changed)
            before = desk.files()
            for target in sorted(desk.pending(), reverse=swapped):
                desk.assign("p" if together else target, target)
                assert desk.files() == before
                desk.require_held()
            merge_all_in_turn(desk)
            assert desk.files() == before
            desk.require_clean()


def test_what_is_on_a_whole_file_brings_nothing_back_that_another_patch_deletes(desk: Desk) -> None:
    part(desk, LISTED + THREAD + REC + REPR + LAST, LISTED.replace(DOC, DOC + THREAD + "\n") + REC + LAST)
    assert {"part.Repr", "part.py:<file>"} <= set(desk.pending())
    before = desk.files()
    desk.assign("imports", "part.<import>")
    desk.assign("imports", "part.Repr")
    with pytest.raises(PatchbayError, match=r"part\.<import>#2, which is in no patch yet") as refusal:
        desk.assign("order", "part.py:<file>")
    assert refusal.value.code is Code.CONFLICTS
    assert desk.files() == before
    desk.look()
    desk.assign("imports", "part.<import>#2")
    desk.assign("order", "part.py:<file>")
    assert desk.files() == before
    desk.require_held()
    merge_all_in_turn(desk)
    assert desk.files() == before
    desk.require_clean()


@pytest.mark.parametrize("order", permutations(("part.<import>", "part.Repr", "part.<import>#2")))
def test_undoing_an_assignment_leaves_the_tree_as_assigning_did(desk: Desk, order: tuple[str, ...]) -> None:
    part(desk, LISTED + THREAD + REC + REPR + LAST, LISTED.replace(DOC, DOC + THREAD + "\n") + REC + LAST)
    before = desk.files()
    for target in order:
        desk.assign(target, target)
        assert desk.files() == before
        desk.alice.undo()
        assert desk.files() == before
        desk.alice.redo()
        desk.look()
        assert desk.files() == before
        desk.require_held()


THETA = "def theta():\n    return 1\n\n\ndef where("


def unassigned_and_gone(desk: Desk, renamed: bool) -> None:
    """What was added is unassigned, and then gone from the tree; perhaps its file has another name there."""
    desk.change("app/cart.py", "def where(", THETA)
    desk.look()
    desk.assign("one", "app.cart.theta")
    desk.alice.unassign_editor(desk.editor("app.cart.theta").id)
    desk.change("app/cart.py", THETA, "def where(")
    if renamed:
        (desk.root / "app/cart.py").rename(desk.root / "app/basket.py")
    desk.look()


def test_undoing_that_something_was_unassigned_does_not_bring_it_back_into_the_tree(desk: Desk) -> None:
    unassigned_and_gone(desk, renamed=False)
    before, state = desk.files(), desk.state
    preview = desk.alice.undo_preview()
    with pytest.raises(PatchbayError, match="the working tree would get another text") as refusal:
        desk.alice.undo()
    assert (refusal.value.code, refusal.value.message) == (Code.RESTS_ON, preview.refusal)
    assert (desk.files(), desk.state) == (before, state)


def test_undoing_that_something_was_unassigned_leaves_a_file_that_was_renamed_since(desk: Desk) -> None:
    unassigned_and_gone(desk, renamed=True)
    before = desk.files()
    for step in (desk.alice.undo, desk.alice.redo, desk.alice.undo):
        step()
        assert desk.files() == before
        desk.look()
    assert [op.name for op in desk.patch("one").operations] == ["app.cart.theta"]


def test_work_is_not_moved_onto_a_file_that_another_patch_deletes(desk: Desk) -> None:
    desk.change("app/cart.py", "import os\n", "import os\nimport sys\n")
    desk.change("app/shop.py", "return None", "return 1")
    desk.look()
    desk.assign("imports", "app.cart.<import>")
    desk.assign("closing", "app.shop.close_shop")
    (desk.root / "app/cart.py").unlink()
    desk.look()
    desk.assign("gone", "app/cart.py:<file>")
    before, state = desk.files(), desk.state
    with pytest.raises(PatchbayError, match=r"would change app/cart\.py:<file> in the working tree"):
        desk.alice.assign_editor(desk.editor("app.cart.<import>").id, "closing")
    assert desk.files() == before
    assert desk.state == state
    desk.look()
    assert desk.files() == before


def test_the_lower_of_two_patches_is_not_emptied_where_the_tree_would_lose_the_text_of_the_upper(
    desk: Desk,
) -> None:
    desk.alice.open_editor("app.cart.total")
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.assign("lower", "app.cart.total")
    desk.alice.assign_editor(desk.editor("app.cart.total").id, new_patch="upper", on_top=True)
    desk.alice.save_editor("app.cart.total", "def total(prices):\n    return 2\n")
    desk.alice.invite("bob", "maintainer")
    bob = desk.alice.as_user("bob")
    bob.switch_session("main")
    bob.open_editor("app.cart.total")
    (own,) = (one.id for one in desk.state.editors.values() if one.user == "bob")
    bob.assign_editor(own, "lower")
    before, state = desk.files(), desk.state
    with pytest.raises(PatchbayError) as refusal:
        bob.unassign_editor(own)
    assert refusal.value.code is Code.CONFLICTS
    assert (desk.files(), desk.state) == (before, state)
    assert "return 2" in desk.text("app/cart.py")


REOPENED = {
    "a definition put between": ("def count(", "def mean(prices):\n    return 1\n\n\ndef count("),
    "a definition gone": ("def total(prices):\n    return sum(prices)\n\n\n", ""),
    "a definition moved to the end": (
        CART[CART.index("def total(") :],
        f"{CART[CART.index('def count(') :]}\n\ndef total(prices):\n    return sum(prices)\n",
    ),
}


@pytest.mark.parametrize("case", REOPENED)
def test_a_session_is_reopened_over_work_that_is_in_the_tree(desk: Desk, case: str) -> None:
    desk.change("app/cart.py", *REOPENED[case])
    desk.look()
    pending, before, session = desk.pending(), desk.files(), desk.alice.session_id(None)
    desk.alice.close_session()
    desk.alice.reopen_session(session)
    desk.look()
    assert desk.pending() == pending
    assert desk.files() == before


def test_what_the_tree_lost_while_its_session_was_closed_is_behind_and_is_pulled(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.change("app/shop.py", "return None", "return 2")
    desk.look()
    pending, session = desk.pending(), desk.alice.session_id(None)
    desk.alice.close_session()
    desk.write("app/cart.py", CART.replace("return len(prices)", "return 3"))
    desk.write("app/shop.py", SHOP)
    desk.alice.reopen_session(session)
    assert desk.text("app/shop.py") == SHOP
    desk.alice.look()
    assert desk.pending().items() >= pending.items()
    assert set(desk.alice.view().behind) == {"app.cart.total", "app.shop.close_shop"}
    desk.alice.pull_tree()
    assert [desk.text("app/cart.py").count(one) for one in ("return 1", "return 3")] == [1, 1]
    assert "return 2" in desk.text("app/shop.py")
    desk.look()
