"""What a definition editor does out of sight: its text is kept on disk while it is typed, and follows what
others type and save.

How it is saved is in `saving`. What is seen is `editor`'s.
"""

from __future__ import annotations

from asyncio import Future
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from textual import events, on
from textual.widgets import TextArea

from store.assignment import joined_unasked
from store.errors import Code, PatchbayError
from store.model import EditorContext, EditorId, Patch
from store.source.merge import merge3, with_markers
from store.views import BufferText, DefinitionText
from tui.language import language_of
from tui.present.deeds import done_to_text
from tui.saying import Says
from tui.screens.left_once import LeftOnce
from tui.text_shape import ShapedText, shaped
from tui.type_ahead import Keystrokes
from tui.typed_places import QUITTING_LOSES
from tui.widgets.typing_area import TypingArea
from tui.workbench import Workbench
from tui.working import begin

KEEP_SECONDS = 0.7
"""How long after typing the buffer is written."""
_ELSEWHERE = "another screen of yours is typing here"
_TAKEN = "Another screen of yours is typing here, and what you typed last is on no disk:"
_SCREENS = ("typed here", "saved", "typed in the other screen")


class _Now(NamedTuple):
    """What an editor holds when it is looked at again."""

    saved: DefinitionText
    buffer: BufferText | None
    writer_lives: bool
    """Whether the screen that wrote the buffer is open."""
    told: str
    """Who changed what is saved; empty where nobody did."""


def _both(base: str, ours: str, theirs: str) -> str:
    """Merge what was typed in two screens; where that is not clean both stand between markers."""
    merged = merge3(base, ours, theirs)
    return with_markers(base, ours, theirs, _SCREENS) if merged is None else merged


def _refused() -> EditorId:
    raise PatchbayError(Code.UNSAVED_EDITOR, f"{_TAKEN} t takes over with it.")


class BufferedScreen(Says, LeftOnce[None]):
    """A text area over one editor's buffer. Subclasses compose it and draw what is said around it."""

    KEEPS = True

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
        super().__init__(bench.ahead)
        self._bench, self._editor, self._saved = bench, editor, text
        self.saying = bench.saying
        self._session = editor.session_id
        self._shown_digest = buffer.shown if buffer is not None else text.digest
        self._shape: ShapedText = shaped(buffer.text if buffer is not None else text.text)
        self._read_only = _ELSEWHERE if taken else read_only
        self._taken = taken
        self._save_at_once = save_at_once
        self._of_tree = buffer is not None and buffer.of_tree
        """What is unsaved here was found in the working tree, and nothing was typed since."""
        self._kept: str | None = self._shape.shown
        """What the text area showed when its text was kept or loaded last; None when it has to be kept."""
        self._area = TypingArea.on(
            self._shape.shown, text.path, bench.look, line=text.line, read_only=self._read_only is not None
        )
        self._on_disk = self._text()
        """What this screen last read from the disk, or wrote there: the buffer, else what is saved."""
        self._timed = False
        self._leaving = False
        self._may_be_lost = False
        """Whether the person was told, since the last key, that quitting loses what is typed."""
        self._told_only_here = False
        """Whether the person was told that what is typed is on no disk, and is lost by going back."""
        self._saving: Future[bool] | None = None
        """Whether the save that is under way will have saved."""
        self._told_here = ""
        """What was told unasked of the text here: it is for this screen alone."""
        self._meanwhile = ""
        """What somebody else did to the saved text while there is unsaved text here."""
        self._joins: Patch | None = None

    # What subclasses say

    def _draw(self) -> None:
        """Draw what is said around the text."""

    def save(self) -> None:
        """Save what was typed (R9)."""

    async def _saved_by_now(self) -> bool:
        """Wait for the save that is under way; gives whether there was none or it saved."""
        return True

    # How it begins and ends

    def on_mount(self) -> None:
        """Draw, and be asked to write before the end."""
        self._area.language = language_of(self._saved.path)
        self._bench.typed.add(self)
        self._bench.watchers.add(self._follow)
        self._look_up()
        if self._read_only is None:
            begin(self, partial(self._bench.be_seen, (self._editor.id,)), "presence")
        self._draw()

    async def listen(self) -> None:
        """Take what is typed as text from now on, first what was typed ahead; save what is to be saved."""
        self.set_focus(self._area)
        await super().listen()
        if self._save_at_once:
            self._save_at_once = False
            self.save()

    def on_unmount(self) -> None:
        """Stop being asked to write."""
        self._bench.typed.discard(self)
        self._bench.watchers.discard(self._follow)

    def leave(self) -> None:
        """Go back, when a save that is under way has ended; what was typed stays in the buffer."""
        if not self._leaving:
            self._leaving = True
            begin(self, self._leave, "leave")

    def waits(self, typed: Keystrokes) -> bool:
        """Whether it is being left: keys are for who is below, or for it if it stays.

        It takes a paste, but for one that came after a key.
        """
        behind = self._ahead.first is not None and self._ahead.first is not typed
        return self._leaving and (behind or isinstance(typed, events.Key))

    async def _leave(self) -> None:
        if await self._saved_by_now() and (await self._keep_all() or self._only_here):
            if not self._only_here or self._told_only_here:
                self.saying.take_back(self._told_here)
                self.dismiss(None)
                return
            self._told_only_here = True
            again = self._bench.look.keymap.shown("leave")
            self.say(f"{self._only_here}, {again} again goes back without it.", failed=True)
        self.call_later(self._stay)

    async def _stay(self) -> None:
        """Answer what was typed meanwhile, which is all that has reached the screen by now."""
        self._leaving = False
        if self.is_active:
            await self.release()
        else:
            self.replay()

    @property
    def _only_here(self) -> str:
        """Say why what is typed is on no disk and how it gets there; empty where it is kept."""
        if self._taken and self._not_kept:
            return f"{_TAKEN} t takes over with it"
        if self._gone and self._unsaved:
            keeps = self._bench.look.keymap.shown("save")
            return f"{self._closed_elsewhere}, and what is typed here is on no disk: {keeps} keeps it"
        return ""

    @property
    def _gone(self) -> bool:
        """Whether the editor was closed while it is shown here."""
        board = self._bench.board
        return board is not None and self._editor.id not in board.editor_by_id

    @property
    def _closed_elsewhere(self) -> str:
        return f"Editor {self._editor.number} was closed elsewhere"

    def _why_refused(self, error: PatchbayError) -> str:
        """Give why something was refused; in a person's words where the editor is no longer there."""
        back = self._bench.look.keymap.shown("leave")
        closed = f"{self._only_here or self._closed_elsewhere}, {back} goes back."
        return closed if self._gone else error.message

    # What others do

    def _look_up(self) -> None:
        """Take from the view what the header says of the editor."""
        board, self._joins = self._bench.board, None
        if board is not None and self._gone and self._taken:
            here = (self._editor.user, self._editor.target)
            own = (one.editor for one in board.editors if (one.editor.user, one.editor.target) == here)
            self._editor = next(own, self._editor)
        if board is not None and self._editor.id in board.editor_by_id:
            self._editor = board.editor_by_id[self._editor.id].editor
        if board is not None and self._editor.patch_id is None:
            patches = board.view.state.patches
            self._joins = patches.get(joined_unasked(patches, self._editor.target) or "")

    def _follow(self) -> None:
        self._look_up()
        self._draw()
        if not self._saving:
            begin(self, self._catch_up, "follow", exclusive=True)

    async def _catch_up(self) -> None:
        """Show what was saved or typed elsewhere at once, or tell of it where there is unsaved text here."""
        seen = None if self._not_kept else self._area.text
        try:
            now = await self._bench.call(self._read_again)
        except PatchbayError as error:
            if not self._leaving:
                self._tell(self._why_refused(error), failed=True)
            return
        if self._saving or not self.is_attached:
            return
        text, buffer = now.saved, now.buffer
        kept = seen is not None and seen == self._area.text
        if text.line != self._saved.line:
            self._count_from(text.line)
        if buffer is not None and buffer.writer != self._bench.writer and kept:
            self._show_typed_elsewhere(buffer, now.writer_lives)
        elif self._read_only is not None:
            if kept and text.text != self._text():
                self._load(text.text)
        elif text.digest == self._saved.digest:
            self._meanwhile = ""
            self._draw()
        elif self._unsaved and not (kept and buffer is None):
            self._meanwhile = now.told
            self._draw()
        else:
            self._saved, self._shown_digest, self._meanwhile = text, text.digest, ""
            self._area.line_number_start = text.line
            self._load(text.text, kept=False)
            if await self._keep():
                self._tell(f"{now.told[:1].upper()}{now.told[1:]}: this is the text now.")

    def _tell(self, message: str, failed: bool = False) -> None:
        """Say what somebody did to the text here."""
        self._told_here = message
        self.saying.tell(message, failed)

    def _show_typed_elsewhere(self, buffer: BufferText, writer_lives: bool) -> None:
        """Show what another screen, or the command line, typed; nothing is typed here that is not kept."""
        if self._read_only is None and writer_lives:
            self._give_way()
        if buffer.text != self._text():
            self._shown_digest = buffer.shown
            self._load(buffer.text)
        self._draw()

    def _give_way(self) -> None:
        """Leave the buffer to another screen, until told to take it over."""
        self._area.put_gathered()
        self._taken, self._read_only = True, _ELSEWHERE
        self._area.read_only = True

    def _count_from(self, line: int) -> None:
        """Number the lines from this one on: what stands before them in the file has changed."""
        self._saved = self._saved._replace(line=line)
        self._area.line_number_start = line

    def _read_again(self) -> _Now:
        """Read what is saved and what is typed; called in the thread."""
        manager, editor = self._bench.manager, self._editor
        text = manager.editor_text(editor.id, session=self._session)
        buffer = manager.buffer(editor.id, session=self._session)
        lives = buffer is not None and manager.writer_lives(buffer.writer)
        told = ""
        if text.digest != self._saved.digest:
            told = done_to_text(manager.writer_of(editor.id, self._session), self._bench.user)
        return _Now(text, buffer, lives, told)

    # Typing

    @property
    def _unsaved(self) -> bool:
        return self._read_only is None and self._text() != self._saved.text

    def _text(self) -> str:
        if not self.is_mounted:
            return self._shape.restored(self._shape.shown)
        return self._shape.restored(self._area.text)

    @on(TextArea.Changed)
    def _typed(self) -> None:
        if self._read_only is not None:
            return
        if self._not_kept:
            self._of_tree = False
            if not self._timed:
                self._timed = True
                self.set_timer(KEEP_SECONDS, self._keep_soon)
        self._draw()

    def _keep_soon(self) -> None:
        self._timed = False
        begin(self, self._keep, "keep")

    @property
    def _not_kept(self) -> bool:
        return self._area.text != self._kept

    def unwritten(self) -> Callable[[], EditorId] | None:
        """Give what writes the buffer, or None when it holds what is seen."""
        self._area.put_gathered()
        if not self._not_kept:
            return None
        self._kept, text, write = self._area.text, self._text(), self._writing()

        def kept() -> EditorId:
            try:
                editor = write()
            except BaseException:
                self._kept = None
                raise
            self._on_disk = text
            return editor

        return kept

    def may_be_lost(self, why: str) -> bool:
        """Say why the text is not written and is lost by quitting; whether that was said already."""
        told, self._may_be_lost = self._may_be_lost, True
        self._say_unwritten(why)
        return told

    def _say_unwritten(self, why: str) -> None:
        self.say(f"{QUITTING_LOSES} {why}" if self._may_be_lost else why, failed=True)

    def _writing(self) -> Callable[[], EditorId]:
        if self._taken:
            return _refused
        return partial(
            self._bench.manager.type_text,
            self._editor.id,
            self._text(),
            self._shown_digest,
            self._bench.writer,
            session=self._session,
            target=self._editor.target,
            seen=self._on_disk,
        )

    async def _keep(self) -> bool:
        write = self.unwritten()
        if write is None:
            return True
        try:
            editor = await self._bench.call(write)
            if editor != self._editor.id:
                await self._go_on_in(editor)
        except PatchbayError as error:
            if error.code is Code.UNSAVED_EDITOR:
                self._give_way()
            self._say_unwritten(f"{self._only_here}." if self._only_here else error.message)
            return False
        if self._meanwhile and not self._unsaved:
            self._follow()
        return True

    async def _keep_all(self) -> bool:
        """Write what is typed, and what is pasted while it is written."""
        kept = await self._keep()
        while kept and self._not_kept:
            kept = await self._keep()
        return kept

    async def _go_on_in(self, editor: EditorId) -> None:
        """Go on in the editor that was opened instead of the one that was closed elsewhere."""
        closed = self._closed_elsewhere
        self._editor = self._editor.model_copy(update={"id": editor, "patch_id": None})
        self._saved = await self._bench.call(self._bench.manager.editor_text, editor, session=self._session)
        await self._bench.reload()
        self.say(f"{closed}: what you type is kept, in editor {self._editor.number}.")

    def take_over(self) -> None:
        """Take the buffer over from another screen."""
        if self._taken:
            begin(self, self._take_over, "keep")

    async def _take_over(self) -> None:
        """Take the other screen's text, and merge what was typed here and not kept into it."""

        def take_over() -> _Now:
            manager, writer = self._bench.manager, self._bench.writer
            manager.take_over_buffer(self._editor.id, writer, session=self._session)
            return self._read_again()

        self._look_up()
        try:
            now = await self._bench.call(take_over)
        except PatchbayError as error:
            self.say(self._why_refused(error), failed=True)
            return
        self._taken, self._read_only, self._told_only_here = False, None, False
        self._area.read_only = False
        kept, theirs = not self._not_kept, now.saved.text if now.buffer is None else now.buffer.text
        text = theirs if kept else _both(self._on_disk, self._text(), theirs)
        self._saved, self._meanwhile = now.saved, ""
        self._shown_digest = now.saved.digest if now.buffer is None else now.buffer.shown
        if not kept or text != self._text():
            self._load(text, kept)
        if await self._keep():
            self.say("You are typing here now; the other screen is read-only.")

    def _load(self, text: str, kept: bool = True) -> None:
        """Put another text into the text area, the cursor where it was; `kept` where it is on disk."""
        area = self._area
        row, column = area.cursor_location
        self._shape = shaped(text)
        self._kept = self._shape.shown if kept else None
        self._on_disk = text if kept else self._on_disk
        area.load_text(self._shape.shown)
        row = min(row, area.document.line_count - 1)
        area.move_cursor((row, min(column, len(area.document.get_line(row)))))
