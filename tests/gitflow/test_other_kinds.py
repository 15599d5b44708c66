"""Functions that become classes, or the reverse, and classes that a patch brings: their members go along."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from desk import Desk

FUNCTION = "def thing(x):\n    return x\n"
CLASS = "class thing:\n    limit = 1\n\n    def __call__(self, x):\n        return x\n"
THING = "app.m.thing"

HELD = pytest.mark.parametrize("held", ["in no patch", "in a patch", "on top of another"])


def at(root: Path, held: str, text: str = FUNCTION) -> Desk:
    """A repository with a thing in it, which perhaps one or two patches change."""
    desk = Desk(root / "repository", {"app/m.py": whole(text)})
    if held != "in no patch":
        desk.change("app/m.py", "return x\n", "return x + 1\n")
        desk.look()
        target = next(iter(desk.pending()))
        desk.assign("lower", target)
        if held == "on top of another":
            desk.alice.assign_editor(desk.editor(target).id, new_patch="upper", on_top=True)
    return desk


def whole(thing: str) -> str:
    return f"def one():\n    return 1\n\n\n{thing}\n\ndef two():\n    return 2\n"


def put(desk: Desk, thing: str) -> None:
    """Write the thing anew, and require that operations hold it: nothing waits, no file is taken whole."""
    desk.write("app/m.py", whole(thing))
    desk.look()
    editors = desk.state.editors.values()
    assert not [one.target for one in editors if desk.alice.buffer(one.id)]
    assert not [one.target for one in editors if one.target.endswith("<file>")]


@HELD
def test_what_is_changed_in_a_class_that_was_a_function_goes_where_the_class_is(
    tmp_path: Path, held: str
) -> None:
    desk = at(tmp_path, held)
    put(desk, CLASS)
    editors = [one.target for one in desk.state.editors.values()]
    put(desk, CLASS.replace("limit = 1", "limit = 2").replace("return x", "return x * 2"))
    put(desk, CLASS.replace("thing:", "thing(object):").replace("limit = 1", "limit = 3"))
    put(desk, CLASS.replace("    limit = 1\n\n", "") + "\n    def more(self):\n        return 1\n")
    assert [one.target for one in desk.state.editors.values()] == editors == [THING]
    desk.merge_all(random.Random(1))


@HELD
def test_a_class_that_becomes_a_function_again_leaves_what_was_there(tmp_path: Path, held: str) -> None:
    desk = at(tmp_path, held)
    put(desk, CLASS)
    put(desk, FUNCTION.replace("return x", "return x + 1"))
    desk.merge_all(random.Random(1))


@pytest.mark.parametrize("held", ["in no patch", "in a patch"])
def test_a_class_becomes_a_function_and_a_class_again(tmp_path: Path, held: str) -> None:
    desk = at(tmp_path, held, CLASS)
    put(desk, FUNCTION)
    put(desk, FUNCTION.replace("return x", "return x * 3"))
    put(desk, CLASS.replace("thing:", "thing(object):").replace("return x", "return x * 3"))
    desk.merge_all(random.Random(1))


@pytest.mark.parametrize("patch", [None, "adds"])
def test_head_and_member_of_a_new_class_are_changed_at_once(tmp_path: Path, patch: str | None) -> None:
    desk = at(tmp_path, "in no patch")
    put(desk, f"{FUNCTION}\n\n{CLASS.replace('thing', 'fresh')}")
    if patch:
        desk.assign(patch, "app.m.fresh")
    changed = CLASS.replace("thing:", "fresh(object):").replace("limit = 1", "limit = 3")
    put(desk, f"{FUNCTION}\n\n{changed}")
    assert [one.target for one in desk.state.editors.values()] == ["app.m.fresh"]
    desk.merge_all(random.Random(1))


def test_members_of_a_class_that_was_a_function_are_saved_into_its_patch(tmp_path: Path) -> None:
    desk = at(tmp_path, "in a patch")
    put(desk, CLASS)
    desk.alice.save_editor("app.m.thing.limit", "    limit = 5\n")
    assert "limit = 5" in desk.text("app/m.py")
    (op,) = desk.patch("lower").operations
    assert op.kind == "update" and op.members == ("app.m.thing.limit", "app.m.thing.__call__")
    desk.alice.undo()
    assert "limit = 1" in desk.text("app/m.py")
    desk.look()
    desk.merge_all(random.Random(1))
