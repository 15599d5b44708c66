"""The commands that open the screen: the only ones that import Textual, and only then."""

from __future__ import annotations

import click

from tui.cli.asked import Asked


def open_screen(asked: Asked, link: str | None = None) -> int:
    """Show the screen, at an editor where a link is given; gives the exit code.

    Raises a usage error where there is no terminal for it, `not-found` for a link that opens nothing.
    """
    from tui.terminal import refuse_terminal

    if asked.json:
        raise click.UsageError("The screen has no JSON form: give a command, such as status.")
    refusal = refuse_terminal()
    if refusal is not None:
        raise click.UsageError(refusal)
    manager = asked.manager(looks=False)
    if asked.session is not None:
        manager.switch_session(asked.session)
    if link is not None:
        manager.resolve_link(link)
    from tui.app import run

    asked.interrupts.leave_to_the_screen()
    return run(manager, link)
