"""Keys: how people and Textual write them, and which key leads to which command.

No commands here and nothing of Textual, so that the command line can read it too.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple, Protocol, TypeVar

NO_KEY = "no key"
"""Shown in the place of a key where a command has none."""
PASTED = "paste"
"""The key as which a pasted line comes where no field takes it: a filter takes its text."""
ALWAYS = frozenset({"ctrl+p", "ctrl+q"})
"""Keys that are answered over dialogs too; they stay with their commands."""


class Keyed(Protocol):
    """What keys lead to: a command of the registry."""

    @property
    def id(self) -> str:
        """Its name in `config.toml`."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys it has by default, as Textual names them."""


Command = TypeVar("Command", bound=Keyed)


class Keymap(NamedTuple):
    """Which keys each command has."""

    keys: Mapping[str, tuple[str, ...]]
    """The keys, as Textual names them, by command id."""

    def shown(self, command: str) -> str:
        """Give a command's first key as people write it."""
        keys = self.keys[command]
        return key_display(keys[0]) if keys else NO_KEY

    def all_shown(self, command: str) -> str:
        """Give all keys of a command as people write them; many digits are a range."""
        keys = self.keys[command]
        if len(keys) > 2 and all(key.isdigit() for key in keys):
            return f"{keys[0]}-{keys[-1]}"
        return " ".join(key_display(key) for key in keys) or NO_KEY

    def by_key(self, commands: Iterable[Command]) -> dict[str, Command]:
        """Give the command of each key. Raises ValueError when two of the commands have one key."""
        found: dict[str, Command] = {}
        for command in commands:
            for key in self.keys[command.id]:
                if key in found:
                    raise ValueError(f"{key} is both {found[key].id} and {command.id}")
                found[key] = command
        return found


def default_keymap(commands: Iterable[Keyed]) -> Keymap:
    """Give the keys that the registry declares."""
    return Keymap({command.id: command.keys for command in commands})


class Clash(NamedTuple):
    """A key that a command does not get, as another one that is met on the same screen has it."""

    command: str
    key: str
    holder: str


def remapped(
    screens: Sequence[Sequence[Keyed]], wanted: Mapping[str, Sequence[str]]
) -> tuple[Keymap, tuple[Clash, ...]]:
    """Give commands other keys: `wanted` holds Textual's names of keys by command id, in order of writing.

    A key that is wanted twice on one of the `screens` stays with the command that has it by default and was
    not changed, else with the one written first. A command that gets none of the keys wanted for it keeps
    those of its default keys that nobody else has; the keys that work over dialogs stay.
    """
    places: dict[str, set[int]] = {}
    commands: dict[str, Keyed] = {}
    for number, screen in enumerate(screens):
        for command in screen:
            places.setdefault(command.id, set()).add(number)
            commands[command.id] = command
    taken: dict[tuple[int, str], str] = {}
    clashes: list[Clash] = []

    def holder(command: str, key: str) -> str | None:
        return next((taken[at, key] for at in sorted(places[command]) if (at, key) in taken), None)

    def take(command: str, keys: Iterable[str]) -> tuple[str, ...]:
        for key in keys:
            taken.update({(at, key): command for at in places[command]})
        return tuple(keys)

    for command in commands.values():
        if command.id not in wanted:
            take(command.id, command.keys)
    changed: dict[str, tuple[str, ...]] = {}
    for name, keys in wanted.items():
        clashing = {key: other for key in keys if (other := holder(name, key)) not in (None, name)}
        clashes += [Clash(name, key, other or "") for key, other in clashing.items()]
        changed[name] = take(name, tuple(dict.fromkeys(key for key in keys if key not in clashing)))
    for name, keys in wanted.items():
        defaults = commands[name].keys
        if keys and not changed[name]:
            changed[name] = take(name, tuple(key for key in defaults if not holder(name, key)))
        changed[name] += tuple(key for key in defaults if key in ALWAYS and key not in changed[name])
    return Keymap({**default_keymap(commands.values()).keys, **changed}), tuple(clashes)


_DISPLAY = {"pagedown": "pgdn", "pageup": "pgup", "escape": "esc", "delete": "del"}


def key_display(key: str) -> str:
    """Give a key as people write it."""
    if key[:1] == "f" and key[1:].isdigit():
        return key.upper()
    if key in _NAMED or "+" in key or len(key) == 1:
        return _DISPLAY.get(key, key)
    return _signs().get(key) or _looked_up(key)


def _looked_up(key: str) -> str:
    try:
        return unicodedata.lookup(key.replace("_", " "))
    except KeyError:
        return key


@cache
def _signs() -> Mapping[str, str]:
    """Give the ASCII characters that are neither letters nor digits by Textual's names of their keys."""
    return {_character_key(sign): sign for sign in map(chr, range(33, 127)) if not sign.isalnum()}


_ALIASES = {
    "esc": "escape",
    "return": "enter",
    "pgdn": "pagedown",
    "pgdown": "pagedown",
    "pgup": "pageup",
    "del": "delete",
    "ins": "insert",
}
_NAMED = {
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete", "backspace"),
    *("tab", "enter", "escape", "space"),
} | {f"f{number}" for number in range(1, 25)}
_OTHER_NAMES = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
_TAKEN = {
    "ctrl+c": "it is left to the terminal",
    "ctrl+q": "it always quits",
    "ctrl+p": "it always opens the palette",
    "ctrl+h": "terminals send it as backspace",
    "ctrl+i": "terminals send it as tab",
    "ctrl+j": "terminals send it as enter",
    "ctrl+m": "terminals send it as enter",
    "ctrl+z": "it suspends",
}
"""Keys that no command can be given, with the reason."""


def _character_key(character: str) -> str:
    """Give Textual's name of the key that types a character."""
    if character.isalnum():
        return character
    name = unicodedata.name(character).lower().replace("-", "_").replace(" ", "_")
    return _OTHER_NAMES.get(name, name)


def key_named(written: str) -> str:
    """Give Textual's name of a key that a person wrote: "ctrl+s", "M", "?", "F2", "question_mark".

    Raises ValueError with a reason in a few words when there is no such key, or it does not arrive.
    """
    if len(written) == 1 and written.isprintable() and written != " ":
        return _character_key(written)
    *modifiers, last = written.strip().lower().split("+")
    last = _ALIASES.get(last, last)
    if "alt" in modifiers or "meta" in modifiers:
        raise ValueError("keys with alt can't be told from esc followed by the key")
    if not set(modifiers) <= {"ctrl", "shift"}:
        raise ValueError("there is no such key")
    plain = len(last) == 1 and last.isalnum() and last.isascii()
    if not (plain or last in _NAMED or last in _signs()):
        raise ValueError("there is no such key")
    if modifiers == ["shift"] and plain and last.isalpha():
        return last.upper()
    if modifiers and (last in _signs() or (plain and "shift" in modifiers) or last == "escape"):
        raise ValueError("terminals do not send it")
    name = "+".join([*(one for one in ("ctrl", "shift") if one in modifiers), last])
    if name in _TAKEN:
        raise ValueError(_TAKEN[name])
    return name
