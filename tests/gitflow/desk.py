"""A real repository with a session on it, short ways to work there, and what must hold after every step."""

from __future__ import annotations

import ast
import random
from collections.abc import Mapping
from difflib import unified_diff
from itertools import permutations
from pathlib import Path

from codebase.repositories import git, make_repository

from store.errors import PatchbayError
from store.git.worktree import Worktree
from store.ground.composition import ground, has_lost_its_place
from store.ground.containers import is_rest
from store.ground.imports import is_import
from store.model import EditorContext, Op, Patch, SessionState
from store.reconcile import TreeChange, tree_changes
from store.session_manager import init_store, open_store
from store.session_manager.glance import with_mode
from store.session_manager.mirroring import held_here
from store.source.comments import lead
from store.source.keys import last_part
from store.source.names import Place, candidate_paths
from store.source.partition import PieceKind
from store.source.tree import Tree
from store.source.verdict import check
from store.storage.doctor import FindingKind

CART = '''"""What is bought."""

import os

RATE = 2


def total(prices):
    return sum(prices)


def count(prices):
    return len(prices)


class Cart:
    """Prices in a row."""

    limit = 9

    def add(self, price):
        self.prices.append(price)

    def clear(self):
        self.prices = []


def where():
    return os.getcwd()
'''
LONG_TOTAL = """def total(prices):
    one = 1
    two = 2
    three = 3
    four = 4
    five = 5
    six = 6
    return sum(prices)
"""
LONG_CART = CART.replace("def total(prices):\n    return sum(prices)\n", LONG_TOTAL)
"""The same with a `total` of a few lines."""
SHOP = """import json


def open_shop(name):
    return json.dumps(name)


def close_shop(name):
    return None
"""
FILES: Mapping[str, str] = {"app/cart.py": CART, "app/shop.py": SHOP, "notes.txt": "one\ntwo\n"}


class Desk:
    """A repository with one commit, and Alice's session on it."""

    def __init__(self, root: Path, files: Mapping[str, str] = FILES) -> None:
        self.root = root
        make_repository(root)
        for path, text in files.items():
            self.write(path, text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "-m", "first")
        self._begin()

    def _begin(self) -> None:
        self.alice = init_store(self.root, user="alice")
        self.alice.start_session("main")
        self.alice.look()
        self.refusals: list[str] = []
        """What was refused on the way."""

    @classmethod
    def started(cls, root: Path) -> Desk:
        """Start a session in a repository that is there already."""
        found = cls.__new__(cls)
        found.root = root
        found._begin()
        return found

    @classmethod
    def opened(cls, root: Path) -> Desk:
        """Sit down at a repository with a session that is there already."""
        found = cls.__new__(cls)
        found.root, found.alice, found.refusals = root, open_store(root, user="alice"), []
        return found

    # The working tree

    def git(self, *arguments: str, check: bool = True) -> str:
        """Run git in the worktree."""
        return git(self.root, *arguments, check=check)

    def write(self, path: str, text: str | bytes) -> Path:
        """Write a file of the worktree."""
        place = self.root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode() if isinstance(text, str) else text)
        return place

    def text(self, path: str) -> str:
        """Read a file of the worktree."""
        return (self.root / path).read_bytes().decode()

    def change(self, path: str, old: str, new: str) -> None:
        """Put one text in place of another in a file of the worktree."""
        text = self.text(path)
        assert text.count(old) == 1, (old, text)
        self.write(path, text.replace(old, new))

    def head(self, path: str) -> str | None:
        """Read a file of HEAD, None where it has none."""
        files = self.alice.codebase.files()
        return None if files.digest(path) is None else files.text(path)

    def look(self) -> None:
        """Take in what was changed, and require that all of it is held."""
        done = self.alice.look()
        self.require_held()
        for editor in self.state.editors.values():
            of_use = editor.pending or editor.patch_id or self.alice.buffer(editor.id)
            assert done is None or not editor.found or of_use, f"{editor.target} is left over"

    def commit_elsewhere(self, path: str, text: str) -> None:
        """Move the branch to a commit that was made in another worktree; index and tree stay behind."""
        other = self.root.parent / "elsewhere"
        self.git("worktree", "add", "--quiet", "--detach", str(other))
        (other / path).write_bytes(text.encode())
        self.git("-C", str(other), "commit", "--quiet", "-am", "elsewhere")
        self.git("update-ref", "refs/heads/main", self.git("-C", str(other), "rev-parse", "HEAD"))

    # Patches

    @property
    def state(self) -> SessionState:
        """The session's records."""
        return self.alice.repository.load(self.alice.session_id(None))

    def patch(self, name: str) -> Patch:
        """Find a patch by its name."""
        return self.alice.patch_in(self.state, name)

    def editor(self, target: str) -> EditorContext:
        """Find the one editor on a definition."""
        (found,) = (one for one in self.state.editors.values() if one.target == target)
        return found

    def pending(self) -> dict[str, tuple[Op, ...]]:
        """What is in no patch yet, by the editor's definition."""
        return {one.target: one.pending for one in self.state.editors.values() if one.pending}

    def assign(self, patch: str, *targets: str) -> None:
        """Assign editors to a patch, which is made if there is none of that name."""
        for target in targets:
            known = patch in {one.name for one in self.state.open_patches()}
            self.alice.assign_editor(
                self.editor(target).id, patch if known else None, None if known else patch
            )

    def merge(self, patch: str) -> None:
        """Mark a patch ready, merge it, and require what must hold of a merge."""
        found = self.patch(patch)
        if not found.marked_ready:
            self.alice.mark_ready(found.id)
        found = self.patch(patch)
        held = {op: None if op.digest is None else self.alice.text(op.digest) for op in found.operations}
        before, parent = self.files(), self.git("rev-parse", "HEAD")
        old = Tree(self.alice.codebase.files())
        tree_now = self._tree()
        self.alice.merge_patch(found.id)
        assert self.files() == before, "merging wrote the working tree"
        assert self.git("rev-parse", "HEAD~") == parent
        self._require_only(held, old, Tree(self.alice.codebase.files()), tree_now)
        self.require_held(but_blank_lines=True)

    def merge_all(self, choice: random.Random) -> None:
        """Assign what is pending, merge everything in any allowed order: HEAD is the tree then."""
        self.look()
        while self.pending() or self.state.open_patches():
            for target in self.pending():
                self.assign_one(choice, target)
            self.give_up_what_has_no_place()
            left = list(self.state.open_patches())
            choice.shuffle(left)
            if not any(self.merge_if_ready(one) for one in left):
                self._join_some(left)
            self.look()
        self.require_clean()

    def assign_one(self, choice: random.Random, target: str) -> None:
        """Assign a pending editor to some open patch, or to a new one where that is refused."""
        names = [one.name for one in self.state.open_patches()]
        editor = next(one for one in self.state.editors.values() if one.target == target and one.pending)
        owner = self.alice.as_user(editor.user)
        if names and choice.random() < 0.7:
            try:
                owner.assign_editor(editor.id, choice.choice(names))
                return
            except PatchbayError:
                pass
        number = len(self.state.patches)
        owner.assign_editor(editor.id, new_patch=f"patch {number}")

    def give_up_what_has_no_place(self) -> None:
        """Settle what is in conflict as its class is gone, and what it could not be added to anyway.

        What has a place, though what it changed is gone beneath it, is added there.
        """
        for patch, conflict in self.alice.conflicts():
            op = next(one for one in patch.operations if one.name == conflict.name)
            under = ground(Tree(self.alice.codebase.files()), self.state.patches, patch.id, self.alice.text)
            if has_lost_its_place(op, under, self.alice.text):
                self.alice.resolve_conflict(conflict.id, theirs=True)
            elif conflict.theirs is None and under.find(op.name) is None:
                self.alice.resolve_conflict(conflict.id, ours=True)

    def merge_if_ready(self, patch: Patch) -> bool:
        """Merge a patch, or abandon an empty one; whether that could be done."""
        if not patch.operations:
            self.alice.abandon_patch(patch.id)
            return True
        try:
            if not patch.marked_ready:
                self.alice.mark_ready(patch.id)
            if self.alice.merge_preview(patch.id, with_dependencies=False).blockers:
                return False
        except PatchbayError:
            return False
        self.merge(patch.id)
        return True

    def _join_some(self, left: list[Patch]) -> None:
        """Join two patches that wait for each other."""
        for one, other in permutations(left, 2):
            try:
                self.alice.join_patches(one.id, other.id)
            except PatchbayError:
                continue
            return
        previews = [self.alice.merge_preview(one.id, with_dependencies=False) for one in left]
        raise AssertionError([one.message for preview in previews for one in preview.blockers])

    def mend(self) -> None:
        """Close the brackets that were left open, and take back what is staged."""
        self.git("reset", "--quiet")
        for place in self.root.glob("app/*.py"):
            text = place.read_bytes()
            if b"return (" in text:
                place.write_bytes(text.replace(b"return (", b"return "))
        self.look()

    # What must hold

    def files(self) -> dict[str, tuple[int, int, int, bytes]]:
        """Every file's inode, time, mode and bytes."""
        found = {}
        for one in sorted(self.root.rglob("*")):
            if ".git" in one.parts or one.is_dir():
                continue
            about = one.lstat()
            data = str(one.readlink()).encode() if one.is_symlink() else one.read_bytes()
            found[str(one)] = (about.st_ino, about.st_mtime_ns, about.st_mode, data)
        return found

    def _tree(self) -> Tree:
        """The working tree as texts in the clean form."""
        files = self.alice.codebase.files()
        worktree = Worktree(self.root)
        found: dict[str, str | None] = {}
        for path, file in worktree.read(sorted(worktree.changed_paths())).items():
            both = with_mode(path, None if file is None else file.text, "" if file is None else file.mode)
            found |= {key: text for key, text in both.items() if text is not None or files.digest(key)}
        worktree.close()
        cuts = {
            path: Tree(files).partition(path)
            for path, text in found.items()
            if text is not None and files.digest(path) is not None
        }
        return Tree(files, found, cuts)

    def require_held(self, but_blank_lines: bool = False) -> None:
        """All that the sessions hold is the tree, no more and no less, and nothing is held twice.

        Between a merge and the next look blank lines may be set otherwise.
        """
        held = held_here(self.alice, self.alice.tree_for(self.state.session))
        tree = self._tree()
        buffers = {one.target for one in self.state.editors.values() if self.alice.buffer(one.id)}
        for path in {*held.changed, *tree.changed}:
            texts = [one.text(path) if one.exists(path) else None for one in (held, tree)]
            if but_blank_lines:
                texts = [None if one is None else "\n".join(one.split()) for one in texts]
            assert buffers or texts[0] == texts[1], difference(path, *texts)
        names = [op.name for pending in self.pending().values() for op in pending]
        assert len(names) == len(set(names)), names

    def _require_only(self, held: Mapping[Op, str | None], old: Tree, new: Tree, tree: Tree) -> None:
        """A commit has the changes of a patch, and nothing else but imports, blank lines, and from above what
        comes behind a comment that its own changes took along, which is there as often as it was.
        """
        paths = {one for one in {*old.paths(), *new.paths()} if old.digest(one) != new.digest(one)}
        expected = {name for op in held for name in (op.name, *op.members, *_new_names(op))}
        for change in tree_changes(old, new, paths):
            for name in change.names:
                known = name in expected or last_part(name).startswith("<")
                known = known or any(
                    one.startswith(f"{name}.") or name.startswith(f"{one}.") for one in expected
                )
                known = known or any(one.endswith(":<file>") for one in expected)
                known = known or _is_line_end(change) or _is_comment_taken(change, old, new)
                known = known or _is_file_of(change, expected, old, new)
                assert known, f"{name} was committed and is in another patch"
        for op, text in held.items():
            name = _new_names(op)[0] if _new_names(op) else op.name
            there = new.definition(name), new.whole(name)
            gone = op.kind == "delete" or not (text or "").strip()
            text, there = _ended(text), tuple(_ended(one) for one in there)
            if name.endswith(".py:<file>"):
                text, there = _without_imports(text), tuple(_without_imports(one) for one in there)
            merged = _is_cut_otherwise(name, text, old, new) or _keeps_comment(name, text, old, new)
            assert gone or merged or text in there, f"{name}: {there} was committed for {text!r}"
        for path in paths:
            if path.endswith(".py") and new.exists(path):
                self._require_sound(path, old, new, tree)

    def _require_sound(self, path: str, old: Tree, new: Tree, tree: Tree) -> None:
        known: set[str] = set()
        for one in (old, tree):
            if one.exists(path):
                if not _parses(one.text(path)):
                    return
                known |= check(path, one.text(path)).undefined
        assert _parses(new.text(path)), new.text(path)
        missing = check(path, new.text(path)).undefined - known
        assert not missing, f"{path} was committed without {missing}:\n{new.text(path)}"

    def require_clean(self) -> None:
        """Nothing is left: HEAD is the tree, and no work is pending; every text that is named is there."""
        assert self.git("status", "--porcelain") == "", self.git("diff", "HEAD")
        assert self.pending() == {}
        assert self.git("fsck", "--strict", "--no-dangling") == ""
        assert FindingKind.MISSING_TEXT not in {one.kind for one in self.alice.doctor().findings}


def beside(desk: Desk, branch: str = "side") -> Desk:
    """A linked worktree on a new branch, with a session of Alice's."""
    root = desk.root.parent / branch
    desk.git("worktree", "add", "--quiet", "-b", branch, str(root))
    found = Desk.__new__(Desk)
    found.root, found.refusals = root, []
    found.alice = open_store(root, user="alice")
    found.alice.start_session(branch)
    found.alice.look()
    return found


def difference(path: str, held: str | None, there: str | None) -> str:
    """Say what is held otherwise than it is in the tree."""
    lines = [repr(text).replace("\\n", "\n").split("\n") for text in (held, there)]
    return "\n".join((path, *unified_diff(*lines, "held", "in the tree", lineterm="")))


def _ended(text: str | None) -> str | None:
    """A text without its last line's end, which what stands last in a file need not have."""
    return None if text is None else text.removesuffix("\n").removesuffix("\r")


def _without_imports(text: str | None) -> str:
    """The lines of a file, but for its imports, which go with what needs them, and blank ones."""
    lines = [line for line in (text or "").splitlines() if line.strip()]
    return "\n".join(line for line in lines if not line.startswith(("import ", "from ")))


def _is_cut_otherwise(name: str, text: str | None, old: Tree, new: Tree) -> bool:
    """Whether what came from a file with a syntax error, or held imports, is in its file cut otherwise."""
    path = next((path for path in candidate_paths(name, new.roots) if new.exists(path)), None)
    if path is None or (text or "").strip() not in new.text(path):
        return False
    was_broken = old.exists(path) and not old.partition(path).parses
    return was_broken or is_import(name) or (is_rest(name) and "import " in (text or ""))


def _is_line_end(change: TreeChange) -> bool:
    """Whether a definition that was the last of its file only got its line end."""
    return change.shown is not None and change.text in (change.shown + "\n", change.shown + "\r\n")


def _is_comment_taken(change: TreeChange, old: Tree, new: Tree) -> bool:
    """Whether a definition only lost the comment above it, which stands elsewhere in its file."""
    shown, text = change.shown or "", change.text or ""
    words, place = shown.removesuffix(text), new.find(change.names[-1])
    if (
        not words
        or not text
        or place is None
        or not all(one.startswith(("#", "//")) for one in _stripped(words))
    ):
        return False
    return old.text(place.path).count(words) == new.text(place.path).count(words)


def _keeps_comment(name: str, text: str | None, old: Tree, new: Tree) -> bool:
    """Whether a definition kept the comment above it, which is to go to what is not there yet."""
    before, there = old.definition(name) or "", _ended(new.definition(name)) or ""
    words = there.removesuffix(text or "")
    return bool(words) and words == lead(before) == lead(there)


def _is_file_of(change: TreeChange, expected: set[str], old: Tree, new: Tree) -> bool:
    """Whether a file came, or went, with some definitions, and holds no others."""
    path = change.names[0].removesuffix(":<file>")
    trees = [one for one in (old, new) if one.exists(path)]
    if len(trees) != 1:
        return False
    pieces = trees[0].partition(path).pieces
    names = {trees[0].name_of(Place(path, one.key)) for one in pieces if one.kind is not PieceKind.REST}
    return bool(names) and names <= expected


def _stripped(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines()]


def _new_names(op: Op) -> tuple[str, ...]:
    return (op.new_name, *op.new_members) if op.kind == "rename" else ()


def _parses(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:
        return False
    return True
