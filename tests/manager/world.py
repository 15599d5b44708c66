"""A store with a small codebase and three people, deterministic clock and ids; what the tests say it with."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from copies import Begun
from edits import function
from edits import put as put

from store.errors import Code, PatchbayError
from store.model import EditorContext, Patch, SessionState
from store.rules import violations
from store.session_manager import SessionManager, open_store
from store.storage.doctor import Finding, FindingKind

PROJECT = Path(__file__).parents[2]


CART_HEAD = 'class Cart:\n    """A cart."""\n'

FILES = {
    "app/cart.py": '"""Carts."""\n\nimport os\n\n\n'
    + function("total")
    + "\n\n"
    + function("count")
    + "\n\n"
    + function("tax")
    + "\n\n"
    + CART_HEAD
    + "\n"
    + function("add", indent="    ")
    + "\n"
    + function("drop", indent="    ")
    + "\n\nprint(os.name)\n",
    "app/user.py": "LIMIT = 3\n\n\n" + function("check"),
    "MyApp/User.py": function("validate") + "\n\n" + function("normalize"),
    "MyApp/Database/User.py": function("findByEmail"),
    "MyApp/User/Profile.py": function("render"),
}

TOTAL, COUNT, TAX, CHECK = "app.cart.total", "app.cart.count", "app.cart.tax", "app.user.check"


def ticking(seconds: Iterator[int]) -> Callable[[], datetime]:
    """A clock that goes on by one second each time it is read."""
    return lambda: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=next(seconds))


def counting(numbers: Iterator[int]) -> Callable[[str], str]:
    """Ids in the order in which they are asked for."""
    return lambda kind: f"{kind}-{next(numbers):05d}"


@cache
def main_session(files: tuple[tuple[str, str], ...]) -> tuple[Begun, str]:
    """Alice's session "main" on a store with these files, made once, and its id."""
    begun = Begun(ticking, counting, "work")
    session = begun.started(dict(files)).start_session("main").session_id
    return begun, session


@contextmanager
def refused(*codes: Code, naming: str = "") -> Any:
    """What happens inside is refused with one of these codes, by a sentence that names something."""
    with pytest.raises(PatchbayError) as caught:
        yield caught
    assert caught.value.code in codes, caught.value
    assert naming in caught.value.message, caught.value.message
    assert caught.value.message.endswith((".", "?")), caught.value.message


class World:
    """Alice's session "main" on a store of its own, with Bob and Carol in it where a test wants them."""

    def __init__(self, directory: Path, files: Mapping[str, str] = FILES) -> None:
        begun, self.session = main_session(tuple(files.items()))
        self._open(begun.copied(directory))

    def _open(self, begun: Begun) -> None:
        self.begun = begun
        self.alice = begun.opened()
        self.directory = begun.directory / begun.work
        self.root = self.alice.repository.layout.root

    def copied(self, directory: Path) -> World:
        """The same world once more, in a directory of its own."""
        found = World.__new__(World)
        found.session = self.session
        found._open(self.begun.copied(directory))
        return found

    def join(self, user: str, role: str = "contributor") -> SessionManager:
        """Let somebody into the session and give the store as they see it."""
        self.alice.invite(user, role, session=self.session)
        manager = self.alice.as_user(user)
        manager.switch_session(self.session)
        return manager

    def reopened(self, user: str = "alice") -> SessionManager:
        """The same store as another process would see it: nothing is remembered."""
        return open_store(self.directory, user=user)

    @property
    def state(self) -> SessionState:
        """The session as it is on the disk."""
        return self.reopened().repository.load(self.session)

    def patch(self, reference: str) -> Patch:
        """A patch as it is on the disk, by letter, name or id."""
        return self.alice.patch_in(self.state, reference)

    def editor(self, target: str, user: str = "alice") -> EditorContext:
        """A user's editor on a definition, as it is on the disk."""
        return next(one for one in self.state.editors.values() if (one.target, one.user) == (target, user))

    def blockers(self, reference: str) -> list[Code]:
        """The codes of a patch's blockers, as a view gives them."""
        seen = self.alice.view(self.session)
        found = seen.patch(self.patch(reference).id)
        assert found is not None
        return [one.code for one in found.blockers]

    def text(self, name: str, patch: str | None = None) -> str:
        """A definition's text in the codebase, or as a patch has it."""
        return self.alice.show(name, patch, self.session).text

    def file(self, path: str) -> str:
        """A file's text in the codebase."""
        return self.reopened().codebase.files().text(path)

    def operations(self, reference: str) -> list[tuple[str, ...]]:
        """A patch's operations as kind and names."""
        return [
            (op.kind, op.name, op.new_name) if op.kind == "rename" else (op.kind, op.name)
            for op in self.patch(reference).operations
        ]

    def depends(self, reference: str) -> str:
        """The letters of the patches that a patch depends on."""
        return "".join(self.state.patches[one.patch].letter for one in self.patch(reference).dependencies)

    def check(self) -> None:
        """Every rule that always holds holds, for whoever opens the store next."""
        manager = self.reopened()
        for session in manager.repository.session_ids(archived=True):
            assert violations(manager.repository.load(session)) == []


def ready(manager: SessionManager, *references: str) -> None:
    """Mark patches ready."""
    for reference in references:
        manager.mark_ready(reference)


def leftovers_apart(findings: tuple[Finding, ...]) -> list[Finding]:
    """What the doctor finds but for files that a killed process left and nothing reads."""
    return [one for one in findings if one.kind is not FindingKind.LEFTOVER]


# Real processes

OPEN = """
import os, resource, sys
from pathlib import Path
sys.path.insert(0, os.environ["PATCHBAY_TESTS"])
from store.errors import PatchbayError
from store.session_manager import SessionManager, open_store
from edits import function, put
manager = open_store(Path(sys.argv[1]), user=os.environ.get("PATCHBAY_USER", "alice"))
def say(word):
    print(word, flush=True)
def without_room(size):
    sys.dont_write_bytecode = size >= 0
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most if size < 0 else size, most))
"""


def start(directory: Path, script: str, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    """Start a process that opens the store of a directory and runs a script."""
    return subprocess.Popen(
        [sys.executable, "-c", OPEN + script, str(directory), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ
        | {"PYTHONPATH": str(PROJECT), "PATCHBAY_TESTS": str(Path(__file__).parent)}
        | environment,
    )


def run(directory: Path, script: str, *arguments: str, **environment: str) -> str:
    """Run a script to its end and give what it said."""
    process = start(directory, script, *arguments, **environment)
    said, complaints = process.communicate(timeout=120)
    assert process.returncode == 0, complaints
    return said.strip()


def killed_at(directory: Path, effect: int, script: str, *arguments: str) -> str:
    """Run a script until SIGKILL just before its effect of that number; give what it said until then."""
    process = start(directory, script, *arguments, PATCHBAY_KILL_AT=str(effect))
    said, complaints = process.communicate(timeout=120)
    assert process.returncode == -signal.SIGKILL, complaints
    return said.strip()
