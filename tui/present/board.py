"""A session view with what every drawing of it needs, looked up once when the view is replaced."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

from store.model import PatchStatus
from store.views import EditorView, PatchView, SessionView
from tui.finding import admits
from tui.keymap import Keymap
from tui.registry import DEFAULT_KEYMAP

FOLD = "fold"
"""The key of the row that stands for the folded merged and abandoned patches."""


class Counts(NamedTuple):
    """How many patches and editors stand how."""

    conflict: int
    blocked: int
    draft: int
    ready: int
    unassigned: int
    unsaved: int


class Board:
    """One immutable view with lookups. Replaced, never changed."""

    def __init__(
        self,
        view: SessionView,
        keymap: Keymap = DEFAULT_KEYMAP,
        merging: tuple[str, ...] = (),
        looking: int = 0,
    ) -> None:
        self.view = view
        self.keymap = keymap
        """Names the keys in what commands answer."""
        self.merging = ", ".join(merging)
        """The letters of the patches whose merge waits for git, for its hooks or a person who signs."""
        self.looking = looking
        """How many changed files of the working tree are being looked at, where they are many."""
        self.editors = view.editors
        self.open_patches = tuple(one for one in view.patches if one.patch.is_open)
        self.closed_patches = tuple(one for one in view.patches if not one.patch.is_open)
        self.editor_by_id = {one.editor.id: one for one in view.editors}
        self.patch_by_id = {one.patch.id: one for one in view.patches}
        self.editor_row = {one.editor.id: row for row, one in enumerate(view.editors)}

    def narrowed(self, editors: str, patches: str) -> Board:
        """Give a board that lists the rows which two filters leave; it looks up every record all the same."""
        if not editors.strip() and not patches.strip():
            return self
        found = Board(self.view, self.keymap)
        found.merging = self.merging
        found.looking = self.looking
        found.counts = self.counts
        found.editors = tuple(one for one in self.editors if admits(editor_text(one), editors))
        found.editor_row = {one.editor.id: row for row, one in enumerate(found.editors)}
        found.open_patches = tuple(one for one in self.open_patches if admits(patch_text(one), patches))
        found.closed_patches = tuple(one for one in self.closed_patches if admits(patch_text(one), patches))
        return found

    @cached_property
    def open_patch_count(self) -> int:
        """How many patches are open, filtered out or not."""
        return sum(one.patch.is_open for one in self.view.patches)

    @cached_property
    def numbers(self) -> dict[str, int]:
        """The number of each editor by its id."""
        return {one.editor.id: one.editor.number for one in self.view.editors}

    @cached_property
    def waiting(self) -> tuple[EditorView, ...]:
        """The editors whose change is in no patch, filtered out or not."""
        return tuple(one for one in self.view.editors if one.waits)

    @cached_property
    def number_width(self) -> int:
        """How many cells editor numbers take."""
        return len(str(max((one.editor.number for one in self.view.editors), default=1)))

    @cached_property
    def letter_width(self) -> int:
        """How many cells the patches' letters take."""
        return max((len(one.patch.letter) for one in self.view.patches), default=1)

    @cached_property
    def editors_of(self) -> dict[str, tuple[EditorView, ...]]:
        """The editors that contribute to each patch."""
        found: dict[str, list[EditorView]] = {}
        for one in self.view.editors:
            if one.editor.patch_id is not None:
                found.setdefault(one.editor.patch_id, []).append(one)
        return {patch: tuple(editors) for patch, editors in found.items()}

    @cached_property
    def counts(self) -> Counts:
        """What the panels' borders count."""
        statuses = [(one.patch.status, one.ready_to_merge) for one in self.open_patches]
        return Counts(
            conflict=sum(status is PatchStatus.CONFLICTS for status, _ in statuses),
            blocked=sum(status is PatchStatus.READY and not ready for status, ready in statuses),
            draft=sum(status is PatchStatus.DRAFT for status, _ in statuses),
            ready=sum(ready for _, ready in statuses),
            unassigned=sum(one.waits for one in self.editors),
            unsaved=sum(one.unsaved for one in self.editors),
        )

    def patch_keys(self, unfolded: bool) -> tuple[str, ...]:
        """Give the rows of the patches panel: patch ids, and the row that folds the closed ones."""
        return self._unfolded_keys if unfolded else self._folded_keys

    @cached_property
    def _folded_keys(self) -> tuple[str, ...]:
        keys = tuple(one.patch.id for one in self.open_patches)
        return (*keys, FOLD) if self.closed_patches else keys

    @cached_property
    def _unfolded_keys(self) -> tuple[str, ...]:
        return (*self._folded_keys, *(one.patch.id for one in self.closed_patches))

    def editors_among(self, ids: frozenset[str]) -> tuple[EditorView, ...]:
        """Give the editors with these ids, in the view's order."""
        return tuple(one for one in self.view.editors if one.editor.id in ids) if ids else ()

    def patches_among(self, ids: frozenset[str]) -> tuple[PatchView, ...]:
        """Give the patches with these ids, in the view's order."""
        return tuple(one for one in self.view.patches if one.patch.id in ids) if ids else ()

    def patch_of(self, editor: EditorView | None) -> PatchView | None:
        """Find the patch the editor contributes to."""
        return None if editor is None else self.patch_by_id.get(editor.editor.patch_id or "")


def editor_text(one: EditorView) -> str:
    """Give what a filter looks at in an editor: its number, definition, user and patch."""
    patch = f"{one.patch.letter} {one.patch.name}" if one.patch else "unassigned"
    return f"{one.editor.number} {one.editor.target} {one.editor.user} {patch}"


def patch_text(one: PatchView) -> str:
    """Give what a filter looks at in a patch: its letter, name, author and state."""
    state = "ready to merge" if one.ready_to_merge else one.patch.status.value
    return f"{one.patch.letter} {one.patch.name} {one.patch.created_by} {state}"
