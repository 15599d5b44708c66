"""When a patch can be merged (R6), and merging one, a chain, all (R14–R16)."""

from __future__ import annotations

from world import CHECK, COUNT, TAX, TOTAL, World, function, put, ready, refused

from store.errors import Code
from store.model import PatchStatus


def prepared(world: World, patch: str = "p", name: str = TOTAL) -> None:
    put(world.alice, name, function(name.rpartition(".")[2], one=1), patch)
    ready(world.alice, patch)


def only_blocker(world: World, reference: str, code: Code) -> str:
    """The one blocker's message, which view, preview and refusal agree on."""
    seen = world.alice.view().patch(world.patch(reference).id)
    assert seen is not None
    assert [one.code for one in seen.blockers] == [code]
    assert not seen.ready_to_merge
    with refused(code, naming=seen.blockers[0].message) as caught:
        world.alice.merge_patch(reference)
    assert caught.value.blockers == ((code, seen.blockers[0].message),)
    world.check()
    return seen.blockers[0].message


def test_a_patch_without_blockers_is_ready_and_merges(world: World) -> None:
    prepared(world)
    seen = world.alice.view().patches[0]
    assert (seen.blockers, seen.ready_to_merge) == ((), True)
    world.alice.merge_patch("p")


def test_a_patch_that_is_not_marked_is_blocked_by_that_alone(world: World) -> None:
    put(world.alice, TOTAL, function("total", one=1), "p")
    assert only_blocker(world, "p", Code.NOT_READY) == "not marked ready"


def test_an_empty_draft_has_two_blockers(world: World) -> None:
    world.alice.create_patch("p")
    assert world.blockers("p") == [Code.NOT_READY, Code.EMPTY]


def test_a_patch_that_the_codebase_has_overtaken_says_why_it_is_empty(world: World) -> None:
    put(world.alice, TOTAL, function("total", one=1), "p")
    world.alice.create_patch("new")
    bob = world.join("bob")
    bob.start_session("bobs")
    put(bob, TOTAL, function("total", one=1), "same")
    ready(bob, "same")
    bob.merge_patch("same")
    overtaken, new = world.alice.view().patches
    assert [one.message for one in overtaken.blockers][1:] == ["has no operations left: the codebase has it"]
    assert [one.message for one in new.blockers][1:] == ["has no operations"]
    with refused(Code.NOT_READY, naming="the codebase has it"):
        world.alice.merge_patch("p")
    put(world.alice, COUNT, function("count", one=1), "p")
    world.alice.unassign_editor(world.editor(COUNT).id)
    assert [one.message for one in world.alice.view().patches[0].blockers][1:] == ["has no operations"]


def test_an_unmerged_dependency_blocks(world: World) -> None:
    prepared(world, "a", TOTAL)
    prepared(world, "b", COUNT)
    world.alice.add_dependency("b", "a")
    assert only_blocker(world, "b", Code.DEPENDENCY_UNMERGED) == "waits for A a"
    assert world.blockers("a") == []


def test_an_abandoned_dependency_blocks_and_offers_to_be_dropped(world: World) -> None:
    prepared(world, "a", TOTAL)
    prepared(world, "b", COUNT)
    world.alice.add_dependency("b", "a")
    world.alice.abandon_patch("a")
    assert "drop" in only_blocker(world, "b", Code.DEPENDENCY_ABANDONED)
    world.alice.drop_dependency("b", "A")
    assert world.blockers("b") == []


def test_an_open_conflict_blocks(world: World) -> None:
    prepared(world, "p", CHECK)
    world.alice.start_session("other")
    put(world.alice, CHECK, function("check", one=2), "q")
    ready(world.alice, "q")
    world.alice.merge_patch("q")
    world.alice.switch_session("main")
    assert only_blocker(world, "p", Code.CONFLICTS) == f"conflict in {CHECK}"
    assert world.patch("p").status is PatchStatus.CONFLICTS
    assert world.patch("p").marked_ready


def test_a_contributing_editor_with_unsaved_text_blocks_and_is_named(world: World) -> None:
    prepared(world)
    world.alice.type_text(TOTAL, function("total", one=2))
    assert "editor 1 has unsaved text" in only_blocker(world, "p", Code.UNSAVED_EDITOR)
    world.alice.drop_buffer(TOTAL)
    assert world.blockers("p") == []


def test_unsaved_text_of_an_editor_elsewhere_blocks_nothing(world: World) -> None:
    prepared(world)
    world.alice.type_text(COUNT, function("count", one=2))
    world.alice.merge_patch("p")
    assert world.alice.buffer(COUNT) is not None


def test_merging_goes_past_other_peoples_buffers_when_told_to_never_past_ones_own(world: World) -> None:
    prepared(world)
    bob = world.join("bob")
    bob.assign_editor(TOTAL, "p")
    bob.type_text(TOTAL, function("total", one=1, two=2))
    assert world.blockers("p") == [Code.UNSAVED_EDITOR]
    world.alice.type_text(TOTAL, function("total", one=3))
    with refused(Code.UNSAVED_EDITOR):
        world.alice.merge_patch("p", past_unsaved=True)
    world.alice.drop_buffer(TOTAL)
    with refused(Code.UNSAVED_EDITOR):
        world.alice.merge_patch("p")
    world.alice.merge_patch("p", past_unsaved=True)
    editor = world.editor(TOTAL, "bob")
    assert editor.patch_id is None
    assert bob.buffer(editor.id).text == function("total", one=1, two=2)  # type: ignore[union-attr]
    put(bob, editor.id, None, "after")  # type: ignore[arg-type]
    assert world.text(TOTAL, "after") == function("total", one=1, two=2)


def test_a_file_that_would_no_longer_parse_blocks(world: World) -> None:
    put(world.alice, TOTAL, "def total(:\n    return\n", "p")
    ready(world.alice, "p")
    assert only_blocker(world, "p", Code.DOES_NOT_PARSE) == "app/cart.py does not parse"


def test_a_file_that_did_not_parse_before_does_not_block(tmp_path) -> None:  # type: ignore[no-untyped-def]
    world = World(tmp_path, {"broken.py": "def a(:\n", "app/cart.py": function("total")})
    world.alice.save_editor("broken.py:<file>", "def a(:\n    pass\n", new_patch="p")
    ready(world.alice, "p")
    world.alice.merge_patch("p")
    assert world.file("broken.py") == "def a(:\n    pass\n"


def test_a_name_that_becomes_undefined_blocks(world: World) -> None:
    put(world.alice, TOTAL, "def total():\n    return mystery\n", "p")
    ready(world.alice, "p")
    assert "mystery" in only_blocker(world, "p", Code.UNDEFINED_NAME)
    put(world.alice, "app.cart.mystery", "mystery = 1\n", "p", new=True)
    ready(world.alice, "p")
    world.alice.merge_patch("p")


def test_ready_means_no_blockers_for_every_patch_of_the_view(world: World) -> None:
    prepared(world, "a", TOTAL)
    put(world.alice, COUNT, function("count", one=1), "b")
    world.alice.create_patch("c")
    for one in world.alice.view().patches:
        assert one.ready_to_merge is (not one.blockers and one.patch.is_open)


def test_a_merge_is_one_revision_with_its_marks_and_message(world: World) -> None:
    put(world.alice, TOTAL, function("total", one=1), "p")
    put(world.alice, CHECK, function("check", one=1), "p")
    world.alice.edit_patch("p", description="Why it is so")
    ready(world.alice, "p")
    before = world.alice.codebase.revision()
    outcome = world.alice.merge_patch("p")
    patch = world.patch("p")
    assert (patch.status, patch.merged_by, patch.revision) == (PatchStatus.MERGED, "alice", outcome.revision)
    assert patch.merged_at is not None
    revision = world.alice.codebase.describe(world.alice.codebase.revision())
    assert (revision.parent, revision.transaction) == (before, outcome.transaction)
    assert revision.message == "p\n\nWhy it is so"
    assert set(revision.changes) == {"app/cart.py", "app/user.py"}
    assert not world.alice.repository.layout.intent.exists()
    with refused(Code.BAD_TRANSITION):
        world.alice.merge_patch("p")


def test_a_merge_changes_the_lines_of_its_definitions_and_no_other_byte(world: World) -> None:
    before = world.file("app/cart.py")
    put(world.alice, COUNT, function("count", one=77), "p")
    ready(world.alice, "p")
    world.alice.merge_patch("p")
    assert world.file("app/cart.py") == before.replace(function("count"), function("count", one=77))


def test_after_a_merge_editors_stay_open_clean_and_unassigned(world: World) -> None:
    prepared(world)
    world.alice.merge_patch("p")
    (one,) = world.alice.view().editors
    assert (one.editor.target, one.patch, one.modified) == (TOTAL, None, False)
    assert world.alice.editor_text(TOTAL).text == function("total", one=1)
    outcome = world.alice.save_editor(TOTAL, function("total", one=2))
    assert outcome.asks


def test_a_stale_confirmation_is_asked_again(world: World) -> None:
    prepared(world)
    stamp = world.alice.merge_preview("p").stamp
    close = world.alice.close_preview().stamp
    world.join("bob").create_patch("meanwhile")
    with refused(Code.PREVIEW_STALE):
        world.alice.merge_patch("p", stamp=stamp)
    with refused(Code.PREVIEW_STALE):
        world.alice.merge_chain(["p"], stamp=stamp)
    with refused(Code.PREVIEW_STALE):
        world.alice.merge_all_ready(stamp=close)
    with refused(Code.PREVIEW_STALE):
        world.alice.close_session(stamp=close)
    with refused(Code.PREVIEW_STALE):
        world.alice.abandon_session("main", stamp=close)
    world.alice.merge_patch("p", stamp=world.alice.merge_preview("p").stamp)


def test_a_stale_confirmation_of_abandoning_or_undoing_is_asked_again(world: World) -> None:
    prepared(world)
    bob = world.join("bob")
    world.alice.create_patch("mine")
    stamp, undoing = world.alice.stamp(), world.alice.undo_preview(to=world.alice.log()[1].id)
    bob.create_patch("meanwhile")
    with refused(Code.PREVIEW_STALE):
        world.alice.abandon_patch("p", stamp=stamp)
    with refused(Code.PREVIEW_STALE):
        world.alice.undo(to=undoing.entries[-1].id, stamp=undoing.stamp)
    with refused(Code.PREVIEW_STALE):
        world.alice.undo(skip=True, stamp=undoing.stamp)
    again = world.alice.undo_preview(to=undoing.entries[-1].id)
    assert again.entries == undoing.entries
    world.alice.undo(to=again.entries[-1].id, stamp=again.stamp)
    world.alice.create_patch("more")
    world.alice.abandon_patch("more", stamp=world.alice.stamp())


def test_a_buffer_typed_after_the_preview_makes_it_stale(world: World) -> None:
    prepared(world)
    stamp = world.alice.close_preview().stamp
    world.alice.type_text(COUNT, function("count", one=9))
    with refused(Code.PREVIEW_STALE):
        world.alice.close_session(stamp=stamp)


def test_the_merge_preview_says_what_goes_along_and_what_follows(world: World) -> None:
    prepared(world, "a", TOTAL)
    put(world.alice, COUNT, function("count", one=1), "b")
    prepared(world, "c", TAX)
    world.alice.add_dependency("b", "a")
    world.alice.add_dependency("c", "b")
    seen = world.alice.merge_preview("b")
    assert [one.patch.letter for one in seen.patches] == ["A", "B"]
    assert seen.marks_ready == (world.patch("b").id,)
    assert seen.blockers == ()
    assert [one.letter for one in seen.unblocks] == ["C"]
    assert [one.target for one in seen.editors] == [TOTAL, COUNT]
    report = world.alice.merge_chain(
        [one.patch.id for one in seen.patches], mark_ready=seen.marks_ready, stamp=seen.stamp
    )
    assert report.failures == ()
    assert world.blockers("c") == []


def test_a_chain_stops_at_the_first_failure(world: World) -> None:
    prepared(world, "a", TOTAL)
    put(world.alice, COUNT, function("count", one=1), "b")
    prepared(world, "c", TAX)
    report = world.alice.merge_chain(["a", "b", "c"])
    assert [one.code for one in report.failures] == [Code.NOT_READY]
    statuses = [one.status for one in world.state.patches.values()]
    assert statuses == [PatchStatus.MERGED, PatchStatus.DRAFT, PatchStatus.READY]


def test_merging_all_ready_goes_in_dependency_order_and_takes_what_becomes_ready(world: World) -> None:
    prepared(world, "a", TOTAL)
    prepared(world, "b", COUNT)
    prepared(world, "c", TAX)
    world.alice.add_dependency("a", "b")
    world.alice.add_dependency("b", "c")
    preview = world.alice.merge_all_preview()
    assert [one.patch.letter for one in preview.merges] == ["C", "B", "A"]
    report = world.alice.merge_all_ready(stamp=preview.stamp)
    assert [world.state.patches[one.patches[0]].letter for one in report.outcomes] == ["C", "B", "A"]
    assert report.failures == ()
    assert len({one.transaction for one in report.outcomes}) == 3


def test_merging_all_ready_goes_past_a_failing_one_and_reports_each(world: World) -> None:
    prepared(world, "a", TOTAL)
    put(world.alice, COUNT, "def count(:\n", "b")
    ready(world.alice, "b")
    prepared(world, "c", TAX)
    prepared(world, "d", CHECK)
    world.alice.add_dependency("d", "b")
    world.alice.create_patch("e")
    preview = world.alice.merge_all_preview()
    assert [one.patch.letter for one in preview.merges] == ["A", "C"]
    report = world.alice.merge_all_ready()
    letters = {patch.id: patch.letter for patch in world.state.patches.values()}
    assert [letters[one.patches[0]] for one in report.outcomes] == ["A", "C"]
    assert [(letters[one.patch], one.code) for one in report.failures] == [
        ("B", Code.DOES_NOT_PARSE),
        ("D", Code.DEPENDENCY_UNMERGED),
    ]
