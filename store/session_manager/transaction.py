"""One verb on one session: what it found, and what it leaves behind when it ends well."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from store import rules
from store.ground.composition import operation_on
from store.ground.rebase import rebased
from store.model import (
    CleanMerge,
    EditorContext,
    EditorId,
    FileWritten,
    LogEntry,
    Op,
    Patch,
    PatchId,
    Role,
    SessionState,
    StagedFile,
    UserId,
    new_name_of,
)
from store.repository import Repository
from store.session_manager.ahead import Made
from store.source.texts import digest as digest_of
from store.source.tree import Tree


@dataclass
class Transaction:
    """One verb on one session: the state it found, and what it leaves behind when it ends well."""

    repository: Repository
    present: Callable[[], Tree]
    """Gives the codebase as it stands for the session."""
    user: UserId
    now: datetime
    before: SessionState
    verb: str
    id: str
    act: str | None = None
    """The id of the first transaction of the act that this one is part of; None for one that stands alone."""
    state: SessionState = field(init=False)
    summary: str = ""
    undoable: bool = True
    notes: list[str] = field(default_factory=list)
    texts_named: list[str] = field(default_factory=list)
    patches_named: list[PatchId] = field(default_factory=list)
    editors_named: list[EditorId] = field(default_factory=list)
    merged: list[CleanMerge] = field(default_factory=list)
    """The texts that were merged as they were saved or assigned; see `clean_merges`."""
    undoes: str | None = None
    skips: tuple[str, ...] = ()
    chosen: PatchId | None = None
    asks: bool = False
    commits: Mapping[str, str | None] | None = None
    """What to commit to the codebase with this transaction; None for one that commits nothing."""
    made: Made | None = None
    """The revision that was made for this transaction before; it counts if it is just what is committed."""
    takes_back: LogEntry | None = None
    """The entry whose revision leaves the codebase again with this one, where a codebase goes back."""
    message: str = ""
    revision: str | None = None
    """The revision that the transaction made; known once it has ended."""
    staged: tuple[StagedFile, ...] = ()
    """What that did to files that were staged otherwise."""
    in_tree: Literal["written", "left", "met", "kept", "same"] = "written"
    """What happens in a git working tree to what this changes: it is written there, or left as it is to be
    found again as nobody's, or met in the files that have all of it, or kept as no text changes, or the tree
    is as it is to be already."""
    written: dict[str, FileWritten] = field(default_factory=dict)
    """The files of a git working tree that got another text; known once the transaction has ended."""
    as_before: Mapping[str, FileWritten] = field(default_factory=dict)
    """What a transaction wrote that this one takes back: its files are laid out as they were before it."""
    buffers_spent: list[EditorId] = field(default_factory=list)
    """Buffers whose text the transaction has saved; removed once it is durable."""
    stays_on: dict[EditorId, str] = field(default_factory=dict)
    """What editors are on through which something in that is changed."""

    _tree: Tree | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.state = self.before

    @property
    def tree(self) -> Tree:
        """The codebase as it stands for the session, at the revision that this transaction found."""
        self._tree = self.present() if self._tree is None else self._tree
        return self._tree

    def text(self, digest: str) -> str:
        """Give a text that some record names."""
        return self.repository.text(digest)

    def keep(self, text: str) -> str:
        """Make a text durable before the transaction names it."""
        return self.repository.keep(text)

    def discard_buffer(self, editor: EditorId) -> None:
        """Let the log name the text of a buffer, if there is one, which goes when that is durable (R9)."""
        buffer = self.repository.buffers.read(editor)
        if buffer is not None:
            self.texts_named.append(self.repository.texts.put(buffer.text))
            self.buffers_spent.append(editor)

    def require(self, least: Role, to_do: str) -> None:
        """Raise `closed` or `not-permitted` unless the user may do this in the open session."""
        rules.require_role(self.before.session, self.user, least, to_do)
        rules.require_open_session(self.before.session)

    def put(self, *patches: Patch) -> None:
        """Put patches into the state."""
        self.state = self.state.with_patch(*patches)

    def put_editor(self, *editors: EditorContext) -> None:
        """Put editors into the state."""
        on = self.stays_on
        own = (one.model_copy(update={"target": on[one.id]}) if one.id in on else one for one in editors)
        self.state = self.state.with_editor(*own)

    def follow(self, which: Iterable[PatchId], renames: Mapping[str, str] | None = None) -> None:
        """Let patches follow their grounds, which this transaction has changed (R7)."""
        result = rebased(self.tree, self.state.patches, which, self.text, self.keep, renames)
        changed = [one for one in result.patches.values() if self.state.patches.get(one.id) is not one]
        self.put(*changed)
        self.notes.extend(result.notes)

    @property
    def moves_codebase(self) -> bool:
        """Whether the transaction makes a revision or takes one back."""
        return self.commits is not None or self.takes_back is not None

    @property
    def clean_merges(self) -> tuple[CleanMerge, ...]:
        """What was merged: as it was saved or assigned, or with what changed beneath it (R7).

        What undo and redo bring back was merged before.
        """
        beneath = () if self.verb in ("undo", "redo") else merged_beneath(self.before, self.state)
        return tuple(dict.fromkeys((*self.merged, *beneath)))

    def note_merge(self, op: Op, patch: PatchId) -> None:
        """Note that an operation has another text in a patch than where it comes from, if it has."""
        name = new_name_of(op) or op.name
        there = operation_on(self.state.patches[patch].operations, name)
        if there is not None and there.digest != op.digest:
            self.merged.append(CleanMerge(name, patch))

    def begin_again(self) -> None:
        """Forget everything done so far in this transaction."""
        self.state, self.commits, self.takes_back, self.message = self.before, None, None, ""
        self.as_before = {}
        self.notes.clear()
        self.stays_on.clear()
        self.merged.clear()
        self._tree = None

    def set_tree(self, tree: Tree) -> None:
        """From here on the codebase is as this transaction will leave it."""
        self._tree = tree


@dataclass
class Trial(Transaction):
    """A transaction that ends with nothing: only what it would do is wanted, and no text is written."""

    known: Callable[[str], str] = field(kw_only=True)
    """Gives a text that some record names, or that was remembered."""
    remember: Callable[[str], object] = field(kw_only=True)

    def text(self, digest: str) -> str:
        """Give a text that some record or the trial names."""
        return self.known(digest)

    def keep(self, text: str) -> str:
        """Remember a text as long as this process lives."""
        self.remember(text)
        return digest_of(text)


def merged_beneath(before: SessionState, after: SessionState) -> Iterator[CleanMerge]:
    """Give what has another base and another text where it was, unless it was in conflict before."""
    for patch in after.open_patches():
        was = before.patches.get(patch.id)
        settled = {one.name for one in was.conflicts} if was is not None else ()
        for op in _moved_on(was.operations if was is not None else (), patch.operations):
            if op.name not in settled:
                yield CleanMerge(new_name_of(op) or op.name, patch.id)
    for editor in after.editors.values():
        known = before.editors.get(editor.id)
        for op in _moved_on(known.pending if known is not None else (), editor.pending):
            yield CleanMerge(new_name_of(op) or op.name, None)


def _moved_on(before: Iterable[Op], after: Iterable[Op]) -> Iterator[Op]:
    digests = {op.name: (op.base_digest, op.digest) for op in before}
    for op in after:
        base, text = digests.get(op.name, (op.base_digest, op.digest))
        if op.base_digest != base and op.digest != text and None not in (op.digest, text, base):
            yield op
