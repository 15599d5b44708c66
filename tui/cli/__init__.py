"""The command line: every verb of the session manager, for people, scripts and tests.

`main` is the installed command. Nothing here imports Textual or rich; a verb imports what it needs.
"""

from __future__ import annotations

import sys
from typing import NoReturn

CANCELLED = 130
"""The exit code after ctrl+c."""


def main() -> NoReturn:
    """Run the command line with the process's arguments, and exit with its code."""
    try:
        from tui.cli.command import patchbay
    except KeyboardInterrupt:
        sys.stderr.write("Cancelled; nothing was changed.\n")
        sys.exit(CANCELLED)
    patchbay.main(prog_name="patchbay")
    sys.exit(0)


__all__ = ["CANCELLED", "main"]
