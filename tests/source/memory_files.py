"""A codebase revision held in a dictionary, and the standard library's sources."""

from __future__ import annotations

import sysconfig
from collections.abc import Collection
from importlib.util import find_spec
from pathlib import Path

from store.source.texts import decode, digest
from store.source.tree import Tree


class MemoryFiles:
    """Files by path."""

    def __init__(self, texts: dict[str, str], roots: tuple[str, ...] = ()) -> None:
        self.texts = texts
        self.roots = roots

    def paths(self) -> Collection[str]:
        return self.texts.keys()

    def digest(self, path: str) -> str | None:
        return digest(self.texts[path]) if path in self.texts else None

    def text(self, path: str) -> str:
        return self.texts[path]


def tree_of(**texts: str) -> Tree:
    """A tree of modules: `tree_of(shop="...")` is the file shop.py; `__` in a name is a slash."""
    return Tree(MemoryFiles({name.replace("__", "/") + ".py": text for name, text in texts.items()}))


def pinned_package() -> list[Path]:
    """The Python files of a package that is installed in one version only: the same under every Python."""
    found = find_spec("textual")
    assert found is not None and found.origin is not None
    return sorted(Path(found.origin).parent.rglob("*.py"))


def standard_library() -> list[Path]:
    """Every source of the standard library."""
    root = Path(sysconfig.get_paths()["stdlib"])
    return sorted(path for path in root.rglob("*.py") if "site-packages" not in path.parts)


def read(path: Path) -> str:
    return decode(path.read_bytes())
