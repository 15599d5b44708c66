"""What a file's path and text say of how it is written: its language, its indentation. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from itertools import pairwise
from pathlib import PurePosixPath
from typing import NamedTuple

_LANGUAGES: Mapping[str, str] = {
    ".py": "python",
    ".pyi": "python",
    ".js": "javascript",
    ".mjs": "javascript",
    ".json": "json",
    ".md": "markdown",
    ".toml": "toml",
    ".yaml": "yaml",
    ".yml": "yaml",
    ".html": "html",
    ".css": "css",
    ".sql": "sql",
    ".sh": "bash",
    ".rs": "rust",
    ".go": "go",
    ".java": "java",
    ".xml": "xml",
}
_WIDTHS: Mapping[str, int] = {
    "css": 2, "html": 2, "javascript": 2, "json": 2, "markdown": 2, "toml": 2, "xml": 2, "yaml": 2,
}  # fmt: skip
_WIDEST = 8
_MOST_LINES_READ = 2_000


class Indent(NamedTuple):
    """One level of indentation: a tab, or `width` spaces."""

    tabs: bool = False
    width: int = 4

    @property
    def step(self) -> str:
        """What one level is written as."""
        return "\t" if self.tabs else " " * self.width


def language_of(path: str) -> str | None:
    """Give the language a file is written in, as text area and highlighting name it; Python for no path."""
    return _LANGUAGES.get(PurePosixPath(path).suffix.lower()) if path else "python"


def path_of(name: str) -> str:
    """Give a path that has the language of a definition's name: its file, empty where it is Python."""
    return name.rpartition(":")[0]


def indent_of(text: str, path: str) -> Indent:
    """Give the indentation of a text, where it has none that of its language."""
    file = PurePosixPath(path)
    language = language_of(path)
    usual = Indent(
        language == "go" or file.name.lower() == "makefile" or file.suffix == ".mk",
        _WIDTHS.get(language or "", 4),
    )
    lines = [line for line in text.split("\n", _MOST_LINES_READ)[:_MOST_LINES_READ] if line.strip()]
    blanks = [line[: len(line) - len(line.lstrip(" \t"))] for line in lines]
    deeper = [(one, other) for one, other in pairwise(blanks) if len(other) > len(one)]
    with_tab = sum(other.startswith(one + "\t") for one, other in deeper)
    steps = Counter(len(other) - len(one) for one, other in deeper if other.isspace() and "\t" not in other)
    widths = [(count, -width) for width, count in steps.items() if width <= _WIDEST]
    if with_tab and with_tab >= sum(steps.values()):
        return Indent(True, usual.width)
    return Indent(False, -max(widths)[1]) if widths else usual
