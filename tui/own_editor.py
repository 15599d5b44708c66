"""The person's own text editor, $VISUAL or $EDITOR: a definition lent to it as a file, and taken back.

Shared by the screen and the command line; it imports neither. What becomes of the text is theirs to say.
"""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import tempfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, NamedTuple

from store.errors import Code, PatchbayError
from tui.cli import NO_PLUGINS

if TYPE_CHECKING:
    from store.session_manager import SessionManager


class Lent(NamedTuple):
    """An editor's text in a file of its own."""

    editor: str
    file: Path
    before: bytes
    over: str | None
    """The digest of the saved text that the text was typed over."""
    unsaved: bool
    """It was the buffer, not the saved text."""

    @property
    def seen(self) -> str:
        """The text that was lent."""
        from store.source.texts import decode

        return decode(self.before)

    def where(self) -> str:
        """Say where the text is, unless the editor has removed the file; to follow another sentence."""
        return f" What you edited is kept in {self.file}." if self.file.exists() else ""


def editor_command(instead: str) -> list[str]:
    """Give the person's text editor as arguments: $VISUAL, else $EDITOR.

    Raises `not-found`, naming what can be done instead, where neither is set.
    """
    command = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
    try:
        arguments = shlex.split(command)
    except ValueError as error:
        message = f"$VISUAL or $EDITOR can't be understood ({error}): set it to a command."
        raise PatchbayError(Code.NOT_FOUND, message) from None
    if not arguments:
        message = f"Neither $VISUAL nor $EDITOR is set: set one, or {instead}."
        raise PatchbayError(Code.NOT_FOUND, message)
    return arguments


def lend(manager: SessionManager, editor: str, session: str | None) -> Lent:
    """Write an editor's text, its buffer before what is saved, to a file. Raises what reading raises."""
    from store.source.texts import encode

    shown = manager.editor_text(editor, session=session)
    typed = manager.buffer(editor, session=session)
    before = encode(shown.text if typed is None else typed.text)
    file = _temporary_file(before, shown.name, shown.path or "new.py")
    return Lent(editor, file, before, shown.digest if typed is None else typed.shown, typed is not None)


def _temporary_file(data: bytes, name: str, path: str) -> Path:
    """Make a file that only this user can read, with the ending of `path`."""
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
    name = PurePosixPath(command[0]).name
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    inherited = {key: value for key, value in os.environ.items() if key != NO_PLUGINS}
    try:
        ended = subprocess.run([*command, str(file)], env=inherited, check=False).returncode
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise PatchbayError(Code.NOT_FOUND, f"{name} can't be run ({reason}): set $VISUAL.") from None
    finally:
        signal.signal(signal.SIGINT, before)
    if ended != 0:
        message = f"{name} ended with code {ended}, so nothing was saved."
        raise PatchbayError(Code.EMPTY, message)


def taken_back(lent: Lent) -> str | None:
    """Give the text that the editor left; None when it is as before. The file stays.

    Raises `not-found` when the file is gone, `invalid-name` for bytes that are not UTF-8.
    """
    try:
        data = lent.file.read_bytes()
    except OSError as error:
        reason = (error.strerror or "it is gone").lower()
        message = f"What the editor left can't be read ({reason}), so nothing was saved."
        raise PatchbayError(Code.NOT_FOUND, message) from None
    return None if data == lent.before else text_of(data, "What the editor left")


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
