"""Changes of definitions spliced into a tree's files.

Every byte that no change touches stays, except blank lines beside what was added or removed (see `slots`).
All changes are located in the tree as it is, then made at once, so two definitions can swap their names.
What a change adds inside something that another change adds follows in a second round.

Independent changes give the same files in any order: adds of distinct names that stand after what is there,
with updates (that keep a definition's kind) and deletions of others. Not so where one change deletes the
anchor of another, or the definition before which another's add stopped, or edits the rest or the class's
head that an add stands beside; the result is sound then too, only its order or blank lines can differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from store.errors import Code, PatchbayError
from store.source.keys import IMPL, last_part, member_prefix, parent_of, unnumbered
from store.source.languages import walked_language
from store.source.names import begun_by, candidate_places, check_name, module_paths
from store.source.partition import Partition, PieceKind, is_cut
from store.source.pieces import is_gap
from store.source.places import container_for
from store.source.saved import as_it_stands, cut_saved
from store.source.shapes import rename_text
from store.source.slot import Slot
from store.source.slots import Sheet
from store.source.texts import MODE, indent_of

if TYPE_CHECKING:
    from store.source.tree import Tree

__all__ = ["Change", "as_it_stands", "cut_saved", "leads_to", "rename_text", "spliced"]


class Change(NamedTuple):
    """One change of one definition.

    Updated: both names are the same, `text` is the new text, of a class its head. Deleted: no `new_name`; a
    class goes with its members. Added: no `name`; a class's text holds its members. Renamed or moved: two
    different names, `text` is the whole new text.
    """

    name: str | None
    new_name: str | None
    text: str | None
    after: str | None = None
    """The full name of what an added or moved definition stands behind: a sibling, or the class itself.

    Or the file, `path:<file>`, that it is to be in where its name alone leads to another one.
    """
    moved: bool = False
    """Whether an updated one goes to the place among its neighbours that the file's layout gives it."""


@dataclass(slots=True)
class _Addition:
    name: str
    path: str
    key: str
    text: str
    container: str
    after: str | None
    anchor: Slot | None = None


def spliced(tree: Tree, changes: Sequence[Change]) -> Mapping[str, Partition | str | None]:
    """The files that the changes make: cut, or as the text of one that is a whole; None for one that goes.

    Raises INVALID_NAME for a name that can't be added where it says, NOT_FOUND for a change of something
    that is not there, NAME_TAKEN for adding or renaming to a name that is in use.
    """
    now, later = _rounds(tree, changes)
    done = _Round(tree).make(now)
    if not later:
        return done
    following = tree.with_partitions(done)
    return {**done, **spliced(following, later)}


def leads_to(tree: Tree, name: str) -> str | None:
    """The path of the file that a new definition of this name gets into; None where it can't be added."""
    try:
        return _Round(tree).destination(name, None)[0]
    except PatchbayError:
        return None


def _rounds(tree: Tree, changes: Sequence[Change]) -> tuple[list[Change], list[Change]]:
    """The changes that can be made at once, and those that need what these add."""
    new = {change.new_name for change in changes if change.new_name and change.new_name != change.name}
    now: list[Change] = []
    later: list[Change] = []
    for change in changes:
        name = change.name or change.new_name or ""
        inside = any(
            prefix in new for prefix in _prefixes(change.new_name or name) if prefix != change.new_name
        )
        waits = inside and (change.name is None or tree.find(change.name) is None)
        (later if waits else now).append(change)
    return (now, later) if now else (later, [])


def _prefixes(name: str) -> list[str]:
    path, colon, key = name.rpartition(":")
    parts = key.split(".")
    prefixes = [path + colon + ".".join(parts[:length]) for length in range(1, len(parts))]
    return [*prefixes, *(prefix + IMPL for prefix in prefixes if colon)]


class _Round:
    """Changes that are made at once."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.sheets: dict[str, Sheet] = {}
        self.files: dict[str, str | None] = {}
        self.stands_in: dict[Slot, Slot | None] = {}

    def make(self, changes: Sequence[Change]) -> dict[str, Partition | str | None]:
        located = [(change, self._located(change)) for change in changes if change.name is not None]
        leaving = {change.name for change, _ in located if change.new_name != change.name}
        additions = [self._addition(change) for change in changes if change.name is None]
        moves = []
        for change, slot in located:
            if change.new_name not in (None, change.name):
                addition = self._addition(change)
                if slot is None:
                    additions.append(addition)
                elif addition.path == slot[0].path and addition.container == slot[1].container:
                    self._refuse_taken(addition, leaving)
                    moves.append((slot, addition))
                else:
                    additions.append(addition)
        for addition in additions:
            self._refuse_taken(addition, leaving)
            addition.anchor = self._anchor(addition)
        in_place = {id(slot[1]) for slot, _ in moves}
        moving: dict[Sheet, set[str]] = {}
        for (sheet, old), addition in moves:
            sheet.replace_whole(old, addition.text, addition.key)
            moving.setdefault(sheet, set()).add(addition.key)
        for change, slot in located:
            if slot is not None and id(slot[1]) not in in_place:
                self._change(change, slot)
            if slot is not None and change.moved:
                moving.setdefault(slot[0], set()).add(slot[1].key)
        for sheet, keys in moving.items():
            sheet.move(keys)
        for addition in sorted(additions, key=lambda addition: addition.name):
            self._add(addition)
        return self._results()

    def _located(self, change: Change) -> tuple[Sheet, Slot] | None:
        """The slot of a change's definition; None once a whole file's change is noted."""
        name = change.name or ""
        place = self.tree.find(name)
        if place is None:
            raise PatchbayError(Code.NOT_FOUND, f"No definition is named {name}; reload and try again.")
        if place.key == "<file>" and (change.new_name is None or change.new_name.endswith(":<file>")):
            self.files[place.path] = change.text if change.new_name == name else None
            return None
        slot = self._sheet(place.path).slot(place.key)
        if slot is None:
            raise PatchbayError(Code.INVALID_NAME, f"{name} can't be moved; delete it and add it anew.")
        return self._sheet(place.path), slot

    def _sheet(self, path: str) -> Sheet:
        if path not in self.sheets:
            partition = self.tree.partition(path) if self.tree.exists(path) else None
            self.sheets[path] = Sheet(path, partition, self.tree.layout(path))
        return self.sheets[path]

    def _addition(self, change: Change) -> _Addition:
        name = change.new_name or ""
        check_name(name)
        if unnumbered(name) != name and not last_part(name).startswith("<"):
            raise PatchbayError(Code.INVALID_NAME, f"{name} numbers a repeated name; give a name of its own.")
        text = change.text or ""
        path, key = self.destination(name, change.after)
        if not self.tree.exists(path) and ":" not in name and indent_of(text):
            missing = parent_of(name)
            message = f"{name} is written as a member of a class: add the class {missing} first."
            raise PatchbayError(Code.INVALID_NAME, message)
        return _Addition(name, path, key, text, self._container(name, path, key, text), change.after)

    def destination(self, name: str, after: str | None) -> tuple[str, str]:
        """The path and key that a new name gets: in its class, else its module, else a new file.

        The file that it is to stand `after` the beginning of goes first.
        """
        begun = begun_by(name, after, self.tree.roots)
        if begun is not None:
            return begun
        if ":" in name:
            return candidate_places(name, self.tree.roots)[0]
        container = parent_of(name)
        place = self.tree.find(container) if "." in container else None
        if place is not None and self.tree.partition(place.path).class_at(place.key) is not None:
            return place.path, f"{place.key}.{last_part(name)}"
        if place is not None:
            raise PatchbayError(
                Code.INVALID_NAME,
                f"{container} is no class and can't hold {last_part(name)}; choose another name.",
            )
        return self._module(container), last_part(name)

    def _module(self, module: str) -> str:
        """The file of a module: the one that is there, else a new one."""
        parts = module.split(".")
        paths = module_paths(parts, self.tree.roots)
        for path in paths:
            if self.tree.exists(path):
                return path
        for length in range(1, len(parts)):
            for plain in module_paths(parts[:length], self.tree.roots)[::2]:
                if self.tree.exists(plain):
                    missing = ".".join(parts[: length + 1])
                    raise PatchbayError(
                        Code.INVALID_NAME,
                        f"{plain} can't hold the module {module}; add the class {missing} first.",
                    )
        return self._new_module(parts, paths[::2])

    def _new_module(self, parts: Sequence[str], paths: Sequence[str]) -> str:
        """Where a new module goes: beside its package, else into a source root in use."""
        if len(paths) == 1:
            return paths[0]
        existing = [path for path in self.tree.paths() if path.endswith(".py")]
        tops = [path.removesuffix("/".join(parts) + ".py") for path in paths]
        for path, top in zip(paths, tops, strict=True):
            if any(other.startswith(f"{top}{parts[0]}/") for other in existing):
                return path
        for path, top in zip(paths, tops, strict=True):
            if top and any(other.startswith(top) for other in existing):
                return path
        return paths[0]

    def _container(self, name: str, path: str, key: str, text: str) -> str:
        """The class that a new definition stands in; empty at the top.

        Refuses a key in a file that has no definitions, or in a class that is not there.
        """
        if key == "<file>":
            return ""
        partition = self.tree.partition(path) if self.tree.exists(path) else None
        whole = partition is not None and any(piece.kind is PieceKind.FILE for piece in partition.pieces)
        if whole or not is_cut(path):
            raise PatchbayError(Code.INVALID_NAME, f"{path} is edited as a whole: use {path}:<file>.")
        container = container_for(path, partition, key, text)
        if container is None:
            raise PatchbayError(Code.INVALID_NAME, _missing_class(path, partition, key, name))
        return container

    def _refuse_taken(self, addition: _Addition, leaving: set[str | None]) -> None:
        if addition.key == "<file>":
            taken = self.tree.exists(addition.path) and addition.name not in leaving
        else:
            slot = self._sheet(addition.path).slot(addition.key)
            names = {name for name in leaving if name and self._is_at(name, addition.path, addition.key)}
            taken = slot is not None and not names
        if taken:
            raise PatchbayError(
                Code.NAME_TAKEN, f"There is already a definition named {addition.name}; edit that."
            )

    def _is_at(self, name: str, path: str, key: str) -> bool:
        """Whether a leaving definition is this one, or holds it."""
        place = self.tree.find(name)
        if place is None or place.path != path:
            return False
        partition = self.tree.partition(path)
        index = partition.find(place.key)
        return index is not None and any(partition.pieces[at].key == key for at in partition.subtree(index))

    def _anchor(self, addition: _Addition) -> Slot | None:
        """The slot that an addition is to stand behind, None for the end of its container."""
        place = self.tree.find(addition.after) if addition.after else None
        if place is None or place.path != addition.path or addition.key == "<file>":
            return None
        container = addition.container
        slot = self._sheet(place.path).slot(place.key)
        if slot is None or (slot.key != container and slot.container != container):
            return None
        usable = slot.is_sibling or slot.key in (container, "<doc>")
        return slot if usable and not is_gap(slot) else None

    def _change(self, change: Change, located: tuple[Sheet, Slot]) -> None:
        sheet, slot = located
        if change.new_name == change.name:
            sheet.replace(slot, change.text or "")
        elif slot in sheet.slots:
            self.stands_in[slot] = sheet.remove(slot)

    def _add(self, addition: _Addition) -> None:
        if addition.key == "<file>":
            self.files[addition.path] = addition.text
            return
        sheet = self._sheet(addition.path)
        anchor, at_start = addition.anchor, False
        while anchor is not None and anchor not in sheet.slots and not at_start:
            anchor = self.stands_in.get(anchor)
            at_start = anchor is None
        last = last_part(addition.key)
        if last.startswith("<") and not last.startswith("<import>"):
            sheet.insert_rest(addition.key, addition.text)
        else:
            sheet.insert(addition.key, addition.text, addition.container, anchor, at_start)

    def _results(self) -> dict[str, Partition | str | None]:
        """Give what each file is now; the mode of one that goes is gone with it."""
        results: dict[str, Partition | str | None] = {
            path: sheet.partition() for path, sheet in self.sheets.items()
        }
        for path, text in self.files.items():
            results[path] = text
            if text is None and self.tree.exists(path + MODE):
                results.setdefault(path + MODE, None)
        return {path: result for path, result in results.items() if self._differs(path, result)}

    def _differs(self, path: str, result: Partition | str | None) -> bool:
        text = result.text if isinstance(result, Partition) else result
        return text != self.tree.text_if_there(path)


def _missing_class(path: str, partition: Partition | None, key: str, name: str) -> str:
    """Say what is to be there before a member can be added: in Rust the `impl`, not the type alone."""
    parent, last, language = parent_of(key), last_part(key), walked_language(path)
    there = partition is not None and partition.find(parent) is not None
    if parent.endswith(IMPL):
        return f"What is in {path}:{parent} is called {path}:{member_prefix(parent)}.{last}: use that name."
    if language is not None and language.name == "rust" and not parent.endswith(">"):
        first = "" if there else ", or the trait or module of that name,"
        return f"Add {path}:{parent}{IMPL}{first} before {name}."
    if there:
        return f"{path}:{parent} is no class and can't hold {last}; choose another name."
    return f"Add the class {parent} to {path} before {name}."
