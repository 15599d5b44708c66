"""Actions at 80 columns: what it lists can be read whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from store.session_manager import SessionManager
from tui.commands import COMMAND_BY_ID
from tui.demo import build_demo as plain
from tui.demo import fixed_clock, fixed_ids
from tui.demo_git import build_git_demo as in_git
from tui.offers import Offer, next_step, offers
from tui.place import Place, Selection, all_chosen, selection_of, to_editor, to_panel, to_patch
from tui.present.bars import actions_panel
from tui.present.board import Board
from tui.present.layout import layout
from tui.present.look import look_of
from tui.settings import SignSet

Make = Callable[[Path, Callable[[], datetime], Callable[[str], str]], SessionManager]


def selections(board: Board) -> Iterator[Selection]:
    """Everything that the cursor can be on, and what can be chosen at once."""
    for editor in board.editors:
        yield selection_of(to_editor(Place(), board, editor.editor.id), board)
    for patch in board.patch_keys(unfolded=True):
        yield selection_of(to_patch(Place(), patch), board)
    yield selection_of(all_chosen(Place(), board), board)
    yield selection_of(all_chosen(to_panel(Place(), board, "patches", None), board), board)
    yield Selection()


@pytest.mark.parametrize("user", ["alice", "bob"])
def test_the_next_step_is_none_that_only_others_may_take(tmp_path: Path, user: str) -> None:
    board = Board(plain(tmp_path / "demo", fixed_clock(), fixed_ids()).as_user(user).view())
    steps = [(one, next_step(board, one)) for one in selections(board) if not (one.editors or one.patches)]
    for selection, step in steps:
        refusal = COMMAND_BY_ID[step].refusal(board, selection)
        assert refusal is None or ("alice" not in refusal and "bob" not in refusal), step


def test_the_next_step_of_a_merged_patch_is_the_one_that_is_left(tmp_path: Path) -> None:
    manager = plain(tmp_path / "demo", fixed_clock(), fixed_ids())
    (merged,) = manager.merge_patch("A").patches[:1]
    board = Board(manager.view())
    selection = selection_of(to_patch(Place(unfolded=True), merged), board)
    assert next_step(board, selection) == "revert"
    assert COMMAND_BY_ID["revert"].refusal(board, selection) is None


@pytest.mark.parametrize("signs", ["emoji", "ascii"])
@pytest.mark.parametrize("make", [plain, in_git], ids=["demo", "demo --git"])
@pytest.mark.parametrize("user", ["alice", "bob"])
def test_no_command_is_cut_on_the_demo_at_eighty_columns(
    tmp_path: Path, make: Make, signs: SignSet, user: str
) -> None:
    view = make(tmp_path / "demo", fixed_clock(), fixed_ids()).as_user(user).view()
    board, look, now = Board(view), look_of("dark", signs), layout(80, 200)
    assert now is not None
    assert now.actions == 20
    for selection in selections(board):
        rows = offers(board, selection, 100)
        lines, _ = actions_panel(rows, Place(), next_step(board, selection), now, look)
        shown = [line.plain[1:-1].strip(f" {look.signs.next}") for line in lines]
        for row in rows:
            if isinstance(row, Offer):
                key = look.keymap.shown(row.command.id)
                key = f"{look.signs.enter if key == 'enter' else key:<2}"
                labels = [row.label, row.command.short or row.label]
                whole = {f"{key} {one.replace('…', look.signs.ellipsis)}" for one in labels}
                assert whole & set(shown), (row.label, shown)
        reasons = [line.plain[5:-1].strip() for line in lines if line.plain[1:5].isspace()]
        assert not [one for one in reasons if one.endswith(look.signs.ellipsis)]


@pytest.mark.parametrize("user", ["alice", "bob", "carol"])
@pytest.mark.parametrize("make", [plain, in_git], ids=["demo", "demo --git"])
def test_every_refused_row_says_why_itself_at_eighty_columns(tmp_path: Path, make: Make, user: str) -> None:
    manager = make(tmp_path / "demo", fixed_clock(), fixed_ids())
    manager.invite("carol", "viewer")
    view = manager.as_user(user).view(manager.current_session())
    waits = "session carts belongs to main, not to other"
    elsewhere = view._replace(codebase=view.codebase._replace(waits=waits, elsewhere=True))
    look, now = look_of("dark", "symbols"), layout(80, 200)
    assert now is not None
    for board in (Board(view), Board(elsewhere)):
        for selection in selections(board):
            rows = offers(board, selection, 100)
            lines, _ = actions_panel(rows, Place(), next_step(board, selection), now, look)
            below = [line.plain[1:-1] for line in lines[1:-1] if line.plain[1:-1].strip()]
            starts = [index for index, line in enumerate(below) if not line.startswith("    ")]
            told = [below[a + 1 : b] for a, b in zip(starts, [*starts[1:], len(below)], strict=True)]
            for row, line, why in zip(rows, (below[one] for one in starts), told, strict=True):
                refused = isinstance(row, Offer) and row.refusal is not None
                inline = refused and line.rstrip().endswith(str(row.refusal))
                assert refused == (bool(why) or inline), (row, why)
