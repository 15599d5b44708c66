"""The verbs about the store as a whole: make, import, export, look, and the demo; and opening the screen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tui.cli import CANCELLED, json_form, plain
from tui.cli.asked import Answer, Asked, StoreDirectory, here, verb
from tui.cli.completion import complete_definition, complete_patch
from tui.cli.interrupts import NOTHING_CHANGED
from tui.cli.output import text_lines, write_note, write_progress
from tui.cli.screen import open_screen
from tui.words import VERBS, counted

if TYPE_CHECKING:
    from store.codebase.transfer import ImportSummary, Progress

_group = click.Group()


@verb(_group, "open", example="patchbay open dark://edit/SESSION/EDITOR")
@click.argument("link", metavar="LINK")
def open_(asked: Asked, link: str) -> Answer:
    """Open the screen at the editor of a link."""
    return Answer(lambda: None, lambda: (), exit_code=open_screen(asked, link))


@verb(_group, "demo", example="patchbay demo --no-screen")
@click.option("--git", "on_git", is_flag=True, help="A small real repository with tangled changes.")
@click.option("--no-screen", is_flag=True, help="Only make it.")
def demo(asked: Asked, no_screen: bool, on_git: bool) -> Answer:
    """Make an example to play with and open it as alice. With --store it is made once, then opened again.

    With --git it is a repository in a new directory, whose files alice has changed for two reasons at once.
    """
    shows = not (no_screen or asked.json) and _shows_screen()
    if on_git:
        return _git_demo(asked, shows)
    from tui.demo import ALICE, open_demo
    from tui.demo_places import fresh_directory, note_made

    directory = asked.store.expanduser().absolute() if asked.store is not None else fresh_directory()
    asked.interrupts.sentence = f"Cancelled; nothing was changed in {directory}."
    manager, made = open_demo(directory, asked.user or ALICE)
    if asked.store is None:
        note_made(directory)
    asked.use(manager)
    if shows:
        exit_code = open_screen(asked)
        return Answer(lambda: None, lambda: demo_lines(directory, "."), exit_code)
    return Answer(
        lambda: {"store": str(directory), "made": made, "session": manager.current_session()},
        lambda: demo_lines(directory, "." if made else "; it was there already."),
    )


def _shows_screen() -> bool:
    """Whether there is a terminal to show the demo on. Raises a usage error for one that can't show it."""
    from tui.terminal import is_terminal, refuse_terminal

    refusal = refuse_terminal()
    if refusal is not None and is_terminal():
        raise click.UsageError(f"{refusal} With --no-screen the demo is only made.")
    return refusal is None


def _git_demo(asked: Asked, shows: bool) -> Answer:
    if asked.store is not None:
        raise click.UsageError("The demo with --git has its store in its own repository: leave --store out.")
    from store.session_manager.base import random_id, utc_now
    from tui.demo_git import build_git_demo
    from tui.demo_places import fresh_directory, note_made

    directory = fresh_directory()
    asked.interrupts.sentence = f"Cancelled; what was made is in {directory}."
    manager = build_git_demo(directory, utc_now, random_id)
    note_made(directory)
    manager = manager if asked.user is None else manager.as_user(asked.user)
    asked.use(manager)
    exit_code = open_screen(asked) if shows else 0
    return Answer(
        lambda: {"repository": str(directory), "session": manager.current_session()},
        lambda: _git_demo_lines(directory),
        exit_code,
    )


def _git_demo_lines(directory: Path) -> tuple[str, ...]:
    """Say where the repository is, how to open it again, and how to see what became of it."""
    import shlex

    place, patchbay = shlex.quote(str(directory)), this_command()
    return (
        f"The demo's repository is {directory}.",
        f"Look at it:            cd {place} && {patchbay} --user alice status",
        f"Open its screen:       cd {place} && {patchbay} --user alice",
        f"The same as bob:       cd {place} && {patchbay} --user bob",
        f"What was merged in it: git -C {place} log -p",
    )


def demo_lines(directory: Path, end: str) -> tuple[str, ...]:
    """Say where the demo is and how to open it again, also as the other of its two people."""
    import shlex

    command = f"{this_command()} --store {shlex.quote(str(directory))} --user"
    return (
        f"The demo's store is {directory}{end}",
        f"Look at it:          {command} alice status",
        f"Open its screen:     {command} alice",
        f"The same as bob:     {command} bob",
    )


def this_command() -> str:
    """Give what runs this program again from anywhere: its name where the shell finds it, else its path."""
    import shlex
    import shutil
    import sys

    ran = Path(sys.argv[0])
    by_name = ran.name != "patchbay" or shutil.which("patchbay") is not None
    return "patchbay" if by_name else shlex.quote(str(ran.absolute()))


@verb(_group, "init", example="patchbay init --import src")
@click.option(
    "--import", "source", type=StoreDirectory(), metavar="DIR", help="Take this directory's files in."
)
@click.option("--organization", metavar="NAME", help="Whose sessions these are.")
@click.option("--shared-group", metavar="GROUP", help="Let a group of this machine's users share the store.")
def init(asked: Asked, source: Path | None, organization: str | None, shared_group: str | None) -> Answer:
    """Make a store for this directory. One that is there stays, and can import more."""
    from store.session_manager import init_store
    from store.storage.layout import StoreLayout, locate

    if source is not None and not _is_directory(source):
        raise click.UsageError(f"{str(source)[:100]} is no directory: name one that holds source files.")
    layout = StoreLayout(locate(here(), asked.store))
    existed = layout.exists()
    manager = init_store(
        here(),
        store=asked.store,
        user=asked.who(),
        organization=organization,
        shared_group=shared_group,
    )
    asked.use(manager)
    summary = None if source is None else _imported(asked, source)
    if summary is not None and summary.revision is None:
        if not existed:
            _take_back(layout.root)
        asked.interrupts.sentence = NOTHING_CHANGED
        raise KeyboardInterrupt
    revision = manager.codebase.revision()
    if summary is not None and not asked.json:
        write_note(*summary.left_out)

    def lines() -> list[str]:
        made = f"The store is {layout.root}" + ("; it was there already." if existed else ".")
        if manager.worktree is not None:
            return [made, "Edit the repository's files; patchbay status shows what is changed."]
        if summary is None:
            return [made, "Take source files in with patchbay init --import DIR."]
        if not summary.files:
            return [made, f"Nothing in it has to be imported; the codebase stays at revision {revision}."]
        return [made, f"Imported {counted(summary.files, 'file')} as revision {revision}."]

    return Answer(lambda: json_form.init_form(str(layout.root), summary, revision), lines)


def _is_directory(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def _imported(asked: Asked, source: Path) -> ImportSummary:
    asked.interrupts.polite = True
    try:
        return asked.manager().import_tree(source, _progress("Importing"), asked.interrupts.cancelled)
    finally:
        write_progress("")
        asked.interrupts.polite = False


def _take_back(root: Path) -> None:
    """Remove the store that this run has just made, so that cancelling leaves nothing behind."""
    import shutil

    shutil.rmtree(root, ignore_errors=True)


def _progress(doing: str) -> Progress:
    def show(done: int, total: int) -> None:
        if done % 50 == 0 or done == total:
            write_progress(f"{doing} {done} of {total} files")

    return show


@verb(_group, "export", example="patchbay export ./out")
@click.argument("directory", type=StoreDirectory(), metavar="DIR")
@click.option("--force", is_flag=True, help="Overwrite files that were changed outside Patchbay.")
def export(asked: Asked, directory: Path, force: bool) -> Answer:
    """Write the codebase's files into a directory."""
    manager = asked.manager()
    interrupts = asked.interrupts
    interrupts.sentence = f"Cancelled; some files in {directory} may have been written."
    interrupts.polite = True
    try:
        summary = manager.export_tree(directory, force, _progress("Exporting"), interrupts.cancelled)
    finally:
        write_progress("")
        interrupts.polite = False
    count = counted(len(summary.written), "file")
    rest = f", {len(summary.unchanged)} unchanged, {len(summary.removed)} removed"
    return Answer(
        lambda: json_form.export_form(str(directory), summary),
        lambda: [
            ("Cancelled: wrote " if summary.cancelled else "Wrote ") + count + f" to {directory}{rest}.",
            *(f"  kept {path}, which was changed since it was exported" for path in summary.kept),
        ],
        exit_code=CANCELLED if summary.cancelled else 0,
    )


@verb(_group, "status", example="patchbay status --json")
def status(asked: Asked) -> Answer:
    """Show the session: editors, patches, what blocks them."""
    manager = asked.manager()
    if asked.session is None and manager.current_session() is None:
        place, view = manager.codebase_view(), None
    else:
        view = manager.view(asked.session)
        place = view.codebase
    return Answer(
        lambda: json_form.status_form(manager.user, place, view),
        lambda: plain.status_lines(manager.user, place, view),
    )


@verb(_group, "names", example="patchbay names MyApp.User")
@click.argument("prefix", default="", metavar="[PREFIX]", shell_complete=complete_definition)
def names(asked: Asked, prefix: str) -> Answer:
    """List the codebase's definitions."""
    found = asked.manager().names(prefix)
    return Answer(lambda: {"names": list(found)}, lambda: found)


@verb(_group, "show", example="patchbay show MyApp.User.validate --patch A")
@click.argument("name", shell_complete=complete_definition)
@click.option("--patch", metavar="P", shell_complete=complete_patch, help="As this patch has it.")
def show(asked: Asked, name: str, patch: str | None) -> Answer:
    """Show a definition's text."""
    text = asked.manager().show(name, patch, session=asked.session)
    return Answer(lambda: json_form.definition_form(text), lambda: text_lines(text.text))


@verb(_group, "log", example="patchbay log --by alice --verb patch --limit 10")
@click.option("--by", metavar="USER", help="Only what this user did.")
@click.option("--patch", metavar="P", shell_complete=complete_patch, help="Only what changed this patch.")
@click.option("--verb", "done", metavar="VERB", help="Only this verb or group, such as patch.merge or patch.")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="At most so many, newest first.")
def log(asked: Asked, by: str | None, patch: str | None, done: str | None, limit: int | None) -> Answer:
    """Show who did what when, newest first."""
    if done is not None:
        _require_verb(done)
    found = asked.manager().log(asked.session, by, patch, done, limit)
    return Answer(
        lambda: {"entries": [json_form.entry_form(one) for one in found]}, lambda: plain.log_lines(found)
    )


def _require_verb(given: str) -> None:
    """Raise a usage error, with what may have been meant, for no verb of the log and no group of them."""
    known = dict.fromkeys((*(one.partition(".")[0] for one in VERBS), *VERBS))
    if given in known:
        return
    from store.rules import quoted
    from store.source.names import nearest

    meant = f"Did you mean {' or '.join(found)}?" if (found := nearest(given[:100], known)) else ""
    groups = f"Give one of {', '.join(one for one in known if '.' not in one)}, or a verb of those."
    raise click.UsageError(f"The log has no verb {quoted(given)}. {meant or groups}")


@verb(_group, "doctor", example="patchbay doctor --fix")
@click.option("--fix", is_flag=True, help="Put right what can be, and drop texts that nothing names.")
def doctor(asked: Asked, fix: bool) -> Answer:
    """Look for damage in the store's files."""
    health = asked.manager().doctor(fix)
    left = [one for one in health.findings if one not in health.fixed and one.kind.value != "kept-aside"]
    return Answer(
        lambda: json_form.health_form(health),
        lambda: plain.health_lines(health),
        exit_code=3 if left else 0,
    )


COMMANDS = tuple(_group.commands.values())
