"""What a file's text looks like to Python: whether it parses, and which names in it are undefined (R6)."""

from __future__ import annotations

import ast
import warnings
from dataclasses import dataclass
from functools import lru_cache

from store.source.texts import is_opaque


@dataclass(frozen=True)
class Verdict:
    """Whether a text parses, and the names that it uses and nothing defines."""

    parses: bool
    undefined: frozenset[str]


_FINE = Verdict(True, frozenset())
_BROKEN = Verdict(False, frozenset())


def check(path: str, text: str) -> Verdict:
    """The verdict on a file; anything but a Python source parses and leaves nothing undefined.

    No names are reported where one is imported with `*`, as it may define any.
    """
    if not path.endswith(".py"):
        return _FINE
    return _check(text)


@lru_cache(maxsize=4096)
def _check(text: str) -> Verdict:
    if is_opaque(text):
        return _FINE
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text.encode("utf-8"))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _BROKEN
    try:
        return Verdict(True, _undefined(tree))
    except RecursionError:
        return _FINE


def _undefined(tree: ast.Module) -> frozenset[str]:
    from pyflakes import checker, messages

    found = checker.Checker(tree).messages
    if any(isinstance(message, messages.ImportStarUsed) for message in found):
        return frozenset()
    return frozenset(
        str(message.message_args[0]) for message in found if isinstance(message, messages.UndefinedName)
    )
