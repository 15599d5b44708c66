"""The text area of the definition editor: keys in order, and lines that begin where the one above does."""

from __future__ import annotations

import re
from collections.abc import Callable

from textual import events
from textual.binding import Binding
from textual.widgets import TextArea

from tui.widgets.in_order import acted_in_order, actions_by_key, is_escape_and_key

_INDENT = re.compile(r"[ \t]*")
_COMMENT = re.compile(r"\s#.*$")


def indent_after(before: str, python: bool, step: str) -> str:
    """Give what the next line begins with after enter is pressed where `before` ends; `step` is one level."""
    found = _INDENT.match(before)
    indent = found[0] if found else ""
    opens = python and _COMMENT.sub("", before).rstrip().endswith(":")
    return indent + step if opens else indent


class TypingArea(TextArea):
    """A `TextArea` that answers every key in the order of typing; saving and leaving are the screen's."""

    BINDINGS = [  # noqa: RUF012
        Binding("ctrl+s,f2", "screen.save", show=False),
        Binding("escape", "screen.back", show=False),
    ]
    _actions = actions_by_key([*TextArea.BINDINGS, *BINDINGS])
    keep: Callable[[events.Key], None] | None = None
    """Where it is set, keys are handed there and not taken as text."""

    async def on_key(self, event: events.Key) -> None:
        """Run what a key is bound to before any later key is taken as text."""
        if self.keep is not None:
            self.keep(event)
            event.stop()
            event.prevent_default()
        elif await acted_in_order(self, event, self._actions):
            return
        elif is_escape_and_key(event):
            event.stop()
            event.prevent_default()
        elif event.key == "enter" and not self.read_only:
            event.stop()
            event.prevent_default()
            self._new_line()

    def _new_line(self) -> None:
        start, end = sorted(self.selection)
        before = self.document.get_line(start[0])[: start[1]]
        step = "\t" if self.indent_type == "tabs" else " " * self.indent_width
        indent = indent_after(before, self.language == "python", step)
        self.replace("\n" + indent, start, end, maintain_selection_offset=False)
