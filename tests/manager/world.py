"""A store with a small codebase and three people, deterministic clock and ids; what the tests say it with."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from store.errors import Code, PatchbayError
from store.model import EditorContext, Patch, SessionState
from store.rules import violations
from store.session_manager import SessionManager, init_store, open_store
from store.storage.doctor import Finding, FindingKind

PROJECT = Path(__file__).parents[2]


def function(name: str, one: object = 0, two: object = 0, three: object = 0, indent: str = "") -> str:
    """A function whose three lines can be changed apart from each other."""
    lines = [f"def {name}(self=None):", f"    one = {one}", "", f"    two = {two}", "", f"    return {three}"]
    return "".join(f"{indent}{line}\n" if line else "\n" for line in lines)


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


def ticking() -> Callable[[], datetime]:
    """A clock that goes on by one second each time it is read."""
    seconds = itertools.count()
    return lambda: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=next(seconds))


def counting() -> Callable[[str], str]:
    """Ids in the order in which they are asked for."""
    numbers = itertools.count(1)
    return lambda kind: f"{kind}-{next(numbers):05d}"


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

    def __init__(self, directory: Path, files: dict[str, str] | None = None) -> None:
        self.directory = directory / "work"
        self.directory.mkdir()
        source = directory / "source"
        for path, text in (FILES if files is None else files).items():
            (source / path).parent.mkdir(parents=True, exist_ok=True)
            (source / path).write_text(text)
        self.alice = init_store(self.directory, user="alice", clock=ticking(), new_id=counting())
        self.alice.import_tree(source)
        self.session = self.alice.start_session("main").session_id
        self.root = self.alice.repository.layout.root

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


def put(manager: SessionManager, name: str, text: str, patch: str | None = None, **options: Any) -> str:
    """Save a text into a patch, a new one where there is none of that name; gives the patch's id."""
    names = {one.name for one in manager.repository.load(manager.session_id(None)).open_patches()}
    letters = {one.letter for one in manager.repository.load(manager.session_id(None)).open_patches()}
    if patch is not None and patch not in names | letters:
        options["new_patch"] = patch
    elif patch is not None:
        options["patch"] = patch
    outcome = manager.save_editor(name, text, **options)
    return outcome.patches[0] if outcome.patches else ""


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
from world import function, put
manager = open_store(Path(sys.argv[1]), user=os.environ.get("PATCHBAY_USER", "alice"))
def say(word):
    print(word, flush=True)
def without_room(size):
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
