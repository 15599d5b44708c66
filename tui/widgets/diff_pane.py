"""A box of differences that scrolls, goes from change to change and unfolds what is unchanged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.segment import Segment
from textual.content import Content
from textual.strip import Strip

from tui.present.differences import (
    BESIDE_FROM,
    FoldKey,
    Section,
    Sheet,
    Window,
    diff_line,
    extent,
    laid_out,
)
from tui.present.frame import boxed
from tui.present.look import Look
from tui.present.text import padded
from tui.registry import DIFFERENCES
from tui.widgets.lines import Lines

_SIDEWAYS = 16
_FAR = 10**9
_BESIDE_CODE = 10
"""Cells of a line that are not its text: border, number, sign."""


def diff_hints(look: Look, wide: bool) -> list[tuple[str, str]]:
    """Give the keys of a pane for a footer."""
    shown = look.keymap.shown
    return [
        (f"{shown('next-change')} {shown('previous-change')}", "next, previous change" if wide else "change"),
        (f"{shown('unfold')} {shown('unfold-all')}", "unfold, all"),
        (f"{shown('down')} {shown('up')}", "scroll"),
        (f"{shown('scroll-left')} {shown('scroll-right')}", "sideways"),
    ]


def _joined(segments: Iterable[Segment]) -> list[Segment]:
    """Join segments that look the same, blanks whatever their ink."""
    found: list[Segment] = []
    for one in segments:
        before = found[-1] if found else None
        if before is not None and _alike(before, one):
            found[-1] = Segment(before.text + one.text, before.style)
        else:
            found.append(one)
    return found


def _alike(one: Segment, other: Segment) -> bool:
    """Whether `other` may be drawn in the style of `one`."""
    if one.style is None or other.style is None or one.style == other.style:
        return one.style == other.style
    plain = not (one.style.reverse or other.style.reverse or one.style.underline or other.style.underline)
    return other.text.isspace() and plain and one.style.bgcolor == other.style.bgcolor


class DiffPane(Lines):
    """Shows sections of differences in a box; the screen hands it keys with `press`."""

    def __init__(self, look: Look, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._look = look
        self._command_of = look.keymap.by_key(DIFFERENCES.commands)
        self.answers = True
        """Whether its keys reach it, so that it may name them."""
        self._heading, self._empty = Content(""), ""
        self._sections: Sequence[Section] = ()
        self._sheet = Sheet()
        self._beside = False
        self._unfolded: set[FoldKey] = set()
        self._everything = False
        self._top = self._left = 0
        self._change: int | None = None
        """The change that next and previous went to."""

    def put(self, heading: Content, sections: Sequence[Section], empty: str = "") -> None:
        """Show sections, or `empty` where there are none, from where the person was."""
        self._heading, self._sections, self._empty = heading, sections, empty
        self._lay_out()

    def on_resize(self) -> None:
        """Fit the box; Textual calls this."""
        self._lay_out()

    def see(self, row: int) -> None:
        """Scroll so that the only section's line `row` of the new text, counted from 0, is seen."""
        at = 0
        for index, line in enumerate(self._sheet.lines):
            if line.row is not None and line.row.new is not None:
                if line.row.new > row:
                    break
                at = index
        if not self._top <= at < self._top + self._rows:
            self._top = at - self._rows // 2
        self._draw()

    @property
    def _rows(self) -> int:
        return max(1, self.size.height - 2)

    def _lay_out(self) -> None:
        """Lay the lines out, the one on top where it was."""
        beside = self.size.width >= BESIDE_FROM
        old = self._sheet.lines[self._top] if self._top < len(self._sheet.lines) else None
        turned, self._beside = beside != self._beside, beside
        self._sheet = laid_out(self._sections, beside, self._unfolded, self._everything)
        if old is not None and turned:
            same = (at for at, one in enumerate(self._sheet.lines) if one[1:] == old[1:])
            self._top = next(same, self._top)
        if self._change is not None and self._change >= len(self._sheet.changes):
            self._change = None
        self._draw()

    def _draw(self) -> None:
        if not self.is_attached or not self.size:
            return
        look, (width, height) = self._look, self.size
        self._top = max(0, min(self._top, len(self._sheet.lines) - self._rows))
        folds = (at for at in self._sheet.folds if at >= self._top)
        nearest = next(folds, None)
        here = None if self._change is None else self._sheet.changes[self._change]
        unfold = look.keymap.shown("unfold") if self.answers else ""
        shown = []
        for at in range(self._top, min(self._top + self._rows, len(self._sheet.lines))):
            window = Window(width - 2, look, self._left, unfold if at == nearest else "")
            shown.append(diff_line(self._sheet.lines[at], window, here=at == here))
        if not self._sections:
            shown = [padded(Content.styled(f" {self._empty}", look.dim), width - 2)]
        self.show(boxed(shown, width, height, self._heading, self._foot(), look, look.active))

    def _foot(self) -> Content:
        changes, lines = len(self._sheet.changes), len(self._sheet.lines)
        if not self._sections:
            return Content("")
        if not changes:
            said = "nothing differs"
        elif self._change is None:
            said = f"{changes} changes" if changes > 1 else "1 change"
        else:
            said = f"change {self._change + 1} of {changes}"
        end = min(self._top + self._rows, lines)
        return Content.styled(f"{said} {self._look.signs.dot} {end} of {lines} lines", self._look.dim)

    def render_line(self, y: int) -> Strip:
        """Draw one line; Textual calls this. Blanks take the ink of what they follow: fewer bytes."""
        strip = super().render_line(y)
        return Strip(_joined(strip), strip.cell_length)

    # Keys

    def press(self, key: str) -> bool:
        """Answer a key; gives whether it meant something."""
        command = self._command_of.get(key)
        if command is None:
            return False
        page = max(1, self._rows - 1)
        steps = {"down": 1, "up": -1, "page-down": page, "page-up": -page, "first": -_FAR, "last": _FAR}
        if command.id in steps:
            self._top += steps[command.id]
        elif command.id in ("scroll-left", "scroll-right"):
            self._scroll_sideways(_SIDEWAYS if command.id == "scroll-right" else -_SIDEWAYS)
        elif command.id in ("next-change", "previous-change"):
            self._go_to_change(1 if command.id == "next-change" else -1)
        elif command.id == "unfold":
            self._unfold_next()
        elif command.id == "unfold-all":
            self._everything = bool(self._sheet.folds)
            self._unfolded.clear()
            self._lay_out()
        else:
            return False
        self._draw()
        return True

    def _scroll_sideways(self, by: int) -> None:
        """Scroll as far as there is more of a line that is seen."""
        room = self.size.width // (2 if self._beside else 1) - _BESIDE_CODE
        seen = [extent(line, room) for line in self._sheet.lines[self._top : self._top + self._rows]]
        least = -max((begin for begin, _ in seen), default=0)
        left = max(self._left, least)
        if by < 0 or any(end > begin + left + room for begin, end in seen):
            self._left = max(left + by, least)

    def _go_to_change(self, step: int) -> None:
        """Go to the change after or before the present one, or after scrolling to the nearest one."""
        starts = self._sheet.changes
        if not starts:
            return
        now = self._change
        if now is not None and self._top <= starts[now] < self._top + self._rows:
            wanted = now + step
        elif step > 0:
            wanted = sum(start < self._top for start in starts)
        else:
            wanted = sum(start < self._top + self._rows for start in starts) - 1
        self._change = max(0, min(wanted, len(starts) - 1))
        self._left = 0
        start = starts[self._change]
        if not self._top <= start < self._top + self._rows - 2:
            self._top = start - self._rows // 3

    def _unfold_next(self) -> None:
        """Unfold the first fold at or below the top."""
        at = next((at for at in self._sheet.folds if at >= self._top), None)
        if at is not None and (fold := self._sheet.lines[at].fold) is not None:
            self._unfolded.add(fold)
            self._lay_out()
