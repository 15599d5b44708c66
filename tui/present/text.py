"""Strings of persons and files made fit for the screen: made visible, cut to a width in cells.

Every string that reaches the screen passes `visible`. Colours live in `look`.
"""

from __future__ import annotations

import re

from rich.cells import cell_len, split_graphemes
from textual.content import Content
from textual.style import Style

from store.ground.containers import FILE
from tui.visible import visible

__all__ = [
    "cut_left",
    "cut_right",
    "definition_name",
    "last_part",
    "padded",
    "pieces",
    "shortened",
    "visible",
    "width_of",
    "wrapped",
]
_CELLS_A_CHARACTER_MAY_HIDE = 8


def width_of(text: str) -> int:
    """Give the number of cells the text takes."""
    return cell_len(text)


def cut_right(text: str, width: int, ellipsis: str = "…") -> str:
    """Make the text visible and keep its beginning, at most `width` cells, the ellipsis included."""
    text = visible(text[: width * _CELLS_A_CHARACTER_MAY_HIDE + 64], newline="space")
    if cell_len(text) <= width:
        return text
    return _fitting(text, width - cell_len(ellipsis)) + ellipsis[: max(0, width)]


def cut_left(text: str, width: int, ellipsis: str = "…") -> str:
    """Make the text visible and keep its end, at most `width` cells, the ellipsis included."""
    text = visible(text[-(width * _CELLS_A_CHARACTER_MAY_HIDE + 64) :], newline="space")
    if cell_len(text) <= width:
        return text
    room, kept = width - cell_len(ellipsis), ""
    spans, _ = split_graphemes(text)
    for start, end, cells in reversed(spans):
        if cells > room:
            break
        room -= cells
        kept = text[start:end] + kept
    return ellipsis[: max(0, width)] + kept


def _fitting(text: str, room: int) -> str:
    spans, _ = split_graphemes(text)
    end = 0
    for _, stop, cells in spans:
        if cells > room:
            break
        room -= cells
        end = stop
    return text[:end]


def pieces(text: str, width: int) -> list[str]:
    """Cut a text that is visible already into pieces of at most `width` cells; at least one.

    They end behind a blank where there is one in their second half, so that words stay whole.
    """
    if cell_len(text) <= width:
        return [text]
    spans, _ = split_graphemes(text)
    found, begun, used = list[str](), 0, 0
    for start, _, cells in spans:
        if used + cells > width and start > begun:
            blank = text.rfind(" ", (begun + start) // 2, start) + 1
            end = blank or start
            found.append(text[begun:end])
            begun, used = end, cell_len(text[end:start])
        used += cells
    return [*found, text[begun:]]


def padded(content: Content, width: int, style: Style | None = None) -> Content:
    """Fill the content with blanks up to `width` cells, or cut it there."""
    missing = width - content.cell_length
    if missing > 0:
        return content.append(Content.blank(missing, style))
    return content.truncate(width) if missing < 0 else content


def definition_name(name: str, width: int, dim: Style, strong: Style, ellipsis: str = "…") -> Content:
    """Show a definition's name cut on the left, its last part strong; of a whole file its path."""
    whole = name.endswith(FILE)
    shown = cut_left(name.removesuffix(FILE), width, ellipsis)
    last = _last(shown, whole)
    if len(last) > len(shown) - len(ellipsis) and shown.startswith(ellipsis):
        last = shown[len(ellipsis) :]
    return Content.assemble((shown[: len(shown) - len(last)], dim), (last, strong))


def last_part(name: str) -> str:
    """Give the part of a definition's name after its last dot or colon; of a whole file the file's name."""
    return _last(name.removesuffix(FILE), name.endswith(FILE))


def _last(name: str, whole: bool) -> str:
    return re.split("/" if whole else "[.:]", name)[-1] or name


def wrapped(text: str, width: int, limit: int = 6, ellipsis: str = "…") -> list[str]:
    """Make the text visible and break it at blanks into at most `limit` lines of `width` cells."""
    width = max(1, width)
    words = visible(text[: width * (limit + 1) * 2], newline="space").split(" ")
    lines = [""]
    for word in words:
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if cell_len(joined) <= width:
            lines[-1] = joined
            continue
        if lines[-1]:
            lines.append("")
        while cell_len(word) > width:
            piece = _fitting(word, width) or word[:1]
            lines[-1] = piece
            lines.append("")
            word = word[len(piece) :]
        lines[-1] = word
    if len(lines) > limit:
        lines = [*lines[: limit - 1], cut_right(" ".join(lines[limit - 1 :]), width, ellipsis)]
    return lines


def shortened(content: Content, width: int, ellipsis: str = "…") -> Content:
    """Cut the content on the right to at most `width` cells, the ellipsis included."""
    if content.cell_length <= width:
        return content
    return content.truncate(max(0, width - cell_len(ellipsis))).append(ellipsis)
