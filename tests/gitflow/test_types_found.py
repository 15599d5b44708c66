"""A type and its methods that come together in the tree: told apart where they stand apart (R9)."""

from __future__ import annotations

import random
from itertools import permutations
from pathlib import Path

import pytest
from desk import Desk

APART: dict[str, tuple[str, dict[str, str]]] = {
    "shop.go": (
        "package shop\n\nfunc old() int {\n\treturn 1\n}\n",
        {
            "T": "type T struct {\n\tx [2]int\n}\n",
            "T.M": "func (t T) M() int {\n\treturn 2\n}\n",
            "T.N": "func (t *T) N() int {\n\treturn 2\n}\n",
        },
    ),
    "shop.rs": (
        "fn old() -> u8 {\n    1\n}\n",
        {
            "T": "struct T {\n    x: [u8; 2],\n}\n",
            "T<impl>": "impl T {\n    fn m(&self) -> u8 {\n        2\n    }\n}\n",
            "T<Show>": "impl Show for T {\n    fn show(&self) -> u8 {\n        2\n    }\n}\n",
        },
    ),
    "shop.js": (
        "function old() {\n  return 1;\n}\n",
        {
            "T": "function T() {\n  this.x = 2;\n}\n",
            "T.prototype.m": "T.prototype.m = function () {\n  return 2;\n};\n",
        },
    ),
    "shop.toml": ("[old]\nx = 1\n", {"t": "[t]\nx = 2\n", "t.m": "[t.m]\ny = 2\n"}),
}
INSIDE: dict[str, tuple[str, str, str]] = {
    "shop.py": (
        "def old():\n    return 1\n",
        "shop.T",
        "class T:\n    x = 2\n\n    def m(self):\n        return 2\n",
    ),
    "Shop.java": (
        "class Old {\n}\n",
        "Shop.java:T",
        "class T {\n    int x = 2;\n\n    int m() {\n        return 2;\n    }\n}\n",
    ),
}


def coming(tmp_path: Path, path: str) -> Desk:
    """A repository in the tree of which a type has come with what stands apart from it."""
    before, parts = APART[path]
    desk = Desk(tmp_path / "r", {path: before})
    desk.write(path, "\n".join([before, *parts.values()]))
    desk.look()
    return desk


def told(desk: Desk) -> dict[str, set[tuple[str, str]]]:
    """What is pending in each editor."""
    return {target: {(op.kind, op.name) for op in ops} for target, ops in desk.pending().items()}


@pytest.mark.parametrize("path", APART)
def test_what_stands_apart_from_its_new_type_has_an_editor_of_its_own(tmp_path: Path, path: str) -> None:
    desk = coming(tmp_path, path)
    names = [f"{path}:{key}" for key in APART[path][1]]
    assert told(desk) == {name: {("add", name)} for name in names}
    desk.write(path, desk.text(path).replace("2", "3"))
    desk.look()
    assert told(desk) == {name: {("add", name)} for name in names}
    for name in names:
        assert "3" in desk.alice.editor_text(name).text
        desk.alice.save_editor(name, desk.alice.editor_text(name).text.replace("3", "4"))
    assert "3" not in desk.text(path)
    desk.look()
    assert told(desk) == {name: {("add", name)} for name in names}


@pytest.mark.few(2)
@pytest.mark.parametrize("path", APART)
def test_each_is_assigned_and_merged_by_itself_in_any_order(tmp_path: Path, path: str) -> None:
    for at, order in enumerate(permutations(APART[path][1])):
        desk = coming(tmp_path / str(at), path)
        for key in order:
            desk.assign(f"patch of {key}", f"{path}:{key}")
            found = {(op.kind, op.name) for op in desk.patch(f"patch of {key}").operations}
            assert found == {("add", f"{path}:{key}")}
        desk.look()
        desk.merge_all(random.Random(at))
        assert len(desk.state.patches) == len(order)


@pytest.mark.parametrize("path", APART)
def test_what_stands_apart_stays_as_its_pending_type_goes(tmp_path: Path, path: str) -> None:
    desk = coming(tmp_path, path)
    first, *others = APART[path][1]
    desk.change(path, APART[path][1][first] + "\n", "")
    desk.look()
    assert told(desk) == {f"{path}:{key}": {("add", f"{path}:{key}")} for key in others}
    desk.merge_all(random.Random(1))


@pytest.mark.parametrize("path", APART)
def test_a_type_and_what_stands_apart_are_saved_by_two_people(tmp_path: Path, path: str) -> None:
    before, parts = APART[path]
    desk = Desk(tmp_path / "r", {path: before})
    desk.alice.invite("bob", "contributor")
    bob = desk.alice.as_user("bob")
    session = desk.state.session.id
    (first, text), (second, other), *_ = parts.items()
    desk.alice.save_editor(f"{path}:{first}", text, new=True)
    bob.save_editor(f"{path}:{second}", other, new=True, session=session)
    assert told(desk) == {f"{path}:{key}": {("add", f"{path}:{key}")} for key in (first, second)}
    desk.require_held()


@pytest.mark.parametrize("path", INSIDE)
def test_a_new_class_with_its_members_is_one_editor(tmp_path: Path, path: str) -> None:
    before, name, text = INSIDE[path]
    desk = Desk(tmp_path / "r", {path: before})
    desk.write(path, f"{before}\n\n{text}")
    desk.look()
    assert told(desk) == {name: {("add", name)}}
    desk.write(path, desk.text(path).replace("2", "3"))
    desk.look()
    assert told(desk) == {name: {("add", name)}}
    assert desk.alice.editor_text(name).text == text.replace("2", "3")
    desk.merge_all(random.Random(1))
