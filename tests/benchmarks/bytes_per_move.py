"""How many bytes a cursor move writes to the terminal."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks import stores
from tests.benchmarks.first_frame import peer_arguments, screen_arguments, widgets_of
from tests.benchmarks.key_to_frame import key, started
from tests.benchmarks.report import Row, median

SIZE = (80, 24)
FULL = 12
"""As many editors and patches as their panels have room for."""
BOUNDS = {"textual-dark": 8_000, "ansi-dark": 4_000}


def measure(directory: Path, runs: int) -> list[Row]:
    """Moves over editors and patches of a full session, by theme; the greatest counts."""
    store = stores.crowded(directory, FULL)
    items = stores.items(directory / "items.json", FULL)
    widgets = widgets_of(store)
    rows = []
    for theme, most in BOUNDS.items():
        ours = _moves(screen_arguments(store), theme, runs, (b"", b"l"))
        peer = _moves(peer_arguments(items, widgets), theme, runs, (b"",))
        bound = f"{most:,} bytes"
        rows.append(Row(f"bytes a move, most, {theme}", max(ours), max(peer), "minimal app", bound, most))
        rows.append(Row("  median", median(ours), median(peer), "minimal app"))
    return rows


def _moves(arguments: list[str], theme: str, runs: int, panels: tuple[bytes, ...]) -> list[int]:
    terminal = started(arguments, SIZE, "handle_1", "q quit", TEXTUAL_THEME=theme)
    found = []
    try:
        for switch in panels:
            terminal.send(switch + b"g")
            terminal.read(0.5)
            for number in range(runs // len(panels)):
                what = b"j" if number // (FULL - 2) % 2 == 0 else b"k"
                found.append(key(terminal, what)[2])
    finally:
        terminal.close()
    return found
