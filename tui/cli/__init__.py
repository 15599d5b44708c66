"""The command line: every verb of the session manager, for people, scripts and tests.

`main` is the installed command. Nothing here imports Textual or rich; a verb imports what it needs.
"""

from __future__ import annotations

import gc
import os
import sys

CANCELLED = 130
"""The exit code after ctrl+c."""

NO_PLUGINS = "PYDANTIC_DISABLE_PLUGINS"
"""Looking for plugins of pydantic, of which none is wanted here, reads the metadata of every package.

What is started from here, see `own_editor` and `git.process`, does not inherit it.
"""

COLLECT_AFTER = 200_000
"""How many objects are made between two garbage collections, more than most verbs do: they take a tenth."""


def main() -> None:
    """Run the command line with the process's arguments, and exit with its code.

    All that takes time to import is imported here, where ctrl+c is answered.
    """
    gc.set_threshold(COLLECT_AFTER)
    os.environ.setdefault(NO_PLUGINS, "__all__")
    try:
        from tui.cli.command import patchbay
    except KeyboardInterrupt:
        sys.stderr.write("Cancelled; nothing was changed.\n")
        sys.exit(CANCELLED)
    patchbay.main(prog_name="patchbay")


__all__ = ["CANCELLED", "main"]
