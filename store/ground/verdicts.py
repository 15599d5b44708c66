"""What is wrong with the files a patch would leave behind: damage that was not there before (R6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple

from store.errors import Code
from store.ground.containers import bringers
from store.ground.elsewhere import is_lacking, taken
from store.ground.new_files import faults
from store.ground.order import Patches, closure, descendants
from store.ground.taken_away import Broken
from store.model import (
    AddDefinition,
    Blocker,
    EditorContext,
    EditorId,
    Op,
    Patch,
    PatchId,
    RenameDefinition,
    new_name_of,
)
from store.source.names import Place
from store.source.tree import Tree
from store.source.verdict import Verdict, check


class Problem(NamedTuple):
    """A file that would not parse any more, or would use names that nothing defines."""

    path: str
    missing: tuple[str, ...] = ()
    """The names that nothing defines, as the file uses them; empty where it does not parse."""
    full: tuple[str, ...] = ()
    """What definitions of those names would be called in full."""
    elsewhere: bool = False
    """They are of other files: what has them besides the codebase is known only where work here adds them."""
    fault: str = ""
    """Why no file can be there, as a sentence."""


def problems(under: Tree, over: Tree) -> tuple[Problem, ...]:
    """Give the files that parsed in the ground `under` and don't in `over`, and names that became undefined.

    First come the files that are added where none can be.
    Verdicts on texts are cached by the text, so asking again is quick.
    """
    found = [Problem(path, fault=fault) for path, fault in faults(under, over).items()]
    for path in over.changed:
        if not over.exists(path) or over.is_link(path) or over.digest(path) == under.digest(path):
            continue
        after = check(path, over.text(path))
        if not after.parses:
            if _before(under, path).parses:
                found.append(Problem(path))
            continue
        missing = after.undefined and after.undefined - _before(under, path).undefined
        if missing:
            names = tuple(sorted(missing))
            found.append(Problem(path, names, tuple(over.name_of(Place(path, name)) for name in names)))
        was = taken(under, path)
        new = {full: name for full, name in taken(over, path).items() if full not in was}
        lacking = sorted(full for full in new if is_lacking(over, full))
        if lacking:
            found.append(Problem(path, tuple(new[full] for full in lacking), tuple(lacking), elsewhere=True))
    return tuple(found)


def _before(under: Tree, path: str) -> Verdict:
    """Give the verdict on what the ground has there, which takes as long as the one on what comes."""
    there = under.exists(path) and not under.is_link(path)
    return check(path, under.text(path)) if there else Verdict(True, frozenset())


def unexcused(found: Iterable[Problem], there: Tree | None) -> tuple[Problem, ...]:
    """Leave out the names that the working tree, as it lies `there`, does not define either."""
    left = []
    for one in found:
        if one.missing and not one.elsewhere and there is not None and there.exists(one.path):
            excused = check(one.path, there.text(one.path)).undefined
            pairs = [pair for pair in zip(one.missing, one.full, strict=True) if pair[0] not in excused]
            if pairs:
                names, full = zip(*pairs, strict=True)
                left.append(Problem(one.path, names, full))
        else:
            left.append(one)
    return tuple(left)


def undefined_still(found: Iterable[Problem]) -> Iterator[str]:
    """Say which names files would use without having them, whoever may be excused for it."""
    for one in found:
        if one.missing:
            names = one.full if one.elsewhere else one.missing
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            yield f"{one.path} uses {', '.join(names[:3])}{more}, which nothing defines"


def blockers_for(
    found: tuple[Problem, ...], patches: Patches, patch_id: PatchId, editors: Collection[EditorContext] = ()
) -> tuple[Blocker, ...]:
    """Say what is wrong with a patch as blockers that name who would supply a missing name.

    That is another open patch, else one of the session's `editors` whose pending work is in no patch yet. A
    name of another file is no blocker where nobody here would supply it: it may come from outside.
    """
    result = []
    below = {patch_id, *(one.id for one in closure(patches, patch_id))}
    others = [one for one in patches.values() if one.is_open and one.id not in below]
    for one in found:
        if one.fault:
            message = one.fault.removesuffix(".")
            result.append(Blocker(code=Code.INVALID_NAME, message=message, name=one.path))
            continue
        if not one.missing:
            message = f"{one.path} does not parse"
            result.append(Blocker(code=Code.DOES_NOT_PARSE, message=message, name=one.path))
            continue
        pairs = list(zip(one.missing, one.full, strict=True))
        if one.elsewhere:
            pending = [op for editor in editors for op in editor.pending]
            there = (*(op for other in others for op in other.operations), *pending)
            pairs = [(name, full) for name, full in pairs if _adds(there, full)]
        if pairs:
            result.append(_undefined(one.path, pairs, patches, patch_id, others, editors))
    return tuple(result)


def _undefined(
    path: str,
    pairs: list[tuple[str, str]],
    patches: Patches,
    patch_id: PatchId,
    others: list[Patch],
    editors: Iterable[EditorContext],
) -> Blocker:
    """Say which names a file would use without having them, and who adds the first that anybody does."""
    names = [full for _, full in pairs]
    supplier = next((patch for full in names for patch in others if _adds(patch.operations, full)), None)
    editor = None if supplier is not None else _pending_in(editors, names)
    if supplier is not None:
        who = f"{supplier.letter} {supplier.name} adds"
        if supplier.id in descendants(patches, patch_id):
            who += " but waits for this one: join them"
    elif editor is not None:
        who = f"editor {editor.number} adds, in no patch: assign it"
    else:
        who = "nothing defines"
    missing = tuple(name for name, _ in pairs)
    return Blocker(
        code=Code.UNDEFINED_NAME,
        message=f"{path} uses {', '.join(missing[:3])}, which {who}",
        name=path,
        patch=None if supplier is None else supplier.id,
        editor=None if editor is None else editor.id,
        missing=missing,
    )


def untold(found: Iterable[Problem], told: Iterable[Broken]) -> tuple[Problem, ...]:
    """Leave out the missing names of which it is known who stops using them."""
    known = {(one.use.path, one.use.written) for one in told}
    left = []
    for one in found:
        pairs = [pair for pair in zip(one.missing, one.full, strict=True) if (one.path, pair[0]) not in known]
        if pairs or not one.missing:
            left.append(one._replace(missing=tuple(a for a, _ in pairs), full=tuple(b for _, b in pairs)))
    return tuple(left)


def blockers_of_broken(
    found: Iterable[Broken], patches: Patches, patch_id: PatchId, editors: Mapping[EditorId, EditorContext]
) -> tuple[Blocker, ...]:
    """Say which files still use what a patch takes away, and who changes that: a patch, else an editor."""
    by_path: dict[str, list[Broken]] = {}
    for one in found:
        by_path.setdefault(one.use.path, []).append(one)
    return tuple(_still_used(path, ones, patches, patch_id, editors) for path, ones in by_path.items())


def _still_used(
    path: str,
    found: list[Broken],
    patches: Patches,
    patch_id: PatchId,
    editors: Mapping[EditorId, EditorContext],
) -> Blocker:
    held = min((one for broken in found for one in broken.held), key=lambda one: one.patch is None)
    missing = tuple(one.use.written for one in found)
    if held.patch is not None:
        patch = patches[held.patch]
        waits = patch.id in descendants(patches, patch_id)
        who = f"{patch.letter} {patch.name} stops"
        who += " but waits for this one: join them" if waits else ": merge that first"
    else:
        assert held.editor is not None, "what is in no patch is pending in an editor"
        who = f"editor {editors[held.editor].number} stops, in no patch: assign it"
    return Blocker(
        code=Code.UNDEFINED_NAME,
        message=f"{path} still uses {', '.join(missing[:3])}, which {who}",
        name=path,
        patch=held.patch,
        editor=held.editor,
        missing=missing,
    )


def _pending_in(editors: Iterable[EditorContext], names: Collection[str]) -> EditorContext | None:
    """Give the first editor whose pending work adds one of these names."""
    return next((one for one in editors if any(_adds(one.pending, full) for full in names)), None)


def _adds(operations: Iterable[Op], full: str) -> bool:
    """Whether an operation adds what has this name, what it lies in, or the first thing in it."""
    added = (new_name_of(op) or "" for op in operations if isinstance(op, AddDefinition | RenameDefinition))
    return any(name in bringers(full) or name.rpartition(".")[0] == full for name in added)
