"""The command line's plain text: short lines for a person to read. What is in them is made visible when
written, by `output`; nothing here styles or computes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from store.errors import Code
from tui.cli.output import table, text_lines
from tui.visible import visible
from tui.words import counted, left_alone, sentence

if TYPE_CHECKING:
    from store.model import EditorContext, LogEntry, Op, Patch, PatchFailure, SessionCloseResult
    from store.session_manager import SessionSummary
    from store.session_manager.upkeep import Health
    from store.views import (
        ClosePreview,
        CodebaseView,
        CommitMessage,
        EditorView,
        MergePreview,
        MergeReport,
        Outcome,
        PatchView,
        RebindPreview,
        SessionView,
        UndoPreview,
    )


_DONE = {"add": "added", "update": "changed", "delete": "deleted"}
_MOST_PENDING = 3
"""How many operations of an editor in no patch are named."""

_NAMED = 5
"""How many of the files that are left alone are named."""


def label(patch: Patch) -> str:
    """Give a patch's letter and name."""
    return f"{patch.letter} {patch.name}"


def short(revision: str) -> str:
    """Give as much of a revision's id as people read out."""
    return revision[:12]


def outcome_lines(outcome: Outcome) -> Iterator[str]:
    """Say what a change did."""
    yield sentence(outcome.summary)
    if outcome.chosen is not None:
        yield "It joined that patch because no other open patch changes it."
    if outcome.asks:
        yield "Choose its patch: patchbay editor assign E PATCH, or --new-patch NAME."
    for note in outcome.notes:
        yield f"  {note}"


def status_lines(user: str, codebase: CodebaseView, view: SessionView | None) -> Iterator[str]:
    """Show a session: its editors and patches, as the screen does."""
    branch = f" · {codebase.branch_name}" if codebase.branch_name else ""
    place = f"{codebase.kind.replace('-', ' ')}{branch} · revision {short(codebase.revision)} · {user}"
    if view is None:
        yield place
        yield "You have no current session: patchbay session start NAME, or session list."
        return
    session = view.session
    yield f"Session {session.name}" + (" (closed)" if session.closed_at is not None else "")
    if session.description:
        yield f"  {session.description}"
    people = [f"{one.user} {one.role}" for one in session.collaborators if one.user != user]
    yield f"  {place}" + (f" {view.role}" if view.role else "") + "".join(f" · {one}" for one in people)
    if codebase.waits is not None:
        yield f"  Waits: {codebase.waits}: {codebase.way}."
    for clash in codebase.clashes:
        yield f"  {clash}."
    if codebase.left_alone:
        yield f"  {_left_alone(codebase.left_alone)}."
    if view.behind:
        yield f"  Behind in the working tree: {', '.join(view.behind)}; patchbay tree pull writes it."
    yield ""
    yield from editor_lines(view)
    yield ""
    yield from patch_lines(view.patches)


def _left_alone(paths: Sequence[str]) -> str:
    """Say which changed files are never looked at; of many the first ones."""
    named = ", ".join(visible(path) for path in paths[:_NAMED])
    rest = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
    return f"{left_alone(len(paths))}: {named}{rest}"


def behind_lines(behind: Sequence[str]) -> list[str]:
    """Say which definitions a working tree has otherwise than the session."""
    return [f"behind: {name}" for name in behind] or ["Nothing is behind in the working tree."]


def editor_lines(view: SessionView) -> list[str]:
    """Show a session's editors, a row each."""
    if not view.editors:
        return ["No editors: patchbay editor open NAME."]
    rows = [
        (
            f"{one.editor.number}{'*' if one.unsaved else ' '}",
            one.editor.target,
            "" if one.editor.user == view.user else one.editor.user,
            plugged(one),
        )
        for one in view.editors
    ]
    if not any(row[2] for row in rows):
        return ["Editors", *table([(row[0], row[1], row[3]) for row in rows])]
    return ["Editors", *table(rows)]


def plugged(view: EditorView) -> str:
    """Say which patch an editor is plugged into, and what of it is in none."""
    from store.views import TRAVELS

    where = "unassigned" if view.patch is None else label(view.patch)
    if view.travels:
        where = TRAVELS
    elif view.editor.pending:
        where += f", {pending(view.editor)}, waiting for a patch"
    if view.unmerged:
        where += ", another text in the working tree: save one, or close it with --discard"
    elif view.unsaved:
        where += ", unsaved text"
    return where


def pending(editor: EditorContext) -> str:
    """Say what an editor has in no patch: "deleted", "renamed from shop.sum", "changed, shop.RATE added"."""
    done = [_done(op, editor.target) for op in editor.pending[:_MOST_PENDING]]
    more = len(editor.pending) - len(done)
    return ", ".join([*done, *([f"{more} more"] if more else [])])


def _done(op: Op, target: str) -> str:
    name = op.new_name if op.kind == "rename" else op.name
    whose = "" if name == target else f"{name} "
    if op.kind == "rename":
        return f"{whose}renamed from {op.name}"
    only_moved = op.kind == "update" and op.moved and op.digest == op.base_digest
    return whose + ("moved" if only_moved else _DONE[op.kind])


def patch_lines(patches: Iterable[PatchView]) -> list[str]:
    """Show patches, a row each."""
    rows = [
        (one.patch.letter, one.patch.name, one.patch.created_by, _size(one.patch), state_of(one))
        for one in patches
    ]
    return ["Patches", *table(rows)] if rows else ["No patches: patchbay patch new NAME."]


def _size(patch: Patch) -> str:
    return counted(len(patch.operations), "op")


def state_of(view: PatchView) -> str:
    """Say how a patch stands, with what blocks it."""
    patch = view.patch
    if patch.merged_at is not None:
        return f"merged as revision {short(patch.revision or '')} by {patch.merged_by}"
    if view.ready_to_merge:
        return "ready to merge"
    rest = [one.message for one in view.blockers if one.code is not Code.NOT_READY]
    return " · ".join([patch.status.value, *rest])


def patch_comments(view: PatchView, names: dict[str, str]) -> Iterator[str]:
    """Say what a patch is, in lines that stand above its diff; `names` are the patches' labels by id."""
    patch = view.patch
    yield f"# {label(patch)} · {_size(patch)} · {state_of(view)}"
    if patch.description:
        yield from (f"#   {line}" for line in text_lines(patch.description))
    for one in patch.dependencies:
        why = f": {one.why}" if one.why else ""
        yield f"#   depends on {names.get(one.patch, one.patch)} ({one.origin}{why})"
    for suggestion in view.suggestions:
        yield f"#   perhaps needs {label(suggestion.patch)}, which adds {suggestion.name}"
    for conflict in patch.conflicts:
        yield f"#   conflict in {conflict.name} ({conflict.kind}): {conflict.id}"
    for op in patch.operations:
        yield f"#   {_operation(op)}"


def _operation(op: Op) -> str:
    if op.kind == "rename":
        return f"rename {op.name} to {op.new_name}"
    if op.kind == "update" and op.moved:
        return f"moved {op.name}" if op.digest == op.base_digest else f"update {op.name}, moved"
    return f"{op.kind} {op.name}"


def message_lines(message: CommitMessage) -> Iterator[str]:
    """Show the message of a revision that would be made, set in as git does it."""
    yield ""
    yield from (f"    {line}".rstrip() for line in text_lines(message.text))
    yield ""


def session_lines(sessions: Iterable[SessionSummary]) -> list[str]:
    """Show sessions, a row each."""
    rows = [
        (
            "*" if one.current else " ",
            one.session.name,
            counted(one.open_patches, "open patch"),
            counted(one.editors, "editor"),
            str(one.role),
            f"closed {moment(one.session.closed_at)}" if one.session.closed_at else "open",
            one.session.id,
        )
        for one in sessions
    ]
    return table(rows, indent="") if rows else ["No sessions: patchbay session start NAME."]


def close_lines(result: SessionCloseResult, names: dict[str, str]) -> Iterator[str]:
    """Say what closing did."""
    failed = len(result.patches_failed)
    yield f"Closed: {result.patches_merged} merged, {failed} failed, {result.patches_abandoned} abandoned."
    yield from (f"  merged {names.get(one, one)}" for one in result.merged)
    yield from failure_lines(result.patches_failed, names)
    yield from (f"  abandoned {names.get(one, one)}" for one in result.abandoned)
    for merge in result.clean_merges:
        where = "in no patch" if merge.patch is None else names.get(merge.patch, merge.patch)
        yield f"  {where}: {merge.name} was merged with what changed beneath it"


def failure_lines(failures: Iterable[PatchFailure], names: dict[str, str]) -> Iterator[str]:
    """Say which patches did not merge, and why."""
    for one in failures:
        yield f"  failed {names.get(one.patch, one.patch)}: {one.message}"


def report_lines(report: MergeReport, names: dict[str, str]) -> Iterator[str]:
    """Say what merging several patches did."""
    if not report.outcomes and not report.failures:
        yield "Nothing is ready to merge."
    for one in report.outcomes:
        yield from outcome_lines(one)
    yield from failure_lines(report.failures, names)


def close_preview_lines(preview: ClosePreview, names: dict[str, str]) -> Iterator[str]:
    """Say what closing, abandoning or merging all ready would do."""
    yield from (f"  would merge {label(one.patch)}" for one in preview.merges)
    for failure in preview.fails:
        yield f"  would fail {names.get(failure.patch, failure.patch)}: {failure.message}"
    yield from (f"  would abandon {label(one)} of {one.created_by}" for one in preview.abandons)
    yield from (f"  in no patch: {_named(one)}, {pending(one)}" for one in preview.unassigned)
    yield from (f"  unsaved text: {_named(one)}" for one in preview.unsaved)
    if not (preview.merges or preview.fails or preview.abandons or preview.unassigned or preview.unsaved):
        yield "  nothing else would happen"
    if preview.keeps_tree:
        yield "  the working tree keeps its text; what is not merged is in no patch then"


def rebind_preview_lines(preview: RebindPreview, names: dict[str, str]) -> Iterator[str]:
    """Say where a session would be bound, and what would come of its work there."""
    was, bound = preview.was, preview.bound
    away = was.worktree != bound.worktree
    there, here = (f" in the worktree {one.worktree}" if away else "" for one in (was, bound))
    yield f"would bind session {was.name} to {preview.place}{here}, from {preview.home}{there}"
    merged = [(one.patch, one.name) for one in preview.clean_merges]
    for patch, name in merged:
        yield f"  would merge {names.get(patch or '', 'what is in no patch')}: {name}"
    for one in preview.all_conflicts:
        where = names.get(one.patch, "what is in no patch")
        yield f"  would conflict {where}: {one.name} ({one.kind})"
    told = {name for _, name in merged} | {one.name for one in preview.all_conflicts}
    yield from (f"  {note}" for note in preview.notes if not any(f"{name} " in note for name in told))
    yield "  no file is written; `patchbay session rebind` where it was binds it back"


def merge_preview_lines(preview: MergePreview, blockers: Iterable[str]) -> Iterator[str]:
    """Say what merging a patch would do."""
    reasons = list(blockers)
    for one in preview.patches:
        verb = "can't merge" if reasons else "would merge"
        yield f"{verb} {label(one.patch)}, {_size(one.patch)}, onto revision {short(preview.revision)}"
    yield from (f"  {one}" for one in reasons)
    merged = {one.patch.id for one in preview.patches}
    for one in preview.patches:
        for suggestion in one.suggestions:
            if suggestion.patch.id not in merged:
                yield f"  perhaps needs {label(suggestion.patch)}, which adds {suggestion.name}"
    if not reasons:
        yield from (f"  {one}" for one in preview.undefined)
        yield from (f"  nothing else holds up {label(one)} then" for one in preview.unblocks)
        yield from (f"  stays open, unassigned: {_named(one)}" for one in preview.editors)


def _named(editor: EditorContext) -> str:
    return f"editor {editor.number} {editor.target} of {editor.user}"


def log_lines(entries: Iterable[LogEntry]) -> list[str]:
    """Show the log, a row each."""
    rows = [(str(one.number), moment(one.at), one.user, one.verb, one.summary) for one in entries]
    return table(rows, indent="") if rows else ["Nothing in the log."]


def undo_preview_lines(preview: UndoPreview) -> Iterator[str]:
    """Say what undo would take back."""
    if preview.refusal is not None:
        yield preview.refusal
    yield from (f"would undo {one.number}: {one.summary}" for one in preview.entries)
    yield from (f"  {one}" for one in preview.details)


def health_lines(health: Health) -> Iterator[str]:
    """Say what the doctor found and did."""
    fixed = set(health.fixed)
    if not health.findings:
        yield "Nothing is wrong with the store's files."
    if health.left_alone:
        yield f"In the working tree {_left_alone(health.left_alone)}."
    for one in health.findings:
        how = "fixed: " if one in fixed else "can be fixed with --fix: " if one.fixable else ""
        yield how + one.sentence
    if health.texts_removed:
        yield f"Removed {counted(health.texts_removed, 'text')} that nothing names."


def moment(at: datetime | None) -> str:
    """Give a time in the reader's time zone, to the minute."""
    return "" if at is None else at.astimezone().strftime("%Y-%m-%d %H:%M")
