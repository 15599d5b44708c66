"""What the session screen's commands do: ask, call the manager, say what came of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from textual.content import Content

from store import rules
from store.errors import Code, PatchbayError
from store.model import Patch
from store.views import Outcome
from tui.commands import COMMAND_BY_ID
from tui.dialogs.assign import suggested_name
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.naming import NameDialog, other_name
from tui.place import Selection, to_patch
from tui.present.board import Board
from tui.present.differences import Section, section, sections_of
from tui.present.effects import patch_label
from tui.present.history import Filters
from tui.present.text import definition_name, wrapped
from tui.saying import Said
from tui.screens.conflict_verbs import ConflictVerbs
from tui.screens.dependencies import DependenciesScreen
from tui.screens.differences import DifferencesScreen
from tui.screens.editor_verbs import EditorVerbs
from tui.screens.history import HistoryScreen
from tui.screens.left_once import LeftOnce
from tui.screens.merge_verbs import MergeVerbs
from tui.screens.outside import OutsideVerbs
from tui.screens.patch import PatchScreen
from tui.screens.people_verbs import PeopleVerbs
from tui.screens.session_verbs import SessionVerbs
from tui.screens.several_verbs import SeveralVerbs
from tui.screens.tree_verbs import TreeVerbs
from tui.screens.undo_verbs import UndoVerbs
from tui.words import sentence

if TYPE_CHECKING:
    from tui.screens.session import SessionScreen

Result = TypeVar("Result")


class Verbs:
    """The commands of one session screen. Raises what the manager raises."""

    def __init__(self, screen: SessionScreen) -> None:
        self._screen = screen
        self._bench = screen.bench
        self.editors = EditorVerbs(self, screen)
        self.merging = MergeVerbs(self, screen)
        self._of_session = SessionVerbs(self, screen)
        self._outside = OutsideVerbs(self, screen)
        self._people = PeopleVerbs(self, screen)
        self._of_undo = UndoVerbs(self, screen)
        self._of_conflicts = ConflictVerbs(self, screen)
        self._of_several = SeveralVerbs(self, screen)
        self._of_tree = TreeVerbs(self, screen)

    async def run(self, command: str, selection: Selection) -> None:
        """Run a command by its id."""
        do: dict[str, Callable[[Selection], Awaitable[None]]] = {
            "open": self._open,
            "diff": self._diff,
            "ready": self._ready,
            "abandon": self.abandon,
            "depend": self._depend,
            "history": self._history,
            "new-patch": self._new_patch,
            "select-related": self._of_several.choose_related,
            **self.editors.commands(),
            **self.merging.commands(),
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

    async def did(self, outcome: Outcome) -> None:
        """Show a verb's result."""
        self._screen.say(*await self.done(outcome))

    async def done(self, outcome: Outcome) -> Said:
        """Show what a verb has changed; gives what it came to in words."""
        await self._screen.refresh_view()
        self.merging.come_back()
        return Said(" ".join([sentence(outcome.summary), *(sentence(note) for note in outcome.notes)]))

    @property
    def session(self) -> str | None:
        """The id of the session that is shown."""
        return self._bench.session

    @property
    def board(self) -> Board:
        """The present view; commands that need a session are refused without one."""
        assert self._bench.board is not None
        return self._bench.board

    async def _open(self, selection: Selection) -> None:
        if selection.editor is not None:
            await self.editors.edit(selection.editor.editor)
        elif selection.patch is not None:
            await self.ask(PatchScreen(self, self._screen, selection.patch.patch.id))

    # What is selected

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

    async def abandon(self, selection: Selection) -> None:
        """Abandon the selected patch after asking, or restore it."""
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

    async def settle(self, patch: Patch, name: str | None) -> None:
        """Settle a patch's conflict in a definition."""
        await self._of_conflicts.settle_named(patch, name)

    async def _history(self, selection: Selection) -> None:
        await self.show_history()

    async def show_history(self, filters: Filters | None = None, entry: str | None = None) -> None:
        """Show the history, or what filters leave of it, from an entry by its id."""
        entries = await self._bench.call(self._bench.manager.log, session=self.session)
        await self.ask(HistoryScreen(self, self._screen, entries, filters, entry))
