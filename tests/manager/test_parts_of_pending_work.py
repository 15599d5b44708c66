"""A member of a class that work in no patch is to bring: it is changed in that, in the class's editor."""

from __future__ import annotations

from pathlib import Path

import pytest
from desks import KINDS, Begun
from world import refused

from store.errors import Code
from store.source.texts import digest

FILES = {"a.py": "X = 1\n", "a.go": "package a\n"}
CLASS = "class C:\n    x = 1\n\n    def m(self):\n        return 2\n"
MEMBER = "    def m(self):\n        return 2\n"
OTHER = "    def n(self):\n        return 5\n"


@pytest.fixture(params=KINDS)
def desk(tmp_path: Path, request: pytest.FixtureRequest) -> Begun:
    """A session with a new class in no patch: found in the tree, in a repository."""
    desk = Begun(tmp_path, request.param, FILES)
    if desk.is_git:
        (desk.root / "a.py").write_text(f"X = 1\n\n\n{CLASS}")
        desk.alice.look()
    else:
        desk.alice.save_editor("a.C", CLASS, new=True)
    return desk


def only(desk: Begun) -> str:
    """The text of the one editor there is, on the class."""
    (found,) = desk.alice.view().editors
    assert found.editor.target == "a.C"
    assert [(op.kind, op.name) for op in found.editor.pending] == [("add", "a.C")]
    return desk.alice.editor_text(found.editor.id).text


def test_a_member_is_saved_added_renamed_and_deleted_in_it(desk: Begun) -> None:
    outcome = desk.alice.save_editor("a.C.m", MEMBER.replace("2", "3"))
    assert outcome.summary == "saved a.C.m, in no patch yet"
    assert outcome.notes == ("a.C.m goes with a.C, which editor 1 adds",)
    assert outcome.asks
    assert only(desk) == CLASS.replace("2", "3")
    desk.alice.save_editor("a.py:C.n", OTHER, new=True)
    assert only(desk) == f"{CLASS.replace('2', '3')}\n{OTHER}"
    desk.alice.rename_definition("a.C.n", "a.C.k")
    desk.alice.delete_definition("a.C.m")
    assert only(desk) == f"class C:\n    x = 1\n\n{OTHER.replace('def n', 'def k')}"
    desk.alice.assign_editor("a.C", new_patch="p")
    assert desk.operations("p") == {("add", "a.C")}
    assert "def k" in desk.merged("a.py", "p")


def test_opening_a_member_opens_the_class(desk: Begun) -> None:
    outcome = desk.alice.open_editor("a.C.m")
    assert outcome.editors == (desk.alice.view().editors[0].editor.id,)
    assert outcome.notes == ("a.C.m is in a.C, which this editor adds",)
    with refused(Code.NAME_TAKEN, naming="a.C.m"):
        desk.alice.open_editor("a.C.m", new=True)
    with refused(Code.NOT_FOUND, naming="a.C.n"):
        desk.alice.open_editor("a.C.n")
    assert desk.alice.open_editor("a.C.n", new=True).notes == ("a.C.n goes into a.C, which this editor adds",)
    assert only(desk) == CLASS


def test_a_member_is_saved_into_a_patch_with_its_class(desk: Begun) -> None:
    desk.alice.save_editor("a.C.m", MEMBER.replace("2", "3"), new_patch="p")
    assert desk.operations("p") == {("add", "a.C")}
    assert desk.merged("a.py", "p") == f"X = 1\n\n\n{CLASS.replace('2', '3')}"


def test_what_does_not_merge_into_the_member_is_refused_and_what_does_is_merged(desk: Begun) -> None:
    old = digest(MEMBER)
    desk.alice.keep_shown(MEMBER)
    desk.alice.save_editor("a.C.m", MEMBER.replace("2", "3"), shown=old)
    with refused(Code.CONFLICTS):
        desk.alice.save_editor("a.C.m", MEMBER.replace("2", "4"), shown=old)
    desk.alice.save_editor("a.C.x", "    x = 7\n", shown=digest("    x = 1\n"))
    assert only(desk) == CLASS.replace("2", "3").replace("x = 1", "x = 7")


def test_what_is_typed_for_a_member_is_the_classs_unsaved_text(desk: Begun) -> None:
    old = digest(MEMBER)
    desk.alice.keep_shown(MEMBER)
    desk.alice.save_editor("a.C.x", "    x = 7\n")
    editor = desk.alice.type_text("a.C.m", MEMBER.replace("2", "3"), old)
    assert editor == desk.alice.view().editors[0].editor.id
    with refused(Code.UNSAVED_EDITOR, naming="a.C.m"):
        desk.alice.type_text("a.C.m", MEMBER.replace("2", "4"))
    desk.alice.save_editor("a.C.n", OTHER, new=True)
    desk.alice.delete_definition("a.C.n")
    desk.alice.save_editor("a.C")
    assert only(desk) == CLASS.replace("2", "3").replace("x = 1", "x = 7")
    assert desk.alice.buffer(editor) is None


def test_a_text_that_did_not_merge_waits_over_what_it_was_typed_over(desk: Begun) -> None:
    desk.alice.keep_shown(MEMBER)
    desk.alice.save_editor("a.C.m", MEMBER.replace("2", "3"))
    desk.alice.type_text("a.C.m", MEMBER.replace("2", "4"), digest(MEMBER))
    with refused(Code.CONFLICTS):
        desk.alice.save_editor("a.C")
    assert only(desk) == CLASS.replace("2", "3")


def test_a_member_whose_class_left_its_patch_goes_with_that(desk: Begun) -> None:
    desk.alice.assign_editor("a.C", new_patch="p")
    desk.alice.open_editor("a.C.m")
    desk.alice.unassign_editor("a.C")
    desk.alice.save_editor("a.C.m", MEMBER.replace("2", "3"))
    assert desk.alice.editor_text("a.C").text == CLASS.replace("2", "3")
    desk.alice.assign_editor("a.C", "p")
    desk.alice.save_editor("a.C.m", MEMBER.replace("2", "4"))
    assert desk.alice.editor_text("a.C").text == CLASS.replace("2", "4")
    assert desk.operations("p") == {("add", "a.C")}


def test_what_was_typed_in_an_editor_that_was_closed_is_not_put_in_place_of_its_class(tmp_path: Path) -> None:
    desk = Begun(tmp_path, "package-tree", FILES)
    desk.save("a.C", CLASS, "p", new=True)
    member = desk.alice.open_editor("a.C.m").editors[0]
    desk.alice.unassign_editor("a.C")
    desk.alice.close_editor(member)
    with refused(Code.UNSAVED_EDITOR, naming="a.C.m was closed here and goes with a.C in editor 1"):
        desk.alice.type_text(member, MEMBER.replace("2", "3"), writer="1-screen", target="a.C.m")
    assert desk.alice.buffer("a.C") is None
    assert only(desk) == CLASS


def test_what_is_in_somebody_elses_class_is_said_to_be_theirs(tmp_path: Path) -> None:
    desk = Begun(tmp_path, "package-tree", FILES)
    desk.alice.invite("bob", "contributor")
    desk.alice.save_editor("a.C", CLASS, new=True)
    bob = desk.alice.as_user("bob")
    bob.switch_session(desk.session)
    for verb in (
        lambda: bob.open_editor("a.C.m"),
        lambda: bob.save_editor("a.C.m", MEMBER),
        lambda: bob.type_text("a.C.m", MEMBER),
        lambda: bob.delete_definition("a.C.m"),
    ):
        with refused(Code.NOT_FOUND, naming="which alice has in editor 1 and in no patch yet"):
            verb()
    assert only(desk) == CLASS


def test_what_the_tree_has_for_somebody_else_is_not_written_over_unseen(tmp_path: Path) -> None:
    desk = Begun(tmp_path, "git", FILES)
    desk.alice.invite("bob", "contributor")
    bob = desk.alice.as_user("bob")
    bob.switch_session(desk.session)
    (desk.root / "a.py").write_text(f"X = 1\n\n\n{CLASS}")
    desk.alice.look()
    with refused(Code.NAME_TAKEN, naming="Editor 1 adds a.C"):
        bob.save_editor("a.C.m", MEMBER.replace("2", "3"))
    with refused(Code.NAME_TAKEN, naming="Editor 1 adds a.C"):
        bob.type_text("a.C.m", MEMBER.replace("2", "3"))
    bob.keep_shown(MEMBER)
    bob.save_editor("a.C.m", MEMBER.replace("2", "3"), shown=digest(MEMBER))
    assert only(desk) == CLASS.replace("2", "3")
    assert desk.alice.view().editors[0].editor.user == "bob"


def test_what_is_in_a_new_file_of_the_tree_is_changed_in_that(tmp_path: Path) -> None:
    desk = Begun(tmp_path, "git", FILES)
    (desk.root / "b.py").write_text(CLASS)
    desk.alice.look()
    desk.alice.save_editor("b.C.m", MEMBER.replace("2", "3"))
    desk.alice.save_editor("b.Y", "Y = 1\n", new=True)
    assert (desk.root / "b.py").read_text().startswith(CLASS.replace("2", "3"))
    (found,) = desk.alice.view().editors
    assert [(op.kind, op.name) for op in found.editor.pending] == [("add", "b.py:<file>")]
    desk.alice.assign_editor("b.py:<file>", new_patch="p")
    assert desk.merged("b.py", "p") == f"{CLASS.replace('2', '3')}\n\nY = 1\n"


def test_what_stands_apart_from_a_pending_type_has_an_editor_of_its_own(tmp_path: Path) -> None:
    desk = Begun(tmp_path, "package-tree", FILES)
    desk.alice.save_editor("a.go:T", "type T struct {\n\tx int\n}\n", new=True)
    desk.alice.save_editor("a.go:T.M", "func (t T) M() int {\n\treturn 2\n}\n", new=True)
    assert [[(op.kind, op.name) for op in one.editor.pending] for one in desk.alice.view().editors] == [
        [("add", "a.go:T")],
        [("add", "a.go:T.M")],
    ]
