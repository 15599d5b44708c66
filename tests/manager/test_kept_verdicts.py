"""Verdicts on patches that one process keeps for the next: for showing, and for nothing else."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from world import COUNT, TOTAL, World, function, put, ready, refused

from store.errors import Code
from store.session_manager.verdicts import KEPT_PER_PATCH, LEAST_KEPT

BROKEN = "def total(:\n    pass\n"


def kept(world: World) -> dict[str, object]:
    """What is kept for the session, on the disk."""
    found = orjson.loads(_file(world).read_bytes())
    assert isinstance(found, dict)
    return found


def _file(world: World) -> Path:
    return world.root / "verdicts" / f"{world.session}.json"


def test_another_process_shows_what_was_kept(world: World) -> None:
    put(world.alice, TOTAL, function("total", one=1), "fine")
    put(world.alice, COUNT, "def count():\n    return nowhere()\n", "lacking")
    first = world.alice.view()
    assert sorted(map(str, kept(world).values())) == [
        "[[['app/cart.py', ['nowhere'], ['app.cart.nowhere'], False, '']], []]",
        "[[], []]",
    ]
    written = _file(world).stat().st_mtime_ns
    assert world.reopened().view().patches == first.patches
    assert _file(world).stat().st_mtime_ns == written


def test_a_merge_finds_out_anew_what_is_kept(world: World) -> None:
    put(world.alice, TOTAL, function("total", one=1), "p")
    ready(world.alice, "p")
    world.alice.view()
    untrue = {name: [[["app/cart.py", [], [], False, ""]], []] for name in kept(world)}
    _file(world).write_bytes(orjson.dumps(untrue))
    assert [one.code for one in world.reopened().view().patches[0].blockers] == [Code.DOES_NOT_PARSE]
    world.reopened().merge_patch("p")


def test_nothing_kept_lets_a_broken_text_into_the_codebase(world: World) -> None:
    put(world.alice, TOTAL, function("total", one=1), "p")
    world.alice.type_text(world.editor(TOTAL).id, BROKEN)
    world.alice.save_editor(world.editor(TOTAL).id)
    ready(world.alice, "p")
    world.alice.view()
    _file(world).write_bytes(orjson.dumps({name: [[], []] for name in kept(world)}))
    assert world.reopened().view().patches[0].ready_to_merge
    with refused(Code.DOES_NOT_PARSE, naming="app/cart.py"):
        world.reopened().merge_patch("p")


@pytest.mark.parametrize("damage", [b"", b"\xff{", b"[]", b"null"])
def test_a_damaged_file_counts_for_nothing(world: World, damage: bytes) -> None:
    put(world.alice, TOTAL, function("total", one=1), "p")
    world.alice.view()
    _file(world).write_bytes(damage)
    assert world.reopened().view().patches == world.alice.view().patches


def test_values_that_are_no_verdicts_count_for_nothing(world: World) -> None:
    put(world.alice, TOTAL, function("total", one=1), "p")
    shown = world.alice.view().patches
    for odd in (None, 7, {"path": 1}, [1], [[], 2], [[["app/cart.py"]], []], [[[1, 2, 3, 4, 5]], []]):
        _file(world).write_bytes(orjson.dumps(dict.fromkeys(kept(world), odd)))
        assert world.reopened().view().patches == shown


def test_where_nothing_can_be_kept_it_is_shown_all_the_same(world: World) -> None:
    (world.root / "verdicts").rmdir()
    (world.root / "verdicts").write_text("in the way")
    put(world.alice, TOTAL, function("total", one=1), "p")
    assert len(world.alice.view().patches) == 1


def test_what_is_kept_stays_small(world: World) -> None:
    put(world.alice, TOTAL, function("total", one=1), "p")
    most = max(LEAST_KEPT, KEPT_PER_PATCH)
    for number in range(most + 5):
        put(world.alice, TOTAL, function("total", one=number + 2), "p")
        world.alice.view()
    names = list(kept(world))
    assert len(names) == most
    world.reopened().view()
    assert list(kept(world)) == names
