"""Files that can't be where they are to be: refused at once, a blocker where that came later (R6)."""

from __future__ import annotations

from pathlib import Path

import pytest
from desks import KINDS, Begun
from world import refused

from store.errors import Code

FILES = {"shop/cart.py": "RATE = 1\n", "notes.txt": "one\n"}
LONG = "m" * 300


@pytest.fixture(params=KINDS)
def desk(tmp_path: Path, request: pytest.FixtureRequest) -> Begun:
    return Begun(tmp_path, request.param, FILES)


@pytest.mark.parametrize(
    "name",
    [
        "shop/cart.py/foo:<file>",
        "shop/cart.py/foo.py:total",
        "notes.txt/deep/down.txt:<file>",
        "shop:<file>",
        f"{LONG}.total",
        f"shop/{LONG}.txt:<file>",
        ".hg/hooks.py:<file>",
    ],
)
def test_a_name_whose_file_can_be_nowhere_is_refused_as_it_is_opened(desk: Begun, name: str) -> None:
    for verb in (
        lambda: desk.save(name, "def total():\n    pass\n", "p", new=True),
        lambda: _open(desk, name),
    ):
        with refused(Code.INVALID_NAME):
            verb()
    assert desk.alice.view().patches == ()
    assert desk.alice.view().editors == ()


def _open(desk: Begun, name: str) -> None:
    desk.alice.open_editor(name, new=True)


@pytest.mark.parametrize("new", ["notes.txt/cart.py", f"{LONG}.py"])
def test_a_file_is_not_renamed_to_where_none_can_be(desk: Begun, new: str) -> None:
    desk.save("shop.cart.RATE", "RATE = 2\n", "p")
    with refused(Code.INVALID_NAME):
        desk.alice.rename_definition("shop/cart.py:<file>", f"{new}:<file>", patch="p")
    assert desk.operations("p") == {("update", "shop.cart.RATE")}


def test_a_file_can_become_a_directory_with_it_inside(tmp_path: Path) -> None:
    desk = Begun(tmp_path, "package-tree", FILES)
    desk.alice.rename_definition("notes.txt:<file>", "notes.txt/one:<file>", new_patch="p")
    assert desk.merged("notes.txt/one", "p") == "one\n"


def test_a_file_whose_place_another_patch_took_as_a_directory_blocks_its_patch(tmp_path: Path) -> None:
    desk = Begun(tmp_path, "package-tree", FILES)
    desk.save("docs:<file>", "one\n", "p", new=True)
    desk.save("docs/two.txt:<file>", "two\n", "q", new=True)
    assert _faults(desk, "p") == _faults(desk, "q") == []
    desk.merged("docs", "p")
    said = "'docs' would be both a file and the directory of 'docs/two.txt'; choose another path"
    assert _faults(desk, "q") == [said]
    desk.alice.mark_ready("q")
    with refused(Code.NOT_READY, Code.INVALID_NAME, naming="'docs' would be both a file and the directory"):
        desk.alice.merge_patch("q")
    assert desk.alice.merge_preview("q", with_dependencies=False).blockers
    desk.alice.rename_definition("docs/two.txt:<file>", "docs2/two.txt:<file>", patch="q")
    assert _faults(desk, "q") == []
    assert desk.merged("docs2/two.txt", "q") == "two\n"


def _faults(desk: Begun, patch: str) -> list[str]:
    """What is said to be wrong with the names of a patch's files."""
    found = desk.alice.view().patch(desk.patch(patch).id)
    assert found is not None
    faults = [one for one in found.blockers if one.code is Code.INVALID_NAME]
    assert all(one.name == "docs/two.txt" for one in faults)
    return [one.message for one in faults]
