"""Definitions that stand in another order in the working tree than in HEAD."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from desk import Desk


def test_a_renamed_definition_stays_before_one_that_was_moved_behind_it_and_merged_first(desk: Desk) -> None:
    one, two, three = (
        f"def {name}():\n    return {name!r}\n    return 0\n" for name in ("one", "two", "three")
    )
    desk.write("app/cart.py", "\n\n".join(("import os\n\nRATE = 2\n", one, two, three)))
    desk.git("commit", "--quiet", "-am", "begun")
    desk.look()
    first = one.replace("def one", "def first")
    desk.write("app/cart.py", "\n\n".join(("import os\n", first, three, two)))
    desk.look()
    desk.assign("named", "app.cart.first", "app.cart.RATE")
    (moved,) = desk.pending()
    desk.assign("moved", moved)
    desk.merge("moved")
    desk.look()
    desk.merge("named")
    desk.look()
    desk.require_clean()


def _classes(*numbers: int) -> str:
    return "\n\n".join(
        f"class B{one}:\n    x = {one}\n\n    def m(self):\n        return os\n" for one in numbers
    )


@pytest.mark.parametrize("order", [(1, 5, 2), (1, 6, 5, 2), (1, 6, 5, 2, 7, 3)])
def test_a_renamed_definition_goes_to_its_place_rather_than_one_that_kept_its_name(
    desk: Desk, order: tuple[int, ...]
) -> None:
    desk.write("app/cart.py", "import os\n\n\n" + _classes(0, 1, 2, 3))
    desk.git("commit", "--quiet", "-am", "begun")
    desk.look()
    desk.write("app/cart.py", "import os\n\n\n" + _classes(*order))
    before = desk.files()
    desk.look()
    assert "app.cart.B1" not in desk.pending(), "only what was renamed stands elsewhere"
    for target in sorted(desk.pending()):
        desk.assign(target, target)
        assert desk.files() == before
        desk.require_held()
    for target in [one.name for one in desk.state.open_patches()]:
        desk.merge(target)
        desk.look()
    desk.require_clean()


def test_what_comes_from_another_file_finds_its_place_among_what_moves_and_is_renamed(
    tmp_path: Path,
) -> None:
    theta = "def theta():\n    kept = 1\n    kept = 2\n    return RATE\n"
    alpha = "def alpha():\n    kept = []\n    kept = 3\n    return 4\n"
    others = [f"def {one}():\n    return RATE\n" for one in ("zeta", "mu")]
    between = ["class beta:\n    limit = 7\n", *others]
    parts = ["RATE = 2\n", *between, theta, "# Something apart.\n", alpha]
    eta = "def eta():\n    kept = 1\n    return 2\n"
    files = {"app/till.py": "\n\n".join(parts), "app/cart.py": f"X = 1\n\n\n{eta}"}
    desk = Desk(tmp_path / "repository", files)
    desk.write("app/cart.py", "X = 1\n")
    desk.write("app/till.py", "\n\n".join([*parts, eta]))
    desk.look()
    moved = [theta, *between, "RATE = 2\n", "# Something apart.\n", alpha.replace("alpha", "delta"), eta]
    desk.write("app/till.py", "\n\n".join(moved))
    desk.look()
    assert not [one.target for one in desk.state.editors.values() if one.target.endswith("<file>")]
    desk.merge_all(random.Random(1))


APART = "# Something apart.\n"
THETA = "def theta():\n    return 1\n"
GAMMA = "gamma = 1\n"


def _epsilon(value: int) -> str:
    return f"def epsilon():\n    return {value}\n"


def _reordered(tmp_path: Path) -> Desk:
    """A file with one definition moved to its start, one to its end, one changed and one put between."""
    first = ["import os\n\nRATE = 2\n", APART, _epsilon(2), THETA, APART, GAMMA]
    desk = Desk(tmp_path / "repository", {"app/cart.py": "\n\n".join(first)})
    alpha = "class alpha:\n    limit = 6\n"
    then = ["import os\n", THETA, APART, _epsilon(3), alpha, APART, f"RATE = 2\n{GAMMA.replace('1', '2')}"]
    desk.write("app/cart.py", "\n\n".join(then))
    desk.look()
    return desk


@pytest.mark.parametrize("first", range(4))
@pytest.mark.parametrize("onward", [True, False])
def test_what_stays_stays_as_others_are_merged_around_it_in_any_order(
    tmp_path: Path, first: int, onward: bool
) -> None:
    desk = _reordered(tmp_path)
    names = sorted(desk.pending())
    order = names[first:] + names[:first]
    for name in order if onward else reversed(order):
        desk.assign(name, name)
    for name in order:
        desk.merge(name)
    desk.look()
    desk.require_clean()
