"""A paste that arrives as keys, in the definition editor beside Textual's own text area."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from textual import events
from textual.app import App, ComposeResult
from textual.widgets import TextArea

from store.session_manager import init_store, open_store
from tests.benchmarks.report import Row, median
from tui.app import PatchbayApp
from tui.screens.editor import EditorScreen

KEYS = 2_000
SIZE = (80, 24)
MOST = 0.25
"""The part of the plain text area's time that the editor may take."""
_BEGUN = "def total(rows):\n    return sum(rows)\n"
_LINE = "x = 1 + 2  # abcdefghijklmnop"
_TYPED = ((_LINE + "\n") * (KEYS // len(_LINE)))[:KEYS]


class _Plain(App[None]):
    """The peer: a text area with as many colours and line numbers."""

    def compose(self) -> ComposeResult:
        yield TextArea(_BEGUN, language="python", soft_wrap=False, show_line_numbers=True, id="text")


async def _typed(app: App[Any], area: TextArea) -> float:
    """Post every key at once; gives the ms until all are in the text."""
    length = len(area.text) + len(_TYPED)
    begun = time.perf_counter()
    for character in _TYPED:
        name = {" ": "space", "\n": "enter"}.get(character, character)
        app.post_message(events.Key(name, character))
    while len(area.text) < length:
        await asyncio.sleep(0.001)
    return (time.perf_counter() - begun) * 1_000


async def _until(true: Callable[[], bool]) -> None:
    while not true():
        await asyncio.sleep(0.01)


async def _in_peer() -> float:
    app = _Plain()
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        return await _typed(app, app.query_one(TextArea))


async def _in_editor(store: Path) -> float:
    app = PatchbayApp(open_store(store, user="alice"), signs="symbols", theme="textual-dark")
    async with app.run_test(size=SIZE) as pilot:
        await _until(lambda: app.bench.board is not None)
        await pilot.press("1", "enter")
        await _until(lambda: isinstance(app.screen, EditorScreen) and app.screen.is_mounted)
        await pilot.pause()
        return await _typed(app, app.screen.query_one(TextArea))


def measure(directory: Path, runs: int) -> list[Row]:
    """Type the same text into both, each run on a fresh definition."""
    times, against = [], []
    for run in range(runs):
        source, store = directory / f"source-{run}", directory / f"store-{run}"
        source.mkdir()
        (source / "shop.py").write_text(_BEGUN, "utf-8")
        manager = init_store(store, user="alice")
        manager.import_tree(source)
        manager.start_session("typing")
        manager.open_editor("shop.total")
        against.append(asyncio.run(_in_peer()))
        times.append(asyncio.run(_in_editor(store)))
    ours, plain = median(times), median(against)
    bound = f"{MOST} times"
    return [Row(f"{KEYS:,} keys at once in the editor", ours, plain, "plain TextArea", bound, MOST * plain)]
