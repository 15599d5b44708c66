"""What is drawn, from values alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import views_factory as views
from drawn import draw
from rich.cells import cell_len
from textual.geometry import Size

from store.errors import Code
from store.model import LETTERS, Blocker
from tui.commands import COMMANDS
from tui.dialogs.assign import suggested_name
from tui.offers import next_step
from tui.place import Place, moved, scrolled, selection_of, settled, to_editor, to_patch
from tui.present.board import FOLD, Board
from tui.present.cables import Cell, route
from tui.present.effects import fix_of
from tui.present.layout import layout
from tui.present.look import SIGNS, look_of
from tui.present.states import LONG, MEDIUM, SHORT, state_of
from tui.present.text import cut_left, cut_right, definition_name, last_part, visible, wrapped
from tui.registry import DEFAULT_KEYMAP
from tui.screens.verbs import sentence
from tui.settings import ConfigFile, settings_of
from tui.text_shape import shaped

LOOK = look_of("dark", "emoji")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[2J", "\\x1b[2J"),
        ("a\u202eb", "a\\u202eb"),
        ("\x9b\x00\x7f", "\\x9b\\x00\\x7f"),
        ("\ud800", "\\ud800"),
        ("a\nb\tc", "a\\nb\\tc"),
        ("\u2028\u2029", "\\u2028\\u2029"),
        ("👩‍👩‍👧 名前", "👩‍👩‍👧 名前"),
        ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
        ("soft\xad\u3164", "soft\\xad\\u3164"),
        ("a\u200db a\ufe0f \u200d", "a\\u200db a\\ufe0f \\u200d"),
        ("\U000e0041", "\\U000e0041"),
        ("\u2764\ufe0f\u200d\U0001f525 1\ufe0f\u20e3", "\u2764\ufe0f\u200d\U0001f525 1\ufe0f\u20e3"),
        ("\u2764\ufe0f\ufe0f", "\u2764\ufe0f\\ufe0f"),
        ("\u0915\u094d\u200d\u0937 e\u0301", "\u0915\u094d\u200d\u0937 e\u0301"),
    ],
)
def test_what_a_terminal_would_obey_or_nobody_would_see_is_made_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_cut_texts_never_take_more_cells_than_they_may() -> None:
    for text in ("a" * 50, "名" * 30, "👩‍👩‍👧" * 12, views.HOSTILE, "e\u0301" * 40):
        for width in range(1, 30):
            assert cell_len(cut_right(text, width)) <= width
            assert cell_len(cut_left(text, width)) <= width
            assert all(cell_len(line) <= max(width, 2) for line in wrapped(text, width))


def test_a_definition_keeps_its_end_and_a_patch_its_beginning() -> None:
    assert cut_left("MyApp.User.validate", 12) == "…er.validate"
    assert cut_right("validation-enhancements", 12) == "validation-…"


def editors_border(changed: int, clean: int, unsaved: int, behind: int, cursor: int = 1) -> str:
    """The lower border of the editors panel at 80x24."""
    count = changed + clean
    every = [views.editor(at, f"shop.m.f{at}", pending=at <= changed) for at in range(1, count + 1)]
    view = views.view("many", (), every, unsaved=range(1, unsaved + 1))
    view = view._replace(behind=tuple(f"m{at}.py" for at in range(behind)))
    place = to_editor(Place(), Board(view), f"e{cursor}")
    bottom = draw(view, Size(80, 24), LOOK, place)[13].plain[:25]
    return bottom.strip("╰─ ")


@pytest.mark.parametrize(
    ("numbers", "border"),
    [
        ((3, 8, 0, 0), "3 unassigned"),
        ((1, 2, 1, 0), "1 unassigned · 1*"),
        ((1, 2, 0, 1), "1? · 1 behind"),
        ((0, 14, 0, 0), "3 more below"),
        ((0, 14, 0, 0, 14), "3 more above"),
        ((7, 7, 0, 0), "7? · 3 more below"),
        ((7, 7, 2, 0), "7? · 2* · 3 below"),
        ((7, 7, 0, 0, 14), "7? · 3 more above"),
    ],
)
def test_the_editors_border_says_all_its_counts_in_what_fits(numbers: tuple[int, ...], border: str) -> None:
    assert editors_border(*numbers) == border


@pytest.mark.parametrize(
    ("count", "cursor", "size", "border"),
    [
        (5, 0, (80, 24), "5 draft"),
        (11, 0, (80, 24), "11 draft"),
        (32, 0, (80, 24), "32 draft · 21 more below"),
        (32, 31, (80, 24), "32 draft · 21 more above"),
        (1_132, 0, (80, 24), "1132 draft · 1121 below"),
        (32, 0, (120, 36), "32 draft · 17 more below"),
    ],
)
def test_the_patches_border_says_how_many_are_out_of_sight(
    count: int, cursor: int, size: tuple[int, int], border: str
) -> None:
    view = views.view("many", [views.patch(at, f"p-{at}", views.update("a")) for at in range(count)])
    drawn = [line.plain for line in draw(view, Size(*size), LOOK, to_patch(Place(), f"p{cursor}"))]
    assert any(f"─ {border} ─" in line for line in drawn)


def test_every_row_is_exactly_as_wide_as_the_terminal() -> None:
    for view in (views.easy(), views.hard(), views.hostile(), views.view("empty"), views.many(50)):
        for width, height in ((60, 16), (80, 24), (97, 30), (120, 36), (200, 50)):
            for signs in SIGNS:
                drawn = draw(view, Size(width, height), look_of("dark", signs), Place())  # type: ignore[arg-type]
                assert len(drawn) == height
                assert {line.cell_length for line in drawn} == {width}, (view.session.name[:20], width, signs)


def test_hostile_text_reaches_no_cell_as_a_control_character() -> None:
    for line in draw(views.hostile(), Size(80, 24), LOOK, Place()):
        assert visible(line.plain) == line.plain


def test_the_ascii_signs_draw_ascii_alone() -> None:
    for line in draw(views.hard(), Size(120, 36), look_of("dark", "ascii"), Place(editor="e6")):
        assert line.plain.isascii(), line.plain


def rows(cells: list[list[Cell]]) -> list[str]:
    return ["".join(cell.character for cell in row) for row in cells]


def test_a_cable_turns_in_a_lane_and_the_selected_one_is_heavy() -> None:
    assert rows(route(["A", "B"], {"A": 0, "B": 2}, 3, 3, "A")) == ["━━━", "─╮ ", " ╰─"]


def test_a_vertical_passes_over_horizontals() -> None:
    drawn = rows(route(["A", "B", "A"], {"A": 0, "B": 1}, 11, 3))
    assert drawn[1][1] == "│"
    assert drawn[1].startswith("─│ ")


def test_a_cable_that_turns_in_its_own_row_is_whole_beside_the_vertical_of_another() -> None:
    editors = [None, None, "B", "A", None, "B", "B", "A", "A", None, "B", "A"]
    drawn = rows(route(editors, {"A": 0, "B": 2}, 7, 12, "A"))
    assert drawn[1:5] == ["  ┃    ", "─┬┃ ───", "━│┫    ", " │┃    "]


def test_where_lanes_run_out_only_the_selected_cable_is_drawn() -> None:
    drawn = rows(route(["A", "B", "C", "A"], {"A": 1, "B": 2, "C": 3}, 3, 4, "C"))
    assert drawn[0] == "╴  "
    assert any("┓" in row or "┗" in row for row in drawn)


def test_every_cable_joins_its_jacks() -> None:
    for width in (3, 11, 15):
        for selected in "ABCDE":
            editors = ["E", "D", None, "B", "A", "C", "A"]
            cells = route(editors, {name: at for at, name in enumerate("ABCDE")}, width, 7, selected)
            for row, patch in enumerate(editors):
                assert patch is None or cells[row][0].patch == patch
            for row, patch in enumerate("ABCDE"):
                assert cells[row][-1].patch == patch


def test_ascii_cables_are_ascii() -> None:
    drawn = rows(route(["B", "A"], {"A": 0, "B": 4}, 11, 5, "B", ascii_only=True))
    assert all(row.isascii() for row in drawn)
    assert "=" in "".join(drawn)


def test_patch_states_are_said_in_words_and_shortened_at_80_columns() -> None:
    board = Board(views.hard())

    def states(size: int) -> list[str]:
        return [state_of(one, board.numbers, LOOK, size).plain for one in board.open_patches]

    assert states(SHORT) == ["3", "*2", "needs A", "conflict", "needs D", "1", "*9", "syntax", "2"]
    assert states(MEDIUM)[1] == "*2 unsaved"
    assert "editor 2 unsaved" in states(LONG)[1]
    assert states(LONG)[0] == "3 ops · ready to merge"
    assert states(LONG)[7] == "1 op · does not parse"


def test_a_whole_file_goes_by_its_path_and_its_file_name() -> None:
    assert last_part("src/tool.py:<file>") == "tool.py"
    assert last_part("src/tool.py:main") == "main"
    assert definition_name("src/tool.py:<file>", 20, LOOK.dim, LOOK.strong).plain == "src/tool.py"
    assert definition_name("src/deep/tool.py:<file>", 10, LOOK.dim, LOOK.strong).plain == "…p/tool.py"
    assert suggested_name("src/tool.py:<file>", ()) == "tool"
    assert suggested_name("src/tool.py:main", ()) == "tool-main"
    assert suggested_name("shop.cart.total", ("cart-total",)) == "cart-total-2"


def test_a_sentence_begins_with_a_capital_unless_a_name_does() -> None:
    assert sentence("assigned total to A") == "Assigned total to A."
    assert sentence("http/client.py was left out.") == "http/client.py was left out."
    assert sentence("shop.cart.total: it stays") == "shop.cart.total: it stays."


def test_no_patch_has_the_colour_of_a_state() -> None:
    for colours in ("dark", "light", "ansi"):
        look = look_of(colours, "emoji")  # type: ignore[arg-type]
        states = {look.good.foreground, look.warn.foreground, look.bad.foreground}
        assert not states & {look.hue(letter).foreground for letter in LETTERS}


@pytest.mark.parametrize(
    ("environment", "signs"),
    [
        ({"LANG": "en_US.UTF-8"}, "emoji"),
        ({"LANG": "en_US.UTF-8", "NO_COLOR": "1"}, "symbols"),
        ({"LANG": "C"}, "ascii"),
        ({"LANG": "C", "PATCHBAY_SIGNS": "symbols"}, "symbols"),
    ],
)
def test_signs_follow_the_locale(environment: dict[str, str], signs: str) -> None:
    assert settings_of(environment, ConfigFile(), Path("config.toml")).signs.value == signs


def test_the_parts_add_up_at_every_width() -> None:
    for width in range(60, 260):
        for height in range(16, 80):
            now = layout(width, height)
            assert now is not None
            assert now.editors + now.cables + now.patches + now.actions == width
            assert now.bay + now.preview == height - 2
            at_actions = layout(width, height, panel="actions")
            assert at_actions is not None
            assert at_actions.actions == (width if width < 80 else now.actions)
            for said in range(1, 9):
                for panel in (None, "editors"):
                    longer = layout(width, height, panel, said)
                    assert longer is not None
                    assert longer.bay + longer.preview + longer.footer == height - 1
                    assert 1 <= longer.footer <= said
                    assert longer.preview >= 3 or panel
    assert layout(40, 10) is None


def test_sizes_at_80_and_120_columns() -> None:
    small, wide = layout(80, 24), layout(120, 36)
    assert small is not None
    assert wide is not None
    assert (small.editors, small.cables, small.patches, small.actions) == (25, 5, 30, 20)
    assert (wide.editors, wide.cables, wide.patches, wide.actions) == (36, 13, 41, 30)


def test_every_command_has_its_own_keys_and_none_uses_alt() -> None:
    assert len({command.id for command in COMMANDS}) == len(COMMANDS)
    assert not [key for key in DEFAULT_KEYMAP.by_key(COMMANDS) if "alt" in key]
    assert all(command.help.endswith(".") for command in COMMANDS)


def test_every_command_answers_for_every_selection() -> None:
    for view in (views.easy(), views.hard(), views.view("empty"), views.view("closed", closed=True)):
        board = Board(view)
        places = [Place(editor=one.editor.id) for one in board.editors]
        places += [Place(source="patches", patch=one.patch.id) for one in board.open_patches]
        for place in [*places, Place()]:
            for command in COMMANDS:
                refusal = command.refusal(board, selection_of(place, board))
                assert refusal is None or (refusal and not refusal.endswith("."))
                assert command.named(board, selection_of(place, board))


def test_the_next_step_follows_the_work() -> None:
    board = Board(views.easy())
    steps = {
        one.editor.number: next_step(board, selection_of(Place(editor=one.editor.id), board))
        for one in board.editors
    }
    assert steps == {1: "merge", 2: "ready", 3: "assign"}


def test_the_cursor_stays_on_its_record_when_the_view_changes() -> None:
    old = Board(views.hard())
    fewer = views.hard()
    place = to_editor(Place(), old, "e6")
    without = views.view(
        "x", fewer.state.patches.values(), [e for k, e in fewer.state.editors.items() if k != "e2"]
    )
    assert settled(place, old, Board(without)).editor == "e6"
    gone = views.view(
        "x", fewer.state.patches.values(), [e for k, e in fewer.state.editors.items() if k != "e6"]
    )
    assert settled(place, old, Board(gone)).editor == "e7"


def test_where_several_rows_go_the_cursor_goes_to_the_next_one_that_is_left() -> None:
    old = Board(views.hard())
    place = to_editor(Place(), old, "e6")

    def left(*editors: str) -> str | None:
        state = views.hard().state
        kept = [one for key, one in state.editors.items() if key in editors]
        return settled(place, old, Board(views.view("x", state.patches.values(), kept))).editor

    keys = [one.editor.id for one in old.editors]
    at = keys.index("e6")
    assert left(*keys[at + 1 :]) == keys[at + 1]
    assert left(*keys[:2], *keys[at + 2 :]) == keys[at + 2]
    assert left(*keys[: at - 1]) == keys[at - 2]
    assert left() is None


def test_a_patch_that_is_merged_leaves_the_cursor_among_the_open_ones() -> None:
    def three(*merged: int) -> Board:
        one, two, last = (views.patch(n, f"p-{n}", views.update("a"), merged=n in merged) for n in range(3))
        return Board(views.view("x", (one, two, last, views.patch(3, "done", merged=True))))

    for unfolded in (False, True):
        place = replace(to_patch(Place(), "p1"), unfolded=unfolded)
        assert settled(place, three(), three(1)).patch == "p2"
        assert settled(place, three(2), three(1, 2)).patch == "p0"
        assert settled(place, three(0, 2), three(0, 1, 2)).patch == ("p1" if unfolded else FOLD)


def test_the_cursor_is_on_a_patch_that_comes_back_out_of_the_folded_row_under_it() -> None:
    def two(*gone: int) -> Board:
        return Board(views.view("x", (views.patch(n, f"p-{n}", abandoned=n in gone) for n in range(2))))

    place = settled(to_patch(Place(), "p1"), two(0), two(0, 1))
    assert place.patch == FOLD
    assert settled(place, two(0, 1), two(0)).patch == "p1"
    assert settled(place, two(0, 1), two(0, 1)).patch == FOLD


def test_merged_and_abandoned_patches_fold_to_a_row() -> None:
    done = views.patch(0, "done", views.update("a"), merged=True)
    gone = views.patch(1, "gone", abandoned=True)
    board = Board(views.view("x", (done, gone, views.patch(2, "open"))))
    assert board.patch_keys(unfolded=False) == ("p2", FOLD)
    assert len(board.patch_keys(unfolded=True)) == 4
    text = "\n".join(line.plain for line in draw(board.view, Size(80, 24), LOOK, Place()))
    assert "space shows 📦 1  💤 1" in text


def test_a_thousand_rows_scroll_with_the_cursor() -> None:
    board = Board(views.many(1_000))
    place = settled(Place(), None, board)
    place = moved(place, board, 10**6, ())
    assert place.editor == "e1000"
    text = "\n".join(line.plain for line in draw(board.view, Size(80, 24), LOOK, place))
    assert "m999" in text
    assert scrolled(0, 999, 1_000, 11) == 989


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "a",
        "a\n",
        "a\r\nb\r\n",
        "a\nb\r\nc\n",
        "\r\n\n\r\n",
        "a\rb\n",
        "\x0c\x1b\u2028\x85\n",
        "␛\x1b\ue000\x9b\n",
        "a\r\n\r\nb",
    ],
)
def test_a_text_comes_back_from_the_text_area_byte_for_byte(text: str) -> None:
    shape = shaped(text)
    assert shape.restored(shape.shown) == text
    assert len(shape.shown.splitlines() or [""]) <= shape.shown.count("\n") + 1


def test_an_edit_keeps_the_other_lines_ends() -> None:
    shape = shaped("a\r\nb\nc\r\nd\n")
    assert shape.restored("a\nB\nnew\nc\nd\n") == "a\r\nB\nnew\nc\r\nd\n"
    assert shaped("a\r\nb\r\n").restored("a\nx\nb\n") == "a\r\nx\r\nb\r\n"


@pytest.mark.parametrize(
    ("code", "fix"),
    [
        (Code.DOES_NOT_PARSE, "edit what breaks it"),
        (Code.UNDEFINED_NAME, "edit what uses it"),
        (Code.INVALID_NAME, "open what is to be there"),
    ],
)
def test_of_a_file_that_is_in_the_way_the_definition_to_blame_is_edited(code: Code, fix: str) -> None:
    blocker = Blocker(code=code, message="shop/cart.py does not parse", name="shop/cart.py")
    assert fix_of(blocker, Board(views.easy())) == fix
