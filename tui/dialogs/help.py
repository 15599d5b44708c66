"""Every command with its keys and what it does, made from the registry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import NamedTuple

from textual import events
from textual.content import Content
from textual.widget import Widget

from tui.commands import COMMANDS, Command, Scope
from tui.dialogs.base import Dialog
from tui.keymap import NO_KEY
from tui.present.legend import legend
from tui.present.look import Look
from tui.present.text import padded, width_of, wrapped
from tui.registry import SCREENS, SESSION, ScreenCommands
from tui.widgets.line_input import LineInput
from tui.words import counted
from tui.workbench import Workbench

_TITLES = {
    Scope.EDITOR: "Editor",
    Scope.PATCH: "Patch",
    Scope.SESSION: "Session",
    Scope.GLOBAL: "Anywhere",
    Scope.MOVING: "Moving",
}


class Entry(NamedTuple):
    """One line of help: keys or a sign, what they do, and further words that it is found by."""

    keys: str
    text: str
    words: str = ""

    def has_key(self, wanted: str) -> bool:
        """Say whether it is about this very key."""
        return wanted in self.keys.split()

    def has_words(self, wanted: str) -> bool:
        """Say whether it holds every word, in capitals or not."""
        known = f"{self.text} {self.words}".lower()
        return all(word in known for word in wanted.lower().split())


Section = tuple[str, tuple[Entry, ...]]


def sections(here: ScreenCommands, look: Look, *, dialogs: bool) -> tuple[Section, ...]:
    """Give all of help, what is met on the screen `here` first, with or without that of other dialogs."""
    found: list[Section] = []
    if here is not SESSION:
        found.append((here.title, _entries(here.commands, look)))
    for scope, title in _TITLES.items():
        commands = [one for one in COMMANDS if one.scope is scope and one.id not in here.shared]
        found.append((title, _entries(commands, look)))
    others = [one for one in SCREENS if one not in (here, SESSION) and (dialogs or not one.dialog)]
    found += [(screen.title, _entries(screen.own, look)) for screen in others]
    signs = tuple(Entry(sign.strip(), text, "sign") for sign, text in legend(look.signs))
    return (*found, ("Signs", signs))


def _entries(commands: Iterable[Command], look: Look) -> tuple[Entry, ...]:
    return tuple(Entry(look.keymap.all_shown(one.id), one.help, f"{one.label} {one.id}") for one in commands)


def matching(found: Sequence[Section], wanted: str) -> tuple[Section, ...]:
    """Keep what is about a key, then what holds the words; sections of which nothing is left go."""
    by_key = [(title, tuple(one for one in entries if one.has_key(wanted))) for title, entries in found]
    by_words = [
        (title, tuple(one for one in entries if one.has_words(wanted) and not one.has_key(wanted)))
        for title, entries in found
    ]
    return tuple((title, entries) for title, entries in (*by_key, *by_words) if entries)


class HelpDialog(Dialog[None]):
    """The help screen: every key with what it does, searched with `/`."""

    WIDEST = 110
    _COLUMN = 62
    """The least cells of a column, where there is room for more than one."""
    _GAP = 2

    def __init__(self, bench: Workbench, here: ScreenCommands = SESSION) -> None:
        super().__init__(bench)
        self._all = sections(here, self.look, dialogs=True)
        self._listed = self._found = sections(here, self.look, dialogs=here.dialog)
        self._wanted = LineInput(placeholder="a key, or words of what it does", id="wanted")
        self._wanted.display = False
        self._top, self._below = 0, 0
        keys = (key for _, entries in self._all for one in entries for key in one.keys.split())
        self._longest_key = max(map(width_of, keys))

    def heading(self) -> Content:
        """Give the title, with the count of what was found."""
        title = Content.styled("Keys", self.look.strong)
        if not self._wanted.value:
            return title
        found, known = (sum(len(entries) for _, entries in one) for one in (self._found, self._all))
        return Content.assemble(title, (f" {self.look.signs.dot} {found} of {known}", self.look.dim))

    def footing(self) -> Content:
        """Say how much there is below."""
        return Content.styled(f"{counted(self._below, 'line')} more" if self._below else "", self.look.dim)

    def fields(self) -> Sequence[Widget]:
        """Give the field that `/` shows."""
        return (self._wanted,)

    def on_input_changed(self, event: LineInput.Changed) -> None:
        """Look for what is typed."""
        wanted = event.value.strip()
        self._found = matching(self._all, wanted) if wanted else self._listed
        self._top = 0
        self.redraw()

    def _lines(self, width: int) -> list[Content]:
        lines: list[Content] = []
        for title, entries in self._found:
            lines.append(Content.styled(title, self.look.heading))
            for entry in entries:
                lines += self._entry(entry, width)
        return lines or [Content.styled("Nothing does that.", self.look.warn)]

    def _entry(self, entry: Entry, width: int) -> list[Content]:
        before = max(16 if self._columns == 1 else 14, self._longest_key + 3)
        style = self.look.dim if entry.keys == NO_KEY else self.look.key
        rows = zip_longest(wrapped(entry.keys, before - 3), wrapped(entry.text, width - before), fillvalue="")
        return [
            Content.assemble("  ", padded(Content.styled(key, style), before - 2), (text, self.look.text))
            for key, text in rows
        ]

    @property
    def _columns(self) -> int:
        return max(1, (self.app.size.width - 8 + self._GAP) // (self._COLUMN + self._GAP))

    @property
    def inner_width(self) -> int:
        """How many cells a line has: all there are where they are enough for several columns."""
        return super().inner_width if self._columns == 1 else self.app.size.width - 8

    def body(self, width: int, height: int) -> Sequence[Content]:
        """Give the lines from where it is scrolled to, column by column."""
        count = self._columns
        wide = (width - self._GAP * (count - 1)) // count
        lines = self._lines(wide)
        self._top = max(0, min(self._top, len(lines) - height * count))
        shown = lines[self._top : self._top + height * count]
        self._below = len(lines) - self._top - len(shown)
        shown += [Content("")] * (height * count - len(shown))
        if count == 1:
            return shown
        gap = Content.blank(self._GAP)
        rows = zip(*(shown[at * height : (at + 1) * height] for at in range(count)), strict=True)
        return [gap.join([padded(line, wide) for line in row]) for row in rows]

    def keys(self) -> Sequence[tuple[str, str]]:
        """Give the keys."""
        if self._wanted.display:
            return (("up down", "scroll"), ("esc", "all keys"))
        return (("j k", "scroll"), ("/", "search"), ("esc", "back"))

    def press(self, event: events.Key) -> bool:
        """Answer a key."""
        keymap = self.look.keymap
        steps = {"down": 1, "j": 1, "up": -1, "k": -1, "pagedown": 10, "pageup": -10, "space": 10}
        if event.key in steps:
            self._top += steps[event.key]
        elif event.key in ("g", "home", "G", "end"):
            self._top = 0 if event.key in ("g", "home") else 10**6
        elif event.key == "slash":
            self._search(True)
        elif event.key == "escape" and self._wanted.display:
            self._search(False)
        elif event.key in keymap.keys["help"]:
            self.dismiss(None)
        else:
            return False
        self.redraw()
        return True

    def _search(self, searching: bool) -> None:
        self._wanted.display = searching
        if searching:
            self.set_focus(self._wanted)
        else:
            self._wanted.value = ""
            self.set_focus(None)
