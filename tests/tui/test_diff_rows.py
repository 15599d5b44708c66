"""Differences as rows: they hold both texts, mark the words that changed, fold what is unchanged."""

from __future__ import annotations

import random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from textual.content import Content

from tui.difference import Difference, Fold, Row, changed_words, difference, folded, side_by_side
from tui.present.differences import Window, diff_line, laid_out, section, section_of
from tui.present.look import look_of
from tui.present.text import visible

LOOK = look_of("dark", "emoji")
LINE = st.text(st.sampled_from("ab =(x)\t\r\x1b\u202e'"), max_size=12)
TEXT = st.lists(LINE, max_size=30).map("\n".join)


def lines_of_side(found: Difference, side: str) -> str:
    at = 1 if side == "old" else 2
    lines = found.old if side == "old" else found.new
    return "".join(lines[row[at]] for row in found.rows if row[at] is not None)  # type: ignore[index]


def kinds(old: str, new: str) -> list[str]:
    return [row.kind for row in difference(old, new).rows]


@given(TEXT, TEXT)
def test_the_rows_hold_both_texts(old: str, new: str) -> None:
    found = difference(old, new)
    assert lines_of_side(found, "old") == old
    assert lines_of_side(found, "new") == new
    for kind, before, after in found.rows:
        assert (before is None) == (kind == "added")
        assert (after is None) == (kind == "removed")
        if before is not None and after is not None:
            assert (found.old[before] == found.new[after]) == (kind == "same")


@given(LINE, LINE)
def test_outside_the_marked_words_two_lines_read_the_same(old: str, new: str) -> None:
    marked = changed_words(old, new)
    if marked == ([], []):
        return
    for line, spans in zip((old, new), marked, strict=True):
        flat = [at for span in spans for at in span]
        assert flat == sorted(flat)
        assert all(0 <= at <= len(line) for at in flat)
    assert outside(old, marked[0]) == outside(new, marked[1])


def outside(line: str, spans: list[tuple[int, int]]) -> str:
    kept = [at for at in range(len(line)) if not any(start <= at < end for start, end in spans)]
    return "".join("".join(line[at] for at in kept).split())


@given(TEXT, TEXT)
def test_folds_hide_nothing_but_unchanged_lines(old: str, new: str) -> None:
    found = difference(old, new)
    opened: list[Row] = []
    for one in folded(found):
        opened.extend(found.rows[one.start : one.end] if isinstance(one, Fold) else [one])
        if isinstance(one, Fold):
            assert all(row.kind == "same" for row in found.rows[one.start : one.end])
    assert opened == list(found.rows)


@given(TEXT, TEXT)
def test_side_by_side_every_line_stands_once_and_in_order(old: str, new: str) -> None:
    run = [row for row in difference(old, new).rows if row.kind != "same"]
    beside = side_by_side(run)
    for side in (1, 2):
        before = [row[side] for row in run if row[side] is not None]
        assert [row[side] for row in beside if row[side] is not None] == before


def test_a_line_that_is_alike_is_changed_and_one_that_is_not_is_replaced() -> None:
    old = "def f(a):\n    return a + 1\n"
    assert kinds(old, "def f(a, b):\n    return a + 1\n") == ["changed", "same"]
    assert kinds(old, "def f(a):\n    raise TypeError\n") == ["same", "removed", "added"]


def test_lines_that_moved_sideways_are_paired_past_a_new_one() -> None:
    old = "a = one()\nb = two()\nc = three()\n"
    new = "if ready:\n    a = one()\n    b = two()\n    c = three()\n"
    assert kinds(old, new) == ["added", "changed", "changed", "changed"]
    assert changed_words("a = one()\n", "    a = one()\n") == ([], [(0, 4)])


def test_words_are_marked_whole_and_together_where_only_blanks_are_between() -> None:
    old, new = "return price * count", "return price * rate * count"
    assert [new[start:end] for start, end in changed_words(old, new)[1]] == ["rate * "]
    spans = changed_words("if voucher is not None:", "if voucher.valid:")
    assert ["if voucher is not None:"[start:end] for start, end in spans[0]] == [" is not None"]
    assert ["if voucher.valid:"[start:end] for start, end in spans[1]] == [".valid"]


def test_a_very_long_line_is_marked_from_its_first_to_its_last_change() -> None:
    old = "x" * 5_000 + "a" + "y" * 5_000
    assert changed_words(old, old.replace("a", "bc")) == ([(5_000, 5_001)], [(5_000, 5_002)])


def test_text_that_is_new_or_gone_is_all_added_or_removed() -> None:
    assert kinds("", "a\nb\n") == ["added", "added"]
    assert kinds("a\n", "") == ["removed"]
    assert kinds("", "") == []


@pytest.mark.parametrize("beside", [False, True], ids=["below", "beside"])
def test_five_thousand_lines_are_compared_folded_and_unfolded(beside: bool) -> None:
    lines = [f"    value_{n} = compute({n}, other={n % 7})\n" for n in range(5_000)]
    changed = [
        line.replace("other", "rest") if n in (10, 2_500, 4_900) else line for n, line in enumerate(lines)
    ]
    one = section("".join(lines), "".join(changed))
    sheet = laid_out([one], beside)
    assert len(sheet.changes) == 3
    assert len(sheet.lines) < 60
    assert [sheet.lines[at].hidden for at in sheet.folds] == [7, 2_483, 2_393, 96]
    whole = laid_out([one], beside, everything=True)
    assert len(whole.lines) == (5_000 if beside else 5_003)
    opened = laid_out([one], beside, {sheet.lines[sheet.folds[1]].fold or (0, 0)})
    assert len(opened.lines) == len(sheet.lines) + 2_482


def test_much_that_is_different_still_pairs_and_rebuilds() -> None:
    chance = random.Random(1)
    words = [f"word{n}" for n in range(40)]
    old, new = ("".join(" ".join(chance.choices(words, k=5)) + "\n" for _ in range(5_000)) for _ in range(2))
    found = difference(old, new)
    assert lines_of_side(found, "old") == old
    assert lines_of_side(found, "new") == new


# What is seen


def drawn(old: str | None, new: str | None, width: int = 60, beside: bool = False) -> list[str]:
    sheet = laid_out([section(old, new)], beside)
    return [diff_line(one, Window(width, LOOK)).plain.rstrip() for one in sheet.lines]


def marked(line: Content, style: object) -> str:
    return "".join(line.plain[span.start : span.end] for span in line.spans if span.style == style)


def test_lines_have_the_files_numbers() -> None:
    sheet = laid_out([section("a\nb\nc\n", "a\nx\nc\n", line=10)])
    assert [diff_line(one, Window(20, LOOK)).plain.rstrip() for one in sheet.lines] == [
        "  10   a", "  11 - b", "  11 + x", "  12   c",
    ]  # fmt: skip


def test_side_by_side_both_texts_have_a_column() -> None:
    assert drawn("a\nb\n", "a\nx\ny\n", 43, beside=True) == [
        "   1   a             │    1   a",
        "   2 - b             │    2 + x",
        "                     │    3 + y",
    ]


def test_a_tab_that_became_blanks_is_seen() -> None:
    assert drawn("\tx = 1\n", "    x = 1\n") == ["   1 - \\tx = 1", "   1 +     x = 1"]


def test_another_line_end_and_none_at_the_end_are_seen() -> None:
    assert drawn("x\r\n", "x\n") == ["   1 - x\\r", "   1 + x"]
    assert drawn("x\n", "x") == ["   1 - x", "   1 + x  (no line end)"]
    assert drawn("x\r\ny\r\n", "x\r\nz\r\n") == ["   1   x", "   2 - y", "   2 + z"]


@pytest.mark.parametrize("colours", ["dark", "light", "ansi", "plain"])
def test_changed_words_are_marked_in_every_look(colours: str) -> None:
    look = look_of(colours, "symbols")
    sheet = laid_out([section("total = price * count\n", "total = price * amount\n")])
    removed, added = (diff_line(one, Window(60, look)) for one in sheet.lines)
    assert (marked(removed, look.removed_word), marked(added, look.added_word)) == ("count", "amount")
    assert colours != "plain" or (look.added_word.reverse and look.added_word.foreground is None)


def test_syntax_has_colours_where_paper_tells_what_changed() -> None:
    one = section("", 'def f():\n    return """a\n    b"""\n')
    styles = [
        span.style for line in laid_out([one]).lines for span in diff_line(line, Window(60, LOOK)).spans
    ]
    assert LOOK.syntax["keyword"] in styles
    last = diff_line(laid_out([one]).lines[2], Window(60, LOOK))
    assert marked(last, LOOK.syntax["string"]) == '    b"""'
    plain = look_of("plain", "symbols")
    spans = [span for line in laid_out([one]).lines for span in diff_line(line, Window(60, plain)).spans]
    assert not any(span.style in plain.syntax.values() for span in spans if span.style)


@pytest.mark.parametrize("beside", [False, True])
@given(
    head=st.text(st.sampled_from("ab =(名👩\t\r\x1b\u202e'"), min_size=40, max_size=60),
    times=st.sampled_from([1, 2, 40, 400]),
    tails=st.lists(LINE, min_size=2, max_size=2, unique=True),
    rest=LINE,
)
def test_lines_that_differ_do_so_in_what_is_seen_however_long_they_are(
    beside: bool, head: str, times: int, tails: list[str], rest: str
) -> None:
    one = section(*(f"{head * times}{tail}{rest}\n" for tail in tails))
    assume([row.kind for row in one.found.rows] == ["changed"])
    width = 140 if beside else 78
    drawn = [diff_line(line, Window(width, LOOK)).plain for line in laid_out([one], beside).lines]
    seen = drawn[0].split(" │ ") if beside else drawn
    old, new = (row.strip()[3:] for row in seen)
    assert old != new


@pytest.mark.parametrize("path", ["web/a.js:f", "shop.Cart.total", "notes.txt:<file>", "a.md:<file>"])
def test_hostile_lines_are_drawn_in_their_width_and_obeyed_by_nothing(path: str) -> None:
    bad = "[/] \x1b[2J\u202e[@click=app.quit]x[/] 名前 👩‍👩‍👧 \ud800\ufeff" + "n" * 10_000
    one = section_of(
        path, f"{bad}\nsame {bad}\n", f"{bad}2\nsame {bad}\n\x0c\u2028\n", Content(visible(path))
    )
    for beside in (False, True):
        for line in laid_out([one], beside).lines:
            for left in (0, 64, 9_000):
                shown = diff_line(line, Window(100, LOOK, left))
                assert shown.cell_length == 100
                assert visible(shown.plain) == shown.plain
