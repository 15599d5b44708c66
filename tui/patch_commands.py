"""The registry's commands of a patch's detail and of the dependency view, which have keys of their own.

What they do when they run is in `screens/patch` and `screens/dependencies`. Nothing of Textual is loaded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.model import DeleteDefinition
from tui.commands import Command, Scope
from tui.refusals import editable, steered

if TYPE_CHECKING:
    from tui.place import Selection
    from tui.present.board import Board


def _open_patch(board: Board, selection: Selection) -> str | None:
    if selection.patch is None:
        return "there is no patch"
    if not selection.patch.patch.is_open:
        return f"the patch is {selection.patch.patch.status.value}"
    return editable(board)


def _steerable(board: Board, selection: Selection) -> str | None:
    return _open_patch(board, selection) or steered(board, selection)


def _operation(board: Board, selection: Selection) -> str | None:
    refusal = _open_patch(board, selection)
    if refusal is None and selection.operation is None:
        return "put the cursor on an operation first"
    if refusal is None and isinstance(selection.operation, DeleteDefinition):
        return "the patch deletes it, so there is no text"
    return refusal


def _others(board: Board, selection: Selection) -> str | None:
    refusal = _steerable(board, selection)
    return refusal or (None if len(board.open_patches) > 1 else "there is no other open patch")


def _any_dependency(board: Board, selection: Selection) -> str | None:
    one = selection.patch
    if one is None:
        return "there is no patch"
    if one.patch.dependencies or one.dependants or one.suggestions:
        return editable(board)
    return "the patch needs no other, and none needs it"


def _any_patch(board: Board, selection: Selection) -> str | None:
    return None if selection.patch else "there is no patch"


_EVERYWHERE = (
    *("down", "up", "page-down", "page-up", "first", "last", "next-panel", "previous-panel", "filter"),
    *("maximise", "history", "undo", "redo", "reload", "palette", "help"),
)


PATCH_COMMANDS: tuple[Command, ...] = (
    Command(
        "row",
        ("enter",),
        "Open",
        "Edit the operation, settle what blocks, go to the other patch, show the change.",
        Scope.PATCH,
    ),
    Command(
        "edit-operation-outside",
        ("e",),
        "Edit in $EDITOR",
        "Edit it in $VISUAL or $EDITOR; then it is saved.",
        Scope.PATCH,
        _operation,
    ),
    Command(
        "row-diff",
        ("d",),
        "Differences",
        "Show its differences, or the whole patch's.",
        Scope.PATCH,
    ),
    Command(
        "rename-definition",
        ("t",),
        "Rename definition…",
        "Give the definition another name in this patch.",
        Scope.PATCH,
        _operation,
    ),
    Command(
        "delete-definition",
        ("minus", "delete"),
        "Delete definition…",
        "Delete the operation's definition in this patch; one that the patch adds is taken out again.",
        Scope.PATCH,
        _operation,
    ),
    Command(
        "add-definition",
        ("o",),
        "Add definition…",
        "Open a definition in this patch, a new one too.",
        Scope.PATCH,
        _open_patch,
    ),
    Command(
        "describe-patch",
        ("E",),
        "Name, description…",
        "Give the patch another name or description.",
        Scope.PATCH,
        _steerable,
    ),
    Command(
        "join-patch",
        ("J",),
        "Join into…",
        "Put all of it into another patch; it is gone.",
        Scope.PATCH,
        _others,
    ),
)

DEPENDENCY_COMMANDS: tuple[Command, ...] = (
    Command("open-patch", ("enter",), "Open patch", "Show the patch in detail.", Scope.PATCH, _any_patch),
    Command(
        "add-dependency",
        ("a",),
        "Add dependency…",
        "Choose a patch to be merged before this one.",
        Scope.PATCH,
        _open_patch,
    ),
    Command(
        "drop-dependency",
        ("minus", "delete"),
        "Drop dependency",
        "Let a patch wait for another no more; an inferred dependency stays dismissed.",
        Scope.PATCH,
        _any_dependency,
    ),
)

PATCH_SHARED = ("merge", "ready", "abandon", "revert", "depend", "conflict", "merge-ready", *_EVERYWHERE)
"""Ids of the session screen's commands that a patch's detail answers to."""
DEPENDENCY_SHARED = ("merge", "ready", "abandon", "conflict", "merge-ready", "left", "right", *_EVERYWHERE)
"""Ids of those that the dependency view answers to."""
