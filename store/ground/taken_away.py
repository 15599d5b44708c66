"""Pure: names that a patch takes away while files of the codebase still use them, and who changes those."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import NamedTuple, TypeAlias

from store.ground.composition import may_lie_in
from store.ground.containers import FILE
from store.ground.elsewhere import is_lacking, taken, written_as
from store.ground.imports import is_import
from store.model import Digest, EditorId, Op, PatchId, SessionState
from store.source.bindings import bound_names
from store.source.import_statements import all_imports
from store.source.keys import last_part, parent_of
from store.source.names import module_of
from store.source.tree import Tree
from store.source.verdict import check


class Held(NamedTuple):
    """An operation, and the open patch that has it, else the editor where it is pending."""

    op: Op
    patch: PatchId | None
    editor: EditorId | None


Ceasing: TypeAlias = Mapping[str, Collection[Held]]
"""By word the operations of a session whose texts have it less often than what they are on."""


class Use(NamedTuple):
    """A file that uses a name which a patch takes away."""

    path: str
    full: str
    written: str
    """How the file writes it."""
    words: frozenset[str]
    """The words that stand for it there."""


class Broken(NamedTuple):
    """A use that is left over, and who changes that."""

    use: Use
    held: tuple[Held, ...]
    """At least one; an import alone only where nothing else is."""


_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")


def names_lost(under: Tree, over: Tree) -> frozenset[str]:
    """Give the full names that modules of `under` bind and those of `over` do not."""
    found: set[str] = set()
    for path, text in over.changed.items():
        before = under.text_if_there(path)
        is_module = path.endswith(".py") and not (over.is_link(path) or under.is_link(path))
        if not is_module or before is None or text == before:
            continue
        had, has = bound_names(before), frozenset() if text is None else bound_names(text)
        if had is not None and has is not None:
            found.update(_full(over, path, name) for name in had - has)
    return frozenset(full for full in found if is_lacking(over, full))


def ceased_words(op: Op, text: Callable[[Digest], str]) -> frozenset[str]:
    """Give the names that the text of an operation on Python has less often than the text it is on.

    Of a dotted one, which another may come for, that is the last part; so it is of what is imported.
    """
    path = op.name.rpartition(":")[0]
    if op.base_digest is None or (path and not path.endswith(".py")):
        return frozenset()
    texts = (text(op.base_digest), "" if op.digest is None else text(op.digest))
    before, after = (Counter(_NAME.findall(one)) for one in texts)
    had, has = (Counter(all_imports(one)) for one in texts)
    imported = {name for alias in had - has for name in (last_part(alias.name), alias.binds)}
    return frozenset({last_part(name) for name in before - after} | imported)


def ceasing(state: SessionState, words_of: Callable[[Op], Iterable[str]]) -> Ceasing:
    """Give by word what ceases to use it; `words_of` is `ceased_words`, remembered."""
    found: dict[str, list[Held]] = {}
    held = [Held(op, patch.id, None) for patch in state.open_patches() for op in patch.operations]
    held += [Held(op, None, editor.id) for editor in state.editors.values() for op in editor.pending]
    for one in held:
        for word in words_of(one.op):
            found.setdefault(word, []).append(one)
    return found


def candidates(lost: Collection[str], there: Ceasing, below: Collection[PatchId]) -> tuple[Held, ...]:
    """Give what perhaps ceases to use names that are lost, but for what is in these patches.

    Or to import the module that they are lost from, as where its name is given to another one.
    """
    words = sorted({last_part(name) for full in lost for name in (full, parent_of(full))})
    found = dict.fromkeys(one for word in words for one in there.get(word, ()))
    return tuple(one for one in found if one.patch not in below)


def uses_of(lost: Collection[str], found: Iterable[Held], over: Tree) -> tuple[Use, ...]:
    """Give where files of `over` use what is lost, of those files that what was `found` changes."""
    paths = dict.fromkeys(path for one in found if (path := _path_of(one.op, over)) is not None)
    return tuple(
        Use(path, full, written, _words_for(over, path, full, written))
        for path in paths
        for full, written in sorted(_used(over, path).items())
        if full in lost
    )


def broken(
    uses: Iterable[Use], there: Ceasing, below: Collection[PatchId], tree: Tree | None, roots: tuple[str, ...]
) -> tuple[Broken, ...]:
    """Give the uses that something held changes, but for what is in these patches.

    Left out is what the working `tree` still uses and does not have either.
    """
    found = []
    for use in uses:
        excused = tree is not None and use.full in _used(tree, use.path) and is_lacking(tree, use.full)
        held = dict.fromkeys(one for word in sorted(use.words) for one in there.get(word, ()))
        here = [one for one in held if one.patch not in below and may_lie_in(one.op, (use.path,), roots)]
        users = [one for one in here if not is_import(one.op.name)]
        if here and not excused:
            found.append(Broken(use, tuple(users or here)))
    return tuple(found)


def _words_for(tree: Tree, path: str, full: str, written: str) -> frozenset[str]:
    """Give the words that stand in a file for a name; behind a dot also those for the module before it."""
    words = written_as(tree, path, full) | {last_part(full)}
    module = parent_of(full)
    return words | written_as(tree, path, module) | {last_part(module)} if "." in written else words


def _used(tree: Tree, path: str) -> dict[str, str]:
    """Give what a file uses of other files, and of its own what it does not define, as it writes it."""
    is_text = tree.exists(path) and not tree.is_link(path)
    own = check(path, tree.text(path)).undefined if is_text else ()
    return {**taken(tree, path), **{_full(tree, path, name): name for name in own}}


def _full(tree: Tree, path: str, name: str) -> str:
    """What a definition of this name in a file would be called in full."""
    module = module_of(path, tree.roots)
    return f"{path}:{name}" if module is None else f"{module}.{name}"


def _path_of(op: Op, tree: Tree) -> str | None:
    """The file of a tree that an operation changes something in; None where the tree does not have it."""
    if op.name.endswith(FILE):
        return op.name.removesuffix(FILE)
    place = tree.find(op.name)
    return None if place is None else place.path
