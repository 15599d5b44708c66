"""In what a git working tree is behind: what the codebase or the sessions changed, and the tree has not (§4).

What differs there is nobody's edit: taken for one, it would take back what came in.
"""

from __future__ import annotations

from collections.abc import Collection

from store.ground.containers import FILE, lies_in, lies_in_any
from store.ground.rebase import renamed, renames_of
from store.model import SessionState
from store.reconcile import tree_changes
from store.session_manager.bound import Bound
from store.session_manager.glance import Glance
from store.session_manager.mirroring import held_here
from store.source.texts import MODE
from store.source.tree import Tree


def names_behind(bound: Bound, state: SessionState, glance: Glance) -> set[str]:
    """Give the names of what the tree does not have, though the codebase or the sessions changed it.

    What the sessions here rename has its name in the codebase, and the one that they give it.
    """
    then = Tree(bound.codebase.files(glance.since), layout=glance.before)
    held = held_here(bound, then, state, glance.looked)
    behind = {
        name for one in tree_changes(held, glance.before, glance.looked, glance.whole) for name in one.names
    }
    if glance.moved:
        behind |= _renamed_here(bound, state, _come_in(bound, state, glance, then))
    return behind


def _come_in(bound: Bound, state: SessionState, glance: Glance, then: Tree) -> set[str]:
    """Give the names of what the codebase changed since, and the tree has otherwise."""
    there, now = Tree(bound.codebase.files()), glance.now
    differing = [path for path in glance.looked if there.text_if_there(path) != now.text_if_there(path)]
    close = at_hand(bound, glance, differing)
    found: set[str] = set()
    came: set[str] = set()
    for path in differing:
        changes = tree_changes(then, there, (path,))
        came |= {one.new_name for one in changes if one.new_name and one.new_name != one.name}
        for name in (name for one in changes for name in one.names):
            text = now.whole(name)
            untouched = path not in close or text == glance.before.whole(name)
            if untouched and text != there.whole(name):
                found.add(name)
    return found | _behind_in(bound, came & found, state, glance, there)


def _behind_in(bound: Bound, owners: set[str], state: SessionState, glance: Glance, there: Tree) -> set[str]:
    """Give the names of what is behind in classes and files that the codebase calls so newly."""
    if not owners:
        return set()
    held = held_here(bound, there, state, glance.looked)
    changes = tree_changes(held, glance.before, glance.looked, glance.whole)
    return {name for one in changes for name in one.names if lies_in_any(name, owners)}


def _renamed_here(bound: Bound, state: SessionState, names: set[str]) -> set[str]:
    """Give names, and those that the definitions have by the renames of the sessions here."""
    states = [state, *(one for one in bound.sessions_here() if one.session.id != state.session.id)]
    renames: dict[str, str] = {}
    for one in states:
        renames |= renames_of(op for patch in one.open_patches() for op in patch.operations)
        renames |= renames_of(op for editor in one.editors.values() for op in editor.pending)
    carried = {renamed(name, renames) for name in names}
    files = {new for new in renames.values() if new.endswith(FILE)}
    return names | carried | {file for file in files if any(lies_in(name, file) for name in carried)}


def at_hand(bound: Bound, glance: Glance, paths: Collection[str]) -> set[str]:
    """Give the files that whoever moved HEAD had at hand, so that what differs was edited afterwards.

    Git's index has them as HEAD then, as it has after a commit, a pull or a reset. Merging a patch brings
    the index along too, and leaves the files as they are.
    """
    assert bound.worktree is not None
    came = bound.codebase.revisions_between(glance.since, glance.seen.revision) if paths else ()
    if not came or any(bound.codebase.describe(one).transaction is not None for one in came):
        return set()
    staged = bound.worktree.staged_paths()
    return {path for path in paths if path.removesuffix(MODE) not in staged}
