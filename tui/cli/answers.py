"""Answers that several verbs share: what a change did, what an end would do."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from store.errors import PatchbayError
from tui.cli import json_form, plain
from tui.cli.asked import Answer, Asked
from tui.cli.failing import exit_code_of

if TYPE_CHECKING:
    from store.views import ClosePreview, MergeReport, Outcome, SessionView


def change(outcome: Outcome) -> Answer:
    """Answer with what one change did."""
    return Answer(lambda: json_form.outcome_form(outcome), lambda: plain.outcome_lines(outcome))


def report(done: MergeReport, names: dict[str, str]) -> Answer:
    """Answer with what merging several did; where one was refused, the exit code says so."""
    return Answer(
        lambda: json_form.report_form(done),
        lambda: plain.report_lines(done, names),
        exit_code=1 if done.failures else 0,
    )


def close_preview(
    asked: Asked,
    preview: ClosePreview,
    names: dict[str, str],
    title: str,
    refusal: PatchbayError | None = None,
) -> Answer:
    """Answer with what closing, abandoning or merging all ready would do, and why it may not be done."""

    def document() -> json_form.Form:
        merges, abandons = ([one.patch.id for one in preview.merges], [one.id for one in preview.abandons])
        merged = asked.manager().clean_merges_ahead(merges, abandons, session=asked.session)
        form = json_form.close_preview_form(preview, merged)
        return form if refusal is None else form | json_form.error_form(refusal.code.value, refusal.message)

    told = () if refusal is None else (refusal.message,)
    return Answer(
        document,
        lambda: (*told, title, *plain.close_preview_lines(preview, names)),
        exit_code=exit_code_of(refusal) or (1 if preview.fails else 0),
    )


def refused(check: Callable[[], None]) -> PatchbayError | None:
    """Give what a check raises."""
    try:
        check()
    except PatchbayError as error:
        return error
    return None


def seen(
    asked: Asked, forms: Callable[[SessionView], object], lines: Callable[[SessionView], Iterable[str]]
) -> Answer:
    """Answer with something of the session's view."""
    view = asked.manager().view(asked.session)
    return Answer(lambda: forms(view), lambda: lines(view))


def names_of_patches(asked: Asked) -> dict[str, str]:
    """Give every patch of the session as a person calls it, by id."""
    manager = asked.manager()
    state = manager.repository.load(manager.session_id(asked.session))
    return {one.id: plain.label(one) for one in state.patches.values()}
