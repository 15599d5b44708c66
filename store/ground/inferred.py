"""Pure: which patch needs which other one, told from the names that its files use and do not have (R11)."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from typing import NamedTuple

from store.ground.containers import bringers
from store.ground.elsewhere import imported, is_lacking, reached
from store.ground.order import Patches, closure, descendants
from store.model import (
    AddDefinition,
    Dependency,
    Digest,
    Op,
    Origin,
    Patch,
    PatchId,
    RenameDefinition,
    new_name_of,
)
from store.source.imports import usage_of
from store.source.keys import last_part
from store.source.names import Place, name_of
from store.source.related import Change, uses_of
from store.source.tree import Tree


class Told(NamedTuple):
    """What is told from the texts of a patch, with the dependencies that it has among these patches."""

    missing: Callable[[Patches, Patch], Collection[str]]
    """Gives the full names that its files use and that it does not see, see `missing_names`."""
    breaking: Callable[[Patches, Patch], Mapping[PatchId, str]]
    """Gives the patches that change what uses a name which it takes away, with that name in full."""


Attributes = Callable[[Op, Set[str]], Set[str]]
"""Gives which of some words an operation begins or ceases to use behind a dot."""

_AFTER_DOT = re.compile(r"(?:\.|::)\s*(\w+)")


def with_inferred(patches: Patches, told: Told) -> tuple[dict[PatchId, Patch], list[str]]:
    """Give the patches with the dependencies that the names they use call for, and what to tell.

    What uses a name waits for what brings it; then what takes one away for what does without it. One that a
    user dropped stays dropped; one that would close a circle is left to the user, whom the blocker tells (see
    `verdicts`). Patches that need nothing else are the very ones given.
    """
    result = dict(patches)
    brought = _brought(patches)

    def users(patch: Patch) -> Iterator[tuple[PatchId, str]]:
        if brought.keys() - {patch.id}:
            names = sorted(told.missing(result, patch))
            yield from ((one, f"uses {name}") for one, name in _suppliers(brought, names).items())

    def takers(patch: Patch) -> Iterator[tuple[PatchId, str]]:
        yield from ((one, f"takes away {name}") for one, name in told.breaking(result, patch).items())

    open_ones = [patch for patch in patches.values() if patch.is_open]
    for patch in open_ones:
        kept = tuple(one for one in patch.dependencies if not _is_told_anew(result, one))
        result[patch.id] = bare = patch.model_copy(update={"dependencies": kept})
        result[patch.id] = _depending(result, bare, users(bare))
    for patch in open_ones:
        result[patch.id] = _depending(result, result[patch.id], takers(result[patch.id]))
    notes = []
    for patch in open_ones:
        found = result[patch.id].dependencies
        if set(found) == set(patch.dependencies):
            result[patch.id] = patch
        for one in found:
            if one not in patch.dependencies:
                other = result[one.patch]
                notes.append(f"{patch.letter} now depends on {other.letter} {other.name}: it {one.why}")
    return result, notes


def _depending(patches: Patches, patch: Patch, on: Iterable[tuple[PatchId, str]]) -> Patch:
    """Give a patch with dependencies on others and why, but for those that are known, dropped or a circle."""
    known = {patch.id, *patch.dropped, *(one.patch for one in patch.dependencies)}
    known |= descendants(patches, patch.id)
    added = [Dependency(patch=one, origin=Origin.INFERRED, why=why) for one, why in on if one not in known]
    return patch.model_copy(update={"dependencies": (*patch.dependencies, *added)}) if added else patch


def suggested(patches: Patches, attributes: Attributes) -> dict[PatchId, list[tuple[PatchId, str]]]:
    """Give for each patch those that bring what it perhaps uses, with the full name, the first of each.

    Whose it is that stands behind a dot is not known, so nothing is made of it; what is a dependency already,
    was dropped or would close a circle is left out.
    """
    brought: dict[str, list[tuple[PatchId, str]]] = {}
    for patch_id, names in _brought(patches).items():
        for name in sorted(names):
            brought.setdefault(last_part(name), []).append((patch_id, name))
    found: dict[PatchId, list[tuple[PatchId, str]]] = {}
    for patch in patches.values() if brought else ():
        operations = patch.operations if patch.is_open else ()
        used = {word for op in operations for word in attributes(op, brought.keys())}
        suppliers = dict(reversed([pair for word in sorted(used) for pair in brought[word]]))
        if suppliers.keys() - {patch.id}:
            known = {one.id for one in closure(patches, patch.id)} | descendants(patches, patch.id)
            known |= {patch.id, *patch.dropped}
            found[patch.id] = [pair for pair in suppliers.items() if pair[0] not in known]
    return found


def after_dots(op: Op, text: Callable[[Digest], str]) -> frozenset[str]:
    """Give the words that stand behind a dot in the texts of an operation, a few that are no names too."""
    texts = [text(one) for one in (op.base_digest, op.digest) if one is not None]
    return frozenset(word for one in texts for word in _AFTER_DOT.findall(one))


def attributes_of(op: Op, words: Set[str], text: Callable[[Digest], str]) -> Set[str]:
    """Give which of some words an operation begins or ceases to use behind a dot. Reads its texts as code."""
    before, after = (None if one is None else text(one) for one in (op.base_digest, op.digest))
    place = Place(op.name.rpartition(":")[0] or "new.py", "")
    return words & {use.word for use in uses_of(Change((place,), before, after)) if use.qualifier != ""}


def missing_names(under: Tree, over: Tree) -> frozenset[str]:
    """Give the full names that the files which `over` changes use, or import, and that it does not have."""
    found: set[str] = set()
    for path, text in over.changed.items():
        there = under.text_if_there(path)
        if text is not None and text != there and path.endswith(".py"):
            found.update(_missing(under, over, path, text))
    return frozenset(found)


def _is_told_anew(patches: Patches, dependency: Dependency) -> bool:
    return dependency.origin is Origin.INFERRED and patches[dependency.patch].is_open


def _brought(patches: Patches) -> dict[PatchId, set[str]]:
    """Give what each open patch brings that the codebase does not have."""
    found: dict[PatchId, set[str]] = {}
    for patch in patches.values():
        for op in patch.operations if patch.is_open else ():
            if isinstance(op, AddDefinition | RenameDefinition):
                found.setdefault(patch.id, set()).add(new_name_of(op) or op.name)
    return found


def _suppliers(brought: dict[PatchId, set[str]], names: list[str]) -> dict[PatchId, str]:
    """Give the patches that bring a name, itself or with its class or file, with the first such name.

    What is added to a module brings that too, where it is not there.
    """
    found: dict[PatchId, str] = {}
    modules = {patch_id: {name.rpartition(".")[0] for name in there} for patch_id, there in brought.items()}
    for name in names:
        wanted = bringers(name)
        for patch_id, there in brought.items():
            if not wanted.isdisjoint(there) or name in modules[patch_id]:
                found.setdefault(patch_id, name)
    return found


def _missing(under: Tree, over: Tree, path: str, text: str) -> Iterator[str]:
    for used in usage_of(text).needed:
        yield name_of(Place(path, used), over.holds, over.roots)
    before = reached(under, path) if under.exists(path) else {}
    for full in {**imported(over, path), **reached(over, path)}:
        if full not in before and is_lacking(over, full):
            yield full
