"""Screens that are given all that is typed themselves and answer it in the order of typing.

Textual gives a key to what has the focus when it arrives. Where a field comes to have the focus a little
later, keys typed meanwhile go another way than those before them, and may overtake them. Here is one way.
"""

from __future__ import annotations

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.screen import ScreenResultType

from tui.screens.behind import Behind
from tui.type_ahead import Keystrokes, TypeAhead, untouched
from tui.widgets.in_order import Gathering


class InTurn(Behind[ScreenResultType]):
    """A screen that hands what is typed to what has the focus, or answers it itself, one after the other.

    Text for a field is handed on as it comes. After any other key the next one waits until that is answered:
    it may have moved the focus, or opened something.
    """

    def __init__(self, ahead: TypeAhead) -> None:
        super().__init__()
        self._ahead = ahead
        self._answering = False
        """Whether what has the focus is still answering a key."""

    @property
    def listening(self) -> bool:
        """Whether what is typed is answered; else it is put aside."""
        return True

    def waits(self, typed: Keystrokes) -> bool:
        """Whether something typed waits for what a key before it set off; `replay` is called after that."""
        return False

    def answers(self, typed: Keystrokes) -> None:
        """Note that something typed is about to be answered."""

    def give(self, typed: Keystrokes) -> None:
        """Take what was typed, to be answered when all before it has been."""
        typed._set_forwarded()
        if not self.call_later(self._hand_on, typed):
            self.app.post_message(untouched(typed))

    async def _hand_on(self, typed: Keystrokes) -> None:
        if isinstance(typed, events.Key) and await self.app._check_bindings(typed.key, priority=True):
            return
        field = self.focused
        if not (self.is_active and self.listening):
            await self.on_event(typed)
        elif self._answering or self.waits(typed):
            self._ahead.keep(typed)
        elif field is None:
            self.answers(typed)
            await self.on_event(typed)
        else:
            self.answers(typed)
            field.post_message(typed)
            if not (isinstance(field, Gathering) and field.takes(typed)):
                self._answering = True
                self._after(field)

    def _after(self, node: DOMNode) -> None:
        """Go the way that a key goes up from what has the focus when that leaves it to others."""
        if node is self or node.parent is None:
            self.call_later(self._answered)
        elif not node.call_later(self._after, node.parent):
            self._after(node.parent)

    async def _answered(self) -> None:
        """Go on with what came while what has the focus answered a key."""
        self._answering = False
        if not self._ahead.holding and self.is_active:
            await self.release()
        elif not self._ahead.holding:
            self.replay()

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
        """Answer what was put aside, in this screen's task, until something has the rest of it wait."""
        self._ahead.holding = False
        while (first := self._ahead.first) is not None and self._may_answer(first):
            typed = self._ahead.take()
            typed._set_forwarded()
            await self._hand_on(typed)
        if self._ahead.first is not None and not self._ahead.holding and not self.is_active:
            self.replay()

    def _may_answer(self, typed: Keystrokes) -> bool:
        return self.is_active and not (self._ahead.holding or self._answering or self.waits(typed))


class GivesInTurn(App[None]):
    """An app that gives all that is typed to the screen on top."""

    async def on_event(self, event: events.Event) -> None:
        """Give what is typed to the screen and to nothing in it; Textual calls this."""
        if isinstance(event, Keystrokes) and not event.is_forwarded and isinstance(self.screen, InTurn):
            self.screen.give(event)
        else:
            await super().on_event(event)
