"""The list of sessions: state, role, counts, who is here; what can be done with the one under the cursor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content

from store.model import Role
from store.session_manager import SessionSummary
from tui.dialogs.base import Dialog
from tui.dialogs.rows import FilteredRows, Row
from tui.present.finding import of_all
from tui.present.text import cut_right, padded, visible, wrapped
from tui.refusals import way_here
from tui.words import counted, sentence
from tui.workbench import Workbench

CLOSED = "\0closed"
"""The key of the row that shows and hides the closed sessions."""
_VERBS = {"E": "edit", "B": "bind", "C": "close", "X": "abandon"}


@dataclass
class SessionsPlace:
    """Where the person is in the list, kept while something is done from it."""

    session: str | None = None
    unfolded: bool = False
    message: str = ""
    failed: bool = False


class SessionsDialog(Dialog[tuple[str, str]]):
    """Gives what to do (`open`, `reopen`, `new`, `edit`, `bind`, `close`, `abandon`) with the session's id.

    `here` gives the users whose screens show a session now, by its id.
    """

    WIDEST = 110

    def __init__(
        self,
        bench: Workbench,
        sessions: Sequence[SessionSummary],
        here: Mapping[str, Sequence[str]],
        place: SessionsPlace,
    ) -> None:
        super().__init__(bench)
        self._sessions = {one.session.id: one for one in sessions}
        self._here, self._place = here, place
        self._list = FilteredRows(self._rows())
        keys = [row.key for row in self._list.rows]
        wanted = place.session or bench.session
        self._list.cursor = keys.index(wanted) if wanted in keys else 0

    def _rows(self) -> list[Row]:
        look = self.look
        still_open = [one for one in self._sessions.values() if one.session.closed_at is None]
        closed = [one for one in self._sessions.values() if one.session.closed_at is not None]
        rows = [Row(one.session.id, self._row(one), self._text(one)) for one in still_open]
        if closed:
            hint = "hides" if self._place.unfolded else "shows"
            content = Content.assemble(("  space", look.key), (f" {hint} {len(closed)} closed", look.dim))
            rows.append(Row(CLOSED, content, " ".join(self._text(one) for one in closed)))
        if self._place.unfolded:
            rows += [Row(one.session.id, self._row(one), self._text(one)) for one in closed]
        return rows

    def _text(self, one: SessionSummary) -> str:
        state = "closed" if one.session.closed_at else "open"
        here = " ".join(self._here.get(one.session.id, ()))
        return f"{one.session.name} {one.session.description} {one.role.value} {state} {here}"

    def _row(self, one: SessionSummary) -> Content:
        look, width, closed = self.look, self.inner_width, one.session.closed_at is not None
        column = max(20, width - 46)
        mark = look.signs.next if one.session.id == self.bench.session else " "
        name = cut_right(one.session.name, column - 4, look.signs.ellipsis)
        head = padded(
            Content.assemble((f"{mark} ", look.good), (name, look.dim if closed else look.strong)), column
        )
        if closed:
            about = Content.styled("closed", look.dim)
        else:
            counts = f"{counted(one.open_patches, 'open patch')}, {counted(one.editors, 'editor')}"
            about = Content.styled(counts, look.text)
        rest = padded(about, 26) + padded(Content.styled(one.role.value, look.dim), 12)
        here = [user for user in self._here.get(one.session.id, ()) if user != self.bench.user]
        others = f"{look.signs.online} {counted(len(here), 'other')}" if len(here) > 1 else ""
        if len(here) == 1:
            others = f"{look.signs.online} {visible(here[0])}"
        return Content.assemble(head, rest, (cut_right(others, 8, look.signs.ellipsis), look.good))

    @property
    def _current(self) -> SessionSummary | None:
        row = self._list.current
        return self._sessions.get(row.key) if row is not None else None

    def heading(self) -> Content:
        """Give the title with the counts."""
        shown, every = (
            sum(row.key != CLOSED for row in rows) for rows in (self._list.rows, self._list.every)
        )
        count = of_all(shown, every)
        return Content.assemble(("Sessions", self.look.strong), (f" {count}", self.look.dim))

    def footing(self) -> Content:
        """Show the filter, or how many rows are out of sight."""
        return self._list.shown_filter(self.look) or self._list.beyond(self.look)

    def body(self, width: int, height: int) -> Sequence[Content]:
        """Draw the sessions, and more about the one under the cursor."""
        below = self._below(width)
        rows = self._list.drawn(width, max(1, height - len(below)), self.look)
        if not rows:
            word = (
                "No session holds that." if self._list.wanted else "You are in no session yet: N starts one."
            )
            rows = [Content.styled(word, self.look.text)]
        return [*rows, *below]

    def _below(self, width: int) -> list[Content]:
        """Say who is in the session, who is here, and what it is about; then the last result."""
        look, one, lines = self.look, self._current, list[Content]()
        if one is not None:
            here = self._here.get(one.session.id, ())
            people = [
                f"{user.user} ({user.role.value}{', here' if user.user in here else ''})"
                for user in one.session.collaborators
            ]
            lines = [Content(""), Content.styled(cut_right(", ".join(people), width), look.text)]
            if one.session.description:
                lines += [
                    Content.styled(text, look.dim) for text in wrapped(one.session.description, width, 2)
                ]
            if one.elsewhere:
                lines += [Content.styled(text, look.warn) for text in wrapped(_waits(one), width, 2)]
        if self._place.message:
            style = look.bad if self._place.failed else look.good
            lines += [Content.styled(text, style) for text in wrapped(self._place.message, width, 2)]
        return lines

    def keys(self) -> Sequence[tuple[str, str]]:
        """Give the keys for the session under the cursor."""
        one, enter = self._current, self.look.signs.enter
        found = [("N", "new"), ("/", "filter"), ("esc", "back")]
        if one is None:
            return found
        if one.role is not Role.OWNER:
            return [*([] if one.session.closed_at else [(enter, "switch to it")]), *found]
        if one.session.closed_at is not None:
            return [(enter, "reopen"), *found]
        if one.elsewhere:
            return [(enter, "switch to it"), ("B", "bind it here"), ("E", "name, description"), *found]
        return [(enter, "switch to it"), ("E", "name, description"), ("C", "close"), ("X", "abandon"), *found]

    def press(self, event: events.Key) -> bool:
        """Answer a key; a refused one says why."""
        one = self._current
        if self._list.press_filter(event):
            pass
        elif event.key in ("enter", "space") and one is None and self._list.current is not None:
            self._fold()
        elif event.key == "enter" and one is not None:
            self._answer("open" if one.session.closed_at is None else "reopen", one)
        elif event.key in _VERBS and one is not None:
            self._answer(_VERBS[event.key], one)
        elif event.key in _VERBS:
            self._place.message, self._place.failed = "Put the cursor on a session first.", True
        elif event.key == "N":
            self.dismiss(("new", ""))
        elif event.key == "s":
            self.dismiss(None)
        elif self._list.press(event.key):
            self._place.message = ""
        else:
            return False
        self.redraw()
        return True

    def _fold(self) -> None:
        self._place.unfolded = not self._place.unfolded
        self._list.replace(self._rows())

    def _answer(self, verb: str, one: SessionSummary) -> None:
        refusal = ""
        if verb != "open" and one.role is not Role.OWNER:
            refusal = "Only an owner of the session may do that."
        elif verb not in ("open", "reopen") and one.session.closed_at is not None:
            refusal = "The session is closed: enter reopens it."
        elif verb == "bind" and not one.elsewhere:
            refusal = "The session belongs here."
        elif verb in ("close", "abandon") and one.elsewhere:
            refusal = _waits(one)
        if refusal:
            self._place.message, self._place.failed = refusal, True
            return
        self._place.session, self._place.message = one.session.id, ""
        self.dismiss((verb, one.session.id))


def _waits(one: SessionSummary) -> str:
    return sentence(f"{one.elsewhere}: {way_here(one.role, 'B')}")
