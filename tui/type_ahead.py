"""What a person types before there is anything that could answer it."""

from __future__ import annotations

from collections import deque

from textual import events

Keystrokes = events.Key | events.Paste
"""What a person types: a key, or what is pasted at once."""


def untouched(typed: Keystrokes) -> Keystrokes:
    """Give what was typed as a message that nothing has been done with."""
    return events.Paste(typed.text) if isinstance(typed, events.Paste) else typed.copy()


class TypeAhead:
    """What is typed while a command is still finding out what to ask, or a screen opens; in order."""

    def __init__(self) -> None:
        self.holding = False
        """Whether a command has what is typed wait for it."""
        self._typed: deque[Keystrokes] = deque()

    @property
    def first(self) -> Keystrokes | None:
        """What was put aside first; None where nothing is."""
        return self._typed[0] if self._typed else None

    def keep(self, typed: Keystrokes) -> None:
        """Put something aside."""
        self._typed.append(untouched(typed))

    def take(self) -> Keystrokes:
        """Give what was put aside first, once. Raises `IndexError` where nothing is."""
        return self._typed.popleft()

    def drop(self) -> None:
        """Forget what was put aside, and stop holding."""
        self._typed.clear()
        self.holding = False
