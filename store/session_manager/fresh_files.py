"""New files that come or go in the working tree, many at once, where nothing else is held: each is one piece.

A directory that git was not told to ignore brings thousands. Any other change is left to `absorbing`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import count

from store.errors import PatchbayError
from store.ground.composition import operation
from store.ground.containers import FILE, containers, file_of, is_mode
from store.model import AddDefinition, EditorContext, Op, SessionState, new_name_of
from store.reconcile import TreeChange
from store.session_manager.base import Base
from store.session_manager.transaction import Transaction

_OF_ITS_EDITOR = 2
"""How often a new file is named that only one editor has: by that, and by its pending work."""


def fresh_files(
    t: Transaction, changes: Iterable[TreeChange], behind: Collection[str]
) -> dict[TreeChange, Op | None]:
    """Give the changes that bring or take such files, with what adds each; None for one that goes."""
    near = Counter(_near(t.state, behind))
    near.update(file_of(name) for change in changes for name in change.names if is_mode(name))
    holders = _holders(t.state)
    found: dict[TreeChange, Op | None] = {}
    for change in changes:
        name = change.names[0]
        if len(change.names) > 1 or not _is_file(name) or t.tree.find(name) is not None:
            continue
        if change.new_name is None and name in holders and near[name] == _OF_ITS_EDITOR:
            found[change] = None
        elif change.name is None and not near[name] and (op := _addition(t, name, change.text)) is not None:
            found[change] = op
    return found


def absorb_fresh(manager: Base, t: Transaction, fresh: Mapping[TreeChange, Op | None]) -> None:
    """Open an editor on each file that came, which is its pending work; of one that goes nothing is left."""
    holders = _holders(t.state)
    taken = {editor.number for editor in t.state.editors.values()}
    free = (number for number in count(1) if number not in taken)
    named = (change.names[0] for change, op in fresh.items() if op is None)
    gone = [holders[name] for name in named if name in holders]
    came = [
        EditorContext(
            id=manager.new_id("editor"),
            session_id=t.before.session.id,
            number=next(free),
            target=op.name,
            user=manager.user,
            pending=(op,),
            last_saved_at=t.now,
            opened_at=t.now,
            found=True,
        )
        for op in fresh.values()
        if op is not None
    ]
    t.put_editor(*(one.model_copy(update={"pending": (), "last_saved_at": t.now}) for one in gone), *came)


def _holders(state: SessionState) -> dict[str, EditorContext]:
    """Give the editors that have nothing but a new file that was found, by its name."""
    return {one.target: one for one in state.editors.values() if _is_of_new_file(one)}


def _is_file(name: str) -> bool:
    return name.endswith(FILE) and not is_mode(name)


def _addition(t: Transaction, name: str, text: str | None) -> Op | None:
    try:
        op = operation(t.tree, None, name, text, authors=(t.user,))
    except PatchbayError:
        return None
    if text is not None:
        t.keep(text)
    return op


def _is_of_new_file(editor: EditorContext) -> bool:
    added = [op.name for op in editor.pending if isinstance(op, AddDefinition)]
    return editor.found and editor.patch_id is None and added == [editor.target] and len(editor.pending) == 1


def _near(state: SessionState, behind: Collection[str]) -> Iterator[str]:
    """Give the names of all that is held, open or behind, and of what it could lie in."""
    held = (name for op in state.operations() for name in dict.fromkeys((op.name, new_name_of(op))))
    opened = (editor.target for editor in state.editors.values())
    for name in (*held, *opened, *behind):
        if name is not None:
            yield name
            yield from containers(name)
