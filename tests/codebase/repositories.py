"""Real repositories for the tests, made by git itself, apart from the settings of whoever runs them."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

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
    root.mkdir(parents=True, exist_ok=True)
    git(root, "init", "--quiet", "--initial-branch=main", *options)
    git(root, "config", "user.name", "alice")
    git(root, "config", "user.email", "alice@example.org")
