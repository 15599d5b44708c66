"""Keys: the paths of definitions inside one file, as text. What a part of one can hold, and its pieces.

A part is an identifier, `<import>` and the like, or, outside Python, what `encoded` or `slug` gives; a Rust
`impl` adds its trait in brackets. What repeats in a file gets a number: `value#2`. Names across files live
in `names`.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

LONGEST_SLUG = 100

IMPL = "<impl>"
"""Ends the key of a Rust `impl` of no trait: `Cart<impl>`, whose members are `Cart.total`."""

_RESTS = r"<(?:import|doc|tail|after [^<>.:/]+|file)>"
_NUMBER = r"(?:#[1-9]\d*)?"
_PYTHON_PART = re.compile(rf"(?:[^\W\d]\w*|{_RESTS}){_NUMBER}")
_ANY_PART = re.compile(rf"(?:#?[\w$%\[\]-]+(?:<[\w$%\[\]-]+>)?|{_RESTS}){_NUMBER}")
_NUMBERED = re.compile(r"(?<=.)#[1-9]\d*\Z")
_IMPL_END = re.compile(rf"{IMPL}{_NUMBER}\Z")


def is_key(key: str, in_python: bool) -> bool:
    """Whether every part of a key is well formed, and only the last one a rest."""
    part_pattern = _PYTHON_PART if in_python else _ANY_PART
    parts = key.split(".")
    return all(part_pattern.fullmatch(part) for part in parts) and not any(
        part.startswith("<") for part in parts[:-1]
    )


def last_part(name: str) -> str:
    """The last part of a name or key: `validate` of `MyApp.User.validate`."""
    return name.rpartition(":")[2].rpartition(".")[2]


def parent_of(name: str) -> str:
    """A name or key without its last part; empty at the top."""
    return name.rpartition(".")[0]


def unnumbered(part: str) -> str:
    """A part, key or name without the number of a repeated one: `value` of `value#2`."""
    return _NUMBERED.sub("", part)


class GivenKeys:
    """The keys already given in a file; what is asked for again gets the next number."""

    def __init__(self) -> None:
        self._given: set[str] = set()
        self._last: dict[str, int] = {}

    def give(self, key: str) -> str:
        """The key, or with the first number that makes it a new one."""
        given = key
        while given in self._given:
            self._last[key] = self._last.get(key, 1) + 1
            given = f"{key}#{self._last[key]}"
        self._given.add(given)
        return given


def member_prefix(key: str) -> str:
    """What the keys of a class's members begin with: its own key, `Cart` of `Cart<impl>`."""
    return _IMPL_END.sub("", key)


def inside(container: str, part: str) -> str:
    """The key of a part in a class, or at the top where `container` is empty."""
    return f"{member_prefix(container)}.{part}" if container else part


def rest_name(key: str) -> str:
    """How `<after …>` names the definition of this key."""
    return last_part(key).replace("<", " ").replace(">", "").strip()


def encoded(text: str) -> str:
    """Any text as a part: letters, digits, `_ $ - [ ]` stay, the rest is percent-encoded."""
    return re.sub(r"[^\w$\[\]-]", lambda found: _percent(found[0]), text) or "%22%22"


def _percent(character: str) -> str:
    return quote(character, safe="") if quote(character, safe="") != character else f"%{ord(character):02X}"


def decoded(part: str) -> str:
    """The text that `encoded` made a part of."""
    return "" if part == "%22%22" else unquote(part)


def slug(title: str) -> str:
    """A title as a part: its words with dashes between them."""
    without_links = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", title)
    return "-".join(re.findall(r"[\w$]+", without_links))[:LONGEST_SLUG].rstrip("-") or "section"
