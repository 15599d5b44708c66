"""What is typed for a place of a conflict survives a kill, a dropped line and a full disk (R13, §5)."""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from conflict_stores import PAGE, codebase_moved
from terminals import WAIT_SECONDS, Terminal, within
from test_terminal import FULL_DISK_IS_AN_ERROR, program

from store.session_manager import SessionManager

NOT_TAKEN = "What you typed is kept, and not taken"


@pytest.fixture
def manager(tmp_path: Path) -> SessionManager:
    return codebase_moved(tmp_path)


@pytest.fixture
def typing(manager: SessionManager, tmp_path: Path) -> Iterator[Terminal]:
    """Alice types for the first place of her conflict."""
    found = program(tmp_path, first=FULL_DISK_IS_AN_ERROR)
    found.until("profile-page-redesign")
    found.send("c")
    found.until("2 of 2 places to decide")
    found.send("e")
    found.until("the text of this place")
    found.send("# half a thou")
    found.until("# half a thou")
    yield found
    found.close()


def places(manager: SessionManager) -> list[str]:
    return [one for one in manager.repository.buffers.ids() if one.startswith("place-")]


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGHUP])
def test_a_text_half_typed_for_a_place_comes_back_in_another_screen(
    typing: Terminal, manager: SessionManager, tmp_path: Path, number: signal.Signals
) -> None:
    if number is signal.SIGKILL:
        typing.read(2.0)
    os.kill(typing.process.pid, number)
    typing.ended()
    again = program(tmp_path)
    try:
        again.until("profile-page-redesign")
        again.send("c")
        again.until(NOT_TAKEN)
        again.send("e")
        again.until("# half a thou")
        again.send("\x1bOQ")
        again.until("1 of 2 places to decide")
        again.send("t\r")
        again.until("ettled")
    finally:
        again.close()
    assert "# half a thou" in manager.show(PAGE, "A").text
    assert places(manager) == []


def test_an_edited_text_of_a_conflict_that_is_put_off_is_offered_again(
    typing: Terminal, manager: SessionManager
) -> None:
    typing.send("\x1bOQ")
    typing.until("1 of 2 places to decide")
    typing.send("\x1b")
    typing.until("q quit")
    within(WAIT_SECONDS, lambda: len(places(manager)) == 1)
    typing.send("c")
    typing.until(NOT_TAKEN)
    typing.send("e")
    typing.until("# half a thou")


def test_while_nothing_can_be_written_quitting_says_so_first(typing: Terminal) -> None:
    _, most = resource.prlimit(typing.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(typing.process.pid, resource.RLIMIT_FSIZE, (0, most))
    typing.send("ght")
    typing.until("# half a thought")
    typing.send("\x11")
    typing.until("Not quit: what you typed is not on disk")
    assert typing.process.isalive()
    resource.prlimit(typing.process.pid, resource.RLIMIT_FSIZE, (most, most))
    typing.send("\x11")
    typing.ended()
