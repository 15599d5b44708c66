"""A conflict being settled place by place: its sides, its places, what was decided. Pure values.

How it is drawn is in `present.conflicts`; what settling does to the patch is the manager's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

from store.model import Conflict, ConflictKind, RenameDefinition
from store.source.merge import Region, hunks, regions
from store.source.texts import lines_of
from store.views import ConflictSides, UncleanSave
from tui.visible import visible

Side = Literal["ours", "theirs", "edited"]
Stamp = Conflict | str
"""What tells that the sides are still the same: the conflict, or the digest of what was saved meanwhile."""


class Sides(NamedTuple):
    """The three texts (None for a definition that is not there), whose they are, and what happened."""

    name: str
    words: str
    """What happened and, where it is not plain, what ours and theirs mean."""
    base: str | None
    ours: str | None
    theirs: str | None
    whose: tuple[str, str]
    """The people of ours and theirs; empty where it is not known."""
    titles: tuple[str, str, str]
    """What base, ours and theirs are, and where they come from."""
    whole: bool
    """There is one place: one side or the other, or a text in their stead."""
    stamp: Stamp


@dataclass(frozen=True)
class Choice:
    """What was decided for a place: a side or an edited text; None for a definition that is to be gone."""

    side: Side
    text: str | None


@dataclass(frozen=True)
class Settling:
    """The places of a conflict with what is decided, and which of them has the cursor."""

    sides: Sides
    regions: tuple[Region, ...]
    choices: tuple[Choice | None, ...]
    """One for each region in conflict, in order."""
    cursor: int = 0
    typed: tuple[tuple[int, str], ...] = ()
    """What was typed for places, by their row, and not taken."""

    @property
    def places(self) -> tuple[Region, ...]:
        """The regions in conflict."""
        return tuple(one for one in self.regions if one.kind == "conflict")

    @property
    def left(self) -> int:
        """How many places are still to be decided."""
        return sum(choice is None for choice in self.choices)

    def side_text(self, place: int, side: Literal["ours", "theirs"]) -> str | None:
        """Give a side's text at a place."""
        if self.sides.whole:
            return self.sides.ours if side == "ours" else self.sides.theirs
        region = self.places[place]
        return region.ours if side == "ours" else region.theirs

    def decided(self, side: Literal["ours", "theirs"]) -> Settling:
        """Decide the place under the cursor and go to the next one that is left."""
        return self.keeping_edits([self.cursor])._with(Choice(side, self.side_text(self.cursor, side)))

    def edited(self, text: str) -> Settling:
        """Decide the place under the cursor with a text."""
        sides = [self.side_text(self.cursor, "ours"), self.side_text(self.cursor, "theirs")]
        if text and not text.endswith("\n") and any(one and one.endswith("\n") for one in sides):
            text += "\n"
        return self.with_typed(None)._with(Choice("edited", text))

    def with_typed(self, text: str | None) -> Settling:
        """Keep what was typed for the place under the cursor and not taken; None keeps nothing."""
        others = tuple(one for one in self.typed if one[0] != self.cursor)
        return replace(self, typed=others if text is None else (*others, (self.cursor, text)))

    def typed_text(self) -> str | None:
        """Give what was typed for the place under the cursor and not taken."""
        return dict(self.typed).get(self.cursor)

    def all_decided(self, side: Literal["ours", "theirs"]) -> Settling:
        """Decide every place for one side."""
        choices = tuple(Choice(side, self.side_text(at, side)) for at in range(len(self.choices)))
        return replace(self.keeping_edits(), choices=choices)

    def keeping_edits(self, rows: Iterable[int] | None = None) -> Settling:
        """Keep the edited texts of places, of all by default, as typed and not taken: their decisions go."""
        typed = dict(self.typed)
        for row in range(len(self.choices)) if rows is None else rows:
            choice = self.choices[row]
            if choice is not None and choice.side == "edited" and choice.text is not None:
                typed.setdefault(row, choice.text)
        return replace(self, typed=tuple(typed.items()))

    def _with(self, choice: Choice) -> Settling:
        choices = list(self.choices)
        choices[self.cursor] = choice
        after = [*range(self.cursor + 1, len(choices)), *range(self.cursor)]
        cursor = next((at for at in after if choices[at] is None), self.cursor)
        return replace(self, choices=tuple(choices), cursor=cursor)

    def moved(self, by: int) -> Settling:
        """Move the cursor by places."""
        return replace(self, cursor=max(0, min(self.cursor + by, len(self.choices) - 1)))

    def result(self) -> str | None:
        """Give the settled text, None for a definition that is to be gone; every place is decided."""
        if self.sides.whole:
            choice = self.choices[0]
            return choice.text if choice else None
        choices, parts = iter(self.choices), list[str]()
        for region in self.regions:
            choice = next(choices) if region.kind == "conflict" else None
            parts.append((choice.text or "") if choice else clean_text(region))
        return "".join(parts)

    def taken_side(self) -> Literal["ours", "theirs"] | None:
        """Say whether the result is one of the sides as it is."""
        if self.sides.whole:
            choice = self.choices[0]
            return choice.side if choice and choice.side != "edited" else None
        result = self.result()
        return "ours" if result == self.sides.ours else "theirs" if result == self.sides.theirs else None

    def starting_text(self) -> str:
        """Give what editing a place begins with: what was decided, else both sides; of a whole, ours."""
        choice = self.choices[self.cursor]
        if choice is not None and choice.text is not None:
            return choice.text
        ours, theirs = self.side_text(self.cursor, "ours") or "", self.side_text(self.cursor, "theirs") or ""
        if self.sides.whole:
            return ours or theirs
        return ours + ("" if not ours or ours.endswith("\n") else "\n") + theirs


def clean_text(region: Region) -> str:
    """Give what is taken of a region that is not in conflict."""
    return region.theirs if region.kind == "theirs" else region.ours


def settling_of(sides: Sides) -> Settling:
    """Begin to settle."""
    found = _regions(sides)
    return Settling(sides, found, (None,) * sum(one.kind == "conflict" for one in found))


def _regions(sides: Sides) -> tuple[Region, ...]:
    base, ours, theirs = sides.base or "", sides.ours or "", sides.theirs or ""
    found: tuple[Region, ...] = ()
    if not sides.whole:
        found = regions(base, ours, theirs) if sides.base is not None else _both_new(ours, theirs)
    if any(one.kind == "conflict" for one in found):
        return found
    return (Region("conflict", base, ours, theirs),)


def _both_new(ours: str, theirs: str) -> tuple[Region, ...]:
    """Cut two texts without a common base into what is the same in both and what is not."""
    mine, other, at, found = lines_of(ours), lines_of(theirs), 0, list[Region]()

    def same(start: int, end: int) -> None:
        if text := "".join(mine[start:end]):
            found.append(Region("same", text, text, text))

    for hunk in hunks(mine, other):
        same(at, hunk.base_start)
        texts = "".join(mine[hunk.base_start : hunk.base_end]), "".join(other[hunk.new_start : hunk.new_end])
        found.append(Region("conflict", "", *texts))
        at = hunk.base_end
    same(at, len(mine))
    return tuple(found)


def renewed(old: Settling, sides: Sides) -> tuple[Settling, int]:
    """Go on with other sides; decisions on places that are the same stay. Gives how many did."""
    new = settling_of(sides)
    if sides.whole != old.sides.whole or (sides.whole and sides.name != old.sides.name):
        return with_typed_of(new, old.keeping_edits()), 0
    decided = {at: old.places[at] for at, choice in enumerate(old.choices) if choice is not None}
    choices: list[Choice | None] = []
    for place in new.places:
        at = next((at for at, one in decided.items() if one == place), None)
        choices.append(None if at is None else old.choices[at])
        if at is not None:
            del decided[at]
    cursor = next((at for at, choice in enumerate(choices) if choice is None), 0)
    kept = sum(choice is not None for choice in choices)
    new = with_typed_of(new, old.keeping_edits(decided))
    return replace(new, choices=tuple(choices), cursor=cursor), kept


def with_typed(settling: Settling, texts: Mapping[int, str]) -> Settling:
    """Give back what was typed for places by their rows; what is beyond the last place goes to that."""
    last, typed = len(settling.choices) - 1, dict[int, str]()
    for row, text in sorted(texts.items()):
        at = min(row, last)
        typed[at] = f"{typed[at]}\n{text}" if at in typed else text
    return replace(settling, typed=tuple(typed.items()))


def with_typed_of(new: Settling, old: Settling) -> Settling:
    """Keep what was typed and not taken: each text at the place that is the same, else at its row."""
    typed: dict[int, str] = {}
    for row, text in old.typed:
        rows = [at for at, place in enumerate(new.places) if place == old.places[row]]
        at = row if not rows or row in rows else rows[0]
        at = min(at, len(new.places) - 1)
        typed[at] = typed.get(at, "") + text
    return replace(new, typed=tuple(typed.items()))


# What happened, in words


def people(users: Sequence[str], me: str) -> str:
    """Name people as the reader knows them."""
    names = ["you" if one == me else visible(one)[:40] for one in users]
    return " and ".join(names[:2] if len(names) < 3 else [names[0], f"{len(names) - 1} others"])


def possessive(who: str) -> str:
    """Say whose something is."""
    return "yours" if who == "you" else f"{who}'s" if who else "the other"


def sides_of_conflict(found: ConflictSides, me: str) -> Sides:
    """Make the sides of a patch's conflict."""
    ours, theirs = people(found.operation.authors, me), people(found.theirs_by, me)
    letter = visible(found.patch.letter)
    where = "the codebase"
    if found.below is not None:
        where = f"patch {visible(found.below.letter)}"
    elif found.revision is not None:
        where = f"revision {visible(found.revision)[:12]}"
    return Sides(
        name=found.conflict.name,
        words=_words(found, ours or "somebody", theirs or "somebody else", where),
        base=found.base,
        ours=found.ours,
        theirs=found.theirs,
        whose=(ours, theirs),
        titles=("base", _joined("ours", f"patch {letter}", ours), _joined("theirs", where, theirs)),
        whole=found.conflict.kind in (ConflictKind.DELETE_UPDATE, ConflictKind.RENAME_RENAME)
        or found.ours is None
        or found.theirs is None,
        stamp=found.conflict,
    )


def sides_of_save(found: UncleanSave, name: str, me: str, told: str, of_tree: bool = False) -> Sides:
    """Make the sides of a save that does not merge: ours is what was typed (R8).

    `told` says who changed it meanwhile; `of_tree` that what was typed was found in the working tree.
    """
    others = people(found.theirs_by, me)
    while_typed = "and it was changed in the working tree" if of_tree else "while you typed"
    return Sides(
        name=name,
        words=f"{told} {while_typed}: nothing is lost, nothing is saved yet",
        base=found.base,
        ours=found.ours,
        theirs=found.theirs,
        whose=("you", others),
        titles=(
            "base, as it was before" if of_tree else "base, shown to you",
            "ours, in the working tree" if of_tree else "ours, typed by you",
            _joined("theirs", "saved meanwhile", others),
        ),
        whole=False,
        stamp=found.digest,
    )


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _words(found: ConflictSides, ours: str, theirs: str, where: str) -> str:
    conflict, op = found.conflict, found.operation
    own, other = possessive(ours), possessive(theirs)
    letter = visible(found.patch.letter)
    new = visible(op.new_name) if isinstance(op, RenameDefinition) else ""
    there = visible(conflict.theirs_name or conflict.name)
    if conflict.kind is ConflictKind.RENAME_RENAME:
        return (
            f"{ours} renamed it to {new}, {theirs} to {there}: ours renames it once more, to {new};"
            f" theirs keeps {there} and drops the operation from {letter}"
        )
    if conflict.kind is ConflictKind.BOTH_ADDED:
        done = (
            f"{ours} renamed it to {new} and {theirs} added {there}"
            if new
            else f"{ours} added it in patch {letter}, {theirs} in {where}"
        )
        return f"{done}: ours puts {own} in the place of {other}, theirs keeps {other}"
    if found.ours is None:
        return (
            f"{ours} deleted it, {theirs} changed it: ours deletes it all the same,"
            f" theirs keeps {other} and drops the deletion from {letter}"
        )
    if found.theirs is None:
        return (
            f"{ours} changed it, {theirs} deleted it: ours adds it again,"
            f" theirs leaves it deleted and drops the change from {letter}"
        )
    return f"{ours} changed it in patch {letter}, {theirs} in {where}"
