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
    def some(self) -> bool:
        """Whether anything is put aside."""
        return bool(self._typed)

    def keep(self, typed: Keystrokes) -> None:
        """Put something aside."""
        self._typed.append(untouched(typed))

    def take(self) -> Keystrokes | None:
        """Give what was put aside first, once; None where nothing is left."""
        return self._typed.popleft() if self._typed else None

    def drop(self) -> None:
        """Forget what was put aside, and stop holding."""
        self._typed.clear()
        self.holding = False
