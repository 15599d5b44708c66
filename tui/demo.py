"""The demo: the seed's session `user-improvements` of Alice, with Bob in it, on a store of its own.

Everything is done by the manager's verbs, as Alice and as Bob, so it is a store like any other. The
program it is about lies in `demo_source`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from store.errors import Code, PatchbayError
from tui.demo_source import EARLIER, FILES, TEXTS

if TYPE_CHECKING:
    from store.session_manager import SessionManager

ALICE = "alice"
BOB = "bob"
SESSION = "user-improvements"
BEGINNING = datetime(2025, 3, 10, 9, 0, tzinfo=UTC)
"""When the demo's first transaction was made."""


def fixed_clock() -> Callable[[], datetime]:
    """Make a clock that is the same each time: every look at it is seven minutes later."""
    ticks = count()
    return lambda: BEGINNING + timedelta(minutes=7 * next(ticks))


def fixed_ids() -> Callable[[str], str]:
    """Make ids that are the same each time."""
    numbers = count(1)
    return lambda kind: f"{kind}-demo{next(numbers):04d}"


def open_demo(directory: Path, user: str = ALICE) -> tuple[SessionManager, bool]:
    """Open the demo in a directory as a user, making it where the directory is empty or not there.

    Gives the manager, and whether it was made. It appears whole or not at all. Raises `name-taken` for a
    directory that holds something else.
    """
    from store.session_manager import open_store
    from store.storage.atomic import refusals
    from store.storage.layout import StoreLayout

    if StoreLayout(directory).exists():
        return open_store(directory, store=directory, user=user), False
    with refusals(directory):
        if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
            message = f"{directory} holds something that is no store: give another directory."
            raise PatchbayError(Code.NAME_TAKEN, message)
        directory.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".patchbay-demo-", dir=directory.parent) as place:
            made = Path(place) / "store"
            build_demo(made, fixed_clock(), fixed_ids())
            made.replace(directory)
    return open_store(directory, store=directory, user=user), True


def build_demo(
    directory: Path, clock: Callable[[], datetime], new_id: Callable[[str], str]
) -> SessionManager:
    """Make the demo's store in a directory; the same clock and ids give the same store. As Alice."""
    from store.session_manager import init_store

    alice = init_store(directory, store=directory, user=ALICE, clock=clock, new_id=new_id)
    with not_undoable(alice):
        with tempfile.TemporaryDirectory() as place:
            _import_program(alice, Path(place) / "MyApp")
        _earlier_work(alice)
        _present_work(alice)
    return alice


@contextmanager
def not_undoable(alice: SessionManager) -> Iterator[None]:
    """Let what is prepared inside be how the demo begins: whoever tries it undoes their own doings."""
    alice.undoable = False
    try:
        yield
    finally:
        alice.undoable = True


def _import_program(alice: SessionManager, root: Path) -> None:
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    alice.import_tree(root)


def _earlier_work(alice: SessionManager) -> None:
    """Make the revisions that came before, one merged patch each."""
    alice.start_session("groundwork", "The first version of users and their pages")
    for name, description, definition, text in EARLIER:
        new = definition not in set(alice.names())
        alice.save_editor(definition, text, new_patch=name, new=new)
        alice.edit_patch(name, description=description)
        alice.mark_ready(name)
        alice.merge_patch(name)
        alice.close_editor(definition)
    alice.close_session()


def _present_work(alice: SessionManager) -> None:
    alice.start_session(SESSION, "Enhancing user validation and profile features")
    alice.create_patch("validation-enhancements", "Refuse addresses that no mail can reach")
    alice.create_patch("performance-optimizations", "Look users up without reading them all")
    for name in ("MyApp.User.validate", "MyApp.Database.User.findByEmail", "MyApp.User.Profile.render"):
        alice.open_editor(name)
    alice.save_editor("MyApp.User.EMAIL", TEXTS["MyApp.User.EMAIL"], patch="A", new=True)
    alice.save_editor("MyApp.User.validate", TEXTS["MyApp.User.validate"], patch="A")
    alice.save_editor("MyApp.User.create", TEXTS["MyApp.User.create"], patch="A")
    alice.close_editor("MyApp.User.EMAIL")
    alice.close_editor("MyApp.User.create")
    name = "MyApp.Database.User.findByEmail"
    alice.save_editor(name, TEXTS[name], patch="B")
    alice.save_editor("MyApp.User.Profile.render", TEXTS["MyApp.User.Profile.render"])
    alice.invite(BOB, "contributor")
    bob = alice.as_user(BOB)
    bob.switch_session(SESSION)
    bob.create_patch("validation-tests", "Say by examples which addresses are refused")
    name = "MyApp.User.Tests.validate"
    bob.save_editor(name, TEXTS[name], patch="C", new=True)
    bob.close_editor(name)
    bob.add_dependency("C", "A")
    alice.mark_ready("A")
