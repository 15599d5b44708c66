"""A widget that draws lines made elsewhere, and repaints only those that changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.content import Content
from textual.geometry import Region
from textual.strip import Strip
from textual.style import Style as VisualStyle
from textual.widget import Widget

_BLANK = Content("")


class _Painted(NamedTuple):
    """A line as it was painted, and what it was painted from."""

    content: Content
    style: VisualStyle
    strip: Strip


class Lines(Widget, can_focus=False):
    """Shows one `Content` a line. Set the lines with `show`; it knows nothing of what they mean.

    A line that only moved to another row, as all do in a list that scrolls, is not made again.
    """

    DEFAULT_CSS = """
    Lines { width: 1fr; height: 1fr; }
    """
    ALLOW_SELECT = False

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._lines: tuple[Content, ...] = ()
        self._painted: dict[str, _Painted] = {}

    @property
    def lines(self) -> tuple[Content, ...]:
        """What is shown."""
        return self._lines

    def show(self, lines: Sequence[Content]) -> None:
        """Show other lines; those that are the same as before are not painted again."""
        before, self._lines = self._lines, tuple(lines)
        count = max(len(before), len(self._lines))
        changed = [
            row
            for row in range(count)
            if row >= len(before) or row >= len(self._lines) or not before[row].is_same(self._lines[row])
        ]
        if changed:
            texts = {line.plain for line in before}
            self._painted = {text: one for text, one in self._painted.items() if text in texts}
            self.refresh(*(Region(0, row, self.size.width or 1, 1) for row in changed))

    def render_line(self, y: int) -> Strip:
        """Draw one line; Textual calls this."""
        style, width = self.visual_style, self.size.width
        content = self._lines[y] if y < len(self._lines) else _BLANK
        one = self._painted.get(content.plain)
        if one and one.strip.cell_length == width and one.style == style and one.content.is_same(content):
            return one.strip
        strip = Strip(sparing(content.render_segments(style)), content.cell_length)
        strip = strip.adjust_cell_length(width, style.rich_style)
        self._painted[content.plain] = _Painted(content, style, strip)
        return strip


def sparing(segments: Iterable[Segment]) -> list[Segment]:
    """Give segments that look the same and take fewer bytes: spaces wear the ink of what is beside them."""
    found: list[Segment] = []
    for segment in segments:
        if found and _looks_same_together(found[-1], segment):
            last = found.pop()
            style = segment.style if _is_blank(last.text) else last.style
            found.append(Segment(last.text + segment.text, style))
        else:
            found.append(segment)
    return found


def _looks_same_together(one: Segment, other: Segment) -> bool:
    if not (_is_blank(one.text) or _is_blank(other.text)) or one.style is None or other.style is None:
        return False
    plain = not (_marks_spaces(one.style) or _marks_spaces(other.style))
    return plain and one.style.bgcolor == other.style.bgcolor


def _is_blank(text: str) -> bool:
    return not text.strip(" ")


def _marks_spaces(style: Style) -> bool:
    """Whether a style is seen on a space, apart from its background."""
    return bool(style.underline or style.underline2 or style.reverse or style.strike or style.overline)
