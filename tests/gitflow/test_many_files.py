"""A directory that git was not told to ignore brings many new files: each is one piece, and is never cut."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk import Desk

from store.source import partition

MANY = 30
NAMES = {f"venv/part{number}.py:<file>" for number in range(MANY)}


def cuts() -> int:
    """Give how many texts this process has cut, but for those that it had cut before."""
    return partition._cut.cache_info().misses


def put_venv(desk: Desk) -> None:
    """Write new files, each of several definitions, one of them with a syntax error."""
    for number in range(MANY):
        name = f"part{number}"
        desk.write(f"venv/{name}.py", f"import os\n\n\ndef {name}():\n    return os.name * {number}\n")
    desk.write("venv/part3.py", "def part3(:\n")


@pytest.fixture
def before(desk: Desk) -> int:
    """How much is cut where nothing changed, and a patch and an import are held."""
    desk.change("app/cart.py", "return sum(prices)", "return math.fsum(prices)")
    desk.change("app/cart.py", "import os\n", "import math\nimport os\n")
    desk.look()
    desk.assign("totals", "app.cart.total")
    return cuts_of_a_look(desk)


def cuts_of_a_look(desk: Desk) -> int:
    """Give how much a process cuts that looks and shows what there is."""
    partition._cut.cache_clear()
    again = Desk.opened(desk.root)
    again.alice.look()
    again.alice.view()
    return cuts()


def test_new_files_are_never_cut(desk: Desk, before: int) -> None:
    put_venv(desk)
    partition._cut.cache_clear()
    desk.look()
    assert cuts() < before + MANY / 2
    assert set(desk.pending()) >= NAMES
    assert cuts_of_a_look(desk) == before


def test_another_text_of_one_of_them_costs_no_more_than_that(desk: Desk, before: int) -> None:
    put_venv(desk)
    desk.look()
    desk.write("venv/part7.py", "LATER = 1\n")
    assert cuts_of_a_look(desk) <= before + 2
    (op,) = desk.pending()["venv/part7.py:<file>"]
    assert op.digest is not None and desk.alice.text(op.digest) == "LATER = 1\n"


def test_many_that_come_beside_an_edit_are_numbered_behind_it_and_go_again(desk: Desk) -> None:
    put_venv(desk)
    desk.change("app/cart.py", "return sum(prices)", "return 1")
    desk.look()
    assert set(desk.pending()) == {"app.cart.total", *NAMES}
    editors = desk.state.editors.values()
    assert sorted(one.number for one in editors) == list(range(1, MANY + 2))
    assert desk.editor("app.cart.total").number == 1
    desk.assign("kept", "venv/part5.py:<file>")
    desk.git("clean", "--quiet", "--force", "-d", "venv")
    desk.look()
    assert set(desk.pending()) == {"app.cart.total"}
    assert [one.target for one in desk.state.editors.values()] == ["app.cart.total"]
    assert desk.patch("kept").operations == ()
    put_venv(desk)
    desk.look()
    assert set(desk.pending()) == {"app.cart.total", *NAMES} - {"venv/part5.py:<file>"}
    assert [op.name for op in desk.patch("kept").operations] == ["venv/part5.py:<file>"]


def test_executable_ones_and_links_bring_their_mode_along(desk: Desk) -> None:
    put_venv(desk)
    (desk.root / "venv/part1.py").chmod(0o755)
    (desk.root / "venv/link.py").symlink_to("part2.py")
    desk.look()
    desk.assign("modes", "venv/part1.py:<file>", "venv/link.py:<file>")
    desk.merge("modes")
    listed = desk.git("ls-tree", "-r", "HEAD", "venv")
    assert "100755" in listed and "120000" in listed
    assert desk.git("status", "--porcelain", "venv/part1.py", "venv/link.py") == ""


def test_files_with_control_characters_in_their_names_are_counted(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "repository")
    assert desk.alice.codebase_view().left_alone == ()
    desk.write("app/new\nline.py", "x = 1\n")
    desk.write("app/ta\tb\x1b[31m.py", "x = 1\n")
    desk.alice.look()
    names = ("app/new\nline.py", "app/ta\tb\x1b[31m.py")
    assert desk.alice.view().codebase.left_alone == desk.alice.doctor().left_alone == names
    assert desk.alice.changed_token() != Desk.opened(desk.root).alice.changed_token()
