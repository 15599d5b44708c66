"""A real repository that commands are given in, and what people and other programs do there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.cli.commands import Said, in_process
from tests.codebase.repositories import git, make_repository

CART = '''"""What is bought."""

import json


def total(prices):
    """Add prices up."""
    return sum(prices)


def count(prices):
    return len(prices)


def saved(prices):
    return json.dumps(prices)
'''


@dataclass(frozen=True)
class Checkout:
    """A repository with one commit; commands are given in it, in this process."""

    root: Path

    @classmethod
    def made(cls, root: Path) -> Checkout:
        """Make one."""
        make_repository(root)
        found = cls(root)
        found.write("shop/cart.py", CART)
        found.git("add", "--all")
        found.git("commit", "--quiet", "-m", "first")
        return found

    def git(self, *arguments: str, check: bool = True) -> str:
        """Run git in the working tree."""
        return git(self.root, *arguments, check=check)

    def text(self, path: str = "shop/cart.py") -> str:
        """Read a file of the working tree."""
        return (self.root / path).read_text()

    def write(self, path: str, text: str) -> None:
        """Write a file, as another program does."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)

    def change(self, old: str, new: str, path: str = "shop/cart.py") -> None:
        """Put one text in place of another, as another program does."""
        assert old in self.text(path)
        self.write(path, self.text(path).replace(old, new))

    def __call__(self, *arguments: str, user: str = "alice") -> Said:
        return in_process("--user", user, *arguments)

    def json(self, *arguments: str, user: str = "alice") -> Any:
        """Run a command that must go well, with --json; gives its document."""
        said = self(*arguments, "--json", user=user)
        assert said.code == 0, said
        return said.document

    def editors(self) -> dict[str, str | None]:
        """Give the name of each editor's patch, by what it is open on."""
        status = self.json("status")
        names = {one["id"]: one["name"] for one in status["patches"]}
        return {one["target"]: names.get(one["patch"]) for one in status["editors"]}

    def statuses(self) -> dict[str, str]:
        """Give each patch's status by its name."""
        return {one["name"]: one["status"] for one in self.json("status")["patches"]}
