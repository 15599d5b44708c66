"""How soon what another program saves is a row on the screen, beside `git commit` of the same change."""

from __future__ import annotations

import time
from pathlib import Path

from store.session_manager import open_store
from tests.benchmarks.git_merges import FILES_PER_DIRECTORY, Repository
from tests.benchmarks.report import Row, median, percentile
from tests.benchmarks.terminal import Terminal

FILES = 5_000
BOUND = 100.0
"""Milliseconds, of the median."""
SIZE = (120, 36)
QUIET = 0.6
"""Seconds after which the screen stands still."""


def measure(directory: Path, runs: int) -> list[Row]:
    """One definition after the other is saved, seen and committed in a repository of 5,000 files."""
    repository = Repository(directory / "repository", FILES)
    manager = open_store(repository.root, user="alice")
    manager.start_session("work")
    manager.look()
    code = f"import os; os.chdir({str(repository.root)!r}); from tui.cli import main; main()"
    terminal = Terminal(["-c", code, "--user", "alice"], SIZE)
    shown, committed = [], []
    try:
        terminal.when_shown("Active editors", "quit")
        terminal.read(3.0)
        for number in range(runs + 1):
            seen = _saved(repository, terminal, number)
            began = time.perf_counter()
            repository.git("commit", "--quiet", "--all", "-m", "a change")
            taken = (time.perf_counter() - began) * 1_000
            terminal.read(QUIET, first=3.0)
            if number:
                shown.append(seen)
                committed.append(taken)
    finally:
        terminal.close()
    against = median(committed)
    row = Row("outside save to row, 5,000 files", median(shown), against, "git commit", "100 ms", BOUND)
    return [row, Row("  p95", percentile(shown, 0.95), percentile(committed, 0.95), "git commit")]


def _saved(repository: Repository, terminal: Terminal, number: int) -> float:
    """Save a definition of its own; gives the milliseconds until the screen showed it."""
    place = repository.root / f"d{number // FILES_PER_DIRECTORY}" / f"m{number}.py"
    place.write_text(f"def f{number}():\n    return -{number}\n")
    saved = time.perf_counter()
    chunks = terminal.read(QUIET, first=5.0)
    if not chunks:
        raise RuntimeError(f"f{number} was never shown")
    return (chunks[0][0] - saved) * 1_000
