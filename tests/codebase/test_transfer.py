"""Importing a directory and exporting into one, byte for byte."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from storage.processes import files_below

from codebase.kinds import AT, commit, content
from store.codebase.package_tree import PackageTree
from store.codebase.transfer import ImportSummary, export_directory, import_directory
from store.errors import Code, PatchbayError


def fill(tree: PackageTree, directory: Path, **options: object) -> ImportSummary:
    return import_directory(directory, tree, author="alice", at=AT, transaction="import", **options)  # type: ignore[arg-type]


def write(directory: Path, files: dict[str, bytes]) -> Path:
    for path, data in files.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_bytes(data)
    return directory


SOURCE = {
    "MyApp/User.py": b"def validate(email):\n    return '@' in email\n",
    "MyApp/windows.py": b"x = 1\r\n",
    "MyApp/no_end.py": b"x = 1",
    "MyApp/empty.py": b"",
    "logo.bin": bytes(range(256)),
    "na\u00efve \u2603.txt": "☃".encode(),
    "[red]bold[/].py": b"x = 1\n",
}


def test_what_is_imported_is_exported_byte_for_byte(tree: PackageTree, tmp_path: Path) -> None:
    source = write(tmp_path / "source", SOURCE)
    summary = fill(tree, source)
    assert summary == ImportSummary("1", len(SOURCE), ())
    [revision] = tree.history(10)
    assert (revision.message, revision.author, revision.transaction) == ("Import source", "alice", "import")
    exported = export_directory(tree, tmp_path / "deep" / "target")
    assert dict(files_below(tmp_path / "deep" / "target")) == SOURCE
    assert exported.written == tuple(sorted(SOURCE))
    again = export_directory(tree, tmp_path / "deep" / "target")
    assert (again.written, again.unchanged) == ((), tuple(sorted(SOURCE)))


def test_what_is_no_source_is_left_out(tree: PackageTree, tmp_path: Path) -> None:
    source = write(
        tmp_path / "source",
        {
            "a.py": b"1",
            ".git/config": b"",
            ".hg/x": b"",
            "__pycache__/a.pyc": b"",
            ".patchbay/lock": b"",
            "env/pyvenv.cfg": b"",
            "env/lib/x.py": b"",
            "the-store/lock": b"",
            ".hidden": b"2",
        },
    )
    summary = fill(tree, source, store=source / "the-store")
    assert content(tree) == {"a.py": "1", ".hidden": "2"}
    assert summary.left_out == ()


def test_what_is_left_out_against_expectation_is_reported(tree: PackageTree, tmp_path: Path) -> None:
    source = write(tmp_path / "source", {"a.py": b"1"})
    (source / "link.py").symlink_to("a.py")
    (source / "outside").symlink_to(tmp_path)
    os.mkfifo(source / "pipe")
    (source / "line\nbreak.py").write_bytes(b"")
    (source / os.fsdecode(b"latin\xe9.py")).write_bytes(b"")
    summary = fill(tree, source)
    assert content(tree) == {"a.py": "1"}
    assert len(summary.left_out) == 5
    for word in ("'link.py' is a symbolic link", "'outside' is a symbolic link", "'pipe' is no ordinary"):
        assert any(word in sentence for sentence in summary.left_out)
    assert all(sentence.isprintable() for sentence in summary.left_out)


def test_progress_counts_to_the_end(tree: PackageTree, tmp_path: Path) -> None:
    source = write(tmp_path / "source", SOURCE)
    seen: list[tuple[int, int]] = []
    fill(tree, source, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(number, len(SOURCE)) for number in range(1, len(SOURCE) + 1)]


def test_a_cancelled_import_makes_no_revision(tree: PackageTree, tmp_path: Path) -> None:
    source = write(tmp_path / "source", SOURCE)
    answers = iter([False, False, True, True, True])
    summary = fill(tree, source, cancelled=lambda: next(answers))
    assert summary.revision is None
    assert (tree.revision(), content(tree)) == ("0", {})


def test_importing_what_is_no_directory_is_refused(tree: PackageTree, tmp_path: Path) -> None:
    with pytest.raises(PatchbayError) as refusal:
        fill(tree, tmp_path / "missing")
    assert refusal.value.code is Code.NOT_FOUND


def test_a_file_of_an_earlier_export_is_overwritten(tree: PackageTree, tmp_path: Path) -> None:
    commit(tree, {"a.py": "1", "b.py": "1"})
    export_directory(tree, tmp_path / "target")
    commit(tree, {"a.py": "2"})
    commit(tree, {"a.py": "3"})
    summary = export_directory(tree, tmp_path / "target")
    assert (summary.written, summary.unchanged) == (("a.py",), ("b.py",))
    assert (tmp_path / "target" / "a.py").read_text() == "3"


def test_a_file_changed_outside_stops_the_whole_export(tree: PackageTree, tmp_path: Path) -> None:
    commit(tree, {"a.py": "1", "b.py": "1", "c.py": "1"})
    target = write(tmp_path / "target", {"b.py": b"mine"})
    with pytest.raises(PatchbayError, match=r"'b\.py'.*--force") as refusal:
        export_directory(tree, target)
    assert refusal.value.code is Code.NAME_TAKEN
    assert dict(files_below(target)) == {"b.py": b"mine"}
    export_directory(tree, target, force=True)
    assert dict(files_below(target)) == {"a.py": b"1", "b.py": b"1", "c.py": b"1"}


def test_a_text_of_another_path_does_not_count_as_exported(tree: PackageTree, tmp_path: Path) -> None:
    commit(tree, {"a.py": "1", "b.py": "2"})
    target = write(tmp_path / "target", {"b.py": b"1"})
    with pytest.raises(PatchbayError):
        export_directory(tree, target)


def test_deleted_files_go_only_when_nobody_changed_them(tree: PackageTree, tmp_path: Path) -> None:
    commit(tree, {"a.py": "1", "sub/b.py": "1", "c.py": "1"})
    target = tmp_path / "target"
    export_directory(tree, target)
    write(target, {"c.py": b"mine", "sub2/own.py": b"own"})
    commit(tree, {"sub/b.py": None, "c.py": None})
    summary = export_directory(tree, target)
    assert (summary.removed, summary.kept) == (("sub/b.py",), ("c.py",))
    assert dict(files_below(target)) == {"a.py": b"1", "c.py": b"mine", "sub2/own.py": b"own"}
    assert not (target / "sub").exists()


def test_an_exported_file_may_become_a_directory_and_back(tree: PackageTree, tmp_path: Path) -> None:
    target = tmp_path / "target"
    commit(tree, {"a": "1"})
    export_directory(tree, target)
    commit(tree, {"a": None, "a/b": "2"})
    export_directory(tree, target)
    assert dict(files_below(target)) == {"a/b": b"2"}
    commit(tree, {"a": "3", "a/b": None})
    export_directory(tree, target)
    assert dict(files_below(target)) == {"a": b"3"}


@pytest.mark.parametrize(("own", "path"), [("a/own.py", "a"), ("a", "a/b.py")])
def test_what_stands_in_the_way_stops_even_a_forced_export(
    tree: PackageTree, tmp_path: Path, own: str, path: str
) -> None:
    commit(tree, {path: "1", "other.py": "1"})
    target = write(tmp_path / "target", {own: b"own"})
    with pytest.raises(PatchbayError, match="Move it away"):
        export_directory(tree, target, force=True)
    assert dict(files_below(target)) == {own: b"own"}


@pytest.mark.parametrize("force", [False, True])
def test_nothing_is_written_through_a_symbolic_link_that_leads_out(
    tree: PackageTree, tmp_path: Path, force: bool
) -> None:
    commit(tree, {"a.py": "1", "sub/b.py": "1"})
    outside = write(tmp_path / "outside", {"b.py": b"1"})
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "sub").symlink_to(outside)
    with pytest.raises(PatchbayError, match="outside") as refusal:
        export_directory(tree, tmp_path / "target", force=force)
    assert refusal.value.code is Code.INVALID_NAME
    assert not (tmp_path / "target" / "a.py").exists()
    commit(tree, {"sub/b.py": None})
    export_directory(tree, tmp_path / "target")
    assert (outside / "b.py").exists()


def test_a_symbolic_link_in_a_files_place_is_replaced_only_by_force(
    tree: PackageTree, tmp_path: Path
) -> None:
    commit(tree, {"a.py": "1"})
    outside = write(tmp_path / "outside", {"a.py": b"1"})
    target = tmp_path / "target"
    target.mkdir()
    (target / "a.py").symlink_to(outside / "a.py")
    with pytest.raises(PatchbayError):
        export_directory(tree, target)
    export_directory(tree, target, force=True)
    assert not (target / "a.py").is_symlink()
    assert (outside / "a.py").read_bytes() == b"1"


def test_permission_bits_of_existing_files_stay(tree: PackageTree, tmp_path: Path) -> None:
    commit(tree, {"run.py": "1", "new.py": "1"})
    target = write(tmp_path / "target", {"run.py": b"1"})
    (target / "run.py").chmod(0o755)
    commit(tree, {"run.py": "2"})
    before = os.umask(0o022)
    try:
        export_directory(tree, target)
    finally:
        os.umask(before)
    assert (target / "run.py").stat().st_mode & 0o777 == 0o755
    assert (target / "new.py").stat().st_mode & 0o777 == 0o644


def test_a_cancelled_export_says_so_and_leaves_whole_files(tree: PackageTree, tmp_path: Path) -> None:
    commit(tree, {"a.py": "1", "b.py": "1"})
    answers = iter([False, True])
    summary = export_directory(tree, tmp_path / "target", cancelled=lambda: next(answers))
    assert (summary.cancelled, summary.written) == (True, ("a.py",))
    assert dict(files_below(tmp_path / "target")) == {"a.py": b"1"}


def test_importing_again_takes_only_what_has_changed_in_the_directory(
    tree: PackageTree, tmp_path: Path
) -> None:
    source = write(tmp_path / "source", {"a.py": b"a = 1\n", "b.py": b"b = 1\n", "c.py": b"c = 1\n"})
    fill(tree, source)
    commit(tree, {"a.py": "a = 2\n"}, "merge")
    assert fill(tree, source) == ImportSummary("2", 0, ())
    write(source, {"b.py": b"b = 2\n", "d.py": b"d = 1\n"})
    assert fill(tree, source) == ImportSummary("3", 2, ())
    texts = {path: tree.files().text(path) for path in tree.files().paths()}
    assert texts == {"a.py": "a = 2\n", "b.py": "b = 2\n", "c.py": "c = 1\n", "d.py": "d = 1\n"}


def test_importing_over_what_merges_have_changed_as_well_is_refused(
    tree: PackageTree, tmp_path: Path
) -> None:
    source = write(tmp_path / "source", {"a.py": b"a = 1\n", "b.py": b"b = 1\n"})
    fill(tree, source)
    commit(tree, {"a.py": "a = 2\n"}, "merge")
    write(source, {"a.py": b"a = 3\n", "b.py": b"b = 3\n"})
    with pytest.raises(PatchbayError) as caught:
        fill(tree, source)
    assert caught.value.code is Code.CONFLICTS
    assert "a.py" in caught.value.message
    assert tree.files().text("a.py") == "a = 2\n"
    assert tree.files().text("b.py") == "b = 1\n"
