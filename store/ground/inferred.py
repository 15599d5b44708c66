"""Pure: which patch needs which other one, told from the names that its files use and do not have (R11)."""

from __future__ import annotations

from collections.abc import Iterator

from store.ground.composition import Texts, applied, ground
from store.ground.containers import lies_in
from store.ground.imports import with_imports
from store.ground.order import Patches, descendants
from store.model import AddDefinition, Dependency, Origin, Patch, PatchId, RenameDefinition, new_name_of
from store.source.imports import import_statements, usage_of
from store.source.names import Place, module_of, module_paths, name_of
from store.source.tree import Tree


def with_inferred(
    tree: Tree, patches: Patches, supply: Tree, texts: Texts, which: set[PatchId] | None = None
) -> tuple[dict[PatchId, Patch], list[str]]:
    """Give the patches with the dependencies that the names they use call for, and what to tell.

    `which` leaves the others as they are. One that a user dropped stays dropped; one that would close a
    cycle is left to the user, whom the blocker tells (see `verdicts`).
    """
    result = dict(patches)
    notes: list[str] = []
    for patch in patches.values():
        if not patch.is_open or (which is not None and patch.id not in which):
            continue
        kept = tuple(one for one in patch.dependencies if not _is_idle(result, one))
        bare = patch.model_copy(update={"dependencies": kept})
        result[patch.id] = bare
        added: list[Dependency] = []
        for supplier, why in _suppliers(tree, result, bare, supply, texts).items():
            other = result[supplier]
            if supplier in patch.dropped or any(one.patch == supplier for one in kept):
                continue
            if supplier in descendants(result, patch.id):
                continue
            added.append(Dependency(patch=supplier, origin=Origin.INFERRED, why=why))
        dependencies = (*kept, *added)
        same = set(dependencies) == set(patch.dependencies)
        result[patch.id] = patch if same else patch.model_copy(update={"dependencies": dependencies})
        for one in added:
            if one not in patch.dependencies:
                other = result[one.patch]
                notes.append(f"{patch.letter} now depends on {other.letter} {other.name}: it {one.why}")
    return result, notes


def _is_idle(patches: Patches, dependency: Dependency) -> bool:
    """Whether an inferred dependency on an open patch is to be told anew."""
    return dependency.origin is Origin.INFERRED and patches[dependency.patch].is_open


def _suppliers(tree: Tree, patches: Patches, patch: Patch, supply: Tree, texts: Texts) -> dict[PatchId, str]:
    """Give the open patches that add what this one uses and its ground does not have, with the reason."""
    added = _added(tree, patches, patch)
    if not added or not patch.operations:
        return {}
    under = ground(tree, patches, patch.id, texts)
    over = with_imports(under, applied(under, patch.operations, texts), supply)
    found: dict[PatchId, str] = {}
    for path, text in over.changed.items():
        if text is None or not path.endswith(".py") or (under.exists(path) and under.text(path) == text):
            continue
        for name in _missing(over, path, text):
            for supplier, names in added.items():
                if any(name == one or lies_in(name, one) for one in names):
                    found.setdefault(supplier, f"uses {name}")
    return found


def _added(tree: Tree, patches: Patches, patch: Patch) -> dict[PatchId, set[str]]:
    """Give what the other open patches bring that the codebase does not have."""
    found: dict[PatchId, set[str]] = {}
    for other in patches.values():
        if other.id != patch.id and other.is_open:
            names = {
                new_name_of(op) or op.name
                for op in other.operations
                if isinstance(op, AddDefinition | RenameDefinition)
            }
            if names:
                found[other.id] = names
    return found


def _missing(over: Tree, path: str, text: str) -> Iterator[str]:
    """Give the full names that a file uses, itself or by an import, and that the tree does not have."""
    for used in sorted(usage_of(text).needed):
        yield name_of(Place(path, used), over.holds, over.roots)
    module = (module_of(path, over.roots) or "").split(".")
    package = module if path.endswith("/__init__.py") else module[:-1]
    for statement in import_statements(text):
        for alias in statement.aliases:
            parts = _absolute(alias.module, package)
            full = [*parts, alias.name]
            if parts and over.find(".".join(full)) is None and not _is_module(over, full):
                yield ".".join(full)


def _absolute(module: str | None, package: list[str]) -> list[str]:
    """Give the parts of the module that names are imported from; none for a plain import."""
    inner = (module or "").lstrip(".")
    dots = len(module or "") - len(inner)
    above = package[: len(package) - dots + 1] if dots else []
    return [*above, *(inner.split(".") if inner else [])]


def _is_module(tree: Tree, parts: list[str]) -> bool:
    return any(tree.exists(path) for path in module_paths(parts, tree.roots))
