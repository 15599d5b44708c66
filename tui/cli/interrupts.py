"""Ctrl+c: it ends whatever goes on, but never cuts a transaction that is being written."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_LOOK_AGAIN = 0.001
"""Seconds until a ctrl+c that came inside a transaction is tried again."""


NOTHING_CHANGED = "Cancelled; nothing was changed."


class Interrupts:
    """What ctrl+c means at each moment of one run of the command."""

    def __init__(self) -> None:
        self.writing: Callable[[], bool] = lambda: False
        """Whether a transaction is being written right now."""
        self.polite = False
        """The verb looks at `heard` itself and stops cleanly; a second ctrl+c ends it at once."""
        self.heard = False
        self.sentence = NOTHING_CHANGED
        """What is true after a ctrl+c at this moment."""

    @contextmanager
    def handled(self) -> Iterator[None]:
        """Take ctrl+c over, for as long as the block lasts; left alone outside the main thread."""
        try:
            before = {number: signal.signal(number, self._hear) for number in (signal.SIGINT, signal.SIGALRM)}
        except ValueError:
            yield
            return
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            for number, handler in before.items():
                signal.signal(number, handler)

    def leave_to_the_screen(self) -> None:
        """Give ctrl+c back to Python, for a screen that handles its own keys."""
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def noting(self, new_id: Callable[[str], str]) -> Callable[[str], str]:
        """Give a maker of ids by which this notices that a transaction has begun, and so may be done."""

        def noted(kind: str) -> str:
            if kind == "entry":
                self.sentence = "Cancelled; what was done before that stays done: see patchbay log."
            return new_id(kind)

        return noted

    def cancelled(self) -> bool:
        """Whether ctrl+c was heard; for verbs that ask now and then."""
        self.polite = True
        return self.heard

    def _hear(self, number: int, frame: FrameType | None) -> None:
        if self.writing():
            signal.setitimer(signal.ITIMER_REAL, _LOOK_AGAIN)
            return
        if self.polite and not self.heard:
            self.heard = True
            return
        raise KeyboardInterrupt
