"""The project's own history: a clone at an older commit with the tree of a newer one, split at random."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from codebase.repositories import git
from desk import Desk
from storage.processes import PROJECT

STEP = 3
"""How many commits lie between what is checked out and what the files are."""
QUICK = (146,)
"""Commits, counted from the first, before which little was changed."""


def commits() -> list[str]:
    """The commits of the project, oldest first; none where it is no repository with a history."""
    if not (PROJECT / ".git").exists():
        return []
    return git(PROJECT, "rev-list", "--first-parent", "--reverse", "HEAD").split("\n")


def desk_between(root: Path, old: str, new: str) -> Desk:
    """A clone at one commit, with the files of another."""
    git(root.parent, "clone", "--quiet", "--no-checkout", str(PROJECT), root.name)
    git(root, "config", "user.name", "alice")
    git(root, "config", "user.email", "alice@example.org")
    git(root, "checkout", "--quiet", "-B", "main", old)
    desk = Desk.started(root)
    git(root, "checkout", "--quiet", new, "--", ".")
    gone = git(root, "diff", "-z", "--name-only", "--no-renames", "--diff-filter=D", old, new).split("\0")
    for path in filter(None, gone):
        (root / path).unlink()
    git(root, "reset", "--quiet")
    return desk


def require_all_merged(root: Path, old: str, new: str, seed: int) -> None:
    """What lies between two commits is assigned and merged at random; HEAD has the newer one's files then."""
    desk = desk_between(root, old, new)
    desk.merge_all(random.Random(seed))
    assert git(root, "diff", "--stat", "HEAD", new) == ""


def test_what_lies_between_two_commits_is_split_at_random_and_merged(tmp_path: Path) -> None:
    history = commits()
    for at in (one for one in QUICK if one < len(history)):
        old, new = history[max(at - STEP, 0)], history[at]
        require_all_merged(tmp_path / f"clone-{at}", old, new, at)


@pytest.mark.long
@pytest.mark.parametrize("part", range(20))
def test_the_whole_history_is_split_at_random_and_merged(tmp_path: Path, part: int) -> None:
    history = commits()
    for at in range(1 + part, len(history), 20):
        require_all_merged(tmp_path / f"clone-{at}", history[at - 1], history[at], at)
