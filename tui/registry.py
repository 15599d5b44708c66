"""Which commands are met on which screen, and the keys that they have by default."""

from __future__ import annotations

from tui.commands import COMMANDS, Command
from tui.keymap import default_keymap

SCREENS: tuple[tuple[Command, ...], ...] = (COMMANDS,)
"""The commands of each screen; no key means two of them on one screen."""

COMMANDS_BY_ID = {command.id: command for screen in SCREENS for command in screen}
DEFAULT_KEYMAP = default_keymap(SCREENS)
