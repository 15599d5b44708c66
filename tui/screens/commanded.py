"""What the screens over the session's have in common that answer to commands of the registry.

They have a selection and commands of their own; what verbs say to the session screen stands in their footer.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.geometry import Size

from store.errors import PatchbayError
from tui.commands import COMMAND_BY_ID, COMMANDS, Command, Scope
from tui.dialogs.rows import FilteredRows
from tui.keymap import Keymap
from tui.place import Selection
from tui.present import bars
from tui.present.board import Board
from tui.present.frame import keys_that_fit
from tui.present.layout import footer_rows
from tui.present.text import padded
from tui.saying import Says
from tui.screens.left_once import LeftOnce
from tui.type_ahead import Keystrokes
from tui.unanswered import unanswered
from tui.widgets.lines import Lines
from tui.working import begin

if TYPE_CHECKING:
    from tui.screens.session import SessionScreen
    from tui.screens.verbs import Verbs

Part = Literal["list", "preview"]


def elsewhere(keymap: Keymap, known: Collection[Command]) -> dict[str, str]:
    """Give what the keys of the session screen's commands that are not among the known ones lead to there."""
    others = (one for one in COMMANDS if one.id != "back" and one not in known)
    return {key: one.label.removesuffix("…") for key, one in keymap.by_key(others).items()}


class CommandedScreen(Says, LeftOnce[None]):
    """Runs commands for its selection, one after the other, and draws itself again when the view changes.

    It has a list and a preview, one above the other or side by side. Subclasses give their commands, their
    selection, their keys for the footer, and draw both parts.
    """

    AUTO_FOCUS = ""
    ALLOW_SELECT = False
    DEFAULT_CSS = """
    CommandedScreen { layout: vertical; overflow: hidden; }
    CommandedScreen > #parts { height: 1fr; layout: vertical; }
    CommandedScreen.-columns > #parts { layout: horizontal; }
    CommandedScreen > #footer { height: 1; }
    """
    KNOWN: ClassVar[tuple[Command, ...]] = ()
    """The commands that it answers to: some of the session screen's, and its own."""
    COLUMNS_FROM: ClassVar[int] = 120
    """From this width on it has two columns."""
    OPENED_BY: ClassVar[str | None] = None
    """The session screen's command that shows it; its key goes back from it."""

    def __init__(self, verbs: Verbs, session: SessionScreen) -> None:
        super().__init__(session.bench.ahead)
        self.bench, self.saying = session.bench, session.bench.saying
        self.verbs = verbs
        keymap = self.bench.look.keymap
        self._command_of = keymap.by_key(self.KNOWN)
        self._elsewhere = elsewhere(keymap, self.KNOWN)
        self._back = ("escape", "q", *(keymap.keys[self.OPENED_BY] if self.OPENED_BY else ()))
        self._parts = {name: Lines(id=name) for name in ("list", "preview", "footer")}
        self.filtered = FilteredRows()
        """The rows of the list; `/` narrows them."""
        self.maximised = False
        """The part that holds the cursor has the whole screen."""

    # What subclasses say

    @property
    def selection(self) -> Selection:
        """What commands act on."""
        return Selection()

    @property
    def gone(self) -> str:
        """Say what is no longer there, so that the screen closes; empty while there is something to show."""
        return ""

    def draw(self) -> None:
        """Draw the list and the preview."""

    def hints(self) -> Sequence[tuple[str, str]]:
        """Give the keys for the footer, the most useful first."""
        return ()

    def follow(self) -> None:
        """Take over what the new view says."""

    def show_patch(self, patch: str) -> None:
        """Show a patch that blocks the one shown."""

    @property
    def row(self) -> str:
        """The key of the row under the cursor."""
        return self.filtered.current.key if self.filtered.current else ""

    @property
    def part(self) -> Part:
        """The part that holds the cursor."""
        return "list"

    def narrowed(self) -> None:
        """Take over what the filter leaves."""

    def move(self, command: str) -> None:
        """Move as a command says."""

    def back(self) -> None:
        """Go back."""
        self.dismiss(None)

    async def run_own(self, command: str, selection: Selection) -> None:
        """Run one of the commands that only this screen has. Raises what the manager raises."""

    # How it works

    @property
    def escapes(self) -> int:
        """How many times esc is pressed until the screen is left: the filter and its size go first."""
        return 1 + bool(self.filtered.wanted) + self.maximised

    @property
    def board(self) -> Board | None:
        """The present view."""
        return self.bench.board

    def compose(self) -> ComposeResult:
        """Put the screen together; Textual calls this."""
        yield Container(self._parts["list"], self._parts["preview"], id="parts")
        yield self._parts["footer"]

    @property
    def columns(self) -> bool:
        """Whether the list and the preview stand side by side."""
        return self.app.size.width >= self.COLUMNS_FROM

    @property
    def sizes(self) -> tuple[Size, Size]:
        """The sizes of the list and of the preview; of the two only one is seen while it is maximised."""
        width, height = self.app.size.width, self.app.size.height - self._footer_rows
        if self.maximised:
            return Size(width, height), Size(width, height)
        if self.columns:
            left = (width + 1) // 2
            return Size(left, height), Size(width - left, height)
        return Size(width, self._above), Size(width, height - self._above)

    @property
    def _above(self) -> int:
        """Rows of the list where the preview is below it."""
        return (self.app.size.height - 1) * 3 // 5

    @property
    def _footer_rows(self) -> int:
        """Rows of the footer, which a long result takes from the preview, or from both."""
        if not self.said.message:
            return 1
        width, height = self.app.size
        lent = height - 1 if self.maximised or self.columns else height - 1 - self._above
        return footer_rows(len(bars.said(width, self.bench.look, *self.said)), lent)

    def on_mount(self) -> None:
        """Draw, and follow the view."""
        self.bench.watchers.add(self._follow)
        self.draw_all()

    def on_unmount(self) -> None:
        """Follow the view no more."""
        self.bench.watchers.discard(self._follow)

    def on_resize(self) -> None:
        """Fit the terminal."""
        self.draw_all()

    def on_screen_resume(self) -> None:
        """Show what has changed while another screen was above."""
        self._follow()

    def _follow(self) -> None:
        if self.gone:
            self._leave_if_gone()
            return
        self.follow()
        self.draw_all()

    def _leave_if_gone(self, own: bool = False) -> None:
        """Close when there is nothing left to show, once no command of this screen is at work.

        What a command of this screen said stays: it says why.
        """
        if self.gone and self.is_current and not self.bench.ahead.holding:
            if not own:
                self.saying.tell(self.gone, failed=True)
            self.dismiss(None)

    def draw_all(self) -> None:
        """Draw the list, the preview and the footer."""
        if self.is_mounted and not self.gone:
            self.set_class(self.columns, "-columns")
            for part, size in zip(("list", "preview"), self.sizes, strict=True):
                widget = self._parts[part]
                widget.styles.width, widget.styles.height = size
                widget.display = not self.maximised or part == self.part
            self.draw()
            self._draw_footer()

    def draw_said(self) -> None:
        """Draw what is said; where it takes other rows than before, all gives way to it."""
        if self._footer_rows == len(self._parts["footer"].lines):
            self._draw_footer()
        else:
            self.draw_all()

    def _draw_footer(self) -> None:
        width, look, rows = self.app.size.width, self.bench.look, self._footer_rows
        lines = [padded(" " + self._fitting(width - 2), width).stylize_before(look.bar)]
        if self.said.message:
            lines = bars.said(width, look, *self.said, rows)
        self._parts["footer"].styles.height = rows
        self.show("footer", lines)

    def _fitting(self, width: int) -> Content:
        """Show as many keys as fit; help and the way back are always among them."""
        look = self.bench.look
        back = "all again" if self.filtered.wanted else "smaller" if self.maximised else "back"
        always = ((look.keymap.shown("help"), "help"), ("esc", back))
        return keys_that_fit(self.hints(), always, width, look)

    def show(self, name: str, lines: Sequence[Content]) -> None:
        """Show a part's lines."""
        self._parts[name].show(lines)

    def waits(self, typed: Keystrokes) -> bool:
        """Whether a command is still asking: what is typed is for its dialog."""
        return self.bench.ahead.holding

    def on_key(self, event: events.Key) -> None:
        """Turn a key into a move or a command."""
        command = self._command_of.get(event.key)
        if (self.filtered.typing or event.key == "escape") and self.filtered.press_filter(event):
            self._refilter()
        elif command is not None:
            self.press(command, event.key)
        elif event.key == "escape" and self.maximised:
            self._maximise()
        elif event.key in self._back:
            self.back()
        elif event.key in self._elsewhere:
            self.say(self.is_elsewhere(self._elsewhere[event.key]), failed=True)
        elif told := unanswered(self.bench.look.keymap, event):
            self.say(told, failed=True)
        else:
            return
        event.stop()
        event.prevent_default()

    def _refilter(self) -> None:
        self.narrowed()
        self.draw_all()

    def _maximise(self) -> None:
        """Give the part with the cursor the whole screen, or both their places again."""
        self.maximised = not self.maximised
        self.on_resize()
        self.draw_all()

    def press(self, command: Command, key: str = "") -> None:
        """Do a command, also one that the palette gives."""
        if command.id == "filter":
            self.filtered.typing = True
            self.draw_all()
            return
        if command.id == "maximise":
            self._maximise()
            return
        if command.scope is Scope.MOVING:
            self.move(command.id)
            self.draw_all()
            return
        self.bench.ahead.holding = True
        begin(self, partial(self._run, command), "command")

    async def _run(self, command: Command) -> None:
        selection = self.selection
        refusal = command.refusal(self.board, selection)
        try:
            if refusal and not command.explained(self.board, selection):
                self.say(command.sentence(self.board, refusal), failed=True)
            elif command.id in COMMAND_BY_ID:
                await self.verbs.run(command.id, selection)
            else:
                await self.run_own(command.id, selection)
        except PatchbayError as error:
            self.say(error.message, failed=True)
        finally:
            self.replay()
            self._leave_if_gone(own=bool(self.saying.result.message))
