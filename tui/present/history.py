"""Who did what when: the log's rows, which of them filters leave, which texts one changed. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from textual.content import Content

from store.history import deed
from store.model import LogEntry
from tui.present.deeds import Deed
from tui.present.look import Look
from tui.present.text import cut_right, padded, visible, wrapped

FACET_WORDS: Mapping[str, str] = {"by": "by", "patch": "patch", "verb": "who"}
"""How the title says what is filtered by."""


@dataclass(frozen=True)
class Filters:
    """What is left in the list; None for all."""

    by: str | None = None
    patch: str | None = None
    """A patch's id."""
    verb: str | None = None
    since: datetime | None = None
    """The earliest time."""

    def only(self, facet: str, value: str | None) -> Filters:
        """Give the filters with another user, patch or verb."""
        chosen: dict[str, Any] = {facet: value}
        return replace(self, **chosen)

    def admits(self, entry: LogEntry) -> bool:
        """Whether an entry is left."""
        return (
            self.by in (None, entry.user)
            and self.verb in (None, entry.verb)
            and (self.patch is None or self.patch in entry.patches)
            and (self.since is None or entry.at >= self.since)
        )


SINCE: Mapping[str, str] = {
    "hour": "the last hour",
    "today": "today",
    "week": "the last 7 days",
    "typed": "since a date or a time…",
}
"""What the history is filtered by in time."""


def since_of(what: str, now: datetime) -> datetime | None:
    """Give the earliest time that is meant by one of `SINCE`, in the reader's time zone; None for none."""
    local = now.astimezone()
    if what == "today":
        return local.replace(hour=0, minute=0, second=0, microsecond=0)
    past = {"hour": timedelta(hours=1), "week": timedelta(days=7)}.get(what)
    return None if past is None else local - past


def typed_since(text: str, now: datetime) -> datetime | None:
    """Read a date, a time of today, or both (`2026-11-20`, `09:30`, `11-20 09:30`); None when it is none."""
    today = now.astimezone()
    for form, before in (
        ("%Y-%m-%d %H:%M", ""),
        ("%Y-%m-%d", ""),
        ("%Y-%m-%d %H:%M", f"{today:%Y-}"),
        ("%Y-%m-%d", f"{today:%Y-}"),
        ("%Y-%m-%d %H:%M", f"{today:%Y-%m-%d }"),
    ):
        with suppress(ValueError):
            return datetime.strptime(before + text.strip(), form).astimezone()
    return None


def values_of(entries: Iterable[LogEntry], facet: str) -> list[tuple[str, int]]:
    """Give the users, patches or verbs in the log with how many entries each has, the most first."""
    counts: Counter[str] = Counter()
    for entry in entries:
        counts.update(facet_of(entry, facet))
    return counts.most_common()


def facet_of(entry: LogEntry, facet: str) -> tuple[str, ...]:
    """Give an entry's user, patches or verb."""
    return {"by": (entry.user,), "patch": entry.patches, "verb": (entry.verb,)}[facet]


def moment(at: datetime, now: datetime) -> str:
    """Give a time in the reader's time zone: the time today, else the day too."""
    local, today = at.astimezone(), now.astimezone()
    return local.strftime("%H:%M:%S" if local.date() == today.date() else "%m-%d %H:%M")


def deed_row(deed: Deed, now: datetime, width: int, look: Look) -> Content:
    """Draw one entry: when, who, what, and when it was undone."""
    entry, undone = deed.entry, deed.undone
    head = Content.styled(f" {moment(entry.at, now):<12}", look.dim)
    who = padded(Content.styled(cut_right(entry.user, 10, look.signs.ellipsis), look.text), 11)
    mark = "" if undone is None else f"undone {moment(undone.at, now)}"
    room = max(4, width - 25 - (len(mark) + 2 if mark else 0))
    what = cut_right(entry.summary, room, look.signs.ellipsis)
    tail = Content.assemble("  ", (mark, look.warn)) if mark else Content("")
    return Content.assemble(head, who, (what, look.dim if mark else look.strong), tail)


def about_deed(deed: Deed) -> str:
    """Say which entry it is, whose, what was done, and as which revision."""
    entry = deed.entry
    revision = f" as revision {visible(entry.revision)[:12]}" if entry.revision else ""
    return f"Entry {entry.number} by {visible(entry.user)}: {visible(entry.summary)}{revision}"


class Changed(NamedTuple):
    """A definition with the digests of its text before and after."""

    name: str
    before: str | None
    after: str | None
    words: str = ""
    """From what to what, where that is not plain."""


def changed_texts(entry: LogEntry) -> list[Changed]:
    """Give the definitions whose texts an entry changed, in patches or, where none is, in no patch yet."""
    if entry.verb == "conflict.resolve":
        return [one for one in _settled(entry) if one.before != one.after]
    for table, field in (("patches", "operations"), ("editors", "pending")):
        found = list(_changed_in(entry, table, field))
        if found:
            return found
    return []


def _settled(entry: LogEntry) -> Iterator[Changed]:
    """Give what settling a conflict took in the place of what, and what it changed in patches above."""
    gone = {
        (change.id, one["name"]): one
        for change in entry.changes
        if change.field == "conflicts"
        for one in change.before
        if one not in change.after
    }
    for change in entry.changes:
        if change.table != "patches" or change.field != "operations":
            continue
        conflict = gone.get((change.id, change.key or ""))
        if conflict is None:
            yield _pair(change.before, change.after)
            continue
        result = conflict["theirs"] if change.after is None else change.after["digest"]
        sides = {conflict["theirs"]: "theirs", conflict["ours"]: "ours"}
        taken = sides.get(result, "the edited text")
        passed = "theirs" if taken == "ours" else "ours"
        yield Changed(str(change.key), conflict[passed], result, f"from {passed} to {taken}")


def _changed_in(entry: LogEntry, table: str, field: str) -> Iterator[Changed]:
    for change in entry.changes:
        if change.table != table:
            continue
        if change.field == field:
            yield _pair(change.before, change.after)
        elif change.field is None:
            before, after = ((value or {}).get(field, ()) for value in (change.before, change.after))
            yield from (_pair(one, None) for one in before)
            yield from (_pair(None, one) for one in after)


def _pair(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Changed:
    present: Mapping[str, Any] = after or before or {}
    name = str(present.get("new_name") or present.get("name", ""))
    return Changed(name, _digest(before, after), _digest(after, before))


def _digest(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> str | None:
    found = one.get("digest") if one else (other or {}).get("base_digest")
    return None if found is None else str(found)


def undo_lines(entries: Sequence[LogEntry], refusal: str | None, width: int, look: Look) -> list[Content]:
    """Say what undoing would take back, newest first, or why it can't be done."""
    lines = [Content.styled(cut_right(deed(one), width - 4, look.signs.ellipsis)) for one in entries]
    rows = [Content.assemble((f"{look.signs.gone} ", look.warn), line) for line in lines]
    if refusal is None:
        return rows
    return [Content.styled(line, look.bad) for line in wrapped(refusal, width)] + rows
