"""What every verb is asked with (store, user, session, JSON), and the form in which it answers.

The decorator `verb` makes a function a command with those options, an example, and its answer printed.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from store.errors import Code, PatchbayError
from tui.cli.interrupts import Interrupts
from tui.cli.output import gone_quiet, write_document, write_lines, write_note

if TYPE_CHECKING:
    from store.session_manager import SessionManager


@dataclass
class Asked:
    """The options that stand before or after any verb, and what is shared by one run."""

    store: Path | None = None
    user: str | None = None
    session: str | None = None
    json: bool = False
    interrupts: Interrupts = field(default_factory=Interrupts)
    answering: bool = False
    """The verb is done; only its answer is still being written."""
    _manager: SessionManager | None = None

    def who(self) -> str:
        """Give the user's name: `--user`, else the login name. Raises `not-found` where there is none."""
        if self.user is not None:
            return self.user
        import getpass

        try:
            return getpass.getuser()
        except (KeyError, OSError):
            message = "This process has no login name: say who you are with --user NAME."
            raise PatchbayError(Code.NOT_FOUND, message) from None

    def manager(self, *, looks: bool = True) -> SessionManager:
        """Open the store, once, and look at its working tree. Raises `store-missing` where there is none."""
        if self._manager is None:
            from store.session_manager import open_store
            from store.session_manager.base import random_id

            new_id = self.interrupts.noting(random_id)
            self.use(open_store(here(self.store), store=self.store, user=self.who(), new_id=new_id))
            if looks:
                self.look()
        assert self._manager is not None
        return self._manager

    def look(self) -> None:
        """Take in what was changed in the git working tree; what stands in the way is said in a sentence."""
        assert self._manager is not None
        try:
            outcome = self._manager.look()
        except PatchbayError as error:
            write_note(error.message)
        else:
            write_note(*(() if outcome is None else outcome.notes))

    def use(self, manager: SessionManager) -> None:
        """Let this run use a manager that is open already."""
        self._manager = manager
        lock = manager.repository.lock
        self.interrupts.writing = lambda: lock.held_exclusively

    def reports(self) -> tuple[str, ...]:
        """Give what was found wrong with the store's files on the way."""
        if self._manager is None:
            return ()
        return tuple(dict.fromkeys(one.message for one in self._manager.repository.reports))


def here(store: Path | None = None) -> Path:
    """Give the present directory. Raises `store-missing` when it was deleted and no `store` is named."""
    try:
        return Path.cwd()
    except OSError:
        if store is not None and store.is_absolute():
            return store
        message = "The present directory is gone: change to another one, or give --store DIR."
        raise PatchbayError(Code.STORE_MISSING, message) from None


def asked_in(context: click.Context) -> Asked:
    """Give the one value that all commands of a run share."""
    return context.ensure_object(Asked)


class Answer(NamedTuple):
    """What a verb gives: a JSON value, and lines for a person. Only the one that is wanted is made."""

    document: Callable[[], object]
    lines: Callable[[], Iterable[str | bytes]]
    """Bytes are lines with their ends that another program takes, see `output`."""
    exit_code: int = 0


def common_options() -> list[click.Parameter]:
    """Make the options that are declared on every command."""

    def kept(context: click.Context, parameter: click.Parameter, value: Any) -> None:
        if value not in (None, False):
            setattr(asked_in(context), str(parameter.name).removeprefix("given_"), value)

    def option(name: str, **attributes: Any) -> click.Option:
        names = (name, f"given_{name.removeprefix('--')}")
        return click.Option(names, expose_value=False, callback=kept, **attributes)

    from tui.cli.completion import complete_session

    return [
        option("--store", type=StoreDirectory(), metavar="DIR", help="The store; else this directory's."),
        option("--user", metavar="NAME", help="Who acts; else the login name."),
        option(
            "--session",
            metavar="REF",
            help="A session's id or name; else the current one.",
            shell_complete=complete_session,
        ),
        option("--json", is_flag=True, is_eager=True, help="One JSON document on stdout."),
    ]


class StoreDirectory(click.ParamType[Path]):
    """A directory's path that need not exist yet."""

    name = "directory"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """Refuse the empty path, which would mean the present directory."""
        if isinstance(value, Path):
            return value
        if not value:
            self.fail("give the path of a directory.", param, ctx)
        try:
            return Path(value).expanduser()
        except RuntimeError:
            self.fail("it begins with the home of a user that is not known: write it out.", param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[click.shell_completion.CompletionItem]:
        """Let the shell complete directories."""
        return [click.shell_completion.CompletionItem(incomplete, type="dir")]


class Verb(click.Command):
    """A command with an example in its help."""

    def __init__(self, *arguments: Any, example: str, **attributes: Any) -> None:
        super().__init__(*arguments, **attributes)
        self.example = example

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the example below the options."""
        with formatter.section("Example"):
            formatter.write_text(self.example)


def verb(
    group: click.Group, name: str, *, example: str
) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Make a function `(asked, **arguments) -> Answer` the command `name` of a group.

    `example` is a whole command line, shown by `--help` and tried by the tests.
    """

    def decorate(function: Callable[..., Answer]) -> Callable[..., Answer]:
        @functools.wraps(function)
        @click.pass_context
        def run(context: click.Context, /, **arguments: Any) -> int:
            asked = asked_in(context)
            return answered(asked, function(asked, **arguments))

        command = group.command(name, cls=Verb, example=example)(run)
        command.params.extend(common_options())
        return function

    return decorate


def answered(asked: Asked, answer: Answer) -> int:
    """Write an answer in the form that was asked for; gives the exit code.

    A document that cannot be made is no answer: the refusal is one. Raises what making it raises.
    A reader that has gone away has what it wanted.
    """
    document = answer.document() if asked.json else None
    asked.answering = True
    for report in asked.reports():
        write_note(report)
    try:
        if asked.json:
            write_document(document)
        else:
            write_lines(answer.lines())
    except BrokenPipeError:
        gone_quiet()
    return answer.exit_code
