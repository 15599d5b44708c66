"""What is staged where definitions have moved: to a merge by lines a move is a removal and an addition."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping

import pytest
from git_world import GitWorld

from store.git.staged import carried

METHODS = {
    "limit": "    limit = 9\n",
    "init": "    def init(self):\n        self.p = []\n",
    "size": "    def size(self):\n        a = 1\n        b = 2\n        return a + b\n",
    "more": "    def more(self):\n        return 3\n",
}


def a_class(*names: str, **others: str) -> str:
    """A class with these members, a blank line after all but those named in `others`."""
    return "class C:\n" + "".join(METHODS[name] + others.get(name, "\n") for name in names)


HEAD = a_class("limit", "init", "size", "more", limit="", more="")
THERE = a_class("size", "init", "limit", "more", size="", more="")
COMMITTED = a_class("size", "limit", "init", "more", limit="", more="")


def test_a_move_that_is_staged_with_others_stays_staged_as_it_is(world: GitWorld) -> None:
    world.write("m.py", HEAD)
    world.git("add", "m.py")
    world.git("commit", "--quiet", "-m", "more")
    world.write("m.py", THERE)
    world.git("add", "m.py")
    world.merge({"m.py": COMMITTED})
    assert world.git("cat-file", "blob", ":m.py") + "\n" == THERE
    assert world.status() == "M  m.py"


def laid_out(order: Iterable[str], numbers: Mapping[str, int], choice: random.Random) -> str:
    parts = (
        f"def {name}():\n    return {numbers[name]}\n" + "\n" * choice.choice([0, 1, 1]) for name in order
    )
    return "".join(parts)


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_staged_twice_or_lost_whatever_was_moved_and_changed(seed: int) -> None:
    choice = random.Random(seed)
    told = 0
    for _ in range(200):
        names = list("abcd")[: choice.randint(2, 4)]
        staged_order, new_order = choice.sample(names, len(names)), list(names)
        moved = new_order.pop(choice.randrange(len(names)))
        new_order.insert(choice.randrange(len(names)), moved)
        staged_numbers = {name: choice.choice([0, 0, 1]) for name in names}
        new_numbers = {name: staged_numbers[name] * choice.choice([0, 1]) for name in names}
        old = laid_out(names, dict.fromkeys(names, 0), choice)
        staged = laid_out(staged_order, staged_numbers, choice)
        result = carried("a.py", old, staged, laid_out(new_order, new_numbers, choice))
        if result is not None:
            told += 1
            there = [line for line in result.split("\n") if line.strip()]
            wanted = {f"def {name}():": f"    return {staged_numbers[name]}" for name in names}
            assert dict(zip(there[::2], there[1::2], strict=True)) == wanted
            assert len(there) == 2 * len(names)
    assert told > 20
