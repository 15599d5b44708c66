"""What a file ends in without a line end is the same definition as with one."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from desk import Desk

from store.source.texts import newline_of

ONE, TWO, LAST = (f"def {name}():\n    return {at}\n" for at, name in enumerate(("one", "two", "last"), 1))
BEGUN = f"{ONE}\n\n{TWO}"
UNENDED = f"{BEGUN}\n\n{LAST}".removesuffix("\n")


@pytest.fixture(params=["\n", "\r\n"], ids=["unix", "dos"])
def begun(request: pytest.FixtureRequest, tmp_path: Path) -> Desk:
    return Desk(tmp_path / "repository", {"m.py": BEGUN.replace("\n", request.param)})


def rewrite(desk: Desk, text: str) -> None:
    """Give the file another text, with the line ends that it was committed with."""
    desk.write("m.py", text.replace("\n", newline_of(desk.head("m.py") or "")))
    desk.look()


@pytest.mark.parametrize("left", [BEGUN, BEGUN.removesuffix("\n"), ONE])
def test_what_was_added_last_without_a_line_end_leaves_its_patch_when_it_leaves_the_file(
    begun: Desk, left: str
) -> None:
    rewrite(begun, UNENDED)
    begun.assign("addition", "m.last")
    rewrite(begun, left)
    assert begun.patch("addition").operations == ()
    begun.merge_all(random.Random(1))


@pytest.mark.parametrize(
    "text", [UNENDED.replace("3", "4"), UNENDED.replace("last", "final"), f"{UNENDED}\n"]
)
def test_what_was_added_last_without_a_line_end_is_changed_in_its_patch(begun: Desk, text: str) -> None:
    rewrite(begun, UNENDED)
    begun.assign("addition", "m.last")
    rewrite(begun, text)
    assert len(begun.patch("addition").operations) == 1
    assert begun.patch("addition").conflicts == ()
    assert begun.pending() == {}
    begun.merge_all(random.Random(1))


@pytest.mark.parametrize("way", ["undo", "restore"])
def test_what_only_lost_its_line_end_comes_back_with_what_stood_behind_it(begun: Desk, way: str) -> None:
    rewrite(begun, ONE.removesuffix("\n"))
    begun.assign("shorter", "m.two", "m.one")
    begun.alice.abandon_patch("shorter")
    begun.look()
    assert set(begun.pending()) == {"m.two", "m.one"}
    if way == "undo":
        begun.alice.undo()
    else:
        begun.alice.restore_patch("shorter")
    assert begun.pending() == {}
    begun.look()
    assert begun.pending() == {}
    begun.alice.mark_ready("shorter")
    begun.alice.merge_patch("shorter")
    begun.require_clean()
