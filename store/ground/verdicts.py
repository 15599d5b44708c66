"""What is wrong with the files a patch would leave behind: damage that was not there before (R6)."""

from __future__ import annotations

from store.errors import Code
from store.model import Blocker
from store.source.tree import Tree
from store.source.verdict import check


def problems(under: Tree, over: Tree) -> tuple[Blocker, ...]:
    """Give the files that parsed in the ground `under` and don't in `over`, and names that became undefined.

    Verdicts on texts are cached by the text, so asking again is quick.
    """
    found: list[Blocker] = []
    for path in over.changed:
        if not over.exists(path) or over.digest(path) == under.digest(path):
            continue
        after = check(path, over.text(path))
        before = check(path, under.text(path)) if under.exists(path) else None
        if not after.parses:
            if before is None or before.parses:
                message = f"{path} does not parse"
                found.append(Blocker(code=Code.DOES_NOT_PARSE, message=message, name=path))
            continue
        missing = after.undefined - (before.undefined if before is not None else frozenset())
        if missing:
            message = f"{path} uses {', '.join(sorted(missing)[:3])}, which nothing defines"
            found.append(Blocker(code=Code.UNDEFINED_NAME, message=message, name=path))
    return tuple(found)
