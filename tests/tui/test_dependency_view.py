"""The dependency view by keys alone, on real stores: the graph, adding, dropping, what merging unlocks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import views_factory as views
from demo_stores import empty_store
from driver import Person, at
from over_views import OverApp
from pictures import LOOKS, SIZES, app_on, pressing

from store.model import Dependency, Origin, Patch
from store.session_manager import SessionManager
from store.views import SessionView
from tui.app import PatchbayApp
from tui.dialogs.merge import BlockedDialog
from tui.dialogs.picking import DependDialog
from tui.screens.dependencies import DependenciesScreen
from tui.screens.patch import PatchScreen
from tui.screens.session import SessionScreen

pytestmark = pytest.mark.usefixtures("utc")


@pytest.fixture
def tangled(manager: SessionManager) -> SessionManager:
    """Nine patches with seven dependencies, one of them stacked."""
    names = ("audit-log", "rename-user-to-account", "stripe-disputes", "money-as-cents", "profile-page")
    for name in names:
        manager.create_patch(name)
    manager.add_dependency("rename-user-to-account", "audit-log")
    manager.add_dependency("stripe-disputes", "audit-log")
    manager.add_dependency("stripe-disputes", "money-as-cents")
    manager.add_dependency("profile-page", "validation-enhancements")
    manager.assign_editor("1", "audit-log", on_top=True)
    manager.save_editor("1", "def validate(email):\n    return log(email)\n")
    return manager


def needs(manager: SessionManager, letter: str) -> list[str]:
    state = manager.view().state
    found = next(one for one in state.patches.values() if one.letter == letter)
    return [state.patches[one.patch].letter for one in found.dependencies]


def selected(person: Person) -> str:
    screen = person.app.screen
    assert isinstance(screen, DependenciesScreen)
    assert screen.one is not None
    return screen.one.patch.letter


C = ("tab", "j", "j", "D")


async def test_the_view_shows_the_patches_in_merge_order_with_the_cursor_on_the_selected_one(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press(*C)
        rows = alice.lines("list").split("\n")[1:4]
        assert [one.strip("│ ").split()[:2] for one in rows] == [["●", "A"], ["┃", "○"], ["┗━●", "C"]]
        assert selected(alice) == "C"
        assert "3 patches, 1 dependency" in alice.lines("list")


async def test_each_edge_says_where_it_comes_from_and_why(tangled: SessionManager) -> None:
    async with at(tangled) as alice:
        await alice.press("tab", "D")
        assert selected(alice) == "D"
        shown = alice.lines("preview")
        assert "stacked: both change MyApp.User.validate" in shown.partition("Needed by")[0]
        assert shown.partition("Needed by 2")[2].count("declared by alice") == 2


async def test_what_merging_unlocks_is_said_with_what_is_still_missing(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("tab", "D")
        assert "Merging this unlocks 1" in alice.lines("preview")
        assert "C validation-tests, still not marked ready" in alice.lines("preview")
        manager.as_user("bob").mark_ready("C", session=manager.current_session())
        await alice.until(lambda: "✓ C validation-tests, ready to merge then" in alice.lines("preview"))


async def test_a_adds_a_dependency_by_letter(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("2", "D", "a")
        assert isinstance(alice.app.screen, DependDialog)
        await alice.press("a")
        assert isinstance(alice.app.screen, DependenciesScreen)
        assert "depends on A" in alice.lines("footer")
        assert "Needs 1" in alice.lines("preview")
    assert needs(manager, "B") == ["A"]


async def test_a_circle_is_refused_with_what_to_do(manager: SessionManager) -> None:
    async with at(manager, (120, 36)) as alice:
        await alice.press("tab", "D", "a", "c")
        assert "already depends on A" in alice.lines("footer")
    assert needs(manager, "A") == []


async def test_minus_drops_the_only_dependency_of_the_selected_patch(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press(*C)
        await alice.press("minus")
        assert "no longer depends on" in alice.lines("footer")
        await alice.press("u")
        assert needs(manager, "C") == ["A"]
        await alice.press("minus")
    assert needs(manager, "C") == []


async def test_minus_asks_which_of_several_and_drops_the_one_under_the_cursor(
    tangled: SessionManager,
) -> None:
    async with at(tangled) as alice:
        await alice.press("tab", "j", "j", "D")
        assert selected(alice) == "F"
        await alice.press("minus")
        assert "✗ Which one? - drops the one under the cursor." in alice.lines("footer")
        await alice.press("j", "minus")
        assert needs(tangled, "F") == ["D"]
        assert selected(alice) == "F"


async def test_a_dependency_of_another_patch_on_this_one_is_dropped_from_its_edge(
    manager: SessionManager,
) -> None:
    async with at(manager) as alice:
        await alice.press("tab", "D", "tab", "minus")
    assert needs(manager, "C") == []


async def test_a_stacked_dependency_stays_and_why_is_said(tangled: SessionManager) -> None:
    async with at(tangled, (120, 36)) as alice:
        await alice.press("tab", "D", "tab", "minus")
        assert "both change MyApp.User.validate" in alice.lines("footer")
    assert needs(tangled, "D") == ["A"]


async def test_a_patch_without_dependencies_has_nothing_to_drop(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press("2", "D", "minus")
        assert "the patch needs no other, and none needs it" in alice.lines("footer")
        assert "It needs no other patch, and none needs it." in alice.lines("preview")


async def test_enter_shows_the_patch_and_on_an_edge_goes_to_its_other_end(manager: SessionManager) -> None:
    async with at(manager) as alice:
        await alice.press(*C)
        await alice.press("enter")
        assert isinstance(alice.app.screen, PatchScreen)
        await alice.press("escape", "tab", "enter")
        assert selected(alice) == "A"
        await alice.press("escape")
        assert isinstance(alice.app.screen, SessionScreen)


async def test_m_and_r_work_on_the_selected_patch_and_enter_goes_to_what_is_in_the_way(
    manager: SessionManager,
) -> None:
    manager.mark_draft("A")
    async with at(manager) as alice:
        await alice.press(*C)
        await alice.press("m")
        assert isinstance(alice.app.screen, BlockedDialog)
        await alice.press("enter")
        assert selected(alice) == "A"
        await alice.press("r", "m", "enter")
        assert "merged" in alice.lines("list")
        assert "Merged A" in alice.lines("footer")


async def test_a_viewer_is_told_that_nothing_can_be_changed(manager: SessionManager) -> None:
    manager.invite("carol", "viewer")
    carol = manager.as_user("carol")
    carol.switch_session(manager.current_session() or "")
    async with at(carol) as person:
        await person.press(*C)
        await person.press("minus")
        assert "you are a viewer here" in person.lines("footer")
        await person.press("a")
        assert "you are a viewer here" in person.lines("footer")


async def test_a_session_without_patches_says_what_to_press(tmp_path: Path) -> None:
    manager = empty_store(tmp_path)
    manager.start_session("empty")
    async with at(manager) as alice:
        await alice.press("D")
        assert "There is no patch yet: on the session screen, n names one." in alice.lines("list")
        await alice.press("j", "minus", "enter", "tab", "G")
        assert isinstance(alice.app.screen, DependenciesScreen)


# Views written by hand: what no verb makes yet, and sizes that would take long to make


def needing(one: Patch, *edges: tuple[Patch, Origin, str]) -> Patch:
    found = tuple(Dependency(patch=other.id, origin=origin, why=why) for other, origin, why in edges)
    return one.model_copy(update={"dependencies": found})


def inferred() -> SessionView:
    low = views.patch(0, "low", views.update("shop.a"), ready=True)
    high = views.patch(1, "high", views.update("shop.b"))
    return views.view("s", (low, needing(high, (low, Origin.INFERRED, "shop.b calls shop.a"))))


def thousand() -> SessionView:
    patches: list[Patch] = []
    for number in range(1_000):
        below = [patches[number // 2]] if number % 3 else []
        patches.append(views.patch(number, f"patch-{number}", views.update(f"m.f{number}"), needs=below))
    return views.view("large", patches)


def hostile() -> SessionView:
    first = views.patch(0, views.HOSTILE, views.update(views.HOSTILE), ready=True, user=views.HOSTILE)
    second = views.patch(1, views.HOSTILE, views.update(views.HOSTILE))
    return views.view(views.HOSTILE, (first, needing(second, (first, Origin.STACKED, views.HOSTILE))))


def one_patch() -> SessionView:
    return views.view("s", (views.patch(0, "alone", views.update("shop.a")),))


VIEWS = {
    "none": lambda: views.view("empty"),
    "one": one_patch,
    "inferred": inferred,
    "hostile": hostile,
    "a thousand": thousand,
}


def app_over(directory: Path, view: SessionView, patch: str | None = None) -> OverApp:
    def build(session: SessionScreen) -> DependenciesScreen:
        return DependenciesScreen(session.verbs, session, patch)

    return OverApp(empty_store(directory), view, build)


async def test_an_inferred_dependency_is_dismissed_by_the_drop_key(tmp_path: Path) -> None:
    async with app_over(tmp_path, inferred(), "p1").run_test(size=(80, 24)) as pilot:
        person = Person(pilot)
        await person.settle()
        assert "inferred: shop.b calls shop.a" in person.lines("preview")
        await person.press("tab")
        assert "- dismiss" in person.lines("footer")


async def test_moving_through_a_thousand_patches_draws_what_is_visible(tmp_path: Path) -> None:
    async with app_over(tmp_path, thousand()).run_test(size=(80, 24)) as pilot:
        person = Person(pilot)
        await person.settle()
        await person.press("G", "k", "k", "pagedown", "g", "j")
        assert selected(person) == "D"
        assert len(person.lines("list").split("\n")) == 13


# How it looks

STACKED = ("tab", "D")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("look", LOOKS)
def test_it_looks_as_before(
    snap_compare: Any, tangled: SessionManager, look: str, size: tuple[int, int]
) -> None:
    signs, theme = LOOKS[look]
    app = PatchbayApp(tangled, signs=signs, theme=theme)
    assert snap_compare(app, terminal_size=size, run_before=pressing(*STACKED))


@pytest.mark.parametrize("size", SIZES)
def test_without_colour(
    snap_compare: Any, tangled: SessionManager, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    app = PatchbayApp(tangled, signs="symbols")
    assert snap_compare(app, terminal_size=size, run_before=pressing(*STACKED))


@pytest.mark.parametrize("size", SIZES[:2])
def test_among_the_edges(snap_compare: Any, tangled: SessionManager, size: tuple[int, int]) -> None:
    assert snap_compare(app_on(tangled), terminal_size=size, run_before=pressing(*STACKED, "tab", "j"))


@pytest.mark.parametrize("size", SIZES[:2])
@pytest.mark.parametrize("name", VIEWS)
def test_no_one_many_and_hostile_patches(
    snap_compare: Any, tmp_path: Path, name: str, size: tuple[int, int]
) -> None:
    app = app_over(tmp_path, VIEWS[name](), "p500")
    assert snap_compare(app, terminal_size=size, run_before=pressing())


async def test_a_state_takes_the_room_that_a_short_name_leaves(manager: SessionManager) -> None:
    manager.edit_patch("A", "a")
    manager.add_dependency("A", "B")
    manager.save_editor("1", "def validate(email):\n    return nowhere(email)\n")
    async with at(manager) as alice:
        await alice.press("tab", "D")
        row = next(one for one in alice.lines("list").split("\n") if " A " in one)
        assert "waits for B" in row
        assert "…" not in row
