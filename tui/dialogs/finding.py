"""What the dialogs have in common that find one of very many names while somebody types.

The search runs beside the screen and is broken off by the next letter, so that no key waits for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Event
from typing import TypeVar

from textual import events, work
from textual.content import Content
from textual.widget import Widget

from store.errors import PatchbayError
from tui.dialogs.base import Dialog
from tui.dialogs.rows import Row, RowList
from tui.finding import Found, Names
from tui.present.finding import found_name
from tui.present.text import cut_right, wrapped
from tui.type_ahead import Keystrokes
from tui.widgets.line_input import LineInput
from tui.workbench import Workbench
from tui.working import begin

Result = TypeVar("Result")

ROWS = 12
"""So many are shown at least where there is room, more on terminals of more than twice as many rows."""


class FindingDialog(Dialog[Result]):
    """A field, and below it what is found among the definitions' names while those are coming in."""

    OPENS_ON_FIELD = True
    WIDEST = 130
    placeholder = "parts of the name"
    OTHERWISE = ""
    """The key of the row for where nothing is found: the cursor stays there only where it was moved to."""

    def __init__(self, bench: Workbench, with_definitions: bool = True) -> None:
        super().__init__(bench)
        self._with_definitions = with_definitions
        self.index = Names()
        self.complete = False
        self.found = Found("", (), 0)
        self.choices = RowList()
        self._problem = ""
        self._wrong = ""
        """Why what was chosen will not do, until something else is typed."""
        self._searching = False
        self._enters = False
        """Enter was pressed before the search for what is typed had ended."""

    # What subclasses say

    def found_rows(self) -> Sequence[Row]:
        """Give the rows for what was found."""
        return [Row(name, self.drawn_name(name)) for name in self.found.names]

    def choose(self, row: Row) -> None:
        """Answer with a row."""

    def choose_nothing(self) -> None:
        """Answer enter where nothing is found."""

    def refuse(self, why: str) -> None:
        """Stay, and say why what was chosen will not do."""
        self._wrong = why
        self.redraw()

    # How it works

    @property
    def wanted(self) -> str:
        """What is typed now."""
        return self.query_one("#wanted", LineInput).value.strip() if self.is_mounted else ""

    def drawn_name(self, name: str) -> Content:
        """Show a definition's name with what was typed marked in it."""
        return found_name(name, self.found.wanted, self.inner_width, self.look)

    def fields(self) -> Sequence[Widget]:
        """Give the field."""
        return (LineInput(placeholder=self.placeholder, id="wanted"),)

    def on_mount(self) -> None:
        """Begin to read names."""
        begin(self, self._read, "names")
        self.search()

    async def _read(self) -> None:
        try:
            if self._with_definitions:
                async for _ in self.bench.definition_names(self.index):
                    if not self._searching:
                        self.search()
        except PatchbayError as error:
            self._problem = error.message
        self.complete = True
        self.search()

    def on_input_changed(self, event: LineInput.Changed) -> None:
        """Look for what is typed."""
        self._wrong = ""
        self.search()

    @work(group="search", exclusive=True)
    async def search(self) -> None:
        """Find what is typed now; a search still under way is broken off."""
        stop, self._searching = Event(), True
        try:
            found = await self.bench.compute(self.index.search, self.wanted, stop.is_set)
        finally:
            stop.set()
        self._searching = False
        if found is not None and self.is_attached:
            self._show(found)

    def _show(self, found: Found) -> None:
        same = found.wanted == self.found.wanted
        self.found = found
        rows = self.found_rows()
        if same and not self._otherwise:
            self.choices.replace(self._with_current(rows))
        else:
            self.choices = RowList(rows)
        self.redraw()
        if self._enters and (rows or self.complete):
            self._enter()

    @property
    def _otherwise(self) -> bool:
        """Whether the cursor is where nothing was found, and was not moved there."""
        row = self.choices.current
        return row is not None and row.key == self.OTHERWISE and self.choices.cursor == 0

    def _with_current(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Keep the row that the cursor was moved to where better ones have pushed it out: enter means it."""
        at, current = self.choices.cursor, self.choices.current
        if at == 0 or current is None or any(row.key == current.key for row in rows):
            return rows
        return [*rows[:at], current, *rows[at:]]

    def body(self, width: int, height: int) -> Sequence[Content]:
        """Draw what was found."""
        rows = self.choices.drawn(width, min(height, max(ROWS, self.app.size.height // 2)), self.look)
        if not rows:
            rows = [Content.styled("nothing found" if self.complete else "reading names…", self.look.dim)]
        if self._problem:
            rows.append(Content.styled(cut_right(self._problem, width), self.look.bad))
        rows += [Content.styled(line, self.look.bad) for line in wrapped(self._wrong, width, 3) if line]
        return rows

    def press(self, event: events.Key) -> bool:
        """Answer a key."""
        if event.key == "enter":
            self._enter()
            return True
        if self._enters:
            self._enters = False
            if event.key == "escape":
                self._ahead.drop()
            self.replay()
        moved = self.choices.press(event.key, typing=True)
        if moved:
            self.redraw()
        return moved

    def waits(self, typed: Keystrokes) -> bool:
        """Whether text waits for the search that enter waits for: it is for what that opens."""
        return self._enters and not (isinstance(typed, events.Key) and not typed.is_printable)

    def _enter(self) -> None:
        """Answer with the row under the cursor, once what is typed has been looked for."""
        row = self.choices.current
        found = row is not None and not self._otherwise
        self._enters = self.found.wanted != self.wanted or not (found or self.complete)
        if self._enters:
            return
        if row is not None:
            self.choose(row)
        else:
            self.choose_nothing()
        if self.is_active:
            self.replay()
