"""The palette: every command of the screen, and every patch, editor, session and definition by its name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal, Protocol, runtime_checkable

from textual.content import Content

from store.session_manager import SessionSummary
from tui.commands import Command, Scope
from tui.dialogs.finding import FindingDialog
from tui.dialogs.rows import Row
from tui.finding import Names, admits
from tui.place import Selection
from tui.present.board import Board
from tui.present.finding import found_label, found_name
from tui.present.text import cut_right, padded
from tui.workbench import Workbench

Kind = Literal["command", "patch", "editor", "session", "definition"]

_OFFERED_MOVES = ("goto", "filter")
_FIRST = 40
"""How many commands and records are offered before definitions."""


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


@dataclass(frozen=True)
class Target:
    """What was chosen: a command's id, a record's id, or a definition's name."""

    kind: Kind
    key: str


@dataclass(frozen=True)
class Entry:
    """One thing the palette offers by its name."""

    target: Target
    label: str
    keys: str = ""
    about: str = ""
    refused: bool = False


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
        found.append(Entry(Target("command", command.id), label, keys, about, refusal is not None))
    if board is not None:
        for one in board.view.patches:
            label = f"{one.patch.letter} {one.patch.name}"
            found.append(Entry(Target("patch", one.patch.id), label, about=one.patch.status.value))
        for editor in board.view.editors:
            label = f"{editor.editor.number} {editor.editor.target}"
            found.append(Entry(Target("editor", editor.editor.id), label, about=editor.editor.user))
    for session in sessions:
        about = "closed" if session.session.closed_at else session.role.value
        found.append(Entry(Target("session", session.session.id), session.session.name, about=about))
    return found


class PaletteDialog(FindingDialog[Target]):
    """Offers commands at once, and whatever else has the letters typed in its name."""

    placeholder = "a command, or parts of a name"

    def __init__(self, bench: Workbench, offered: Sequence[Entry], with_definitions: bool) -> None:
        super().__init__(bench, with_definitions)
        self._by_label: dict[str, list[Entry]] = {}
        for one in offered:
            self._by_label.setdefault(one.label, []).append(one)
        self._commands = [one for one in offered if one.target.kind == "command"]
        self._labels = Names(self._by_label)
        self._targets: list[Target] = []

    def heading(self) -> Content:
        """Give the title."""
        return Content.styled("Go to or do", self.look.strong)

    def found_rows(self) -> Sequence[Row]:
        """Give what has the letters typed in its name: commands and records, then definitions."""
        wanted = self.found.wanted
        best = self._labels.search(wanted)
        if not wanted or best is None:
            offered = list(self._commands)
        else:
            offered = [one for label in best.names[:_FIRST] for one in self._by_label[label]]
            offered += [one for one in self._commands if one not in offered and admits(one.about, wanted)]
            offered.sort(key=lambda one: one.refused)
        rows = [Row(str(at), self._row(one, wanted)) for at, one in enumerate(offered)]
        self._targets = [one.target for one in offered]
        if wanted:
            for name in self.found.names:
                rows.append(Row(str(len(rows)), self._definition(name, wanted)))
                self._targets.append(Target("definition", name))
        return rows

    def _row(self, one: Entry, wanted: str) -> Content:
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
        self.dismiss(self._targets[int(row.key)])
