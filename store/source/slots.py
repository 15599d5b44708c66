"""One file's pieces while it is changed: replaced, removed, inserted, with the blank lines in between.

Blank lines beside an inserted or removed definition are set by what then stands next to them, never by what
stood there before: that is what makes independent changes give the same file in any order. Rests that hold
more than blank lines are kept, at most the blank lines at their ends change. Which changes are made lives
in `splice`.
"""

from __future__ import annotations

from dataclasses import dataclass

from store.source import shape
from store.source.names import last_part, parent_of
from store.source.partition import Partition, Piece, PieceKind, cut, is_cut
from store.source.texts import indent_of, is_blank, lines_of, newline_of

BYTE_ORDER_MARK = "\ufeff"

NEW_GAP = "<after ?>"
"""Stands for the key of blank lines put in until their place is settled."""


@dataclass(eq=False, slots=True)
class Slot:
    """A piece that can change; compared by identity."""

    key: str
    kind: PieceKind
    text: str
    binds: tuple[str, ...]

    @property
    def container(self) -> str:
        """The key of the class that it stands in; empty at the top."""
        return parent_of(self.key)

    @property
    def is_import(self) -> bool:
        """Whether it is a run of import statements."""
        return self.key.startswith("<import>")

    @property
    def is_sibling(self) -> bool:
        """Whether others can stand beside it: a definition, a class, imports."""
        return self.kind in (PieceKind.DEFINITION, PieceKind.CLASS) or self.is_import

    @property
    def is_gap(self) -> bool:
        """Whether it is only blank lines."""
        return self.kind is PieceKind.REST and is_blank(self.text)


class Sheet:
    """One file's slots. `remove` and `insert` keep the rest of the file as it is."""

    def __init__(self, path: str, partition: Partition | None) -> None:
        """`partition` is None for a file that is not there yet."""
        self.path = path
        pieces = partition.pieces if partition else ()
        text = partition.text if partition else ""
        self.newline = newline_of(text)
        self.slots = [Slot(piece.key, piece.kind, piece.text, piece.binds) for piece in pieces]
        self.parses = partition.parses if partition else True
        self.mark = ""
        if self.slots and self.slots[0].text.startswith(BYTE_ORDER_MARK) and is_cut(path):
            self.mark = BYTE_ORDER_MARK
            self.slots[0].text = self.slots[0].text[1:]

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
        """The file as it is now; None where no definition and nothing else is left."""
        self._end_lines()
        pieces: list[Piece] = []
        keys: set[str] = set()
        for slot in self.slots:
            if slot.text:
                text = slot.text if pieces else self.mark + slot.text
                key = self._rest_key(pieces, keys) if slot.key.endswith(NEW_GAP) else slot.key
                keys.add(key)
                binds = (key, *(bind for bind in slot.binds if bind not in (key, slot.key)))
                pieces.append(Piece(key, slot.kind, text, binds, indent_of(text)))
        if not any(piece.text.strip(" \t\r\n" + BYTE_ORDER_MARK) for piece in pieces):
            return None
        return Partition(tuple(pieces), self.parses)

    @staticmethod
    def _rest_key(pieces: list[Piece], keys: set[str]) -> str:
        """The key of blank lines that were put behind the last of `pieces`."""
        before = pieces[-1].key if pieces else ""
        container = parent_of(before)
        last = last_part(before).strip("<>")
        base = f"{container}.<after {last}>" if container else f"<after {last}>"
        key, count = base, 1
        while key in keys:
            count += 1
            key = f"{base}#{count}"
        return key

    def _end_lines(self) -> None:
        """A piece that lost its place at the file's end gets the file's newline."""
        filled = [slot for slot in self.slots if slot.text]
        for slot in filled[:-1]:
            if not slot.text.endswith("\n"):
                slot.text += self.newline

    def subtree(self, slot: Slot) -> tuple[int, int]:
        """The first index and the one behind the last of a slot and, of a class, all that it holds."""
        start = end = self.slots.index(slot)
        end += 1
        while slot.kind is PieceKind.CLASS and end < len(self.slots):
            if not self.slots[end].key.startswith(slot.key + "."):
                break
            end += 1
        return start, end

    def members(self, container: str) -> list[Slot]:
        """The definitions, classes and imports that stand directly in a container."""
        return [slot for slot in self.slots if slot.is_sibling and slot.container == container]

    def replace(self, slot: Slot, text: str) -> None:
        """Give a piece another text; of a class only the head changes."""
        text = text.removeprefix(self.mark)
        if text == slot.text:
            return
        if slot.kind in (PieceKind.DEFINITION, PieceKind.CLASS):
            text = self._fitted(text, shape.code_indent(slot.text))
            if slot is self.slots[-1] and not slot.text.endswith("\n"):
                text = text.rstrip("\r\n")
            if slot.kind is PieceKind.CLASS and self.subtree(slot)[1] - self.slots.index(slot) > 1:
                head = shape.class_head(text)
                if head.on_header_line or (
                    head.is_placeholder and not shape.class_head(slot.text).is_placeholder
                ):
                    text = shape.head_for_members(text, self.newline)
        else:
            text = self._with_newlines(text)
        slot.text = text

    def replace_whole(self, slot: Slot, text: str, key: str) -> None:
        """Give a definition another text and key; a class loses the members that it had."""
        start, end = self.subtree(slot)
        last = self.slots[end - 1]
        text = self._fitted(text, shape.code_indent(slot.text))
        if last is self.slots[-1] and not last.text.endswith("\n"):
            text = text.rstrip("\r\n")
        self.slots[start:end] = self._cut(text, key)

    def _cut(self, text: str, key: str) -> list[Slot]:
        """The slots of a definition's text; one alone where it can't be told what it holds."""
        partition = cut(self.path, shape.reindented(text, ""))
        heads = [piece for piece in partition.pieces if "." not in piece.key]
        if len(heads) != 1 or not partition.parses:
            return [Slot(key, PieceKind.DEFINITION, text, (key,))]
        old, prefix = heads[0].key, key[: len(key) - len(last_part(key))]
        lines, slots = lines_of(text), []
        row = 0
        for piece in partition.pieces:
            binds = tuple(
                key + bind[len(old) :] if bind == old or bind.startswith(old + ".") else prefix + bind
                for bind in piece.binds
            )
            rows = len(lines_of(piece.text))
            slots.append(Slot(binds[0], piece.kind, "".join(lines[row : row + rows]), binds))
            row += rows
        return slots

    def _with_newlines(self, text: str) -> str:
        if self.newline == "\r\n" and "\r\n" not in text:
            return text.replace("\n", "\r\n")
        return text

    def _fitted(self, text: str, indent: str) -> str:
        """A definition's text as it stands in the file: trimmed, indented, with the file's newlines."""
        text = self._with_newlines(shape.reindented(shape.trimmed(text), indent))
        return text if text.endswith("\n") or not text else text + self.newline

    def _member_indent(self, container: str) -> str:
        if not container:
            return ""
        members = self.members(container)
        if members:
            return shape.code_indent(members[0].text)
        head = self.slot(container)
        return shape.class_head(head.text).indent if head else ""

    def insert(self, key: str, text: str, anchor: Slot | None, at_start: bool = False) -> None:
        """Put a definition into the container that its key names, behind `anchor` (a sibling or the class).

        From there it moves on past directly following definitions that come before it: constants before
        functions and classes, then by last part.
        Without an anchor it goes behind the container's last definition, or with `at_start` to the start.
        """
        container = parent_of(key)
        head = self.slot(container) if container else None
        text = self._fitted(text, self._member_indent(container))
        if head is not None and not self.members(container):
            head.text = shape.head_for_members(head.text, self.newline)
        left = anchor if anchor is not None or at_start else self._last(container, key)
        if left is None and head is not None:
            left = head
        left = self._moved_on(left, container, key, text)
        self._seat(self._cut(text, key), left, head)

    def insert_rest(self, key: str, text: str) -> None:
        """Put a rest piece where its key says, as it is: `<doc>`, `<after NAME>`, `<tail>`."""
        before = last_part(key).removeprefix("<after ").removesuffix(">")
        container = parent_of(key)
        sibling = self.slot(f"{container}.{before}" if container else before)
        position = len(self.slots)
        if last_part(key) == "<doc>":
            head = self.slot(container) if container else None
            position = self.slots.index(head) + 1 if head else 0
        elif sibling is not None:
            position = self.subtree(sibling)[1]
        text = self._with_newlines(text)
        text = text if text.endswith("\n") else text + self.newline
        self.slots.insert(position, Slot(key, PieceKind.REST, text, (key,)))

    def _last(self, container: str, key: str) -> Slot | None:
        """Behind what a new definition goes that was given no anchor."""
        members = self.members(container)
        if members and not last_part(key).startswith("<import>"):
            return members[-1]
        if not container and self.slots and self.slots[0].kind is PieceKind.REST:
            first = self.slots[0]
            return None if first.is_gap or first.is_import else first
        return None

    def _behind(self, left: Slot | None, container: str) -> int:
        if left is None:
            return 0
        return self.slots.index(left) + 1 if left.key == container else self.subtree(left)[1]

    def _gap_and_right(self, position: int, container: str) -> tuple[Slot | None, Slot | None]:
        """The blank lines at a position and the sibling directly behind them, either None."""
        behind = self.slots[position : position + 2]
        gap = behind[0] if behind and behind[0].is_gap and behind[0].container == container else None
        rest = behind[1:] if gap else behind[:1]
        right = rest[0] if rest and rest[0].is_sibling and rest[0].container == container else None
        return gap, right

    def _moved_on(self, left: Slot | None, container: str, key: str, text: str) -> Slot | None:
        """The last of the definitions directly behind `left` that an added one lets go first."""
        own = (shape.is_large(text), last_part(key))
        while True:
            _, right = self._gap_and_right(self._behind(left, container), container)
            if right is None or right.is_import or self._order(right) >= own:
                return left
            left = right

    @staticmethod
    def _order(slot: Slot) -> tuple[bool, str]:
        """How added definitions are ordered: constants first, then functions and classes, by last part."""
        return shape.is_large(slot.text), last_part(slot.key)

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
                before = _first_lines(head)
        elif left is not None and left.kind is PieceKind.REST and not left.is_import:
            left.text = self._ending(left.text, self._blank_lines(left, fresh[0], container))
        elif left is not None:
            before = self._blank_lines(left, fresh[0], container)
        added = [self._gap(container, before), *fresh] if before else [*fresh]
        if right is not None:
            after = self._blank_lines(fresh[0], right, container)
            if gap is None:
                added.append(self._gap(container, after))
            else:
                gap.text = self.newline * after
        self.slots[position:position] = added

    def _gap(self, container: str, lines: int) -> Slot:
        key = f"{container}.{NEW_GAP}" if container else NEW_GAP
        return Slot(key, PieceKind.REST, self.newline * lines, (key,))

    def _ending(self, text: str, lines: int) -> str:
        """A rest's text with so many blank lines at its end."""
        kept = text.rstrip(" \t\r\n")
        return kept + self.newline * (lines + 1) if kept else self.newline * lines

    @staticmethod
    def _blank_lines(left: Slot, right: Slot, container: str) -> int:
        """How many blank lines stand between two neighbours: only what they are decides."""
        if shape.is_large(left.text) or shape.is_large(right.text):
            return 1 if container else 2
        sides = [slot.kind is PieceKind.REST for slot in (left, right)]
        return 1 if any(sides) and not (left.is_import and right.is_import) else 0

    def remove(self, slot: Slot) -> Slot | None:
        """Take a definition out, of a class all of it, and say what stands before it now (None: nothing)."""
        container = slot.container
        head = self.slot(container) if container else None
        indent = shape.code_indent(slot.text)
        start, end = self.subtree(slot)
        del self.slots[start:end]
        left, before = self._leftwards(start, container, head)
        after, right = self._rightwards(start, container)
        self._close(left, head, before, after, right)
        if head is not None and not self.members(container):
            first, last = self.subtree(head)
            if not shape.class_head("".join(slot.text for slot in self.slots[first:last])).body.strip():
                head.text = shape.head_without_members(head.text, indent, self.newline)
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
            elif not slot.key.startswith(container):
                break
        return None, rests

    def _rightwards(self, start: int, container: str) -> tuple[list[Slot], Slot | None]:
        """The rests behind a position, and the sibling that follows them."""
        rests: list[Slot] = []
        for slot in self.slots[start:]:
            if slot.container != container:
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
        follows = next((rest for rest in after if not rest.is_gap), None)
        if any(not rest.is_gap for rest in before):
            while before[-1].is_gap:
                self.slots.remove(before.pop())
            self._end_rest(before[-1], after, follows or right, container)
            return
        if follows is not None:
            needs_line = left is not None and not is_blank(lines_of(after[0].text)[0])
            self._only_gap(before, after[0], int(needs_line), container)
        elif right is None:
            self._only_gap(before, None, 0, container)
        elif left is head and head is not None:
            self._only_gap(after, right, 0 if before else _first_lines(head), container)
        else:
            lines = self._blank_lines(left, right, container) if left is not None else 0
            self._only_gap([*before, *after], right, lines, container)

    def _end_rest(self, rest: Slot, after: list[Slot], right: Slot | None, container: str) -> None:
        """Set the blank lines at the end of a rest behind which a definition was taken out."""
        lines = 0
        if right in after:
            lines = int(not is_blank(lines_of(after[0].text)[0]))
        elif right is not None:
            lines = self._blank_lines(rest, right, container)
            self._only_gap(after, None, 0, container)
        rest.text = self._ending(rest.text, lines)

    def _only_gap(self, gaps: list[Slot], right: Slot | None, lines: int, container: str) -> None:
        for gap in gaps:
            self.slots.remove(gap)
        if lines and right is not None:
            self.slots.insert(self.slots.index(right), self._gap(container, lines))


def _first_lines(head: Slot) -> int:
    """How many blank lines stand before a class's first member: one behind a docstring."""
    return int(bool(shape.class_head(head.text).body.strip()))
