"""Real repositories for the screens' tests."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from store.session_manager import SessionManager, open_store

CART = '''"""Carts."""

import os


def total(items):
    result = 0
    for item in items:
        result += item.price
    return result


def count(items):
    return len(items)


class Cart:
    """A cart."""

    def add(self, item):
        self.items.append(item)

    def drop(self, item):
        self.items.remove(item)
'''
FLOOR = (
    ("import os\n", "import os\nimport math\n"),
    ("result += item.price", "result += math.floor(item.price)"),
)
"""What makes `total` need an import, for `edit`."""
DATES = {"GIT_AUTHOR_DATE": "2026-11-20T09:00:00Z", "GIT_COMMITTER_DATE": "2026-11-20T09:00:00Z"}


def git(root: Path, *arguments: str) -> str:
    """Run a git command and give what it says."""
    done = subprocess.run(
        ["git", *arguments], cwd=root, check=True, capture_output=True, text=True, env=os.environ | DATES
    )
    return done.stdout


def repository(directory: Path, files: dict[str, str] | None = None) -> Path:
    """A repository with one commit of these files."""
    root = directory / "shop"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    git(root, "config", "user.name", "Alice")
    git(root, "config", "user.email", "alice@example.com")
    for path, text in ({"src/shop/cart.py": CART} if files is None else files).items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    git(root, "add", ".")
    git(root, "commit", "-q", "-m", "Begin")
    return root


def opened(root: Path, user: str = "alice") -> SessionManager:
    """The store of a repository, with a session of the user's."""
    manager = open_store(root, user=user)
    manager.start_session("carts")
    return manager


def edit(root: Path, *changes: tuple[str, str], path: str = "src/shop/cart.py") -> None:
    """Change a file as another program does."""
    text = (root / path).read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (root / path).write_text(text)
