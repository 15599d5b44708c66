"""Pending work follows what lies beneath it: the codebase and the patches of its session (R7, R9)."""

from __future__ import annotations

from store.ground.rebase import follow
from store.ground.shown import tree_of
from store.model import EditorContext, Op
from store.session_manager.base import Transaction


def pending_follows(t: Transaction, editor: EditorContext) -> EditorContext:
    """Bring pending work to what is beneath it now: what that has already goes, texts are merged."""
    kept: list[Op] = []
    for op in editor.pending:
        under = tree_of(t.state.patches, None, op.name, t.tree, t.text)
        step = follow(op, under, t.text, {})
        for text in step.new_texts:
            t.keep(text)
        if step.conflict is not None:
            kept.append(op)
        elif step.op is not None:
            kept.append(step.op)
    return editor.model_copy(update={"pending": tuple(kept)}) if tuple(kept) != editor.pending else editor


def drop_what_came_back(t: Transaction) -> None:
    """Let pending work follow patches that have come back, which may hold it themselves.

    That is text which a git working tree kept when its patch was abandoned, and which was found there again.
    An editor of such a patch with other work on top of that stays unassigned.
    """
    for editor in t.state.editors.values():
        if editor.pending and editor.id in t.before.editors:
            followed = pending_follows(t, editor)
            if followed.pending and followed.patch_id is not None:
                followed = followed.model_copy(update={"patch_id": None})
            t.put_editor(followed)
