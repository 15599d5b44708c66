"""Commands given in this process, for breadth, and in processes of their own, where that matters."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from tui.cli.command import patchbay

PROJECT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "tui.cli")


@dataclass(frozen=True)
class Said:
    """What one command answered."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document that stdout must be."""
        return json.loads(self.out)

    @property
    def refusal(self) -> str:
        """The code of the refusal that stdout must be."""
        return str(self.document["error"]["code"])


def environment(**more: str) -> dict[str, str]:
    """Give what the real command runs with."""
    dropped = ("VISUAL", "EDITOR", "PATCHBAY_DEBUG")
    kept = {key: value for key, value in os.environ.items() if key not in dropped}
    return kept | {"PYTHONPATH": str(PROJECT), "COLUMNS": "80"} | more


def command(
    *arguments: str | bytes, stdin: bytes | None = b"", cwd: Path | None = None, **more: str
) -> subprocess.CompletedProcess[bytes]:
    """Run the real command to its end."""
    return subprocess.run(
        [*COMMAND, *arguments],
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env=environment(**more),
        timeout=120,
        check=False,
    )


def in_process(*arguments: str, stdin: bytes | str | None = None) -> Said:
    """Run the command in this process."""
    done = CliRunner().invoke(patchbay, list(arguments), input=stdin)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return Said(done.exit_code, done.stdout, done.stderr)


@dataclass(frozen=True)
class Demo:
    """A copy of the demo's store and a present directory to work in."""

    store: Path
    work: Path

    def options(self, user: str = "alice") -> list[str]:
        """Give the options that name the store and the user."""
        return ["--store", str(self.store), "--user", user]

    def __call__(self, *arguments: str, user: str = "alice", stdin: bytes | str | None = None) -> Said:
        return in_process(*self.options(user), *arguments, stdin=stdin)

    def json(self, *arguments: str, user: str = "alice", stdin: bytes | str | None = None) -> Any:
        """Run a command that must go well, with --json; gives its document."""
        said = self(*arguments, "--json", user=user, stdin=stdin)
        assert said.code == 0, said
        return said.document

    def run(
        self, *arguments: str | bytes, user: str = "alice", stdin: bytes | None = b"", **more: str
    ) -> subprocess.CompletedProcess[bytes]:
        """Run the real command on the store."""
        return command(*self.options(user), *arguments, stdin=stdin, cwd=self.work, **more)

    def patch(self, letter: str) -> Any:
        """Give a patch by its letter, as `status` shows it."""
        return next(one for one in self.json("status")["patches"] if one["letter"] == letter)
