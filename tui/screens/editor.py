"""The definition editor: a text area with what is said around it, find, go to line, and the differences.

How its text is kept and follows others is in `buffered`, how it is saved in `saving`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Literal

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import TextArea
from textual.widgets.text_area import Selection

from store.model import EditorContext
from store.views import BufferText, DefinitionText
from tui.dialogs.help import HelpDialog
from tui.finding_text import Location, nearest, occurrences
from tui.present import bars, typing
from tui.present.differences import BESIDE_FROM, section
from tui.present.frame import keys_that_fit, last_key
from tui.present.layout import WORDS_FROM
from tui.present.text import definition_name, padded, visible
from tui.registry import EDITING
from tui.saying import SILENCE, Said
from tui.screens.saving import SavingScreen
from tui.type_ahead import Keystrokes
from tui.widgets.ask_bar import AskBar
from tui.widgets.diff_pane import DiffPane, diff_hints
from tui.widgets.line_input import LineInput
from tui.widgets.lines import Lines
from tui.workbench import Workbench
from tui.working import begin

DIFF_SECONDS = 0.15
"""How long after typing the differences beside the text follow."""

_HINTS = (
    ("save", "save", "save"),
    ("find", "find", "find"),
    ("go-to-line", "line", "go to line"),
    ("diff-base", "base", "diff to base"),
    ("diff-saved", "patch", "diff to patch"),
    ("wrap", "wrap", "wrap lines"),
)
"""Commands in the footer with what they do in short and in a wide terminal."""
_GAP = 2
"""Cells between two keys in the footer."""
Against = Literal["base", "saved"]


class EditorScreen(SavingScreen):
    """Types into one editor's buffer; its keys are the registry's."""

    AUTO_FOCUS = ""
    CSS_PATH = "editor.tcss"
    ESCAPE_TO_MINIMIZE = False

    def __init__(
        self,
        bench: Workbench,
        editor: EditorContext,
        text: DefinitionText,
        buffer: BufferText | None,
        read_only: str | None = None,
        taken: bool = False,
        save_at_once: bool = False,
    ) -> None:
        super().__init__(bench, editor, text, buffer, read_only, taken, save_at_once)
        self._header, self._footer, self._bar = Lines(id="header"), Lines(id="footer"), AskBar()
        self._pane = DiffPane(bench.look, id="diff")
        self._read = SILENCE
        """What was told unasked, and has been typed on after."""
        self._against: Against | None = None
        """What the differences shown are to."""
        self._diff_timed = False
        self._asked: Literal["find", "line"] = "find"
        self._wanted = ""
        self._origin: Location = (0, 0)
        """Where the cursor was when find was opened."""
        self._found: list[Location] = []
        self._at = 0
        self._command_of = bench.look.keymap.by_key(EDITING.commands)
        self._area.answer = self._answer

    # Parts

    def compose(self) -> ComposeResult:
        """Put the screen together; Textual calls this."""
        yield self._header
        yield Horizontal(self._area, self._pane, id="parts")
        yield self._bar
        yield self._footer

    def on_resize(self) -> None:
        """Fit the terminal."""
        self._arrange()
        self._draw()

    def _draw(self) -> None:
        if not self.is_mounted:
            return
        look, width = self._bench.look, self.app.size.width
        board = self._bench.board
        patch = board.view.state.patches.get(self._editor.patch_id or "") if board else None
        merging = f"merging {visible(board.merging)}" if board and board.merging else ""
        words = ("unsaved" if self._unsaved else "", self._meanwhile, merging)
        state = ", ".join(word for word in words if word)
        if self._read_only is not None:
            where = Content.styled(f"read-only: {visible(self._read_only)}", look.warn)
        elif patch is not None:
            where = typing.in_patch(patch, look)
        else:
            where = typing.in_no_patch(self._joins, self._bench.user, look, width - len(state) - 26)
        header = typing.typing_header(width, look, self._editor, where, state)
        self._header.show([header])
        footer = self._foot(width)
        self._footer.styles.height = len(footer)
        self._footer.show(footer)

    def _foot(self, width: int) -> list[Content]:
        look = self._bench.look
        if self.said.message:
            return bars.said(width, look, *self.said)
        line = keys_that_fit(*self._hints(width), width - 2, look, _GAP)
        return [padded(" " + line, width).stylize_before(look.bar)]

    def _hints(self, width: int) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """Give the keys, and those that are shown in any case: the way back, and help."""
        look, wide = self._bench.look, width >= WORDS_FROM
        shown = look.keymap.shown
        if self._bar.asking:
            go = "next" if self._asked == "find" else "go there"
            again = [("up", "previous")] if self._asked == "find" else []
            return [(look.signs.enter, go), *again], [("esc", "back to the text")]
        if self._instead:
            key = shown("diff-base" if self._against == "base" else "diff-saved")
            return diff_hints(look, wide), [(f"{key} esc", "back to the text" if wide else "back")]
        hints = [(shown(command), long if wide else short) for command, short, long in _HINTS]
        if self._read_only is not None:
            hints = [*([("t", "type here instead")] if self._taken else []), *hints[1:]]
        back = "back, text kept" if wide else "back"
        return hints, [(last_key(look.keymap.all_shown("help")), "help"), (shown("leave"), back)]

    def draw_said(self) -> None:
        """Draw what is said."""
        self._draw()

    def answers(self, typed: Keystrokes) -> None:
        """Say the last result no longer; a save's stays for where the key that leaves goes back to.

        Nor is what was told unasked said here any more; but who types may not have read it: that stays, too.
        """
        leave = self._bench.look.keymap.keys["leave"]
        leaves = isinstance(typed, events.Key) and typed.key in leave
        if not self.saying.result.message and self.saying.told.message != self._told_here:
            unread, self._read = self.said, self.saying.now
            if unread.message:
                self._draw()
        elif not (leaves and not (self._bar.asking or self._instead) and self.said.message == self._came_to):
            super().answers(typed)

    @property
    def said(self) -> Said:
        """What is said, but for what was told before the last key here."""
        return SILENCE if self.saying.now is self._read else self.saying.now

    @on(TextArea.Changed, "#text")
    def _text_changed(self) -> None:
        if self._against is not None and not self._diff_timed:
            self._diff_timed = True
            self.set_timer(DIFF_SECONDS, self._compare)

    # Keys

    def _answer(self, event: events.Key) -> bool:
        """Run the command of a key; gives whether there was one."""
        self._may_be_lost = False
        command = self._command_of.get(event.key)
        if command is None or (event.is_printable and not self._instead):
            return False
        self._commands[command.id]()
        self._draw()
        return True

    @property
    def _commands(self) -> Mapping[str, Callable[[], object]]:
        return {
            "save": self.save,
            "leave": self._back,
            "find": self._ask_find,
            "go-to-line": self._ask_line,
            "diff-base": lambda: self._show_differences("base"),
            "diff-saved": lambda: self._show_differences("saved"),
            "wrap": self._wrap,
            "help": lambda: self.app.push_screen(HelpDialog(self._bench, EDITING)),
            "indent": lambda: self._area.shift_lines(deeper=True),
            "dedent": lambda: self._area.shift_lines(deeper=False),
            "undo-typing": self._area.undo,
            "redo-typing": self._area.redo,
        }

    def on_key(self, event: events.Key) -> None:
        """Answer what the text area does not: the field's keys, the differences', another screen's buffer."""
        if self._bar.asking and event.key in ("enter", "down", "up"):
            self._step(-1 if event.key == "up" else 1)
        elif self._instead and self._pane.press(event.key):
            pass
        elif event.key == "q" and (self._instead or self._read_only is not None):
            self._back()
        elif self._taken and event.key == "t":
            self.take_over()
        elif not self._answer(event):
            return
        event.stop()
        event.prevent_default()

    def _back(self) -> None:
        """Leave the field, else the differences that cover the text, else the screen."""
        if self._bar.asking:
            self._bar.stop()
            self.set_focus(self._area)
        elif self._instead:
            self._show_differences(self._against)
        else:
            self.leave()

    def _wrap(self) -> None:
        self._area.soft_wrap = not self._area.soft_wrap
        self.say("Long lines are broken to fit." if self._area.soft_wrap else "Long lines stay whole.")

    # Find and go to line

    def _ask_find(self) -> None:
        if self._instead:
            self._show_differences(self._against)
        self._asked, self._origin = "find", min(self._area.selection)
        self._bar.ask(Content.styled("Find", self._bench.look.key), self._wanted)
        self._look_for(self._wanted)

    def _ask_line(self) -> None:
        if self._instead:
            self._show_differences(self._against)
        self._asked = "line"
        self._bar.ask(self._lines_asked(), "")

    def _lines_asked(self) -> Content:
        first = self._saved.line
        last = first + self._area.document.line_count - 1
        return Content.styled(f"Go to line, {first} to {last}", self._bench.look.key)

    @on(LineInput.Changed, "#wanted")
    def _word_typed(self, event: LineInput.Changed) -> None:
        event.stop()
        if self._bar.asking and self._asked == "find":
            self._look_for(event.value)

    def _look_for(self, wanted: str) -> None:
        """Go to the first occurrence from where the cursor was."""
        self._wanted = wanted
        self._found = occurrences(self._area.document.lines, wanted)
        self._at = nearest(self._found, self._origin)
        self._show_found()

    def _show_found(self) -> None:
        look = self._bench.look
        if self._found:
            row, column = self._found[self._at]
            self._area.selection = Selection((row, column), (row, column + len(self._wanted)))
            said = Content.styled(f"{self._at + 1} of {len(self._found)}", look.text)
        else:
            self._area.move_cursor(self._origin)
            said = Content.styled("not found", look.warn) if self._wanted else Content("")
        self._bar.note(said)

    def _step(self, by: int) -> None:
        """Go to the next occurrence or the one before, round the ends; or to the line."""
        if self._asked == "line":
            self._go_to_line()
        elif self._found:
            self._at = (self._at + by) % len(self._found)
            self._show_found()

    def _go_to_line(self) -> None:
        typed, first = self._bar.value.strip(), self._saved.line
        count = self._area.document.line_count
        if not typed.isdecimal():
            self._bar.note(Content.styled("a number" if typed else "", self._bench.look.warn))
            return
        row = int(typed[:12]) - first
        self._area.move_cursor((max(0, min(row, count - 1)), 0), center=True)
        self._back()
        if not 0 <= row < count:
            self.say(f"The text has the lines {first} to {first + count - 1}.", failed=True)
        self._draw()

    # Differences

    @property
    def _instead(self) -> bool:
        """Whether the differences stand in the place of the text."""
        return self._against is not None and self.app.size.width < BESIDE_FROM

    def _show_differences(self, against: Against | None) -> None:
        """Show the differences to something, or the text alone where they are shown already."""
        self._against = None if against == self._against else against
        self._bar.stop()
        self._arrange()
        if self._against is not None:
            self._compare()

    def _arrange(self) -> None:
        """Give text and differences their places."""
        self._pane.display, self._pane.answers = self._against is not None, self._instead
        if self._area.display == self._instead:
            self._area.display = not self._instead
        if self.listening and not self._instead and not self._bar.asking:
            self.set_focus(self._area)

    def _compare(self) -> None:
        self._diff_timed = False
        if self._against is not None:
            begin(self, partial(self._compared, self._against), "preview", exclusive=True)

    def _count_from(self, line: int) -> None:
        super()._count_from(line)
        if self._bar.asking and self._asked == "line":
            self._bar.name_it(self._lines_asked())
        self._compare()

    async def _compared(self, against: Against) -> None:
        look, saved, text = self._bench.look, self._saved, self._text()
        base = saved.base if against == "base" else saved.text if saved.digest is not None else None
        found = await self._bench.compute(section, base, text, line=saved.line, path=saved.path)
        if self._against != against or not self.is_attached:
            return
        name = definition_name(self._editor.target, 40, look.dim, look.strong, look.signs.ellipsis)
        words = "diff to base" if against == "base" else "not saved yet"
        if not found.found.differs:
            words = "as in the base" if against == "base" else "nothing unsaved"
        self._pane.put(name + Content.styled(f" {look.signs.dot} {words}", look.text), [found])
        self._pane.see(self._area.cursor_location[0])
