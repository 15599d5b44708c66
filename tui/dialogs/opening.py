"""The dialog that finds a definition by parts of its name while the names are still coming in."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from textual import events, work
from textual.content import Content
from textual.widget import Widget

from store.errors import PatchbayError
from tui.dialogs.base import Dialog
from tui.dialogs.rows import Row, RowList
from tui.present.states import counted
from tui.present.text import cut_right, definition_name, last_part
from tui.widgets.line_input import LineInput
from tui.workbench import Workbench

_CHUNK = 2_000
_SHOWN = 200
_ROWS = 12
NEW = "\0new"


@dataclass(frozen=True)
class Opening:
    """The definition to open; `new` for one that does not exist yet."""

    name: str
    new: bool = False


def best_matches(names: Sequence[str], wanted: str, limit: int = _SHOWN) -> list[str]:
    """Give the first of `matches`."""
    return matches(names, wanted)[:limit]


def matches(names: Sequence[str], wanted: str) -> list[str]:
    """Give the names that hold all letters of `wanted` in order, the best first.

    Best is an equal name, then one whose last part begins with it, then one that holds it in one piece.
    """
    wanted = wanted.strip().lower()
    if not wanted:
        return list(names)
    ranked: list[tuple[int, int, str]] = []
    for name in names:
        lower = name.lower()
        if wanted in lower:
            last = last_part(lower)
            rank = 0 if lower == wanted else 1 if last == wanted else 2 if last.startswith(wanted) else 3
        elif _in_order(wanted, lower):
            rank = 4
        else:
            continue
        ranked.append((rank, len(name), name))
    return [name for _, _, name in sorted(ranked)]


def _in_order(wanted: str, text: str) -> bool:
    at = -1
    for character in wanted:
        at = text.find(character, at + 1)
        if at < 0:
            return False
    return True


class OpenDialog(Dialog[Opening]):
    """Type parts of a name, choose, enter opens; a name that is not there opens as a new definition."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__(bench)
        self._names: list[str] = []
        self._complete = False
        self._wanted = ""
        self._found = 0
        """How many names match."""
        self._list = RowList()
        self._problem = ""

    def heading(self) -> Content:
        """Give the title."""
        count = f" {len(self._names)}" + ("" if self._complete else " so far")
        if self._wanted:
            of = f"of {counted(len(self._names), 'definition')}"
            count = f"  {self._found} {of}" + ("" if self._complete else " so far")
        return Content.assemble(("Open definition", self.look.strong), (count, self.look.dim))

    def fields(self) -> Sequence[Widget]:
        """Give the field."""
        return (LineInput(placeholder="parts of the name", id="wanted"),)

    def on_mount(self) -> None:
        """Open on the field and begin to read names."""
        super().on_mount()
        self.query_one("#wanted").focus()
        self.run_worker(self._read(), group="names")

    async def _read(self) -> None:
        try:
            names: Iterator[str] = await self.bench.call(self.bench.manager.names)
            while chunk := await self.bench.call(lambda: list(islice(names, _CHUNK))):
                self._names += chunk
                await self._search()
        except PatchbayError as error:
            self._problem = error.message
        self._complete = True
        await self._search()

    def on_input_changed(self, event: LineInput.Changed) -> None:
        """Look for what is typed."""
        self._wanted = event.value.strip()
        self._search_again()

    @work(group="search", exclusive=True)
    async def _search_again(self) -> None:
        await self._search()

    async def _search(self) -> None:
        wanted = self._wanted
        if len(self._names) > 5_000:
            found = await asyncio.to_thread(matches, tuple(self._names), wanted)
        else:
            found = matches(self._names, wanted)
        if wanted != self._wanted or not self.is_attached:
            return
        self._found, found = len(found), found[:_SHOWN]
        look, width = self.look, self.inner_width
        rows = [
            Row(name, definition_name(name, width, look.dim, look.strong, look.signs.ellipsis))
            for name in found
        ]
        if wanted and wanted not in self._names and " " not in wanted:
            new = Content.assemble(
                (f"{look.signs.new} new definition ", look.text), (cut_right(wanted, width - 18), look.strong)
            )
            rows.append(Row(NEW, new))
        self._list = RowList(rows)
        self.redraw()

    def body(self, width: int, height: int) -> Sequence[Content]:
        """Draw what was found."""
        rows = self._list.drawn(width, min(height, _ROWS), self.look)
        if not rows:
            rows = [Content.styled("nothing found" if self._complete else "reading names…", self.look.dim)]
        if self._problem:
            rows.append(Content.styled(cut_right(self._problem, width), self.look.bad))
        return rows

    def keys(self) -> Sequence[tuple[str, str]]:
        """Give the keys."""
        return ((self.look.signs.enter, "open"), ("up down", "choose"), ("esc", "back"))

    def press(self, event: events.Key) -> bool:
        """Answer a key."""
        if event.key == "enter":
            self._choose()
            return True
        moved = self._list.press(event.key, typing=True)
        if moved:
            self.redraw()
        return moved

    def _choose(self) -> None:
        typed = self.query_one("#wanted", LineInput).value.strip()
        row = self._list.current
        if typed in self._names:
            self.dismiss(Opening(typed))
        elif row is not None and typed == self._wanted:
            self.dismiss(Opening(self._wanted, new=True) if row.key == NEW else Opening(row.key))
        elif typed:
            found = best_matches(self._names, typed, 1)
            self.dismiss(Opening(found[0]) if found else Opening(typed, new=True))
