"""Pure: whether the files that a tree adds to another can be where they are to be."""

from __future__ import annotations

from store.codebase.paths import check_paths, parents_of
from store.errors import PatchbayError
from store.source.texts import MODE
from store.source.tree import Tree


def require_room(before: Tree, after: Tree) -> None:
    """Raise `invalid-name` where a file is added that can't be there: by its path, or by what is there."""
    for path in after.changed:
        if after.exists(path) and not before.exists(path) and not path.endswith(MODE):
            below = after.below(path)
            around = [one for one in parents_of(path) if after.exists(one)]
            check_paths([path], around if below is None else [*around, below])


def fault_of_files(before: Tree, after: Tree) -> str:
    """Say what `require_room` refuses; empty where it does not."""
    try:
        require_room(before, after)
    except PatchbayError as error:
        return error.message
    return ""
