"""What happens at the edges: ending with stacks left, many patches at once, coming back after an end."""

from __future__ import annotations

from world import COUNT, TAX, TOTAL, World, function, put, ready, refused, start

from store.codebase.package_tree import PackageTree
from store.codebase.protocol import Prepared
from store.errors import Code, PatchbayError
from store.model import PatchStatus
from store.session_manager import SessionManager
from store.source.texts import digest


class FailingAtTheEnd(PackageTree):
    """A package tree on a disk that fails when the head is replaced and is only to be waited for."""

    def publish(self, prepared: Prepared) -> None:
        super().publish(prepared)
        raise PatchbayError(Code.STORE_DAMAGED, "The disk does not answer.")


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


def test_merging_all_goes_back_to_what_a_later_patch_made_possible(world: World) -> None:
    alice = world.alice
    put(alice, COUNT, "def count(self=None):\n    return helper()\n", "uses")
    alice.save_editor("app.cart.helper", "def helper():\n    return 1\n", new_patch="defines", new=True)
    ready(alice, "uses", "defines")
    report = alice.merge_all_ready(stamp=alice.merge_all_preview().stamp)
    assert [one.summary for one in report.outcomes] == ["merged B defines", "merged A uses"]
    assert report.failures == ()


def test_a_confirmation_holds_although_the_session_first_follows_the_codebase(world: World) -> None:
    alice = world.alice
    put(alice, TOTAL, function("total", 1), "here")
    ready(alice, "here")
    alice.start_session("other")
    put(alice, TOTAL, function("total", 0, 2), "there")
    ready(alice, "there")
    alice.merge_patch("there")
    alice.switch_session("main")
    stamp = alice.merge_preview("here").stamp
    alice.merge_patch("here", stamp=stamp)
    assert [one.verb for one in alice.log(limit=2)] == ["patch.merge", "follow"]
    assert world.text(TOTAL) == function("total", 1, 2)


def test_the_token_changes_when_a_screen_goes_to_another_session(world: World) -> None:
    screen = world.join("bob").enter_screen(world.session)
    before = world.alice.changed_token(world.session)
    screen.update(session=None)
    after = world.alice.changed_token(world.session)
    assert before != after == world.alice.changed_token(world.session)
    screen.leave()
    assert after != world.alice.changed_token(world.session)


def test_the_token_changes_when_a_screen_is_killed(world: World) -> None:
    world.join("bob")
    process = start(
        world.directory,
        'manager.enter_screen(manager.current_session())\nsay("here")\nsys.stdin.read()',
        PATCHBAY_USER="bob",
    )
    assert process.stdout is not None
    process.stdout.readline()
    before = world.alice.changed_token(world.session)
    assert [one.user for one in world.alice.view(world.session).online] == ["bob"]
    process.kill()
    process.communicate(timeout=60)
    assert before != world.alice.changed_token(world.session)
    assert world.alice.view(world.session).online == ()


def test_undo_of_a_save_does_not_mind_that_its_editor_was_closed(world: World) -> None:
    alice = world.alice
    alice.open_editor(TOTAL)
    put(alice, TOTAL, function("total", 1), "p")
    alice.close_editor(TOTAL)
    alice.undo()
    assert (world.state.patches, world.state.editors) == ({}, {})
    alice.redo()
    assert world.text(TOTAL, "p") == function("total", 1)
    world.check()


def test_undo_of_a_merge_does_not_mind_that_others_closed_their_editors(world: World) -> None:
    alice, bob = world.alice, world.join("bob")
    put(alice, TOTAL, function("total", 1), "p")
    bob.save_editor(TOTAL, function("total", 1, 2), patch="p")
    ready(alice, "p")
    alice.merge_patch("p")
    bob.close_editor(TOTAL)
    alice.undo()
    assert world.patch("p").status is PatchStatus.READY
    assert [one.user for one in world.state.editors.values()] == ["alice"]
    world.check()


def test_undo_of_assigning_opens_the_closed_editor_again_for_its_pending_work(world: World) -> None:
    alice = world.alice
    alice.save_editor(TOTAL, function("total", 1))
    alice.assign_editor(TOTAL, new_patch="p")
    alice.close_editor(TOTAL)
    alice.open_editor(COUNT)
    alice.undo()
    assert (world.editor(TOTAL).number, world.editor(COUNT).number) == (2, 1)
    assert alice.editor_text(TOTAL).text == function("total", 1)
    alice.redo()
    assert world.text(TOTAL, "p") == function("total", 1)
    world.check()


def test_undo_of_closing_gives_the_editor_a_free_number(world: World) -> None:
    alice = world.alice
    alice.save_editor(TOTAL, function("total", 1))
    alice.close_editor(TOTAL, discard=True)
    alice.open_editor(COUNT)
    alice.undo()
    assert (world.editor(TOTAL).number, world.editor(COUNT).number) == (2, 1)
    assert alice.editor_text(TOTAL).text == function("total", 1)
    world.check()


def test_undo_of_the_save_that_opened_an_editor_leaves_what_is_typed_there(world: World) -> None:
    alice = world.alice
    put(alice, TOTAL, function("total", 1), "p")
    alice.type_text(TOTAL, function("total", 1, 2))
    alice.undo()
    assert world.editor(TOTAL).patch_id is None
    found = alice.buffer(TOTAL)
    assert found is not None
    assert found.text == function("total", 1, 2)
    alice.redo()
    assert world.editor(TOTAL).patch_id == world.patch("p").id
    world.check()


def test_undo_takes_back_a_reopening_and_then_the_closing(world: World) -> None:
    alice = world.alice
    alice.create_patch("p")
    alice.close_session()
    alice.reopen_session("main")
    assert alice.undo().summary == "undid: reopened session main"
    assert alice.current_session() is None
    assert alice.redo().summary == "redid: reopened session main"
    assert alice.current_session() == world.session
    alice.undo()
    assert alice.undo().summary == "undid: closed session main"
    assert world.patch("p").status is PatchStatus.DRAFT
    world.check()


def test_a_reopening_stays_when_others_have_drafts_since(world: World) -> None:
    alice, bob = world.alice, world.join("bob")
    alice.close_session()
    alice.reopen_session("main")
    bob.switch_session("main")
    bob.create_patch("bobs")
    with refused(Code.RESTS_ON, naming="bob has since: created A bobs"):
        alice.undo()
    assert world.state.session.closed_at is None


def test_nobody_is_told_the_names_of_sessions_they_are_not_in(world: World) -> None:
    world.alice.close_session()
    world.alice.start_session("main")
    with refused(Code.NOT_FOUND) as caught:
        world.alice.as_user("carol").view("mian")
    assert "main" not in str(caught.value)
    with refused(Code.NOT_FOUND, naming="Did you mean main"):
        world.alice.view("mian")
    assert world.alice.view("main").session.closed_at is None


def test_a_merge_whose_disk_fails_after_the_commit_point_is_completed_by_the_next(world: World) -> None:
    put(world.alice, TOTAL, function("total", 1), "p")
    ready(world.alice, "p")
    repository = world.alice.repository
    codebase = FailingAtTheEnd(repository.layout, repository.lock, repository.texts)
    failing = SessionManager(repository, codebase, "alice")
    with refused(Code.STORE_DAMAGED, naming="whoever uses the store next completes it"):
        failing.merge_patch("p")
    world.alice.create_patch("next")
    assert world.patch("p").status is PatchStatus.MERGED
    assert world.text(TOTAL) == function("total", 1)
    world.check()


def test_a_view_shows_an_unassigned_editor_the_top_of_its_stack(world: World) -> None:
    alice, bob = world.alice, world.join("bob")
    alice.open_editor(TOTAL)
    alice.open_editor(TAX)
    put(bob, TOTAL, function("total", 1), "below")
    put(world.join("carol"), TOTAL, function("total", 1, 2), "above")
    shown = {
        one.editor.target: one.shown_digest for one in alice.view().editors if one.editor.user == "alice"
    }
    assert shown == {
        TOTAL: digest(function("total", 1, 2)),
        TAX: alice.show(TAX).digest,
    }
    assert shown[TOTAL] == alice.editor_text("1").digest


def test_saving_where_nothing_is_typed_says_so_and_changes_nothing(world: World) -> None:
    world.alice.open_editor(TOTAL)
    done = world.alice.save_editor(TOTAL)
    assert (done.transaction, done.summary) == (None, f"{TOTAL} has no unsaved text")


def test_a_refusal_names_the_role_that_it_takes(world: World) -> None:
    with refused(Code.NOT_PERMITTED, naming="bob is a viewer here, and only an owner may close a session"):
        world.join("bob", "viewer").close_session()
