"""Who is in the session, who is here now and what each has open; what a change of that would mean. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from textual.content import Content
from textual.style import Style

from store import rules
from store.errors import PatchbayError
from store.model import Collaborator, Role
from store.views import EditorView, SessionView
from tui.present.look import Look
from tui.present.text import cut_right, definition_name, last_part, padded, visible
from tui.words import counted

ROLES: Mapping[Role, str] = {
    Role.VIEWER: "reads, and opens no editor of their own",
    Role.CONTRIBUTOR: "adds to any patch; merges and abandons their own",
    Role.MAINTAINER: "does that to any patch; invites viewers and contributors",
    Role.OWNER: "everything: roles, closing, abandoning, reopening",
}
"""What each role may do (R20), least first."""


class Person(NamedTuple):
    """A collaborator with what they have open."""

    user: str
    role: Role
    here: bool
    """A screen of theirs shows this session now."""
    typing: frozenset[str]
    """The ids of the editors that a screen of theirs has open for typing."""
    editors: tuple[EditorView, ...]


def people_of(view: SessionView) -> tuple[Person, ...]:
    """Give the session's collaborators, those who are here first, else in the order they came."""
    screens = [one for one in view.online if one.session == view.session.id]
    here = {one.user for one in screens} | {view.user}
    editors: dict[str, list[EditorView]] = {}
    for one in view.editors:
        editors.setdefault(one.editor.user, []).append(one)
    typing: dict[str, set[str]] = {}
    for screen in screens:
        typing.setdefault(screen.user, set()).update(screen.editors)

    def person(one: Collaborator) -> Person:
        return Person(
            one.user,
            one.role,
            one.user in here,
            frozenset(typing.get(one.user, ())),
            tuple(editors.get(one.user, ())),
        )

    found = [person(one) for one in view.session.collaborators]
    return tuple(sorted(found, key=lambda one: not one.here))


def person_text(one: Person) -> str:
    """Give what a filter looks at in a person: name, role, what they have open."""
    return " ".join([one.user, one.role.value, *(editor.editor.target for editor in one.editors)])


def person_row(one: Person, you: bool, width: int, look: Look) -> Content:
    """Draw one person: here or not, name, role, what they are doing."""
    sign = (f"{look.signs.online} ", look.good) if one.here else ("  ", look.dim)
    column = max(16, min(34, width - 46))
    name = cut_right(one.user, column - 7, look.signs.ellipsis)
    label = Content.assemble(sign, (name, look.strong), (" (you)" if you else "", look.dim))
    head = padded(label, column + 1) + padded(Content.styled(one.role.value, look.text), 13)
    style = look.good if one.here else look.dim
    doing = cut_right(_doing(one), max(4, width - head.cell_length), look.signs.ellipsis)
    return head + Content.styled(doing, style)


def _doing(one: Person) -> str:
    typed = [last_part(editor.editor.target) for editor in one.editors if editor.editor.id in one.typing]
    if typed:
        return f"here, typing in {', '.join(typed[:3])}"
    open_now = counted(len(one.editors), "editor") if one.editors else "nothing open"
    return f"here, {open_now}" if one.here else open_now


def editor_lines(one: Person, width: int, limit: int, look: Look) -> list[Content]:
    """Draw the definitions a person has open, at most `limit` lines, those being typed in first."""
    if not one.editors:
        return [Content.styled("  no definition is open", look.dim)][:limit]
    ordered = sorted(one.editors, key=lambda editor: editor.editor.id not in one.typing)
    shown = ordered if len(ordered) <= limit else ordered[: max(0, limit - 1)]
    lines = [_editor_line(editor, editor.editor.id in one.typing, width, look) for editor in shown]
    if len(shown) < len(ordered):
        lines.append(Content.styled(f"  and {len(ordered) - len(shown)} more", look.dim))
    return lines[:limit]


def _editor_line(one: EditorView, typing: bool, width: int, look: Look) -> Content:
    state = "typing now" if typing else "unsaved" if one.unsaved else ""
    letter = visible(one.patch.letter) if one.patch else look.signs.free
    hue = look.hue(one.patch.letter) if one.patch else look.dim
    room = max(8, width - 21)
    name = definition_name(one.editor.target, room, look.dim, look.strong, look.signs.ellipsis)
    head = Content.assemble((f"{one.editor.number:>4} ", look.text), (f"{letter:<3}", hue), name)
    return padded(head, width - 12) + Content.styled(state, look.good if typing else look.warn)


_NEEDED = {"invite": Role.MAINTAINER, "role": Role.OWNER, "remove": Role.OWNER}
_DOING = {"invite": "invite", "role": "change roles", "remove": "remove people"}
"""What needs which role (R20), and what it is called in a sentence."""


def why_not(view: SessionView, verb: str, user: str | None) -> str | None:
    """Say why the reader can't `invite`, change a `role`, `remove` or `leave`; None when they can."""
    session = view.session
    try:
        rules.require_open_session(session)
        if verb in _NEEDED:
            rules.require_role(session, view.user, _NEEDED[verb], _DOING[verb])
    except PatchbayError as error:
        return error.message
    owners = [one.user for one in session.collaborators if one.role is Role.OWNER]
    if verb in ("role", "leave") and owners == [view.user if verb == "leave" else user]:
        return "A session keeps at least one owner: make somebody else an owner first."
    return None


def refused_lines(
    view: SessionView, verbs: Mapping[str, tuple[str, str]], user: str, look: Look
) -> list[Content]:
    """Draw the keys of those verbs that the reader can't do to a person, with a few words why, one line each.

    `verbs` gives each one's key and what that is called.
    """
    reason = look.warn + Style(italic=True)
    lines = []
    for verb, (key, word) in verbs.items():
        if why_not(view, verb, user) is not None:
            why = _in_short(view, verb)
            lines.append(Content.assemble((f"{key:<2} {word}", look.dim), "  ", (why, reason)))
    return lines


def _in_short(view: SessionView, verb: str) -> str:
    if view.session.closed_at is not None:
        return "the session is closed"
    needed = _NEEDED.get(verb)
    if needed is not None and (view.role is None or view.role.rank < needed.rank):
        return "only an owner may" if needed is Role.OWNER else "a maintainer or an owner may"
    return "a session keeps at least one owner"


def invitable(role: Role | None) -> tuple[Role, ...]:
    """Give the roles that somebody with this role may invite others to (R20)."""
    return tuple(ROLES) if role is Role.OWNER else (Role.VIEWER, Role.CONTRIBUTOR)


def going_lines(view: SessionView, one: Person, look: Look, width: int) -> list[Content]:
    """Say what stays when somebody leaves or is removed."""
    whose = "Your" if one.user == view.user else f"{cut_right(one.user, 24)}'s"
    patches = [patch for patch in view.patches if patch.patch.is_open and patch.patch.created_by == one.user]
    told: list[str] = []
    if one.editors:
        unsaved = sum(editor.unsaved for editor in one.editors)
        typed = f", {unsaved} of them with unsaved text" if unsaved else ""
        told.append(f"{whose} {counted(len(one.editors), 'editor')} stay{_s(one.editors)}{typed}.")
    if patches:
        names = ", ".join(f"{patch.patch.letter} {cut_right(patch.patch.name, 24)}" for patch in patches[:3])
        more = f" and {len(patches) - 3} more" if len(patches) > 3 else ""
        told.append(f"{whose} open {counted(len(patches), 'patch')} stay{_s(patches)}: {names}{more}.")
    if not told:
        told.append("Nothing of the session changes.")
    undo = look.keymap.shown("undo")
    back = f"You come back when somebody invites you; {undo} does not undo this."
    told.append(back if one.user == view.user else f"They can be invited again; {undo} undoes this.")
    return [Content.styled(cut_right(line, width, look.signs.ellipsis), look.text) for line in told]


def _s(items: Sequence[object]) -> str:
    return "s" if len(items) == 1 else ""
