"""Line numbers in a real repository, by keys: those that a person sees with the file open beside this."""

from __future__ import annotations

from pathlib import Path

import pytest
from driver import Person, at
from git_repositories import CART, edit, git, opened, repository
from test_edit_tools import bar
from test_editor_screen import area
from test_git_screen import FLOOR, shows

from store.session_manager import SessionManager
from tui.screens.editor import EditorScreen

COUNT = ("return len(items)", "return len(list(items))")
ABOVE = ("def count", "# How many.\n\n\ndef count")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path)


def line_of(root: Path, text: str) -> int:
    """The number that the line with a text has in the file."""
    return number_in((root / "src/shop/cart.py").read_text(), text)


def line_at_head(root: Path, text: str) -> int:
    """The number that it has in what is committed."""
    return number_in(git(root, "show", "HEAD:src/shop/cart.py"), text)


def number_in(file: str, text: str) -> int:
    return next(number for number, line in enumerate(file.split("\n"), 1) if text in line)


def apart(root: Path) -> SessionManager:
    """A session with `count` in a patch, and above it in the file what that patch does not have."""
    manager = opened(root)
    edit(root, *FLOOR, COUNT)
    manager.look()
    manager.assign_editor("shop.cart.count", new_patch="counts")
    assert line_of(root, "def count") == 14
    return manager


async def gone_to(alice: Person, name: str) -> None:
    await alice.press("0")
    await alice.write(name)
    await alice.press("enter")


async def opened_in_editor(alice: Person, name: str) -> None:
    await gone_to(alice, name)
    await alice.press("enter")
    await alice.until(lambda: isinstance(alice.app.screen, EditorScreen))


async def test_the_preview_and_the_differences_have_the_numbers_of_the_file(root: Path) -> None:
    manager = apart(root)
    async with at(manager, (100, 30)) as alice:
        await gone_to(alice, "count")
        changed = line_of(root, COUNT[1])
        assert f"{changed:>4} +     {COUNT[1]}" in alice.lines("preview")
        await alice.press("d")
        assert f"{changed:>4} +     {COUNT[1]}" in alice.lines("body")
        await alice.press("escape")
        edit(root, ABOVE)
        await shows(alice, f"{changed + 3:>4} +     {COUNT[1]}", "preview")
        assert line_of(root, COUNT[1]) == changed + 3


async def test_a_patchs_differences_have_the_numbers_of_the_file_in_its_detail_and_on_the_whole_screen(
    root: Path,
) -> None:
    manager = apart(root)
    gone = line_at_head(root, "def drop")
    manager.delete_definition("shop.cart.Cart.drop", patch="counts")
    async with at(manager, (100, 36)) as alice:
        added = line_of(root, COUNT[1])
        await alice.press("tab", "d")
        assert f"{added:>4} +     {COUNT[1]}" in alice.lines("body")
        assert f"{gone:>4} -     def drop" in alice.lines("body")
        await alice.press("escape", "enter")
        assert f"{added:>4} +     {COUNT[1]}" in alice.lines("preview")
        edit(root, ABOVE)
        await shows(alice, f"{added + 3:>4} +     {COUNT[1]}", "preview")
        await alice.press("d")
        assert f"{added + 3:>4} +     {COUNT[1]}" in alice.lines("body")
        await alice.press("escape", "j")
        assert f"{gone:>4} -     def drop" in alice.lines("preview")


async def test_a_deleted_definition_has_the_same_numbers_in_a_patch_as_in_none(root: Path) -> None:
    gone, manager = line_of(root, "def drop"), opened(root)
    edit(root, (CART[CART.index("    def drop") :], ""))
    manager.look()
    async with at(manager, (100, 30)) as alice:
        await gone_to(alice, "drop")
        assert f"{gone:>4} -     def drop" in alice.lines("preview")
        await alice.press("a", "enter")
        assert alice.patch.operations[0].kind == "delete"
        assert f"{gone:>4} -     def drop" in alice.lines("preview")
        await alice.press("d")
        assert f"{gone:>4} -     def drop" in alice.lines("body")
    assert manager.editor_text("shop.cart.Cart.drop").path == "src/shop/cart.py"


async def test_a_merged_patchs_differences_have_the_numbers_of_its_revision(root: Path) -> None:
    manager = apart(root)
    manager.mark_ready("counts")
    manager.merge_patch("counts")
    merged = line_at_head(root, COUNT[1])
    assert merged < line_of(root, COUNT[1])
    edit(root, ABOVE)
    async with at(manager, (100, 36)) as alice:
        await alice.press("tab", "G", "space", "G", "d")
        assert f"{merged:>4} +     {COUNT[1]}" in alice.lines("body")
        await alice.press("escape", "enter")
        assert f"{merged:>4} +     {COUNT[1]}" in alice.lines("preview")


async def test_the_definition_editor_goes_to_the_numbers_that_it_draws(root: Path) -> None:
    async with at(apart(root), (100, 30)) as alice:
        await opened_in_editor(alice, "count")
        assert area(alice).line_number_start == line_of(root, "def count")
        await alice.press("ctrl+g")
        assert bar(alice) == "Go to line, 14 to 16"
        await alice.write(str(line_of(root, COUNT[1])))
        await alice.press("enter")
        assert area(alice).cursor_location == (1, 0)


async def test_the_lines_to_go_to_follow_the_file_while_one_is_typed(root: Path) -> None:
    async with at(apart(root), (100, 30)) as alice:
        await opened_in_editor(alice, "count")
        await alice.press("ctrl+g", "1")
        edit(root, ABOVE)
        await alice.until(lambda: bar(alice) == "Go to line, 17 to 19")
        await alice.press("8", "enter")
        assert line_of(root, COUNT[1]) == 18
        assert area(alice).cursor_location == (1, 0)


@pytest.mark.parametrize("typed", ["", "# typed\n"], ids=["saved", "unsaved"])
async def test_the_numbers_in_an_open_editor_follow_the_file(root: Path, typed: str) -> None:
    async with at(apart(root), (100, 30)) as alice:
        await opened_in_editor(alice, "count")
        await alice.write(typed)
        await alice.press("f3")
        edit(root, ABOVE)
        await alice.until(lambda: area(alice).line_number_start == 17)
        assert line_of(root, "def count") == 17
        assert area(alice).text.startswith(f"{typed}def count")
        added = 18 + typed.count("\n")
        await shows(alice, f"{added:>4} +     {COUNT[1]}", "diff")
        await alice.press("f3", "ctrl+g")
        assert bar(alice) == f"Go to line, 17 to {added + 1}"


async def test_pending_work_on_a_new_definition_has_the_number_of_the_file(root: Path) -> None:
    manager = opened(root)
    edit(root, ("def count", "def first(items):\n    return items[0]\n\n\ndef count"))
    manager.look()
    async with at(manager, (100, 30)) as alice:
        await opened_in_editor(alice, "first")
        assert area(alice).line_number_start == line_of(root, "def first")


async def test_what_the_file_does_not_have_yet_has_the_number_of_the_codebase(
    root: Path, tmp_path: Path
) -> None:
    beside = tmp_path / "beside"
    git(root, "worktree", "add", "-q", "--detach", str(beside))
    edit(beside, ("def count", "def first(items):\n    return items[0]\n\n\ndef count"))
    git(beside, "commit", "-q", "-a", "-m", "Outside")
    at_commit = line_of(beside, "def first")
    async with at(opened(root), (100, 30)) as alice:
        edit(root, *FLOOR)
        await shows(alice, "shop.cart.total")
        git(beside, "update-ref", "refs/heads/main", "HEAD")
        await shows(alice, "1 behind")
        await alice.press("o")
        await alice.write("first")
        await alice.press("enter")
        await alice.until(lambda: isinstance(alice.app.screen, EditorScreen))
        assert area(alice).line_number_start == at_commit
        await alice.press("escape", "p")
        await alice.until(lambda: "behind" not in alice.lines("editors"))
        await alice.press("enter")
        await alice.until(lambda: isinstance(alice.app.screen, EditorScreen))
        assert area(alice).line_number_start == line_of(root, "def first") == at_commit + 1


async def test_on_another_branch_the_numbers_are_the_sessions_own(root: Path) -> None:
    manager = apart(root)
    assert manager.editor_text("shop.cart.count").line == 14
    git(root, "stash", "-q")
    git(root, "switch", "-q", "-c", "other")
    edit(root, ABOVE)
    async with at(manager, (100, 30)) as alice:
        await alice.until(lambda: "waits" in alice.lines("header"))
        assert manager.editor_text("shop.cart.count").line == 13
