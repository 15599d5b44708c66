"""What the preview below the bay shows: differences of an editor, a patch's checklist, an action's effect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from textual.content import Content

from store.model import RenameDefinition
from store.views import TRAVELS, BufferText, DefinitionText, EditorView, PatchView
from tui.commands import COMMAND_BY_ID
from tui.place import Place, Selection, selection_of
from tui.present.board import FOLD, Board
from tui.present.differences import BESIDE_FROM, DiffLine, Section, Window, diff_line, laid_out, section
from tui.present.effects import close_lines, closed_lines, merge_lines, patch_label, patch_lines
from tui.present.frame import below_line, boxed
from tui.present.look import Look
from tui.present.states import LONG, state_of
from tui.present.text import cut_right, definition_name, last_part, visible, wrapped
from tui.workbench import Workbench

Key = tuple[str, ...]
_DRAWN_KEPT = 8
"""How many drawn previews are kept: those of the rows beside the cursor are drawn before it comes there."""


@dataclass(frozen=True, eq=False)
class Preview:
    """A title with lines; lines of differences are drawn when they are visible."""

    title: Content
    lines: Sequence[Content | DiffLine]


@lru_cache(maxsize=_DRAWN_KEPT)
def drawn(one: Preview, top: int, width: int, height: int, look: Look) -> tuple[Content, ...]:
    """Draw a preview's box with the lines from `top`; the latest ones are kept."""
    rows = height - 2
    shown = [_line(line, width - 2, look) for line in one.lines[top : top + rows]]
    below = len(one.lines) - top - rows
    return tuple(boxed(shown, width, height, one.title, below_line(below, look), look, look.border))


def _line(one: Content | DiffLine, width: int, look: Look) -> Content:
    return diff_line(one, Window(width, look)) if isinstance(one, DiffLine) else " " + one


class Previews:
    """Gives previews; what needs the manager is loaded in its thread and kept until the view changes."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._kept: dict[Key, Preview] = {}

    def forget(self) -> None:
        """Drop what was loaded for an earlier view."""
        self._kept.clear()

    def of(self, place: Place, board: Board, width: int) -> Preview | None:
        """Give the preview for where the person is; None when it has to be loaded first."""
        selection = selection_of(place, board)
        if place.panel == "actions" and place.command is not None:
            if place.command in _LOADED and (selection.patch is not None or place.command not in _OF_PATCH):
                return self._kept.get(self._key(place, width))
            return self._of_command(place.command, board, selection, width)
        if selection.editor is not None:
            return self._kept.get(self._key(place, width))
        if selection.patch is not None:
            return self._of_patch(selection.patch, board, width)
        return self._of_nothing(place, board, width)

    @staticmethod
    def _key(place: Place, width: int) -> Key:
        subject = place.editor if place.source == "editors" else place.patch
        command = (place.command or "") if place.panel == "actions" else ""
        return (place.source, subject or "", command, str(width))

    async def load(self, place: Place, board: Board, width: int) -> None:
        """Load the preview for where the person is. Raises what the manager raises."""
        selection = selection_of(place, board)
        serial = self._bench.serial
        if place.panel == "actions" and place.command in _LOADED:
            preview = await self._load_effect(place.command or "", board, selection, width)
        elif selection.editor is not None:
            preview = await self._load_editor(selection.editor, board, width)
        else:
            return
        if serial == self._bench.serial:
            self._kept[self._key(place, width)] = preview

    async def _load_editor(self, one: EditorView, board: Board, width: int) -> Preview:
        manager, session = self._bench.manager, board.view.session.id

        def read() -> tuple[DefinitionText, BufferText | None]:
            text = manager.editor_text(one.editor.id, session=session)
            return text, manager.buffer(one.editor.id, session=session)

        text, buffer = await self._bench.call(read)
        shown = buffer.text if buffer is not None else text.text if text.digest is not None else None
        found = await self._bench.compute(section, text.base, shown, line=text.line, path=text.path)
        beside = width + _BORDERS >= BESIDE_FROM
        return editor_preview(one, text, buffer is not None, found, beside, self._bench.look)

    async def _load_effect(self, command: str, board: Board, selection: Selection, width: int) -> Preview:
        manager, session, look = self._bench.manager, board.view.session.id, self._bench.look
        title = COMMAND_BY_ID[command].named(board, selection).removesuffix("…")
        lines: list[Content]
        if command == "merge" and selection.patch is not None:
            merging = await self._bench.call(manager.merge_preview, selection.patch.patch.id, session=session)
            if merging.blockers:
                lines = patch_lines(selection.patch, board, look, width)
            else:
                lines = merge_lines(merging, board, look, width)
        elif command == "abandon" and selection.patch is not None and selection.patch.patch.is_open:
            told = await self._bench.call(
                manager.abandon_patch_preview, selection.patch.patch.id, session=session
            )
            lines = [Content.styled(cut_right(one, width), look.text) for one in told]
        else:
            read = {
                "merge-ready": manager.merge_all_preview,
                "close-session": manager.close_preview,
                "abandon-session": manager.abandon_preview,
            }.get(command)
            if read is None:
                return self._of_command(command, board, selection, width)
            lines = close_lines(await self._bench.call(read, session=session), board, look, width)
        return Preview(_effect_title(title, look), lines)

    def _of_command(self, command: str, board: Board, selection: Selection, width: int) -> Preview:
        look, found = self._bench.look, COMMAND_BY_ID[command]
        lines = [Content.styled(line, look.text) for line in wrapped(found.help, width)]
        refusal = found.refusal(board, selection)
        if command == "pull-tree" and not refusal:
            names = [definition_name(one, width, look.dim, look.text) for one in board.view.behind]
            lines += [Content(""), *names]
        if refusal:
            lines += [Content(""), Content.styled(cut_right(f"Not now: {refusal}.", width), look.warn)]
        return Preview(_effect_title(found.named(board, selection).removesuffix("…"), look), lines)

    def _of_patch(self, one: PatchView, board: Board, width: int) -> Preview:
        look = self._bench.look
        title = Content.assemble(
            patch_label(one.patch, look, max(10, width - 44)),
            (f" {look.signs.dot} ", look.dim),
            state_of(one, board.numbers, look, LONG),
        )
        return Preview(title, patch_lines(one, board, look, width))

    def _of_nothing(self, place: Place, board: Board, width: int) -> Preview:
        look = self._bench.look
        if place.patch == FOLD and place.source == "patches":
            does = f"{look.keymap.shown('select')} {'hides' if place.unfolded else 'shows'} them"
            told = f"Merged and abandoned patches {look.signs.dot} {does}"
            return Preview(Content.styled(told, look.text), closed_lines(board.closed_patches, look, width))
        description = board.view.session.description
        lines = (
            [Content.styled(line, look.dim) for line in wrapped(description, width)] if description else []
        )
        told = (
            f"Open a definition with {look.keymap.shown('open-definition')}, change it,"
            " and save it into a patch."
        )
        if (waits := board.view.codebase.waits) is not None:
            told += f" What is changed in the working tree is not looked for now: {waits}."
        elif board.view.codebase.kind == "git":
            told += " Or edit files anywhere: what is changed in the working tree shows up here."
        lines += [Content.styled(line, look.text) for line in wrapped(told, width)]
        return Preview(Content.styled(cut_right(board.view.session.name, width - 4), look.strong), lines)


_BORDERS = 4
"""How much wider the terminal is than a preview's text."""
_OF_PATCH = ("merge", "abandon")
_LOADED = (*_OF_PATCH, "merge-ready", "close-session", "abandon-session")


def _effect_title(name: str, look: Look) -> Content:
    return Content.assemble((visible(name), look.strong), (f" {look.signs.dot} what it would do", look.text))


def editor_preview(
    one: EditorView, text: DefinitionText, unsaved: bool, found: Section, beside: bool, look: Look
) -> Preview:
    """Show an editor's text against its base."""
    dot = f" {look.signs.dot} "
    if text.digest is None and not unsaved:
        state = "deleted" if text.base is not None else "not written yet"
    elif text.base is None:
        state = "new definition"
    else:
        state = "diff to base" if found.found.differs else "unchanged"
    if isinstance(one.operation, RenameDefinition):
        state = f"renamed from {cut_right(last_part(one.operation.name), 24)}{dot}{state}"
    name = definition_name(one.editor.target, 60, look.dim, look.strong, look.signs.ellipsis)
    also = [cut_right(user, 12) for user in one.also_open_by[:3]]
    title = Content.assemble(
        (f"{one.editor.number} ", look.strong),
        name,
        (f"{dot}{state}", look.text),
        (f"{dot}{TRAVELS}" if one.travels else "", look.text),
        (f"{dot}unsaved" if unsaved else "", look.warn),
        (f"{dot}also open: {', '.join(also)}" if also else "", look.warn),
    )
    return Preview(title, laid_out((found,), beside).lines)
