"""Alice and Bob in one working tree: what a process of Bob's finds first there is for Alice too (R20)."""

from __future__ import annotations

import pytest
from desk import CART, Desk
from storage.processes import run

from store.errors import Code, PatchbayError
from store.model import Role
from store.session_manager import SessionManager, open_store

TOTAL, COUNT = "app.cart.total", "app.cart.count"
AS_BOB = """
from store.session_manager import open_store
manager = open_store(Path(sys.argv[1]), user="bob")
"""
LOOKS = f"{AS_BOB}say(manager.look().summary)\n"


@pytest.fixture
def found(desk: Desk) -> Desk:
    """What Alice changed in her editor was found by a process of Bob's."""
    desk.alice.invite("bob", Role.CONTRIBUTOR)
    session = desk.alice.session_id(None)
    run(desk.root, f"{AS_BOB}manager.switch_session({session!r})\n")
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.change("app/cart.py", "return len(prices)", "return 2")
    run(desk.root, LOOKS)
    assert {desk.editor(name).user for name in (TOTAL, COUNT)} == {"bob"}
    return desk


def bobs(desk: Desk) -> SessionManager:
    return open_store(desk.root, user="bob")


def test_she_assigns_and_merges_it_and_who_wrote_it_stays_true(found: Desk) -> None:
    found.alice.assign_editors([TOTAL, str(found.editor(COUNT).number)], new_patch="counting")
    assert [one.authors for one in found.patch("counting").operations] == [("bob",), ("bob",)]
    assert found.patch("counting").created_by == "alice"
    found.merge("counting")
    found.require_clean()


def test_she_unassigns_what_she_assigned(found: Desk) -> None:
    found.alice.assign_editor(str(found.editor(TOTAL).number), new_patch="counting")
    found.alice.unassign_editor(str(found.editor(TOTAL).number))
    assert found.patch("counting").operations == () and TOTAL in found.pending()
    found.look()


def test_what_she_saves_there_is_hers_and_his(found: Desk) -> None:
    before = found.editor(TOTAL)
    found.alice.save_editor(str(before.number), "def total(prices):\n    return 3\n")
    after = found.editor(TOTAL)
    assert (after.id, after.user) == (before.id, "alice")
    assert after.pending[0].authors == ("bob", "alice")
    assert "return 3" in found.text("app/cart.py") and "return 2" in found.text("app/cart.py")
    found.look()


def test_a_name_alone_does_not_mean_it_as_she_may_not_have_seen_it(found: Desk) -> None:
    text = "def total(prices):\n    return 3\n"
    for verb in (
        lambda: found.alice.save_editor(TOTAL, text),
        lambda: found.alice.delete_definition(TOTAL),
        lambda: found.alice.rename_definition(TOTAL, "app.cart.sum_up"),
    ):
        with pytest.raises(PatchbayError) as refusal:
            verb()
        assert refusal.value.code is Code.NAME_TAKEN
        assert "assign it first" in refusal.value.message
    assert "return 1" in found.text("app/cart.py")
    shown = found.alice.editor_text(str(found.editor(TOTAL).number)).digest
    found.alice.save_editor(TOTAL, text, shown=shown)
    assert found.editor(TOTAL).user == "alice" and "return 3" in found.text("app/cart.py")


@pytest.mark.parametrize("opened", [True, False])
def test_what_she_types_there_is_hers_alone_until_it_is_saved(found: Desk, opened: bool) -> None:
    number = str(found.editor(TOTAL).number)
    if opened:
        found.alice.open_editor(TOTAL)
    found.alice.type_text(TOTAL if opened else number, "def total(prices):\n    return 3\n")
    assert found.editor(TOTAL).user == "alice"
    for verb in (
        lambda bob: bob.type_text(number, "x = 1\n"),
        lambda bob: bob.assign_editor(number, new_patch="his"),
        lambda bob: bob.close_editor(number, discard=True),
        lambda bob: bob.drop_buffer(number),
    ):
        with pytest.raises(PatchbayError) as refusal:
            verb(bobs(found))
        assert refusal.value.code is Code.NOT_PERMITTED
    found.alice.save_editor(number)
    bobs(found).assign_editor(number, new_patch="his")
    assert found.patch("his").operations[0].authors == ("bob", "alice")


def test_she_closes_it_and_the_tree_is_as_before(found: Desk) -> None:
    for name in (TOTAL, COUNT):
        found.alice.close_editor(str(found.editor(name).number), discard=True)
    assert found.state.editors == {} and found.text("app/cart.py") == CART


def test_while_bob_has_it_open_for_typing_it_is_his(found: Desk) -> None:
    editor, bob = found.editor(TOTAL), bobs(found)
    screen = bob.enter_screen(found.alice.session_id(None), (editor.id,))
    try:
        with pytest.raises(PatchbayError) as refusal:
            found.alice.assign_editor(str(editor.number), new_patch="hers")
        assert refusal.value.code is Code.NOT_PERMITTED
        own = found.alice.open_editor(TOTAL).editors[0]
        assert own != editor.id
    finally:
        screen.leave()
    with pytest.raises(PatchbayError) as refusal:
        found.alice.save_editor(str(editor.number), "def total(prices):\n    return 3\n")
    assert refusal.value.code is Code.NAME_TAKEN
    assert f"assign editor {editor.number}" in refusal.value.message
    found.alice.assign_editor(str(editor.number), new_patch="hers")
    assert found.patch("hers").operations[0].authors == ("bob",)


def test_a_viewer_may_not(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.alice.invite("bob", Role.VIEWER)
    bob = bobs(desk)
    bob.switch_session(desk.alice.session_id(None))
    number = str(desk.editor(TOTAL).number)
    for verb in (
        lambda: bob.assign_editor(number, new_patch="his"),
        lambda: bob.close_editor(number, discard=True),
        lambda: bob.type_text(number, "x = 1\n"),
        lambda: bob.drop_buffer(number),
    ):
        with pytest.raises(PatchbayError) as refusal:
            verb()
        assert refusal.value.code is Code.NOT_PERMITTED
    assert desk.editor(TOTAL).user == "alice" and desk.alice.buffer(number) is None


def test_what_bob_opened_himself_stays_his(found: Desk) -> None:
    run(found.root, f"{AS_BOB}manager.open_editor('app.shop.close_shop')\n")
    number = str(found.editor("app.shop.close_shop").number)
    with pytest.raises(PatchbayError) as refusal:
        found.alice.assign_editor(number, new_patch="hers")
    assert refusal.value.code is Code.NOT_PERMITTED


def test_what_belongs_together_is_told_from_what_bob_found(found: Desk) -> None:
    found.change("app/cart.py", "return 2", "return total(prices)")
    run(found.root, LOOKS)
    number = str(found.editor(TOTAL).number)
    assert {one.target for one in found.alice.related_editors(number)} == {TOTAL, COUNT}


def test_undo_of_saving_there_gives_it_back(found: Desk) -> None:
    number = str(found.editor(TOTAL).number)
    found.alice.save_editor(number, "def total(prices):\n    return 3\n")
    found.alice.undo()
    assert found.editor(TOTAL).user == "bob" and "return 1" in found.text("app/cart.py")
