"""Who may do what: every verb by every role (R20), and who sees what when (R21)."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from copies import place
from world import CHECK, COUNT, TAX, TOTAL, World, function, put, refused

from store.errors import Code, PatchbayError
from store.model import PatchStatus, Role
from store.session_manager import SessionManager

WHO = ("outsider", "viewer", "contributor", "maintainer", "owner")
Verb = Callable[[SessionManager, str], object]
"""A verb done by somebody to the patch of that name: "mine" or "yours"."""

NOBODY = ""
MEMBERS = "vcmo"
WRITERS = "cmo"
LEADERS = "mo"
OWNERS = "o"


def _save(manager: SessionManager, patch: str) -> object:
    return manager.save_editor(TAX, function("tax", 1), patch=patch)


def _mark_and_take_back(manager: SessionManager, patch: str) -> object:
    manager.mark_ready(patch)
    return manager.mark_draft(patch)


def _merge(manager: SessionManager, patch: str) -> object:
    return manager.merge_chain([patch], mark_ready=[patch])


def _restore(manager: SessionManager, patch: str) -> object:
    manager.abandon_patch(patch)
    return manager.restore_patch(patch)


def _chain(verb: Verb) -> Verb:
    """A verb that reports its refusals: raise them."""

    def act(manager: SessionManager, patch: str) -> object:
        report = verb(manager, patch)
        for one in report.failures:  # type: ignore[attr-defined]
            raise PatchbayError(one.code, one.message)
        return report

    return act


VERBS: dict[str, tuple[Verb, str, str]] = {
    # verb: what it does, who may on a patch of their own or on none, who may on another's
    "view": (lambda m, p: m.view("main"), MEMBERS, MEMBERS),
    "show": (lambda m, p: m.show(TOTAL, p, "main"), MEMBERS, MEMBERS),
    "diff": (lambda m, p: m.diff_of(p, "main"), MEMBERS, MEMBERS),
    "lines_of": (lambda m, p: m.lines_of(p, "main"), MEMBERS, MEMBERS),
    "log": (lambda m, p: m.log("main"), MEMBERS, MEMBERS),
    "conflicts": (lambda m, p: m.conflicts("main"), MEMBERS, MEMBERS),
    "merge_preview": (lambda m, p: m.merge_preview(p, session="main"), MEMBERS, MEMBERS),
    "close_preview": (lambda m, p: m.close_preview("main"), MEMBERS, MEMBERS),
    "abandon_preview": (lambda m, p: m.abandon_preview("main"), MEMBERS, MEMBERS),
    "abandon_patch_preview": (lambda m, p: m.abandon_patch_preview(p, session="main"), MEMBERS, MEMBERS),
    "link": (lambda m, p: m.link("1", session="main"), MEMBERS, MEMBERS),
    "editor_text": (lambda m, p: m.editor_text("1", session="main"), MEMBERS, MEMBERS),
    "buffer": (lambda m, p: m.buffer("1", session="main"), MEMBERS, MEMBERS),
    "switch_session": (lambda m, p: m.switch_session("main"), MEMBERS, MEMBERS),
    "leave": (lambda m, p: m.leave("main"), MEMBERS, MEMBERS),
    "open_editor": (lambda m, p: m.open_editor(CHECK, session="main"), WRITERS, WRITERS),
    "type_text": (lambda m, p: m.type_text(CHECK, "x = 1\n", session="main"), WRITERS, WRITERS),
    "create_patch": (lambda m, p: m.create_patch("third", session="main"), WRITERS, WRITERS),
    "save_editor": (_save, WRITERS, WRITERS),
    "delete_definition": (lambda m, p: m.delete_definition(CHECK, p), WRITERS, WRITERS),
    "rename_definition": (lambda m, p: m.rename_definition(CHECK, "app.user.fresh", p), WRITERS, WRITERS),
    "assign_editor": (lambda m, p: m.assign_editor(CHECK, p), WRITERS, WRITERS),
    "edit_patch": (lambda m, p: m.edit_patch(p, description="New"), WRITERS, LEADERS),
    "mark_ready and mark_draft": (_mark_and_take_back, WRITERS, LEADERS),
    "merge_patch": (_chain(_merge), WRITERS, LEADERS),
    "abandon_patch": (lambda m, p: m.abandon_patch(p), WRITERS, LEADERS),
    "restore_patch": (_restore, WRITERS, LEADERS),
    "add_dependency": (lambda m, p: m.add_dependency(p, "third party"), WRITERS, LEADERS),
    "drop_dependency": (lambda m, p: m.drop_dependency(p, "shared ground"), WRITERS, LEADERS),
    "join_patches": (lambda m, p: m.join_patches(p, "mine"), NOBODY, LEADERS),
    "join_patches into": (lambda m, p: m.join_patches("mine", p), NOBODY, LEADERS),
    "removing an operation by its base text": (
        lambda m, p: m.save_editor(TOTAL if p == "yours" else COUNT, _base(p), patch=p),
        WRITERS,
        LEADERS,
    ),
    "invite a contributor": (lambda m, p: m.invite("dave", "contributor", "main"), LEADERS, LEADERS),
    "invite a viewer": (lambda m, p: m.invite("dave", "viewer", "main"), LEADERS, LEADERS),
    "invite a maintainer": (lambda m, p: m.invite("dave", "maintainer", "main"), OWNERS, OWNERS),
    "invite an owner": (lambda m, p: m.invite("dave", "owner", "main"), OWNERS, OWNERS),
    "set_role": (lambda m, p: m.set_role("carol", "viewer", "main"), OWNERS, OWNERS),
    "remove_collaborator": (lambda m, p: m.remove_collaborator("carol", "main"), OWNERS, OWNERS),
    "edit_session": (lambda m, p: m.edit_session(description="New", session="main"), OWNERS, OWNERS),
    "close_session": (lambda m, p: m.close_session("main"), OWNERS, OWNERS),
    "abandon_session": (lambda m, p: m.abandon_session("main", "main"), OWNERS, OWNERS),
}


def _base(patch: str) -> str:
    return function("total") if patch == "yours" else function("count")


@cache
def peopled(who: str, merging: bool) -> World:
    """Dora with a role, a patch of hers where she may have one, and one of Carol's; to be copied."""
    world = World(place())
    carol = world.join("carol")
    carol.create_patch("third party")
    carol.create_patch("shared ground")
    put(carol, TOTAL, function("total", 1), "yours")
    if not merging:
        carol.add_dependency("yours", "shared ground")
    if who != "outsider":
        dora = world.join("dora", "contributor")
        put(dora, COUNT, function("count", 1), "mine")
        if not merging:
            dora.add_dependency("mine", "shared ground")
        if who != "contributor":
            world.alice.set_role("dora", who)
    return world


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_by_every_role(tmp_path: Path, verb: str, who: str) -> None:
    act, own, other = VERBS[verb]
    for patch, allowed in (("yours", other), ("mine", own)):
        if patch == "mine" and (allowed == NOBODY or who == "outsider"):
            continue
        world = peopled(who, verb == "merge_patch").copied(tmp_path / patch)
        dora = world.alice.as_user("dora")
        before = world.state
        if who != "outsider" and who[0] in allowed:
            act(dora, patch)
        else:
            with refused(Code.NOT_PERMITTED, *[Code.NOT_FOUND] * (who == "outsider")):
                act(dora, patch)
            assert world.state == before
        world.check()


def test_a_demoted_persons_next_verb_is_refused(world: World) -> None:
    bob = world.join("bob")
    bob.create_patch("b")
    world.alice.set_role("bob", "viewer")
    with refused(Code.NOT_PERMITTED, naming="viewer"):
        bob.create_patch("c")
    with refused(Code.NOT_PERMITTED):
        bob.undo()


def test_the_role_is_checked_at_the_moment_of_acting_not_at_the_preview(world: World) -> None:
    bob = world.join("bob")
    put(bob, TOTAL, function("total", 1), "b")
    bob.mark_ready("b")
    stamp = bob.merge_preview("b").stamp
    world.alice.set_role("bob", "viewer")
    with refused(Code.NOT_PERMITTED, Code.PREVIEW_STALE):
        bob.merge_patch("b", stamp=stamp)
    with refused(Code.NOT_PERMITTED):
        bob.merge_patch("b")


def test_inviting_never_changes_a_role(world: World) -> None:
    world.join("bob", "viewer")
    with refused(Code.BAD_TRANSITION):
        world.alice.invite("bob", "owner")
    with refused(Code.BAD_TRANSITION):
        world.alice.invite("alice", "viewer")
    assert world.state.session.role_of("alice") is Role.OWNER
    with refused(Code.NOT_FOUND, naming="viewer"):
        world.alice.invite("carol", "king")


def test_a_session_keeps_at_least_one_owner(world: World) -> None:
    for verb in (
        lambda: world.alice.leave(),
        lambda: world.alice.set_role("alice", "maintainer"),
        lambda: world.alice.remove_collaborator("alice"),
    ):
        with refused(Code.BAD_TRANSITION, naming="owner"):
            verb()
    world.join("bob")
    world.alice.set_role("bob", "owner")
    world.alice.leave()
    assert world.state.session.role_of("alice") is None
    world.check()


def test_undo_never_leaves_a_session_without_an_owner(world: World) -> None:
    world.join("bob")
    world.alice.set_role("bob", "owner")
    bob = world.alice.as_user("bob")
    bob.set_role("alice", "viewer")
    with refused(Code.RESTS_ON, Code.NOT_PERMITTED):
        world.alice.undo()
    world.check()


def test_a_removed_persons_editors_and_buffers_stay(world: World) -> None:
    bob = world.join("bob")
    bob.type_text(TOTAL, function("total", 7))
    world.alice.remove_collaborator("bob")
    (one,) = world.alice.view().editors
    assert (one.editor.user, one.unsaved) == ("bob", True)
    assert bob.current_session() is None
    with refused(Code.NOT_PERMITTED):
        bob.view(world.session)
    with refused(Code.NOT_PERMITTED):
        bob.save_editor(one.editor.id, session=world.session)


def test_only_its_user_drives_an_editor(world: World) -> None:
    put(world.alice, TOTAL, function("total", 1), "a")
    bob = world.join("bob", "maintainer")
    editor = world.editor(TOTAL).id
    for verb in (
        lambda: bob.save_editor(editor, "x = 1\n"),
        lambda: bob.type_text(editor, "x = 1\n"),
        lambda: bob.close_editor(editor, discard=True),
        lambda: bob.drop_buffer(editor),
        lambda: bob.assign_editor(editor, new_patch="b"),
        lambda: bob.unassign_editor(editor),
        lambda: bob.delete_definition(editor),
        lambda: bob.rename_definition(editor, "app.cart.fresh"),
        lambda: bob.take_over_buffer(editor, "x"),
    ):
        with refused(Code.NOT_PERMITTED, naming="alice's"):
            verb()


def test_settling_with_theirs_takes_rights_on_the_patch_and_ours_does_not(world: World) -> None:
    bob = world.join("bob")
    put(world.alice, TOTAL, function("total", 1), "a")
    world.alice.start_session("other")
    put(world.alice, TOTAL, function("total", 2), "q")
    world.alice.mark_ready("q")
    world.alice.merge_patch("q")
    world.alice.switch_session("main")
    with refused(Code.NOT_PERMITTED):
        bob.resolve_conflict(TOTAL, theirs=True)
    bob.resolve_conflict(TOTAL, ours=True)
    assert world.patch("a").status is PatchStatus.DRAFT


# R21


def test_two_processes_see_each_others_changes_by_the_token(world: World) -> None:
    world.join("bob")
    here, there = world.alice, world.reopened("bob")
    for act in (
        lambda: here.create_patch("a"),
        lambda: here.save_editor(TOTAL, function("total", 1), patch="a"),
        lambda: here.type_text(TOTAL, function("total", 2)),
        lambda: here.save_editor(TOTAL),
        lambda: here.mark_ready("a"),
        lambda: here.merge_patch("a"),
        lambda: here.set_role("bob", "maintainer"),
        lambda: here.close_session(),
    ):
        for reference in (None, "main", world.session):
            assert there.changed_token(reference) == there.changed_token(reference)
        tokens = [there.changed_token(one) for one in (None, "main", world.session)]
        act()
        changed = [there.changed_token(one) for one in (None, "main", world.session)]
        assert all(old != new for old, new in zip(tokens, changed, strict=True)), act
        assert there.view("main").state == here.view("main").state


def test_a_screen_that_lives_is_seen_by_others(world: World) -> None:
    world.join("bob")
    there = world.reopened("bob")
    handle = world.alice.enter_screen(world.session)
    try:
        assert [one.user for one in there.view("main").online] == ["alice"]
    finally:
        handle.leave()
    assert there.view("main").online == ()
