"""Screens that are given all that is typed themselves and answer it in the order of typing.

Textual gives a key to what has the focus when it arrives. Where a field comes to have the focus a little
later, keys typed meanwhile go another way than those before them, and may overtake them. Here is one way.
"""

from __future__ import annotations

from textual import events
from textual.app import App
from textual.screen import ScreenResultType

from tui.screens.behind import Behind
from tui.type_ahead import Keystrokes, TypeAhead, untouched


class InTurn(Behind[ScreenResultType]):
    """A screen that hands what is typed to what has the focus, or answers it itself, one after the other."""

    def __init__(self, ahead: TypeAhead) -> None:
        super().__init__()
        self._ahead = ahead

    @property
    def listening(self) -> bool:
        """Whether what is typed is answered; else it is put aside."""
        return True

    def give(self, typed: Keystrokes) -> None:
        """Take what was typed, to be answered when all before it has been."""
        typed._set_forwarded()
        if not self.call_later(self._hand_on, typed):
            self.app.post_message(untouched(typed))

    async def _hand_on(self, typed: Keystrokes) -> None:
        if isinstance(typed, events.Key) and await self.app._check_bindings(typed.key, priority=True):
            return
        if self.focused is not None and self.is_active and self.listening:
            self.focused.post_message(typed)
        else:
            await self.on_event(typed)

    async def on_event(self, event: events.Event) -> None:
        """Answer what is typed only while it is on top and listens; the rest is put aside, or handed on."""
        if not isinstance(event, Keystrokes) or (self.is_active and self.listening):
            await super().on_event(event)
        elif self._ahead.holding or self.is_active:
            self._ahead.keep(event)
        else:
            self.app.post_message(untouched(event))

    def replay(self) -> None:
        """Have the screen on top answer what was put aside, and stop holding.

        What waits there already was typed later, and is put aside until then. A screen that does not listen
        yet begins with it when it does.
        """
        top = self.app.screen if self.app.screen_stack else None
        if not isinstance(top, InTurn) or not top.listening or not top.call_later(top.release):
            self._ahead.holding = False

    async def release(self) -> None:
        """Answer what was put aside, in this screen's task, until a command or a screen above holds it."""
        self._ahead.holding = False
        while not self._ahead.holding and self.is_active and (typed := self._ahead.take()) is not None:
            typed._set_forwarded()
            await self._hand_on(typed)
        if self._ahead.some and not self._ahead.holding:
            self.replay()


class GivesInTurn(App[None]):
    """An app that gives all that is typed to the screen on top."""

    async def on_event(self, event: events.Event) -> None:
        """Give what is typed to the screen and to nothing in it; Textual calls this."""
        if isinstance(event, Keystrokes) and not event.is_forwarded and isinstance(self.screen, InTurn):
            self.screen.give(event)
        else:
            await super().on_event(event)
