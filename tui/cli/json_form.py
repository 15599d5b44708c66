"""Every JSON document of the command line: the one place that turns the model into JSON (§8).

Times are aware datetimes; the encoder writes them as ISO 8601. Nothing here computes what a view holds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from store.codebase.transfer import ExportSummary, ImportSummary
    from store.errors import Code
    from store.model import (
        Blocker,
        CleanMerge,
        Conflict,
        LogEntry,
        Op,
        PatchFailure,
        Session,
        SessionCloseResult,
    )
    from store.session_manager import SessionSummary
    from store.session_manager.upkeep import Health
    from store.storage.doctor import Finding
    from store.views import (
        ClosePreview,
        CodebaseView,
        CommitMessage,
        DefinitionText,
        EditorView,
        MergePreview,
        MergeReport,
        Outcome,
        PatchView,
        RebindPreview,
        SessionView,
        UndoPreview,
    )

Form = dict[str, Any]
SCHEMA = 1


def error_form(code: str, message: str, found: Iterable[tuple[Code, str]] = ()) -> Form:
    """A refusal."""
    reasons = [{"code": one.value, "message": reason} for one, reason in found]
    return {"error": {"code": code, "message": message, "blockers": reasons}}


def status_form(user: str, codebase: CodebaseView, view: SessionView | None) -> Form:
    """Everything of a session; without one, of the store (`status --json`)."""
    return {
        "schema": SCHEMA,
        "you": {"user": user, "role": None if view is None or view.role is None else view.role.value},
        "codebase": codebase_form(codebase),
        "waits": codebase.waits,
        "unmerged": list(codebase.unmerged),
        "left_alone": list(codebase.left_alone),
        "session": None if view is None else session_form(view.session),
        "behind": [] if view is None else list(view.behind),
        "editors": [] if view is None else [editor_form(one) for one in view.editors],
        "patches": [] if view is None else [patch_form(one) for one in view.patches],
    }


def codebase_form(codebase: CodebaseView) -> Form:
    """Which codebase it is and where it stands; in git with the branch, null where HEAD is on none."""
    form = {"kind": codebase.kind, "root": codebase.root, "revision": codebase.revision}
    return form | {"branch": codebase.branch} if codebase.kind == "git" else form


def session_form(session: Session) -> Form:
    """A session's own record."""
    return {
        "id": session.id,
        "name": session.name,
        "description": session.description,
        "created_at": session.created_at,
        "created_by": session.created_by,
        "closed_at": session.closed_at,
        "organization": session.organization,
        "worktree": session.worktree,
        "branch": session.branch,
        "collaborators": [{"user": one.user, "role": one.role.value} for one in session.collaborators],
    }


def summary_form(summary: SessionSummary) -> Form:
    """One session of a list."""
    return session_form(summary.session) | {
        "role": summary.role.value,
        "open_patches": summary.open_patches,
        "editors": summary.editors,
        "current": summary.current,
    }


def op_form(op: Op) -> Form:
    """An operation; `new_name` stands only in a rename, `moved` only where it is."""
    form: Form = {"kind": op.kind, "name": op.name}
    if op.kind == "rename":
        form["new_name"] = op.new_name
    form |= {"authors": list(op.authors), "digest": op.digest, "base_digest": op.base_digest}
    if op.kind == "update" and op.moved:
        form["moved"] = True
    return form


def editor_form(view: EditorView) -> Form:
    """An editor with what follows from it."""
    editor = view.editor
    return {
        "id": editor.id,
        "number": editor.number,
        "target": editor.target,
        "user": editor.user,
        "patch": editor.patch_id,
        "modified": view.modified,
        "unsaved": view.unsaved,
        "travels": view.travels,
        "pending": [op_form(op) for op in editor.pending],
        "last_saved_at": editor.last_saved_at,
        "base_digest": editor.base_digest,
        "shown_digest": view.shown_digest,
        "also_open_by": list(view.also_open_by),
        "link": view.link,
    }


def patch_form(view: PatchView) -> Form:
    """A patch with its blockers."""
    patch = view.patch
    return {
        "id": patch.id,
        "letter": patch.letter,
        "name": patch.name,
        "description": patch.description,
        "status": patch.status.value,
        "marked_ready": patch.marked_ready,
        "operations": [op_form(op) for op in patch.operations],
        "ready_to_merge": view.ready_to_merge,
        "blockers": blocker_forms(view.blockers),
        "suggestions": [{"patch": one.patch.id, "name": one.name} for one in view.suggestions],
        "dependencies": [
            {"patch": one.patch, "origin": one.origin.value, "why": one.why} for one in patch.dependencies
        ],
        "conflicts": [{"id": one.id, "kind": one.kind.value, "name": one.name} for one in patch.conflicts],
        "created_at": patch.created_at,
        "created_by": patch.created_by,
        "merged_at": patch.merged_at,
        "merged_by": patch.merged_by,
        "revision": patch.revision,
    }


def blocker_forms(blockers: Iterable[Blocker]) -> list[Form]:
    """Why a patch can't be merged."""
    return [{"code": one.code.value, "message": one.message} for one in blockers]


def patch_texts_form(
    view: PatchView, texts: Iterable[tuple[str, str | None, str | None, str]], diff: bytes
) -> Form:
    """A patch with the texts before and after each operation, in their order, and the diff of its files."""
    changes = [
        {"name": name, "kind": kind, "before": before, "after": after} for name, before, after, kind in texts
    ]
    return {"patch": patch_form(view), "changes": changes, "diff": text_of(diff)}


def text_of(diff: bytes) -> str:
    """A diff as a text; bytes that are not UTF-8 are lone surrogates in it."""
    return diff.decode("utf-8", "surrogateescape")


def definition_form(text: DefinitionText) -> Form:
    """A definition's text."""
    return {
        "name": text.name,
        "text": text.text,
        "digest": text.digest,
        "base": text.base,
        "path": text.path,
        "line": text.line,
    }


def editor_text_form(view: EditorView, text: DefinitionText, typed: str | None, over: str | None) -> Form:
    """An editor with the saved text it shows, and what is typed in it and not saved."""
    return {
        "editor": editor_form(view),
        "text": None if text.digest is None else text.text,
        "shown_digest": text.digest,
        "base": text.base,
        "path": text.path,
        "line": text.line,
        "buffer": None if typed is None else {"text": typed, "shown": over},
    }


def conflict_form(conflict: Conflict) -> Form:
    """A conflict with its patch; work in no patch that would be in conflict has neither patch nor id."""
    patch = conflict.patch or None
    return {"id": patch and conflict.id, "kind": conflict.kind.value, "name": conflict.name, "patch": patch}


def outcome_form(outcome: Outcome) -> Form:
    """What a change did."""
    return {
        "transaction": outcome.transaction,
        "session": outcome.session_id,
        "summary": outcome.summary,
        "chosen": outcome.chosen,
        "asks": outcome.asks,
        "notes": list(outcome.notes),
        "patches": list(outcome.patches),
        "editors": list(outcome.editors),
        "conflicts": [one.id for one in outcome.conflicts],
        "revision": outcome.revision,
        "clean_merges": clean_merge_forms(outcome.clean_merges),
    }


def clean_merge_forms(merges: Iterable[CleanMerge]) -> list[Form]:
    """Texts that were merged unasked; `patch` is null for work in no patch."""
    return [{"patch": one.patch, "name": one.name} for one in merges]


def failure_form(failure: PatchFailure) -> Form:
    """A patch that was to be merged and was not."""
    return {"patch": failure.patch, "code": failure.code.value, "message": failure.message}


def report_form(report: MergeReport) -> Form:
    """What merging several patches did, each with its own transaction."""
    return {
        "merged": [outcome_form(one) for one in report.outcomes],
        "failed": [failure_form(one) for one in report.failures],
    }


def close_form(result: SessionCloseResult) -> Form:
    """What closing a session did."""
    return {
        "session_id": result.session_id,
        "patches_merged": result.patches_merged,
        "patches_failed": [failure_form(one) for one in result.patches_failed],
        "patches_abandoned": result.patches_abandoned,
        "merged": list(result.merged),
        "abandoned": list(result.abandoned),
        "clean_merges": clean_merge_forms(result.clean_merges),
    }


def close_preview_form(preview: ClosePreview, merged: Iterable[CleanMerge]) -> Form:
    """What closing, abandoning or merging all ready would do, by id, and what would be `merged` unasked."""
    return {
        "merges": [one.patch.id for one in preview.merges],
        "fails": [failure_form(one) for one in preview.fails],
        "abandons": [one.id for one in preview.abandons],
        "unassigned": [one.id for one in preview.unassigned],
        "unsaved": [one.id for one in preview.unsaved],
        "keeps_tree": preview.keeps_tree,
        "clean_merges": clean_merge_forms(merged),
    }


def rebind_preview_form(preview: RebindPreview) -> Form:
    """Where a session would be bound, and what would come of its work there, as `status` names both."""
    return {
        "session": preview.was.id,
        "from": {"worktree": preview.was.worktree, "branch": preview.was.branch},
        "to": {"worktree": preview.bound.worktree, "branch": preview.bound.branch},
        "clean_merges": clean_merge_forms(preview.clean_merges),
        "conflicts": [conflict_form(one) for one in preview.all_conflicts],
        "notes": list(preview.notes),
    }


def merge_preview_form(
    preview: MergePreview,
    blockers: Iterable[Blocker],
    message: CommitMessage,
    diff: bytes,
    merged: Iterable[CleanMerge],
) -> Form:
    """What merging a patch would do, by id; `blockers` is empty when it can be done."""
    return {
        "merges": [one.patch.id for one in preview.patches],
        "unblocks": [one.id for one in preview.unblocks],
        "editors": [one.id for one in preview.editors],
        "blockers": blocker_forms(blockers),
        "undefined": list(preview.undefined),
        "revision": preview.revision,
        "clean_merges": clean_merge_forms(merged),
        "message": {
            "subject": message.subject,
            "body": message.body,
            "trailers": dict(message.trailers),
        },
        "diff": text_of(diff),
    }


def entry_form(entry: LogEntry) -> Form:
    """One transaction of the log."""
    return {
        "id": entry.id,
        "number": entry.number,
        "at": entry.at,
        "user": entry.user,
        "verb": entry.verb,
        "summary": entry.summary,
        "patches": list(entry.patches),
        "act": entry.act,
        "undoable": entry.undoable,
        "undoes": entry.undoes,
        "skips": list(entry.skips),
        "revision": entry.revision,
        "texts": list(entry.texts),
    }


def undo_preview_form(preview: UndoPreview) -> Form:
    """What undo would take back, newest first; the `error` of the undo where it would be refused."""
    form: Form = {
        "entries": [entry_form(one) for one in preview.entries],
        "refusal": preview.refusal,
        "details": list(preview.details),
    }
    if preview.code is None or preview.refusal is None:
        return form
    return form | error_form(preview.code.value, preview.refusal)


def finding_form(finding: Finding) -> Form:
    """One thing that the doctor found."""
    return {
        "kind": finding.kind.value,
        "path": str(finding.path),
        "message": finding.sentence,
        "fixable": finding.fixable,
    }


def health_form(health: Health) -> Form:
    """What the doctor found and did."""
    return {
        "findings": [finding_form(one) for one in health.findings],
        "fixed": [finding_form(one) for one in health.fixed],
        "texts_removed": health.texts_removed,
        "reports": list(health.reports),
        "left_alone": list(health.left_alone),
    }


def init_form(store: str, summary: ImportSummary | None, revision: str) -> Form:
    """A store that was made, and what was imported into it."""
    return {
        "store": store,
        "revision": revision,
        "files": 0 if summary is None else summary.files,
        "left_out": [] if summary is None else list(summary.left_out),
    }


def export_form(directory: str, summary: ExportSummary) -> Form:
    """What an export wrote, by path."""
    return {
        "directory": directory,
        "written": list(summary.written),
        "unchanged": list(summary.unchanged),
        "removed": list(summary.removed),
        "kept": list(summary.kept),
        "cancelled": summary.cancelled,
    }
