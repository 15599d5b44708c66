"""A repository with two files of several definitions, and short ways to do what people do in it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from codebase.kinds import AT
from codebase.repositories import git, make_repository

from store.codebase.git_tree import GitTree
from store.codebase.protocol import Prepared
from store.errors import Code, PatchbayError


def definitions(*names: str, **values: int) -> str:
    """A file of functions that return 0, or the value given for their name."""
    return "\n\n".join(f"def {name}():\n    return {values.get(name, 0)}\n" for name in names)


CART = definitions("total", "count", "tax")
SHOP = definitions("open_shop", "close_shop")


class GitWorld:
    """A repository with one commit."""

    def __init__(self, root: Path, *options: str) -> None:
        self.root = root
        make_repository(root, *options)
        self.write("app/cart.py", CART)
        self.write("app/shop.py", SHOP)
        self.write("README", "read me\n")
        self.git("add", "--all")
        self.git("commit", "--quiet", "-m", "first")

    def git(self, *arguments: str, check: bool = True) -> str:
        """Run git in the worktree."""
        return git(self.root, *arguments, check=check)

    def write(self, path: str, text: str | bytes) -> Path:
        """Write a file of the worktree."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode() if isinstance(text, str) else text)
        return place

    @property
    def tree(self) -> GitTree:
        """The repository as a process of its own would open it."""
        return GitTree(self.root)

    def prepare(self, changes: Mapping[str, str | None], transaction: str = "t1") -> Prepared:
        """Prepare a commit of these texts."""
        tree = self.tree
        return tree.prepare(
            changes,
            expected=tree.revision(),
            message="A patch\n\nWhat it is for.",
            author="alice",
            at=AT,
            transaction=transaction,
        )

    def merge(self, changes: Mapping[str, str | None], transaction: str = "t1") -> str:
        """Commit these texts."""
        prepared = self.prepare(changes, transaction)
        self.tree.publish(prepared)
        self.require_whole()
        return prepared.revision

    def refused(self, changes: Mapping[str, str | None], code: Code, match: str) -> None:
        """A commit of these texts is refused, and nothing at all is different afterwards."""
        before = self.everything()
        with pytest.raises(PatchbayError, match=match) as refusal:
            self.merge(changes)
        assert refusal.value.code is code
        assert self.everything() == before

    def everything(self) -> tuple[str, str, str]:
        """What git says of HEAD, the index and the worktree."""
        return self.git("rev-parse", "HEAD"), self.git("ls-files", "-s", "--debug"), self.status()

    def status(self) -> str:
        """Which files differ, in short."""
        return self.git("status", "--short")

    def staged(self) -> str:
        """What is staged over HEAD."""
        return self.git("diff", "--cached", "--no-color")

    def head(self, path: str) -> str:
        """A file's text in HEAD."""
        return self.git("cat-file", "blob", f"HEAD:{path}") + "\n"

    def leftovers(self) -> list[str]:
        """Locks and prepared files in the git directory."""
        directory = Path(self.git("rev-parse", "--absolute-git-dir"))
        return sorted(
            one.name for one in directory.iterdir() if "lock" in one.name or "patchbay-" in one.name
        )

    def require_whole(self) -> None:
        """Nothing is broken and nothing left lying about."""
        assert self.git("fsck", "--strict", "--no-dangling") == ""
        assert self.leftovers() == []
