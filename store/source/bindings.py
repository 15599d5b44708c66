"""The names that a Python module binds for others to take."""

from __future__ import annotations

import symtable
import warnings
from functools import lru_cache

from store.source.import_statements import import_statements, parsed


@lru_cache(maxsize=1024)
def bound_names(text: str) -> frozenset[str] | None:
    """The names that a module defines, assigns or imports; None where that can't be told from its text.

    So it is where it does not parse, imports with `*`, or gives names out by a function.
    """
    if parsed(text) is None:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = symtable.symtable(text.removeprefix("\ufeff"), "module", "exec")
    found = {one.get_name() for one in table.get_symbols() if one.is_assigned() or one.is_imported()}
    stars = any(alias.name == "*" for one in import_statements(text) for alias in one.aliases)
    return None if stars or "__getattr__" in found else frozenset(found)
