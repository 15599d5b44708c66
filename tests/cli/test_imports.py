"""The command line imports neither Textual nor rich, in a fresh interpreter."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.commands import Demo, environment

SCRIPT = """
import atexit, sys
def say():
    heavy = [name for name in ("textual", "rich") if name in sys.modules]
    sys.stderr.write("imported: " + " ".join(heavy))
atexit.register(say)
from tui.cli import main
main()
"""


@pytest.mark.parametrize(
    "verb",
    [
        "--help",
        "status",
        "patch list",
        "patch new x",
        "editor save 3",
        "patch merge A",
        "session close",
        "log",
        "doctor",
        "demo --no-screen",
        "keys",
        "config",
        "",
    ],
)
def test_a_verb_imports_neither_textual_nor_rich(demo: Demo, verb: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *demo.options(), *verb.split()],
        capture_output=True,
        env=environment(),
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode in (0, 1, 2)
    assert done.stderr.endswith(b"imported: "), done.stderr


def test_help_needs_neither_pydantic_nor_the_store(demo: Demo) -> None:
    script = SCRIPT.replace(
        '("textual", "rich")', '("pydantic", "tinydb", "tree_sitter", "orjson", "pyflakes")'
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "patch", "--help"], capture_output=True, env=environment(), check=False
    )
    assert done.stderr.endswith(b"imported: "), done.stderr
