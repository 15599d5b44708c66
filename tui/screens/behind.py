"""What a screen behind a dialog paints again, and what the one on top does not leave unpainted for that."""

from __future__ import annotations

from textual.screen import Screen, ScreenResultType


class Behind(Screen[ScreenResultType]):
    """A screen of which only what has changed is painted again while a dialog lies on top.

    Textual's own paints the whole terminal, and does so again whenever the screen below handles a message,
    once something in it has changed: on a slow line, a dialog could not be used beside a busy collaborator.
    """

    def _compositor_refresh(self) -> None:
        """Paint; Textual calls this when something is to be painted."""
        top = self.app.screen
        if self is top:
            super()._compositor_refresh()
            return
        changed = tuple(self._compositor._dirty_regions)
        self._compositor._dirty_regions.clear()
        self._dirty_widgets.clear()
        if changed and top.is_modal and self in self.app._background_screens:
            top.refresh(*changed)

    def _on_timer_update(self) -> None:
        """Paint what is due; Textual calls this, and forgets changed widgets where the screen has regions."""
        self._compositor.update_widgets(self._dirty_widgets)
        super()._on_timer_update()
