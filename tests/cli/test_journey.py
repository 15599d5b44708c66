"""The issue's whole way by command line alone: a real shell script on real source code."""

from __future__ import annotations

import difflib
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.cli.commands import environment

SCRIPT = Path(__file__).with_name("journey.sh")


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A directory with a copy of the installed package `textual` in `source/`."""
    spec = find_spec("textual")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    shutil.copytree(package, tmp_path / "source" / "textual", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def changed_lines(before: Path, after: Path) -> list[str]:
    """Give the removed and added lines between two directories, with their files."""
    found = []
    paths = {one.relative_to(root) for root in (before, after) for one in root.rglob("*") if one.is_file()}
    for path in sorted(paths):
        old, new = (before / path).read_bytes(), (after / path).read_bytes()
        if old != new:
            lines = difflib.ndiff(old.decode().splitlines(True), new.decode().splitlines(True))
            found += [f"{path} {line.rstrip()}" for line in lines if line[0] in "+-"]
    return found


def test_three_definitions_two_patches_one_export(work: Path) -> None:
    done = subprocess.run(
        ["sh", str(SCRIPT)],
        cwd=work,
        env=environment(PYTHON=sys.executable),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b""
    assert changed_lines(work / "source", work / "out") == [
        'textual/_loop.py -     """Iterate and generate a tuple with a flag for first value."""',
        'textual/_loop.py +     """Journey: Iterate and generate a tuple with a flag for first value."""',
        'textual/geometry.py -     """Restrict a value to a given range.',
        'textual/geometry.py +     """Journey, again: Restrict a value to a given range.',
    ]
