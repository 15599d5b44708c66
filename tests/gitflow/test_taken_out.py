"""What a verb takes out of the working tree, or lets go, and another brings back: it lies as it lay."""

from __future__ import annotations

import pytest
from desk import Desk

from store.errors import Code, PatchbayError

TOTAL, COUNT = "app.cart.total", "app.cart.count"


def count_is_moved(desk: Desk) -> None:
    """A function is moved to the end of its file, which is in a patch."""
    count = "def count(prices):\n    return len(prices)\n"
    desk.change("app/cart.py", f"{count}\n\n", "")
    desk.write("app/cart.py", f"{desk.text('app/cart.py')}\n\n{count}")
    desk.look()
    desk.assign("moves", COUNT)


RATES = "RATE = 2\nBASE = 1\nMOST = BASE + RATE\n"


@pytest.mark.parametrize("way", ["undo", "restore", "restored after a redo"])
def test_what_was_taken_out_of_the_tree_comes_back_to_where_it_lay(desk: Desk, way: str) -> None:
    desk.change("app/cart.py", "RATE = 2\n", RATES)
    desk.look()
    desk.assign("base", "app.cart.BASE")
    before = desk.text("app/cart.py")
    desk.alice.abandon_patch("base", restore_tree=True)
    assert "BASE = 1" not in desk.text("app/cart.py")
    desk.look()
    if way != "restore":
        desk.alice.undo()
    if way == "restored after a redo":
        desk.alice.redo()
        desk.look()
    if way != "undo":
        desk.alice.restore_patch("base")
    assert desk.text("app/cart.py") == before
    assert desk.editor("app.cart.BASE").patch_id == desk.patch("base").id
    desk.look()
    assert desk.pending().keys() == {"app.cart.MOST"}


def test_what_was_changed_since_stays_beside_what_comes_back(desk: Desk) -> None:
    desk.change("app/cart.py", "RATE = 2\n", RATES)
    desk.look()
    desk.assign("base", "app.cart.BASE")
    before = desk.text("app/cart.py")
    desk.alice.abandon_patch("base", restore_tree=True)
    desk.change("app/cart.py", "return os.getcwd()", "return os.getcwd() or None")
    desk.look()
    desk.alice.undo()
    assert desk.text("app/cart.py") == before.replace("os.getcwd()", "os.getcwd() or None")
    desk.look()


def test_an_undone_deletion_lies_where_it_lay(desk: Desk) -> None:
    desk.change("app/cart.py", "RATE = 2\n", RATES)
    desk.look()
    before = desk.text("app/cart.py")
    desk.alice.delete_definition("app.cart.BASE")
    assert "BASE = 1" not in desk.text("app/cart.py")
    desk.look()
    desk.alice.undo()
    assert desk.text("app/cart.py") == before
    desk.look()


def test_an_editor_that_its_user_closed_stays_closed(desk: Desk) -> None:
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    desk.assign("totals", TOTAL)
    desk.alice.abandon_patch("totals", restore_tree=True)
    desk.alice.close_editor(desk.editor(TOTAL).id)
    desk.look()
    desk.alice.restore_patch("totals")
    assert not desk.state.editors
    assert [op.name for op in desk.patch("totals").operations] == [TOTAL]


def test_a_move_comes_back_to_its_patch_alone(desk: Desk) -> None:
    count_is_moved(desk)
    for back in (desk.alice.undo, lambda: desk.alice.restore_patch("moves")):
        desk.alice.abandon_patch("moves")
        desk.look()
        assert desk.pending().keys() == {COUNT}
        back()
        desk.look()
        assert not desk.pending()
        assert desk.editor(COUNT).patch_id == desk.patch("moves").id
    desk.merge("moves")
    desk.look()
    desk.require_clean()


@pytest.mark.parametrize("way", ["opened again", "bound to another branch"])
def test_a_session_holds_what_it_held_where_the_tree_is_as_it_was(desk: Desk, way: str) -> None:
    """Two functions with one body, of which one is renamed and the other gone: what was which is known."""
    alike = "def {}():\n    x = 1\n    return x\n"
    desk.write("app/twins.py", f"{alike.format('second')}\n\n{alike.format('first')}")
    desk.git("add", "--all")
    desk.git("commit", "--quiet", "-m", "twins")
    desk.look()
    desk.change("app/twins.py", "second", "third")
    desk.look()
    desk.change("app/twins.py", f"\n\n{alike.format('first')}", "")
    desk.look()
    before = desk.pending()
    assert {(op.kind, op.name) for one in before.values() for op in one} == {
        ("rename", "app.twins.second"),
        ("delete", "app.twins.first"),
    }
    if way == "opened again":
        desk.alice.close_session()
        desk.alice.reopen_session("main")
    else:
        desk.git("switch", "--quiet", "--create", "other")
        desk.alice.rebind_session()
    desk.look()
    assert desk.pending() == before


def test_what_was_moved_lies_where_it_lay_when_it_comes_back(desk: Desk) -> None:
    count_is_moved(desk)
    before = desk.text("app/cart.py")
    for back in (desk.alice.undo, lambda: desk.alice.restore_patch("moves")):
        desk.alice.abandon_patch("moves", restore_tree=True)
        assert desk.text("app/cart.py") != before
        desk.look()
        back()
        assert desk.text("app/cart.py") == before
        desk.look()
    desk.merge("moves")
    desk.require_clean()


def test_a_patch_that_would_change_no_file_is_not_merged(desk: Desk) -> None:
    count_is_moved(desk)
    desk.alice.mark_ready("moves")
    desk.commit_elsewhere("app/cart.py", desk.text("app/cart.py"))
    revision = desk.alice.codebase.revision()
    with pytest.raises(PatchbayError, match="would change no file") as refused:
        desk.alice.merge_patch("moves")
    assert refused.value.code is Code.EMPTY
    assert desk.alice.codebase.revision() == revision
