"""What a change of the working tree is about, as it is where that belongs, and edits saved there (R8)."""

from __future__ import annotations

from store.edits import Edit
from store.ground.composition import applied, operation_on, view
from store.ground.containers import FILE, takes_along
from store.ground.order import holders_of, placed, stack
from store.ground.shown import shown_text, text_in, tree_of
from store.model import EditorContext, Op
from store.reconcile import TreeChange
from store.session_manager.saving import save_edits
from store.session_manager.transaction import Transaction
from store.source.splice import Change


def text_of(t: Transaction, editor: EditorContext, name: str, change: TreeChange) -> str | None:
    """Give the text of a definition where the editor is: a class's head for an update, else all of it."""
    patches = t.state.patches
    if editor.patch_id is None:
        own = _own(t, editor, name)
        if own is not None and change.name == change.new_name and not takes_along(own):
            return None if own.digest is None else t.text(own.digest)
        under = tree_of(patches, None, name, t.tree, t.text)
        seen = applied(under, editor.pending, t.text)
        return seen.definition(name) if change.name == change.new_name else seen.whole(name)
    if change.name == change.new_name and _taken_whole(t, editor, name):
        return view(t.tree, patches, editor.patch_id, t.text).definition(name)
    if change.name == change.new_name:
        return shown_text(t.state, editor.model_copy(update={"target": name}), t.tree, t.text)
    if operation_on(patches[editor.patch_id].operations, name) is None:
        patches = placed(patches, editor.patch_id, [name])
    return view(t.tree, patches, editor.patch_id, t.text).whole(name)


def present_text(t: Transaction, editor: EditorContext, change: TreeChange) -> str | None:
    """Give what there is now of what changed, where the change belongs."""
    texts = (text_of(t, editor, name, change) for name in reversed(change.names))
    return next((text for text in texts if text is not None), None)


def is_so(t: Transaction, editor: EditorContext, change: TreeChange) -> bool:
    """Whether what a change asks for is so already, where the change belongs."""
    if change.name not in (None, change.new_name) and _says_something(t, editor, change.name):
        return False
    wanted = {name: change.text if name == change.new_name else None for name in change.names}
    return all(text_of(t, editor, name, change) == text for name, text in wanted.items())


def _says_something(t: Transaction, editor: EditorContext, name: str) -> bool:
    """Whether an operation where the editor is gives a definition of this name a text."""
    own = _own(t, editor, name)
    return own is not None and own.digest is not None


def _own(t: Transaction, editor: EditorContext, name: str) -> Op | None:
    """Give the operation on a definition in the editor's patch, else of what is pending in the editor."""
    patch = t.state.patches.get(editor.patch_id or "")
    return operation_on(editor.pending if patch is None else patch.operations, name)


def write(t: Transaction, editor: EditorContext, change: TreeChange, text: str | None) -> None:
    """Save what a change makes of its definition, off the stack where that is what a lower layer has."""
    target = change.name or change.new_name or ""
    name = change.new_name or target
    if text is not None:
        t.keep(text)
        if _peeled(t, editor, target, text):
            return
    save(t, editor, Edit(target, name, text, whole=target != name))


def save(t: Transaction, editor: EditorContext, edit: Edit) -> None:
    """Save an edit of the editor's own definition, or of one in the class or file that it is on."""
    edit = _with_members(t, editor, edit)
    own = t.state.editors[editor.id]
    if own.target in (edit.target, edit.name):
        save_edits(t, own, [edit])
        return
    saved = save_edits(t, own.model_copy(update={"target": edit.target}), [edit])
    t.put_editor(saved.model_copy(update={"target": own.target}))


def _taken_whole(t: Transaction, editor: EditorContext, name: str) -> bool:
    """Whether what an editor is on takes along all that lies in it, as where a class comes."""
    own = _own(t, editor, name)
    return own is not None and own.digest is not None and takes_along(own) and not name.endswith(FILE)


def _with_members(t: Transaction, editor: EditorContext, edit: Edit) -> Edit:
    """Say all of a class of which the head was changed, where that is what the editor is on."""
    if edit.text is None or edit.name != edit.target or not _taken_whole(t, editor, edit.name):
        return edit
    seen = tree_of(t.state.patches, editor.patch_id, edit.name, t.tree, t.text)
    seen = applied(seen, editor.pending, t.text)
    text = seen.apply([Change(edit.name, edit.name, edit.text)]).whole(edit.name)
    if text is not None:
        t.keep(text)
    return edit._replace(text=text)


def _peeled(t: Transaction, editor: EditorContext, target: str, text: str) -> bool:
    """Take operations off the stack, from the top, where the tree holds the text of a lower layer."""
    order = stack(t.state.patches, holders_of(t.state.patches, target))
    if editor.patch_id not in order[1:]:
        return False
    patches = order[: order.index(editor.patch_id) + 1]
    under = [t.tree.definition(target)]
    under += [text_in(t.state.patches, one, target, t.tree, t.text) for one in patches[:-1]]
    if text not in under[:-1]:
        return False
    for index in range(len(patches) - 1, under.index(text) - 1, -1):
        base = under[index]
        if base is not None:
            above = t.state.editors[editor.id].model_copy(update={"patch_id": patches[index]})
            _save_as(t, above, Edit(target, target, base))
    return True


def _save_as(t: Transaction, editor: EditorContext, edit: Edit) -> None:
    """Save an edit into another patch than the editor's own, which stays where it is."""
    own = t.state.editors[editor.id]
    save_edits(t, editor.model_copy(update={"target": edit.target}), [edit])
    t.put_editor(own)
