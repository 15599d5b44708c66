"""Hostile names and texts through every verb: a clear refusal, or stored faithfully (§9)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from world import COUNT, TOTAL, World, function, put, ready

from store.errors import Code, PatchbayError

HOSTILE = {
    "long": "x" * 10_000,
    "long words": "word " * 2_000,
    "markup": "[bold red]a[/] [link='x'] {{x}} $(x) `x` %s \\",
    "escape": "\x1b]0;title\x07\x1b[2J",
    "nul": "a\x00b",
    "newlines": "a\nb\r\nc",
    "bidi": "a\u202eb\u2066c",
    "separators": "a\u2028b\u2029c",
    "surrogate": "a\ud800b",
    "escaped byte": "a\udc80b",
    "wide": "日本語 👩‍👩‍👧 é",
    "path": "../../etc/passwd",
    "absolute": "/etc/passwd",
    "colons": "::::",
    "dots": "....",
    "blank": "   ",
    "empty": "",
    "option": "--force",
    "digits": "123456789012345678901234567890",
    "other digits": "²",
    "letter": "ß",
}


def _merge(world: World, message: str) -> None:
    if not world.patch("a").marked_ready:
        ready(world.alice, "a")
    world.alice.merge_patch("a", message=message)
    assert world.alice.codebase.history(1)[0].message == (message if message.strip() else "a")


Verb = Callable[[World, str], object]
VERBS: dict[str, Verb] = {
    "start_session name": lambda w, x: w.alice.start_session(x),
    "start_session description": lambda w, x: w.alice.start_session("s", x),
    "edit_session name": lambda w, x: w.alice.edit_session(name=x),
    "edit_session description": lambda w, x: w.alice.edit_session(description=x),
    "switch_session": lambda w, x: w.alice.switch_session(x),
    "reopen_session": lambda w, x: w.alice.reopen_session(x),
    "close_session": lambda w, x: w.alice.close_session(x),
    "abandon_session": lambda w, x: w.alice.abandon_session(x),
    "invite": lambda w, x: w.alice.invite(x, "viewer"),
    "invite as": lambda w, x: w.alice.invite("carol", x),
    "set_role": lambda w, x: w.alice.set_role(x, "viewer"),
    "remove_collaborator": lambda w, x: w.alice.remove_collaborator(x),
    "as_user": lambda w, x: w.alice.as_user(x),
    "create_patch name": lambda w, x: w.alice.create_patch(x),
    "create_patch description": lambda w, x: w.alice.create_patch("p", x),
    "edit_patch": lambda w, x: w.alice.edit_patch(x, name="n"),
    "edit_patch name": lambda w, x: w.alice.edit_patch("a", name=x),
    "mark_ready": lambda w, x: w.alice.mark_ready(x),
    "merge_patch": lambda w, x: w.alice.merge_patch(x),
    "merge_preview": lambda w, x: w.alice.merge_preview(x),
    "merge message": lambda w, x: _merge(w, x),
    "merge stamp": lambda w, x: w.alice.merge_patch("a", stamp=x),
    "abandon_patch": lambda w, x: w.alice.abandon_patch(x),
    "restore as": lambda w, x: (w.alice.abandon_patch("a"), w.alice.restore_patch("a", as_name=x)),
    "add_dependency": lambda w, x: w.alice.add_dependency("a", x),
    "join_patches": lambda w, x: w.alice.join_patches("a", x),
    "open_editor": lambda w, x: w.alice.open_editor(x),
    "open_editor new": lambda w, x: w.alice.open_editor(x, new=True),
    "open_editor new path": lambda w, x: w.alice.open_editor(f"{x}.py:name", new=True),
    "open_editor new member": lambda w, x: w.alice.open_editor(f"app.cart.{x}", new=True),
    "close_editor": lambda w, x: w.alice.close_editor(x),
    "type_text": lambda w, x: w.alice.type_text(TOTAL, x),
    "type_text shown": lambda w, x: w.alice.type_text(TOTAL, "a = 1\n", x),
    "type_text writer": lambda w, x: w.alice.type_text(TOTAL, "a = 1\n", writer=x),
    "take_over_buffer": lambda w, x: (
        w.alice.type_text(TOTAL, "a = 1\n"),
        w.alice.take_over_buffer(TOTAL, x),
    ),
    "save_editor": lambda w, x: w.alice.save_editor(TOTAL, x),
    "save_editor pending": lambda w, x: w.alice.save_editor(COUNT, x),
    "save_editor text in it": lambda w, x: w.alice.save_editor(TOTAL, f'def total():\n    return "{x}"\n'),
    "save_editor shown": lambda w, x: w.alice.save_editor(TOTAL, "a = 1\n", shown=x),
    "save_editor patch": lambda w, x: w.alice.save_editor(COUNT, function("count", 1), patch=x),
    "save_editor new patch": lambda w, x: w.alice.save_editor(COUNT, function("count", 1), new_patch=x),
    "save_editor E": lambda w, x: w.alice.save_editor(x, "a = 1\n", new=True),
    "delete_definition": lambda w, x: w.alice.delete_definition(x),
    "rename_definition": lambda w, x: w.alice.rename_definition(TOTAL, x),
    "rename_definition member": lambda w, x: w.alice.rename_definition(TOTAL, f"app.cart.{x}"),
    "assign_editor": lambda w, x: w.alice.assign_editor(TOTAL, x),
    "unassign_editor": lambda w, x: w.alice.unassign_editor(x),
    "keep_shown": lambda w, x: w.alice.keep_shown(x),
    "unclean_save_text": lambda w, x: w.alice.unclean_save_text(TOTAL, x, None),
    "resolve_conflict": lambda w, x: w.alice.resolve_conflict(x, ours=True),
    "conflict_texts": lambda w, x: w.alice.conflict_texts(x),
    "undo to": lambda w, x: w.alice.undo(to=x),
    "show": lambda w, x: w.alice.show(x),
    "show patch": lambda w, x: w.alice.show(TOTAL, x),
    "names": lambda w, x: list(w.alice.names(x)),
    "log": lambda w, x: w.alice.log(user=x, verb=x),
    "log patch": lambda w, x: w.alice.log(patch=x),
    "link": lambda w, x: w.alice.link(x),
    "resolve_link": lambda w, x: w.alice.resolve_link(x),
    "changed_token": lambda w, x: w.alice.changed_token(x),
    "view": lambda w, x: w.alice.view(x),
    "text": lambda w, x: w.alice.text(x),
}


@pytest.mark.parametrize("verb", VERBS)
def test_hostile_text_is_refused_clearly_or_kept_faithfully(world: World, verb: str) -> None:
    put(world.alice, TOTAL, function("total", 1), "a")
    world.alice.create_patch("b")
    for kind, text in HOSTILE.items():
        entries = world.alice.log(world.session)[0].id
        try:
            VERBS[verb](world, text)
        except PatchbayError as error:
            assert 5 < len(error.message) < 1000, (kind, error.message)
            assert error.message.rstrip("\"'").endswith((".", "?")), (kind, error.message)
            assert error.code in Code
        world.check()
        manager = world.reopened()
        manager.view(world.session)
        changed = manager.log(world.session)[0].id != entries
        if changed and manager.undo_preview(session=world.session).refusal is None:
            manager.undo(session=world.session)
        if world.state.session.closed_at is not None:
            world.alice.reopen_session(world.session)
        if world.alice.current_session() != world.session:
            world.alice.switch_session(world.session)


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_taken_comes_back_as_it_was(world: World, kind: str) -> None:
    text = HOSTILE[kind]
    try:
        world.alice.edit_session(description=text)
    except PatchbayError as error:
        assert error.code is Code.INVALID_NAME
    else:
        assert world.state.session.description == text
    source = f"def total():\n    return {text!a}\n# {text}\n"
    try:
        world.alice.type_text(TOTAL, source)
        assert world.reopened().buffer(TOTAL, world.session).text == source  # type: ignore[union-attr]
        world.alice.save_editor(TOTAL, new_patch="p")
    except PatchbayError as error:
        assert error.code in (Code.INVALID_NAME, Code.CONFLICTS)
    else:
        assert world.text(TOTAL, "p").rstrip("\n") == source.rstrip("\n")
    world.check()


@pytest.mark.parametrize("verb", [one for one in VERBS if one.endswith(" description")])
def test_a_description_that_no_commit_can_hold_is_refused(world: World, verb: str) -> None:
    put(world.alice, TOTAL, function("total", 1), "a")
    for text in ("a\0b", "a\ud800b"):
        for refused in (VERBS[verb], _merge):
            with pytest.raises(PatchbayError, match="give plain text") as refusal:
                refused(world, text)
            assert refusal.value.code is Code.INVALID_NAME


def test_a_name_that_leaves_its_directory_is_refused(world: World) -> None:
    for name in ("../evil.py:f", "/tmp/evil.py:f", "app/../../evil.py:f", "a\\b.py:f", ".git/hooks/x:<file>"):
        try:
            world.alice.save_editor(name, "def f():\n    pass\n", new_patch="p", new=True)
        except PatchbayError as error:
            assert error.code in (Code.INVALID_NAME, Code.NOT_FOUND)
            continue
        ready(world.alice, "p")
        try:
            world.alice.merge_patch("p")
        except PatchbayError as error:
            assert error.code is Code.INVALID_NAME
        assert all(
            ".." not in path and not path.startswith("/") for path in world.alice.codebase.files().paths()
        )
        world.alice.undo()
        world.alice.undo()
