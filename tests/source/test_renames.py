"""What went and what came in many files at once, and is one thing renamed: pairs of what is most alike."""

from __future__ import annotations

import random
from collections import Counter
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from source.memory_files import MemoryFiles
from store.reconcile import ALIKE, TreeChange, tree_changes
from store.source.tree import Tree

PATHS = [f"m{number}.py" for number in range(9)]


def some_function(choice: random.Random) -> str:
    name = choice.choice("abcdef")
    lines = (f"    y{choice.randint(0, 2)} = {choice.randint(0, 2)}" for _ in range(choice.randint(0, 5)))
    return "\n".join((f"def {name}(x):", *lines, "    return x", "", ""))


def some_files(choice: random.Random, known: list[str]) -> dict[str, str]:
    def text() -> str:
        if known and choice.random() < 0.5:
            return choice.choice(known)
        return "\n".join(some_function(choice) for _ in range(choice.randint(0, 4)))

    return {path: text() for path in choice.sample(PATHS, choice.randint(0, 7))}


def changes(before: dict[str, str], now: dict[str, str]) -> list[TreeChange]:
    paths = {*before, *now}
    return tree_changes(Tree(MemoryFiles(before)), Tree(MemoryFiles(now)), paths)


def pairs_of(found: list[TreeChange]) -> dict[str, str]:
    return {
        one.name: one.new_name
        for one in found
        if one.name is not None and one.new_name is not None and one.name != one.new_name
    }


def likeness(one: str, other: str) -> float:
    lines = [Counter(line.strip() for line in text.split("\n") if line.strip()) for text in (one, other)]
    longest = max(one.total() for one in lines)
    return (lines[0] & lines[1]).total() / longest if longest > 1 else 0.0


def expected(before: dict[str, str], now: dict[str, str]) -> dict[str, str]:
    """Each pair compared, and the most alike taken first."""
    gone, come = sorted(before.keys() - now.keys()), sorted(now.keys() - before.keys())
    found: dict[str, str] = {}
    pairs = ((-likeness(before[old], now[new]), old, new) for old, new in product(gone, come))
    for below, old, new in sorted(pairs):
        if -below >= ALIKE and old not in found and new not in found.values():
            found[old] = new
    return {f"{old}:<file>": f"{new}:<file>" for old, new in found.items()}


@given(st.randoms(use_true_random=False))
def test_of_files_the_most_alike_are_one_renamed(choice: random.Random) -> None:
    before = some_files(choice, [])
    now = some_files(choice, list(before.values()))
    files = {old: new for old, new in pairs_of(changes(before, now)).items() if old.endswith(":<file>")}
    assert files == expected(before, now)


def test_a_thousand_files_that_are_moved_and_edited_at_once_are_told_again() -> None:
    before = {
        f"old/m{number}.py": "\n".join(
            f"def f{at}(x):\n    y = {number * at}\n    return x + y\n\n" for at in range(20)
        )
        for number in range(1000)
    }
    edited = {path: text + "\nz = 1\n" if path.endswith("7.py") else text for path, text in before.items()}
    now = {path.replace("old/", "new/"): text for path, text in edited.items()}
    assert pairs_of(changes(before, now)) == {
        f"{path}:<file>": f"{path.replace('old/', 'new/')}:<file>" for path in before
    }


def test_of_functions_in_one_file_the_most_alike_are_one_renamed() -> None:
    body = "".join(f"    y = {number}\n" for number in range(9))
    before = {"m.py": f"def one(x):\n{body}\n\ndef two(x):\n{body}    return 1\n"}
    now = {"m.py": f"def second(x):\n{body}    return 1\n\n\ndef first(x):\n{body}"}
    assert pairs_of(changes(before, now)) == {"m.one": "m.first", "m.two": "m.second"}
