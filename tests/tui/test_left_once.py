"""Keys that leave a dialog or a screen, more of them than there is to leave."""

from __future__ import annotations

from pathlib import Path

import pytest
from demo_stores import improvements
from driver import at
from textual import events


@pytest.mark.parametrize("opening", [("n",), ("m",), ("L",), ("d",), ("tab", "enter"), ("tab", "D"), ("s",)])
async def test_two_escapes_for_one_screen_leave_only_that_one(
    tmp_path: Path, opening: tuple[str, ...]
) -> None:
    async with at(improvements(tmp_path)) as alice:
        await alice.press(*opening)
        opened = alice.app.screen
        assert opened is not alice.session
        for _ in range(2):
            opened.post_message(events.Key("escape", None))
        await alice.settle()
        assert alice.app.screen is alice.session
        await alice.press("2")
        assert "Editor 2" in alice.lines("actions")
