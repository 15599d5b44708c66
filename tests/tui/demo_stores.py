"""Real stores for the screens' tests: the seed's example, with a fixed clock and ids that count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from copies import Begun

from store.session_manager import SessionManager

FILES = {
    "MyApp/__init__.py": "",
    "MyApp/Database/__init__.py": "",
    "MyApp/Database/User.py": (
        "def findByEmail(email, rows):\n    for row in rows:\n        if row['email'] == email:\n"
        "            return row\n    return None\n"
    ),
    "MyApp/User/__init__.py": (
        'import re\n\nADMIN = "admin"\n\n\ndef validate(email):\n    return "@" in email\n\n\n'
        'def create(email):\n    return {"email": email}\n'
    ),
    "MyApp/User/Profile.py": (
        'TEMPLATE = "<h1>%s</h1>"\n\n\ndef render(profile):\n    return TEMPLATE % profile["name"]\n'
    ),
}


def counting_ids(numbers: Iterator[int]) -> Callable[[str], str]:
    return lambda kind: f"{kind}{next(numbers)}"


def ticking_clock(seconds: Iterator[int]) -> Callable[[], datetime]:
    return lambda: datetime(2026, 11, 20, 9, 0, tzinfo=UTC) + timedelta(seconds=next(seconds))


def empty_store(directory: Path, files: dict[str, str] = FILES) -> SessionManager:
    """A store with files and no session, as Alice."""
    return _empty(tuple(files.items())).copied(directory).opened()


@cache
def _empty(files: tuple[tuple[str, str], ...]) -> Begun:
    begun = Begun(ticking_clock, counting_ids)
    begun.started(dict(files))
    return begun


def improvements(directory: Path) -> SessionManager:
    """The seed's session: three editors, Alice's two patches, and Bob's, which depends on the first."""
    return _improvements().copied(directory).opened()


@cache
def _improvements() -> Begun:
    begun = Begun(ticking_clock, counting_ids)
    manager = begun.started(FILES)
    session = manager.start_session("user-improvements", "Enhancing validation and profiles").session_id
    manager.invite("bob", "contributor")
    first = manager.create_patch("validation-enhancements").patches[0]
    second = manager.create_patch("performance-optimizations").patches[0]
    one = manager.open_editor("MyApp.User.validate").editors[0]
    two = manager.open_editor("MyApp.Database.User.findByEmail").editors[0]
    three = manager.open_editor("MyApp.User.Profile.render").editors[0]
    manager.save_editor(
        one,
        'EMAIL = re.compile(r"[^@]+@[^@]+")\n\n\ndef validate(email):\n'
        "    return EMAIL.fullmatch(email) is not None\n",
        patch=first,
    )
    manager.save_editor(
        two,
        "def findByEmail(email, rows):\n"
        "    return next((row for row in rows if row['email'] == email), None)\n",
        patch=second,
    )
    manager.save_editor(three, 'def render(profile):\n    return TEMPLATE % profile["name"].title()\n')
    manager.mark_ready(first)
    bob = manager.as_user("bob")
    bob.switch_session(session)
    third = bob.create_patch("validation-tests").patches[0]
    tests = bob.open_editor("MyApp.User.check", new=True).editors[0]
    bob.save_editor(tests, "def check():\n    return validate('a@b')\n", patch=third, new=True)
    bob.close_editor(tests)
    bob.add_dependency(third, first)
    return begun
