"""How a run of the command ends when it does not end well: one sentence, one exit code, never a traceback.

Exit codes: 1 refused by a rule, 2 wrong usage, 3 the store or something unexpected, 130 cancelled.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

import click

from store.errors import STORE_CODES, Code, PatchbayError
from tui.cli import CANCELLED
from tui.cli.asked import Asked
from tui.cli.json_form import error_form
from tui.cli.output import gone_quiet, write_document, write_note

REFUSED, USAGE, STORE = 1, 2, 3


def run_to_code(asked: Asked, arguments: Sequence[str], run: Callable[[], object]) -> int:
    """Run the command; gives the exit code, having said what went wrong if something did."""
    try:
        with asked.interrupts.handled():
            result = run()
        return result if isinstance(result, int) else 0
    except PatchbayError as error:
        return _refused(asked, error)
    except click.ClickException as error:
        asked.json = asked.json or "--json" in arguments
        return _misused(asked, error)
    except (KeyboardInterrupt, click.Abort):
        return _cancelled(asked)
    except OSError as error:
        return _stopped(asked, error)
    except Exception as error:
        if os.environ.get("PATCHBAY_DEBUG"):
            raise
        return _unexpected(asked, error)


def _misused(asked: Asked, error: click.ClickException) -> int:
    context: click.Context | None = getattr(error, "ctx", None)
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        if not asked.json:
            write_note(*error.format_message().split("\n"))
            return USAGE
        return _said(asked, USAGE, "usage", "A command is missing: see --help.")
    return _said(asked, USAGE, "usage", error.format_message(), context)


def _refused(asked: Asked, error: PatchbayError) -> int:
    for report in asked.reports():
        write_note(report)
    return _said(asked, exit_code_of(error), error.code.value, error.message, blockers=error.blockers)


def exit_code_of(refusal: PatchbayError | None) -> int:
    """Give what a command ends with that was refused; 0 for one that was not."""
    return 0 if refusal is None else STORE if refusal.code in STORE_CODES else REFUSED


def _cancelled(asked: Asked) -> int:
    if asked.answering:
        return CANCELLED
    return _said(asked, CANCELLED, "cancelled", asked.interrupts.sentence)


def _stopped(asked: Asked, error: OSError) -> int:
    what = f"{str(error.filename)[:100]}: " if error.filename else ""
    reason = (error.strerror or str(error)).lower()
    done = "The verb was done, but its answer could not be written" if asked.answering else "It was not done"
    message = f"{done}: {what}{reason}."
    if asked.answering:
        gone_quiet()
        write_note(message)
        return STORE
    return _said(asked, STORE, "system", message)


def _unexpected(asked: Asked, error: Exception) -> int:
    message = (
        f"Something went wrong that should not have ({type(error).__name__}: {str(error)[:200]});"
        " what was saved is safe. Set PATCHBAY_DEBUG=1 to see where it happened."
    )
    return _said(asked, STORE, "unexpected", message)


def _said(
    asked: Asked,
    exit_code: int,
    code: str,
    message: str,
    context: click.Context | None = None,
    blockers: tuple[tuple[Code, str], ...] = (),
) -> int:
    """Say what is wrong: on stdout as JSON if that was asked for, else on stderr."""
    if asked.json and not asked.answering:
        write_document(error_form(code, message, blockers))
    else:
        where = context.command_path if context is not None else ""
        write_note(message, *([f"See: {where} --help"] if where else []))
    return exit_code
