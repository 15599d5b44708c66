"""Beginning what a screen does beside answering keys."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from textual.dom import DOMNode
from textual.worker import Worker


def begin(
    node: DOMNode, work: Callable[[], Coroutine[Any, Any, object]], group: str, *, exclusive: bool = False
) -> None:
    """Begin work that goes on as long as the node is there; `exclusive` work in place of the group's other.

    It is called when its turn comes: where the node goes before that, nothing was made that nobody awaits.
    """

    async def do() -> None:
        await work()

    _: Worker[None] = node.run_worker(do, group=group, exclusive=exclusive)
