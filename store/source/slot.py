"""A piece of a file that is being changed. Which changes are made lives in `slots`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from store.source.keys import last_part, member_prefix, rest_name, unnumbered
from store.source.layout import Layout
from store.source.pieces import PieceKind, is_import, is_sibling, takes_members
from store.source.texts import is_blank, lines_of


@dataclass(eq=False, slots=True)
class Slot:
    """A piece that can change; compared by identity."""

    key: str
    kind: PieceKind
    text: str
    binds: tuple[str, ...]
    container: str
    """The key of the class whose lines it stands in; empty at the top."""

    @property
    def is_import(self) -> bool:
        """Whether it is a run of import statements."""
        return is_import(self)

    @property
    def is_sibling(self) -> bool:
        """Whether others can stand beside it: a definition, a class, imports."""
        return is_sibling(self)

    def is_holder_of(self, prefix: str) -> bool:
        """Whether it is a class whose members' keys begin with this."""
        return takes_members(self) and member_prefix(self.key) == prefix


def stays(slot: Slot, left: Slot | None, kept: Collection[str]) -> bool:
    """Whether it is one of these siblings, or a rest behind the one of them that it is called after.

    `left` is the sibling that stands before it.
    """
    if slot.is_sibling:
        return slot.key in kept
    name = unnumbered(last_part(slot.key))
    follows = left is not None and left.key in kept and name == f"<after {rest_name(left.key)}>"
    return follows or not name.startswith("<after ")


def cut_off(run: Slot, layout: Layout, key: str) -> Slot | None:
    """Take out of a run of imports its last lines, which the layout has in runs behind what has this key.

    None where it has no such lines, or none else.
    """
    if not run.is_import:
        return None
    behind = layout.imports_behind(key)
    own = lines_of(layout.text(run.key)) if layout.knows(run.key) else []
    theirs = {line for one in behind for line in lines_of(one.text)}
    theirs -= {line for line in own if not is_blank(line)}
    lines = lines_of(run.text)
    start = len(lines)
    while (
        start and lines[start - 1] in theirs and (is_blank(lines[start - 1]) or lines[start - 1] not in own)
    ):
        start -= 1
    while start < len(lines) and is_blank(lines[start]):
        start += 1
    if start in (0, len(lines)):
        return None
    kept = lines[:start]
    while is_blank(kept[-1]):
        kept.pop()
    run.text = "".join(kept)
    first = behind[0].key
    return Slot(first, PieceKind.REST, "".join(lines[start:]), (first,), run.container)
