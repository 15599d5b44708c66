"""`patchbay patch …`: create, look at, mark, merge, abandon, restore; what waits for what."""

from __future__ import annotations

import click

from tui.cli import json_form, plain
from tui.cli.answers import change, close_preview, names_of_patches, refused, report, seen
from tui.cli.asked import Answer, Asked, verb
from tui.cli.completion import complete_patch
from tui.cli.failing import exit_code_of
from tui.cli.near import Group

_patch = click.argument("reference", metavar="P", shell_complete=complete_patch)


@click.group(cls=Group)
def patch() -> None:
    """Patches: changes that are merged together."""


@verb(patch, "new", example='patchbay patch new validation-enhancements -d "Stricter addresses"')
@click.argument("name")
@click.option("-d", "--description", default="", metavar="TEXT", help="Part of the merge's message.")
def new(asked: Asked, name: str, description: str) -> Answer:
    """Create an empty draft."""
    return change(asked.manager().create_patch(name, description, session=asked.session))


@verb(patch, "list", example="patchbay patch list --json")
def list_(asked: Asked) -> Answer:
    """List the patches. Open ones come first, then merged and abandoned ones."""
    return seen(
        asked,
        lambda view: {"patches": [json_form.patch_form(one) for one in view.patches]},
        lambda view: plain.patch_lines(view.patches),
    )


@verb(patch, "show", example="patchbay patch show A")
@_patch
def show(asked: Asked, reference: str) -> Answer:
    """Show a patch as a diff that `git apply` takes, below comments about it."""
    manager = asked.manager()
    view = manager.view(asked.session)
    found = view.patch(manager.patch_in(view.state, reference).id)
    assert found is not None
    texts = manager.diff_of(found.patch.id, session=asked.session)
    diff = manager.unified_diff_of(found.patch.id, session=asked.session)
    names = {one.patch.id: plain.label(one.patch) for one in view.patches}
    return Answer(
        lambda: json_form.patch_texts_form(found, texts, diff),
        lambda: (*plain.patch_comments(found, names), diff),
    )


@verb(patch, "edit", example="patchbay patch edit A --name stricter-validation")
@_patch
@click.option("--name", metavar="NAME", help="Another name.")
@click.option("-d", "--description", metavar="TEXT", help="Another description.")
def edit(asked: Asked, reference: str, name: str | None, description: str | None) -> Answer:
    """Give a patch another name or description."""
    if name is None and description is None:
        raise click.UsageError("Say what to change: --name NAME, or -d TEXT.")
    return change(asked.manager().edit_patch(reference, name, description, session=asked.session))


@verb(patch, "ready", example="patchbay patch ready A")
@_patch
def ready(asked: Asked, reference: str) -> Answer:
    """Mark a draft ready."""
    return change(asked.manager().mark_ready(reference, session=asked.session))


@verb(patch, "draft", example="patchbay patch draft A")
@_patch
def draft(asked: Asked, reference: str) -> Answer:
    """Take a ready patch back to draft."""
    return change(asked.manager().mark_draft(reference, session=asked.session))


@verb(patch, "merge", example='patchbay patch merge A -m "Check addresses strictly"')
@click.argument("reference", metavar="[P]", required=False, shell_complete=complete_patch)
@click.option("--ready", "all_ready", is_flag=True, help="Merge every ready patch, in dependency order.")
@click.option("-m", "--message", metavar="TEXT", help="The revision's message; else name and description.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--past-unsaved", is_flag=True, help="Go past other people's unsaved text.")
def merge(
    asked: Asked,
    reference: str | None,
    all_ready: bool,
    message: str | None,
    dry_run: bool,
    past_unsaved: bool,
) -> Answer:
    """Merge a patch, or all that are ready. Each becomes one revision."""
    manager = asked.manager()
    if (reference is None) is not all_ready:
        raise click.UsageError("Give one patch, or --ready for all that are ready.")
    if reference is None:
        if message is not None or past_unsaved:
            raise click.UsageError("-m and --past-unsaved are for merging one patch.")
        names = names_of_patches(asked)
        if dry_run:
            preview = manager.merge_all_preview(asked.session)
            return close_preview(asked, preview, names, "Merging all ready would:")
        return report(manager.merge_all_ready(session=asked.session), names)
    if dry_run:
        return _merge_preview(asked, reference, _text(message), past_unsaved)
    outcome = manager.merge_patch(reference, _text(message), past_unsaved, session=asked.session)
    return change(outcome)


def _merge_preview(asked: Asked, reference: str, text: str | None, past_unsaved: bool) -> Answer:
    """Say what merging just this patch, as it is, would do, and show the revision that it would make.

    Where it would be refused, so it is here: with the same error and exit code.
    """
    from store import rules

    manager = asked.manager()
    preview = manager.merge_preview(reference, with_dependencies=False, session=asked.session)
    merged = preview.patches[-1]
    message = manager.message_of(merged.patch, text)
    diff = manager.unified_diff_of(merged.patch.id, session=asked.session)
    blockers = merged.blockers
    if past_unsaved:
        editors = manager.view(asked.session).state.editors
        blockers = rules.past_unsaved(blockers, editors, manager.user)
    key = merged.patch.id
    refusal = refused(lambda: manager.require_mergeable(key, past_unsaved, session=asked.session))
    reasons = [one.message for one in blockers] or ([refusal.message] if refusal else [])
    told = plain.merge_preview_lines(preview, reasons)

    def document() -> json_form.Form:
        merges = [] if refusal else [merged.patch.id]
        cleanly = manager.clean_merges_ahead(merges, (), past_unsaved, session=asked.session)
        form = json_form.merge_preview_form(preview, blockers, message, diff, cleanly)
        if refusal is None:
            return form
        return form | json_form.error_form(refusal.code.value, refusal.message, refusal.blockers)

    return Answer(
        document,
        lambda: told if refusal else (*told, *plain.message_lines(message), diff),
        exit_code_of(refusal),
    )


def _text(message: str | None) -> str | None:
    """Give a message that can be kept. Raises `invalid-name` for bytes that are not UTF-8."""
    from store import rules

    return None if message is None else rules.check_description(message)


@verb(patch, "abandon", example="patchbay patch abandon B --dry-run")
@_patch
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
@click.option("--restore-tree", is_flag=True, help="Take its text out of the git working tree too.")
def abandon(asked: Asked, reference: str, dry_run: bool, restore_tree: bool) -> Answer:
    """Abandon an open patch. Nothing is deleted, and it can be restored.

    A git working tree keeps its text, which is in no patch then.
    """
    manager = asked.manager()
    if dry_run:
        manager.require_may_abandon(reference, session=asked.session)
        found = manager.abandon_patch_preview(reference, session=asked.session, restore_tree=restore_tree)

        def document() -> json_form.Form:
            state = manager.repository.load(manager.session_id(asked.session))
            gone = [manager.patch_in(state, reference).id]
            merged = manager.clean_merges_ahead((), gone, session=asked.session)
            return {"consequences": list(found), "clean_merges": json_form.clean_merge_forms(merged)}

        return Answer(document, lambda: found)
    outcome = manager.abandon_patch(reference, session=asked.session, restore_tree=restore_tree)
    asked.look()
    return change(outcome)


@verb(patch, "restore", example="patchbay patch restore B --as performance-2")
@_patch
@click.option("--as", "as_name", metavar="NAME", help="Another name, where its own is taken.")
def restore(asked: Asked, reference: str, as_name: str | None) -> Answer:
    """Bring an abandoned patch back as a draft."""
    return change(asked.manager().restore_patch(reference, as_name, session=asked.session))


@verb(patch, "revert", example="patchbay patch revert A")
@_patch
@click.option("--as", "as_name", metavar="NAME", help="The new patch's name.")
def revert(asked: Asked, reference: str, as_name: str | None) -> Answer:
    """Make a draft patch that puts back what a merged patch changed."""
    return change(asked.manager().revert_patch(reference, as_name, session=asked.session))


@verb(patch, "depend", example="patchbay patch depend C A")
@_patch
@click.argument("on", metavar="ON", shell_complete=complete_patch)
def depend(asked: Asked, reference: str, on: str) -> Answer:
    """Let a patch wait until another is merged."""
    return change(asked.manager().add_dependency(reference, on, session=asked.session))


@verb(patch, "undepend", example="patchbay patch undepend C A")
@_patch
@click.argument("on", metavar="ON", shell_complete=complete_patch)
def undepend(asked: Asked, reference: str, on: str) -> Answer:
    """Let a patch wait for another no more."""
    return change(asked.manager().drop_dependency(reference, on, session=asked.session))


@verb(patch, "join", example="patchbay patch join B A")
@_patch
@click.argument("into", metavar="INTO", shell_complete=complete_patch)
def join(asked: Asked, reference: str, into: str) -> Answer:
    """Put all of a patch into another one."""
    return change(asked.manager().join_patches(reference, into, session=asked.session))
