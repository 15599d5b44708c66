"""Pure: which changes belong together, told from the names that stand on the lines they change.

A change that begins, or ceases, to use what another one makes belongs with it, and so on from there. Words in
strings and comments are no names, nor are parameters; what is used as before ties nothing.
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Collection, Hashable, Iterator, Mapping
from functools import lru_cache
from itertools import takewhile
from pathlib import PurePosixPath
from typing import NamedTuple, TypeVar

from store.source import python
from store.source.import_statements import parsed
from store.source.keys import last_part, parent_of, unnumbered
from store.source.languages import walked_language
from store.source.merge import hunks
from store.source.names import Place
from store.source.shapes import shape_of
from store.source.texts import is_opaque, lines_of

Key = TypeVar("Key", bound=Hashable)

_OWN = frozenset({"self", "cls", "this", "Self"})
"""What a definition calls the class that it stands in."""
_DOTS = frozenset({".", "::", "?."})


class Change(NamedTuple):
    """What was changed: the places of what it makes, alters or takes away, and its text on both sides."""

    places: tuple[Place, ...]
    """At least one; of a rename both, of a class or a file also those of all in it."""
    before: str | None
    """None for what was added."""
    after: str | None
    """None for what was deleted."""


def related(changes: Mapping[Key, Change], start: Collection[Key]) -> frozenset[Key]:
    """Give the changes that belong with those in `start`, these included: directly or through others."""
    makers: dict[str, list[tuple[Place, Key]]] = {}
    for key, change in changes.items():
        for place in map(_called, change.places):
            makers.setdefault(last_part(place.key), []).append((place, key))
    beside: dict[Key, set[Key]] = {key: set() for key in changes}
    for key, change in changes.items():
        for use in uses_of(change):
            for other in _meant(makers.get(use.word, ()), use, change.places):
                beside[key].add(other)
                beside[other].add(key)
    found, left = set(start), list(start)
    while left:
        new = beside[left.pop()] - found
        found |= new
        left += new
    return frozenset(found)


class Use(NamedTuple):
    """An identifier in a text, and what stands before its dot: "" for nothing, None for what is no name."""

    word: str
    qualifier: str | None


def _called(place: Place) -> Place:
    """The place whose name others use: `Cart` for `Cart.__init__`, else its own."""
    parent, last = parent_of(place.key), last_part(place.key)
    key = parent if parent and last.startswith("__") and last.endswith("__") else place.key
    return Place(place.path, unnumbered(key))


def _meant(makers: Collection[tuple[Place, Key]], use: Use, users: tuple[Place, ...]) -> Iterator[Key]:
    """Give what a use at these places means: the nearest, where several are so called."""
    scopes = {(user.path, parent_of(user.key)) for user in users}
    nearness = {
        maker: max(_shared(maker.path, user.path) for user in users)
        for maker, _ in makers
        if _fits(maker, use.qualifier, scopes)
    }
    nearest = max(nearness.values(), default=0)
    return (key for maker, key in makers if nearness.get(maker, -1) == nearest)


def _fits(maker: Place, qualifier: str | None, scopes: set[tuple[str, str]]) -> bool:
    """Whether a name with this before it, used in these files' classes, can mean what a place holds."""
    parent = parent_of(maker.key)
    beside = (maker.path, parent) in scopes
    if qualifier == "":
        return beside or not parent
    if qualifier in _OWN:
        return beside and bool(parent)
    path = PurePosixPath(maker.path)
    module = path.parent.name if path.stem == "__init__" else path.stem
    return qualifier == (last_part(parent) or module)


def _shared(one: str, other: str) -> int:
    """How many parts two paths begin with in common."""
    pairs = zip(one.split("/"), other.split("/"), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


@lru_cache(maxsize=4096)
def uses_of(change: Change) -> frozenset[Use]:
    """Give the names that stand more often, or less often, on the lines that differ than they did."""
    before, after = (change.before or ""), (change.after or "")
    rows: tuple[set[int], set[int]] = set(), set()
    for hunk in hunks(lines_of(before), lines_of(after)):
        rows[0].update(range(hunk.base_start, hunk.base_end))
        rows[1].update(range(hunk.new_start, hunk.new_end))
    old = Counter(_uses_in(change.places[0].path, before, rows[0]))
    new = Counter(_uses_in(change.places[-1].path, after, rows[1]))
    return frozenset((*(old - new), *(new - old)))


def _uses_in(path: str, text: str, rows: Collection[int]) -> Iterator[Use]:
    language = walked_language(path)
    if not rows or is_opaque(text) or (language is None and not path.endswith(".py")):
        return
    parse = python.parse if language is None else language.parse
    text = shape_of(path).reindented(text, "")
    own = _bound(text) if language is None else frozenset()
    left = [parse(text).root_node]
    qualifier: str | None = ""
    named: str | None = None
    while left:
        node = left.pop()
        if node.children:
            left += reversed(node.children)
            continue
        word = (node.text or b"").decode("utf-8")
        if node.type.endswith("identifier") or word in _OWN:
            if node.start_point.row in rows and not (qualifier == "" and word in own):
                yield Use(word, qualifier)
            qualifier, named = "", word
        else:
            qualifier, named = (named if word in _DOTS else ""), None


def _bound(text: str) -> frozenset[str]:
    """Give the names that a Python text binds itself, such as parameters: none of them is anybody else's."""
    module = parsed(text)
    return frozenset(
        node.arg if isinstance(node, ast.arg) else node.id
        for node in (ast.walk(module) if module is not None else ())
        if isinstance(node, ast.arg) or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    )
