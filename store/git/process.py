"""Running git: without a shell, whatever the user's locale, settings of output and environment are.

What is asked of git lies in the modules beside this one.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from store.errors import Code, PatchbayError

OLDEST = (2, 38)
"""The first version of git that can do all that is asked of it."""

_PATHS_AT_ONCE = 400

_DROPPED = ("GIT_", "PYDANTIC_DISABLE_")
"""What a hook is not to inherit either: how this process treats pydantic is none of its matters."""
_KEPT = re.compile(
    r"GIT_((AUTHOR|COMMITTER)_(NAME|EMAIL)|CONFIG_(GLOBAL|SYSTEM|NOSYSTEM|COUNT|KEY_\d+|VALUE_\d+)|EXEC_PATH"
    r"|CEILING_DIRECTORIES|DISCOVERY_ACROSS_FILESYSTEM|SSH|SSH_COMMAND|ASKPASS)"
)
_OURS = {
    "LC_ALL": "C",
    "LANGUAGE": "C",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_PAGER": "cat",
    "GIT_EDITOR": "false",
    "GIT_ADVICE": "0",
}
_SETTINGS = (
    "--no-pager",
    *("-c", "color.ui=false"),
    *("-c", "i18n.commitEncoding=UTF-8"),
    *("-c", "i18n.logOutputEncoding=UTF-8"),
)


class Answer(NamedTuple):
    """What a git command said."""

    code: int
    output: bytes
    reason: str
    """The first line it wrote to its error output, printable; "" when it wrote none."""
    complaint: str
    """All it wrote to its error output."""


class Git:
    """Git in one directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def ask(self, *arguments: str, given: bytes = b"", index: Path | None = None, **more: str) -> Answer:
        """Run a git command to its end, whatever it answers.

        `given` is its standard input, `index` the index file in place of the usual one, `more` goes into its
        environment. Raises `NOT_FOUND` when there is no git that can be used.
        """
        check_version()
        if index is not None:
            more["GIT_INDEX_FILE"] = str(index)
        try:
            done = subprocess.run(
                command(*arguments),
                cwd=self.directory,
                env=environment(os.environ) | more,
                input=given,
                capture_output=True,
                check=False,
            )
        except OSError as error:
            raise _unusable(error) from None
        complaint = done.stderr.decode("utf-8", "replace")
        return Answer(done.returncode, done.stdout, _first_line(complaint), complaint)

    def run(self, *arguments: str, given: bytes = b"", index: Path | None = None, **more: str) -> bytes:
        """Run a git command that has to succeed, and return its output.

        Raises `STORE_DAMAGED` with git's own reason, and as `ask` does.
        """
        answer = self.ask(*arguments, given=given, index=index, **more)
        if answer.code:
            raise failure(arguments[0], answer)
        return answer.output

    def lines_of(self, *arguments: str, paths: Iterable[str], index: Path | None = None) -> Iterator[bytes]:
        """Run a git command on paths, and give the lines of its output, which end in a NUL.

        It is run as often as it takes: a command line holds only so much. Raises as `run` does.
        """
        left = list(paths)
        for start in range(0, len(left), _PATHS_AT_ONCE):
            said = self.run(*arguments, "--", *left[start : start + _PATHS_AT_ONCE], index=index)
            yield from said.split(b"\0")[:-1]

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a git command that goes on answering; the caller ends it. Raises as `ask` does."""
        check_version()
        try:
            return subprocess.Popen(
                command(*arguments),
                cwd=self.directory,
                env=environment(os.environ),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise _unusable(error) from None


def command(*arguments: str) -> list[str]:
    """Return a git command line that does not depend on the user's settings of output."""
    return ["git", *_SETTINGS, *arguments]


def environment(inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the environment git and its hooks run in: of `GIT_…` who the user is and where settings lie."""
    kept = {
        name: value
        for name, value in inherited.items()
        if not name.startswith(_DROPPED) or _KEPT.fullmatch(name)
    }
    return kept | _OURS


def failure(what: str, answer: Answer) -> PatchbayError:
    """Return the refusal for a git command that failed, with its own reason."""
    reason = answer.reason or f"it ended with {answer.code}"
    return PatchbayError(Code.STORE_DAMAGED, f"`git {what}` failed: {reason}. Look at it with git itself.")


@cache
def check_version() -> None:
    """Refuse to go on without a git that is new enough. Raises `NOT_FOUND`."""
    try:
        done = subprocess.run(
            ["git", "version"], env=environment(os.environ), capture_output=True, check=False
        )
    except OSError as error:
        raise _unusable(error) from None
    said = done.stdout.decode("utf-8", "replace")
    found = re.search(r"(\d+)\.(\d+)", said)
    if found is None or (int(found[1]), int(found[2])) < OLDEST:
        raise PatchbayError(
            Code.NOT_FOUND,
            f"Git {'.'.join(map(str, OLDEST))} or newer is needed, and here is {printable(said) or 'none'}: "
            "install a newer one.",
        )


def printable(text: str) -> str:
    """Return a text of another program as one line that is safe to show."""
    return "".join(one if one.isprintable() else " " for one in text).strip()


def _first_line(complaint: str) -> str:
    lines = [printable(line) for line in complaint.splitlines() if line.strip()]
    marked = (line for mark in ("fatal:", "error:") for line in lines if line.startswith(mark))
    first = next(marked, lines[0] if lines else "")
    return first.removeprefix("fatal: ").removeprefix("error: ").rstrip(".")


def _unusable(error: OSError) -> PatchbayError:
    reason = (error.strerror or str(error)).lower()
    return PatchbayError(
        Code.NOT_FOUND, f"Git cannot be run ({reason}): install it, or put it on the PATH, and try again."
    )
