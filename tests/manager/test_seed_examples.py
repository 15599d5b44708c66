"""Each example of the seed as a test."""

from __future__ import annotations

from pathlib import Path

import pytest
from world import World, function, put, ready, refused

from store.errors import Code
from store.model import PatchStatus, Role
from store.session_manager import SessionManager, init_store

VALIDATE, NORMALIZE = "MyApp.User.validate", "MyApp.User.normalize"
FIND, RENDER = "MyApp.Database.User.findByEmail", "MyApp.User.Profile.render"


@pytest.fixture
def alice(world: World) -> SessionManager:
    """Alice with the seed's session: three operations in the first patch, one in the second."""
    alice = world.alice
    alice.start_session("user-improvements", "Enhancing user validation and profile features")
    world.session = alice.current_session() or ""
    put(alice, VALIDATE, function("validate", one=1), "validation-enhancements")
    put(alice, NORMALIZE, function("normalize", one=1), "validation-enhancements")
    put(alice, "MyApp.User.is_email", function("is_email"), "validation-enhancements", new=True)
    put(alice, FIND, function("findByEmail", two=1), "performance-optimizations")
    return alice


def test_starting_a_session_gives_one_without_patches_and_editors(tmp_path: Path) -> None:
    alice = init_store(tmp_path, user="alice", organization="Example")
    started = alice.start_session("user-improvements", "Enhancing user validation and profile features")
    seen = alice.view()
    assert seen.session.id == started.session_id == alice.current_session()
    assert (seen.session.name, seen.session.description) == (
        "user-improvements",
        "Enhancing user validation and profile features",
    )
    assert seen.session.created_by == "alice"
    assert [(one.user, one.role) for one in seen.session.collaborators] == [("alice", Role.OWNER)]
    assert seen.session.organization == "Example"
    assert (seen.patches, seen.editors, seen.session.closed_at) == ((), (), None)


def test_the_patches_of_the_session_are_seen_with_their_operations(alice: SessionManager) -> None:
    seen = [(one.patch.name, len(one.patch.operations)) for one in alice.view().patches]
    assert seen == [("validation-enhancements", 3), ("performance-optimizations", 1)]


def test_merging_one_patch_leaves_the_other_going_on(world: World, alice: SessionManager) -> None:
    ready(alice, "A")
    alice.merge_patch("A")
    assert world.patch("A").status is PatchStatus.MERGED
    assert world.patch("B").status is PatchStatus.DRAFT
    assert world.text(VALIDATE) == function("validate", one=1)
    assert world.text("MyApp.User.is_email") == function("is_email")
    assert world.text(FIND) == function("findByEmail")
    put(alice, FIND, function("findByEmail", two=2), "B")
    ready(alice, "B")
    alice.merge_patch("B")
    assert world.text(FIND) == function("findByEmail", two=2)


def test_a_dependency_blocks_until_what_it_names_is_merged(world: World, alice: SessionManager) -> None:
    alice.add_dependency("performance-optimizations", "validation-enhancements")
    ready(alice, "A", "B")
    with refused(Code.DEPENDENCY_UNMERGED, naming="waits for A validation-enhancements"):
        alice.merge_patch("B")
    alice.merge_patch("A")
    alice.merge_patch("B")
    assert world.patch("B").status is PatchStatus.MERGED


def test_abandoning_a_patch_lets_the_session_go_on(world: World, alice: SessionManager) -> None:
    alice.abandon_patch("B")
    assert world.patch("B").status is PatchStatus.ABANDONED
    assert world.state.session.closed_at is None
    ready(alice, "A")
    alice.merge_patch("A")
    assert world.text(FIND) == function("findByEmail")


def test_an_edit_of_what_a_patch_already_modifies_joins_that_patch(
    world: World, alice: SessionManager
) -> None:
    alice.unassign_editor(FIND)
    put(alice, FIND, function("findByEmail", two=5), "B")
    alice.close_editor(FIND)
    outcome = alice.save_editor(FIND, function("findByEmail", two=6))
    assert outcome.chosen == world.patch("B").id
    assert not outcome.asks
    assert world.editor(FIND).patch_id == world.patch("B").id


def test_an_edit_that_no_patch_modifies_asks_which_one(world: World, alice: SessionManager) -> None:
    outcome = alice.save_editor(RENDER, function("render", one=1))
    assert (outcome.asks, outcome.chosen) == (True, None)
    assert [one.patch.letter for one in alice.assignment_choices(RENDER)] == ["A", "B"]
    alice.assign_editor(RENDER, "B")
    assert world.operations("B") == [("update", FIND), ("update", RENDER)]


def test_an_edit_that_several_patches_modify_asks_which_one(world: World, alice: SessionManager) -> None:
    alice.assign_editor(VALIDATE, "performance-optimizations", on_top=True)
    alice.save_editor(VALIDATE, function("validate", one=1, two=1))
    alice.close_editor(VALIDATE)
    outcome = alice.save_editor(VALIDATE, function("validate", one=1, two=2))
    assert (outcome.asks, outcome.chosen) == (True, None)


def test_cancelling_the_choice_leaves_the_operation_pending_and_blocks_nothing(
    world: World, alice: SessionManager
) -> None:
    alice.save_editor(RENDER, function("render", one=1))
    editor = world.editor(RENDER)
    assert editor.patch_id is None
    assert [op.name for op in editor.pending] == [RENDER]
    ready(alice, "A", "B")
    assert len(alice.merge_all_ready().outcomes) == 2
    assert world.editor(RENDER).pending == editor.pending
    assert world.text(RENDER) == function("render")


def test_choosing_a_new_patch_for_the_third_editor(world: World, alice: SessionManager) -> None:
    alice.save_editor(RENDER, function("render", one=1))
    alice.assign_editor(RENDER, new_patch="profile")
    assert world.operations("profile") == [("update", RENDER)]
    assert world.editor(RENDER).patch_id == world.patch("C").id


def test_closing_merges_what_is_ready_and_counts_this_close_alone(
    world: World, alice: SessionManager
) -> None:
    """The seed counts patches that were merged before the close as abandoned."""
    ready(alice, "A")
    alice.merge_patch("A")
    put(alice, RENDER, function("render", one=1), "profile")
    put(alice, "app.user.check", function("check", one=1), "checks")
    put(alice, "app.cart.total", "def total(self=None:\n    pass\n", "broken")
    ready(alice, "C", "E")
    result = alice.close_session()
    assert result.session_id == world.session
    assert (result.patches_merged, result.merged) == (1, (world.patch("C").id,))
    assert (result.patches_abandoned, result.abandoned) == (2, (world.patch("B").id, world.patch("D").id))
    assert [(one.patch, one.code) for one in result.patches_failed] == [
        (world.patch("E").id, Code.DOES_NOT_PARSE)
    ]
    assert world.patch("A").status is PatchStatus.MERGED
    assert world.patch("E").status is PatchStatus.READY
    assert alice.current_session() is None


def test_abandoning_the_session_discards_all_unmerged_patches(world: World, alice: SessionManager) -> None:
    ready(alice, "A")
    alice.merge_patch("A")
    alice.abandon_session("user-improvements")
    assert [one.status for one in world.state.patches.values()] == [
        PatchStatus.MERGED,
        PatchStatus.ABANDONED,
    ]
    assert world.state.session.closed_at is not None


def test_an_editor_has_a_link_of_session_and_editor(world: World, alice: SessionManager) -> None:
    link = alice.link(VALIDATE)
    assert link == f"dark://edit/{world.session}/{world.editor(VALIDATE).id}"
    assert alice.resolve_link(link) == (world.session, world.editor(VALIDATE).id)


def test_the_collaboration_example_step_by_step(tmp_path: Path) -> None:
    world = World(tmp_path)
    alice = world.alice
    # 1. Alice creates session "user-improvements"
    world.session = alice.start_session("user-improvements").session_id
    # 2. Alice creates patch "validation-enhancements"
    alice.create_patch("validation-enhancements")
    put(alice, VALIDATE, function("validate", one=1), "validation-enhancements")
    # 3. Alice invites Bob to session
    bob = alice.as_user("bob")
    with refused(Code.NOT_PERMITTED):
        bob.view("user-improvements")
    alice.invite("bob", "contributor")
    assert bob.current_session() is None
    bob.switch_session("user-improvements")
    assert [one.patch.name for one in bob.view().patches] == ["validation-enhancements"]
    # 4. Bob creates patch "validation-tests" that depends on Alice's patch
    bob.create_patch("validation-tests")
    put(bob, "MyApp.tests.test_validate", function("test_validate"), "validation-tests", new=True)
    bob.add_dependency("validation-tests", "validation-enhancements")
    bob.mark_ready("validation-tests")
    assert world.patch("validation-tests").created_by == "bob"
    with refused(Code.DEPENDENCY_UNMERGED, naming="validation-enhancements"):
        bob.merge_patch("validation-tests")
    with refused(Code.NOT_PERMITTED):
        bob.merge_patch("validation-enhancements")
    # 5. Alice merges her patch when ready
    with refused(Code.NOT_READY):
        alice.merge_patch("validation-enhancements")
    alice.mark_ready("validation-enhancements")
    assert [one.name for one in alice.merge_preview("validation-enhancements").unblocks] == [
        "validation-tests"
    ]
    alice.merge_patch("validation-enhancements")
    # 6. Bob's patch becomes mergeable after Alice's is merged
    assert world.blockers("validation-tests") == []
    bob.merge_patch("validation-tests")
    assert world.text("MyApp.tests.test_validate") == function("test_validate")
    world.check()
