"""Pure: the names that a Python file takes from other files, and which of them those files do not have.

They are what it imports from a module, and what it reaches behind a module's dot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from store.source.bindings import bound_names
from store.source.import_statements import Alias, import_statements, inner_imports, reaches_of
from store.source.names import module_of, module_paths
from store.source.tree import Tree


def imported(tree: Tree, path: str) -> Mapping[str, str]:
    """Give the names that a file of the tree imports from modules, in full, with how it writes them."""
    found = {}
    for alias in _aliases(tree, path):
        parts = _source(tree, path, alias)
        if parts and alias.name != "*":
            found[".".join([*parts, alias.name])] = alias.name
    return found


def reached(tree: Tree, path: str) -> Mapping[str, str]:
    """Give the names that a file of the tree uses behind the dot of a module that it imports, likewise.

    Where it gives a parameter or a variable the module's name too, that may be meant.
    """
    modules: dict[str, list[list[str]]] = {}
    for alias in _aliases(tree, path):
        modules.setdefault(alias.binds, []).append(_bound(tree, path, alias))
    found = {}
    for chain in reaches_of(tree.text(path)):
        first, *rest = chain.split(".")
        for bound in modules.get(first, ()):
            module = [*bound, *rest[:-1]]
            if _is_module(tree, module):
                found[".".join([*module, rest[-1]])] = chain
    return found


def taken(tree: Tree, path: str) -> Mapping[str, str]:
    """Give all that a file takes from other files of the tree, in full, with how it writes it."""
    if not path.endswith(".py") or not tree.exists(path) or tree.is_link(path):
        return {}
    return {**reached(tree, path), **imported(tree, path)}


def written_as(tree: Tree, path: str, full: str) -> frozenset[str]:
    """Give the names by which a file has what it imports under this full name, a module too."""
    aliases = (one for one in _aliases(tree, path) if one.module is not None)
    return frozenset(one.binds for one in aliases if ".".join(_bound(tree, path, one)) == full)


def is_lacking(tree: Tree, full: str) -> bool:
    """Whether the tree has no definition and no module of this name, as it has none from outside either.

    A module has what it imports as well; one that is a link has what that leads to.
    """
    parts = full.split(".")
    return tree.find(full) is None and not _is_module(tree, parts) and not _is_bound(tree, parts)


def _aliases(tree: Tree, path: str) -> Iterator[Alias]:
    for statement in import_statements(tree.text(path)):
        yield from statement.aliases
    yield from inner_imports(tree.text(path))


def _source(tree: Tree, path: str, alias: Alias) -> list[str]:
    """Give the parts of the module that a name is imported from; none for a plain import.

    Outside of packages one beside the file goes for one that the codebase does not have at its top.
    """
    inner = (alias.module or "").lstrip(".")
    dots = len(alias.module or "") - len(inner)
    parts = inner.split(".") if inner else []
    if not dots:
        return _beside(tree, path, parts) if parts else parts
    package = _package(tree, path)
    return [*package[: len(package) - dots + 1], *parts]


def _bound(tree: Tree, path: str, alias: Alias) -> list[str]:
    """Give the parts of what an imported name stands for, a module or something else."""
    if alias.module is not None:
        return [*_source(tree, path, alias), alias.name]
    parts = alias.name.split(".") if alias.as_name else [alias.binds]
    return _beside(tree, path, parts)


def _beside(tree: Tree, path: str, parts: list[str]) -> list[str]:
    package = _package(tree, path)
    directory = path.rpartition("/")[0]
    alone = directory and not tree.exists(f"{directory}/__init__.py")
    if alone and not _is_module(tree, parts) and _is_module(tree, [*package, *parts]):
        return [*package, *parts]
    return parts


def _package(tree: Tree, path: str) -> list[str]:
    module = (module_of(path, tree.roots) or "").split(".")
    return module if path.endswith("/__init__.py") else module[:-1]


def _is_bound(tree: Tree, parts: list[str]) -> bool:
    module = [path for path in module_paths(parts[:-1], tree.roots) if tree.exists(path)] if parts[1:] else []
    return any(tree.is_link(path) or parts[-1] in (bound_names(tree.text(path)) or ()) for path in module)


def _is_module(tree: Tree, parts: list[str]) -> bool:
    return bool(parts) and any(tree.exists(path) for path in module_paths(parts, tree.roots))
