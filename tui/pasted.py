"""Escapes in what is pasted: Textual's parser takes what follows one for keys, in the middle of a paste.

A pasted text that holds escape sequences would so be typed as commands. Between the two marks of a bracketed
paste each other escape is therefore given its visible form before anything is parsed.
"""

from __future__ import annotations

from collections.abc import Iterable

from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver
from textual.message import Message

from tui.visible import visible

START, END = "\x1b[200~", "\x1b[201~"
"""What a terminal sends before and after a paste."""
ESCAPE = visible("\x1b")
"""What stands for an escape in a pasted text; no sign that a text area shows for one, which would be one."""


class Unescaped:
    """Makes the escapes in pastes visible, in input that comes in pieces of any length."""

    def __init__(self) -> None:
        self._pasting = False
        self._rest = ""
        """Outside of a paste the end of what was given; in one what may become its end and was not given."""

    def feed(self, data: str) -> str:
        """Give the next piece as it is to be parsed: empty while all of it may become the end of a paste."""
        given: list[str] = []
        while data:
            data = self._in_paste(data, given) if self._pasting else self._outside(data, given)
        return "".join(given)

    def _outside(self, data: str, given: list[str]) -> str:
        """Give what comes before a paste, with its mark; returns what is left."""
        joined = self._rest + data
        at = joined.find(START)
        self._pasting = at >= 0
        taken = at + len(START) - len(self._rest) if self._pasting else len(data)
        self._rest = "" if self._pasting else joined[1 - len(START) :]
        given.append(data[:taken])
        return data[taken:]

    def _in_paste(self, data: str, given: list[str]) -> str:
        """Give what is pasted up to an escape or the paste's end, with these; returns what is left."""
        text, escape, after = (self._rest + data).partition("\x1b")
        given.append(text)
        self._rest = ""
        if not escape:
            return ""
        if after.startswith(END[1:]):
            self._pasting = False
            given.append(END)
            return after[len(END) - 1 :]
        if END[1:].startswith(after):
            self._rest = escape + after
            return ""
        given.append(ESCAPE)
        return after


class PasteParser(XTermParser):
    """Textual's parser of what a terminal sends, for pastes with escapes in them too."""

    def __init__(self, debug: bool = False) -> None:
        super().__init__(debug)
        self._unescaped = Unescaped()

    def feed(self, data: str) -> Iterable[Message]:
        """Parse the next piece of input; an empty one is its end."""
        wanted = self._unescaped.feed(data)
        return super().feed(wanted) if wanted or not data else ()


def keep_pastes_whole() -> None:
    """Let the terminal's driver parse with `PasteParser`: Textual offers no other way to choose a parser."""
    linux_driver.XTermParser = PasteParser  # type: ignore[attr-defined]
