"""The dialog that picks the patch to join another one into."""

from __future__ import annotations

from collections.abc import Sequence

from textual import events
from textual.content import Content

from store.model import Patch
from store.views import PatchView
from tui.dialogs.choosing import ChoosingDialog
from tui.dialogs.rows import Row, letter_of_key
from tui.present.effects import patch_label
from tui.present.states import MEDIUM, state_of
from tui.present.text import padded
from tui.workbench import Workbench


class JoinDialog(ChoosingDialog):
    """Lists the other open patches; gives the id of the one to join into."""

    enter_label = "join into it"

    def __init__(self, bench: Workbench, patch: Patch, others: Sequence[PatchView]) -> None:
        super().__init__(bench, Content("Join ") + patch_label(patch, bench.look) + Content(" into"))
        self._letters = {one.patch.letter: one.patch.id for one in others}
        self.offer([Row(one.patch.id, self._row(one)) for one in others])

    def _row(self, one: PatchView) -> Content:
        look, board = self.look, self.bench.board
        column = max(20, self.inner_width - 26)
        sign = look.sign(one.patch.status, one.ready_to_merge)
        head = Content.assemble(f" {sign} ", patch_label(one.patch, look, column - 8))
        state = state_of(one, board.numbers, look, MEDIUM) if board is not None else Content("")
        return padded(head, column) + state

    def keys(self) -> Sequence[tuple[str, str]]:
        """Give the keys."""
        return (("letter", "that patch"), *super().keys())

    def press(self, event: events.Key) -> bool:
        """Answer a key; a letter chooses at once."""
        if super().press(event):
            return True
        patch = self._letters.get(letter_of_key(event.key))
        if patch is not None:
            self.dismiss(patch)
        return patch is not None
