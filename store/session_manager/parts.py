"""Members of a class or a file that work in no patch is to bring: they are saved into that (R8, R9)."""

from __future__ import annotations

from typing import NamedTuple

from store.errors import Code, PatchbayError
from store.ground.composition import applied, covering
from store.ground.containers import FILE
from store.ground.shown import tree_of
from store.model import EditorContext, new_name_of
from store.session_manager.transaction import Transaction
from store.session_manager.whose import WhoseVerbs
from store.source.places import sample
from store.source.splice import Change
from store.source.tree import Tree


class Part(NamedTuple):
    """What lies in a class, or a file, that pending work of an editor brings."""

    name: str
    owner: str
    editor: EditorContext
    seen: Tree
    """What the editor has with its pending work."""


class PartVerbs(WhoseVerbs):
    """Find the editors through which such members are changed: one editor brings the class with all in it."""

    def _part(
        self, t: Transaction, reference: str, new: bool = False, text: str | None = None
    ) -> Part | None:
        """Find what brings a definition that is nowhere else; `new` says that it is to be added there.

        What has an editor of its own with something in it, or stands apart, is no part. Raises `name-taken`
        for a new one that is there, and `not-found` where it is somebody else's.
        """
        own, name = self._meant(t.state, reference), self.called(t.state, reference)
        if own is not None and (own.target != name or own.patch_id is not None or own.pending):
            return None
        if tree_of(t.state.patches, None, name, t.tree, t.text).find(name) is not None:
            return None
        for editor in t.state.editors.values():
            part = None if editor.patch_id is not None else _part_of(t, editor, name, new, text)
            if part is not None and editor.user != self.user and not self.is_anyones(editor):
                message = (
                    f"{name} is in {part.owner.removesuffix(FILE)}, which {editor.user} has in editor"
                    f" {editor.number} and in no patch yet: it is there for you once it is assigned."
                )
                raise PatchbayError(Code.NOT_FOUND, message)
            if part is not None:
                return part
        return None

    def _through(self, t: Transaction, part: Part, seen: bool) -> EditorContext:
        """Give the editor that brings a part, as one on that part; what it is on stays what it was.

        Raises `name-taken` where it tells of somebody else's changes in the tree which the user has not seen.
        """
        self._require_seen(part, seen)
        owner = part.owner.removesuffix(FILE)
        t.notes.append(f"{part.name} goes with {owner}, which editor {part.editor.number} adds")
        t.stays_on[part.editor.id] = part.editor.target
        return part.editor.model_copy(update={"user": self.user, "target": part.name})

    def _bringer(self, t: Transaction, part: Part) -> EditorContext:
        """Give the editor that brings a part, to be opened for that."""
        is_in = "goes into" if part.seen.find(part.name) is None else "is in"
        t.notes.append(f"{part.name} {is_in} {part.owner.removesuffix(FILE)}, which this editor adds")
        return part.editor

    def _require_seen(self, part: Part, seen: bool) -> None:
        if part.editor.user != self.user and not seen:
            number, owner = part.editor.number, part.owner.removesuffix(FILE)
            message = f"Editor {number} adds {owner}, and that is in no patch yet: assign it first."
            raise PatchbayError(Code.NAME_TAKEN, message)

    def _typed_whole(self, t: Transaction, part: Part, text: str, shown: str | None) -> tuple[str, str]:
        """Give all of what brings a part with a text typed for that, and the digest of what it is over.

        Raises `unsaved-editor` where that has unsaved text already, and what `_through` does.
        """
        self._require_seen(part, shown is not None)
        if self.repository.buffers.read(part.editor.id) is not None:
            number, owner = part.editor.number, part.owner.removesuffix(FILE)
            message = f"Editor {number} {owner} has unsaved text, and {part.name} is in that: type it there."
            raise PatchbayError(Code.UNSAVED_EDITOR, message)
        over = part.seen
        if shown is not None and self.repository.texts.has(shown):
            over = over.apply([Change(part.name, part.name, t.text(shown))])
        typed = part.seen.apply([Change(part.name, part.name, text)])
        return typed.whole(part.owner) or "", t.keep(over.whole(part.owner) or "")


def _part_of(t: Transaction, editor: EditorContext, name: str, new: bool, text: str | None) -> Part | None:
    op = covering(editor.pending, name)
    owner = None if op is None else new_name_of(op)
    if op is None or owner is None:
        return None
    under = tree_of(t.state.patches, None, op.name, t.tree, t.text)
    seen = then = applied(under, editor.pending, t.text)
    if seen.find(name) is None and not new:
        return None
    if seen.find(name) is None:
        try:
            then = seen.apply([Change(None, name, sample(name) if text is None else text)])
        except PatchbayError:
            return None
    elif new:
        raise PatchbayError(Code.NAME_TAKEN, f"{name} exists already: open it without --new.")
    return None if then.stands_apart(name, owner) else Part(name, owner, editor, seen)
