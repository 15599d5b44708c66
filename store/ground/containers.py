"""Pure: which names lie in which. A class holds its members, a file (`path:<file>`) all its definitions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from store.model import Op, UpdateDefinition, affected_names, new_name_of
from store.source.keys import IMPL, last_part, member_prefix
from store.source.names import candidate_places, module_of, module_paths
from store.source.texts import MODE

FILE = ":<file>"
"""What the name of a whole file ends in."""

_ROOTS: tuple[tuple[str, ...], ...] = ((), ("src",))
"""The source roots a codebase can have: what a name means without asking which one it is."""


@lru_cache(maxsize=65_536)
def containers(name: str) -> tuple[str, ...]:
    """Give the names of everything a definition could lie in: classes innermost first, then files."""
    return tuple(_containers(name))


@lru_cache(maxsize=65_536)
def bringers(name: str) -> frozenset[str]:
    """Give the names whose adding brings this one: itself, what it could lie in, the file of a module."""
    parts = [] if ":" in name else name.split(".")
    files = (path for roots in _ROOTS for path in (module_paths(parts, roots) if parts else ()))
    return frozenset((name, *containers(name), *(path + FILE for path in files)))


def _containers(name: str) -> Iterator[str]:
    if name.endswith(FILE):
        return
    inner = name
    while "." in inner.rpartition(":")[2]:
        inner = inner.rpartition(".")[0]
        yield inner
        if ":" in inner:
            yield inner + IMPL
    yield from dict.fromkeys(path + FILE for path, _, _ in _places(name))


def _places(name: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Give each path and key that the name can mean, with the source roots under which it does."""
    for roots in _ROOTS:
        for path, key in candidate_places(name, roots):
            yield path, key, roots


def is_rest(name: str) -> bool:
    """Whether the name is a rest piece's, such as `shop.<import>`: never joined unasked (R9)."""
    last = last_part(name)
    return last.startswith("<") and not last.startswith("<file>")


def lies_in(name: str, owner: str) -> bool:
    """Whether a definition lies, or would lie, in this class or file."""
    if owner.endswith(FILE):
        return owner in containers(name)
    return name.startswith(member_prefix(owner) + ".")


def takes_along(op: Op) -> bool:
    """Whether an operation is on all that lies in what it names.

    A class's update is on its head alone; one that has members makes it a class, or none.
    """
    return not isinstance(op, UpdateDefinition) or bool(op.members) or op.name.endswith(FILE)


def touched_names(op: Op) -> tuple[str, ...]:
    """Give every name an operation touches: what brings a file, or takes it away, is on its mode too."""
    names = affected_names(op)
    if not op.name.endswith(FILE) or isinstance(op, UpdateDefinition):
        return names
    return (*names, *(mode_of(name) for name in {op.name, new_name_of(op) or op.name} if not is_mode(name)))


def is_mode(name: str) -> bool:
    """Whether the name is that of a file's mode."""
    return name.endswith(MODE + FILE)


def mode_of(name: str) -> str:
    """Give the name of the mode of a whole file."""
    return name.removesuffix(FILE) + MODE + FILE


def file_of(name: str) -> str:
    """Give the name of the whole file that a mode is of."""
    return name.removesuffix(MODE + FILE) + FILE


def lies_in_any(name: str, owners: Iterable[str]) -> bool:
    """Whether a definition lies in one of these classes or files."""
    return any(lies_in(name, owner) for owner in owners)


def carried(name: str, old: str, new: str) -> str:
    """Give the name that a definition in `old` has when that is called `new`; others keep theirs.

    A name that is dotted stays so where the file's new path allows it.
    """
    if name == old:
        return new
    if not old.endswith(FILE):
        inside = member_prefix(old) + "."
        return f"{member_prefix(new)}.{name[len(inside) :]}" if name.startswith(inside) else name
    was, now = old.removesuffix(FILE), new.removesuffix(FILE)
    for path, key, roots in _places(name):
        if path == was:
            module = None if ":" in name else module_of(now, roots)
            return f"{now}:{key}" if module is None else f"{module}.{key}"
    return name
