"""The registry: every command once, with its keys, what it does, and why it may be refused.

The key map, the Actions panel, the palette, the help screen and the README's key table are made from it.
What a command does when it runs is the screen's business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from store.model import PatchStatus, Role
from store.rules import may_steer
from tui.place import Selection
from tui.present.board import Board
from tui.present.states import short_reason


class Scope(StrEnum):
    """What a command is about; the order is the help screen's."""

    EDITOR = "editor"
    PATCH = "patch"
    SESSION = "session"
    GLOBAL = "anywhere"
    MOVING = "moving"


Refusal = Callable[[Board, Selection], str | None]
Title = Callable[[Board, Selection], str]


@dataclass(frozen=True)
class Command:
    """One command. `help` is one sentence; `keys` are Textual's names of keys."""

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    scope: Scope
    why_not: Refusal | None = None
    title: Title | None = None
    prominent: bool = False
    """Shown in Actions even where there is little room."""
    explains: bool = False
    """Runs although refused, to answer with a dialog that names what is in the way."""
    sessionless: bool = False
    """Makes sense without a session."""
    occasional: bool = False
    """Listed in Actions only while it can be done."""

    def refusal(self, board: Board | None, selection: Selection) -> str | None:
        """Say in a few words why it can't be done now; None when it can."""
        if board is None:
            return None if self.sessionless else "no session is open: N starts one"
        return self.why_not(board, selection) if self.why_not else None

    def named(self, board: Board | None, selection: Selection) -> str:
        """Give the label for what is selected."""
        return self.title(board, selection) if self.title and board is not None else self.label


def _editable(board: Board) -> str | None:
    if board.view.session.closed_at is not None:
        return "the session is closed"
    if board.view.role is None:
        return "you are not in this session"
    if board.view.role is Role.VIEWER:
        return "you are a viewer here"
    return None


def _needs_editor(board: Board, selection: Selection) -> str | None:
    return None if selection.editor else "no editor is selected"


def _own_editor(board: Board, selection: Selection) -> str | None:
    if selection.editor is None:
        return "no editor is selected"
    owner = selection.editor.editor.user
    return None if owner == board.view.user else f"it is {owner}'s editor"


def _assign(board: Board, selection: Selection) -> str | None:
    return _own_editor(board, selection) or _editable(board)


def _open_patch(board: Board, selection: Selection) -> str | None:
    if selection.patch is None:
        return (
            "no patch is selected" if selection.editor is None else "the editor is in no patch: a assigns it"
        )
    patch = selection.patch.patch
    if not patch.is_open:
        return f"it is {patch.status.value}"
    return _editable(board) or _steered(board, selection)


def _steered(board: Board, selection: Selection) -> str | None:
    if selection.patch is None or may_steer(board.view.session, board.view.user, selection.patch.patch):
        return None
    return f"it is {selection.patch.patch.created_by}'s: a maintainer may"


def _merge(board: Board, selection: Selection) -> str | None:
    refusal = _open_patch(board, selection)
    if refusal or selection.patch is None or selection.patch.ready_to_merge:
        return refusal
    return short_reason(selection.patch, board.numbers)


def _ready(board: Board, selection: Selection) -> str | None:
    refusal = _open_patch(board, selection)
    if refusal or selection.patch is None or selection.patch.patch.marked_ready:
        return refusal
    return None if selection.patch.patch.operations else "no operations yet"


def _abandon(board: Board, selection: Selection) -> str | None:
    if selection.patch is None:
        return _open_patch(board, selection)
    if selection.patch.patch.status is PatchStatus.MERGED:
        return "it is merged: u undoes that"
    return _editable(board) or _steered(board, selection)


def _conflict(board: Board, selection: Selection) -> str | None:
    if selection.patch is None or not selection.patch.patch.conflicts:
        return "no open conflict"
    return _editable(board)


def _merge_ready(board: Board, selection: Selection) -> str | None:
    return _editable(board) or (None if board.counts.ready else "no patch is ready")


def _owner(board: Board, selection: Selection) -> str | None:
    if board.view.session.closed_at is not None:
        return "the session is closed"
    return None if board.view.role is Role.OWNER else "only an owner may"


def _writable(board: Board, selection: Selection) -> str | None:
    return _editable(board)


def _has_subject(board: Board, selection: Selection) -> str | None:
    return None if selection.editor or selection.patch else "nothing is selected"


def _has_editors(board: Board, selection: Selection) -> str | None:
    return None if board.editors else "no editor is open: o opens a definition"


def _letter(word: str) -> Title:
    def title(board: Board, selection: Selection) -> str:
        return f"{word} {selection.patch.patch.letter}" if selection.patch else word

    return title


def _ready_title(board: Board, selection: Selection) -> str:
    marked = selection.patch is not None and selection.patch.patch.marked_ready
    return "Back to draft" if marked else "Mark ready"


def _abandon_title(board: Board, selection: Selection) -> str:
    gone = selection.patch is not None and selection.patch.patch.status is PatchStatus.ABANDONED
    return "Restore" if gone else "Abandon…"


def _merge_ready_title(board: Board, selection: Selection) -> str:
    return f"Merge {board.counts.ready} ready" if board.counts.ready else "Merge all ready"


COMMANDS: tuple[Command, ...] = (
    Command(
        "open",
        ("enter",),
        "Edit",
        "Open what the cursor is on: an editor for typing, a patch's differences, or an action.",
        Scope.EDITOR,
        _needs_editor,
        prominent=True,
    ),
    Command(
        "edit-outside",
        ("e",),
        "Edit in $EDITOR",
        "Open the selected editor's text in $VISUAL or $EDITOR; what it leaves is saved.",
        Scope.EDITOR,
        _assign,
    ),
    Command(
        "assign",
        ("a",),
        "Assign…",
        "Choose the patch that the selected editor contributes to, or a new one.",
        Scope.EDITOR,
        _assign,
        prominent=True,
    ),
    Command(
        "diff",
        ("d",),
        "Differences",
        "Show the selection's differences to the codebase on the whole screen.",
        Scope.EDITOR,
        _has_subject,
    ),
    Command(
        "close-editor",
        ("w",),
        "Close editor",
        "Close the selected editor; a changed one asks before discarding.",
        Scope.EDITOR,
        _own_editor,
    ),
    Command(
        "copy-link",
        ("y",),
        "Copy link",
        "Copy the link of the selected editor to the clipboard.",
        Scope.EDITOR,
        _needs_editor,
    ),
    Command(
        "conflict",
        ("c",),
        "Conflict…",
        "Settle the selection's open conflict place by place: ours, theirs, or a text of your own.",
        Scope.PATCH,
        _conflict,
        prominent=True,
        occasional=True,
    ),
    Command(
        "merge",
        ("m",),
        "Merge",
        "Merge the selected patch as one revision; what is in the way is listed.",
        Scope.PATCH,
        _merge,
        _letter("Merge"),
        prominent=True,
        explains=True,
    ),
    Command(
        "ready",
        ("r",),
        "Mark ready",
        "Mark the selected patch ready to merge, or take it back to draft.",
        Scope.PATCH,
        _ready,
        _ready_title,
        prominent=True,
    ),
    Command(
        "abandon",
        ("x",),
        "Abandon…",
        "Abandon the selected patch, or restore an abandoned one; nothing is deleted.",
        Scope.PATCH,
        _abandon,
        _abandon_title,
        prominent=True,
    ),
    Command(
        "depend",
        ("D",),
        "Depend on…",
        "Choose the patches that have to be merged before the selected one.",
        Scope.PATCH,
        _open_patch,
        prominent=True,
    ),
    Command(
        "merge-ready",
        ("M",),
        "Merge all ready",
        "Merge every ready patch in dependency order, each as one revision.",
        Scope.SESSION,
        _merge_ready,
        _merge_ready_title,
        prominent=True,
    ),
    Command(
        "close-session",
        ("C",),
        "Close session…",
        "Merge the ready patches, abandon the drafts, and close the session.",
        Scope.SESSION,
        _owner,
        prominent=True,
    ),
    Command(
        "new-patch",
        ("n",),
        "New patch…",
        "Name a new patch; the selected unassigned editor is put into it.",
        Scope.SESSION,
        _writable,
    ),
    Command(
        "open-definition",
        ("o",),
        "Open definition…",
        "Find a definition of the codebase by name and open it.",
        Scope.SESSION,
        _writable,
    ),
    Command(
        "collaborators",
        ("i",),
        "Collaborators…",
        "Show who is in the session and what each has open; invite, change a role, remove, leave.",
        Scope.GLOBAL,
    ),
    Command(
        "undo",
        ("u",),
        "Undo",
        "Take back your latest change of this session.",
        Scope.SESSION,
        _writable,
        sessionless=True,
    ),
    Command("redo", ("U",), "Redo", "Bring back what you have undone.", Scope.SESSION, _writable),
    Command(
        "abandon-session",
        ("X",),
        "Abandon session…",
        "Abandon every open patch and close the session; its name has to be typed.",
        Scope.SESSION,
        _owner,
    ),
    Command(
        "new-session",
        ("N",),
        "New session…",
        "Start a session and make it the current one.",
        Scope.SESSION,
        sessionless=True,
    ),
    Command(
        "sessions",
        ("s",),
        "Sessions…",
        "List the sessions, switch to one, or reopen a closed one.",
        Scope.SESSION,
        sessionless=True,
    ),
    Command(
        "goto", ("0",), "Go to editor…", "Go to an editor by its number or name.", Scope.MOVING, _has_editors
    ),
    Command(
        "editor",
        tuple("123456789"),
        "Editor 1 to 9",
        "Go to the editor with that number.",
        Scope.MOVING,
        _has_editors,
    ),
    Command(
        "previous-editor",
        ("left_square_bracket",),
        "Previous editor",
        "Go to the editor before.",
        Scope.MOVING,
        _has_editors,
    ),
    Command(
        "next-editor",
        ("right_square_bracket",),
        "Next editor",
        "Go to the editor after.",
        Scope.MOVING,
        _has_editors,
    ),
    Command("next-panel", ("tab",), "Next panel", "Go to the next panel.", Scope.MOVING),
    Command("previous-panel", ("shift+tab",), "Previous panel", "Go to the panel before.", Scope.MOVING),
    Command("left", ("h", "left"), "Panel to the left", "Go to the panel on the left.", Scope.MOVING),
    Command("right", ("l", "right"), "Panel to the right", "Go to the panel on the right.", Scope.MOVING),
    Command("down", ("j", "down"), "Down", "Go to the next row.", Scope.MOVING),
    Command("up", ("k", "up"), "Up", "Go to the row above.", Scope.MOVING),
    Command(
        "page-down", ("pagedown", "ctrl+d"), "Page down", "Go down a page, in the preview too.", Scope.MOVING
    ),
    Command("page-up", ("pageup", "ctrl+u"), "Page up", "Go up a page, in the preview too.", Scope.MOVING),
    Command("first", ("g", "home"), "First row", "Go to the first row.", Scope.MOVING),
    Command("last", ("G", "end"), "Last row", "Go to the last row.", Scope.MOVING),
    Command(
        "fold",
        ("space",),
        "Unfold",
        "Show or hide the merged and abandoned patches.",
        Scope.MOVING,
        lambda board, selection: None if board.closed_patches else "no patch is merged or abandoned yet",
    ),
    Command(
        "history",
        ("L",),
        "History…",
        "Show who did what when, with its differences; undo up to an entry.",
        Scope.GLOBAL,
    ),
    Command("maximise", ("plus",), "Maximise", "Give the preview the whole screen, or back.", Scope.GLOBAL),
    Command("reload", ("R",), "Reload", "Read the session again.", Scope.GLOBAL, sessionless=True),
    Command(
        "palette",
        ("colon", "ctrl+p"),
        "Commands…",
        "Find a command by its name.",
        Scope.GLOBAL,
        sessionless=True,
    ),
    Command(
        "help",
        ("question_mark", "f1"),
        "Help",
        "Show every key with what it does.",
        Scope.GLOBAL,
        sessionless=True,
    ),
    Command(
        "quit", ("q", "ctrl+q"), "Quit", "Leave Patchbay; everything is kept.", Scope.GLOBAL, sessionless=True
    ),
)

COMMAND_BY_ID = {command.id: command for command in COMMANDS}


def key_map(commands: Iterable[Command] = COMMANDS) -> dict[str, Command]:
    """Give the command of each key. Raises ValueError when two commands want one key."""
    found: dict[str, Command] = {}
    for command in commands:
        for key in command.keys:
            if key in found:
                raise ValueError(f"{key} is both {found[key].id} and {command.id}")
            found[key] = command
    return found


_DISPLAY = {
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "question_mark": "?",
    "colon": ":",
    "plus": "+",
    "pagedown": "pgdn",
    "pageup": "pgup",
    "f1": "F1",
}


def key_display(key: str) -> str:
    """Give a key as people write it."""
    return _DISPLAY.get(key, key)


def keys_display(command: Command) -> str:
    """Give all keys of a command as people write them."""
    if command.id == "editor":
        return "1-9"
    return " ".join(key_display(key) for key in command.keys)
