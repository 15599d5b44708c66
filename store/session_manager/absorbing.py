"""One change that somebody made in the working tree becomes an edit, as if it had been saved here (R8, R9).

What changed is found in `reconcile`; when is decided in `looking`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from enum import Enum

from store.assignment import Edit, merged_save, settled
from store.errors import Code, PatchbayError
from store.ground.composition import applied, covering, ground, operation_on, view
from store.ground.containers import FILE, carried, containers, file_of, is_mode, is_rest, lies_in, takes_along
from store.ground.imports import is_import
from store.ground.order import holders_of, names_of, placed, stack
from store.ground.shown import shown_text, text_in, tree_of
from store.model import (
    AddDefinition,
    DeleteDefinition,
    Digest,
    EditorContext,
    Op,
    PatchId,
    RenameDefinition,
    SessionState,
    new_name_of,
)
from store.reconcile import TreeChange
from store.session_manager.base import Base
from store.session_manager.mirroring import held_here, last_seen
from store.session_manager.saving import put_new_editor, put_patches, save_edits
from store.session_manager.transaction import Transaction
from store.session_manager.tree_texts import keep_unmerged, take_off, typed_over, waiting_at
from store.source.merge import merge3
from store.source.splice import Change


def holds(state: SessionState, change: TreeChange) -> bool:
    """Whether a session's patches or pending work touch what changed."""
    return _pending_on(state, change.names) is not None or bool(_top_holder(state, change))


def is_free(state: SessionState, change: TreeChange) -> bool:
    """Whether nothing says yet where a change belongs: no patch, no pending work, no editor in a patch."""
    apart = replace(change, beside=())
    return not holds(state, apart) and _plugged_on_top(state, change.names) is None


class Fate(Enum):
    """What became of a change of the tree."""

    TAKEN = "taken"
    """What is held says so now."""
    APART = "apart"
    """It does not merge with what the patch says, and waits in a buffer or as a conflict; or the patch is not
    the user's."""
    UNTOLD = "untold"
    """It cannot be said of this definition alone: the file is to be taken as a whole."""


def absorb(manager: Base, t: Transaction, change: TreeChange, behind: Collection[str]) -> Fate:
    """Work one change of the tree into the patch that holds its name, else leave it pending (R9).

    What the patch says already is passed over. A change that does not merge with it, or with what is
    `behind`, becomes the buffer of its editor, for the conflict dialog to settle (R8), all of the class or
    file where that is on one; a deletion has no text and becomes a conflict of its patch (R12).
    """
    late = _names_late(change, behind)
    there = held_here(manager, t.tree, t.state).whole(change.names[0]) if _is_whole(change) and late else None
    if change.name is None and change.new_name is not None:
        _give_back(t, change.new_name)
    if change.name != change.new_name and change.name is not None:
        _drop_pending_in(t, change.name)
    editor = _home(manager, t, change)
    waiting = waiting_at(manager, t, editor)
    around = _around(manager, t, editor, change)
    if around is not None and waiting is None and _is_file_at_hand(editor.target, behind):
        return Fate.UNTOLD
    if around is not None and (waiting is not None or _holds_all(t, editor)):
        change, late, there = around, late | {editor.target}, None
    if change.moved is not None:
        return _move(t, editor, change)
    if waiting is not None and not _is_whole(change):
        change = replace(change, shown=typed_over(manager, t, waiting))
    fate = _absorb_at(manager, t, editor, change, late, there)
    if waiting is not None and fate is Fate.TAKEN:
        take_off(t, waiting)
    return fate


def _absorb_at(
    manager: Base,
    t: Transaction,
    editor: EditorContext,
    change: TreeChange,
    late: set[str],
    there: str | None,
) -> Fate:
    """Work one change in where the editor is; `there` is all of what is `late` in what is renamed or gone."""
    if _is_so(t, editor, change):
        return Fate.TAKEN
    text = change.text
    if editor.patch_id is not None or late:
        present = _present(t, editor, change) if there is None else there
        if text is None:
            return _delete(manager, t, editor, change, present)
        text = merged_save(change.shown, text, present)
        if text is None and (around := _around(manager, t, editor, change)) is not None:
            return _absorb_at(manager, t, editor, around, late, None)
        if text is None:
            keep_unmerged(manager, t, editor, change)
            return Fate.APART
    return _try(manager, t, editor, change, text)


def _is_file_at_hand(name: str, behind: Collection[str]) -> bool:
    """Whether a name is that of a whole file of which nothing is behind."""
    return name.endswith(FILE) and not any(one == name or lies_in(one, name) for one in behind)


def _holds_all(t: Transaction, editor: EditorContext) -> bool:
    """Whether an editor is on a whole file, and no patch and no other editor has anything in that."""
    held = [op for patch in t.state.open_patches() for op in patch.operations]
    held += [op for one in t.state.editors.values() for op in one.pending]
    return editor.target.endswith(FILE) and not any(
        lies_in(name, editor.target) for op in held for name in (op.name, new_name_of(op) or op.name)
    )


def _around(manager: Base, t: Transaction, editor: EditorContext, change: TreeChange) -> TreeChange | None:
    """Give what changed in all of the class or file that the editor is on; None for a change of just that."""
    now, target = t.tree.laid_out_as, editor.target
    if not any(lies_in(name, target) for name in change.names) or now is None or now.whole(target) is None:
        return None
    return TreeChange(target, target, last_seen(manager).whole(target), now.whole(target))


def late_names(change: TreeChange, behind: Collection[str]) -> set[str]:
    """Give the names under which the tree lacks what is `behind` once a change is taken in."""
    if not _is_whole(change) or change.new_name is None:
        return set()
    late = _names_late(change, behind)
    found = {carried(name, change.name or "", change.new_name) for name in late}
    return found | ({change.new_name} if late and change.new_name.endswith(FILE) else set())


def _is_whole(change: TreeChange) -> bool:
    """Whether what was there went, or got another name, with all that lies in it."""
    return change.name is not None and change.name != change.new_name


def _names_late(change: TreeChange, behind: Collection[str]) -> set[str]:
    """Give what of a change is behind: by its names, or as what lies in what went or was renamed."""
    found = {name for name in change.names if name in behind}
    if _is_whole(change):
        found |= {name for name in behind if lies_in(name, change.names[0])}
    return found


def _delete(
    manager: Base, t: Transaction, editor: EditorContext, change: TreeChange, present: str | None
) -> Fate:
    """Delete what the tree has no more; in conflict where it had something else than there is now (R12)."""
    name = change.names[0]
    if change.shown in (None, present) or (is_rest(name) and not is_import(name)):
        return _try(manager, t, editor, change, None)
    origin = _origin(t, editor, name)
    before, notes, beneath = t.state, len(t.notes), _beneath(t, editor, origin)
    if operation_on(editor.pending, name) is None and beneath not in (None, change.shown):
        base = manager.text_before(origin) or change.shown
        fate = _try(manager, t, editor, change, None)
        if fate is not Fate.TAKEN or _rest_on(t, origin, t.keep(change.shown if base == beneath else base)):
            return Fate.APART
    t.state = before
    del t.notes[notes:]
    t.notes.append(f"{name} was deleted in the tree, which did not have its present text: it is kept")
    return Fate.APART


def _origin(t: Transaction, editor: EditorContext, name: str) -> str:
    """Give what a definition is called beneath the editor's patch, which may rename it."""
    patch = t.state.patches.get(editor.patch_id or "")
    own = None if patch is None else operation_on(patch.operations, name)
    return own.name if isinstance(own, RenameDefinition) else name


def _beneath(t: Transaction, editor: EditorContext, name: str) -> str | None:
    """Give all of what a deletion of a definition would rest on, where the editor is."""
    patches = t.state.patches
    if editor.patch_id is None:
        return tree_of(patches, None, name, t.tree, t.text).whole(name)
    return ground(t.tree, placed(patches, editor.patch_id, [name]), editor.patch_id, t.text).whole(name)


def _rest_on(t: Transaction, name: str, base: Digest) -> bool:
    """Let the deletion of a definition rest on what was there before, not on what is; whether it is one."""

    def moved(operations: tuple[Op, ...]) -> tuple[Op, ...]:
        return tuple(
            op.model_copy(update={"base_digest": base})
            if isinstance(op, DeleteDefinition) and op.name == name
            else op
            for op in operations
        )

    before = t.state
    for editor in t.state.editors.values():
        t.put_editor(editor.model_copy(update={"pending": moved(editor.pending)}))
    for patch in t.state.open_patches():
        if (operations := moved(patch.operations)) != patch.operations:
            t.put(patch.model_copy(update={"operations": operations}))
            t.follow([patch.id])
    return t.state != before


def _try(manager: Base, t: Transaction, editor: EditorContext, change: TreeChange, text: str | None) -> Fate:
    """Work a text in where it belongs; where a patch cannot have it as well, in no patch.

    What a patch refuses waits in a buffer, so that nothing is written over it in the tree.
    """
    before, notes = t.state, len(t.notes)
    try:
        _write(t, editor, change, text)
    except PatchbayError as error:
        t.state = before
        del t.notes[notes:]
        if editor.patch_id is None or editor.target.endswith(FILE):
            return Fate.UNTOLD
        if error.code is Code.NAME_TAKEN:
            loose = put_new_editor(manager, t, change.names[-1], None, found=True)
            return _try(manager, t, loose, change, text)
        t.notes.append(f"{change.names[-1]} was changed in the tree and is left there: {error.message}")
        waits = _around(manager, t, editor, change) or change
        if waits.text is not None and editor.target in waits.names:
            keep_unmerged(manager, t, editor, waits)
        return Fate.APART
    return Fate.TAKEN


def _give_back(t: Transaction, name: str) -> None:
    """Let the old name of what was renamed go to something else: the renamed one is an addition then."""
    for patch in t.state.open_patches():
        kept = tuple(_as_addition(op, name) for op in patch.operations)
        if kept != patch.operations:
            put_patches(
                t, settled(t.state.patches, t.state.patches, patch.id, kept, t.tree, t.text, t.keep)[0]
            )
    for editor in t.state.editors.values():
        pending = tuple(_as_addition(op, name) for op in editor.pending)
        if pending != editor.pending:
            t.put_editor(editor.model_copy(update={"pending": pending}))


def _as_addition(op: Op, name: str) -> Op:
    if op.kind != "rename" or op.name != name:
        return op
    return AddDefinition(
        name=op.new_name, authors=op.authors, members=op.new_members, digest=op.digest, after=op.after
    )


def absorb_file(manager: Base, t: Transaction, path: str, text: str) -> None:
    """Take in a file as a whole, beside as much as goes with it of what is pending on definitions in it.

    The file says the rest of it too: that is dropped.
    """
    name = path + FILE
    pending = [op for editor in t.state.editors.values() for op in editor.pending if _is_in(op, name)]
    before, notes = t.state, len(t.notes)
    kept: list[Op] = []
    for wanted in (pending, *([one] for one in pending)):
        if len(kept) < len(pending) and wanted:
            t.state = before
            if _put_beside(manager, t, path, text, [*kept, *wanted]):
                kept += wanted
            del t.notes[notes:]
    t.state = before
    if not kept or not _put_beside(manager, t, path, text, kept):
        t.state = before
        _drop_pending_in(t, name, itself=True)
        _put_file(manager, t, name, text)


def _put_beside(manager: Base, t: Transaction, path: str, text: str, kept: Collection[Op]) -> bool:
    """Take in what a file has over the patches and this pending work; whether that makes its text."""
    name = path + FILE
    _drop_pending_in(t, name, kept, itself=True)
    base = tree_of(t.state.patches, None, name, t.tree, t.text).whole(name)
    held = held_here(manager, t.tree, t.state, [path]).text_if_there(path)
    rest = None if base is None or held is None else merge3(held, text, base)
    if rest is None:
        return False
    try:
        _put_file(manager, t, name, rest)
    except PatchbayError:
        return False
    return held_here(manager, t.tree, t.state, [path]).text_if_there(path) == text


def _put_file(manager: Base, t: Transaction, name: str, text: str) -> None:
    editor = _home(manager, t, TreeChange(name, name, t.tree.whole(name), text))
    t.keep(text)
    _save(t, editor, Edit(name, name, text))


def _drop_pending_in(t: Transaction, owner: str, kept: Collection[Op] = (), itself: bool = False) -> None:
    """Drop what is pending on what is in a class or file that says it all; `kept` stays.

    What left it is an addition.
    """
    for editor in t.state.editors.values():
        left: list[Op] = []
        for op in editor.pending:
            new_name = new_name_of(op)
            if op in kept or not (_is_in(op, owner) or (itself and op.name == owner)):
                left.append(op)
            elif new_name is not None and new_name != owner and not lies_in(new_name, owner):
                left.append(_as_addition(op, op.name))
        if tuple(left) != editor.pending:
            t.put_editor(editor.model_copy(update={"pending": tuple(left)}))


def _is_in(op: Op, owner: str) -> bool:
    return lies_in(op.name, owner)


def _home(manager: Base, t: Transaction, change: TreeChange) -> EditorContext:
    """Give the editor on what changed, in the patch that holds it; found ones are opened without asking."""
    pending = _pending_on(t.state, change.names) or _bringer_of(t.state, change)
    if pending is not None:
        return pending
    plugged = _plugged_on_top(t.state, change.names)
    if plugged is not None:
        return plugged
    patch_id = _top_holder(t.state, change)
    target = change.name or change.new_name or ""
    if patch_id is not None:
        cover = _cover(t.state.patches[patch_id].operations, change.names)
        target = target if cover is None else new_name_of(cover) or cover.name
    mine = [one for one in t.state.editors.values() if one.target == target and one.patch_id == patch_id]
    if mine:
        return min(mine, key=lambda one: (one.user != manager.user, one.number))
    return put_new_editor(manager, t, target, change.shown, patch_id=patch_id, found=True)


def _pending_on(state: SessionState, names: Iterable[str]) -> EditorContext | None:
    names = tuple(names)
    near = {owner for name in names for owner in (name, *containers(name))}
    for editor in state.editors.values():
        pending = editor.pending
        if not any(op.name in near or (op.kind == "rename" and op.new_name in near) for op in pending):
            continue
        if any(operation_on(pending, name) or covering(pending, name) for name in names):
            return editor
    return None


def _bringer_of(state: SessionState, change: TreeChange) -> EditorContext | None:
    """Find the editor that brings the file whose mode changes: the mode of a new file goes with it."""
    files = {file_of(name) for name in change.names if is_mode(name)}
    for editor in state.editors.values() if files else ():
        patch = state.patches.get(editor.patch_id or "")
        operations = editor.pending if patch is None else patch.operations
        for op in operations:
            if isinstance(op, AddDefinition | RenameDefinition) and new_name_of(op) in files:
                return editor
    return None


def _plugged_on_top(state: SessionState, names: Iterable[str]) -> EditorContext | None:
    """Find an editor on what changed that was put on top of its stack, and has nothing there yet (R10)."""
    for editor in state.editors.values():
        if editor.patch_id is None or editor.target not in names:
            continue
        own = covering(state.patches[editor.patch_id].operations, editor.target)
        if own is None and operation_on(state.patches[editor.patch_id].operations, editor.target) is None:
            return editor
    return None


def _top_holder(state: SessionState, change: TreeChange) -> PatchId | None:
    """Give the highest patch on what changed; a rest is only held by an operation on itself.

    Blank lines go with the definitions beside them, where exactly one patch holds those.
    """
    held: dict[PatchId, None] = {}
    for name in change.names:
        if is_rest(name):
            own = [one.id for one in state.open_patches() if name in names_of(one)]
            held.update(dict.fromkeys(own))
        else:
            held.update(dict.fromkeys(holders_of(state.patches, name)))
    if held or not change.beside:
        return stack(state.patches, held)[-1] if held else None
    near = {one for name in change.beside for one in holders_of(state.patches, name)}
    return near.pop() if len(near) == 1 else None


def _cover(operations: Iterable[Op], names: Iterable[str]) -> Op | None:
    operations = tuple(operations)
    for name in names:
        if operation_on(operations, name) is None and (found := covering(operations, name)) is not None:
            return found
    return None


def _move(t: Transaction, editor: EditorContext, change: TreeChange) -> Fate:
    """Note that a definition stands elsewhere among its neighbours, or no longer does."""
    name = change.names[0]
    text = _text_of(t, editor, name, change)
    if text is None:
        return Fate.UNTOLD
    t.keep(text)
    _save(t, editor, Edit(name, name, text, moved=change.moved))
    return Fate.TAKEN


def _is_so(t: Transaction, editor: EditorContext, change: TreeChange) -> bool:
    """Whether what a change asks for is so already, where the change belongs."""
    if change.name not in (None, change.new_name) and _says_something(t, editor, change.name):
        return False
    wanted = {name: change.text if name == change.new_name else None for name in change.names}
    return all(_text_of(t, editor, name, change) == text for name, text in wanted.items())


def _says_something(t: Transaction, editor: EditorContext, name: str) -> bool:
    """Whether an operation where the editor is gives a definition of this name a text."""
    patch = t.state.patches.get(editor.patch_id or "")
    own = operation_on(editor.pending if patch is None else patch.operations, name)
    return own is not None and own.digest is not None


def _present(t: Transaction, editor: EditorContext, change: TreeChange) -> str | None:
    """Give what there is now of what changed, where the change belongs."""
    texts = (_text_of(t, editor, name, change) for name in reversed(change.names))
    return next((text for text in texts if text is not None), None)


def _text_of(t: Transaction, editor: EditorContext, name: str, change: TreeChange) -> str | None:
    """Give the text of a definition where the editor is: a class's head for an update, else all of it."""
    patches = t.state.patches
    if editor.patch_id is None:
        own = operation_on(editor.pending, name)
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


def _write(t: Transaction, editor: EditorContext, change: TreeChange, text: str | None) -> None:
    target = change.name or change.new_name or ""
    name = change.new_name or target
    if text is not None:
        t.keep(text)
        if _peeled(t, editor, target, text):
            return
    _save(t, editor, Edit(target, name, text, whole=target != name))


def _taken_whole(t: Transaction, editor: EditorContext, name: str) -> bool:
    """Whether what an editor is on takes along all that lies in it, as where a class comes."""
    patch = t.state.patches.get(editor.patch_id or "")
    own = operation_on(editor.pending if patch is None else patch.operations, name)
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


def _save(t: Transaction, editor: EditorContext, edit: Edit) -> None:
    """Save an edit of the editor's own definition, or of one in the class or file that it is on."""
    edit = _with_members(t, editor, edit)
    own = t.state.editors[editor.id]
    if own.target in (edit.target, edit.name):
        save_edits(t, own, [edit])
        return
    saved = save_edits(t, own.model_copy(update={"target": edit.target}), [edit])
    t.put_editor(saved.model_copy(update={"target": own.target}))


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
