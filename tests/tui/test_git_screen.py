"""A screen on a real repository: what is changed in the working tree is a row at once, and merges by keys."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path

import pytest
from driver import WAIT_SECONDS, at, shows
from git_repositories import FLOOR, edit, git, opened, repository
from textual.widgets import TextArea

from store.errors import Code, PatchbayError
from store.views import Outcome
from tui import watching
from tui.app import PatchbayApp
from tui.dialogs.assign import AssignDialog
from tui.dialogs.conflict import ConflictDialog
from tui.present.bars import header


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return repository(tmp_path)


async def test_an_outside_change_is_a_row_and_becomes_one_clean_commit_by_keys(root: Path) -> None:
    async with at(opened(root), (100, 30)) as alice:
        assert "git · main" in alice.lines("header")
        edit(root, *FLOOR, ("return len(items)", "return len(list(items))"))
        await shows(alice, "shop.cart.count")
        assert "2 unassigned" in alice.lines("editors")
        before = {path: path.stat() for path in (root / "src").rglob("*.py")}
        await alice.press("2", "a", "enter", "r", "m")
        assert "With import math, which it needs." in alice.lines("lines")
        await alice.press("enter")
        await alice.until(lambda: "Merged A" in alice.footer())
        assert {path: path.stat() for path in before} == before
        assert "shop.cart.total" not in alice.lines("editors")
        assert "shop.cart.count" in alice.lines("editors")
    shown = git(root, "show", "HEAD")
    assert "+import math" in shown and "math.floor" in shown and "len(list(items))" not in shown
    assert git(root, "status", "--porcelain") == " M src/shop/cart.py\n"
    assert git(root, "diff", "--stat").count("|") == 1


async def test_a_file_name_that_is_no_text_ends_neither_the_screen_nor_the_watch(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "SWEEP_SECONDS", 600.0)
    async with at(opened(root), (100, 30)) as alice:
        await asyncio.sleep(0.5)
        (root / os.fsdecode(b"caf\xe9.py")).write_text("a = 1\n")
        await asyncio.sleep(0.5)
        edit(root, *FLOOR)
        await shows(alice, "shop.cart.total")
        assert "cannot be watched" not in alice.footer()


async def test_many_new_files_are_said_to_be_looked_at_until_they_are_rows(root: Path) -> None:
    shown: list[str] = []
    async with at(opened(root), (100, 30)) as alice:
        bench = alice.app.bench
        bench.watchers.add(lambda: shown.append(header(bench.board, "alice", 100, bench.look).plain))
        (root / "venv").mkdir()
        for number in range(watching.MANY):
            (root / f"venv/part{number}.py").write_text(f"PART = {number}\n")
        await alice.until(lambda: f"ditors {watching.MANY}" in alice.lines("editors"))
        await alice.until(lambda: "looking at" not in alice.lines("header"))
        assert any(re.search(r"looking at \d+ changed files", one) for one in shown)


async def test_names_with_control_characters_are_said_to_be_left_alone(root: Path) -> None:
    async with at(opened(root), (100, 30)) as alice:
        (root / "new\nline.py").write_text("a = 1\n")
        await alice.until(lambda: "1 file left alone" in alice.lines("header"))


async def test_a_refusal_of_what_follows_a_change_is_said_and_the_watch_goes_on(root: Path) -> None:
    bench, said, seen = PatchbayApp(opened(root)).bench, list[str](), list[Outcome]()

    async def refused(outcome: Outcome) -> None:
        seen.append(outcome)
        raise PatchbayError(Code.CLOSED, "The session was closed.")

    watch = asyncio.ensure_future(watching.TreeWatch(bench, refused, said.append).run())
    for changes in (FLOOR, (("result = 0", "result = 0.0"),)):
        before = len(seen)
        edit(root, *changes)
        async with asyncio.timeout(WAIT_SECONDS):
            while len(seen) == before:
                assert not watch.done()
                await asyncio.sleep(0.01)
    assert said == ["The session was closed."]
    watch.cancel()
    await asyncio.wait([watch])
    bench.close()


async def test_a_change_follows_the_patch_that_holds_its_name(root: Path) -> None:
    manager = opened(root)
    edit(root, *FLOOR)
    manager.look()
    manager.assign_editor("shop.cart.total", new_patch="floor")
    async with at(manager, (100, 30)) as alice:
        edit(root, ("result = 0", "result = 0.0"))
        await alice.until(lambda: "0.0" in manager.show("shop.cart.total", patch="floor").text)
        await shows(alice, "1 op", "patches")
        edit(root, ("math.floor(item.price)", "item.price"), ("result = 0.0", "result = 0"))
        await alice.until(lambda: "1 op" not in alice.lines("patches"))


async def test_what_the_tree_and_a_patch_changed_both_is_settled_with_c(root: Path) -> None:
    manager = opened(root)
    edit(root, *FLOOR)
    manager.look()
    manager.assign_editor("shop.cart.total", new_patch="floor")
    git(root, "switch", "-q", "-c", "other")
    text = manager.show("shop.cart.total", patch="floor").text
    manager.save_editor("shop.cart.total", text.replace("result = 0", "result = 0.5"))
    edit(root, ("result = 0", "result = 0.25"))
    manager.rebind_session()
    async with at(manager, (100, 30)) as alice:
        await alice.until(lambda: "2* shop.cart.total" in alice.lines("editors"))
        await alice.press("2")
        assert "Conflict" in alice.lines("actions")
        await alice.press("c")
        await alice.heard_by(ConflictDialog)
        assert "0.25" in alice.lines("lines") and "0.5" in alice.lines("lines")
        await alice.press("o", "enter")
        await alice.until(lambda: "Saved" in alice.screen_text())
        await alice.press("escape")
        assert "*" not in alice.lines("editors")
    assert "result = 0.25" in manager.show("shop.cart.total", patch="floor").text


async def test_an_open_editor_says_that_its_text_was_changed_in_the_working_tree(root: Path) -> None:
    manager = opened(root)
    edit(root, *FLOOR)
    manager.look()
    manager.assign_editor("shop.cart.total", new_patch="floor")
    manager.mark_ready("floor")
    manager.merge_patch("floor")
    edit(root, ("return len(items)", "return len(items) + 1"))
    manager.look()
    async with at(manager) as alice:
        await alice.press("1", "enter")
        edit(root, ("return len(items) + 1", "return len(items) + 2"))
        told = "It was changed in the working tree: this is the text now."
        await alice.until(lambda: told in alice.lines("footer"))
        assert "+ 2" in alice.app.screen.query_one(TextArea).text


async def test_what_is_saved_here_is_written_into_the_file_and_undone_there(root: Path) -> None:
    manager = opened(root)
    async with at(manager, (100, 30)) as alice:
        await alice.press("o")
        await alice.write("count")
        await alice.press("enter")
        await alice.write("# counted\n")
        await alice.press("ctrl+s")
        await alice.heard_by(AssignDialog)
        await alice.press("enter")
        await alice.until(lambda: bool(manager.view().patches))
        path = root / "src/shop/cart.py"
        await alice.until(lambda: "# counted\ndef count" in path.read_text())
        await alice.press("escape", "u", "u")
        await alice.until(lambda: "# counted" not in path.read_text())


async def test_what_only_the_codebase_changed_is_behind_and_p_pulls_it(root: Path, tmp_path: Path) -> None:
    beside = tmp_path / "beside"
    git(root, "worktree", "add", "-q", "--detach", str(beside))
    edit(beside, ("return len(items)", "return len(items) + 0"))
    git(beside, "commit", "-q", "-a", "-m", "Outside")
    async with at(opened(root), (100, 30)) as alice:
        edit(root, *FLOOR)
        await shows(alice, "shop.cart.total")
        git(beside, "update-ref", "refs/heads/main", "HEAD")
        await shows(alice, "1 behind")
        assert "shop.cart.count" not in alice.lines("editors")
        await alice.press("p")
        await alice.until(lambda: "behind" not in alice.lines("editors"))
        assert alice.footer() == "✓ Pulled 1 file into the working tree: src/shop/cart.py."
    text = (root / "src/shop/cart.py").read_text()
    assert "len(items) + 0" in text and "math.floor" in text


async def test_closing_an_editor_says_that_its_change_leaves_the_file_too(root: Path) -> None:
    manager = opened(root)
    edit(root, ("return len(items)", "return len(list(items))"))
    async with at(manager) as alice:
        await shows(alice, "count")
        await alice.press("w")
        told = " ".join(alice.lines("lines").split())
        assert "Its change is in src/shop/cart.py, in no patch. y takes it out of that file too" in told
        assert "not saved" not in told
        await alice.press("escape")
        manager.type_text("1", "def count(items):\n    return 0\n")
        await alice.press("R", "w")
        assert "It also has text that is not saved." in alice.lines("lines")
        await alice.press("y")
        await alice.until(lambda: "len(list(items))" not in (root / "src/shop/cart.py").read_text())
        await alice.press("u")
        await alice.until(lambda: "len(list(items))" in (root / "src/shop/cart.py").read_text())


@pytest.mark.parametrize(("answer", "is_kept"), [("y", True), ("t", False)])
async def test_abandoning_asks_whether_the_file_keeps_the_text(
    root: Path, answer: str, is_kept: bool
) -> None:
    manager, path = opened(root), root / "src/shop/cart.py"
    edit(root, ("return len(items)", "return len(list(items))"))
    manager.look()
    manager.assign_editor("shop.cart.count", new_patch="counts")
    async with at(manager) as alice:
        await alice.press("tab", "x")
        assert "the working tree keeps its text" in " ".join(alice.lines("lines").split()).lower()
        await alice.press(answer)
        await alice.until(lambda: "Abandoned A" in alice.footer())
        assert ("len(list(items))" in path.read_text()) is is_kept
        told = "What it changed in 1 definition was taken out of the working tree."
        assert (told in alice.footer()) is not is_kept
        await alice.press("u")
        await alice.until(lambda: "1 op" in alice.lines("patches"))
        assert "len(list(items))" in path.read_text()


async def test_an_empty_session_that_waits_says_why_files_are_not_looked_at(root: Path) -> None:
    manager = opened(root)
    (root / ".git/rebase-merge").mkdir()
    async with at(manager) as alice:
        shown = " ".join(alice.lines("preview").replace("│", " ").split())
        assert "working tree is not looked for now: a rebase is under way." in shown
        assert "anywhere" not in alice.screen_text()


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (("enter",), "counts\n\nWhy.\nC:\\new\tone"),
        (("e", "enter"), "counts\n\nWhy.\nC:\\new\tone"),
        (("e", "home", "R", "e", "enter"), "Recounts\n\nWhy.\nC:\\new\tone"),
        (("e", "ctrl+u", "N", "o", "w", "enter"), "Now"),
        (("e", "ctrl+u", "enter"), "counts\n\nWhy.\nC:\\new\tone"),
    ],
)
async def test_the_message_that_is_edited_begins_as_that_of_the_patch_with_its_description(
    root: Path, keys: tuple[str, ...], said: str
) -> None:
    manager = opened(root)
    edit(root, ("return len(items)", "return len(list(items))"))
    manager.look()
    manager.assign_editor("shop.cart.count", new_patch="counts")
    manager.edit_patch("counts", description="Why.\nC:\\new\tone")
    async with at(manager) as alice:
        await alice.press("1", "m", *keys)
        await alice.until(lambda: "Merged A" in alice.footer())
    assert git(root, "log", "-1", "--format=%B").partition("\n\nPatchbay-Session")[0] == said


async def test_an_empty_session_says_that_files_can_be_edited_anywhere(root: Path) -> None:
    async with at(opened(root)) as alice:
        listed, shown = (
            " ".join(alice.lines(part).replace("│", " ").split()) for part in ("editors", "preview")
        )
        assert "or edit files anywhere: it shows up here" in listed
        assert "Or edit files anywhere: what is changed in the working tree shows up here." in shown


async def test_after_a_merge_the_cursor_is_on_the_next_editor_that_is_left(root: Path) -> None:
    manager = opened(root)
    edit(root, ("    result = 0", "    result = 1"), ("len(items)", "len(list(items))"))
    edit(root, ("self.items.append(item)", "self.items += [item]"), ("remove(item)", "discard(item)"))
    manager.look(None)
    one, two, three, four = [one.editor.id for one in manager.view().editors]
    manager.assign_editors([one, two], new_patch="together")
    manager.assign_editor(three, new_patch="later")
    async with at(manager) as alice:
        await alice.press("2", "m", "enter")
        assert [one.editor.id for one in manager.view().editors] == [three, four]
        assert alice.session.place.editor == three
        await alice.press("m", "enter")
        assert alice.session.place.editor == four


async def test_a_patch_whose_changes_were_committed_by_hand_says_so_and_what_to_do(root: Path) -> None:
    manager = opened(root)
    edit(root, ("len(items)", "len(list(items))"))
    manager.look(None)
    manager.assign_editor("1", new_patch="counting")
    manager.create_patch("new")
    async with at(manager) as alice:
        git(root, "commit", "-q", "-am", "Counted by hand")
        await alice.until(lambda: "codebase has it" in alice.lines("patches"))
        await alice.settle()
        await alice.press("tab", "g")
        rows = alice.lines("patches").split("\n")
        assert "0 ops · codebase has it" in rows[2]
        assert "0 ops · draft" in rows[4]
        assert "has no operations left: the codebase has it  abandon it" in alice.lines("preview")
        assert "x abandons it" in alice.lines("preview")
        assert "▸x  Abandon…" in alice.lines("actions")
        await alice.press("m", "G", "enter")
        assert "Abandon" in alice.title()
        await alice.press("y")
        assert [one.patch.name for one in manager.view().patches if one.patch.is_open] == ["new"]


async def test_a_patch_whose_changes_are_no_longer_in_the_files_says_that(root: Path) -> None:
    manager = opened(root)
    edit(root, ("len(items)", "len(list(items))"))
    manager.look(None)
    manager.assign_editor("1", new_patch="counting")
    edit(root, ("len(list(items))", "len(items)"))
    async with at(manager) as alice:
        await alice.until(lambda: "0 ops · gone from files" in alice.lines("patches"))
        await alice.press("tab")
        assert "nothing is left in it to merge: x abandons it" in alice.lines("preview")
        assert "▸x  Abandon…" in alice.lines("actions")


async def test_undoing_a_new_patch_that_has_come_to_need_another_says_what_was_undone(root: Path) -> None:
    async with at(opened(root), (100, 30)) as alice:
        edit(
            root,
            ("    return len(items)", "    return exact(items)"),
            ("class Cart:", "def exact(items):\n    return len(items)\n\n\nclass Cart:"),
        )
        await shows(alice, "shop.cart.exact")
        numbers = {one.editor.target: str(one.editor.number) for one in alice.board.editors}
        await alice.press(numbers["shop.cart.exact"], "n", "enter", numbers["shop.cart.count"], "n", "enter")
        await alice.until(lambda: "B now depends on A" in alice.footer())
        await alice.press("u")
        assert "Undid 2 steps: assigned shop.cart.count" in alice.footer()
        await asyncio.sleep(1.2)
        assert "Undid 2 steps: assigned shop.cart.count" in alice.footer()
        assert [one.patch.letter for one in alice.board.open_patches] == ["A"]


async def test_a_name_that_only_the_tree_has_in_another_file_is_assigned_from_what_is_in_the_way(
    root: Path,
) -> None:
    cart, tax = root / "src/shop/cart.py", root / "src/shop/tax.py"
    tax.write_text("def other(amount):\n    return amount\n")
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", "Tax")
    manager = opened(root)
    tax.write_text(tax.read_text() + "\n\ndef taxed(amount):\n    return amount * 2\n")
    before = cart.read_text()
    cart.write_text(
        "from shop.tax import taxed\n\n\n" + before.replace("return len(items)", "return taxed(len(items))")
    )
    manager.look()
    manager.assign_editor("shop.cart.count", new_patch="taxes")
    async with at(manager) as alice:
        await shows(alice, "shop.tax.taxed")
        await alice.press("tab", "m")
        assert "shop/cart.py uses taxed" in " ".join(alice.lines("lines").split())
        await alice.press("slash")
        await alice.write("taxed")
        await alice.press("enter")
        assert "assign editor" in alice.lines("lines")
        await alice.press("enter")
        assert isinstance(alice.app.screen, AssignDialog)
        await alice.press("enter")
        await alice.until(lambda: "Assigned shop.tax.taxed to A taxes" in alice.footer())
        await alice.press("m", "enter")
        await alice.until(lambda: "Merged A taxes" in alice.footer())
    assert "def taxed" in git(root, "show", "HEAD:src/shop/tax.py")


async def test_imports_that_go_along_say_so_where_the_cursor_is_on_them(root: Path) -> None:
    manager = opened(root)
    edit(root, *FLOOR)
    manager.look()
    number = next(str(one.editor.number) for one in manager.view().editors if one.travels)
    async with at(manager) as alice:
        await alice.press(number)
        await alice.until(lambda: "diff to base · goes with what needs it" in alice.lines("preview"))
