"""The store as a whole: fill the package tree, write it out, look for damage (§4, §5)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from store.codebase.package_tree import PackageTree
from store.codebase.transfer import (
    IMPORT,
    ExportSummary,
    ImportSummary,
    Progress,
    export_directory,
    import_directory,
)
from store.errors import Code, PatchbayError
from store.session_manager.base import Base
from store.storage.doctor import Finding, examine, fix, missing_texts, remove_unnamed_texts

Cancelled = Callable[[], bool]


class Health(NamedTuple):
    """What a look through the store found, and what was put right."""

    findings: tuple[Finding, ...]
    fixed: tuple[Finding, ...] = ()
    texts_removed: int = 0
    reports: tuple[str, ...] = ()
    """Damage met on the way, and what was used instead."""
    left_alone: tuple[str, ...] = ()
    """The changed files of a git working tree that are never looked at, see `CodebaseView`."""


class UpkeepVerbs(Base):
    """The verbs on the whole store; not undoable."""

    def import_tree(
        self, directory: Path, progress: Progress | None = None, cancelled: Cancelled | None = None
    ) -> ImportSummary:
        """Take a directory's files into the package tree as one revision (§4), or nothing when cancelled."""
        if not isinstance(self.codebase, PackageTree):
            message = "This store is for a git working tree, which needs no import: edit its files."
            raise PatchbayError(Code.BAD_TRANSITION, message)
        return import_directory(
            directory,
            self.codebase,
            author=self.user,
            at=self.clock(),
            transaction=self.new_id(IMPORT),
            store=self.repository.layout.root,
            progress=progress,
            cancelled=cancelled,
        )

    def export_tree(
        self,
        directory: Path,
        force: bool = False,
        progress: Progress | None = None,
        cancelled: Cancelled | None = None,
    ) -> ExportSummary:
        """Write the package tree's files into a directory, byte for byte (§4).

        Raises `name-taken` over changed ones, `bad-transition` in a git repository.
        """
        if not isinstance(self.codebase, PackageTree):
            message = "This store is for a git working tree: write its commits out with `git archive`."
            raise PatchbayError(Code.BAD_TRANSITION, message)
        return export_directory(self.codebase, directory, force=force, progress=progress, cancelled=cancelled)

    def _missing_texts(self) -> list[Finding]:
        """Find the texts that are named and not there, at one moment; what cannot be read names none."""
        repository = self.repository
        if not repository.layout.texts.is_dir():
            return []
        with repository.lock.shared():
            naming = [*repository.naming_texts()]
            if isinstance(self.codebase, PackageTree):
                with suppress(PatchbayError):
                    naming.append(("the package tree", self.codebase.named_digests()))
            return list(missing_texts(repository.texts, naming))

    def doctor(self, put_right: bool = False) -> Health:
        """Look through the store's files; with `put_right` mend what can be, and drop texts nothing names."""
        repository = self.repository
        findings = (*examine(repository.layout, repository.lock), *self._missing_texts())
        reports = tuple(one.message for one in repository.reports)
        left_alone = () if self.worktree is None else self.worktree.names_left_alone()
        if not put_right:
            return Health(findings, reports=reports, left_alone=left_alone)
        with repository.lock.exclusive():
            self.settle()
            fixed = tuple(fix(repository.layout, repository.lock, findings))
            named = repository.named_texts()
            if isinstance(self.codebase, PackageTree):
                named |= self.codebase.named_digests()
            removed = remove_unnamed_texts(repository.texts, repository.lock, named)
        reports = tuple(one.message for one in repository.reports)
        return Health(findings, fixed, len(removed), reports, left_alone)
