"""Pure: who may do what, transitions, blockers, merge order, names, and what must always hold (§3)."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise

from store.errors import Code, PatchbayError
from store.ground.order import Patches, ancestors, in_order, owners, stack
from store.model import (
    Blocker,
    EditorContext,
    Op,
    Patch,
    PatchId,
    PatchStatus,
    Role,
    Session,
    SessionState,
    UserId,
    affected_names,
)
from store.source.texts import encode

MAXIMUM_NAME = 80
BIDI_CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


def check_title(name: str, what: str) -> str:
    """Give the name of a session, patch or user without outer blanks: one printable line of 1–80 characters.

    Raises `invalid-name` (R1).
    """
    name = name.strip()
    if not name:
        raise PatchbayError(Code.INVALID_NAME, f"A {what} needs a name: give 1 to {MAXIMUM_NAME} characters.")
    if len(name) > MAXIMUM_NAME:
        message = f"That {what} name has {len(name)} characters: give at most {MAXIMUM_NAME}."
        raise PatchbayError(Code.INVALID_NAME, message)
    if has_control_characters(name):
        message = f"That {what} name holds control characters or line breaks: use one printable line."
        raise PatchbayError(Code.INVALID_NAME, message)
    return name


def check_description(text: str) -> str:
    """Give a description or message as it is; raises `invalid-name` for what no commit's message can hold."""
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise PatchbayError(Code.INVALID_NAME, "That description is not valid UTF-8: give plain text.")
    if "\0" in text:
        raise PatchbayError(Code.INVALID_NAME, "That description holds a NUL character: give plain text.")
    return text


def check_text(text: str) -> str:
    """Give a definition's text as it is; raises `invalid-name` for one that no file could hold."""
    try:
        encode(text)
    except UnicodeEncodeError:
        message = "That text holds characters that no file can hold: take out the lone surrogates."
        raise PatchbayError(Code.INVALID_NAME, message) from None
    return text


def quoted(given: str) -> str:
    """Quote what somebody gave in a sentence, cut where it is long."""
    return repr(given if len(given) <= 100 else given[:99] + "…")


def is_digest(given: str) -> bool:
    """Whether this has the form of a text's digest."""
    return len(given) == 64 and all(character in "0123456789abcdef" for character in given)


def has_control_characters(text: str) -> bool:
    """Whether the text holds a control character, line break, surrogate or bidi control."""
    return any(
        unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") or character in BIDI_CONTROLS
        for character in text
    )


def require_role(session: Session, user: UserId, least: Role, to_do: str) -> Role:
    """Give the user's role if it is at least `least`; raises `not-permitted` otherwise (R20)."""
    role = session.role_of(user)
    if role is None:
        message = f"{user} is not in session {session.name}: ask an owner for an invitation."
        raise PatchbayError(Code.NOT_PERMITTED, message)
    if role.rank < least.rank:
        only = f"an {least}" if least is Role.OWNER else f"a {least}"
        message = f"{user} is a {role} here, and only {only} may {to_do}: ask an owner for that role."
        raise PatchbayError(Code.NOT_PERMITTED, message)
    return role


def may_steer(session: Session, user: UserId, patch: Patch) -> bool:
    """Whether the user may mark, merge, abandon, restore and join this patch (R20)."""
    role = session.role_of(user)
    if role is None or role is Role.VIEWER:
        return False
    return role.rank >= Role.MAINTAINER.rank or patch.created_by == user


def require_steering(session: Session, user: UserId, patch: Patch, to_do: str, end: str = "") -> None:
    """Raise `not-permitted` unless the user may steer the patch: its author, or a maintainer (R20).

    The sentence says what they are about `to_do`, with `end` behind what it is done to.
    """
    require_role(session, user, Role.CONTRIBUTOR, f"{to_do} patches{end}")
    if not may_steer(session, user, patch):
        author = f"{patch.created_by}, who created {patch.letter} {patch.name},"
        message = f"Only {author} or a maintainer may {to_do} it{end}."
        raise PatchbayError(Code.NOT_PERMITTED, message)


def may_move(session: Session, user: UserId, patch: Patch, op: Op) -> bool:
    """Whether the user may take an operation out of its patch: its only author, or who steers it (R10)."""
    return op.authors == (user,) or may_steer(session, user, patch)


def require_open_session(session: Session) -> None:
    """Raise `closed` for a session that is closed (R3)."""
    if session.closed_at is not None:
        message = f"Session {session.name} is closed and read-only: an owner can reopen it."
        raise PatchbayError(Code.CLOSED, message)


def require_open_patch(patch: Patch, to_do: str, end: str = "") -> None:
    """Raise `bad-transition` for a merged or abandoned patch (R5), in the words of `require_steering`."""
    ways = {PatchStatus.MERGED: "undo the merge first", PatchStatus.ABANDONED: "restore it first"}
    if patch.status in ways:
        what, way = f"{patch.letter} {patch.name} is {patch.status}", ways[patch.status]
        raise PatchbayError(Code.BAD_TRANSITION, f"{what}, so you can't {to_do} it{end}: {way}.")


def require_free_name(state: SessionState, name: str, apart_from: PatchId | None = None) -> None:
    """Raise `name-taken` when an open patch of the session has the name (R4)."""
    for patch in state.open_patches():
        if patch.name == name and patch.id != apart_from:
            message = f"Patch {patch.letter} is already called {name}: choose another name."
            raise PatchbayError(Code.NAME_TAKEN, message)


def check_patch_name(state: SessionState, name: str) -> str:
    """Give the name of a new patch without outer blanks. Raises `invalid-name` and `name-taken` (R4)."""
    name = check_title(name, "patch")
    require_free_name(state, name)
    return name


def blockers(
    patch: Patch,
    patches: Patches,
    editors: Mapping[str, EditorContext],
    unsaved: Collection[str],
    problems: Iterable[Blocker],
    emptied: str = "",
) -> tuple[Blocker, ...]:
    """Give every reason why the patch can't be merged; ready means there is none (R6).

    `unsaved` are the ids of editors with a buffer; `problems` the verdicts on its composed files; `emptied`
    says why it has no operations any more.
    """
    if not patch.is_open:
        return ()
    found: list[Blocker] = []
    if not patch.marked_ready:
        found.append(Blocker(code=Code.NOT_READY, message="not marked ready"))
    if not patch.operations:
        found.append(
            Blocker(code=Code.EMPTY, message=f"has no operations left: {emptied}", patch=patch.id)
            if emptied
            else Blocker(code=Code.EMPTY, message="has no operations")
        )
    for dependency in patch.dependencies:
        other = patches[dependency.patch]
        if other.merged_at is not None:
            continue
        label = f"{other.letter} {other.name}"
        if other.abandoned_at is None:
            code, message = Code.DEPENDENCY_UNMERGED, f"waits for {label}"
        else:
            code, message = Code.DEPENDENCY_ABANDONED, f"depends on {label}, which is abandoned: drop that"
        found.append(Blocker(code=code, message=message, patch=other.id))
    for conflict in patch.conflicts:
        message = f"conflict in {conflict.name}"
        found.append(Blocker(code=Code.CONFLICTS, message=message, name=conflict.name))
    for editor in editors.values():
        if editor.patch_id == patch.id and editor.id in unsaved:
            message = f"editor {editor.number} has unsaved text"
            message += f" of {editor.user}"
            found.append(
                Blocker(code=Code.UNSAVED_EDITOR, message=message, editor=editor.id, name=editor.target)
            )
    found.extend(problems)
    return tuple(found)


def past_unsaved(
    found: Iterable[Blocker], editors: Mapping[str, EditorContext], user: UserId
) -> tuple[Blocker, ...]:
    """Leave out the blockers that are other people's buffers (R6, `--past-unsaved`)."""
    return tuple(
        one
        for one in found
        if one.code is not Code.UNSAVED_EDITOR or one.editor is None or editors[one.editor].user == user
    )


def refusal_of(patch: Patch, found: tuple[Blocker, ...]) -> PatchbayError:
    """Make the error that names what blocks a merge; its code is the first blocker's."""
    message = f"{patch.letter} {patch.name} can't be merged: {'; '.join(one.message for one in found)}."
    return PatchbayError(found[0].code, message, tuple((one.code, one.message) for one in found))


def require_no_cycle(patches: Patches, patch: Patch, on: Patch) -> None:
    """Raise `dependency-cycle` when `patch` can't depend on `on` (R11)."""
    label = f"{patch.letter} {patch.name}"
    if patch.id == on.id:
        raise PatchbayError(Code.DEPENDENCY_CYCLE, f"{label} can't depend on itself: choose another patch.")
    if patch.id in ancestors(patches, on.id):
        message = (
            f"{on.letter} {on.name} already depends on {label}, so {label} can't depend on it:"
            f" drop that dependency, or join the two patches."
        )
        raise PatchbayError(Code.DEPENDENCY_CYCLE, message)


def merge_order(patches: Patches, chosen: Iterable[PatchId]) -> tuple[PatchId, ...]:
    """Give some patches in an order in which they can be merged: dependencies first, else oldest first."""
    return tuple(patch.id for patch in in_order(patches, chosen))


def violations(state: SessionState) -> list[str]:
    """Say which of the rules that always hold are broken; empty for every state a transaction may write."""
    patches = state.patches
    return [
        *_broken_session(state),
        *_broken_patches(state),
        *_broken_graph(patches),
        *_broken_stacks(patches),
    ]


def _broken_session(state: SessionState) -> list[str]:
    found = []
    roles = [one.role for one in state.session.collaborators]
    if Role.OWNER not in roles:
        found.append("the session has no owner (R20)")
    if state.session.closed_at is not None:
        drafts = [patch for patch in state.open_patches() if not patch.marked_ready]
        found += [f"{patch.letter} {patch.name} is a draft in a closed session (R17)" for patch in drafts]
    numbers = [editor.number for editor in state.editors.values()]
    if len(set(numbers)) != len(numbers):
        found.append("two editors have one number")
    for editor in state.editors.values():
        patch = state.patches.get(editor.patch_id) if editor.patch_id else None
        if editor.patch_id and (patch is None or not patch.is_open):
            found.append(f"editor {editor.number} contributes to a patch that is not open")
        if editor.patch_id and editor.pending:
            found.append(f"editor {editor.number} is assigned and has pending work (R9)")
    return found


def _broken_patches(state: SessionState) -> list[str]:
    found = []
    names = [patch.name for patch in state.open_patches()]
    found += [
        f"two open patches are called {name} (R4)" for name in sorted(set(names)) if names.count(name) > 1
    ]
    letters = [patch.letter for patch in state.patches.values()]
    if len(set(letters)) != len(letters):
        found.append("two patches have one letter (§2)")
    for patch in state.patches.values():
        touched = [name for op in patch.operations for name in set(affected_names(op))]
        if len(set(touched)) != len(touched):
            found.append(f"patch {patch.letter} has two operations on one definition (R8)")
        known = {op.name for op in patch.operations}
        if any(conflict.name not in known for conflict in patch.conflicts):
            found.append(f"patch {patch.letter} has a conflict without an operation (R12)")
        if patch.is_open and patch.marked_ready and not patch.operations:
            found.append(f"patch {patch.letter} is empty and marked ready (R5)")
        if patch.merged_at is not None:
            if patch.abandoned_at is not None:
                found.append(f"patch {patch.letter} is merged and abandoned (R5)")
            for one in patch.dependencies:
                if state.patches[one.patch].merged_at is None:
                    found.append(f"patch {patch.letter} was merged before its dependency (R11)")
    return found


def _broken_graph(patches: Patches) -> list[str]:
    graph = {patch.id: {one.patch for one in patch.dependencies} for patch in patches.values()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError:
        return ["patches depend on each other in a circle (R11)"]
    if any(one not in patches for edges in graph.values() for one in edges):
        return ["a patch depends on one that is not in the session (R11)"]
    return []


def _broken_stacks(patches: Patches) -> list[str]:
    if _broken_graph(patches):
        return []
    found = []
    for name, holders in owners(patches).items():
        order = stack(patches, holders)
        for lower, upper in pairwise(order):
            if all(one.patch != lower for one in patches[upper].dependencies):
                found.append(f"{name} has two independent owners (R7)")
    return found
