"""A conflict's places as lines: base, ours and theirs of each, what was taken, and three columns. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from textual.content import Content
from textual.style import Style

from store.model import Conflict, ConflictKind, Patch
from store.source.merge import Region
from tui.place import scrolled
from tui.present.frame import boxed
from tui.present.look import Look
from tui.present.states import counted
from tui.present.text import cut_right, definition_name, padded, visible, width_of
from tui.settling import Settling, clean_text

_CONTEXT = 3
_LONGEST_LINE = 2_000
_SIDE = 6
_WHO = 8

Tone = Literal["same", "gap", "base", "open", "chosen", "passed", "taken"]


@dataclass(frozen=True)
class Line:
    """One line of the merged text: which side it is of, whose, and what became of it."""

    tone: Tone
    text: str
    side: str = ""
    """Said on the first line of a side only."""
    who: str = ""
    place: int | None = None
    note: str = ""


def merged_lines(settling: Settling) -> tuple[Line, ...]:
    """Give the merged text: long unchanged runs folded, taken parts named, each place with its sides."""
    found: list[Line] = []
    place = 0
    last = len(settling.regions) - 1
    for at, region in enumerate(settling.regions):
        if region.kind == "same":
            found.extend(_unchanged(region, at == 0, at == last))
        elif region.kind == "conflict":
            found.extend(_place_lines(settling, region, place))
            place += 1
        else:
            found.extend(_taken(settling, region))
    return tuple(found)


def _split(text: str) -> list[str]:
    lines = text.split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _unchanged(region: Region, first: bool, last: bool) -> list[Line]:
    lines = _split(region.ours)
    head, tail = (0 if first else _CONTEXT), (0 if last else _CONTEXT)
    hidden = len(lines) - head - tail
    if hidden < _CONTEXT:
        return [Line("same", one) for one in lines]
    gap = Line("gap", f"{counted(hidden, 'line')} the same")
    return [
        *(Line("same", one) for one in lines[:head]),
        gap,
        *(Line("same", one) for one in lines[len(lines) - tail :]),
    ]


def _taken(settling: Settling, region: Region) -> list[Line]:
    ours, theirs = settling.sides.whose
    if region.kind == "both":
        side, note = "both", "taken: both made it"
    else:
        side, who = ("ours", ours) if region.kind == "ours" else ("theirs", theirs)
        note = f"taken: only {who or side} changed it"
    lines = _split(clean_text(region))
    if not lines:
        gone = counted(len(_split(region.base)), "line")
        return [Line("taken", f"({gone} removed)", side, note=note)]
    first, *rest = (Line("taken", one) for one in lines)
    return [Line("taken", first.text, side, note=note), *rest]


def _place_lines(settling: Settling, region: Region, place: int) -> list[Line]:
    choice, whose = settling.choices[place], settling.sides.whose
    whole, sides = settling.sides.whole, settling.sides
    found: list[Line] = []
    shown: list[tuple[str, str, str | None]] = [
        ("base", "", sides.base if whole or sides.base is None else region.base),
        ("ours", whose[0], sides.ours if whole else region.ours),
        ("theirs", whose[1], sides.theirs if whole else region.theirs),
    ]
    if choice is not None and choice.side == "edited":
        shown.append(("edited", "you", choice.text))
    for side, who, text in shown:
        tone: Tone = "open" if choice is None else "chosen" if choice.side == side else "passed"
        if side == "base":
            if whole and text:
                continue
            tone = "base"
        for at, one in enumerate(_shown_text(side, text)):
            found.append(Line(tone, one, side if at == 0 else "", who if at == 0 else "", place))
    return found


def _shown_text(side: str, text: str | None) -> list[str]:
    if text is None:
        return ["(not there)" if side == "base" else "(deleted)"]
    return _split(text) or ["(nothing)"]


def merged_line(line: Line, here: bool, width: int, who: int, look: Look) -> Content:
    """Draw one line; `here` tells that it belongs to the place under the cursor, `who` how wide names are."""
    signs = look.signs
    styles: dict[Tone, Style] = {
        "same": look.text,
        "gap": look.dim,
        "base": look.dim,
        "open": look.bad,
        "chosen": look.good + Style(bold=True),
        "passed": look.dim,
        "taken": look.text,
    }
    style = styles[line.tone]
    mark = signs.next if here else " "
    sign = signs.good if line.side and line.tone in ("chosen", "taken") else " "
    side_style = look.good if line.tone in ("chosen", "taken") else style
    head = Content.assemble(
        (mark, look.key),
        (f"{sign}{line.side:<{_SIDE}} ", side_style),
        (_cells(line.who, who, look), look.dim if line.tone != "chosen" else look.good),
    )
    room = width - head.cell_length
    note = f"  {line.note}" if line.note else ""
    whole = code_line(line.text, room, look)
    if note and width_of(whole) + width_of(note) > room:
        note = "  taken"
    text = code_line(line.text, max(1, room - width_of(note)), look)
    content = Content.assemble(head, (text, style), (note, look.dim))
    return padded(content, width).stylize(look.cursor) if here else content


def _cells(text: str, width: int, look: Look) -> str:
    shown = cut_right(text, width, look.signs.ellipsis)
    return f"{shown:<{width}} " if width else ""


def code_line(text: str, width: int, look: Look) -> str:
    """Make a line of a text fit to be shown in `width` cells."""
    shown = visible(text.removesuffix("\r")[:_LONGEST_LINE], tabs=True)
    return cut_right(shown, width, look.signs.ellipsis)


def merged_box(
    settling: Settling, lines: Sequence[Line], top: int, width: int, height: int, look: Look
) -> list[Content]:
    """Draw the merged text from line `top` in a box of `height` lines."""
    rows = height - 2
    who = min(_WHO, max((len(line.who) for line in lines), default=0))
    shown = [
        merged_line(line, line.place == settling.cursor, width - 2, who, look)
        for line in lines[top : top + rows]
    ]
    below = len(lines) - top - rows
    foot = Content.styled(f"{counted(below, 'line')} more, pgdn", look.dim) if below > 0 else Content("")
    title = Content.styled("merged" if not settling.sides.whole else "to decide", look.dim)
    return boxed(shown, width, height, title, foot, look, look.border)


def cursor_top(settling: Settling, lines: Sequence[Line], top: int, rows: int) -> int:
    """Give the first line to show so that the cursor's place is seen, its beginning where it is too long."""
    at = [index for index, line in enumerate(lines) if line.place == settling.cursor]
    if not at:
        return 0
    top = scrolled(top, at[-1], len(lines), rows)
    return scrolled(top, at[0], len(lines), rows)


def columns(settling: Settling, width: int, most: int, look: Look) -> list[Content]:
    """Draw base, ours and theirs side by side, at most `most` lines, each at the place under the cursor."""
    sides = settling.sides
    texts = (sides.base, sides.ours, sides.theirs)
    height = min(most, 2 + max(len(_split(text or "")) for text in texts), 2 + most)
    height = max(3, height)
    gap = 1
    wide = (width - 2 * gap) // 3
    boxes = []
    for number, title in enumerate(sides.titles):
        size = width - 2 * (wide + gap) if number == 2 else wide
        boxes.append(_column(settling, number, title, size, height, look))
    blank = Content.blank(gap)
    return [Content("").join((a, blank, b, blank, c)) for a, b, c in zip(*boxes, strict=True)]


def _column(
    settling: Settling, number: int, title: str, width: int, height: int, look: Look
) -> list[Content]:
    sides = settling.sides
    text = (sides.base, sides.ours, sides.theirs)[number]
    lines: list[Content] = []
    place, here = -1, (0, 0)
    if text is None:
        lines.append(Content.styled("(not there)" if number == 0 else "(deleted)", look.dim))
    for region in settling.regions if text is not None else ():
        part = (region.base, region.ours, region.theirs)[number]
        style = look.text
        if region.kind == "conflict":
            place += 1
            style = look.warn if settling.choices[place] is None else look.text
            if place == settling.cursor:
                here = (len(lines), len(lines) + max(0, len(_split(part)) - 1))
                style = style + Style(bold=True)
        elif region.kind in ("both", ("ours", "ours", "theirs")[number]) and number:
            style = look.good
        lines.extend(Content.styled(code_line(one, width - 2, look), style) for one in _split(part))
    top = scrolled(scrolled(0, here[1], len(lines), height - 2), here[0], len(lines), height - 2)
    below = len(lines) - top - height + 2
    foot = Content.styled(f"{below} more", look.dim) if below > 0 else Content("")
    return boxed(
        lines[top:], width, height, Content.styled(visible(title), look.dim), foot, look, look.border
    )


KINDS = {
    ConflictKind.BASE_MOVED: "changed on both sides",
    ConflictKind.BOTH_ADDED: "added on both sides",
    ConflictKind.DELETE_UPDATE: "deleted on one side",
    ConflictKind.RENAME_RENAME: "renamed on both sides",
}


def conflict_row(patch: Patch, conflict: Conflict, width: int, look: Look) -> Content:
    """Show a conflict in a list: its patch, its definition, its kind in words."""
    kind = KINDS[conflict.kind]
    letter = (f" {visible(patch.letter):<2} ", look.hue(patch.letter) + Style(bold=True))
    name = definition_name(conflict.name, max(8, width - 30), look.dim, look.strong, look.signs.ellipsis)
    return Content.assemble(padded(Content.assemble(letter, name), width - 24), "  ", (kind, look.bad))
