"""Keys in the order in which they came, for widgets that take text.

Textual gives a widget its printable keys at once, but its bindings only after the key has bubbled up to the
app: in a burst the letters overtake the arrows. What is here runs a widget's own bindings where they arrive,
and puts in at once the characters that came at once: a paste that arrives as keys costs one change, not
thousands.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Iterable

from textual import events
from textual.binding import Binding, BindingType
from textual.widget import Widget

from tui.type_ahead import Keystrokes


def actions_by_key(bindings: Iterable[BindingType], without: Collection[str] = ()) -> dict[str, str]:
    """Give the action of each key that a widget class binds, but for some keys."""
    made = Binding.make_bindings(bindings)
    return {one.key: one.action for one in made if one.key not in without}


async def acted_in_order(widget: Widget, event: events.Key, actions: dict[str, str]) -> bool:
    """Run the widget's own binding for a key now; give whether there was one."""
    action = actions.get(event.key)
    if action is None or not await widget.app.run_action(action, widget):
        return False
    event.stop()
    event.prevent_default()
    return True


def is_escape_and_key(event: events.Key) -> bool:
    """Whether escape and a printable key came as one: neither is meant as text.

    Textual gives escape and `2` as a trade mark sign. It gives `£`, `§` and others for other digits; those
    stay, for they have keys of their own on many keyboards.
    """
    return event.is_printable and (event.key.startswith("alt+") or event.character == "™")


class Gathering(Widget):
    """A widget that takes text: characters are gathered while more keys wait, and then put in as one."""

    gathered = ""
    """What has been typed and is not in the text yet."""

    def takes(self, typed: Keystrokes) -> bool:
        """Whether something typed is text for this widget, after which the next may follow at once."""
        return isinstance(typed, events.Paste) or typed.is_printable

    def gather(self, text: str) -> None:
        """Take some characters; they are put in when the keys that wait have been answered."""
        if not self.gathered:
            self.call_later(self.put_gathered)
        self.gathered += text

    def put_gathered(self) -> None:
        """Put in what was gathered: before anything else is done to the text, or is read of it."""
        text, self.gathered = self.gathered, ""
        if text:
            self.put(text)

    @abstractmethod
    def put(self, text: str) -> None:
        """Put characters in where the cursor is, in place of what is selected."""
