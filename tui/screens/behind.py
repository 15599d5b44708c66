"""What a screen behind a dialog paints again."""

from __future__ import annotations

from textual.screen import Screen, ScreenResultType


class Behind(Screen[ScreenResultType]):
    """A screen of which only what has changed is painted again while another one lies on top.

    Textual's own paints the whole terminal, and does so again whenever the screen below handles a message,
    once something in it has changed: on a slow line, a dialog could not be used beside a busy collaborator.
    """

    def _compositor_refresh(self) -> None:
        """Paint; Textual calls this when something is to be painted."""
        if self is self.app.screen:
            super()._compositor_refresh()
            return
        changed = tuple(self._compositor._dirty_regions)
        self._compositor._dirty_regions.clear()
        self._dirty_widgets.clear()
        if changed and self in self.app._background_screens:
            self.app.screen.refresh(*changed)
