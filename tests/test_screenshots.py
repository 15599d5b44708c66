"""The pictures that the README shows are of the app as it is."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[1]
PICTURES = PROJECT / "screenshots"


def drawn(path: Path) -> str:
    """A picture without the id that each drawing gets."""
    return re.sub(r"terminal-\d+-", "terminal-", path.read_text())


def test_the_pictures_are_of_the_app_as_it_is(tmp_path: Path) -> None:
    command = [sys.executable, str(PICTURES / "make.py"), str(tmp_path)]
    subprocess.run(command, check=True, cwd=PROJECT, timeout=300)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == sorted(path.name for path in PICTURES.glob("*.svg"))
    stale = [name for name in names if drawn(tmp_path / name) != drawn(PICTURES / name)]
    assert not stale, f"draw them again with `python screenshots/make.py`: {stale}"


def test_the_readme_shows_pictures_that_are_there() -> None:
    shown = re.findall(r"\]\((screenshots/[^)]+)\)", (PROJECT / "README.md").read_text())
    assert shown
    assert all((PROJECT / one).exists() for one in shown)
