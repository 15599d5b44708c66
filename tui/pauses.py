"""Garbage is collected while nobody types: in the middle of a key it may take longer than the frame does."""

from __future__ import annotations

import gc
import time

LOOK_SECONDS = 0.5
"""How often it is looked whether somebody types."""
PAUSE_SECONDS = 0.5
"""For how long nobody has typed in a pause."""
LONG_PAUSE_SECONDS = 20.0
"""After how long a pause everything is looked through, and not only what was made lately."""
WORTH = 5_000
"""How many objects more than at the last time make it worth while."""
IN_ANY_CASE = 500_000
"""How many objects are made, and not given back, before a collection does not wait for a pause."""


class Pauses:
    """Tells pauses by when something was typed, and collects garbage in them."""

    def __init__(self) -> None:
        self._typed = time.monotonic()
        self._whole = False
        """Whether everything was looked through in this pause."""

    def begin(self) -> None:
        """Leave collecting to `look` from now on."""
        gc.set_threshold(IN_ANY_CASE)

    def typed(self) -> None:
        """Take note that somebody types."""
        self._typed = time.monotonic()
        self._whole = False

    def look(self) -> None:
        """Collect garbage where this is a pause."""
        pause = time.monotonic() - self._typed
        if pause >= LONG_PAUSE_SECONDS and not self._whole:
            self._whole = True
            gc.collect()
        elif pause >= PAUSE_SECONDS and gc.get_count()[0] >= WORTH:
            gc.collect(1)
