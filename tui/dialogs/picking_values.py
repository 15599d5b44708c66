"""The dialog that picks one value to filter a list by, or all."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from tui.dialogs.choosing import ChoosingDialog
from tui.dialogs.rows import Row
from tui.present.text import cut_right, padded
from tui.workbench import Workbench

Value = tuple[str, str, int]
"""A value, its label, and how many entries have it."""


class ValuesDialog(ChoosingDialog):
    """Lists values with their counts; gives the one chosen, an empty text for all."""

    enter_label = "only this"

    def __init__(self, bench: Workbench, title: str, values: Sequence[Value], present: str | None) -> None:
        super().__init__(bench, Content(""))
        self._title = Content.styled(title, self.look.strong)
        rows = [Row("", Content.styled("all", self.look.text))]
        rows += [Row(value, self._row(label, count)) for value, label, count in values]
        keys = [row.key for row in rows]
        self.offer(rows, keys.index(present) if present in keys else 0)

    def _row(self, label: str, count: int) -> Content:
        room = self.inner_width - 10
        name = Content.styled(cut_right(label, room - 1, self.look.signs.ellipsis), self.look.strong)
        return padded(name, room) + Content.styled(f"{count:>8}", self.look.dim)
