"""Garbage is collected in pauses of typing, whole in long ones."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from tui import pauses
from tui.pauses import IN_ANY_CASE, WORTH, Pauses


class Knot:
    """Something that only a collection gives back."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture
def begun() -> Iterator[Pauses]:
    before = gc.get_threshold()
    found = Pauses()
    found.begin()
    gc.collect()
    yield found
    gc.set_threshold(*before)


def tied(count: int) -> weakref.ref[Knot]:
    """Make garbage; gives a look at the last of it."""
    knots = [Knot() for _ in range(count)]
    return weakref.ref(knots[-1])


def test_nothing_is_collected_while_somebody_types(begun: Pauses) -> None:
    assert gc.get_threshold()[0] == IN_ANY_CASE
    last = tied(WORTH * 2)
    begun.typed()
    begun.look()
    assert last() is not None


def test_what_was_made_lately_is_collected_in_a_pause(begun: Pauses, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pauses, "PAUSE_SECONDS", 0.0)
    few = tied(1)
    begun.look()
    assert few() is not None
    many = tied(WORTH * 2)
    begun.look()
    assert (few(), many()) == (None, None)


def test_everything_is_looked_through_once_in_a_long_pause(
    begun: Pauses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pauses, "PAUSE_SECONDS", 0.0)
    held = [Knot()]
    gc.collect()
    old = weakref.ref(held[0])
    held.clear()
    tied(WORTH * 2)
    begun.look()
    assert old() is not None
    monkeypatch.setattr(pauses, "LONG_PAUSE_SECONDS", 0.0)
    begun.look()
    assert old() is None
    once = tied(1)
    begun.look()
    assert once() is not None
    begun.typed()
    begun.look()
    assert once() is None
