"""Pure: what an edit makes of the operations of the patch that it is saved into (R8)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from store.errors import Code, PatchbayError
from store.ground.composition import (
    Texts,
    anchor_of,
    applied,
    covering,
    operation,
    operation_on,
    text_under,
    unsettled_in,
    without_mode,
)
from store.ground.containers import FILE, lies_in, takes_along
from store.ground.members import folded
from store.ground.rebase import Keep
from store.model import (
    AddDefinition,
    DeleteDefinition,
    Op,
    RenameDefinition,
    UpdateDefinition,
    UserId,
    new_name_of,
)
from store.source.merge import merge3
from store.source.splice import Change
from store.source.texts import digest as digest_of
from store.source.texts import end_of, same_but_for_end
from store.source.tree import Tree


class Edit(NamedTuple):
    """What a definition is to be: `target` as the patch sees it now, then its name and text (None: gone).

    `whole` says that a class's text holds its members too, where its name changes.
    """

    target: str
    name: str
    text: str | None
    whole: bool = False
    moved: bool | None = None
    """Whether it stands where the working tree has it; None where that stays as it is."""
    begins: str | None = None
    """The file, `path:<file>`, that it is to be in where its name alone leads to another one."""


def edit_of(op: Op, texts: Texts, text: str | None = None) -> Edit:
    """Say an operation as an edit, with another text where one is given."""
    if isinstance(op, DeleteDefinition):
        return Edit(op.name, op.name, None)
    moved = True if isinstance(op, UpdateDefinition) and op.moved else None
    text = texts(op.digest) if text is None else text
    after = getattr(op, "after", None) or ""
    begins = after if after.endswith(FILE) else None
    return Edit(op.name, new_name_of(op) or op.name, text, whole=True, moved=moved, begins=begins)


@dataclass
class Operations:
    """A patch's operations while an edit is worked into them, over the ground they rest on."""

    ground: Tree
    texts: Texts
    keep: Keep
    authors: tuple[UserId, ...]
    items: list[Op] = field(default_factory=list)

    def tree(self) -> Tree:
        """Give the ground with the operations applied."""
        return applied(self.ground, self.items, self.texts)

    def write(self, edit: Edit) -> None:
        """Work an edit in, as R8 composes it with what the patch does already.

        Raises `name-taken` and `not-found`.
        """
        target, name, text = edit.target, edit.name, edit.text
        own = operation_on(self.items, target)
        if name != target and self.tree().find(name) is not None and not self._says_both(own, target, name):
            raise PatchbayError(
                Code.NAME_TAKEN, f"{name} exists already: open it to change it, or use another name."
            )
        cover = self._cover(edit) if own is None else None
        if cover is not None:
            self._write_member(cover, target, name, text)
            return
        self._refuse_reuse(own, target, name)
        origin = target if own is None else (None if isinstance(own, AddDefinition) else own.name)
        if own is None and self.ground.find(target) is None:
            origin = None
            if text is None and target.endswith(FILE) and self._drop_additions_in(target):
                return
            if text is None:
                raise PatchbayError(
                    Code.NOT_FOUND, f"There is no {target} to delete: it is not in this patch's view."
                )
        whole = text if edit.whole else self._whole(own, target, name, text)
        after = getattr(own, "after", None)
        new = operation(
            self.ground,
            origin,
            None if text is None else name,
            whole,
            authors=self._authors(own),
            after=after or edit.begins,
            moved=getattr(own, "moved", False) if edit.moved is None else edit.moved,
        )
        if after is None and isinstance(new, AddDefinition | RenameDefinition):
            new = new.model_copy(
                update={"after": anchor_of(self.ground, self.items, self.texts, own, new, whole, edit.begins)}
            )
        if whole is not None:
            self.keep(whole)
        new = self._in_conflict_still(own, new)
        if isinstance(new, AddDefinition):
            self._refuse_unsettled(new)
        self._keep_base(new)
        before = list(self.items)
        self._replace(own, new)
        if new is not None and takes_along(new):
            self._fold(new, {target, new.name, new_name_of(new) or new.name}, before)
        elif new is None and text is not None and target.endswith(FILE):
            self._fold(None, {target}, before)
        if text is None and target.endswith(FILE):
            self.items = without_mode(self.items, target)

    def _cover(self, edit: Edit) -> Op | None:
        """Find the operation that brings along what is edited; what is new lies where its text puts it."""
        target, name, text = edit.target, edit.name, edit.text
        if covering(self.items, target) is None:
            return None
        tree = self.tree()
        if text is None or tree.find(target) is not None:
            return covering(self.items, target, tree)
        return covering(self.items, name, tree.apply([Change(None, name, text, edit.begins)]))

    def _says_both(self, own: Op | None, target: str, name: str) -> bool:
        """Whether only the text held of a definition says the new name: its file had a syntax error then."""
        others = [op for op in self.items if op is not own]
        beside = applied(self.ground, others, self.texts)
        return own is not None and not lies_in(name, target) and beside.find(name) is None

    def _drop_additions_in(self, owner: str) -> bool:
        """Drop what the patch adds in a file that is there for nothing else; whether there is any."""
        kept = [op for op in self.items if not lies_in(new_name_of(op) or op.name, owner)]
        dropped = len(kept) < len(self.items)
        self.items = kept
        return dropped

    def _in_conflict_still(self, own: Op | None, new: Op | None) -> Op | None:
        """Saving over an open conflict does not settle it unseen: the base stays, to be merged (R12)."""
        if own is None or new is None or own.base_digest is None:
            return new
        there = text_under(self.ground, own, own.name)
        if there is None and isinstance(own, UpdateDefinition) and isinstance(new, AddDefinition):
            return own.model_copy(update={"digest": new.digest, "authors": new.authors})
        if new.base_digest is None:
            return new
        if there is not None and digest_of(there) == own.base_digest:
            return new
        return new.model_copy(update={"base_digest": own.base_digest})

    def _authors(self, own: Op | None) -> tuple[UserId, ...]:
        return tuple(dict.fromkeys((*(() if own is None else own.authors), *self.authors)))

    def _whole(self, own: Op | None, target: str, name: str, text: str | None) -> str | None:
        """Give the text an operation needs: all of a class where its head is saved under another name."""
        if text is None or name == target or isinstance(own, AddDefinition | RenameDefinition):
            return text
        tree = self.tree()
        if not tree.members(target):
            return text
        headed = tree.apply([Change(target, target, text)])
        return headed.whole(name) or text

    def _write_member(self, cover: Op, target: str, name: str, text: str | None) -> None:
        """Work a member's change into the operation that brings its class along."""
        tree = self.tree()
        owner = new_name_of(cover) or cover.name
        there = tree.find(target) is not None
        if text is None and not there:
            raise PatchbayError(
                Code.NOT_FOUND, f"There is no {target} to delete: it is not in this patch's view."
            )
        stays = text is None or lies_in(name, owner)
        if stays:
            changed = tree.apply([Change(target if there else None, None if text is None else name, text)])
            stays = text is None or not changed.stands_apart(name, owner)
        if not stays:
            changed = tree.apply([Change(target, None, None)]) if there else tree
        whole = changed.whole(owner) or ""
        self.keep(whole)
        origin = None if isinstance(cover, AddDefinition) else cover.name
        after = getattr(cover, "after", None)
        new = operation(
            self.ground,
            origin,
            owner,
            whole,
            authors=self._authors(cover),
            after=after,
            moved=getattr(cover, "moved", False),
        )
        self._keep_base(new)
        self._replace(cover, new)
        if not stays:
            self.write(Edit(name, name, text))

    def _refuse_reuse(self, own: Op | None, target: str, name: str) -> None:
        """A name that an operation of the patch has freed can't be used for another definition in it."""
        for op in self.items:
            if op is own:
                continue
            went = op.name.endswith(FILE) and isinstance(op, DeleteDefinition | RenameDefinition)
            taken = (went and lies_in(name, op.name)) or (
                name in op.members and not isinstance(op, AddDefinition)
            )
            freed = isinstance(op, DeleteDefinition) and op.name == name != target
            if taken or freed or (isinstance(op, RenameDefinition) and op.name == name):
                raise PatchbayError(
                    Code.NAME_TAKEN,
                    f"This patch takes {name} away already: merge that first, or use another name or patch.",
                )

    def _refuse_unsettled(self, new: AddDefinition) -> None:
        """What is in conflict as its class or file is gone is not lost unseen where that is added again."""
        lost = unsettled_in(new, self.ground, self.items, self.texts)
        if lost is not None:
            gone = new.name.removesuffix(FILE)
            message = f"{lost.name} is in conflict in this patch, as {gone} was gone: settle that first."
            raise PatchbayError(Code.CONFLICTS, message)

    def _replace(self, own: Op | None, new: Op | None) -> None:
        at = len(self.items) if own is None else self.items.index(own)
        self.items[at : at + (own is not None)] = [] if new is None else [new]

    def _keep_base(self, new: Op | None) -> None:
        if new is not None and new.base_digest is not None:
            for text in (self.ground.definition(new.name), self.ground.whole(new.name)):
                if text is not None:
                    self.keep(text)

    def _fold(self, new: Op | None, owners: Collection[str], before: Sequence[Op]) -> None:
        self.items = folded(
            self.items, new, owners, lambda: (applied(self.ground, before, self.texts), self.ground)
        )


def completed(text: str, present: str | None) -> str:
    """Give a typed text the line end it lost at its end, unless the present text has none either."""
    if text and not text.endswith("\n") and (present is None or present.endswith("\n")):
        return text + ("\r\n" if present is not None and present.endswith("\r\n") else "\n")
    return text


def merged_save(shown: str | None, typed: str, present: str | None) -> str | None:
    """Merge what was typed over `shown` into the text there is now; None when that is not clean (R8)."""
    if present is None or shown == present:
        return typed
    if shown is None:
        return typed if typed == present else None
    if typed and same_but_for_end(shown, present):
        end = end_of(present if end_of(typed) == end_of(shown) else typed)
        return typed.removesuffix(end_of(typed)) + end
    return merge3(shown, typed, present)
