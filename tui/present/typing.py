"""The header of the definition editor: which definition, where saving puts it, how it stands. Pure."""

from __future__ import annotations

from textual.content import Content
from textual.style import Style

from store.model import EditorContext, Patch
from tui.present.look import Look
from tui.present.text import cut_right, definition_name, padded, shortened, visible, width_of

_LEAST_NAME = 3
"""Cells that a patch's name keeps beside what else is said of it."""


def typing_header(width: int, look: Look, editor: EditorContext, where: Content, state: str) -> Content:
    """Draw the row; the definition's name and then `where` give way so that the state can be read."""
    said = Content.styled(f" {look.signs.dot} {state}", look.warn) if state else Content("")
    head = Content.styled(f" {editor.number} ", look.brand)
    room = width - head.cell_length - said.cell_length - 4
    name = definition_name(
        editor.target, max(16, room - where.cell_length), look.dim, look.strong, look.signs.ellipsis
    )
    where = shortened(where, max(1, room - name.cell_length), look.signs.ellipsis)
    return padded(Content.assemble(head, " ", name, "  ", where, said), width).stylize_before(look.bar)


def in_patch(patch: Patch, look: Look) -> Content:
    """Name the patch that the editor contributes to."""
    return Content.assemble(
        _letter(patch, look), (f" {cut_right(patch.name, 40, look.signs.ellipsis)}", look.text)
    )


def in_no_patch(joins: Patch | None, user: str, look: Look, room: int) -> Content:
    """Say where saving puts the text of an unassigned editor (R9), within `room` cells.

    `joins` is the one open patch that touches the definition, None where there is none or more than one.
    """
    if joins is None:
        return Content.styled(f"{look.signs.free} unassigned: saving asks which patch", look.warn)
    notes = [f"{cut_right(joins.created_by, 12, look.signs.ellipsis)}'s"] if joins.created_by != user else []
    notes += ["back to draft"] if joins.marked_ready else []
    tail = f" ({'; '.join(notes)})" if notes else ""
    head = f"{look.signs.free} saving joins "
    used = width_of(head) + width_of(visible(joins.letter)) + 1 + width_of(tail)
    name = cut_right(joins.name, max(_LEAST_NAME, room - used), look.signs.ellipsis)
    return Content.assemble(
        (head, look.warn), _letter(joins, look), (f" {name}", look.text), (tail, look.warn)
    )


def _letter(patch: Patch, look: Look) -> tuple[str, Style]:
    return (visible(patch.letter), look.hue(patch.letter) + Style(bold=True))
