"""Names of definitions and their places in files, one to one (Names in the design).

A name is dotted (`shop.cart.Cart.total`), or `path:key` where the path has no dotted form or another file
comes first. Everything here works without an index; looking into files is left to `tree`.
"""

from __future__ import annotations

import heapq
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from store.errors import Code, PatchbayError
from store.source.keys import is_key, last_part, parent_of

__all__ = [
    "Place",
    "begun_by",
    "candidate_places",
    "check_name",
    "last_part",
    "module_of",
    "module_paths",
    "name_of",
    "nearest",
    "parent_of",
]

LONGEST_NAME = 500
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_UNPRINTABLE = frozenset({"Cc", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, order=True)
class Place:
    """A piece's file, and its key there."""

    path: str
    key: str

    @property
    def explicit(self) -> str:
        """The name that always leads here: `path:key`."""
        return f"{self.path}:{self.key}"


def module_of(path: str, roots: tuple[str, ...] = ()) -> str | None:
    """`MyApp/User.py` → `MyApp.User`, `a/__init__.py` → `a`; None where a path has no dotted form.

    A leading directory that is one of the source roots is dropped: `src/shop/cart.py` → `shop.cart`.
    """
    if not path.endswith(".py"):
        return None
    parts = path[:-3].split("/")
    if parts[0] in roots:
        parts = parts[1:]
    if parts and parts[-1] == "__init__":
        parts.pop()
    if not parts or not all(part.isidentifier() for part in parts):
        return None
    return ".".join(parts)


def candidate_places(name: str, roots: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """The paths and keys that a name can mean, the shortest module first; one for `path:key`.

    Of the same module in several source roots the one above them all comes first.
    """
    if ":" in name:
        path, _, key = name.rpartition(":")
        return [(path, key)]
    parts = name.split(".")
    candidates = []
    for length in range(1, len(parts)):
        key = ".".join(parts[length:])
        candidates += [(path, key) for path in module_paths(parts[:length], roots)]
    return candidates


def begun_by(name: str, after: str | None, roots: tuple[str, ...] = ()) -> tuple[str, str] | None:
    """The path and key of a new name that says which file, `path:<file>`, it is to be in; None for others."""
    if after is None or not after.endswith(":<file>"):
        return None
    path = after.removesuffix(":<file>")
    return next((place for place in candidate_places(name, roots) if place[0] == path), None)


@lru_cache(maxsize=65_536)
def candidate_paths(name: str, roots: tuple[str, ...]) -> tuple[str, ...]:
    """The paths of `candidate_places`."""
    return tuple(path for path, _ in candidate_places(name, roots))


def module_paths(parts: Sequence[str], roots: tuple[str, ...] = ()) -> list[str]:
    """The files that a dotted module can be, in each source root: a plain module, a package."""
    stem = "/".join(parts)
    stems = [] if parts[0] in roots else [stem]
    stems += [f"{root}/{stem}" for root in roots]
    return [path for stem in stems for path in (f"{stem}.py", f"{stem}/__init__.py")]


def name_of(place: Place, holds: Callable[[str, str], bool], roots: tuple[str, ...] = ()) -> str:
    """The name of a place: dotted, unless its path has no dotted form or an earlier file holds the key."""
    module = module_of(place.path, roots)
    if module is None or place.key.startswith("<file>"):
        return place.explicit
    dotted = f"{module}.{place.key}"
    for path, key in candidate_places(dotted, roots):
        if path == place.path:
            return dotted
        if holds(path, key):
            break
    return place.explicit


def check_name(name: str) -> None:
    """Refuse what can't be a name.

    Raises INVALID_NAME for an empty or overlong name, control and bidi characters, a path that is absolute
    or leaves its directory, and anything that is neither dotted nor `path:key`.
    """
    problem = _problem(name)
    if problem:
        shown = name if len(name) <= 60 else name[:57] + "..."
        raise PatchbayError(Code.INVALID_NAME, f"{shown!r} is no name of a definition: {problem}.")


def _problem(name: str) -> str:
    if not name:
        return "give one such as shop.cart.Cart.total, or path:key"
    if len(name) > LONGEST_NAME:
        return f"use at most {LONGEST_NAME} characters"
    if any(character in _BIDI or unicodedata.category(character) in _UNPRINTABLE for character in name):
        return "leave out control characters and line breaks"
    if ":" in name:
        path, _, key = name.rpartition(":")
        return _problem_of_path(path) or _problem_of_key(key, path.endswith((".py", ".pyi")))
    if "." not in name:
        return "write the module before it, such as shop.cart, or path:key"
    return _problem_of_key(name, in_python=True)


def _problem_of_path(path: str) -> str:
    if path.startswith("/") or re.match(r"[A-Za-z]:[\\/]", path):
        return "give the path relative to the codebase"
    parts = path.split("/")
    if any(part in ("", ".", "..") or part != part.strip() for part in parts):
        return "give a path that stays inside the codebase, without empty parts"
    if any(part.casefold() == ".git" for part in parts):
        return "files of git itself can't be edited"
    return ""


def _problem_of_key(key: str, in_python: bool) -> str:
    if is_key(key, in_python):
        return ""
    return "write dotted identifiers such as shop.cart.Cart.total, or path:key"


def nearest(name: str, names: Iterable[str], count: int = 3) -> list[str]:
    """The names most like this one, best first; meant for "did you mean"."""
    wanted = set(_pairs(name))
    last = last_part(name).casefold()

    def closeness(other: str) -> float:
        shared = len(wanted.intersection(_pairs(other)))
        bonus = 5 if last in other.casefold() else 0
        return 2 * shared / (len(name) + len(other)) + bonus

    matcher: SequenceMatcher[str] = SequenceMatcher(autojunk=False)
    matcher.set_seq2(name.casefold())
    scored = []
    for other in heapq.nlargest(100, names, key=closeness):
        matcher.set_seq1(other.casefold())
        ratio = matcher.ratio()
        same_last = last_part(other).casefold() == last
        if same_last or ratio >= 0.6:
            scored.append((-(ratio + same_last), other))
    return [other for _, other in sorted(scored)[:count]]


def _pairs(name: str) -> list[str]:
    folded = name.casefold()
    return [folded[index : index + 2] for index in range(len(folded) - 1)]
