"""Verbs on the command line, each in a process of its own."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks import stores
from tests.benchmarks.report import Row, median
from tests.benchmarks.terminal import PROJECT, environment

BOUND_MS = 200.0
EDITED = "MyApp.User.validate"
VERBS = {
    "status": ["status"],
    "status --json": ["status", "--json"],
    "patch list": ["patch", "list"],
    "editor save": ["editor", "save", EDITED, "--file", "-"],
    "log": ["log"],
    "names": ["names"],
}
LOADED = """
import atexit, sys
atexit.register(lambda: sys.stderr.write(f"textual {'textual' in sys.modules}"))
from tui.cli import main
main()
"""


def _once(arguments: list[str], text: str = "") -> float:
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments],
        input=text.encode(),
        capture_output=True,
        env=environment(),
        cwd=PROJECT,
        check=False,
    )
    taken = (time.perf_counter() - began) * 1_000
    if done.returncode:
        raise RuntimeError(f"{arguments}: {done.stderr.decode()}")
    return taken


def measure(directory: Path, runs: int) -> list[Row]:
    """Each verb on the demo with history, beside a bare interpreter and the peer."""
    store = directory / "store"
    stores.demo_with_history(store)
    items = stores.items(directory / "items.json", 3)
    options = ["--store", str(store), "--user", "alice"]
    times: dict[str, list[float]] = {}
    for number in range(runs + 1):
        times.setdefault("pass", []).append(_once(["-c", "pass"]))
        times.setdefault("peer", []).append(_once(["-m", "tests.benchmarks.peer_verb", str(items)]))
        for name, verb in VERBS.items():
            text = f"def validate(email):\n    return len(email) > {number}\n"
            times.setdefault(name, []).append(_once(["-m", "tui.cli", *options, *verb], text))
    middle = {name: median(found[1:]) for name, found in times.items()}
    rows = [Row("python -c pass", middle["pass"], middle["peer"], "click, pydantic, tinydb, orjson")]
    for name, verb in VERBS.items():
        loaded = _textual_is_loaded([*options, *verb])
        figure = f"patchbay {name}" + (", imports textual" if loaded else "")
        limit = -1.0 if loaded else BOUND_MS
        rows.append(Row(figure, middle[name], middle["peer"], "peer verb", f"{BOUND_MS:.0f} ms", limit))
    return rows


def _textual_is_loaded(arguments: list[str]) -> bool:
    done = subprocess.run(
        [sys.executable, "-c", LOADED, *arguments],
        input=b"def validate(email):\n    return None\n",
        capture_output=True,
        env=environment(),
        cwd=PROJECT,
        check=True,
    )
    return not done.stderr.endswith(b"textual False")
