"""One file's pieces while it is changed: replaced, removed, inserted, with the blank lines in between.

Blank lines beside an inserted or removed definition are set by what then stands next to them, never by what
stood there before: that is what makes independent changes give the same file in any order. Rests that hold
more than blank lines are kept, at most the blank lines at their ends change. Which changes are made lives
in `splice`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from store.source.comments import left, taken
from store.source.keys import (
    GivenKeys,
    inside,
    last_part,
    member_prefix,
    parent_of,
    rest_name,
)
from store.source.layout import Layout
from store.source.orders import displaced
from store.source.partition import Partition, Piece, PieceKind, is_cut
from store.source.pieces import Gap, closes, end_of_subtree, gaps, is_gap
from store.source.shapes import cut_alone, shape_of
from store.source.slot import Slot, cut_off, stays
from store.source.texts import ended_as, indent_of, is_blank, lines_of, newline_of, trimmed

BYTE_ORDER_MARK = "\ufeff"

NEW_GAP = "<after ?>"
"""Stands for the key of blank lines put in until their place is settled."""


class Sheet:
    """One file's slots. `remove` and `insert` keep the rest of the file as it is."""

    def __init__(self, path: str, partition: Partition | None, layout: Layout | None = None) -> None:
        """`partition` is None for a file that is not there yet; `layout` is followed where it can be."""
        self.path = path
        self.layout = layout
        self.shape = shape_of(path)
        pieces = partition.pieces if partition else ()
        text = partition.text if partition else ""
        self.newline = newline_of(text)
        self.slots = [
            Slot(piece.key, piece.kind, piece.text, piece.binds, piece.container) for piece in pieces
        ]
        self.parses = partition.parses if partition else True
        self.mark = ""
        if self.slots and self.slots[0].text.startswith(BYTE_ORDER_MARK) and is_cut(path):
            self.mark = BYTE_ORDER_MARK
            self.slots[0].text = self.slots[0].text[1:]
        self._before = {slot.key: slot.text for slot in self.slots}
        self._neighbours = frozenset() if layout is None else frozenset(gaps(self.slots))

    def slot(self, key: str) -> Slot | None:
        """The slot of this key, else the first that binds it."""
        found = None
        for slot in self.slots:
            if slot.key == key:
                return slot
            if found is None and key in slot.binds:
                found = slot
        return found

    def partition(self) -> Partition | None:
        """The file as it is now; None where nothing is left, and no layout says that it is to be there."""
        if self.layout is not None:
            self._follow(self.layout)
        self._end_lines()
        pieces: list[Piece] = []
        keys = GivenKeys()
        for slot in self.slots:
            if slot.text:
                text = slot.text if pieces else self.mark + slot.text
                key = keys.give(self._gap_key(slot, pieces) if slot.key.endswith(NEW_GAP) else slot.key)
                binds = (key, *(bind for bind in slot.binds if bind not in (key, slot.key)))
                pieces.append(Piece(key, slot.kind, text, binds, indent_of(text), slot.container))
        if not any(piece.text.strip(" \t\r\n" + BYTE_ORDER_MARK) for piece in pieces):
            return None if self.layout is None else Partition((), self.parses)
        return Partition(tuple(pieces), self.parses)

    def _follow(self, layout: Layout) -> None:
        """Set what stands between new neighbours as it is between them in the layout, if it has them so."""
        known = {gap.container for gap in self._neighbours}
        for gap, rests in gaps(self.slots).items():
            wanted = layout.gaps.get(gap)
            if wanted is not None and gap not in self._neighbours and gap.container in known:
                self._fill(gap, rests, wanted)
        for slot, words in left(self.slots, self._before, layout):
            slot.text = words + slot.text
        for slot, words in taken(self.slots, self._before, layout):
            slot.text = slot.text.removeprefix(words)
        self._end_as(layout)

    def _end_as(self, layout: Layout) -> None:
        """Leave out the last line's end where the file ends in something new, as it does in the layout."""
        last = self.slots[-1] if self.slots else None
        if (
            last is None
            or layout.unended != last.key
            or Gap(last.container, last.key, "") in self._neighbours
        ):
            return
        last.text = last.text.rstrip("\r\n")

    def _fill(self, gap: Gap, rests: list[Slot], wanted: Sequence[Piece]) -> None:
        """Put other rests between two neighbours."""
        for rest in rests:
            self.slots.remove(rest)
        left = self.slot(gap.left or gap.container) if gap.left or gap.container else None
        position = self._behind(left, gap.container)
        self.slots[position:position] = [
            Slot(
                one.key,
                one.kind,
                self._with_newlines(one.text.removeprefix(self.mark)),
                one.binds,
                gap.container,
            )
            for one in wanted
        ]

    @staticmethod
    def _gap_key(gap: Slot, pieces: list[Piece]) -> str:
        """The key of blank lines that were put behind the last of `pieces` in their container."""
        before = next((piece.key for piece in reversed(pieces) if piece.container == gap.container), "")
        part = f"<after {rest_name(before)}>" if before else "<doc>"
        return inside(gap.container, part)

    def _end_lines(self) -> None:
        """A piece that lost its place at the file's end gets the file's newline."""
        filled = [slot for slot in self.slots if slot.text]
        for slot in filled[:-1]:
            if not slot.text.endswith("\n"):
                slot.text += self.newline

    def subtree(self, slot: Slot) -> tuple[int, int]:
        """The first index and the one behind the last of a slot and, of a class, all that it holds."""
        start = self.slots.index(slot)
        return start, end_of_subtree(self.slots, start)

    def members(self, container: str) -> list[Slot]:
        """The definitions, classes and imports that stand directly in a container."""
        return [slot for slot in self.slots if slot.is_sibling and slot.container == container]

    def replace(self, slot: Slot, text: str) -> None:
        """Give a piece another text; of a class only the head changes, where the text is a head's."""
        if slot is self.slots[0]:
            text = text.removeprefix(self.mark)
        if text == slot.text:
            return
        is_class = slot.kind is PieceKind.CLASS
        if slot.kind is PieceKind.UNCUT or (is_class and self._is_whole(text, slot.container)):
            self.replace_whole(slot, text, slot.key)
            return
        if slot.kind in (PieceKind.DEFINITION, PieceKind.CLASS):
            text = self._fitted(text, self.shape.code_indent(slot.text))
            if slot is self.slots[-1]:
                text = ended_as(slot.text, text, self.newline)
            if is_class and self.subtree(slot)[1] - self.slots.index(slot) > 1:
                text = self.shape.beside_members(text, slot.text, self.newline)
        else:
            text = self._with_newlines(text)
        slot.text = text

    def _is_whole(self, text: str, container: str) -> bool:
        """Whether a text is no class's head: it brings members along, or is no class's at all."""
        partition = cut_alone(self.path, text, member=bool(container))
        heads = [piece for piece in partition.pieces if not piece.container]
        if not partition.parses or len(heads) != 1:
            return False
        members = [one for one in partition.pieces if one.container and one.kind is not PieceKind.REST]
        return heads[0].kind is not PieceKind.CLASS or bool(members)

    def replace_whole(self, slot: Slot, text: str, key: str) -> None:
        """Give a definition another text and key; a class loses the members that it had."""
        start, end = self.subtree(slot)
        last = self.slots[end - 1]
        text = self._fitted(text, self.shape.code_indent(slot.text))
        if last is self.slots[-1]:
            text = ended_as(last.text, text, self.newline)
        self.slots[start:end] = self._cut(text, key, slot.container)

    def _cut(self, text: str, key: str, container: str) -> list[Slot]:
        """The slots of a definition's text; one alone where it can't be told what it holds."""
        partition = cut_alone(self.path, text, member=bool(container))
        heads = [piece for piece in partition.pieces if not piece.container]
        if len(heads) != 1 or not partition.parses:
            return [Slot(key, PieceKind.DEFINITION, text, (key,), container)]
        old, new = member_prefix(heads[0].key), member_prefix(key)
        lines, slots = lines_of(text), []
        keys = {"": container, heads[0].key: key}
        row = 0
        for piece in partition.pieces:
            binds = tuple(
                keys.get(bind)
                or (new + bind[len(old) :] if bind.startswith(old + ".") else inside(container, bind))
                for bind in piece.binds
            )
            keys[piece.key] = binds[0]
            rows = "".join(lines[row : row + len(lines_of(piece.text))])
            row += len(lines_of(piece.text))
            slots.append(Slot(binds[0], piece.kind, rows, binds, keys[piece.container]))
        return slots

    def _with_newlines(self, text: str) -> str:
        if self.newline == "\r\n" and "\r\n" not in text:
            return text.replace("\n", "\r\n")
        return text

    def _fitted(self, text: str, indent: str) -> str:
        """A definition's text as it stands in the file: trimmed, indented, with the file's newlines."""
        text = self._with_newlines(self.shape.reindented(trimmed(text), indent))
        return text if text.endswith("\n") or not text else text + self.newline

    def _member_indent(self, container: str) -> str:
        if not container:
            return ""
        members = self.members(container)
        if members:
            return self.shape.code_indent(members[0].text)
        head = self.slot(container)
        return self.shape.member_indent(head.text) if head else ""

    def insert(
        self, key: str, text: str, container: str, anchor: Slot | None, at_start: bool = False
    ) -> None:
        """Put a definition into a container, empty for the top, behind `anchor` (a sibling or the class).

        From there it moves on past directly following definitions that come before it: constants before
        functions and classes, then by last part.
        Without an anchor it goes behind the container's last definition, or with `at_start` to the start.
        """
        head = self.slot(container) if container else None
        beside = next((slot.text for slot in self.members("")), None)
        text = self.shape.at_level(text, head.text if head else None, beside)
        text = self._fitted(text, self._member_indent(container))
        if head is not None and not self.members(container):
            self._open(head)
        fresh = self._cut(text, key, container)
        if self.layout is not None and self.layout.knows(key):
            self._seat(fresh, self._parted(self.layout, key, container), head)
            return
        left = anchor if anchor is not None or at_start else self._last(container, key)
        if self.shape.is_open_ended and not container and fresh[0].kind is not PieceKind.CLASS:
            left = self._before_classes(left)
        if left is None and head is not None:
            left = head
        left = self._moved_on(left, container, key, text)
        self._seat(fresh, left, head)

    def move(self, keys: Collection[str]) -> None:
        """Put definitions where the file's layout has them among their neighbours, if there is one.

        They are moved where they, rather than others, are among the fewest that stand in another order there.
        """
        if self.layout is None:
            return
        places = self.layout.places
        for container in dict.fromkeys(slot.container for slot in self.slots if slot.key in keys):
            siblings = [one.key for one in self.members(container)]
            loose = self.layout.loose.union(keys)
            found = [key for key in displaced(siblings, places, loose.__contains__) if key in keys]
            taken = {key: self._taken(key) for key in sorted(found, key=places.__getitem__)}
            head = self.slot(container) if container else None
            for key, fresh in taken.items():
                self._seat(fresh, self._parted(self.layout, key, container), head)

    def _taken(self, key: str) -> list[Slot]:
        """Take a definition out, and give its slots."""
        slot = next(one for one in self.slots if one.key == key)
        start, end = self.subtree(slot)
        fresh = self.slots[start:end]
        self.remove(slot)
        self._neighbours -= {gap for gap in self._neighbours if key in (gap.left, gap.right)}
        return fresh

    def _parted(self, layout: Layout, key: str, container: str) -> Slot | None:
        """What a definition stands behind by the layout; a run of imports that goes on behind it is cut."""
        left = self._laid_out(layout, key, container)
        beyond = None if left is None else cut_off(left, layout, key)
        if left is not None and beyond is not None:
            self.slots.insert(self.slots.index(left) + 1, beyond)
        return left

    def _laid_out(self, layout: Layout, key: str, container: str) -> Slot | None:
        """What a definition stands behind by the layout: the nearest before it that is in place here."""
        siblings = [one.key for one in self.members(container)]
        kept = {*siblings}.difference(displaced(siblings, layout.places, layout.loose.__contains__))
        for before in layout.before(key):
            slot = self.slot(before)
            if slot is None or (slot.key != container and slot.container != container):
                continue
            left, _ = self._leftwards(self.slots.index(slot), container, None)
            if slot.key == container or stays(slot, left, kept):
                return slot
        return self.slot(container) if container else None

    def _before_classes(self, left: Slot | None) -> Slot | None:
        """What a definition stands behind that can't stand behind a class."""
        siblings = self.members("")
        first = next((at for at, one in enumerate(siblings) if one.kind is PieceKind.CLASS), len(siblings))
        if left is None or left not in siblings[first:]:
            return left
        return siblings[first - 1] if first else None

    def _open(self, head: Slot) -> None:
        """Make room for a class's first member."""
        head.kind = PieceKind.CLASS
        head.text, closing = self.shape.with_room(head.text, self.newline)
        if closing:
            key = inside(head.key, "<tail>")
            position = self.subtree(head)[1]
            self.slots.insert(position, Slot(key, PieceKind.REST, closing, (key,), head.key))

    def insert_rest(self, key: str, text: str) -> None:
        """Put a rest piece where its key says, as it is: `<doc>`, `<after NAME>`, `<tail>`."""
        before = last_part(key).partition("#")[0].removeprefix("<after ").removesuffix(">")
        prefix = parent_of(key)
        head = next((slot for slot in self.slots if slot.key == prefix or slot.is_holder_of(prefix)), None)
        container = head.key if head else ""
        beside = [one for one in self.slots if one.container == container and rest_name(one.key) == before]
        position = len(self.slots)
        if last_part(key) == "<doc>":
            position = self.slots.index(head) + 1 if head else 0
        elif beside:
            position = self.subtree(beside[0])[1]
        elif self.layout is not None and self.layout.knows(key):
            position = self._behind(self._laid_out(self.layout, key, container), container)
            if self._gap_and_right(position, container)[0] is not None:
                del self.slots[position]
        elif head:
            position = self.subtree(head)[1]
        text = self._with_newlines(text)
        text = text if text.endswith("\n") else text + self.newline
        self.slots.insert(position, Slot(key, PieceKind.REST, text, (key,), container))

    def _last(self, container: str, key: str) -> Slot | None:
        """Behind what a new definition goes that was given no anchor."""
        members = self.members(container)
        if members and not last_part(key).startswith("<import>"):
            return members[-1]
        if not container and self.slots and self.slots[0].kind is PieceKind.REST:
            first = self.slots[0]
            return None if is_gap(first) or first.is_import else first
        return None

    def _behind(self, left: Slot | None, container: str) -> int:
        if left is None:
            return 0
        return self.slots.index(left) + 1 if left.key == container else self.subtree(left)[1]

    def _gap_and_right(self, position: int, container: str) -> tuple[Slot | None, Slot | None]:
        """The blank lines at a position and the sibling directly behind them, either None."""
        behind = self.slots[position : position + 2]
        gap = behind[0] if behind and is_gap(behind[0]) and behind[0].container == container else None
        rest = behind[1:] if gap else behind[:1]
        right = rest[0] if rest and rest[0].is_sibling and rest[0].container == container else None
        return gap, right

    def _moved_on(self, left: Slot | None, container: str, key: str, text: str) -> Slot | None:
        """The last of the definitions directly behind `left` that an added one lets go first."""
        own = (self.shape.is_large(text), last_part(key))
        while True:
            _, right = self._gap_and_right(self._behind(left, container), container)
            if right is None or right.is_import or self._order(right) >= own:
                return left
            left = right

    def _order(self, slot: Slot) -> tuple[bool, str]:
        """How added definitions are ordered: constants first, then functions and classes, by last part."""
        return self.shape.is_large(slot.text), last_part(slot.key)

    def _seat(self, fresh: list[Slot], left: Slot | None, head: Slot | None) -> None:
        """Put slots behind `left`, with the blank lines on both sides."""
        container = head.key if head else ""
        position = self._behind(left, container)
        gap, right = self._gap_and_right(position, container)
        before = 0
        if left is head and head is not None:
            if gap is not None:
                position, gap = position + 1, None
            else:
                before = self.shape.lines_before_first_member(head.text)
        elif left is not None and left.kind is PieceKind.REST and not left.is_import:
            left.text = self._ending(left.text, self._lines_between(left, fresh[0], container))
        elif left is not None:
            before = self._lines_between(left, fresh[0], container)
        added = [self._gap(container, before), *fresh] if before else [*fresh]
        if right is not None:
            after = self._lines_between(fresh[0], right, container)
            if gap is None:
                added.append(self._gap(container, after))
            else:
                gap.text = self.newline * after
        self.slots[position:position] = added

    def _gap(self, container: str, lines: int) -> Slot:
        key = inside(container, NEW_GAP)
        return Slot(key, PieceKind.REST, self.newline * lines, (key,), container)

    def _ending(self, text: str, lines: int) -> str:
        """A rest's text with so many blank lines at its end."""
        kept = text.rstrip(" \t\r\n")
        return kept + self.newline * (lines + 1) if kept else self.newline * lines

    def _lines_between(self, left: Slot, right: Slot, container: str) -> int:
        """How many blank lines stand between two neighbours: as laid out, else as usual for such two."""
        known = self.layout.lines_between(left.key, right.key) if self.layout is not None else None
        return self._blank_lines(left, right, container) if known is None else known

    def _blank_lines(self, left: Slot, right: Slot, container: str) -> int:
        """How many blank lines stand between two neighbours: only what they are decides."""
        if self.shape.is_large(left.text) or self.shape.is_large(right.text):
            return self.shape.lines_between(bool(container))
        sides = [slot.kind is PieceKind.REST for slot in (left, right)]
        return 1 if any(sides) and not (left.is_import and right.is_import) else 0

    def remove(self, slot: Slot) -> Slot | None:
        """Take a definition out, of a class all of it, and say what stands before it now (None: nothing)."""
        container = slot.container
        head = self.slot(container) if container else None
        indent = self.shape.code_indent(slot.text)
        start, end = self.subtree(slot)
        del self.slots[start:end]
        left, before = self._leftwards(start, container, head)
        after, right = self._rightwards(start, container)
        self._close(left, head, before, after, right)
        if head is not None and not self.members(container):
            first, last = self.subtree(head)
            whole = "".join(slot.text for slot in self.slots[first:last])
            head.text = self.shape.without_members(head.text, whole, indent, self.newline)
        return left

    def _leftwards(self, start: int, container: str, head: Slot | None) -> tuple[Slot | None, list[Slot]]:
        """The sibling or class before a position, and the rests up to there."""
        rests: list[Slot] = []
        for position in range(start - 1, -1, -1):
            slot = self.slots[position]
            if slot is head:
                return head, rests
            if slot.container == container:
                if slot.is_sibling:
                    return slot, rests
                rests.insert(0, slot)
        return None, rests

    def _rightwards(self, start: int, container: str) -> tuple[list[Slot], Slot | None]:
        """The rests behind a position, and the sibling that follows them."""
        rests: list[Slot] = []
        for slot in self.slots[start:]:
            if slot.container != container or closes(slot):
                break
            if slot.is_sibling:
                return rests, slot
            rests.append(slot)
        return rests, None

    def _close(
        self, left: Slot | None, head: Slot | None, before: list[Slot], after: list[Slot], right: Slot | None
    ) -> None:
        """Set the blank lines where a definition was taken out from between `before` and `after`."""
        container = head.key if head else ""
        follows = next((rest for rest in after if not is_gap(rest)), None)
        if any(not is_gap(rest) for rest in before):
            while is_gap(before[-1]):
                self.slots.remove(before.pop())
            self._end_rest(before[-1], after, follows or right, container)
            return
        if follows is not None:
            needs_line = left is not None and not is_blank(lines_of(after[0].text)[0])
            self._only_gap(before, after[0], int(needs_line), container)
        elif right is None:
            self._only_gap(before, None, 0, container)
        elif left is head and head is not None:
            self._only_gap(
                after, right, 0 if before else self.shape.lines_before_first_member(head.text), container
            )
        else:
            lines = self._lines_between(left, right, container) if left is not None else 0
            self._only_gap([*before, *after], right, lines, container)

    def _end_rest(self, rest: Slot, after: list[Slot], right: Slot | None, container: str) -> None:
        """Set the blank lines at the end of a rest behind which a definition was taken out."""
        lines = 0
        if right in after:
            lines = int(not is_blank(lines_of(after[0].text)[0]))
        elif right is not None:
            lines = self._lines_between(rest, right, container)
            self._only_gap(after, None, 0, container)
        rest.text = self._ending(rest.text, lines)

    def _only_gap(self, gaps: list[Slot], right: Slot | None, lines: int, container: str) -> None:
        for gap in gaps:
            self.slots.remove(gap)
        if lines and right is not None:
            self.slots.insert(self.slots.index(right), self._gap(container, lines))
