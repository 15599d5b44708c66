"""Pure: the text an editor shows (R7), and the tree that unassigned work rests on."""

from __future__ import annotations

from collections.abc import Mapping

from store.ground.composition import Texts, applied, covering, operation_on, view
from store.ground.containers import FILE, containers
from store.ground.order import Patches, closure, holders_of, in_order, placed, stack_on, touched_in
from store.model import EditorContext, PatchId, SessionState
from store.source.tree import Tree

Stacks = Mapping[str, tuple[PatchId, ...]]
"""What `stacks_of` gives."""


def tree_of(patches: Patches, patch_id: str | None, name: str, tree: Tree, texts: Texts) -> Tree:
    """Give the tree in which an editor on `name` lives: its patch's, else that of the top of the stack.

    A name that nothing has yet lives where the class or file that is to hold it does; a class or a file
    rests on all patches that touch what is in it.
    """
    if patch_id is not None:
        return view(tree, patches, patch_id, texts)
    top = _top(patches, name, tree)
    inside = touched_in(patches, name) if name.endswith(FILE) or tree.members(name) else ()
    if not inside:
        return tree if top is None else view(tree, patches, top, texts)
    chosen = {one for within in inside for one in holders_of(patches, within)}
    if top is not None:
        chosen.add(top)
    below = {patch.id for one in chosen for patch in closure(patches, one)}
    for patch in in_order(patches, chosen | below):
        tree = applied(tree, patch.operations, texts)
    return tree


def _top(patches: Patches, name: str, tree: Tree) -> PatchId | None:
    """Give the highest patch that touches a name or, where nothing has the name, what is to hold it."""
    around = () if tree.find(name) is not None else containers(name)
    for one in (name, *around):
        above = stack_on(patches, one)
        if above:
            return above[-1]
    return None


def origin_of(editor: EditorContext) -> str:
    """Give what an unassigned editor's definition is called beneath its pending work."""
    own = operation_on(editor.pending, editor.target)
    return editor.target if own is None else own.name


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
    if covering(editor.pending, target) is not None:
        seen = applied(tree_of(patches, None, target, tree, texts), editor.pending, texts)
        if seen.find(target) is not None:
            return seen.definition(target)
    if patch_id is not None and operation_on(patches[patch_id].operations, target) is None:
        patches = placed(patches, patch_id, [target])
    elif patch_id is None and stacks is not None:
        if target in stacks:
            patch_id = stacks[target][-1]
        elif (present := tree.definition(target)) is not None:
            return present
    return text_in(patches, patch_id, target, tree, texts)


def text_in(patches: Patches, patch_id: str | None, name: str, tree: Tree, texts: Texts) -> str | None:
    """Give the text of a definition as a patch has it, or the top of its stack where `patch_id` is None."""
    if patch_id is None:
        patch_id = _top(patches, name, tree)
        if patch_id is None:
            return tree.definition(name)
    own = operation_on(patches[patch_id].operations, name)
    if own is not None:
        return None if own.digest is None else texts(own.digest)
    return view(tree, patches, patch_id, texts).definition(name)
