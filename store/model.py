"""The nouns: sessions, editors, patches, operations, conflicts, and what closing gives.

Frozen values only. What may be done with them is in `rules`, what follows from them in `ground`.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from store.errors import Code

UserId = str
SessionId = str
PatchId = str
EditorId = str
Digest = str
FullyQualifiedName = str


class Record(BaseModel):
    """A frozen value that is stored as it is; what validates it is built when it is first used."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class PatchStatus(StrEnum):
    """Where a patch stands; Conflicts is derived from its open conflicts (§2)."""

    DRAFT = "draft"
    READY = "ready"
    CONFLICTS = "conflicts"
    MERGED = "merged"
    ABANDONED = "abandoned"


class Role(StrEnum):
    """What a collaborator may do (R20), weakest first."""

    VIEWER = "viewer"
    CONTRIBUTOR = "contributor"
    MAINTAINER = "maintainer"
    OWNER = "owner"

    @property
    def rank(self) -> int:
        """Position from the weakest (0) to the owner (3)."""
        return list(Role).index(self)


class Collaborator(Record):
    """A user in a session with a role."""

    user: UserId
    role: Role


class Session(Record):
    """A workspace of several changes at once (R1). Its patches and editors name it, not the reverse."""

    id: SessionId
    name: str
    description: str = ""
    created_at: datetime
    created_by: UserId
    closed_at: datetime | None = None
    collaborators: tuple[Collaborator, ...]
    organization: str | None = None
    worktree: str | None = None
    """The git worktree that the session belongs to; None on a package tree."""
    branch: str | None = None
    """That worktree's branch, a full ref; None on a package tree and for a detached HEAD."""
    codebase_revision: str
    """The revision which the operations' bases were last looked up in (R7, R12)."""
    letters_given: int = 0
    """How many patch letters were handed out; they are never reused."""

    def role_of(self, user: UserId) -> Role | None:
        """Give the user's role, or None for somebody who is not in the session."""
        return next((one.role for one in self.collaborators if one.user == user), None)


class _Op(Record):
    name: FullyQualifiedName
    """The definition in the ground; for an added one its own name."""
    authors: tuple[UserId, ...]
    """Who saved it, in order of first save."""
    members: tuple[FullyQualifiedName, ...] = ()
    """What a class that is added, deleted or renamed takes along: names in the ground or, added, its own.

    Of an update which makes a class of something else, or the reverse, what comes and what goes.
    """


class AddDefinition(_Op):
    """A definition that the ground does not have."""

    kind: Literal["add"] = "add"
    digest: Digest
    base_digest: None = None
    after: FullyQualifiedName | None = None
    """The definition it is to stand after; None for the end of its container.

    Or the file, `path:<file>`, that it is to be in where its name alone leads to another one.
    """


class UpdateDefinition(_Op):
    """Another text for a definition; for a class, of its head, unless it becomes one or is none any more."""

    kind: Literal["update"] = "update"
    digest: Digest
    base_digest: Digest
    moved: bool = False
    """It stands among its neighbours where the git working tree has it; the text may be as it was (§4)."""


class DeleteDefinition(_Op):
    """A definition taken out, a class with its members."""

    kind: Literal["delete"] = "delete"
    digest: None = None
    base_digest: Digest


class RenameDefinition(_Op):
    """Another name, in the same place or a different one, with the text it has there."""

    kind: Literal["rename"] = "rename"
    new_name: FullyQualifiedName
    new_members: tuple[FullyQualifiedName, ...] = ()
    digest: Digest
    base_digest: Digest
    after: FullyQualifiedName | None = None


Op = Annotated[
    AddDefinition | UpdateDefinition | DeleteDefinition | RenameDefinition, Field(discriminator="kind")
]


def new_name_of(op: Op) -> FullyQualifiedName | None:
    """Give the name after the operation; None when it deletes."""
    if isinstance(op, DeleteDefinition):
        return None
    return op.new_name if isinstance(op, RenameDefinition) else op.name


def affected_names(op: Op) -> tuple[FullyQualifiedName, ...]:
    """Give every name the operation touches: a rename both, a class's members with it (§2)."""
    names = (op.name, *op.members)
    return (*names, op.new_name, *op.new_members) if isinstance(op, RenameDefinition) else names


class ConflictKind(StrEnum):
    """Why two changes of a definition cannot be merged by themselves (§2)."""

    BASE_MOVED = "base-moved"
    BOTH_ADDED = "both-added"
    DELETE_UPDATE = "delete-update"
    RENAME_RENAME = "rename-rename"


class Conflict(Record):
    """An operation whose base is not its ground: to be settled by R13. A digest is None for "no such"."""

    patch: PatchId
    name: FullyQualifiedName
    kind: ConflictKind
    base: Digest | None
    ours: Digest | None
    theirs: Digest | None
    theirs_name: FullyQualifiedName | None = None
    """What the ground calls the definition, where that differs (rename-rename)."""

    @property
    def id(self) -> str:
        """Identify the conflict by its patch, name and the digest of theirs."""
        return f"{self.patch}:{(self.theirs or 'none')[:12]}:{self.name}"


class Origin(StrEnum):
    """How a dependency came about."""

    DECLARED = "declared"
    STACKED = "stacked"
    INFERRED = "inferred"


class Dependency(Record):
    """Another patch that has to be merged first (R11)."""

    patch: PatchId
    origin: Origin
    why: str = ""


class Patch(Record):
    """Operations that are merged together. `marked_ready` is the user's mark; status follows (R5, R6)."""

    id: PatchId
    session_id: SessionId
    letter: str
    name: str
    description: str = ""
    operations: tuple[Op, ...] = ()
    marked_ready: bool = False
    created_at: datetime
    created_by: UserId
    conflicts: tuple[Conflict, ...] = ()
    """The open ones; kept in step with the ground by every transaction that changes it."""
    dependencies: tuple[Dependency, ...] = ()
    dropped: tuple[PatchId, ...] = ()
    """Inferred dependencies that a user has dropped; they stay dropped (R11)."""
    merged_at: datetime | None = None
    merged_by: UserId | None = None
    revision: str | None = None
    """What the codebase calls the merge."""
    abandoned_at: datetime | None = None

    @property
    def status(self) -> PatchStatus:
        """Derive the status from what is recorded (§2)."""
        if self.merged_at is not None:
            return PatchStatus.MERGED
        if self.abandoned_at is not None:
            return PatchStatus.ABANDONED
        if self.conflicts:
            return PatchStatus.CONFLICTS
        return PatchStatus.READY if self.marked_ready else PatchStatus.DRAFT

    @property
    def is_open(self) -> bool:
        """Whether it is neither merged nor abandoned."""
        return self.merged_at is None and self.abandoned_at is None


class EditorContext(Record):
    """One definition opened by one user, contributing to at most one patch."""

    id: EditorId
    session_id: SessionId
    number: int
    target: FullyQualifiedName
    user: UserId
    patch_id: PatchId | None = None
    base_digest: Digest | None = None
    """The text the definition had when the editor last showed it; None for one that does not exist yet."""
    pending: tuple[Op, ...] = ()
    """Saved, in no patch yet (R9); relative to the top of the stack."""
    last_saved_at: datetime | None = None
    opened_at: datetime
    found: bool = False
    """Opened because the working tree changed there; it goes once nothing of that change is left."""


class Blocker(Record):
    """One reason why a patch cannot be merged (R6)."""

    code: Code
    message: str
    patch: PatchId | None = None
    """The other patch it is about; itself where nothing is left of it but to abandon it."""
    editor: EditorId | None = None
    name: FullyQualifiedName | None = None
    missing: tuple[str, ...] = ()
    """The names that nothing defines, as the file uses them."""


class PatchFailure(Record):
    """A patch that was to be merged and was not."""

    patch: PatchId
    code: Code
    message: str


class CleanMerge(NamedTuple):
    """A text that was merged with another one unasked, as the two change different places (R7, R8)."""

    name: FullyQualifiedName
    patch: PatchId | None
    """None for work in no patch."""


class SessionCloseResult(Record):
    """What closing (R17) did: the seed's counts with the lists behind them."""

    session_id: SessionId
    patches_merged: int
    patches_failed: tuple[PatchFailure, ...]
    patches_abandoned: int
    merged: tuple[PatchId, ...]
    abandoned: tuple[PatchId, ...]
    clean_merges: tuple[CleanMerge, ...] = ()


class Change(Record):
    """One field of one record before and after; in a keyed list, one item of it.

    `key` is None for a whole field; `field` is None when the record itself came or went. `before` and
    `after` are JSON values, None for "absent"; `at` is the item's position in its list.
    """

    table: str
    id: str
    field: str | None = None
    key: str | None = None
    before: Any = None
    after: Any = None
    at: int | None = None


class FileWritten(Record):
    """What a transaction made of a file's text in a git working tree."""

    base_digest: Digest
    digest: Digest


class IndexEntry(NamedTuple):
    """What git's index has of a file."""

    mode: str
    id: str
    intended: bool = False
    """The file is only said to come, as `git add -N` says it: there is no content yet."""


class StagedFile(Record):
    """A file that git's index had otherwise than the commit, before or after the branch was moved."""

    path: str
    before: IndexEntry | None
    """None for none, before and after."""
    after: IndexEntry | None


class LogEntry(Record):
    """One transaction: who, when, what, and how to take it back (R22)."""

    id: str
    number: int
    at: datetime
    user: UserId
    verb: str
    summary: str
    patches: tuple[PatchId, ...] = ()
    undoable: bool = True
    undoes: str | None = None
    """The entry that this one takes back or, for a redo, the undo that it takes back."""
    skips: tuple[str, ...] = ()
    """Entries an undo went past."""
    revision: str | None = None
    """The codebase revision which it made."""
    changes: tuple[Change, ...] = ()
    texts: tuple[Digest, ...] = ()
    """Texts that only this entry names: what was discarded, buffers that were replaced."""
    left_in_tree: bool = False
    """The git working tree kept its text, whatever this changed; so it does when this is undone or redone."""
    written: dict[str, FileWritten] = {}
    """The files of a git working tree that it gave another text: what goes back lies there as it lay."""
    kept_in_tree: bool = False
    """It said where work belongs and let the git working tree be; so it does when it is undone or redone."""
    act: str | None = None
    """The id of the first transaction of those that one act made: they are undone and redone together."""
    staged: tuple[StagedFile, ...] = ()
    """What it did to files of its revision that were staged otherwise, so that undo can stage them again."""


class SessionState(Record):
    """Everything of one session: the unit that a transaction reads and writes."""

    session: Session
    patches: dict[PatchId, Patch] = {}
    editors: dict[EditorId, EditorContext] = {}

    def open_patches(self) -> tuple[Patch, ...]:
        """Give the patches that are neither merged nor abandoned, oldest first."""
        return tuple(patch for patch in self.patches.values() if patch.is_open)

    def operations(self) -> tuple[Op, ...]:
        """Give all that the session holds: what is in its open patches, then what is in none."""
        held = [op for patch in self.open_patches() for op in patch.operations]
        return (*held, *(op for editor in self.editors.values() for op in editor.pending))

    def with_patch(self, *patches: Patch) -> SessionState:
        """Give the state with these patches put in or replaced."""
        return self.model_copy(update={"patches": self.patches | {one.id: one for one in patches}})

    def with_editor(self, *editors: EditorContext) -> SessionState:
        """Give the state with these editors put in or replaced."""
        return self.model_copy(update={"editors": self.editors | {one.id: one for one in editors}})

    def without_editor(self, editor_id: EditorId) -> SessionState:
        """Give the state without that editor."""
        kept = {key: value for key, value in self.editors.items() if key != editor_id}
        return self.model_copy(update={"editors": kept})


class Workspace(Record):
    """What a store holds beside its sessions."""

    organization: str | None = None
    users: dict[UserId, str | None] = {}
    """Each known user's organization."""
    current: dict[str, SessionId] = {}
    """The current session by user; in a linked git worktree by user and worktree, see `Bound.seat` (R2)."""


class SeenFile(Record):
    """A file of a working tree that is not as the codebase has it, as it was last seen."""

    digest: Digest | None
    """Of its text; None for a file that is gone."""
    mode: str = ""
    parsed: Digest | None = None
    """Of the text that it keeps its names from: the latest without a syntax error before one with.

    None for a text that has its own names: one without an error that somebody wrote.
    """


class Seen(Record):
    """What a working tree was when it was last looked at: the files that are not as in `revision`."""

    branch: str | None
    revision: str
    files: dict[str, SeenFile] = {}
    merged: str | None = None
    """Where the latest merge here since, or its undo, left the branch; None for neither."""


UNDOABLE = 200
"""How many of the latest transactions can be undone (R22)."""

LETTERS = "ABCDEFHILMOPRSTUVWXYZ"
"""Patch letters: those that are keys in the assignment dialog are left out (§2)."""


def letter_of(index: int) -> str:
    """Give the letter of the patch created as number `index`, from 0: A … Z, then AA, AB … and on."""
    letter = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, len(LETTERS))
        letter = LETTERS[rest] + letter
    return letter
