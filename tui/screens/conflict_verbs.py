"""What `c` does: settle an open conflict of a patch, one after the other where there are several (R13)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from textual.content import Content

from store.errors import Code, PatchbayError
from store.model import Conflict, Patch
from store.views import Outcome
from tui.dialogs.conflict import ConflictDialog, ConflictsDialog, changed_notice, not_taken
from tui.place import Selection
from tui.present.effects import patch_label
from tui.settling import Settling, Sides, renewed, settling_of, sides_of_conflict, with_typed
from tui.typed_places import TypedPlaces

if TYPE_CHECKING:
    from tui.screens.session import SessionScreen
    from tui.screens.verbs import Verbs


class ConflictVerbs:
    """The command that settles conflicts."""

    def __init__(self, verbs: Verbs, screen: SessionScreen) -> None:
        self._verbs, self._screen, self._bench = verbs, screen, screen.bench
        self._not_kept: dict[tuple[str | None, str, str], TypedPlaces] = {}
        """What was typed for a conflict and could not be written, by session, patch and definition."""

    def commands(self) -> dict[str, Callable[[Selection], Awaitable[None]]]:
        """Give each command's way to run it."""
        return {"conflict": self._conflict}

    async def _conflict(self, selection: Selection) -> None:
        if selection.editor is not None and selection.editor.unmerged:
            await self._verbs.editors.edit(selection.editor.editor, save=True)
            return
        if selection.patch is None:
            return
        patch = selection.patch.patch
        target = selection.editor.editor.target if selection.editor else None
        named = next((one for one in patch.conflicts if one.name == target), None)
        if named is not None:
            await self.settle(patch, named)
            return
        while patch.conflicts:
            one = patch.conflicts[0] if len(patch.conflicts) == 1 else await self._choose(patch)
            if one is None or not await self.settle(patch, one):
                return
            found = self._verbs.board.patch_by_id.get(patch.id)
            if found is None:
                return
            patch = found.patch

    async def settle_named(self, patch: Patch, name: str | None) -> None:
        """Settle the patch's conflict in a definition."""
        found = next((one for one in patch.conflicts if one.name == name), None)
        if found is not None:
            await self.settle(patch, found)

    async def _choose(self, patch: Patch) -> Conflict | None:
        title = Content("Conflicts in ") + patch_label(patch, self._bench.look)
        pairs = [(patch, one) for one in patch.conflicts]
        chosen = await self._verbs.ask(ConflictsDialog(self._bench, title, pairs))
        return next((one for one in patch.conflicts if one.id == chosen), None)

    async def settle(self, patch: Patch, conflict: Conflict) -> bool:
        """Ask place by place and settle; give whether it was settled, or was over already."""
        sides = await self._bench.call(self._read, patch.id, conflict.name)
        if sides is None:
            await self._screen.refresh_view()
            self._screen.say("The conflict is over already.")
            return True
        key = (self._verbs.session, patch.id, conflict.name)
        places = self._not_kept.pop(key, None) or TypedPlaces(self._bench, *key)
        settling = with_typed(settling_of(sides), await places.begin())
        try:
            return await self._settle(patch, conflict, settling, places)
        finally:
            if not await places.end():
                self._not_kept[key] = places
                self._screen.say(places.problem, failed=True)

    async def _settle(
        self, patch: Patch, conflict: Conflict, settling: Settling, places: TypedPlaces
    ) -> bool:
        path = await self._bench.call(self._path, conflict.name, patch.id)
        notice = not_taken(self._bench.look) if settling.typed else ""
        while True:
            title = Content("Conflict in ") + patch_label(patch, self._bench.look)
            dialog = ConflictDialog(
                self._bench,
                title,
                settling,
                lambda: self._read(patch.id, conflict.name),
                path=path,
                places=places,
                notice=notice,
            )
            answer = await self._verbs.ask(dialog)
            if answer is None:
                await self._screen.refresh_view()
                return False
            try:
                outcome = await self._bench.call(self._resolve, answer.settling)
                places.put({})
                await self._verbs.did(outcome)
                return True
            except PatchbayError as error:
                if error.code is not Code.PREVIEW_STALE:
                    raise
            sides = await self._bench.call(self._read, patch.id, conflict.name)
            if sides is None:
                await self._screen.refresh_view()
                self._screen.say("The conflict is over: it was settled, or what it was with has changed.")
                return True
            settling, kept = renewed(answer.settling, sides)
            notice = changed_notice(kept, settling, self._bench.look)

    def _read(self, patch: str, name: str) -> Sides | None:
        """Give the sides of a conflict as they are now; None where it is over."""
        manager, session = self._bench.manager, self._verbs.session
        found = (one for holder, one in manager.conflicts(session) if holder.id == patch and one.name == name)
        conflict = next(found, None)
        if conflict is None:
            return None
        return sides_of_conflict(manager.conflict_sides(conflict.id, session), self._bench.user)

    def _path(self, name: str, patch: str) -> str:
        """Give the file of a definition, nothing where it is in none."""
        try:
            return self._bench.manager.show(name, patch, self._verbs.session).path
        except PatchbayError:
            return ""

    def _resolve(self, settling: Settling) -> Outcome:
        conflict, side = settling.sides.stamp, settling.taken_side()
        assert isinstance(conflict, Conflict)
        manager, session = self._bench.manager, self._verbs.session
        return manager.resolve_conflict(
            conflict.id,
            ours=side == "ours",
            theirs=side == "theirs",
            text=settling.result() if side is None else None,
            session=session,
            seen=conflict,
        )
