"""Undo and redo of every verb, what rests on what, and the log (R22)."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from world import CHECK, COUNT, TAX, TOTAL, World, function, put, ready, refused

from store.errors import Code
from store.model import PatchStatus, SessionState

FRESH = "app.cart.fresh"


def comparable(state: SessionState) -> Any:
    """A state without times, revisions, and what undo leaves alone: letters are never given twice."""
    raw = state.model_dump(mode="json")
    raw["session"].pop("codebase_revision")
    raw["session"].pop("letters_given")
    for record in (raw["session"], *raw["patches"].values(), *raw["editors"].values()):
        for field in [one for one in record if one.endswith("_at") or one == "revision"]:
            record[field] = record[field] is not None
    return raw


def files(world: World) -> dict[str, str]:
    """The codebase's files."""
    found = world.reopened().codebase.files()
    return {path: found.text(path) for path in found.paths()}


def prepared(world: World) -> None:
    """Patch a with an operation, b stacked on it, c apart, d abandoned, and an editor with pending work."""
    alice = world.alice
    put(alice, TOTAL, function("total", 1), "a")
    alice.assign_editor(TOTAL, new_patch="b", on_top=True)
    alice.save_editor(TOTAL, function("total", 1, 2))
    put(alice, COUNT, function("count", 1), "c")
    put(alice, CHECK, function("check", 1), "d")
    alice.abandon_patch("d")
    alice.save_editor(TAX, function("tax", 1))
    alice.invite("carol", "viewer")


def _ready(world: World, *patches: str) -> None:
    for one in patches:
        world.alice.mark_ready(one)


VERBS: dict[str, tuple[Callable[[World], object], Callable[[World], object]]] = {
    # verb: what comes before it, and the verb
    "session.edit": (lambda w: None, lambda w: w.alice.edit_session(name="other", description="New")),
    "session.invite": (lambda w: None, lambda w: w.alice.invite("bob", "viewer")),
    "session.role": (lambda w: None, lambda w: w.alice.set_role("carol", "owner")),
    "session.remove": (lambda w: None, lambda w: w.alice.remove_collaborator("carol")),
    "session.close": (lambda w: _ready(w, "b"), lambda w: w.alice.close_session()),
    "session.abandon": (lambda w: None, lambda w: w.alice.abandon_session("main")),
    "patch.new": (lambda w: None, lambda w: w.alice.create_patch("e", "New")),
    "patch.edit": (lambda w: None, lambda w: w.alice.edit_patch("a", name="e", description="New")),
    "patch.ready": (lambda w: None, lambda w: w.alice.mark_ready("a")),
    "patch.draft": (lambda w: _ready(w, "a"), lambda w: w.alice.mark_draft("a")),
    "patch.abandon": (lambda w: None, lambda w: w.alice.abandon_patch("a")),
    "patch.abandon on top": (lambda w: _ready(w, "b"), lambda w: w.alice.abandon_patch("b")),
    "patch.restore": (lambda w: None, lambda w: w.alice.restore_patch("d")),
    "patch.depend": (lambda w: None, lambda w: w.alice.add_dependency("c", "b")),
    "patch.undepend": (
        lambda w: w.alice.add_dependency("c", "b"),
        lambda w: w.alice.drop_dependency("c", "b"),
    ),
    "patch.undepend of an abandoned one": (
        lambda w: w.alice.abandon_patch("a"),
        lambda w: w.alice.drop_dependency("b", "A"),
    ),
    "patch.join": (lambda w: w.alice.add_dependency("c", "b"), lambda w: w.alice.join_patches("b", "a")),
    "patch.join upwards": (lambda w: None, lambda w: w.alice.join_patches("a", "b")),
    "patch.merge": (lambda w: _ready(w, "a"), lambda w: w.alice.merge_patch("a")),
    "patch.merge apart": (lambda w: _ready(w, "c"), lambda w: w.alice.merge_patch("c")),
    "editor.save": (lambda w: None, lambda w: w.alice.save_editor(COUNT, function("count", 2))),
    "editor.save beneath": (
        lambda w: w.alice.assign_editor(TOTAL, "a", on_top=True),
        lambda w: w.alice.save_editor(TOTAL, function("total", 9)),
    ),
    "editor.save back to the base": (
        lambda w: None,
        lambda w: w.alice.save_editor(COUNT, function("count")),
    ),
    "editor.save of a ready patch": (
        lambda w: _ready(w, "c"),
        lambda w: w.alice.save_editor(COUNT, function("count", 2)),
    ),
    "editor.save into a new patch": (
        lambda w: None,
        lambda w: w.alice.save_editor(CHECK, function("check", 2), new_patch="e"),
    ),
    "editor.save pending": (lambda w: None, lambda w: w.alice.save_editor(TAX, function("tax", 2))),
    "editor.save of a new definition": (
        lambda w: None,
        lambda w: w.alice.save_editor(FRESH, function("fresh"), patch="c", new=True),
    ),
    "editor.delete": (lambda w: None, lambda w: w.alice.delete_definition(COUNT)),
    "editor.rename": (lambda w: None, lambda w: w.alice.rename_definition(COUNT, FRESH)),
    "editor.rename beneath": (
        lambda w: w.alice.assign_editor(TOTAL, "a", on_top=True),
        lambda w: w.alice.rename_definition(TOTAL, FRESH),
    ),
    "editor.assign": (lambda w: None, lambda w: w.alice.assign_editor(TAX, "c")),
    "editor.assign to a new patch": (lambda w: None, lambda w: w.alice.assign_editor(TAX, new_patch="e")),
    "editor.assign elsewhere": (lambda w: None, lambda w: w.alice.assign_editor(COUNT, "a")),
    "editor.unassign": (lambda w: None, lambda w: w.alice.unassign_editor(COUNT)),
    "editor.close discarding": (lambda w: None, lambda w: w.alice.close_editor(TAX, discard=True)),
    "conflict.resolve": (
        lambda w: (
            w.alice.assign_editor(TOTAL, "a", on_top=True),
            w.alice.save_editor(TOTAL, function("total", 1, 9)),
        ),
        lambda w: w.alice.resolve_conflict(TOTAL, theirs=True),
    ),
}


@pytest.mark.parametrize("verb", VERBS)
def test_undo_restores_the_records_and_redo_brings_them_again(world: World, verb: str) -> None:
    before_it, act = VERBS[verb]
    prepared(world)
    before_it(world)
    if verb == "session.close":
        world.alice.merge_all_ready()
    before, codebase = comparable(world.state), files(world)
    act(world)
    after, changed = comparable(world.state), files(world)
    assert after != before
    world.check()
    for _ in range(2):
        world.alice.undo(session=world.session)
        assert comparable(world.state) == before
        assert files(world) == codebase
        world.check()
        world.alice.redo(session=world.session)
        assert comparable(world.state) == after
        assert files(world) == changed
        world.check()
    world.alice.undo(session=world.session)
    with refused(Code.NOT_FOUND, Code.RESTS_ON):
        for _ in range(3):
            world.alice.redo(session=world.session)


def test_a_new_verb_forgets_what_could_be_redone(world: World) -> None:
    world.alice.create_patch("a")
    world.alice.undo()
    world.alice.create_patch("b")
    with refused(Code.NOT_FOUND, naming="nothing of yours to redo"):
        world.alice.redo()


def test_undo_goes_on_backwards_and_redo_forwards(world: World) -> None:
    states = [comparable(world.state)]
    for number in range(4):
        world.alice.create_patch(f"p{number}")
        states.append(comparable(world.state))
    for expected in reversed(states[:-1]):
        world.alice.undo()
        assert comparable(world.state) == expected
    with refused(Code.NOT_FOUND, naming="nothing of yours to undo"):
        world.alice.undo()
    for expected in states[1:]:
        world.alice.redo()
        assert comparable(world.state) == expected


def test_undo_takes_back_the_acting_users_own_transaction_alone(world: World) -> None:
    bob = world.join("bob")
    world.alice.create_patch("alices")
    bob.create_patch("bobs")
    world.alice.undo()
    assert [one.name for one in world.state.patches.values()] == ["bobs"]
    bob.undo()
    assert world.state.patches == {}
    world.alice.redo()
    assert [one.name for one in world.state.patches.values()] == ["alices"]


def test_undo_to_an_entry_goes_back_several_at_once(world: World) -> None:
    before = comparable(world.state)
    entry = world.alice.create_patch("a").transaction
    world.alice.create_patch("b")
    put(world.alice, TOTAL, function("total", 1), "a")
    preview = world.alice.undo_preview(to=entry)
    assert [one.verb for one in preview.entries] == ["editor.save", "patch.new", "patch.new"]
    world.alice.undo(to=entry)
    assert {**comparable(world.state), "editors": {}} == before
    with refused(Code.NOT_FOUND, naming="patchbay log"):
        world.alice.undo(to="nothing")


def test_opening_and_closing_clean_editors_is_logged_and_skipped_by_undo(world: World) -> None:
    world.alice.create_patch("a")
    world.alice.open_editor(TOTAL)
    world.alice.close_editor(TOTAL)
    assert [one.verb for one in world.alice.log()][:2] == ["editor.close", "editor.open"]
    world.alice.undo()
    assert world.state.patches == {}


def test_undo_never_overwrites_a_buffer(world: World) -> None:
    put(world.alice, TOTAL, function("total", 1), "a")
    world.alice.type_text(TOTAL, function("total", 1, 7))
    world.alice.undo()
    found = world.alice.buffer("1") if world.state.editors else None
    texts = {one.read(editor).text for one in [world.alice.repository.buffers] for editor in one.ids()}
    assert texts == {function("total", 1, 7).encode()}
    world.alice.redo()
    assert world.alice.buffer(TOTAL).text == function("total", 1, 7)  # type: ignore[union-attr]
    assert found is None or found.text == function("total", 1, 7)


# What rests on it


def rests(world: World, naming: str) -> None:
    """Alice's undo is refused by naming what rests on it; --skip goes past it to the one before."""
    before = world.state
    preview = world.alice.undo_preview()
    with refused(Code.RESTS_ON, naming=naming) as caught:
        world.alice.undo()
    assert "skip" in caught.value.message
    assert preview.refusal == caught.value.message
    assert world.state == before
    world.alice.undo(skip=True)
    entry = world.alice.log()[0]
    assert entry.verb == "undo"
    assert entry.skips[0] == preview.entries[0].id
    world.check()


def test_an_operation_of_another_above_it_stands_against_undo(world: World) -> None:
    bob = world.join("bob")
    world.alice.create_patch("a")
    put(world.alice, TOTAL, function("total", 1), "a")
    bob.open_editor(TOTAL)
    bob.assign_editor(TOTAL, new_patch="b")
    bob.save_editor(TOTAL, function("total", 1, 2))
    rests(world, "bob")


def test_going_back_to_an_entry_never_goes_beyond_it(world: World) -> None:
    bob = world.join("bob")
    world.alice.edit_session(description="kept")
    entry = world.alice.create_patch("a").transaction
    put(world.alice, TOTAL, function("total", 1), "a")
    bob.save_editor(TOTAL, function("total", 1, 2))
    with refused(Code.RESTS_ON):
        world.alice.undo(to=entry, skip=True)
    assert world.state.session.description == "kept"
    world.check()


def test_skipping_a_merge_that_something_rests_on_leaves_the_codebase_alone(world: World) -> None:
    bob = world.join("bob")
    world.alice.create_patch("kept")
    put(world.alice, TOTAL, function("total", 1), "a")
    ready(world.alice, "a")
    world.alice.create_patch("gone")
    world.alice.merge_patch("a")
    put(bob, TOTAL, function("total", 1, 2), "b")
    ready(bob, "b")
    bob.merge_patch("b")
    before = files(world)
    world.alice.undo(skip=True)
    assert [one.name for one in world.state.open_patches()] == ["kept"]
    assert files(world) == before
    world.check()


def test_a_dependency_of_another_stands_against_undo(world: World) -> None:
    bob = world.join("bob")
    world.alice.edit_session(description="New")
    world.alice.create_patch("a")
    bob.create_patch("b")
    bob.add_dependency("b", "a")
    rests(world, "bob")


def test_an_assigned_editor_of_another_stands_against_undo(world: World) -> None:
    bob = world.join("bob")
    world.alice.edit_session(description="New")
    world.alice.create_patch("a")
    bob.open_editor(TOTAL)
    bob.assign_editor(TOTAL, "a")
    rests(world, "bob")


def test_a_ready_mark_of_another_stands_against_undo(world: World) -> None:
    carol = world.join("carol", "maintainer")
    world.alice.create_patch("a")
    put(world.alice, TOTAL, function("total", 1), "a")
    carol.mark_ready("a")
    rests(world, "carol has since: marked A a ready")


def test_a_save_of_another_into_the_same_operation_stands_against_undo(world: World) -> None:
    bob = world.join("bob")
    world.alice.create_patch("a")
    put(world.alice, TOTAL, function("total", 1), "a")
    bob.save_editor(TOTAL, function("total", 1, 2))
    rests(world, "bob has since: saved")


def test_a_merged_dependant_stands_against_undo_of_the_merge(world: World) -> None:
    bob = world.join("bob")
    world.alice.edit_session(description="New")
    put(world.alice, TOTAL, function("total", 1), "a")
    put(bob, COUNT, function("count", 1), "b")
    bob.add_dependency("b", "a")
    ready(world.alice, "a")
    world.alice.merge_patch("a")
    ready(bob, "b")
    bob.merge_patch("b")
    with refused(Code.RESTS_ON, naming="B b"):
        world.alice.undo()
    bob.undo()
    world.alice.undo()
    assert world.text(TOTAL) == function("total")
    world.check()


def test_undoing_a_merge_under_newer_revisions_is_a_new_inverse_revision(world: World) -> None:
    put(world.alice, TOTAL, function("total", 1), "a")
    put(world.alice, COUNT, function("count", 1), "b")
    ready(world.alice, "a", "b")
    entry = world.alice.merge_patch("a").transaction
    bob = world.join("bob", "maintainer")
    bob.merge_patch("b")
    before = int(world.alice.codebase.revision())
    world.alice.undo(skip=True)
    assert world.alice.log()[0].undoes != entry
    world.alice.undo()
    assert int(world.alice.codebase.revision()) == before + 1
    assert world.text(TOTAL) == function("total")
    assert world.text(COUNT) == function("count", 1)
    assert world.patch("a").status is PatchStatus.READY
    world.alice.redo()
    assert world.text(TOTAL) == function("total", 1)
    assert world.patch("a").revision == world.alice.codebase.revision()
    world.check()


def test_undoing_a_merge_is_refused_where_its_definitions_changed_since(world: World) -> None:
    put(world.alice, TOTAL, function("total", 1), "a")
    ready(world.alice, "a")
    world.alice.merge_patch("a")
    bob = world.join("bob")
    put(bob, TOTAL, function("total", 1, 2), "b")
    ready(bob, "b")
    bob.merge_patch("b")
    world.alice.undo()  # the invitation
    with refused(Code.RESTS_ON, naming=TOTAL):
        world.alice.undo()
    world.check()


def test_undoing_a_merge_lets_other_sessions_follow(world: World) -> None:
    put(world.alice, TOTAL, function("total", 1), "a")
    ready(world.alice, "a")
    world.alice.merge_patch("a")
    other = world.alice.start_session("other").session_id
    put(world.alice, TOTAL, function("total", 1, 2), "b")
    world.alice.undo(session=world.session)
    world.alice.switch_session(other)
    assert world.alice.show(TOTAL, "b").text == function("total", 0, 2)
    world.alice.create_patch("x")
    world.check()


def test_undo_needs_the_rights_its_verb_needed(world: World) -> None:
    bob = world.join("bob", "maintainer")
    put(world.alice, TOTAL, function("total", 1), "a")
    bob.mark_ready("a")
    world.alice.set_role("bob", "contributor")
    with refused(Code.NOT_PERMITTED):
        bob.undo()


def test_an_undone_invitation_needs_the_rights_to_remove(world: World) -> None:
    bob = world.join("bob", "maintainer")
    bob.invite("carol", "viewer")
    world.alice.set_role("bob", "contributor")
    with refused(Code.NOT_PERMITTED):
        bob.undo()
    assert world.state.session.role_of("carol") is not None


# The log


def test_every_transaction_is_logged_with_who_when_and_what(world: World) -> None:
    bob = world.join("bob")
    world.alice.create_patch("a")
    bob.save_editor(TOTAL, function("total", 1), patch="a")
    newest = world.alice.log()[0]
    assert (newest.user, newest.verb, newest.summary) == ("bob", "editor.save", f"saved {TOTAL} in A a")
    assert [one.user for one in world.alice.log(user="bob")] == ["bob"]
    assert {one.verb for one in world.alice.log(verb="patch")} == {"patch.new"}
    assert [one.verb for one in world.alice.log(patch="A")] == ["editor.save", "patch.new"]
    assert len(world.alice.log(limit=2)) == 2
    numbers = [one.number for one in world.alice.log()]
    assert numbers == sorted(numbers, reverse=True)
    assert numbers == list(range(numbers[0], 0, -1))


def test_a_verb_that_changes_nothing_leaves_no_entry(world: World) -> None:
    put(world.alice, TOTAL, function("total", 1), "a")
    before = len(world.alice.log())
    assert world.alice.edit_patch("a", name="a").transaction is None
    assert len(world.alice.log()) == before


def test_the_log_is_readable_after_300_transactions_and_the_latest_200_can_be_undone(world: World) -> None:
    for number in range(305):
        world.alice.edit_session(description=str(number))
    manager = world.reopened()
    entries = manager.log(world.session)
    assert [one.number for one in entries] == list(range(306, 0, -1))
    assert len(list((world.root / "log").iterdir())) >= 1
    assert manager.log(world.session, verb="session.start")[0].number == 1
    assert len(manager.repository.recent_log(world.session)) < 306
    assert len(manager.undo_preview(to=str(entries[199].number), session=world.session).entries) == 200
    with refused(Code.NOT_FOUND):
        manager.undo_preview(to=str(entries[200].number), session=world.session)
    for expected in itertools.islice(range(303, 0, -1), 3):
        world.alice.undo()
        assert world.state.session.description == str(expected)
    assert manager.doctor().findings == ()


def test_a_merge_of_a_text_with_two_definitions_and_blank_lines_is_undone(world: World) -> None:
    """What a person typed around definitions belongs to the file, and does not stand in the way of undo."""
    text = "# a note of its own\n\nMOST = 3\n\n\n" + function("total", 1) + "\n\n\n"
    outcome = world.alice.save_editor(TOTAL, text, new_patch="limits")
    assert any("app.cart.MOST" in note for note in outcome.notes)
    world.alice.mark_ready("limits")
    world.alice.merge_patch("limits")
    world.alice.undo()
    assert world.alice.view().patches[0].patch.is_open
    assert world.alice.show(TOTAL).text == function("total")


def test_the_preview_of_a_skipping_undo_names_what_it_goes_past(world: World) -> None:
    bob = world.join("bob", "contributor")
    put(world.alice, TAX, function("tax", 1), "mine")
    put(world.alice, TOTAL, function("total", 1), "shared")
    bob.save_editor(TOTAL, function("total", 1, 2), patch="shared")
    preview = world.alice.undo_preview(skip=True)
    assert "tax" in preview.entries[0].summary or "mine" in preview.entries[0].summary
    assert preview.details
    assert world.alice.undo(skip=True).summary == f"undid: {preview.entries[0].summary}"
