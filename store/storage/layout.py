"""Where everything of a store lies, how its directories are made, and which store belongs to a directory."""

from __future__ import annotations

import grp
import os
import re
import stat
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from store.errors import Code, PatchbayError
from store.storage import effects
from store.storage.atomic import refusals

STORE_DIRECTORY = ".patchbay"
"""The store's directory where there is no git repository."""

GIT_STORE = "patchbay"
"""The store's directory in the common directory of a git repository."""

_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_NOT_A_REPOSITORY = "not a git repository"


def is_identifier(identifier: str) -> bool:
    """Whether this may be an id of ours, and so may become a file's name."""
    return _IDENTIFIER.fullmatch(identifier) is not None


def checked_identifier(identifier: str) -> str:
    """Return an id of ours unchanged; raises `NOT_FOUND` for anything that must never become a path."""
    if not is_identifier(identifier):
        raise PatchbayError(Code.NOT_FOUND, f"{identifier!r} is no id; ids hold a-z, 0-9 and dashes.")
    return identifier


@dataclass(frozen=True)
class StoreLayout:
    """The paths of the store at `root`."""

    root: Path

    @property
    def lock(self) -> Path:
        """The lock file: never deleted, never replaced."""
        return self.root / "lock"

    @property
    def workspace(self) -> Path:
        """Users, organization, settings, current sessions."""
        return self.root / "workspace.json"

    @property
    def intent(self) -> Path:
        """The merge that is under way, if any (R14)."""
        return self.root / "intent.json"

    @property
    def sessions(self) -> Path:
        """A file per open session."""
        return self.root / "sessions"

    @property
    def archive(self) -> Path:
        """A file per closed session."""
        return self.root / "archive"

    @property
    def texts(self) -> Path:
        """Texts by digest."""
        return self.root / "texts"

    @property
    def buffers(self) -> Path:
        """Text being typed, by editor id."""
        return self.root / "buffers"

    @property
    def log(self) -> Path:
        """Older log entries."""
        return self.root / "log"

    @property
    def presence(self) -> Path:
        """Who is here now."""
        return self.root / "presence"

    @property
    def codebase(self) -> Path:
        """The package tree."""
        return self.root / "codebase"

    @property
    def head(self) -> Path:
        """The package tree's present revision."""
        return self.codebase / "head.json"

    @property
    def revisions(self) -> Path:
        """The package tree's revisions."""
        return self.codebase / "revisions"

    @property
    def worktrees(self) -> Path:
        """What each git worktree was last seen to be, by worktree."""
        return self.root / "worktrees"

    @property
    def verdicts(self) -> Path:
        """What was found of each session's patches: it follows from the rest, and may go at any time."""
        return self.root / "verdicts"

    @property
    def directories(self) -> tuple[Path, ...]:
        """Every directory of the store, parents first."""
        records = (self.sessions, self.archive, self.texts, self.buffers, self.log)
        derived = (self.presence, self.worktrees, self.verdicts)
        return (self.root, *records, *derived, self.codebase, self.revisions)

    @cached_property
    def shared(self) -> bool:
        """Whether a group shares the store, by the mode of its root (which a usual directory never has)."""
        with refusals(self.root):
            bits = stat.S_IWGRP | stat.S_ISGID
            return self.root.stat().st_mode & bits == bits

    @property
    def directory_mode(self) -> int:
        """The mode of each directory: 2770 in a shared store, else 0700."""
        return 0o2770 if self.shared else 0o700

    @property
    def file_mode(self) -> int:
        """The mode of each file: 0660 in a shared store, else 0600."""
        return 0o660 if self.shared else 0o600

    def exists(self) -> bool:
        """Whether a store was made here. Raises `STORE_LOCKED` where the user may not look."""
        try:
            return self.lock.is_file()
        except PermissionError:
            message = (
                f"You may not look into {self.root}: ask its owner for the right, or give another store."
            )
            raise PatchbayError(Code.STORE_LOCKED, message) from None

    def create(self, shared_group: str | None = None) -> None:
        """Make the directories and the lock file; what is there already stays.

        With `shared_group`, that group may read and write everything. Raises `NOT_FOUND` for an unknown
        group, `NOT_PERMITTED` for one the caller is not in, and `STORE_LOCKED` where writing is not allowed.
        """
        group = None if shared_group is None else _group_id(shared_group)
        with refusals(self.root):
            for parent in reversed(self.root.parents):
                if not parent.exists():
                    effects.mkdir(parent, 0o777 & ~_umask())
            effects.mkdir(self.root, 0o700)
            if group is not None:
                _give_to_group(self.root, group, str(shared_group))
                effects.change_mode(self.root, 0o2770)
            elif not any(self.root.iterdir()):
                effects.change_mode(self.root, 0o700)
        self.__dict__.pop("shared", None)
        for directory in self.directories[1:]:
            with refusals(directory):
                effects.mkdir(directory, self.directory_mode)
                if group is not None:
                    _give_to_group(directory, group, str(shared_group))
                    effects.change_mode(directory, self.directory_mode)
        with refusals(self.lock):
            if not self.lock.exists():
                os.close(effects.create(self.lock, self.file_mode))
            if group is not None:
                _give_to_group(self.lock, group, str(shared_group))
            effects.fsync_directory(self.root)
            effects.fsync_directory(self.root.parent)


def locate(directory: Path, explicit: Path | None = None) -> Path:
    """Return where the store of `directory` lies, whether it was made yet or not.

    That is `explicit` when given; inside a git repository `patchbay` in its common git directory, which all
    worktrees share; else `.patchbay` in the directory. Raises `STORE_MISSING` when git refuses to answer, and
    in a git repository outside of a working tree.
    """
    if explicit is not None:
        return explicit.expanduser().absolute()
    here = directory.absolute()
    if any((place / ".git").exists() or _may_be_bare(place) for place in (here, *here.parents)):
        common = _common_git_directory(here)
        if common is not None:
            return common / GIT_STORE
    return here / STORE_DIRECTORY


def _may_be_bare(directory: Path) -> bool:
    return all((directory / one).exists() for one in ("HEAD", "objects", "refs"))


def _common_git_directory(directory: Path) -> Path | None:
    try:
        answer = _asked(directory, "--is-bare-repository", "--is-inside-work-tree", "--git-common-dir")
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PatchbayError(
            Code.STORE_MISSING,
            f"Git cannot be asked about {directory} ({error}); say where the store is with --store.",
        ) from None
    if answer.returncode:
        reason = answer.stderr.decode("utf-8", "replace").strip()
        if _NOT_A_REPOSITORY in reason:
            return None
        raise PatchbayError(
            Code.STORE_MISSING, f"Git refuses {directory} ({reason}); put that right, or give --store."
        )
    bare, inside, common = answer.stdout.removesuffix(b"\n").split(b"\n", 2)
    if inside != b"true":
        raise outside_of_a_working_tree(directory, bare=bare == b"true")
    return (directory / os.fsdecode(common)).resolve()


def _asked(directory: Path, *questions: str) -> subprocess.CompletedProcess[bytes]:
    settings = ("GIT_CONFIG_", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM")
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("GIT_") or name.startswith(settings)
    }
    return subprocess.run(
        ["git", "rev-parse", *questions],
        cwd=directory,
        env=environment | {"LC_ALL": "C"},
        capture_output=True,
        check=False,
        timeout=30,
    )


def outside_of_a_working_tree(directory: Path, *, bare: bool) -> PatchbayError:
    """Make the refusal that says why there is nothing to work on in a directory of a git repository."""
    if bare:
        message = (
            f"{directory} lies in a bare git repository, which has no working tree: make one with"
            " `git worktree add DIR`, or clone it, and work there."
        )
    else:
        message = f"{directory} lies in a repository's git directory: go to its working tree."
    return PatchbayError(Code.STORE_MISSING, message)


def _group_id(name: str) -> int:
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        raise PatchbayError(
            Code.NOT_FOUND, f"There is no group {name!r} on this machine; make it first."
        ) from None


def _give_to_group(path: Path, group: int, name: str) -> None:
    try:
        os.chown(path, -1, group)
    except PermissionError:
        raise PatchbayError(
            Code.NOT_PERMITTED, f"You are not in the group {name!r}, so {path} cannot be shared with it."
        ) from None


def _umask() -> int:
    present = os.umask(0o077)
    os.umask(present)
    return present
