"""The command `patchbay` itself: its groups, the screen that it opens, and how a run begins and ends."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from tui.cli import conflicts, editors, patches, sessions, settings, stores, trees, undoing
from tui.cli.asked import Asked, asked_in, common_options
from tui.cli.failing import run_to_code
from tui.cli.near import Group
from tui.cli.screen import open_screen

_HELP = """One session, many patches: every edited definition is plugged into its patch and merged on its own.

Without a command it opens the screen; `patchbay demo` shows an example to play with.

P, E, C, REF below are an id, a unique name, a patch's letter, or for editors the number or the
definition's name; `-` as a file is standard input. Exit codes: 0 done, 1 refused by a rule, 2 wrong
usage, 3 the store, 130 cancelled.

To complete commands and names with tab, once for each shell:

\b
  bash   eval "$(_PATCHBAY_COMPLETE=bash_source patchbay)"   in ~/.bashrc
  zsh    eval "$(_PATCHBAY_COMPLETE=zsh_source patchbay)"    in ~/.zshrc
  fish   _PATCHBAY_COMPLETE=fish_source patchbay | source    in config.fish
"""


class Patchbay(Group):
    """The root of all commands; whatever happens in a run becomes an answer and an exit code."""

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> NoReturn:
        """Run with the arguments given, else with the process's, and exit."""
        arguments = list(sys.argv[1:] if args is None else args)
        asked = Asked()

        def run() -> object:
            return super(Patchbay, self).main(
                arguments, prog_name or "patchbay", complete_var, False, obj=asked, **extra
            )

        sys.exit(run_to_code(asked, arguments, run))


@click.group("patchbay", cls=Patchbay, help=_HELP, invoke_without_command=True)
@click.version_option(package_name="patchbay", message="patchbay %(version)s")
@click.pass_context
def patchbay(context: click.Context) -> int:
    """Open the screen when there is no command."""
    return open_screen(asked_in(context)) if context.invoked_subcommand is None else 0


patchbay.params.extend(common_options())
for group in (sessions.session, patches.patch, editors.editor, conflicts.conflict, trees.tree):
    group.params.extend(common_options())
    patchbay.add_command(group)
for command in (*stores.COMMANDS, *undoing.COMMANDS, *settings.COMMANDS):
    patchbay.add_command(command)
