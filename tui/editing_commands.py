"""The registry's commands of the definition editor, the differences and the history, with keys of their own.

What they do is in `screens/editor`, `widgets/diff_pane` and `screens/history`. Nothing of Textual is loaded.
"""

from __future__ import annotations

from tui.commands import Command, Scope

EDITING_SHARED = ("help",)
EDITING_COMMANDS = (
    Command(
        "save",
        ("f2", "ctrl+s"),
        "Save",
        "Save what is typed; ask which patch if need be.",
        Scope.EDITOR,
    ),
    Command("leave", ("escape",), "Back", "Go back; what is typed is kept, unsaved.", Scope.EDITOR),
    Command(
        "find",
        ("ctrl+f",),
        "Find…",
        "Find as you type; capitals typed count. Enter and down: the next, up: back.",
        Scope.EDITOR,
    ),
    Command(
        "go-to-line",
        ("ctrl+g",),
        "Go to line…",
        "Go to a line by its number in the file.",
        Scope.EDITOR,
    ),
    Command(
        "diff-base",
        ("f3",),
        "Diff to base",
        "Show what differs from the base, beside the text from 140 columns on, else instead of it.",
        Scope.EDITOR,
    ),
    Command(
        "diff-saved",
        ("f4",),
        "Diff to patch",
        "Show what differs from the patch: not saved yet.",
        Scope.EDITOR,
    ),
    Command("wrap", ("f5",), "Wrap", "Break long lines to fit, or leave them whole.", Scope.EDITOR),
    Command("indent", ("tab",), "Indent", "Indent the selected lines, or type one level.", Scope.EDITOR),
    Command("dedent", ("shift+tab",), "Dedent", "Take one level from the selected lines.", Scope.EDITOR),
    Command("undo-typing", ("ctrl+z",), "Undo typing", "Take back what was typed last.", Scope.EDITOR),
    Command("redo-typing", ("ctrl+y",), "Redo typing", "Type it again.", Scope.EDITOR),
)

DIFFERENCES_SHARED = ("down", "up", "page-down", "page-up", "first", "last", "help")
DIFFERENCES_COMMANDS = (
    Command(
        "next-change", ("right_square_bracket", "tab"), "Next change", "Go to the next change.", Scope.MOVING
    ),
    Command(
        "previous-change",
        ("left_square_bracket", "shift+tab"),
        "Previous change",
        "Go to the change before.",
        Scope.MOVING,
    ),
    Command(
        "unfold",
        ("f",),
        "Unfold",
        "Show the nearest lines that are folded.",
        Scope.MOVING,
    ),
    Command(
        "unfold-all", ("F",), "Unfold all", "Show all unchanged lines, or fold them again.", Scope.MOVING
    ),
    Command("scroll-left", ("h", "left"), "Sideways back", "Show the beginning of long lines.", Scope.MOVING),
    Command("scroll-right", ("l", "right"), "Sideways", "Show more of long lines.", Scope.MOVING),
)

HISTORY_SHARED = (
    *("down", "up", "page-down", "page-up", "first", "last", "filter", "maximise"),
    *("redo", "reload", "palette", "help"),
)
HISTORY_COMMANDS = (
    Command(
        "undo-to",
        ("u",),
        "Undo up to it",
        "Undo up to this change, after showing which.",
        Scope.SESSION,
    ),
    Command(
        "entry-diff",
        ("enter", "d"),
        "Differences",
        "Show what it changed on the whole screen.",
        Scope.SESSION,
    ),
    Command("only-by", ("b",), "Only by", "List only the changes of one user.", Scope.SESSION),
    Command("only-patch", ("p",), "Only patch", "List only the changes of one patch.", Scope.SESSION),
    Command("only-verb", ("v",), "Only verb", "List only the changes of one kind.", Scope.SESSION),
    Command("only-since", ("t",), "Only since", "List only the changes since a time.", Scope.SESSION),
    Command("every-change", ("0",), "All", "Give up what the list is filtered by.", Scope.MOVING),
)
