"""Dependencies told from the names that patches use (R11), and imports that travel with what needs them."""

from __future__ import annotations

from pathlib import Path

import pytest
from world import TOTAL, World, function, refused

from store.errors import Code

HELPER = "def helper():\n    return 1\n"
USES = "def total(self=None):\n    return helper()\n"
CHECK = "app.user.check"


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.alice.save_editor("app.cart.helper", HELPER, new_patch="adds", new=True)
    return world


def dependencies(world: World, patch: str) -> list[tuple[str, str, str]]:
    patches = world.state.patches
    return [(patches[one.patch].name, one.origin.value, one.why) for one in world.patch(patch).dependencies]


def test_a_patch_that_uses_an_added_name_depends_on_the_one_that_adds_it(world: World) -> None:
    world.alice.save_editor(TOTAL, USES, new_patch="uses")
    noted = world.alice.infer()
    assert noted is not None and "now depends on A adds" in noted.summary
    assert dependencies(world, "uses") == [("adds", "inferred", "uses app.cart.helper")]
    assert world.alice.infer() is None


def test_merging_notes_the_dependency_and_waits_for_it(world: World) -> None:
    world.alice.save_editor(TOTAL, USES, new_patch="uses")
    world.alice.mark_ready("uses")
    with refused(Code.DEPENDENCY_UNMERGED, naming="adds"):
        world.alice.merge_patch("uses")
    world.alice.mark_ready("adds")
    for name in ("adds", "uses"):
        world.alice.merge_patch(name)
    assert "helper()" in world.alice.codebase.files().text("app/cart.py")


def test_a_dependency_goes_when_the_name_is_used_no_more(world: World) -> None:
    world.alice.save_editor(TOTAL, USES, new_patch="uses")
    world.alice.infer()
    world.alice.save_editor(TOTAL, function("total", 5))
    noted = world.alice.infer()
    assert noted is not None and noted.summary == "looked again at what B needs"
    assert dependencies(world, "uses") == []


def test_a_patch_that_has_come_to_depend_on_another_is_undone_with_what_was_put_into_it(
    world: World,
) -> None:
    world.alice.save_editor(TOTAL, USES)
    editor = next(one for one in world.state.editors.values() if one.target == TOTAL)
    with world.alice.one_act():
        made = world.alice.create_patch("uses")
        world.alice.assign_editor(editor.id, made.patches[0])
    world.alice.infer()
    assert dependencies(world, "uses") == [("adds", "inferred", "uses app.cart.helper")]
    assert world.alice.undo().summary.startswith("undid 2 steps: ")
    assert {one.name for one in world.state.patches.values()} == {"adds"}
    assert world.state.editors[editor.id].pending
    world.alice.redo()
    assert dependencies(world, "uses") == [("adds", "inferred", "uses app.cart.helper")]


def test_a_declared_dependency_of_somebody_else_stands_against_undoing_the_patch(world: World) -> None:
    bob = world.join("bob", "maintainer")
    world.alice.create_patch("later")
    bob.add_dependency("later", "adds")
    with refused(Code.RESTS_ON, naming="bob has since"):
        world.alice.undo()


def test_a_dropped_one_stays_dropped_and_the_blocker_names_who_adds_the_name(world: World) -> None:
    world.alice.save_editor(TOTAL, USES, new_patch="uses")
    world.alice.infer()
    world.alice.drop_dependency("uses", "adds")
    assert world.alice.infer() is None
    world.alice.mark_ready("uses")
    with refused(Code.UNDEFINED_NAME, naming="helper, which A adds adds"):
        world.alice.merge_patch("uses")
    (blocker,) = (
        one for patch in world.alice.view().patches if patch.patch.name == "uses" for one in patch.blockers
    )
    assert blocker.patch == world.patch("adds").id


@pytest.mark.parametrize("joined", ["uses", "adds"])
def test_a_dropped_one_stays_dropped_when_either_patch_is_joined_into_another(
    world: World, joined: str
) -> None:
    world.alice.save_editor(TOTAL, USES, new_patch="uses")
    world.alice.infer()
    world.alice.drop_dependency("uses", "adds")
    world.alice.save_editor("app.cart.other", "def other():\n    return 1\n", new=True, new_patch="other")
    world.alice.join_patches(joined, "other")
    assert world.alice.infer() is None
    uses, adds = ("other", "adds") if joined == "uses" else ("uses", "other")
    assert world.patch(uses).dependencies == ()
    assert world.patch(uses).dropped == (world.patch(adds).id,)


def test_the_blocker_names_the_editor_whose_pending_work_adds_the_name(world: World) -> None:
    world.alice.save_editor("app.cart.NEWC", "NEWC = 3\n", new=True)
    world.alice.save_editor(TOTAL, "def total(self=None):\n    return NEWC\n", new_patch="uses")
    world.alice.mark_ready("uses")
    editor = world.editor("app.cart.NEWC")
    with refused(Code.UNDEFINED_NAME, naming=f"uses NEWC, which editor {editor.number} adds, in no patch"):
        world.alice.merge_patch("uses")
    (blocker,) = (
        one for patch in world.alice.view().patches if patch.patch.name == "uses" for one in patch.blockers
    )
    assert (blocker.editor, blocker.patch) == (editor.id, None)
    assert blocker.message.endswith(": assign it")
    world.alice.assign_editor("app.cart.NEWC", "uses")
    assert world.blockers("uses") == [Code.NOT_READY]


def test_one_that_would_close_a_circle_is_only_told(world: World) -> None:
    world.alice.save_editor(TOTAL, USES, new_patch="uses")
    world.alice.add_dependency("adds", "uses")
    world.alice.infer()
    assert dependencies(world, "uses") == []
    world.alice.mark_ready("uses")
    with refused(Code.UNDEFINED_NAME, naming="which A adds adds but waits for this one: join them"):
        world.alice.merge_patch("uses")
    world.alice.join_patches("uses", "adds")
    world.alice.mark_ready("adds")
    world.alice.merge_patch("adds")


def test_a_name_imported_from_another_module_counts(world: World) -> None:
    world.alice.save_editor("app.user.<import>", "from app.cart import helper\n", new=True)
    world.alice.save_editor(CHECK, "def check(self=None):\n    return helper()\n", new_patch="uses")
    world.alice.infer()
    assert dependencies(world, "uses") == [("adds", "inferred", "uses app.cart.helper")]


IMPORTS = "from app.cart import NEWC\n"
MODULE = "from app import cart\n"


@pytest.mark.parametrize(
    ("imports", "used"), [(IMPORTS, "NEWC"), (MODULE, "cart.NEWC"), ("import app.cart\n", "app.cart.NEWC")]
)
def test_a_name_that_another_file_gets_in_no_patch_is_missed(world: World, imports: str, used: str) -> None:
    world.alice.save_editor("app.cart.NEWC", "NEWC = 3\n", new=True)
    world.alice.save_editor("app.user.<import>", imports, new=True)
    world.alice.save_editor(CHECK, f"def check(self=None):\n    return {used}\n", new_patch="uses")
    world.alice.mark_ready("uses")
    editor = world.editor("app.cart.NEWC")
    with refused(Code.UNDEFINED_NAME, naming=f"app/user.py uses {used}, which editor {editor.number} adds"):
        world.alice.merge_patch("uses")
    world.alice.assign_editor("app.cart.NEWC", "adds")
    world.alice.infer()
    assert dependencies(world, "uses") == [("adds", "inferred", "uses app.cart.NEWC")]
    world.alice.drop_dependency("uses", "adds")
    with refused(Code.UNDEFINED_NAME, naming=f"uses {used}, which A adds adds"):
        world.alice.merge_patch("uses")
    world.alice.mark_ready("adds")
    for name in ("adds", "uses"):
        world.alice.merge_patch(name)


def test_a_new_file_in_no_patch_is_missed_by_what_imports_it(world: World) -> None:
    world.alice.save_editor("app/fresh.py:<file>", "NEWC = 3\n", new=True)
    world.alice.save_editor("app.user.<import>", "from app import fresh\n", new=True)
    world.alice.save_editor(CHECK, "def check(self=None):\n    return fresh.NEWC\n", new_patch="uses")
    world.alice.mark_ready("uses")
    with refused(Code.UNDEFINED_NAME, naming="app/user.py uses fresh, which editor"):
        world.alice.merge_patch("uses")
    world.alice.assign_editor("app/fresh.py:<file>", "uses")
    assert world.blockers("uses") == [Code.NOT_READY]


@pytest.mark.parametrize(
    ("imports", "used"),
    [
        ("from os import NEWC\n", "NEWC"),
        ("from app import unknown\n", "unknown.NEWC"),
        ("from app import cart\n", "cart.total.NEWC"),
    ],
)
def test_what_nobody_here_adds_may_come_from_outside(world: World, imports: str, used: str) -> None:
    world.alice.save_editor("app.cart.NEWC", "NEWC = 3\n", new=True)
    world.alice.save_editor("app.user.<import>", imports, new=True)
    world.alice.save_editor(CHECK, f"def check(self=None):\n    return {used}\n", new_patch="uses")
    assert world.blockers("uses") == [Code.NOT_READY]


def test_an_import_in_no_patch_travels_with_what_needs_it(world: World) -> None:
    world.alice.save_editor("app.cart.<import>", "import math\nimport os\nimport re\n")
    world.alice.save_editor(TOTAL, "def total(self=None):\n    return math.pi\n", new_patch="pi")
    world.alice.mark_ready("pi")
    world.alice.merge_patch("pi")
    text = world.alice.codebase.files().text("app/cart.py")
    assert "import math\nimport os\n" in text and "import re" not in text
    (left,) = (one for one in world.state.editors.values() if one.target == "app.cart.<import>")
    assert left.pending


def test_an_inferred_dependency_that_somebody_declares_stays(world: World) -> None:
    world.alice.save_editor(TOTAL, USES, new_patch="uses")
    world.alice.infer()
    world.alice.add_dependency("uses", "adds")
    world.alice.save_editor(TOTAL, function("total", 5))
    world.alice.infer()
    assert dependencies(world, "uses") == [("adds", "declared", "declared by alice")]


def test_imports_in_a_patch_are_merged_with_those_that_travelled_before(world: World) -> None:
    world.alice.save_editor("app.cart.<import>", "import math\nimport os\nimport re\n", new_patch="imports")
    world.alice.save_editor(TOTAL, "def total(self=None):\n    return math.pi\n", new_patch="pi")
    for name in ("pi", "imports"):
        world.alice.mark_ready(name)
        world.alice.merge_patch(name)
    text = world.alice.codebase.files().text("app/cart.py")
    assert [text.count(f"import {one}\n") for one in ("math", "os", "re")] == [1, 1, 1]


def suggestions(world: World, patch: str) -> list[tuple[str, str]]:
    (view,) = (one for one in world.alice.view().patches if one.patch.name == patch)
    return [(one.patch.name, one.name) for one in view.suggestions]


def test_what_is_used_behind_a_dot_and_added_elsewhere_is_only_suggested(world: World) -> None:
    world.alice.save_editor(TOTAL, "def total(cart):\n    return cart.helper()\n", new_patch="uses")
    assert world.alice.infer() is None
    assert suggestions(world, "uses") == [("adds", "app.cart.helper")]
    assert suggestions(world, "adds") == []
    world.alice.mark_ready("uses")
    assert world.blockers("uses") == []


def test_a_suggestion_goes_when_it_is_taken_dropped_or_not_used_any_more(world: World) -> None:
    world.alice.save_editor(TOTAL, "def total(cart):\n    return cart.helper()\n", new_patch="uses")
    world.alice.add_dependency("uses", "adds")
    assert suggestions(world, "uses") == []
    world.alice.undo()
    assert suggestions(world, "uses") == [("adds", "app.cart.helper")]
    world.alice.add_dependency("adds", "uses")
    assert suggestions(world, "uses") == []
    world.alice.undo()
    world.alice.save_editor(TOTAL, "def total(cart):\n    return cart\n")
    assert suggestions(world, "uses") == []


def test_a_dismissed_suggestion_stays_dismissed_until_undone(world: World) -> None:
    world.alice.save_editor(TOTAL, "def total(cart):\n    return cart.helper()\n", new_patch="uses")
    world.alice.drop_dependency("uses", "adds")
    assert suggestions(world, "uses") == []
    world.alice.save_editor(TOTAL, "def total(cart):\n    return 1 + cart.helper()\n")
    assert suggestions(world, "uses") == []
    with refused(Code.NOT_FOUND, naming="does not depend on A adds"):
        world.alice.drop_dependency("uses", "adds")
    world.alice.undo()
    world.alice.undo()
    assert suggestions(world, "uses") == [("adds", "app.cart.helper")]
