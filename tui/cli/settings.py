"""`patchbay keys` and `patchbay config`: the keys and settings in force, and where each came from."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from store.errors import PatchbayError
from tui.cli.asked import Answer, Asked, here, verb
from tui.cli.output import table

if TYPE_CHECKING:
    from tui.settings import Problem, Settings

_group = click.Group()


@verb(_group, "keys", example="patchbay keys --json")
def keys(asked: Asked) -> Answer:
    """List every command with its keys and where they came from, and the clashes in config.toml."""
    from tui.registry import SCREENS
    from tui.settings import read_settings

    settings = read_settings()

    def document() -> object:
        return {
            "keys": [
                {
                    "command": one.id,
                    "screen": screen.title,
                    "keys": list(settings.keymap.keys[one.id]),
                    "shown": settings.keymap.all_shown(one.id),
                    "help": one.help,
                    "origin": settings.origin_of(one.id),
                }
                for screen in SCREENS
                for one in screen.own
            ],
            "clashes": [
                {
                    "command": one.command,
                    "key": one.key,
                    "holder": one.holder,
                    "where": settings.file.written[one.command],
                }
                for one in settings.file.clashes
            ],
            "problems": _problem_forms(settings.problems),
        }

    def lines() -> Iterator[str]:
        for screen in SCREENS:
            yield f"{screen.title}:"
            yield from table(
                [
                    (settings.keymap.all_shown(one.id), one.id, settings.origin_of(one.id), one.help)
                    for one in screen.own
                ]
            )
        yield from _problem_lines(settings)

    return Answer(document, lines)


@verb(_group, "config", example="patchbay config")
def config(asked: Asked) -> Answer:
    """Show each setting, where it came from, and what is wrong in config.toml."""
    from tui.settings import read_settings

    settings = read_settings()
    rows = list(_settings(asked, settings))
    found = "" if settings.exists else " (there is none)"
    return Answer(
        lambda: {
            "path": str(settings.path),
            "exists": settings.exists,
            "settings": [{"name": name, "value": value, "origin": origin} for name, value, origin in rows],
            "problems": _problem_forms(settings.problems),
        },
        lambda: (f"The file is {settings.path}{found}", *table(rows), *_problem_lines(settings)),
    )


def _settings(asked: Asked, settings: Settings) -> Iterator[tuple[str, str, str]]:
    """Give name, value and origin of each setting."""
    from tui.settings import DEFAULT

    yield "theme", settings.theme.value, settings.theme.origin
    yield "signs", settings.signs.value, settings.signs.origin
    for command in settings.file.written:
        yield f"keys.{command}", settings.keymap.all_shown(command), settings.origin_of(command)
    named = next((name for name in ("VISUAL", "EDITOR") if os.environ.get(name)), None)
    yield "editor", os.environ[named] if named else "none", f"environment {named}" if named else DEFAULT
    yield "user", asked.who(), DEFAULT if asked.user is None else "command line"
    yield "store", _place(asked), DEFAULT if asked.store is None else "command line"


def _place(asked: Asked) -> str:
    """Give where the store lies, or would; "none" where there can be none."""
    from store.storage.layout import locate

    try:
        return str(locate(here(), asked.store))
    except PatchbayError:
        return "none"


def _problem_forms(problems: tuple[Problem, ...]) -> list[dict[str, str]]:
    return [{"where": one.where, "message": one.message} for one in problems]


def _problem_lines(settings: Settings) -> Iterator[str]:
    if settings.problems:
        yield "Wrong, and left out:"
    for one in settings.problems:
        yield f"  {one.sentence}"


COMMANDS = tuple(_group.commands.values())
