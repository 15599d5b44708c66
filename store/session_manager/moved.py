"""What a codebase that moved means to the records of a session: names that are gone, patches it touches.

Pure functions; the transaction that writes what follows is made in `base`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from store.ground.composition import is_possibly_in, may_lie_in
from store.ground.rebase import carried_along
from store.model import AddDefinition, Patch, SessionState
from store.reconcile import tree_changes
from store.source.texts import MODE
from store.source.tree import Tree


def names_lost(state: SessionState, tree: Tree, paths: set[str] | None) -> set[str]:
    """Give the names that operations or editors rest on and that the codebase, having moved, has no more."""
    names = {op.name for patch in state.open_patches() for op in patch.operations if op.base_digest}
    names |= {one.target for one in state.editors.values() if one.base_digest and not one.pending}
    if paths is not None:
        names = {name for name in names if is_possibly_in(name, paths, tree.roots)}
    return {name for name in names if tree.find(name) is None}


def files_moved(before: Callable[[], Tree], now: Tree, paths: set[str] | None) -> dict[str, str]:
    """Give the files that somebody called otherwise in the codebase, as it is told by their texts."""
    if paths is None or all(now.exists(path) for path in paths):
        return {}
    was = before()
    changes = tree_changes(was, now, [path for path in paths if was.exists(path) != now.exists(path)])
    return {one.name: one.new_name for one in changes if one.name is not None and one.new_name is not None}


def names_along(state: SessionState, tree: Tree, renames: Mapping[str, str]) -> dict[str, str]:
    """Give what patches add and what goes along with a renamed class or file, old name to new."""
    operations = (op for patch in state.open_patches() for op in patch.operations) if renames else ()
    return {op.name: carried_along(op, tree, renames) for op in operations if isinstance(op, AddDefinition)}


def editors_follow(state: SessionState, renames: Mapping[str, str]) -> tuple[SessionState, list[str]]:
    """Let editors follow what was renamed in the codebase (R8), with a sentence for each."""
    notes = []
    for editor in state.editors.values():
        target = renames.get(editor.target, editor.target)
        if target != editor.target and not editor.pending:
            state = state.with_editor(editor.model_copy(update={"target": target}))
            notes.append(f"editor {editor.number} followed {editor.target} to {target}")
    return state, notes


def touches(patch: Patch, paths: set[str] | None, roots: tuple[str, ...]) -> bool:
    """Whether a patch has to follow a change of these files; None stands for any file.

    A file that goes takes its mode along, which has no path of its own in the codebase where it is the usual.
    """
    if paths is None:
        return True
    with_modes = paths | {path + MODE for path in paths}
    if any(may_lie_in(op, with_modes, roots) for op in patch.operations):
        return True
    return any(conflict.theirs_name for conflict in patch.conflicts)
