"""A class whose members share lines with its head or its end is one definition, and takes them along."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from desk import Desk

from store.source.tree import Tree

LINES = {
    "a.js": ("class A {\n", "  x() {\n    return 1;\n  }\n", "  y() {\n    return 2;\n  }\n", "}\n"),
    "A.java": ("class A {\n", "    int x() {\n        return 1;\n    }\n", "    int y = 2;\n", "}\n"),
    "a.rs": ("impl A {\n", "    fn x() {\n        1;\n    }\n", "    fn y() {\n        2;\n    }\n", "}\n"),
    "a.py": ("class A:\n", "    x = 1\n", "    y = 2\n", ""),
}
MEMBERS = {
    "a.js": "  z() {\n    return 9;\n  }\n",
    "A.java": "    int z() {\n        return 9;\n    }\n",
    "a.rs": "    fn z() {\n        9;\n    }\n",
    "a.py": "    z = 9\n",
}


def cut(path: str) -> str:
    head, one, two, end = LINES[path]
    return f"{head}{one}\n{two}{end}"


def closed_up(path: str, more: str = "3") -> str:
    """The class with its end beside a member's, or all of it in one line."""
    head, one, two, end = LINES[path]
    if not end:
        return f"{head.rstrip()} x = 1; y = {more}\n"
    return f"{head}{one}\n{two.rstrip().replace('2', more)}{end}"


def in_one_line(path: str) -> str:
    return " ".join(cut(path).split()).replace("x = 1 y", "x = 1; y") + "\n"


def names(path: str) -> tuple[str, str, str]:
    owner = "a.A" if path == "a.py" else f"{path}:A{'<impl>' if path == 'a.rs' else ''}"
    inside = owner.removesuffix("<impl>")
    return owner, f"{inside}.x", f"{inside}.y"


@pytest.fixture(params=LINES)
def path(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def desk(tmp_path: Path, path: str) -> Desk:
    return Desk(tmp_path / "repository", {path: cut(path), "other.txt": "other\n"})


@pytest.fixture(params=[closed_up, in_one_line])
def uncut(request: pytest.FixtureRequest, path: str) -> str:
    return str(request.param(path))


def test_it_is_one_change_as_it_comes_to_be_so_and_as_it_ceases(desk: Desk, path: str, uncut: str) -> None:
    desk.write(path, uncut)
    desk.look()
    assert set(desk.pending()) == {names(path)[0]}
    desk.assign("closing", names(path)[0])
    desk.merge("closing")
    desk.require_clean()
    assert desk.head(path) == uncut
    desk.write(path, cut(path))
    desk.look()
    assert set(desk.pending()) == {names(path)[0]}
    desk.assign("opening", names(path)[0])
    desk.merge("opening")
    desk.require_clean()
    assert desk.head(path) == cut(path)


def test_members_that_were_in_a_patch_before_are_not_committed_twice(
    desk: Desk, path: str, uncut: str
) -> None:
    _, one, two = names(path)
    desk.write(path, cut(path).replace("1", "10").replace("2", "20"))
    desk.look()
    desk.assign("first", one)
    desk.assign("second", two)
    desk.write(path, uncut)
    desk.look()
    desk.merge_all(random.Random(1))
    assert desk.head(path) == uncut


def test_a_member_that_is_to_be_deleted_goes_with_the_class(desk: Desk, path: str) -> None:
    lines = LINES[path]
    desk.write(path, lines[0] + lines[2] + lines[3])
    desk.look()
    desk.assign("deletion", names(path)[1])
    uncut = closed_up(path)
    desk.write(path, uncut)
    desk.look()
    desk.merge_all(random.Random(1))
    assert desk.head(path) == uncut


def test_a_change_in_it_is_a_change_of_the_whole(desk: Desk, path: str) -> None:
    desk.write(path, closed_up(path))
    desk.git("commit", "--quiet", "-am", "by hand")
    desk.look()
    desk.write(path, closed_up(path, "4"))
    desk.look()
    assert set(desk.pending()) == {names(path)[0]}
    desk.merge_all(random.Random(1))
    assert desk.head(path) == closed_up(path, "4")


def test_a_member_is_added_to_it_where_there_is_room_made(desk: Desk, path: str, uncut: str) -> None:
    desk.write(path, uncut)
    desk.git("commit", "--quiet", "-am", "by hand")
    desk.look()
    new = names(path)[1].removesuffix("x") + "z"
    desk.alice.save_editor(new, MEMBERS[path], new_patch="new", new=True)
    desk.alice.mark_ready("new")
    desk.alice.merge_patch("new")
    assert Tree(desk.alice.codebase.files()).find(new) is not None
    assert all(word in (desk.head(path) or "") for word in uncut.replace("}", " ").split())
