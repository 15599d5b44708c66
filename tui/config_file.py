"""Reads `config.toml`: whatever is wrong with it is a sentence with its line, and the rest counts.

What settings mean, and what goes before the file, is in `settings`.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from tui.keymap import Clash, key_display, key_named, remapped
from tui.registry import COMMANDS_BY_ID, SCREENS
from tui.settings import SIGN_SETS, THEMES, ConfigFile, Problem, Setting, unknown

DIGITS = "editor"
"""The command whose keys say which editor is meant."""
_MOST_BYTES = 256 * 1024
_MOST_ATTEMPTS = 20
"""How many places that are not TOML are left out before the file is given up."""

Path_ = tuple[str, ...]


def _theme(value: object) -> str:
    return _one_of(value, THEMES, "theme")


def _signs(value: object) -> str:
    return _one_of(value, SIGN_SETS, "set of signs")


def _one_of(value: object, known: tuple[str, ...], what: str) -> str:
    if not isinstance(value, str) or value not in known:
        raise ValueError(unknown(str(value), known, what))
    return value


def _command(name: str) -> str:
    if name not in COMMANDS_BY_ID:
        raise ValueError(unknown(name, tuple(COMMANDS_BY_ID), "command"))
    if name == DIGITS:
        raise ValueError("the digits are the editors' numbers and can't be changed")
    return name


def _keys(value: object) -> tuple[str, ...]:
    keys = [value] if isinstance(value, str) else value
    if not isinstance(keys, list) or not all(isinstance(key, str) for key in keys):
        raise ValueError('keys are a text such as "M" or a list of them')
    return tuple(dict.fromkeys(_key(key) for key in keys if key))


def _key(written: str) -> str:
    try:
        return key_named(written)
    except ValueError as error:
        raise ValueError(f'"{written[:20]}" can\'t be used: {error}') from None


class _File(BaseModel):
    """The form of `config.toml`."""

    model_config = ConfigDict(extra="forbid")

    theme: Annotated[str | None, BeforeValidator(_theme)] = None
    signs: Annotated[str | None, BeforeValidator(_signs)] = None
    keys: dict[
        Annotated[str, AfterValidator(_command)], Annotated[tuple[str, ...], BeforeValidator(_keys)]
    ] = Field(default_factory=dict)


def read_config(path: Path) -> ConfigFile:
    """Read and check the file. Never fails: what is wrong with it is among its problems."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
        text = data.decode("utf-8")
    except OSError as error:
        reason = (error.strerror or "it can't be read").lower()
        return ConfigFile(problems=(Problem(path.name, f"{reason}, the defaults hold"),))
    except UnicodeDecodeError:
        return ConfigFile(problems=(Problem(path.name, "it is not UTF-8, the defaults hold"),))
    if len(data) > _MOST_BYTES:
        return ConfigFile(problems=(Problem(path.name, "it is too long, the defaults hold"),))
    return checked(text, path.name)


def checked(text: str, name: str) -> ConfigFile:
    """Check a file's text; `name` is what problems call the file."""
    document, problems = _parsed(text, name)
    lines = lines_of(text)

    def where(path: Path_) -> str:
        line = next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), None)
        return f"{name}:{line}" if line else name

    while True:
        try:
            found = _File.model_validate(document)
            break
        except ValidationError as error:
            for one in error.errors():
                path = tuple(str(part) for part in one["loc"] if part != "[key]")[:2]
                problems.append(Problem(where(path), _said(one, path)))
                _left_out(document, path)
    keymap, clashes = remapped([screen.commands for screen in SCREENS], found.keys)
    problems += [Problem(where(("keys", one.command)), _clash_said(one)) for one in clashes]

    def setting(key: str, value: str | None) -> Setting | None:
        return None if value is None else Setting(value, where((key,)))

    return ConfigFile(
        setting("theme", found.theme),
        setting("signs", found.signs),
        keymap,
        {command: where(("keys", command)) for command in found.keys},
        clashes,
        tuple(sorted(problems, key=_line_number)),
    )


def _line_number(problem: Problem) -> int:
    number = problem.where.rpartition(":")[2]
    return int(number) if number.isdigit() else 0


def _clash_said(clash: Clash) -> str:
    key = key_display(clash.key)
    return f'"{key}" stays with {clash.holder}, so {clash.command} does not get it'


def _said(error: Any, path: Path_) -> str:
    name = ".".join(path)
    if error["type"] == "extra_forbidden":
        return unknown(name, tuple(_File.model_fields), "setting")
    cause = error.get("ctx", {}).get("error")
    said = str(cause) if isinstance(cause, ValueError) else "it is not a table"
    return f"{name}: {said}"


def _left_out(document: dict[str, Any], path: Path_) -> None:
    for part in path[:-1]:
        document = document.get(part, {})
    document.pop(path[-1], None)


def _parsed(text: str, name: str) -> tuple[dict[str, Any], list[Problem]]:
    """Parse TOML, leaving out the lines that are not."""
    lines = text.split("\n")
    problems: list[Problem] = []
    for _ in range(_MOST_ATTEMPTS):
        try:
            return tomllib.loads("\n".join(lines)), problems
        except tomllib.TOMLDecodeError as error:
            at, reason = _place(str(error), lines)
            problems.append(Problem(f"{name}:{at + 1}", f"this is not TOML ({reason}) and is left out"))
            end = len(lines) if "end of document" in str(error) else at + 1
            lines[at:end] = [""] * (end - at)
        except RecursionError:
            return {}, [Problem(name, "there are too many brackets in one another, the defaults hold")]
    return {}, [Problem(name, "too much of it is not TOML, the defaults hold")]


def _place(message: str, lines: list[str]) -> tuple[int, str]:
    """Give the index of the line that an error is about, and the reason without the place."""
    reason = message.partition(" (at")[0]
    reason = reason[:1].lower() + reason[1:]
    found = re.search(r"at line (\d+)", message)
    if found:
        return int(found[1]) - 1, reason
    begun = [number for number, line in enumerate(lines) if _STATEMENT.match(line)]
    return (begun[-1] if begun else 0), f"{reason}, to the end of the file"


_BARE = r'[\w-]+|"[^"\n]*"|\'[^\'\n]*\''
_DOTTED = rf"(?:{_BARE})(?:\s*\.\s*(?:{_BARE}))*"
_STATEMENT = re.compile(rf"\s*(?:\[\s*(?P<table>{_DOTTED})\s*\]|(?P<key>{_DOTTED})\s*=)")


def lines_of(text: str) -> dict[Path_, int]:
    """Give the line, from 1, on which each table and key of a TOML text is written first."""
    found: dict[Path_, int] = {}
    table: Path_ = ()
    for number, line in enumerate(text.split("\n"), 1):
        statement = _STATEMENT.match(line)
        if statement is None:
            continue
        named = statement["table"] or statement["key"]
        parts = tuple(part.strip("\"'") for part in re.findall(_BARE, named))
        path = parts if statement["table"] else table + parts
        table = parts if statement["table"] else table
        for end in range(1, len(path) + 1):
            found.setdefault(path[:end], number)
    return found
