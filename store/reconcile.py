"""Pure: what changed in a working tree between two looks at it, definition by definition.

Two trees in, changes out. Which patch a change belongs to is decided in `assignment`, as for any edit (R9).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

from store.ground.containers import FILE
from store.source import texts
from store.source.keys import last_part
from store.source.names import Place
from store.source.orders import displaced, in_order
from store.source.partition import Partition, Piece, PieceKind
from store.source.pieces import gaps, is_import
from store.source.texts import lines_of
from store.source.tree import Tree

ALIKE = 0.6
"""The share of equal lines from which something that went and something that came are one rename."""


_LEAST = 2
"""How many lines a part must have to be told again under another name."""


@dataclass(frozen=True)
class TreeChange:
    """One definition that is not what it was: another text, come, gone, or renamed."""

    name: str | None
    """What it was called; None for one that came."""
    new_name: str | None
    """What it is called; None for one that went."""
    shown: str | None
    """Its text at the earlier look; of a class that was updated its head, else with all its members."""
    text: str | None
    beside: tuple[str, ...] = ()
    """Of blank lines the definitions that they stand between."""
    moved: bool | None = None
    """Whether it has another place among its neighbours; None for a change of something else."""

    @property
    def names(self) -> tuple[str, ...]:
        """What it was and is called, each once."""
        return tuple(dict.fromkeys(name for name in (self.name, self.new_name) if name is not None))


def tree_changes(
    before: Tree, now: Tree, paths: Iterable[str], whole: Iterable[str] = (), committed: Tree | None = None
) -> list[TreeChange]:
    """Give the changes in some files, in the order in which they can be made: gone, renamed, updated, come.

    What comes and is `committed` by that name has come back, and is not another one renamed. A file in
    `whole` (one that the codebase does not have yet), and one that came or went, is one definition:
    `path:<file>`.
    Gaps of nothing but blank lines are left out, see `changed_rests`.
    """
    parts = _Parts(before, now)
    opaque = set(whole)
    for path in sorted(set(paths)):
        was, there = before.exists(path), now.exists(path)
        if not (was and there):
            parts.file(path, was, there)
        elif before.text(path) != now.text(path) or path in before.given:
            cuts = before.partition(path), now.partition(path)
            if path in opaque or any(is_uncut(cut) for cut in cuts):
                parts.updated.append(_of_file(path, before.text(path), now.text(path)))
            else:
                parts.definitions(path, *cuts)
    come_back = {one.name for one in parts.come if committed is not None and committed.find(one.name)}
    return parts.changes(come_back)


def moved_definitions(
    expected: Tree, now: Tree, paths: Iterable[str], fixed: Callable[[str], bool]
) -> list[TreeChange]:
    """Give the fewest definitions that stand in another order than expected: those that were moved.

    What is `fixed` is left where it stands if it can be.
    """
    found: list[TreeChange] = []
    for path in changed_files(expected, now, paths):
        new = now.partition(path)
        places = {piece.key: at for at, piece in enumerate(new.pieces) if piece.kind is not PieceKind.REST}
        names = {
            piece.key: expected.name_of(Place(path, piece.key)) for piece in expected.partition(path).pieces
        }
        movable = {key for key, name in names.items() if not fixed(name)}
        for keys in _siblings(expected.partition(path)).values():
            for key in displaced(keys, places, movable.__contains__):
                text = new.pieces[places[key]].text
                found.append(TreeChange(names[key], names[key], text, text, moved=True))
    return found


def same_order(expected: Tree, now: Tree, name: str) -> bool:
    """Whether a definition and its neighbours stand in the order expected."""
    place, there = expected.find(name), now.find(name)
    if place is None or there is None or place.path != there.path:
        return True
    places = {piece.key: at for at, piece in enumerate(now.partition(place.path).pieces)}
    return all(
        in_order(keys, places)
        for keys in _siblings(expected.partition(place.path)).values()
        if place.key in keys
    )


def _siblings(partition: Partition) -> dict[str, list[str]]:
    """Give the keys of the definitions in each container, in their order."""
    found: dict[str, list[str]] = {}
    for piece in partition.pieces:
        if piece.kind is not PieceKind.REST:
            found.setdefault(piece.container, []).append(piece.key)
    return found


def changed_rests(expected: Tree, now: Tree, paths: Iterable[str]) -> list[TreeChange]:
    """Give the rests that differ, such as the blank lines that somebody set otherwise than usual."""
    files = changed_files(expected, now, paths)
    return [one for path in files for one in _changed_rests(path, expected, now)]


def changed_files(expected: Tree, now: Tree, paths: Iterable[str]) -> list[str]:
    """Give the files that are in both trees and differ, sorted."""
    there = (path for path in sorted(set(paths)) if expected.exists(path) and now.exists(path))
    return [path for path in there if expected.text(path) != now.text(path)]


def _changed_rests(path: str, expected: Tree, now: Tree) -> Iterator[TreeChange]:
    """Give what differs between neighbours that are neighbours in both trees.

    What stands between others goes with the definition that came between them, or went: see `slots`.
    """
    then, there = gaps(expected.partition(path).pieces), gaps(now.partition(path).pieces)
    for gap in (one for one in then if one in there):
        old, new = ({piece.key: piece for piece in found[gap]} for found in (then, there))
        for key in dict.fromkeys((*old, *new)):
            before, after = old.get(key), new.get(key)
            if before is not None and after is not None and before.text == after.text:
                continue
            yield TreeChange(
                None if before is None else expected.name_of(Place(path, key)),
                None if after is None else now.name_of(Place(path, key)),
                None if before is None else before.text,
                None if after is None else after.text,
                _beside(path, key, expected if after is None else now),
            )


def _beside(path: str, key: str, tree: Tree) -> tuple[str, ...]:
    """Give the definitions directly before and behind a rest of blank lines."""
    pieces = tree.partition(path).pieces
    at = next(index for index, piece in enumerate(pieces) if piece.key == key)
    if not texts.is_blank(pieces[at].text):
        return ()
    around = (*pieces[max(at - 1, 0) : at], *pieces[at + 1 : at + 2])
    return tuple(tree.name_of(Place(path, one.key)) for one in around if one.kind is not PieceKind.REST)


def _of_file(path: str, shown: str | None, text: str | None) -> TreeChange:
    name = path + FILE
    return TreeChange(None if shown is None else name, None if text is None else name, shown, text)


def is_uncut(partition: Partition) -> bool:
    """Whether a file is one piece, as it is no text that can be told in definitions."""
    return any(piece.kind is PieceKind.FILE for piece in partition.pieces)


class _Part(NamedTuple):
    """A definition, or a file, that came or went."""

    place: Place
    name: str
    kind: PieceKind
    text: str
    container: str = ""

    @property
    def scope(self) -> tuple[str, str]:
        return self.place.path, self.container


class _Parts:
    """What came, went and stayed, collected file by file."""

    def __init__(self, before: Tree, now: Tree) -> None:
        self.before = before
        self.now = now
        self.updated: list[TreeChange] = []
        self.gone: list[_Part] = []
        self.come: list[_Part] = []

    def file(self, path: str, was: bool, there: bool) -> None:
        place = Place(path, "<file>")
        if was:
            self.gone.append(_Part(place, place.explicit, PieceKind.FILE, self.before.text(path)))
        if there:
            self.come.append(_Part(place, place.explicit, PieceKind.FILE, self.now.text(path)))

    def definitions(self, path: str, old: Partition, new: Partition) -> None:
        old_keys = {piece.key: piece for piece in old.pieces}
        new_keys = {piece.key: piece for piece in new.pieces}
        other_kind = {
            key
            for key, piece in old_keys.items()
            if key in new_keys and _is_class(piece) != _is_class(new_keys[key])
        }
        for key, piece in old_keys.items():
            kept = key in new_keys and key not in other_kind
            if not kept and not _is_between(piece) and not _lies_in(key, old_keys, new_keys, other_kind):
                self._collect(self.gone, self.before, path, piece)
        for key, piece in new_keys.items():
            if _is_between(piece):
                continue
            if key in old_keys and key not in other_kind:
                if old_keys[key] is old.pieces[-1] and piece is not new.pieces[-1] and _is_ended(old, piece):
                    continue
                self._update(path, old_keys[key], piece)
            elif not _lies_in(key, new_keys, old_keys, other_kind):
                self._collect(self.come, self.now, path, piece)
        differing = _changed_rests(path, self.before, self.now)
        self.updated += [one for one in differing if not _same_words(one)]

    def _collect(self, parts: list[_Part], tree: Tree, path: str, piece: Piece) -> None:
        place = Place(path, piece.key)
        name = tree.name_of(place)
        parts.append(_Part(place, name, piece.kind, tree.whole(name) or piece.text, piece.container))

    def _update(self, path: str, old: Piece, new: Piece) -> None:
        if old.text == new.text:
            return
        name = self.now.name_of(Place(path, new.key))
        self.updated.append(TreeChange(name, name, old.text, new.text))

    def changes(self, come_back: Collection[str]) -> list[TreeChange]:
        pairs = self._renames(come_back)
        went = {old.name for old, _ in pairs}
        came = {new.name for _, new in pairs}
        return [
            *(TreeChange(one.name, None, one.text, None) for one in self.gone if one.name not in went),
            *(TreeChange(old.name, new.name, old.text, new.text) for old, new in pairs),
            *self.updated,
            *(TreeChange(None, one.name, None, one.text) for one in self.come if one.name not in came),
        ]

    def _renames(self, come_back: Collection[str]) -> list[tuple[_Part, _Part]]:
        """Pair what went with what came where they are alike, the most alike first."""
        if not self.gone or not self.come:
            return []
        gone = [_Body.of(one) for one in self.gone if one.kind is not PieceKind.REST]
        fresh = [
            _Body.of(one) for one in self.come if one.kind is not PieceKind.REST and one.name not in come_back
        ]
        pairs = [(-1.0, old, new) for old, new in _same_files(gone, fresh)]
        same = {one.name for _, *pair in pairs for one in pair}
        pairs += _alike(*([one for one in bodies if one.part.name not in same] for bodies in (gone, fresh)))
        found: list[tuple[_Part, _Part]] = []
        used: set[str] = set()
        for _, old, new in sorted(pairs, key=lambda pair: (pair[0], pair[1].name, pair[2].name)):
            if old.name not in used and new.name not in used:
                used |= {old.name, new.name}
                found.append((old, new))
        return found


def _is_class(piece: Piece) -> bool:
    return piece.kind is PieceKind.CLASS


def _lies_in(key: str, own: dict[str, Piece], other: dict[str, Piece], other_kind: set[str]) -> bool:
    """Whether a piece comes or goes with a class that does."""
    container = own[key].container
    while container in own:
        if container not in other or container in other_kind:
            return True
        container = own[container].container
    return False


def _is_ended(old: Partition, piece: Piece) -> bool:
    """Whether what a file ended in only got its line end, which it needs where anything follows."""
    return not old.text.endswith("\n") and piece.text in (
        f"{old.pieces[-1].text}{end}" for end in ("\n", "\r\n")
    )


def _is_between(piece: Piece) -> bool:
    """Whether a piece stands between others and is none of its own: blank lines, comments, statements."""
    return piece.kind is PieceKind.REST and not is_import(piece)


def _same_words(change: TreeChange) -> bool:
    """Whether only blank lines differ."""
    shown, text = ((one or "").strip(" \t\r\n") for one in (change.shown, change.text))
    return shown == text


class _Body(NamedTuple):
    """A part's lines counted, but for blank ones and indentation; of a definition the name is left out."""

    part: _Part
    lines: Counter[str]
    size: int

    @classmethod
    def of(cls, part: _Part) -> _Body:
        """Count the lines of a part."""
        lines = [line.strip() for line in lines_of(part.text) if line.strip()]
        if part.kind is not PieceKind.FILE:
            name = last_part(part.name)
            lines = [line.replace(name, "", 1) for line in lines]
        return cls(part, Counter(lines), len(lines))

    @property
    def meets_by(self) -> tuple[object, ...]:
        """What another part shares one of to be this one renamed: elsewhere only the last part counts."""
        kind = self.part.kind
        if kind is PieceKind.FILE:
            return (kind,)
        return (kind, self.part.scope), (kind, last_part(self.part.name))


def _same_files(gone: Iterable[_Body], fresh: Iterable[_Body]) -> list[tuple[_Part, _Part]]:
    """Pair files of just the same lines: moving many costs what they are many, not its square."""
    by_lines: dict[frozenset[tuple[str, int]], list[_Part]] = {}
    for one in sorted(fresh, key=lambda one: one.part.name):
        if one.part.kind is PieceKind.FILE and one.size >= _LEAST:
            by_lines.setdefault(frozenset(one.lines.items()), []).append(one.part)
    found = []
    for old in sorted(gone, key=lambda one: one.part.name):
        same = by_lines.get(frozenset(old.lines.items()), []) if old.part.kind is PieceKind.FILE else []
        if same:
            found.append((old.part, same.pop(0)))
    return found


def _alike(gone: Iterable[_Body], fresh: Iterable[_Body]) -> Iterator[tuple[float, _Part, _Part]]:
    """Give the pairs that are alike, each with the share of equal lines below zero.

    Of the rarest lines, just too many to be all missing from what is alike, that has at least one: only what
    has one is compared.
    """
    having: dict[object, list[_Body]] = {}
    for one in fresh:
        for key in product(one.meets_by, one.lines):
            having.setdefault(key, []).append(one)
    for old in gone:
        found: dict[str, _Body] = {}
        for meets_by in old.meets_by:
            counted = sorted((len(having.get((meets_by, line), ())), line) for line in old.lines)
            spared = old.size - int(old.size * ALIKE)
            for _, line in counted:
                found |= {one.part.name: one for one in having.get((meets_by, line), ())}
                spared -= old.lines[line]
                if spared < 0:
                    break
        for new in found.values():
            longest = max(old.size, new.size)
            if longest < _LEAST or min(old.size, new.size) < longest * ALIKE - 1:
                continue
            likeness = (old.lines & new.lines).total() / longest
            if likeness >= ALIKE and old.part.name != new.part.name:
                yield -likeness, old.part, new.part
