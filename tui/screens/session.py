"""The session screen: the patch bay, Actions and the preview; keys become moves and commands.

What commands do is in `verbs`; what is drawn is made in `present`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, work
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content

from store.errors import Code, PatchbayError
from tui.commands import COMMAND_BY_ID, COMMANDS, Command, Scope
from tui.moves import Shown, after
from tui.offers import Heading, Offer, next_step, offers
from tui.place import (
    Place,
    Selection,
    filter_typed,
    moved,
    rows_of,
    selection_of,
    settled,
    to_editor,
    to_patch,
)
from tui.present import bars, panels
from tui.present.board import FOLD, Board
from tui.present.layout import Layout, layout
from tui.saying import Says
from tui.screens.following import Following
from tui.screens.in_turn import InTurn
from tui.screens.previews import Previews, drawn
from tui.type_ahead import Keystrokes
from tui.unanswered import unanswered_in_session
from tui.widgets.lines import Lines
from tui.workbench import Workbench
from tui.working import begin

if TYPE_CHECKING:
    from tui.screens.verbs import Verbs

LOAD_LATER_SECONDS = 0.3
_BAY = ("editors", "cables", "patches", "actions")
"""The parts of the bay, from left to right."""


class SessionScreen(Says, InTurn[None]):
    """One session. Where the person is lives here in `place`; no widget takes the focus."""

    AUTO_FOCUS = ""
    ALLOW_SELECT = False
    KNOWN: ClassVar[tuple[Command, ...]] = COMMANDS

    def __init__(self, bench: Workbench, link: str | None = None, notice: str = "") -> None:
        super().__init__(bench.ahead)
        self.bench, self.saying = bench, bench.saying
        self._parts = {name: Lines(id=name) for name in ("header", *_BAY, "preview", "alone", "footer")}
        self._bay = Horizontal(id="bay")
        self.place = Place()
        self.previews = Previews(bench)
        self._link = link
        self.saying.say(notice, failed=True)
        self._loading = True
        self._others = 0
        self.following = Following(self)
        self._listed: tuple[object, Board | None] = (None, None)
        self._command_of = bench.look.keymap.by_key(COMMANDS)

    def compose(self) -> ComposeResult:
        """Put the screen together; Textual calls this."""
        yield self._parts["header"]
        with self._bay:
            yield from (self._parts[name] for name in _BAY)
        yield from (self._parts[name] for name in ("preview", "alone", "footer"))

    def on_mount(self) -> None:
        """Read the session, keeping what is typed until then, and begin to look for changes."""
        self.bench.ahead.holding = True
        self.draw()
        begin(self, self._start, "start")
        self.following.start()

    async def _start(self) -> None:
        opens = False
        try:
            if self._link is not None:
                opens = await self.verbs.follow(self._link)
            else:
                self.bench.session = await self.bench.call(self.bench.manager.current_session)
        except PatchbayError as error:
            self.say(error.message, failed=True)
            self.bench.ahead.drop()
        await self.refresh_view()
        self._loading = False
        if self.board is None:
            self.draw()
        if self.board is None and self.bench.session is not None:
            self.bench.ahead.drop()
        if not opens:
            self.replay()
        self.set_timer(LOAD_LATER_SECONDS, self._load_verbs)

    def _load_verbs(self) -> None:
        """Load what the first frame did without, and begin to watch a working tree."""
        begin(self.app, self.verbs.watch_tree, "watch")

    @cached_property
    def verbs(self) -> Verbs:
        """What commands do; loaded with all dialogs after the first frame, or by the first command."""
        from tui.screens.verbs import Verbs

        return Verbs(self)

    # The view

    @property
    def beginning(self) -> bool:
        """Whether the session has not been read yet."""
        return self._loading

    @property
    def board(self) -> Board | None:
        """The present view with its lookups."""
        return self.bench.board

    @property
    def listed(self) -> Board | None:
        """The present view with the rows that the filters leave."""
        board, place = self.board, self.place
        key = (self.bench.serial, place.editors_filter, place.patches_filter)
        if board is not None and key != self._listed[0]:
            self._listed = (key, rows_of(place, board))
        return None if board is None else self._listed[1]

    @property
    def layout_now(self) -> Layout | None:
        """The parts' sizes at the present size of the terminal."""
        place, (width, height) = self.place, self.app.size
        said = len(bars.said(width, self.bench.look, *self.said)) if self.said.message else 1
        return layout(width, height, place.panel if place.maximised else None, said, place.panel)

    @property
    def selection(self) -> Selection:
        """What commands act on."""
        return selection_of(self.place, self.board)

    async def refresh_view(self) -> None:
        """Read the session again, keeping every cursor on its record."""
        before = self.board
        try:
            await self.following.note()
            await self.bench.reload()
            if self.bench.session is None:
                summaries = await self.bench.call(self.bench.manager.sessions)
                self._others = len(summaries)
        except PatchbayError as error:
            await self.following.unread(error)
            return
        self.following.read()
        board = self.board
        if board is not None:
            same = before is not None and before.view.session.id == board.view.session.id
            place = self.place if same else Place()
            old = rows_of(place, before) if same and before is not None else None
            self.place = settled(place, old, rows_of(place, board))
            if not same or (before is not None and before.view.reports != board.view.reports):
                self._report(board)
        self.previews.forget()
        self.draw()
        if len(self.app.screen_stack) == 1:
            await self.bench.be_seen()

    def _report(self, board: Board) -> None:
        if board.view.reports:
            self.verbs.show_reports(board.view.reports)

    # Drawing

    def on_resize(self) -> None:
        """Fit the parts to the terminal."""
        self.draw()

    def draw_said(self) -> None:
        """Draw what is said; where it takes other rows than before, all gives way to it."""
        now = self.layout_now
        if (now.footer if now else 1) == len(self._parts["footer"].lines):
            self._draw_footer()
        else:
            self.draw()

    def _draw_footer(self) -> None:
        width, look, now = self.app.size.width, self.bench.look, self.layout_now
        if self.said.message:
            self._show("footer", bars.said(width, look, *self.said, now.footer if now else 1))
            return
        alone = self.board is None and not self._loading
        closed = self.board is not None and self.board.view.session.closed_at is not None
        footer = bars.footer(width, look, self.place, alone, closed)
        self._show("footer", [footer])

    def action_rows(self) -> tuple[Heading | Offer, ...]:
        """Give what Actions lists."""
        now = self.layout_now
        return offers(self.board, self.selection, now.rows if now else 0)

    def command_ids(self) -> tuple[str, ...]:
        """Give the commands that Actions lists, in order, while the cursor is among them."""
        rows = self.action_rows() if self.place.panel == "actions" else ()
        return tuple(row.command.id for row in rows if isinstance(row, Offer))

    def draw(self) -> None:
        """Draw everything; the widgets paint what has changed."""
        if not self.is_mounted:
            return
        now, look, board = self.layout_now, self.bench.look, self.board
        width, height = self.app.size
        self.set_class(now is None or (board is None and not self._loading), "-alone")
        self.set_class(now is None, "-too-small")
        self.set_class(now is not None and now.alone, "-maximised")
        if now is None:
            self._show("alone", bars.too_small(width, height, look))
            return
        self._arrange(now)
        self._show("header", [bars.header(board, self.bench.user, width, look, self._loading)])
        self._draw_footer()
        if board is None:
            rows = height - 1 - now.footer
            alone = bars.without_session(self.bench.user, width, rows, look, self._others)
            self._show("alone", alone)
            return
        self._draw_bay(self.listed or board, now)
        self._draw_preview(board, now)

    def _show(self, name: str, lines: Sequence[Content]) -> None:
        self._parts[name].show(lines)

    def _arrange(self, now: Layout) -> None:
        for name in _BAY:
            part = self._parts[name]
            part.styles.width = getattr(now, name)
            part.display = bool(getattr(now, name))
        self._bay.styles.height = now.bay
        self._parts["footer"].styles.height = now.footer

    def _draw_bay(self, board: Board, now: Layout) -> None:
        look = self.bench.look
        self.place = panels.scrolled_to_cursor(self.place, board, now)
        drawn: dict[str, list[Content]] = {}
        if now.editors:
            drawn["editors"] = panels.editors_panel(board, self.place, now, look)
        if now.cables:
            drawn["cables"] = panels.cables_column(board, self.place, now, look)
        if now.patches:
            drawn["patches"] = panels.patches_panel(board, self.place, now, look)
        step = next_step(board, self.selection)
        if now.actions:
            rows = self.action_rows()
            drawn["actions"], self.place = bars.actions_panel(rows, self.place, step, now, look)
        for name, lines in drawn.items():
            self._show(name, lines)

    def _draw_preview(self, board: Board, now: Layout) -> None:
        if now.alone:
            return
        preview = self.previews.of(self.place, board, now.width - 4)
        if preview is None:
            self._load_preview()
            return
        rows = now.preview - 2
        top = max(0, min(self.place.preview_top, len(preview.lines) - rows))
        self.place = replace(self.place, preview_top=top)
        self._show("preview", drawn(preview, top, now.width, now.preview, self.bench.look))
        self.call_after_refresh(self._load_beside)

    @work(group="preview", exclusive=True)
    async def _load_preview(self) -> None:
        board, now = self.board, self.layout_now
        if board is None or now is None:
            return
        try:
            await self.previews.load(self.place, board, now.width - 4)
        except PatchbayError as error:
            if error.code is not Code.NOT_FOUND:
                self.saying.tell(error.message, failed=True)
            return
        if self.board is board and self.layout_now == now:
            self._draw_preview(board, now)

    @work(group="beside", exclusive=True)
    async def _load_beside(self) -> None:
        """Load and draw the previews of the editors beside the cursor, so that a move finds its own."""
        board, now = self.board, self.layout_now
        if board is None or now is None or self.place.panel != "editors":
            return
        for place in (moved(self.place, self.listed or board, by, ()) for by in (1, -1)):
            if self.previews.of(place, board, now.width - 4) is None:
                with suppress(PatchbayError):
                    await self.previews.load(place, board, now.width - 4)
            if (preview := self.previews.of(place, board, now.width - 4)) is not None:
                drawn(preview, 0, now.width, now.preview, self.bench.look)

    # Keys

    def waits(self, typed: Keystrokes) -> bool:
        """Whether a command is still asking: what is typed is for its dialog. Quitting waits for no start."""
        command = self._command_of.get(typed.key) if isinstance(typed, events.Key) else None
        return self.bench.ahead.holding and not (self.beginning and command is COMMAND_BY_ID["quit"])

    def on_key(self, event: events.Key) -> None:
        """Turn a key into a command."""
        command = self._command_of.get(event.key)
        if self.place.filtering and (narrowed := self._filtered_by(event)) is not None:
            self.place = narrowed
            self.draw()
        elif command is not None:
            self.press(command, event.key)
        elif told := unanswered_in_session(self.bench.look.keymap, event):
            self.say(told, failed=True)
        else:
            return
        event.stop()
        event.prevent_default()

    def _filtered_by(self, event: events.Key) -> Place | None:
        character = event.character if event.is_printable else None
        return None if self.board is None else filter_typed(self.place, self.board, event.key, character)

    def press(self, command: Command, key: str = "") -> None:
        """Do a command: moves at once, the others when those before are done."""
        if self.layout_now is None and command.id != "quit":
            return
        if command.scope is Scope.MOVING or command.id == "maximise":
            refusal = command.refusal(self.board, self.selection)
            if refusal:
                self.say(command.sentence(self.board, refusal), failed=True)
            elif self.board is not None and self.listed is not None:
                self._move(self.board, self.listed, command.id, key)
        else:
            self.run_command(command)

    def run_command(self, command: Command) -> None:
        """Run a command that is more than a move."""
        if command.id == "open" and self._enter():
            return
        self.bench.ahead.holding = True
        begin(self, partial(self._run, command, self.selection), "command")

    def _enter(self) -> bool:
        """Give enter its meaning outside editors: run the action, unfold."""
        if self.place.panel == "actions" and self.place.command not in (None, "open"):
            self.run_command(COMMAND_BY_ID[self.place.command or ""])
            return True
        if self.place.panel == "patches" and self.place.patch == FOLD:
            self.press(COMMAND_BY_ID["select"])
            return True
        return False

    async def _run(self, command: Command, selection: Selection) -> None:
        try:
            refusal = command.refusal(self.board, selection)
            if refusal and (command.takes(selection) or not command.explained(self.board, selection)):
                self.say(command.sentence(self.board, refusal), failed=True)
            else:
                await self.verbs.run(command.id, selection)
        except PatchbayError as error:
            self.say(error.message, failed=True)
        finally:
            self.replay()

    def do_later(self, act: Callable[[], Awaitable[None]]) -> None:
        """Do something as a command of this screen, once what is under way is over."""

        async def do() -> None:
            self.bench.ahead.holding = True
            try:
                await act()
            except PatchbayError as error:
                self.say(error.message, failed=True)
            finally:
                self.replay()

        begin(self, do, "command")

    def leave_those_above(self) -> None:
        """Leave every screen that lies on this one."""
        for screen in reversed(self.app.screen_stack[1:]):
            screen.dismiss(None)

    def _move(self, board: Board, listed: Board, command: str, key: str) -> None:
        if command == "goto":
            self.run_command(COMMAND_BY_ID["goto"])
        elif command == "editor":
            self._go_to_number(listed, int(key))
        else:
            shown = Shown(board, listed, self.layout_now, self.command_ids())
            self.place = after(command, self.place, shown)
            self.draw()

    def _go_to_number(self, listed: Board, number: int) -> None:
        found = next((one.editor.id for one in listed.view.editors if one.editor.number == number), None)
        if found in listed.editor_row:
            self.place = to_editor(self.place, listed, found)
            self.draw()
        elif found is not None:
            self.say(f"The filter leaves editor {number} out: esc shows all again.", failed=True)
        else:
            key = self.bench.look.keymap.shown("open-definition")
            self.say(f"There is no editor {number}: {key} opens a definition.", failed=True)

    def go_to_patch(self, patch: str) -> None:
        """Put the cursor on a patch, unfolding the closed ones and giving up a filter that leaves it out."""
        if self.board is None or patch not in self.board.patch_by_id:
            return
        place = self.place
        if patch not in self.board.patch_keys(place.unfolded):
            place = replace(place, unfolded=True)
        if patch not in rows_of(place, self.board).patch_keys(place.unfolded):
            place = replace(place, patches_filter="", filtering=False)
        self.place = to_patch(place, patch)
        self.draw()

    def go_to_editor(self, editor: str) -> None:
        """Put the cursor on an editor."""
        if self.board is not None and editor in self.board.editor_by_id:
            if self.listed is not None and editor not in self.listed.editor_row:
                self.place = replace(self.place, editors_filter="", filtering=False)
            self.place = to_editor(self.place, self.board, editor)
            self.draw()
