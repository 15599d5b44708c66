"""What a reader of a session is shown: the records with everything that follows from them, computed once.

The screen draws from these values and the command line prints them; neither computes anything again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from store.errors import Code
from store.git.staged import unmerged
from store.model import (
    Blocker,
    CleanMerge,
    Conflict,
    EditorContext,
    LogEntry,
    Op,
    Patch,
    PatchFailure,
    Role,
    Session,
    SessionState,
    UserId,
    new_name_of,
)
from store.storage.presence import Who

FINISH_IN_GIT = "finish or abort it in git"
"""What ends that git is in the middle of something."""


class Ways(NamedTuple):
    """How a person does what a refusal leads to: at the command line, where nobody says otherwise."""

    rebind: str = "`patchbay session rebind`"
    """What binds the session to the present worktree and branch."""
    revert: str = "`patchbay patch revert {letter}`"
    """What makes a patch that reverts a merged one, which has this letter."""


class CodebaseView(NamedTuple):
    """Which codebase the store is for and where it stands."""

    kind: str
    root: str
    revision: str
    branch: str | None = None
    """The branch checked out in git, a full ref, as a session has it; None where there is none."""
    waits: str | None = None
    """Why nothing is looked for in the working tree now, and nothing merged; None where all is well (§4)."""
    elsewhere: bool = False
    """It waits because the session belongs to another worktree or branch: it can be bound to this one."""
    unmerged: tuple[str, ...] = ()
    """The files that git has unmerged: they are not looked at until that is resolved (§4)."""
    left_alone: tuple[str, ...] = ()
    """The changed files that are never looked at, as their names hold what cannot be shown (§9)."""

    @property
    def branch_name(self) -> str | None:
        """The branch as people call it, without `refs/heads/`."""
        return None if self.branch is None else self.branch.removeprefix("refs/heads/")

    @property
    def way(self) -> str:
        """What a person does at the command line to end that; empty where it does not wait."""
        if self.elsewhere:
            return f"go back, or {Ways().rebind}"
        return FINISH_IN_GIT if self.waits is not None else ""

    @property
    def clashes(self) -> tuple[str, ...]:
        """What to do about each of those."""
        return tuple(unmerged(path) for path in self.unmerged)


class EditorView(NamedTuple):
    """An editor with what follows: `modified` is the seed's isModified (a buffer, or something pending)."""

    editor: EditorContext
    patch: Patch | None
    unsaved: bool
    """There is a buffer: text typed and not saved."""
    shown_digest: str | None
    """The digest of the saved text it shows (its patch's, else pending, else the top of the stack)."""
    also_open_by: tuple[UserId, ...]
    link: str
    travels: bool = False
    """It holds imports in no patch, which merges of the definitions that need them take along (§4)."""
    anyones: bool = False
    """It tells of the working tree, and nobody types in it: any contributor may drive it."""
    unmerged: bool = False
    """What is unsaved was found in the working tree and does not merge with what is saved."""

    def is_for(self, user: UserId) -> bool:
        """Whether a user may drive it, if their role lets them."""
        return self.anyones or self.editor.user == user

    @property
    def operation(self) -> Op | None:
        """The operation on its definition, in its patch or pending; None where there is none."""
        operations = self.editor.pending if self.patch is None else self.patch.operations
        target = self.editor.target
        return next((op for op in operations if (new_name_of(op) or op.name) == target), None)

    @property
    def modified(self) -> bool:
        """Whether there is a buffer or something pending."""
        return self.unsaved or bool(self.editor.pending)

    @property
    def waits(self) -> bool:
        """Whether it is changed and in no patch, and goes into the codebase with none."""
        return self.editor.patch_id is None and self.modified and not self.travels


class Suggestion(NamedTuple):
    """A patch that another one perhaps needs, since it adds something called as an attribute used there."""

    patch: Patch
    name: str
    """The full name of what it adds."""


class PatchView(NamedTuple):
    """A patch with its blockers; ready to merge means there are none (R6)."""

    patch: Patch
    blockers: tuple[Blocker, ...]
    waits_for: tuple[Patch, ...]
    """Direct dependencies that are not merged."""
    dependants: tuple[Patch, ...]
    """Open patches that depend on it directly."""
    suggestions: tuple[Suggestion, ...] = ()
    """Dependencies that are only a guess, for a person to take or leave (R11)."""
    emptied: str = ""
    """What became of its operations, in a few words, where it has none left and nobody took them out."""

    @property
    def is_left_over(self) -> bool:
        """Whether it was emptied and nothing is typed for it: there is nothing to do but to abandon it."""
        return bool(self.emptied) and all(one.code is not Code.UNSAVED_EDITOR for one in self.blockers)

    @property
    def ready_to_merge(self) -> bool:
        """Whether nothing blocks it and it is open."""
        return self.patch.is_open and not self.blockers


class SessionView(NamedTuple):
    """One session as its reader sees it at one moment; `role` is None for somebody who is not in it."""

    user: UserId
    role: Role | None
    codebase: CodebaseView
    state: SessionState
    editors: tuple[EditorView, ...]
    patches: tuple[PatchView, ...]
    """Open ones first, in order of creation, then merged and abandoned ones, newest first."""
    behind: tuple[str, ...] = ()
    """What the working tree has otherwise than the session, because only the codebase changed there (§4)."""
    online: tuple[Who, ...] = ()
    reports: tuple[str, ...] = ()
    """What was found wrong with the store's files and what was used instead."""

    @property
    def session(self) -> Session:
        """The session's own record."""
        return self.state.session

    def editor(self, editor_id: str) -> EditorView | None:
        """Find an editor's view by its id."""
        return next((one for one in self.editors if one.editor.id == editor_id), None)

    def patch(self, patch_id: str | None) -> PatchView | None:
        """Find a patch's view by its id."""
        return next((one for one in self.patches if one.patch.id == patch_id), None)


class DefinitionText(NamedTuple):
    """The text an editor or `show` gives, with the digest that saving hands back as what was shown."""

    name: str
    text: str
    digest: str | None
    base: str | None
    """The text it is compared with: the ground's for an assigned editor, the codebase's otherwise."""
    line: int = 1
    """The line of the file its first line stands on, from 1: an editor's in git of the file as last seen."""
    path: str = ""


TRAVELS = "goes with what needs it"
"""What is said of an editor whose pending imports travel with merges."""
TREE_WRITER = "the working tree"
"""Who wrote a buffer that holds what was changed in a git working tree and does not merge."""


class BufferText(NamedTuple):
    """Text typed and not saved, with the digest of the text it was typed over."""

    text: str
    shown: str | None
    writer: str

    @property
    def of_tree(self) -> bool:
        """Whether the text was found in a git working tree."""
        return self.writer == TREE_WRITER


class ConflictSides(NamedTuple):
    """A conflict with the operation it is about, its three texts, and where theirs comes from.

    A text is None for a definition that is not there.
    """

    patch: Patch
    conflict: Conflict
    operation: Op
    base: str | None
    ours: str | None
    theirs: str | None
    below: Patch | None
    """The patch that theirs comes from; None for the codebase."""
    theirs_by: tuple[UserId, ...]
    """Who changed it beneath; empty where that is not known."""
    revision: str | None
    """The revision that changed it; None where a patch did, or where it is not known."""


class UncleanSave(NamedTuple):
    """A save that does not merge: what was typed over, what was typed, and what there is now (R8)."""

    base: str | None
    ours: str
    theirs: str | None
    digest: str
    """Of theirs: what a settled text is saved over."""
    theirs_by: tuple[UserId, ...]
    """The others who wrote what there is now; empty where that is not known."""


class Outcome(NamedTuple):
    """What a verb did: its transaction, one sentence, what R9 chose, and the records it changed."""

    transaction: str | None
    """None where there was nothing to change."""
    session_id: str
    summary: str
    chosen: str | None = None
    """The patch that R9 chose without asking, or None."""
    asks: bool = False
    """R9 found none or several: the editor stays unassigned until somebody chooses."""
    notes: tuple[str, ...] = ()
    """Clean merges taken, conflicts opened and ended, operations that became needless, what is in no file."""
    patches: tuple[str, ...] = ()
    editors: tuple[str, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    revision: str | None = None
    clean_merges: tuple[CleanMerge, ...] = ()


class MergePreview(NamedTuple):
    """What merging would do: the patches in merge order (those it needs first), and what follows."""

    patches: tuple[PatchView, ...]
    marks_ready: tuple[str, ...]
    """Ids of drafts that would be marked ready on the way."""
    revision: str
    unblocks: tuple[Patch, ...]
    """Open patches that wait for nothing else afterwards."""
    editors: tuple[EditorContext, ...]
    """Editors that stay open, unassigned; those found in a working tree close."""
    blockers: tuple[Blocker, ...]
    """Empty when it can be done."""
    stamp: str = ""
    """Hand it back with the merge: a preview that has gone stale asks again (R20)."""
    imports: tuple[str, ...] = ()
    """Lines in no patch that go along, since the merged definitions need them (§4)."""
    undefined: tuple[str, ...] = ()
    """What files would use that nothing defines, a sentence each, as they do in the working tree: that is no
    reason not to merge."""


class CommitMessage(NamedTuple):
    """What a revision says of itself."""

    words: str
    trailers: tuple[tuple[str, str], ...] = ()
    """In git, whose the commit is: keys and values."""

    @property
    def subject(self) -> str:
        """The first line."""
        return self.words.partition("\n")[0]

    @property
    def body(self) -> str:
        """What follows the first line, without empty lines around it."""
        return self.words.partition("\n")[2].strip("\n")

    @property
    def text(self) -> str:
        """The whole message."""
        trailers = "\n".join(f"{key}: {value}" for key, value in self.trailers)
        return "\n\n".join(filter(None, (self.words, trailers)))


class ClosePreview(NamedTuple):
    """What closing, merging all ready, or abandoning a session would do (R17, R18)."""

    merges: tuple[PatchView, ...]
    fails: tuple[PatchFailure, ...]
    abandons: tuple[Patch, ...]
    unassigned: tuple[EditorContext, ...]
    unsaved: tuple[EditorContext, ...]
    stamp: str = ""
    keeps_tree: bool = False
    """It ends the session in a git working tree, which keeps its text: what is not merged is in no patch."""


class RebindPreview(NamedTuple):
    """What binding a session to this worktree and its present branch would do (§4)."""

    was: Session
    bound: Session
    home: str
    """The branch that it belongs to now, or that it is none."""
    place: str
    """The branch that is checked out here, or that none is."""
    notes: tuple[str, ...]
    """What merging the session's work with the codebase as it is here comes to."""
    conflicts: tuple[Patch, ...]
    """The open patches that would have a conflict, as they would be."""
    pending: tuple[Conflict, ...]
    """What in no patch would not merge: it stays, and is in conflict where it is assigned."""
    clean_merges: tuple[CleanMerge, ...]
    """What would be merged unasked, in patches and in none."""

    @property
    def all_conflicts(self) -> tuple[Conflict, ...]:
        """What would be in conflict, in patches and in none."""
        return (*(one for patch in self.conflicts for one in patch.conflicts), *self.pending)


class MergeReport(NamedTuple):
    """What merging several patches did, each in its own transaction (R16)."""

    outcomes: tuple[Outcome, ...]
    failures: tuple[PatchFailure, ...]


@dataclass(frozen=True)
class UndoPreview:
    """What undoing (or redoing) would take back, newest first."""

    entries: tuple[LogEntry, ...]
    refusal: str | None = None
    details: tuple[str, ...] = field(default=())
    """What it would go past, newest first: that stays as it is."""
    stamp: str = ""
    code: Code | None = None
    """Of the refusal."""
