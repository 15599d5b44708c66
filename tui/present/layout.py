"""How big each part of the session screen is at a terminal size (§6). Pure numbers."""

from __future__ import annotations

from typing import NamedTuple

from tui.place import PANELS, Panel

SMALLEST = (60, 16)
"""Columns and rows below which only a sentence is shown."""
FULL_WIDTH = 80
WORDS_FROM = 110
"""From this width on states and counts are words."""
COLUMN_FROM = 160
"""From this width on the patches' states have a column of their own."""
SAID_AT_MOST = 6
"""Rows of the footer while it says a result that is longer than one row."""


class Layout(NamedTuple):
    """Columns of the bay's parts and rows of bay and preview; the four widths add up to the terminal's.

    A panel that is maximised is there alone: the others and the preview have nothing.
    """

    width: int
    editors: int
    cables: int
    patches: int
    actions: int
    bay: int
    preview: int
    footer: int = 1

    @property
    def rows(self) -> int:
        """Rows inside the bay's panels."""
        return self.bay - 2

    @property
    def alone(self) -> bool:
        """Whether one panel has the whole screen."""
        return not self.preview

    @property
    def size(self) -> int:
        """How long words may be: 0 short, 1 medium, 2 long."""
        return 2 if self.alone or self.width >= COLUMN_FROM else 1 if self.width >= WORDS_FROM else 0


def layout(
    width: int, height: int, maximised: Panel | None = None, said: int = 1, panel: Panel = "editors"
) -> Layout | None:
    """Divide the terminal, or give it to one panel; None when it is too small.

    `said` is how many rows the footer wants: the preview lends them, or the panel that is alone. Below
    `FULL_WIDTH` Actions takes the place of the others while it is the `panel` with the cursor.
    """
    if width < SMALLEST[0] or height < SMALLEST[1]:
        return None
    if maximised is not None:
        widths = {panel: width if panel == maximised else 0 for panel in PANELS}
        footer = footer_rows(said, height - 2)
        return Layout(
            width, widths["editors"], 0, widths["patches"], widths["actions"], height - 1 - footer, 0, footer
        )
    if width < FULL_WIDTH and panel == "actions":
        actions, cables, editors = width, 0, 0
    elif width < FULL_WIDTH:
        actions, cables, editors = 0, 5, 25
    elif width < 120:
        over = width - 80
        actions, cables, editors = 20 + over * 10 // 40, 5 + over * 8 // 40, 25 + over * 11 // 40
    else:
        over = width - 120
        actions, cables, editors = min(44, 30 + over // 10), min(21, 13 + over // 20), 36 + over * 3 // 10
    body = height - 2
    bay = 13 + (height - 24) // 3 if height >= 24 else body * 3 // 5
    footer = footer_rows(said, body - bay)
    patches = width - editors - cables - actions
    return Layout(width, editors, cables, patches, actions, bay, height - 1 - footer - bay, footer)


def footer_rows(wanted: int, lent: int) -> int:
    """Give the rows of a footer that wants some: what it gets beyond one, a part of `lent` rows lends.

    That part keeps its borders and a line.
    """
    return max(1, min(wanted, SAID_AT_MOST, lent - 2))
