"""Pure: settling a conflict (R13), and its texts."""

from __future__ import annotations

from store.errors import Code, PatchbayError
from store.ground.composition import Texts, ground
from store.ground.containers import FILE, file_of, is_mode
from store.ground.order import Patches
from store.ground.rebase import Keep, resolved
from store.model import Conflict, Op, Patch, SessionState, new_name_of
from store.rules import quoted
from store.source.texts import digest as digest_of
from store.source.tree import Tree


def all_conflicts(state: SessionState) -> tuple[tuple[Patch, Conflict], ...]:
    """Give the open conflicts of a session with their patches."""
    return tuple((patch, one) for patch in state.open_patches() for one in patch.conflicts)


def find(state: SessionState, reference: str) -> tuple[Patch, Conflict]:
    """Find a conflict by id, or by a definition's name that has one. Raises `not-found`, `ambiguous`."""
    known = all_conflicts(state)
    found = [pair for pair in known if reference in (pair[1].id, pair[1].name)]
    if len(found) == 1:
        return found[0]
    if found:
        message = f"{len(found)} patches have a conflict in {reference}: give the conflict's id."
        raise PatchbayError(Code.AMBIGUOUS, message)
    names = ", ".join(one.name for _, one in known[:3])
    hint = f"There are conflicts in {names}." if known else "There are no conflicts."
    raise PatchbayError(Code.NOT_FOUND, f"There is no conflict {quoted(reference)}. {hint}")


def settled_operation(
    patches: Patches,
    patch: Patch,
    conflict: Conflict,
    text: str | None,
    tree: Tree,
    texts: Texts,
    keep: Keep,
    author: str,
) -> tuple[Op, Op | None]:
    """Give a conflict's operation and what settles it with `text` (None: the definition is gone) (R13).

    Raises `invalid-name` where what it stood in is gone beneath it.
    """
    op = next(one for one in patch.operations if one.name == conflict.name)
    under = ground(tree, patches, patch.id, texts)
    name = None if text is None else (new_name_of(op) or conflict.theirs_name or op.name)
    if text is not None and conflict.theirs is not None and digest_of(text) == conflict.theirs:
        name = conflict.theirs_name or op.name
    new = resolved(conflict, op, under, text, name, author)
    if new is not None and is_mode(new.name) and under.find(file_of(new.name)) is None:
        path = file_of(new.name).removesuffix(FILE)
        raise PatchbayError(Code.INVALID_NAME, f"{path} is gone, and its mode with it: add the file first.")
    if text is not None:
        keep(text)
    if new is not None and new.base_digest is not None:
        for base in (under.definition(new.name), under.whole(new.name)):
            if base is not None:
                keep(base)
    return op, new
