"""A patch that takes away what another file uses: from its blocker to the change that belongs with it."""

from __future__ import annotations

from pathlib import Path

from driver import at
from git_repositories import git, opened, repository

from tui.dialogs.assign import AssignDialog

PAGE = "from shop.cart import count\n\n\ndef shown(items):\n    return count(items)\n"


async def test_enter_on_what_a_rename_breaks_assigns_the_change_that_uses_the_new_name(
    tmp_path: Path,
) -> None:
    root = repository(tmp_path)
    page, cart = root / "src/shop/page.py", root / "src/shop/cart.py"
    page.write_text(PAGE)
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "-m", "page")
    manager = opened(root)
    async with at(manager) as alice:
        cart.write_text(cart.read_text().replace("def count", "def number"))
        page.write_text(PAGE.replace("count", "number"))
        await alice.until(lambda: "shop.page.shown" in alice.lines("editors"))
        (rename,) = (one.editor for one in manager.view().editors if one.editor.target == "shop.cart.number")
        (use,) = (one.editor for one in manager.view().editors if one.editor.target == "shop.page.shown")
        await alice.press(str(rename.number), "a", "n", "enter", "m")
        told = f"src/shop/page.py still uses count, which editor {use.number} stops, in no patch: assign it"
        assert told in " ".join(alice.lines("lines").split())
        assert f"assign editor {use.number}" in alice.lines("lines")
        await alice.press("enter")
        assert isinstance(alice.app.screen, AssignDialog)
        await alice.press("enter", "m", "enter")
        await alice.until(lambda: "Merged A" in alice.footer())
    assert git(root, "status", "--porcelain") == ""
