"""A definition that is given by its path has one name, in both kinds of codebase, however it is given."""

from __future__ import annotations

from pathlib import Path

import pytest
from desks import KINDS, Begun
from world import refused

from store.errors import Code
from store.model import AddDefinition, Op
from store.session_manager import open_store

FILES = {
    "a.py": "RATE = 1\n\n\ndef total():\n    return 1\n",
    "b/__init__.py": "RATE = 2\n",
    "b.py": "RATE = 3\n",
    "notes.txt": "one\n",
}
DISCOUNT, FIRST, SECOND = "def discount():\n    return 1\n", "def first():\n    return 1\n", "SECOND = 2\n"


@pytest.fixture(params=KINDS)
def desk(tmp_path: Path, request: pytest.FixtureRequest) -> Begun:
    return Begun(tmp_path, request.param, FILES)


def test_a_new_definition_has_its_one_name_however_it_is_given(desk: Begun) -> None:
    desk.alice.save_editor("a.py:discount", DISCOUNT, new=True)
    (editor,) = desk.alice.view().editors
    assert editor.editor.target == "a.discount"
    assert [op.name for op in editor.editor.pending] == ["a.discount"]
    for name in ("a.discount", "a.py:discount"):
        assert desk.alice.open_editor(name).editors == (editor.editor.id,)
    desk.alice.save_editor("a.py:discount", DISCOUNT.replace("1", "2"))
    desk.alice.assign_editor("a.py:discount", new_patch="p")
    assert desk.operations("p") == {("add", "a.discount")}
    assert desk.alice.show("a.py:discount", "p").name == "a.discount"
    desk.alice.rename_definition("a.py:discount", "a.py:rebate")
    assert desk.operations("p") == {("add", "a.rebate")}
    desk.alice.delete_definition("a.py:rebate")
    assert desk.operations("p") == set()


def test_what_is_there_already_has_its_one_name_too(desk: Begun) -> None:
    with refused(Code.NAME_TAKEN):
        desk.alice.open_editor("a.py:total", new=True)
    desk.alice.type_text("a.py:total", FIRST.replace("first", "total").replace("1", "9"))
    desk.alice.save_editor("a.total", new_patch="p")
    assert desk.operations("p") == {("update", "a.total")}
    desk.alice.close_editor("a.py:total")
    assert desk.alice.view().editors == ()
    assert desk.alice.show("a.py:total").name == "a.total"
    assert list(desk.alice.names("a.py:")) == ["a.RATE", "a.total"]


def test_a_conflict_is_found_by_the_path_of_its_definition(tmp_path: Path) -> None:
    desk = Begun(tmp_path, "package-tree", FILES)
    desk.save("a.total", "def total():\n    return 2\n", "p")
    other = desk.alice.start_session("other").session_id
    desk.save("a.total", "def total():\n    return 3\n", "q")
    desk.alice.mark_ready("q", session=other)
    desk.alice.merge_patch("q", session=other)
    desk.alice.switch_session(desk.session)
    (_, conflict) = desk.alice.conflicts()[0]
    assert desk.alice.conflict_sides("a.py:total").conflict.id == conflict.id
    assert desk.alice.conflict_texts("a.py:total")[1] == "def total():\n    return 2\n"
    desk.alice.resolve_conflict("a.py:total", ours=True)
    assert desk.alice.conflicts() == ()


def test_the_path_stays_the_name_of_what_another_file_has_first(desk: Begun) -> None:
    desk.save("b/__init__.py:RATE", "RATE = 4\n", "p")
    assert desk.operations("p") == {("update", "b/__init__.py:RATE")}
    desk.save("notes.txt:<file>", "two\n", "p")
    assert ("update", "notes.txt:<file>") in desk.operations("p")
    assert desk.merged("b/__init__.py", "p") == "RATE = 4\n"


def test_a_definition_of_a_patch_is_told_from_one_that_is_given_by_another_path(desk: Begun) -> None:
    desk.save("b.LIMIT", "LIMIT = 1\n", "p", new=True)
    desk.save("b/__init__.py:LIMIT", "LIMIT = 2\n", "q", new=True)
    assert desk.operations("q") == {("add", "b/__init__.py:LIMIT")}
    desk.alice.join_patches("q", "p")
    assert desk.merged("b/__init__.py", "p") == "RATE = 2\nLIMIT = 2\n"


@pytest.mark.parametrize("path", ["pkg/__init__.py", "a/__init__.py", "a/deep.py"])
def test_a_new_file_is_begun_where_the_path_says(desk: Begun, path: str) -> None:
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    desk.alice.open_editor(f"{path}:first", new=True)
    desk.alice.assign_editor(f"{path}:first", new_patch="p")
    desk.alice.save_editor(f"{path}:first", FIRST)
    begun = path == "pkg/__init__.py"
    desk.save(f"{module}.SECOND" if begun else f"{path}:SECOND", SECOND, "p", new=True)
    assert desk.operations("p") == {("add", f"{module}.first"), ("add", f"{module}.SECOND")}
    assert (
        desk.alice.open_editor(f"{path}:first").editors == desk.alice.open_editor(f"{module}.first").editors
    )
    desk.alice.assign_editor(f"{module}.first", new_patch="q")
    desk.alice.mark_ready("p")
    desk.alice.merge_patch("p")
    assert desk.alice.codebase.files().text(path) == SECOND
    assert sorted(desk.merged(path, "q").split()) == sorted(f"{FIRST}{SECOND}".split())
    assert not desk.alice.codebase.files().digest("pkg.py")
    desk.alice.save_editor(f"{path}:first", FIRST.replace("1", "2"), new_patch="r")
    assert desk.operations("r") == {("update", f"{module}.first")}


def test_a_definition_is_moved_into_a_new_file_by_its_path(desk: Begun) -> None:
    desk.alice.rename_definition("a.py:total", "pkg/__init__.py:total", new_patch="p")
    assert desk.operations("p") == {("rename", "a.total", "pkg.total")}
    assert desk.merged("pkg/__init__.py", "p") == "def total():\n    return 1\n"


def test_what_an_older_store_has_by_its_path_is_the_same(desk: Begun) -> None:
    desk.save("a.discount", DISCOUNT, "p", new=True)
    desk.alice.save_editor("pkg/__init__.py:first", FIRST, new=True)
    desk.alice.open_editor("a.limit", new=True)
    desk.alice.type_text("a.limit", "limit = 3\n")
    older(
        desk, {"a.discount": "a.py:discount", "pkg.first": "pkg/__init__.py:first", "a.limit": "a.py:limit"}
    )
    seen = desk.alice.view()
    assert {one.editor.target for one in seen.editors} == {"a.discount", "pkg.first", "a.limit"}
    assert [op.name for op in seen.patches[0].patch.operations] == ["a.discount"]
    found = desk.alice.editor_in(desk.alice.repository.load(seen.state.session.id), "a.limit")
    assert found is not None and found.target == "a.py:limit"
    desk.alice.save_editor("a.discount", DISCOUNT.replace("1", "2"))
    desk.alice.save_editor("a.py:limit", patch="p")
    desk.alice.assign_editor("pkg.first", new_patch="q")
    assert desk.operations("p") == {("add", "a.discount"), ("add", "a.limit")}
    assert desk.operations("q") == {("add", "pkg.first")}
    desk.alice.join_patches("q", "p")
    assert desk.merged("pkg/__init__.py", "p") == FIRST
    assert "return 2" in desk.alice.codebase.files().text("a.py")


@pytest.mark.parametrize("is_older", [False, True])
def test_a_change_in_the_tree_is_found_of_what_was_given_by_its_path(tmp_path: Path, is_older: bool) -> None:
    desk = Begun(tmp_path, "git", FILES)
    desk.alice.save_editor("a.py:discount", DISCOUNT, new=True)
    desk.save("a.py:limit", "limit = 3\n", "p", new=True)
    if is_older:
        older(desk, {"a.discount": "a.py:discount", "a.limit": "a.py:limit"})
    file = desk.root / "a.py"
    file.write_text(file.read_text().replace("= 3", "= 4").replace("return 1", "return 2"))
    desk.alice.look()
    assert {one.editor.target for one in desk.alice.view().editors} == {"a.discount", "a.limit", "a.total"}
    assert desk.shown("a.limit", "p") == "limit = 4\n"
    desk.alice.assign_editor("a.discount", "p")
    desk.alice.assign_editor("a.total", "p")
    assert desk.merged("a.py", "p") == file.read_text()


def older(desk: Begun, names: dict[str, str]) -> None:
    """Let the session name definitions as older stores did."""

    def named(op: Op) -> Op:
        assert isinstance(op, AddDefinition)
        return op.model_copy(update={"name": names.get(op.name, op.name), "after": None})

    repository = desk.alice.repository
    state = repository.load(desk.alice.session_id(None))
    patches = [
        one.model_copy(update={"operations": tuple(map(named, one.operations))})
        for one in state.patches.values()
    ]
    editors = [
        one.model_copy(
            update={
                "target": names.get(one.target, one.target),
                "pending": tuple(map(named, one.pending)),
            }
        )
        for one in state.editors.values()
    ]
    with repository.lock.exclusive():
        repository.save(state, state.with_patch(*patches).with_editor(*editors), [])
    desk.alice = open_store(desk.root, user="alice")
