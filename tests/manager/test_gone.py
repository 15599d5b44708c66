"""A record that went away between being seen and being acted on is named as it was on the screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from world import TOTAL, World

from store.errors import Code, PatchbayError
from store.session_manager import SessionManager

Verb = Callable[[SessionManager, str], object]

ON_EDITORS: dict[str, Verb] = {
    "read": lambda one, editor: one.editor_text(editor),
    "save": lambda one, editor: one.save_editor(editor, "def total(items):\n    return True\n"),
    "assign": lambda one, editor: one.assign_editor(editor, new_patch="any"),
    "unassign": lambda one, editor: one.unassign_editor(editor),
    "close": lambda one, editor: one.close_editor(editor),
    "type": lambda one, editor: one.type_text(editor, "typed"),
}
ON_PATCHES: dict[str, Verb] = {
    "merge": lambda one, patch: one.merge_preview(patch),
    "ready": lambda one, patch: one.mark_ready(patch),
    "abandon": lambda one, patch: one.abandon_patch(patch),
    "differences": lambda one, patch: one.diff_of(patch),
}


@pytest.mark.parametrize("verb", ON_EDITORS)
def test_an_editor_that_was_closed_is_named_by_number_and_definition(world: World, verb: str) -> None:
    alice = world.alice
    (editor,) = alice.open_editor(TOTAL).editors
    number = alice.view().editors[0].editor.number
    alice.close_editor(editor)
    with pytest.raises(PatchbayError) as refused:
        ON_EDITORS[verb](alice, editor)
    assert refused.value.code is Code.NOT_FOUND
    assert refused.value.message == (f"Editor {number} {TOTAL} is no longer there: you closed {TOTAL}.")


@pytest.mark.parametrize("verb", ON_PATCHES)
def test_a_patch_that_was_undone_is_named_by_letter_and_name(world: World, verb: str) -> None:
    alice, bob = world.alice, world.join("bob")
    (patch,) = bob.create_patch("tidy up").patches
    bob.undo()
    with pytest.raises(PatchbayError) as refused:
        ON_PATCHES[verb](alice, patch)
    assert refused.value.code is Code.NOT_FOUND
    assert refused.value.message == "Patch A tidy up is no longer there: bob undid: created A tidy up."
