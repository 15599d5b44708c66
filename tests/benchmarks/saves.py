"""Saving an editor: beside its floor on the disk, and flat in history."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from pathlib import Path

from store.session_manager import SessionManager, open_store
from tests.benchmarks import stores
from tests.benchmarks.floor import Floor
from tests.benchmarks.report import Row, median
from tests.benchmarks.terminal import PROJECT, environment
from tui.cli import COLLECT_AFTER

OPERATIONS = 30
FEW, MANY = 200, 5_000
ONE_SAVE = """
import sys
from pathlib import Path
from store.session_manager import open_store
from tests.benchmarks.stores import name_of, text_of
store = Path(sys.argv[1])
manager = open_store(store, store=store, user="alice")
shown = manager.editor_text(name_of(0)).digest
manager.save_editor(name_of(0), text_of(0, 10**6), shown)
"""


class Saver:
    """A store with a patch of 30 operations, in which one definition is saved again and again."""

    def __init__(self, directory: Path, earlier: int, archived: int = 0) -> None:
        made = stores.program(directory, OPERATIONS)
        made.start_session("work")
        patch = made.create_patch("everything").patches[0]
        for number in range(OPERATIONS):
            made.save_editor(stores.name_of(number), stores.text_of(number, 1), patch=patch)
        if archived:
            stores.add_history(made, archived // 10, 10)
        self.store = directory / "store"
        self.manager: SessionManager = open_store(self.store, store=self.store, user="alice")
        self.version = 1
        while self.version < earlier - OPERATIONS:
            self.once()

    def once(self) -> float:
        """Save the definition with another text; gives the milliseconds."""
        name = stores.name_of(0)
        shown = self.manager.editor_text(name).digest
        self.version += 1
        text = stores.text_of(0, self.version)
        began = time.perf_counter()
        self.manager.save_editor(name, text, shown)
        return (time.perf_counter() - began) * 1_000

    def floor(self, place: Path) -> Floor:
        """Give the floor of one more save, as another process makes it."""
        trace = place.with_suffix(".trace")
        more = environment(PATCHBAY_COUNT_EFFECTS=str(trace))
        subprocess.run([sys.executable, "-c", ONE_SAVE, str(self.store)], env=more, cwd=PROJECT, check=True)
        return Floor(trace, self.store, place)


def measure(directory: Path, runs: int) -> list[Row]:
    """A save beside its floor; beside 5,000 earlier saves, and beside 10,000 archived patches."""
    gc.set_threshold(COLLECT_AFTER)
    plain, long, old = (
        Saver(directory / "plain", FEW),
        Saver(directory / "long", MANY),
        Saver(directory / "old", FEW, archived=10_000),
    )
    floor = plain.floor(directory / "floor")
    os.sync()
    steps = {"floor": floor.once, "plain": plain.once, "long": long.once, "old": old.once}
    times: dict[str, list[float]] = {name: [] for name in steps}
    for number in range(runs):
        turn = number % len(steps)
        for name in (*list(steps)[turn:], *list(steps)[:turn]):
            times[name].append(steps[name]())
    least, save, after, beside = (median(times[name]) for name in steps)
    syncs = sum(effect.startswith("fsync") for effect, *_ in floor.steps)
    return [
        Row("save at 30 operations", save, least, f"floor: {syncs} fsyncs", "floor + 1 ms", least + 1.0),
        Row("save after 5,000 saves", after, save, "after 200", "1.1 x", 1.1 * save),
        Row("save beside 10,000 old patches", beside, save, "without", "1.1 x", 1.1 * save),
    ]
