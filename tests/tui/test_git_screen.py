"""A screen on a real repository: what is changed in the working tree is a row at once, and merges by keys."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from driver import WAIT_SECONDS, Person, at
from git_repositories import edit, git, opened, repository
from textual.widgets import TextArea

from store.errors import Code, PatchbayError
from store.session_manager import SessionManager
from store.views import Outcome
from tui import watching
from tui.app import PatchbayApp
from tui.dialogs.assign import AssignDialog
from tui.dialogs.conflict import ConflictDialog
from tui.dialogs.sessions import SessionsDialog
from tui.screens.patch import PatchScreen

FLOOR = (
    ("import os\n", "import os\nimport math\n"),
    ("result += item.price", "result += math.floor(item.price)"),
)


async def shows(person: Person, text: str, part: str = "editors") -> None:
    await person.until(lambda: text in person.lines(part))


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


async def test_on_another_branch_the_session_waits_and_says_so(root: Path) -> None:
    manager = opened(root)
    async with at(manager) as alice:
        git(root, "switch", "-q", "-c", "other")
        await alice.until(lambda: "waits" in alice.lines("header"))
        assert "alice" in alice.lines("header")
        told = "carts belongs to main, not to other: go back, or B binds it here"
        await alice.until(lambda: told in alice.footer())
        await alice.press("M")
        assert "the session waits, since session carts belongs to main" in " ".join(alice.footer().split())
        assert "B binds it here" in alice.footer()
        edit(root, *FLOOR)
        assert manager.look() is None
        git(root, "stash", "-q")
        git(root, "switch", "-q", "main")
        await alice.until(lambda: "waits" not in alice.lines("header"))
        assert "the session waits" in alice.footer()
        git(root, "stash", "pop", "-q")
        await shows(alice, "shop.cart.total")


async def test_a_session_that_waits_is_bound_here_after_showing_what_that_does(root: Path) -> None:
    manager = opened(root)
    edit(root, *FLOOR)
    manager.look()
    manager.assign_editor("shop.cart.total", new_patch="floor")
    git(root, "stash", "-q")
    async with at(manager) as alice:
        assert "Bind here" not in alice.lines("actions")
        git(root, "switch", "-q", "-c", "other")
        await alice.until(lambda: "B binds it here" in alice.footer())
        assert "B  Bind here…" in alice.lines("actions")
        await alice.press("tab", "C")
        assert alice.footer().startswith("✗ Close session: the session waits, since session carts belongs")
        await alice.press("x")
        assert "Abandon: the session waits" in alice.footer()
        await alice.press("B")
        asked = " ".join(alice.lines("lines").split())
        assert "carts belongs to main, not to other. From then on it belongs to other: its 1 open" in asked
        assert "No patch has a conflict then." in asked
        await alice.press("escape")
        assert manager.view().session.branch == "refs/heads/main"
        await alice.press("B", "y")
        await alice.until(lambda: "Bound session carts to other." in alice.footer())
        assert manager.view().session.branch == "refs/heads/other"
        assert "waits" not in alice.lines("header")
        await alice.press("B")
        assert alice.footer() == "✗ Bind session here: the session belongs here."


async def test_what_binding_would_bring_into_conflict_is_named_and_asked_again_where_it_changes(
    root: Path, tmp_path: Path
) -> None:
    manager, beside = opened(root), tmp_path / "beside"
    git(root, "worktree", "add", "-q", "--detach", str(beside))
    edit(beside, ("result += item.price", "result += item.price + 1"))
    git(beside, "commit", "-q", "-a", "-m", "Dearer")
    edit(root, *FLOOR)
    manager.look()
    manager.assign_editor("shop.cart.total", new_patch="floor")
    git(root, "switch", "-q", "-c", "other")
    async with at(manager) as alice:
        await alice.press("B")
        assert "No patch has a conflict then." in alice.lines("lines")
        git(beside, "update-ref", "refs/heads/other", "HEAD")
        await alice.press("y")
        assert "A floor has a conflict then." in alice.lines("lines")
        assert manager.view().session.branch == "refs/heads/main"
        await alice.press("y")
        await alice.until(lambda: "Bound session carts to other" in alice.footer())
        assert "conflict" in alice.lines("patches")


async def test_who_is_no_owner_is_told_to_ask_one_to_bind_the_session(root: Path) -> None:
    manager = opened(root)
    manager.invite("bob", "maintainer")
    git(root, "switch", "-q", "-c", "other")
    bob = manager.as_user("bob")
    bob.switch_session("carts")
    async with at(bob) as person:
        await person.until(lambda: "go back, or ask an owner to bind it here" in person.footer())
        await person.press("B")
        assert person.footer() == "✗ Bind session here: only an owner may, i shows who that is."


async def test_what_is_saved_while_the_session_waits_is_said_to_be_in_no_file(root: Path) -> None:
    manager = opened(root)
    git(root, "switch", "-q", "-c", "other")
    before = (root / "src/shop/cart.py").read_text()
    told = "Not written into the file: session carts belongs to main, not to other"
    async with at(manager, (160, 30)) as alice:
        await alice.press("o")
        await alice.write("count")
        await alice.press("enter")
        await alice.write("# counted\n")
        await alice.press("ctrl+s")
        await alice.heard_by(AssignDialog)
        await alice.press("enter")
        await alice.until(lambda: bool(manager.view().patches))
        await alice.until(lambda: told in " ".join(alice.lines("footer").split()))
        await alice.write("# twice\n")
        await alice.press("ctrl+s")
        await alice.until(lambda: f". {told}" in " ".join(alice.lines("footer").split()))
    assert (root / "src/shop/cart.py").read_text() == before


async def test_why_the_session_waits_is_said_no_longer_than_it_does(root: Path) -> None:
    manager = opened(root)
    manager.create_patch("rounding")
    async with at(manager) as alice:
        git(root, "switch", "-q", "--detach")
        await alice.until(lambda: "belongs to main, not to a detached HEAD" in alice.footer())
        git(root, "switch", "-q", "main")
        await alice.until(lambda: "belongs to" not in alice.footer())
        await alice.press("enter")
        await alice.until(lambda: isinstance(alice.app.screen, PatchScreen) and alice.app.screen.is_mounted)
        git(root, "switch", "-q", "-c", "other")
        await alice.until(lambda: "belongs to main, not to other" in alice.lines("footer"))
        git(root, "switch", "-q", "main")
        await alice.until(lambda: "belongs to" not in alice.lines("footer"))
        assert "help" in alice.lines("footer")
        assert "belongs to" not in alice.footer()


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
        await alice.press("u")
        await alice.until(lambda: "1 op" in alice.lines("patches"))
        assert "len(list(items))" in path.read_text()


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


async def test_what_git_put_aside_is_not_said_to_be_undone_and_comes_back_where_the_session_is_bound(
    root: Path,
) -> None:
    manager = opened(root)
    edit(root, ("len(items)", "len(list(items))"))
    manager.look(None)
    manager.assign_editor("1", new_patch="counting")
    typed = "def count(items):\n    return 3\n"
    manager.type_text("1", typed)
    async with at(manager, (100, 30)) as alice:
        git(root, "stash", "-q")
        await alice.until(lambda: "0 ops" in alice.lines("patches"))
        git(root, "switch", "-q", "-c", "other")
        await alice.until(lambda: "B binds it here" in alice.footer())
        await alice.press("B", "y", "tab")
        assert "editor 1 has unsaved text" in alice.lines("preview")
        assert "gone from the files" in alice.lines("preview")
        assert "abandons it" not in alice.lines("preview")
        assert "▸x" not in alice.lines("actions")
        git(root, "stash", "pop", "-q")
        await alice.until(lambda: "0 ops" not in alice.lines("patches"))
    buffer = manager.buffer("1")
    assert buffer is not None and buffer.text == typed
    assert [op.name for op in manager.view().patches[0].patch.operations] == ["shop.cart.count"]


@pytest.fixture
def elsewhere(root: Path) -> SessionManager:
    """Alice's session on main with a merged patch, on another branch."""
    manager = opened(root)
    edit(root, *FLOOR)
    manager.look()
    manager.assign_editor("shop.cart.total", new_patch="floor")
    manager.mark_ready("A")
    manager.merge_patch("A")
    git(root, "switch", "-q", "-c", "other", "HEAD~")
    return manager


async def test_the_list_of_sessions_says_which_belong_elsewhere_and_binds_them(
    elsewhere: SessionManager,
) -> None:
    elsewhere.start_session("here")
    async with at(elsewhere) as alice:
        await alice.press("s", "B")
        assert "The session belongs here." in alice.lines("lines")
        await alice.press("j")
        told = "Session carts belongs to main, not to other: go back, or B binds it here."
        assert told in " ".join(alice.lines("lines").split())
        assert "B bind it here" in alice.lines("keys") and "C close" not in alice.lines("keys")
        for key in ("C", "X"):
            await alice.press("k", "j", key)
            assert " ".join(alice.lines("lines").split()).count(told) == 2
        await alice.press("B")
        assert "From then on it belongs to other" in " ".join(alice.lines("lines").split())
        await alice.press("escape")
        assert isinstance(alice.app.screen, SessionsDialog)
        await alice.press("B", "y")
        await alice.until(lambda: "Bound session carts to other." in alice.footer())
        assert "carts" in alice.lines("header")
    assert elsewhere.view("carts").session.branch == "refs/heads/other"


async def test_a_refused_undo_of_a_merge_names_the_keys(elsewhere: SessionManager) -> None:
    async with at(elsewhere) as alice:
        await alice.press("u")
        assert "bind the session here with B: session carts belongs to main" in alice.footer()
        assert "patchbay session" not in alice.screen_text()


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
