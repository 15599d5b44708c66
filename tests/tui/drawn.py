"""A screen drawn from values alone: header, bay, preview of a patch, footer."""

from __future__ import annotations

from dataclasses import replace

from textual.app import App, ComposeResult
from textual.content import Content
from textual.geometry import Size

from store.views import SessionView
from tui.offers import next_step, offers
from tui.place import Place, rows_of, selection_of, settled
from tui.present import bars, panels
from tui.present.board import Board
from tui.present.colours import Colours
from tui.present.effects import patch_lines
from tui.present.frame import boxed
from tui.present.layout import layout
from tui.present.look import Look, look_of
from tui.settings import SignSet
from tui.widgets.lines import Lines


def draw(view: SessionView, size: Size, look: Look, place: Place) -> list[Content]:
    """Draw a view as the session screen does, one `Content` a row."""
    board = Board(view)
    now = layout(size.width, size.height, place.panel if place.maximised else None)
    assert now is not None
    place = replace(settled(place, None, board), panel=place.panel)
    place = panels.scrolled_to_cursor(place, board, now)
    selection = selection_of(place, board)
    rows = offers(board, selection, now.rows)
    actions, place = bars.actions_panel(rows, place, next_step(board, selection), now, look)
    board = rows_of(place, board)
    parts = [
        lines
        for width, lines in (
            (now.editors, panels.editors_panel(board, place, now, look)),
            (now.cables, panels.cables_column(board, place, now, look)),
            (now.patches, panels.patches_panel(board, place, now, look)),
            (now.actions, actions),
        )
        if width
    ]
    bay = [Content("").join(row) for row in zip(*parts, strict=True)]
    lines = patch_lines(selection.patch, board, look, size.width - 4) if selection.patch else []
    preview = boxed(lines, size.width, now.preview, Content("preview"), Content(""), look, look.border)
    preview = [] if now.alone else preview
    return [bars.header(board, view.user, size.width, look), *bay, *preview, bars.footer(size.width, look)]


class DrawnApp(App[None]):
    """Shows one drawing."""

    def __init__(self, view: SessionView, place: Place, colours: Colours, signs: SignSet, theme: str) -> None:
        super().__init__()
        self.theme = theme
        self._view, self._place, self._look = view, place, look_of(colours, signs)

    def compose(self) -> ComposeResult:
        yield Lines(id="all")

    def on_resize(self) -> None:
        self.query_one("#all", Lines).show(draw(self._view, self.size, self._look, self._place))
