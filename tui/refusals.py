"""Why a command can't be run now, in a few words each, and what some are called for the selection.

Each is a function of the present view and the selection. Nothing is drawn here, so nothing of Textual is
loaded: the command line reads the registry too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from store.errors import Code, PatchbayError
from store.model import Blocker, EditorContext, PatchStatus, Role
from store.rules import may_steer
from store.views import FINISH_IN_GIT

if TYPE_CHECKING:
    from store.views import PatchView
    from tui.place import Selection
    from tui.present.board import Board

Refusal = Callable[["Board", "Selection"], str | None]
Title = Callable[["Board", "Selection"], str]


def editable(board: Board) -> str | None:
    """Say why the reader can't change the session; None when they can (R3, R20)."""
    if board.view.session.closed_at is not None:
        return "the session is closed"
    if board.view.role is None:
        return "you are not in this session"
    if board.view.role is Role.VIEWER:
        return _VIEWER
    return None


def opened_editor(board: Board, editor: str) -> EditorContext:
    """Give an editor that was just opened. Raises `not-found` where the view does not hold it."""
    found = board.editor_by_id.get(editor)
    if found is None:
        message = "The editor was opened, but the session could not be read again: R reads it."
        raise PatchbayError(Code.NOT_FOUND, message)
    return found.editor


def merging(board: Board) -> str | None:
    """Say that a merge of this screen's waits for git's hooks, or for a person who signs."""
    return f"{board.merging} is being merged, wait until that is done" if board.merging else None


def waiting(board: Board) -> str | None:
    """Say that the session belongs elsewhere, or git is at something: nothing is merged until then (§4)."""
    return merging(board) or (None if board.view.codebase.waits is None else _WAITS)


_WAITS = "the session waits"


def in_full(board: Board | None, refusal: str) -> str:
    """Add to a few words for a panel what a person does about it, where they do not say that."""
    if board is None:
        return refusal
    if refusal == _VIEWER:
        return f"{refusal}, ask an owner to make you a contributor"
    if refusal == _OWNERS:
        return f"{refusal}, {board.keymap.shown('collaborators')} shows who that is"
    if refusal == _WAITS:
        return f"{refusal}, since {board.view.codebase.waits}: {way_out(board)}"
    return refusal


_VIEWER = "you are a viewer here"
_OWNERS = "only an owner may"
_EMPTY = "no operations yet"
_SHORT = {
    _WAITS: "session waits",
    _VIEWER: "not as viewer",
    _OWNERS: "owners only",
    _EMPTY: "no operations",
}


def in_short(refusal: str) -> str:
    """Give what a refusal says in the fewest words, for a row above one that says it in full."""
    return _SHORT.get(refusal, refusal.partition(": ")[0])


def way_out(board: Board) -> str:
    """Say what ends that the session waits; whoever may binds it to where they are (§4)."""
    if not board.view.codebase.elsewhere:
        return FINISH_IN_GIT
    return way_here(board.view.role, board.keymap.shown("rebind-session"))


def way_here(role: Role | None, key: str) -> str:
    """Say what ends that a session waits because it belongs elsewhere; `key` binds it to where one is."""
    binds = f"{key} binds it here" if role is Role.OWNER else "ask an owner to bind it here"
    return f"go back, or {binds}"


def rebind(board: Board, selection: Selection) -> str | None:
    """Say why the session can't be bound to this worktree and its present branch."""
    if not board.view.codebase.elsewhere:
        return "the session belongs here"
    return owner(board, selection) or merging(board)


def needs_editor(board: Board, selection: Selection) -> str | None:
    """Say that no editor is selected."""
    return None if selection.editor else "no editor is selected"


def own_editor(board: Board, selection: Selection) -> str | None:
    """Say why the selected editor is not the reader's to drive: their own, or one that the tree gave."""
    if selection.editor is None:
        return "no editor is selected"
    owner = selection.editor.editor.user
    if owner == board.view.user:
        return None
    return editable(board) if selection.editor.anyones else f"it is {owner}'s editor"


def assign(board: Board, selection: Selection) -> str | None:
    """Say why the selected editor can't be put into a patch."""
    return own_editor(board, selection) or editable(board)


def assigns(blocker: Blocker, board: Board) -> bool:
    """Whether what is in the way ends by putting an editor of the reader's, in no patch, into one."""
    from tui.place import Selection

    found = board.editor_by_id.get(blocker.editor or "")
    if blocker.code is not Code.UNDEFINED_NAME or found is None:
        return False
    return assign(board, Selection(found)) is None


def related(board: Board, selection: Selection) -> str | None:
    """Say why nothing can be told to belong with the selection."""
    if selection.editor is None and selection.patch is None:
        return "nothing is selected"
    if not any(one is not selection.editor for one in board.waiting):
        return "there is no other change in no patch"
    return editable(board)


def open_patch(board: Board, selection: Selection) -> str | None:
    """Say why the selected patch can't be changed."""
    if selection.patch is None:
        if selection.editor is None:
            return "no patch is selected"
        return f"the editor is in no patch: {board.keymap.shown('assign')} assigns it"
    patch = selection.patch.patch
    if not patch.is_open:
        return f"it is {patch.status.value}"
    return editable(board) or steered(board, selection)


def steered(board: Board, selection: Selection) -> str | None:
    """Say why the reader can't mark, merge, abandon or join the selected patch; None when they can (R20)."""
    if selection.patch is None or may_steer(board.view.session, board.view.user, selection.patch.patch):
        return None
    return f"it is {selection.patch.patch.created_by}'s: a maintainer may"


def merge(board: Board, selection: Selection) -> str | None:
    """Say what stands in the way of merging the selected patch, beside what is chosen to be merged before."""
    from tui.present.states import short_reason

    refusal, patch = open_patch(board, selection) or waiting(board), selection.patch
    if refusal or patch is None or patch.ready_to_merge:
        return refusal
    others = blockers_beside(patch, {one.patch.id for one in selection.patches})
    return short_reason(patch._replace(blockers=others or patch.blockers), board.numbers)


def blockers_beside(patch: PatchView, before: Collection[str]) -> tuple[Blocker, ...]:
    """Give what is in the way of a patch apart from what ends once other patches are merged before it."""
    return tuple(
        one for one in patch.blockers if one.code is not Code.DEPENDENCY_UNMERGED or one.patch not in before
    )


def ready(board: Board, selection: Selection) -> str | None:
    """Say why the selected patch can't be marked ready."""
    refusal = open_patch(board, selection)
    if refusal or selection.patch is None or selection.patch.patch.marked_ready:
        return refusal
    return None if selection.patch.patch.operations else selection.patch.emptied or _EMPTY


def abandon(board: Board, selection: Selection) -> str | None:
    """Say why the selected patch can be neither abandoned nor restored."""
    if selection.patch is None:
        return open_patch(board, selection)
    if selection.patch.patch.status is PatchStatus.MERGED:
        return f"it is merged: {board.keymap.shown('revert')} reverts it"
    refusal = editable(board) or steered(board, selection)
    return refusal or (waiting(board) if selection.patch.patch.is_open else None)


def revert(board: Board, selection: Selection) -> str | None:
    """Say why the selected patch can't be reverted."""
    if selection.patch is None:
        return open_patch(board, selection)
    if selection.patch.patch.status is not PatchStatus.MERGED:
        return "it is not merged"
    return editable(board)


def conflict(board: Board, selection: Selection) -> str | None:
    """Say that there is no conflict to settle, nor what was found in the working tree and does not merge."""
    if selection.editor is not None and selection.editor.unmerged:
        return own_editor(board, selection) or editable(board)
    if selection.patch is None or not selection.patch.patch.conflicts:
        return "no open conflict"
    return editable(board)


def merge_ready(board: Board, selection: Selection) -> str | None:
    """Say why nothing can be merged."""
    return editable(board) or waiting(board) or (None if board.counts.ready else "none is ready")


def owner(board: Board, selection: Selection) -> str | None:
    """Say why the reader can't end the session (R20)."""
    if board.view.session.closed_at is not None:
        return "the session is closed"
    return None if board.view.role is Role.OWNER else _OWNERS


def close_session(board: Board, selection: Selection) -> str | None:
    """Say why the reader can't close the session."""
    return owner(board, selection) or waiting(board)


def undo(board: Board, selection: Selection) -> str | None:
    """Say why nothing can be undone; of a closed session an owner can undo the closing (R22)."""
    if board.view.session.closed_at is not None and board.view.role is Role.OWNER:
        return None
    return redo(board, selection)


def redo(board: Board, selection: Selection) -> str | None:
    """Say why nothing can be redone: while something is merged it is not clear what was last."""
    return editable(board) or merging(board)


def sessions_title(board: Board, selection: Selection) -> str:
    """Name what an owner finds there for a closed session (R3)."""
    closed = board.view.session.closed_at is not None
    return "Reopen…" if closed and board.view.role is Role.OWNER else "Sessions…"


def writable(board: Board, selection: Selection) -> str | None:
    """Say why the reader can't change the session."""
    return editable(board)


def has_subject(board: Board, selection: Selection) -> str | None:
    """Say that nothing is selected."""
    return None if selection.editor or selection.patch else "nothing is selected"


def has_editors(board: Board, selection: Selection) -> str | None:
    """Say that no editor is open."""
    if board.editors:
        return None
    return f"no editor is open: {board.keymap.shown('open-definition')} opens a definition"


def letter(word: str) -> Title:
    """Make a title of a word and the selected patch's letter."""

    def title(board: Board, selection: Selection) -> str:
        if selection.patch is None or selection.chosen("patch"):
            return word
        return f"{word} {selection.patch.patch.letter}"

    return title


def all_patches(selection: Selection, true: Callable[[PatchView], bool]) -> bool:
    """Whether something is true of the selected patch, or of all that are chosen."""
    one = () if selection.patch is None else (selection.patch,)
    patches = selection.patches if selection.chosen("patch") else one
    return bool(patches) and all(true(patch) for patch in patches)


def ready_title(board: Board, selection: Selection) -> str:
    """Name what the key does to the mark."""
    marked = all_patches(selection, lambda one: one.patch.marked_ready)
    return "Back to draft" if marked else "Mark ready"


def abandon_title(board: Board, selection: Selection) -> str:
    """Name what the key does to the patch."""
    gone = all_patches(selection, lambda one: one.patch.status is PatchStatus.ABANDONED)
    return "Restore" if gone else "Abandon…"


def pull(board: Board, selection: Selection) -> str | None:
    """Say why nothing can be pulled into the working tree (§4)."""
    if not board.view.behind:
        return "nothing is behind in a working tree"
    return editable(board) or board.view.codebase.waits


def pull_title(board: Board, selection: Selection) -> str:
    """Name how many are behind."""
    return f"Pull {len(board.view.behind)} into tree" if board.view.behind else "Pull into tree"


def merge_ready_title(board: Board, selection: Selection) -> str:
    """Name how many would be merged."""
    return f"Merge {board.counts.ready} ready" if board.counts.ready else "Merge all ready"
