"""Putting back what a merged patch changed, as a patch of its own, where undo cannot take the merge back."""

from __future__ import annotations

from store import rules
from store.errors import Code, PatchbayError
from store.ground.order import descendants, placed, reach_of
from store.model import (
    AddDefinition,
    DeleteDefinition,
    Op,
    Patch,
    PatchStatus,
    RenameDefinition,
    Role,
    UpdateDefinition,
    UserId,
)
from store.session_manager.base import Base
from store.session_manager.patches import label, new_patch
from store.views import Outcome


class RevertVerbs(Base):
    """The verb that makes a patch which reverts another."""

    def revert_patch(self, reference: str, as_name: str | None = None, session: str | None = None) -> Outcome:
        """Make a Draft patch with the inverse of a merged one's operations, in their stacks (R7).

        Its description says which revision that is, as git's own does. What has changed since is merged with
        it, or in conflict. Raises `bad-transition` for a patch that is
        not merged, `name-taken` without `as_name`.
        """
        with self.transaction("patch.revert", session) as t:
            t.require(Role.CONTRIBUTOR, "create patches")
            patch = self.patch_in(t.before, reference)
            if patch.status is not PatchStatus.MERGED:
                message = f"{label(patch)} is {patch.status}: only a merged patch can be reverted."
                raise PatchbayError(Code.BAD_TRANSITION, message)
            name = as_name or _name_for(patch)
            new = new_patch(self, t, name, self._says_what_it_reverts(patch, name))
            operations = tuple(inverse_of(op, self.user) for op in reversed(patch.operations))
            held = placed(t.state.patches, new.id, sorted(reach_of(t.state.patches, operations)))
            held[new.id] = held[new.id].model_copy(update={"operations": operations})
            t.put(*(one for one in held.values() if t.state.patches[one.id] is not one))
            t.follow([new.id, *descendants(t.state.patches, new.id)])
            t.patches_named.append(new.id)
            t.summary = f"made {label(new)}, which reverts {patch.letter}"
        return self.outcome_of(t)

    def _says_what_it_reverts(self, patch: Patch, name: str) -> str:
        """Give the description of a patch that reverts one: its revision; its subject if `name` lacks it."""
        assert patch.revision is not None
        what = "commit" if self.codebase.kind == "git" else "revision"
        try:
            subject = self.codebase.describe(patch.revision).message.partition("\n")[0]
        except PatchbayError:
            subject = patch.name
        said = f"This reverts {what} {patch.revision}."
        return said if subject in name else f"{said}\n\nIt was: {subject[: rules.MAXIMUM_NAME]}"


def inverse_of(op: Op, user: UserId) -> Op:
    """Give the operation by which a user takes back what another has done."""
    authors = (user,)
    if isinstance(op, AddDefinition):
        return DeleteDefinition(name=op.name, authors=authors, members=op.members, base_digest=op.digest)
    if isinstance(op, DeleteDefinition):
        return AddDefinition(name=op.name, authors=authors, members=op.members, digest=op.base_digest)
    if isinstance(op, UpdateDefinition):
        return op.model_copy(update={"authors": authors, "digest": op.base_digest, "base_digest": op.digest})
    return RenameDefinition(
        name=op.new_name,
        new_name=op.name,
        authors=authors,
        members=op.new_members,
        new_members=op.members,
        digest=op.base_digest,
        base_digest=op.digest,
    )


def _name_for(patch: Patch) -> str:
    return f"Revert {patch.name}"[: rules.MAXIMUM_NAME].rstrip()
