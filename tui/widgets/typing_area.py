"""The text area that a person types in: keys in order, and lines that begin where the one above does."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from textual import events
from textual.geometry import Offset
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from tui.language import indent_of
from tui.present.look import Look
from tui.present.text_area import text_area_theme
from tui.type_ahead import Keystrokes
from tui.visible import visible
from tui.widgets.in_order import Gathering, acted_in_order, actions_by_key, is_escape_and_key

_INDENT = re.compile(r"[ \t]*")
_BRACKETS = ("(", "[", "{")
_COMMENT = re.compile(r"\s#.*$")
_CURSOR_CELLS = 3
"""How many cells are to be seen from the cursor on, as Textual has it."""


def indent_after(before: str, python: bool, step: str) -> str:
    """Give what the next line begins with after enter is pressed where `before` ends; `step` is one level."""
    found = _INDENT.match(before)
    indent = found[0] if found else ""
    code = _COMMENT.sub("", before) if python else before
    opens = code.rstrip().endswith((":", *_BRACKETS) if python else _BRACKETS)
    return indent + step if opens else indent


def shifted(lines: Sequence[str], step: str, deeper: bool) -> list[str]:
    """Give lines one level deeper, blank ones as they are, or up to one level less deep."""
    if deeper:
        return [step + line if line.strip() else line for line in lines]
    least = [line[: len(step)] for line in lines]
    return [
        line[1:] if start.startswith("\t") else line[len(start) - len(start.lstrip(" ")) :]
        for line, start in zip(lines, least, strict=True)
    ]


class TypingArea(TextArea, Gathering):
    """A `TextArea` that answers every key in the order of typing; the commands are the screen's."""

    _actions = actions_by_key(TextArea.BINDINGS)
    answer: Callable[[events.Key], bool] | None = None
    """Asked first about each key: the screen's commands, which give whether the key was theirs."""

    @classmethod
    def on(cls, text: str, path: str, look: Look, *, line: int = 1, read_only: bool = False) -> TypingArea:
        """Make one with a text of a file, whose first line has a number, in the colours of a look."""
        area = cls(
            text,
            soft_wrap=False,
            show_line_numbers=True,
            line_number_start=line,
            tab_behavior="indent",
            read_only=read_only,
            id="text",
            highlight_cursor_line=look.highlight in ("dark", "light"),
        )
        theme = text_area_theme(look)
        area.register_theme(theme)
        area.theme = theme.name
        indent = indent_of(text, path)
        area.indent_type, area.indent_width = "tabs" if indent.tabs else "spaces", indent.width
        area.cursor_blink = False
        return area

    def takes(self, typed: Keystrokes) -> bool:
        """Whether something typed is text for this widget, after which the next may follow at once."""
        is_text = super().takes(typed) or (isinstance(typed, events.Key) and typed.key == "enter")
        return is_text and not self.read_only

    async def on_key(self, event: events.Key) -> None:
        """Run what a key is bound to before any later key is taken as text."""
        typed = event.is_printable or event.key == "enter"
        if not typed:
            self.put_gathered()
        if self.answer is not None and self.answer(event):
            pass
        elif await acted_in_order(self, event, self._actions) or not typed or self.read_only:
            return
        elif not is_escape_and_key(event):
            self.gather(self._line_end() if event.key == "enter" else event.character or "")
        event.stop()
        event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        """Insert what is pasted with its control characters made visible."""
        event.stop()
        event.prevent_default()
        self.put_gathered()
        if not self.read_only:
            lines = event.text.replace("\r\n", "\n").replace("\r", "\n")
            text = "\t".join(visible(part, newline="keep") for part in lines.split("\t"))
            self.put(text)

    def put(self, text: str) -> None:
        """Put a text in where the cursor is, in place of what is selected."""
        if not self.read_only:
            self.replace(text, *sorted(self.selection), maintain_selection_offset=False)
            self.call_after_refresh(self.scroll_cursor_visible)

    def scroll_cursor_visible(self, center: bool = False, animate: bool = False) -> Offset:
        """Scroll to the cursor, unless it lies behind the text's end, with the lines' start where it fits.

        Undo and redo fit the scrollbars, which asks for this, before they bring the cursor into the text.
        """
        if self.cursor_location[0] >= self.document.line_count:
            return Offset()
        scrolled = super().scroll_cursor_visible(center, animate)
        room = self.scrollable_content_region.width - self.gutter_width
        if self.wrapped_document.location_to_offset(self.cursor_location).x + _CURSOR_CELLS <= room:
            self.scroll_to(x=0, animate=animate, force=True, immediate=True)
        return scrolled

    @property
    def _step(self) -> str:
        return "\t" if self.indent_type == "tabs" else " " * self.indent_width

    def shift_lines(self, deeper: bool) -> None:
        """Shift the selected lines by one level; without a selection, deeper types up to the next level."""
        if self.read_only:
            return
        start, end = sorted(self.selection)
        if deeper and start[0] == end[0]:
            width = self.indent_width
            typed = self._step if self.indent_type == "tabs" else " " * (width - start[1] % width)
            self.replace(typed, start, end, maintain_selection_offset=False)
            return
        last = end[0] - (end[1] == 0 and end[0] > start[0])
        lines = [self.document.get_line(row) for row in range(start[0], last + 1)]
        moved = shifted(lines, self._step, deeper)
        if moved == lines:
            return
        self.replace("\n".join(moved), (start[0], 0), (last, len(lines[-1])), maintain_selection_offset=False)
        by = {
            row: len(new) - len(old)
            for row, (old, new) in enumerate(zip(lines, moved, strict=True), start[0])
        }
        places = [(row, max(0, column + by.get(row, 0)) if column else 0) for row, column in (start, end)]
        self.selection = Selection(*places)

    def _line_end(self) -> str:
        """Give a line's end with what the next one begins with."""
        row, column = min(self.selection)
        before = (self.document.get_line(row)[:column] + self.gathered).rpartition("\n")[2]
        return "\n" + indent_after(before, self.language == "python", self._step)
