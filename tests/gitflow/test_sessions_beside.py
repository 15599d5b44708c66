"""Two sessions in one working tree: each file has one text, and nobody writes into a session unasked."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from desk import Desk

from store.errors import Code, PatchbayError
from store.model import PatchStatus, Role
from store.session_manager import SessionManager

TOTAL, COUNT = "app.cart.total", "app.cart.count"
FIVE = "def count(prices):\n    return 5\n"


@pytest.fixture
def bob(desk: Desk) -> SessionManager:
    """Bob, in a session of his own beside Alice's."""
    found = desk.alice.as_user("bob")
    found.start_session("bob's")
    return found


@pytest.mark.parametrize("assigned", [True, False])
def test_what_one_session_changes_the_other_is_refused(
    desk: Desk, bob: SessionManager, assigned: bool
) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    if assigned:
        desk.assign("totals", TOTAL)
    before, sessions = desk.text("app/cart.py"), (desk.state, bob.repository.load(bob.session_id(None)))
    for verb in (
        lambda: bob.save_editor(TOTAL, "def total(prices):\n    return 2\n", new_patch="his"),
        lambda: bob.save_editor(TOTAL, "def total(prices):\n    return 2\n"),
        lambda: bob.delete_definition(TOTAL, new_patch="his"),
        lambda: bob.rename_definition(TOTAL, "app.cart.sum_up", new_patch="his"),
    ):
        with pytest.raises(PatchbayError, match="is changed in session main of this working tree") as refusal:
            verb()
        assert refusal.value.code is Code.NAME_TAKEN
    assert desk.text("app/cart.py") == before
    assert (desk.state, bob.repository.load(bob.session_id(None))) == sessions


def test_as_soon_as_it_is_merged_the_other_may(desk: Desk, bob: SessionManager) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.assign("totals", TOTAL)
    bob.save_editor(COUNT, FIVE, new_patch="his")
    desk.merge("totals")
    bob.save_editor(TOTAL, "def total(prices):\n    return 2\n", patch="his")
    assert "return 2" in desk.text("app/cart.py") and "return 5" in desk.text("app/cart.py")
    assert desk.alice.view().behind == ()


@pytest.mark.parametrize("role", [None, Role.VIEWER])
def test_what_the_tree_changes_in_a_session_is_its_own_whoever_looks_first(
    desk: Desk, bob: SessionManager, role: Role | None
) -> None:
    if role is not None:
        bob.invite("alice", role)
    bob.save_editor(COUNT, FIVE, new_patch="counts")
    bob.mark_ready("counts")
    desk.change("app/cart.py", "return 5", "return 6")
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.alice.look()
    (patch,) = bob.repository.load(bob.session_id(None)).open_patches()
    assert patch.status is PatchStatus.DRAFT
    assert [(op.authors, bob.text(op.digest or "")) for op in patch.operations] == [
        (("bob",), FIVE.replace("5", "6"))
    ]
    assert {one.user for one in bob.repository.load(bob.session_id(None)).editors.values()} == {"bob"}
    assert (bob.log()[0].user, bob.log()[0].verb) == ("bob", "tree.look")
    assert set(desk.pending()) == {TOTAL} and desk.editor(TOTAL).user == "alice"


def test_a_contributor_looks_in_their_own_name(desk: Desk, bob: SessionManager) -> None:
    bob.invite("alice", Role.CONTRIBUTOR)
    bob.save_editor(COUNT, FIVE, new_patch="counts")
    desk.change("app/cart.py", "return 5", "return 6")
    desk.alice.look()
    (patch,) = bob.repository.load(bob.session_id(None)).open_patches()
    assert patch.operations[0].authors == ("bob", "alice")


def test_an_import_that_one_session_found_goes_with_what_the_other_merges(
    desk: Desk, bob: SessionManager
) -> None:
    desk.change("app/shop.py", "import json\n", "import json\nimport re\n")
    desk.look()
    assert "app.shop.<import>" in desk.pending()
    bob.save_editor(
        "app.shop.close_shop", "def close_shop(name):\n    return re.escape(name)\n", new_patch="his"
    )
    bob.mark_ready("his")
    bob.merge_patch("his")
    desk.look()
    assert desk.head("app/shop.py") == desk.text("app/shop.py")
    assert "import re\n" in (desk.head("app/shop.py") or "")
    assert desk.pending() == {}


def _file_goes(desk: Desk) -> None:
    (desk.root / "app/cart.py").unlink()


def _file_is_renamed(desk: Desk) -> None:
    (desk.root / "app/cart.py").rename(desk.root / "app/basket.py")


def _class_goes(desk: Desk) -> None:
    text = desk.text("app/cart.py")
    desk.write("app/cart.py", text[: text.index("class Cart")] + text[text.index("def where") :])


@pytest.mark.parametrize("assigned", [True, False])
@pytest.mark.parametrize("goes", [_file_goes, _file_is_renamed, _class_goes])
@pytest.mark.parametrize("user", ["alice", "bob"])
def test_what_takes_the_work_of_a_session_along_goes_there_whoever_looks_first(
    desk: Desk, bob: SessionManager, user: str, goes: Callable[[Desk], None], assigned: bool
) -> None:
    holder, other = (desk.alice, bob) if user == "alice" else (bob, desk.alice)
    desk.change("app/cart.py", "self.prices = []", "self.prices = [1]")
    holder.look()
    if assigned:
        holder.assign_editor("app.cart.Cart.clear", new_patch="cleared")
    goes(desk)
    other.look()
    desk.require_held()
    assert other.view().behind == () and not other.view().state.operations()
    before = desk.files()
    other.pull_tree()
    assert desk.files() == before


@pytest.mark.parametrize("user", ["alice", "bob"])
def test_all_that_changes_in_a_file_goes_to_the_session_that_has_it_as_a_whole(
    desk: Desk, bob: SessionManager, user: str
) -> None:
    holder, other = (desk.alice, bob) if user == "alice" else (bob, desk.alice)
    broken = desk.text("app/cart.py").replace("return sum(prices)", "return (sum(prices)")
    holder.save_editor("app/cart.py:<file>", broken)
    text = broken.replace("return (sum", "return sum").replace("return len(prices)", "return 3")
    desk.write("app/cart.py", text.replace("RATE = 2\n\n\n", "RATE = 3\n"))
    other.look()
    desk.require_held()
    assert not other.view().state.operations()


@pytest.mark.parametrize("away", ["moved", "removed"])
@pytest.mark.parametrize("both", [False, True])
def test_a_file_that_is_away_for_a_moment_is_followed_again_in_each_session(
    desk: Desk, away: str, both: bool
) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.assign("totals", "app.cart.total")
    desk.alice.start_session("second")
    if both:
        desk.change("app/cart.py", "return len(prices)", "return 2")
        desk.look()
        desk.assign("counts", "app.cart.count")
    before = desk.text("app/cart.py")
    place, other = desk.root / "app/cart.py", desk.root / "app/basket.py"
    if away == "moved":
        place.rename(other)
    else:
        place.unlink()
    desk.alice.look()
    desk.write("app/cart.py", before)
    other.unlink(missing_ok=True)
    desk.alice.look()
    assert desk.alice.view().behind == ()
    held = [op for one in desk.alice.sessions_here() for op in one.operations()]
    assert sorted(op.name for op in held) == ["app.cart.count", "app.cart.total"][not both :]
    desk.change("app/cart.py", "return 1", "return 11")
    desk.alice.look()
    assert desk.alice.view().behind == ()
    desk.alice.pull_tree()
    assert desk.text("app/cart.py") == before.replace("return 1", "return 11")
    first = next(one for one in desk.alice.sessions_here() if one.session.name == "main")
    (op,) = next(iter(first.patches.values())).operations
    assert op.digest is not None
    assert "return 11" in desk.alice.text(op.digest)
