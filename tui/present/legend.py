"""What each sign of the session screen means, from the signs themselves. Pure."""

from __future__ import annotations

from tui.present.look import Signs


def legend(signs: Signs) -> tuple[tuple[str, str], ...]:
    """Give the signs that stand for something, with what each stands for; not the lines that are drawn."""
    added, deleted, renamed = signs.change
    conflict, blocked, draft, ready = signs.short
    return (
        (signs.ready, "patch: ready to merge"),
        (signs.draft, "patch: draft"),
        (signs.blocked, "patch: marked ready, something is in the way"),
        (signs.conflict, "patch: in conflict"),
        (signs.merged, "patch: merged"),
        (signs.abandoned, "patch: abandoned"),
        (signs.plugged, "jack of an editor or a patch: plugged, the cable leads to the other end"),
        (signs.free, "jack of an editor or patch: nothing plugged in"),
        (signs.waits, "editor: changed and in no patch yet"),
        (signs.travels, "editor: imports in no patch, which go along with the merges that need them"),
        (signs.unsaved, "editor: typed text is not saved yet"),
        (added, "editor: its definition is added"),
        (deleted, "editor: its definition is deleted"),
        (renamed, "editor: its definition is renamed"),
        (signs.chosen, "row: chosen for what is done next"),
        (signs.next, "the sensible next step; in a list: you are here"),
        (f"{signs.online} name", "header: somebody else who is here now"),
        (signs.new, "something new: a patch, a definition"),
        (signs.good, "done, or as it should be"),
        (signs.bad, "refused, or in the way"),
        (signs.gone, "will be abandoned"),
        (f"{conflict} {blocked} {draft} {ready}", "counts: in conflict, blocked, draft, ready"),
    )
