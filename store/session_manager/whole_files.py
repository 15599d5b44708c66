"""A file of the working tree that is taken in as a whole, as its changes cannot be told piece by piece."""

from __future__ import annotations

from collections.abc import Collection

from store.edits import Edit
from store.errors import PatchbayError
from store.ground.containers import FILE, lies_in
from store.ground.shown import tree_of
from store.model import Op, new_name_of
from store.reconcile import TreeChange
from store.session_manager.base import Base
from store.session_manager.giving_way import drop_pending_in
from store.session_manager.homes import home
from store.session_manager.mirroring import held_here
from store.session_manager.transaction import Transaction
from store.session_manager.tree_edits import save
from store.source.merge import merge3


def absorb_file(manager: Base, t: Transaction, path: str, text: str) -> None:
    """Take in a file as a whole, beside as much as goes with it of what is pending on definitions in it.

    The file says the rest of it too: that is dropped.
    """
    name = path + FILE
    held = [op for editor in t.state.editors.values() for op in editor.pending]
    pending = [op for op in held if lies_in(op.name, name) or lies_in(new_name_of(op) or op.name, name)]
    before, notes = t.state, len(t.notes)
    kept: list[Op] = []
    for wanted in (pending, *([one] for one in pending)):
        if len(kept) < len(pending) and wanted:
            t.state = before
            if _put_beside(manager, t, path, text, [*kept, *wanted]):
                kept += wanted
            del t.notes[notes:]
    t.state = before
    if not kept or not _put_beside(manager, t, path, text, kept):
        t.state = before
        drop_pending_in(t, name, itself=True)
        _put_file(manager, t, name, text)


def _put_beside(manager: Base, t: Transaction, path: str, text: str, kept: Collection[Op]) -> bool:
    """Take in what a file has over the patches and this pending work; whether that makes its text."""
    name = path + FILE
    drop_pending_in(t, name, kept, itself=True)
    base = tree_of(t.state.patches, None, name, t.tree, t.text).whole(name)
    held = held_here(manager, t.tree, t.state, [path]).text_if_there(path)
    rest = None if base is None or held is None else merge3(held, text, base)
    if rest is None:
        return False
    try:
        _put_file(manager, t, name, rest)
    except PatchbayError:
        return False
    return held_here(manager, t.tree, t.state, [path]).text_if_there(path) == text


def _put_file(manager: Base, t: Transaction, name: str, text: str) -> None:
    editor = home(manager, t, TreeChange(name, name, t.tree.whole(name), text))
    t.keep(text)
    save(t, editor, Edit(name, name, text))
