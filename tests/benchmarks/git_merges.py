"""Merging one changed file beside `git commit` of the same change, in repositories of growing size."""

from __future__ import annotations

import os
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path

from store.codebase.git_tree import GitTree
from tests.benchmarks.report import Row, median

FILES = (100, 10_000, 50_000)
BOUND_AT = 10_000
BOUND = 1.5
FILES_PER_DIRECTORY = 100
CHANGED = "d0/m0.py"
SETTLED = 0.05
"""Seconds after which nothing counts as written this very moment, as where a person has just typed."""


class Repository:
    """A repository of so many files, in which one is changed and merged, or committed, again and again."""

    def __init__(self, root: Path, files: int) -> None:
        self.root = root
        self.version = 0
        for number in range(files):
            place = root / f"d{number // FILES_PER_DIRECTORY}" / f"m{number}.py"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(f"def f{number}():\n    return {number}\n")
        self.git("init", "--quiet")
        self.git("config", "user.name", "Alice")
        self.git("config", "user.email", "alice@example.org")
        self.git("config", "gc.auto", "0")
        self.git("config", "maintenance.auto", "false")
        self.git("add", "--all")
        self.git("commit", "--quiet", "-m", "first")
        self.tree = GitTree(root)

    def git(self, *arguments: str) -> None:
        """Run git in it."""
        environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        subprocess.run(["git", *arguments], cwd=self.root, check=True, env=environment)

    def change(self) -> str:
        """Change the file in the worktree; gives its new text."""
        self.version += 1
        text = f"def f0():\n    return {-self.version}\n"
        (self.root / CHANGED).write_text(text)
        time.sleep(SETTLED)
        return text

    def merge(self) -> float:
        """Merge the change; gives the milliseconds."""
        text = self.change()
        began = time.perf_counter()
        prepared = self.tree.prepare(
            {CHANGED: text},
            expected=self.tree.revision(),
            message="a patch",
            author="alice",
            at=datetime.now(UTC),
            transaction=f"t{self.version}",
        )
        self.tree.publish(prepared)
        return (time.perf_counter() - began) * 1_000

    def commit(self) -> float:
        """Commit the change by git; gives the milliseconds."""
        self.change()
        began = time.perf_counter()
        self.git("commit", "--quiet", "--all", "-m", "a patch")
        return (time.perf_counter() - began) * 1_000


def measure(directory: Path, runs: int) -> list[Row]:
    """Merges and commits in turn, in repositories of 100, 10,000 and 50,000 files."""
    rows = []
    for files in FILES:
        repository = Repository(directory / str(files), files)
        steps = {"merge": repository.merge, "commit": repository.commit}
        times: dict[str, list[float]] = {name: [] for name in steps}
        for number in range(runs + 1):
            for name in sorted(steps, reverse=bool(number % 2)):
                taken = steps[name]()
                if number:
                    times[name].append(taken)
        ours, against = median(times["merge"]), median(times["commit"])
        bounded = (f"{BOUND} x", BOUND * against) if files == BOUND_AT else ("", None)
        rows.append(Row(f"merge of a file of {files:,}", ours, against, "git commit", *bounded))
        repository.tree.close()
    return rows
