"""Every file of the standard library survives being cut, named, changed and put together."""

from __future__ import annotations

import ast
import random
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from source.memory_files import MemoryFiles, read, standard_library
from store.source.names import Place
from store.source.partition import PieceKind, cut
from store.source.splice import Change
from store.source.tree import Tree

Sample = Callable[[Iterable[Any], int], list[Any]]


def test_pieces_concatenate_to_the_file_and_have_distinct_keys(sample: Sample) -> None:
    for path in sample(standard_library(), 150):
        text = read(path)
        partition = cut(path.name, text)
        assert partition.text == text, path
        keys = [piece.key for piece in partition.pieces]
        assert len(set(keys)) == len(keys), path
        assert all(piece.text for piece in partition.pieces), path
        for index, piece in enumerate(partition.pieces):
            assert partition.find(piece.key) == index, (path, piece.key)


def test_most_bytes_belong_to_definitions(sample: Sample) -> None:
    inside = whole = 0
    for path in sample(standard_library(), 60):
        partition = cut(path.name, read(path))
        whole += len(partition.text)
        inside += sum(len(piece.text) for piece in partition.pieces if piece.kind is not PieceKind.REST)
    assert inside / whole > 0.9


def parses(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text.encode("utf-8", "surrogateescape"))
    except (SyntaxError, ValueError):
        return False
    return True


def one_file(path: Path) -> Tree:
    return Tree(MemoryFiles({"lib/module.py": read(path)}))


def test_every_name_leads_to_its_place_and_an_equal_text_changes_nothing(sample: Sample) -> None:
    for path in sample(standard_library(), 60):
        tree = one_file(path)
        partition = tree.partition("lib/module.py")
        changes = []
        for piece in partition.pieces:
            place = Place("lib/module.py", piece.key)
            name = tree.name_of(place)
            assert tree.find(name) == place
            changes.append(Change(name, name, piece.text))
        assert not tree.apply(changes).changed, path


def definitions(tree: Tree) -> dict[str, str]:
    partition = tree.partition("lib/module.py")
    return {
        piece.key: piece.text
        for piece in partition.pieces
        if piece.kind in (PieceKind.DEFINITION, PieceKind.CLASS)
    }


def test_deleting_a_definition_leaves_every_other_one_as_it_was(sample: Sample) -> None:
    choice = random.Random(3)
    for path in sample(standard_library(), 60):
        tree = one_file(path)
        before = definitions(tree)
        if not before or not parses(read(path)):
            continue
        for key in choice.sample(sorted(before), min(4, len(before))):
            name = tree.name_of(Place("lib/module.py", key))
            gone = {key, *(other for other in before if other.startswith(key + "."))}
            after = tree.apply([Change(name, None, None)])
            if not after.exists("lib/module.py"):
                assert gone == set(before)
                continue
            assert parses(after.text("lib/module.py")), (path, key)
            left = definitions(after)
            for other, text in before.items():
                if other not in gone and "#" not in other and f"{other}#2" not in before:
                    assert same_definition(left.get(other), text), (path, key, other)


def is_placeholder(head: str) -> bool:
    """Whether a class's head ends in `pass` or `...`, which goes when it gets a member."""
    return head.split("#")[0].rstrip().endswith(("pass", "..."))


def same_definition(now: str | None, text: str) -> bool:
    """The same text, but for the `pass` that a class gets with its last member gone."""
    return now is not None and (
        now == text or (now.startswith(text.rstrip("\n")) and now.rstrip().endswith("pass"))
    )


def test_adding_a_definition_leaves_every_other_one_as_it_was(sample: Sample) -> None:
    choice = random.Random(4)
    for path in sample(standard_library(), 60):
        tree = one_file(path)
        before = definitions(tree)
        if not before or not parses(read(path)):
            continue
        for key in choice.sample(sorted(before), min(4, len(before))):
            anchor = tree.name_of(Place("lib/module.py", key))
            name = anchor[: len(anchor) - len(key.rpartition(".")[2])] + "brand_new"
            after = tree.apply([Change(None, name, "def brand_new():\n    return 1\n", anchor)])
            assert parses(after.text("lib/module.py")), (path, key)
            left = definitions(after)
            place = after.find(name)
            assert place is not None and left.pop(place.key)
            for other, text in before.items():
                assert left.get(other) == text or is_placeholder(text), (path, key, other)
