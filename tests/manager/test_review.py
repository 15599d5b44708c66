"""What happens at the edges: ending with stacks left, many patches at once, coming back after an end."""

from __future__ import annotations

from world import COUNT, TAX, TOTAL, World, function, put, ready

from store.model import PatchStatus


def test_closing_mends_the_stacks_of_what_stays_around_the_drafts_it_abandons(world: World) -> None:
    alice = world.alice
    put(alice, TOTAL, function("total", 1), "below")
    put(world.join("bob"), TOTAL, function("total", 1, 2), "between")
    put(world.join("carol"), TOTAL, function("total", 1, 2, 3), "above")
    put(alice, TAX, "def tax(self=None):\n    return (\n", "below")
    put(alice, COUNT, function("count", 1), "alone")
    ready(alice, "below", "above")
    done = alice.close_session()
    assert {world.patch(one).status for one in ("below", "above")} == {PatchStatus.READY}
    assert {world.patch(one).status for one in ("between", "alone")} == {PatchStatus.ABANDONED}
    assert done.patches_abandoned == 2
    assert sorted(world.depends("above")) == ["A", "B"]
    assert world.editor(TOTAL, "bob").patch_id is None
    world.check()
