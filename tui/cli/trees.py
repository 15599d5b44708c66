"""`patchbay tree …`: the git working tree that a session is bound to."""

from __future__ import annotations

import click

from tui.cli import plain
from tui.cli.answers import change
from tui.cli.asked import Answer, Asked, verb
from tui.cli.near import Group


@click.group(cls=Group)
def tree() -> None:
    """Git working trees: what they have is taken in by every command."""


@verb(tree, "pull", example="patchbay tree pull --dry-run")
@click.option("--dry-run", is_flag=True, help="Only say what is behind.")
def pull(asked: Asked, dry_run: bool) -> Answer:
    """Write into the working tree what is behind there.

    That is what only the codebase changed, or what was merged with other texts; it is no edit of yours.
    """
    manager = asked.manager()
    if not dry_run:
        return change(manager.pull_tree(session=asked.session))
    behind = manager.view(asked.session).behind
    return Answer(lambda: {"behind": list(behind)}, lambda: plain.behind_lines(behind))
