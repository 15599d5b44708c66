"""What Actions lists for a selection, and which of it is the sensible next step. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from store.errors import Code
from store.model import PatchStatus, Role
from tui.commands import COMMAND_BY_ID, COMMANDS, Command, Scope
from tui.place import Selection
from tui.present.board import Board
from tui.refusals import all_patches, editable, steered


@dataclass(frozen=True)
class Heading:
    """A heading in Actions: what the commands below it are about."""

    kind: Scope
    letter: str = ""
    text: str = ""
    count: int = 0
    """How many editors or patches are chosen, where several are."""


class Offer(NamedTuple):
    """A command in Actions with its label now and, if it is refused, why."""

    command: Command
    label: str
    refusal: str | None


def offers(board: Board | None, selection: Selection, room: int) -> tuple[Heading | Offer, ...]:
    """List the commands for the selection under headings, the less prominent ones as `room` rows allow.

    Those about the editor and the patch come before the session's. Of a closed session only what can be done
    is listed, first what leads out of it.
    """
    if board is not None and board.view.session.closed_at is not None:
        return _of_closed(board, selection)
    for full in _FULLER:
        rows = _offers(board, selection, full)
        if len(rows) <= room:
            return rows
    return _offers(board, selection, frozenset())


_FULLER = (
    frozenset({Scope.EDITOR, Scope.PATCH, Scope.SESSION}),
    frozenset({Scope.EDITOR, Scope.PATCH}),
    frozenset({Scope.EDITOR}),
)
"""The scopes of which every command is listed, the most first."""


_LISTED = sorted(COMMANDS, key=lambda one: one.id != "rebind-session")
"""The commands in the order of Actions: first what ends that the whole session waits."""


def _offers(board: Board | None, selection: Selection, full: frozenset[Scope]) -> tuple[Heading | Offer, ...]:
    rows: list[Heading | Offer] = []

    def offer(scope: Scope, heading: Heading, also: tuple[str, ...] = ()) -> None:
        rows.append(heading)
        for command in _LISTED:
            if command.id in also or (command.scope is scope and (command.prominent or scope in full)):
                found = _offer(command, board, selection)
                if not (command.occasional and found.refusal):
                    rows.append(found)

    if selection.chosen(Scope.PATCH):
        return _of_chosen(board, selection)
    if selection.editor is not None:
        editor = selection.editor.editor
        offer(Scope.EDITOR, Heading(Scope.EDITOR, str(editor.number), editor.target))
    if selection.patch is not None:
        patch = selection.patch.patch
        offer(Scope.PATCH, Heading(Scope.PATCH, patch.letter, patch.name))
    elif selection.editor is not None:
        rows.append(Heading(Scope.PATCH))
        rows.append(_offer(COMMAND_BY_ID["new-patch"], board, selection))
    empty = selection.editor is None and selection.patch is None
    offer(Scope.SESSION, Heading(Scope.SESSION), ("open-definition", "new-patch") if empty else ())
    if selection.patch is None and selection.editor is not None and Scope.SESSION in full:
        at = next(
            index
            for index in range(len(rows) - 1, -1, -1)
            if isinstance(row := rows[index], Offer) and row.command.id == "new-patch"
        )
        del rows[at]
    return tuple(rows)


def _of_closed(board: Board, selection: Selection) -> tuple[Heading | Offer, ...]:
    """List what can be done in a closed session (R3)."""
    rows: list[Heading | Offer] = []
    headings = [Heading(Scope.SESSION)]
    if selection.editor is not None:
        editor = selection.editor.editor
        headings.append(Heading(Scope.EDITOR, str(editor.number), editor.target))
    if selection.patch is not None:
        headings.append(Heading(Scope.PATCH, selection.patch.patch.letter, selection.patch.patch.name))
    first = next_step(board, selection)
    for heading in headings:
        commands = sorted(
            (one for one in COMMANDS if one.scope is heading.kind), key=lambda one: one.id != first
        )
        found = [_offer(one, board, selection) for one in commands]
        rows += [heading, *(one for one in found if one.refusal is None)]
    return tuple(rows)


def _of_chosen(board: Board | None, selection: Selection) -> tuple[Heading | Offer, ...]:
    """List what can be done to all that is chosen."""
    rows: list[Heading | Offer] = []
    for scope, count in ((Scope.EDITOR, len(selection.editors)), (Scope.PATCH, len(selection.patches))):
        if count:
            found = (command for command in COMMANDS if command.several and command.scope is scope)
            rows += [Heading(scope, count=count), *(_offer(one, board, selection) for one in found)]
    return tuple(rows)


def _offer(command: Command, board: Board | None, selection: Selection) -> Offer:
    return Offer(command, command.named(board, selection), command.refusal(board, selection))


def next_step(board: Board | None, selection: Selection) -> str:
    """Give the id of the command that is the sensible thing to do next with the selection."""
    if board is None:
        return "new-session"
    if board.view.session.closed_at is not None:
        return "sessions" if board.view.role is Role.OWNER else "new-session"
    if selection.chosen(Scope.PATCH):
        gone = all_patches(selection, lambda one: one.patch.status is PatchStatus.ABANDONED)
        return "assign" if selection.editors else "abandon" if gone else "merge"
    editor, patch = selection.editor, selection.patch
    if editor is not None and editor.unmerged:
        return "conflict"
    if editor is not None and (patch is None or editor.unsaved):
        assigns = editor.editor.pending and COMMAND_BY_ID["assign"].refusal(board, selection) is None
        return "assign" if patch is None and assigns else "open"
    if patch is None:
        return "open-definition"
    if editable(board) is not None or steered(board, selection) is not None:
        return "open"
    if patch.patch.status is PatchStatus.ABANDONED or patch.is_left_over:
        return "abandon"
    if patch.patch.status is PatchStatus.MERGED:
        return "revert"
    if COMMAND_BY_ID["conflict"].refusal(board, selection) is None:
        return "conflict"
    if patch.ready_to_merge:
        return "merge"
    if patch.patch.operations and [one.code for one in patch.blockers] == [Code.NOT_READY]:
        return "ready"
    return "open" if editor is not None else "merge"
