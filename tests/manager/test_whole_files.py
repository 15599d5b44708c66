"""A whole file as a definition: added, deleted and renamed with everything in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from source.memory_files import MemoryFiles
from world import COUNT, TOTAL, World, function, refused

from store.edits import Edit, Operations
from store.errors import Code
from store.model import UpdateDefinition
from store.source.texts import digest
from store.source.tree import Tree

NEW, BASKET = "app/basket.py:<file>", "app.basket"
TEXT = "import os\n\n\n" + function("fill") + "\n\n" + function("empty")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_definition_in_an_added_file_belongs_to_the_patch_that_adds_it(world: World) -> None:
    world.alice.save_editor(NEW, TEXT, new_patch="basket", new=True)
    saved = world.alice.save_editor(f"{BASKET}.fill", function("fill", 7), shown=None)
    assert saved.chosen == world.patch("basket").id
    assert [op.name for op in world.patch("basket").operations] == [NEW]
    shown = world.alice.show(f"{BASKET}.fill", patch="basket").text
    assert shown == function("fill", 7)
    world.alice.mark_ready("basket")
    world.alice.merge_patch("basket")
    assert world.alice.codebase.files().text("app/basket.py") == TEXT.replace(
        function("fill"), function("fill", 7)
    )


def test_a_deleted_file_and_a_change_in_it_are_one_stack(world: World) -> None:
    world.alice.save_editor(TOTAL, function("total", 1), new_patch="lower")
    world.alice.delete_definition("app/cart.py:<file>", new_patch="upper")
    upper = world.patch("upper")
    assert [one.patch for one in upper.dependencies] == [world.patch("lower").id]
    with refused(Code.DEPENDENCY_UNMERGED, Code.NOT_READY):
        world.alice.merge_patch("upper")
    for name in ("lower", "upper"):
        world.alice.mark_ready(name)
        world.alice.merge_patch(name)
    assert not world.alice.codebase.files().digest("app/cart.py")


def test_operations_and_editors_follow_a_renamed_file(world: World) -> None:
    world.alice.open_editor(COUNT)
    world.alice.rename_definition("app/cart.py:<file>", NEW, new_patch="move")
    world.alice.save_editor(f"{BASKET}.total", function("total", 5), patch="move")
    world.alice.mark_ready("move")
    world.alice.merge_patch("move")
    files = world.alice.codebase.files()
    assert files.digest("app/cart.py") is None
    assert function("total", 5) in files.text("app/basket.py")
    world.alice.names()
    assert f"{BASKET}.count" in {one.target for one in world.state.editors.values()}


def test_what_is_saved_in_a_file_that_another_patch_renames_comes_along(world: World) -> None:
    world.alice.save_editor(TOTAL, function("total", 1), new_patch="lower")
    world.alice.create_patch("upper")
    world.alice.rename_definition("app/cart.py:<file>", NEW, patch="upper")
    world.alice.save_editor(TOTAL, function("total", 2), patch="lower")
    assert function("total", 2) in world.alice.show(NEW, patch="upper").text


def test_a_change_in_a_file_that_is_updated_keeps_the_text_that_it_rests_on_now() -> None:
    texts: dict[str, str] = {}

    def keep(text: str) -> str:
        texts[digest(text)] = text
        return digest(text)

    there = function("total", 1) + "\n\n" + function("count")
    update = UpdateDefinition(
        name="app/cart.py:<file>",
        authors=("alice",),
        base_digest=keep(function("total") + "\n\n" + function("count")),
        digest=keep(function("total") + "\n\n" + function("count", 2)),
    )
    work = Operations(
        Tree(MemoryFiles({"app/cart.py": there})), texts.__getitem__, keep, ("alice",), [update]
    )
    work.write(Edit(COUNT, COUNT, function("count", 3)))
    (op,) = work.items
    assert texts[op.base_digest or ""] == there
    assert texts[op.digest or ""] == function("total", 1) + "\n\n" + function("count", 3)
