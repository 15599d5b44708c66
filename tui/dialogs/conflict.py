"""The dialogs that settle a conflict place by place (R13), and list the conflicts where there are several."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from textual import events
from textual.content import Content

from store.errors import PatchbayError
from store.model import Conflict, Patch
from store.source.merge import Region
from tui.dialogs.base import Dialog
from tui.dialogs.choosing import ChoosingDialog
from tui.dialogs.help import HelpDialog
from tui.dialogs.rows import Row
from tui.present.conflicts import (
    broken,
    columns,
    conflict_row,
    cursor_top,
    merged_box,
    merged_lines,
    room_of,
)
from tui.present.look import Look
from tui.present.text import cut_right, definition_name, wrapped
from tui.registry import CONFLICT
from tui.screens.place_text import PlaceBegun, PlaceText, PlaceTextScreen
from tui.settling import Settling, Sides, renewed
from tui.typed_places import TypedPlaces
from tui.words import counted
from tui.workbench import Workbench
from tui.working import begin

LOOK_SECONDS = 0.5
"""How often it is looked whether theirs has changed."""
COLUMNS_FROM = 112
"""How many cells the three columns need: a terminal of 120."""
_FEWEST_ROWS = 6


class Settled(NamedTuple):
    """What the person came to: every place decided, or the whole text to be edited with markers."""

    settling: Settling
    markers: bool = False


Reread = Callable[[], Sides | None]
"""Gives the sides as they are now; None where the conflict is over."""


class ConflictDialog(Dialog[Settled]):
    """Its keys are the registry's: they decide the place under the cursor or all, and take the result.

    Editing is of a place's text, which `places` keeps on the disk; without that it asks for the whole text
    with markers. `reread` is asked whenever the session has changed: decisions on places that stayed the same
    are kept.
    """

    WIDEST = 160

    def __init__(
        self,
        bench: Workbench,
        title: Content,
        settling: Settling,
        reread: Reread,
        *,
        path: str = "",
        places: TypedPlaces | None = None,
        notice: str = "",
        by_itself: bool = False,
    ) -> None:
        super().__init__(bench, by_itself=by_itself)
        self._title, self._settling, self._reread = title, settling, reread
        self._path, self._places, self._notice = path, places, notice
        self._typing: dict[int, str] = {}
        """The text that is being typed for a place, by its row."""
        self._lines = merged_lines(settling)
        self._top, self._free, self._rows = 0, False, 1
        self._serial = bench.serial
        self._over = False
        self._command_of = bench.look.keymap.by_key(CONFLICT.commands)

    def on_mount(self) -> None:
        """Listen, and look for what others do meanwhile."""
        self.set_interval(LOOK_SECONDS, self._look)
        self._answer_for_places()

    def _answer_for_places(self) -> None:
        """Be what shows that typed texts can't be written."""
        if self._places is not None:
            self._places.on_problem = self._show_problem

    def _show_problem(self) -> None:
        self._notice = self._places.problem if self._places else ""
        self.redraw()

    # Drawing

    def heading(self) -> Content:
        """Give the title."""
        return self._title

    def footing(self) -> Content:
        """Say how many places are left."""
        left, count = self._settling.left, len(self._settling.choices)
        if self._over:
            return Content.styled("it is over", self.look.good)
        if left:
            return Content.styled(f"{left} of {counted(count, 'place')} to decide", self.look.warn)
        return Content.styled(
            f"{self.look.signs.good} all decided: {self._enter_sign} takes it", self.look.good
        )

    def body(self, width: int, height: int) -> Sequence[Content]:
        """Draw what happened, the columns where there is room, and the merged text."""
        look, sides = self.look, self._settling.sides
        name = definition_name(sides.name, width, look.dim, look.strong, look.signs.ellipsis)
        words = wrapped(sides.words, width, 3)
        if name.cell_length + len(words[0]) + 3 <= width and len(words) == 1:
            head = [Content.assemble(name, (f" {look.signs.dot} {words[0]}", look.text))]
        else:
            head = [name, *(Content.styled(one, look.text) for one in words)]
        foot = (
            [Content.styled(one, look.warn) for one in wrapped(self._notice, width, 2)]
            if self._notice
            else []
        )
        room = height - len(head) - len(foot)
        wide: list[Content] = []
        if width >= COLUMNS_FROM - 2 and room >= 3 * _FEWEST_ROWS:
            wide = columns(self._settling, width, room * 2 // 5, look)
        cells = room_of(self._lines, width - 2)
        lines = broken(self._lines, cells, look)
        box = max(3, min(room - len(wide), len(lines) + 2))
        self._rows = box - 2
        if not self._free:
            self._top = cursor_top(self._settling, lines, self._top, self._rows)
        self._top = max(0, min(self._top, len(lines) - self._rows))
        return [*head, *wide, *merged_box(self._settling, lines, self._top, cells, box, look), *foot]

    def keys(self) -> Sequence[tuple[str, str]]:
        """Give the keys; taking the result is named when it can be."""
        shown, enter = self.look.keymap.shown, self._enter_sign
        take = () if self._settling.left or self._over else ((enter, "take it"),)
        edit = "edit all" if self._places is None else "edit"
        every = f"{shown('all-ours')} {shown('all-theirs')}"
        places = ((shown("ours"), "ours"), (shown("theirs"), "theirs"), (every, "all"))
        return (*places, (shown("edit-place"), edit), *take, (shown("help"), "help"), ("esc", "later"))

    @property
    def _enter_sign(self) -> str:
        key = self.look.keymap.shown("take-result")
        return self.look.signs.enter if key == "enter" else key

    def _show(self, settling: Settling, notice: str = "") -> None:
        self._settling, self._notice, self._free = settling, notice, False
        self._lines = merged_lines(settling)
        self._put()
        self.redraw()

    def _put(self) -> None:
        if self._places is not None:
            self._places.put(dict(self._settling.keeping_edits().typed) | self._typing)

    # Keys

    def press(self, event: events.Key) -> bool:
        """Answer a key."""
        command, now = self._command_of.get(event.key), self._settling
        named = _ALSO.get(event.key, "") if command is None else command.id
        if named in _SIDES:
            self._decide(now.decided(_SIDES[named]))
        elif named in _ALL:
            self._decide(now.all_decided(_ALL[named]))
        elif named in _STEPS:
            self._show(now.moved(_STEPS[named]))
        elif named in _PAGES:
            self._free, self._top = True, self._top + _PAGES[named] * max(1, self._rows - 1)
            self.redraw()
        elif named == "edit-place":
            self._edit()
        elif named == "take-result":
            self._take()
        elif named == "help":
            self.app.push_screen(HelpDialog(self.bench, CONFLICT))
        else:
            return False
        return True

    def _decide(self, settling: Settling) -> None:
        left_out = len(settling.typed) > len(self._settling.typed)
        self._show(settling, not_taken(self.look) if left_out else "")

    def _take(self) -> None:
        left = self._settling.left
        if self._over:
            self.dismiss(None)
        elif left:
            verb = "is" if left == 1 else "are"
            ours, theirs = (f" ({who})" if who else "" for who in self._settling.sides.whose)
            shown = self.look.keymap.shown
            takes = f"{shown('ours')} takes ours{ours}, {shown('theirs')} theirs{theirs}"
            sides = f"{takes}, {shown('edit-place')} edits"
            said = f"{counted(left, 'place')} {verb} still to be decided: {sides}."
            at = self._settling.choices.index(None)
            self._show(self._settling.moved(at - self._settling.cursor), said)
        else:
            self.dismiss(Settled(self._settling))

    def _edit(self) -> None:
        if self._places is None:
            self.dismiss(Settled(self._settling, markers=True))
            return
        now = self._settling
        row, place = now.cursor, now.places[now.cursor]

        def typed(text: str | None) -> None:
            self._typing = {} if text is None else {row: text}
            self._put()

        def edited(answer: PlaceText | None) -> None:
            self._typing = {}
            self._answer_for_places()
            if answer is not None:
                self._edited(answer, row, place)

        look = self.look
        name = definition_name(now.sides.name, 60, look.dim, look.strong, look.signs.ellipsis)
        begun = PlaceBegun(now.starting_text(), now.typed_text(), self._path)
        self.app.push_screen(PlaceTextScreen(self.bench, name, begun, self._places, typed), edited)

    def _edited(self, answer: PlaceText, row: int, place: Region) -> None:
        """Take what was typed for a place, wherever that is now, or keep it for that place."""
        now = self._settling
        rows = [at for at, one in enumerate(now.places) if one == place]
        now = now.moved((row if row in rows or not rows else rows[0]) - now.cursor)
        if answer.taken and answer.text is not None and rows:
            self._show(now.edited(answer.text))
        elif answer.taken:
            key = self.look.keymap.shown("edit-place")
            told = f"The place changed while you edited it: look at it again, {key} shows what you typed."
            self._show(now.with_typed(answer.text), told)
        else:
            self._show(now.with_typed(answer.text), not_taken(self.look) if answer.text is not None else "")

    # What others do meanwhile

    def _look(self) -> None:
        if self._places is not None and self._places.waiting:
            begin(self.app, self._places.keep, "keep")
        if self.bench.serial != self._serial and not self._over:
            self._serial = self.bench.serial
            begin(self, self._look_again, "look")

    async def _look_again(self) -> None:
        try:
            sides = await self.bench.call(self._reread)
        except PatchbayError as error:
            self._notice = cut_right(error.message, 400)
            self.redraw()
            return
        if sides is None:
            self._over = True
            self._notice = "The conflict is over: it was settled, or what it was with has changed."
            self.redraw()
        elif sides != self._settling.sides:
            new, kept = renewed(self._settling, sides)
            self._show(new, changed_notice(kept, new, self.look))


_SIDES: dict[str, Literal["ours", "theirs"]] = {"ours": "ours", "theirs": "theirs"}
_ALL: dict[str, Literal["ours", "theirs"]] = {"all-ours": "ours", "all-theirs": "theirs"}
_STEPS = {"down": 1, "up": -1, "first": -(10**6), "last": 10**6}
_PAGES = {"page-down": 1, "page-up": -1}
_ALSO = {"tab": "down", "shift+tab": "up", "space": "page-down"}
"""Further keys, where no command has them."""


def not_taken(look: Look) -> str:
    """Say where what was typed for a place and not taken is."""
    return f"What you typed is kept, and not taken: {look.keymap.shown('edit-place')} shows it again."


def changed_notice(kept: int, now: Settling, look: Look) -> str:
    """Say that the sides changed, and what became of the decisions and of what was typed."""
    decisions = f"{counted(kept, 'decision')} kept" if kept else "decide it again"
    typed = f"; {look.keymap.shown('edit-place')} shows what you typed" if now.typed else ""
    return f"It changed meanwhile, this is how it is now: {decisions}{typed}."


class ConflictsDialog(ChoosingDialog):
    """Lists open conflicts; gives the id of the one to settle."""

    enter_label = "settle it"
    leave_label = "later"

    def __init__(self, bench: Workbench, title: Content, found: Sequence[tuple[Patch, Conflict]]) -> None:
        super().__init__(bench, title)
        self.offer(
            [Row(one.id, conflict_row(patch, one, self.inner_width, self.look)) for patch, one in found]
        )
