"""Real repositories for the tests, made by git itself, apart from the settings of whoever runs them."""

from __future__ import annotations

import os
import subprocess
from functools import cache
from pathlib import Path

from copies import place, put_copy

SETTINGS = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


def git(root: Path, *arguments: str, given: bytes | None = None, check: bool = True) -> str:
    """Run git in a directory and return what it says, without the last newline."""
    done = subprocess.run(
        ["git", *arguments],
        cwd=root,
        input=given,
        capture_output=True,
        check=False,
        env=os.environ | SETTINGS,
    )
    assert not check or done.returncode == 0, done.stderr.decode()
    return done.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")


def make_repository(root: Path, *options: str) -> None:
    """Make an empty repository of Alice's at `root`."""
    put_copy(_empty_repository(options), root)


@cache
def _empty_repository(options: tuple[str, ...]) -> Path:
    made = place()
    git(made, "init", "--quiet", "--initial-branch=main", *options)
    git(made, "config", "user.name", "alice")
    git(made, "config", "user.email", "alice@example.org")
    for sample in (made / ".git" / "hooks").glob("*.sample"):
        sample.unlink()
    return made
