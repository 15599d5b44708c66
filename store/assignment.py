"""Pure: which patch an edit belongs to (R9), and what saving or moving it makes of all patches (R7, R10).

What it makes of the operations of its own patch is told in `edits`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from store.edits import Edit, Operations, edit_of
from store.errors import Code, PatchbayError
from store.ground.composition import (
    Texts,
    applied,
    ground,
    has_lost_its_place,
    text_under,
    view,
)
from store.ground.containers import FILE, is_rest, lies_in, takes_along, touched_names
from store.ground.order import (
    Patches,
    beneath_modes,
    closure,
    holders_of,
    in_order,
    mended,
    names_of,
    placed,
    reach_of,
    taken_along,
    touched_in,
    without_idle,
)
from store.ground.overlaps import Overlaps
from store.ground.rebase import Keep, rebased, resting_on
from store.model import (
    AddDefinition,
    DeleteDefinition,
    Op,
    Patch,
    PatchId,
    UserId,
    new_name_of,
)
from store.source.merge import merge3
from store.source.texts import digest as digest_of
from store.source.tree import Tree


def joined_unasked(patches: Patches, name: str) -> PatchId | None:
    """Give the one open patch that touches the name; None when none or several do (R9)."""
    if is_rest(name):
        return None
    holders = holders_of(patches, name)
    return holders[0] if len(holders) == 1 else None


def edited(
    patches: Patches,
    patch_id: PatchId,
    tree: Tree,
    texts: Texts,
    keep: Keep,
    authors: tuple[UserId, ...],
    edits: Sequence[Edit],
) -> tuple[dict[PatchId, Patch], list[str]]:
    """Work edits into a patch, its stacks, and everything that rests on it (R7, R8).

    Gives all patches and a sentence for each clean merge taken and each conflict opened above. Raises
    `name-taken` and `not-found`.
    """
    before = dict(patches)
    names = {name for edit in edits for name in (edit.target, edit.name)}
    for edit in edits:
        if edit.text is None or edit.name != edit.target or edit.target.endswith(FILE):
            names |= touched_in(before, edit.target)
    brought = [
        edit.name
        for edit in edits
        if edit.text is not None and edit.name.endswith(FILE) and tree.find(edit.name) is None
    ]
    start: Patches = before
    for name in brought:
        start = beneath_modes(start, patch_id, name)
    while True:
        held = placed(start, patch_id, sorted(names))
        under = ground(tree, held, patch_id, texts)
        work = Operations(under, texts, keep, authors, list(held[patch_id].operations))
        for edit in edits:
            work.write(edit)
        touched = reach_of(before, work.items) - reach_of(before, before[patch_id].operations)
        if touched <= names:
            break
        names |= touched
    return settled(before, held, patch_id, tuple(work.items), tree, texts, keep)


def transplanted(
    patches: Patches,
    patch_id: PatchId,
    tree: Tree,
    texts: Texts,
    keep: Keep,
    op: Op,
    on_top: Callable[[], bool] | None = None,
) -> tuple[dict[PatchId, Patch], list[str]]:
    """Work an operation made elsewhere into a patch, merged three-way into what that patch sees (R10).

    Where that is not clean, one that lies `on_top` of all that is held, as pending work in a working tree
    can, is taken as it is; else raises `conflicts`. Also raises what `edited` does. A deletion of what has
    changed since, and a change of what is gone, have no two texts to settle: they become conflicts.
    """
    inside = sorted(touched_in(patches, op.name)) if takes_along(op) else ()
    held = placed(patches, patch_id, (*touched_names(op), *inside))
    seen = view(tree, held, patch_id, texts)
    present = text_under(seen, op, op.name)
    edit = edit_of(op, texts)
    in_conflict = (*held[patch_id].operations, op)
    if has_lost_its_place(op, seen, texts) and not _touches(patches[patch_id], op):
        return settled(patches, held, patch_id, in_conflict, tree, texts, keep)
    if present is None:
        if isinstance(op, DeleteDefinition):
            return dict(patches), []
        if isinstance(op, AddDefinition):
            return edited(patches, patch_id, tree, texts, keep, op.authors, [edit])
    elif op.base_digest is not None and digest_of(present) == op.base_digest:
        return edited(patches, patch_id, tree, texts, keep, op.authors, [edit])
    elif edit.text == present and not edit.moved:
        return dict(patches), []
    merged = None
    if present is not None and edit.text is not None and op.base_digest is not None:
        merged = merge3(texts(op.base_digest), edit.text, present)
    if merged is None and on_top is not None and on_top():
        edits = _upon(edit, seen)
        return edited(patches, patch_id, tree, texts, keep, op.authors, edits)
    if (present is None or isinstance(op, DeleteDefinition)) and not _touches(patches[patch_id], op):
        return settled(patches, held, patch_id, in_conflict, tree, texts, keep)
    if merged is None:
        label = f"{patches[patch_id].letter} {patches[patch_id].name}"
        raise PatchbayError(
            Code.CONFLICTS,
            f"The text of {op.name} does not merge cleanly into {label}: nothing was changed."
            " Open it, settle the differences in the text, and save it into that patch.",
        )
    keep(merged)
    return edited(patches, patch_id, tree, texts, keep, op.authors, [edit_of(op, texts, merged)])


def independent(
    patches: Patches, patch_id: PatchId, tree: Tree, texts: Texts, operations: Sequence[Op]
) -> list[Op]:
    """Give those of some operations which a patch can take in one step, in any order: see `transplanted_all`.

    Each is alone on its definition, in no conflict with what the patch sees, and of the first one's authors.
    """
    held = [op for patch in patches.values() if patch.is_open for op in patch.operations]
    overlaps = Overlaps([*held, *operations])
    seen = view(tree, patches, patch_id, texts)
    found = []
    for op in operations:
        if op.authors != operations[0].authors or is_rest(op.name) or not overlaps.is_alone(op):
            continue
        present = text_under(seen, op, op.name)
        if op.base_digest == (None if present is None else digest_of(present)):
            found.append(op)
    return found


def transplanted_all(
    patches: Patches, patch_id: PatchId, tree: Tree, texts: Texts, keep: Keep, operations: Sequence[Op]
) -> tuple[dict[PatchId, Patch], list[str]]:
    """Work operations that are `independent` into a patch in one step, as `transplanted` does one by one."""
    edits = [edit_of(op, texts) for op in operations]
    return edited(patches, patch_id, tree, texts, keep, operations[0].authors, edits)


def _touches(patch: Patch, op: Op) -> bool:
    """Whether a patch has something on what an operation names, or in it."""
    return any(name == op.name or lies_in(name, op.name) for name in names_of(patch))


def _upon(edit: Edit, seen: Tree) -> list[Edit]:
    """Say what is wanted over what a patch sees, whatever it was made over."""
    if edit.name == edit.target or (seen.find(edit.name) is None and seen.find(edit.target) is not None):
        return [edit]
    wanted = edit._replace(target=edit.name, whole=True)
    return [wanted] if seen.find(edit.target) is None else [Edit(edit.target, edit.target, None), wanted]


def united(
    patches: Patches, lower: PatchId, upper: PatchId, tree: Tree, texts: Texts, keep: Keep
) -> tuple[Op, ...]:
    """Give the operations of two patches as those of one, `upper`'s on top of `lower`'s (R11)."""
    both = (lower, upper)
    below = {one.id for chosen in both for one in closure(patches, chosen)} - set(both)
    under = tree
    for patch in in_order(patches, below):
        under = applied(under, patch.operations, texts)
    work = Operations(under, texts, keep, (), list(patches[lower].operations))
    for op in patches[upper].operations:
        work.authors = op.authors
        work.write(edit_of(op, texts))
    return tuple(work.items)


def settled(
    before: Patches,
    held: Patches,
    patch_id: PatchId,
    operations: tuple[Op, ...],
    tree: Tree,
    texts: Texts,
    keep: Keep,
) -> tuple[dict[PatchId, Patch], list[str]]:
    """Give a patch new operations: back to Draft (R8), stacks mended, what rests on it follows (R7)."""
    patch = held[patch_id]
    if operations == before[patch_id].operations:
        return dict(before), []
    settled_names = {op.name for op in operations}
    patch = patch.model_copy(
        update={
            "operations": operations,
            "marked_ready": False,
            "conflicts": tuple(one for one in patch.conflicts if one.name in settled_names),
        }
    )
    result = {**held, patch_id: patch}
    changed = names_of(before[patch_id]) | names_of(patch)
    above: list[PatchId] = []
    if not _stays_in_place(before[patch_id], patch):
        result = mended(before, result)
        above = [patch_id, *resting_on(before, patch_id, changed)]
    above += resting_on(result, patch_id, changed)
    followed = rebased(
        tree, result, dict.fromkeys(above), texts, keep, _moved(before[patch_id].operations, operations)
    )
    return without_idle(followed.patches), followed.notes


def _stays_in_place(old: Patch, new: Patch) -> bool:
    """Whether only texts differ: then the stacks are as they were, and the patch has nothing to follow."""
    return (
        not (old.conflicts or new.conflicts)
        and old.dependencies == new.dependencies
        and names_of(old) == names_of(new)
        and taken_along(old.operations) == taken_along(new.operations)
    )


def _moved(old: Iterable[Op], new: Iterable[Op]) -> dict[str, str]:
    """Give the names that definitions had above the old operations and have above the new ones."""
    now = {op.name: new_name_of(op) or op.name for op in new}
    found = {}
    for op in old:
        was = new_name_of(op)
        if was is not None and now.get(op.name, op.name) != was and not isinstance(op, AddDefinition):
            found[was] = now.get(op.name, op.name)
    return found
