"""From the start of a process to its first full frame."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.benchmarks import stores
from tests.benchmarks.report import Row, median
from tests.benchmarks.terminal import Terminal
from tui.app import PatchbayApp

SIZE = (120, 36)
BOUND = 1.3
ROWS = ("findByEmail", "validation-tests", "q quit")
"""What stands on the screen when session and footer do."""
PREVIEW = "def validate"
"""What stands there when the preview does, too."""


def screen_arguments(store: Path) -> list[str]:
    """The real command on a store."""
    return ["-m", "tui.cli", "--store", str(store), "--user", "alice"]


def peer_arguments(items: Path, widgets: int) -> list[str]:
    """The peer on its store."""
    return ["-m", "tests.benchmarks.peer_app", str(items), str(widgets)]


def widgets_of(store: Path) -> int:
    """How many widgets the session screen has."""
    from store.session_manager import open_store

    async def count() -> int:
        app = PatchbayApp(open_store(store, store=store, user="alice"))
        async with app.run_test(size=SIZE):
            return sum(1 for _ in app.screen.query("*"))

    return asyncio.run(count())


def _once(arguments: list[str], *texts: str) -> float:
    terminal = Terminal(arguments, SIZE)
    try:
        return terminal.when_shown(*texts) * 1_000
    finally:
        terminal.close()


def measure(directory: Path, runs: int) -> list[Row]:
    """The demo, and the demo with history, each beside the peer."""
    plain, old = directory / "demo", directory / "history"
    stores.demo(plain)
    stores.demo_with_history(old)
    items = stores.items(directory / "items.json", 3)
    widgets = widgets_of(plain)
    peer, demo, history, whole = [], [], [], []
    for _ in range(runs + 1):
        peer.append(_once(peer_arguments(items, widgets), "handle_2", "q quit"))
        demo.append(_once(screen_arguments(plain), *ROWS))
        history.append(_once(screen_arguments(old), *ROWS))
        whole.append(_once(screen_arguments(plain), *ROWS, PREVIEW))
    against = median(peer[1:])
    limit, peer_name = BOUND * against, f"minimal app, {widgets} widgets"
    bound = f"{BOUND} x peer"
    return [
        Row("first frame, demo", median(demo[1:]), against, peer_name, bound, limit),
        Row("first frame, 10,000 old patches", median(history[1:]), against, peer_name, bound, limit),
        Row("  with the preview, demo", median(whole[1:]), against, peer_name),
    ]
