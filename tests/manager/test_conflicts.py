"""Conflicts: each kind, and settling them with ours, theirs or a text (R12, R13)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from world import CHECK, COUNT, TOTAL, World, function, put, ready, refused

from store.errors import Code
from store.model import ConflictKind, PatchStatus

FRESH, CART, ADD = "app.cart.fresh", "app.cart.Cart", "app.cart.Cart.add"
OURS, THEIRS, BASE = function("total", one=1), function("total", one=2), function("total")


def elsewhere(world: World, change: Callable[[], object]) -> None:
    """Merge a change in another session."""
    world.alice.start_session("elsewhere")
    change()
    ready(world.alice, "A")
    world.alice.merge_patch("A")
    world.alice.close_session()
    world.alice.switch_session("main")


def base_moved(world: World) -> None:
    put(world.alice, TOTAL, OURS, "p")
    elsewhere(world, lambda: put(world.alice, TOTAL, THEIRS, "q"))


def both_added(world: World) -> None:
    put(world.alice, FRESH, function("fresh", one=1), "p", new=True)
    elsewhere(world, lambda: put(world.alice, FRESH, function("fresh", one=2), "q", new=True))


def we_delete(world: World) -> None:
    world.alice.delete_definition(TOTAL, new_patch="p")
    elsewhere(world, lambda: put(world.alice, TOTAL, THEIRS, "q"))


def they_delete(world: World) -> None:
    put(world.alice, TOTAL, OURS, "p")
    elsewhere(world, lambda: world.alice.delete_definition(TOTAL, new_patch="q"))


KINDS = {
    "base-moved": (base_moved, TOTAL, BASE, OURS, THEIRS),
    "both-added": (both_added, FRESH, None, function("fresh", one=1), function("fresh", one=2)),
    "we delete": (we_delete, TOTAL, BASE, None, THEIRS),
    "they delete": (they_delete, TOTAL, BASE, OURS, None),
}
EXPECTED_KIND = {"we delete": "delete-update", "they delete": "delete-update"}

SETTLED = {
    ("base-moved", "ours"): [("update", TOTAL)],
    ("base-moved", "theirs"): [],
    ("base-moved", "text"): [("update", TOTAL)],
    ("both-added", "ours"): [("update", FRESH)],
    ("both-added", "theirs"): [],
    ("both-added", "text"): [("update", FRESH)],
    ("we delete", "ours"): [("delete", TOTAL)],
    ("we delete", "theirs"): [],
    ("we delete", "text"): [("update", TOTAL)],
    ("they delete", "ours"): [("add", TOTAL)],
    ("they delete", "theirs"): [],
    ("they delete", "text"): [("add", TOTAL)],
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_conflict_says_base_ours_and_theirs(world: World, kind: str) -> None:
    make, name, base, ours, theirs = KINDS[kind]
    make(world)
    ((patch, conflict),) = world.alice.conflicts()
    assert conflict.kind == ConflictKind(EXPECTED_KIND.get(kind, kind))
    assert (patch.name, conflict.name, patch.status) == ("p", name, PatchStatus.CONFLICTS)
    assert conflict.id.startswith(patch.id)
    assert world.alice.conflict_texts(conflict.id) == (base, ours, theirs)
    assert world.alice.conflict_texts(name) == (base, ours, theirs)


@pytest.mark.parametrize(("kind", "how"), SETTLED)
def test_settling_a_conflict(world: World, kind: str, how: str) -> None:
    make, name, _, ours, theirs = KINDS[kind]
    make(world)
    text = function(name.rpartition(".")[2], one=1, two=2)
    if how == "ours":
        world.alice.resolve_conflict(name, ours=True)
    elif how == "theirs":
        world.alice.resolve_conflict(name, theirs=True)
    else:
        world.alice.resolve_conflict(name, text=text)
    assert world.operations("p") == SETTLED[kind, how]
    assert world.alice.conflicts() == ()
    assert world.patch("p").status is PatchStatus.DRAFT
    world.check()
    expected = {"ours": ours, "theirs": theirs, "text": text}[how]
    if SETTLED[kind, how]:
        ready(world.alice, "p")
        world.alice.merge_patch("p")
    if expected is None:
        with refused(Code.NOT_FOUND):
            world.alice.show(name)
    else:
        assert world.text(name) == expected
    world.check()


def test_settling_a_conflict_of_a_ready_patch_says_that_it_is_a_draft_now(world: World) -> None:
    put(world.alice, TOTAL, OURS, "p")
    ready(world.alice, "p")
    elsewhere(world, lambda: put(world.alice, TOTAL, THEIRS, "q"))
    done = world.alice.resolve_conflict(TOTAL, ours=True)
    assert done.summary == f"settled {TOTAL} in A p with ours: back to draft"
    assert world.patch("p").status is PatchStatus.DRAFT


def test_a_rename_below_and_a_rename_above_of_one_definition_are_rename_rename(world: World) -> None:
    world.alice.create_patch("low")
    bob = world.join("bob")
    bob.open_editor(TOTAL)
    bob.assign_editor(TOTAL, "low")
    world.alice.rename_definition(TOTAL, "app.cart.upper", new_patch="up")
    world.alice.add_dependency("up", "low")
    bob.rename_definition("app.cart.total", "app.cart.lower")
    ((patch, conflict),) = world.alice.conflicts()
    assert (patch.name, conflict.kind, conflict.theirs_name) == ("up", "rename-rename", "app.cart.lower")
    world.alice.resolve_conflict(conflict.id, ours=True)
    assert world.operations("up") == [("rename", "app.cart.lower", "app.cart.upper")]
    world.check()


def test_what_merges_cleanly_is_taken_and_reported(world: World) -> None:
    put(world.alice, TOTAL, OURS, "p")
    elsewhere(world, lambda: put(world.alice, TOTAL, function("total", two=2), "q"))
    world.alice.create_patch("r")
    assert world.alice.conflicts() == ()
    assert world.text(TOTAL, "p") == function("total", 1, 2)
    assert [one.verb for one in world.alice.log()][1] == "follow"


def test_a_conflict_can_be_put_off_and_other_patches_go_on(world: World) -> None:
    base_moved(world)
    put(world.alice, COUNT, function("count", 1), "other")
    ready(world.alice, "other")
    world.alice.merge_patch("other")
    assert world.patch("p").status is PatchStatus.CONFLICTS


def test_a_conflict_is_settled_one_way_only(world: World) -> None:
    base_moved(world)
    for options in ({}, {"ours": True, "theirs": True}, {"ours": True, "text": "x = 1\n"}):
        with refused(Code.CONFLICTS, naming="one text"):
            world.alice.resolve_conflict(TOTAL, **options)
    with refused(Code.NOT_FOUND, naming=TOTAL):
        world.alice.resolve_conflict(COUNT, ours=True)


def test_saving_over_a_conflict_does_not_settle_it_unseen(world: World) -> None:
    base_moved(world)
    world.alice.save_editor(TOTAL, function("total", one=1, two=5))
    assert world.patch("p").status is PatchStatus.CONFLICTS
    ((_, conflict),) = world.alice.conflicts()
    assert world.alice.conflict_texts(conflict.id) == (BASE, function("total", one=1, two=5), THEIRS)
    world.alice.save_editor(TOTAL, function("total", one=2, two=5))
    assert world.alice.conflicts() == ()
    assert world.text(TOTAL, "p") == function("total", one=2, two=5)
    world.check()


def test_saving_over_a_conflict_with_a_deletion_does_not_settle_it_unseen(world: World) -> None:
    they_delete(world)
    world.alice.save_editor(TOTAL, function("total", one=1, two=5))
    ((_, conflict),) = world.alice.conflicts()
    assert conflict.kind == "delete-update"
    assert world.alice.conflict_texts(conflict.id)[1] == function("total", one=1, two=5)


def test_a_settled_conflict_stays_settled_for_those_above(world: World) -> None:
    base_moved(world)
    world.alice.resolve_conflict(TOTAL, ours=True)
    world.alice.assign_editor(TOTAL, new_patch="up", on_top=True)
    world.alice.save_editor(TOTAL, function("total", one=1, three=3))
    elsewhere(world, lambda: put(world.alice, CHECK, function("check", 1), "q"))
    world.alice.create_patch("another")
    assert world.alice.conflicts() == ()
    assert world.depends("up") == "A"


def test_reading_conflicts_changes_nothing(world: World) -> None:
    base_moved(world)
    world.alice.create_patch("x")
    before = world.state
    world.alice.conflict_texts(TOTAL)
    assert world.state == before
    with refused(Code.NOT_PERMITTED):
        world.alice.as_user("mallory").conflict_texts(TOTAL, session=world.session)


def test_a_conflict_says_whose_theirs_is_and_which_revision_made_it(world: World) -> None:
    bob = world.join("bob")
    put(world.alice, TOTAL, OURS, "p")
    bob.start_session("bobs")
    put(bob, TOTAL, THEIRS, "q")
    ready(bob, "A")
    revision = bob.merge_patch("A").revision
    sides = world.alice.conflict_sides(TOTAL)
    assert (sides.base, sides.ours, sides.theirs) == (BASE, OURS, THEIRS)
    assert (sides.patch.name, sides.operation.authors) == ("p", ("alice",))
    assert (sides.theirs_by, sides.revision, sides.below) == (("bob",), revision, None)


def test_a_conflict_with_a_patch_below_says_which_and_whose(world: World) -> None:
    bob = world.join("bob")
    world.alice.create_patch("low")
    bob.open_editor(TOTAL)
    bob.assign_editor(TOTAL, "low")
    bob.save_editor(TOTAL, function("total", two=2))
    world.alice.open_editor(TOTAL)
    world.alice.assign_editor(TOTAL, new_patch="up", on_top=True)
    world.alice.save_editor(TOTAL, function("total", one=1, two=2))
    bob.save_editor(TOTAL, function("total", one=9, two=2))
    sides = world.alice.conflict_sides(TOTAL)
    assert sides.below is not None
    assert (sides.below.name, sides.theirs_by, sides.revision) == ("low", ("bob",), None)


def test_a_conflict_that_changed_since_it_was_seen_is_not_settled_unseen(world: World) -> None:
    base_moved(world)
    ((_, seen),) = world.alice.conflicts()
    elsewhere(world, lambda: put(world.alice, TOTAL, function("total", one=3), "r"))
    with refused(Code.PREVIEW_STALE, naming="look at it again"):
        world.alice.resolve_conflict(seen.id, ours=True, seen=seen)
    ((_, seen),) = world.alice.conflicts()
    world.alice.save_editor(TOTAL, function("total", one=1, two=5))
    with refused(Code.PREVIEW_STALE):
        world.alice.resolve_conflict(seen.id, ours=True, seen=seen)
    ((_, seen),) = world.alice.conflicts()
    world.alice.resolve_conflict(seen.id, ours=True, seen=seen)
    assert world.alice.conflicts() == ()


def test_an_unclean_save_gives_its_three_texts_and_who_saved_meanwhile(world: World) -> None:
    bob = world.join("bob")
    put(world.alice, TOTAL, function("total", two=2), "p")
    shown = world.alice.editor_text(TOTAL).digest
    bob.open_editor(TOTAL)
    bob.assign_editor(TOTAL, "p")
    bob.save_editor(TOTAL, THEIRS)
    with refused(Code.CONFLICTS):
        world.alice.save_editor(TOTAL, OURS, shown)
    found = world.alice.unclean_save(TOTAL, OURS, shown)
    assert (found.base, found.ours, found.theirs) == (function("total", two=2), OURS, THEIRS)
    assert found.theirs_by == ("bob",)
    world.alice.save_editor(TOTAL, function("total", one=3), found.digest)
    assert world.text(TOTAL, "p") == function("total", one=3)


def test_a_text_that_still_holds_conflict_markers_is_not_saved(world: World) -> None:
    base = world.alice.show(TOTAL)
    put(world.alice, TOTAL, function("total", 1), "a")
    marked, shown = world.alice.unclean_save_text(TOTAL, function("total", 2), base.digest)
    with refused(Code.CONFLICTS, naming="markers"):
        world.alice.save_editor(TOTAL, marked, shown=shown)
    world.alice.save_editor(TOTAL, function("total", 2), shown=shown)
    assert world.text(TOTAL, "a") == function("total", 2)


@pytest.mark.parametrize("text", ["", "# nothing\n", function("other"), OURS + "\n\n" + function("more")])
def test_a_text_that_settles_a_conflict_defines_that_definition_alone(world: World, text: str) -> None:
    base_moved(world)
    with refused(Code.INVALID_NAME, naming="nothing else"):
        world.alice.resolve_conflict(TOTAL, text=text)
    assert len(world.alice.conflicts()) == 1


def test_a_method_whose_class_is_deleted_beneath_it_is_in_conflict_and_stands_in_nothings_way(
    world: World,
) -> None:
    put(world.alice, "app.cart.Cart.add", function("add", 1, indent="    "), "methods")
    world.alice.save_editor(
        "app.cart.Cart.fresh", function("fresh", indent="    "), patch="methods", new=True
    )
    world.alice.create_patch("deletion")
    world.alice.add_dependency("methods", "deletion")
    world.alice.delete_definition("app.cart.Cart", patch="deletion")
    names = {conflict.name for _, conflict in world.alice.conflicts()}
    assert names == {"app.cart.Cart.add", "app.cart.Cart.fresh"}
    with refused(Code.INVALID_NAME, naming="add the class app.cart.Cart first"):
        world.alice.resolve_conflict("app.cart.Cart.fresh", ours=True)
    for name in sorted(names):
        world.alice.resolve_conflict(name, theirs=True)
    assert world.operations("methods") == []


def class_gone_beneath_a_member(world: World) -> str:
    """Let a patch hold a member in conflict, as its class is gone; gives the member's text there."""
    ours = function("add", one=1, indent="    ")
    put(world.alice, ADD, ours, "p")
    elsewhere(world, lambda: world.alice.delete_definition(CART, new_patch="q"))
    assert [one.name for _, one in world.alice.conflicts()] == [ADD]
    return ours


def test_a_member_in_conflict_is_not_lost_where_its_class_is_added_again(world: World) -> None:
    class_gone_beneath_a_member(world)
    with refused(Code.CONFLICTS, naming="app.cart.Cart.add is in conflict in this patch"):
        put(world.alice, CART, f"class Cart:\n{function('other', indent='    ')}", "p", new=True)
    assert [op.name for op in world.patch("p").operations] == [ADD]


def test_a_class_added_again_with_the_text_of_its_member_in_conflict_settles_that(world: World) -> None:
    ours = class_gone_beneath_a_member(world)
    put(world.alice, CART, f"class Cart:\n{ours}", "p", new=True)
    assert [(op.kind, op.name) for op in world.patch("p").operations] == [("add", CART)]
    assert world.patch("p").conflicts == ()


def test_a_text_that_still_holds_conflict_markers_settles_nothing(world: World) -> None:
    base_moved(world)
    marked = 'def total():\n    """\n<<<<<<< ours\n||||||| base\n=======\n>>>>>>> theirs\n    """\n'
    with refused(Code.CONFLICTS, naming="markers"):
        world.alice.resolve_conflict(TOTAL, text=marked)
    assert len(world.alice.conflicts()) == 1
