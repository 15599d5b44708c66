"""What many tests begin with is made once in a process and copied for each: the same bytes, no waiting."""

from __future__ import annotations

import atexit
import copy
import itertools
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path

from store.session_manager import SessionManager, init_store, open_store

ClockOf = Callable[[Iterator[int]], Callable[[], datetime]]
IdsOf = Callable[[Iterator[int]], Callable[[str], str]]


@cache
def workshop() -> Path:
    """A directory of this process for what is made once."""
    made = Path(tempfile.mkdtemp(prefix="patchbay-begun-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


def place() -> Path:
    """A new directory in the workshop."""
    return Path(tempfile.mkdtemp(dir=workshop()))


def put_copy(made: Path, directory: Path) -> None:
    """Put a copy of what was made once into a directory."""
    shutil.copytree(made, directory, symlinks=True, dirs_exist_ok=True)


@dataclass(frozen=True)
class Begun:
    """Alice's store, in a directory or one within it, with a clock and ids that count."""

    clock: ClockOf
    new_id: IdsOf
    work: str = ""
    directory: Path = field(default_factory=place)
    seconds: Iterator[int] = field(default_factory=itertools.count)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def started(self, files: Mapping[str, str]) -> SessionManager:
        """Make the store, with these files in its codebase."""
        (self.directory / self.work).mkdir(exist_ok=True)
        manager = self._by(init_store)
        source = self.directory / "source"
        for name, text in files.items():
            path = source / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode("utf-8", "surrogateescape"))
        manager.import_tree(source)
        return manager

    def copied(self, directory: Path) -> Begun:
        """Put a copy of the store into a directory; its clock and ids go on where these have come to."""
        put_copy(self.directory, directory)
        return replace(
            self, directory=directory, seconds=copy.copy(self.seconds), numbers=copy.copy(self.numbers)
        )

    def opened(self) -> SessionManager:
        """Open the store."""
        return self._by(open_store)

    def _by(self, way: Callable[..., SessionManager]) -> SessionManager:
        clock, new_id = self.clock(self.seconds), self.new_id(self.numbers)
        return way(self.directory / self.work, user="alice", clock=clock, new_id=new_id)
