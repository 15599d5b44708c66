"""Escapes in what is pasted stay in the paste, however the terminal's input comes in pieces."""

from __future__ import annotations

import random
from pathlib import Path

from demo_stores import empty_store
from driver import at
from hypothesis import given
from hypothesis import strategies as st
from textual import events
from textual.widgets import TextArea

from tui.pasted import END, ESCAPE, START, PasteParser, Unescaped

PIECES = st.lists(st.sampled_from([START, END, "\x1b", "\x1b[", "\x1b[20", "1~", "0~", "x", "\r", "é"]))


def fed(text: str, choice: random.Random) -> str:
    """What is given for a text that comes in random pieces."""
    unescaped, given = Unescaped(), ""
    while text:
        size = choice.randint(1, 7)
        given += unescaped.feed(text[:size])
        text = text[size:]
    return given


def as_wanted(text: str) -> str:
    """The same, said plainly for a text that is there as a whole."""
    before, start, rest = text.partition(START)
    if not start:
        return text
    pasted, end, after = rest.partition(END)
    return before + start + pasted.replace("\x1b", ESCAPE) + end + (as_wanted(after) if end else "")


@given(PIECES, st.randoms(use_true_random=False))
def test_escapes_in_a_paste_are_made_visible_and_nothing_else_is_changed(
    pieces: list[str], choice: random.Random
) -> None:
    text = "".join(pieces)
    assert fed(text + START + "done" + END, choice) == as_wanted(text + START + "done" + END)


def test_what_is_no_paste_waits_for_nothing() -> None:
    unescaped = Unescaped()
    for key in ("\x1b", "[", "2", "0", "\x1b", "[A", "q"):
        assert unescaped.feed(key) == key


def test_a_paste_with_escapes_is_one_event_and_no_key() -> None:
    parser = PasteParser()
    found = [*parser.feed(f"{START}\x1b[31mm\r"), *parser.feed(f"\x1b[0m{END}"), *parser.feed("q")]
    pasted, key = found
    assert isinstance(pasted, events.Paste)
    assert pasted.text == "\\x1b[31mm\r\\x1b[0m"
    assert isinstance(key, events.Key)
    assert key.key == "q"


async def test_a_pasted_escape_is_none_in_a_text_that_holds_some(tmp_path: Path) -> None:
    manager = empty_store(tmp_path, {"m.py": 'bell = "\x1b\x07"\n'})
    manager.start_session("one")
    manager.open_editor("m.bell")
    async with at(manager) as alice:
        await alice.press("1", "enter")
        for event in PasteParser().feed(f"{START}# \x1b[2J\x07\n{END}"):
            alice.app.screen.query_one(TextArea).post_message(event)
        await alice.until(lambda: "[2J" in alice.app.screen.query_one(TextArea).text)
        await alice.press("escape")
    typed = manager.buffer("1")
    assert typed is not None
    assert typed.text == '# \\x1b[2J\\x07\nbell = "\x1b\x07"\n'
