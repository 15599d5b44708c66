"""Pure: following a ground that changed. Operations are merged three-way with it, or conflict (R7, R12)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from store.ground.composition import Texts, applied, has_place, operation, text_under
from store.ground.containers import FILE, carried, file_of, is_mode, is_rest, lies_in
from store.ground.imports import adds_imports, is_import, merged_imports
from store.ground.order import Patches, closure, descendants, in_order, names_of
from store.model import (
    AddDefinition,
    Conflict,
    ConflictKind,
    DeleteDefinition,
    Op,
    Patch,
    PatchId,
    RenameDefinition,
    UpdateDefinition,
    new_name_of,
)
from store.source.merge import holds_change, merge3
from store.source.texts import digest as digest_of
from store.source.tree import Tree

Keep = Callable[[str], object]
"""Remembers a text that a record is going to name."""


@dataclass
class Rebased:
    """The patches after following their grounds, with a sentence for everything that happened."""

    patches: dict[PatchId, Patch]
    notes: list[str] = field(default_factory=list)


def renames_of(operations: Iterable[Op]) -> dict[str, str]:
    """Give what the operations rename, old name to new."""
    return {op.name: op.new_name for op in operations if isinstance(op, RenameDefinition)}


def renamed(name: str, renames: Mapping[str, str]) -> str:
    """Follow a definition, or what lies in a class or file, through renames."""
    if name in renames:
        return renames[name]
    return next((new for old, to in renames.items() if (new := carried(name, old, to)) != name), name)


def carried_along(op: AddDefinition, under: Tree, moved: Mapping[str, str]) -> str:
    """Give the name of an addition where what it stands behind has left with its class or file."""
    if op.after is None or op.after.endswith(FILE) or under.find(op.after) is not None:
        return op.name
    left = (old for old in moved if lies_in(op.name, old) and under.find(old) is None)
    return next((carried(op.name, old, moved[old]) for old in left), op.name)


def rebased(
    tree: Tree,
    patches: Patches,
    which: Iterable[PatchId],
    texts: Texts,
    keep: Keep,
    renames: Mapping[str, str] | None = None,
) -> Rebased:
    """Let the open patches among `which` follow their grounds, those they rest on first.

    `tree` is the codebase, `renames` what was renamed in it or below them since they were last looked at.
    Operations whose base is their ground stay as they are and their conflict ends.
    """
    result = Rebased(dict(patches))
    chosen = [one for one in which if one in patches and patches[one].is_open]
    for patch in in_order(patches, chosen):
        below = closure(result.patches, patch.id)
        under = tree
        for one in below:
            under = applied(under, one.operations, texts)
        moved = dict(renames or {}) | renames_of(op for one in below for op in one.operations)
        result.patches[patch.id] = _followed(result, result.patches[patch.id], under, texts, keep, moved)
    return result


def _followed(
    result: Rebased, patch: Patch, under: Tree, texts: Texts, keep: Keep, moved: Mapping[str, str]
) -> Patch:
    operations: list[Op] = []
    conflicts: list[Conflict] = []
    for op in patch.operations:
        step = follow(op, _with_file(op, patch, under, texts), texts, moved)
        if step.op is not None:
            operations.append(step.op)
        if step.conflict is not None:
            conflicts.append(step.conflict.model_copy(update={"patch": patch.id}))
        for text in step.new_texts:
            keep(text)
        if step.note and (step.conflict is None or conflicts[-1] not in patch.conflicts):
            result.notes.append(f"{patch.letter} {patch.name}: {step.note}")
    named = {one.name for one in conflicts}
    ended = [one.name for one in patch.conflicts if one.name not in named]
    result.notes.extend(f"{patch.letter} {patch.name}: the conflict in {name} has ended" for name in ended)
    if tuple(operations) == patch.operations and tuple(conflicts) == patch.conflicts:
        return patch
    return patch.model_copy(
        update={
            "operations": tuple(operations),
            "conflicts": tuple(conflicts),
            "marked_ready": patch.marked_ready and bool(operations),
        }
    )


def _with_file(op: Op, patch: Patch, under: Tree, texts: Texts) -> Tree:
    """Give what an operation rests on: under a mode lies its file, which the same patch may bring."""
    if not is_mode(op.name) or under.find(file_of(op.name)) is not None:
        return under
    return applied(under, [one for one in patch.operations if new_name_of(one) == file_of(op.name)], texts)


class Followed(NamedTuple):
    """One operation after its ground changed: as it is now, None where it has become needless."""

    op: Op | None
    conflict: Conflict | None = None
    note: str = ""
    new_texts: tuple[str, ...] = ()
    """Texts that the operation or the conflict now name."""


def follow(op: Op, under: Tree, texts: Texts, moved: Mapping[str, str]) -> Followed:
    """Let one operation follow its ground `under` (R7): unchanged, merged, needless, or in conflict."""
    if isinstance(op, AddDefinition):
        return _follow_addition(op, under, texts, moved)
    name = op.name
    theirs = text_under(under, op, name)
    if theirs is None and (elsewhere := renamed(name, moved)) != name:
        name = elsewhere
        theirs = text_under(under, op, name)
    if theirs is None:
        if isinstance(op, DeleteDefinition) or op.digest == op.base_digest or _is_settled_rest(op, under):
            return Followed(None, note=f"{op.name} is gone already")
        if isinstance(op, RenameDefinition) and under.whole(op.new_name) == texts(op.digest):
            return Followed(None, note=f"{op.name} already is what its operation asked for")
        return _in_conflict(op, ConflictKind.DELETE_UPDATE, None)
    if isinstance(op, RenameDefinition):
        if name not in (op.name, op.new_name):
            return _in_conflict(op, ConflictKind.RENAME_RENAME, theirs, name)
        if name == op.name and under.find(op.new_name) is not None and op.new_name not in op.members:
            return _in_conflict(op, ConflictKind.BOTH_ADDED, under.whole(op.new_name), op.new_name)
        if name == op.name and not has_place(op, under, texts):
            return _in_conflict(op, ConflictKind.DELETE_UPDATE, None)
    if name == op.name and digest_of(theirs) == op.base_digest:
        return Followed(op)
    if isinstance(op, DeleteDefinition):
        if not is_import(name) or adds_imports(name, texts(op.base_digest), theirs):
            return _in_conflict(op, ConflictKind.DELETE_UPDATE, theirs, name)
        new = op.model_copy(update={"name": name, "base_digest": digest_of(theirs)})
        return Followed(new, note=f"{name} was merged with what changed beneath it", new_texts=(theirs,))
    return _merged_with(op, under, texts, name, theirs)


def _is_settled_rest(op: Op, under: Tree) -> bool:
    """Whether an operation is on what stands between definitions, which a working tree settles."""
    return is_rest(op.name) and not is_import(op.name) and under.laid_out_as is not None


def _merged_with(
    op: UpdateDefinition | RenameDefinition, under: Tree, texts: Texts, name: str, theirs: str
) -> Followed:
    base, ours = texts(op.base_digest), texts(op.digest)
    merged = merge3(base, ours, theirs)
    if merged is None and is_import(name):
        merged = merged_imports(name, base, ours, theirs)
    if merged is None and (
        _is_settled_rest(op, under)
        or _is_file_with(op, base, ours, theirs, under)
        or _ended(ours) == _ended(theirs)
    ):
        merged = ours
    if merged is None:
        return _in_conflict(op, ConflictKind.BASE_MOVED, theirs, name)
    if isinstance(op, RenameDefinition):
        new = operation(under, name, op.new_name, merged, authors=op.authors, after=op.after)
    elif merged == theirs and not op.moved:
        new = None
    else:
        update = {"name": name, "digest": digest_of(merged), "base_digest": digest_of(theirs)}
        new = op.model_copy(update=update)
    if new is None:
        return Followed(None, note=f"{name} already is what its operation asked for")
    note = f"{name} was merged with what changed beneath it"
    return Followed(new, note=note, new_texts=(merged, theirs))


def _ended(text: str) -> str:
    """Give a text without its last line's end, which a merge gives what stood last in a file."""
    return text.removesuffix("\n").removesuffix("\r")


def _is_file_with(op: Op, base: str, ours: str, theirs: str, under: Tree) -> bool:
    """Whether a file of a working tree has what came beneath it, such as imports that travelled."""
    return op.name.endswith(FILE) and under.laid_out_as is not None and holds_change(base, theirs, ours)


def _follow_addition(op: AddDefinition, under: Tree, texts: Texts, moved: Mapping[str, str]) -> Followed:
    theirs = under.whole(op.name)
    if theirs is None:
        along = carried_along(op, under, moved)
        if along == op.name and has_place(op, under, texts):
            return Followed(op)
        after = None if op.after is None else renamed(op.after, moved)
        update = {
            "name": renamed(op.name, moved) if along == op.name else along,
            "after": after if after is not None and under.find(after) is not None else None,
        }
        elsewhere = op.model_copy(update=update)
        if elsewhere.name != op.name and has_place(elsewhere, under, texts):
            return Followed(elsewhere, note=f"{op.name} is now {elsewhere.name}")
        return _in_conflict(op, ConflictKind.DELETE_UPDATE, None)
    if digest_of(theirs) == op.digest:
        return Followed(None, note=f"{op.name} already is what its operation asked for")
    merged = merged_imports(op.name, "", texts(op.digest), theirs) if is_import(op.name) else None
    if merged is not None:
        return _with_text(_over(op, theirs), merged, theirs)
    if _is_settled_rest(op, under):
        return _with_text(_over(op, theirs), texts(op.digest), theirs)
    return _in_conflict(op, ConflictKind.BOTH_ADDED, theirs)


def _over(op: AddDefinition, theirs: str) -> UpdateDefinition:
    """Say an addition as an update of what is there already."""
    return UpdateDefinition(name=op.name, authors=op.authors, digest=op.digest, base_digest=digest_of(theirs))


def _with_text(op: UpdateDefinition, text: str, theirs: str) -> Followed:
    if text == theirs:
        return Followed(None, note=f"{op.name} already is what its operation asked for")
    note = f"{op.name} was merged with what changed beneath it"
    return Followed(op.model_copy(update={"digest": digest_of(text)}), note=note, new_texts=(text, theirs))


def _in_conflict(op: Op, kind: ConflictKind, theirs: str | None, name: str | None = None) -> Followed:
    conflict = Conflict(
        patch="",
        name=op.name,
        kind=kind,
        base=op.base_digest,
        ours=op.digest,
        theirs=None if theirs is None else digest_of(theirs),
        theirs_name=None if name == op.name else name,
    )
    note = f"{op.name} is in conflict with what changed beneath it"
    return Followed(op, conflict, note, () if theirs is None else (theirs,))


def resolved(
    conflict: Conflict, op: Op, under: Tree, text: str | None, name: str | None, author: str
) -> Op | None:
    """Settle a conflict with a text (R13): the base becomes theirs; None where theirs is what is left.

    `text` and `name` are what the definition is to be, both None for gone.
    """
    origin = conflict.theirs_name or op.name
    authors = op.authors if author in op.authors else (*op.authors, author)
    if isinstance(op, RenameDefinition) and conflict.kind is ConflictKind.BOTH_ADDED:
        origin = op.name
    return operation(
        under,
        origin if under.find(origin) is not None else None,
        name,
        text,
        authors=authors,
        after=getattr(op, "after", None),
    )


def resting_on(patches: Patches, patch_id: PatchId, names: Iterable[str]) -> list[PatchId]:
    """Give the open patches above this one that touch one of the names, or a member or owner of one."""
    wanted = set(names)
    found = []
    for one in descendants(patches, patch_id):
        patch = patches[one]
        if patch.is_open and any(_related(name, wanted) for name in names_of(patch)):
            found.append(one)
    return found


def _related(name: str, wanted: set[str]) -> bool:
    return name in wanted or any(lies_in(name, other) or lies_in(other, name) for other in wanted)
