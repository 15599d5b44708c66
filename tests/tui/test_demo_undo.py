"""Undo in a demo: what it was prepared with is how it begins, and is no act of whoever tries it (R22)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from driver import at

from store.session_manager import SessionManager
from tui.demo import build_demo as plain
from tui.demo import fixed_clock, fixed_ids
from tui.demo_git import build_git_demo as in_git

Make = Callable[[Path, Callable[[], datetime], Callable[[str], str]], SessionManager]


@pytest.mark.parametrize("make", [plain, in_git], ids=["demo", "demo --git"])
@pytest.mark.parametrize("user", ["alice", "bob"])
async def test_a_demo_begins_with_nothing_to_undo(tmp_path: Path, make: Make, user: str) -> None:
    manager = make(tmp_path / "demo", fixed_clock(), fixed_ids()).as_user(user)
    before = [(one.patch.name, one.patch.operations) for one in manager.view().patches]
    async with at(manager) as person:
        await person.press("u", "u")
        assert "There is nothing of yours to undo in this session." in person.footer()
        await person.press("L", "u")
        assert "takes back" in person.lines("footer") or "That is" in person.lines("footer")
    assert [(one.patch.name, one.patch.operations) for one in manager.view().patches] == before


@pytest.mark.parametrize("make", [plain, in_git], ids=["demo", "demo --git"])
async def test_what_is_done_in_a_demo_is_undone_and_nothing_before_it(tmp_path: Path, make: Make) -> None:
    manager = make(tmp_path / "demo", fixed_clock(), fixed_ids())
    async with at(manager) as alice:
        await alice.press("tab", "r", "u")
        assert "Undid: " in alice.footer()
        await alice.press("u")
        assert "There is nothing of yours to undo" in alice.footer()
        await alice.press("U")
        assert "Redid: " in alice.footer()
