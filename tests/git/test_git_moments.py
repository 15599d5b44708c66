"""What may happen beside a merge: other git commands, moved branches, kills; and taking a merge back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from codebase.kinds import AT
from codebase.repositories import git
from git_world import CART, SHOP, GitWorld
from storage.processes import effects_of, kill_at

from store.codebase.git_tree import GitTree
from store.codebase.protocol import Prepared
from store.errors import Code, PatchbayError
from store.git import refs

LONG_AGO = (time.time() - 7200,) * 2
MERGED = CART.replace("return 0", "return 1", 1)
CHANGES: dict[str, str | None] = {"app/cart.py": MERGED, "lib/new.py": "x = 1\n", "README": None}

MERGE = """
import json
from dataclasses import asdict
from store.codebase.git_tree import GitTree
tree = GitTree(Path(sys.argv[1]))
prepared = tree.prepare(
    json.loads(sys.argv[2]), expected=tree.revision(), message="m", author="alice",
    at=datetime.now(UTC), transaction="t1",
)
say(json.dumps(asdict(prepared)))
tree.publish(prepared)
say("done")
"""
RETURN = """
import json
from dataclasses import asdict
from store.codebase.git_tree import GitTree
tree = GitTree(Path(sys.argv[1]))
prepared = tree.prepare_return(tree.revision(), transaction="t2")
say(json.dumps(asdict(prepared)))
tree.publish(prepared)
say("done")
"""


def refused(world: GitWorld, prepared: Prepared, code: Code, match: str) -> None:
    """Publishing is refused, the branch stays, and once it is settled nothing is left."""
    before = world.git("rev-parse", "HEAD")
    with pytest.raises(PatchbayError, match=match) as refusal:
        world.tree.publish(prepared)
    assert refusal.value.code is code
    assert world.git("rev-parse", "HEAD") == before
    assert not world.tree.settle(prepared)


# Other git commands


@pytest.mark.parametrize("way", ["commit", "reset", "switch", "amend"])
def test_a_branch_that_moved_since_it_was_prepared_is_never_overwritten(world: GitWorld, way: str) -> None:
    world.git("commit", "--quiet", "--allow-empty", "-m", "second")
    prepared = world.prepare({"app/cart.py": MERGED})
    world.git(
        *{
            "commit": ("commit", "--quiet", "--allow-empty", "-m", "third"),
            "reset": ("reset", "--quiet", "--hard", "HEAD~"),
            "switch": ("switch", "--quiet", "-c", "other"),
            "amend": ("commit", "--quiet", "--amend", "--allow-empty", "-m", "another second"),
        }[way]
    )
    refused(world, prepared, Code.CODEBASE_MOVED, "moved meanwhile")
    world.require_whole()


@pytest.mark.parametrize(("new", "old"), [("HEAD~", "HEAD~"), (None, "HEAD~"), ("HEAD~", None)])
def test_a_branch_goes_only_from_where_it_is_said_to_be(
    world: GitWorld, new: str | None, old: str | None
) -> None:
    world.git("commit", "--quiet", "--allow-empty", "-m", "second")
    ids = [None if one is None else world.git("rev-parse", one) for one in (new, old)]
    before = world.git("rev-parse", "HEAD")
    with pytest.raises(PatchbayError) as refusal:
        refs.swap(world.tree.repository, "refs/heads/main", ids[0], ids[1], "note")
    assert refusal.value.code is Code.CODEBASE_MOVED
    assert world.git("rev-parse", "HEAD") == before


def test_a_branch_that_another_git_command_is_changing_is_left_alone(world: GitWorld) -> None:
    prepared = world.prepare({"app/cart.py": MERGED})
    lock = world.root / ".git" / "refs" / "heads" / "main.lock"
    lock.write_bytes(b"")
    refused(world, prepared, Code.STORE_LOCKED, "is changing main")
    lock.unlink()
    world.require_whole()


def test_while_another_git_command_has_the_index_a_merge_waits_then_refuses(world: GitWorld) -> None:
    prepared = world.prepare({"app/cart.py": MERGED})
    lock = world.root / ".git" / "index.lock"
    lock.write_bytes(b"another's")
    refused(world, prepared, Code.STORE_LOCKED, "Another git command")
    assert lock.read_bytes() == b"another's"


def test_a_lock_with_the_bytes_that_were_prepared_is_another_ones_too(world: GitWorld) -> None:
    prepared = world.prepare({"app/cart.py": MERGED})
    (made,) = (world.root / ".git").glob("patchbay-index-*")
    lock, data = world.root / ".git" / "index.lock", made.read_bytes()
    lock.write_bytes(data)
    assert world.tree.settle(prepared) is False
    assert lock.read_bytes() == data
    made.write_bytes(data)
    refused(world, prepared, Code.STORE_LOCKED, "Another git command")
    assert lock.read_bytes() == data


def test_a_lock_that_is_let_go_in_time_only_delays_a_merge(world: GitWorld) -> None:
    prepared = world.prepare({"app/cart.py": MERGED})
    lock = world.root / ".git" / "index.lock"
    lock.write_bytes(b"another's")
    threading.Timer(0.2, lock.unlink).start()
    world.tree.publish(prepared)
    world.require_whole()


def test_what_is_staged_between_preparing_and_publishing_stays_staged(world: GitWorld) -> None:
    prepared = world.prepare({"app/cart.py": MERGED})
    world.write("app/shop.py", SHOP + "\n\nMORE = 1\n")
    world.git("add", "app/shop.py")
    before = world.staged()
    world.tree.publish(prepared)
    assert world.staged() == before != ""
    world.require_whole()


def test_what_is_staged_in_between_and_cannot_be_kept_refuses_the_merge(world: GitWorld) -> None:
    prepared = world.prepare({"app/cart.py": MERGED})
    world.write("app/cart.py", CART.replace("return 0", "return 7", 1))
    world.git("add", "app/cart.py")
    refused(world, prepared, Code.CONFLICTS, "commit or unstage")
    world.require_whole()


UNDER_WAY = {
    "merge": ("merge", "--no-commit", "--no-ff", "side"),
    "rebase": ("rebase", "--exec", "false", "HEAD~"),
    "cherry-pick": ("cherry-pick", "clash"),
    "revert": ("revert", "HEAD~"),
    "bisect": ("bisect", "start"),
    "`git am`": ("am", "clash.patch"),
}


@pytest.mark.parametrize("what", UNDER_WAY)
def test_in_the_middle_of_something_a_merge_is_refused_with_the_reason(world: GitWorld, what: str) -> None:
    world.git("branch", "side")
    for branch, text in (("clash", "clashing\n"), ("main", "one\n"), ("main", "two\n")):
        world.git("switch", "--quiet", *(("-c", branch) if branch == "clash" else (branch,)))
        world.write("README", text)
        world.git("commit", "--quiet", "-am", text.strip())
    world.git("switch", "--quiet", "side")
    world.git("commit", "--quiet", "--allow-empty", "-m", "side")
    world.git("switch", "--quiet", "main")
    world.write("clash.patch", world.git("format-patch", "-1", "--stdout", "clash") + "\n")
    prepared = world.prepare({"app/cart.py": MERGED}, "early")
    world.git(*UNDER_WAY[what], check=False)
    assert world.tree.repository.under_way() == f"a {what} is under way".replace("a `git am`", "`git am`")
    world.refused({"app/cart.py": MERGED}, Code.BAD_TRANSITION, f"{what} is under way: finish or abort")
    with pytest.raises(PatchbayError):
        world.tree.publish(prepared)
    assert world.leftovers() == []


def test_who_commits_has_to_be_known(world: GitWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    world.git("config", "--unset", "user.name")
    world.git("config", "--unset", "user.email")
    world.git("config", "user.useConfigOnly", "true")
    world.refused({"README": "new\n"}, Code.NOT_FOUND, r"git config user\.name")


def test_a_commit_is_signed_where_git_is_set_to(world: GitWorld, tmp_path: Path) -> None:
    program = tmp_path / "gpg"
    program.write_text(
        "#!/bin/sh\ncat >/dev/null\necho '[GNUPG:] SIG_CREATED ' >&2\n"
        "printf -- '-----BEGIN PGP SIGNATURE-----\\n\\nsigned\\n-----END PGP SIGNATURE-----\\n'\n"
    )
    program.chmod(0o755)
    world.git("config", "gpg.program", str(program))
    world.git("config", "commit.gpgsign", "true")
    revision = world.merge({"README": "new\n"})
    assert "gpgsig -----BEGIN PGP SIGNATURE-----" in world.git("cat-file", "commit", revision)
    assert world.tree.describe(revision).transaction == "t1"
    program.write_text("#!/bin/sh\necho 'no secret key' >&2\nexit 2\n")
    world.refused({"README": "newer\n"}, Code.NOT_PERMITTED, "cannot be signed")


def test_without_git_it_says_so(world: GitWorld, tmp_path: Path) -> None:
    script = """
import sys
from pathlib import Path
from store.codebase.git_tree import GitTree
from store.errors import PatchbayError
try:
    GitTree(Path(sys.argv[1]))
except PatchbayError as error:
    print(error.code, error.message)
"""
    (tmp_path / "old").mkdir()
    old = tmp_path / "old" / "git"
    old.write_text("#!/bin/sh\necho git version 2.20.1\n")
    old.chmod(0o755)
    too_old = "2.38 or newer is needed, and here is git version 2.20.1"
    for path, words in (("/nowhere", "install it"), (str(old.parent), too_old)):
        done = subprocess.run(
            [sys.executable, "-c", script, str(world.root)],
            env=os.environ | {"PATH": path, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.startswith("not-found") and words in done.stdout


# Kills


def killed(world: GitWorld, effect: int, script: str) -> tuple[Prepared | None, bool]:
    """Run a script until it is killed; gives what it had prepared, and whether it had said it was done."""
    said = kill_at(world.root, effect, script, json.dumps(CHANGES)).split("\n")
    return (Prepared(**json.loads(said[0])) if said[0] else None), "done" in said


def test_a_kill_at_any_effect_leaves_the_commit_once_with_its_index_or_neither(
    tmp_path: Path, sample: Any
) -> None:
    counted = GitWorld(tmp_path / "counted")
    effects = effects_of(counted.root, tmp_path / "effects", MERGE, json.dumps(CHANGES))
    assert effects[-4:] == ["link", "program", "replace", "unlink"]
    published = len(effects) - effects[::-1].index("replace")
    for effect in sorted({*sample(range(1, len(effects) + 1), 6), published - 1, published}):
        world = GitWorld(tmp_path / f"killed-{effect}")
        world.write("app/shop.py", SHOP + "\n\nMORE = 1\n")
        world.git("add", "app/shop.py")
        staged = world.staged()
        prepared, done = killed(world, effect, MERGE)
        assert not done
        tree = world.tree
        if prepared is not None:
            made = tree.settle(prepared)
            assert made is tree.settle(prepared)
            assert made is (tree.revision() == prepared.revision)
            assert world.leftovers() == []
        assert world.staged() == staged
        made_by = [one.transaction for one in tree.history(9)]
        assert made_by in ([None], ["t1", None])
        for left in (world.root / ".git").glob("patchbay-index-*"):
            os.utime(left, LONG_AGO)
        if made_by == [None]:
            world.merge(CHANGES, "t3")
        assert world.git("diff", "--cached", "--name-only") == "app/shop.py"


def kill_between_the_branch_and_the_index(world: GitWorld) -> Prepared:
    """Leave a merge whose commit is made and whose index still lies in the lock."""
    effects = effects_of_copy(world)
    prepared, _ = killed(world, len(effects) - effects[::-1].index("replace"), MERGE)
    assert prepared is not None and prepared.revision == world.git("rev-parse", "HEAD")
    assert world.leftovers() == ["index.lock", "patchbay-index-t1"]
    return prepared


def effects_of_copy(world: GitWorld) -> list[str]:
    copy = world.root.with_name("copy")
    subprocess.run(["cp", "-a", str(world.root), str(copy)], check=True)
    return effects_of(copy, world.root.with_name("effects"), MERGE, json.dumps(CHANGES))


def test_a_killed_merge_is_finished_though_others_committed_since(world: GitWorld) -> None:
    prepared = kill_between_the_branch_and_the_index(world)
    later = world.git("commit-tree", "HEAD^{tree}", "-p", "HEAD", "-m", "later")
    world.git("update-ref", "refs/heads/main", later)
    assert world.tree.settle(prepared)
    assert world.staged() == ""
    world.require_whole()


def test_a_killed_merge_is_finished_though_its_lock_was_removed_by_hand(world: GitWorld) -> None:
    prepared = kill_between_the_branch_and_the_index(world)
    (world.root / ".git" / "index.lock").unlink()
    world.write("app/shop.py", SHOP + "\n\nMORE = 1\n")
    world.git("add", "app/shop.py")
    assert world.tree.settle(prepared)
    assert world.git("diff", "--cached", "--name-only") == "app/shop.py"
    world.require_whole()


def test_settling_a_killed_merge_never_removes_the_lock_of_another(world: GitWorld) -> None:
    prepared = kill_between_the_branch_and_the_index(world)
    lock = world.root / ".git" / "index.lock"
    lock.unlink()
    lock.write_bytes(b"another's")
    with pytest.raises(PatchbayError, match="Another git command") as refusal:
        world.tree.settle(prepared)
    assert refusal.value.code is Code.STORE_LOCKED
    assert lock.read_bytes() == b"another's"
    lock.unlink()
    assert world.tree.settle(prepared)
    assert world.staged() == ""


def test_a_killed_merge_that_was_amended_since_counts_as_made(world: GitWorld) -> None:
    prepared = kill_between_the_branch_and_the_index(world)
    amended = world.git(
        "commit-tree",
        "HEAD^{tree}",
        "-p",
        "HEAD~",
        "-m",
        world.git("log", "-1", "--format=%B") + "\nMore: so\n",
    )
    world.git("update-ref", "refs/heads/main", amended)
    assert world.tree.settle(prepared)


def test_a_killed_merge_that_was_reset_since_counts_as_not_made(world: GitWorld) -> None:
    prepared = kill_between_the_branch_and_the_index(world)
    world.git("update-ref", "refs/heads/main", "HEAD~")
    assert not world.tree.settle(prepared)
    assert world.leftovers() == []
    assert world.staged() == ""


def test_what_was_prepared_long_ago_is_swept_away(world: GitWorld) -> None:
    old = world.root / ".git" / "patchbay-index-old"
    old.write_bytes(b"")
    os.utime(old, LONG_AGO)
    world.merge({"README": "new\n"})


# Taking a merge back


def take_back(world: GitWorld, revision: str) -> Prepared:
    tree = world.tree
    prepared = tree.prepare_return(revision, transaction="t2")
    tree.publish(prepared)
    world.require_whole()
    return prepared


def test_taking_a_merge_back_brings_back_the_branch_and_the_index(world: GitWorld) -> None:
    world.write("app/cart.py", MERGED)
    world.write("lib/new.py", "x = 1\n")
    first = world.tree.revision()
    before = world.status()
    take_back(world, world.merge({"app/cart.py": MERGED, "lib/new.py": "x = 1\n"}))
    assert (world.tree.revision(), world.status()) == (first, before)


def test_taking_a_merge_back_keeps_what_was_staged_since(world: GitWorld) -> None:
    revision = world.merge({"app/cart.py": MERGED})
    world.write("app/cart.py", MERGED.replace("def tax():\n    return 0", "def tax():\n    return 3"))
    world.git("add", "app/cart.py")
    take_back(world, revision)
    assert "+    return 3" in world.staged() and "return 1" not in world.staged()


def test_the_first_commit_of_all_is_taken_back(tmp_path: Path) -> None:
    world = GitWorld(tmp_path / "r")
    world.git("checkout", "--quiet", "--orphan", "fresh")
    world.git("rm", "-r", "--quiet", "--cached", ".")
    prepared = take_back(world, world.merge({"README": "read me\n"}))
    assert (prepared.revision, world.tree.revision()) == ("unborn", "unborn")
    assert world.tree.settle(prepared)


def test_a_merge_under_another_commit_is_not_taken_back(world: GitWorld) -> None:
    revision = world.merge({"app/cart.py": MERGED})
    world.git("commit", "--quiet", "--allow-empty", "-m", "later")
    with pytest.raises(PatchbayError, match="not the latest of its branch") as refusal:
        world.tree.prepare_return(revision, transaction="t2")
    assert refusal.value.code is Code.CODEBASE_MOVED


def test_a_merge_that_was_pushed_is_not_taken_back(world: GitWorld, tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "remote.git")
    world.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    revision = world.merge({"app/cart.py": MERGED})
    world.git("push", "--quiet", "origin", "main")
    with pytest.raises(PatchbayError, match="origin/main already") as refusal:
        world.tree.prepare_return(revision, transaction="t2")
    assert refusal.value.code is Code.NOT_PERMITTED


def test_a_kill_while_a_merge_is_taken_back_does_it_whole_or_not_at_all(tmp_path: Path, sample: Any) -> None:
    counted = GitWorld(tmp_path / "counted")
    counted.merge(CHANGES)
    total = len(effects_of(counted.root, tmp_path / "effects", RETURN))
    for effect in sample(range(1, total + 1), 6):
        world = GitWorld(tmp_path / f"killed-{effect}")
        first = world.tree.revision()
        revision = world.merge(CHANGES)
        prepared, _ = killed(world, effect, RETURN)
        made = prepared is not None and world.tree.settle(prepared)
        assert world.tree.revision() == (first if made else revision)
        assert world.staged() == ""
        assert [one for one in world.leftovers() if "lock" in one] == []
        if made:
            world.git("commit", "--quiet", "--allow-empty", "-m", "later")
            assert prepared is not None and world.tree.settle(prepared)


def test_dates_and_zones_of_any_commit_can_be_read(world: GitWorld) -> None:
    tree = GitTree(world.root)
    assert tree.describe(world.merge({"README": "2\n"})).at == AT
    data = world.git("cat-file", "commit", "HEAD").replace("1795168800 +0000", "99999999999999999 +9999")
    odd = git(world.root, "hash-object", "-t", "commit", "-w", "--stdin", "--literally", given=data.encode())
    assert tree.describe(odd).at.year in (1970, AT.year)


def test_an_edit_of_the_same_second_and_size_stays_visible_to_git(world: GitWorld) -> None:
    """Git tells such a file from the index's own time alone, which a copy of the index has to keep."""
    world.git("config", "core.trustctime", "false")
    moment = (1_700_000_000_000_000_000,) * 2
    readme = world.write("README", "read me\n")
    os.utime(readme, ns=moment)
    world.git("update-index", "--really-refresh")
    os.utime(world.root / ".git" / "index", ns=moment)
    readme.write_text("read us\n")
    os.utime(readme, ns=moment)
    assert world.git("diff-files", "--name-only").strip() == "README"
    world.merge({"app/cart.py": MERGED})
    world.git("checkout", "--", "app/cart.py")
    assert world.git("diff-files", "--name-only").strip() == "README"
