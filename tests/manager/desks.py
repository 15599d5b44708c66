"""Alice's session on a package tree or in a real repository: the same verbs on both."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from codebase.repositories import git, make_repository
from edits import put

from store.model import Patch
from store.rules import violations
from store.session_manager import init_store, open_store

KINDS = ("package-tree", "git")


class Begun:
    """A session that has just begun on these files."""

    def __init__(self, directory: Path, kind: str, files: Mapping[str, str]) -> None:
        self.root = directory / "work"
        self.is_git = kind == "git"
        source = self.root if self.is_git else directory / "source"
        if self.is_git:
            make_repository(self.root)
        for path, text in files.items():
            (source / path).parent.mkdir(parents=True, exist_ok=True)
            (source / path).write_text(text)
        if self.is_git:
            git(self.root, "add", "--all")
            git(self.root, "commit", "--quiet", "-m", "first")
        self.root.mkdir(exist_ok=True)
        self.alice = init_store(self.root, user="alice")
        if not self.is_git:
            self.alice.import_tree(source)
        self.session = self.alice.start_session("main").session_id

    def save(self, name: str, text: str, patch: str | None = None, new: bool = False) -> None:
        """Save a text into a patch; see `edits.put`."""
        put(self.alice, name, text, patch, new=new)

    def patch(self, name: str) -> Patch:
        """A patch as it is on the disk."""
        manager = open_store(self.root, user="alice")
        return manager.patch_in(manager.repository.load(self.session), name)

    def operations(self, patch: str) -> set[tuple[str, ...]]:
        """A patch's operations as kind and names."""
        return {
            (op.kind, op.name, op.new_name) if op.kind == "rename" else (op.kind, op.name)
            for op in self.patch(patch).operations
        }

    def shown(self, name: str, patch: str) -> str:
        """A definition as a patch has it."""
        return self.alice.show(name, patch, self.session).text

    def merged(self, path: str, *patches: str) -> str:
        """Merge patches one after the other; gives the file as it is then."""
        for name in patches:
            self.alice.mark_ready(name)
            self.alice.merge_patch(name)
        text = self.alice.codebase.files().text(path)
        if self.is_git:
            assert (self.root / path).read_text() == text
            assert git(self.root, "status", "--porcelain") == ""
        manager = open_store(self.root, user="alice")
        assert violations(manager.repository.load(self.session)) == []
        return text
