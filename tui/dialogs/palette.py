"""The palette: every command of the screen, and every patch, editor, session and definition by its name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar, Literal, NamedTuple, Protocol, runtime_checkable

from textual.content import Content

from store.session_manager import SessionSummary
from tui.commands import Command, Scope
from tui.dialogs.finding import FindingDialog
from tui.dialogs.rows import Row
from tui.finding import Grade, Hit, Names, admits
from tui.place import Selection
from tui.present.board import Board
from tui.present.finding import found_label, found_name
from tui.present.text import cut_right, padded
from tui.workbench import Workbench

Kind = Literal["command", "patch", "editor", "session", "definition"]

_OFFERED_MOVES = ("goto", "filter")
_KINDS: tuple[Kind, ...] = ("command", "patch", "editor", "session", "definition")
"""Of what is found equally well, the first before the others."""
_WORDS_FROM = 3
"""So many letters are looked for in what commands do, too."""


@runtime_checkable
class Commanded(Protocol):
    """A screen that the palette gives commands to."""

    KNOWN: ClassVar[tuple[Command, ...]]
    """The commands that it answers to."""
    bench: Workbench

    @property
    def board(self) -> Board | None:
        """The present view."""

    @property
    def selection(self) -> Selection:
        """What commands act on."""

    def press(self, command: Command, key: str = "") -> None:
        """Do a command."""

    def say(self, message: str, failed: bool = False) -> None:
        """Show a sentence until the next key."""


class Target(NamedTuple):
    """What was chosen: a command's id, a record's id, or a definition's name."""

    kind: Kind
    key: str


class Entry(NamedTuple):
    """One thing the palette offers by its name."""

    target: Target
    label: str
    keys: str = ""
    about: str = ""
    refused: bool = False
    names: tuple[str, ...] = ()
    """What it is found by."""


def entries(screen: Commanded, sessions: Sequence[SessionSummary]) -> list[Entry]:
    """Give the commands of a screen, then the session's patches and editors, then the sessions."""
    board, selection, keymap = screen.board, screen.selection, screen.bench.look.keymap
    found: list[Entry] = []
    for command in screen.KNOWN:
        if command.id == "palette" or (command.scope is Scope.MOVING and command.id not in _OFFERED_MOVES):
            continue
        label = command.named(board, selection).removesuffix("…")
        refusal = command.refusal(board, selection)
        about = f"not now: {refusal}" if refusal else command.help
        keys = keymap.all_shown(command.id)
        names = (label, *keys.split())
        found.append(Entry(Target("command", command.id), label, keys, about, refusal is not None, names))
    if board is not None:
        for one in board.view.patches:
            label = f"{one.patch.letter} {one.patch.name}"
            names, target = (one.patch.letter, one.patch.name, label), Target("patch", one.patch.id)
            found.append(Entry(target, label, about=one.patch.status.value, names=names))
        for editor in board.view.editors:
            number, name = str(editor.editor.number), editor.editor.target
            names, target = (number, name, f"{number} {name}"), Target("editor", editor.editor.id)
            found.append(Entry(target, names[-1], about=editor.editor.user, names=names))
    for session in sessions:
        about = "closed" if session.session.closed_at else session.role.value
        name = session.session.name
        found.append(Entry(Target("session", session.session.id), name, about=about, names=(name,)))
    return found


def ranked(hits: Mapping[Entry, Hit], commands: Sequence[Entry], wanted: str) -> list[tuple[Hit, Entry]]:
    """Give what was found, the best first, and commands whose help has the words; of equals as in `_KINDS`.

    Scattered letters are left out where something holds what is typed in one piece.
    """
    found = [(hit, entry) for entry, hit in hits.items()]
    if len(wanted) >= _WORDS_FROM:
        by_words = (one for one in commands if one not in hits and admits(one.about, wanted))
        found += [(Hit(Grade.WORDS, 0, 0, one.label), one) for one in by_words]
    clear = any(hit.grade <= Grade.PIECE for hit, _ in found)
    found = [one for one in found if not (clear and one[0].grade is Grade.SCATTERED)]
    return sorted(found, key=_rank)


def _rank(found: tuple[Hit, Entry]) -> tuple[int, int, bool, int, int]:
    """Say where something stands; a command that is refused is below what was found as clearly as a piece."""
    hit, entry = found
    grade = max(hit.grade, Grade.PIECE) if entry.refused else hit.grade
    return grade, _KINDS.index(entry.target.kind), entry.refused, hit.cost, hit.length


class PaletteDialog(FindingDialog[Target]):
    """Offers commands at once, and whatever else has the letters typed in its name."""

    placeholder = "a command, or parts of a name"

    def __init__(self, bench: Workbench, offered: Sequence[Entry], with_definitions: bool) -> None:
        super().__init__(bench, with_definitions)
        self._by_name: dict[str, list[Entry]] = {}
        for one in offered:
            for name in one.names:
                self._by_name.setdefault(name, []).append(one)
        self._commands = [one for one in offered if one.target.kind == "command"]
        self._names = Names(self._by_name)

    def heading(self) -> Content:
        """Give the title."""
        return Content.styled("Go to or do", self.look.strong)

    def found_rows(self) -> Sequence[Row]:
        """Give what has the letters typed in its name, the best first: commands, records, definitions."""
        wanted = self.found.wanted
        offered = self._commands if not wanted else [one for _, one in self._best(wanted)]
        return [Row(" ".join(one.target), self._row(one, wanted)) for one in offered]

    def _best(self, wanted: str) -> list[tuple[Hit, Entry]]:
        """Give the entries and definitions found with how well they were."""
        known, hits = self._names.search(wanted), dict[Entry, Hit]()
        for hit in known.hits if known is not None else ():
            for entry in self._by_name[hit.name]:
                hits.setdefault(entry, hit)
        for hit in self.found.hits:
            hits[Entry(Target("definition", hit.name), hit.name)] = hit
        return ranked(hits, self._commands, wanted)

    def _row(self, one: Entry, wanted: str) -> Content:
        if one.target.kind == "definition":
            return self._definition(one.label, wanted)
        look, width = self.look, self.inner_width
        column = max(20, width * 2 // 5)
        style = look.dim if one.refused else look.strong
        label = padded(found_label(one.label, wanted, column - 1, look, style), column)
        kind = one.keys if one.target.kind == "command" else one.target.kind
        head = label + padded(Content.styled(cut_right(kind, 11), look.key if one.keys else look.text), 12)
        about = cut_right(one.about, max(4, width - column - 12), look.signs.ellipsis)
        return head + Content.styled(about, look.warn if one.refused else look.dim)

    def _definition(self, name: str, wanted: str) -> Content:
        width = self.inner_width - 12
        shown = padded(found_name(name, wanted, width - 1, self.look), width)
        return shown + Content.styled("definition", self.look.dim)

    def keys(self) -> Sequence[tuple[str, str]]:
        """Give the keys."""
        return ((self.look.signs.enter, "do it, go there"), ("up down", "choose"), ("esc", "back"))

    def choose(self, row: Row) -> None:
        """Answer with what the row stands for."""
        kind, _, key = row.key.partition(" ")
        self.dismiss(Target(next(one for one in _KINDS if one == kind), key))
