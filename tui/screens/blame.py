"""Which of a patch's definitions is to be looked at where a file of it does not parse, or misses a name."""

from __future__ import annotations

from textwrap import dedent

from store.errors import Code
from store.model import Blocker, Patch, new_name_of
from store.session_manager import SessionManager
from store.source.verdict import check
from store.views import DefinitionText


def to_blame(manager: SessionManager, patch: Patch, blocker: Blocker, session: str | None) -> str | None:
    """Give the definition that breaks the blocker's file, or that uses the name that is missing there.

    Where none does so by itself it is the first one that the patch changes in the file, else anywhere; None
    where the patch only deletes. Called in the manager's thread.
    """
    names = [name for op in patch.operations if (name := new_name_of(op)) is not None]
    texts = [manager.show(one, patch.id, session=session) for one in names]
    there = [one for one in texts if one.path == blocker.name]
    blamed = (one for one in there if _is_to_blame(one, blocker))
    return next((one.name for one in (*blamed, *there, *texts)), None)


def _is_to_blame(one: DefinitionText, blocker: Blocker) -> bool:
    """Whether a definition shows what is wrong with its file when it is read alone."""
    now = check(one.path, dedent(one.text))
    if blocker.code is Code.DOES_NOT_PARSE:
        return not now.parses and (one.base is None or check(one.path, dedent(one.base)).parses)
    return not now.undefined.isdisjoint(name.partition(".")[0] for name in blocker.missing)
