"""Differences as lines of the screen: below each other or side by side, long unchanged runs folded. Pure.

`section` compares and reads the syntax and is slow on long texts: it is for a worker. A line is drawn when
it is seen.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from textual.content import Content, Span

from tui.difference import (
    Difference,
    Fold,
    Row,
    changed_words,
    difference,
    folded,
    shared_beginning,
    side_by_side,
)
from tui.language import path_of
from tui.present.look import Look
from tui.present.text import definition_name, padded, shortened, visible, width_of
from tui.words import counted

if TYPE_CHECKING:
    from tui.present.syntax import Part

BESIDE_FROM = 140
"""From this width on old and new stand side by side."""
_LONGEST_LINE = 12_000
"""So many characters of a line are shown; of one that changed, as many again from its first difference on."""
_SEEN_OF_CHANGE = 12
"""Where fewer cells than this of what differs in two lines would be seen, they begin further right."""
_FEWEST_DIGITS = 4
_NO_END = "  (no line end)"

Kind = Literal["heading", "blank", "fold", "same", "removed", "added", "beside"]
FoldKey = tuple[int, int]
"""A section's place and the row that a fold begins at."""


@dataclass(frozen=True, eq=False)
class Section:
    """One definition's differences: what stands above them, the rows, the parts that have syntax colours."""

    found: Difference
    line: int = 1
    """The file's number of the first line."""
    heading: Content | None = None
    old_parts: Sequence[Sequence[Part]] = ()
    new_parts: Sequence[Sequence[Part]] = ()

    @cached_property
    def digits(self) -> int:
        """How many cells a line's number takes."""
        last = self.line + max(len(self.found.old), len(self.found.new))
        return max(_FEWEST_DIGITS, len(str(last)))

    @cached_property
    def rows(self) -> Sequence[Row | Fold]:
        """The rows with unchanged runs folded."""
        return folded(self.found)


class DiffLine(NamedTuple):
    """One line of the screen; which section and row it shows, and the fold that it is."""

    kind: Kind
    section: Section
    row: Row | None = None
    fold: FoldKey | None = None
    hidden: int = 0


@dataclass(frozen=True)
class Sheet:
    """All lines, and where each change begins."""

    lines: Sequence[DiffLine] = ()
    changes: Sequence[int] = ()

    @cached_property
    def folds(self) -> Sequence[int]:
        """Where the folds are."""
        return [at for at, line in enumerate(self.lines) if line.kind == "fold"]


def section(
    base: str | None, text: str | None, *, line: int = 1, path: str = "", heading: Content | None = None
) -> Section:
    """Compare two texts, None for a definition that is not there; slow on long ones.

    `line` is the file's number of the first line, `path` tells the language and is empty for Python.
    """
    from tui.present.syntax import parts_of

    found = difference(base or "", text or "")
    changed = [row for row in found.rows if row.kind != "same"]
    gone = [row.old for row in changed if row.old is not None]
    old = parts_of([_shown(one) for one in found.old], path, gone) if gone else ()
    here = [row.new for row in changed if row.new is not None] or [0]
    return Section(found, line, heading, old, parts_of([_shown(one) for one in found.new], path, here))


def section_of(
    name: str, base: str | None, text: str | None, heading: Content | None = None, line: int = 1
) -> Section:
    """Compare two texts of the definition with this name, which begins on this line of its file."""
    return section(base, text, line=line, path=path_of(name), heading=heading)


def sections_of(
    found: Sequence[tuple[str, str | None, str | None, str]], lines: Mapping[str, int], look: Look
) -> list[Section]:
    """Compare the texts of several definitions, each given as name, text before, text after and kind.

    `lines` says where they begin in their files.
    """
    sections = []
    for name, base, text, kind in found:
        head = definition_name(name, 90, look.dim, look.strong, look.signs.ellipsis)
        heading = Content.assemble(f" {visible(kind)} ", head)
        sections.append(section_of(name, base, text, heading, lines.get(name, 1)))
    return sections


def laid_out(
    sections: Sequence[Section],
    beside: bool = False,
    unfolded: Collection[FoldKey] = (),
    everything: bool = False,
) -> Sheet:
    """Give the lines of sections, old and new `beside` each other or below; some folds open, or all."""
    lines: list[DiffLine] = []
    changes: list[int] = []
    for place, one in enumerate(sections):
        if one.heading is not None:
            lines += [DiffLine("blank", one)] if lines else []
            lines.append(DiffLine("heading", one))
        run: list[Row] = []
        for row in _opened(one, place, unfolded, everything):
            if isinstance(row, Row) and row.kind != "same":
                run.append(row)
                continue
            _end_run(lines, changes, one, run, beside)
            if isinstance(row, Fold):
                lines.append(DiffLine("fold", one, None, (place, row.start), row.end - row.start))
            else:
                lines.append(DiffLine("beside" if beside else "same", one, row))
        _end_run(lines, changes, one, run, beside)
    return Sheet(lines, changes)


def _opened(
    one: Section, place: int, unfolded: Collection[FoldKey], everything: bool
) -> Iterator[Row | Fold]:
    for row in one.rows:
        if isinstance(row, Fold) and (everything or (place, row.start) in unfolded):
            yield from one.found.rows[row.start : row.end]
        else:
            yield row


def _end_run(lines: list[DiffLine], changes: list[int], one: Section, run: list[Row], beside: bool) -> None:
    """Add a change's lines: below each other all that was removed comes before all that was added."""
    if not run:
        return
    changes.append(len(lines))
    if beside:
        lines.extend(DiffLine("beside", one, row) for row in side_by_side(run))
    else:
        lines.extend(DiffLine("removed", one, row) for row in run if row.old is not None)
        lines.extend(DiffLine("added", one, row) for row in run if row.new is not None)
    run.clear()


# Drawing


class Window(NamedTuple):
    """How lines are drawn: in how many cells, from where, with which key for a fold."""

    width: int
    look: Look
    left: int = 0
    """How many columns further right, or left, than where each line begins by itself."""
    unfold: str = ""


def diff_line(one: DiffLine, window: Window, here: bool = False) -> Content:
    """Draw one line; `here` marks the change that next and previous went to."""
    look, width = window.look, window.width
    if one.kind == "blank":
        return Content.blank(width)
    if one.kind == "heading":
        return padded(shortened(one.section.heading or Content(""), width, look.signs.ellipsis), width)
    if one.kind == "fold":
        key = f", {window.unfold} shows them" if window.unfold else ""
        gap = " " * (one.section.digits + 2)
        said = f"{gap}{look.signs.ellipsis} {counted(one.hidden, 'unchanged line')}{key}"
        return padded(Content.styled(said, look.dim), width)
    mark = look.signs.next if here else " "
    row = one.row
    if row is None:
        return Content.blank(width)
    if one.kind != "beside":
        return _line(one.section, row, "old" if one.kind == "removed" else "new", mark, window, width)
    half = (width - 3) // 2
    return Content.assemble(
        _line(one.section, row, "old", mark, window, half),
        (f" {look.signs.box[3]} ", look.border),
        _line(one.section, row, "new", " ", window, width - 3 - half),
    )


def extent(one: DiffLine, room: int) -> tuple[int, int]:
    """Give the character that a line's texts begin with by themselves in `room` cells, and where they end."""
    if one.row is None:
        return 0, 0
    old, new = _texts(one.section, one.row)
    return _begin(one.row, old, new, room), max(len(old), len(new))


def _texts(one: Section, row: Row) -> tuple[str, str]:
    """Give what is shown of a row's lines; empty for one that it has not."""
    old = "" if row.old is None else one.found.old[row.old]
    new = "" if row.new is None else one.found.new[row.new]
    return _shown_pair(old, new) if row.kind == "changed" else (_shown(old), _shown(new))


def _begin(row: Row, old: str, new: str, room: int) -> int:
    """Give the character that both lines of a row begin with, so that what is seen of them differs."""
    if row.kind != "changed":
        return 0
    first = shared_beginning(old, new)
    fits = all(len(text) <= room and width_of(text) <= room for text in (old, new))
    if fits or (first < room and width_of(old[:first]) + _SEEN_OF_CHANGE <= room):
        return 0
    return max(0, first - room // 3)


def _line(
    one: Section, row: Row, side: Literal["old", "new"], mark: str, window: Window, width: int
) -> Content:
    """Draw one side of a row: its number, a sign for what became of it, its text."""
    look = window.look
    at = row.old if side == "old" else row.new
    if at is None:
        return Content.blank(width)
    sign, style = " ", look.text
    if row.kind != "same":
        sign, style = ("-", look.removed) if side == "old" else ("+", look.added)
    head = Content.assemble((f"{one.line + at:>{one.digits}}", look.dim), (mark, look.key))
    room = width - one.digits - 2
    code = _code(one, row, side, at, window, room - 2)
    body = Content.assemble(f"{sign} ", code)
    if row.kind == "same":
        return padded(Content.assemble(head, body.stylize_before(style)), width)
    return Content.assemble(head, padded(body, room).stylize_before(style), " ")


def _code(one: Section, row: Row, side: Literal["old", "new"], at: int, window: Window, room: int) -> Content:
    """Draw a line's text with syntax colours and changed words, from the window's left column on."""
    look = window.look
    if row.kind == "same" and row.new is not None:
        side, at = "new", row.new
    lines, parts = (one.found.old, one.old_parts) if side == "old" else (one.found.new, one.new_parts)
    old, new = _texts(one, row)
    text = old if side == "old" else new
    spans: list[Span] = []
    if at < len(parts) and _has_syntax(look, row.kind) and text == _shown(lines[at]):
        spans = [Span(part.start, part.end, look.syntax[part.kind]) for part in parts[at]]
    if row.kind == "changed":
        word = look.removed_word if side == "old" else look.added_word
        spans += [Span(start, end, word) for start, end in _marks(old, new)[side == "new"]]
    return _cut(text, spans, max(0, _begin(row, old, new, room) + window.left), room, look)


def _has_syntax(look: Look, kind: str) -> bool:
    """Whether a line wears syntax colours: where what changed is told by the ink, those lines do not."""
    return look.highlight in ("dark", "light") or (look.highlight == "ansi" and kind == "same")


def _cut(text: str, spans: Sequence[Span], left: int, room: int, look: Look) -> Content:
    """Give `room` cells of a line from the character `left` on, with a mark where there is more."""
    mark = look.signs.ellipsis if left and not text[:left].isspace() else ""
    start, end = left + len(mark), min(left + room, len(text))
    inside = [
        Span(max(0, one.start - start), min(one.end, end) - start, one.style)
        for one in spans
        if one.end > start and one.start < end
    ]
    content = Content(mark) + Content(text[start:end], inside)
    if end < len(text) or content.cell_length > room:
        content = content.truncate(room - width_of(look.signs.ellipsis)).append(look.signs.ellipsis)
    return content


@lru_cache(maxsize=2_048)
def _shown(line: str, most: int = _LONGEST_LINE) -> str:
    """Make a line visible; its end is left out."""
    return visible(line[:most].removesuffix("\n").removesuffix("\r"), tabs=True)


@lru_cache(maxsize=1_024)
def _shown_pair(old: str, new: str) -> tuple[str, str]:
    """Make two lines visible so that they differ: tabs, carriage returns and line ends only where needed."""
    at = shared_beginning(old, new)
    most = _LONGEST_LINE if at < _LONGEST_LINE // 2 else at + _LONGEST_LINE
    shown = _shown(old, most), _shown(new, most)
    if shown[0] != shown[1]:
        return shown
    pair = [visible(line[:most].removesuffix("\n")) for line in (old, new)]
    if old.endswith("\n") != new.endswith("\n"):
        pair = [
            shown if line.endswith("\n") else shown + _NO_END
            for shown, line in zip(pair, (old, new), strict=True)
        ]
    return pair[0], pair[1]


@lru_cache(maxsize=1_024)
def _marks(old: str, new: str) -> tuple[Sequence[tuple[int, int]], Sequence[tuple[int, int]]]:
    return changed_words(old, new)
