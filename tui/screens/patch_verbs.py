"""What a patch's detail does to the patch and to the definitions in it: ask, call the manager, say so."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from store.errors import Code, PatchbayError
from store.model import EditorContext, Op, Patch, new_name_of
from store.source.names import check_name
from store.views import EditorView, Outcome, PatchView, Suggestion
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.joining import JoinDialog
from tui.dialogs.naming import UNCHANGED, NameDialog, changed
from tui.dialogs.opening import OpenDialog, Opening, opened
from tui.place import Selection
from tui.present.effects import patch_label
from tui.present.text import cut_right, definition_name, last_part, visible, wrapped
from tui.refusals import opened_editor
from tui.words import counted

if TYPE_CHECKING:
    from tui.screens.session import SessionScreen
    from tui.screens.verbs import Verbs


class PatchVerbs:
    """The commands of a patch's detail. Raises what the manager raises."""

    def __init__(self, verbs: Verbs, screen: SessionScreen) -> None:
        self._verbs, self._screen, self._bench = verbs, screen, screen.bench

    # The patch

    async def describe(self, patch: Patch) -> None:
        """Ask for the patch's name and description; what is left as it was shown stays as it is."""
        hint = "The name becomes the first line of the merge's message, the description the rest."
        named = await self._verbs.ask(
            NameDialog(
                self._bench, f"Patch {visible(patch.letter)}", hint, patch.name,
                described=True, description=patch.description, enter_label="keep",
            )
        )  # fmt: skip
        if named is None:
            return
        edits = changed(named, patch.name, patch.description)
        if not any(one is not None for one in edits):
            self._screen.say(UNCHANGED)
            return
        manager, session = self._bench.manager, self._verbs.session
        await self._verbs.did(await self._bench.call(manager.edit_patch, patch.id, *edits, session=session))

    async def join(self, patch: Patch) -> str | None:
        """Ask for the patch to join into and do it; give that patch's id, None when it was left with esc."""
        others = [one for one in self._verbs.board.open_patches if one.patch.id != patch.id]
        into = await self._verbs.ask(JoinDialog(self._bench, patch, others))
        if into is not None:
            manager = self._bench.manager
            await self._verbs.did(
                await self._bench.call(manager.join_patches, patch.id, into, session=self._verbs.session)
            )
        return into

    # Its definitions

    async def decide(self, patch: Patch, suggestion: Suggestion) -> None:
        """Let the patch depend on the one that it perhaps needs, or dismiss that for good."""
        manager, look, other = self._bench.manager, self._bench.look, suggestion.patch
        told = (
            f"{patch.letter} uses {last_part(suggestion.name)} behind a dot, and {other.letter} {other.name} "
            f"adds {suggestion.name}. If that is what it means, it has to be merged after {other.letter}."
        )

        def lines(width: int) -> list[Content]:
            return [Content.styled(line, look.text) for line in wrapped(told, width)]

        title = Content("Does ") + patch_label(patch, look) + " need " + patch_label(other, look) + "?"
        answers = {"y": "it does", "n": "it does not"}
        answer = await self._verbs.ask(ConfirmDialog(self._bench, title, lines, answers))
        if answer is not None:
            verb = manager.add_dependency if answer == "y" else manager.drop_dependency
            session = self._verbs.session
            await self._verbs.did(await self._bench.call(verb, patch.id, other.id, session=session))

    async def edit(self, one: PatchView, op: Op) -> None:
        """Open the operation's definition for typing into this patch."""
        editor = await self._editor_of(one.patch, new_name_of(op) or op.name, holds=True)
        await self._verbs.editors.edit(editor)

    async def edit_outside(self, one: PatchView, op: Op) -> None:
        """Lend the operation's text to $VISUAL or $EDITOR."""
        editor = await self._editor_of(one.patch, new_name_of(op) or op.name, holds=True)
        found = self._verbs.board.editor_by_id.get(editor.id)
        await self._verbs.run("edit-outside", Selection(found, one))

    async def add(self, patch: Patch) -> None:
        """Ask for a definition, a new one too, and open it in an editor of this patch."""
        choice = await self._verbs.ask(OpenDialog(self._bench))
        if choice is not None:
            await self._verbs.editors.edit(await self._editor_of(patch, choice.name, new=choice.new))

    async def rename(self, patch: Patch, op: Op) -> str:
        """Ask for the definition's new name and rename it in this patch (R8); gives the name it has then."""
        typed = name = new_name_of(op) or op.name
        title = f"Rename {cut_right(name, 50, self._bench.look.signs.ellipsis)}"
        hint = "The whole name with its dots; another module or class before the last dot moves it there."
        while True:
            named = await self._verbs.ask(
                NameDialog(self._bench, title, hint, typed, enter_label="rename", check=check_name)
            )
            if named is None or named[0] == name:
                return name
            verb = partial(self._bench.manager.rename_definition, new_name=named[0])
            try:
                await self._change(patch, name, verb)
                return named[0]
            except PatchbayError as error:
                if error.code not in (Code.INVALID_NAME, Code.NAME_TAKEN):
                    raise
                typed, hint = named[0], error.message

    async def delete(self, patch: Patch, op: Op) -> None:
        """Ask, and delete the definition in this patch; one that it adds is taken out of it (R8)."""
        name, look = new_name_of(op) or op.name, self._bench.look
        own = self._usable(patch, name, holds=True)
        seen = None if own is None else own.editor.id
        stamp = await self._bench.call(self._bench.manager.stamp, self._verbs.session, seen)
        taken_out = f"The patch adds it, so nothing of it is left in {patch.letter}."
        texts = [taken_out if op.kind == "add" else "Merging the patch will take it out of the codebase."]
        members = getattr(op, "new_members", op.members)
        if members:
            texts.append(f"{counted(len(members), 'definition')} in it goes with it.")
        if own is not None and own.unsaved:
            texts.append(f"Unsaved text in editor {own.editor.number} is discarded; the log keeps it.")

        def lines(width: int) -> list[Content]:
            return [Content.styled(line, look.text) for one in texts for line in wrapped(one, width)]

        title = Content("Delete ") + definition_name(name, 60, look.dim, look.strong, look.signs.ellipsis)
        if await self._verbs.ask(ConfirmDialog(self._bench, title, lines, {"y": "delete it"})) is None:
            return
        await self._change(patch, name, self._bench.manager.delete_definition, stamp)

    async def _change(
        self, patch: Patch, name: str, verb: Callable[..., Outcome], stamp: str | None = None
    ) -> None:
        """Change a definition in this patch, by the reader's editor on it, as one step to undo (R22).

        One that is open contributes to the patch from now on; one opened for this is closed again. Raises
        `preview-stale` when the stamp of what was confirmed does not hold any more.
        """
        manager, session = self._bench.manager, self._verbs.session
        own = self._usable(patch, name, holds=True)

        def change() -> Outcome:
            editor = name if own is None else own.editor.id
            manager.require_fresh(stamp, session, None if own is None else editor)
            with manager.one_act():
                if own is not None and own.editor.patch_id != patch.id:
                    manager.assign_editor(editor, patch.id, on_top=True, session=session)
                outcome = verb(editor, patch=patch.id, session=session)
                for opened in outcome.editors if own is None else ():
                    manager.close_editor(opened, session=session)
            return outcome

        await self._verbs.did(await self._bench.call(change))

    def _own(self, name: str) -> EditorView | None:
        editors = [one for one in self._verbs.board.editors if one.editor.target == name]
        found = [one for one in editors if one.editor.user == self._bench.user]
        return next(iter(found or [one for one in editors if one.anyones]), None)

    def _usable(self, patch: Patch, name: str, holds: bool) -> EditorView | None:
        """Give the editor on a definition that is for the reader; None where none is open.

        `holds` tells that the patch has an operation on it. Raises `unsaved-editor` or `bad-transition`
        where using it for this patch would take work from where it is.
        """
        own = self._own(name)
        if own is None or own.editor.patch_id == patch.id:
            return own
        assign = self._bench.look.keymap.shown("assign")
        whose = "Your editor" if own.editor.user == self._bench.user else "Editor"
        named = f"{whose} {own.editor.number}"
        if own.modified:
            what = "unsaved text" if own.unsaved else "saved work in no patch"
            message = f"{named} on it has {what}: on the session screen, {assign} assigns it."
            raise PatchbayError(Code.UNSAVED_EDITOR, message)
        if own.patch is not None and not holds:
            message = f"{named} on it belongs to {own.patch.letter}:"
            message += f" on the session screen, {assign} moves it."
            raise PatchbayError(Code.BAD_TRANSITION, message)
        return own

    async def _editor_of(
        self, patch: Patch, name: str, new: bool = False, holds: bool = False
    ) -> EditorContext:
        """Give the reader's editor on a definition, contributing to this patch; opened if there is none."""
        manager, session = self._bench.manager, self._verbs.session
        own = self._usable(patch, name, holds)
        if own is not None and own.editor.patch_id == patch.id:
            return own.editor
        if own is None:
            found = await self._bench.call(opened, manager, Opening(name, new), session)
            editor = found.editors[0]
        else:
            editor = own.editor.id
        outcome = await self._bench.call(
            manager.assign_editor, editor, patch.id, on_top=holds, session=session
        )
        await self._verbs.did(outcome)
        return opened_editor(self._verbs.board, editor)
