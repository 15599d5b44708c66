"""Text typed and not saved: on the disk, one writer, never lost, never in the way (§5, R3, R9)."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from test_kills import SCENARIOS, effects_of, killed_at
from world import COUNT, TOTAL, World, function, put, refused, start

from store.errors import Code
from store.session_manager import SessionManager, open_store
from store.session_manager.editors import new_writer


def kept(manager: SessionManager, reference: str = TOTAL) -> str | None:
    found = manager.buffer(reference)
    return None if found is None else found.text


def test_typing_needs_no_transaction_and_shows_as_unsaved(world: World) -> None:
    world.alice.open_editor(TOTAL)
    before = world.state
    world.alice.type_text(TOTAL, function("total", 7))
    assert world.state == before
    (one,) = world.reopened().view(world.session).editors
    assert (one.unsaved, one.modified) == (True, True)
    assert world.alice.editor_text(TOTAL).text == function("total")


def test_typing_what_the_editor_shows_leaves_no_buffer(world: World) -> None:
    world.alice.type_text(TOTAL, function("total", 7))
    world.alice.type_text(TOTAL, function("total"))
    assert kept(world.alice) is None


def test_typing_in_a_definition_not_open_yet_opens_it(world: World) -> None:
    editor = world.alice.type_text(TOTAL, function("total", 7))
    assert world.editor(TOTAL).id == editor
    assert world.alice.log()[0].verb == "editor.open"


def test_the_buffer_knows_the_text_it_was_typed_over(world: World) -> None:
    shown = world.alice.show(TOTAL).digest
    world.alice.type_text(TOTAL, function("total", 7))
    bob = world.join("bob")
    put(bob, TOTAL, function("total", two=2), "b")
    assert world.alice.buffer(TOTAL).shown == shown  # type: ignore[union-attr]
    world.alice.save_editor(TOTAL)
    assert world.text(TOTAL, "b") == function("total", 7, 2)


def test_a_buffer_survives_sigkill(world: World) -> None:
    script = (
        'manager.type_text("app.cart.total", function("total", 7))\nsay("typed")\nos.kill(os.getpid(), 9)'
    )
    process = start(world.directory, script)
    said, _ = process.communicate(timeout=60)
    assert (said, process.returncode) == ("typed\n", -9)
    assert kept(world.reopened()) == function("total", 7)


def test_a_save_killed_before_its_buffer_is_removed_shows_nothing_unsaved_and_loses_nothing(
    tmp_path: Path,
) -> None:
    scenario = SCENARIOS["a save of the buffer"]
    world = World(tmp_path)
    scenario.prepare(world)
    bob = world.join("bob")
    bob.save_editor(TOTAL, function("total", 1, three=3))
    world.alice.type_text(TOTAL, function("total", 1, 7), world.patch("a").operations[0].base_digest)
    shown = world.alice.editor_text(TOTAL).digest
    world.alice.type_text(TOTAL, function("total", 1, 7, 3).rstrip("\n"), shown)
    counted = tmp_path / "counted"
    shutil.copytree(world.directory, counted)
    effects = effects_of(counted, scenario, tmp_path / "effects")
    (unlinked,) = [at for at, one in enumerate(effects, 1) if one.startswith("unlink") and "buffers" in one]
    killed_at(world.directory, unlinked, scenario.script())
    manager = world.reopened()
    assert manager.repository.buffers.ids() == [world.editor(TOTAL).id]
    (seen, _) = manager.view().editors
    assert (seen.unsaved, seen.modified) == (False, False)
    assert manager.editor_text(TOTAL).text == function("total", 1, 7, 3)
    manager.mark_ready("a")
    manager.merge_patch("a")
    assert manager.save_editor(TOTAL).transaction is None or not manager.view().editors[0].unsaved
    manager.close_editor(TOTAL, discard=True)
    assert world.text(TOTAL) == function("total", 1, 7, 3)


def test_a_saved_buffer_merged_with_anothers_work_is_not_unsaved_after_a_kill(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.alice.create_patch("a")
    bob = world.join("bob")
    shown = world.alice.show(TOTAL).digest
    world.alice.save_editor(TOTAL, function("total", 1), patch="a")
    bob.open_editor(TOTAL)
    bob.type_text(world.editor(TOTAL, "bob").id, function("total", two=2), shown)
    data = (world.root / "buffers" / world.editor(TOTAL, "bob").id).read_bytes()
    bob.save_editor(TOTAL)
    assert world.text(TOTAL, "a") == function("total", 1, 2)
    (world.root / "buffers" / world.editor(TOTAL, "bob").id).write_bytes(data)
    assert [one.unsaved for one in bob.view().editors] == [False, False]
    bob.close_editor(TOTAL)
    assert world.text(TOTAL, "a") == function("total", 1, 2)


def test_undoing_a_closing_that_discarded_text_brings_editor_and_text_back(world: World) -> None:
    world.alice.save_editor(COUNT, function("count", 5), new_patch="a")
    world.alice.type_text(TOTAL, function("total", 7))
    editor = world.editor(TOTAL).id
    world.alice.close_editor(TOTAL, discard=True)
    assert world.alice.repository.buffers.ids() == []
    world.alice.undo()
    assert world.editor(TOTAL).id == editor
    assert world.alice.buffer(editor).text == function("total", 7)
    assert [one.unsaved for one in world.alice.view().editors if one.editor.id == editor] == [True]
    world.alice.redo()
    assert world.alice.buffer(editor).text == function("total", 7), (
        "what is typed is never thrown away by redo"
    )
    assert world.text(COUNT, "a") == function("count", 5)


def test_text_that_an_undo_brings_back_is_written_under_the_lock_to_an_editor_that_is_still_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice, held = world.alice, []
    write, reset = alice.repository.buffers.write, alice._reset_current

    def watched(*given: Any) -> None:
        held.append(alice.repository.lock.held_exclusively)
        write(*given)

    def closed_elsewhere_too(*given: Any) -> None:
        reset(*given)
        world.reopened().close_editor(TOTAL)

    alice.type_text(TOTAL, function("total", 7))
    alice.close_editor(TOTAL, discard=True)
    monkeypatch.setattr(alice.repository.buffers, "write", watched)
    alice.undo()
    assert held == [True]
    alice.close_editor(TOTAL, discard=True)
    monkeypatch.setattr(alice, "_reset_current", closed_elsewhere_too)
    alice.undo()
    assert alice.repository.buffers.ids() == []


def test_saving_spends_the_buffer_and_saving_a_text_leaves_it(world: World) -> None:
    world.alice.type_text(TOTAL, function("total", 7))
    world.alice.save_editor(TOTAL, new_patch="a")
    assert kept(world.alice) is None
    world.alice.type_text(TOTAL, function("total", 8))
    world.alice.save_editor(TOTAL, function("total", 7, 2))
    assert kept(world.alice) == function("total", 8)


def test_saving_without_anything_typed_changes_nothing(world: World) -> None:
    put(world.alice, TOTAL, function("total", 1), "a")
    assert world.alice.save_editor(TOTAL).transaction is None


def test_one_buffer_has_one_writer_until_another_takes_over(world: World) -> None:
    first, second = new_writer(), "4194300-beef"
    world.alice.open_editor(TOTAL)
    handle = world.alice.enter_screen(world.session)
    try:
        world.alice.type_text(TOTAL, function("total", 1), writer=first)
        for writer in (second, "cli"):
            with refused(Code.UNSAVED_EDITOR, naming="take over"):
                world.alice.type_text(TOTAL, function("total", 2), writer=writer)
        assert kept(world.alice) == function("total", 1)
        world.alice.take_over_buffer(TOTAL, second)
        world.alice.type_text(TOTAL, function("total", 2), writer=second)
        assert kept(world.alice) == function("total", 2)
    finally:
        handle.leave()


def test_the_buffer_of_a_screen_that_is_gone_is_free(world: World) -> None:
    world.alice.type_text(TOTAL, function("total", 1), writer="4194300-beef")
    world.alice.type_text(TOTAL, function("total", 2), writer=new_writer())
    assert kept(world.alice) == function("total", 2)


def test_text_that_a_writer_has_not_seen_is_not_written_over(world: World) -> None:
    screen, saved = new_writer(), world.text(TOTAL)
    world.alice.type_text(TOTAL, function("total", 1))
    with refused(Code.UNSAVED_EDITOR, naming="other unsaved text by now"):
        world.alice.type_text(TOTAL, function("total", 2), writer=screen, seen=saved)
    assert kept(world.alice) == function("total", 1)
    world.alice.type_text(TOTAL, function("total", 2), writer=screen, seen=function("total", 1))
    assert kept(world.alice) == function("total", 2)


def test_two_people_type_in_editors_of_their_own(world: World) -> None:
    bob = world.join("bob")
    world.alice.type_text(TOTAL, function("total", 1))
    bob.type_text(TOTAL, function("total", 2))
    assert (kept(world.alice), kept(bob)) == (function("total", 1), function("total", 2))


def test_a_closed_session_takes_a_buffer_from_its_user_alone(world: World) -> None:
    bob = world.join("bob")
    world.alice.open_editor(TOTAL)
    editor = world.editor(TOTAL).id
    world.alice.close_session()
    world.alice.type_text(editor, function("total", 7), session=world.session)
    with refused(Code.NOT_PERMITTED):
        bob.type_text(editor, "x = 1\n", session=world.session)
    with refused(Code.CLOSED):
        world.alice.type_text(COUNT, "x = 1\n", session=world.session)
    world.alice.reopen_session(world.session)
    assert kept(open_store(world.directory, user="alice")) == function("total", 7)


def test_undo_of_the_saving_keeps_the_text_in_the_log(world: World) -> None:
    world.alice.type_text(TOTAL, function("total", 7))
    world.alice.save_editor(TOTAL, new_patch="a")
    digest = world.patch("a").operations[0].digest
    world.alice.undo()
    assert digest is not None
    assert world.alice.text(digest) == function("total", 7)
    assert world.alice.doctor(put_right=True).texts_removed == 0
    world.alice.redo()
    assert world.text(TOTAL, "a") == function("total", 7)


def test_deleting_a_definition_keeps_what_was_typed_in_the_log(world: World) -> None:
    world.alice.type_text(TOTAL, function("total", 7))
    world.alice.delete_definition(TOTAL, new_patch="a")
    assert kept(world.alice) is None
    (digest,) = world.alice.log()[0].texts
    assert world.alice.text(digest) == function("total", 7)


def test_texts_for_places_of_a_conflict_are_each_screens_own_until_it_ends(world: World) -> None:
    patch = world.alice.save_editor(TOTAL, function("total", 1), new_patch="a").patches[0]
    world.alice.type_places(patch, TOTAL, {0: "first\n", 1: "second\n"}, "4194300-beef")
    living, mine = new_writer(), "4194301-beef"
    world.alice.type_places(patch, TOTAL, {0: "elsewhere\n"}, living)
    handle = world.alice.enter_screen(world.session)
    try:
        world.alice.type_places(patch, TOTAL, {0: "mine\n"}, mine)
        assert world.join("bob").take_places(patch, TOTAL, mine) == {}
        assert world.alice.take_places(patch, COUNT, mine) == {}
        taken = world.alice.take_places(patch, TOTAL, mine)
        assert (sorted(taken[0].split()), taken[1]) == (["first", "mine"], "second\n")
        assert world.alice.take_places(patch, TOTAL, mine) == taken
        world.alice.type_places(patch, TOTAL, {}, mine)
        assert len(world.alice.repository.buffers.ids()) == 1
    finally:
        handle.leave()
    assert world.alice.take_places(patch, TOTAL, mine) == {0: "elsewhere\n"}


@pytest.mark.parametrize("shown", ["Z" * 64, "\u00e9" * 64, "../workspace.json", "0" * 64])
def test_a_save_over_what_is_no_digest_of_a_text_is_refused(world: World, shown: str) -> None:
    with refused(Code.NOT_FOUND, naming="No text"):
        world.alice.save_editor(TOTAL, function("total", 7), shown=shown)
