"""Draw the pictures in this directory from the real app on the demos' stores: `python screenshots/make.py`.

`python screenshots/make.py DIRECTORY` draws them somewhere else, to be compared.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests" / "tui"))

from driver import Person  # noqa: E402 -- the keyboard of the tests, found by the line above

from store.session_manager import SessionManager  # noqa: E402
from tui.app import PatchbayApp  # noqa: E402
from tui.demo import build_demo, fixed_clock, fixed_ids  # noqa: E402
from tui.demo_git import build_git_demo  # noqa: E402

SMALL, MIDDLE, LARGE = (80, 24), (120, 36), (200, 50)

PICTURES: dict[str, tuple[tuple[int, int], tuple[str, ...]]] = {
    "session-80x24": (SMALL, ()),
    "session-120x36": (MIDDLE, ()),
    "session-200x50": (LARGE, ()),
    "assign-80x24": (SMALL, ("3", "a")),
    "merge-80x24": (SMALL, ("m",)),
    "merge-chain-80x24": (SMALL, ("tab", "j", "j", "m")),
    "close-80x24": (SMALL, ("C",)),
    "abandon-80x24": (SMALL, ("X",)),
    "open-80x24": (SMALL, ("o", "u", "s", "e")),
    "editor-80x24": (SMALL, ("3", "enter")),
    "help-120x36": (MIDDLE, ("question_mark",)),
    "git-120x36": (MIDDLE, ("1", "space", "6", "space", "8", "space", "a", "a", "5")),
}
"""Name → size in cells, and the keys that lead there; those of `git` are of the demo on a repository."""


async def draw(manager: SessionManager, name: str, directory: Path) -> None:
    """Draw one picture into a directory."""
    size, keys = PICTURES[name]
    app = PatchbayApp(manager, signs="emoji", theme="textual-dark")
    async with app.run_test(size=size) as pilot:
        person = Person(pilot)
        await person.settle()
        await person.press(*keys)
        app.save_screenshot(f"{name}.svg", path=str(directory))


def main(directory: Path) -> None:
    """Draw all pictures into a directory."""
    for name in PICTURES:
        with tempfile.TemporaryDirectory() as place:
            build = build_git_demo if name.startswith("git") else build_demo
            manager = build(Path(place) / "demo", fixed_clock(), fixed_ids())
            asyncio.run(draw(manager, name, directory))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
