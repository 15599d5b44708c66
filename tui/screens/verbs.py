"""What the session screen's commands do: ask, call the manager, say what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from textual.content import Content

from store import rules
from store.errors import Code, PatchbayError
from store.model import Blocker, EditorContext, Patch
from store.views import MergeReport, Outcome
from tui.commands import COMMAND_BY_ID
from tui.dialogs.assign import AssignDialog, suggested_name
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.merge import BlockedDialog, MergeDialog
from tui.dialogs.naming import NameDialog, other_name
from tui.dialogs.opening import OpenDialog, Opening, opened
from tui.dialogs.picking import GoToDialog
from tui.place import Place, Selection, settled, to_patch
from tui.present.board import Board
from tui.present.differences import Section, section, sections_of
from tui.present.effects import discard_lines, patch_label
from tui.present.history import Filters
from tui.present.text import cut_right, definition_name, wrapped
from tui.refusals import editable, merging, opened_editor
from tui.saying import Said
from tui.screens.blame import to_blame
from tui.screens.commanded import CommandedScreen
from tui.screens.conflict_verbs import ConflictVerbs
from tui.screens.dependencies import DependenciesScreen
from tui.screens.differences import DifferencesScreen
from tui.screens.editor import EditorScreen
from tui.screens.history import HistoryScreen
from tui.screens.left_once import LeftOnce
from tui.screens.outside import OutsideVerbs
from tui.screens.patch import PatchScreen
from tui.screens.people_verbs import PeopleVerbs
from tui.screens.session_verbs import SessionVerbs
from tui.screens.several_verbs import SeveralVerbs
from tui.screens.tree_verbs import TreeVerbs
from tui.screens.undo_verbs import UndoVerbs
from tui.words import counted, sentence
from tui.working import begin

if TYPE_CHECKING:
    from tui.screens.session import SessionScreen

Result = TypeVar("Result")

_OF_A_FILE = (Code.DOES_NOT_PARSE, Code.UNDEFINED_NAME)
"""Blockers that name a file."""


class Verbs:
    """The commands of one session screen. Raises what the manager raises."""

    def __init__(self, screen: SessionScreen) -> None:
        self._screen = screen
        self._bench = screen.bench
        self._of_session = SessionVerbs(self, screen)
        self._outside = OutsideVerbs(self, screen)
        self._people = PeopleVerbs(self, screen)
        self._of_undo = UndoVerbs(self, screen)
        self._of_conflicts = ConflictVerbs(self, screen)
        self._of_several = SeveralVerbs(self, screen)
        self._of_tree = TreeVerbs(self, screen)
        self._coming_back: tuple[str, Place] | None = None
        """The patch that was gone to because it blocks another, and where the cursor came from."""

    async def run(self, command: str, selection: Selection) -> None:
        """Run a command by its id."""
        do: dict[str, Callable[[Selection], Awaitable[None]]] = {
            "open": self._open,
            "assign": self.assign,
            "diff": self._diff,
            "close-editor": self._close_editor,
            "copy-link": self._copy_link,
            "merge": self._merge,
            "ready": self._ready,
            "abandon": self._abandon,
            "depend": self._depend,
            "history": self._history,
            "new-patch": self._new_patch,
            "open-definition": self._open_definition,
            "goto": self._go_to_editor,
            "select-related": self._of_several.choose_related,
            **self._of_session.commands(),
            **self._outside.commands(),
            **self._people.commands(),
            **self._of_undo.commands(),
            **self._of_conflicts.commands(),
            **self._of_tree.commands(),
        }
        if COMMAND_BY_ID[command].takes(selection):
            do |= self._of_several.commands()
        await do[command](selection)

    async def follow(self, link: str) -> bool:
        """Show the link's session and open its editor; gives whether that will be on the screen."""
        return await self._of_session.follow(link)

    async def watch_tree(self) -> None:
        """Take in what is changed in a git working tree while the screen is open."""
        await self._of_tree.watch()

    async def rebind(self, session: str, board: Board) -> bool:
        """Bind a session here after asking, and show it; gives whether it was done."""
        return await self._of_tree.rebind(session, board)

    def show_reports(self, reports: tuple[str, ...]) -> None:
        """Tell what was found wrong with the store's files."""
        self._of_session.show_reports(reports)

    # Shared

    async def ask(self, dialog: LeftOnce[Result]) -> Result | None:
        """Show a dialog and give its answer; None when it was left with esc. Keys are held again after it."""
        dialog.asked_by_command = True
        return await self._screen.app.push_screen_wait(dialog)

    async def merge(self, verb: Callable[[], Result], then: Callable[[Result], Awaitable[Said]]) -> None:
        """Run a verb that may merge, and say what it came to: `then` gives that, and shows it.

        Where that waits for git the command is over: keys are answered, and what came of it is said later.
        Raises `bad-transition` while another one waits.
        """
        under_way = merging(self._bench.board) if self._bench.board else None
        if under_way is not None:
            raise PatchbayError(Code.BAD_TRANSITION, f"{under_way}.")
        merge = self._bench.begin_merge(verb)
        if await self._bench.until_merged_or_making(merge):
            self._screen.say(*await then(merge.result()))
            return
        self._coming_back = None
        letters = self._bench.board.merging if self._bench.board else ""
        self._screen.draw()
        self._screen.say(f"Merging {letters} waits for git's hooks or signing: you can go on meanwhile.")
        begin(self._screen.app, partial(self._merged_later, merge, then), "merge")

    async def _merged_later(
        self, merge: asyncio.Future[Result], then: Callable[[Result], Awaitable[Said]]
    ) -> None:
        try:
            said = await then(await merge)
        except PatchbayError as error:
            await self._screen.refresh_view()
            said = Said(error.message, failed=True)
        self._bench.saying.tell(*said)

    async def did(self, outcome: Outcome) -> None:
        """Show a verb's result."""
        self._screen.say(*await self.done(outcome))

    async def done(self, outcome: Outcome) -> Said:
        """Show what a verb has changed; gives what it came to in words."""
        await self._screen.refresh_view()
        self._come_back()
        return Said(" ".join([sentence(outcome.summary), *(sentence(note) for note in outcome.notes)]))

    def _come_back(self) -> None:
        """Go back to the blocked patch when the one in its way has been merged or abandoned."""
        board = self._bench.board
        if self._coming_back is None or board is None:
            return
        patch, place = self._coming_back
        found = board.patch_by_id.get(patch)
        if found is None or not found.patch.is_open:
            self._coming_back = None
            self._screen.place = settled(place, board, board)
            self._screen.draw()

    @property
    def session(self) -> str | None:
        """The id of the session that is shown."""
        return self._bench.session

    @property
    def board(self) -> Board:
        """The present view; commands that need a session are refused without one."""
        assert self._bench.board is not None
        return self._bench.board

    # Editors

    async def _open(self, selection: Selection) -> None:
        if selection.editor is not None:
            await self.edit(selection.editor.editor)
        elif selection.patch is not None:
            await self.ask(PatchScreen(self, self._screen, selection.patch.patch.id))

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
        if read_only is None and self.board.view.session.closed_at is not None:
            read_only = "the session is closed"
        screen = EditorScreen(bench, editor, text, buffer, read_only, taken, save)
        await self.ask(screen)
        await self._screen.refresh_view()

    async def _taken_up(self, editor: EditorContext) -> EditorContext:
        """Make an editor that only tells of the working tree the reader's, who has no other there."""
        view, user = self.board.editor_by_id.get(editor.id), self._bench.user
        has = any((one.editor.user, one.editor.target) == (user, editor.target) for one in self.board.editors)
        if view is None or not view.anyones or has or editable(self.board) is not None:
            return editor
        outcome = await self._bench.call(
            self._bench.manager.open_editor, editor.target, session=editor.session_id
        )
        await self._screen.refresh_view()
        return opened_editor(self.board, outcome.editors[0])

    async def assign(self, selection: Selection, by_itself: bool = False) -> None:
        """Ask which patch the selected editor contributes to; `by_itself` when no key asked for that."""
        if selection.editor is None:
            return
        editor = selection.editor.editor
        choices = await self._bench.call(
            self._bench.manager.assignment_choices, editor.id, session=self.session
        )
        choice = await self.ask(AssignDialog(self._bench, self.board, editor, choices, by_itself=by_itself))
        if choice is None:
            return
        manager = self._bench.manager
        if choice.unassign:
            await self.did(await self._bench.call(manager.unassign_editor, editor.id, session=self.session))
            return
        outcome = await self._bench.call(
            manager.assign_editor, editor.id, choice.patch, choice.new_patch, session=self.session
        )
        await self.did(outcome)

    async def _close_editor(self, selection: Selection) -> None:
        if selection.editor is None:
            return
        one, look, manager, stamp = selection.editor, self._bench.look, self._bench.manager, None
        if one.modified:
            name = definition_name(one.editor.target, 50, look.dim, look.strong)
            stamp = await self._bench.call(manager.stamp, self.session, one.editor.id)
            text = await self._bench.call(manager.editor_text, one.editor.id, session=self.session)
            path = text.path

            def lines(width: int) -> list[Content]:
                return discard_lines(one, path, self.board, look, width)

            title = Content.assemble(f"Close editor {one.editor.number} ", name)
            answer = await self.ask(ConfirmDialog(self._bench, title, lines, {"y": "discard it and close"}))
            if answer is None:
                return
        close = partial(manager.close_editor, one.editor.id, one.modified, session=self.session, stamp=stamp)
        await self.did(await self._bench.call(close))

    async def _copy_link(self, selection: Selection) -> None:
        if selection.editor is not None:
            link = selection.editor.link
            self._screen.app.copy_to_clipboard(link)
            shown = cut_right(link, max(20, self._screen.app.size.width - 46))
            self._screen.say(f"Copied {shown} (open it with: patchbay open LINK)")

    async def _diff(self, selection: Selection) -> None:
        look, manager = self._bench.look, self._bench.manager
        if selection.editor is not None:
            editor = selection.editor.editor
            text = await self._bench.call(manager.editor_text, editor.id, session=self.session)
            buffer = await self._bench.call(manager.buffer, editor.id, session=self.session)
            shown = buffer.text if buffer is not None else text.text if text.digest is not None else None
            title = definition_name(editor.target, 60, look.dim, look.strong, look.signs.ellipsis)
            sections = [await self._bench.compute(section, text.base, shown, line=text.line, path=text.path)]
        elif selection.patch is not None:
            title = patch_label(selection.patch.patch, look, 60)
            sections = await self.patch_differences(selection.patch.patch.id)
        else:
            return
        await self.ask(DifferencesScreen(self._bench, title, sections, "It has no operations yet."))

    async def patch_differences(self, patch: str) -> list[Section]:
        """Give the differences of every definition in a patch, each under its name."""
        manager = self._bench.manager
        found = await self._bench.call(manager.diff_of, patch, session=self.session)
        lines = await self._bench.call(manager.lines_of, patch, session=self.session)
        return await self._bench.compute(sections_of, found, lines, self._bench.look)

    async def _open_definition(self, selection: Selection) -> None:
        choice = await self.ask(OpenDialog(self._bench))
        if choice is not None:
            editor = await self.open_named(choice)
            if editor is not None:
                await self.edit(editor)

    async def open_named(self, one: Opening) -> EditorContext | None:
        """Open a definition, put the cursor on its editor and give that; says only what is notable."""
        outcome = await self._bench.call(opened, self._bench.manager, one, self.session)
        await self._screen.refresh_view()
        self._screen.say(" ".join(sentence(note) for note in outcome.notes))
        if outcome.editors:
            self._screen.go_to_editor(outcome.editors[0])
        found = [self.board.editor_by_id.get(one) for one in outcome.editors]
        return found[0].editor if found and found[0] is not None else None

    async def _go_to_editor(self, selection: Selection) -> None:
        found = await self.ask(GoToDialog(self._bench, self.board))
        if found in self.board.patch_by_id:
            self._screen.go_to_patch(found)
        elif found is not None:
            self._screen.go_to_editor(found)

    # Patches

    async def _new_patch(self, selection: Selection) -> None:
        if any(one.is_for(self._bench.user) for one in selection.editors):
            await self._of_several.new_patch(selection)
            return
        editor = selection.editor.editor if selection.editor and selection.patch is None else None
        own = selection.editor is not None and selection.editor.is_for(self._bench.user)
        taken = [one.patch.name for one in self.board.open_patches]
        suggestion = suggested_name(editor.target, taken) if editor and own else ""
        hint = "A patch is merged on its own, as one revision."
        if editor and own:
            hint = f"Editor {editor.number} will be assigned to it."
        check = partial(rules.check_patch_name, self.board.view.state)
        dialog = NameDialog(self._bench, "New patch", hint, suggestion, described=True, check=check)
        named = await self.ask(dialog)
        if named is None:
            return
        manager, session, (name, description) = self._bench.manager, self.session, named

        def make() -> Outcome:
            with manager.one_act():
                made = manager.create_patch(name, description, session=session)
                if editor is None or not own:
                    return made
                return manager.assign_editor(editor.id, made.patches[0], session=session)

        outcome = await self._bench.call(make)
        await self.did(outcome)
        if not (editor and own) and outcome.patches:
            self._screen.place = to_patch(self._screen.place, outcome.patches[0])
            self._screen.draw()

    async def _ready(self, selection: Selection) -> None:
        if selection.patch is not None:
            manager, patch = self._bench.manager, selection.patch.patch
            verb = manager.mark_draft if patch.marked_ready else manager.mark_ready
            await self.did(await self._bench.call(verb, patch.id, session=self.session))

    async def _abandon(self, selection: Selection) -> None:
        if selection.patch is None:
            return
        manager, patch, look = self._bench.manager, selection.patch.patch, self._bench.look
        if not patch.is_open:
            await self._restore(patch.id, patch.name)
            return
        stamp = await self._bench.call(manager.stamp, self.session)
        told = await self._bench.call(manager.abandon_patch_preview, patch.id, session=self.session)

        def lines(width: int) -> list[Content]:
            return [Content.styled(line, look.text) for one in told for line in wrapped(sentence(one), width)]

        title = Content("Abandon ") + patch_label(patch, look)
        in_git = self.board.view.codebase.kind == "git" and bool(patch.operations)
        answers = {"y": "abandon it"} | ({"t": "take it out of the tree too"} if in_git else {})
        answer = await self.ask(ConfirmDialog(self._bench, title, lines, answers))
        if answer is not None:
            abandon = partial(manager.abandon_patch, patch.id, self.session, stamp=stamp)
            await self.did(await self._bench.call(abandon, restore_tree=answer == "t"))

    async def _restore(self, patch: str, name: str) -> None:
        manager = self._bench.manager
        try:
            outcome = await self._bench.call(manager.restore_patch, patch, session=self.session)
        except PatchbayError as error:
            if error.code is not Code.NAME_TAKEN:
                raise
            state = self.board.view.state
            named = await self.ask(other_name(self._bench, "Restore", error.message, name, state))
            if named is None:
                return
            outcome = await self._bench.call(manager.restore_patch, patch, named[0], session=self.session)
        await self.did(outcome)

    async def _depend(self, selection: Selection) -> None:
        patch = selection.patch.patch.id if selection.patch else None
        await self.ask(DependenciesScreen(self, self._screen, patch))

    async def _merge(self, selection: Selection) -> None:
        if selection.patch is None:
            return
        manager, patch = self._bench.manager, selection.patch.patch
        preview = await self._bench.call(manager.merge_preview, patch.id, session=self.session)
        if preview.blockers:
            await self._blocked(selection, preview.blockers)
            return
        chain = [one.patch.id for one in preview.patches]
        differing = [one for key in chain for one in await self.patch_differences(key)]

        def show_diff() -> None:
            title = Content("Merge ") + patch_label(patch, self._bench.look)
            self._screen.app.push_screen(DifferencesScreen(self._bench, title, differing))

        choice = await self.ask(MergeDialog(self._bench, self.board, preview, show_diff))
        if choice is None:
            return
        if len(chain) == 1 and not preview.marks_ready:
            verb = partial(manager.merge_patch, patch.id, choice.message)
            await self.merge(partial(verb, stamp=preview.stamp, session=self.session), self.done)
            return
        verbs = partial(manager.merge_chain, chain, preview.marks_ready, choice.message)
        await self.merge(partial(verbs, stamp=preview.stamp, session=self.session), self.merged)

    async def merged(self, report: MergeReport) -> Said:
        """Show what several merges have changed; gives what they came to in words."""
        await self._screen.refresh_view()
        self._come_back()
        parts = [sentence(one.summary) for one in report.outcomes if one.revision]
        parts += [sentence(one.message) for one in report.failures]
        if len(parts) > 3:
            done = sum(1 for one in report.outcomes if one.revision)
            parts = [f"Merged {counted(done, 'patch')}."]
            parts += [sentence(one.message) for one in report.failures]
        return Said(" ".join(parts) or "Nothing was ready.", failed=bool(report.failures))

    async def _blocked(self, selection: Selection, blockers: tuple[Blocker, ...]) -> None:
        if selection.patch is None:
            return
        fixing = await self.ask(BlockedDialog(self._bench, self.board, selection.patch, blockers))
        if fixing is not None:
            await self.fix(fixing, selection)

    async def fix(self, blocker: Blocker, selection: Selection) -> None:
        """Go to what is in the way, or settle it at once where one step does."""
        manager = self._bench.manager
        patch = selection.patch.patch if selection.patch else None
        if blocker.code is Code.NOT_READY and patch is not None:
            await self.did(await self._bench.call(manager.mark_ready, patch.id, session=self.session))
        elif blocker.code is Code.DEPENDENCY_ABANDONED and patch is not None and blocker.patch:
            outcome = await self._bench.call(
                manager.drop_dependency, patch.id, blocker.patch, session=self.session
            )
            await self.did(outcome)
        elif blocker.code is Code.CONFLICTS and patch is not None:
            await self._of_conflicts.settle_named(patch, blocker.name)
        elif blocker.code is Code.EMPTY and blocker.patch:
            await self._abandon(selection)
        elif blocker.code is Code.EMPTY:
            await self._open_definition(selection)
        elif blocker.editor and (found := self.board.editor_by_id.get(blocker.editor)):
            missing = blocker.code is Code.UNDEFINED_NAME
            await (self.assign(Selection(found)) if missing else self.edit(found.editor))
        elif blocker.patch and blocker.patch in self.board.patch_by_id:
            self._go_to(blocker.patch)
        elif blocker.code in _OF_A_FILE and patch is not None and blocker.name:
            blamed = await self._bench.call(partial(to_blame, manager, patch, blocker, self.session))
            if blamed is None:
                raise PatchbayError(blocker.code, f"{blocker.message}, and {patch.letter} only deletes.")
            await self._open_blocking(blamed)
        elif blocker.name:
            await self._open_blocking(blocker.name)

    def _go_to(self, patch: str) -> None:
        """Show a patch that blocks another: on the screen above the session's, else in its panel."""
        above = self._screen.app.screen
        if isinstance(above, CommandedScreen):
            above.show_patch(patch)
            return
        self._coming_back = (patch, self._screen.place)
        self._screen.place = to_patch(self._screen.place, patch)
        self._screen.draw()

    async def settle(self, patch: Patch, name: str) -> None:
        """Settle a patch's conflict in a definition."""
        await self._of_conflicts.settle_named(patch, name)

    async def _history(self, selection: Selection) -> None:
        await self.show_history()

    async def show_history(self, filters: Filters | None = None, entry: str | None = None) -> None:
        """Show the history, or what filters leave of it, from an entry by its id."""
        entries = await self._bench.call(self._bench.manager.log, session=self.session)
        await self.ask(HistoryScreen(self, self._screen, entries, filters, entry))

    async def _open_blocking(self, name: str) -> None:
        mine = (one.editor for one in self.board.editors if one.editor.user == self._bench.user)
        editor = next((one for one in mine if one.target == name), None)
        if editor is None:
            await self.open_named(Opening(name))
            editor = next((one.editor for one in self.board.editors if one.editor.target == name), None)
        if editor is not None:
            await self.edit(editor)
