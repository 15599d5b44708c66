"""What the log's verbs are called, who did what to a text, and entries with their undoing folded in. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from store.model import LogEntry
from tui.present.text import visible
from tui.words import VERBS

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
    return VERBS.get(verb, visible(verb))


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
