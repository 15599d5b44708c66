"""A commit never takes from another file what only the working tree has there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from desk import Desk

from store.errors import Code, PatchbayError

PRICES = "def total(items):\n    return sum(items)\n"
EXACT = "\n\ndef exact(items):\n    return round(sum(items), 2)\n"


def shop(at: Path, folder: str, imports: str, call: str) -> Desk:
    """A repository with prices and what uses them, in one folder; the use of a new function is in a patch."""
    marks = {f"{folder}/__init__.py": ""} if folder == "shop" else {}
    page = f"{imports}\n\n\ndef price(items):\n    return {call}(items)\n"
    desk = Desk(at, {**marks, f"{folder}/prices.py": PRICES, f"{folder}/page.py": page})
    desk.write(f"{folder}/prices.py", PRICES + EXACT)
    desk.write(f"{folder}/page.py", page.replace("total", "exact"))
    desk.look()
    desk.assign("page", f"{folder}.page.price")
    return desk


@pytest.mark.parametrize(
    ("folder", "imports", "call"),
    [
        ("shop", "from shop.prices import total", "total"),
        ("shop", "from .prices import total", "total"),
        ("shop", "from shop import prices", "prices.total"),
        ("shop", "import shop.prices as cost", "cost.total"),
        ("tools", "import prices", "prices.total"),
        ("tools", "from prices import total", "total"),
    ],
)
def test_it_waits_for_the_name_that_another_file_gets(
    tmp_path: Path, folder: str, imports: str, call: str
) -> None:
    desk = shop(tmp_path / "repository", folder, imports, call)
    editor = desk.editor(f"{folder}.prices.exact")
    used = call.replace("total", "exact")
    with pytest.raises(PatchbayError) as caught:
        desk.merge("page")
    assert caught.value.code is Code.UNDEFINED_NAME
    assert f"{folder}/page.py uses {used}, which editor {editor.number} adds" in caught.value.message
    desk.assign("prices", f"{folder}.prices.exact")
    desk.merge("prices")
    desk.merge("page")
    desk.require_clean()
    lines = [f"sys.path.insert(0, {folder!r})"] if folder == "tools" else []
    module = "page" if folder == "tools" else "shop.page"
    source = "; ".join(["import sys", *lines, f"import {module} as page", "print(page.price([1, 2]))"])
    done = subprocess.run([sys.executable, "-c", source], cwd=desk.root, capture_output=True, text=True)
    assert done.stdout == "3\n", done.stderr


def test_it_waits_for_the_new_file_that_it_imports(tmp_path: Path) -> None:
    page = "def price(items):\n    return sum(items)\n"
    desk = Desk(tmp_path / "repository", {"shop/__init__.py": "", "shop/page.py": page})
    desk.write("shop/prices.py", EXACT.lstrip())
    new = "from shop.prices import exact\n\n\n" + page.replace("sum", "exact")
    desk.write("shop/page.py", new)
    desk.look()
    desk.assign("page", "shop.page.price")
    with pytest.raises(PatchbayError) as caught:
        desk.merge("page")
    editor = desk.editor("shop/prices.py:<file>")
    assert f"shop/page.py uses exact, which editor {editor.number} adds" in caught.value.message
    desk.assign("page", "shop/prices.py:<file>")
    desk.merge("page")
    desk.require_clean()


def test_a_parameter_called_like_a_module_is_no_use_of_it(tmp_path: Path) -> None:
    page = "from shop import prices\n\n\ndef price(items):\n    return prices.total(items)\n"
    desk = Desk(
        tmp_path / "repository", {"shop/__init__.py": "", "shop/prices.py": PRICES, "shop/page.py": page}
    )
    desk.write("shop/prices.py", PRICES + EXACT)
    desk.write("shop/page.py", page + "\n\ndef other(prices):\n    return prices.exact()\n")
    desk.look()
    desk.assign("page", "shop.page.other")
    desk.merge("page")
    assert "other" in (desk.head("shop/page.py") or "")


def test_a_merge_says_what_its_files_lack_where_the_working_tree_lacks_it_too(desk: Desk) -> None:
    desk.change("app/cart.py", "return len(prices)", "return len(prices) + total(prices)")
    desk.git("commit", "--quiet", "-a", "-m", "more")
    desk.look()
    desk.alice.create_patch("names")
    desk.alice.rename_definition("app.cart.total", "app.cart.whole", patch="names")
    preview = desk.alice.merge_preview("names", with_dependencies=False)
    assert [one.code for one in preview.blockers] in ([], ["not-ready"])
    desk.alice.mark_ready("names")
    preview = desk.alice.merge_preview("names", with_dependencies=False)
    assert preview.blockers == ()
    assert preview.undefined == ("app/cart.py uses total, which nothing defines",)
    desk.merge("names")
