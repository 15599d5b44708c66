"""What others do meanwhile: commits elsewhere come in, branches are left and come back to, and Bob acts."""

from __future__ import annotations

import random

from codebase.repositories import git
from desk import Desk
from tinkering import edited, python_paths

from store.errors import PatchbayError
from store.session_manager import SessionManager


def _clone(desk: Desk) -> Desk:
    """Another's clone at the branch's commit, without a session."""
    root = desk.root.parent / "clone"
    if not root.exists():
        git(desk.root.parent, "clone", "--quiet", str(desk.root), root.name)
        git(root, "config", "user.name", "bob")
        git(root, "config", "user.email", "bob@example.org")
    found = Desk.__new__(Desk)
    found.root = root
    found.git("fetch", "--quiet")
    found.git("reset", "--quiet", "--hard", f"origin/{desk.git('branch', '--show-current')}")
    return found


def _commit_elsewhere(desk: Desk, choice: random.Random) -> str:
    """A commit upon the branch's, of an edit, a new file, or a file less; gives its id."""
    other = _clone(desk)
    kind, paths = choice.random(), python_paths(other)
    if kind < 0.7 and paths:
        path = choice.choice(paths)
        other.write(path, edited(choice, other.text(path)))
    elif kind < 0.9 or not paths:
        other.write(
            f"app/{choice.choice(('iota', 'kappa'))}.py", f"def fresh():\n    return {choice.random()}\n"
        )
    else:
        (other.root / choice.choice(paths)).unlink()
    other.git("add", "--all")
    other.git("commit", "--quiet", "--allow-empty", "-m", "elsewhere")
    new = other.git("rev-parse", "HEAD")
    desk.git("fetch", "--quiet", str(other.root), new)
    return new


def pull(desk: Desk, choice: random.Random) -> None:
    """Take a commit made elsewhere in as `git pull` does, which may refuse to touch what is changed here."""
    new = _commit_elsewhere(desk, choice)
    stashed = bool(desk.git("status", "--porcelain", "--untracked-files=no")) and choice.random() < 0.3
    if stashed:
        desk.git("stash", "--quiet")
    desk.git("merge", "--quiet", "--ff-only", new, check=False)
    if stashed:
        desk.git("stash", "pop", "--quiet", check=False)
        if clashing := _unmerged(desk):
            for path in clashing:
                _take_stashed(desk, path)
            desk.git("reset", "--quiet")
            desk.git("stash", "drop", "--quiet")


def _take_stashed(desk: Desk, path: str) -> None:
    """Settle a file that a stash does not merge with as the stash has it."""
    theirs = desk.git("ls-tree", "stash@{0}", "--", path)
    if theirs:
        desk.git("checkout", "--quiet", "stash@{0}", "--", path)
    else:
        (desk.root / path).unlink(missing_ok=True)


def _unmerged(desk: Desk) -> list[str]:
    return sorted(set(desk.git("diff", "--name-only", "--diff-filter=U").split()))


def move_the_branch(desk: Desk, choice: random.Random) -> None:
    """Move the branch without the tree, and perhaps pull what is behind then."""
    desk.git("update-ref", "HEAD", _commit_elsewhere(desk, choice))
    desk.git("reset", "--quiet")
    if choice.random() < 0.7:
        desk.alice.look()
        desk.alice.pull_tree()


def another_branch_and_back(desk: Desk, choice: random.Random) -> None:
    """Go to another branch with the changes, perhaps look there and commit there, and come back."""
    name = f"branch-{choice.randint(0, 10**9)}"
    own = desk.git("branch", "--show-current")
    desk.git("switch", "--quiet", "-c", name)
    if choice.random() < 0.5:
        desk.alice.look()
    if choice.random() < 0.3:
        desk.git("commit", "--quiet", "-a", "-m", "over there", check=False)
    desk.git("switch", "--quiet", own, check=False)
    if desk.git("branch", "--show-current") != own:
        desk.git("stash", "--quiet")
        desk.git("switch", "--quiet", own)


MEANWHILE = (pull, pull, move_the_branch, another_branch_and_back)


def bob_acts(bob: SessionManager, choice: random.Random, refusals: list[str]) -> None:
    """Bob does something in Alice's session, as far as a contributor may."""
    try:
        choice.choice(BOBS)(bob, choice)
    except PatchbayError as error:
        refusals.append(error.message)


def _saves(bob: SessionManager, choice: random.Random) -> None:
    names = [one for one in bob.names("app.") if not one.rpartition(".")[2].startswith("<")]
    if names:
        name = choice.choice(names)
        text = bob.show(name).text or ""
        bob.save_editor(name, text.replace("return (", "return ").replace("return ", "return 0 and ", 1))


def _assigns(bob: SessionManager, choice: random.Random) -> None:
    state = bob.view().state
    own = [one for one in state.editors.values() if one.user == "bob" and one.pending]
    if own:
        patches = [one.id for one in state.open_patches()]
        if patches and choice.random() < 0.6:
            bob.assign_editor(choice.choice(own).id, choice.choice(patches))
        else:
            bob.assign_editor(choice.choice(own).id, new_patch=f"bob's {len(state.patches)}")


def _unassigns(bob: SessionManager, choice: random.Random) -> None:
    own = [one for one in bob.view().state.editors.values() if one.user == "bob" and one.patch_id]
    if own:
        bob.unassign_editor(choice.choice(own).id)


def _merges(bob: SessionManager, choice: random.Random) -> None:
    own = [one for one in bob.view().state.open_patches() if one.created_by == "bob" and one.operations]
    if own:
        patch = choice.choice(own)
        if not patch.marked_ready:
            bob.mark_ready(patch.id)
        bob.merge_patch(patch.id)


def _undoes(bob: SessionManager, choice: random.Random) -> None:
    bob.undo()


def _abandons(bob: SessionManager, choice: random.Random) -> None:
    own = [one for one in bob.view().state.open_patches() if one.created_by == "bob"]
    if own:
        bob.abandon_patch(choice.choice(own).id)


BOBS = (_saves, _saves, _assigns, _assigns, _unassigns, _merges, _undoes, _abandons)
