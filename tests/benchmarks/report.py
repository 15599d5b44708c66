"""Rows of the table, and the statistics in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HEADS = ("figure", "ours", "against", "", "ratio", "bound", "met")


@dataclass(frozen=True)
class Row:
    """One figure; `limit` is the bound in the unit of `ours`, None for one that is only told."""

    figure: str
    ours: float
    against: float | None = None
    peer: str = ""
    bound: str = ""
    limit: float | None = None

    def cells(self) -> tuple[str, ...]:
        against = "" if self.against is None else _number(self.against)
        ratio = f"{self.ours / self.against:.2f}" if self.against else ""
        met = "" if self.limit is None else "yes" if self.ours <= self.limit else "NO"
        return (self.figure, _number(self.ours), against, self.peer, ratio, self.bound, met)


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def median(values: Sequence[float]) -> float:
    return percentile(values, 0.5)


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which that part of the values lies, between two of them in proportion."""
    ordered = sorted(values)
    place = part * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def table(rows: Sequence[Row]) -> str:
    """The rows in columns, numbers on the right."""
    cells = [HEADS, *(row.cells() for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(HEADS))]
    right = {1, 2, 4}
    return "\n".join(
        "  ".join(
            f"{cell:>{width}}" if column in right else f"{cell:<{width}}"
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    )
