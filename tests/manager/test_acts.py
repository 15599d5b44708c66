"""What was done by one key or one command is taken back, and brought again, by one (R22)."""

from __future__ import annotations

import json

from world import CHECK, COUNT, TOTAL, World, function, put, ready, refused

from store.errors import Code
from store.model import PatchStatus


def chained(world: World) -> None:
    """Patch c needs a; both are marked ready."""
    put(world.alice, TOTAL, function("total", 1), "a")
    put(world.alice, COUNT, function("count", 1), "c")
    world.alice.add_dependency("c", "a")
    ready(world.alice, "a", "c")


def statuses(world: World) -> dict[str, str]:
    """How each patch stands."""
    return {one.name: one.status.value for one in world.state.patches.values()}


def test_a_chain_of_merges_is_undone_and_redone_at_once(world: World) -> None:
    chained(world)
    world.alice.merge_chain(["a", "c"])
    preview = world.alice.undo_preview()
    assert [one.summary for one in preview.entries] == ["merged B c", "merged A a"]
    outcome = world.alice.undo()
    assert outcome.summary == "undid 2 steps: merged B c, merged A a"
    assert statuses(world) == {"a": "ready", "c": "ready"}
    assert (world.text(TOTAL), world.text(COUNT)) == (function("total"), function("count"))
    assert len(outcome.patches) == 2
    assert world.alice.redo().summary == "redid 2 steps: merged A a, merged B c"
    assert statuses(world) == {"a": "merged", "c": "merged"}
    world.alice.undo()
    assert statuses(world) == {"a": "ready", "c": "ready"}
    world.check()


def test_marking_ready_and_merging_is_undone_at_once(world: World) -> None:
    put(world.alice, TOTAL, function("total", 1), "a")
    world.alice.merge_chain(["a"], ["a"])
    world.alice.undo()
    assert world.patch("a").status is PatchStatus.DRAFT
    world.alice.redo()
    assert world.patch("a").status is PatchStatus.MERGED
    world.check()


def test_merging_all_ready_is_undone_at_once_and_nothing_before_it(world: World) -> None:
    chained(world)
    world.alice.merge_all_ready()
    world.alice.undo()
    assert statuses(world) == {"a": "ready", "c": "ready"}
    world.alice.undo()
    assert sorted(statuses(world).values()) == ["draft", "ready"]


def test_merges_made_one_by_one_are_undone_one_by_one(world: World) -> None:
    chained(world)
    world.alice.merge_patch("a")
    world.alice.merge_patch("c")
    world.alice.undo()
    assert statuses(world) == {"a": "merged", "c": "ready"}


def test_undo_to_an_entry_takes_only_a_part_of_an_act(world: World) -> None:
    chained(world)
    last = world.alice.merge_chain(["a", "c"]).outcomes[-1].transaction
    world.alice.undo(to=last)
    assert statuses(world) == {"a": "merged", "c": "ready"}
    world.alice.undo()
    assert statuses(world) == {"a": "ready", "c": "ready"}


def test_undo_of_an_act_stops_at_what_cannot_be_taken_back_and_says_what_it_did(world: World) -> None:
    bob = world.join("bob")
    chained(world)
    world.alice.merge_chain(["a", "c"])
    put(bob, TOTAL, function("total", 1, 2), "b")
    ready(bob, "b")
    bob.merge_patch("b")
    with refused(Code.RESTS_ON, naming=TOTAL) as caught:
        world.alice.undo()
    assert caught.value.message.startswith("Undid: merged B c. Can't take back “merged A a”: ")
    assert statuses(world) == {"a": "merged", "c": "ready", "b": "merged"}
    world.check()


def test_skipping_goes_past_no_more_than_it_must(world: World) -> None:
    """What came before the act stays where a part of the act can't be taken back."""
    bob = world.join("bob")
    world.alice.edit_session(description="kept")
    put(world.alice, TOTAL, function("total", 1), "a")
    put(world.alice, COUNT, function("count", 1), "c")
    ready(world.alice, "a", "c")
    world.alice.merge_all_ready()
    put(bob, COUNT, function("count", 1, 2), "b")
    ready(bob, "b")
    bob.merge_patch("b")
    world.alice.undo(skip=True)
    assert statuses(world) == {"a": "ready", "c": "merged", "b": "merged"}
    assert world.state.session.description == "kept"


def test_what_another_does_in_between_does_not_part_an_act(world: World) -> None:
    bob = world.join("bob")
    with world.alice.one_act():
        world.alice.create_patch("a")
        bob.create_patch("b")
        world.alice.create_patch("c")
    world.alice.undo()
    assert list(statuses(world)) == ["b"]
    assert bob.log(user="bob")[0].act is None


def test_an_act_that_was_refused_halfway_leaves_the_next_one_apart(world: World) -> None:
    with refused(Code.NAME_TAKEN), world.alice.one_act():
        world.alice.create_patch("a")
        world.alice.create_patch("a")
    world.alice.create_patch("b")
    world.alice.undo()
    assert list(statuses(world)) == ["a"]


def test_a_closed_session_is_opened_by_one_undo_and_its_merges_taken_back_by_the_next(world: World) -> None:
    chained(world)
    put(world.alice, CHECK, function("check", 1), "d")
    world.alice.close_session()
    world.alice.undo()
    assert statuses(world) == {"a": "merged", "c": "merged", "d": "draft"}
    world.alice.undo()
    assert statuses(world) == {"a": "ready", "c": "ready", "d": "draft"}
    world.check()


def test_entries_written_before_acts_were_told_are_read_and_undone(world: World) -> None:
    chained(world)
    world.alice.merge_chain(["a", "c"])
    path = world.root / "sessions" / f"{world.session}.json"
    raw = json.loads(path.read_text())
    for entry in raw["log"].values():
        del entry["act"]
    path.write_text(json.dumps(raw))
    manager = world.reopened()
    assert manager.log(world.session)[0].summary == "merged B c"
    manager.undo(session=world.session)
    assert statuses(world) == {"a": "merged", "c": "ready"}
