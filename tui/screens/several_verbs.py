"""What is done to several editors or patches at once: each by the manager's own verb, one after the other.

What fails is named, and the rest goes on; one undo takes all of it back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from store.errors import PatchbayError
from store.model import EditorContext, PatchStatus
from store.rules import check_patch_name, merge_order
from store.views import EditorView, Outcome, PatchView
from tui.dialogs.assign import AssignDialog, suggested_name
from tui.dialogs.confirm import ConfirmDialog
from tui.dialogs.naming import NameDialog
from tui.place import Selection, also_chosen, none_chosen
from tui.present.effects import patch_label
from tui.present.states import MEDIUM, state_of
from tui.present.text import cut_right, wrapped
from tui.refusals import blockers_beside
from tui.saying import Said
from tui.words import counted

if TYPE_CHECKING:
    from tui.screens.session import SessionScreen
    from tui.screens.verbs import Verbs

Step = tuple[str, Callable[[], Outcome]]
"""What a step is done to, as people say it, and the step."""


class SeveralVerbs:
    """Assign, mark ready, merge and abandon all that is chosen. Raises what previews raise."""

    def __init__(self, verbs: Verbs, screen: SessionScreen) -> None:
        self._verbs, self._screen, self._bench = verbs, screen, screen.bench

    def commands(self) -> dict[str, Callable[[Selection], Awaitable[None]]]:
        """Give each command's way to run it."""
        return {
            "assign": self._assign,
            "ready": self._ready,
            "merge": self._merge,
            "abandon": self._abandon,
        }

    async def _assign(self, selection: Selection) -> None:
        manager, session = self._bench.manager, self._verbs.session
        lead, editors = selection.lead.editor, [one.editor for one in selection.editors]
        choices = await self._bench.call(manager.assignment_choices, lead.id, session=session)
        dialog = AssignDialog(self._bench, self._verbs.board, lead, choices, together=editors)
        choice = await self._verbs.ask(dialog)
        if choice is None:
            return
        if not choice.unassign:
            ids = [one.id for one in editors]
            assign = partial(manager.assign_editors, ids, choice.patch, choice.new_patch, session=session)
            await self._assigned(await self._bench.call(assign), lead)
            return

        def unassign(one: EditorView) -> Outcome:
            return manager.unassign_editor(one.editor.id, session=session)

        await self._run("Unassigned", "editor", [_editor_step(one, unassign) for one in selection.editors])

    async def choose_related(self, selection: Selection) -> None:
        """Choose the editors whose changes belong with the selected editor's, or with its patch's."""
        manager, session = self._bench.manager, self._verbs.session
        if selection.editor is not None:
            subject, said = selection.editor.editor.id, f"editor {selection.editor.editor.number}"
        else:
            assert selection.patch is not None
            subject, said = selection.patch.patch.id, f"patch {selection.patch.patch.letter}"
        found = await self._bench.call(manager.related_editors, subject, session=session)
        others = [one for one in found if one.id != subject]
        if not others:
            self._screen.say(f"No other change in no patch belongs with {said}.")
            return
        self._screen.place = also_chosen(self._screen.place, self._verbs.board, [one.id for one in found])
        self._screen.draw()
        numbers = cut_right(", ".join(str(one.number) for one in others), 40)
        keys = self._bench.look.keymap
        self._screen.say(
            f"Chosen with {said}: {numbers}. {keys.shown('assign')} assigns them, {keys.shown('select')} "
            "leaves one out."
        )

    async def new_patch(self, selection: Selection) -> None:
        """Put those of the chosen editors that the user may drive into a new patch, in one change."""
        manager, session, board = self._bench.manager, self._verbs.session, self._verbs.board
        own = tuple(one for one in selection.editors if one.is_for(self._bench.user))
        lead, editors = selection._replace(editors=own).lead.editor, [one.editor for one in own]
        taken = [one.patch.name for one in board.open_patches]
        numbers = cut_right(", ".join(str(one.number) for one in editors), 40)
        noun = "Editor" if len(editors) == 1 else "Editors"
        hint = f"{noun} {numbers} will be assigned to it."
        check, suggestion = partial(check_patch_name, board.view.state), suggested_name(lead.target, taken)
        dialog = NameDialog(self._bench, "New patch", hint, suggestion, check=check)
        named = await self._verbs.ask(dialog)
        if named is None:
            return
        ids = [one.id for one in editors]
        assign = partial(manager.assign_editors, ids, new_patch=named[0], session=session)
        await self._assigned(await self._bench.call(assign), lead)

    async def _assigned(self, outcome: Outcome, lead: EditorContext) -> None:
        """Show what came of assigning what was chosen, with the cursor on one of it."""
        self._screen.place = none_chosen(self._screen.place)
        await self._verbs.did(outcome)
        if self._screen.place.editor != lead.id:
            self._screen.go_to_editor(lead.id)

    async def _ready(self, selection: Selection) -> None:
        manager, session = self._bench.manager, self._verbs.session
        back = all(one.patch.marked_ready for one in selection.patches)
        verb = manager.mark_draft if back else manager.mark_ready
        wanted = [one for one in self._in_order(selection.patches) if one.patch.marked_ready is back]
        steps = [_step(one, lambda patch: verb(patch.patch.id, session=session)) for one in wanted]
        await self._run("Back to draft:" if back else "Marked ready:", "patch", steps)

    async def _merge(self, selection: Selection) -> None:
        manager, session, look = self._bench.manager, self._verbs.session, self._bench.look
        stamp = await self._stamp()
        ordered = self._in_order(selection.patches)
        ids = {one.patch.id for one in ordered}

        def lines(width: int) -> list[Content]:
            found = [Content.styled("One after the other, in dependency order:", look.text)]
            for one in ordered:
                label = Content("  ") + patch_label(one.patch, look, width * 2 // 3)
                waits = blockers_beside(one, ids)
                numbers = self._verbs.board.numbers
                state = Content.assemble("  ", state_of(one, numbers, look, MEDIUM)) if waits else Content("")
                found.append(label + state)
            return found

        title = Content.styled(f"Merge {counted(len(ordered), 'patch')}", look.strong)
        if await self._verbs.ask(ConfirmDialog(self._bench, title, lines, {"enter": "merge them"})) is None:
            return
        steps = [
            _step(one, lambda patch: manager.merge_patch(patch.patch.id, session=session)) for one in ordered
        ]
        await self._run("Merged", "patch", steps, merges=True, stamp=stamp)

    async def _abandon(self, selection: Selection) -> None:
        manager, session, look = self._bench.manager, self._verbs.session, self._bench.look
        stamp = await self._stamp()
        ordered = self._in_order(selection.patches)
        if all(one.patch.status is PatchStatus.ABANDONED for one in ordered):
            steps = [
                _step(one, lambda patch: manager.restore_patch(patch.patch.id, session=session))
                for one in ordered
            ]
            await self._run("Restored", "patch", steps)
            return
        wanted = [one for one in reversed(ordered) if one.patch.is_open]
        told = {
            one.patch.id: await self._bench.call(manager.abandon_patch_preview, one.patch.id, session=session)
            for one in wanted
        }

        def lines(width: int) -> list[Content]:
            found: list[Content] = []
            for one in wanted:
                found.append(patch_label(one.patch, look, width))
                for text in told[one.patch.id]:
                    found += [Content.styled(f"  {line}", look.text) for line in wrapped(text, width - 2)]
            return found

        title = Content.styled(f"Abandon {counted(len(wanted), 'patch')}", look.strong)
        if await self._verbs.ask(ConfirmDialog(self._bench, title, lines, {"y": "abandon them"})) is None:
            return
        steps = [
            _step(one, lambda patch: manager.abandon_patch(patch.patch.id, session=session)) for one in wanted
        ]
        await self._run("Abandoned", "patch", steps, stamp=stamp)

    def _in_order(self, patches: Iterable[PatchView]) -> list[PatchView]:
        board = self._verbs.board
        ids = [one.patch.id for one in patches if one.patch.id in board.patch_by_id]
        return [board.patch_by_id[one] for one in merge_order(board.view.state.patches, ids)]

    async def _stamp(self) -> str:
        """Give the stamp of what is seen from now on."""
        stamp = await self._bench.call(self._bench.manager.stamp, self._verbs.session)
        await self._screen.refresh_view()
        return stamp

    async def _run(
        self,
        done: str,
        noun: str,
        steps: Sequence[Step],
        merges: bool = False,
        stamp: str | None = None,
    ) -> None:
        """Do the steps, which may be merges, as one act and say what came of them.

        Raises `preview-stale` where the stamp of what was confirmed does not hold any more.
        """
        succeeded: list[str] = []
        failures: list[str] = []

        def act() -> None:
            with self._bench.manager.one_act():
                for label, step in steps:
                    try:
                        step()
                        succeeded.append(label)
                    except PatchbayError as error:
                        failures.append(f"{label}: {error.message}")

        async def told(_: None) -> Said:
            await self._screen.refresh_view()
            names = cut_right(", ".join(succeeded), 40)
            parts = [f"{done} {counted(len(succeeded), noun)} ({names})."] if succeeded else []
            if failures:
                parts += [f"{len(failures)} failed.", *failures]
            return Said(" ".join(parts) or "Nothing was to be done.", failed=bool(failures))

        await self._bench.call(self._bench.manager.require_fresh, stamp, self._verbs.session)
        self._screen.place = none_chosen(self._screen.place)
        if merges:
            await self._verbs.merging.run(act, told)
        else:
            await self._bench.call(act)
            self._screen.say(*await told(None))


def _step(one: PatchView, verb: Callable[[PatchView], Outcome]) -> Step:
    return one.patch.letter, lambda: verb(one)


def _editor_step(one: EditorView, verb: Callable[[EditorView], Outcome]) -> Step:
    return str(one.editor.number), lambda: verb(one)
