"""Finding one of very many names while somebody types: what matches, in which order; and no key waits."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import views_factory as views
from demo_stores import empty_store
from driver import WAIT_SECONDS, at
from hypothesis import given
from hypothesis import strategies as st
from pictures import SIZES, app_on, pressing
from textual import events
from textual.content import Span
from textual.style import Style

from store.session_manager import SessionManager
from tui.dialogs.finding import FindingDialog
from tui.finding import Names, admits, folded, matched
from tui.present.finding import found_name
from tui.present.look import look_of

SHOP = Names(
    [
        "User.Cart.validate",
        "User.Cart.value",
        "Unrelated.Cache.view_all",
        "shop.validate_email.render",
        "shop.users.validate",
        "shop.users.validate_email",
        "shop.users.revalidate",
        "shop.orders.cartwheel_valid",
    ]
)


def best(wanted: str, names: Names = SHOP) -> tuple[str, ...]:
    found = names.search(wanted)
    assert found is not None
    return found.names


def many(count: int) -> list[str]:
    return [f"shop.module_{number % 50}.Class{number % 700}.handle_{number}" for number in range(count)]


def test_the_letters_at_the_beginnings_of_a_names_parts_find_it() -> None:
    assert best("ucv")[0] == "User.Cart.value"
    assert best("ucvalid")[0] == "User.Cart.validate"
    assert best("cartval")[0] == "User.Cart.value"
    assert best("uveml") == ("shop.users.validate_email",)


def test_what_stands_in_one_piece_goes_first_and_most_of_all_in_the_last_part() -> None:
    assert best("validate") == (
        "User.Cart.validate",
        "shop.users.validate",
        "shop.users.validate_email",
        "shop.users.revalidate",
        "shop.validate_email.render",
    )
    assert best("shop.users.validate")[0] == "shop.users.validate"


GRADED = Names(
    [
        "shop.cart.merge",
        "shop.cart.merge_all",
        "shop.cart.try_merge",
        "shop.cart.emerges",
        "shop.merge_rules.total",
        "shop.emerged.total",
        "models.engine.run.generate.event",
        "mailbox.parser.buffer_edge",
    ]
)


def test_an_equal_part_goes_before_a_beginning_a_word_a_piece_and_another_part() -> None:
    assert best("merge", GRADED) == (
        "shop.cart.merge",
        "shop.cart.merge_all",
        "shop.cart.try_merge",
        "shop.cart.emerges",
        "shop.merge_rules.total",
        "shop.emerged.total",
    )


def test_letters_scattered_over_a_name_are_left_out_where_something_is_far_better() -> None:
    found = GRADED.search("merge")
    assert found is not None
    assert found.count == 6
    alone = best("merge", Names(["mailbox.parser.buffer_edge"]))
    assert alone == ("mailbox.parser.buffer_edge",)


def test_beginnings_of_words_go_before_letters_within_words() -> None:
    names = Names(["shop.fooballs_m", "shop.find_by_email", "shop.findByMail", "shop.fabulous_member"])
    found = names.search("fbm")
    assert found is not None
    assert (found.hits[0].name, found.hits[0].grade.name) == ("shop.findByMail", "WORDS")
    assert {hit.grade.name for hit in found.hits[1:]} == {"SCATTERED"}


def test_the_last_parts_with_the_dot_between_are_an_end_and_a_beginning_too() -> None:
    names = Names(["deep.pathlib.Path.cwd", "deep.pathlib.Path", "deep.pathlib.PathLike", "lib.path.a.b.c"])
    assert best("lib.path", names)[0] == "lib.path.a.b.c"
    assert best("pathlib.path", names) == (
        "deep.pathlib.Path",
        "deep.pathlib.PathLike",
        "deep.pathlib.Path.cwd",
    )


def test_a_label_holds_words_with_a_blank_between_in_one_piece() -> None:
    labels = Names(["Merge all ready", "Maximise", "Remerge all"])
    assert best("merge all", labels) == ("Merge all ready", "Remerge all")
    assert matched("merge all", "Merge all ready") == (0, 1, 2, 3, 4, 6, 7, 8)


@pytest.mark.parametrize("text", ["[/]", "\x1b[2J", "\u202eabc", "n" * 10_000, "\x00", "İ", "ß", "\ud800"])
def test_hostile_texts_and_names_are_looked_for_as_any(text: str) -> None:
    names = Names([text, f"shop.{text}", f"{text}.{text}", "shop.cart"])
    assert text in best(text, names)
    assert best(text[:20] + "☃", names) == ()


def test_everything_is_offered_before_a_letter_is_typed_and_nothing_for_letters_that_are_not_there() -> None:
    assert len(best("  ")) == 8
    assert best("zzz") == ()
    assert best("user val") == best("userval") != ()


def test_the_letters_that_matched_are_known() -> None:
    assert matched("ucv", "User.Cart.validate") == (0, 5, 10)
    assert matched("valid", "shop.valid.validate") == (11, 12, 13, 14, 15)
    assert matched("zz", "User") == ()


@given(st.lists(st.text(max_size=30), max_size=30), st.text(max_size=6))
def test_a_search_letter_by_letter_finds_what_one_search_finds(names: list[str], wanted: str) -> None:
    slowly = Names(names)
    for end in range(len(wanted)):
        slowly.search(wanted[:end])
    assert slowly.search(wanted) == Names(names).search(wanted)


@given(st.text(max_size=40), st.text(max_size=8))
def test_marked_letters_are_the_letters_typed(name: str, wanted: str) -> None:
    positions = matched(wanted, name)
    assert "".join(folded(name)[at] for at in positions) in ("", folded("".join(wanted.split())))
    assert list(positions) == sorted(set(positions))


@given(st.text(max_size=60), st.text(max_size=8), st.integers(1, 40))
def test_a_name_with_marks_reads_as_the_name_without(name: str, wanted: str, width: int) -> None:
    look = look_of("dark", "emoji")
    assert found_name(name, wanted, width, look).plain == found_name(name, "", width, look).plain


@pytest.mark.parametrize("width", [12, 20, 40, 80])
def test_the_letters_typed_are_marked_in_a_files_path_cut_or_not(width: int) -> None:
    look = look_of("dark", "emoji")
    shown = found_name("documentation/of/every/part/README.md:<file>", "readme", width, look)
    marked = "".join(shown.plain[one.start : one.end] for one in shown.spans if _underlined(one))
    assert (marked, shown.plain[-9:]) == ("README", "README.md")


def _underlined(span: Span) -> bool:
    return isinstance(span.style, Style) and bool(span.style.underline)


def test_names_that_come_in_between_two_letters_are_found() -> None:
    names = Names(["shop.first"])
    assert best("s", names) == ("shop.first",)
    names.add(["shop.second"])
    assert best("sh", names) == ("shop.first", "shop.second")


def test_a_search_is_broken_off_when_it_is_no_longer_wanted() -> None:
    names = Names(many(20_000))
    asked = iter([False, False, True])
    assert names.search("handle", lambda: next(asked)) is None
    found = names.search("handle_19999")
    assert found is not None
    assert found.count == 1


def test_a_filter_leaves_rows_that_hold_every_word() -> None:
    assert admits("A validation-enhancements ready", "READY val")
    assert not admits("A validation-enhancements ready", "draft")
    assert admits("anything", "")


@pytest.fixture
def large(tmp_path: Path) -> SessionManager:
    source = "\n\n".join(f"def handle_{number}():\n    return {number}" for number in range(1_000))
    manager = empty_store(
        tmp_path, {"shop/orders.py": source, "shop/cart.py": "def total():\n    return 0\n"}
    )
    manager.start_session("large")
    return manager


async def test_the_count_says_how_many_of_all_are_found_and_enter_opens_the_best(
    large: SessionManager,
) -> None:
    async with at(large) as alice:
        await alice.press("o")
        assert " 1,001" in alice.title()
        await alice.write("h99")
        assert "19 of 1,001" not in alice.title()
        assert " of 1,001" in alice.title()
        await alice.write("9")
        assert " 1 of 1,001" in alice.title()
        assert "handle_999" in alice.lines("lines").split("\n")[0]
        await alice.rush("enter")
        await alice.until(lambda: bool(alice.app.bench.board and alice.app.bench.board.editors))
        assert large.view().editors[0].editor.target == "shop.orders.handle_999"


async def test_enter_typed_in_one_packet_with_the_name_opens_what_was_typed(large: SessionManager) -> None:
    async with at(large) as alice:
        await alice.press("o")
        await alice.rush(*"crttl", "enter")
        await alice.until(lambda: bool(alice.app.bench.board and alice.app.bench.board.editors))
        assert large.view().editors[0].editor.target == "shop.cart.total"


async def test_a_new_definition_is_meant_by_enter_only_once_all_names_were_read(
    large: SessionManager,
) -> None:
    async with at(large) as alice:
        await alice.press("o")
        dialog = alice.app.screen
        assert isinstance(dialog, FindingDialog)
        dialog.index, dialog.complete = Names(), False
        await alice.write("cart.tot")
        assert "new definition cart.tot" in alice.lines("lines").split("\n")[0]
        await alice.press("enter")
        assert alice.app.screen is dialog
        dialog.index.add(["shop.orders.handle_1", "shop.cart.total"])
        dialog.search()
        await alice.until(lambda: bool(alice.app.bench.board and alice.app.bench.board.editors))
        assert large.view().editors[0].editor.target == "shop.cart.total"


async def test_the_cursor_is_on_the_best_name_that_comes_in_and_not_on_the_new_one(
    large: SessionManager,
) -> None:
    async with at(large) as alice:
        await alice.press("o")
        dialog = alice.app.screen
        assert isinstance(dialog, FindingDialog)
        dialog.index, dialog.complete = Names(), False
        await alice.write("tot")
        dialog.index.add(["shop.cart.total", "shop.cart.totals"])
        dialog.search()
        await alice.until(lambda: "shop.cart.totals" in alice.lines("lines"))
        assert dialog.choices.current is not None and dialog.choices.current.key == "shop.cart.total"


async def test_letters_are_taken_while_a_hundred_thousand_names_are_searched(large: SessionManager) -> None:
    async with at(large) as alice:
        await alice.press("o")
        dialog = alice.app.screen
        assert isinstance(dialog, FindingDialog)
        dialog.index.add(many(100_000))
        for letter in "ahdl":
            alice.app.post_message(events.Key(letter, letter))
        async with asyncio.timeout(WAIT_SECONDS):
            while dialog.wanted != "ahdl":
                await asyncio.sleep(0)
        assert dialog.found.wanted != "ahdl", "a letter waited for what it finds"
        await alice.settle()
        assert dialog.found.wanted == "ahdl"


@pytest.mark.parametrize("size", SIZES)
def test_found_names_look_as_before(snap_compare: Any, large: SessionManager, size: tuple[int, int]) -> None:
    assert snap_compare(app_on(large), terminal_size=size, run_before=pressing("o", *"shnd7"))


@pytest.mark.parametrize("theme", ["textual-light", "ansi-dark", "nocolor"])
def test_found_names_look_as_before_in_other_colours(
    snap_compare: Any, large: SessionManager, theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if theme == "nocolor":
        monkeypatch.setenv("NO_COLOR", "1")
    app = app_on(large, "ansi-dark" if theme == "nocolor" else theme)
    assert snap_compare(app, terminal_size=(80, 24), run_before=pressing("o", *"shnd7"))


def test_hostile_names_are_shown_and_obeyed_by_nothing() -> None:
    look = look_of("dark", "emoji")
    shown = found_name(views.HOSTILE, "click", 60, look).plain
    assert "\x1b" not in shown
    assert "\u202e" not in shown
