"""`patchbay undo` and `redo`."""

from __future__ import annotations

import click

from tui.cli import json_form, plain
from tui.cli.answers import change
from tui.cli.asked import Answer, Asked, verb
from tui.cli.failing import REFUSED

_group = click.Group()


@verb(_group, "undo", example="patchbay undo --dry-run")
@click.option("--skip", is_flag=True, help="Go past a change that something of others rests on.")
@click.option("--to", metavar="ENTRY", help="Take back everything of yours since and with this log entry.")
@click.option("--dry-run", is_flag=True, help="Only say what would be taken back.")
def undo(asked: Asked, skip: bool, to: str | None, dry_run: bool) -> Answer:
    """Take back what you did last in the session.

    What one command did in several transactions goes at once; --to takes back a part of it.
    """
    manager = asked.manager()
    if dry_run:
        preview = manager.undo_preview(to, skip, session=asked.session)
        return Answer(
            lambda: json_form.undo_preview_form(preview),
            lambda: plain.undo_preview_lines(preview),
            exit_code=0 if preview.code is None else REFUSED,
        )
    return change(manager.undo(skip, to, session=asked.session))


@verb(_group, "redo", example="patchbay redo")
def redo(asked: Asked) -> Answer:
    """Bring again all that your latest undo took back."""
    return change(asked.manager().redo(session=asked.session))


COMMANDS = tuple(_group.commands.values())
