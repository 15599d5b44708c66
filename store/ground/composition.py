"""Pure: what a patch sees, its ground with its operations; an operation from two texts (R7, R8)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress

from store.errors import PatchbayError
from store.ground.containers import FILE, file_of, is_mode, is_rest, lies_in, mode_of, takes_along
from store.ground.order import Patches, closure, in_order
from store.ground.overlaps import Overlaps
from store.model import (
    AddDefinition,
    DeleteDefinition,
    Digest,
    Op,
    PatchId,
    RenameDefinition,
    SessionState,
    UpdateDefinition,
    UserId,
    new_name_of,
)
from store.source.merge import merge3
from store.source.names import candidate_paths, candidate_places
from store.source.partition import PieceKind
from store.source.shapes import cut_alone
from store.source.splice import Change, leads_to
from store.source.texts import MODE
from store.source.texts import digest as digest_of
from store.source.tree import Tree

Texts = Callable[[Digest], str]
"""Gives the text of a digest."""


def text_under(tree: Tree, op: Op, name: str) -> str | None:
    """Give what an operation of this kind rests on in a tree: a class's head to update it, else all of it."""
    return tree.definition(name) if isinstance(op, UpdateDefinition) else tree.whole(name)


def change_of(op: Op, tree: Tree, texts: Texts) -> Change | None:
    """Say an operation as a change of this tree; None where the tree is as it asks already.

    A tree that moved away from the operation (an open conflict) still gets what the operation says:
    an update of what is gone adds it, an addition over something replaces it.
    """
    text = None if op.digest is None else texts(op.digest)
    there = tree.find(op.name) is not None
    match op:
        case DeleteDefinition():
            return Change(op.name, None, None) if there else None
        case RenameDefinition():
            if there:
                return Change(op.name, op.new_name, text, op.after)
            taken = tree.find(op.new_name) is not None
            return Change(op.new_name if taken else None, op.new_name, text, op.after)
        case AddDefinition():
            return Change(op.name if there else None, op.name, text, op.after)
        case UpdateDefinition():
            if there and op.name.endswith(FILE):
                text = _merged_file(op, tree, texts)
            return Change(op.name if there else None, op.name, text, moved=there and op.moved)


def _merged_file(op: UpdateDefinition, tree: Tree, texts: Texts) -> str:
    """Give the text of a file that other operations change too, definition by definition."""
    base, text, there = texts(op.base_digest), texts(op.digest), tree.whole(op.name)
    merged = None if there in (None, base) else merge3(base, text, there)
    return text if merged is None else merged


def applied(tree: Tree, operations: Iterable[Op], texts: Texts) -> Tree:
    """Give the tree with a patch's operations applied, all at once (R8).

    An operation whose place is gone, such as a method of a class deleted beneath it, is left out: it is in
    conflict (R12).
    """
    changes = [change for op in operations if (change := change_of(op, tree, texts)) is not None]
    if not changes:
        return tree
    try:
        return tree.apply(changes)
    except PatchbayError:
        for change in changes:
            with suppress(PatchbayError):
                tree = tree.apply([change])
        return tree


def has_place(op: Op, tree: Tree, texts: Texts) -> bool:
    """Whether a tree has a place for what an operation adds or moves: its module or class, a mode's file."""
    if is_mode(op.name) and tree.find(file_of(op.name)) is None:
        return False
    change = change_of(op, tree, texts)
    try:
        return change is None or tree.apply([change]) is not None
    except PatchbayError:
        return False


def has_lost_its_place(op: Op, tree: Tree, texts: Texts) -> bool:
    """Whether the class, module or file is gone that something lay in, or was to lie in."""
    name = new_name_of(op)
    return name is not None and tree.find(name) is None and not has_place(op, tree, texts)


def without_mode(operations: Iterable[Op], name: str) -> list[Op]:
    """Leave out what gives a file a mode: with the file that goes."""
    return [op for op in operations if new_name_of(op) != mode_of(name)]


def unsettled_in(new: Op, ground_tree: Tree, items: Iterable[Op], texts: Texts) -> Op | None:
    """Find what is in conflict, as the class or file is gone that `new` adds again without the text of it."""
    now = applied(ground_tree, [new], texts)
    for op in items:
        if op.digest is None or not lies_in(op.name, new.name):
            continue
        gone = op.base_digest is not None and ground_tree.find(op.name) is None
        said = now.whole(new_name_of(op) or op.name) == texts(op.digest)
        if not said and (gone or not has_place(op, ground_tree, texts)):
            return op
    return None


def ground(tree: Tree, patches: Patches, patch_id: PatchId, texts: Texts) -> Tree:
    """Give a patch's ground: the codebase with its unmerged dependencies' operations (R7)."""
    for patch in closure(patches, patch_id):
        tree = applied(tree, patch.operations, texts)
    return tree


def view(tree: Tree, patches: Patches, patch_id: PatchId, texts: Texts) -> Tree:
    """Give what a patch sees: its ground with its own operations."""
    return applied(ground(tree, patches, patch_id, texts), patches[patch_id].operations, texts)


def covering(operations: Iterable[Op], name: str, tree: Tree | None = None) -> Op | None:
    """Find the operation that takes `name` along, see `takes_along`.

    With a tree, not one on what the name stands apart from there.
    """
    for op in operations:
        owner = new_name_of(op)
        if owner is None or not takes_along(op) or not lies_in(name, owner):
            continue
        if tree is None or not tree.stands_apart(name, owner):
            return op
    return None


def operation_on(operations: Iterable[Op], name: str) -> Op | None:
    """Find the patch's operation whose outcome is this name, or that deletes it."""
    operations = tuple(operations)
    for op in operations:
        if new_name_of(op) == name:
            return op
    return next((op for op in operations if isinstance(op, DeleteDefinition) and op.name == name), None)


def operation(
    ground_tree: Tree,
    origin: str | None,
    name: str | None,
    text: str | None,
    *,
    authors: tuple[UserId, ...],
    after: str | None = None,
    moved: bool = False,
) -> Op | None:
    """Say the way from a ground to a text as one operation; None where there is nothing to do (R8).

    `origin` is the definition's name in the ground (None: it has none), `name` and `text` what it is to be
    (None: gone). All of R8's compositions follow: add then delete is nothing, delete then add an update.
    A class is updated by its head, and taken as a whole by anything else, as by an update which makes it one
    or none. `moved` is for an update.
    """
    base = None if origin is None else ground_tree.whole(origin)
    if origin is None or base is None:
        if name is None or text is None:
            return None
        members = _members_in(ground_tree, name, text, after)
        return AddDefinition(name=name, authors=authors, digest=digest_of(text), members=members, after=after)
    members = ground_tree.members(origin)
    if name is None or text is None:
        return DeleteDefinition(name=origin, authors=authors, base_digest=digest_of(base), members=members)
    if name != origin:
        return RenameDefinition(
            name=origin,
            new_name=name,
            authors=authors,
            digest=digest_of(text),
            base_digest=digest_of(base),
            members=members,
            new_members=_members_in(ground_tree, name, text, after),
            after=after,
        )
    head = ground_tree.definition(origin)
    if head is None or (text in (head, base) and not moved):
        return None
    return UpdateDefinition(
        name=origin,
        authors=authors,
        digest=digest_of(text),
        base_digest=digest_of(head),
        members=_members_replaced(ground_tree, origin, text, members),
        moved=moved,
    )


def _members_replaced(tree: Tree, name: str, text: str, members: tuple[str, ...]) -> tuple[str, ...]:
    """Give the members that go and come where another text is no class's head alone."""
    brings = _brings_members(tree, name, text)
    if not members and not brings:
        return ()
    there = tree.apply([Change(name, name, text)]).members(name)
    return () if there == members and not brings else tuple(dict.fromkeys((*members, *there)))


def _brings_members(tree: Tree, name: str, text: str) -> bool:
    place = tree.find(name)
    if place is None or place.key == "<file>":
        return False
    return any(piece.container for piece in cut_alone(place.path, text, member="." in place.key).pieces)


def _members_in(tree: Tree, name: str, text: str, after: str | None) -> tuple[str, ...]:
    """Give the full names of the members a definition's text brings along."""
    if tree.find(name) is not None:
        return tree.members(name)
    return tree.apply([Change(None, name, text, after)]).members(name)


def anchor_of(
    ground_tree: Tree,
    items: Sequence[Op],
    texts: Texts,
    own: Op | None,
    new: Op,
    whole: str | None,
    begins: str | None = None,
) -> str | None:
    """Give the definition after which a new one will stand: the last that the patch sees there.

    Or the file that it `begins`, which may be new with this patch, where its name alone leads to another.
    """
    name = new_name_of(new)
    if new.name.endswith(FILE):
        return None
    paths = {path for path, _ in candidate_places(name or new.name, ground_tree.roots)}
    others = [op for op in items if op is not own and may_lie_in(op, paths, ground_tree.roots)]
    tree = applied(ground_tree, others, texts)
    origin = new.name if isinstance(new, RenameDefinition) and tree.find(new.name) else None
    after = tree.apply([Change(origin, name, whole, begins)])
    place = after.find(name or new.name)
    may_begin = place is not None and (begins is not None or not ground_tree.exists(place.path))
    if place is not None and may_begin and leads_to(ground_tree, name or new.name) != place.path:
        return place.path + FILE
    return after.predecessor(name or new.name)


def everything(
    tree: Tree, states: Iterable[SessionState], texts: Texts, paths: Collection[str] | None = None
) -> Tree:
    """Give the codebase with all that these sessions hold: their open patches, then what is pending.

    That is what a working tree is to hold, pieces that are behind apart. With `paths` only of these files,
    and of those that these are the modes of. What is pending on nothing else's definition comes at once, so
    that each finds its place among the others.
    """
    wanted = None if paths is None else {*paths, *(path.removesuffix(MODE) for path in paths)}

    def chosen(operations: Iterable[Op]) -> list[Op]:
        return [op for op in operations if wanted is None or may_lie_in(op, wanted, tree.roots)]

    states = tuple(states)
    put = [one for one in put_by(states) if wanted is None or is_possibly_in(one, wanted, tree.roots)]
    tree = tree.loosened(put)
    for state in states:
        held = {patch.id for patch in state.open_patches()}
        held |= {below.id for one in tuple(held) for below in closure(state.patches, one)}
        for patch in in_order(state.patches, held):
            tree = applied(tree, chosen(patch.operations), texts)
        pending = [chosen(editor.pending) for editor in state.editors.values()]
        overlaps = Overlaps(op for ops in pending for op in ops)
        alone = {id(op) for ops in pending for op in ops if overlaps.is_alone(op) and not is_rest(op.name)}
        tree = applied(tree, [op for ops in pending for op in ops if id(op) in alone], texts)
        for ops in pending:
            tree = applied(tree, [op for op in ops if id(op) not in alone], texts)
    return _in_their_places(tree, put)


def put_by(states: Iterable[SessionState]) -> Iterator[str]:
    """Give the definitions that these sessions put somewhere: what they only change stands as it stood."""
    for op in (op for state in states for op in state.operations()):
        name = new_name_of(op)
        stays = isinstance(op, UpdateDefinition) and not op.moved
        if name is not None and not (stays or is_rest(name) or name.endswith(FILE)):
            yield name


def _in_their_places(tree: Tree, names: Iterable[str]) -> Tree:
    """Move definitions, rather than others, to where the tree's layout has them among their neighbours."""
    if tree.laid_out_as is None:
        return tree
    places = {name: place for name in names if (place := tree.find(name)) is not None}
    unsettled = {path for path in {one.path for one in places.values()} if not tree.is_in_order(path)}
    return tree.apply(
        [
            Change(name, name, tree.definition(name), moved=True)
            for name, place in places.items()
            if place.path in unsettled
        ]
    )


def has_words(tree: Tree, op: Op, text: str) -> bool:
    """Whether the words of a rest stand in some rest of a file that its operation may be on."""
    words = text.strip()
    paths = [path for path in candidate_paths(op.name, tree.roots) if tree.exists(path)]
    rests = [one for path in paths for one in tree.partition(path).pieces if one.kind is PieceKind.REST]
    return any(words in one.text for one in rests)


def may_lie_in(op: Op, paths: Collection[str], roots: tuple[str, ...]) -> bool:
    """Whether an operation may be on one of these files, by its names alone."""
    names = (op.name, new_name_of(op))
    return any(is_possibly_in(name, paths, roots) for name in names if name is not None)


def is_possibly_in(name: str, paths: Collection[str], roots: tuple[str, ...]) -> bool:
    """Whether a definition may lie in one of these files, by its name alone."""
    return any(path in paths for path in candidate_paths(name, roots))
