"""The registry: every command once, with its keys, what it does, and why it may be refused.

The key map, the Actions panel, the palette, the help screen and the README's key table are made from it.
What a command does when it runs is the screen's business.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from tui import refusals
from tui.refusals import Refusal, Title

if TYPE_CHECKING:
    from tui.place import Selection
    from tui.present.board import Board


class Scope(StrEnum):
    """What a command is about; the order is the help screen's."""

    EDITOR = "editor"
    PATCH = "patch"
    SESSION = "session"
    GLOBAL = "anywhere"
    MOVING = "moving"


class Command(NamedTuple):
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
    several: bool = False
    """Can be done to all editors or patches that are chosen."""
    occasional: bool = False
    """Listed in Actions only while it can be done."""
    short: str = ""
    """What Actions calls it, under its heading, where the label is too long."""

    def refusal(self, board: Board | None, selection: Selection) -> str | None:
        """Say in a few words why it can't be done now; None when it can, of several with one at least.

        Of several it says what most of them have in the way.
        """
        if board is None:
            return None if self.sessionless else "no session is open"
        if self.why_not is None:
            return None
        if not self.takes(selection):
            return self.why_not(board, selection)
        refusals = [self.why_not(board, one) for one in selection.each(self.scope)]
        if not refusals:
            return "the chosen editors are in no patch"
        return None if None in refusals else max(refusals, key=refusals.count)

    def takes(self, selection: Selection) -> bool:
        """Whether it is done to all that is chosen instead of what the cursor is on."""
        return self.several and selection.chosen(self.scope)

    def explained(self, board: Board | None, selection: Selection) -> bool:
        """Say whether a dialog tells more of a refusal: of what is in the way, not of who may."""
        if not self.explains or board is None or refusals.waiting(board) is not None:
            return False
        return refusals.open_patch(board, selection) is None

    def named(self, board: Board | None, selection: Selection) -> str:
        """Give the label for what is selected."""
        return self.title(board, selection) if self.title and board is not None else self.label

    def sentence(self, board: Board | None, refusal: str) -> str:
        """Give a refusal as a sentence that names the command."""
        return f"{self.label.removesuffix('…')}: {refusals.in_full(board, refusal)}."


COMMANDS: tuple[Command, ...] = (
    Command(
        "open",
        ("enter",),
        "Edit",
        "Open what the cursor is on, or run the action.",
        Scope.EDITOR,
        refusals.has_subject,
        prominent=True,
    ),
    Command(
        "edit-outside",
        ("e",),
        "Edit in $EDITOR",
        "Edit it in $VISUAL or $EDITOR; then it is saved.",
        Scope.EDITOR,
        refusals.assign,
        short="In $EDITOR",
    ),
    Command(
        "assign",
        ("a",),
        "Assign…",
        "Put the editor into a patch, or into a new one.",
        Scope.EDITOR,
        refusals.assign,
        prominent=True,
        several=True,
    ),
    Command(
        "select-related",
        ("ampersand",),
        "Choose related",
        "Choose the editors in no patch that belong with it: one names what the other changes.",
        Scope.EDITOR,
        refusals.related,
        prominent=True,
        occasional=True,
    ),
    Command(
        "diff",
        ("d",),
        "Differences",
        "Show how it differs from the codebase.",
        Scope.EDITOR,
        refusals.has_subject,
    ),
    Command(
        "close-editor",
        ("w",),
        "Close editor",
        "Close the editor; a changed one asks first.",
        Scope.EDITOR,
        refusals.own_editor,
    ),
    Command(
        "copy-link",
        ("y",),
        "Copy link",
        "Copy its link; `patchbay open LINK` opens it.",
        Scope.EDITOR,
        refusals.needs_editor,
    ),
    Command(
        "conflict",
        ("c",),
        "Conflict…",
        "Settle the selection's open conflict place by place: ours, theirs, or a text of your own.",
        Scope.PATCH,
        refusals.conflict,
        prominent=True,
        occasional=True,
    ),
    Command(
        "merge",
        ("m",),
        "Merge",
        "Merge the patch, or list what is in the way.",
        Scope.PATCH,
        refusals.merge,
        refusals.letter("Merge"),
        prominent=True,
        explains=True,
        several=True,
    ),
    Command(
        "ready",
        ("r",),
        "Mark ready",
        "Mark the patch ready, or take it back to draft.",
        Scope.PATCH,
        refusals.ready,
        refusals.ready_title,
        prominent=True,
        several=True,
    ),
    Command(
        "abandon",
        ("x",),
        "Abandon…",
        "Abandon the patch, or restore it; all is kept.",
        Scope.PATCH,
        refusals.abandon,
        refusals.abandon_title,
        prominent=True,
        several=True,
    ),
    Command(
        "revert",
        ("v",),
        "Revert",
        "Make a patch that takes back this merged one.",
        Scope.PATCH,
        refusals.revert,
        refusals.letter("Revert"),
        prominent=True,
        occasional=True,
    ),
    Command(
        "depend",
        ("D",),
        "Dependencies…",
        "Show what needs what; add and drop dependencies.",
        Scope.PATCH,
        prominent=True,
    ),
    Command(
        "merge-ready",
        ("M",),
        "Merge all ready",
        "Merge every ready patch in dependency order.",
        Scope.SESSION,
        refusals.merge_ready,
        refusals.merge_ready_title,
        prominent=True,
        short="Merge ready",
    ),
    Command(
        "close-session",
        ("C",),
        "Close session…",
        "Merge the ready patches, abandon drafts, close.",
        Scope.SESSION,
        refusals.close_session,
        prominent=True,
        short="Close…",
    ),
    Command(
        "new-patch",
        ("n",),
        "New patch…",
        "Name a new patch; an unassigned editor joins it.",
        Scope.SESSION,
        refusals.writable,
    ),
    Command(
        "open-definition",
        ("o",),
        "Open definition…",
        "Find a definition by its name and open it.",
        Scope.SESSION,
        refusals.writable,
        short="Open…",
    ),
    Command(
        "pull-tree",
        ("p",),
        "Pull into tree",
        "Write into the git working tree what is behind there: what only the codebase has changed.",
        Scope.SESSION,
        refusals.pull,
        refusals.pull_title,
        occasional=True,
        short="Pull into tree",
    ),
    Command(
        "rebind-session",
        ("B",),
        "Bind session here…",
        "Bind a session of another branch or worktree to this one, after showing what that would do.",
        Scope.SESSION,
        refusals.rebind,
        prominent=True,
        occasional=True,
        short="Bind here…",
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
        "Take back what you did last in this session, all that one key did at once.",
        Scope.SESSION,
        refusals.undo,
        sessionless=True,
    ),
    Command("redo", ("U",), "Redo", "Bring back what you have undone.", Scope.SESSION, refusals.redo),
    Command(
        "abandon-session",
        ("X",),
        "Abandon session…",
        "Abandon every open patch and close the session; its name has to be typed.",
        Scope.SESSION,
        refusals.close_session,
        short="Abandon all…",
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
        "List sessions; switch to one, or reopen one.",
        Scope.SESSION,
        title=refusals.sessions_title,
        sessionless=True,
    ),
    Command(
        "goto",
        ("0",),
        "Go to editor…",
        "Go to an editor by its number or name.",
        Scope.MOVING,
        refusals.has_editors,
    ),
    Command(
        "editor",
        tuple("123456789"),
        "Editor 1 to 9",
        "Go to the editor with that number.",
        Scope.MOVING,
        refusals.has_editors,
    ),
    Command(
        "previous-editor",
        ("left_square_bracket",),
        "Previous editor",
        "Go to the editor before.",
        Scope.MOVING,
        refusals.has_editors,
    ),
    Command(
        "next-editor",
        ("right_square_bracket",),
        "Next editor",
        "Go to the editor after.",
        Scope.MOVING,
        refusals.has_editors,
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
        "select",
        ("space",),
        "Choose",
        "Choose the editor or patch for what is done next; on the last row show the closed patches.",
        Scope.MOVING,
    ),
    Command(
        "select-all",
        ("asterisk",),
        "Choose all",
        "Choose all that are listed: editors in no patch, open patches, or abandoned ones; again: none.",
        Scope.MOVING,
    ),
    Command(
        "filter",
        ("slash",),
        "Filter…",
        "List only the editors or patches that hold what is typed; enter keeps that, esc shows all again.",
        Scope.MOVING,
    ),
    Command(
        "back",
        ("escape",),
        "Show all",
        "Give up filter, whole screen, then the choice.",
        Scope.MOVING,
    ),
    Command(
        "history",
        ("L",),
        "History…",
        "Show who did what when; undo up to an entry.",
        Scope.GLOBAL,
    ),
    Command(
        "maximise",
        ("plus",),
        "Maximise",
        "Give the panel the whole screen; again: back.",
        Scope.GLOBAL,
    ),
    Command("reload", ("R",), "Reload", "Read the session again.", Scope.GLOBAL, sessionless=True),
    Command(
        "palette",
        ("colon", "ctrl+p"),
        "Commands…",
        "Find a command or anything else by its name.",
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
