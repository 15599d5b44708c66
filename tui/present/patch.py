"""A patch in detail as lines under headings: checklist, operations, conflicts, dependencies, who did what.

The lines hold values; one is drawn only when it is visible. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from datetime import datetime
from typing import NamedTuple

from textual.content import Content
from textual.style import Style

from store.errors import Code
from store.ground.order import dependency_of
from store.model import (
    AddDefinition,
    Blocker,
    Conflict,
    DeleteDefinition,
    Dependency,
    LogEntry,
    Op,
    Patch,
    PatchStatus,
    RenameDefinition,
    UpdateDefinition,
    new_name_of,
)
from store.views import PatchView, Suggestion
from tui.present.board import Board
from tui.present.conflicts import KINDS
from tui.present.deeds import deeds_of
from tui.present.effects import fix_of, patch_label, patch_lines
from tui.present.history import deed_row, moment
from tui.present.look import Look, Tone
from tui.present.states import LONG, MEDIUM, operation, state_of
from tui.present.text import cut_right, definition_name, last_part, padded, visible, width_of, wrapped
from tui.words import counted

Target = Op | Blocker | Conflict | Dependency | Suggestion | Patch | LogEntry
"""What a line stands for; a `Patch` for one that needs this one."""
Counts = tuple[int, int]
"""How many lines an operation adds and removes."""

_OPERATIONS = AddDefinition | UpdateDefinition | DeleteDefinition | RenameDefinition
_WHO = 12
_KIND = 8


class DetailLine(NamedTuple):
    """One line: a heading, a sentence, or what stands for a record and takes the cursor."""

    text: str = ""
    tone: Tone = "text"
    heading: bool = False
    checked: bool = False
    """It says what is in order, with a sign."""
    key: str = ""
    """Names the record for the cursor; empty for a line that does not take it."""
    target: Target | None = None
    bare: bool = False
    """The reason of the edge stands on the next line."""

    @property
    def operation(self) -> Op | None:
        """The operation that it stands for."""
        return self.target if isinstance(self.target, _OPERATIONS) else None


def satisfied(patch: Patch, blockers: Sequence[Blocker]) -> list[str]:
    """Name what is in order where these blockers are in the way (R6)."""
    codes = {blocker.code for blocker in blockers}
    parts = [counted(len(patch.operations), "operation")] if patch.operations else []
    checks = (
        (Code.NOT_READY, "marked ready"),
        (Code.CONFLICTS, "no conflict"),
        (Code.UNSAVED_EDITOR, "editors saved"),
        (Code.DOES_NOT_PARSE, "parses"),
    )
    return parts + [
        word
        for code, word in checks
        if code not in codes and (code is not Code.NOT_READY or patch.marked_ready)
    ]


def detail_lines(
    one: PatchView, board: Board, entries: Sequence[LogEntry] | None, spacious: bool, width: int
) -> tuple[DetailLine, ...]:
    """Give the lines of a patch; `entries` are its part of the log, newest first, None while it is read.

    `spacious` gives each satisfied check a line of its own. Only sentences are broken at `width`.
    """
    return tuple(
        line
        for section in (
            _about(one, board, spacious, width),
            _checklist(one, spacious, width) if one.patch.is_open else (),
            _operations(one, board),
            _conflicts(one),
            _dependencies(one, board),
            _log(entries),
        )
        for line in section
    )


def found_by(line: DetailLine, board: Board) -> str:
    """Give the words by which a filter finds a line that takes the cursor."""
    target = line.target
    if isinstance(target, Blocker):
        return target.message
    if isinstance(target, Conflict):
        return f"{target.name} {KINDS[target.kind]}"
    if isinstance(target, LogEntry):
        return f"{target.user} {target.verb} {target.summary}"
    if isinstance(target, Dependency):
        other = board.view.state.patches[target.patch]
        return f"{other.letter} {other.name} {origin_of(target)}"
    if isinstance(target, Patch):
        return f"{target.letter} {target.name}"
    if isinstance(target, Suggestion):
        return f"{target.patch.letter} {target.patch.name} {target.name}"
    if target is None:
        return line.text
    return f"{target.kind} {target.name} {new_name_of(target) or ''} {' '.join(target.authors)}"


def narrowed(lines: Sequence[DetailLine], kept: Set[str]) -> tuple[DetailLine, ...]:
    """Leave the lines with these keys, under the headings of their sections."""
    found: list[DetailLine] = []
    heading: list[DetailLine] = []
    for line in lines:
        if line.heading:
            heading = [DetailLine(), line] if found else [line]
        elif line.key in kept:
            found += [*heading, line]
            heading = []
    return tuple(found)


def _heading(text: str, count: int | None = None) -> Iterator[DetailLine]:
    yield DetailLine()
    yield DetailLine(text if count is None else f"{text} {count}", heading=True)


def _about(one: PatchView, board: Board, spacious: bool, width: int) -> Iterator[DetailLine]:
    patch = one.patch
    limit = 6 if spacious else 2
    for line in wrapped(patch.description, width - 2, limit) if patch.description else ():
        yield DetailLine(line)
    if not patch.description and patch.is_open:
        yield DetailLine(f"no description: {board.keymap.shown('describe-patch')} gives one", "dim")


def _checklist(one: PatchView, spacious: bool, width: int) -> Iterator[DetailLine]:
    yield from _heading("Ready to merge" if one.ready_to_merge else "Before it can be merged")
    for index, blocker in enumerate(one.blockers):
        yield DetailLine(key=f"blocker {index}", target=blocker)
    fine = satisfied(one.patch, one.blockers)
    if spacious:
        yield from (DetailLine(word, "dim", checked=True) for word in fine)
    elif fine:
        yield from (
            DetailLine(line, "dim", checked=not index)
            for index, line in enumerate(wrapped(", ".join(fine), width - 4))
        )


def _operations(one: PatchView, board: Board) -> Iterator[DetailLine]:
    operations = one.patch.operations
    yield from _heading("Operations", len(operations))
    for op in operations:
        yield DetailLine(key=f"operation {op.name}", target=op)
    if not operations:
        adds = f"none yet: {board.keymap.shown('add-definition')} adds a definition"
        yield DetailLine(adds if one.patch.is_open else "none", "dim")


def _conflicts(one: PatchView) -> Iterator[DetailLine]:
    if one.patch.conflicts:
        yield from _heading("Open conflicts", len(one.patch.conflicts))
        for conflict in one.patch.conflicts:
            yield DetailLine(key=f"conflict {conflict.name}", target=conflict)


def _dependencies(one: PatchView, board: Board, apart: bool = False) -> Iterator[DetailLine]:
    """Give the edges of a patch; `apart` gives each one's reason a line of its own."""
    patches = board.view.state.patches
    needed = [dependency for dependency in one.patch.dependencies if dependency.patch in patches]
    if needed:
        yield from _heading("Needs", len(needed))
    for dependency in needed:
        yield from _edge(f"needs {dependency.patch}", dependency, dependency, apart)
    if one.suggestions:
        yield from _heading("Perhaps needs", len(one.suggestions))
    for suggestion in one.suggestions:
        yield DetailLine(key=f"perhaps {suggestion.patch.id}", target=suggestion)
    if one.dependants:
        yield from _heading("Needed by", len(one.dependants))
    for dependant in one.dependants:
        found = dependency_of(dependant, one.patch.id)
        yield from _edge(f"needed by {dependant.id}", dependant, found, apart)


def _edge(
    key: str, target: Dependency | Patch, dependency: Dependency | None, apart: bool
) -> Iterator[DetailLine]:
    yield DetailLine(key=key, target=target, bare=apart)
    if apart and dependency is not None:
        yield DetailLine(origin_of(dependency), "dim")


def edge_lines(one: PatchView, board: Board, apart: bool) -> tuple[DetailLine, ...]:
    """Give what a patch needs and what needs it as lines, and which patches merging it unlocks.

    `apart` gives the reason of each edge a line of its own.
    """
    lines = list(_dependencies(one, board, apart))
    if not lines:
        lines = [DetailLine(), DetailLine("It needs no other patch, and none needs it.", "dim")]
    unlocked = unlocked_by(board, one)
    if one.patch.is_open and unlocked:
        lines += _heading("Merging this unlocks", len(unlocked))
        for other in unlocked:
            rest = [blocker.message for blocker in other.blockers if blocker.patch != one.patch.id]
            after = f"still {rest[0]}" if rest else "ready to merge then"
            lines.append(DetailLine(f"{other.patch.letter} {other.patch.name}, {after}", checked=not rest))
    return tuple(lines[1:])


def unlocked_by(board: Board, one: PatchView) -> tuple[PatchView, ...]:
    """Give the open patches that wait for nothing else once this one is merged."""
    found = (board.patch_by_id.get(dependant.id) for dependant in one.dependants)
    return tuple(
        other
        for other in found
        if other is not None and other.patch.is_open and [w.id for w in other.waits_for] == [one.patch.id]
    )


def _log(entries: Sequence[LogEntry] | None) -> Iterator[DetailLine]:
    deeds = deeds_of(entries or ())
    yield from _heading("Who did what", None if entries is None else len(deeds))
    if entries is None:
        yield DetailLine("reading…", "dim")
    for deed in deeds:
        yield DetailLine(key=f"entry {deed.entry.id}", target=deed.entry)


class DetailRows:
    """Draws the lines of one patch in one width."""

    def __init__(
        self, one: PatchView, board: Board, entries: Sequence[LogEntry], now: datetime, width: int, look: Look
    ) -> None:
        self._one, self._board, self._now = one, board, now
        self._width, self._look = width, look
        self._deeds = {deed.entry.id: deed for deed in deeds_of(entries)}

    def drawn(self, line: DetailLine, counts: Counts | None = None) -> Content:
        """Draw a line; `counts` are those of its operation, None while they are not known."""
        look, width, target = self._look, self._width, line.target
        if target is None:
            return self._sentence(line)
        if isinstance(target, Blocker):
            return self._blocker(target)
        if isinstance(target, Conflict):
            kind = KINDS[target.kind]
            room = max(8, width - width_of(kind) - 6)
            name = definition_name(target.name, room, look.dim, look.strong, look.signs.ellipsis)
            return Content.assemble((f" {look.signs.bad} ", look.bad), name, (f"  {kind}", look.bad))
        if isinstance(target, Dependency):
            other = self._board.view.state.patches[target.patch]
            return self._other(other, "" if line.bare else origin_of(target))
        if isinstance(target, Suggestion):
            return self._other(target.patch, f"adds {last_part(target.name)}")
        if isinstance(target, Patch):
            dependency = None if line.bare else dependency_of(target, self._one.patch.id)
            return self._other(target, origin_of(dependency) if dependency else "")
        if isinstance(target, LogEntry):
            return deed_row(self._deeds[target.id], self._now, width, look)
        return self._operation(target, counts)

    def _sentence(self, line: DetailLine) -> Content:
        look = self._look
        if line.heading:
            return Content.assemble(" ", (line.text, look.heading))
        text = cut_right(line.text, self._width - 4, look.signs.ellipsis)
        if line.checked:
            return Content.assemble((f" {look.signs.good} ", look.good), (text, look.tone(line.tone)))
        return Content.assemble("   " if line.tone == "dim" else " ", (text, look.tone(line.tone)))

    def _blocker(self, blocker: Blocker) -> Content:
        look, fix = self._look, fix_of(blocker, self._board)
        room = max(10, self._width - 7 - width_of(fix))
        message = cut_right(blocker.message, room, look.signs.ellipsis)
        return Content.assemble(
            (f" {look.signs.bad} ", look.warn), (message, look.text), (f"  {fix}", look.italic)
        )

    def _other(self, patch: Patch, origin: str) -> Content:
        """Draw another patch with the reason of the edge, and with its state where both have room."""
        look = self._look
        found = self._board.patch_by_id.get(patch.id)
        state = (
            state_of(found, self._board.numbers, look, LONG if self._width >= 90 else MEDIUM)
            if found
            else Content("")
        )
        sign = look.sign(patch.status, bool(found and found.ready_to_merge))
        room = max(12, self._width // (3 if origin else 2))
        head = Content.assemble(f" {sign} ", patch_label(patch, look, room))
        head = padded(head, min(self._width - 1, room + 8))
        rest = self._width - head.cell_length - state.cell_length - 3
        if width_of(origin) > rest:
            state, rest = Content(""), self._width - head.cell_length - 3
        why = cut_right(origin, rest, look.signs.ellipsis)
        return Content.assemble(head, state, (f"  {why}", look.dim))

    def _operation(self, op: Op, counts: Counts | None) -> Content:
        look = self._look
        who = cut_right(", ".join(op.authors), _WHO, look.signs.ellipsis)
        tail = counts_shown(counts, look)
        room = self._width - _WHO - tail.cell_length - 4
        what = padded(Content(" ") + operation(op, room - 1, look), room)
        return Content.assemble(what, "  ", padded(Content.styled(who, look.italic), _WHO), " ", tail)


def counts_shown(counts: Counts | None, look: Look) -> Content:
    """Show how many lines an operation adds and removes, in ten cells."""
    if counts is None:
        return Content.blank(10)
    added, removed = counts
    parts = [
        (f"{f'+{added}' if added else '':>5}", look.good),
        (f"{f'-{removed}' if removed else '':>5}", look.bad),
    ]
    return Content.assemble(*parts)


def origin_of(dependency: Dependency) -> str:
    """Say where a dependency comes from, and why there is one."""
    origin, why = dependency.origin.value, visible(dependency.why)
    return why if why.startswith(origin) else f"{origin}: {why}" if why else origin


def detail_title(one: PatchView, board: Board, look: Look, width: int) -> Content:
    """Name the patch with its sign and state."""
    state = state_of(one, board.numbers, look, LONG)
    letter = (f"{visible(one.patch.letter)} ", look.hue(one.patch.letter) + Style(bold=True))
    sign = look.sign(one.patch.status, one.ready_to_merge)
    room = max(10, width - state.cell_length - width_of(one.patch.letter) - 14)
    name = cut_right(one.patch.name, room, look.signs.ellipsis)
    return Content.assemble(letter, f"{sign} ", (name, look.strong), (f" {look.signs.dot} ", look.dim), state)


def detail_foot(patch: Patch, now: datetime, look: Look) -> Content:
    """Say who made the patch and when, and what became of it."""
    dot = f" {look.signs.dot} "
    parts = [f"by {cut_right(patch.created_by, _WHO, look.signs.ellipsis)}, {moment(patch.created_at, now)}"]
    if patch.status is PatchStatus.MERGED and patch.merged_at is not None:
        by = cut_right(patch.merged_by or "", _WHO, look.signs.ellipsis)
        parts.append(
            f"merged by {by}, {moment(patch.merged_at, now)}, revision {visible(patch.revision or '')[:12]}"
        )
    if patch.status is PatchStatus.ABANDONED and patch.abandoned_at is not None:
        parts.append(f"abandoned {moment(patch.abandoned_at, now)}")
    return Content.styled(dot.join(parts), look.dim)


def operation_title(op: Op, look: Look, width: int) -> Content:
    """Name an operation's definition and its authors, above its differences."""
    authors = cut_right(", ".join(op.authors), max(_WHO, width // 3), look.signs.ellipsis)
    name = op.new_name if isinstance(op, RenameDefinition) else op.name
    room = max(10, width - width_of(authors) - _KIND - 10)
    return Content.assemble(
        (f"{op.kind} ", look.text),
        definition_name(name, room, look.dim, look.strong, look.signs.ellipsis),
        (f" {look.signs.dot} {authors}", look.text),
    )


def target_title(target: Target | None, look: Look, width: int) -> Content:
    """Name what the cursor is on, above its preview."""
    if isinstance(target, _OPERATIONS):
        return operation_title(target, look, width)
    words: dict[type, str] = {
        Blocker: "in the way",
        Conflict: "open conflict",
        Dependency: "needed",
        Suggestion: "perhaps needed",
        Patch: "needed by",
    }
    word = words.get(type(target), "change") if target is not None else ""
    return Content.styled(word, look.text)


def target_lines(target: Target | None, board: Board, now: datetime, width: int, look: Look) -> list[Content]:
    """Say in whole sentences what the cursor is on, and what enter does about it; not for operations."""
    enter = board.keymap.shown("row")
    if isinstance(target, Blocker):
        fix = fix_of(target, board)
        does = f"{enter}: {fix}" if fix else ""
        return _sentences([(target.message, look.text), (does, look.italic)], width)
    if isinstance(target, Conflict):
        told = f"{target.name} was {KINDS[target.kind]}."
        settle = f"{enter}: settle it place by place: ours, theirs, or a text of your own"
        return _sentences([(told, look.text), (settle, look.italic)], width)
    if isinstance(target, Dependency | Patch):
        found = board.patch_by_id.get(target.patch if isinstance(target, Dependency) else target.id)
        origin = [(origin_of(target), look.text)] if isinstance(target, Dependency) else []
        return _sentences(origin, width) + (patch_lines(found, board, look, width) if found else [])
    if isinstance(target, Suggestion):
        uses = f"This patch uses {last_part(target.name)} behind a dot"
        told = f"{uses}; {target.patch.letter} adds {target.name}."
        does = f"{enter}: depend on it, or dismiss this"
        return _sentences([(told, look.text), (does, look.italic)], width)
    if isinstance(target, LogEntry):
        about = f"{target.user}, {moment(target.at, now)}"
        shows = f"{enter}: its differences in the history"
        return _sentences([(about, look.dim), (target.summary, look.text), (shows, look.italic)], width)
    return []


def _sentences(texts: Sequence[tuple[str, Style]], width: int) -> list[Content]:
    return [Content.styled(line, style) for text, style in texts if text for line in wrapped(text, width)]
