"""Pure: dependencies as a graph, stacks of patches on one name, and the order of merging.

Every function takes a session's patches by id. Nothing here looks at texts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import TopologicalSorter
from itertools import pairwise

from store.ground.containers import containers, lies_in, mode_of, takes_along, touched_names
from store.model import (
    Dependency,
    Op,
    Origin,
    Patch,
    PatchId,
    new_name_of,
)

Patches = Mapping[PatchId, Patch]


def dependency_of(patch: Patch, on: PatchId) -> Dependency | None:
    """Give the patch's own dependency on another, if it has one."""
    return next((one for one in patch.dependencies if one.patch == on), None)


def ancestors(patches: Patches, patch_id: PatchId) -> set[PatchId]:
    """Give everything the patch depends on, directly and indirectly, whatever its status."""
    found: set[PatchId] = set()
    waiting = [patch_id]
    while waiting:
        for dependency in patches[waiting.pop()].dependencies:
            if dependency.patch not in found and dependency.patch in patches:
                found.add(dependency.patch)
                waiting.append(dependency.patch)
    return found


def descendants(patches: Patches, patch_id: PatchId) -> set[PatchId]:
    """Give every patch that depends on this one, directly and indirectly, whatever its status."""
    dependants: dict[PatchId, list[PatchId]] = {}
    for patch in patches.values():
        for dependency in patch.dependencies:
            dependants.setdefault(dependency.patch, []).append(patch.id)
    found: set[PatchId] = set()
    waiting = [patch_id]
    while waiting:
        for one in dependants.get(waiting.pop(), ()):
            if one not in found:
                found.add(one)
                waiting.append(one)
    return found


def in_order(patches: Patches, chosen: Iterable[PatchId]) -> tuple[Patch, ...]:
    """Sort some patches so that each stands after those it depends on; else oldest first."""
    place = {patch_id: index for index, patch_id in enumerate(patches)}
    chosen = sorted(set(chosen), key=place.__getitem__)
    sorter: TopologicalSorter[PatchId] = TopologicalSorter()
    inside = set(chosen)
    for patch_id in chosen:
        direct = {one.patch for one in patches[patch_id].dependencies}
        through = direct if direct <= inside else ancestors(patches, patch_id)
        sorter.add(patch_id, *sorted(through & inside, key=place.__getitem__))
    sorter.prepare()
    result: list[Patch] = []
    while sorter.is_active():
        for patch_id in sorted(sorter.get_ready(), key=place.__getitem__):
            result.append(patches[patch_id])
            sorter.done(patch_id)
    return tuple(result)


def closure(patches: Patches, patch_id: PatchId) -> tuple[Patch, ...]:
    """Give the dependencies, direct and indirect, that are not Merged, in merge order (R7).

    Abandoned ones count until the dependency on them is dropped.
    """
    if not patches[patch_id].dependencies:
        return ()
    return in_order(patches, (one for one in ancestors(patches, patch_id) if patches[one].merged_at is None))


def names_of(patch: Patch) -> set[str]:
    """Give every name the patch's operations touch."""
    return {name for op in patch.operations for name in touched_names(op)}


def taken_along(operations: Iterable[Op]) -> set[str]:
    """Give the names of what operations add, delete or rename: a class takes everything in it along (§2).

    So does a whole file that is updated.
    """
    return {name for op in operations if takes_along(op) for name in (op.name, new_name_of(op) or op.name)}


def reach_of(patches: Patches, operations: Iterable[Op]) -> set[str]:
    """Give every name the operations touch, and those in the classes they take along that patches touch."""
    operations = tuple(operations)
    names = {name for op in operations for name in touched_names(op)}
    classes = taken_along(operations)
    touched = {name for patch in patches.values() if patch.is_open for name in names_of(patch)}
    return names | {name for name in touched if not classes.isdisjoint(containers(name))}


def touched_in(patches: Patches, owner: str) -> set[str]:
    """Give the names in a class or file that open patches touch."""
    touched = (name for patch in patches.values() if patch.is_open for name in names_of(patch))
    return {name for name in touched if lies_in(name, owner)}


def owners(patches: Patches) -> dict[str, list[PatchId]]:
    """Give for each touched name the open patches that touch it, itself or with its class, oldest first."""
    found: dict[str, list[PatchId]] = {}
    classes: dict[str, list[PatchId]] = {}
    for patch in patches.values():
        if patch.is_open:
            for name in names_of(patch):
                found.setdefault(name, []).append(patch.id)
            for name in taken_along(patch.operations):
                classes.setdefault(name, []).append(patch.id)
    for name, holders in found.items():
        around = {one for container in containers(name) for one in classes.get(container, ())}
        holders.extend(one for one in patches if one in around and one not in holders)
    return found


def holders_of(patches: Patches, name: str) -> list[PatchId]:
    """Give the open patches that touch a name, itself or with its class, or would if it were there."""
    around = set(containers(name))
    return [
        patch.id
        for patch in patches.values()
        if patch.is_open and (name in names_of(patch) or not around.isdisjoint(taken_along(patch.operations)))
    ]


def stack(patches: Patches, holders: Iterable[PatchId]) -> tuple[PatchId, ...]:
    """Put patches that touch one name into their stack's order, lowest first (R7)."""
    holders = list(holders)
    if len(holders) < 2:
        return tuple(holders)
    below = {one: ancestors(patches, one) for one in holders}
    return tuple(sorted(holders, key=lambda one: sum(other in below[one] for other in holders)))


def stack_on(patches: Patches, name: str) -> tuple[PatchId, ...]:
    """Give the open patches that touch this name, lowest first."""
    return stack(patches, (one.id for one in patches.values() if one.is_open and name in names_of(one)))


def stacks_of(patches: Patches) -> dict[str, tuple[PatchId, ...]]:
    """Give `stack_on` for every name that open patches touch: quicker than asking for many one by one."""
    holders: dict[str, list[PatchId]] = {}
    for patch in patches.values():
        for name in names_of(patch) if patch.is_open else ():
            holders.setdefault(name, []).append(patch.id)
    return {name: stack(patches, ids) for name, ids in holders.items()}


def _with_dependency(patch: Patch, on: PatchId, name: str) -> Patch:
    if dependency_of(patch, on) is not None:
        return patch
    added = Dependency(patch=on, origin=Origin.STACKED, why=f"both change {name}")
    return patch.model_copy(update={"dependencies": (*patch.dependencies, added)})


def placed(patches: Patches, patch_id: PatchId, names: Iterable[str]) -> dict[PatchId, Patch]:
    """Put a patch into the stacks of the names it is about to touch (R7).

    It goes directly beneath the lowest one whose patch depends on it, else on top. Gives all patches with
    the dependencies this takes; never a cycle, since nothing below depends on the patch.
    """
    result = dict(patches)
    for name in names:
        others = [one for one in holders_of(patches, name) if one != patch_id]
        if not others:
            continue
        order = stack(result, others)
        resting = descendants(result, patch_id)
        at = next((index for index, one in enumerate(order) if one in resting), len(order))
        if at:
            result[patch_id] = _with_dependency(result[patch_id], order[at - 1], name)
        if at < len(order):
            result[order[at]] = _with_dependency(result[order[at]], patch_id, name)
    return result


def beneath_modes(patches: Patches, patch_id: PatchId, file: str) -> Patches:
    """Let patches that are on the mode of a file alone rest on the one that is to bring the file."""
    name = mode_of(file)
    apart = {patch_id, *ancestors(patches, patch_id), *holders_of(patches, file)}
    above = [one for one in holders_of(patches, name) if one not in apart]
    return {**patches, **{one: _with_dependency(patches[one], patch_id, name) for one in above}}


def restacked(before: Patches, after: Patches) -> dict[PatchId, Patch]:
    """Mend the stacks after operations or patches left them, and drop the dependencies nothing needs (R7)."""
    return without_idle(mended(before, after))


def mended(before: Patches, after: Patches) -> dict[PatchId, Patch]:
    """Give neighbours that lost what stood between them a dependency, in the order they had `before` (R7)."""
    result = dict(after)
    changed: list[Op] = []
    for patch_id, old in before.items():
        new = after.get(patch_id)
        if new is not old:
            changed += (*old.operations, *(() if new is None else new.operations))
    touched = owners(after)
    for name in sorted(reach_of(after, changed)):
        order = stack(before, [one for one in touched.get(name, ()) if one in before])
        for lower, upper in pairwise(order):
            if lower in ancestors(before, upper):
                result[upper] = _with_dependency(result[upper], lower, name)
    return result


def without_idle(patches: Patches) -> dict[PatchId, Patch]:
    """Drop the stacked dependencies between open patches that share no name any more (R7).

    After what rests on a change has followed it: a rename is followed to a name they share again.
    """
    result = dict(patches)
    for patch in list(result.values()):
        kept = tuple(one for one in patch.dependencies if not _idle(result, patch, one))
        if len(kept) != len(patch.dependencies):
            result[patch.id] = patch.model_copy(update={"dependencies": kept})
    return result


def _idle(patches: Patches, patch: Patch, dependency: Dependency) -> bool:
    """Whether a stacked dependency between open patches has no shared name left to stand for."""
    if dependency.origin is not Origin.STACKED or not patch.is_open:
        return False
    other = patches[dependency.patch]
    return other.is_open and not shared_names(patch, other)


def shared_names(one: Patch, other: Patch) -> tuple[str, ...]:
    """Give the names both patches touch, themselves or with their class, sorted."""
    names = owners({one.id: one, other.id: other})
    return tuple(sorted(name for name, holders in names.items() if len(holders) > 1))
