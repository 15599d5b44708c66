"""The registry's commands of the conflict dialog and of the text of one of its places.

What they do is in `dialogs/conflict` and `screens/place_text`. Nothing of Textual is loaded.
"""

from __future__ import annotations

from tui.commands import Command, Scope

CONFLICT_SHARED = ("down", "up", "page-down", "page-up", "first", "last", "help")
CONFLICT_COMMANDS = (
    Command("ours", ("o",), "Ours", "Take our text at this place.", Scope.PATCH),
    Command("theirs", ("t",), "Theirs", "Take their text at this place.", Scope.PATCH),
    Command("all-ours", ("O",), "All ours", "Take our text at every place.", Scope.PATCH),
    Command("all-theirs", ("T",), "All theirs", "Take their text at every place.", Scope.PATCH),
    Command(
        "edit-place",
        ("e",),
        "Edit",
        "Type the text of this place, or the whole text.",
        Scope.PATCH,
    ),
    Command(
        "take-result",
        ("enter",),
        "Take it",
        "Take the result, once every place is decided.",
        Scope.PATCH,
    ),
)

PLACE_SHARED = ("help",)
PLACE_COMMANDS = (
    Command("take-place", ("f2", "ctrl+s"), "Take it", "Take what is typed for the place.", Scope.PATCH),
    Command(
        "leave-place",
        ("escape",),
        "Back",
        "Leave the place as it was; what is typed is kept.",
        Scope.PATCH,
    ),
)
