"""How a file is cut into pieces: the hard cases."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from source.memory_files import pinned_package, read, standard_library
from store.source.broken import MOST_DAMAGED
from store.source.partition import Partition, PieceKind, cut
from store.source.texts import decode, encode, lines_of

Sample = Callable[[Iterable[Any], int], list[Any]]


def keys(text: str, path: str = "a.py") -> list[str]:
    partition = cut(path, text)
    assert partition.text == text
    return [piece.key for piece in partition.pieces]


def piece(text: str, key: str) -> str:
    partition = cut("a.py", text)
    index = partition.find(key)
    assert index is not None
    return partition.pieces[index].text


CASES = [
    ("", []),
    ("\n", ["<doc>"]),
    ("#!/bin/x\n# coding: utf-8\nA = 1\n", ["<doc>", "A"]),
    ('"""Doc."""\nimport os\n\n# why\nfrom a import b\nA = 1\n', ["<doc>", "<import>", "A"]),
    ("import a\nA = 1\nimport b\n", ["<import>", "A", "<import>#2"]),
    ("import a\ntry:\n    import b\nexcept ImportError:\n    import c as b\nA = 1\n", ["<import>", "A"]),
    ("try:\n    import b\nexcept ImportError:\n    b = None\n", ["b"]),
    ("if x:\n    def f(): pass\nelse:\n    g = 1\n", ["f"]),
    ("f()\nA = 1\nf()\nB = 2\n", ["<doc>", "A", "<after A>", "B"]),
    ("A = 1\n\n\nif __name__ == '__main__':\n    x = 1\n", ["A", "<tail>"]),
    ("x = 1\ny = 2\nx = 3\n", ["x", "y", "x#2"]),
    ("x = 1\nx += 2\n", ["x"]),
    ("@p\ndef f(): ...\n\n@p\ndef f(a): ...\n\ndef f(*a): ...\n", ["f"]),
    ("class A:\n    pass\nclass A:\n    x = 1\n", ["A", "A#2", "A#2.x"]),
    ("class A:\n    def A(self): pass\n\n    x = 1\n", ["A", "A.A", "A.<after A>", "A.x"]),
    ('class A:\n    """D."""\n\n    x = 1\n    """About x."""\n', ["A", "A.<doc>", "A.x"]),
    ("class A: x = 1; y = 2\n", ["A"]),
    ("class A:\n    class B:\n        def f(self): pass\n    y = 1\n", ["A", "A.B", "A.B.f", "A.y"]),
    ("class A:\n    def f(self):\n        pass\n    # end\nx = 1\n", ["A", "A.f", "A.<after f>", "x"]),
    ("@d\n# why\n@e(\n 1)\nclass A:\n\tx = 1\n", ["A", "A.x"]),
    ("a = 1; b = 2\n", ["a"]),
    ("s = '''\n'''; t = 1\n", ["s"]),
    ("type X[T] = list[T]\nx: int\n(a, [b, *c]) = d\n", ["X", "x", "a"]),
    ("d.e = 1\nd[0] = 2\n", ["<doc>"]),
    ("\x0c\nx = 1\n\x0c\ndef f():\n    pass\n", ["<doc>", "x", "<after x>", "f"]),
    ("x = 1\r\n\r\ndef f():\r\n    pass\r\n", ["x", "<after x>", "f"]),
    ("\ufeffx = 1\ny = 2", ["x", "y"]),
    ("größe = 1\ndef été(): pass\n", ["größe", "été"]),
    ("x = \\\n  1\ny = (\n# c\n2)\n", ["x", "y"]),
    ("async def f():\n    def inner(): pass\n", ["f"]),
    ("\\\nx = 1\n", ["x"]),
    ("x = 1\ry = 2\rdef f(): pass\r", ["x"]),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_hard_cases_are_cut_as_decided(text: str, expected: list[str]) -> None:
    assert keys(text) == expected


def test_whatever_is_no_python_is_one_piece() -> None:
    assert keys("x = 1\n", "a.txt") == ["<file>"]
    assert keys("x = 1\0\n") == ["<file>"]
    assert keys(decode(b"x = '\xff'\n")) == ["<file>"]
    assert keys("x = 1\n" * 200_000) == ["<file>"]
    assert keys("", "a.txt") == ["<file>"]


def test_every_name_that_a_piece_binds_leads_to_it() -> None:
    assert piece("x = y = 3\n", "y") == "x = y = 3\n"
    assert piece("a = 1; b = 2\n", "b") == "a = 1; b = 2\n"
    assert piece("class A:\n    p, q = 1, 2\n", "A.q") == "    p, q = 1, 2\n"
    assert piece("try:\n    from m import f\nexcept E:\n    def f(): pass\n", "f").startswith("try")


def test_touching_comments_go_with_the_definition_and_detached_ones_do_not() -> None:
    text = "x = 1\n# about f\ndef f():\n    pass\n    # end of f\n\n# a section\n\ny = 1\n"
    assert piece(text, "f") == "# about f\ndef f():\n    pass\n    # end of f\n"
    assert piece(text, "<after f>") == "\n# a section\n\n"


def test_a_class_takes_its_members_along() -> None:
    partition = cut("a.py", "class A:\n    x = 1\n\n    def f(self): pass\nclass AB:\n    y = 1\n")
    found = partition.find("A")
    assert found is not None
    assert [partition.pieces[index].key for index in partition.subtree(found)] == [
        "A",
        "A.x",
        "A.<after x>",
        "A.f",
    ]


def test_deep_nesting_is_no_danger() -> None:
    deep = "".join("    " * level + f"class C{level}:\n" for level in range(90)) + "    " * 90 + "x = 1\n"
    assert cut("a.py", deep).text == deep
    brackets = "x = " + "[" * 5000 + "]" * 5000 + "\n"
    assert keys(brackets) == ["x"]
    chained = " = ".join(f"x{number}" for number in range(3000)) + " = 1\n"
    assert keys(chained) == ["x0"]
    branches = "".join(" " * level + "if x:\n" for level in range(90)) + " " * 90 + "y = 1\n"
    assert keys(branches) == ["y"]


@given(st.binary(max_size=60))
def test_any_bytes_come_back_as_they_were(data: bytes) -> None:
    assert encode(decode(data)) == data
    assert cut("a.py", decode(data)).text == decode(data)


FRAGMENTS = [
    "def f():\n",
    "    pass\n",
    "class A:\n",
    "    x = 1\n",
    "x = 1; y = 2\n",
    "\n",
    "# c\n",
    "    # d\n",
]
FRAGMENTS += [
    "@d\n",
    '"""s\n',
    '"""\n',
    "\tz = 1\r\n",
    "\x0c\n",
    "if a:\n",
    "else:\n",
    "(\n",
    ")\n",
    "import q\n",
    "\\\n",
]
FRAGMENTS += [
    "a = 1",
    "\r",
    "é = 1\n",
    "    def g(self): pass\n",
    "        return\n",
    "    \n",
    "#!x\n",
    "\ufeff",
]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=25).map("".join))
def test_any_lines_concatenate_and_keep_distinct_keys(text: str) -> None:
    found = keys(text)
    assert len(set(found)) == len(found)


@given(*[st.lists(st.sampled_from(FRAGMENTS), max_size=25).map("".join)] * 2)
def test_any_lines_projected_onto_others_concatenate_and_keep_distinct_keys(before: str, text: str) -> None:
    found = cut("a.py", text, cut("a.py", before))
    assert found.text == text
    assert len({piece.key for piece in found.pieces}) == len(found.pieces)


def damaged(chance: random.Random, partition: Partition) -> tuple[str, set[str]]:
    """The text with one definition broken, and the keys of the pieces left whole."""
    spots = [index for index, piece in enumerate(partition.pieces) if piece.kind is PieceKind.DEFINITION]
    hit = chance.choice(spots)
    rows = lines_of(partition.pieces[hit].text)
    rows.insert(chance.randrange(1, len(rows) + 1), chance.choice(["def (:\n", '"""\n', "x = (\n", "]\n"]))
    texts = [piece.text for piece in partition.pieces]
    texts[hit] = "".join(rows)
    return "".join(texts), {piece.key for piece in partition.pieces} - {partition.pieces[hit].key}


def test_a_syntax_error_leaves_every_other_piece_its_key_and_text(sample: Sample) -> None:
    chance = random.Random(5)
    kept = whole = 0
    for path in sample(standard_library(), 60):
        good = cut("a.py", read(path))
        if not good.parses or not any(piece.kind is PieceKind.DEFINITION for piece in good.pieces):
            continue
        text, untouched = damaged(chance, good)
        now = cut("a.py", text, good)
        assert now.text == text
        texts = {piece.key: piece.text for piece in good.pieces}
        for piece in now.pieces:
            if piece.key in untouched:
                whole += 1
                kept += piece.text == texts[piece.key]
    assert kept / whole > 0.999


def test_a_mended_text_is_cut_anew() -> None:
    good = cut("a.py", "def f():\n    pass\n")
    broken = cut("a.py", "def f(:\n    pass\n", good)
    assert (broken.parses, [piece.key for piece in broken.pieces]) == (False, ["f"])
    assert [piece.key for piece in cut("a.py", "def g():\n    pass\n", broken).pieces] == ["g"]


def test_what_changed_places_behind_a_syntax_error_keeps_its_name() -> None:
    first, second = (
        "class A:\n    def n(self):\n        return 1\n",
        "class B:\n    y = 1\n\n    def m(self):\n        pass\n",
    )
    good = cut("a.py", "\n\n".join(("ONE = 1\n\nTWO = 2\n", first, second)))
    constants = cut("a.py", "TWO = 3\n\nONE = 1\n\n\nclass A:\n    def n(self):\n        return (\n", good)
    assert {one.key: one.text for one in constants.pieces if one.key.isupper() and not one.container} == {
        "TWO": "TWO = 3\n",
        "ONE": "ONE = 1\n",
        "A": "class A:\n",
    }
    classes = cut("a.py", "\n\n".join((second, first.replace("1", "("))), good)
    assert {one.key: one.text for one in classes.pieces if one.kind is not PieceKind.REST} == {
        "B": "class B:\n",
        "B.y": "    y = 1\n",
        "B.m": "    def m(self):\n        pass\n",
        "A": "class A:\n",
        "A.n": "    def n(self):\n        return (\n",
    }


def test_a_text_that_never_parsed_is_cut_around_its_error(sample: Sample) -> None:
    chance = random.Random(7)
    kept = whole = 0
    for path in sample(pinned_package(), 40):
        good = cut("a.py", read(path))
        if not good.parses or not any(piece.kind is PieceKind.DEFINITION for piece in good.pieces):
            continue
        text, untouched = damaged(chance, good)
        texts = {piece.key: piece.text for piece in cut("a.py", text).pieces}
        definitions = [one for one in good.pieces if one.kind is not PieceKind.REST and one.key in untouched]
        whole += len(definitions)
        kept += sum(texts.get(one.key) == one.text for one in definitions)
    assert kept / whole > 0.8


def test_an_unfinished_class_keeps_its_members() -> None:
    head, one = 'class A:\n    """Doc."""\n\n', "    def f(self:\n        pass\n\n"
    text = f"{head}{one}    def g(self):\n        pass\n\n\ndef h():\n    pass\n"
    assert keys(text) == ["A", "A.<doc>", "A.f", "A.<after f>", "A.g", "<after A>", "h"]


def test_a_syntax_error_does_not_hide_what_was_added_behind_it() -> None:
    good = cut("a.py", "def f():\n    return 1\n\n\nx = 1\n")
    text = "def f():\n    return (1\n\n\ndef g():\n    return 2\n\n\nx = 1\n"
    found = [piece.key for piece in cut("a.py", text, good).pieces if piece.kind is PieceKind.DEFINITION]
    assert found == ["f", "g", "x"]


def test_classes_however_deep_in_each_other_with_an_error_in_the_last_are_cut() -> None:
    text = "".join(f"{' ' * depth}class A{depth}:\n" for depth in range(500)) + " " * 500 + "x = (\n"
    found = cut("deep.py", text)
    assert found.text == text
    assert not found.parses
    assert [piece.key for piece in found.pieces][:3] == ["A0", "A0.A1", "A0.A1.A2"]


def test_where_hundreds_of_statements_do_not_parse_what_follows_is_one_piece() -> None:
    text = "".join(f"x{row} = (\ny{row} = 1\n" for row in range(MOST_DAMAGED)) + "def last():\n    pass\n"
    found = cut("damaged.py", text)
    assert found.text == text
    assert found.pieces[-1].text.endswith("y299 = 1\ndef last():\n    pass\n")
    assert keys("x = (\ny = 1\ndef last():\n    pass\n")[-1] == "last"
