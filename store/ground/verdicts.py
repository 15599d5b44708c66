"""What is wrong with the files a patch would leave behind: damage that was not there before (R6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

from store.errors import Code
from store.ground.order import Patches, descendants
from store.model import (
    AddDefinition,
    Blocker,
    EditorContext,
    Op,
    Patch,
    PatchId,
    RenameDefinition,
    new_name_of,
)
from store.source.names import Place
from store.source.tree import Tree
from store.source.verdict import check


class Problem(NamedTuple):
    """A file that would not parse any more, or would use names that nothing defines."""

    path: str
    missing: tuple[str, ...] = ()
    """The names that nothing defines, as the file uses them; empty where it does not parse."""
    full: tuple[str, ...] = ()
    """What definitions of those names would be called in full."""


def problems(under: Tree, over: Tree) -> tuple[Problem, ...]:
    """Give the files that parsed in the ground `under` and don't in `over`, and names that became undefined.

    Verdicts on texts are cached by the text, so asking again is quick.
    """
    found: list[Problem] = []
    for path in over.changed:
        if not over.exists(path) or over.digest(path) == under.digest(path):
            continue
        after = check(path, over.text(path))
        before = check(path, under.text(path)) if under.exists(path) else None
        if not after.parses:
            if before is None or before.parses:
                found.append(Problem(path))
            continue
        missing = after.undefined - (before.undefined if before is not None else frozenset())
        if missing:
            names = tuple(sorted(missing))
            found.append(Problem(path, names, tuple(over.name_of(Place(path, name)) for name in names)))
    return tuple(found)


def unexcused(found: Iterable[Problem], there: Tree | None) -> tuple[Problem, ...]:
    """Leave out the names that the working tree, as it lies `there`, does not define either."""
    left = []
    for one in found:
        if one.missing and there is not None and there.exists(one.path):
            excused = check(one.path, there.text(one.path)).undefined
            pairs = [pair for pair in zip(one.missing, one.full, strict=True) if pair[0] not in excused]
            if pairs:
                left.append(Problem(one.path, *map(tuple, zip(*pairs, strict=True))))
        else:
            left.append(one)
    return tuple(left)


def blockers_for(
    found: tuple[Problem, ...], patches: Patches, patch_id: PatchId, editors: Iterable[EditorContext] = ()
) -> tuple[Blocker, ...]:
    """Say what is wrong with a patch as blockers that name who would supply a missing name.

    That is another open patch, else one of the session's `editors` whose pending work is in no patch yet.
    """
    result = []
    for one in found:
        if not one.missing:
            message = f"{one.path} does not parse"
            result.append(Blocker(code=Code.DOES_NOT_PARSE, message=message, name=one.path))
            continue
        supplier = next((patch for full in one.full if (patch := _adding(patches, full)) is not None), None)
        editor = None if supplier is not None else _pending_in(editors, one.full)
        if supplier is not None:
            who = f"{supplier.letter} {supplier.name} adds"
            if supplier.id in descendants(patches, patch_id):
                who += " but waits for this one: join them"
        elif editor is not None:
            who = f"editor {editor.number} adds, in no patch: assign it"
        else:
            who = "nothing defines"
        result.append(
            Blocker(
                code=Code.UNDEFINED_NAME,
                message=f"{one.path} uses {', '.join(one.missing[:3])}, which {who}",
                name=one.path,
                patch=None if supplier is None else supplier.id,
                editor=None if editor is None else editor.id,
                missing=one.missing,
            )
        )
    return tuple(result)


def _adding(patches: Patches, full: str) -> Patch | None:
    for patch in patches.values():
        if patch.is_open and _adds(patch.operations, (full,)):
            return patch
    return None


def _pending_in(editors: Iterable[EditorContext], names: Collection[str]) -> EditorContext | None:
    """Give the first editor whose pending work adds one of these names."""
    return next((one for one in editors if _adds(one.pending, names)), None)


def _adds(operations: Iterable[Op], names: Collection[str]) -> bool:
    return any(
        isinstance(op, AddDefinition | RenameDefinition) and new_name_of(op) in names for op in operations
    )
