"""The graph of patches: the picture says exactly who needs whom, in every set of signs and size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import views_factory as views
from hypothesis import given, settings
from hypothesis import strategies as st

from store.model import Dependency, Origin, Patch
from tui.present.board import Board
from tui.present.graph import Graph, Lanes, graph_from, graph_of, graph_row
from tui.present.look import look_of

NODE = "●"
LEAVES_DOWNWARDS = "├┤┼┣┫╋"
ENDS = "╰╯┴┗┛┻"
PASSES = "│┃"
ALONG = "─━"


def patches_of(needs: Mapping[int, Sequence[int]]) -> dict[str, Patch]:
    made = [views.patch(number, f"patch-{number}") for number in range(len(needs))]
    return {
        one.id: one.model_copy(
            update={
                "dependencies": tuple(
                    Dependency(patch=f"p{on}", origin=Origin.DECLARED) for on in needs[number]
                )
            }
        )
        for number, one in enumerate(made)
    }


def graph(needs: Mapping[int, Sequence[int]]) -> Graph:
    return graph_from([f"p{number}" for number in range(len(needs))], patches_of(needs))


def picture(drawn: Graph, most: int = 30, selected: str | None = None, ascii_only: bool = False) -> list[str]:
    lanes = Lanes(drawn, most)
    node = "O" if ascii_only else NODE
    rows = (lanes.cells(row, selected, node, ascii_only) for row in range(len(drawn.order)))
    return ["".join(cell.character for cell in row).rstrip() for row in rows]


def read_back(rows: Sequence[str]) -> dict[int, set[int]]:
    """Say who needs whom from the characters alone, as somebody who looks at them does."""
    owner: dict[int, int] = {}
    found: dict[int, set[int]] = {}
    for row, text in enumerate(rows):
        here = text.index(NODE)
        assert here not in owner, "a node stands where a line comes from above"
        joined = set()
        for step in (-1, 1):
            column = here + step
            while 0 <= column < len(text) and text[column] != " ":
                if text[column] in LEAVES_DOWNWARDS + ENDS:
                    joined.add(column)
                column += step
        found[row] = {owner[column] for column in joined}
        for column, character in enumerate(text):
            if character in PASSES:
                assert column in owner, "a line comes from nowhere"
            if character in ENDS:
                del owner[column]
        owner[here] = row
        below = rows[row + 1] if row + 1 < len(rows) else ""
        owner = {
            column: of
            for column, of in owner.items()
            if column < len(below) and below[column] in PASSES + LEAVES_DOWNWARDS + ENDS
        }
    return found


def test_a_patch_that_needs_another_hangs_on_its_line() -> None:
    assert picture(graph({0: [], 1: [], 2: [0], 3: [0, 1]})) == ["●", "│ ●", "├─│─●", "╰─┴─●"]


def test_a_line_that_is_not_joined_passes_over() -> None:
    assert picture(graph({0: [], 1: [], 2: [0], 3: [1]})) == ["●", "│ ●", "╰─│─●", "  ╰─●"]


def test_the_lines_of_the_selected_patch_are_heavy() -> None:
    needs = {0: [], 1: [], 2: [0], 3: [0, 1]}
    assert picture(graph(needs), selected="p2") == ["●", "┃ ●", "┣━│━●", "╰─┴─●"]
    assert picture(graph(needs), selected="p1") == ["●", "│ ●", "├─┃─●", "╰─┻━●"]


def test_ascii_signs_draw_the_same_lines() -> None:
    assert picture(graph({0: [], 1: [], 2: [0], 3: [0, 1]}), ascii_only=True) == [
        "O", "| O", "+-|-O", "+-+-O",
    ]  # fmt: skip


def test_where_the_lanes_do_not_fit_only_the_selected_patch_is_connected() -> None:
    needs = {0: [], 1: [], 2: [], 3: [0, 2], 4: [1], 5: [3]}
    assert picture(graph(needs), most=2, selected="p3") == ["┏━●", "┃ ●", "┣━●", "┣━●", "┃ ●", "┗━●"]
    assert picture(graph(needs), most=2, selected=None) == ["  ●"] * 6


def test_no_patch_and_one_patch_have_no_lines() -> None:
    assert picture(graph({})) == []
    assert picture(graph({0: []}), selected="p0") == ["●"]


@st.composite
def needs(draw: st.DrawFn) -> dict[int, list[int]]:
    count = draw(st.integers(1, 14))
    return {
        number: draw(st.lists(st.integers(0, number - 1), unique=True, max_size=4)) if number else []
        for number in range(count)
    }


@settings(max_examples=150, deadline=None)
@given(needs())
def test_the_picture_says_exactly_who_needs_whom(drawn: dict[int, list[int]]) -> None:
    for selected in (None, "p0", f"p{len(drawn) // 2}"):
        rows = picture(graph(drawn), most=100, selected=selected)
        assert read_back(rows) == {row: set(on) for row, on in drawn.items()}


def test_merged_patches_come_first_and_every_other_after_those_it_needs() -> None:
    merged = views.patch(5, "merged", merged=True)
    low = views.patch(3, "low", needs=(merged,))
    high = views.patch(1, "high", needs=(low,))
    board = Board(views.view("s", (high, low, merged, views.patch(7, "alone"))))
    assert graph_of(board).order == ("p5", "p3", "p7", "p1")


def test_an_abandoned_patch_is_shown_while_an_open_one_needs_it() -> None:
    gone, other = views.patch(0, "gone", abandoned=True), views.patch(1, "other", abandoned=True)
    board = Board(views.view("s", (gone, other, views.patch(2, "waits", needs=(gone,)))))
    assert graph_of(board).order == ("p0", "p2")


def test_any_rows_of_a_thousand_patches_are_drawn_within_their_width() -> None:
    patches: list[Patch] = []
    for number in range(1_000):
        below = [patches[number // 2], patches[number - 1]] if number else []
        patches.append(views.patch(number, f"patch-{number}", needs=below if number % 3 else ()))
    board = Board(views.view("large", patches))
    lanes = Lanes(graph_of(board), 11)
    look = look_of("dark", "emoji")
    for row in range(500, 530):
        assert graph_row(row, lanes, board, "p515", 78, look).cell_length <= 78
