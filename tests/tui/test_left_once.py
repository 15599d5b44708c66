"""Keys that leave a dialog or a screen, more of them than there is to leave."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

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


async def test_the_history_is_left_while_it_is_read_again(tmp_path: Path) -> None:
    manager = improvements(tmp_path)
    async with at(manager) as alice:
        await alice.press("L")
        history, bench = alice.app.screen, alice.app.bench
        real = bench.call

        async def read_while_it_goes(function: Any, *args: Any, **kwargs: Any) -> Any:
            answer = await real(function, *args, **kwargs)
            while function == manager.log and history.children:
                await asyncio.sleep(0)
            return answer

        bench.call = read_while_it_goes  # type: ignore[method-assign]
        alice.app.post_message(events.Key("escape", None))
        for told in list(bench.watchers):
            told()
        await alice.settle()
        assert alice.app.screen is alice.session
        await alice.press("2")
        assert "Editor 2" in alice.lines("actions")
