"""The files of a real worktree: what differs, their clean texts and modes, and writing them."""

from __future__ import annotations

import errno
import os
import stat
import time
from pathlib import Path

import pytest
from codebase.repositories import git
from git_world import CART, GitWorld

from store.errors import Code, PatchbayError
from store.git.worktree import FileToBe, TreeFile, Worktree


@pytest.fixture
def files(world: GitWorld) -> Worktree:
    return Worktree(world.root)


def read(files: Worktree, path: str) -> TreeFile:
    """The file at a path."""
    found = files.read([path])[path]
    assert found is not None
    return found


def attributes(world: GitWorld, *lines: str) -> None:
    """Commit attributes."""
    world.write(".gitattributes", "".join(f"{line}\n" for line in lines))
    world.git("add", ".gitattributes")
    world.git("commit", "--quiet", "-m", "attributes")


# Which differ


def test_what_differs_from_the_commit_is_found_however_it_does(world: GitWorld, files: Worktree) -> None:
    assert files.changed_paths() == set()
    world.write("app/cart.py", "")
    world.write("staged.py", "x = 1\n")
    world.git("add", "staged.py")
    world.write("deep/er/untracked ä.py", "x = 1\n")
    world.write(".gitignore", "*.pyc\n")
    world.write("ignored.pyc", "x")
    (world.root / "README").unlink()
    (world.root / "app" / "shop.py").chmod(0o755)
    differing = {"app/cart.py", "staged.py", "deep/er/untracked ä.py", ".gitignore", "README", "app/shop.py"}
    assert files.changed_paths() == differing
    world.git("config", "status.showUntrackedFiles", "no")
    world.git("mv", "staged.py", "moved.py")
    assert files.changed_paths() == differing - {"staged.py"} | {"moved.py"}


def test_repositories_inside_and_hostile_names_are_left_out(world: GitWorld, files: Worktree) -> None:
    GitWorld(world.root / "inside")
    for name in (b"a\nb", b"caf\xe9", b"bell\x07"):
        (world.root / os.fsdecode(name)).write_bytes(b"")
    assert files.changed_paths() == set()


def test_while_a_merge_is_in_conflict_its_files_differ(world: GitWorld, files: Worktree) -> None:
    world.git("switch", "--quiet", "-c", "side")
    world.write("README", "side\n")
    world.git("commit", "--quiet", "-am", "side")
    world.git("switch", "--quiet", "main")
    world.write("README", "main\n")
    world.git("commit", "--quiet", "-am", "main")
    world.git("merge", "side", check=False)
    assert files.changed_paths() == {"README"}
    assert files.repository.under_way() == "a merge is under way"


# Reading


def test_texts_modes_and_links_are_read_as_they_would_be_committed(world: GitWorld, files: Worktree) -> None:
    world.write("run.sh", "#!/bin/sh\n").chmod(0o755)
    (world.root / "link").symlink_to("run.sh")
    found = files.read(["run.sh", "link", "README", "app", "nowhere"])
    said = {path: None if one is None else (one.text, one.mode) for path, one in found.items()}
    assert said == {
        "run.sh": ("#!/bin/sh\n", "100755"),
        "link": ("run.sh", "120000"),
        "README": ("read me\n", "100644"),
        "app": None,
        "nowhere": None,
    }


def test_bytes_that_are_no_utf_8_come_through(world: GitWorld, files: Worktree) -> None:
    world.write("latin.txt", b"caf\xe9\r\n\0")
    assert read(files, "latin.txt").text == "caf\udce9\r\n\0"


@pytest.mark.parametrize("by", ["attribute", "autocrlf"])
def test_line_ends_are_those_of_the_commit(world: GitWorld, files: Worktree, by: str) -> None:
    if by == "attribute":
        attributes(world, "*.py text eol=crlf")
    else:
        world.git("config", "core.autocrlf", "true")
    world.write("app/cart.py", CART.replace("\n", "\r\n"))
    assert read(files, "app/cart.py").text == CART
    files.write(FileToBe("app/cart.py", CART + "X = 1\n", "100644", read(files, "app/cart.py").signature))
    assert (world.root / "app/cart.py").read_bytes() == (CART + "X = 1\n").replace("\n", "\r\n").encode()


def test_a_file_committed_with_its_own_line_ends_keeps_them(world: GitWorld, files: Worktree) -> None:
    world.write("dos.txt", "one\r\ntwo\r\n")
    world.git("-c", "core.autocrlf=false", "add", "dos.txt")
    world.git("commit", "--quiet", "-m", "dos")
    world.git("config", "core.autocrlf", "true")
    world.write("dos.txt", "one\r\ntwo\r\nthree\r\n")
    assert read(files, "dos.txt").text == "one\r\ntwo\r\nthree\r\n"


def test_filters_and_encodings_give_the_clean_text_and_take_it_back(world: GitWorld, files: Worktree) -> None:
    world.git("config", "filter.shout.clean", "tr A-Z a-z")
    world.git("config", "filter.shout.smudge", "tr a-z A-Z")
    attributes(world, "*.loud filter=shout", "*.wide text working-tree-encoding=UTF-16LE")
    world.write("a.loud", "WORDS\n")
    world.write("b.wide", "wörds\n".encode("utf-16-le"))
    assert read(files, "a.loud").text == "words\n"
    assert read(files, "b.wide").text == "wörds\n"
    for path, text in (("a.loud", "more\n"), ("b.wide", "möre\n")):
        files.write(FileToBe(path, text, "100644", read(files, path).signature))
        assert read(files, path).text == text
    assert (world.root / "a.loud").read_bytes() == b"MORE\n"
    assert (world.root / "b.wide").read_bytes() == "möre\n".encode("utf-16-le")


def test_a_filter_that_fails_is_told_in_a_sentence(world: GitWorld, files: Worktree) -> None:
    world.git("config", "filter.broken.clean", "false")
    world.git("config", "filter.broken.required", "true")
    attributes(world, "*.bad filter=broken")
    world.write("a.bad", "x\n")
    with pytest.raises(PatchbayError, match="clean filter 'broken' failed"):
        files.read(["a.bad"])


def test_modes_are_the_commits_where_the_disk_keeps_none(world: GitWorld) -> None:
    world.git("update-index", "--chmod=+x", "README")
    world.git("config", "core.fileMode", "false")
    (world.root / "app" / "cart.py").chmod(0o755)
    files = Worktree(world.root)
    assert (read(files, "README").mode, read(files, "app/cart.py").mode) == ("100755", "100644")


@pytest.mark.parametrize("setting", ["core.fileMode=false", "core.autocrlf=true"])
def test_more_files_are_read_than_a_command_line_can_name(world: GitWorld, setting: str) -> None:
    world.git("config", *setting.split("="))
    directory = world.root.joinpath(*("d" * 240 for _ in range(8)))
    directory.mkdir(parents=True)
    for number in range(1_200):
        (directory / f"{number:06}.csv").write_bytes(b"1\r\n")
    files = Worktree(world.root)
    found = files.read(sorted(files.changed_paths()))
    assert len(found) == 1_200
    assert sum(map(len, found)) > os.sysconf("SC_ARG_MAX")
    ends = "\n" if "crlf" in setting else "\r\n"
    assert {(one.text, one.mode) for one in found.values() if one is not None} == {(f"1{ends}", "100644")}


def test_a_file_that_the_disk_does_not_give_is_not_taken_for_deleted(
    world: GitWorld, files: Worktree, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as failing:
        failing.setattr(Path, "lstat", broken_disk)
        with pytest.raises(
            PatchbayError, match=r"app/cart\.py cannot be read \(Input/output error\)"
        ) as refusal:
            files.read(["app/cart.py"])
    assert refusal.value.code is Code.NOT_PERMITTED
    assert files.read(["README/below", "n" * 300, f"{'n' * 300}/below"]) == dict.fromkeys(
        ["README/below", "n" * 300, f"{'n' * 300}/below"]
    )


def broken_disk(place: Path) -> object:
    raise OSError(errno.EIO, "Input/output error", str(place))


def test_what_lies_behind_a_link_is_no_part_of_it(world: GitWorld, files: Worktree, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret").write_text("secret\n")
    (world.root / "way").symlink_to(tmp_path / "outside")
    for path in ("way/secret", "../outside/secret", "/etc/passwd", ".git/config", "app/../README", ""):
        assert files.read([path]) == {path: None}
        with pytest.raises(PatchbayError) as refusal:
            files.write(FileToBe(path, "overwritten\n", "100644", None))
        assert refusal.value.code is Code.INVALID_NAME
    assert (tmp_path / "outside" / "secret").read_text() == "secret\n"


def test_names_that_git_would_read_otherwise_are_files(world: GitWorld, files: Worktree) -> None:
    names = ['"quoted".py', "-n", ":(top)x", "*.py", " a b ", "ä\\n.py"]
    for name in names:
        world.write(name, f"{name}\r\n")
    attributes(world, "* text")
    found = files.read(names)
    assert [one.text for one in found.values() if one is not None] == [f"{name}\n" for name in names]
    assert set(names) <= files.changed_paths()


def test_many_files_are_read_in_one_go(world: GitWorld, files: Worktree) -> None:
    attributes(world, "*.crlf text eol=crlf")
    names = [f"many/{number}.{'crlf' if number % 2 else 'txt'}" for number in range(500)]
    for name in names:
        world.write(name, f"{name}\r\n")
    found = files.read(names)
    ends = {name: "\n" if name.endswith("crlf") else "\r\n" for name in names}
    assert {name: one.text for name, one in found.items() if one} == {
        name: name + ends[name] for name in names
    }


# Writing


def test_a_written_file_is_replaced_whole_with_its_permissions(world: GitWorld, files: Worktree) -> None:
    place = world.root / "README"
    place.chmod(0o640)
    before = read(files, "README")
    with place.open("rb") as reader:
        files.write(FileToBe("README", "new\n", "100644", before.signature))
        assert reader.read() == b"read me\n"
    assert (place.read_bytes(), stat.S_IMODE(place.stat().st_mode)) == (b"new\n", 0o640)
    files.write(FileToBe("README", "new\n", "100755", read(files, "README").signature))
    assert stat.S_IMODE(place.stat().st_mode) == 0o750
    files.write(FileToBe("README", "new\n", "100644", read(files, "README").signature))
    assert stat.S_IMODE(place.stat().st_mode) == 0o640
    assert [one.name for one in world.root.iterdir() if "part" in one.name] == []


def test_files_links_and_directories_come_and_go(world: GitWorld, files: Worktree) -> None:
    files.write(FileToBe("deep/er/new.py", "x = 1\n", "100644", None))
    assert (world.root / "deep/er/new.py").read_text() == "x = 1\n"
    files.write(FileToBe("deep/er/new.py", "../../README", "120000", read(files, "deep/er/new.py").signature))
    assert (world.root / "deep/er/new.py").readlink() == Path("../../README")
    files.write(FileToBe("deep/er/new.py", "x = 2\n", "100644", read(files, "deep/er/new.py").signature))
    assert not (world.root / "deep/er/new.py").is_symlink()
    assert (world.root / "README").read_text() == "read me\n"
    files.write(FileToBe("deep/er/new.py", None, "100644", read(files, "deep/er/new.py").signature))
    assert not (world.root / "deep").exists()


def test_what_changed_underneath_is_never_overwritten(world: GitWorld, files: Worktree) -> None:
    for change in ("written", "replaced", "removed", "made a directory"):
        place = world.write("file.txt", "mine\n")
        before = read(files, "file.txt")
        time.sleep(0.01)
        if change == "written":
            place.write_text("else\n")
        elif change == "replaced":
            other = world.write("other", "mine\n")
            os.utime(other, ns=(before.signature.modified,) * 2 if before.signature else None)
            other.replace(place)
        else:
            place.unlink()
            if change != "removed":
                place.mkdir()
        for text in ("new\n", None):
            with pytest.raises(PatchbayError, match="changed in the working tree") as refusal:
                files.write(FileToBe("file.txt", text, "100644", before.signature))
            assert refusal.value.code is Code.CODEBASE_MOVED
    with pytest.raises(PatchbayError):
        files.write(FileToBe("file.txt", "new\n", "100644", None))


def test_a_file_in_the_place_of_a_directory_is_refused_by_what_is_there(
    world: GitWorld, files: Worktree
) -> None:
    world.write("notes", "one\n")
    before = world.git("status", "--porcelain")
    for path, said in (
        ("app", "app is a directory in the working tree and is to be a file: move it away first."),
        ("notes/a/b", "notes is a file in the working tree, and notes/a/b is to lie below it: move it"),
    ):
        with pytest.raises(PatchbayError, match=said) as refused:
            files.write(FileToBe(path, "text\n", "100644", None))
        assert refused.value.code is Code.CODEBASE_MOVED
    assert world.git("status", "--porcelain") == before


def test_a_linked_worktree_has_files_of_its_own(world: GitWorld, tmp_path: Path) -> None:
    world.git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "linked"))
    (tmp_path / "linked" / "README").write_text("there\n")
    linked = Worktree(tmp_path / "linked" / "app")
    assert linked.changed_paths() == {"README"}
    assert read(linked, "README").text == "there\n"
    assert linked.repository.head() == ("refs/heads/side", git(world.root, "rev-parse", "side"))
    assert Worktree(world.root).changed_paths() == set()


def test_where_head_is_is_seen_at_once_however_it_moved(world: GitWorld, files: Worktree) -> None:
    def head() -> tuple[str | None, str | None]:
        return files.repository.head()

    for _ in range(3):
        world.git("commit", "--quiet", "--allow-empty", "-m", "more")
        assert head() == ("refs/heads/main", world.git("rev-parse", "HEAD"))
    time.sleep(0.1)
    for command in (("switch", "-c", "a/b"), ("reset", "--hard", "HEAD~"), ("checkout", "--detach", "main")):
        head()
        world.git(command[0], "--quiet", *command[1:])
        branch = world.git("symbolic-ref", "--quiet", "HEAD", check=False) or None
        assert head() == (branch, world.git("rev-parse", "HEAD"))
    world.git("checkout", "--quiet", "--orphan", "fresh")
    assert head() == ("refs/heads/fresh", None)


@pytest.mark.parametrize("born", [True, False])
@pytest.mark.parametrize("name", ["caf\u00e9", "no\u00a0break", "line\u2028break"])
def test_a_branch_is_called_as_git_calls_it(world: GitWorld, files: Worktree, name: str, born: bool) -> None:
    world.git("checkout", "--quiet", *(["-b"] if born else ["--orphan"]), name)
    assert files.repository.head() == (f"refs/heads/{name}", world.git("rev-parse", "HEAD") if born else None)


@pytest.mark.parametrize("born", [True, False])
def test_a_branch_whose_name_no_record_can_hold_is_refused_in_a_sentence(
    world: GitWorld, files: Worktree, born: bool
) -> None:
    world.git("checkout", "--quiet", *(["-b"] if born else ["--orphan"]), os.fsdecode(b"caf\xe9"))
    with pytest.raises(PatchbayError, match=r"branch caf\\xe9 is not UTF-8.*`git branch -m`") as refused:
        files.repository.head()
    assert refused.value.code is Code.INVALID_NAME


def changed_while_it_is_written(world: GitWorld, path: str, through: str) -> None:
    """Let a file be changed by the filter of another one, as that is written."""
    script = world.root.parent / "smudge"
    script.write_text(f"#!/bin/sh\necho more >> '{world.root / path}'\ncat\n")
    script.chmod(0o755)
    world.git("config", "filter.touching.smudge", str(script))
    (world.root / ".git" / "info" / "attributes").write_text(f"{through} filter=touching\n")


@pytest.mark.parametrize("links", [True, False])
def test_of_several_files_none_is_written_where_one_is_refused(
    world: GitWorld, files: Worktree, monkeypatch: pytest.MonkeyPatch, links: bool
) -> None:
    changed_while_it_is_written(world, "app/shop.py", through="z.txt")
    world.write("bin/run", "echo\n").chmod(0o755)
    (world.root / "link").symlink_to("nowhere")
    wanted = {
        "app/cart.py": ("x = 1\n", "100644"),
        "README": (None, "100644"),
        "bin/run": ("echo 2\n", "100644"),
        "link": ("README", "120000"),
        "deep/er/new.py": ("new\n", "100644"),
        "app/shop.py": ("y = 1\n", "100644"),
        "z.txt": ("new\n", "100644"),
    }

    def to_be() -> list[FileToBe]:
        there = files.read(wanted)
        signatures = {path: None if one is None else one.signature for path, one in there.items()}
        return [FileToBe(path, *text_and_mode, signatures[path]) for path, text_and_mode in wanted.items()]

    def present() -> dict[str, tuple[object, ...]]:
        paths = [path for path in world.root.rglob("*") if ".git" not in path.parts]
        about = {str(path.relative_to(world.root)): path.lstat() for path in paths if not path.is_dir()}
        return {
            key: (one.st_mode, one.st_size, links and key != "link" and one.st_ino)
            for key, one in about.items()
        }

    before = present()
    if not links:
        monkeypatch.setattr(os, "link", refused_by_the_disk)
    with pytest.raises(PatchbayError, match=r"app/shop\.py has changed") as refusal:
        files.write(*to_be())
    assert refusal.value.code is Code.CODEBASE_MOVED
    assert present() | {"app/shop.py": ()} == before | {"app/shop.py": ()}
    assert not (world.root / "deep").exists()
    world.git("config", "--unset", "filter.touching.smudge")
    files.write(*to_be())
    assert {path: one and one.text for path, one in files.read(wanted).items()} == {
        path: text for path, (text, _) in wanted.items()
    }
    assert set(present()) == {*before, *wanted} - {"README"}


def refused_by_the_disk(*names: object, **more: object) -> None:
    raise OSError(errno.EPERM, "Operation not permitted")
