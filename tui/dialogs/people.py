"""Dialogs about collaborators: who is in the session and here now, inviting somebody, changing a role."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content
from textual.widget import Widget

from store.model import Role
from tui.dialogs.base import Dialog
from tui.dialogs.rows import FilteredRows, Row, RowList
from tui.present.people import (
    ROLES,
    Person,
    editor_lines,
    people_of,
    person_row,
    person_text,
    refused_lines,
    why_not,
)
from tui.present.text import cut_right, padded, wrapped
from tui.widgets.line_input import LineInput
from tui.workbench import Workbench

LOOK_AGAIN_SECONDS = 0.5
_VERBS = {"i": "invite", "r": "role", "enter": "role", "minus": "remove", "delete": "remove"}
_MOST_EDITORS = 6


class PeopleDialog(Dialog[tuple[str, str]]):
    """Lists collaborators, as they come and go; gives what to do (`invite`, `role`, …) and about whom."""

    def __init__(
        self, bench: Workbench, user: str | None = None, message: str = "", failed: bool = False
    ) -> None:
        super().__init__(bench)
        self._message, self._failed = message, failed
        self._serial = -1
        self._people: dict[str, Person] = {}
        self._list = FilteredRows()
        self._look_again()
        keys = [row.key for row in self._list.rows]
        self._list.cursor = keys.index(user) if user in keys else 0

    def on_mount(self) -> None:
        """Follow who comes and goes."""
        self.set_interval(LOOK_AGAIN_SECONDS, self._follow)

    def _follow(self) -> None:
        if self._serial != self.bench.serial:
            self._look_again()
            self.redraw()

    def _look_again(self) -> None:
        self._serial = self.bench.serial
        board = self.bench.board
        if board is None:
            return
        self._people = {one.user: one for one in people_of(board.view)}
        self._list.replace([Row(one.user, Content(""), person_text(one)) for one in self._people.values()])

    def heading(self) -> Content:
        """Count the people."""
        here = sum(one.here for one in self._people.values())
        counts = f" {self._list.count}, {here} here now"
        return Content.assemble(("Collaborators", self.look.strong), (counts, self.look.dim))

    def footing(self) -> Content:
        """Show the filter, or how many rows are out of sight."""
        return self._list.shown_filter(self.look) or self._list.beyond(self.look)

    def body(self, width: int, height: int) -> Sequence[Content]:
        """Draw the people, and what the one under the cursor has open."""
        below = self._below(width, height)
        rows = []
        for index in self._list.window(max(1, height - len(below))):
            user = self._list.rows[index].key
            line = padded(person_row(self._people[user], user == self.bench.user, width, self.look), width)
            rows.append(line.stylize(self.look.cursor) if index == self._list.cursor else line)
        return [*rows, *below]

    def _below(self, width: int, height: int) -> list[Content]:
        """Draw what the person under the cursor has open, what is refused about them, and the last answer."""
        look, row, board = self.look, self._list.current, self.bench.board
        told: list[Content] = []
        if board is not None and row is not None:
            refused = refused_lines(board.view, self._verbs(), row.key, look)
            told += [Content(""), *refused] if refused else []
        if self._message:
            style = look.bad if self._failed else look.good
            told += [Content(""), *(Content.styled(line, style) for line in wrapped(self._message, width))]
        if row is None:
            return told
        one = self._people[row.key]
        name = cut_right(one.user, width - 12, look.signs.ellipsis)
        head = [Content(""), Content.assemble((name, look.heading), (" has open", look.dim))]
        room = max(1, min(_MOST_EDITORS, height - len(head) - len(told) - 1))
        return [*head, *editor_lines(one, width, room, look), *told]

    def _verbs(self) -> dict[str, tuple[str, str]]:
        """Give what can be asked about the person under the cursor, with its key and what that is called."""
        row = self._list.current
        you = row is not None and row.key == self.bench.user
        away = {"leave": ("-", "leave")} if you else {"remove": ("-", "remove")}
        return {"invite": ("i", "invite"), "role": ("r", "change role")} | away

    def keys(self) -> Sequence[tuple[str, str]]:
        """Give the keys that are not refused."""
        row, board = self._list.current, self.bench.board
        user = row.key if row is not None else ""
        may = [keys for verb, keys in self._verbs().items() if board and not why_not(board.view, verb, user)]
        return (*may, ("/", "filter"), ("esc", "back"))

    def press(self, event: events.Key) -> bool:
        """Answer a key; a refused one says why."""
        if self._list.press_filter(event):
            self.redraw()
            return True
        row, board = self._list.current, self.bench.board
        verb = _VERBS.get(event.key)
        if verb is not None and board is not None:
            user = row.key if row is not None else ""
            if verb == "remove" and user == self.bench.user:
                verb = "leave"
            refusal = why_not(board.view, verb, user)
            if event.key == "enter" and user == self.bench.user and refusal is not None:
                role = self._people[user].role.value
                self._message, self._failed = f"This is you, {role} of the session.", False
            elif refusal is None:
                self.dismiss((verb, user))
            else:
                self._message, self._failed = refusal, True
        elif self._list.press(event.key):
            self._message = ""
        else:
            return False
        self.redraw()
        return True


class RoleDialog(Dialog[str]):
    """Picks a role for somebody: its first letter at once, or the cursor; says what each may do."""

    def __init__(self, bench: Workbench, one: Person) -> None:
        super().__init__(bench)
        self._person = one
        self._list = RowList([Row(role.value, Content("")) for role in ROLES], list(ROLES).index(one.role))

    def heading(self) -> Content:
        """Name the person."""
        name = cut_right(self._person.user, 40, self.look.signs.ellipsis)
        return Content.assemble("Role of ", (name, self.look.strong))

    def body(self, width: int, height: int) -> Sequence[Content]:
        """Draw the roles, and what the change would mean."""
        self._list.replace([_role_row(role, width, self.bench, self._person.role) for role in ROLES])
        return [*self._list.drawn(width, 4, self.look), Content(""), self._effect(width)]

    def _effect(self, width: int) -> Content:
        row = self._list.current
        if row is None or row.key == self._person.role.value:
            return Content.styled("That is the present role.", self.look.dim)
        what = f"{self._person.role.value} {self.look.signs.arrow} {row.key}"
        rest = "; what they have open stays, and can't be saved" if self._stops_saving(row.key) else ""
        undo = self.look.keymap.shown("undo")
        return Content.styled(cut_right(f"{what}{rest}. {undo} undoes it.", width), self.look.text)

    def _stops_saving(self, role: str) -> bool:
        return role == Role.VIEWER.value and bool(self._person.editors)

    def keys(self) -> Sequence[tuple[str, str]]:
        """Give the keys."""
        return (("v c m o", "that role"), (self.look.signs.enter, "this one"), ("esc", "back"))

    def press(self, event: events.Key) -> bool:
        """Answer a key."""
        by_letter = {role.value[0]: role.value for role in ROLES}
        if event.key in by_letter:
            self.dismiss(by_letter[event.key])
        elif event.key == "enter" and self._list.current is not None:
            self.dismiss(self._list.current.key)
        elif self._list.press(event.key):
            self.redraw()
        else:
            return False
        return True


class InviteDialog(Dialog[tuple[str, str]]):
    """Asks for a user's name and a role; gives both."""

    OPENS_ON_FIELD = True

    def __init__(self, bench: Workbench, roles: Sequence[Role], name: str = "", problem: str = "") -> None:
        super().__init__(bench)
        self._roles, self._suggestion, self._problem = tuple(roles), name, problem
        self._list = RowList(
            [Row(role.value, Content("")) for role in roles], self._roles.index(Role.CONTRIBUTOR)
        )

    def heading(self) -> Content:
        """Give the title."""
        return Content.styled("Invite somebody", self.look.strong)

    def fields(self) -> Sequence[Widget]:
        """Give the field."""
        return (LineInput(self._suggestion, placeholder="their user name", id="name"),)

    def body(self, width: int, height: int) -> Sequence[Content]:
        """Draw the roles."""
        self._list.replace([_role_row(role, width, self.bench) for role in self._roles])
        problem = [Content.styled(line, self.look.bad) for line in wrapped(self._problem, width)]
        return [
            *self._list.drawn(width, 4, self.look),
            *(problem if self._problem else ()),
            Content(""),
        ]

    def keys(self) -> Sequence[tuple[str, str]]:
        """Give the keys."""
        return ((self.look.signs.enter, "invite"), ("up down", "role"), ("esc", "back"))

    def press(self, event: events.Key) -> bool:
        """Answer a key."""
        if event.key == "enter":
            name = self.query_one("#name", LineInput).value.strip()
            if name and self._list.current is not None:
                self.dismiss((name, self._list.current.key))
            else:
                self._problem = "Type the user name they log in with."
                self.redraw()
            return True
        moved = self._list.press(event.key, typing=True)
        if moved:
            self.redraw()
        return moved


def _role_row(role: Role, width: int, bench: Workbench, present: Role | None = None) -> Row:
    look = bench.look
    mark = f"{look.signs.good} " if role is present else "  "
    text = cut_right(ROLES[role], max(4, width - 14), look.signs.ellipsis)
    return Row(
        role.value,
        Content.assemble((mark, look.good), (f"{role.value:<12}", look.strong), (text, look.dim)),
    )
