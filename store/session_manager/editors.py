"""Editors: open, type, save, delete, rename, assign, unassign, close (R8–R10, R20, R21)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from functools import partial

from store import rules
from store.edits import Edit, completed
from store.errors import Code, PatchbayError
from store.ground.composition import applied, operation_on, view
from store.ground.containers import FILE
from store.ground.new_files import require_new, require_room
from store.ground.one_name import path_of, to_be
from store.ground.order import placed, touched_in
from store.ground.shown import shown_text, tree_of
from store.model import EditorContext, EditorId, Role, SessionState
from store.session_manager.parts import PartVerbs
from store.session_manager.patches import label
from store.session_manager.saving import (
    Where,
    assign_pending,
    choose,
    move_editor,
    pending_present,
    put_new_editor,
    save_edits,
    save_typed,
)
from store.session_manager.transaction import Transaction
from store.source.keys import last_part
from store.source.merge import with_markers
from store.source.names import check_name
from store.source.splice import Change, rename_text
from store.source.texts import decode, encode
from store.source.texts import digest as digest_of
from store.source.tree import Tree
from store.views import BufferText, Outcome, UncleanSave

COMMAND_LINE = "cli"
"""The writer of a buffer that is typed by the command line; no screen to wait for."""


def new_writer() -> str:
    """Make the name by which a screen writes buffers: its process id tells whether it still lives (§5)."""
    return f"{os.getpid()}-{secrets.token_hex(4)}"


class EditorVerbs(PartVerbs):
    """The verbs on editors."""

    def open_editor(self, name: str, new: bool = False, session: str | None = None) -> Outcome:
        """Open an editor on a definition, or with `new` on one that is to be; the user's own if there is one.

        One that was found in the working tree becomes the user's. Raises `not-found` with the nearest names,
        `name-taken` and `invalid-name` for a new one.
        """
        return self._open(lambda t: self._opened(t, name, new), session)

    def _open(self, opened: Callable[[Transaction], EditorContext], session: str | None) -> Outcome:
        with self.transaction("editor.open", session) as t:
            t.require(Role.CONTRIBUTOR, "open editors")
            editor = opened(t)
            t.undoable = False
            t.editors_named.append(editor.id)
            t.summary = f"opened {editor.target} in editor {editor.number}"
        return self.outcome_of(t)

    def _opened(self, t: Transaction, name: str, new: bool = False, seen: bool = True) -> EditorContext:
        """Give the user's editor on a definition, opened within the transaction if need be.

        One that tells of the working tree becomes theirs where its text will be, or was, `seen` by them.
        """
        check_name(name)
        given, name = name, self.called(t.state, name)
        own = self._own_on(t.state, name)
        if own is not None:
            return own
        tree = tree_of(t.state.patches, None, name, t.tree, t.text)
        found = [one for one in t.state.editors.values() if one.target == name and self.is_anyones(one)]
        if found and seen and not new:
            return self._taken_up(t, found[0])
        part = self._part(t, name, new) if tree.find(name) is None else None
        if part is not None:
            return self._taken_up(t, self._bringer(t, part))
        if tree.find(name) is None and not new:
            tree.resolve(given)
        if new:
            require_new(tree, given)
        text = tree.definition(name)
        target = to_be(tree, name, given) if text is None else tree.name_of(tree.resolve(name))
        own = self._own_on(t.state, target)
        if own is not None:
            return own
        users = {one.user for one in t.state.editors.values() if one.target == target}
        if users:
            has = "have" if len(users) > 1 else "has"
            t.notes.append(f"{', '.join(sorted(users))} also {has} {target} open")
        return put_new_editor(self, t, target, text)

    def _own_editor(
        self, t: Transaction, reference: str, new: bool = False, seen: bool = False
    ) -> EditorContext:
        """Find the user's editor, or open one on the definition named; one found in the tree becomes theirs.

        A name alone does not mean that one, unless they have `seen` its text. Raises `not-permitted`, and
        `name-taken` where the user has another on that definition.
        """
        return self._taken_up(t, self._drivable(t, reference, new, seen))

    def _editor_for(
        self, t: Transaction, reference: str, new: bool = False, seen: bool = False, text: str | None = None
    ) -> EditorContext:
        """Find the editor through which a definition is changed: its own, or that of what brings it."""
        part = self._part(t, reference, new, text)
        return self._own_editor(t, reference, new, seen) if part is None else self._through(t, part, seen)

    def _drivable(
        self, t: Transaction, reference: str, new: bool = False, seen: bool = True
    ) -> EditorContext:
        """Find an editor that the user may drive, or open one. Raises `not-permitted`."""
        editor = self._meant(t.state, reference)
        if editor is None:
            return self._opened(t, reference, new, seen)
        self._require_drivable(editor)
        return editor

    def _taken_up(self, t: Transaction, editor: EditorContext) -> EditorContext:
        """Make an editor that was found in the working tree the user's, who goes on with it."""
        if editor.user == self.user:
            return editor
        own = self._own_on(t.state, editor.target)
        if own is not None:
            message = (
                f"You have {editor.target} open in editor {own.number}: assign editor {editor.number},"
                f" or close editor {own.number} first."
            )
            raise PatchbayError(Code.NAME_TAKEN, message)
        taken = editor.model_copy(update={"user": self.user})
        t.put_editor(taken)
        return taken

    def close_editor(
        self, reference: str, discard: bool = False, session: str | None = None, stamp: str | None = None
    ) -> Outcome:
        """Close an editor (R9). Raises `unsaved-editor` for a changed one unless told to discard.

        Raises `preview-stale` when the stamp of what was confirmed does not hold any more.
        """
        with self.transaction("editor.close", session) as t:
            t.require(Role.VIEWER, "close editors")
            editor = self.require_editor(t.state, reference)
            self.require_still_fresh(t, stamp, editor.id)
            if editor.user != self.user:
                self._require_drivable(editor)
                t.require(Role.CONTRIBUTOR, "close other people's editors")
            unsaved = editor.id in self.unsaved_in(t.state, t.tree)
            changed = unsaved or bool(editor.pending)
            if changed and not discard:
                what = "unsaved text" if unsaved else "saved work in no patch"
                message = (
                    f"Editor {editor.number} {editor.target} has {what}: assign it, or close with --discard."
                )
                raise PatchbayError(Code.UNSAVED_EDITOR, message)
            t.discard_buffer(editor.id)
            t.texts_named.extend(op.digest for op in editor.pending if op.digest is not None)
            t.state = t.state.without_editor(editor.id)
            t.undoable = t.undoable and changed
            t.summary = f"closed {editor.target}" + (", discarding its text" if changed else "")
        return self.outcome_of(t)

    # Buffers

    def type_text(
        self,
        reference: str,
        text: str,
        shown: str | None = None,
        writer: str = COMMAND_LINE,
        session: str | None = None,
        target: str | None = None,
        seen: str | None = None,
    ) -> str:
        """Keep what the user is typing in an editor's buffer, durably; gives the editor's id (§5, R3).

        `shown` is the digest of the text it is typed over, None for the one the editor shows; `seen` the text
        that the writer last saw in the editor, None where any may be replaced. Accepted in closed sessions
        too. An editor that was closed meanwhile is opened again on `target`. Raises `unsaved-editor` while
        another screen of the user types there, or where somebody else's unsaved text there was not seen.
        """
        rules.check_text(text)
        if shown and not rules.is_digest(shown):
            raise _unknown_text(shown, reference)
        session_id = self.session_id(session)
        state = self.repository.load(session_id)
        if target is not None and reference not in state.editors:
            reference = self._opened_again(state, target, writer, session)
            state = self.repository.load(session_id)
        meant = self._meant(state, reference)
        if meant is None or (meant.user != self.user and self.is_anyones(meant)):
            reference, text, shown = self._opened_to_type(reference, text, shown, session)
        else:
            reference = meant.id
        with self.repository.lock.exclusive():
            self.settle()
            state = self.repository.load(session_id)
            editor = self.require_editor(state, reference)
            self._require_own(editor)
            present = shown_text(state, editor, self.tree_for(state.session), self.repository.text)
            known = shown if shown is not None else (None if present is None else digest_of(present))
            self._require_writer(editor, writer, known or "", seen)
            if present is not None and known == digest_of(present):
                self.repository.keep(present)
                if text == present:
                    self.repository.buffers.remove(editor.id)
                    return editor.id
            self.repository.buffers.write(editor.id, encode(text), known or "", writer, self.clock())
        return editor.id

    def _opened_to_type(
        self, reference: str, text: str, shown: str | None, session: str | None
    ) -> tuple[EditorId, str, str | None]:
        """Open an editor for what is typed; where pending work brings the definition, with all of that."""
        typed: tuple[str, str | None] = text, shown

        def opened(t: Transaction) -> EditorContext:
            nonlocal typed
            part = self._part(t, reference)
            if part is None:
                return self._own_editor(t, reference, seen=shown is not None)
            typed = self._typed_whole(t, part, text, shown)
            return self._taken_up(t, part.editor)

        (editor,) = self._open(opened, session).editors
        return (editor, *typed)

    def _opened_again(self, state: SessionState, target: str, writer: str, session: str | None) -> EditorId:
        """Give an editor for what was typed in one that was closed; never one that holds other text.

        Raises `unsaved-editor` where the user typed in another one on the definition since.
        """
        own = self._own_on(state, target)
        if own is None:
            return self._open(lambda t: self._opened_or_new(t, target), session).editors[0]
        buffer = self.repository.buffers.read(own.id)
        if buffer is not None and buffer.writer != writer:
            message = f"{target} was closed here and has other unsaved text of yours in editor {own.number}."
            raise PatchbayError(Code.UNSAVED_EDITOR, message)
        return own.id

    def _opened_or_new(self, t: Transaction, name: str) -> EditorContext:
        try:
            found = self._opened(t, name)
        except PatchbayError as error:
            if error.code is not Code.NOT_FOUND:
                raise
            found = self._opened(t, name, new=True)
        if found.target not in (name, self.called(t.state, name)):
            where = f"{found.target} in editor {found.number}"
            message = f"{name} was closed here and goes with {where}: type it there."
            raise PatchbayError(Code.UNSAVED_EDITOR, message)
        return found

    def take_over_buffer(self, reference: str, writer: str, session: str | None = None) -> None:
        """Make this screen the one that writes an editor's buffer (§5)."""
        with self.repository.lock.exclusive():
            editor = self.require_editor(self.repository.load(self.session_id(session)), reference)
            self._require_own(editor)
            buffer = self.repository.buffers.read(editor.id)
            if buffer is not None:
                self.repository.buffers.write(
                    editor.id, buffer.text, buffer.shown or "", writer, self.clock()
                )

    def buffer(self, reference: str, session: str | None = None) -> BufferText | None:
        """Give the text typed in an editor and not saved; None when there is none."""
        editor = self.require_editor(self._readable(session), reference)
        found = self.repository.buffers.read(editor.id)
        if found is None:
            return None
        return BufferText(decode(found.text), found.shown or None, found.writer or "")

    def keep_shown(self, text: str) -> str:
        """Keep a text that somebody types over, though it was never saved as it is; gives its digest (R8)."""
        rules.check_text(text)
        with self.repository.lock.exclusive():
            return self.repository.keep(text)

    def drop_buffer(self, reference: str, session: str | None = None) -> Outcome:
        """Drop an editor's unsaved text; it stays readable by its digest in the log."""
        with self.transaction("editor.drop", session) as t:
            t.require(Role.VIEWER, "drop text")
            editor = self.require_editor(t.state, reference)
            if editor.user != self.user:
                self._require_drivable(editor)
                t.require(Role.CONTRIBUTOR, "drop other people's text")
            t.discard_buffer(editor.id)
            t.put_editor(editor.model_copy())
            t.undoable = False
            t.summary = f"dropped the unsaved text of {editor.target}"
        return self.outcome_of(t)

    # Saving

    def save_editor(
        self,
        reference: str,
        text: str | None = None,
        shown: str | None = None,
        patch: str | None = None,
        new_patch: str | None = None,
        new: bool = False,
        session: str | None = None,
    ) -> Outcome:
        """Save a text, or the buffer where `text` is None, into the patch that R9 gives (R8).

        `shown` is the digest of the text that it was typed over. Where R9 finds no patch or several the text
        becomes pending work and the outcome `asks`. Raises `conflicts` (nothing is saved, the buffer stays),
        `invalid-name`, `name-taken`.
        """
        with self.transaction("editor.save", session) as t:
            t.require(Role.CONTRIBUTOR, "save")
            find = self._own_editor if text is None else partial(self._editor_for, text=text)
            editor = find(t, reference, new, seen=shown is not None)
            typed, over, from_buffer = self._typed(t, editor, text, shown)
            elsewhere = editor.patch_id is not None and (patch is not None or new_patch is not None)
            where = choose(self, t, editor, patch, new_patch)
            if elsewhere:
                editor = self._plugged(t, self._saved(t, editor, typed, over), where)
            else:
                editor = self._saved(t, self._plugged(t, editor, where), typed, over)
            if from_buffer:
                t.buffers_spent.append(editor.id)
            self._say(t, editor, where, "saved")
            if typed is None and t.state is t.before:
                t.summary = f"{editor.target} has no unsaved text"
        return self.outcome_of(t)

    def _typed(
        self, t: Transaction, editor: EditorContext, text: str | None, shown: str | None
    ) -> tuple[str | None, str | None, bool]:
        """Give what was typed, the text it was typed over, and whether it is the buffer's."""
        present = shown_text(t.state, editor, t.tree, t.text)
        if text is None:
            buffer = self.repository.buffers.read(editor.id)
            if buffer is None:
                return None, present, False
            return completed(decode(buffer.text), present), self._over(t, editor, buffer.shown), True
        rules.check_text(text)
        over = present if shown is None else self._over(t, editor, shown)
        return completed(text, present), over, False

    def _over(self, t: Transaction, editor: EditorContext, digest: str | None) -> str | None:
        """Find the text that something was typed over by its digest. Raises `not-found`."""
        if not digest:
            return None
        present = shown_text(t.state, editor, t.tree, t.text)
        if present is not None and digest_of(present) == digest:
            return present
        if rules.is_digest(digest) and self.repository.texts.has(digest):
            return t.text(digest)
        for revision in self.codebase.history(50):
            text = Tree(self.codebase.files(revision.id)).definition(editor.target)
            if text is not None and digest_of(text) == digest:
                return text
        raise _unknown_text(digest, editor.target)

    def _saved(
        self, t: Transaction, editor: EditorContext, typed: str | None, over: str | None
    ) -> EditorContext:
        return editor if typed is None else save_typed(t, editor, typed, over)

    def _plugged(self, t: Transaction, editor: EditorContext, where: Where) -> EditorContext:
        """Put the editor into the patch that was chosen, with its pending work or its operation."""
        t.asks = where.asks
        if where.patch is None or editor.patch_id == where.patch.id:
            return editor
        if where.joined:
            t.chosen = where.patch.id
        patch = t.state.patches[where.patch.id]
        if editor.patch_id is None:
            return assign_pending(self, t, editor, patch)
        return move_editor(t, editor, patch, on_top=False)

    def _say(self, t: Transaction, editor: EditorContext, where: Where, did: str) -> None:
        t.editors_named.append(editor.id)
        if editor.patch_id is not None:
            patch = t.state.patches[editor.patch_id]
            t.patches_named.append(patch.id)
            was = t.before.patches.get(patch.id)
            undone = (
                ": back to draft" if was is not None and was.marked_ready and not patch.marked_ready else ""
            )
            t.summary = f"{did} {editor.target} in {label(patch)}{undone}"
            t.asks = False
        else:
            t.summary = f"{did} {editor.target}, in no patch yet"
            t.asks = where.asks and bool(editor.pending)

    def unclean_save_text(
        self, reference: str, text: str, shown: str | None, session: str | None = None
    ) -> tuple[str, str]:
        """Give a text that did not merge with diff3 markers against the present one, and the present digest.

        The clean parts are taken. Save the settled text with that digest as what was shown.
        """
        found = self.unclean_save(reference, text, shown, session)
        labels = ("typed here", "typed over", "saved meanwhile")
        return with_markers(found.base or "", found.ours, found.theirs or "", labels), found.digest

    def unclean_save(
        self, reference: str, text: str, shown: str | None, session: str | None = None
    ) -> UncleanSave:
        """Give the sides of a text that did not merge, to be settled and saved over theirs (R8)."""
        rules.check_text(text)
        with self.transaction("editor.compare", session) as t:
            t.require(Role.CONTRIBUTOR, "save")
            editor = self.require_editor(t.state, reference)
            base = self._over(t, editor, shown)
            present = shown_text(t.state, editor, t.tree, t.text)
            own = operation_on(editor.pending, editor.target)
            under = tree_of(t.state.patches, None, editor.target, t.tree, t.text)
            try:
                if editor.patch_id is None:
                    present, _ = pending_present(t, editor, under, shown)
            except PatchbayError:
                present = under.definition(editor.target)
                base = t.text(own.base_digest) if own is not None and own.base_digest else base
            t.keep(present or "")
            held = t.state.patches.get(editor.patch_id or "")
            theirs = operation_on(held.operations, editor.target) if held is not None else None
        others = tuple(one for one in theirs.authors if one != self.user) if theirs is not None else ()
        return UncleanSave(base, text, present, digest_of(present or ""), others)

    def delete_definition(
        self,
        reference: str,
        patch: str | None = None,
        new_patch: str | None = None,
        session: str | None = None,
    ) -> Outcome:
        """Delete a definition, a class with its members, in the patch that R9 gives (R8)."""
        with self.transaction("editor.delete", session) as t:
            t.require(Role.CONTRIBUTOR, "delete definitions")
            editor = self._editor_for(t, reference)
            where = choose(self, t, editor, patch, new_patch)
            if editor.id not in t.stays_on:
                t.discard_buffer(editor.id)
            editor = self._plugged(t, editor, where)
            editor = save_edits(t, editor, [Edit(editor.target, editor.target, None)])
            self._say(t, editor, where, "deleted")
        return self.outcome_of(t)

    def rename_definition(
        self,
        reference: str,
        new_name: str,
        patch: str | None = None,
        new_patch: str | None = None,
        session: str | None = None,
    ) -> Outcome:
        """Rename a definition, or move it, in the patch that R9 gives (R8). Raises `name-taken`."""
        check_name(new_name)
        given = new_name
        with self.transaction("editor.rename", session) as t:
            t.require(Role.CONTRIBUTOR, "rename definitions")
            editor = self._editor_for(t, reference)
            new_name = self.called(t.state, given)
            begins = None if new_name == given else path_of(given) + FILE
            where = choose(self, t, editor, patch, new_patch)
            editor = self._plugged(t, editor, where)
            tree = tree_of(t.state.patches, editor.patch_id, editor.target, t.tree, t.text)
            tree = applied(tree, editor.pending, t.text)
            place = tree.resolve(editor.target)
            if editor.patch_id is not None:
                names = (editor.target, *sorted(touched_in(t.state.patches, editor.target)))
                tree = view(t.tree, placed(t.state.patches, editor.patch_id, names), editor.patch_id, t.text)
            text = tree.whole(editor.target) or ""
            if editor.pending:
                text = shown_text(t.state, editor, t.tree, t.text) or text
            old, new = last_part(editor.target), last_part(new_name)
            text = rename_text(place.path, text, old, new) if old != new and not new.startswith("<") else text
            was = editor.target
            require_room(tree, tree.apply([Change(was, new_name, text, begins)]))
            edit = Edit(was, new_name, text, whole=True, begins=begins)
            editor = save_edits(t, editor, [edit], renames=True)
            self._say(t, editor, where, f"renamed {was} to")
        return self.outcome_of(t)


def _unknown_text(digest: str, target: str) -> PatchbayError:
    return PatchbayError(
        Code.NOT_FOUND,
        f"No text {digest[:12]!r} of {target[:100]} is known: give the digest that"
        " `patchbay editor show` gave, or leave --shown out to replace the present text.",
    )
