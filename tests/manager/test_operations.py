"""What saving makes of operations: composition, classes, extra definitions (R8), assignment (R9, R10)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from world import CART_HEAD, CHECK, COUNT, TAX, TOTAL, World, function, put, ready, refused

from store.errors import Code
from store.model import PatchStatus

LIMIT, CART, ADD, DROP = "app.user.LIMIT", "app.cart.Cart", "app.cart.Cart.add", "app.cart.Cart.drop"
FRESH, OTHER = "app.cart.fresh", "app.cart.other"

Step = Callable[[World], object]


def new(name: str = FRESH) -> Step:
    return lambda world: put(world.alice, name, function(name.rpartition(".")[2]), "p", new=True)


def save(name: str, text: str) -> Step:
    return lambda world: put(world.alice, name, text, "p")


def rename(name: str, to: str) -> Step:
    def act(world: World) -> object:
        exists = any(one.name == "p" for one in world.state.open_patches())
        return world.alice.rename_definition(name, to, **({"patch": "p"} if exists else {"new_patch": "p"}))

    return act


def delete(name: str) -> Step:
    def act(world: World) -> object:
        exists = any(one.name == "p" for one in world.state.open_patches())
        return world.alice.delete_definition(name, **({"patch": "p"} if exists else {"new_patch": "p"}))

    return act


CART_TEXT = CART_HEAD + "\n" + function("add", indent="    ") + "\n" + function("drop", indent="    ")

COMPOSITIONS: dict[str, tuple[list[Step], list[tuple[str, ...]]]] = {
    "update then update is an update": (
        [save(TOTAL, function("total", 1)), save(TOTAL, function("total", 2))],
        [("update", TOTAL)],
    ),
    "update then the base text is nothing": (
        [save(TOTAL, function("total", 1)), save(TOTAL, function("total"))],
        [],
    ),
    "update then rename is a rename": (
        [save(TOTAL, function("total", 1)), rename(TOTAL, FRESH)],
        [("rename", TOTAL, FRESH)],
    ),
    "update then delete is a delete": (
        [save(TOTAL, function("total", 1)), delete(TOTAL)],
        [("delete", TOTAL)],
    ),
    "rename then rename is a rename": (
        [rename(TOTAL, FRESH), rename(FRESH, OTHER)],
        [("rename", TOTAL, OTHER)],
    ),
    "rename then back is nothing": ([rename(TOTAL, FRESH), rename(FRESH, TOTAL)], []),
    "rename then update is a rename": (
        [rename(TOTAL, FRESH), save(FRESH, function("fresh", 1))],
        [("rename", TOTAL, FRESH)],
    ),
    "rename then delete is a delete of the old name": (
        [rename(TOTAL, FRESH), delete(FRESH)],
        [("delete", TOTAL)],
    ),
    "add then update is an add": ([new(), save(FRESH, function("fresh", 1))], [("add", FRESH)]),
    "add then rename is an add": ([new(), rename(FRESH, OTHER)], [("add", OTHER)]),
    "add then delete is nothing": ([new(), delete(FRESH)], []),
    "delete then add is an update": (
        [delete(TOTAL), save(TOTAL, function("total", 1))],
        [("update", TOTAL)],
    ),
    "delete then the base text is nothing": ([delete(TOTAL), save(TOTAL, function("total"))], []),
    "another name in the text is a rename": (
        [save(TOTAL, function("fresh"))],
        [("rename", TOTAL, FRESH)],
    ),
    "an extra definition is an add in the same patch": (
        [save(TOTAL, function("total", 1) + "\n\n" + function("fresh"))],
        [("update", TOTAL), ("add", FRESH)],
    ),
    "a constant is updated": ([save(LIMIT, "LIMIT = 5\n")], [("update", LIMIT)]),
    "operations stand in order of first save": (
        [save(TAX, function("tax", 1)), save(TOTAL, function("total", 1)), save(TAX, function("tax", 2))],
        [("update", TAX), ("update", TOTAL)],
    ),
    "editing a class edits its head": (
        [save(CART, CART_HEAD.replace("A cart", "The cart"))],
        [("update", CART)],
    ),
    "a class's member is edited by itself": (
        [save(ADD, function("add", 1, indent="    "))],
        [("update", ADD)],
    ),
    "head and member are two operations": (
        [save(CART, CART_HEAD.replace("A cart", "The cart")), save(ADD, function("add", 1, indent="    "))],
        [("update", CART), ("update", ADD)],
    ),
    "renaming a class takes its members along": (
        [rename(CART, "app.cart.Basket")],
        [("rename", CART, "app.cart.Basket")],
    ),
    "deleting a class takes its members along": (
        [save(ADD, function("add", 1, indent="    ")), delete(CART)],
        [("delete", CART)],
    ),
    "a member edited after the class was renamed is part of the rename": (
        [rename(CART, "app.cart.Basket"), save("app.cart.Basket.add", function("add", 1, indent="    "))],
        [("rename", CART, "app.cart.Basket")],
    ),
    "a member edited before the class is renamed is part of the rename": (
        [save(ADD, function("add", 1, indent="    ")), rename(CART, "app.cart.Basket")],
        [("rename", CART, "app.cart.Basket")],
    ),
    "an added class brings its members": (
        [lambda world: put(world.alice, "app.cart.Bag", CART_TEXT.replace("Cart", "Bag"), "p", new=True)],
        [("add", "app.cart.Bag")],
    ),
    "a member added to an added class is part of it": (
        [
            lambda world: put(world.alice, "app.cart.Bag", CART_TEXT.replace("Cart", "Bag"), "p", new=True),
            lambda world: put(
                world.alice, "app.cart.Bag.clear", function("clear", indent="    "), "p", new=True
            ),
        ],
        [("add", "app.cart.Bag")],
    ),
    "a member deleted from an added class leaves an add": (
        [
            lambda world: put(world.alice, "app.cart.Bag", CART_TEXT.replace("Cart", "Bag"), "p", new=True),
            delete("app.cart.Bag.drop"),
        ],
        [("add", "app.cart.Bag")],
    ),
}


@pytest.mark.parametrize("sentence", COMPOSITIONS)
def test_operations_compose(world: World, sentence: str) -> None:
    steps, expected = COMPOSITIONS[sentence]
    for step in steps:
        step(world)
        world.check()
    assert world.operations("p") == expected
    for _ in steps:
        world.alice.undo()
    for _ in steps:
        world.alice.redo()
    assert world.operations("p") == expected
    if expected:
        seen = {name: text for name, _, text, _ in world.alice.diff_of("p")}
        ready(world.alice, "p")
        world.alice.merge_patch("p")
        for name, text in seen.items():
            if text is None:
                with refused(Code.NOT_FOUND):
                    world.alice.show(name)
            else:
                assert world.alice.show(name).text in text
    world.check()


def test_what_an_added_class_holds_is_merged_with_it(world: World) -> None:
    put(world.alice, "app.cart.Bag", CART_TEXT.replace("Cart", "Bag"), "p", new=True)
    put(world.alice, "app.cart.Bag.clear", function("clear", indent="    "), "p", new=True)
    world.alice.delete_definition("app.cart.Bag.drop")
    affected = world.patch("p").operations[0].members
    assert affected == ("app.cart.Bag.add", "app.cart.Bag.clear")
    ready(world.alice, "p")
    world.alice.merge_patch("p")
    assert world.text("app.cart.Bag.clear") == function("clear", indent="    ")


def test_a_member_of_a_class_and_the_class_itself_are_one_stack(world: World) -> None:
    put(world.alice, ADD, function("add", 1, indent="    "), "a")
    world.alice.rename_definition(CART, "app.cart.Basket", new_patch="b")
    assert world.depends("b") == "A"
    world.alice.save_editor(ADD, function("add", 2, indent="    "))
    assert "one = 2" in world.text("app.cart.Basket.add", "b")
    world.check()


def test_a_name_that_exists_cannot_be_added_or_renamed_to(world: World) -> None:
    with refused(Code.NAME_TAKEN, naming=COUNT):
        world.alice.open_editor(COUNT, new=True)
    with refused(Code.NAME_TAKEN, naming=COUNT):
        world.alice.rename_definition(TOTAL, COUNT, new_patch="p")
    with refused(Code.NAME_TAKEN, naming=COUNT):
        world.alice.save_editor(TOTAL, function("total") + "\n\n" + function("count"), new_patch="p")
    with refused(Code.NAME_TAKEN, naming=COUNT):
        world.alice.save_editor(TOTAL, function("count"), new_patch="p")
    assert world.state.open_patches() == ()


def test_a_text_without_a_definition_is_refused(world: World) -> None:
    for text in ("", "\n\n", "# nothing\n"):
        with refused(Code.INVALID_NAME, naming="defines nothing"):
            world.alice.save_editor(TOTAL, text, new_patch="p")


def test_an_unclean_save_saves_nothing_and_keeps_the_buffer(world: World) -> None:
    bob = world.join("bob")
    shown = world.alice.show(TOTAL).digest
    put(world.alice, TOTAL, function("total", 1), "p")
    bob.type_text(TOTAL, function("total", 2), shown)
    before = world.state
    with refused(Code.CONFLICTS, naming="nothing was saved"):
        bob.save_editor(TOTAL)
    assert world.state == before
    assert bob.buffer(TOTAL).text == function("total", 2)  # type: ignore[union-attr]


def test_a_save_that_takes_a_ready_patch_back_to_draft_says_so(world: World) -> None:
    put(world.alice, TOTAL, function("total", 1), "a")
    ready(world.alice, "a")
    done = world.alice.save_editor(TOTAL, function("total", 2))
    assert done.summary == f"saved {TOTAL} in A a: back to draft"
    assert world.alice.save_editor(TOTAL, function("total", 3)).summary == f"saved {TOTAL} in A a"


def test_a_new_changed_moved_or_removed_operation_takes_a_ready_patch_back_to_draft(world: World) -> None:
    def again(*patches: str) -> None:
        for one in patches:
            if not world.patch(one).marked_ready:
                world.alice.mark_ready(one)

    put(world.alice, TOTAL, function("total", 1), "a")
    put(world.alice, COUNT, function("count", 1), "a")
    put(world.alice, TAX, function("tax", 1), "b")
    put(world.alice, CHECK, function("check", 1), "b")
    again("a", "b")
    put(world.alice, TOTAL, function("total", 2), "a")
    assert world.patch("a").status is PatchStatus.DRAFT
    again("a")
    put(world.alice, LIMIT, "LIMIT = 4\n", "a")
    assert world.patch("a").status is PatchStatus.DRAFT
    again("a")
    put(world.alice, LIMIT, "LIMIT = 3\n", "a")
    assert world.patch("a").status is PatchStatus.DRAFT
    again("a")
    world.alice.assign_editor(COUNT, "b")
    assert (world.patch("a").status, world.patch("b").status) == (PatchStatus.DRAFT, PatchStatus.DRAFT)
    again("a", "b")
    world.alice.unassign_editor(CHECK)
    assert world.patch("b").status is PatchStatus.DRAFT
    assert world.patch("a").status is PatchStatus.READY


def test_saving_what_is_there_already_keeps_a_ready_patch_ready(world: World) -> None:
    put(world.alice, TOTAL, function("total", 1), "a")
    ready(world.alice, "a")
    world.alice.save_editor(TOTAL, function("total", 1))
    assert world.patch("a").status is PatchStatus.READY


def test_editors_and_operations_above_a_rename_follow_it(world: World) -> None:
    bob = world.join("bob")
    put(world.alice, TOTAL, function("total", 1), "a")
    bob.open_editor(TOTAL)
    bob.assign_editor(TOTAL, new_patch="b")
    bob.save_editor(TOTAL, function("total", 1, 2))
    world.join("carol").open_editor(TOTAL)
    world.alice.rename_definition(TOTAL, FRESH)
    assert world.operations("a") == [("rename", TOTAL, FRESH)]
    assert world.operations("b") == [("update", FRESH)]
    assert world.editor(FRESH, "bob").patch_id == world.patch("b").id
    assert world.editor(FRESH, "carol")
    assert world.text(FRESH, "b") == function("fresh", 1, 2)
    with refused(Code.RESTS_ON, naming="an operation of bob"):
        world.alice.undo()
    world.alice.rename_definition(FRESH, TOTAL)
    assert (world.operations("a"), world.operations("b")) == ([("update", TOTAL)], [("update", TOTAL)])
    assert world.editor(TOTAL, "bob").patch_id == world.patch("b").id
    assert world.text(TOTAL, "b") == function("total", 1, 2)
    world.check()


def test_a_renaming_says_once_what_a_definition_is_called(world: World) -> None:
    put(world.alice, TOTAL, function("total", 1), "a")
    renamed = world.alice.rename_definition(TOTAL, FRESH)
    assert (renamed.summary, renamed.notes) == (f"renamed {TOTAL} to {FRESH} in A a", ())
    saved = world.alice.save_editor(FRESH, function("total", 2))
    assert saved.notes == (f"{FRESH} is now {TOTAL}",)


# Assignment: R9, R10


def test_nothing_is_assigned_while_typing(world: World) -> None:
    put(world.alice, TOTAL, function("total", 1), "a")
    bob = world.join("bob")
    bob.type_text(TOTAL, function("total", 1, 2))
    assert world.editor(TOTAL, "bob").patch_id is None
    bob.save_editor(TOTAL)
    assert world.editor(TOTAL, "bob").patch_id == world.patch("a").id


def test_merged_and_abandoned_patches_never_count(world: World) -> None:
    put(world.alice, TOTAL, function("total", 1), "a")
    put(world.alice, COUNT, function("count", 1), "b")
    ready(world.alice, "a")
    world.alice.merge_patch("a")
    world.alice.abandon_patch("b")
    for name in (TOTAL, COUNT):
        assert world.alice.save_editor(name, function(name.rpartition(".")[2], 2)).asks
        assert world.alice.assignment_choices(name) == ()


def test_rest_pieces_are_never_joined_unasked(world: World) -> None:
    name = "app.cart.<import>"
    put(world.alice, name, "import os\nimport sys\n", "a")
    bob = world.join("bob")
    outcome = bob.save_editor(name, "import os\nimport sys\nimport io\n")
    assert outcome.asks
    assert outcome.chosen is None


def test_closing_a_changed_editor_is_refused_and_what_is_discarded_stays_readable(world: World) -> None:
    alice = world.alice
    alice.type_text(TOTAL, function("total", 7))
    with refused(Code.UNSAVED_EDITOR, naming="--discard"):
        alice.close_editor(TOTAL)
    alice.close_editor(TOTAL, discard=True)
    (typed,) = alice.log(verb="editor.close")[0].texts
    assert alice.text(typed) == function("total", 7)
    assert alice.repository.buffers.ids() == []
    alice.save_editor(COUNT, function("count", 8))
    with refused(Code.UNSAVED_EDITOR, naming="in no patch"):
        alice.close_editor(COUNT)
    alice.close_editor(COUNT, discard=True)
    (pending,) = alice.log(verb="editor.close")[0].texts
    assert alice.text(pending) == function("count", 8)
    alice.undo()
    assert world.editor(COUNT).pending


def test_a_dropped_buffer_stays_readable_in_the_log(world: World) -> None:
    world.alice.type_text(TOTAL, function("total", 7))
    world.alice.drop_buffer(TOTAL)
    (digest,) = world.alice.log()[0].texts
    assert world.alice.text(digest) == function("total", 7)


def test_a_clean_editor_closes_without_ado(world: World) -> None:
    put(world.alice, TOTAL, function("total", 1), "a")
    world.alice.close_editor(TOTAL)
    assert world.state.editors == {}
    assert world.text(TOTAL, "a") == function("total", 1)


def test_assigning_saves_the_buffer_in_the_same_transaction(world: World) -> None:
    world.alice.type_text(TOTAL, function("total", 7))
    before = world.alice.log()[0].number
    world.alice.assign_editor(TOTAL, new_patch="a")
    assert world.alice.log()[0].number == before + 1
    assert world.text(TOTAL, "a") == function("total", 7)
    assert world.alice.buffer(TOTAL) is None
    world.alice.undo()
    assert world.state.patches == {}


def test_reassigning_moves_the_operation_that_the_assigner_alone_wrote(world: World) -> None:
    put(world.alice, TOTAL, function("total", 1), "a")
    world.alice.assign_editor(TOTAL, new_patch="b")
    assert (world.operations("a"), world.operations("b")) == ([], [("update", TOTAL)])
    assert world.depends("b") == ""


def test_reassigning_what_another_wrote_stacks_on_it_and_a_maintainer_moves_it(world: World) -> None:
    bob = world.join("bob")
    put(world.alice, TOTAL, function("total", 1), "a")
    bob.save_editor(TOTAL, function("total", 1, 2))
    bob.assign_editor(TOTAL, new_patch="b")
    assert world.operations("a") == [("update", TOTAL)]
    assert world.operations("b") == []
    bob.save_editor(TOTAL, function("total", 1, 2, 3))
    assert world.depends("b") == "A"
    carol = world.join("carol", "maintainer")
    carol.assign_editor(TOTAL, "a")
    carol.assign_editor(TOTAL, new_patch="c")
    assert (world.operations("a"), world.operations("c")) == ([], [("update", TOTAL)])
    world.check()


def test_reassigning_on_top_stacks_even_ones_own(world: World) -> None:
    put(world.alice, TOTAL, function("total", 1), "a")
    outcome = world.alice.assign_editor(TOTAL, new_patch="b", on_top=True)
    assert "stays in A a" in outcome.notes[0]
    world.alice.save_editor(TOTAL, function("total", 1, 2))
    assert world.depends("b") == "A"


def test_moving_an_operation_from_beneath_another_keeps_one_stack(world: World) -> None:
    put(world.alice, TOTAL, function("total", 1), "a")
    world.alice.assign_editor(TOTAL, new_patch="b", on_top=True)
    world.alice.save_editor(TOTAL, function("total", 1, 2))
    world.alice.create_patch("c")
    world.alice.assign_editor(TOTAL, "a", on_top=True)
    world.alice.assign_editor(TOTAL, "c")
    world.check()
    assert world.operations("a") == []
    assert world.text(TOTAL, "b" if world.depends("b") else "c") == function("total", 1, 2)


def test_unassigning_turns_the_operation_into_pending_work(world: World) -> None:
    put(world.alice, TOTAL, function("total", 1), "a")
    world.alice.unassign_editor(TOTAL)
    assert world.operations("a") == []
    assert [op.name for op in world.editor(TOTAL).pending] == [TOTAL]
    assert world.alice.editor_text(TOTAL).text == function("total", 1)
    with refused(Code.BAD_TRANSITION):
        world.alice.unassign_editor(TOTAL)
    world.alice.assign_editor(TOTAL, "a")
    assert world.operations("a") == [("update", TOTAL)]


def test_unassigning_leaves_what_another_wrote_too(world: World) -> None:
    bob = world.join("bob")
    put(world.alice, TOTAL, function("total", 1), "a")
    bob.save_editor(TOTAL, function("total", 1, 2))
    bob.unassign_editor(world.editor(TOTAL, "bob").id)
    assert world.operations("a") == [("update", TOTAL)]
    assert world.editor(TOTAL, "bob").pending == ()


def test_pending_work_that_no_longer_fits_is_refused_and_kept(world: World) -> None:
    bob = world.join("bob")
    world.alice.save_editor(TOTAL, function("total", 1))
    put(bob, TOTAL, function("total", 2), "b")
    with refused(Code.CONFLICTS, naming=TOTAL):
        world.alice.assign_editor(TOTAL, "b")
    assert world.editor(TOTAL).pending


def test_whoever_opens_what_another_has_open_is_told(world: World) -> None:
    world.alice.open_editor(TOTAL)
    bob = world.join("bob")
    assert "alice also has app.cart.total open" in bob.open_editor(TOTAL).notes
    (one, other) = world.alice.view().editors
    assert (one.also_open_by, other.also_open_by) == (("bob",), ("alice",))


def test_opening_twice_gives_the_same_editor_and_numbers_are_the_smallest_free(world: World) -> None:
    first = world.alice.open_editor(TOTAL).editors
    assert world.alice.open_editor(TOTAL).editors == first
    world.alice.open_editor(COUNT)
    world.alice.close_editor("1")
    world.alice.open_editor(TAX)
    assert world.editor(TAX).number == 1


def test_several_editors_are_assigned_in_one_change_that_one_undo_takes_back(world: World) -> None:
    for name in (TOTAL, COUNT):
        world.alice.save_editor(name, function(name.rpartition(".")[2], 7))
    world.alice.assign_editors(["1", "2"], new_patch="both")
    assert [op.name for op in world.patch("both").operations] == [TOTAL, COUNT]
    world.alice.undo()
    assert not world.state.patches and all(one.pending for one in world.state.editors.values())
    with refused(Code.NOT_FOUND):
        world.alice.assign_editors(["1", "app.cart.nothing"], new_patch="both")
    assert not world.state.patches
