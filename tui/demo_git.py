"""The demo on a real repository: Alice has changed two things at once in the same files, outside Patchbay.

One definition is in its patch already; the rest waits to be assigned. The program lies in `demo_git_source`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tui.demo import ALICE, BEGINNING, BOB, SESSION, not_undoable
from tui.demo_git_source import CHANGED, COMMITTED

if TYPE_CHECKING:
    from store.session_manager import SessionManager

_SETTINGS = {
    "user.name": "Alice",
    "user.email": "alice@myapp.example",
    "commit.gpgsign": "false",
    "core.autocrlf": "false",
    "core.hooksPath": ".git/hooks",
}
"""The repository's own, so that nothing depends on those of whoever tries it."""


def build_git_demo(
    directory: Path, clock: Callable[[], datetime], new_id: Callable[[str], str]
) -> SessionManager:
    """Make the repository in an empty directory, and its session. As Alice. Raises what git and disk refuse.

    The same clock and ids give the same commit and the same session.
    """
    from store.session_manager import open_store
    from store.storage.atomic import refusals

    with refusals(directory):
        directory.mkdir(exist_ok=True)
        _commit(directory)
        alice = open_store(directory, user=ALICE, clock=clock, new_id=new_id)
        alice.start_session(SESSION, "Enhancing user validation and profile features")
        _write(directory, CHANGED)
    with not_undoable(alice):
        alice.look()
        alice.assign_editor("MyApp.User.validate", new_patch="validation-enhancements")
        alice.edit_patch("A", description="Refuse addresses that no mail can reach")
        alice.create_patch("performance-optimizations", "Look users up without reading them all")
        alice.invite(BOB, "contributor")
        alice.as_user(BOB).switch_session(SESSION)
    return alice


def _commit(directory: Path) -> None:
    from store.git.process import Git

    git = Git(directory)
    git.run("init", "--quiet", "--initial-branch=main", "--template=")
    for name, value in _SETTINGS.items():
        git.run("config", name, value)
    _write(directory, COMMITTED)
    git.run("add", "--all")
    when = BEGINNING.isoformat()
    git.run(
        "commit",
        "--quiet",
        "--message=Users and their pages",
        GIT_AUTHOR_DATE=when,
        GIT_COMMITTER_DATE=when,
    )


def _write(directory: Path, files: Mapping[str, str]) -> None:
    for path, text in files.items():
        (directory / path).parent.mkdir(exist_ok=True)
        (directory / path).write_text(text, encoding="utf-8", newline="")
