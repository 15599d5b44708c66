"""A text of the tree that does not merge waits in a buffer: it takes nobody's place, nor others its."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import FILES, LONG_CART, LONG_TOTAL, Desk

from store.errors import Code, PatchbayError
from store.model import EditorContext, Role
from store.session_manager import SessionManager
from store.source.merge import regions
from store.views import BufferText

TOTAL = "app.cart.total"


@pytest.fixture
def behind(tmp_path: Path) -> Desk:
    """Bob's patch has a line of `total`; another came in elsewhere, and the tree has it as it was."""
    desk = Desk(tmp_path / "repo", {**FILES, "app/cart.py": LONG_CART})
    desk.alice.invite("bob", Role.CONTRIBUTOR)
    bob(desk).switch_session(desk.state.session.id)
    bob(desk).save_editor(TOTAL, LONG_TOTAL.replace("one = 1", "one = 11"), new_patch="bob's")
    desk.commit_elsewhere("app/cart.py", LONG_CART.replace("six = 6", "six = 66"))
    desk.alice.look()
    assert desk.alice.view().behind == (TOTAL,)
    return desk


def bob(desk: Desk) -> SessionManager:
    return desk.alice.as_user("bob")


def waiting(desk: Desk) -> tuple[EditorContext, BufferText]:
    """Give the one editor with a text of the tree."""
    found = [(one, desk.alice.buffer(one.id)) for one in desk.state.editors.values()]
    ((editor, buffer),) = [(one, buffer) for one, buffer in found if buffer is not None and buffer.of_tree]
    return editor, buffer


def edit(desk: Desk, old: str, new: str) -> None:
    """Edit the tree, and look."""
    desk.change("app/cart.py", old, new)
    desk.alice.look()


@pytest.mark.parametrize("typed", [True, False])
def test_it_waits_in_an_editor_of_who_looked_beside_what_another_types(behind: Desk, typed: bool) -> None:
    his, text = behind.editor(TOTAL), LONG_TOTAL.replace("three = 3", "three = 'for an hour'")
    if typed:
        bob(behind).type_text(his.id, text, writer="1-bob")
    edit(behind, "six = 6\n", "six = 6.5\n")
    editor, buffer = waiting(behind)
    assert (editor.user, editor.patch_id, editor.id == his.id) == ("alice", his.patch_id, False)
    assert "six = 6.5" in buffer.text
    assert bob(behind).buffer(his.id) == (
        BufferText(text, bob(behind).editor_text(his.id).digest, "1-bob") if typed else None
    )


def test_a_screen_that_has_the_editor_open_is_not_written_into(behind: Desk) -> None:
    mine = behind.alice.open_editor(TOTAL).editors[0]
    screen = behind.alice.enter_screen(behind.state.session.id, (mine,))
    try:
        edit(behind, "six = 6\n", "six = 6.5\n")
        assert waiting(behind)[0].id != mine and behind.alice.buffer(mine) is None
    finally:
        screen.leave()


def test_a_further_edit_of_it_keeps_the_first(behind: Desk) -> None:
    edit(
        behind,
        "three = 3\n    four = 4\n    five = 5\n    six = 6\n",
        "three = 33\n    four = 4\n    five = 5\n    six = 6.5\n",
    )
    edit(behind, "six = 6.5\n", "six = 6.75\n")
    editor, buffer = waiting(behind)
    sides = behind.alice.unclean_save(editor.id, buffer.text, buffer.shown)
    places = {one.kind: one for one in regions(sides.base or "", sides.ours, sides.theirs or "")}
    assert places["ours"].ours == "    three = 33\n"
    assert (places["conflict"].ours, places["conflict"].theirs) == ("    six = 6.75\n", "    six = 66\n")


def test_an_edit_that_settles_it_ends_it(behind: Desk) -> None:
    edit(behind, "six = 6\n", "six = 6.5\n")
    editor, _ = waiting(behind)
    edit(behind, "six = 6.5\n", "six = 66\n")
    assert editor.id not in behind.state.editors
    assert "six = 66" in behind.alice.show(TOTAL, "bob's").text
    assert behind.alice.view().behind == ()


def test_only_who_has_seen_it_types_in_its_place(behind: Desk) -> None:
    edit(behind, "six = 6\n", "six = 6.5\n")
    editor, buffer = waiting(behind)
    present = behind.alice.editor_text(editor.id)
    with pytest.raises(PatchbayError, match="waits in editor") as refusal:
        behind.alice.type_text(editor.id, present.text + "# mine\n", shown=present.digest)
    assert refusal.value.code is Code.UNSAVED_EDITOR
    assert waiting(behind)[1] == buffer
    behind.alice.type_text(editor.id, buffer.text + "# mine\n", shown=buffer.shown)
    assert behind.alice.buffer(editor.id) == BufferText(buffer.text + "# mine\n", buffer.shown, "cli")


def test_pulling_leaves_it_in_the_tree_and_brings_the_rest(behind: Desk) -> None:
    edit(behind, "six = 6\n", "six = 6.5\n")
    other = behind.root.parent / "elsewhere"
    place = other / "app/cart.py"
    place.write_text(place.read_text().replace("RATE = 2", "RATE = 3"))
    behind.git("-C", str(other), "commit", "--quiet", "-am", "again")
    behind.git("update-ref", "refs/heads/main", behind.git("-C", str(other), "rev-parse", "HEAD"))
    behind.alice.pull_tree()
    text = behind.text("app/cart.py")
    assert "six = 6.5" in text and "RATE = 3" in text
    editor, _ = waiting(behind)
    behind.alice.drop_buffer(editor.id)
    behind.alice.pull_tree()
    assert "six = 66" in behind.text("app/cart.py")
    entry = behind.alice.log()[0]
    assert (entry.verb, entry.summary) == ("tree.pull", "pulled 1 file into the working tree")
    assert [behind.alice.text(one) for one in entry.texts] == [text]


def test_a_viewer_or_a_stranger_does_not_pull(behind: Desk) -> None:
    behind.alice.invite("vic", Role.VIEWER)
    text = behind.text("app/cart.py")
    for user in ("vic", "stranger"):
        with pytest.raises(PatchbayError) as refusal:
            behind.alice.as_user(user).pull_tree(behind.state.session.id)
        assert refusal.value.code is Code.NOT_PERMITTED
    assert behind.text("app/cart.py") == text


@pytest.mark.parametrize("settled", ["six = 66", "six = 6.5", "six = 7"])
def test_whatever_settles_it_is_written_into_the_tree(behind: Desk, settled: str) -> None:
    edit(behind, "six = 6\n", "six = 6.5\n")
    editor, buffer = waiting(behind)
    sides = behind.alice.unclean_save(editor.id, buffer.text, buffer.shown)
    behind.alice.save_editor(editor.id, sides.ours.replace("six = 6.5", settled), shown=sides.digest)
    behind.alice.drop_buffer(editor.id)
    behind.alice.pull_tree()
    assert settled in behind.alice.show(TOTAL, "bob's").text and settled in behind.text("app/cart.py")
    assert behind.alice.view().behind == ()


def test_a_rename_in_the_tree_that_waits_can_be_settled(behind: Desk) -> None:
    edit(behind, "def total(prices):\n    one = 11", "def summed(prices):\n    one = 12")
    edit(behind, "six = 6\n", "six = 6.5\n")
    editor, buffer = waiting(behind)
    assert "def summed" in buffer.text
    sides = behind.alice.unclean_save(editor.id, buffer.text, buffer.shown)
    behind.alice.save_editor(editor.id, sides.ours.replace("one = 12", "one = 13"), shown=sides.digest)
    behind.alice.drop_buffer(editor.id)
    behind.alice.pull_tree()
    assert "def summed(prices):\n    one = 13" in behind.text("app/cart.py")


def test_what_becomes_a_class_on_top_of_another_patch_is_held_and_not_pulled_over(desk: Desk) -> None:
    desk.alice.save_editor("app.cart.fresh", "def fresh():\n    return 1\n", new_patch="first", new=True)
    desk.alice.assign_editor("app.cart.fresh", new_patch="second", on_top=True)
    desk.change("app/cart.py", "def fresh():\n", "class fresh:\n    def eta(self):\n    ")
    desk.look()
    desk.change("app/cart.py", "        return 1\n", "        return 2\n")
    desk.look()
    kept = "class fresh:\n    def eta(self):\n        return 2\n"
    assert [desk.alice.buffer(one) for one in desk.state.editors] == [None]
    desk.alice.pull_tree()
    assert kept in desk.text("app/cart.py")
    desk.merge("first")
    assert "def fresh():\n    return 1\n" in (desk.head("app/cart.py") or "")
    desk.merge("second")
    assert kept in (desk.head("app/cart.py") or "")
