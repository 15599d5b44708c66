"""Grounds and stacks (R7): several open patches on one definition, and codebases that move."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from world import CHECK, COUNT, TAX, TOTAL, World, function, put, ready, refused

from store.errors import Code, PatchbayError
from store.ground.order import stack_on
from store.model import CleanMerge, Origin, PatchStatus
from store.rules import violations


def total(one: object = 0, two: object = 0, three: object = 0) -> str:
    return function("total", one, two, three)


def on_top(world: World, patch: str, text: str) -> None:
    """Stack a patch on what there is: a new patch, whose editor shows the top and whose save rests on it."""
    names = {one.name for one in world.state.open_patches()}
    world.alice.open_editor(TOTAL)
    where = {"patch": patch} if patch in names else {"new_patch": patch}
    world.alice.assign_editor(TOTAL, on_top=True, **where)  # type: ignore[arg-type]
    world.alice.save_editor(TOTAL, text)


@pytest.fixture
def stacked(world: World) -> World:
    """Three patches on one definition, each with a line of its own."""
    put(world.alice, TOTAL, total(one=1), "a")
    on_top(world, "b", total(one=1, two=2))
    on_top(world, "c", total(one=1, two=2, three=3))
    return world


def order(world: World, name: str = TOTAL) -> str:
    state = world.state
    return "".join(state.patches[one].letter for one in stack_on(state.patches, name))


def test_operations_on_one_definition_form_a_stack_of_dependencies(stacked: World) -> None:
    assert order(stacked) == "ABC"
    assert (stacked.depends("a"), stacked.depends("b"), stacked.depends("c")) == ("", "A", "B")
    dependency = stacked.patch("b").dependencies[0]
    assert (dependency.origin, dependency.why) == (Origin.STACKED, f"both change {TOTAL}")
    assert [stacked.text(TOTAL, one) for one in "ABC"] == [total(1), total(1, 2), total(1, 2, 3)]


def test_the_dependency_of_a_stack_cannot_be_dropped_while_both_are_open(stacked: World) -> None:
    with refused(Code.RESTS_ON, naming=TOTAL):
        stacked.alice.drop_dependency("b", "a")


def test_a_new_operation_goes_directly_beneath_the_lowest_whose_patch_depends_on_its_own(
    world: World,
) -> None:
    world.alice.create_patch("lower")
    put(world.alice, TOTAL, total(two=2), "upper")
    world.alice.add_dependency("upper", "lower")
    world.alice.close_editor(TOTAL)
    world.alice.open_editor(TOTAL)
    world.alice.assign_editor(TOTAL, "lower", on_top=True)
    world.alice.save_editor(TOTAL, total(one=1))
    assert order(world) == "AB"
    assert world.text(TOTAL, "lower") == total(one=1)
    assert world.text(TOTAL, "upper") == total(one=1, two=2)


def test_a_new_operation_between_two_of_a_stack_rests_on_the_lower_one(world: World) -> None:
    put(world.alice, TOTAL, total(one=1), "bottom")
    world.alice.create_patch("middle")
    on_top(world, "top", total(one=1, three=3))
    world.alice.add_dependency("top", "middle")
    world.alice.assign_editor(TOTAL, "middle", on_top=True)
    world.alice.save_editor(TOTAL, total(one=1, two=2))
    assert order(world) == "ABC"
    assert world.depends("middle") == "A"
    assert world.text(TOTAL, "top") == total(1, 2, 3)
    world.check()


def test_saving_a_lower_operation_merges_the_upper_ones_in_the_same_transaction(stacked: World) -> None:
    stacked.alice.assign_editor(TOTAL, "a", on_top=True)
    before = len(stacked.alice.log())
    outcome = stacked.alice.save_editor(TOTAL, total(one=9))
    assert len(stacked.alice.log()) == before + 1
    assert [stacked.text(TOTAL, one) for one in "ABC"] == [total(9), total(9, 2), total(9, 2, 3)]
    assert len(outcome.notes) == 2
    assert "was merged with what changed beneath it" in outcome.notes[0]
    assert outcome.clean_merges == tuple(CleanMerge(TOTAL, stacked.patch(one).id) for one in "BC")
    assert stacked.alice.undo().clean_merges == ()


def test_a_save_and_an_assignment_that_merge_say_so(world: World) -> None:
    put(world.alice, TOTAL, total(one=1), "a")
    patch = world.patch("a").id
    shown = world.alice.editor_text(TOTAL).digest
    bob = world.join("bob")
    bob.open_editor(TOTAL)
    bob.assign_editor(TOTAL, "a")
    assert bob.save_editor(TOTAL, total(one=1, two=2)).clean_merges == ()
    merged = world.alice.save_editor(TOTAL, total(one=1, three=3), shown=shown)
    assert merged.clean_merges == (CleanMerge(TOTAL, patch),)
    assert world.text(TOTAL, "a") == total(1, 2, 3)


def test_a_conflict_that_a_person_settles_is_no_clean_merge(stacked: World) -> None:
    stacked.alice.assign_editor(TOTAL, "a", on_top=True)
    outcome = stacked.alice.save_editor(TOTAL, total(one=1, two=9))
    assert outcome.clean_merges == ()
    settled = stacked.alice.resolve_conflict(outcome.conflicts[0].id, text=total(one=1, two=5))
    assert CleanMerge(TOTAL, stacked.patch("b").id) not in settled.clean_merges


def test_saving_a_lower_operation_puts_the_upper_one_in_conflict_in_the_same_transaction(
    stacked: World,
) -> None:
    stacked.alice.assign_editor(TOTAL, "a", on_top=True)
    outcome = stacked.alice.save_editor(TOTAL, total(one=1, two=9))
    assert [one.patch for one in outcome.conflicts][:1] == [stacked.patch("b").id]
    assert stacked.patch("b").status is PatchStatus.CONFLICTS
    assert stacked.text(TOTAL, "b") == total(1, 2)
    stacked.alice.save_editor(TOTAL, total(one=1))
    assert stacked.patch("b").status is PatchStatus.DRAFT
    stacked.check()


def test_a_clean_merge_from_below_leaves_the_ready_mark(stacked: World) -> None:
    ready(stacked.alice, "b", "c")
    stacked.alice.assign_editor(TOTAL, "a", on_top=True)
    stacked.alice.save_editor(TOTAL, total(one=9))
    assert stacked.patch("b").marked_ready
    assert stacked.patch("c").marked_ready
    assert not stacked.patch("a").marked_ready


def test_a_conflict_that_ends_by_itself_leaves_ready_as_it_was(stacked: World) -> None:
    ready(stacked.alice, "b")
    stacked.alice.assign_editor(TOTAL, "a", on_top=True)
    stacked.alice.save_editor(TOTAL, total(one=1, two=9))
    assert stacked.patch("b").status is PatchStatus.CONFLICTS
    stacked.alice.save_editor(TOTAL, total(one=1))
    assert stacked.patch("b").status is PatchStatus.READY


def test_abandoning_the_middle_keeps_its_text_beneath_until_the_dependency_is_dropped(
    stacked: World,
) -> None:
    stacked.alice.abandon_patch("b")
    assert order(stacked) == "AC"
    assert set(stacked.depends("c")) == {"A", "B"}
    assert stacked.text(TOTAL, "c") == total(1, 2, 3)
    assert Code.DEPENDENCY_ABANDONED in stacked.blockers("c")
    stacked.alice.drop_dependency("c", "B")
    assert stacked.text(TOTAL, "c") == total(1, 0, 3)
    assert stacked.depends("c") == "A"
    stacked.check()


def test_restoring_the_middle_while_it_is_depended_on_puts_it_back_between(stacked: World) -> None:
    stacked.alice.abandon_patch("b")
    stacked.alice.restore_patch("b")
    assert order(stacked) == "ABC"
    assert stacked.text(TOTAL, "c") == total(1, 2, 3)


def test_restoring_the_middle_after_it_was_dropped_puts_it_on_top(stacked: World) -> None:
    stacked.alice.abandon_patch("b")
    stacked.alice.drop_dependency("c", "B")
    outcome = stacked.alice.restore_patch("b")
    assert order(stacked) == "ACB"
    assert stacked.text(TOTAL, "b") == total(1, 2, 3)
    assert outcome.notes
    stacked.check()


def test_restoring_a_changed_middle_can_conflict(stacked: World) -> None:
    stacked.alice.abandon_patch("b")
    stacked.alice.drop_dependency("c", "B")
    stacked.alice.assign_editor(TOTAL, "c", on_top=True)
    stacked.alice.save_editor(TOTAL, total(1, 8, 3))
    stacked.alice.restore_patch("b")
    assert stacked.patch("b").status is PatchStatus.CONFLICTS
    assert stacked.patch("c").status is PatchStatus.DRAFT


def test_merging_the_lowest_leaves_the_upper_ones_as_they_are(stacked: World) -> None:
    ready(stacked.alice, "a", "b")
    stacked.alice.merge_patch("a")
    assert stacked.patch("b").marked_ready
    assert [stacked.text(TOTAL, one) for one in "BC"] == [total(1, 2), total(1, 2, 3)]
    assert stacked.patch("b").operations[0].base_digest == stacked.alice.show(TOTAL).digest
    assert stacked.blockers("b") == []


ORDERS: dict[tuple[str, ...], Any] = {
    ("A", "B", "C"): (1, 2, 3),
    ("A", "C", "B"): Code.DEPENDENCY_UNMERGED,
    ("B", "A", "C"): Code.DEPENDENCY_UNMERGED,
    ("B", "C", "A"): Code.DEPENDENCY_UNMERGED,
    ("C", "A", "B"): Code.DEPENDENCY_UNMERGED,
    ("C", "B", "A"): Code.DEPENDENCY_UNMERGED,
}
"""What merging three stacked patches in an order gives: the three lines, or the first refusal."""

PASSED_OVER = {
    ("A", "C", "B"): ("A", "B"),
    ("B", "A", "C"): ("A",),
    ("B", "C", "A"): ("A",),
    ("C", "A", "B"): ("A", "B"),
    ("C", "B", "A"): ("A",),
}
"""Which merges go through when those that are refused are passed over."""


@pytest.mark.parametrize("wanted", list(itertools.permutations("ABC")))
def test_every_merge_order_of_three_stacked_patches(stacked: World, wanted: tuple[str, ...]) -> None:
    ready(stacked.alice, "a", "b", "c")
    expected = ORDERS[wanted]
    merged = []
    refusals = []
    for letter in wanted:
        try:
            stacked.alice.merge_patch(letter)
            merged.append(letter)
        except PatchbayError as error:
            refusals.append(error.code)
    if isinstance(expected, Code):
        assert refusals[0] == expected
        assert tuple(merged) == PASSED_OVER[wanted]
        lines = {("A",): (1, 0, 0), ("A", "B"): (1, 2, 0)}[tuple(merged)]
    else:
        assert refusals == []
        lines = expected
    assert stacked.text(TOTAL) == total(*lines)
    stacked.alice.merge_all_ready()
    assert stacked.text(TOTAL) == total(1, 2, 3)
    stacked.check()


ABANDONED = {
    "A": {"B": (0, 2, 0), "C": (0, 2, 3)},
    "B": {"A": (1, 0, 0), "C": (1, 0, 3)},
    "C": {"A": (1, 0, 0), "B": (1, 2, 0)},
}
"""What the others have after one of the stack is abandoned and the dependencies on it are dropped."""


@pytest.mark.parametrize("gone", "ABC")
def test_the_stack_without_one_of_its_patches(stacked: World, gone: str) -> None:
    stacked.alice.abandon_patch(gone)
    for letter in ABANDONED[gone]:
        if gone in stacked.depends(letter):
            stacked.alice.drop_dependency(letter, gone)
    for letter, lines in ABANDONED[gone].items():
        assert stacked.text(TOTAL, letter) == total(*lines)
    ready(stacked.alice, *ABANDONED[gone])
    assert len(stacked.alice.merge_all_ready().outcomes) == 2
    stacked.check()


def test_three_people_on_one_definition_lose_nothing(world: World) -> None:
    bob, carol = world.join("bob"), world.join("carol")
    put(world.alice, TOTAL, total(one=1), "a")
    for manager, patch, text in (
        (bob, "b", total(one=1, two=2)),
        (carol, "c", total(one=1, two=2, three=3)),
    ):
        manager.open_editor(TOTAL)
        manager.assign_editor(TOTAL, new_patch=patch)
        manager.save_editor(TOTAL, text)
    assert order(world) == "ABC"
    world.alice.save_editor(TOTAL, total(one=10))
    assert world.text(TOTAL, "c") == total(10, 2, 3)
    shown = bob.editor_text(TOTAL)
    bob.save_editor(TOTAL, total(10, 20), shown=shown.digest)
    assert world.text(TOTAL, "c") == total(10, 20, 3)
    for manager, patch in ((world.alice, "a"), (bob, "b"), (carol, "c")):
        manager.mark_ready(patch)
        manager.merge_patch(patch)
    assert world.text(TOTAL) == total(10, 20, 3)
    assert [one.operations[0].authors for one in world.state.patches.values()] == [
        ("alice",),
        ("bob",),
        ("carol",),
    ]
    world.check()


def test_two_people_saving_one_patch_are_merged_three_way(world: World) -> None:
    bob = world.join("bob")
    world.alice.create_patch("a")
    before = world.alice.show(TOTAL).digest
    world.alice.save_editor(TOTAL, total(one=1), shown=before, patch="a")
    bob.save_editor(TOTAL, total(two=2), shown=before)
    assert world.text(TOTAL, "a") == total(1, 2)
    assert world.patch("a").operations[0].authors == ("alice", "bob")
    bob.type_text(TOTAL, total(one=5, two=2), before)
    with refused(Code.CONFLICTS, naming=TOTAL):
        bob.save_editor(TOTAL)
    assert world.text(TOTAL, "a") == total(1, 2)
    assert bob.buffer(world.editor(TOTAL, "bob").id).text == total(5, 2)  # type: ignore[union-attr]
    marked, digest = bob.unclean_save_text(world.editor(TOTAL, "bob").id, total(one=5, two=2), before)
    assert "<<<<<<<" in marked
    bob.save_editor(TOTAL, total(one=5, two=2), shown=digest)
    assert world.text(TOTAL, "a") == total(5, 2)


# A codebase that moves


def moved(world: World, name: str, text: str) -> None:
    """Merge a change in another session, so that the first one's codebase has moved."""
    world.alice.start_session("elsewhere")
    put(world.alice, name, text, "other")
    ready(world.alice, "other")
    world.alice.merge_patch("other")
    world.alice.switch_session("main")


def test_reads_follow_a_moved_codebase_in_memory_before_anyone_writes(world: World) -> None:
    put(world.alice, TOTAL, total(one=1), "a")
    moved(world, TOTAL, total(two=2))
    written = world.state
    assert world.text(TOTAL, "a") == total(1, 2)
    assert (
        world.reopened().view().patches[0].patch.operations != written.patches[world.patch("a").id].operations
    )
    assert world.alice.diff_of("a") == [(TOTAL, total(two=2), total(1, 2), "update")]
    assert world.state == written


def test_a_session_catches_up_in_a_transaction_of_patchbay_that_cannot_be_undone(world: World) -> None:
    put(world.alice, TOTAL, total(one=1), "a")
    moved(world, TOTAL, total(two=2))
    world.alice.create_patch("b")
    newest, follow, *_ = world.alice.log()
    assert (newest.verb, follow.verb, follow.user, follow.undoable) == (
        "patch.new",
        "follow",
        "patchbay",
        False,
    )
    world.alice.undo()
    assert world.text(TOTAL, "a") == total(1, 2)
    world.check()


def test_a_moved_codebase_puts_an_operation_in_conflict_and_ready_stays_marked(world: World) -> None:
    put(world.alice, TOTAL, total(one=1), "a")
    ready(world.alice, "a")
    moved(world, TOTAL, total(one=2))
    assert world.alice.view().patches[0].patch.status is PatchStatus.CONFLICTS
    world.alice.create_patch("b")
    assert world.patch("a").status is PatchStatus.CONFLICTS
    assert world.patch("a").marked_ready


def test_an_operation_that_the_codebase_has_already_becomes_needless(world: World) -> None:
    put(world.alice, TOTAL, total(one=1), "a")
    put(world.alice, COUNT, function("count", one=1), "a")
    moved(world, TOTAL, total(one=1))
    world.alice.create_patch("b")
    assert world.operations("a") == [("update", COUNT)]


def test_a_ready_patch_whose_last_operation_becomes_needless_breaks_no_rule(world: World) -> None:
    put(world.alice, TOTAL, total(one=1), "a")
    ready(world.alice, "a")
    moved(world, TOTAL, total(one=1))
    assert violations(world.alice.view().state) == []
    world.alice.create_patch("b")
    world.check()
    assert world.patch("a").status is PatchStatus.DRAFT


def test_a_codebase_that_moved_elsewhere_disturbs_nothing(world: World) -> None:
    put(world.alice, TOTAL, total(one=1), "a")
    moved(world, CHECK, function("check", one=1))
    before = world.patch("a")
    world.alice.create_patch("b")
    assert world.patch("a") == before
    assert [one.verb for one in world.alice.log()][:1] == ["patch.new"]


def test_what_another_session_renamed_is_followed_by_operations_and_editors(world: World) -> None:
    put(world.alice, TOTAL, total(two=2), "a")
    bob = world.join("bob")
    bob.open_editor(COUNT)
    world.alice.start_session("elsewhere")
    world.alice.rename_definition(TOTAL, "app.cart.fresh", new_patch="other")
    world.alice.rename_definition(COUNT, "app.cart.amount", patch="other")
    ready(world.alice, "other")
    world.alice.merge_patch("other")
    world.alice.switch_session("main")
    assert world.text("app.cart.fresh", "a") == function("fresh", 0, 2)
    world.alice.create_patch("b")
    assert world.operations("a") == [("update", "app.cart.fresh")]
    assert world.editor("app.cart.fresh").patch_id == world.patch("a").id
    assert world.editor("app.cart.amount", "bob")
    world.check()


def test_two_sessions_renames_of_one_definition_conflict(world: World) -> None:
    world.alice.rename_definition(TOTAL, "app.cart.ours", new_patch="a")
    world.alice.start_session("elsewhere")
    world.alice.rename_definition(TOTAL, "app.cart.theirs", new_patch="other")
    ready(world.alice, "other")
    world.alice.merge_patch("other")
    world.alice.switch_session("main")
    ((_, conflict),) = world.alice.conflicts()
    assert (conflict.kind, conflict.theirs_name) == ("rename-rename", "app.cart.theirs")
    world.alice.resolve_conflict(conflict.id, ours=True)
    assert world.operations("a") == [("rename", "app.cart.theirs", "app.cart.ours")]


def test_what_rests_on_a_patch_that_follows_the_codebase_follows_it_too(world: World) -> None:
    world.alice.rename_definition(TOTAL, "app.other.fresh", new_patch="low")
    world.alice.assign_editor("app.other.fresh", new_patch="up", on_top=True)
    assert world.alice.editor_text("app.other.fresh").text == function("fresh")
    world.alice.save_editor("app.other.fresh", function("fresh", 1))
    moved(world, TOTAL, total(three=3))
    assert world.text("app.other.fresh", "up") == function("fresh", 1, 0, 3)
    world.alice.create_patch("b")
    assert world.text("app.other.fresh", "up") == function("fresh", 1, 0, 3)
    ready(world.alice, "low", "up")
    assert len(world.alice.merge_all_ready().outcomes) == 2
    assert world.text("app.other.fresh") == function("fresh", 1, 0, 3)


def test_an_assigned_editor_shows_its_patch_and_an_unassigned_one_the_top(stacked: World) -> None:
    bob = stacked.join("bob")
    bob.open_editor(TOTAL)
    assert bob.editor_text(stacked.editor(TOTAL, "bob").id).text == total(1, 2, 3)
    bob.assign_editor(TOTAL, "a")
    assert bob.editor_text(stacked.editor(TOTAL, "bob").id).text == total(1)
    bob.assign_editor(TOTAL, "b")
    assert bob.editor_text(stacked.editor(TOTAL, "bob").id).text == total(1, 2)


def test_a_declared_dependency_shows_the_text_beneath_without_a_shared_name(world: World) -> None:
    put(world.alice, TOTAL, total(one=1), "a")
    put(world.alice, TAX, function("tax", one=1), "b")
    world.alice.add_dependency("b", "a")
    assert world.text(TOTAL, "b") == total(one=1)
    world.alice.drop_dependency("b", "a")
    assert world.text(TOTAL, "b") == total()
