"""Counts and sentences in words, as the screens and the command line both say them; it imports neither."""

from __future__ import annotations

from collections.abc import Mapping

VERBS: Mapping[str, str] = {
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
"""Every verb of the log, with what it did."""


def left_alone(count: int) -> str:
    """Say how many changed files are never looked at, as their names hold what cannot be shown."""
    whose, are = ("its name", "is") if count == 1 else ("their names", "are")
    return f"{counted(count, 'file')} with control characters in {whose} {are} left alone"


def counted(number: int, noun: str) -> str:
    """Give "1 op", "3 ops", "2 patches"."""
    if number == 1:
        return f"1 {noun}"
    return f"{number} {noun}es" if noun.endswith("ch") else f"{number} {noun}s"


def sentence(text: str) -> str:
    """Give a text as a sentence: a capital first, unless a name or a path is, and a full stop last."""
    first = text.partition(" ")[0].rstrip(",:;")
    if first.isalpha() and first.islower():
        text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."
