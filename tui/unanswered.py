"""What is said of a key that has no command where it was pressed: no key is without an answer. Pure."""

from __future__ import annotations

from typing import Protocol

from tui.keymap import PASTED, Keymap, key_display
from tui.patch_commands import PATCH_COMMANDS


class Pressed(Protocol):
    """A key as it came."""

    key: str
    character: str | None


def unanswered(keymap: Keymap, pressed: Pressed) -> str:
    """Say of a key that types something where the keys are listed; empty for all else that terminals send."""
    character = pressed.character or ""
    if pressed.key == PASTED or len(character) != 1 or not character.isprintable():
        return ""
    return f"{key_display(pressed.key)} does nothing here: {keymap.shown('help')} shows the keys."


def unanswered_in_session(keymap: Keymap, pressed: Pressed) -> str:
    """Say that besides of one that does something in a patch."""
    found = keymap.by_key(PATCH_COMMANDS).get(pressed.key)
    if found is None:
        return unanswered(keymap, pressed)
    return f"{found.label.removesuffix('…')}: in a patch, which {keymap.shown('open')} opens."
