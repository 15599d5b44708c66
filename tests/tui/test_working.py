"""What screens begin beside answering keys, and do not come to."""

from __future__ import annotations

import asyncio
from pathlib import Path

from demo_stores import empty_store
from driver import at

from tui.working import begin


async def test_what_is_cancelled_before_its_turn_was_never_called(tmp_path: Path) -> None:
    called: list[str] = []

    async def work() -> None:
        called.append("work")

    async with at(empty_store(tmp_path)) as alice:
        begin(alice.session, work, "work")
        alice.app.workers.cancel_node(alice.session)
        await alice.settle()
        assert called == []
        begin(alice.session, work, "work")
        await alice.until(lambda: called == ["work"])


async def test_exclusive_work_takes_the_place_of_the_groups_other(tmp_path: Path) -> None:
    ended: list[str] = []

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("waited")

    async def work() -> None:
        ended.append("worked")

    async with at(empty_store(tmp_path)) as alice:
        begin(alice.session, wait, "work")
        await alice.pilot.pause(0.05)
        begin(alice.session, work, "work", exclusive=True)
        await alice.until(lambda: sorted(ended) == ["waited", "worked"])
