"""`patchbay editor …`: open, look at, type, save, delete, rename, assign, close."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from store.errors import Code, PatchbayError
from tui.cli import json_form, plain
from tui.cli.answers import change, seen
from tui.cli.asked import Answer, Asked, verb
from tui.cli.completion import complete_definition, complete_editor, complete_patch
from tui.cli.near import Group
from tui.cli.output import text_lines
from tui.cli.texts import read_text

if TYPE_CHECKING:
    from store.views import Outcome
    from tui.own_editor import Lent

_editor = click.argument("reference", metavar="E", shell_complete=complete_editor)
_patch = click.option("--patch", metavar="P", shell_complete=complete_patch, help="Into this patch.")
_new_patch = click.option("--new-patch", metavar="NAME", help="Into a new patch of this name.")
_shown = click.option("--shown", metavar="DIGEST", help="The text it was typed over; else the present one.")


@click.group(cls=Group)
def editor() -> None:
    """Editors: definitions that are being worked on."""


@verb(editor, "open", example="patchbay editor open MyApp.User.validate")
@click.argument("name", shell_complete=complete_definition)
@click.option("--new", is_flag=True, help="A definition that does not exist yet.")
def open_(asked: Asked, name: str, new: bool) -> Answer:
    """Open an editor on a definition."""
    return change(asked.manager().open_editor(name, new, session=asked.session))


@verb(editor, "list", example="patchbay editor list --json")
def list_(asked: Asked) -> Answer:
    """List the session's editors. A star marks unsaved text."""
    return seen(
        asked,
        lambda view: {"editors": [json_form.editor_form(one) for one in view.editors]},
        plain.editor_lines,
    )


@verb(editor, "show", example="patchbay editor show 1")
@_editor
def show(asked: Asked, reference: str) -> Answer:
    """Show an editor's text, saved and typed."""
    manager = asked.manager()
    view = manager.view(asked.session)
    found = view.editor(manager.require_editor(view.state, reference).id)
    assert found is not None
    text = manager.editor_text(found.editor.id, session=asked.session)
    typed = manager.buffer(found.editor.id, session=asked.session)

    def lines() -> list[str]:
        shown = [
            f"editor {found.editor.number} {found.editor.target} · {plain.plugged(found)}",
            f"shown {text.digest}" if text.digest is not None else "a definition that does not exist yet",
            "",
            *text_lines(text.text),
        ]
        return shown if typed is None else [*shown, "", "typed and not saved:", *text_lines(typed.text)]

    return Answer(
        lambda: json_form.editor_text_form(
            found, text, None if typed is None else typed.text, None if typed is None else typed.shown
        ),
        lines,
    )


@verb(editor, "type", example="patchbay editor type 1 --file validate.py")
@_editor
@click.option("--file", "file", required=True, metavar="FILE", help="The text; - is standard input.")
@_shown
def type_(asked: Asked, reference: str, file: str, shown: str | None) -> Answer:
    """Put a text into an editor without saving it, as typing does."""
    from store.views import Outcome

    manager = asked.manager()
    text = read_text(file)
    typed = manager.type_text(reference, text, shown, session=asked.session)
    session_id = manager.session_id(asked.session)
    return change(Outcome(None, session_id, f"kept the text typed in {reference}, unsaved", editors=(typed,)))


@verb(editor, "save", example="patchbay editor save MyApp.User.validate --file validate.py --patch A")
@_editor
@click.option("--new", is_flag=True, help="A definition that does not exist yet.")
@click.option("--file", "file", metavar="FILE", help="The text, else what was typed; - is standard input.")
@_shown
@_patch
@_new_patch
def save(
    asked: Asked,
    reference: str,
    new: bool,
    file: str | None,
    shown: str | None,
    patch: str | None,
    new_patch: str | None,
) -> Answer:
    """Save a text into its patch. Which one that is, Patchbay knows or you say."""
    _one_patch(patch, new_patch)
    manager = asked.manager()
    text = None if file is None else read_text(file)
    if text is None:
        if shown is not None:
            raise click.UsageError("--shown goes with --file: what was typed knows what it was typed over.")
        _require_typed(asked, reference)
    try:
        outcome = manager.save_editor(reference, text, shown, patch, new_patch, new, session=asked.session)
    except PatchbayError as error:
        if error.code is Code.CONFLICTS and file == "-" and text is not None:
            _keep_typed(asked, reference, text, shown)
        raise
    return change(outcome)


def _keep_typed(asked: Asked, reference: str, text: str, shown: str | None) -> None:
    """Put a text from standard input that did not merge into the buffer, the only place it can be found.

    Raises `conflicts` when there is unsaved text already, which stays.
    """
    manager = asked.manager()
    state = manager.repository.load(manager.session_id(asked.session))
    found = manager.editor_in(state, reference)
    if found is not None and manager.buffer(found.id, session=asked.session) is not None:
        message = (
            f"That does not merge cleanly into {found.target}: nothing was saved, and what was typed there"
            " before is kept instead. Look at both with patchbay editor show."
        )
        raise PatchbayError(Code.CONFLICTS, message)
    manager.type_text(reference, text, shown, session=asked.session)


def _require_typed(asked: Asked, reference: str) -> None:
    """Raise `empty` unless something was typed in the editor and not saved."""
    manager = asked.manager()
    state = manager.repository.load(manager.session_id(asked.session))
    found = manager.editor_in(state, reference)
    if found is None or manager.buffer(found.id, session=asked.session) is None:
        message = f"Nothing unsaved was typed in {reference[:100]}: give the text with --file FILE."
        raise PatchbayError(Code.EMPTY, message)


def _one_patch(patch: str | None, new_patch: str | None) -> None:
    if patch is not None and new_patch is not None:
        raise click.UsageError("Give a patch or --new-patch NAME, not both.")


@verb(editor, "edit", example="patchbay editor edit MyApp.User.validate")
@_editor
def edit(asked: Asked, reference: str) -> Answer:
    """Edit a definition in $VISUAL or $EDITOR, then save it."""
    from tui.own_editor import editor_command, lend, run_editor, taken_back

    command = editor_command("use patchbay editor save E --file FILE")
    manager = asked.manager()
    session = manager.session_id(asked.session)
    found = manager.editor_in(manager.repository.load(session), reference)
    if found is None or (found.user != manager.user and found.target == reference):
        found_id = manager.open_editor(reference, session=session).editors[0]
    else:
        found_id = found.id
    lent = lend(manager, found_id, session)
    asked.interrupts.sentence = f"Cancelled; nothing was saved. The text is in {lent.file}."
    try:
        run_editor(command, lent.file)
        text = taken_back(lent)
        outcome = None if text is None else _save_edited(asked, lent, text)
    except PatchbayError as error:
        raise PatchbayError(error.code, f"{error.message}{lent.where()}", error.blockers) from None
    lent.file.unlink(missing_ok=True)
    return change(outcome) if outcome is not None else _unchanged(session, found_id, lent.unsaved)


def _save_edited(asked: Asked, lent: Lent, text: str) -> Outcome:
    """Keep the text in the buffer first, so that a refused save loses nothing.

    Raises `unsaved-editor` where something else was typed in the editor meanwhile.
    """
    from store.session_manager.editors import new_writer

    manager = asked.manager()
    writer, session = new_writer(), asked.session
    manager.type_text(lent.editor, text, lent.over, writer, session=session, seen=lent.seen)
    return manager.save_editor(lent.editor, session=session)


def _unchanged(session: str, editor_id: str, unsaved: bool) -> Answer:
    from store.views import Outcome

    summary = "nothing was changed" + ("; what was typed before is still unsaved" if unsaved else "")
    return change(Outcome(None, session, summary, editors=(editor_id,)))


@verb(editor, "delete", example="patchbay editor delete MyApp.User.rename --new-patch tidy-up")
@_editor
@_patch
@_new_patch
def delete(asked: Asked, reference: str, patch: str | None, new_patch: str | None) -> Answer:
    """Delete a definition, a class with its members."""
    _one_patch(patch, new_patch)
    return change(asked.manager().delete_definition(reference, patch, new_patch, session=asked.session))


@verb(editor, "rename", example="patchbay editor rename MyApp.User.create MyApp.User.register --patch A")
@_editor
@click.argument("new_name", metavar="NEW")
@_patch
@_new_patch
def rename(asked: Asked, reference: str, new_name: str, patch: str | None, new_patch: str | None) -> Answer:
    """Rename a definition, or move it to another module or class."""
    _one_patch(patch, new_patch)
    manager = asked.manager()
    return change(manager.rename_definition(reference, new_name, patch, new_patch, session=asked.session))


@verb(editor, "assign", example="patchbay editor assign 3 B --related")
@_editor
@click.argument("patch", metavar="[P]", required=False, shell_complete=complete_patch)
@_new_patch
@click.option("--on-top", is_flag=True, help="Leave what is saved where it is and stack on it.")
@click.option("--related", is_flag=True, help="And your editors in no patch whose changes belong with it.")
def assign(
    asked: Asked, reference: str, patch: str | None, new_patch: str | None, on_top: bool, related: bool
) -> Answer:
    """Plug an editor into a patch, saving what is typed.

    With --related the changes go along that name what this one makes, or make what it names, and so on.
    """
    if (patch is None) is (new_patch is None):
        raise click.UsageError("Give one patch, or --new-patch NAME.")
    manager = asked.manager()
    others = manager.related_editors(reference, session=asked.session) if related else ()
    references = dict.fromkeys((reference, *(one.id for one in others)))
    return change(manager.assign_editors(list(references), patch, new_patch, on_top, session=asked.session))


@verb(editor, "unassign", example="patchbay editor unassign 1")
@_editor
def unassign(asked: Asked, reference: str) -> Answer:
    """Unplug an editor. Its text waits for another patch."""
    return change(asked.manager().unassign_editor(reference, session=asked.session))


@verb(editor, "close", example="patchbay editor close 3 --discard")
@_editor
@click.option("--discard", is_flag=True, help="Drop what is in no patch; it stays readable in the log.")
def close(asked: Asked, reference: str, discard: bool) -> Answer:
    """Close an editor."""
    return change(asked.manager().close_editor(reference, discard, session=asked.session))
