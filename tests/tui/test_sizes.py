"""Terminals of every size, also one that changes in the middle of something."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conflict_stores import codebase_moved
from demo_stores import improvements
from driver import Person, at
from textual.widgets import Input, TextArea

from tui.widgets.lines import Lines

SCENES: dict[str, tuple[str, ...]] = {
    "session": (),
    "patches": ("tab", "j"),
    "actions": ("tab", "tab"),
    "maximised": ("plus",),
    "filter": ("slash", "v"),
    "assign": ("3", "a"),
    "name of a new patch": ("3", "a", "n"),
    "merge": ("m",),
    "blocked": ("tab", "j", "m"),
    "close": ("C",),
    "open": ("o", "v"),
    "palette": ("colon", "m"),
    "help": ("question_mark", "slash", "m"),
    "sessions": ("s",),
    "collaborators": ("i",),
    "history": ("L",),
    "patch": ("tab", "enter"),
    "dependencies": ("D",),
    "differences": ("tab", "d"),
    "editor": ("1", "enter"),
    "differences in the editor": ("1", "enter", "f3"),
    "find in the editor": ("1", "enter", "ctrl+f", "d"),
}
OTHER_SIZES = ((250, 70), (79, 23), (40, 10), (10, 3), (1, 1), (139, 24), (141, 60), (200, 50))


def tidy(one: Person) -> str:
    """What is shown, but for parts that are hidden, which are not drawn again."""
    return "\n".join(
        line.plain.rstrip() for part in one.app.screen.query(Lines) if part.region for line in part.lines
    )


async def resized(one: Person, width: int, height: int) -> None:
    await one.pilot.resize_terminal(width, height)
    await one.settle()


@pytest.mark.parametrize("scene", SCENES)
async def test_a_resize_in_the_middle_of_anything_changes_nothing(
    tmp_path: Path, scene: str, sample: Callable[..., list[tuple[int, int]]]
) -> None:
    async with at(improvements(tmp_path)) as one:
        await one.press(*SCENES[scene])
        where, before = type(one.app.screen), tidy(one)
        typed = [field.value for field in one.app.screen.query(Input)]
        for size in (*sample(OTHER_SIZES, 3), (80, 24)):
            await resized(one, *size)
        assert type(one.app.screen) is where
        assert tidy(one) == before
        assert [field.value for field in one.app.screen.query(Input)] == typed


async def test_a_conflict_half_settled_survives_resizes(tmp_path: Path) -> None:
    async with at(codebase_moved(tmp_path)) as one:
        await one.press("c", "o")
        before = tidy(one)
        for size in (*OTHER_SIZES, (80, 24)):
            await resized(one, *size)
        assert tidy(one) == before
        await one.press("t", "enter")
        assert "Settled" in one.footer()


async def test_text_typed_between_resizes_stays(tmp_path: Path) -> None:
    async with at(improvements(tmp_path)) as one:
        await one.press("1", "enter")
        for letter, size in zip("abcdefgh", OTHER_SIZES, strict=True):
            await one.write(letter)
            await resized(one, *size)
        assert one.app.screen.query_one(TextArea).text.startswith("abcdefgh")


@pytest.mark.parametrize(("width", "height"), [(79, 24), (80, 23), (40, 10), (20, 5)])
async def test_a_terminal_that_is_too_small_says_so_and_can_be_left(
    tmp_path: Path, width: int, height: int
) -> None:
    async with at(improvements(tmp_path), (width, height)) as one:
        shown = " ".join(one.screen_text().split())
        if "Active editors" not in shown and "Editors" not in shown:
            said = " ".join(one.lines("alone").split())
            assert said == (
                f"This terminal is {width}x{height}: Patchbay needs 60x16. Enlarge it, or press q."
            )
        await one.pilot.press("q")


@pytest.mark.parametrize("size", [(80, 24), (120, 36), (200, 50), (250, 70)])
async def test_every_row_is_as_wide_as_the_terminal(tmp_path: Path, size: tuple[int, int]) -> None:
    async with at(improvements(tmp_path), size) as one:
        parts = [one.app.screen.query_one(f"#{name}") for name in ("editors", "cables", "patches", "actions")]
        assert sum(part.size.width for part in parts) == size[0]
        heights = [one.app.screen.query_one(f"#{name}").size.height for name in ("bay", "preview")]
        assert sum(heights) == size[1] - 2


@pytest.mark.parametrize("size", [(60, 16), (79, 23), (80, 24), (250, 70)])
@pytest.mark.parametrize(
    "scene",
    ["session", "maximised", "history", "patch", "dependencies", "differences", "differences in the editor"],
)
async def test_the_way_back_is_in_the_footer_at_every_size(
    tmp_path: Path, scene: str, size: tuple[int, int]
) -> None:
    async with at(improvements(tmp_path), size) as one:
        await one.press(*SCENES[scene])
        footer = one.lines("footer")
        assert re.search("q quit" if scene in ("session", "maximised") else "esc[^ ]* back", footer), footer
        assert len(footer) == size[0]


async def test_a_large_terminal_lists_more_of_what_is_found(tmp_path: Path) -> None:
    manager = improvements(tmp_path)
    for number in range(60):
        manager.open_editor(f"MyApp.Many.f{number}", new=True)
    async with at(manager, (200, 50)) as one:
        await one.press("colon", *"many")
        assert len(one.lines("lines").split("\n")) == 25
        assert "MyApp.Many.f0" in one.lines("lines")
