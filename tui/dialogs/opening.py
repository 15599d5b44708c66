"""The dialog that finds a definition by parts of its name and opens it, or one that does not exist yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.content import Content

from store.errors import Code, PatchbayError
from store.session_manager import SessionManager
from store.source.names import check_name
from store.views import Outcome
from tui.dialogs.finding import FindingDialog
from tui.dialogs.rows import Row
from tui.finding import Grade
from tui.present.finding import of_all
from tui.present.text import cut_right

NEW = "\0new"


class Opening(NamedTuple):
    """The definition to open; `new` for one that does not exist yet."""

    name: str
    new: bool = False


def opened(manager: SessionManager, one: Opening, session: str | None) -> Outcome:
    """Open a definition; one that was to be new, and is there by now or was not read yet, as it is."""
    try:
        return manager.open_editor(one.name, one.new, session=session)
    except PatchbayError as error:
        if error.code is not Code.NAME_TAKEN:
            raise
    return manager.open_editor(one.name, session=session)


class OpenDialog(FindingDialog[Opening]):
    """Type parts of a name, choose, enter opens; a name that is not there opens as a new definition."""

    OTHERWISE = NEW

    def heading(self) -> Content:
        """Give the title with the count."""
        every = len(self.index)
        count = of_all(self.found.count if self.found.wanted else every, every)
        more = "" if self.complete else " so far"
        return Content.assemble(("Open definition", self.look.strong), (f" {count}{more}", self.look.dim))

    def found_rows(self) -> Sequence[Row]:
        """Give the definitions found, and what is typed as a new one; an equal name is the first.

        A new name with a dot stands before the names that have its letters scattered.
        """
        look, wanted = self.look, self.found.wanted
        if wanted in self.index:
            others = [Row(name, self.drawn_name(name)) for name in self.found.names if name != wanted]
            return [Row(wanted, self.drawn_name(wanted)), *others]
        rows = list(super().found_rows())
        if wanted and " " not in wanted:
            name = (cut_right(wanted, self.inner_width - 18), look.strong)
            clear = sum(hit.grade is not Grade.SCATTERED for hit in self.found.hits)
            at = clear if "." in wanted else len(rows)
            new = Content.assemble((f"{look.signs.new} new definition ", look.text), name)
            rows.insert(at, Row(NEW, new))
        return rows

    def keys(self) -> Sequence[tuple[str, str]]:
        """Give the keys."""
        return ((self.look.signs.enter, "open"), ("up down", "choose"), ("esc", "back"))

    def choose(self, row: Row) -> None:
        """Open the definition; a new one whose name will not do is refused here, where it can be mended."""
        new = row.key == NEW
        if new:
            try:
                check_name(self.found.wanted)
            except PatchbayError as error:
                self.refuse(error.message)
                return
        self.dismiss(Opening(self.found.wanted if new else row.key, new))
