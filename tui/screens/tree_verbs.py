"""The command that pulls what is behind into a git working tree, and what is said of changes found there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from store.views import Outcome
from tui.place import Selection
from tui.present.effects import sentence
from tui.watching import TreeWatch

_NAMED = 4
"""How many files are named that were written."""

if TYPE_CHECKING:
    from tui.screens.session import SessionScreen
    from tui.screens.verbs import Verbs


class TreeVerbs:
    """The commands that are about the working tree."""

    def __init__(self, verbs: Verbs, screen: SessionScreen) -> None:
        self._verbs, self._screen, self._bench = verbs, screen, screen.bench

    def commands(self) -> dict[str, Callable[[Selection], Awaitable[None]]]:
        """Give each command's way to run it."""
        return {"pull-tree": self._pull}

    async def watch(self) -> None:
        """Take in what is changed in the working tree for as long as the screen is there."""
        await TreeWatch(self._bench, self._seen, lambda reason: self._screen.say(reason, failed=True)).run()

    async def _seen(self, outcome: Outcome) -> None:
        if outcome.notes:
            self._screen.say(outcome.notes[-1])
        await self._screen.following.catch_up()

    async def _pull(self, selection: Selection) -> None:
        outcome = await self._bench.call(self._bench.manager.pull_tree, self._verbs.session)
        await self._screen.refresh_view()
        paths = outcome.notes
        rest = (f"{len(paths) - _NAMED} more",) if len(paths) > _NAMED else ()
        files = ", ".join((*paths[:_NAMED], *rest))
        self._screen.say(sentence(f"{outcome.summary}: {files}" if files else "nothing was behind"))
