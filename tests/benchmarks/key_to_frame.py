"""From a key to the frame that answers it, in a crowded session."""

from __future__ import annotations

from pathlib import Path

from tests.benchmarks import stores
from tests.benchmarks.first_frame import peer_arguments, screen_arguments, widgets_of
from tests.benchmarks.report import Row, percentile
from tests.benchmarks.terminal import Terminal

SIZE = (120, 36)
COUNT = 1_000
BOUND_MS = 30.0
QUIET = 0.12
"""Seconds without a byte after which the screen has settled."""
FRAME_END = b"\x1b[?2026l"


def key(terminal: Terminal, what: bytes) -> tuple[float, float, int]:
    """Press a key; gives the ms to the end of the first frame and to the last byte, and the bytes."""
    sent = terminal.send(what)
    chunks = terminal.read(QUIET, first=3.0)
    if not chunks:
        raise RuntimeError(f"{what!r} changed nothing on the screen:\n{terminal.text()}")
    first = next((when for when, data in chunks if FRAME_END in data), chunks[-1][0])
    return (first - sent) * 1_000, (chunks[-1][0] - sent) * 1_000, sum(len(data) for _, data in chunks)


def started(arguments: list[str], size: tuple[int, int], *texts: str, **more: str) -> Terminal:
    """Start a process on a pty and wait until it shows something and stands still."""
    terminal = Terminal(arguments, size, **more)
    terminal.when_shown(*texts)
    terminal.read(1.5)
    terminal.seen.clear()
    return terminal


def measure(directory: Path, runs: int) -> list[Row]:
    """Down and up through 1,000 editors, then through 1,000 patches, each beside the peer's list."""
    store = stores.crowded(directory, COUNT)
    items = stores.items(directory / "items.json", COUNT)
    ours = started(screen_arguments(store), SIZE, "handle_1", "q quit")
    peer = started(peer_arguments(items, widgets_of(store)), SIZE, "handle_1", "q quit")
    rows = []
    try:
        for panel, switch in (("editors", b""), ("patches", b"l")):
            if switch:
                key(ours, switch)
            times, against = [], []
            for number in range(runs):
                what = b"k" if number % 5 == 4 else b"j"
                times.append(key(ours, what))
                against.append(key(peer, what))
            p95 = percentile([settled for _, settled, _ in times], 0.95)
            peer_p95 = percentile([settled for _, settled, _ in against], 0.95)
            bound = f"{BOUND_MS:.0f} ms"
            rows.append(Row(f"key in {panel}, p95 settled", p95, peer_p95, "minimal app", bound, BOUND_MS))
            rows.append(_told(f"  first frame, p95, {panel}", times, against))
    finally:
        ours.close()
        peer.close()
    return rows


def _told(name: str, ours: list[tuple[float, float, int]], peer: list[tuple[float, float, int]]) -> Row:
    p95, peer_p95 = (percentile([first for first, _, _ in found], 0.95) for found in (ours, peer))
    return Row(name, p95, peer_p95, "minimal app")
