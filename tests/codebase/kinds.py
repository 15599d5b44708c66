"""Every kind of codebase, and what the tests do with each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from codebase.repositories import make_repository
from store.codebase.git_tree import GitTree
from store.codebase.package_tree import PackageTree
from store.codebase.protocol import Codebase, Prepared
from store.storage.layout import StoreLayout
from store.storage.lock import StoreLock
from store.storage.texts import TextStore

AT = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def package_tree_at(root: Path) -> PackageTree:
    """Open the package tree of the store at `root` as a process of its own would."""
    layout = StoreLayout(root)
    return PackageTree(layout, StoreLock(layout.lock), TextStore(layout.texts))


@dataclass(frozen=True)
class Kind:
    """How the tests make and open one kind of codebase, here and in another process."""

    make: Callable[[Path], None]
    open: Callable[[Path], Codebase]
    script: str
    """Python that, after `storage.processes.OPEN_STORE`, names the codebase `codebase`."""


def git_tree_at(root: Path) -> GitTree:
    """Open the repository at `root` as a process of its own would."""
    return GitTree(root)


KINDS = {
    "git": Kind(
        make_repository,
        git_tree_at,
        "\nfrom store.codebase.git_tree import GitTree\ncodebase = GitTree(Path(sys.argv[1]))\n",
    ),
    "package-tree": Kind(lambda root: StoreLayout(root).create(), package_tree_at, "\ncodebase = tree\n"),
}


def commit(
    codebase: Codebase, changes: dict[str, str | None], transaction: str = "t", expected: str | None = None
) -> str:
    """Make a revision as Alice."""
    prepared = prepare(codebase, changes, transaction, expected)
    codebase.publish(prepared)
    return prepared.revision


def prepare(
    codebase: Codebase, changes: dict[str, str | None], transaction: str = "t", expected: str | None = None
) -> Prepared:
    """Prepare a revision as Alice."""
    return codebase.prepare(
        changes,
        expected=codebase.revision() if expected is None else expected,
        message=f"Change by {transaction}",
        author="alice",
        at=AT,
        transaction=transaction,
    )


def content(codebase: Codebase, revision: str | None = None) -> dict[str, str]:
    """Return the whole text of every file."""
    files = codebase.files(revision)
    return {path: files.text(path) for path in files.paths()}
