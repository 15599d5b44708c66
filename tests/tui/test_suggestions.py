"""A dependency that is only a guess: shown in a patch's detail and the dependency view, taken or not."""

from __future__ import annotations

from pathlib import Path

import pytest
from demo_stores import improvements
from driver import Person, at

from store.model import Dependency
from store.session_manager import SessionManager
from tui.screens.patch import PatchScreen

USES = "def render(profile):\n    return profile.initials()\n"


@pytest.fixture
def manager(tmp_path: Path) -> SessionManager:
    """Patch B adds what the new patch D uses of something that nobody knows."""
    manager = improvements(tmp_path)
    added = "def initials(name):\n    return name[:1]\n"
    manager.save_editor("MyApp.User.Profile.initials", added, patch="B", new=True)
    manager.save_editor("MyApp.User.Profile.render", USES, new_patch="short")
    return manager


def dependencies(manager: SessionManager) -> list[str]:
    (one,) = (one for one in manager.view().patches if one.patch.name == "short")
    patches = manager.view().state.patches
    return [patches[dependency.patch].letter for dependency in one.patch.dependencies]


async def test_a_patchs_detail_asks_whether_it_is_one(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("tab", "g", "j", "j", "j", "enter")
        shown = alice.lines("list")
        assert "Perhaps needs 1" in shown and "adds initials" in shown
        await alice.press_until(
            "j", lambda: "uses initials behind a dot" in " ".join(alice.lines("preview").split())
        )
        await alice.press("enter", "y")
        await alice.until(lambda: "Perhaps needs" not in alice.lines("list"))
    assert dependencies(manager) == ["B"]


async def test_the_merge_dialog_says_it(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("tab", "g", "j", "j", "j", "m")
        assert "Perhaps needs B performance-optimizations, which adds initials" in alice.lines("lines")


async def test_it_is_dismissed_for_good_and_that_can_be_undone(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("tab", "g", "j", "j", "j", "enter", "G", "k")
        await alice.press_until(
            "k", lambda: "uses initials behind a dot" in " ".join(alice.lines("preview").split())
        )
        await alice.press("enter", "n")
        await alice.until(lambda: "Perhaps needs" not in alice.lines("list"))
        assert dependencies(manager) == []
        await alice.press("u")
        await alice.until(lambda: "Perhaps needs 1" in alice.lines("list"))


async def test_the_dependency_view_takes_and_drops_it(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("tab", "g", "j", "j", "j", "D", "tab")
        assert "Perhaps needs 1" in alice.lines("preview")
        assert "a accept" in alice.lines("footer") and "- dismiss" in alice.lines("footer")
        await alice.press("a")
        await alice.until(lambda: dependencies(manager) == ["B"])
        await alice.press("u")
        await alice.until(lambda: dependencies(manager) == [])
        await alice.press("minus")
        await alice.until(lambda: "Perhaps needs" not in alice.lines("preview"))
    assert dependencies(manager) == []


@pytest.fixture
def two(manager: SessionManager) -> SessionManager:
    """The patch uses something else too, which a patch of its own adds."""
    added = "def monogram(name):\n    return name[:2]\n"
    manager.save_editor("MyApp.Text.monogram", added, new_patch="monograms", new=True)
    uses = USES.replace("initials()", "initials() + profile.monogram()")
    manager.save_editor("MyApp.User.Profile.render", uses, patch="short")
    return manager


async def to_suggestion(alice: Person, of: str) -> None:
    """In a patch's detail, put the cursor on what it perhaps needs."""
    await alice.press_until(
        "j", lambda: f"uses {of} behind a dot" in " ".join(alice.lines("preview").split())
    )


@pytest.mark.parametrize("answer", ["y", "n"])
async def test_after_the_answer_the_cursor_is_on_the_next_one(two: SessionManager, answer: str) -> None:
    async with at(two) as alice:
        await alice.press("tab", "g", "j", "j", "j", "enter")
        await to_suggestion(alice, "initials")
        await alice.press("enter", answer)
        await alice.until(lambda: "Perhaps needs 1" in alice.lines("list"))
        assert "uses monogram behind a dot" in " ".join(alice.lines("preview").split())


async def test_after_the_last_one_is_taken_the_cursor_is_on_what_it_has_become(two: SessionManager) -> None:
    async with at(two) as alice:
        await alice.press("tab", "g", "j", "j", "j", "enter")
        await to_suggestion(alice, "monogram")
        await alice.press("enter", "y")
        await alice.until(lambda: "Perhaps needs 1" in alice.lines("list"))
        assert "uses initials behind a dot" in " ".join(alice.lines("preview").split())
        await alice.press("enter", "y")
        await alice.until(lambda: "Perhaps needs" not in alice.lines("list"))
        assert isinstance(alice.app.screen, PatchScreen)
        target = alice.app.screen.line.target
        assert isinstance(target, Dependency)
        assert target.patch == two.patch_in(two.view().state, "B").id


async def test_in_the_dependency_view_too(two: SessionManager) -> None:
    async with at(two) as alice:
        await alice.press("tab", "g", "j", "j", "j", "D", "tab", "a")
        await alice.until(lambda: "Perhaps needs 1" in alice.lines("preview"))
        await alice.press("a")
        await alice.until(lambda: "Perhaps needs" not in alice.lines("preview"))
    assert sorted(dependencies(two)) == ["B", "E"]
