"""Dependencies and joining (R11); closing, abandoning, restoring (R17–R19)."""

from __future__ import annotations

from world import CHECK, COUNT, TAX, TOTAL, World, function, put, ready, refused

from store.errors import Code
from store.model import Dependency, Origin, PatchStatus


def three(world: World) -> None:
    for name, patch in ((TOTAL, "a"), (COUNT, "b"), (TAX, "c")):
        put(world.alice, name, function(name.rpartition(".")[2], one=1), patch)


def test_a_patch_cannot_depend_on_itself_nor_in_a_circle(world: World) -> None:
    three(world)
    with refused(Code.DEPENDENCY_CYCLE, naming="itself"):
        world.alice.add_dependency("a", "a")
    world.alice.add_dependency("b", "a")
    world.alice.add_dependency("c", "b")
    with refused(Code.DEPENDENCY_CYCLE, naming="join the two"):
        world.alice.add_dependency("a", "b")
    with refused(Code.DEPENDENCY_CYCLE):
        world.alice.add_dependency("a", "c")
    world.check()


def test_a_dependency_stays_within_one_session(world: World) -> None:
    world.alice.create_patch("a")
    foreign = world.patch("a").id
    world.alice.start_session("other")
    world.alice.create_patch("b")
    with refused(Code.NOT_FOUND):
        world.alice.add_dependency("b", foreign)


def test_a_patch_waits_until_every_dependency_is_merged(world: World) -> None:
    three(world)
    world.alice.add_dependency("c", "a")
    world.alice.add_dependency("c", "b")
    ready(world.alice, "a", "b", "c")
    assert world.blockers("c") == [Code.DEPENDENCY_UNMERGED] * 2
    world.alice.merge_patch("a")
    assert world.blockers("c") == [Code.DEPENDENCY_UNMERGED]
    world.alice.merge_patch("b")
    assert world.blockers("c") == []


def test_depending_on_a_merged_patch_is_fine_and_on_an_abandoned_one_refused(world: World) -> None:
    three(world)
    ready(world.alice, "a")
    world.alice.merge_patch("a")
    world.alice.add_dependency("b", "A")
    world.alice.abandon_patch("c")
    with refused(Code.BAD_TRANSITION, naming="restore it first"):
        world.alice.add_dependency("b", "C")
    assert Code.DEPENDENCY_UNMERGED not in world.blockers("b")


def test_declaring_a_dependency_twice_changes_nothing(world: World) -> None:
    three(world)
    world.alice.add_dependency("b", "a")
    assert world.alice.add_dependency("b", "a").transaction is None
    assert len(world.patch("b").dependencies) == 1


def test_dropping_what_is_not_there_says_what_is(world: World) -> None:
    three(world)
    world.alice.add_dependency("b", "a")
    with refused(Code.NOT_FOUND, naming="it depends on A a"):
        world.alice.drop_dependency("b", "c")


def test_a_dropped_inferred_dependency_is_remembered(world: World) -> None:
    three(world)
    with world.alice.transaction("test") as t:
        patch = t.state.patches[world.patch("b").id]
        inferred = Dependency(patch=world.patch("a").id, origin=Origin.INFERRED, why="uses app.cart.total")
        t.put(patch.model_copy(update={"dependencies": (inferred,)}))
    world.alice.drop_dependency("b", "a")
    assert world.patch("b").dropped == (world.patch("a").id,)


def test_joining_puts_all_operations_into_one_patch_and_abandons_the_rest(world: World) -> None:
    three(world)
    world.alice.add_dependency("c", "a")
    world.alice.add_dependency("a", "b")
    world.alice.join_patches("a", "b")
    assert world.operations("b") == [("update", COUNT), ("update", TOTAL)]
    assert world.patch("A").status is PatchStatus.ABANDONED
    assert world.operations("A") == []
    assert world.depends("c") == "B"
    assert world.depends("b") == ""
    assert world.editor(TOTAL).patch_id == world.patch("b").id
    world.check()
    world.alice.undo()
    assert world.operations("a") == [("update", TOTAL)]
    assert world.depends("c") == "A"
    world.check()


def test_joining_a_stack_composes_its_operations_either_way(world: World) -> None:
    for into, other in (("a", "b"), ("b", "a")):
        put(world.alice, TOTAL, function("total", 1), "a")
        world.alice.assign_editor(TOTAL, new_patch="b", on_top=True)
        world.alice.save_editor(TOTAL, function("total", 1, 2))
        world.alice.join_patches(other, into)
        assert world.operations(into) == [("update", TOTAL)]
        assert world.text(TOTAL, into) == function("total", 1, 2)
        assert world.depends(into) == ""
        world.check()
        world.alice.abandon_patch(into)
        world.alice.close_editor(TOTAL, discard=True)


def test_joining_refuses_a_circle_through_a_third_patch(world: World) -> None:
    three(world)
    world.alice.add_dependency("b", "a")
    world.alice.add_dependency("c", "b")
    with refused(Code.DEPENDENCY_CYCLE, naming="B b stands between"):
        world.alice.join_patches("a", "c")
    world.alice.join_patches("b", "a")
    world.alice.join_patches("c", "a")
    assert len(world.patch("a").operations) == 3
    world.check()


def test_joining_waits_for_open_conflicts_to_be_settled(world: World) -> None:
    three(world)
    put(world.alice, CHECK, function("check", one=1), "a")
    world.alice.start_session("other")
    put(world.alice, CHECK, function("check", one=2), "q")
    ready(world.alice, "q")
    world.alice.merge_patch("q")
    world.alice.switch_session("main")
    for patch, into in (("a", "b"), ("b", "a")):
        with refused(Code.CONFLICTS, naming=CHECK):
            world.alice.join_patches(patch, into)
    assert world.blockers("a")[-1] is Code.CONFLICTS
    world.check()


def test_a_patch_cannot_be_joined_into_itself_or_when_it_has_ended(world: World) -> None:
    three(world)
    with refused(Code.BAD_TRANSITION):
        world.alice.join_patches("a", "a")
    world.alice.abandon_patch("c")
    with refused(Code.BAD_TRANSITION):
        world.alice.join_patches("a", "C")
    with refused(Code.BAD_TRANSITION):
        world.alice.join_patches("C", "a")


# Abandoning and restoring: R19


def test_abandoning_unassigns_the_editors_which_show_what_is_left(world: World) -> None:
    three(world)
    assert any("editor 1" in one for one in world.alice.abandon_patch_preview("a"))
    world.alice.abandon_patch("a")
    assert world.editor(TOTAL).patch_id is None
    assert world.alice.editor_text(TOTAL).text == function("total")
    assert world.operations("A") == [("update", TOTAL)]
    world.alice.restore_patch("A")
    assert world.text(TOTAL, "a") == function("total", 1)


def test_restoring_merges_the_operations_with_what_happened_since(world: World) -> None:
    three(world)
    world.alice.abandon_patch("a")
    put(world.alice, TOTAL, function("total", two=2), "d")
    ready(world.alice, "d")
    world.alice.merge_patch("d")
    world.alice.restore_patch("a")
    assert world.text(TOTAL, "a") == function("total", 1, 2)
    world.check()


# Closing: R17, R18


def test_the_close_preview_says_what_will_happen_and_closing_does_it(world: World) -> None:
    three(world)
    bob = world.join("bob")
    put(bob, CHECK, function("check", 1), "bobs")
    world.alice.save_editor("app.user.LIMIT", "LIMIT = 9\n")
    world.alice.type_text("app.cart.Cart.add", "    def add(self):\n        return 9\n")
    world.alice.add_dependency("a", "b")
    world.alice.add_dependency("c", "bobs")
    ready(world.alice, "a", "b", "c")
    seen = world.alice.close_preview()
    assert [one.patch.letter for one in seen.merges] == ["B", "A"]
    assert [(one.patch, one.code) for one in seen.fails] == [(world.patch("c").id, Code.DEPENDENCY_UNMERGED)]
    assert [(one.letter, one.created_by) for one in seen.abandons] == [("D", "bob")]
    assert [one.target for one in seen.unassigned] == ["app.user.LIMIT"]
    assert [one.target for one in seen.unsaved] == ["app.cart.Cart.add"]
    result = world.alice.close_session(stamp=seen.stamp)
    assert result.merged == tuple(one.patch.id for one in seen.merges)
    assert [one.patch for one in result.patches_failed] == [one.patch for one in seen.fails]
    assert result.abandoned == tuple(one.id for one in seen.abandons)
    assert world.patch("c").status is PatchStatus.READY
    assert result.patches_merged + len(result.patches_failed) + result.patches_abandoned == 4
    world.check()


def test_each_merge_of_a_close_is_a_transaction_and_the_end_is_one_more(world: World) -> None:
    three(world)
    ready(world.alice, "a", "b")
    world.alice.close_session()
    verbs = [one.verb for one in world.alice.log(session=world.session)][:3]
    assert verbs == ["session.close", "patch.merge", "patch.merge"]


def test_a_ready_patch_in_conflict_fails_and_an_unmarked_one_is_abandoned(world: World) -> None:
    put(world.alice, TOTAL, function("total", 1), "marked")
    put(world.alice, CHECK, function("check", 1), "unmarked")
    ready(world.alice, "marked")
    world.alice.start_session("other")
    put(world.alice, TOTAL, function("total", 2), "q")
    put(world.alice, CHECK, function("check", 2), "q")
    ready(world.alice, "q")
    world.alice.merge_patch("q")
    result = world.alice.close_session("main")
    assert [(one.patch, one.code) for one in result.patches_failed] == [
        (world.patch("marked").id, Code.CONFLICTS)
    ]
    assert result.abandoned == (world.patch("unmarked").id,)
    assert world.patch("marked").status is PatchStatus.CONFLICTS
    world.alice.reopen_session("main")
    assert world.operations("marked") == [("update", TOTAL)]
    world.alice.resolve_conflict(TOTAL, ours=True)
    ready(world.alice, "marked")
    world.alice.merge_patch("marked")
    assert world.text(TOTAL) == function("total", 1)


def test_a_ready_patch_with_other_peoples_unsaved_text_fails_and_keeps_the_text(world: World) -> None:
    bob = world.join("bob")
    put(world.alice, TOTAL, function("total", 1), "a")
    ready(world.alice, "a")
    bob.open_editor(TOTAL)
    bob.assign_editor(TOTAL, "a")
    bob.type_text(TOTAL, function("total", 1, 5))
    result = world.alice.close_session()
    assert [one.code for one in result.patches_failed] == [Code.UNSAVED_EDITOR]
    world.alice.reopen_session("main")
    assert bob.buffer(TOTAL, session=world.session).text == function("total", 1, 5)  # type: ignore[union-attr]


def test_closing_a_session_without_patches_counts_nothing(world: World) -> None:
    result = world.alice.close_session()
    assert (result.patches_merged, result.patches_failed, result.patches_abandoned) == (0, (), 0)
    assert (world.root / "archive" / f"{world.session}.json").exists()
    assert not (world.root / "sessions" / f"{world.session}.json").exists()


def test_abandoning_a_session_takes_its_name_and_keeps_what_is_merged(world: World) -> None:
    three(world)
    ready(world.alice, "a", "b")
    world.alice.merge_patch("a")
    assert [one.letter for one in world.alice.abandon_preview().abandons] == ["B", "C"]
    for wrong in ("", "Main", "main "):
        with refused(Code.INVALID_NAME, naming="'main'"):
            world.alice.abandon_session(wrong)
    world.alice.abandon_session("main")
    assert [one.status for one in world.state.patches.values()] == [
        PatchStatus.MERGED,
        PatchStatus.ABANDONED,
        PatchStatus.ABANDONED,
    ]
    assert world.text(TOTAL) == function("total", 1)
    assert world.text(COUNT) == function("count")
    world.alice.undo(session=world.session)
    assert world.patch("b").status is PatchStatus.READY
    assert world.alice.current_session() == world.session


def test_in_a_closed_session_only_the_closing_can_be_undone_by_an_owner(world: World) -> None:
    bob = world.join("bob")
    three(world)
    ready(world.alice, "a")
    bob.create_patch("bobs")
    world.alice.close_session()
    with refused(Code.NOT_PERMITTED, Code.CLOSED, Code.NOT_FOUND):
        bob.undo(session=world.session)
    world.alice.undo(session=world.session)
    assert world.patch("bobs").status is PatchStatus.DRAFT
    assert world.patch("a").status is PatchStatus.MERGED
    world.alice.undo()
    assert world.patch("a").status is PatchStatus.READY
    assert world.text(TOTAL) == function("total")
    world.check()
