"""`patchbay session …`: start, list, switch, describe, end, reopen; the people in it."""

from __future__ import annotations

import click

from tui.cli import json_form, plain
from tui.cli.answers import change, close_preview, names_of_patches, refused
from tui.cli.asked import Answer, Asked, verb
from tui.cli.completion import complete_session
from tui.cli.near import Group

ROLES = ("viewer", "contributor", "maintainer", "owner")


@click.group(cls=Group)
def session() -> None:
    """Sessions: several changes at once, alone or with others."""


@verb(session, "start", example='patchbay session start user-improvements -d "Validation and profiles"')
@click.argument("name")
@click.option("-d", "--description", default="", metavar="TEXT", help="What the session is for.")
def start(asked: Asked, name: str, description: str) -> Answer:
    """Start a session and make it current."""
    return change(asked.manager().start_session(name, description))


@verb(session, "list", example="patchbay session list --all")
@click.option("--all", "everything", is_flag=True, help="Closed ones too.")
def list_(asked: Asked, everything: bool) -> Answer:
    """List your sessions, newest first. A star marks the current one."""
    found = asked.manager().sessions(all=everything)
    return Answer(
        lambda: {"sessions": [json_form.summary_form(one) for one in found]},
        lambda: plain.session_lines(found),
    )


@verb(session, "switch", example="patchbay session switch user-improvements")
@click.argument("reference", metavar="REF", shell_complete=complete_session)
def switch(asked: Asked, reference: str) -> Answer:
    """Make another open session the current one."""
    return change(asked.manager().switch_session(reference))


@verb(session, "edit", example="patchbay session edit --name user-work")
@click.option("--name", metavar="NAME", help="Another name.")
@click.option("-d", "--description", metavar="TEXT", help="Another description.")
def edit(asked: Asked, name: str | None, description: str | None) -> Answer:
    """Give the session another name or description."""
    if name is None and description is None:
        raise click.UsageError("Say what to change: --name NAME, or -d TEXT.")
    return change(asked.manager().edit_session(name, description, session=asked.session))


@verb(session, "close", example="patchbay session close --dry-run")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
def close(asked: Asked, dry_run: bool) -> Answer:
    """Close the session. Ready patches are merged, drafts are abandoned; one that fails stays as it is."""
    manager = asked.manager()
    names = names_of_patches(asked)
    if dry_run:
        preview = manager.close_preview(session=asked.session)
        refusal = refused(lambda: manager.require_may_end("close", asked.session))
        return close_preview(asked, preview, names, "Closing would:", refusal)
    result = manager.close_session(session=asked.session)
    asked.look()
    return Answer(
        lambda: json_form.close_form(result),
        lambda: plain.close_lines(result, names),
        exit_code=1 if result.patches_failed else 0,
    )


@verb(session, "abandon", example="patchbay session abandon --confirm user-improvements --dry-run")
@click.option("--confirm", metavar="NAME", help="The session's name, so that it is not by accident.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
def abandon(asked: Asked, confirm: str | None, dry_run: bool) -> Answer:
    """Abandon every open patch and close. Merged ones stay merged."""
    manager = asked.manager()
    if dry_run:
        preview = manager.abandon_preview(session=asked.session)
        refusal = refused(lambda: manager.require_may_end("abandon", asked.session))
        title = "Abandoning the session would:"
        return close_preview(asked, preview, names_of_patches(asked), title, refusal)
    if confirm is None:
        raise click.UsageError("Confirm with the session's name: --confirm NAME.")
    outcome = manager.abandon_session(confirm, session=asked.session)
    asked.look()
    return change(outcome)


@verb(session, "reopen", example="patchbay session reopen user-improvements --as user-improvements-2")
@click.argument("reference", metavar="REF", shell_complete=complete_session)
@click.option("--as", "as_name", metavar="NAME", help="Another name, where its own is taken.")
def reopen(asked: Asked, reference: str, as_name: str | None) -> Answer:
    """Open a closed session again and make it current."""
    return change(asked.manager().reopen_session(reference, as_name))


@verb(session, "rebind", example="patchbay session rebind --dry-run")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
def rebind(asked: Asked, dry_run: bool) -> Answer:
    """Bind the session to this git worktree and its present branch. What it holds is merged with that."""
    manager = asked.manager()
    if dry_run:
        preview, names = manager.rebind_preview(session=asked.session), names_of_patches(asked)
        return Answer(
            lambda: json_form.rebind_preview_form(preview),
            lambda: plain.rebind_preview_lines(preview, names),
        )
    outcome = manager.rebind_session(session=asked.session)
    asked.look()
    return change(outcome)


@verb(session, "invite", example="patchbay session invite bob contributor")
@click.argument("user", metavar="USER")
@click.argument("role", metavar="ROLE", type=click.Choice(ROLES))
def invite(asked: Asked, user: str, role: str) -> Answer:
    """Let somebody in. Roles: viewer, contributor, maintainer, owner."""
    return change(asked.manager().invite(user, role, session=asked.session))


@verb(session, "role", example="patchbay session role bob maintainer")
@click.argument("user", metavar="USER")
@click.argument("role", metavar="ROLE", type=click.Choice(ROLES))
def role(asked: Asked, user: str, role: str) -> Answer:
    """Change what somebody may do."""
    return change(asked.manager().set_role(user, role, session=asked.session))


@verb(session, "remove", example="patchbay session remove bob")
@click.argument("user", metavar="USER")
def remove(asked: Asked, user: str) -> Answer:
    """Take somebody out of the session. Their editors stay."""
    return change(asked.manager().remove_collaborator(user, session=asked.session))


@verb(session, "leave", example="patchbay session leave")
def leave(asked: Asked) -> Answer:
    """Leave the session."""
    return change(asked.manager().leave(session=asked.session))
