"""What a verb would do, said before it is done: for the preview of an action and for its dialog. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.content import Content
from textual.style import Style

from store.errors import Code
from store.model import Blocker, EditorContext, Patch, PatchFailure
from store.views import ClosePreview, EditorView, MergePreview, PatchView, RebindPreview
from tui.present.board import Board
from tui.present.look import Look
from tui.present.states import operation
from tui.present.text import cut_right, last_part, padded, shortened, visible, width_of, wrapped
from tui.refusals import assigns
from tui.words import counted, sentence

_REASON_ROWS = 3
"""At most so many rows say why one patch can't merge."""
_BELOW = " " * 7


def patch_label(patch: Patch, look: Look, room: int = 40) -> Content:
    """Show a patch's letter in its colour and its name."""
    letter = (visible(patch.letter), look.hue(patch.letter) + Style(bold=True))
    return Content.assemble(letter, (f" {cut_right(patch.name, room, look.signs.ellipsis)}", look.strong))


def _revisions(revision: str, count: int, board: Board, look: Look) -> str:
    codebase = board.view.codebase
    if codebase.kind == "git":
        commits = "one commit" if count == 1 else f"{count} commits"
        return f"{commits} on {cut_right(codebase.branch_name or 'a detached HEAD', 24, look.signs.ellipsis)}"
    if not revision.isdecimal():
        return f"{counted(count, 'revision')} on {visible(revision)[:12]}"
    arrow = f"{revision} {look.signs.arrow} {int(revision) + count}"
    return f"revision {int(revision) + 1}" if count == 1 else f"{count} revisions, {arrow}"


def merge_lines(preview: MergePreview, board: Board, look: Look, width: int, room: int = 12) -> list[Content]:
    """Say what merging would do: operations, revisions, what stays, who is unblocked."""
    lines: list[Content] = []
    chain = len(preview.patches) > 1
    listed = max(1, (room - len(preview.patches) - 3) // max(1, len(preview.patches)))
    for number, one in enumerate(preview.patches, 1):
        marks = ", marked ready first" if one.patch.id in preview.marks_ready else ""
        whose = _whose(one.patch, board)
        tail = Content.assemble((marks, look.text), (f"  {whose}", look.warn) if whose else "")
        if not chain:
            comma = "," if marks and not whose else ""
            tail = tail + Content.styled(
                f"{comma} as {_revisions(preview.revision, 1, board, look)}", look.text
            )
        lead = f"{number}. " if chain else "Merges "
        left = width - len(lead) - len(one.patch.letter) - 1 - tail.cell_length
        label = patch_label(one.patch, look, max(10, left))
        lines.append(Content.assemble((lead, look.text), label, tail))
        lines.extend(_operations(one, listed, width - 3, look, "   "))
    if chain:
        total = _revisions(preview.revision, len(preview.patches), board, look)
        lines.append(Content.styled(total[0].upper() + total[1:] + ".", look.text))
    if preview.imports:
        along = f"With {', '.join(preview.imports)}, which it needs."
        lines += [Content.styled(line, look.text) for line in wrapped(along, width, 2)]
    for lack in preview.undefined:
        lines += [Content.styled(line, look.warn) for line in wrapped(sentence(lack), width, 2)]
    merged = {one.patch.id for one in preview.patches}
    for suggestion in (found for one in preview.patches for found in one.suggestions):
        if suggestion.patch.id not in merged:
            label = patch_label(suggestion.patch, look, 30)
            adds = f", which adds {visible(last_part(suggestion.name))}"
            lines.append(Content.assemble(("Perhaps needs ", look.warn), label, (adds, look.text)))
    if preview.editors:
        lines.append(Content.styled(_editors_stay(preview.editors), look.text))
    for patch in preview.unblocks[:3]:
        still = _still(board.patch_by_id.get(patch.id), {one.patch.id for one in preview.patches})
        lines.append(Content.assemble(patch_label(patch, look, 30), (f" no longer waits{still}.", look.text)))
    lines.append(Content.styled("Nothing else changes.", look.dim))
    return lines


def _operations(one: PatchView, limit: int, width: int, look: Look, indent: str) -> list[Content]:
    operations = one.patch.operations
    shown = operations if len(operations) <= limit else operations[: max(1, limit - 1)]
    lines = [indent + operation(op, width, look) for op in shown]
    if len(shown) < len(operations):
        lines.append(Content.styled(f"{indent}and {len(operations) - len(shown)} more", look.dim))
    return lines


def _editors_stay(editors: Sequence[EditorContext]) -> str:
    numbers = ", ".join(str(one.number) for one in editors[:8])
    word = "Editor" if len(editors) == 1 else "Editors"
    verb = "stays" if len(editors) == 1 else "stay"
    return f"{word} {numbers} {verb} open, unassigned."


def _still(patch: PatchView | None, merged: set[str]) -> str:
    if patch is None:
        return ""
    rest = [one.message for one in patch.blockers if one.patch not in merged]
    return f"; still: {visible(rest[0])}" if rest else " and is ready to merge"


def _whose(patch: Patch, board: Board) -> str:
    return "" if patch.created_by == board.view.user else f"{cut_right(patch.created_by, 12)}'s"


def close_lines(preview: ClosePreview, board: Board, look: Look, width: int) -> list[Content]:
    """Say what closing would do: the merges in order, what can't merge, what is abandoned or unsaved."""
    column = min(46, width - 24)
    lines: list[Content] = []
    if preview.merges:
        lines.append(
            _count(look.signs.good, len(preview.merges), "will merge", ", in this order", look.good, look)
        )
        for number, one in enumerate(preview.merges, 1):
            size = counted(len(one.patch.operations), "definition")
            lines.append(_patch_line(f"  {number}. ", one.patch, size, look.dim, board, look, column))
    if preview.fails:
        rest = ", stays as it is; reopen the session to go on"
        lines.append(_count(look.signs.bad, len(preview.fails), "cannot merge", rest, look.bad, look))
        for failure in preview.fails:
            lines.extend(_failure_lines(failure, board, look, column, width))
    if preview.abandons:
        noun = "patch" if any(one.marked_ready for one in preview.abandons) else "draft"
        plural = counted(len(preview.abandons), noun).partition(" ")[2]
        word = f"{plural} will be abandoned"
        rest = ", kept, can be restored"
        lines.append(_count(look.signs.gone, len(preview.abandons), word, rest, look.warn, look))
        for patch in preview.abandons:
            size = counted(len(patch.operations), "definition") if patch.operations else "empty"
            lines.append(_patch_line("     ", patch, size, look.dim, board, look, column))
    if preview.unassigned:
        word = "changed editor" if len(preview.unassigned) == 1 else "changed editors"
        names = f" in no patch: {_editor_names(preview.unassigned, board)}; text kept"
        lines.append(_count(look.signs.free, len(preview.unassigned), word, names, look.warn, look))
    if preview.unsaved:
        names = f": {_editor_names(preview.unsaved, board)}; text kept"
        lines.append(_count(look.signs.unsaved, len(preview.unsaved), "unsaved", names, look.warn, look))
    if not lines:
        lines.append(Content.styled("Nothing is open in it.", look.dim))
    return [shortened(line, width, look.signs.ellipsis) for line in lines]


def _count(sign: str, number: int, word: str, rest: str, style: Style, look: Look) -> Content:
    return Content.assemble(
        (f"{sign} ", style), (f"{number} {word}", style + Style(bold=True)), (rest, look.dim)
    )


def _patch_line(
    lead: str, patch: Patch, state: str, style: Style, board: Board, look: Look, column: int
) -> Content:
    name = padded(Content.assemble(lead, patch_label(patch, look, column - 10)), column)
    whose = _whose(patch, board)
    return Content.assemble(name, (state, style), (f"  {whose}", look.warn) if whose else "")


def _failure_lines(one: PatchFailure, board: Board, look: Look, column: int, width: int) -> list[Content]:
    """Say why a patch can't merge: beside its name where there is room, else below it."""
    patch = board.view.state.patches.get(one.patch)
    if patch is None:
        return [Content.styled(line, look.bad) for line in wrapped(one.message, width, _REASON_ROWS)]
    reason = one.message.removeprefix(f"{patch.letter} {patch.name} can't be merged: ")
    if len(wrapped(reason, width - column)) == 1:
        return [_patch_line("     ", patch, visible(reason), look.bad, board, look, column)]
    below = wrapped(reason, width - len(_BELOW), _REASON_ROWS, look.signs.ellipsis)
    named = _patch_line("     ", patch, "", look.bad, board, look, column)
    return [named, *(Content.assemble(_BELOW, (line, look.bad)) for line in below)]


def _editor_names(editors: Iterable[EditorContext], board: Board) -> str:
    names = [
        f"{one.number} {cut_right(last_part(one.target), 24)}"
        + (f" ({cut_right(one.user, 12)})" if one.user != board.view.user else "")
        for one in list(editors)[:5]
    ]
    return ", ".join(names)


def discard_lines(one: EditorView, path: str, board: Board, look: Look, width: int) -> list[Content]:
    """Say what closing a changed editor takes away; in git its saved change leaves the file at `path`."""
    typed = "text that is not saved"
    if board.view.codebase.kind != "git" or not one.editor.pending:
        what = typed if one.unsaved else "saved work that is in no patch"
        told = [f"It has {what}."]
    else:
        told = [
            f"Its change is in {path or 'your file'}, in no patch."
            f" y takes it out of that file too ({look.keymap.shown('undo')} brings it back);"
            f" to keep it, leave the editor open or assign it ({look.keymap.shown('assign')})."
        ]
        if one.unsaved:
            told.append(f"It also has {typed}.")
    lines = [Content.styled(line, look.text) for text in told for line in wrapped(text, width)]
    return [*lines, Content.styled("Discarded text can still be read through the log.", look.dim)]


_NOTES = 5
"""At most so many rows say what binding a session elsewhere merges."""


def rebind_lines(preview: RebindPreview, board: Board, look: Look, width: int) -> list[Content]:
    """Say what binding a session to this worktree and its present branch would do (§4)."""
    place, count = preview.place, len(board.open_patches)
    patches = counted(count, "open patch")
    told = [sentence(board.view.codebase.waits or f"It belongs to {place}")]
    told.append(f"From then on it belongs to {place}: its {patches} and editors go on over what is there.")
    lines = [Content.styled(line, look.text) for one in told for line in wrapped(one, width)]
    for patch in preview.conflicts:
        lines.append(patch_label(patch, look) + Content.styled(" has a conflict then.", look.warn))
    if count and not preview.conflicts:
        lines.append(Content.styled("No patch has a conflict then.", look.text))
    notes = [*preview.notes[:_NOTES], *(["and more"] if len(preview.notes) > _NOTES else ())]
    lines += [Content.styled(f"  {line}", look.dim) for one in notes for line in wrapped(one, width - 2, 2)]
    key = look.keymap.shown("rebind-session")
    back = f"No file is written. Undo does not take it back: where it was, {key} binds it again."
    return [*lines, *(Content.styled(line, look.dim) for line in wrapped(back, width))]


_FIXES = {
    Code.NOT_READY: "mark ready",
    Code.EMPTY: "open a definition",
    Code.DEPENDENCY_ABANDONED: "drop the dependency",
    Code.DOES_NOT_PARSE: "edit what breaks it",
    Code.INVALID_NAME: "open what is to be there",
}


def fix_of(blocker: Blocker, board: Board) -> str:
    """Say what enter does about a blocker."""
    if blocker.code is Code.EMPTY and blocker.patch:
        return "abandon it"
    if blocker.code is Code.CONFLICTS:
        return f"settle {visible(last_part(blocker.name))}" if blocker.name else "settle it"
    if blocker.code in _FIXES:
        return _FIXES[blocker.code]
    if blocker.editor and (editor := board.editor_by_id.get(blocker.editor)):
        if assigns(blocker, board):
            return f"assign editor {editor.editor.number}"
        return f"go to editor {editor.editor.number}"
    if blocker.patch and (patch := board.patch_by_id.get(blocker.patch)):
        return f"go to {patch.patch.letter}"
    if blocker.code is Code.UNDEFINED_NAME:
        return "edit what uses it"
    return f"open {visible(last_part(blocker.name))}" if blocker.name else ""


def _blocker_lines(blocker: Blocker, board: Board, look: Look, width: int) -> list[Content]:
    """Show a blocker whole, with what enter does about it behind it or below."""
    mark, fix = f"{look.signs.bad} ", fix_of(blocker, board)
    room = width - width_of(mark)
    lines = wrapped(blocker.message, room, 4, look.signs.ellipsis)
    if width_of(lines[-1]) + 2 + width_of(fix) > room:
        lines.append("")
    return [
        Content.assemble(
            (mark if not row else " " * width_of(mark), look.warn),
            (line, look.text),
            (("  " if line else "") + fix if row == len(lines) - 1 else "", look.italic),
        )
        for row, line in enumerate(lines)
    ]


def patch_lines(one: PatchView, board: Board, look: Look, width: int) -> list[Content]:
    """Show a patch: its checklist, what it needs and what needs it, its operations."""
    patch = one.patch
    lines: list[Content] = []
    if patch.description:
        lines.append(Content.styled(cut_right(patch.description, width, look.signs.ellipsis), look.dim))
    if patch.is_open and not one.blockers:
        lines.append(Content.assemble((f"{look.signs.good} ", look.good), ("ready to merge", look.text)))
    for blocker in one.blockers:
        lines += _blocker_lines(blocker, board, look, width)
    if patch.merged_at is not None:
        text = f"merged by {patch.merged_by} as revision {patch.revision}"
        lines.append(Content.styled(cut_right(text, width, look.signs.ellipsis), look.dim))
    for dependency in patch.dependencies:
        other = board.view.state.patches.get(dependency.patch)
        if other is not None:
            why = f" {dependency.why or dependency.origin.value}"
            shown = cut_right(f"{why} ({other.status.value})", width - 40, look.signs.ellipsis)
            lines.append(
                Content.assemble(("needs ", look.dim), patch_label(other, look, 30), (shown, look.dim))
            )
    for dependant in one.dependants:
        lines.append(Content.assemble(("needed by ", look.dim), patch_label(dependant, look, 30)))
    lines.extend(operation(op, width, look) for op in patch.operations)
    if one.is_left_over and patch.is_open:
        told = f"nothing is left in it to merge: {look.keymap.shown('abandon')} abandons it"
        lines.append(Content.styled(told, look.dim))
    elif not (patch.operations or one.emptied):
        lines.append(Content.styled("no operations yet: assign an editor to it", look.dim))
    return lines


_CLOSED_LISTED = 100
"""How many merged and abandoned patches are listed together."""


def closed_lines(patches: Sequence[PatchView], look: Look, width: int) -> list[Content]:
    """List merged and abandoned patches, with what became of each."""
    column = max(20, width * 3 // 5)
    lines = []
    for one in patches[:_CLOSED_LISTED]:
        patch = one.patch
        became = f"abandoned, {counted(len(patch.operations), 'op')}"
        if patch.merged_at is not None:
            became = f"merged by {patch.merged_by or ''}, revision {(patch.revision or '')[:12]}"
        sign = Content(f"{look.sign(patch.status, False)} ")
        label = padded(sign + patch_label(patch, look, column - 6), column)
        shown = cut_right(became, width - column, look.signs.ellipsis)
        lines.append(Content.assemble(label, (shown, look.dim)))
    if len(patches) > _CLOSED_LISTED:
        lines.append(Content.styled(f"and {len(patches) - _CLOSED_LISTED} more", look.dim))
    return lines
