"""`python -m tests.benchmarks [FIGURE …] [--runs N]`: measure, and print one small table."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from tests.benchmarks import (
    bytes_per_move,
    cli_verbs,
    finding,
    first_frame,
    git_merges,
    key_to_frame,
    outside_saves,
    saves,
    typed_paste,
)
from tests.benchmarks.report import Row, table

FIGURES = {
    "frame": (first_frame.measure, 15, "first full frame of a process on a pty of 120x36"),
    "key": (key_to_frame.measure, 200, "key to settled frame, 1,000 patches and 1,000 editors"),
    "paste": (typed_paste.measure, 3, "2,000 keys at once into the definition editor"),
    "save": (saves.measure, 200, "a save at 30 operations, and flat in history"),
    "cli": (cli_verbs.measure, 15, "verbs in a process of their own"),
    "find": (finding.measure, 24, "a letter typed into the fuzzy open, 100,000 names"),
    "git": (
        git_merges.measure,
        15,
        "a merge of one changed file beside `git commit --all` of the same change",
    ),
    "outside": (outside_saves.measure, 30, "another program's save to its row on the screen, 5,000 files"),
    "bytes": (bytes_per_move.measure, 40, "bytes written per cursor move on a pty of 80x24"),
}


def main() -> None:
    """Measure the figures asked for, all by default."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("figures", nargs="*", metavar="FIGURE", help=f"of {', '.join(FIGURES)}; all if none")
    parser.add_argument("--runs", type=int, help="how often each is repeated, instead of its own number")
    parser.add_argument("--directory", type=Path, help="where the stores are made: a disk, not memory")
    asked = parser.parse_args()
    unknown = set(asked.figures) - set(FIGURES)
    if unknown:
        parser.error(f"no such figure: {', '.join(sorted(unknown))}")
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="patchbay-benchmarks-", dir=asked.directory) as place:
        for name, (measure, runs, what) in FIGURES.items():
            if not asked.figures or name in asked.figures:
                print(f"{name}: {what} …", flush=True)
                directory = Path(place) / name
                directory.mkdir()
                rows += measure(directory, asked.runs or runs)
    print(f"\n{table(rows)}\n\ntimes in ms, medians unless said; ", end="")
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
