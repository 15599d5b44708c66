"""Whatever is pressed, pasted, resized, done by others and edited outside: the screen goes on, and back."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from demo_stores import improvements
from driver import Person
from git_repositories import CART, git, repository
from textual import events
from textual.pilot import Pilot

from store.errors import PatchbayError
from store.session_manager import SessionManager, open_store
from tui.app import PatchbayApp
from tui.present.text import visible
from tui.registry import COMMANDS_BY_ID

QUITS = {"q", "ctrl+q"}
OUTSIDE = {"e"}
"""Keys that leave the terminal to another program, which a test has not."""
KEYS = sorted(
    ({key for one in COMMANDS_BY_ID.values() for key in one.keys} | {*"abcdyxz0123456789", "backspace", "y"})
    - QUITS
    - OUTSIDE
)
OFTEN = {"enter": 12, "escape": 14, "tab": 4, "j": 4, "space": 4, "m": 3, "a": 3, "n": 3, "o": 3}
SIZES = ((80, 24), (120, 36), (200, 50), (61, 17), (30, 8), (140, 40))
PASTED = "[/] \x1b[2J\u202e[@click=app.quit]x[/] 名前 👩‍👩‍👧\n\tz = 1\r\n\\n"
STEPS = 120
STEPS_OF_ALL = 300


class Day:
    """One random day at a keyboard, with Bob in the same session and other programs in the same files."""

    def __init__(self, manager: SessionManager, root: Path | None, seed: str) -> None:
        self._manager, self._root = manager, root
        self._random = random.Random(seed)
        self.done: list[object] = []
        """What was done, for the message of a failure."""

    def key(self) -> str:
        """A key to press."""
        return self._random.choices(KEYS, [OFTEN.get(key, 1) for key in KEYS])[0]

    async def step(self, pilot: Pilot[Any]) -> None:
        """Do one thing."""
        kinds: dict[str, float] = {"keys": 5, "key": 75, "resize": 3, "paste": 2, "bob": 8, "outside": 7}
        kind = self._random.choices(list(kinds), list(kinds.values()))[0]
        if kind in ("key", "keys"):
            pressed = [self.key() for _ in range(1 if kind == "key" else self._random.randrange(2, 6))]
            self.done.append(pressed)
            for key in pressed:
                character = " " if key == "space" else key if len(key) == 1 else None
                pilot.app.post_message(events.Key(key, character))
        elif kind == "resize":
            size = self._random.choice(SIZES)
            self.done.append(size)
            await pilot.resize_terminal(*size)
        elif kind == "paste":
            self.done.append("paste")
            pilot.app.post_message(events.Paste(PASTED))
        elif kind == "bob":
            await asyncio.to_thread(self._bob)
        elif self._root is not None:
            await asyncio.to_thread(self._outside, self._root)

    def _bob(self) -> None:
        """Do something in the same session, as Bob or as Alice at another screen."""
        name, number = self._random.choice(["alice", "bob"]), self._random.randrange(1_000)
        try:
            self._as_other(self._manager.as_user(name), number)
        except PatchbayError as error:
            self.done.append((name, error.code))

    def _as_other(self, other: SessionManager, number: int) -> None:
        view = other.view()
        patch = self._random.choice([*(one.patch.id for one in view.patches), "A"])
        editor = self._random.choice([*(one.editor.id for one in view.editors), "1"])
        text = f"def validate(email):\n    return {number}\n"
        verbs: dict[str, Callable[[], object]] = {
            "new": lambda: other.create_patch(f"patch {number}", PASTED),
            "ready": lambda: other.mark_ready(patch),
            "draft": lambda: other.mark_draft(patch),
            "merge": lambda: other.merge_patch(patch),
            "abandon": lambda: other.abandon_patch(patch),
            "restore": lambda: other.restore_patch(patch),
            "undo": other.undo,
            "save": lambda: other.save_editor(editor, text),
            "type": lambda: other.type_text(editor, text),
            "close editor": lambda: other.close_editor(editor, True),
            "assign": lambda: other.assign_editor(editor, patch),
            "close": other.close_session,
        }
        verb = self._random.choice(list(verbs))
        self.done.append((other.user, verb, patch, editor))
        verbs[verb]()

    def _outside(self, root: Path) -> None:
        """Edit, remove or commit files, or go to another branch."""
        path, number = root / "src/shop/cart.py", self._random.randrange(100)
        lines = (path.read_text() if path.exists() else CART).split("\n")
        at = self._random.randrange(len(lines))
        how = self._random.choice(["change", "change", "add", "cut", "remove", "new", "commit", "switch"])
        self.done.append((how, at))
        if how == "change":
            lines[at] += f"  # {number}"
        elif how == "add":
            lines += ["", "", f"def f{number}():", "    return count([])"]
        elif how == "cut":
            del lines[at]
        elif how == "remove":
            path.unlink(missing_ok=True)
            return
        elif how == "new":
            (root / f"new{number}.py").write_text("y = 1\n")
            return
        elif how == "commit":
            git(root, "commit", "-q", "-a", "--allow-empty", "-m", "Outside")
            return
        else:
            git(root, "checkout", "-q", "-B", f"branch{number % 3}")
            return
        path.write_text("\n".join(lines))


async def _lived(day: Day, manager: SessionManager, steps: int) -> None:
    """Live a day, and go back to the session screen at its end."""
    app = PatchbayApp(manager, None, signs="emoji", theme="textual-dark")
    async with app.run_test(size=SIZES[0]) as pilot:
        person = Person(pilot)
        await person.settle()
        for _ in range(steps):
            await day.step(pilot)
            await person.settle()
            shown = person.screen_text()
            assert visible(shown, newline="keep") == shown
        await person.press_until("escape", lambda: len(app.screen_stack) == 1)


def _seeds(count: int) -> list[Any]:
    return [pytest.param(one, marks=[] if one == 1 else pytest.mark.long) for one in range(1, count + 1)]


@pytest.mark.parametrize("kind", ["demo", "git"])
@pytest.mark.parametrize("seed", _seeds(20))
async def test_whatever_is_done_the_screen_goes_on_and_the_store_is_sound(
    tmp_path: Path, request: pytest.FixtureRequest, kind: str, seed: int
) -> None:
    root = None
    if kind == "demo":
        manager = improvements(tmp_path)
    else:
        root = repository(tmp_path)
        manager = open_store(root, user="alice")
        manager.start_session("day")
        manager.invite("bob", "maintainer")
    day = Day(manager, root, f"{kind} {seed}")
    try:
        await _lived(day, manager, STEPS_OF_ALL if request.config.getoption("--all") else STEPS)
    except BaseException as error:
        error.add_note(f"After {day.done}.")
        raise
    assert manager.doctor().findings == ()
    if root is not None:
        assert git(root, "fsck", "--strict", "--no-dangling") == ""
