"""What the screens say in their footers until the next key: the last result, and what came unasked.

There is one of it for all screens, so that who goes from one to another reads on what is said.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tui.type_ahead import Keystrokes


class Said(NamedTuple):
    """A sentence, and whether it says that something is not as the person wants it."""

    message: str = ""
    failed: bool = False


SILENCE = Said()


class Saying:
    """What is said now. A refusal stays until the next key; what comes unasked meanwhile waits under it."""

    def __init__(self) -> None:
        self.result = SILENCE
        """What the latest key came to."""
        self.told = SILENCE
        """What came unasked, and may wait until what the key came to has been read."""
        self.watchers: set[Callable[[], None]] = set()
        """Called when something else is said."""

    @property
    def now(self) -> Said:
        """What is said; its message is empty while nothing is."""
        return self.result if self.result.message else self.told

    def say(self, message: str, failed: bool = False) -> None:
        """Say what a key came to."""
        self._set(Said(message, failed), self.told)

    def tell(self, message: str, failed: bool = False) -> None:
        """Say what no key asked for: at once, but for a refusal that is still to be read."""
        self._set(self.result if self.result.failed else SILENCE, Said(message, failed))

    def unsay(self) -> None:
        """Say no longer what is said, since a key was pressed, but what waits under it."""
        self._set(SILENCE, self.told if self.result.message else SILENCE)

    def take_back(self, message: str) -> None:
        """Tell a message no longer, which has come to be untrue."""
        if self.told.message == message:
            self._set(self.result, SILENCE)

    def _set(self, result: Said, told: Said) -> None:
        before = self.now
        self.result, self.told = result, told
        if self.now is not before:
            for watcher in list(self.watchers):
                watcher()


class Says:
    """A screen that shows in its footer what is said, in the place of its keys."""

    saying: Saying

    def draw_said(self) -> None:
        """Draw the footer, and what gives way to it: something else is said now."""

    def on_mount(self) -> None:
        """Draw what is said from now on; Textual calls this and a subclass's own."""
        self.saying.watchers.add(self.draw_said)

    def on_unmount(self) -> None:
        """Draw it no more."""
        self.saying.watchers.discard(self.draw_said)

    def say(self, message: str, failed: bool = False) -> None:
        """Say what a key came to, until the next one."""
        self.saying.say(message, failed)

    @property
    def said(self) -> Said:
        """What is said."""
        return self.saying.now

    def answers(self, typed: Keystrokes) -> None:
        """Say the last result no longer, as what was typed is about to be answered."""
        self.saying.unsay()
