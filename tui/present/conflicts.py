"""A conflict's places as lines: base, ours and theirs of each, what was taken, and three columns. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from textual.content import Content
from textual.style import Style

from store.model import Conflict, ConflictKind, Patch
from store.source.merge import Region
from tui.place import scrolled
from tui.present.frame import below_line, boxed
from tui.present.look import Look
from tui.present.text import cut_right, definition_name, padded, pieces, visible, width_of
from tui.settling import Settling, clean_text
from tui.words import counted

_CONTEXT = 3
_LONGEST_LINE = 2_000
_SIDE = 6
_WHO = 8
_NAMES_FROM = 96
"""From this width on the rows name people; below it the title does, and the rows have their cells."""

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
    goes_on: bool = False
    """It is the rest of the line above, which is too long for one."""


class Room(NamedTuple):
    """How wide the lines of the merged text are, and how much of that people's names take."""

    width: int
    who: int

    @property
    def text(self) -> int:
        """The cells that the text has."""
        return max(1, self.width - _SIDE - 4 - (self.who + 1 if self.who else 0))


def room_of(lines: Sequence[Line], width: int) -> Room:
    """Divide the width of a line."""
    names = max((len(line.who) for line in lines), default=0)
    return Room(width, min(_WHO, names) if width >= _NAMES_FROM else 0)


def broken(lines: Sequence[Line], room: Room, look: Look) -> tuple[Line, ...]:
    """Make the lines fit to be shown, long ones broken into several with the note behind the last."""
    found: list[Line] = []
    for line in lines:
        first, *rest = shown_pieces(line.text, room.text, look)
        cut = [replace(line, text=first), *(replace(line, text=one, goes_on=True) for one in rest)]
        cut = [replace(one, note="") for one in cut[:-1]] + cut[-1:]
        if line.note and width_of(cut[-1].text) + width_of(line.note) + 2 > room.text:
            cut[-1:] = [replace(cut[-1], note=""), replace(line, text="", goes_on=True)]
        found.extend(cut)
    return tuple(found)


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


def merged_line(line: Line, here: bool, room: Room, look: Look) -> Content:
    """Draw one line that fits; `here` tells that it belongs to the place under the cursor."""
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
    side, who = (f"{signs.ellipsis:>{_SIDE}}", "") if line.goes_on else (line.side, line.who)
    sign = signs.good if line.side and not line.goes_on and line.tone in ("chosen", "taken") else " "
    side_style = look.dim if line.goes_on else look.good if line.tone in ("chosen", "taken") else style
    head = Content.assemble(
        (mark, look.key),
        (f"{sign} {side:<{_SIDE}} ", side_style),
        (_cells(who, room.who, look), look.dim if line.tone != "chosen" else look.good),
    )
    note = f"{'  ' if line.text else ''}{line.note}" if line.note else ""
    content = Content.assemble(head, (line.text, style), (note, look.dim))
    return padded(content, room.width).stylize(look.cursor) if here else content


def _cells(text: str, width: int, look: Look) -> str:
    shown = cut_right(text, width, look.signs.ellipsis)
    return f"{shown:<{width}} " if width else ""


def shown_pieces(text: str, width: int, look: Look) -> list[str]:
    """Make a line of a text fit to be shown in lines of `width` cells; one without end is cut."""
    text = text.removesuffix("\r")
    more = look.signs.ellipsis if len(text) > _LONGEST_LINE else ""
    return pieces(visible(text[:_LONGEST_LINE], tabs=True) + more, width)


def merged_box(
    settling: Settling, lines: Sequence[Line], top: int, room: Room, height: int, look: Look
) -> list[Content]:
    """Draw the merged text, whose lines fit, from line `top` in a box of `height` lines."""
    rows, width = height - 2, room.width + 2
    shown = [merged_line(line, line.place == settling.cursor, room, look) for line in lines[top : top + rows]]
    below = len(lines) - top - rows
    words = ["merged" if not settling.sides.whole else "to decide"]
    if not room.who:
        sides = zip(("ours", "theirs"), settling.sides.whose, strict=True)
        words += [f"{side}: {cut_right(who, 20, look.signs.ellipsis)}" for side, who in sides if who]
    title = Content.styled(f" {look.signs.dot} ".join(words), look.dim)
    return boxed(shown, width, height, title, below_line(below, look), look, look.border)


def cursor_top(settling: Settling, lines: Sequence[Line], top: int, rows: int) -> int:
    """Give the first line to show so that the cursor's place is seen, its beginning where it is too long."""
    at = [index for index, line in enumerate(lines) if line.place == settling.cursor]
    if not at:
        return 0
    top = scrolled(top, at[-1], len(lines), rows)
    return scrolled(top, at[0], len(lines), rows)


def columns(settling: Settling, width: int, most: int, look: Look) -> list[Content]:
    """Draw base, ours and theirs side by side, at most `most` lines, each at the place under the cursor."""
    gap = 1
    wide = (width - 2 * gap) // 3
    sizes = (wide, wide, width - 2 * (wide + gap))
    found = [_column(settling, number, size - 2, look) for number, size in enumerate(sizes)]
    height = max(3, min(most, 2 + max(len(lines) for lines, _ in found)))
    boxes = []
    for title, size, (lines, (first, last)) in zip(settling.sides.titles, sizes, found, strict=True):
        rows = height - 2
        top = scrolled(scrolled(0, last, len(lines), rows), first, len(lines), rows)
        below = len(lines) - top - rows
        foot = Content.styled(f"{below} more" if below > 0 else "", look.dim)
        head = Content.styled(visible(title), look.dim)
        boxes.append(boxed(lines[top:], size, height, head, foot, look, look.border))
    blank = Content.blank(gap)
    return [Content("").join((a, blank, b, blank, c)) for a, b, c in zip(*boxes, strict=True)]


def _column(settling: Settling, number: int, width: int, look: Look) -> tuple[list[Content], tuple[int, int]]:
    """Give a side's lines, and the first and last of those of the place under the cursor."""
    text = (settling.sides.base, settling.sides.ours, settling.sides.theirs)[number]
    if text is None:
        return [Content.styled("(not there)" if number == 0 else "(deleted)", look.dim)], (0, 0)
    lines, place, here = list[Content](), -1, (0, 0)
    for region in settling.regions:
        part = (region.base, region.ours, region.theirs)[number]
        shown = [piece for line in _split(part) for piece in shown_pieces(line, width, look)]
        style = look.text
        if region.kind == "conflict":
            place += 1
            style = look.warn if settling.choices[place] is None else look.text
            if place == settling.cursor:
                here = (len(lines), len(lines) + max(0, len(shown) - 1))
                style = style + Style(bold=True)
        elif region.kind in ("both", ("ours", "ours", "theirs")[number]) and number:
            style = look.good
        lines.extend(Content.styled(piece, style) for piece in shown)
    return lines, here


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
