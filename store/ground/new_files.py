"""Pure: whether the files that a tree adds to another can be where they are to be."""

from __future__ import annotations

from store.codebase.paths import check_paths, parents_of
from store.errors import Code, PatchbayError
from store.source.places import sample
from store.source.splice import Change
from store.source.texts import MODE
from store.source.tree import Tree


def require_room(before: Tree, after: Tree) -> None:
    """Raise `invalid-name` where a file is added that can't be there: by its path, or by what is there."""
    for fault in faults(before, after).values():
        raise PatchbayError(Code.INVALID_NAME, fault)


def require_new(tree: Tree, name: str) -> None:
    """Raise `name-taken` where a definition is there, `invalid-name` where none can be that is to be new."""
    if tree.find(name) is not None:
        raise PatchbayError(Code.NAME_TAKEN, f"{name} exists already: open it without --new.")
    require_room(tree, tree.apply([Change(None, name, sample(name))]))


def faults(before: Tree, after: Tree) -> dict[str, str]:
    """Say of the files that are added and can't be where they are to be why, each by its path."""
    found = {}
    for path in after.changed:
        if after.exists(path) and not before.exists(path) and not path.endswith(MODE):
            below = after.below(path)
            around = [one for one in parents_of(path) if after.exists(one)]
            try:
                check_paths([path], around if below is None else [*around, below])
            except PatchbayError as error:
                found[path] = error.message
    return found
