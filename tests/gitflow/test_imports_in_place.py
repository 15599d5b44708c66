"""Imports that do not stand at the top of their file go with what needs them, to where the tree has them."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import Desk

USES = "def fresh():\n    return json.dumps(1)\n"
CASES = {
    "behind a definition": ("def count(", f"import json\n\n\n{USES}\n\ndef count("),
    "at the end": ("    return os.getcwd()\n", f"    return os.getcwd()\n\n\nimport json\n\n\n{USES}"),
    "behind a statement": ("def count(", f"print(1)\n\nimport json\n\n\n{USES}\n\ndef count("),
    "behind a class": (
        "def where(",
        "from json import (\n    dumps,\n)\nimport re\n\n\n"
        "def fresh():\n    return dumps(1), re\n\n\ndef where(",
    ),
    "for the type checker alone": (
        "def count(",
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from a import B\n\n\n"
        "def fresh(x: B):\n    return 1\n\n\ndef count(",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_an_import_is_committed_where_the_tree_has_it(desk: Desk, case: str) -> None:
    desk.change("app/cart.py", *CASES[case])
    desk.change("app/cart.py", "    return sum(prices)\n", "    return 1\n\n\ndef added():\n    return 2\n")
    desk.look()
    names = [one for one in desk.pending() if "<" not in one]
    for name in names:
        desk.assign(name, name)
    for name in names:
        desk.merge(name)
        desk.look()
    desk.require_clean()


def test_an_import_in_mid_file_does_not_join_the_first_ones_from_its_module(desk: Desk) -> None:
    desk.change("app/cart.py", "import os\n", "import os\nfrom typing import overload\n")
    desk.git("commit", "--quiet", "-am", "overload")
    desk.look()
    block = "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from a import B\n"
    desk.change("app/cart.py", "def count(", f"{block}\n\ndef count(")
    text = desk.text("app/cart.py")
    desk.write("app/cart.py", f"{text}\n\ndef typed(x: B):\n    return 1\n")
    desk.look()
    desk.assign("typed", "app.cart.typed")
    desk.merge("typed")
    assert block in (desk.head("app/cart.py") or "")
    desk.look()
    desk.require_clean()


def test_a_file_taken_as_a_whole_has_the_imports_that_travelled_with_another_patch(desk: Desk) -> None:
    again = "def total(prices):\n    return 0\n\n\n"
    desk.change("app/cart.py", "import os\n", "import os\n\nimport json\n")
    desk.change("app/cart.py", "def count(", f"{USES}\n\ndef count(")
    desk.look()
    desk.assign("fresh", "app.cart.fresh")
    desk.change("app/cart.py", "import json\n", f"import json\n\n{again}")
    desk.look()
    assert "app/cart.py:<file>" in desk.pending()
    desk.assign("file", *desk.pending())
    desk.merge("fresh")
    desk.look()
    assert desk.patch("file").conflicts == ()
    desk.merge("file")
    desk.look()
    desk.require_clean()


HEAD = "import json\nimport math\n\nRATE = 2\n\n\ndef area():\n    return math.pi, json\n"
APART = HEAD.replace(
    "RATE = 2\n",
    "RATES = []\nfrom typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from decimal import Decimal\n",
)
FIRST, SECOND = "app.till.RATES", "app.till.<import>#2"


@pytest.mark.parametrize("names", [(FIRST, SECOND), (SECOND, FIRST)])
def test_imports_that_only_a_new_definition_keeps_apart_stay_where_the_tree_has_them(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    desk = Desk(tmp_path / "repository", {"app/till.py": HEAD})
    desk.write("app/till.py", APART)
    desk.look()
    for name in names:
        desk.assign(name, name)
        assert desk.text("app/till.py") == APART
    for name in names:
        desk.merge(name)
        desk.look()
    assert set(desk.pending()) == {"app.till.RATE"}
    desk.assign("rate", "app.till.RATE")
    desk.merge("rate")
    desk.require_clean()


def test_an_import_that_travelled_into_a_list_is_not_there_twice_beside_the_one_that_is_held(
    tmp_path: Path,
) -> None:
    base = "def old():\n    return 1\n\n\ndef more():\n    return 2\n"
    page = "from shop.base import old\n\n\ndef one():\n    return 1\n\n\ndef two():\n    return old()\n"
    desk = Desk(tmp_path / "repository", {"shop/base.py": base, "shop/page.py": page})
    desk.write("shop/base.py", base.replace("old", "new"))
    both = "from shop.base import more\nfrom shop.base import new\n"
    page = page.replace("from shop.base import old\n", both).replace("old()", "new()")
    desk.write("shop/page.py", page.replace("return 1", "return more()"))
    desk.look()
    desk.assign("imports", "shop.page.<import>")
    desk.assign("one", "shop.page.one")
    desk.merge("one")
    desk.look()
    desk.assign("imports", "shop.base.new", "shop.page.two")
    desk.merge("imports")
    desk.require_clean()
    assert (desk.head("shop/page.py") or "").startswith(both)
