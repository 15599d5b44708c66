"""A merge as a commit in a real repository: the commit, the index beside it, and the untouched worktree."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from codebase.repositories import git
from git_world import CART, SHOP, GitWorld, definitions

from store.codebase.git_tree import GitTree
from store.errors import Code, PatchbayError

MERGED = CART.replace("return 0", "return 1", 1)
IN_THE_TREE = MERGED.replace("def tax():\n    return 0", "def tax():\n    return 3")


def test_a_merge_commits_its_part_and_leaves_the_rest_in_the_tree(world: GitWorld) -> None:
    world.write("app/cart.py", IN_THE_TREE)
    world.write("app/shop.py", "")
    world.merge({"app/cart.py": MERGED})
    assert world.head("app/cart.py") == MERGED
    assert world.status() == " M app/cart.py\n M app/shop.py"
    assert "return 3" in world.git("diff", "--", "app/cart.py")
    assert world.git("diff", "--numstat", "--", "app/cart.py").split()[:2] == ["1", "1"]


def test_a_merge_of_all_that_changed_leaves_a_clean_tree(world: GitWorld) -> None:
    world.write("app/cart.py", MERGED)
    world.write("app/new/deep.py", "x = 1\n")
    (world.root / "README").unlink()
    world.merge({"app/cart.py": MERGED, "app/new/deep.py": "x = 1\n", "README": None})
    assert world.status() == ""


def test_the_commit_says_who_when_what_and_by_which_transaction(world: GitWorld) -> None:
    revision = world.merge({"README": "new\n"}, "entry-1")
    said = world.git("log", "-1", "--format=%H%n%an <%ae>%n%cn%n%aI%n%P%n%B")
    parent = world.git("rev-parse", "HEAD~")
    assert said.rstrip("\n").split("\n") == [
        revision,
        "alice <alice@example.org>",
        "alice",
        "2026-11-20T10:00:00+00:00",
        parent,
        "A patch",
        "",
        "What it is for.",
        "",
        "Patchbay-Transaction: entry-1",
    ]
    assert (
        world.git("log", "-1", "--format=%(trailers:key=Patchbay-Transaction,valueonly)").strip() == "entry-1"
    )
    assert world.git("log", "-g", "-1", "--format=%gs") == "patchbay: entry-1"


def test_the_transaction_joins_the_trailers_that_a_message_has(world: GitWorld) -> None:
    tree = world.tree
    message = "A patch\n\nWhy.\n\nPatchbay-Session: s\nPatchbay-Patch: p"
    prepared = tree.prepare(
        {"README": "2\n"},
        expected=tree.revision(),
        message=message,
        author="bob",
        at=tree.history(1)[0].at,
        transaction="t",
    )
    tree.publish(prepared)
    keys = world.git("log", "-1", "--format=%(trailers:keyonly,unfold)").split()
    assert keys == ["Patchbay-Session", "Patchbay-Patch", "Patchbay-Transaction"]
    assert tree.describe(prepared.revision).message == message


def test_merging_never_writes_the_worktree(world: GitWorld) -> None:
    world.write("app/cart.py", IN_THE_TREE)
    world.write("untracked.py", "x = 1\n")

    def seen() -> dict[str, tuple[int, int, int, bytes]]:
        files = [one for one in world.root.rglob("*") if one.is_file() and ".git" not in one.parts]
        return {
            str(one): (one.stat().st_ino, one.stat().st_mtime_ns, one.stat().st_mode, one.read_bytes())
            for one in files
        }

    before = seen()
    world.merge({"app/cart.py": MERGED, "untracked.py": "x = 1\n", "README": None})
    assert seen() == before


# What is staged


def test_staged_content_of_other_files_stays_staged(world: GitWorld) -> None:
    world.write("app/shop.py", SHOP + "\n\nMORE = 1\n")
    world.git("add", "app/shop.py")
    before = world.staged()
    world.merge({"app/cart.py": MERGED})
    assert world.staged() == before != ""


def test_staged_content_of_another_definition_stays_staged(world: GitWorld) -> None:
    world.write("app/cart.py", CART.replace("def tax():\n    return 0", "def tax():\n    return 3"))
    world.git("add", "app/cart.py")
    world.write("app/cart.py", IN_THE_TREE)
    world.merge({"app/cart.py": MERGED})
    assert "+    return 3" in world.staged()
    assert world.git("diff", "--cached", "--numstat").split()[:2] == ["1", "1"]
    assert world.git("diff") == ""


def test_what_was_staged_whole_stays_staged_but_for_what_was_merged(world: GitWorld) -> None:
    new = definitions("total", "added", "more", "count", "tax")
    world.write("app/cart.py", new)
    world.git("add", "app/cart.py")
    world.merge({"app/cart.py": definitions("total", "added", "count", "tax")})
    staged = world.staged()
    assert "+def more" in staged
    assert "+def added" not in staged and "\n-" not in staged.replace("\n--- ", "\n")
    assert world.git("diff") == ""


def test_exactly_the_merged_change_when_staged_is_committed(world: GitWorld) -> None:
    world.write("app/cart.py", MERGED)
    world.git("add", "app/cart.py")
    world.merge({"app/cart.py": MERGED})
    assert world.status() == ""


def test_another_text_staged_for_the_same_definition_is_refused(world: GitWorld) -> None:
    world.write("app/cart.py", CART.replace("return 0", "return 7", 1))
    world.git("add", "app/cart.py")
    world.refused({"app/cart.py": MERGED}, Code.CONFLICTS, r"app/cart\.py .*commit or unstage")


def test_a_staged_removal_of_the_merged_change_is_refused(world: GitWorld) -> None:
    world.write("app/cart.py", definitions("count", "tax"))
    world.git("add", "app/cart.py")
    world.refused({"app/cart.py": MERGED}, Code.CONFLICTS, "commit or unstage")


def test_binary_content_that_is_staged_is_refused(world: GitWorld) -> None:
    world.write("README", b"\0\1staged")
    world.git("add", "README")
    world.refused({"README": "\0\2merged"}, Code.CONFLICTS, "README")


def test_a_staged_deletion_stays_staged(world: GitWorld) -> None:
    world.git("rm", "--quiet", "--cached", "app/cart.py")
    world.merge({"app/cart.py": MERGED})
    assert world.status().split("\n")[0] == "D  app/cart.py"


def test_staged_content_of_a_file_that_a_merge_deletes_is_refused(world: GitWorld) -> None:
    world.write("README", "staged\n")
    world.git("add", "README")
    world.refused({"README": None}, Code.CONFLICTS, "README")


def test_a_file_to_be_added_is_partly_merged(world: GitWorld) -> None:
    world.write("new.py", definitions("one", "two"))
    world.git("add", "--intent-to-add", "new.py")
    world.merge({"new.py": definitions("one")})
    assert world.status() == " M new.py"
    assert "+def two" in world.git("diff")


def test_an_empty_file_to_be_added_is_merged_and_stays_in_the_next_commit_by_hand(world: GitWorld) -> None:
    world.write("new.py", "")
    world.git("add", "--intent-to-add", "new.py")
    world.merge({"new.py": ""})
    assert world.status() == ""
    world.write("README", "by hand\n")
    world.git("commit", "--quiet", "-a", "-m", "by hand")
    assert "new.py" in world.git("ls-tree", "--name-only", "HEAD").split()


def test_a_file_that_is_staged_as_new_keeps_what_is_not_merged_staged(world: GitWorld) -> None:
    world.write("new.py", definitions("one", "two"))
    world.git("add", "new.py")
    world.merge({"new.py": definitions("one")})
    assert world.status() == "M  new.py"
    assert "+def two" in world.staged() and "+def one" not in world.staged()


def test_an_untracked_file_is_partly_merged(world: GitWorld) -> None:
    world.write("new.py", definitions("one", "two"))
    world.merge({"new.py": definitions("one")})
    assert world.status() == " M new.py"


def test_a_staged_file_in_the_way_of_a_new_directory_is_refused(world: GitWorld) -> None:
    world.write("lib", "a file\n")
    world.git("add", "lib")
    world.refused({"lib/new.py": "x = 1\n"}, Code.CONFLICTS, "lib has staged")


def test_a_staged_directory_in_the_way_of_a_new_file_is_refused(world: GitWorld) -> None:
    world.write("lib/new.py", "x = 1\n")
    world.git("add", "lib/new.py")
    world.refused({"lib": "a file\n"}, Code.CONFLICTS, "lib/new.py has staged")


def test_a_file_that_is_not_merged_in_the_index_is_refused(world: GitWorld) -> None:
    world.write("app/cart.py", CART.replace("return 0", "return 7", 1))
    world.git("stash", "--quiet")
    world.write("app/cart.py", CART.replace("return 0", "return 8", 1))
    world.git("commit", "--quiet", "-am", "eight")
    world.git("stash", "pop", check=False)
    world.refused({"app/cart.py": MERGED}, Code.CONFLICTS, "not merged in the index")


def test_entries_keep_their_flags(world: GitWorld) -> None:
    world.git("update-index", "--skip-worktree", "app/cart.py")
    world.git("update-index", "--assume-unchanged", "README")
    world.merge({"app/cart.py": MERGED, "README": "new\n"})
    tags = world.git("ls-files", "-v").split("\n")
    assert tags == ["h README", "S app/cart.py", "H app/shop.py"]
    assert world.staged() == ""


@pytest.mark.parametrize(
    "setting", ["core.splitIndex", "index.sparse", "core.untrackedCache", "index.version=4"]
)
def test_every_form_of_index_is_repaired(world: GitWorld, setting: str) -> None:
    name, _, value = setting.partition("=")
    world.git("config", name, value or "true")
    if setting == "index.sparse":
        world.git("sparse-checkout", "set", "--cone", "app")
        world.git("sparse-checkout", "reapply", "--sparse-index")
    world.git(
        "update-index", "--refresh", "--split-index" if "split" in setting.lower() else "--really-refresh"
    )
    world.write("app/shop.py", "")
    world.git("add", "app/shop.py")
    world.write("app/cart.py", MERGED)
    world.tree.publish(world.prepare({"app/cart.py": MERGED}))
    assert (world.status(), world.leftovers()) == ("M  app/shop.py", [])


def test_an_index_that_is_missing_is_made(tmp_path: Path) -> None:
    world = GitWorld(tmp_path / "r")
    (world.root / ".git" / "index").unlink()
    world.merge({})
    assert world.status().startswith("D  README")


# Modes, links, submodules, and what cannot be shown


def test_a_mode_is_a_change_of_its_own(world: GitWorld) -> None:
    world.merge({"README:<mode>": "100755\n"})
    assert world.git("ls-tree", "HEAD", "README").startswith("100755")
    assert world.staged() == ""
    files = world.tree.files()
    assert "README:<mode>" in files.paths()
    assert files.text("README:<mode>") == "100755\n"
    world.merge({"README": "text\n"}, "t2")
    assert world.git("ls-tree", "HEAD", "README").startswith("100755")
    world.merge({"README:<mode>": None}, "t3")
    assert world.git("ls-tree", "HEAD", "README").startswith("100644")
    assert world.head("README") == "text\n"


def test_what_changed_between_commits_tells_modes_and_texts_apart(world: GitWorld) -> None:
    first = world.tree.revision()
    second = world.merge({"README:<mode>": "100755\n"})
    third = world.merge({"README": "text\n"}, "t2")
    tree = world.tree
    assert tree.changed_paths(first, second) == {"README:<mode>"}
    assert tree.changed_paths(second, third) == {"README"}
    assert tree.changed_paths("f" * 40, third) is None


def test_a_mode_that_git_does_not_know_is_refused(world: GitWorld) -> None:
    world.refused({"README:<mode>": "777\n"}, Code.INVALID_NAME, "100755")
    world.refused({"nowhere:<mode>": "100755\n"}, Code.NOT_FOUND, "nowhere")


def test_a_symbolic_link_is_merged_as_one(world: GitWorld) -> None:
    (world.root / "link").symlink_to("README")
    world.merge({"link": "README", "link:<mode>": "120000\n"})
    assert world.status() == ""
    world.merge({"link": None}, "t2")
    assert world.status() == "?? link"


def test_a_submodule_is_left_alone(world: GitWorld, tmp_path: Path) -> None:
    GitWorld(tmp_path / "other")
    world.git(
        "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(tmp_path / "other"), "sub"
    )
    world.git("commit", "--quiet", "-m", "with a submodule")
    before = world.git("ls-tree", "HEAD", "sub")
    assert [path for path in world.tree.files().paths() if path.startswith("sub")] == []
    world.merge({"app/cart.py": MERGED})
    assert world.git("ls-tree", "HEAD", "sub") == before
    world.refused({"sub/x.py": "x = 1\n"}, Code.INVALID_NAME, "submodule")
    world.refused({"sub": "x = 1\n"}, Code.INVALID_NAME, "submodule")
    assert world.status() == " M app/cart.py"


def test_paths_that_cannot_be_shown_are_kept_and_not_listed(world: GitWorld) -> None:
    hostile = [b"caf\xe9.txt", b"a\nb.txt", b"bell\x07.txt"]
    for name in hostile:
        (world.root / os.fsdecode(name)).write_bytes(b"kept\n")
    world.git("add", "--all")
    world.git("commit", "--quiet", "-m", "hostile")
    before = world.git("ls-tree", "-z", "HEAD")
    assert world.tree.files().paths() == ["README", "app/cart.py", "app/shop.py"]
    world.merge({"z.py": "x = 1\n"})
    after = world.git("ls-tree", "-z", "HEAD")
    assert set(before.split("\0")) < set(after.split("\0"))


def test_bytes_that_are_no_utf_8_are_committed_as_they_are(world: GitWorld) -> None:
    world.merge({"latin.txt": "caf\udce9\r\n"})
    blob = world.git("rev-parse", "HEAD:latin.txt")
    assert git(world.root, "cat-file", "blob", blob).encode("utf-8", "surrogateescape") == b"caf\xe9\r"


def test_names_that_look_like_options_patterns_or_headers_are_files(world: GitWorld) -> None:
    names = ["-n", "--all", "*.py", ":(top)x", "a b", "ä/ö.py", '"quoted"', "HEAD"]
    world.merge({name: f"{name}\n" for name in names})
    files = world.tree.files()
    assert {name: files.text(name) for name in names} == {name: f"{name}\n" for name in names}
    assert world.staged() == ""


# Kinds of repository


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_both_hashes_do(tmp_path: Path, object_format: str) -> None:
    world = GitWorld(tmp_path / "r", f"--object-format={object_format}")
    world.write("app/cart.py", MERGED)
    revision = world.merge({"app/cart.py": MERGED, "lib/new.py": "x = 1\n"})
    assert len(revision) == (64 if object_format == "sha256" else 40)
    assert world.tree.files().text("lib/new.py") == "x = 1\n"
    assert world.status() == " D lib/new.py"


def test_a_linked_worktree_has_a_branch_and_an_index_of_its_own(world: GitWorld, tmp_path: Path) -> None:
    world.git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "linked"))
    main = world.everything()
    linked = GitTree(tmp_path / "linked")
    prepared = linked.prepare(
        {"README": "side\n"},
        expected=linked.revision(),
        message="m",
        author="alice",
        at=linked.history(1)[0].at,
        transaction="t",
    )
    linked.publish(prepared)
    assert world.everything() == main
    assert git(tmp_path / "linked", "rev-parse", "side") == prepared.revision
    assert git(tmp_path / "linked", "diff", "--cached") == ""
    assert linked.repository.worktree_id == "worktrees/linked"
    assert (world.tree.repository.worktree_id, linked.repository.common_dir) == (
        "main",
        world.tree.repository.git_dir,
    )


def test_a_detached_head_moves_by_itself(world: GitWorld) -> None:
    world.git("checkout", "--quiet", "--detach")
    branch = world.git("rev-parse", "main")
    revision = world.merge({"README": "new\n"})
    assert world.git("rev-parse", "HEAD", "main").split() == [revision, branch]
    assert world.tree.repository.head() == (None, revision)


def test_the_first_commit_of_all_has_no_parent(tmp_path: Path) -> None:
    world = GitWorld(tmp_path / "r")
    world.git("checkout", "--quiet", "--orphan", "fresh")
    world.git("rm", "-r", "--quiet", "--cached", ".")
    assert (world.tree.revision(), world.tree.files().paths()) == ("unborn", [])
    world.merge({"README": "read me\n"})
    assert world.git("rev-list", "--count", "fresh") == "1"
    assert world.status() == "?? app/"


def test_a_branch_that_lies_packed_is_moved(world: GitWorld) -> None:
    world.git("pack-refs", "--all")
    world.git("gc", "--quiet")
    tree = world.tree
    before = tree.revision()
    revision = world.merge({"README": "new\n"})
    assert tree.revision() == revision != before


def test_what_the_user_has_set_changes_nothing(world: GitWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "color.ui": "always",
        "core.quotePath": "true",
        "log.showSignature": "true",
        "diff.noprefix": "true",
        "diff.renames": "copies",
        "core.pager": "false",
        "alias.status": "!false",
        "status.showUntrackedFiles": "no",
        "i18n.commitEncoding": "ISO-8859-1",
        "core.abbrev": "6",
    }.items():
        world.git("config", name, value)
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    monkeypatch.setenv("GIT_INDEX_FILE", "/nowhere/index")
    monkeypatch.setenv("GIT_PAGER", "false")
    monkeypatch.setenv("GIT_AUTHOR_DATE", "2001-01-01T00:00:00Z")
    tree = GitTree(world.root)
    prepared = tree.prepare(
        {"ä.py": "x = 1\n"},
        expected=tree.revision(),
        message="Grüße",
        author="alice",
        at=tree.history(1)[0].at,
        transaction="t",
    )
    tree.publish(prepared)
    assert tree.describe(prepared.revision).message == "Grüße"
    assert tree.changed_paths(prepared.expected, prepared.revision) == {"ä.py"}


def test_the_reader_is_started_again_when_it_has_died(world: GitWorld) -> None:
    tree = world.tree
    assert tree.files().text("README") == "read me\n"
    reader = tree.objects._reader
    assert reader is not None
    reader.kill()
    reader.wait()
    assert tree.files().text("app/cart.py") == CART
    tree.close()
    assert tree.files().text("app/shop.py") == SHOP


def test_a_directory_without_a_worktree_is_refused_in_a_sentence(tmp_path: Path) -> None:
    bare = tmp_path / "bare.git"
    git(tmp_path, "init", "--quiet", "--bare", str(bare))
    (tmp_path / "plain").mkdir()
    for directory, words in ((bare, "has no working tree"), (tmp_path / "plain", "not a git repository")):
        with pytest.raises(PatchbayError, match=words) as refusal:
            GitTree(directory)
        assert refusal.value.code is Code.STORE_MISSING
