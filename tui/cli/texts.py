"""Texts that come from files and standard input, and the person's own text editor."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import tempfile
from pathlib import Path, PurePosixPath

import click

from store.errors import Code, PatchbayError


def read_text(file: str) -> str:
    """Read a file, `-` for standard input, as it is.

    Raises a usage error for one that can't be read, and `invalid-name` for bytes that are not UTF-8.
    """
    what = "Standard input" if file == "-" else file
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except (OSError, ValueError, AttributeError) as error:
        reason = getattr(error, "strerror", None) or "it is closed"
        raise click.UsageError(f"{what} can't be read: {reason.lower()}.") from None
    return text_of(data, what)


def text_of(data: bytes, what: str) -> str:
    """Decode UTF-8. Raises `invalid-name`, naming the first byte that is none."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        message = (
            f"{what} is not valid UTF-8 at byte {error.start + 1}; nothing was saved."
            " Convert it to UTF-8 and try again."
        )
        raise PatchbayError(Code.INVALID_NAME, message) from None


def editor_command() -> list[str]:
    """Give the person's text editor as arguments: $VISUAL, else $EDITOR. Raises `not-found`."""
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        arguments = shlex.split(command)
    except ValueError as error:
        message = f"$VISUAL or $EDITOR can't be understood ({error}): set it to a command."
        raise PatchbayError(Code.NOT_FOUND, message) from None
    if not arguments:
        message = "Neither $VISUAL nor $EDITOR is set: set one, or use patchbay editor save E --file FILE."
        raise PatchbayError(Code.NOT_FOUND, message)
    return arguments


def temporary_file(data: bytes, name: str, path: str) -> Path:
    """Make a file that only this user can read, with the ending of `path`, for an editor to work on."""
    suffix = PurePosixPath(path).suffix
    words = "".join(one if one.isalnum() else "-" for one in name.rsplit(".", 1)[-1])[:40]
    descriptor, made = tempfile.mkstemp(
        prefix=f"patchbay-{words}-", suffix=suffix if suffix.isascii() else ""
    )
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    return Path(made)


def run_editor(command: list[str], file: Path) -> None:
    """Let the person edit a file, without a shell; ctrl+c is the editor's.

    Raises `not-found` when it can't be run, `empty` when it says that it failed.
    """
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        ended = subprocess.run([*command, str(file)], check=False).returncode
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise PatchbayError(Code.NOT_FOUND, f"{command[0]} can't be run ({reason}): set $VISUAL.") from None
    finally:
        signal.signal(signal.SIGINT, before)
    if ended != 0:
        message = f"{command[0]} ended with code {ended}, so nothing was saved."
        raise PatchbayError(Code.EMPTY, message)
