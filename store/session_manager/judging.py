"""What patches would leave behind when they are merged: their files, and the verdicts on these (R6)."""

from __future__ import annotations

from functools import cached_property
from typing import TypeVar

from store.errors import Code, PatchbayError
from store.git.staged import unmerged
from store.ground.composition import applied, ground, may_lie_in, put_by
from store.ground.imports import offered_imports, with_imports
from store.ground.order import Patches, closure
from store.ground.sound import sound
from store.ground.taken_away import (
    Broken,
    Ceasing,
    Use,
    broken,
    candidates,
    ceased_words,
    ceasing,
    names_lost,
    uses_of,
)
from store.ground.verdicts import blockers_for, blockers_of_broken, problems, unexcused, untold
from store.model import Blocker, Digest, Op, Patch, SessionState
from store.session_manager.changed import ChangedVerbs
from store.session_manager.verdicts import Facts, KeptVerdicts, Verdict
from store.source.tree import Tree

VERDICTS_HELD = 10_000
"""How many verdicts on patches are remembered: a screen that stays open for days sees many revisions."""

Key = TypeVar("Key")
Value = TypeVar("Value")


class JudgingVerbs(ChangedVerbs):
    """Composes patches, and remembers what was found about their texts."""

    @cached_property
    def _verdicts(self) -> dict[Facts, Verdict]:
        return {}

    @cached_property
    def _uses(self) -> dict[tuple[object, ...], tuple[Use, ...]]:
        return {}

    @cached_property
    def _ceased(self) -> dict[tuple[str, Digest | None, Digest | None], frozenset[str]]:
        return {}

    _imports: tuple[SessionState, Tree, tuple[Op, ...]] | None = None
    """The imports that can be supplied to the state last asked about, over a codebase."""

    _supplied: tuple[SessionState, Tree, Tree] | None = None
    """What the state last asked about holds over a codebase."""

    _ceasing: tuple[SessionState, Ceasing] | None = None
    """The words that what the state last asked about holds ceases to use."""

    def problems_of(
        self,
        state: SessionState,
        patch: Patch,
        tree: Tree,
        revision: str,
        kept: KeptVerdicts | None = None,
        *,
        anew: bool = False,
    ) -> tuple[Blocker, ...]:
        """Give the verdicts on the files a patch would leave (R6), cached by what they follow from.

        Those `kept` from earlier processes serve for showing, and take what is found anew. What a merge rests
        on is found `anew`, of the very texts that it commits.
        """
        if not patch.operations or not patch.is_open:
            return ()
        for path in sorted(self.unmerged()):
            if any(may_lie_in(op, (path,), tree.roots) for op in patch.operations):
                return (Blocker(code=Code.CODEBASE_MOVED, message=unmerged(path)),)
        try:
            found, lost = self._verdict(state, patch, tree, revision, state.patches, kept, anew=anew)
            left = self._still_used(state, patch, tree, revision, state.patches, lost)
        except PatchbayError as error:
            return (Blocker(code=damage(error).code, message=error.message.removesuffix(".")),)
        editors = tuple(state.editors.values())
        return (
            *blockers_for(untold(unexcused(found, tree.laid_out_as), left), state.patches, patch.id, editors),
            *blockers_of_broken(left, state.patches, patch.id, state.editors),
        )

    def broken_by(
        self, state: SessionState, patch: Patch, tree: Tree, revision: str, patches: Patches
    ) -> tuple[Broken, ...]:
        """Give what files still use of what a patch takes away, where something here changes that.

        `patches` are the state's, perhaps with other dependencies.
        """
        lost = self._verdict(state, patch, tree, revision, patches).lost
        return self._still_used(state, patch, tree, revision, patches, lost)

    def _still_used(
        self,
        state: SessionState,
        patch: Patch,
        tree: Tree,
        revision: str,
        patches: Patches,
        lost: frozenset[str],
    ) -> tuple[Broken, ...]:
        if not lost:
            return ()
        there = self._ceasing_in(state)
        below = {patch.id, *(one.id for one in closure(patches, patch.id))}
        found = candidates(lost, there, below)
        if not found:
            return ()
        key = (self.judged_by(state, patch, tree, revision, patches), found)
        if key not in self._uses:
            over = self.composed(state, patch, tree, patches)[1]
            remember(self._uses, key, uses_of(lost, found, over))
        return broken(self._uses[key], there, below, tree.laid_out_as, tree.roots)

    def judged_by(
        self, state: SessionState, patch: Patch, tree: Tree, revision: str, patches: Patches
    ) -> Facts:
        """Give what the texts of a patch follow from."""
        below = (one.operations for one in closure(patches, patch.id))
        return revision, (self._imports_of(state, tree), *below, patch.operations)

    def _verdict(
        self,
        state: SessionState,
        patch: Patch,
        tree: Tree,
        revision: str,
        patches: Patches,
        kept: KeptVerdicts | None = None,
        *,
        anew: bool = False,
    ) -> Verdict:
        facts = self.judged_by(state, patch, tree, revision, patches)
        found = None if anew else self._verdicts.get(facts)
        if found is None and kept is not None:
            found = kept.find(facts)
        if found is None:
            under, over = self.composed(state, patch, tree, patches)
            found = Verdict(problems(under, over), names_lost(under, over))
            remember(self._verdicts, facts, found)
            if kept is not None:
                kept.add(facts, found)
        return found

    def composed(
        self, state: SessionState, patch: Patch, tree: Tree, patches: Patches | None = None
    ) -> tuple[Tree, Tree]:
        """Give a patch's ground, and that with its operations and the imports which they need.

        `patches` stand in for the state's, with other dependencies.
        """
        loose = tree.loosened(put_by(self.supplying(state)))
        under = ground(loose, state.patches if patches is None else patches, patch.id, self.text)
        over = applied(under, patch.operations, self.text)
        if not self._imports_of(state, tree):
            return under, over
        return under, with_imports(under, over, self.supply_of(state, tree))

    def supply_of(self, state: SessionState, tree: Tree) -> Tree:
        """Give what `sound_supply` does, remembered for the state last asked about."""
        known = self._supplied
        if known is None or known[0] is not state or known[1] is not tree:
            known = self._supplied = (state, tree, self.sound_supply(state, tree))
        return known[2]

    def sound_supply(self, state: SessionState, tree: Tree) -> Tree:
        """Give what imports are taken from: what `supply` gives, without definitions that do not parse."""
        return sound(tree, self.supplying(state), self.supply(state, tree), self.text)

    def _imports_of(self, state: SessionState, tree: Tree) -> tuple[Op, ...]:
        known = self._imports
        if known is None or known[0] is not state or known[1] is not tree:
            offered = (offered_imports(one) for one in self.supplying(state))
            known = self._imports = (state, tree, tuple(op for one in offered for op in one))
        return known[2]

    def _ceasing_in(self, state: SessionState) -> Ceasing:
        if self._ceasing is None or self._ceasing[0] is not state:
            self._ceasing = (state, ceasing(state, self._ceased_by))
        return self._ceasing[1]

    def _ceased_by(self, op: Op) -> frozenset[str]:
        key = op.name, op.base_digest, op.digest
        if key not in self._ceased:
            remember(self._ceased, key, ceased_words(op, self.text))
        return self._ceased[key]


def remember(held: dict[Key, Value], key: Key, value: Value) -> None:
    """Put a verdict with those held, which begin anew where they have become many."""
    if len(held) >= VERDICTS_HELD:
        held.clear()
    held[key] = value


def damage(error: PatchbayError) -> PatchbayError:
    """Give an error back that is about one damaged text; raise any other."""
    if error.code is not Code.STORE_DAMAGED:
        raise error
    return error
