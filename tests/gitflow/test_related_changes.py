"""Which editors go with one: told in a session on a real repository."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import CART, SHOP, Desk

from store.errors import Code, PatchbayError


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """Two features in one tangle: a discount, and where the shop is."""
    desk = Desk(tmp_path / "repository")
    cart = CART.replace("RATE = 2\n", "RATE = 2\n\nLEAST = 3\n").replace(
        "return sum(prices)", "return max(LEAST, sum(prices))"
    )
    cart = cart.replace("return os.getcwd()", "return home(os.getcwd())")
    desk.write("app/cart.py", cart + "\n\ndef home(path):\n    return path\n")
    desk.write("app/shop.py", SHOP.replace("return None", "return 0"))
    desk.look()
    return desk


def related(desk: Desk, reference: str) -> list[str]:
    return [one.target for one in desk.alice.related_editors(reference)]


def test_each_feature_is_told_from_any_of_its_changes(desk: Desk) -> None:
    assert sorted(related(desk, "app.cart.LEAST")) == ["app.cart.LEAST", "app.cart.total"]
    assert sorted(related(desk, "app.cart.where")) == ["app.cart.home", "app.cart.where"]
    assert related(desk, "app.shop.close_shop") == ["app.shop.close_shop"]


def test_an_assigned_editor_stands_for_all_of_its_patch(desk: Desk) -> None:
    made = desk.alice.assign_editors(["app.cart.total", "app.shop.close_shop"], new_patch="least")
    assert related(desk, "app.cart.total") == related(desk, made.patches[0]) == ["app.cart.LEAST"]
    assert related(desk, "app.shop.close_shop") == ["app.cart.LEAST"]


def test_what_is_typed_and_not_saved_counts(desk: Desk) -> None:
    editor = desk.alice.open_editor("app.shop.open_shop").editors[0]
    text = desk.alice.editor_text(editor)
    desk.alice.type_text(editor, (text.text or "").replace("json", "LEAST and json"), shown=text.digest)
    assert "app.shop.open_shop" in related(desk, "app.cart.LEAST")


def test_what_somebody_else_types_in_is_not_told_but_what_was_found_in_the_tree_is(desk: Desk) -> None:
    desk.alice.invite("bob", "contributor")
    bob, session = desk.alice.as_user("bob"), desk.state.session.id
    found = [one.target for one in bob.related_editors("app.cart.total", session=session)]
    assert found == related(desk, "app.cart.total")
    least = str(desk.editor("app.cart.LEAST").number)
    desk.alice.type_text(least, "LEAST = 4\n")
    told = bob.related_editors("app.cart.total", session=session)
    assert [one.target for one in told] == [one for one in found if one != "app.cart.LEAST"]


def test_what_goes_with_a_definition_that_is_not_there_is_refused(desk: Desk) -> None:
    with pytest.raises(PatchbayError) as refusal:
        desk.alice.related_editors("app.cart.nothing")
    assert refusal.value.code is Code.NOT_FOUND
