"""A patch that reverts a merged one (R7, R22)."""

from __future__ import annotations

import pytest
from world import COUNT, TOTAL, World, function, put, ready, refused

from store.errors import Code
from store.model import PatchStatus


def merged(world: World) -> str:
    """Merge a patch that updates, adds, deletes and renames; gives the file as it was before."""
    before = world.file("app/cart.py")
    alice = world.alice
    put(alice, TOTAL, function("total", 1), "all")
    alice.save_editor("app.cart.added", function("added"), patch="all", new=True)
    alice.rename_definition(COUNT, "app.cart.counted", patch="all")
    ready(alice, "all")
    alice.merge_patch("all")
    return before


def test_reverting_a_merged_patch_puts_back_what_it_changed(world: World) -> None:
    before = merged(world)
    alice = world.alice
    outcome = alice.revert_patch("all")
    assert outcome.summary == "made B Revert all, which reverts A"
    patch = world.patch("Revert all")
    assert patch.status is PatchStatus.DRAFT
    assert patch.description == f"This reverts revision {world.patch('all').revision}."
    assert sorted(kind for kind, *_ in world.operations("Revert all")) == ["delete", "rename", "update"]
    ready(alice, "Revert all")
    alice.merge_patch("Revert all")
    assert world.file("app/cart.py") == before
    world.check()


def test_a_revert_of_a_revert_is_the_patch_again(world: World) -> None:
    merged(world)
    after = world.file("app/cart.py")
    for name, again in (("all", "back"), ("back", "forth")):
        world.alice.revert_patch(name, again)
        ready(world.alice, again)
        world.alice.merge_patch(again)
    found = world.file("app/cart.py")
    assert sorted(found.split("\n")) == sorted(after.split("\n"))


def test_what_changed_since_is_kept_beside_the_revert(world: World) -> None:
    merged(world)
    put(world.alice, TOTAL, function("total", 1, 0, 3), "later")
    ready(world.alice, "later")
    world.alice.merge_patch("later")
    world.alice.revert_patch("all")
    assert world.text(TOTAL, "Revert all") == function("total", 0, 0, 3)


def test_a_revert_stands_in_the_stack_and_can_be_undone(world: World) -> None:
    merged(world)
    put(world.join("bob"), TOTAL, function("total", 1, 0, 3), "bobs")
    world.alice.revert_patch("all")
    assert world.patch("Revert all").dependencies != () or world.patch("bobs").dependencies != ()
    world.check()
    world.alice.undo()
    assert "Revert all" not in [one.name for one in world.state.patches.values()]


@pytest.mark.parametrize("end", ["draft", "abandoned"])
def test_only_a_merged_patch_is_reverted(world: World, end: str) -> None:
    put(world.alice, TOTAL, function("total", 1), "a")
    if end == "abandoned":
        world.alice.abandon_patch("a")
    with refused(Code.BAD_TRANSITION):
        world.alice.revert_patch("a")
