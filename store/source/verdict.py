"""Whether a file's text parses, and which names in it are undefined, which is told of Python only (R6)."""

from __future__ import annotations

import ast
import warnings
from functools import lru_cache
from typing import NamedTuple

from store.source.languages import Language, walked_language
from store.source.texts import is_opaque


class Verdict(NamedTuple):
    """Whether a text parses, and the names that it uses and nothing defines."""

    parses: bool
    undefined: frozenset[str]


_FINE = Verdict(True, frozenset())
_BROKEN = Verdict(False, frozenset())


def check(path: str, text: str) -> Verdict:
    """The verdict on a file; what is not cut into definitions parses, only Python leaves names undefined.

    No names are reported where one is imported with `*`, as it may define any.
    """
    if path.endswith(".py"):
        return _check(text)
    language = walked_language(path)
    return _FINE if language is None else _check_walked(language, text)


@lru_cache(maxsize=4096)
def _check_walked(language: Language, text: str) -> Verdict:
    if is_opaque(text) or not language.parse(text).root_node.has_error:
        return _FINE
    return _BROKEN


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
