"""Pure: what a transaction changed, taking it back, and which transaction is next to be undone (R22).

A transaction is kept as the fields it changed, before and after. Applying them forwards is how an
interrupted merge is completed, backwards how it is undone; both refuse where the field has moved on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from store.errors import Code, PatchbayError
from store.model import (
    UNDOABLE,
    Change,
    Digest,
    EditorContext,
    EditorId,
    LogEntry,
    Origin,
    Patch,
    PatchId,
    Record,
    Session,
    SessionState,
    UserId,
)
from store.source.merge import merge3
from store.source.texts import digest as digest_of

LOOK = "tree.look"
"""The verb of the transaction that takes in what was changed in a git working tree (§4)."""

_KEYS = {"operations": "name", "pending": "name", "dependencies": "patch", "collaborators": "user"}
"""Lists whose items are told apart by a field, so that neighbours' changes do not disturb each other."""

_ONE_WAY = frozenset({"letters_given", "codebase_revision"})
"""Fields of a session that undo leaves alone: letters are never reused, the codebase tells its revision.

Whoever completes a merge may find them as they were before the merging process caught up in memory.
"""

Json = dict[str, Any]


def changes_between(before: SessionState, after: SessionState) -> tuple[Change, ...]:
    """Give the fields in which two states differ."""
    found: list[Change] = []
    if before.session is not after.session:
        found += _record_changes("session", before.session.id, before.session, after.session)
    for table, old, new in (
        ("patches", before.patches, after.patches),
        ("editors", before.editors, after.editors),
    ):
        for key in (*old, *(key for key in new if key not in old)):
            if old.get(key) is not new.get(key):
                found += _record_changes(table, key, old.get(key), new.get(key))
    return tuple(found)


def _record_changes(table: str, key: str, before: Record | None, after: Record | None) -> list[Change]:
    old = None if before is None else before.model_dump(mode="json")
    new = None if after is None else after.model_dump(mode="json")
    if old is None or new is None:
        return [Change(table=table, id=key, before=old, after=new)] if old != new else []
    found: list[Change] = []
    for field, value in new.items():
        if value != old[field]:
            found += _field_changes(table, key, field, old[field], value)
    return found


def _field_changes(table: str, key: str, field: str, before: Any, after: Any) -> list[Change]:
    item_key = _KEYS.get(field)
    if item_key is None:
        return [Change(table=table, id=key, field=field, before=before, after=after)]
    old, new = _by_key(before, item_key), _by_key(after, item_key)
    found = []
    for name in (*old, *(name for name in new if name not in old)):
        (at, was), (new_at, now) = old.get(name, (None, None)), new.get(name, (None, None))
        if was != now:
            place = at if at is not None else new_at
            found.append(Change(table=table, id=key, field=field, key=name, before=was, after=now, at=place))
    return found


def _by_key(items: Sequence[Json], item_key: str) -> dict[str, tuple[int, Json]]:
    return {item[item_key]: (index, item) for index, item in enumerate(items)}


def inverse(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Give the changes that take these back."""
    return tuple(
        change.model_copy(update={"before": change.after, "after": change.before})
        for change in changes
        if not (change.table == "session" and change.field in _ONE_WAY)
    )


class ClashError(Exception):
    """A change can't be applied since the field is not as it expects."""

    def __init__(self, change: Change) -> None:
        super().__init__(f"{change.table} {change.id} {change.field} {change.key}")
        self.change = change


def with_changes(state: SessionState, changes: Iterable[Change]) -> SessionState:
    """Apply changes to a state. Raises `ClashError` where a field is not as the change found it."""
    tables: dict[str, dict[str, Json]] = {"session": {}, "patches": {}, "editors": {}}
    records: dict[str, dict[str, Record]] = {
        "session": {state.session.id: state.session},
        "patches": dict(state.patches),
        "editors": dict(state.editors),
    }
    ordered = sorted(changes, key=lambda one: (one.after is None, one.at or 0))
    for change in ordered:
        touched = tables[change.table]
        if change.id not in touched:
            record = records[change.table].get(change.id)
            touched[change.id] = {} if record is None else record.model_dump(mode="json")
        touched[change.id] = _applied(touched[change.id], change)
    patches: dict[str, Patch] = dict(state.patches)
    editors: dict[str, EditorContext] = dict(state.editors)
    session = state.session
    for key, value in tables["session"].items():
        session = Session.model_validate(value)
        assert key == session.id
    for key, value in tables["patches"].items():
        _put(patches, key, Patch.model_validate(value) if value else None)
    for key, value in tables["editors"].items():
        _put(editors, key, EditorContext.model_validate(value) if value else None)
    return SessionState(session=session, patches=_by_age(patches), editors=editors)


def _put(records: dict[str, Any], key: str, value: Record | None) -> None:
    if value is None:
        records.pop(key, None)
    else:
        records[key] = value


def _by_age(patches: dict[str, Patch]) -> dict[str, Patch]:
    return dict(sorted(patches.items(), key=lambda item: (len(item[1].letter), item[1].letter)))


def _applied(record: Json, change: Change) -> Json:
    if change.field is None:
        if _as_written(record) != _as_written(change.before):
            raise ClashError(change)
        return dict(change.after or {})
    if not record:
        raise ClashError(change)
    if change.key is None:
        if record[change.field] != change.before and change.field not in _ONE_WAY:
            raise ClashError(change)
        return record | {change.field: change.after}
    items = list(record[change.field])
    item_key = _KEYS[change.field]
    at = next((index for index, item in enumerate(items) if item[item_key] == change.key), None)
    if (None if at is None else items[at]) != change.before:
        raise ClashError(change)
    if at is None:
        items.insert(min(change.at or 0, len(items)), change.after)
    elif change.after is None:
        del items[at]
    else:
        items[at] = change.after
    return record | {change.field: items}


def _as_written(record: Json | None) -> Json:
    """Give a record without the dependencies that are told from the texts anew whenever they change (R11)."""
    if not record or "dependencies" not in record:
        return record or {}
    kept = [one for one in record["dependencies"] if one["origin"] != Origin.INFERRED]
    return record | {"dependencies": kept}


def fitted_to_editors(
    state: SessionState,
    changes: Iterable[Change],
    later: Sequence[LogEntry],
    typed_in: Collection[EditorId],
    texts: Callable[[Digest], str],
) -> tuple[SessionState, tuple[Change, ...]]:
    """Fit what undo does to the editors there are: opening and closing clean ones is skipped by it (R22).

    One closed since, in an entry of `later`, stays closed unless pending work comes back to it, or the patch
    to one that a look had found spent; one that was opened stays open, clean and unassigned, where it is
    `typed_in`. Pending work that looks have only brought up to what lies beneath it since is as it was.
    """
    kept: list[Change] = []
    closed: dict[EditorId, list[Change]] = {}
    for change in changes:
        comes, goes = change.before is None, change.after is None
        if change.table != "editors" or (change.field is None and comes):
            kept.append(change)
            continue
        if change.id not in state.editors:
            closed.setdefault(change.id, []).append(change)
            continue
        fitted = _over_what_followed(change, later, texts)
        kept += _cleaned(fitted) if change.field is None and goes and change.id in typed_in else [fitted]
    for editor_id, own in closed.items():
        as_closed, by_a_look = _as_closed(later, editor_id)
        fields = ("pending", "patch_id") if by_a_look else ("pending",)
        if as_closed is not None and any(one.field in fields and one.after for one in own):
            state = state.with_editor(as_closed)
            kept += own
    return state, tuple(kept)


def _over_what_followed(change: Change, later: Iterable[LogEntry], texts: Callable[[Digest], str]) -> Change:
    """Let a change of pending work begin where looks brought that since, if nobody else changed it."""
    if change.before is None or change.field not in (None, "pending"):
        return change
    if change.field == "pending":
        return change.model_copy(update={"before": _followed(change.before, change.id, later, texts)})
    pending = [_followed(op, change.id, later, texts) for op in change.before["pending"]]
    return change.model_copy(update={"before": change.before | {"pending": pending}})


def _followed(
    op: Json, editor_id: EditorId, later: Iterable[LogEntry], texts: Callable[[Digest], str]
) -> Json:
    """Give a pending operation as looks alone have brought it over what changed beneath; else itself."""
    there = op
    for entry in later:
        for one in entry.changes:
            if (one.table, one.id, one.field, one.key) != ("editors", editor_id, "pending", op["name"]):
                continue
            if entry.verb != LOOK or one.before != there or not _only_followed(there, one.after, texts):
                return op
            there = one.after
    return there


def _only_followed(before: Json, after: Json | None, texts: Callable[[Digest], str]) -> bool:
    """Whether an operation differs only by what changed beneath it, which says the rest (R7)."""
    if (
        after is None
        or before["kind"] != after["kind"]
        or None in (before["base_digest"], after["base_digest"])
    ):
        return False
    if before["digest"] == after["digest"]:
        return True
    base, ours, theirs = (
        texts(one) for one in (before["base_digest"], before["digest"], after["base_digest"])
    )
    merged = merge3(base, ours, theirs)
    return merged is not None and digest_of(merged) == after["digest"]


def with_spent_editors(state: SessionState, patch: PatchId, log: Sequence[LogEntry]) -> SessionState:
    """Give the state with the editors that contributed to a patch, and that a look has found spent since."""
    entry = abandonment(patch, log)
    for change in entry.changes if entry is not None else ():
        if change.table != "editors" or change.id in state.editors:
            continue
        as_closed, by_a_look = _as_closed(log, change.id)
        unplugged = change.field == "patch_id" and change.before == patch and by_a_look
        taken_away = change.field is None and change.before and change.before["patch_id"] == patch
        if as_closed is not None and (unplugged or taken_away):
            back = as_closed.model_copy(update={"patch_id": None})
            state = with_free_numbers(state.with_editor(back), state)
    return state


def abandonment(patch: PatchId, log: Sequence[LogEntry]) -> LogEntry | None:
    """Give the entry that abandoned a patch last."""
    return next((entry for entry in reversed(log) if _abandons(entry, patch)), None)


def _abandons(entry: LogEntry, patch: PatchId) -> bool:
    ends = (one for one in entry.changes if one.id == patch and one.field == "abandoned_at")
    return any(one.after is not None for one in ends)


def _cleaned(change: Change) -> list[Change]:
    """Give what leaves an editor, that a change takes away, open and clean instead."""
    was: Json = change.before
    pending = [
        change.model_copy(update={"field": "pending", "key": op["name"], "before": op})
        for op in was["pending"]
    ]
    if was["patch_id"] is None:
        return pending
    return [*pending, change.model_copy(update={"field": "patch_id", "before": was["patch_id"]})]


def _as_closed(later: Sequence[LogEntry], editor_id: EditorId) -> tuple[EditorContext | None, bool]:
    """Give an editor as it was when it was closed, and whether a look did that."""
    for entry in reversed(later):
        for change in entry.changes:
            if (change.table, change.id, change.field, change.after) == ("editors", editor_id, None, None):
                return EditorContext.model_validate(change.before), entry.verb == LOOK
    return None, False


def with_free_numbers(state: SessionState, before: SessionState) -> SessionState:
    """Give editors that have come back the smallest free number where theirs was taken since (§2)."""
    for editor in state.editors.values():
        taken = {one.number for one in state.editors.values() if one.id != editor.id}
        if editor.id not in before.editors and editor.number in taken:
            free = next(number for number in range(1, len(taken) + 2) if number not in taken)
            state = state.with_editor(editor.model_copy(update={"number": free}))
    return state


class Reach(NamedTuple):
    """What a user could undo and redo, the next one last."""

    undo: tuple[LogEntry, ...]
    redo: tuple[LogEntry, ...]


def reach(entries: Iterable[LogEntry], user: UserId) -> Reach:
    """Follow the log, oldest first, to what the user could undo and redo now (R22)."""
    undo: list[LogEntry] = []
    redo: list[LogEntry] = []
    for entry in entries:
        if entry.user != user or not entry.undoable:
            continue
        if entry.verb == "undo":
            gone = {entry.undoes, *entry.skips}
            undo = [one for one in undo if one.id not in gone]
            redo.append(entry)
        elif entry.verb == "redo":
            redo = [one for one in redo if one.id != entry.undoes]
            undo.append(entry)
        else:
            undo.append(entry)
            redo = []
    return Reach(tuple(undo[-UNDOABLE:]), tuple(redo))


def deed(entry: LogEntry) -> str:
    """Give what was done in the first place, however often it was undone and redone since."""
    summary = entry.summary
    while summary.startswith(("undid: ", "redid: ")):
        summary = summary[len("undid: ") :]
    return summary


def latest_act(stack: Sequence[LogEntry]) -> tuple[LogEntry, ...]:
    """Give what the next undo or redo takes, newest first: the last entry with those of its act (R22)."""
    found = list(stack[-1:])
    for entry in reversed(stack[:-1]):
        if entry.act is None or entry.act != found[-1].act:
            break
        found.append(entry)
    return tuple(found)


def who_changed(entries: Iterable[LogEntry], clash: Change) -> LogEntry | None:
    """Find the latest entry, given oldest first, that touched the field a change clashed on."""
    found = None
    for entry in entries:
        for change in entry.changes:
            same_record = (change.table, change.id) == (clash.table, clash.id)
            if (
                same_record
                and (clash.field is None or change.field in (None, clash.field))
                and (clash.key is None or change.key in (None, clash.key))
            ):
                found = entry
    return found


def who_wrote(
    entries: Iterable[LogEntry], editor: EditorContext, patches: Mapping[PatchId, Patch]
) -> LogEntry | None:
    """Find the first entry, given newest first, that changed the text an editor shows."""
    for entry in entries:
        if any(_changes_text(change, editor, patches) for change in entry.changes):
            return entry
    return None


def _changes_text(change: Change, editor: EditorContext, patches: Mapping[PatchId, Patch]) -> bool:
    if change.table == "editors":
        return change.id == editor.id and change.field in ("pending", "patch_id")
    if change.table != "patches":
        return False
    if change.field == "operations":
        operations = [one for one in (change.before, change.after) if one]
    elif change.field is None:
        operations = (change.after or change.before)["operations"]
    elif change.field in ("merged_at", "abandoned_at") and change.id in patches:
        operations = patches[change.id].model_dump(mode="json")["operations"]
    else:
        return False
    return any(editor.target in (one["name"], one.get("new_name")) for one in operations)


def rests_on(entry: LogEntry, later: LogEntry | None, detail: str = "") -> PatchbayError:
    """Make the refusal to undo an entry that something rests on (R22)."""
    if later is not None:
        who = "since then" if later.user == entry.user else f"{later.user} has since"
        reason = f"{who}: {later.summary}"
    else:
        reason = detail or "what it changed has moved on since"
    first = "Undo that first, or skip this one." if later is None or later.undoable else "Skip this one."
    return PatchbayError(Code.RESTS_ON, f"Can't take back “{entry.summary}”: {reason}. {first}")
