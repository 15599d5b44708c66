"""`patchbay conflict …`: list, show, settle."""

from __future__ import annotations

import click

from tui.cli import json_form, plain
from tui.cli.answers import change
from tui.cli.asked import Answer, Asked, verb
from tui.cli.near import Group
from tui.cli.output import text_lines
from tui.cli.texts import read_text


@click.group(cls=Group)
def conflict() -> None:
    """Conflicts: changes that do not merge by themselves."""


@verb(conflict, "list", example="patchbay conflict list --json")
def list_(asked: Asked) -> Answer:
    """List the open conflicts."""
    found = asked.manager().conflicts(asked.session)
    return Answer(
        lambda: {"conflicts": [json_form.conflict_form(one) for _, one in found]},
        lambda: (
            [f"{one.name} in {plain.label(patch)} ({one.kind}): {one.id}" for patch, one in found]
            or ["No conflicts."]
        ),
    )


@verb(conflict, "show", example="patchbay conflict show MyApp.User.validate")
@click.argument("reference", metavar="C")
def show(asked: Asked, reference: str) -> Answer:
    """Show a conflict's three texts: base, ours, theirs."""
    manager = asked.manager()
    texts = manager.conflict_texts(reference, session=asked.session)
    found = next(pair for pair in manager.conflicts(asked.session) if reference in (pair[1].id, pair[1].name))
    named = dict(zip(("base", "ours", "theirs"), texts, strict=True))

    def lines() -> list[str]:
        shown = [f"{found[1].name} in {plain.label(found[0])} ({found[1].kind})"]
        for name, text in named.items():
            shown += ["", f"{name}:" if text is not None else f"{name}: (no such definition)"]
            shown += [] if text is None else text_lines(text)
        return shown

    return Answer(lambda: {"conflict": json_form.conflict_form(found[1]), **named}, lines)


@verb(conflict, "resolve", example="patchbay conflict resolve MyApp.User.validate --ours")
@click.argument("reference", metavar="C")
@click.option("--ours", is_flag=True, help="Take the patch's text.")
@click.option("--theirs", is_flag=True, help="Take the text beneath; the operation goes.")
@click.option("--file", "file", metavar="FILE", help="Take this text; - is standard input.")
def resolve(asked: Asked, reference: str, ours: bool, theirs: bool, file: str | None) -> Answer:
    """Settle a conflict."""
    if [ours, theirs, file is not None].count(True) != 1:
        raise click.UsageError("Say how to settle it with one of --ours, --theirs, --file FILE.")
    text = None if file is None else read_text(file)
    return change(asked.manager().resolve_conflict(reference, ours, theirs, text, session=asked.session))
