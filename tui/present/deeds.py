"""What the log's verbs are called, who did what to a text, and entries with their undoing folded in. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from store.model import LogEntry
from tui.present.text import visible

_WORDS: Mapping[str, str] = {
    "session.start": "started the session",
    "session.edit": "changed the session",
    "session.reopen": "reopened the session",
    "session.rebind": "bound the session",
    "session.close": "closed the session",
    "session.abandon": "abandoned the session",
    "session.invite": "invited somebody",
    "session.role": "changed a role",
    "session.remove": "removed somebody",
    "session.leave": "left the session",
    "patch.new": "created a patch",
    "patch.edit": "named or described a patch",
    "patch.ready": "marked a patch ready",
    "patch.draft": "took a patch back to draft",
    "patch.merge": "merged a patch",
    "patch.abandon": "abandoned a patch",
    "patch.restore": "restored a patch",
    "patch.revert": "made a patch that reverts one",
    "patch.depend": "added a dependency",
    "patch.undepend": "dropped a dependency",
    "patch.infer": "found a dependency",
    "patch.join": "joined patches",
    "editor.open": "opened an editor",
    "editor.close": "closed an editor",
    "editor.drop": "dropped unsaved text",
    "editor.save": "saved a definition",
    "editor.delete": "deleted a definition",
    "editor.rename": "renamed a definition",
    "editor.assign": "assigned an editor",
    "editor.unassign": "unassigned an editor",
    "conflict.resolve": "settled a conflict",
    "tree.look": "saw the working tree change",
    "tree.pull": "pulled into the working tree",
    "follow": "followed the codebase",
    "undo": "undid something",
    "redo": "redid something",
}

_TO_A_TEXT: Mapping[str, str] = {
    "patch.merge": "merged it",
    "patch.abandon": "abandoned its patch",
    "patch.restore": "restored its patch",
    "patch.join": "joined its patch to another",
    "editor.save": "saved it",
    "editor.delete": "deleted it",
    "editor.rename": "renamed it",
    "editor.assign": "assigned it",
    "editor.unassign": "unassigned it",
    "conflict.resolve": "settled its conflict",
    "session.close": "closed the session",
    "undo": "undid a change",
    "redo": "redid a change",
}


def verb_words(verb: str) -> str:
    """Give what was done, in words, for one of the log's verbs."""
    return _WORDS.get(verb, visible(verb))


def done_to_text(entry: LogEntry | None, user: str) -> str:
    """Say who changed the text that an editor shows, and where, as far as the log tells."""
    if entry is None:
        return "it was changed"
    if entry.verb == "tree.look":
        return "it was changed in the working tree"
    if entry.verb == "follow":
        return "the codebase changed"
    did = _TO_A_TEXT.get(entry.verb, "changed it")
    return f"you {did} in another screen" if entry.user == user else f"{visible(entry.user)[:40]} {did}"


class Deed(NamedTuple):
    """An entry of the log, with what undo and redo made of it since."""

    entry: LogEntry
    latest: LogEntry
    """The last undo or redo of it; itself where there is none."""

    @property
    def undone(self) -> LogEntry | None:
        """The undo that took it back, where no redo brought it again."""
        return self.latest if self.latest.verb == "undo" and self.latest is not self.entry else None


def deeds_of(entries: Iterable[LogEntry]) -> tuple[Deed, ...]:
    """Fold each undo and redo into the entry that it is about; the order stays."""
    entries = tuple(entries)
    known = {one.id for one in entries}
    after = {one.undoes: one for one in entries if one.undoes is not None}
    found = []
    for entry in entries:
        if entry.undoes is None or entry.undoes not in known:
            latest = entry
            while latest.id in after:
                latest = after[latest.id]
            found.append(Deed(entry, latest))
    return tuple(found)
