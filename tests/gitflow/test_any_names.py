"""Random changes of functions that use each other across files: whatever is merged, what HEAD has runs."""

from __future__ import annotations

import io
import random
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from desk import Desk
from hypothesis import given
from hypothesis import strategies as st

MODULES = ("base", "cart", "page")
"""Each may use those before it."""
WORDS = ("apple", "bread", "cheese", "dates", "eggs", "flour", "grapes", "honey", "icing", "jam", "kale")
RUN = """import importlib, sys
sys.path.insert(0, sys.argv[1])
for name in sys.argv[2:]:
    module = importlib.import_module(f"shop.{name}")
    for one in list(vars(module).values()):
        if callable(one):
            one()
"""


@dataclass
class Function:
    """A function of a module, which uses some of those that come before it."""

    name: str
    module: int
    value: int
    uses: list[Function] = field(default_factory=list)
    inner: bool = False
    """Whether it imports itself what it uses of other modules."""
    left: set[int] = field(default_factory=set)
    """The modules that it was moved out of, where it is imported for those who know it there."""

    def seen_from(self, module: int) -> int:
        """The module that another one has it from."""
        return next((one for one in sorted(self.left) if one < module), self.module)


class Shop:
    """Functions in modules, which can be changed as a person would: consistently, everywhere at once."""

    def __init__(self, choice: random.Random) -> None:
        self.choice = choice
        self.dotted = {module for module in range(len(MODULES)) if choice.random() < 0.4}
        self.names = list(WORDS)
        choice.shuffle(self.names)
        self.functions: list[Function] = []
        for module in range(len(MODULES)):
            for _ in range(choice.randint(1, 3)):
                self.add(module)

    def add(self, module: int) -> None:
        """Write a function that uses some that are there."""
        name = self.names.pop()
        below = [one for one in self.functions if one.module <= module]
        uses = self.choice.sample(below, min(len(below), self.choice.randint(0, 2)))
        at = len(below)
        inner = self.choice.random() < 0.3
        self.functions.insert(at, Function(name, module, self.choice.randint(1, 9), uses, inner))

    def change(self) -> None:
        """Do one thing to it."""
        one = self.choice.choice(self.functions)
        deed = self.choice.choice(
            ("rename", "rename", "delete", "add", "move", "leave", "use", "edit", "inner")
        )
        if deed == "rename" and self.names:
            one.name = self.names.pop()
        elif deed == "add" and self.names:
            self.add(self.choice.randrange(len(MODULES)))
        elif deed == "delete" and len([other for other in self.functions if other.module == one.module]) > 1:
            self.functions.remove(one)
            for other in self.functions:
                other.uses = [used for used in other.uses if used is not one]
        elif deed == "move":
            least = max([used.module for used in one.uses], default=0)
            users = [other.module for other in self.functions if one in other.uses]
            if not self._is_alone(one):
                one.left.clear()
                one.module = self.choice.randint(least, min([*users, len(MODULES) - 1]))
                self.functions.sort(key=lambda other: other.module)
        elif deed == "leave" and one.module and not one.left:
            least = max([used.module for used in one.uses], default=0)
            if least < one.module and not self._is_alone(one):
                one.left.add(one.module)
                one.module = self.choice.randint(least, one.module - 1)
                self.functions.sort(key=lambda other: other.module)
        elif deed == "inner":
            one.inner = not one.inner
        elif deed == "use":
            at = self.functions.index(one)
            one.uses = self.choice.sample(self.functions[:at], min(at, self.choice.randint(0, 2)))
        else:
            one.value += 1

    def _is_alone(self, one: Function) -> bool:
        return len([other for other in self.functions if other.module == one.module]) == 1

    def files(self) -> dict[str, str]:
        """The texts of all modules."""
        return {"shop/__init__.py": ""} | {
            f"shop/{name}.py": self._text(module) for module, name in enumerate(MODULES)
        }

    def _text(self, module: int) -> str:
        own = [one for one in self.functions if one.module == module]
        used = [other for one in own if not one.inner for other in one.uses if other.module != module]
        imports = {self._import(other, module) for other in used}
        left = [other for other in self.functions if module in other.left]
        imports |= {f"from shop.{MODULES[other.module]} import {other.name}" for other in left}
        head = "".join(f"{line}\n" for line in sorted(imports))
        parts = [*([head] if head else []), *(self._function(one) for one in own)]
        return "\n\n".join(parts)

    def _import(self, used: Function, module: int) -> str:
        source = used.seen_from(module)
        whole = source in self.dotted
        return (
            f"from shop import {MODULES[source]}"
            if whole
            else f"from shop.{MODULES[source]} import {used.name}"
        )

    def _function(self, function: Function) -> str:
        lines = [f"def {function.name}():"]
        others = [other for other in function.uses if other.module != function.module]
        if function.inner:
            lines += sorted({f"    {self._import(other, function.module)}" for other in others})
        lines.append(f"    value = {function.value}")
        for other in function.uses:
            source = other.seen_from(function.module)
            dotted = other in others and source in self.dotted
            call = f"{MODULES[source]}.{other.name}()" if dotted else f"{other.name}()"
            lines.append(f"    value += {call}")
        return "\n".join([*lines, f"    return value + {len(function.uses)}\n"])


class ShopDesk(Desk):
    """Requires of each merge that what it leaves runs."""

    def merge(self, patch: str) -> None:
        super().merge(patch)
        archive = subprocess.run(["git", "archive", "HEAD"], cwd=self.root, capture_output=True, check=True)
        with tempfile.TemporaryDirectory() as directory:
            with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
                files.extractall(directory, filter="data")
            names = [one for one in MODULES if (Path(directory) / f"shop/{one}.py").exists()]
            done = subprocess.run(
                [sys.executable, "-B", "-c", RUN, directory, *names], capture_output=True, text=True
            )
        assert done.returncode == 0, done.stderr + self.git("show", "HEAD")


def a_day(root: Path, choice: random.Random) -> None:
    """Change the shop a few times, assigning and merging some in between, then merge the rest."""
    shop = Shop(choice)
    desk = ShopDesk(root, shop.files())
    for _ in range(choice.randint(1, 3)):
        for _ in range(choice.randint(1, 3)):
            shop.change()
        for path, text in shop.files().items():
            if desk.text(path) != text:
                desk.write(path, text)
        desk.look()
        for target in desk.pending():
            if choice.random() < 0.6:
                desk.assign_one(choice, target)
        if choice.random() < 0.5:
            for patch in desk.state.open_patches():
                desk.merge_if_ready(patch)
            desk.look()
    desk.merge_all(choice)


@given(st.randoms(use_true_random=False))
def test_each_commit_runs(choice: random.Random) -> None:
    with tempfile.TemporaryDirectory() as directory:
        a_day(Path(directory) / "repository", choice)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(40))
def test_each_commit_of_a_longer_day_runs(tmp_path: Path, seed: int) -> None:
    a_day(tmp_path / "repository", random.Random(seed))
