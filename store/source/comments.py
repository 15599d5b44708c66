"""Comments directly above a definition, which is one piece with them until something is put in between.

By the rules of cutting they belong to what was put there then, or stand apart before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.source.layout import Layout
    from store.source.slot import Slot

_LEAD = re.compile(r"(?:[ \t]*(?:#(?!!?\[)|//)[^\n]*\n)*")


def lead(text: str) -> str:
    """The comment lines that a text begins with."""
    found = _LEAD.match(text)
    return "" if found is None else found[0]


def is_without_lead(text: str, before: str) -> bool:
    """Whether a text is an earlier one without the comment that this began with."""
    words = lead(before)
    return bool(words) and text == before[len(words) :]


def left(slots: Iterable[Slot], before: Mapping[str, str], layout: Layout) -> Iterator[tuple[Slot, str]]:
    """The definitions that lost their comment to what the layout has between the two and is not here yet.

    Each with that comment, which `taken` takes when that comes.
    """
    now = {slot.key for slot in slots}
    for slot in slots:
        words = lead(before.get(slot.key, ""))
        if not words or slot.text == before[slot.key] or not slot.text or not layout.knows(slot.key):
            continue
        if lead(slot.text) or lead(layout.text(slot.key)):
            continue
        holder = layout.holder(slot.key, words)
        if holder is not None and layout.comes_between(holder, slot.key, now):
            yield slot, words


def taken(slots: Iterable[Slot], before: Mapping[str, str], layout: Layout) -> Iterator[tuple[Slot, str]]:
    """The definitions whose comment other pieces have by now, as in the layout, each with that comment.

    `before` are the texts that the pieces had before the change which put it there.
    """
    now = {slot.key: slot.text for slot in slots}
    if now.keys() <= before.keys():
        return
    for slot in slots:
        words = lead(slot.text) if before.get(slot.key) == slot.text else ""
        if not words or not layout.knows(slot.key) or layout.text(slot.key).startswith(words):
            continue
        holder = layout.holder(slot.key, words)
        if holder is not None and words in now.get(holder, "") and words not in before.get(holder, ""):
            yield slot, words
