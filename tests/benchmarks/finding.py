"""A letter typed over 100,000 names: finding, ranking and keeping the best, beside a plain substring scan."""

from __future__ import annotations

import random
import time
from pathlib import Path

from tests.benchmarks.report import Row, median, percentile
from tui.finding import Names, matched

COUNT = 100_000
_WORDS = [
    "user",
    "cart",
    "order",
    "payment",
    "invoice",
    "email",
    "validate",
    "total",
    "render",
    "profile",
    "create",
    "find",
    "update",
    "delete",
    "parse",
    "request",
    "response",
    "session",
    "token",
    "cache",
    "query",
    "index",
    "schema",
    "field",
    "model",
    "view",
    "form",
    "page",
    "list",
    "item",
    "price",
    "tax",
]
TYPED = ("ucv", "cartval", "usrcrtval", "validate", "pmtinvtl", "zqx")


def _name(chance: random.Random, number: int) -> str:
    modules = ".".join(chance.choice(_WORDS) for _ in range(chance.randint(1, 3)))
    of_class = "".join(chance.choice(_WORDS).title() for _ in range(2))
    return f"{modules}.{of_class}.{chance.choice(_WORDS)}_{chance.choice(_WORDS)}_{number % 97}"


def _taken(begun: float) -> float:
    return (time.perf_counter() - begun) * 1_000


def measure(directory: Path, runs: int) -> list[Row]:
    """Type each text letter by letter, `runs` times in all; gives the ms a letter, in one thread."""
    chance = random.Random(1)
    texts = [_name(chance, number) for number in range(COUNT)]
    begun = time.perf_counter()
    names = Names(texts)
    added = _taken(begun)
    times, against, marks = [], [], []
    for number in range(runs):
        text = TYPED[number % len(TYPED)]
        for end in range(1, len(text) + 1):
            begun = time.perf_counter()
            found = names.search(text[:end])
            times.append(_taken(begun))
            begun = time.perf_counter()
            [one for one in texts if text[:end] in one.lower()]
            against.append(_taken(begun))
            if found is not None:
                begun = time.perf_counter()
                for one in found.names[:12]:
                    matched(text[:end], one)
                marks.append(_taken(begun))
    plain = "plain substring scan"
    p95, plain_p95 = percentile(times, 0.95), percentile(against, 0.95)
    return [
        Row("letter over 100,000 names, median", median(times), median(against), plain),
        Row("  p95, in its own thread", p95, plain_p95, plain, "10 times", 10 * plain_p95),
        Row("  marking 12 shown names", median(marks)),
        Row("  taking 100,000 names in", added),
    ]
