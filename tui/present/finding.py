"""What was found, with the letters that were typed marked in it; and how many of how many. Pure."""

from __future__ import annotations

from textual.content import Content
from textual.style import Style

from store.ground.containers import FILE
from tui.finding import matched
from tui.present.look import Look
from tui.present.text import cut_left, cut_right, definition_name, visible

_MARK = Style(underline=True)


def found_name(name: str, wanted: str, width: int, look: Look) -> Content:
    """Show a definition's name cut on the left, its last part strong, the letters typed marked."""
    content = definition_name(name, width, look.dim, look.strong, look.signs.ellipsis)
    full, shown = visible(name.removesuffix(FILE), newline="space"), content.plain
    lead = 0 if shown == full else len(look.signs.ellipsis)
    gone = len(full) - len(shown) + lead
    return _at(content, tuple(at - gone + lead for at in matched(wanted, full) if at >= gone), look)


def found_label(label: str, wanted: str, width: int, look: Look, style: Style) -> Content:
    """Show a label cut on the right, the letters typed marked."""
    shown = cut_right(label, width, look.signs.ellipsis)
    return _at(Content.styled(shown, style), matched(wanted, shown), look)


def _at(content: Content, positions: tuple[int, ...], look: Look) -> Content:
    for at in positions:
        content = content.stylize(look.key + _MARK, at, at + 1)
    return content


def filter_line(wanted: str, typing: bool, look: Look) -> Content:
    """Show a filter for a border, with a cursor while it is typed; empty without one."""
    if not wanted and not typing:
        return Content("")
    tail = Content.styled(" ", look.cursor) if typing else Content("")
    return Content.assemble(("/", look.key), (cut_left(wanted, 20, look.signs.ellipsis), look.strong), tail)


def out_of_sight(top: int, rows: int, count: int, more: str = " more") -> str:
    """Say how many of `count` rows are below those shown, or above where that is the end; else nothing."""
    below = count - top - rows
    return f"{below}{more} below" if below > 0 else f"{top}{more} above" if top else ""


def of_all(count: int, every: int) -> str:
    """Say how many of all are shown."""
    return f"{count:,}" if count == every else f"{count:,} of {every:,}"
