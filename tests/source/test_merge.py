"""The three-way merge: what is clean, what conflicts, and how that compares with git."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.source.merge import merge3, regions, with_markers

Sample = Callable[[Iterable[Any], int], list[Any]]
TEXT = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "\n", "d\r\n", "e\f\n"]), max_size=12).map("".join)
LABELS = ("ours", "base", "theirs")


@given(TEXT, TEXT, TEXT)
def test_one_sided_and_equal_changes_are_clean(base: str, ours: str, theirs: str) -> None:
    assert merge3(base, ours, base) == ours
    assert merge3(base, base, theirs) == theirs
    assert merge3(base, ours, ours) == ours
    assert merge3(base, ours, theirs) == merge3(base, theirs, ours)


@given(TEXT, TEXT, TEXT)
def test_regions_put_together_give_each_text(base: str, ours: str, theirs: str) -> None:
    found = regions(base, ours, theirs)
    assert "".join(region.base for region in found) == base
    assert "".join(region.ours for region in found) == ours
    assert "".join(region.theirs for region in found) == theirs
    assert all(one.kind != other.kind for one, other in pairwise(found))
    swapped = {"ours": "theirs", "theirs": "ours"}
    mirrored = [(swapped.get(one.kind, one.kind), one.base, one.theirs, one.ours) for one in found]
    assert mirrored == [(one.kind, one.base, one.ours, one.theirs) for one in regions(base, theirs, ours)]


def test_changes_of_neighbouring_lines_conflict() -> None:
    assert merge3("a\nb\n", "A\nb\n", "a\nB\n") is None
    assert merge3("a\n-\nb\n", "A\n-\nb\n", "a\n-\nB\n") == "A\n-\nB\n"


def test_markers_name_the_sides_and_take_the_clean_parts() -> None:
    base, ours, theirs = "1\nx\n2\n3\nend", "1\nx\n2\nours\nend", "one\nx\n2\ntheirs\nend"
    assert with_markers(base, ours, theirs, ("mine", "ground", "bob's")) == (
        "one\nx\n2\n<<<<<<< mine\nours\n||||||| ground\n3\n=======\ntheirs\n>>>>>>> bob's\nend"
    )


def test_lines_are_cut_at_line_feeds_only() -> None:
    base = "a\x0cb\x1cc\u2028d\re\n"
    assert merge3(base + "\n1\n", "X" + base + "\n1\n", base + "\n2\n") == "X" + base + "\n2\n"


def test_a_missing_last_newline_is_a_change_of_the_last_line() -> None:
    assert merge3("a\nb\nc\n", "A\nb\nc\n", "a\nb\nc") == "A\nb\nc"


@pytest.mark.parametrize("lines", [5_000])
def test_long_texts_with_much_changed_still_merge(lines: int) -> None:
    chance = random.Random(1)
    base = [f"{chance.randrange(lines // 3)}\n" if row % 3 else "\n" for row in range(lines)]
    ours, theirs = list(base), list(base)
    for row in range(0, lines, 10):
        ours[row] = f"ours {row}\n"
        theirs[row + 5] = f"theirs {row}\n"
    merged = merge3("".join(base), "".join(ours), "".join(theirs))
    assert merged is not None
    assert merged.count("ours") == merged.count("theirs") == lines // 10


def edited(chance: random.Random, lines: list[str]) -> list[str]:
    lines = list(lines)
    for _ in range(chance.randrange(1, 5)):
        at = chance.randrange(len(lines) + 1)
        count = chance.randrange(0, 4)
        fresh = [
            chance.choice(["x = 1\n", "\n", "    return\n", f"y{chance.random()}\n"]) for _ in range(count)
        ]
        lines[at : at + chance.randrange(0, 4)] = fresh
    return lines


def git_merge(folder: Path, base: str, ours: str, theirs: str) -> tuple[bool, str]:
    for name, text in (("ours", ours), ("base", base), ("theirs", theirs)):
        (folder / name).write_bytes(text.encode())
    done = subprocess.run(
        ["git", "merge-file", "-p", "--diff3", *(part for name in LABELS for part in ("-L", name)), *LABELS],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    return done.returncode == 0, done.stdout.decode()


def test_git_agrees_on_nearly_all_random_edits(tmp_path: Path, sample: Sample) -> None:
    """Where git disagrees, the same edit stands at several equal places: a blank or repeated line.

    Then the two sides' hunks can meet for one tool and not for the other. Both are clean with different
    results in fewer than one of a hundred cases.
    """
    chance = random.Random(7)
    source = Path(random.__file__).read_text().splitlines(keepends=True)
    clean_differs = verdict_differs = 0
    seeds = sample(range(1500), 150)
    for seed in seeds:
        chance.seed(seed)
        start = chance.randrange(len(source) - 60)
        lines = source[start : start + chance.randrange(5, 60)]
        base, ours, theirs = "".join(lines), "".join(edited(chance, lines)), "".join(edited(chance, lines))
        clean, text = git_merge(tmp_path, base, ours, theirs)
        merged = merge3(base, ours, theirs)
        if clean != (merged is not None):
            verdict_differs += 1
        elif clean and merged != text:
            clean_differs += 1
    assert clean_differs <= len(seeds) / 100
    assert verdict_differs <= len(seeds) / 30
