"""Texts of a git working tree that do not merge with what their patch says: each waits in a buffer (R8)."""

from __future__ import annotations

from collections.abc import Iterator

from store.model import EditorContext
from store.reconcile import TreeChange
from store.session_manager.base import Base
from store.session_manager.bound import Bound
from store.session_manager.saving import put_new_editor
from store.session_manager.transaction import Transaction
from store.source.texts import decode, encode
from store.views import TREE_WRITER


def texts_waiting(bound: Bound) -> Iterator[tuple[str, str]]:
    """Give the definitions of which a text of the working tree waits in some session here, with the text."""
    typed = frozenset(bound.repository.buffers.ids())
    for state in bound.sessions_here() if typed else ():
        for editor in state.editors.values():
            buffer = bound.repository.buffers.read(editor.id) if editor.id in typed else None
            if buffer is not None and buffer.writer == TREE_WRITER:
                yield editor.target, decode(buffer.text)


def names_waiting(bound: Bound) -> list[str]:
    """Give the names of what waits, sorted."""
    return sorted({name for name, _ in texts_waiting(bound)})


def keep_unmerged(manager: Base, t: Transaction, editor: EditorContext, change: TreeChange) -> None:
    """Keep what was typed in the tree as a buffer, over what it was typed over (R8), and no other's (R22)."""
    assert change.text is not None
    shown = "" if change.shown is None else t.keep(change.shown)
    free = (one for one in _beside(t, editor) if _takes_tree_text(manager, one))
    place = waiting_at(manager, t, editor) or next(free, None)
    place = place or put_new_editor(
        manager, t, editor.target, change.shown, patch_id=editor.patch_id, found=True
    )
    t.notes.append(f"{change.names[-1]} was changed in the tree too: c settles it")
    manager.repository.buffers.write(place.id, encode(change.text), shown, TREE_WRITER, t.now)


def _beside(t: Transaction, editor: EditorContext) -> list[EditorContext]:
    """Give the editors on the same definition in the same patch, this one first."""
    same = [
        one
        for one in t.state.editors.values()
        if (one.target, one.patch_id) == (editor.target, editor.patch_id)
    ]
    return sorted(same, key=lambda one: one.id != editor.id)


def _takes_tree_text(manager: Base, editor: EditorContext) -> bool:
    """Whether an editor's buffer may hold the tree's text: nobody types there, and the user may drive it."""
    if any(editor.id in one.editors for one in manager.repository.presence.alive()):
        return False
    buffer = manager.repository.buffers.read(editor.id)
    if buffer is None:
        return editor.found or editor.user == manager.user
    return buffer.writer == TREE_WRITER


def waiting_at(manager: Base, t: Transaction, editor: EditorContext) -> EditorContext | None:
    """Find the editor in whose buffer an earlier text of the tree waits to be settled."""
    read = manager.repository.buffers.read
    found = (one for one in _beside(t, editor) if _takes_tree_text(manager, one))
    return next((one for one in found if read(one.id) is not None), None)


def typed_over(manager: Base, t: Transaction, editor: EditorContext) -> str | None:
    """Give the text that a buffer was typed over."""
    buffer = manager.repository.buffers.read(editor.id)
    return t.text(buffer.shown) if buffer is not None and buffer.shown else None


def take_off(t: Transaction, editor: EditorContext) -> None:
    """Take away a text of the tree that came in otherwise, with its editor where that is one of several."""
    t.discard_buffer(editor.id)
    if editor.found and len(_beside(t, editor)) > 1:
        t.state = t.state.without_editor(editor.id)
