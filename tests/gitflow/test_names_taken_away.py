"""A commit takes no name away from another file that only the working tree has changed to do without."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from desk import Desk

from store.errors import Code, PatchbayError

PRICES = "def total(items):\n    return sum(items)\n\n\ndef count(items):\n    return len(items)\n"
PAGE = "{imports}\n\n\ndef price(items):\n    return {call}(items)\n"
PRINTS = "import sys; sys.path.insert(0, '.'); from shop import page; print(page.price([1, 2]))"

HOW = pytest.mark.parametrize(
    ("imports", "call"),
    [
        ("from shop.prices import total", "total"),
        ("from .prices import total", "total"),
        ("from shop import prices", "prices.total"),
        ("import shop.prices as cost", "cost.total"),
        ("from .prices import total as summed", "summed"),
    ],
)
"""How the page takes the total from the prices."""


def shop(at: Path, imports: str = "from shop.prices import total", call: str = "total") -> Desk:
    """A repository with prices and a page that uses their total."""
    page = PAGE.format(imports=imports, call=call)
    return Desk(at, {"shop/__init__.py": "", "shop/prices.py": PRICES, "shop/page.py": page})


def refused(desk: Desk, patch: str) -> str:
    with pytest.raises(PatchbayError) as caught:
        desk.merge(patch)
    return caught.value.message


def runs(desk: Desk) -> None:
    """Require that what HEAD has works, whatever the tree has."""
    at = desk.root.parent / f"head-{desk.git('rev-parse', 'HEAD')}"
    desk.git("worktree", "add", "--quiet", "--detach", str(at))
    done = subprocess.run([sys.executable, "-c", PRINTS], cwd=at, capture_output=True, text=True)
    assert done.stdout == "3\n", done.stderr


def without_total(desk: Desk, imports: str = "from shop.prices import total", call: str = "total") -> None:
    """Take the total out of the prices, and its use out of the page."""
    desk.change("shop/prices.py", "def total(items):\n    return sum(items)\n\n\n", "")
    desk.change("shop/page.py", f"{call}(items)", "sum(items)")
    desk.change("shop/page.py", f"{imports}\n\n\n", "")
    desk.look()


@HOW
def test_a_rename_alone_is_refused_and_says_who_changes_what_uses_it(
    tmp_path: Path, imports: str, call: str
) -> None:
    desk = shop(tmp_path / "repository", imports, call)
    for path in ("shop/prices.py", "shop/page.py"):
        desk.write(path, desk.text(path).replace("total", "whole"))
    desk.look()
    desk.assign("rename", "shop.prices.whole")
    renamed = call.endswith("total")
    target = "shop.page.price" if renamed else "shop.page.<import>"
    editor = desk.editor(target)
    message = refused(desk, "rename")
    name = call if renamed else "total"
    assert (
        f"shop/page.py still uses {name}, which editor {editor.number} stops, in no patch: assign it"
        in message
    )
    desk.assign("page", target)
    message = refused(desk, "rename")
    assert f"shop/page.py still uses {name}, which B page stops but waits for this one: join them" in message
    desk.alice.join_patches("page", "rename")
    desk.merge("rename")
    desk.require_clean()
    runs(desk)


@HOW
def test_a_deletion_waits_for_what_does_without_it(tmp_path: Path, imports: str, call: str) -> None:
    desk = shop(tmp_path / "repository", imports, call)
    without_total(desk, imports, call)
    desk.assign("delete", "shop.prices.total")
    assert "in no patch: assign it" in refused(desk, "delete")
    desk.assign("page", "shop.page.price")
    assert "waits for B page" in refused(desk, "delete")
    (dependency,) = desk.patch("delete").dependencies
    assert dependency.why == "takes away shop.prices.total"
    desk.merge("page")
    runs(desk)
    desk.merge("delete")
    runs(desk)
    desk.require_clean()


def test_one_patch_with_both_is_not_held_up(tmp_path: Path) -> None:
    desk = shop(tmp_path / "repository")
    without_total(desk)
    desk.assign("both", "shop.prices.total", "shop.page.price")
    desk.merge("both")
    desk.require_clean()
    runs(desk)


def test_what_the_tree_itself_breaks_holds_nothing_up(tmp_path: Path) -> None:
    desk = shop(tmp_path / "repository")
    desk.change("shop/prices.py", "def total(items):\n    return sum(items)\n\n\n", "")
    desk.change("shop/page.py", "return total(items)", "return 0 + total(items)")
    desk.look()
    desk.assign("delete", "shop.prices.total")
    desk.merge("delete")


def test_a_second_use_in_the_file_that_is_in_another_patch_counts(tmp_path: Path) -> None:
    desk = shop(tmp_path / "repository")
    page = desk.text("shop/page.py") + "\n\ndef twice(items):\n    return 2 * total(items)\n"
    desk.write("shop/page.py", page)
    desk.git("commit", "--quiet", "-am", "twice")
    desk.look()
    for path in ("shop/prices.py", "shop/page.py"):
        desk.write(path, desk.text(path).replace("total", "whole"))
    desk.look()
    desk.assign("rename", "shop.prices.whole", "shop.page.price")
    desk.assign("twice", "shop.page.twice")
    assert "shop/page.py still uses total, which B twice stops but waits for this one: join them" in refused(
        desk, "rename"
    )
    desk.alice.join_patches("twice", "rename")
    desk.merge("rename")
    desk.require_clean()
    runs(desk)


def test_a_file_that_goes_waits_for_what_does_without_it(tmp_path: Path) -> None:
    desk = shop(tmp_path / "repository")
    (desk.root / "shop/prices.py").unlink()
    desk.write("shop/page.py", "def price(items):\n    return sum(items)\n")
    desk.look()
    desk.assign("delete", "shop/prices.py:<file>")
    assert "shop/page.py still uses total" in refused(desk, "delete")
    desk.assign("page", "shop.page.price")
    assert "waits for B page" in refused(desk, "delete")
    desk.merge("page")
    desk.merge("delete")
    desk.require_clean()
    runs(desk)


def test_a_definition_that_moves_and_is_imported_where_it_was_holds_nothing_up(tmp_path: Path) -> None:
    desk = shop(tmp_path / "repository")
    desk.write("shop/sums.py", "def total(items):\n    return sum(items)\n")
    desk.change(
        "shop/prices.py", "def total(items):\n    return sum(items)\n", "from shop.sums import total\n"
    )
    desk.change(
        "shop/page.py", "def price(items):\n    return total", "def price(items):\n    return 0 + total"
    )
    desk.look()
    moved = [one for one in desk.pending() if one.startswith(("shop.prices", "shop.sums", "shop/sums"))]
    desk.assign("move", *moved)
    desk.merge("move")
    runs(desk)


def test_a_dependency_that_was_dropped_leaves_what_is_wrong_told(tmp_path: Path) -> None:
    desk = shop(tmp_path / "repository")
    without_total(desk)
    desk.assign("delete", "shop.prices.total")
    desk.assign("page", "shop.page.price")
    desk.alice.infer()
    desk.alice.drop_dependency("delete", "page")
    with pytest.raises(PatchbayError) as caught:
        desk.merge("delete")
    assert caught.value.code is Code.UNDEFINED_NAME
    assert "shop/page.py still uses total, which B page stops: merge that first." in caught.value.message


@pytest.mark.parametrize("path", ["shop/sums.py", "tools/my-sums.py"])
def test_a_rename_in_one_file_says_who_changes_what_uses_it_there(tmp_path: Path, path: str) -> None:
    sums = "def total(items):\n    return sum(items)\n\n\ndef price(items):\n    return total(items)\n"
    desk = Desk(tmp_path / "repository", {path: sums})
    desk.write(path, sums.replace("total", "whole"))
    desk.look()
    name = "shop.sums" if path.startswith("shop") else path
    join = "." if path.startswith("shop") else ":"
    desk.assign("rename", f"{name}{join}whole")
    editor = desk.editor(f"{name}{join}price")
    message = refused(desk, "rename")
    assert f"{path} still uses total, which editor {editor.number} stops, in no patch: assign it" in message
    assert "nothing defines" not in message
    desk.assign("use", editor.target)
    assert "which B use stops but waits for this one: join them" in refused(desk, "rename")
    desk.alice.join_patches("use", "rename")
    desk.merge("rename")
    desk.require_clean()


def test_a_deletion_in_one_file_waits_for_what_does_without_it(tmp_path: Path) -> None:
    sums = "def total(items):\n    return sum(items)\n\n\ndef price(items):\n    return total(items)\n"
    desk = Desk(tmp_path / "repository", {"shop/sums.py": sums})
    desk.write("shop/sums.py", "def price(items):\n    return sum(items)\n")
    desk.look()
    desk.assign("delete", "shop.sums.total")
    desk.assign("use", "shop.sums.price")
    assert "waits for B use" in refused(desk, "delete")
    desk.merge("use")
    desk.merge("delete")
    desk.require_clean()


def test_a_file_that_gets_others_in_place_of_all_it_had_is_there_in_between(tmp_path: Path) -> None:
    page = "from shop import prices\n\n\ndef price(items):\n    return sum(items)\n"
    desk = Desk(
        tmp_path / "repository",
        {"shop/__init__.py": "", "shop/prices.py": "RATE = 1\n", "shop/page.py": page},
    )
    desk.write("shop/prices.py", "\n\ndef total(items):\n    return sum(items)\n")
    desk.look()
    desk.assign("delete", "shop.prices.RATE")
    desk.merge("delete")
    assert desk.head("shop/prices.py") == ""
    runs(desk)
    desk.assign("add", "shop.prices.total")
    desk.merge("add")
    desk.require_clean()


def test_a_module_that_becomes_a_link_may_have_what_it_had(tmp_path: Path) -> None:
    desk = shop(tmp_path / "repository")
    (desk.root / "shop/prices.py").rename(desk.root / "shop/sums.py")
    (desk.root / "shop/prices.py").symlink_to("sums.py")
    desk.change("shop/page.py", "return total(items)", "return 0 + total(items)")
    desk.look()
    desk.assign("link", *(one for one in desk.pending() if not one.startswith("shop.page")))
    desk.merge("link")
    runs(desk)


TO_OTHERS = pytest.mark.parametrize(
    ("page", "written"),
    [
        ("from shop.prices import total\n\n\ndef price(items):\n    return total(items)\n", "total"),
        ("import shop.prices as cost\n\n\ndef price(items):\n    return cost.total(items)\n", "cost.total"),
        ("from shop import prices\n\n\ndef price(items):\n    return prices.total(items)\n", "prices.total"),
        ("def price(items):\n    from shop.prices import total\n\n    return total(items)\n", "total"),
        ("def price(items):\n    import shop.prices as cost\n\n    return cost.total(items)\n", "cost.total"),
        (
            "def price(items):\n    import shop.prices\n\n    return shop.prices.total(items)\n",
            "shop.prices.total",
        ),
        (
            "def price(items):\n    from shop import prices\n\n    return prices.total(items)\n",
            "prices.total",
        ),
        (
            "class Page:\n    def price(self, items):\n        from .prices import total\n\n"
            "        return total(items)\n\n\nprice = Page().price\n",
            "total",
        ),
    ],
)
"""What the page does to have the total, and how it calls it."""


@TO_OTHERS
def test_a_move_is_held_up_by_a_name_that_the_tree_gives_to_what_was_moved(
    tmp_path: Path, page: str, written: str
) -> None:
    desk = Desk(
        tmp_path / "repository",
        {"shop/__init__.py": "", "shop/prices.py": PRICES, "shop/sums.py": "X = 1\n", "shop/page.py": page},
    )
    desk.change("shop/prices.py", "def total(items):\n    return sum(items)\n\n\n", "")
    desk.write("shop/sums.py", "X = 1\n\n\ndef total(items):\n    return sum(items)\n")
    moved = page.replace("import prices", "import sums as prices").replace("shop.prices.", "shop.sums.")
    desk.write(
        "shop/page.py", moved.replace("prices import", "sums import").replace("shop.prices", "shop.sums")
    )
    desk.look()
    desk.assign("move", "shop.sums.total")
    (target,) = desk.pending()
    assert target.startswith("shop.page.")
    editor = desk.editor(target)
    assert (
        f"shop/page.py still uses {written}, which editor {editor.number} stops, in no patch: assign it"
        in refused(desk, "move")
    )
    desk.assign("page", target)
    assert f"shop/page.py still uses {written}, which B page stops but waits for this one" in refused(
        desk, "move"
    )
    desk.alice.join_patches("page", "move")
    desk.merge("move")
    desk.require_clean()
    runs(desk)


def test_an_import_inside_a_function_waits_for_what_adds_its_name(tmp_path: Path) -> None:
    page = "def price(items):\n    return sum(items)\n"
    desk = Desk(
        tmp_path / "repository", {"shop/__init__.py": "", "shop/prices.py": "X = 1\n", "shop/page.py": page}
    )
    desk.write("shop/prices.py", "X = 1\n\n\ndef total(items):\n    return sum(items)\n")
    desk.write(
        "shop/page.py", "def price(items):\n    from shop.prices import total\n\n    return total(items)\n"
    )
    desk.look()
    desk.assign("page", "shop.page.price")
    editor = desk.editor("shop.prices.total")
    assert f"uses total, which editor {editor.number} adds, in no patch: assign it" in refused(desk, "page")
    desk.assign("prices", "shop.prices.total")
    desk.alice.infer()
    (dependency,) = desk.patch("page").dependencies
    assert dependency.why == "uses shop.prices.total"
    desk.merge("prices")
    desk.merge("page")
    runs(desk)


def test_what_a_function_only_tries_to_import_holds_nothing_up(tmp_path: Path) -> None:
    page = (
        "def price(items):\n    try:\n        from shop.prices import total\n    except ImportError:\n"
        "        total = sum\n    return total(items)\n"
    )
    desk = Desk(
        tmp_path / "repository", {"shop/__init__.py": "", "shop/prices.py": PRICES, "shop/page.py": page}
    )
    desk.change("shop/prices.py", "def total(items):\n    return sum(items)\n\n\n", "")
    desk.write("shop/page.py", "def price(items):\n    return sum(items)\n")
    desk.look()
    desk.assign("delete", "shop.prices.total")
    desk.merge("delete")
    runs(desk)


def test_an_import_in_place_of_what_was_moved_goes_along_for_those_who_take_it_there(tmp_path: Path) -> None:
    desk = shop(tmp_path / "repository")
    desk.write("shop/sums.py", "X = 1\n")
    desk.git("add", "--all")
    desk.git("commit", "--quiet", "-m", "sums")
    desk.look()
    desk.write("shop/sums.py", "X = 1\n\n\ndef total(items):\n    return sum(items)\n")
    desk.change(
        "shop/prices.py", "def total(items):\n    return sum(items)\n", "from shop.sums import total\n"
    )
    desk.look()
    desk.assign("move", "shop.sums.total")
    desk.merge("move")
    runs(desk)
    desk.look()
    desk.require_clean()
