"""Imports follow the definitions that need them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from source.memory_files import MemoryFiles, read, standard_library
from store.source.imports import derived_imports, import_statements, usage_of
from store.source.partition import cut
from store.source.splice import Change
from store.source.tree import Tree
from store.source.verdict import check

Sample = Callable[[Iterable[Any], int], list[Any]]

F = "\n\n\ndef f():\n    return a\n"
G = "\n\n\ndef g():\n    return b\n"


LISTED = """from __future__ import annotations
import a.b as c
import d.e, f
from x import (
    y,
    z as w,
)
from m import *
if T:
    from n import o
try:
    import p
except ImportError:
    import q as p
try:
    import r
except ImportError:
    r = None
"""


def test_imports_are_listed_with_the_names_they_bind() -> None:
    assert [one.binds for one in import_statements(LISTED)] == [
        ("annotations",),
        ("c",),
        ("d", "f"),
        ("y", "w"),
        ("*",),
        ("o",),
        ("p",),
    ]


def test_what_a_text_needs_includes_decorators_annotations_and_exports() -> None:
    text = "@deco\ndef f(x: 'Quoted', y: Plain):\n    return len(x)\n\n\n__all__ = ['f', 'shown']\n"
    assert usage_of(text).needed == {"deco", "Quoted", "Plain", "shown"}


IF_T = "from t import T\n\nif T:\n    from n import b\n\na: int\n\n\ndef h(x: b): ...\n"
NEW_F = "\n\n\ndef f():\n    return a()\n"
K = "\n\ndef k():\n    return 1\n"
LONG = "from m import (\n    a,  # x\n"

CASES = {
    "what a new definition uses comes along": (
        "import a" + F,
        "import a" + F + G,
        "import a\nimport b" + F + G,
        "import a\nimport b" + F + G,
    ),
    "what nobody uses stays behind": ("import a" + F, "import a\n" + F, "import a\nimport b" + F + G, None),
    "what only deleted definitions used goes": (
        "import a" + F,
        "import a" + G,
        "import b" + G,
        "import b" + G,
    ),
    "what is still used stays": (
        "import a" + F,
        "import a" + F + G,
        "import b" + G,
        "import a\nimport b" + F + G,
    ),
    "the first import of a file": (F[3:], F[3:] + G, "import b" + F + G, "import b" + F + G),
    "behind the docstring": (
        '"""D."""' + F,
        '"""D."""' + G,
        '"""D."""\n\nimport b' + G,
        '"""D."""\n\nimport b' + G,
    ),
    "a new file": (None, G[3:], "import b, c" + G, "import b" + G),
    "a group of its own": (
        "import a" + F,
        "import a" + G,
        "import a\n\nimport b" + G,
        "import a\n\nimport b" + G,
    ),
    "name by name": (
        "from m import a" + F,
        "from m import a" + F + G,
        "from m import a, b, c" + F + G,
        "from m import a, b" + F + G,
    ),
    "at its place in the list": (
        "from m import c, a" + F,
        "from m import c, a" + F + G,
        "from m import b, a" + F + G,
        "from m import c, b, a" + F + G,
    ),
    "on a line of its own": (
        LONG + ")" + F,
        LONG + ")" + F + G,
        "from m import b" + G,
        LONG + "    b,\n)" + F + G,
    ),
    "behind the last of a wrapped list": (
        "from m import (\n    a)" + F,
        "from m import (\n    a)" + F + G,
        "from m import b" + G,
        "from m import (\n    a,\n    b)" + F + G,
    ),
    "side effects stay": (
        "import b\nimport side" + G,
        "import b\nimport side" + F,
        "import a" + F,
        "import side\nimport a" + F,
    ),
    "among the definitions where the tree has it": (
        "import a" + F + K,
        "import a" + F + G + K,
        "import a" + F + "\n\nprint(1)\n\nimport b" + G + K,
        "import a" + F + "\n\nprint(1)\n\nimport b" + G + K,
    ),
    "before what it stands before": (
        "import a\n\nx = a\n",
        "import a\n\nx = b\n",
        "import a\n\nw = a\nimport b\nx = b\n",
        "import a\n\nimport b\nx = b\n",
    ),
    "at the top where it would be used before": (
        "import a\nx = a\ny = 1\n",
        "import a\nx = b\ny = b\n",
        "import a\ny = a\nx = 1\nimport b\nx = b\n",
        "import a\nimport b\nx = b\ny = b\n",
    ),
    "stars stay": (
        "from m import *" + F,
        "from m import *" + G,
        "import b" + G,
        "from m import *\nimport b" + G,
    ),
    "what is re-exported stays": ("from .x import a\n", "from .x import a\ny = 1\n", "y = 1\n", None),
    "a submodule": (
        "import a" + F,
        "import a" + F + "x = a.b.c\n",
        "import a.b" + F + "x = a.b.c\n",
        "import a.b" + F + "x = a.b.c\n",
    ),
    "a block comes with what its condition needs": (
        "a: int" + G,
        "a: int\n\n\ndef h(x: b): ...\n",
        IF_T,
        IF_T,
    ),
    "another module's name for new definitions": (
        "import a" + F,
        "import a" + NEW_F,
        "from a import a" + NEW_F,
        "from a import a" + NEW_F,
    ),
    "but not while old ones use it": (
        "import a" + F,
        "import a" + F + NEW_F.replace("f", "k"),
        "from a import a" + NEW_F.replace("f", "k"),
        None,
    ),
    "with the file's newlines": (
        "import a\r\nx = a\r\n",
        "import a\r\nx = b\r\n",
        "import b\nx = b\n",
        "import b\r\nx = b\r\n",
    ),
    "a broken tree gives nothing": ("import a" + F, "import a" + F + G, "def broken(:\nimport b" + G, None),
    "a feature that lets names stand": (
        "x = 1\n",
        "def f(y: C): ...\n\n\nclass C: ...\n",
        "from __future__ import annotations\n\n\ndef f(y: C): ...\n\n\nclass C: ...\n",
        "from __future__ import annotations\n\n\ndef f(y: C): ...\n\n\nclass C: ...\n",
    ),
    "a whole try": (
        "x = 1\n",
        "x = b\n",
        "try:\n    import b\nexcept ImportError:\n    import c as b\n\nx = b\n",
        "try:\n    import b\nexcept ImportError:\n    import c as b\n\nx = b\n",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_imports_are_derived_from_what_the_result_uses(case: str) -> None:
    head, result, tree, expected = CASES[case]
    assert head is None or head != tree
    derived = derived_imports(head, result, tree or "")
    assert derived == (result if expected is None else expected)
    assert derived_imports(head, derived, tree) == derived


def test_a_file_that_went_from_the_tree_has_no_imports_to_give() -> None:
    assert derived_imports("x = 1\n", "y = z\n", None) == "y = z\n"


def split(chance: random.Random, text: str) -> tuple[str, str] | None:
    """Head's text without some of a file's definitions and their imports, and one with some of them back."""
    tree = Tree(MemoryFiles({"m.py": text}))
    names = [name for name in tree.names() if "<" not in name and "#" not in name and name.count(".") == 1]
    if len(names) < 4:
        return None
    gone = chance.sample(names, len(names) // 2)
    back = set(chance.sample(gone, len(gone) // 2))
    head = tree.apply([Change(name, None, None) for name in gone]).text("m.py")
    result = tree.apply([Change(name, None, None) for name in gone if name not in back]).text("m.py")
    bare = derived_imports(text, head, without_imports(head))
    return bare, with_imports_of(bare, result)


def without_imports(text: str) -> str:
    pieces = cut("m.py", text).pieces
    return "".join(piece.text for piece in pieces if not piece.key.startswith("<import>"))


def with_imports_of(source: str, text: str) -> str:
    """The text with its runs of imports as another text has them."""
    theirs = {piece.key: piece.text for piece in cut("m.py", source).pieces}
    pieces = cut("m.py", text).pieces
    return "".join(
        theirs.get(piece.key, "") if piece.key.startswith("<import>") else piece.text for piece in pieces
    )


def test_real_files_get_every_import_that_their_definitions_use(sample: Sample) -> None:
    chance = random.Random(6)
    asked = 0
    for path in sample(standard_library(), 20):
        text = read(path)
        found = split(chance, text) if check("m.py", text).parses else None
        if found is None or not all(check("m.py", one).parses for one in found):
            continue
        head, result = found
        derived = derived_imports(head, result, text)
        assert check("m.py", derived).parses, path
        bound = {name for one in import_statements(text) for name in one.binds if name != "*"}
        assert not usage_of(derived).needed & bound, path
        assert derived_imports(head, derived, text) == derived, path
        assert without_blanks(without_imports(derived)) == without_blanks(without_imports(result)), path
        asked += bool(usage_of(result).needed & bound)
    assert asked > 3


def without_blanks(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def test_all_definitions_chosen_give_the_tree(sample: Sample) -> None:
    chance = random.Random(7)
    same = whole = 0
    for path in sample(standard_library(), 20):
        text = read(path)
        found = split(chance, text) if check("m.py", text).parses else None
        if found is None:
            continue
        derived = derived_imports(found[0], with_imports_of(found[0], text), text)
        assert check("m.py", derived).parses, path
        unused = bool(usage_of(text).unused)
        whole += not unused
        same += not unused and without_blanks(derived) == without_blanks(text)
    assert same / whole > 0.7


@pytest.mark.parametrize("behind", ["", "from typing import Any\n"])
def test_what_an_if_needs_is_imported_above_it_where_the_tree_sorts_anew(behind: str) -> None:
    first = f"from m import mdd\nfrom n import nbb\nfrom o import odd\n{behind}\n\n"
    head = f"{first}def f():\n    return mdd, odd\n"
    typing = "from typing import Any, TYPE_CHECKING\n" if behind else "from typing import TYPE_CHECKING\n"
    tree = (
        f"{typing}from o import odd\nfrom m import mdd\nif TYPE_CHECKING:\n    from n import ncc\n\n\n"
        "def f() -> 'ncc':\n    return mdd, odd\n"
    )
    result = head.replace("def f()", "def f() -> 'ncc'")
    derived = derived_imports(head, result, tree)
    assert check("a.py", derived).undefined == frozenset()
    assert derived.index("TYPE_CHECKING") < derived.index("if TYPE_CHECKING")
    assert "from n import ncc" in derived
    assert derived_imports(head, derived, tree) == derived


BOM = "\ufeff"


@pytest.mark.parametrize("marks", ["hrt", "h", "t", "hr", "rt"])
def test_a_byte_order_mark_stays_where_it_was(marks: str) -> None:
    def marked(which: str, text: str) -> str:
        return BOM + text if which in marks else text

    head = "from os import getcwd\n\n\ndef f():\n    return getcwd()\n"
    result = head.replace("return getcwd()", "return getcwd(), getpid()")
    tree = result.replace("import getcwd", "import getcwd, getpid, sep").replace(
        "def f", "def g(): sep\n\n\ndef f"
    )
    derived = derived_imports(marked("h", head), marked("r", result), marked("t", tree))
    assert derived == marked("r", result.replace("import getcwd", "import getcwd, getpid"))


def test_a_first_import_that_goes_leaves_the_byte_order_mark() -> None:
    head = f"{BOM}import os\nimport sys\n\n\ndef f():\n    return os, sys\n"
    result = head.replace("return os, sys", "return sys")
    tree = result.replace("import os\n", "")
    assert derived_imports(head, result.replace("def f", "def  f"), tree) == tree.replace("def f", "def  f")
