"""Every command with its keys and what it does, made from the registry; and the palette's provider."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Protocol, runtime_checkable

from textual import events
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from tui.commands import COMMANDS, Command, Scope
from tui.dialogs.base import Dialog
from tui.place import Selection
from tui.present.board import Board
from tui.present.text import visible, wrapped
from tui.workbench import Workbench

_TITLES = {
    Scope.EDITOR: "Editor",
    Scope.PATCH: "Patch",
    Scope.SESSION: "Session",
    Scope.GLOBAL: "Anywhere",
    Scope.MOVING: "Moving",
}
EDITING_KEYS = (
    ("ctrl+s F2", "Save the definition."),
    ("esc", "Go back; what is typed is kept."),
    ("tab", "Indent."),
)
"""What the definition editor answers to beside ordinary typing."""


class HelpDialog(Dialog[None]):
    """The help screen."""

    WIDEST = 110

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._top = 0

    def heading(self) -> Content:
        """Give the title."""
        return Content.styled("Keys", self.look.strong)

    def _lines(self, width: int) -> list[Content]:
        look, lines = self.look, []
        for scope, title in _TITLES.items():
            lines.append(Content.styled(title, look.heading))
            for command in COMMANDS:
                if command.scope is scope:
                    lines += self._command(look.keymap.all_shown(command.id), command.help, width)
        lines.append(Content.styled("In the definition editor", look.heading))
        for keys, text in EDITING_KEYS:
            lines += self._command(keys, text, width)
        lines.append(Content.styled("Signs", look.heading))
        signs = look.signs
        for sign, text in (
            (signs.ready, "ready to merge"),
            (signs.draft, "draft"),
            (signs.blocked, "marked ready, something is in the way"),
            (signs.conflict, "conflict"),
            (signs.merged, "merged"),
            (signs.abandoned, "abandoned"),
        ):
            lines += self._command(sign, text, width)
        return lines

    def _command(self, keys: str, text: str, width: int) -> list[Content]:
        first, *rest = wrapped(text, width - 16)
        key = Content.styled(keys, self.look.key).pad_right(max(1, 14 - Content(keys).cell_length))
        lines = [Content.assemble("  ", key, (first, self.look.text))]
        return [*lines, *(Content.assemble(" " * 16, (line, self.look.text)) for line in rest)]

    def body(self, width: int, height: int) -> Sequence[Content]:
        """Give the lines from where it is scrolled to."""
        lines = self._lines(width)
        self._top = max(0, min(self._top, len(lines) - height))
        return lines[self._top : self._top + height]

    def keys(self) -> Sequence[tuple[str, str]]:
        """Give the keys."""
        return (("j k", "scroll"), ("esc", "back"))

    def press(self, event: events.Key) -> bool:
        """Answer a key."""
        steps = {"down": 1, "j": 1, "up": -1, "k": -1, "pagedown": 10, "pageup": -10, "space": 10}
        if event.key in steps:
            self._top += steps[event.key]
        elif event.key in ("g", "home", "G", "end"):
            self._top = 0 if event.key in ("g", "home") else 10**6
        elif event.key in ("q", "question_mark", "f1"):
            self.dismiss(None)
        else:
            return False
        self.redraw()
        return True


@runtime_checkable
class Commanded(Protocol):
    """A screen that the palette gives commands to."""

    bench: Workbench

    @property
    def board(self) -> Board | None:
        """The present view."""

    @property
    def selection(self) -> Selection:
        """What commands act on."""

    def press(self, command: Command, key: str = "") -> None:
        """Do a command."""


class RegistryProvider(Provider):
    """Offers the registry's commands in the palette, refused ones with their reason."""

    def _commands(self) -> list[tuple[Command, str, str]]:
        screen = self.screen
        if not isinstance(screen, Commanded):
            return []
        keymap, found = screen.bench.look.keymap, []
        for command in COMMANDS:
            if command.scope is Scope.MOVING or command.id == "palette":
                continue
            label = command.named(screen.board, screen.selection).removesuffix("…")
            refusal = command.refusal(screen.board, screen.selection)
            text = f"not now: {refusal}" if refusal else command.help
            found.append((command, f"{visible(label)}  {keymap.all_shown(command.id)}", visible(text)))
        return found

    def _run(self, command: Command) -> None:
        screen = self.screen
        if isinstance(screen, Commanded):
            screen.press(command)

    async def discover(self) -> Hits:
        """Offer all commands before anything is typed."""
        for command, label, text in self._commands():
            yield DiscoveryHit(Content(label), partial(self._run, command), text=label, help=_unmarked(text))

    async def search(self, query: str) -> Hits:
        """Offer the commands that match."""
        matcher = self.matcher(query)
        for command, label, text in self._commands():
            score = max(matcher.match(label), matcher.match(command.help) * 0.5)
            if score > 0:
                yield Hit(
                    score, Content(label), partial(self._run, command), text=label, help=_unmarked(text)
                )


def _unmarked(text: str) -> str:
    """Give text that markup does not change: the palette's help is parsed."""
    return text.replace("[", "(").replace("]", ")").replace("\\", "/")
