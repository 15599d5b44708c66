"""How the conflict dialogs look, and that hostile text in a conflict is shown and obeyed by nothing."""

from __future__ import annotations

import html
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import views_factory as views
from conflict_stores import codebase_moved, long_lines, page, renamed_twice, several
from demo_stores import empty_store
from driver import Person, at
from pictures import LOOKS, SIZES, app_on, pressing
from textual.content import Content
from textual.pilot import Pilot

from store.model import Conflict, ConflictKind, UpdateDefinition
from store.session_manager import SessionManager
from store.views import ConflictSides, UncleanSave
from tui.app import PatchbayApp
from tui.dialogs.conflict import ConflictDialog, ConflictsDialog
from tui.present.conflicts import Line, Room, broken, columns, merged_line, merged_lines, room_of
from tui.present.look import look_of
from tui.present.text import visible
from tui.settling import Sides, renewed, settling_of, sides_of_conflict, sides_of_save
from tui.typed_places import TypedPlaces

SCENES: dict[str, tuple[Callable[[Path], SessionManager], tuple[str, ...]]] = {
    "changed on both sides": (codebase_moved, ("c", "o")),
    "all decided": (codebase_moved, ("c", "o", "t")),
    "enter too early": (codebase_moved, ("c", "enter")),
    "editing a place": (codebase_moved, ("c", "e")),
    "several": (several, ("tab", "c")),
    "long lines": (long_lines, ("c",)),
    "added on both sides": (several, ("2", "c")),
    "deleted on one side": (several, ("3", "c")),
    "renamed on both sides": (renamed_twice, ("tab", "j", "c")),
}


def dialog_on(app: PatchbayApp, title: Content, sides: Sides, notice: str = "") -> ConflictDialog:
    places = TypedPlaces(app.bench, None, "patch", "name")
    return ConflictDialog(app.bench, title, settling_of(sides), lambda: sides, places=places, notice=notice)


@pytest.mark.parametrize("size", SIZES[:2])
@pytest.mark.parametrize("scene", SCENES)
def test_it_looks_as_before(snap_compare: Any, tmp_path: Path, scene: str, size: tuple[int, int]) -> None:
    make, keys = SCENES[scene]
    assert snap_compare(app_on(make(tmp_path)), terminal_size=size, run_before=pressing(*keys))


@pytest.mark.parametrize("look", ["light", "ansi", "ascii"])
def test_it_looks_as_before_in_every_look(snap_compare: Any, tmp_path: Path, look: str) -> None:
    signs, theme = LOOKS[look]
    app = PatchbayApp(codebase_moved(tmp_path), signs=signs, theme=theme)
    assert snap_compare(app, terminal_size=(80, 24), run_before=pressing("c", "o"))


def test_it_looks_as_before_on_a_large_terminal(snap_compare: Any, tmp_path: Path) -> None:
    assert snap_compare(
        app_on(codebase_moved(tmp_path)), terminal_size=(200, 50), run_before=pressing("c", "o")
    )


# Hostile text

BAD = views.HOSTILE
PATCH = views.patch(0, BAD, views.update(BAD), user=BAD, conflict=BAD)
OPERATION = UpdateDefinition(name=BAD, authors=(BAD, "alice"), digest="d", base_digest="b")


def hostile_sides(kind: ConflictKind = ConflictKind.BASE_MOVED) -> Sides:
    conflict = Conflict(patch="p0", name=BAD, kind=kind, base="b", ours="o", theirs="t", theirs_name=BAD)
    lines = [f"{BAD}{at}\x1b]52;c;x\x07\r\n" for at in range(40)]
    ours, theirs = [*lines], [*lines]
    ours[3], theirs[3] = f"ours {BAD}\n", "theirs \u202e\x00\ud800\n"
    ours[20], theirs[30] = f"[/] {BAD}\n", "[@click=app.quit]x[/]\n"
    return sides_of_conflict(
        ConflictSides(
            PATCH, conflict, OPERATION, "".join(lines), "".join(ours), "".join(theirs), PATCH, (BAD,), BAD
        ),
        "alice",
    )


@pytest.mark.parametrize("size", SIZES[:2])
@pytest.mark.parametrize("kind", ["base-moved", "rename-rename", "save", "list"])
async def test_hostile_text_is_shown_and_obeyed_by_nothing(
    kind: str, size: tuple[int, int], tmp_path: Path
) -> None:
    async with at(empty_store(tmp_path), size) as person:
        bench, title = person.app.bench, Content(visible(BAD[:60]))
        if kind == "list":
            screen: Any = ConflictsDialog(bench, title, [(PATCH, PATCH.conflicts[0])] * 3)
        else:
            sides = hostile_sides() if kind == "save" else hostile_sides(ConflictKind(kind))
            if kind == "save":
                texts = sides.base, sides.ours or "", sides.theirs
                told = f"{visible(BAD)[:40]} saved it"
                sides = sides_of_save(UncleanSave(*texts, "d", (BAD,)), BAD, "alice", told)
            screen = dialog_on(person.app, title, sides, notice=BAD)
        person.app.push_screen(screen)
        await person.pilot.pause(0.05)
        await person.settle()
        await person.press("o", "pagedown", "k")
        shown = html.unescape(person.app.export_screenshot())
        assert all(visible(line) == line for line in shown.split("\n"))
        if kind == "base-moved":
            await person.press("e")
            shown = html.unescape(person.app.export_screenshot())
            assert all(visible(line) == line for line in shown.split("\n"))
            await person.press("f2")
        await person.pilot.press("escape")
        await person.pilot.pause(0.05)
        assert person.app.is_running


def test_hostile_text_looks_as_before(snap_compare: Any, tmp_path: Path) -> None:
    app = app_on(empty_store(tmp_path))

    async def show(pilot: Pilot[None]) -> None:
        person, sides = Person(pilot), hostile_sides()
        await person.settle()
        app.push_screen(dialog_on(app, Content("x"), sides))
        await pilot.pause(0.05)
        await person.settle()

    assert snap_compare(app, terminal_size=(120, 36), run_before=show)


# Values


def sides(base: str | None, ours: str | None, theirs: str | None, *, whole: bool = False) -> Sides:
    titles = ("base", "ours", "theirs")
    return Sides("m.f", "both changed it", base, ours, theirs, ("you", "bob"), titles, whole, "digest")


def test_the_result_is_what_was_decided_with_the_clean_parts() -> None:
    one = settling_of(sides(page(), page(width="1", color="'c'"), page(width="2", body="b")))
    assert one.left == 1
    assert one.decided("ours").result() == page(width="1", color="'c'", body="b")
    assert one.decided("theirs").result() == page(width="2", color="'c'", body="b")
    assert one.edited("    width = 3").result() == page(width="3", color="'c'", body="b")


def test_deciding_goes_on_to_the_next_place_that_is_left() -> None:
    one = settling_of(sides(page(), page("1", "1 ", "1", "1"), page("2", "2", "2", "2")))
    assert len(one.places) == 4
    assert one.decided("ours").cursor == 1
    assert one.moved(3).decided("ours").cursor == 0
    assert one.all_decided("theirs").taken_side() == "theirs"


def test_two_texts_without_a_base_are_settled_where_they_differ() -> None:
    one = settling_of(sides(None, page(width="1", body="x"), page(width="2", body="x")))
    assert [(place.ours, place.theirs) for place in one.places] == [("    width = 1\n", "    width = 2\n")]
    assert one.decided("theirs").result() == page(width="2", body="x")


def test_a_deletion_is_one_place_and_gives_no_text() -> None:
    one = settling_of(sides(page(), None, page(width="1"), whole=True))
    assert one.decided("ours").taken_side() == "ours"
    assert one.decided("ours").result() is None
    assert one.edited("def f(): ...").result() == "def f(): ...\n"
    assert one.starting_text() == page(width="1")


def test_decisions_stay_on_places_that_stayed_the_same() -> None:
    before = settling_of(sides(page(), page("1", "1 ", "1"), page("2", "2", "2"))).all_decided("ours")
    new, kept = renewed(before, sides(page(), page("1", "1 ", "1"), page("2", "other", "2")))
    assert kept == 2
    assert [choice is None for choice in new.choices] == [False, True, False]
    assert new.cursor == 1


def test_what_was_typed_and_not_taken_stays_at_its_place_or_its_row() -> None:
    before = settling_of(sides(page(), page("1", "1 ", "1"), page("2", "2", "2")))
    typed = before.moved(2).with_typed("typed\n")
    other, _ = renewed(typed, sides(page(), page("1", "1 ", "1"), page("2", "2", "other")))
    assert [other.moved(at).typed_text() for at in range(3)] == [None, None, "typed\n"]
    fewer, _ = renewed(typed, sides(page(), page("1"), page("2")))
    assert fewer.typed_text() == "typed\n"
    assert fewer.choices == (None,)
    assert fewer.edited("taken\n").typed == ()


def test_long_unchanged_runs_are_folded_and_removed_lines_counted() -> None:
    many = "".join(f"line {at}\n" for at in range(30))
    one = settling_of(sides(f"a\n{many}b\nc\n", f"x\n{many}b\nc\n", f"y\n{many}"))
    texts = [line.text for line in merged_lines(one)]
    assert "24 lines the same" in texts
    assert "(2 lines removed)" in texts


@pytest.mark.parametrize("width", [40, 70, 110, 154])
@pytest.mark.parametrize("text", ["x" * 1_000, "名" * 300, "a\tb" * 100, "[/]\x1b[2J" * 50, "👩‍👩‍👧" * 60])
def test_long_lines_are_broken_and_no_cell_of_them_is_lost(width: int, text: str) -> None:
    look = look_of("dark", "emoji")
    one = settling_of(sides("a\n", f"{text}\n", "c\n"))
    lines = merged_lines(one)
    room = room_of(lines, width)
    shown = broken(lines, room, look)
    ours = [line.text for line in shown if line.place == 0][1:-1]
    assert "".join(ours) == visible(text, tabs=True)
    drawn = [merged_line(line, True, room, look) for line in shown]
    assert {line.cell_length for line in drawn} == {width}


def test_a_note_that_does_not_fit_stands_below_its_line() -> None:
    look = look_of("dark", "emoji")
    line = Line("taken", "x" * 55, "theirs", note="taken: only bob changed it")
    first, second = broken([line], Room(70, 0), look)
    assert (first.text, first.note) == ("x" * 55, "")
    assert (second.text, second.note, second.goes_on) == ("", "taken: only bob changed it", True)


async def test_the_end_of_a_long_line_is_seen_at_80_columns(tmp_path: Path) -> None:
    async with at(long_lines(tmp_path)) as alice:
        await alice.press("c")
        shown = alice.lines("lines")
        assert "theme, default=None)" in shown
        assert "ours: you · theirs: bob" in shown


def test_three_columns_fill_the_width_and_no_more_than_their_lines() -> None:
    one = settling_of(sides(page(), page(width="1"), page(width="2")))
    for width in (110, 111, 112, 154):
        drawn = columns(one, width, 9, look_of("dark", "emoji"))
        assert len(drawn) == 9
        assert {line.cell_length for line in drawn} == {width}
    short = settling_of(one.sides._replace(base="a\n", ours="b\n", theirs="c\n"))
    assert len(columns(short, 110, 9, look_of("dark", "emoji"))) == 3
