"""The palette: what is chosen is done to what it was offered for, or gone to on the session screen."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from store.session_manager import SessionSummary
from tui.commands import COMMAND_BY_ID, Command, Scope
from tui.dialogs.opening import Opening
from tui.dialogs.palette import Commanded, PaletteDialog, Target, entries
from tui.place import Selection
from tui.screens.commanded import CommandedScreen

if TYPE_CHECKING:
    from tui.screens.session import SessionScreen
    from tui.screens.session_verbs import SessionVerbs
    from tui.screens.verbs import Verbs


class Subject(NamedTuple):
    """What a command is about, by ids, and what it is called there: that says the record's state."""

    records: tuple[str, ...]
    row: str
    label: str


def subject_of(screen: Commanded, command: Command) -> Subject:
    """Give what a command of a screen would act on now."""
    one = screen.selection
    editors = [found.editor.id for found in (one.editor, *one.editors) if found is not None]
    patches = [found.patch.id for found in (one.patch, *one.patches) if found is not None]
    operation = [one.operation.name] if one.operation is not None else []
    row = screen.row if isinstance(screen, CommandedScreen) else ""
    return Subject((*editors, *patches, *operation), row, command.named(screen.board, one))


class PaletteVerbs:
    """Ask in the palette and do what was chosen. Raises what the manager raises."""

    def __init__(self, of_session: SessionVerbs, verbs: Verbs, screen: SessionScreen) -> None:
        self._of_session, self._verbs = of_session, verbs
        self._screen, self._bench = screen, screen.bench

    async def run(self, selection: Selection) -> None:
        """Show the palette over the screen on top."""
        screen = self._screen.app.screen
        if not isinstance(screen, Commanded):
            return
        sessions = await self._bench.call(self._bench.manager.sessions, True)
        writable = COMMAND_BY_ID["open-definition"].refusal(screen.board, screen.selection) is None
        offered = {one.id: subject_of(screen, one) for one in screen.KNOWN}
        target = await self._verbs.ask(PaletteDialog(self._bench, entries(screen, sessions), writable))
        if target is None:
            return
        if target.kind == "command":
            command = next(one for one in screen.KNOWN if one.id == target.key)
            self._screen.call_later(self._press, screen, command, offered[command.id])
        elif target.kind == "definition":
            opened = await self._verbs.editors.open_named(Opening(target.key))
            if opened is not None:
                await self._verbs.editors.edit(opened)
        else:
            self._go(target, sessions)

    def _press(self, screen: Commanded, command: Command, offered: Subject) -> None:
        """Do a command, unless what it was offered for has gone or has another state now."""
        about_record = command.scope in (Scope.EDITOR, Scope.PATCH)
        if about_record and subject_of(screen, command) != offered:
            label = offered.label.removesuffix("…")
            screen.say(f"{label}: what that was about changed meanwhile, nothing was done.", failed=True)
        else:
            screen.press(command)

    def _go(self, target: Target, sessions: Sequence[SessionSummary]) -> None:
        """Leave the screens over the session's, and go to a record there or show another session."""
        self._screen.leave_those_above()
        board = self._bench.board
        if target.kind == "session":
            one = next(one for one in sessions if one.session.id == target.key)
            self._screen.do_later(partial(self._of_session.switch, one))
        elif board is not None and target.kind == "patch" and target.key in board.patch_by_id:
            self._screen.go_to_patch(target.key)
        elif board is not None and target.kind == "editor" and target.key in board.editor_by_id:
            self._screen.go_to_editor(target.key)
        else:
            self._screen.say(f"That {target.kind} is gone.", failed=True)
