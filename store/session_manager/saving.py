"""Saving: what a person typed becomes operations of a patch, or pending work (R8–R10)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from store import assignment, rules
from store.edits import Edit, Operations, merged_save
from store.errors import Code, PatchbayError
from store.ground.composition import Texts, applied, covering, ground, operation_on
from store.ground.containers import FILE, carried, lies_in
from store.ground.one_name import is_by_path, one_name, path_of
from store.ground.order import descendants, placed
from store.ground.shown import origin_of, shown_text, text_in, tree_of
from store.model import (
    CleanMerge,
    DeleteDefinition,
    EditorContext,
    EditorId,
    Op,
    Patch,
    PatchId,
    SessionState,
    UpdateDefinition,
    affected_names,
    new_name_of,
)
from store.session_manager.base import Base
from store.session_manager.patches import label, new_patch
from store.session_manager.transaction import Transaction
from store.source.merge import marked_row, merge3
from store.source.splice import as_it_stands, cut_saved
from store.source.texts import digest as digest_of
from store.source.tree import Tree


class Where(NamedTuple):
    """Where an edit goes: a patch, or None for pending work; `asks` when a person should choose (R9)."""

    patch: Patch | None
    joined: bool = False
    asks: bool = False


def choose(
    manager: Base, t: Transaction, editor: EditorContext, reference: str | None, new_name: str | None
) -> Where:
    """Say which patch an edit goes to (R9): the one asked for, the editor's, the name's only one."""
    if new_name is not None:
        return Where(new_patch(manager, t, new_name))
    if reference is not None:
        patch = manager.patch_in(t.state, reference)
        rules.require_open_patch(patch, "save into")
        return Where(patch)
    if editor.patch_id is not None:
        return Where(t.state.patches[editor.patch_id])
    joined = assignment.joined_unasked(t.state.patches, editor.target)
    if joined is not None:
        return Where(t.state.patches[joined], joined=True)
    return Where(None, asks=True)


def put_new_editor(
    manager: Base,
    t: Transaction,
    target: str,
    shown: str | None,
    *,
    patch_id: PatchId | None = None,
    found: bool = False,
) -> EditorContext:
    """Open an editor of the user's on a definition that shows this text (None: it is to be added)."""
    taken = {editor.number for editor in t.state.editors.values()}
    editor = EditorContext(
        id=manager.new_id("editor"),
        session_id=t.before.session.id,
        number=next(number for number in range(1, len(taken) + 2) if number not in taken),
        target=target,
        user=manager.user,
        patch_id=patch_id,
        base_digest=None if shown is None else t.keep(shown),
        opened_at=t.now,
        found=found,
    )
    t.put_editor(editor)
    return editor


def put_patches(t: Transaction, patches: dict[PatchId, Patch]) -> None:
    """Put the patches that changed into a transaction."""
    t.put(*(one for one in patches.values() if t.state.patches.get(one.id) is not one))


def save_typed(t: Transaction, editor: EditorContext, typed: str, shown: str | None) -> EditorContext:
    """Save a text into the place where the editor is: its patch, or its pending work.

    `shown` is the text it was typed over, None for a definition that did not exist. Gives the editor
    afterwards. Raises `conflicts`, `invalid-name`, `name-taken`.
    """
    patches = t.state.patches
    editor, begins = _in_one_name(t, editor)
    if editor.patch_id is None:
        return _save_pending(t, editor, typed, shown, begins)
    held = placed(patches, editor.patch_id, [editor.target])
    present = text_in(held, editor.patch_id, editor.target, t.tree, t.text)
    merged = _clean(editor, merged_save(shown, typed, present))
    if merged != typed:
        t.merged.append(CleanMerge(editor.target, editor.patch_id))
    under = ground(t.tree, held, editor.patch_id, t.text)
    edits = edits_of(under, editor.target, merged, held[editor.patch_id].operations, t.text)
    return _save_cut(t, editor, edits, begins)


def _in_one_name(t: Transaction, editor: EditorContext) -> tuple[EditorContext, str | None]:
    """Call what is first saved by its one name; gives also the file that it begins, by its path so far."""
    target = editor.target
    name = one_name(t.tree, (t.state,), t.text, target) if is_by_path(target) else target
    if name == target:
        return editor, None
    return editor.model_copy(update={"target": name}), path_of(target) + FILE


def _save_cut(t: Transaction, editor: EditorContext, edits: list[Edit], begins: str | None) -> EditorContext:
    """Save what a text was cut into; all of it into the file that it `begins`."""
    for edit in edits:
        if edit.text is not None:
            t.keep(edit.text)
    return save_edits(t, editor, [edit._replace(begins=begins) for edit in edits])


def save_edits(
    t: Transaction, editor: EditorContext, edits: list[Edit], *, renames: bool = False
) -> EditorContext:
    """Work edits into the editor's patch, or into its pending work, and let editors follow a rename.

    `renames` says that the verb is the renaming, so that its summary tells of it.
    """
    if editor.patch_id is None:
        under = tree_of(t.state.patches, None, origin_of(editor), t.tree, t.text)
        items = _worked(t, under, editor.pending, edits)
        saved = editor.model_copy(update={"pending": items})
    else:
        patches, notes = assignment.edited(
            t.state.patches, editor.patch_id, t.tree, t.text, t.keep, (t.user,), edits
        )
        _require_may_remove(t, t.state.patches[editor.patch_id], patches[editor.patch_id], edits)
        put_patches(t, patches)
        t.notes.extend(notes)
        saved = editor
    name = edits[0].name
    if len(edits) > 1:
        t.notes.append(f"{', '.join(edit.name for edit in edits[1:])} came along as another definition")
    if name != editor.target and not renames:
        t.notes.append(f"{editor.target} is now {name}")
    if name != editor.target:
        _follow_rename(t, saved, name)
    own = operation_on(
        saved.pending if saved.patch_id is None else t.state.patches[saved.patch_id].operations, name
    )
    update = {"target": name, "last_saved_at": t.now}
    if own is not None:
        update["base_digest"] = own.base_digest
    saved = saved.model_copy(update=update)
    t.put_editor(saved)
    return saved


def _require_may_remove(t: Transaction, before: Patch, after: Patch, edits: list[Edit]) -> None:
    """Raise `not-permitted` where an edit takes another's operation away without the right to (R20)."""
    kept = {op.name for op in after.operations}
    for op in after.operations:
        kept |= set() if isinstance(op, DeleteDefinition) else set(affected_names(op))
    renamed = {edit.target for edit in edits if edit.text is not None and edit.name in kept}
    for op in before.operations:
        stays = {op.name, new_name_of(op)} & (kept | renamed)
        if not stays and not rules.may_move(t.before.session, t.user, before, op):
            rules.require_steering(t.before.session, t.user, before, f"take {op.name} out of")


def _worked(t: Transaction, under: Tree, pending: tuple[Op, ...], edits: list[Edit]) -> tuple[Op, ...]:
    work = Operations(under, t.text, t.keep, (t.user,), list(pending))
    for edit in edits:
        work.write(edit)
    return tuple(work.items)


def _save_pending(
    t: Transaction, editor: EditorContext, typed: str, shown: str | None, begins: str | None
) -> EditorContext:
    under = tree_of(t.state.patches, None, origin_of(editor), t.tree, t.text)
    present, resolved = pending_present(t, editor, under, shown)
    merged = _clean(editor, typed if resolved else merged_save(shown, typed, present))
    if merged != typed:
        t.merged.append(CleanMerge(editor.target, None))
    if resolved:
        own = operation_on(editor.pending, editor.target)
        editor = editor.model_copy(update={"pending": tuple(op for op in editor.pending if op is not own)})
    edits = edits_of(under, editor.target, merged, editor.pending, t.text)
    return _save_cut(t, editor, edits, begins)


def pending_present(
    t: Transaction, editor: EditorContext, under: Tree, shown: str | None
) -> tuple[str | None, bool]:
    """Give the text an unassigned editor's save is merged into: what is pending, brought to its ground.

    The second value says that the person has settled it by typing over the ground's present text.
    Raises `conflicts` where what is pending no longer merges with its ground.
    """
    own = operation_on(editor.pending, editor.target)
    if own is None or own.digest is None:
        return shown_text(t.state, editor, t.tree, t.text), False
    there = under.definition(own.name)
    if there is None or digest_of(there) == own.base_digest:
        return t.text(own.digest), False
    if shown == there:
        return there, True
    merged = None if own.base_digest is None else merge3(t.text(own.base_digest), t.text(own.digest), there)
    return _clean(editor, merged), False


def _clean(editor: EditorContext, merged: str | None) -> str:
    if merged is None:
        raise PatchbayError(
            Code.CONFLICTS,
            f"What you typed in {editor.target} does not merge cleanly with what was saved meanwhile:"
            " nothing was saved, your text is kept. Look at both and save again.",
        )
    return merged


def require_no_markers(name: str, text: str) -> None:
    """Raise `conflicts` for a text with places between conflict markers that nobody has settled."""
    if marked_row(text) is not None:
        message = f"{name} still has places between conflict markers: settle them, then save again."
        raise PatchbayError(Code.CONFLICTS, message)


def edits_of(under: Tree, target: str, text: str, operations: tuple[Op, ...], texts: Texts) -> list[Edit]:
    """Cut a saved text into what it says of its own definition, first, and of others (R8).

    Raises `invalid-name` for a text that defines nothing, `conflicts` for one with conflict markers.
    """
    require_no_markers(target, text)
    own = operation_on(operations, target)
    bringing = [op for op in operations if covering([op], target) is not None]
    around = applied(under, bringing, texts)
    pieces = cut_saved(under, target, text, around)
    if not pieces:
        message = f"That text defines nothing: define {target.rsplit('.', 1)[-1]}, or delete the definition."
        raise PatchbayError(Code.INVALID_NAME, message)
    pieces = [(name, as_it_stands(around, name, piece)) for name, piece in pieces]
    names = [name for name, _ in pieces]
    main = names.index(target) if target in names else 0
    whole = own is not None and own.kind in ("add", "rename")
    edits = [Edit(target, names[main], pieces[main][1], whole)]
    for index, (name, piece) in enumerate(pieces):
        if index != main:
            edits.append(Edit(name, name, piece))
    _refuse_existing(around, operations, edits)
    return edits


def _refuse_existing(under: Tree, operations: tuple[Op, ...], edits: list[Edit]) -> None:
    outcomes = {new_name_of(op) for op in operations}
    gone = {op.name for op in operations if new_name_of(op) != op.name}
    for edit in edits[1:]:
        if edit.name in outcomes or (under.find(edit.name) is not None and edit.name not in gone):
            message = f"{edit.name} exists already: open it to change it, or use another name here."
            raise PatchbayError(Code.NAME_TAKEN, message)


def _follow_rename(t: Transaction, editor: EditorContext, name: str) -> None:
    """Let the editors on a renamed definition, in its patch and above it, follow (R8).

    A method that stands apart from its type, as in Go, keeps its name.
    """
    under = tree_of(t.state.patches, editor.patch_id, editor.target, t.tree, t.text)
    now = applied(under, editor.pending, t.text)
    followers = {editor.patch_id, None}
    if editor.patch_id is not None:
        followers |= descendants(t.state.patches, editor.patch_id)
    for other in t.state.editors.values():
        if other.id == editor.id or other.patch_id not in followers or other.pending:
            continue
        target = carried(other.target, editor.target, name)
        if target != other.target and now.find(other.target) is None:
            t.put_editor(other.model_copy(update={"target": target}))


def assign_pending(manager: Base, t: Transaction, editor: EditorContext, patch: Patch) -> EditorContext:
    """Move an editor's pending work into a patch (R10). Raises `conflicts`."""
    for op in editor.pending:
        whole = _over_the_rest(manager, t, op)
        beside = None if whole is None else _pending_in(t.state, op)
        on_top = partial(manager.is_on_top, t.before.session, op) if beside is None else None
        try:
            patches, notes = assignment.transplanted(
                t.state.patches, patch.id, t.tree, t.text, t.keep, op if whole is None else whole, on_top
            )
        except PatchbayError as error:
            if beside is None or error.code is not Code.CONFLICTS:
                raise
            message = f"{op.name} lies beside {beside.name}, which is in no patch yet: assign that first."
            raise PatchbayError(Code.CONFLICTS, message) from error
        put_patches(t, patches)
        t.note_merge(op, patch.id)
        t.notes.extend(notes)
    assigned = editor.model_copy(update={"patch_id": patch.id, "pending": ()})
    t.put_editor(assigned)
    return assigned


def _over_the_rest(manager: Base, t: Transaction, op: Op) -> Op | None:
    """Say what is pending on a whole file of a working tree over all else that is held of that.

    Its text is laid over the rest, and has nothing of that but by chance. None for anything else.
    """
    if manager.worktree is None or not isinstance(op, UpdateDefinition) or not op.name.endswith(FILE):
        return None
    fewer = (
        one.model_copy(update={"pending": tuple(other for other in one.pending if other is not op)})
        for one in t.state.editors.values()
        if op in one.pending
    )
    states = (t.state.with_editor(*fewer), t.state)
    rest, held = (manager.supply(one, t.tree).whole(op.name) for one in states)
    if rest is None or held is None:
        return None
    return op.model_copy(update={"base_digest": t.keep(rest), "digest": t.keep(held)})


def _pending_in(state: SessionState, op: Op) -> Op | None:
    """Find what is pending in a file beside what is on all of it."""
    pending = (other for one in state.editors.values() for other in one.pending)
    return next((other for other in pending if lies_in(other.name, op.name)), None)


def assign_independent(t: Transaction, editors: Sequence[EditorContext], patch: Patch) -> set[EditorId]:
    """Move the pending work of editors into a patch in one step, of those where that is safe; gives these."""
    operations = [op for editor in editors for op in editor.pending]
    if len(operations) < 2:
        return set()
    state = t.state
    safe = set(map(id, assignment.independent(state.patches, patch.id, t.tree, t.text, operations)))
    whole = [one for one in editors if one.pending and all(id(op) in safe for op in one.pending)]
    taken = [op for editor in whole for op in editor.pending]
    if taken:
        patches, notes = assignment.transplanted_all(state.patches, patch.id, t.tree, t.text, t.keep, taken)
        put_patches(t, patches)
        t.notes.extend(notes)
    for editor in whole:
        t.put_editor(editor.model_copy(update={"patch_id": patch.id, "pending": ()}))
    return {one.id for one in whole}


def move_editor(t: Transaction, editor: EditorContext, patch: Patch, *, on_top: bool) -> EditorContext:
    """Plug an assigned editor into another patch (R10): its operation moves along, or is stacked on."""
    assert editor.patch_id is not None
    source = t.state.patches[editor.patch_id]
    op = operation_on(source.operations, editor.target)
    if op is None or on_top or not rules.may_move(t.before.session, t.user, source, op):
        if op is not None:
            t.notes.append(f"{editor.target} stays in {label(source)}; what you save next stacks on it")
        moved = editor.model_copy(update={"patch_id": patch.id})
        t.put_editor(moved)
        return moved
    take_out(t, source, op)
    patches, notes = assignment.transplanted(t.state.patches, patch.id, t.tree, t.text, t.keep, op)
    put_patches(t, patches)
    t.note_merge(op, patch.id)
    t.notes.extend(notes)
    moved = editor.model_copy(update={"patch_id": patch.id})
    t.put_editor(moved)
    return moved


def take_out(t: Transaction, patch: Patch, op: Op) -> None:
    """Take an operation out of a patch; what rests on it follows (R7)."""
    kept = tuple(one for one in patch.operations if one is not op)
    patches, notes = assignment.settled(
        t.state.patches, dict(t.state.patches), patch.id, kept, t.tree, t.text, t.keep
    )
    put_patches(t, patches)
    t.notes.extend(notes)
