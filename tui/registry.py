"""Which commands are met on which screen, and the keys that they have by default."""

from __future__ import annotations

from typing import NamedTuple

from tui.commands import COMMAND_BY_ID, COMMANDS, Command
from tui.conflict_commands import CONFLICT_COMMANDS, CONFLICT_SHARED, PLACE_COMMANDS, PLACE_SHARED
from tui.editing_commands import (
    DIFFERENCES_COMMANDS,
    DIFFERENCES_SHARED,
    EDITING_COMMANDS,
    EDITING_SHARED,
    HISTORY_COMMANDS,
    HISTORY_SHARED,
)
from tui.keymap import default_keymap
from tui.patch_commands import DEPENDENCY_COMMANDS, DEPENDENCY_SHARED, PATCH_COMMANDS, PATCH_SHARED


class ScreenCommands(NamedTuple):
    """The commands that are met on one screen; no key means two of them there."""

    title: str
    """Where that is, to be read after nothing else: "In a patch"."""
    own: tuple[Command, ...]
    shared: tuple[str, ...] = ()
    """Ids of the session screen's commands that are met there too."""
    dialog: bool = False
    """It is a dialog, or part of one, and names its keys itself; help elsewhere finds them when asked."""

    @property
    def commands(self) -> tuple[Command, ...]:
        """All of them."""
        return (*self.own, *(COMMAND_BY_ID[one] for one in self.shared))


SESSION = ScreenCommands("In a session", COMMANDS)
PATCH = ScreenCommands("In a patch", PATCH_COMMANDS, PATCH_SHARED)
DEPENDENCIES = ScreenCommands("In the dependency view", DEPENDENCY_COMMANDS, DEPENDENCY_SHARED)
EDITING = ScreenCommands("In the definition editor", EDITING_COMMANDS, EDITING_SHARED)
DIFFERENCES = ScreenCommands("In differences", DIFFERENCES_COMMANDS, DIFFERENCES_SHARED)
HISTORY = ScreenCommands("In the history", HISTORY_COMMANDS, HISTORY_SHARED)
CONFLICT = ScreenCommands("In a conflict", CONFLICT_COMMANDS, CONFLICT_SHARED, dialog=True)
PLACE = ScreenCommands("In the text of a conflict's place", PLACE_COMMANDS, PLACE_SHARED, dialog=True)
SCREENS = (SESSION, PATCH, DEPENDENCIES, EDITING, DIFFERENCES, HISTORY, CONFLICT, PLACE)

COMMANDS_BY_ID = {command.id: command for screen in SCREENS for command in screen.own}
"""Every command of every screen."""
DEFAULT_KEYMAP = default_keymap(COMMANDS_BY_ID.values())
