"""A definition's differences to its base as numbered lines. Line by line, never word by word over a whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from textual.content import Content

from tui.present.look import Look
from tui.present.text import cut_right, padded, visible

_CONTEXT = 3
_LONGEST_LINE = 2_000

Kind = Literal["same", "added", "removed", "gap"]


@dataclass(frozen=True)
class DiffLine:
    """One line: what became of it, its number in the file, its text without the line end."""

    kind: Kind
    number: int
    text: str


def differences(base: str | None, text: str | None, line: int = 1) -> tuple[DiffLine, ...]:
    """Give the lines that differ with three lines around them; the whole text when nothing differs.

    `line` is the file's number of the first line. None stands for a definition that is not there.
    """
    old, new = (base or "").split("\n"), (text or "").split("\n")
    old, new = _without_last_blank(old), _without_last_blank(new)
    if base is None or text is None or old == new:
        kind: Kind = "same" if old == new else "added" if base is None else "removed"
        return tuple(DiffLine(kind, line + at, one) for at, one in enumerate(old if text is None else new))
    matcher = SequenceMatcher(None, old, new, autojunk=len(old) + len(new) > 2_000)
    found: list[DiffLine] = []
    for group in matcher.get_grouped_opcodes(_CONTEXT):
        if found or group[0][3] > 0:
            found.append(DiffLine("gap", 0, ""))
        for opcode in group:
            found.extend(_lines(opcode, old, new, line))
    return tuple(found)


def _without_last_blank(lines: list[str]) -> list[str]:
    return lines[:-1] if lines[-1] == "" else lines


def _lines(
    opcode: tuple[str, int, int, int, int], old: Sequence[str], new: Sequence[str], line: int
) -> Iterator[DiffLine]:
    tag, old_start, old_end, new_start, new_end = opcode
    if tag == "equal":
        for at in range(new_start, new_end):
            yield DiffLine("same", line + at, new[at])
        return
    for at in range(old_start, old_end):
        yield DiffLine("removed", line + at, old[at])
    for at in range(new_start, new_end):
        yield DiffLine("added", line + at, new[at])


def diff_line(one: DiffLine, width: int, look: Look, numbers: int = 4) -> Content:
    """Draw one line of differences in `width` cells."""
    if one.kind == "gap":
        return Content.styled(f"{look.signs.dot * 2:>{numbers}}", look.dim)
    sign = {"same": " ", "added": "+", "removed": "-"}[one.kind]
    text = visible(one.text.removesuffix("\r")[:_LONGEST_LINE], tabs=True)
    body = cut_right(f"{sign} {text}", width - numbers - 2, look.signs.ellipsis)
    style = {"same": look.text, "added": look.added, "removed": look.removed}[one.kind]
    number = (f"{one.number:>{numbers}} ", look.dim)
    if one.kind == "same":
        return Content.assemble(number, (body, style))
    return Content.assemble(number, padded(Content(body), width - numbers - 2).stylize(style))
