"""Which repository and worktree a directory belongs to, where HEAD is, and what is under way there.

Objects, the index and the files of the worktree have modules of their own.
"""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from store.errors import Code, PatchbayError
from store.git.process import Git, failure
from store.storage.atomic import Signature, signature_of
from store.storage.layout import outside_of_a_working_tree

_UNDER_WAY = {
    "rebase-merge": "a rebase is under way",
    "rebase-apply/applying": "`git am` is under way",
    "rebase-apply": "a rebase is under way",
    "MERGE_HEAD": "a merge is under way",
    "CHERRY_PICK_HEAD": "a cherry-pick is under way",
    "REVERT_HEAD": "a revert is under way",
    "sequencer": "a cherry-pick or revert of several commits is under way",
    "BISECT_LOG": "a bisect is under way",
}
_SETTLED_AFTER = 0.02
"""Seconds after which a file's signature tells that it has not changed."""


class Head(NamedTuple):
    """Where the worktree stands."""

    branch: str | None
    """The full name of the branch's ref; None when HEAD is detached."""
    commit: str | None
    """None on a branch without a commit yet."""


class _Known(NamedTuple):
    signatures: tuple[Signature | None, ...]
    head: Head


@dataclass
class GitRepository:
    """A worktree of a repository."""

    root: Path
    """The top directory of the worktree."""
    git_dir: Path
    """Where this worktree's HEAD and index lie."""
    common_dir: Path
    """What all worktrees share."""
    object_format: str
    """The repository's hash: "sha1" or "sha256"."""
    git: Git
    _known: _Known | None = field(default=None, repr=False)
    _branch: str | None = field(default=None, repr=False)
    """The branch that was found last, whose file tells whether HEAD has moved."""

    @property
    def index(self) -> Path:
        """The index of this worktree."""
        return self.git_dir / "index"

    @property
    def worktree_id(self) -> str:
        """What tells this worktree from the others: "main", or its name under `worktrees/`."""
        return "main" if self.git_dir == self.common_dir else f"worktrees/{self.git_dir.name}"

    @property
    def zero_id(self) -> str:
        """The id that stands for no object."""
        return "0" * self.id_length

    @property
    def id_length(self) -> int:
        """How many hexadecimal digits an object's id has."""
        return 64 if self.object_format == "sha256" else 40

    def is_id(self, text: str) -> bool:
        """Whether this has the form of a whole object id."""
        return len(text) == self.id_length and re.fullmatch(r"[0-9a-f]+", text) is not None

    def head(self) -> Head:
        """Return where HEAD is; git is asked only when a file has changed that could tell otherwise.

        Raises `INVALID_NAME` for a branch whose name no record can hold.
        """
        known = self._known
        if known is not None and self._signatures(known.head.branch) == known.signatures:
            return known.head
        before = self._signatures(self._branch)
        head = self._asked()
        newest = max((one.modified for one in before if one is not None), default=0)
        settled = head.branch == self._branch and time.time() - newest / 1e9 > _SETTLED_AFTER
        self._known = _Known(before, head) if settled else None
        self._branch = head.branch
        return head

    def _asked(self) -> Head:
        answer = self.git.ask("rev-parse", "HEAD", "--symbolic-full-name", "HEAD")
        if answer.code:
            unborn = self.git.ask("symbolic-ref", "--quiet", "HEAD").output.removesuffix(b"\n")
            return Head(_branch_named(unborn) if unborn else None, None)
        commit, branch = answer.output.split(b"\n")[:2]
        return Head(None if branch == b"HEAD" else _branch_named(branch), commit.decode())

    def under_way(self) -> str | None:
        """Return what git is in the middle of in this worktree, such as "a rebase is under way", or None."""
        return next((said for name, said in _UNDER_WAY.items() if (self.git_dir / name).exists()), None)

    def switched_on(self, *names: str, unset: bool = False) -> frozenset[str]:
        """Return which yes-or-no settings of git's are on, by one question.

        One that is not set counts as `unset`. Raises `STORE_DAMAGED` with git's own reason where
        one of them is neither yes nor no.
        """
        wanted = {name.lower(): name for name in names}
        pattern = f"^({'|'.join(re.escape(name) for name in wanted)})$"
        answer = self.git.ask("config", "--type=bool", "-z", "--get-regexp", pattern)
        if answer.code not in (0, _NONE_SET):
            raise failure("config", answer)
        said = (one.partition("\n") for one in answer.output.decode().split("\0")[:-1])
        values = {name: value == "true" for name, _, value in said}
        return frozenset(wanted[name] for name in wanted if values.get(name, unset))

    def _signatures(self, branch: str | None) -> tuple[Signature | None, ...]:
        shared = ("packed-refs", "reftable/tables.list", *([branch] if branch else ()))
        own = ("HEAD", "reftable/tables.list")
        return (
            *(signature_of(self.git_dir / name) for name in own),
            *(signature_of(self.common_dir / name) for name in shared),
        )


def _branch_named(ref: bytes) -> str:
    try:
        return ref.decode()
    except UnicodeDecodeError:
        shown = ref.removeprefix(b"refs/heads/").decode("utf-8", "backslashreplace")
        message = f"The name of the branch {shown} is not UTF-8: give it another with `git branch -m`."
        raise PatchbayError(Code.INVALID_NAME, message) from None


_NONE_SET = 1
"""What `git config` ends with where nothing matches."""


def open_repository(directory: Path) -> GitRepository:
    """Return the worktree that a directory lies in.

    Raises `STORE_MISSING` when there is none: no git, no repository, a bare one, or one git refuses to use.
    """
    git = Git(directory)
    if not directory.is_dir():
        raise PatchbayError(Code.STORE_MISSING, f"There is no directory {str(directory)!r}.")
    answer = git.ask(
        "rev-parse", "--is-bare-repository", "--show-object-format", "--absolute-git-dir", "--git-common-dir"
    )
    if answer.code:
        raise PatchbayError(
            Code.STORE_MISSING,
            f"{str(directory)!r} cannot be used as a git working tree: {answer.reason}.",
        )
    said = os.fsdecode(answer.output).split("\n")[:-1]
    bare, object_format = said[:2]
    git_dir, common_dir = said[2:] if len(said) == 4 else _directories(git)
    top = git.ask("rev-parse", "--show-toplevel")
    if bare == "true" or top.code:
        raise outside_of_a_working_tree(directory, bare=bare == "true")
    root = Path(os.fsdecode(top.output.removesuffix(b"\n"))).resolve()
    return GitRepository(
        root=root,
        git_dir=Path(git_dir).resolve(),
        common_dir=(directory / common_dir).resolve(),
        object_format=object_format,
        git=Git(root),
    )


def _directories(git: Git) -> tuple[str, str]:
    """Ask one by one for the repository's directories, where a line break is part of them."""
    said = (git.run("rev-parse", one) for one in ("--absolute-git-dir", "--git-common-dir"))
    own, common = (os.fsdecode(one.removesuffix(b"\n")) for one in said)
    return own, common
