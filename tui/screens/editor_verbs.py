"""What the session screen's commands do with editors: open, edit, assign, close, go to, copy the link."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from store.model import EditorContext, PatchId
from tui.dialogs.assign import AssignDialog
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.opening import OpenDialog, Opening, opened
from tui.dialogs.picking import GoToDialog
from tui.place import Selection
from tui.present.board import Board
from tui.present.effects import discard_lines
from tui.present.text import definition_name
from tui.refusals import editable, opened_editor
from tui.screens.editor import EditorScreen
from tui.words import sentence

if TYPE_CHECKING:
    from tui.screens.session import SessionScreen
    from tui.screens.verbs import Verbs


class EditorVerbs:
    """The commands about editors. Raises what the manager raises."""

    def __init__(self, verbs: Verbs, screen: SessionScreen) -> None:
        self._verbs, self._screen, self._bench = verbs, screen, screen.bench

    def commands(self) -> dict[str, Callable[[Selection], Awaitable[None]]]:
        """Give each command's way to run it."""
        return {
            "assign": self.assign,
            "close-editor": self._close_editor,
            "copy-link": self._copy_link,
            "open-definition": self.open_definition,
            "goto": self._go_to_editor,
        }

    @property
    def _board(self) -> Board:
        return self._verbs.board

    @property
    def _session(self) -> str | None:
        return self._verbs.session

    async def edit(self, editor: EditorContext, save: bool = False) -> None:
        """Open an editor for typing; somebody else's is shown. `save` saves its buffer at once."""
        manager, bench = self._bench.manager, self._bench
        editor = await self._taken_up(editor)
        text = await bench.call(manager.editor_text, editor.id, session=editor.session_id)
        buffer = await bench.call(manager.buffer, editor.id, session=editor.session_id)
        read_only, taken = None, False
        if editor.user != bench.user:
            opens = bench.look.keymap.shown("open-definition")
            read_only = f"this is {editor.user}'s editor, {opens} opens one of your own"
        elif buffer is not None and buffer.writer != bench.writer:
            taken = await bench.call(manager.writer_lives, buffer.writer)
        if read_only is None and self._board.view.session.closed_at is not None:
            read_only = "the session is closed"
        screen = EditorScreen(bench, editor, text, buffer, read_only, taken, save)
        await self._verbs.ask(screen)
        await self._screen.refresh_view()

    async def _taken_up(self, editor: EditorContext) -> EditorContext:
        """Make an editor that only tells of the working tree the reader's, who has no other there."""
        view, user = self._board.editor_by_id.get(editor.id), self._bench.user
        has = any(
            (one.editor.user, one.editor.target) == (user, editor.target) for one in self._board.editors
        )
        if view is None or not view.anyones or has or editable(self._board) is not None:
            return editor
        outcome = await self._bench.call(
            self._bench.manager.open_editor, editor.target, session=editor.session_id
        )
        await self._screen.refresh_view()
        return opened_editor(self._board, outcome.editors[0])

    async def assign(
        self, selection: Selection, by_itself: bool = False, into: PatchId | None = None
    ) -> None:
        """Ask which patch the selected editor contributes to; `by_itself` when no key asked for that.

        `into` is the one that it is offered first for.
        """
        if selection.editor is None:
            return
        editor = selection.editor.editor
        choices = await self._bench.call(
            self._bench.manager.assignment_choices, editor.id, session=self._session
        )
        choice = await self._verbs.ask(
            AssignDialog(self._bench, self._board, editor, choices, by_itself=by_itself, into=into)
        )
        if choice is None:
            return
        manager = self._bench.manager
        if choice.unassign:
            await self._verbs.did(
                await self._bench.call(manager.unassign_editor, editor.id, session=self._session)
            )
            return
        outcome = await self._bench.call(
            manager.assign_editor, editor.id, choice.patch, choice.new_patch, session=self._session
        )
        await self._verbs.did(outcome)

    async def _close_editor(self, selection: Selection) -> None:
        if selection.editor is None:
            return
        one, look, manager, stamp = selection.editor, self._bench.look, self._bench.manager, None
        if one.modified:
            name = definition_name(one.editor.target, 50, look.dim, look.strong)
            stamp = await self._bench.call(manager.stamp, self._session, one.editor.id)
            text = await self._bench.call(manager.editor_text, one.editor.id, session=self._session)
            path = text.path

            def lines(width: int) -> list[Content]:
                return discard_lines(one, path, self._board, look, width)

            title = Content.assemble(f"Close editor {one.editor.number} ", name)
            answer = await self._verbs.ask(
                ConfirmDialog(self._bench, title, lines, {"y": "discard it and close"})
            )
            if answer is None:
                return
        close = partial(manager.close_editor, one.editor.id, one.modified, session=self._session, stamp=stamp)
        await self._verbs.did(await self._bench.call(close))

    async def _copy_link(self, selection: Selection) -> None:
        if selection.editor is not None:
            link = selection.editor.link
            self._screen.app.copy_to_clipboard(link)
            self._screen.say(f"Copied {link} (open it with: patchbay open LINK)")

    async def open_definition(self, selection: Selection) -> None:
        """Ask for a definition, open and edit it."""
        choice = await self._verbs.ask(OpenDialog(self._bench))
        if choice is not None:
            editor = await self.open_named(choice)
            if editor is not None:
                await self.edit(editor)

    async def open_named(self, one: Opening) -> EditorContext | None:
        """Open a definition, put the cursor on its editor and give that; says only what is notable."""
        outcome = await self._bench.call(opened, self._bench.manager, one, self._session)
        await self._screen.refresh_view()
        self._screen.say(" ".join(sentence(note) for note in outcome.notes))
        if outcome.editors:
            self._screen.go_to_editor(outcome.editors[0])
        found = [self._board.editor_by_id.get(one) for one in outcome.editors]
        return found[0].editor if found and found[0] is not None else None

    async def _go_to_editor(self, selection: Selection) -> None:
        found = await self._verbs.ask(GoToDialog(self._bench, self._board))
        if found in self._board.patch_by_id:
            self._screen.go_to_patch(found)
        elif found is not None:
            self._screen.go_to_editor(found)

    async def edit_named(self, name: str) -> None:
        """Edit a definition by its name, in the reader's editor where there is one."""
        mine = (one.editor for one in self._board.editors if one.editor.user == self._bench.user)
        editor = next((one for one in mine if one.target == name), None)
        if editor is None:
            await self.open_named(Opening(name))
            editor = next((one.editor for one in self._board.editors if one.editor.target == name), None)
        if editor is not None:
            await self.edit(editor)
