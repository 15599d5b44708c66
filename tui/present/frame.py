"""Borders with titles around lines of content. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.style import Style

from tui.present.look import Look
from tui.present.text import padded, shortened, width_of, wrapped
from tui.words import counted


def edge(
    width: int, title: Content, look: Look, style: Style, *, top: bool, open_right: bool = False
) -> Content:
    """Draw a top or bottom border of `width` cells with a title; `open_right` leaves the last corner out."""
    box = look.signs.box
    corner, line, end = (box[0], box[1], box[2]) if top else (box[4], box[1], box[5])
    last = "" if open_right else end
    room = width - 1 - len(last)
    if not title.plain or room < 8:
        return Content.styled(corner + line * room + last, style)
    shown = shortened(title, room - 3, look.signs.ellipsis)
    rest = line * (room - 3 - shown.cell_length)
    return Content.assemble((corner + line + " ", style), shown, (" " + rest + last, style))


def below_line(count: int, look: Look) -> Content:
    """Say how many lines are below those shown, and the key that goes there; empty where there are none."""
    more = f"{counted(count, 'line')} more, {look.keymap.shown('page-down')}" if count > 0 else ""
    return Content.styled(more, look.dim)


def boxed(
    lines: Sequence[Content],
    width: int,
    height: int,
    title: Content,
    foot: Content,
    look: Look,
    style: Style,
    *,
    open_right: bool = False,
    open_left: bool = False,
) -> list[Content]:
    """Draw a box of `height` lines; an open side has no border, because a neighbour draws it."""
    side = look.signs.box[3]
    inner = width - (not open_left) - (not open_right)
    border = Content.styled(side, style)
    top = edge(width + open_left, title, look, style, top=True, open_right=open_right)
    bottom = edge(width + open_left, foot, look, style, top=False, open_right=open_right)
    shown = [padded(line, inner) for line in lines[: height - 2]]
    shown += [Content.blank(inner)] * (height - 2 - len(shown))
    body = shown if open_left else [border + line for line in shown]
    body = body if open_right else [line + border for line in body]
    cut = 1 if open_left else 0
    return [top[cut:], *body, bottom[cut:]]


def keys_line(keys: Sequence[tuple[str, str]], look: Look, gap: int = 3) -> Content:
    """Show keys with what they do."""
    parts: list[tuple[str, Style]] = []
    for key, word in keys:
        if parts:
            parts.append((" " * gap, look.text))
        parts.append((key, look.key))
        parts.append((f" {word}", look.text))
    return Content.assemble(*parts)


def key_lines(keys: Sequence[tuple[str, str]], width: int, look: Look) -> list[Content]:
    """Show keys with what they do; what a single one does goes on below itself where it is too long."""
    line = keys_line(keys, look)
    if len(keys) != 1 or line.cell_length <= width:
        return [line]
    (key, does), *_ = keys
    indent = width_of(key) + 1
    first, *rest = wrapped(does, width - indent, ellipsis=look.signs.ellipsis)
    return [keys_line([(key, first)], look), *(Content.styled(" " * indent + one, look.text) for one in rest)]


def keys_that_fit(
    keys: Sequence[tuple[str, str]],
    always: Sequence[tuple[str, str]],
    width: int,
    look: Look,
    gap: int = 3,
) -> Content:
    """Show as many keys as fit, those that are needed `always` behind them in any case."""
    shown = list(keys)
    while shown and keys_line((*shown, *always), look, gap).cell_length > width:
        shown.pop()
    return keys_line((*shown, *always), look, gap)


def last_key(keys: str) -> str:
    """Give the last of some keys: where text is typed, those before it are text."""
    return keys.rpartition(" ")[2]
