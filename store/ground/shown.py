"""Pure: the text an editor shows (R7), and the tree that unassigned work rests on."""

from __future__ import annotations

from collections.abc import Mapping

from store.ground.composition import Texts, operation_on, view
from store.ground.order import Patches, placed, stack_on
from store.model import EditorContext, PatchId, SessionState
from store.source.tree import Tree

Stacks = Mapping[str, tuple[PatchId, ...]]
"""What `stacks_of` gives."""


def tree_of(patches: Patches, patch_id: str | None, name: str, tree: Tree, texts: Texts) -> Tree:
    """Give the tree in which an editor on `name` lives: its patch's, else that of the top of the stack.

    A name that nothing has yet lives where the class that is to hold it does.
    """
    if patch_id is None:
        above = stack_on(patches, name)
        while not above and "." in name and tree.find(name) is None:
            name = name.rpartition(".")[0]
            above = stack_on(patches, name)
        patch_id = above[-1] if above else None
    return tree if patch_id is None else view(tree, patches, patch_id, texts)


def shown_text(
    state: SessionState, editor: EditorContext, tree: Tree, texts: Texts, stacks: Stacks | None = None
) -> str | None:
    """Give the saved text an editor shows; None where its definition does not exist (yet, or any more).

    An assigned editor shows its patch's text, or what a change in that patch would rest on; an unassigned
    one what is pending, else the top of the stack. `stacks` are all of the session's, where they are known.
    """
    own = operation_on(editor.pending, editor.target)
    if own is not None:
        return None if own.digest is None else texts(own.digest)
    patches: Patches = state.patches
    patch_id, target = editor.patch_id, editor.target
    if patch_id is not None and operation_on(patches[patch_id].operations, target) is None:
        patches = placed(patches, patch_id, [target])
    elif patch_id is None and stacks is not None:
        if target not in stacks:
            return tree.definition(target)
        patch_id = stacks[target][-1]
    return text_in(patches, patch_id, target, tree, texts)


def text_in(patches: Patches, patch_id: str | None, name: str, tree: Tree, texts: Texts) -> str | None:
    """Give the text of a definition as a patch has it, or the top of its stack where `patch_id` is None."""
    if patch_id is None:
        above = stack_on(patches, name)
        if not above:
            return tree.definition(name)
        patch_id = above[-1]
    own = operation_on(patches[patch_id].operations, name)
    if own is not None:
        return None if own.digest is None else texts(own.digest)
    return view(tree, patches, patch_id, texts).definition(name)
