"""What a screen shows is painted, whatever changes on the screens below it at the same moment."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from demo_stores import improvements
from driver import at
from textual.content import Content
from textual.geometry import Region

from tui.widgets.lines import Lines


@pytest.mark.parametrize("key", ["enter", "J"], ids=["a screen", "a dialog"])
async def test_lines_are_painted_although_the_screen_below_changes_too(tmp_path: Path, key: str) -> None:
    async with at(improvements(tmp_path)) as alice:
        await alice.press("tab", "enter", *(key if key == "J" else ""))
        screen = alice.app.screen
        shown = screen.query_one("#lines" if key == "J" else "#preview", Lines)
        before, texts = shown.lines, [Content(str(number)) for number in range(300)]
        for text in texts:
            alice.session.query_one("#preview", Lines).show([text])
            alice.app.screen_stack[-2].query_one("#preview", Lines).show([text])
            shown.show([text, *before[1:]])
            await asyncio.sleep(0.001)
            shown.show([before[0], text, *before[2:]])
            await asyncio.sleep(0.001)
            shown.show([before[0], before[1], text, *before[3:]])
        await alice.until(lambda: not left_unpainted(shown))


def left_unpainted(lines: Lines) -> set[Region]:
    return set(lines._repaint_regions)
