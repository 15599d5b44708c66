"""Finding sessions, patches and editors by what people call them: an id, a name, a letter, a number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from store import rules
from store.errors import Code, PatchbayError
from store.model import EditorContext, Patch, SessionId, SessionState, UserId
from store.repository import Repository
from store.source.names import nearest


class References:
    """What a user's references mean in a store."""

    def __init__(self, repository: Repository, user: UserId) -> None:
        self.repository = repository
        self.user = user

    @property
    def seat(self) -> str:
        """Where the user's current session is noted; see `Bound.seat`."""
        return self.user

    def session_id(self, reference: str | None) -> SessionId:
        """Find a session by id or unique name; None is the user's current one. Raises `not-found`."""
        if reference is None:
            current = self.current_session()
            if current is None:
                message = f"{self.user} has no current session: start one or switch to one."
                raise PatchbayError(Code.NOT_FOUND, message)
            return current
        if self.repository.files.exists(reference):
            return reference
        open_ones = [state.session for state in self.repository.readable()]
        found = [one for one in open_ones if one.name == reference and one.closed_at is None]
        if len(found) == 1:
            return found[0].id
        every = [state.session for state in self.repository.readable(archived=True)]
        found = [one for one in every if one.name == reference]
        if len(found) == 1:
            return found[0].id
        names = [one.name for one in every if one.role_of(self.user) is not None]
        raise _unclear("session", reference, len(found), names)

    def require_free_session_name(self, name: str, apart_from: SessionId | None = None) -> None:
        """Raise `name-taken` when another open session has the name (R1)."""
        for state in self.repository.readable():
            other = state.session
            if other.name == name and other.id != apart_from and other.closed_at is None:
                message = f"An open session is already called {name}: choose another name."
                raise PatchbayError(Code.NAME_TAKEN, message)

    def current_session(self) -> SessionId | None:
        """Give the id of the user's current session; None when there is none that is open (R2)."""
        session_id = self.repository.workspace().current.get(self.seat)
        if session_id is None:
            return None
        try:
            state = self.repository.load(session_id)
        except PatchbayError as error:
            if error.code is not Code.NOT_FOUND:
                raise
            return None
        if state.session.closed_at is not None or state.session.role_of(self.user) is None:
            return None
        return session_id

    def patch_in(self, state: SessionState, reference: str) -> Patch:
        """Find a patch by id, letter or unique name, open ones first. Raises `not-found`, `ambiguous`.

        One patch's letter that is another open one's name is ambiguous. A letter in lower case is understood
        where no open patch has that name.
        """
        if reference in state.patches:
            return state.patches[reference]
        every = tuple(state.patches.values())
        lettered = [patch for patch in every if patch.letter == reference]
        named = [patch for patch in state.open_patches() if patch.name == reference]
        if lettered and any(one is not lettered[0] for one in named):
            raise _letter_or_name(lettered[0], named[0])
        for found in (
            lettered,
            named,
            [patch for patch in every if patch.letter == reference.upper()],
            [patch for patch in every if patch.name == reference],
        ):
            if len(found) == 1:
                return found[0]
            if found:
                break
        names = [patch.name for patch in state.patches.values()]
        raise self.gone(state, "patch", reference) or _unclear("patch", reference, len(found), names)

    def called(self, state: SessionState, reference: str) -> str:
        """Give the one name of a definition that is given by its path; anything else as it is."""
        return reference

    def editor_in(self, state: SessionState, reference: str) -> EditorContext | None:
        """Find an editor by id, number or definition (the user's own first); None when there is none.

        A definition that is open nowhere may be one that an editor's work in no patch renames.
        """
        if reference in state.editors:
            return state.editors[reference]
        if is_number(reference):
            return next((one for one in state.editors.values() if str(one.number) == reference), None)
        reference = self.called(state, reference)
        found = [editor for editor in state.editors.values() if editor.target == reference]
        found = found or [editor for editor in state.editors.values() if renames(editor, reference)]
        mine = [editor for editor in found if editor.user == self.user]
        if len(mine) == 1 or len(found) == 1:
            return (mine or found)[0]
        if found:
            raise _unclear("editor", reference, len(found), [])
        return None

    def require_editor(self, state: SessionState, reference: str) -> EditorContext:
        """Find an editor as `editor_in` does. Raises `not-found` with the nearest ones."""
        editor = self.editor_in(state, reference)
        if editor is None:
            names = [one.target for one in state.editors.values()]
            raise self.gone(state, "editor", reference) or _unclear("editor", reference, 0, names)
        return editor

    def gone(self, state: SessionState, what: Kind, reference: str) -> PatchbayError | None:
        """Say what a record was called that an id stood for, and who took it away; None for no such id."""
        if _OF_NAMES.intersection(reference) or is_number(reference):
            return None
        table, first, second = _CALLED[what]
        for entry in reversed(self.repository.recent_log(state.session.id)):
            for one in entry.changes:
                if (one.table, one.id, one.field) == (table, reference, None) and one.before is not None:
                    called = f"{what.capitalize()} {one.before[first]} {one.before[second]}"
                    did = (
                        f"{entry.user} {entry.summary}" if entry.user != self.user else f"you {entry.summary}"
                    )
                    return PatchbayError(Code.NOT_FOUND, f"{called} is no longer there: {did}.")
        return None


Kind = Literal["patch", "editor"]
_CALLED: Mapping[Kind, tuple[str, str, str]] = {
    "patch": ("patches", "letter", "name"),
    "editor": ("editors", "number", "target"),
}
"""The table of a kind of record, and by which fields people know one."""
_OF_NAMES = frozenset(".:")
"""Every definition's name has one of these, and no id."""


def renames(editor: EditorContext, name: str) -> bool:
    """Whether work of an editor in no patch gives a definition another name."""
    return any(op.kind == "rename" and op.name == name for op in editor.pending)


def is_number(reference: str) -> bool:
    """Whether a reference is an editor's number, which no definition's name can be."""
    return reference.isascii() and reference.isdigit()


def _letter_or_name(lettered: Patch, named: Patch) -> PatchbayError:
    return PatchbayError(
        Code.AMBIGUOUS,
        f"{lettered.letter} is the letter of {rules.quoted(lettered.name)} and the name of patch"
        f" {named.letter}: give {lettered.id} for the one, {named.id} for the other.",
    )


def _unclear(what: str, reference: str, count: int, names: list[str]) -> PatchbayError:
    shown = rules.quoted(reference)
    several = f"{what}es" if what == "patch" else f"{what}s"
    if count > 1:
        return PatchbayError(
            Code.AMBIGUOUS,
            f"{count} {several} are called {shown}: give the id instead, or its letter or number.",
        )
    near = nearest(reference[:500], names) if names else []
    hint = f" Did you mean {' or '.join(near)}?" if near else f" List the {several} to see what there is."
    return PatchbayError(Code.NOT_FOUND, f"There is no {what} {shown}.{hint}")
