"""What the package tree alone does: its files, and what happens when they are damaged."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
from storage.processes import effects_of, files_below, kill_at, run

from codebase.kinds import commit, content, package_tree_at
from store.codebase.package_tree import PackageTree
from store.codebase.protocol import Prepared
from store.errors import Code, PatchbayError
from store.source.texts import digest
from store.storage.doctor import examine
from store.storage.layout import StoreLayout
from store.storage.lock import StoreLock

COMMIT_THIRD = """
now = datetime.now(UTC)
third = tree.prepare({"a.py": "3"}, expected="2", message="m", author="bob", at=now, transaction="three")
tree.publish(third)
say(third.revision)
"""


@pytest.fixture
def layout(tree: PackageTree, tmp_path: Path) -> StoreLayout:
    commit(tree, {"a.py": "1", "b.py": "1"}, "one")
    commit(tree, {"a.py": "2"}, "two")
    return StoreLayout(tmp_path / "store")


def opened(layout: StoreLayout) -> PackageTree:
    return package_tree_at(layout.root)


def test_a_new_package_tree_is_empty_at_revision_0(tree: PackageTree) -> None:
    assert (tree.revision(), content(tree), tree.history(10)) == ("0", {}, [])
    with pytest.raises(PatchbayError):
        tree.describe("0")
    assert commit(tree, {"a.py": "1"}) == "1"
    assert content(tree, "0") == {}


def test_the_head_maps_paths_to_digests(layout: StoreLayout) -> None:
    head = orjson.loads((layout.codebase / "head.json").read_bytes())
    assert head["revision"] == 2
    assert head["files"] == {"a.py": digest("2"), "b.py": digest("1")}


def test_a_commit_waits_for_its_text_then_its_revision_then_the_head(
    layout: StoreLayout, tmp_path: Path
) -> None:
    written = effects_of(layout.root, tmp_path / "effects", COMMIT_THIRD)
    once = ["create", "write", "fsync", "replace", "fsync_directory"]
    head = ["create", "write", "fsync", "unlink", "link", "replace", "fsync_directory"]
    assert written == once + once + head


@pytest.mark.parametrize(
    "damage", [lambda data: b"", lambda data: data[:30], lambda data: b"[]", lambda data: b'{"schema":1}']
)
def test_a_damaged_head_is_rebuilt_without_losing_the_last_revision(
    layout: StoreLayout, damage: Callable[[bytes], bytes]
) -> None:
    head = layout.codebase / "head.json"
    damaged = damage(head.read_bytes())
    head.write_bytes(damaged)
    reader = opened(layout)
    assert (reader.revision(), content(reader)) == ("2", {"a.py": "2", "b.py": "1"})
    assert head.read_bytes() == damaged
    [report] = reader.reports
    assert "revision 2" in report.used
    assert commit(reader, {"c.py": "3"}) == "3"
    assert head.with_name("head.json.damaged-1").read_bytes() == damaged
    assert content(opened(layout)) == {"a.py": "2", "b.py": "1", "c.py": "3"}
    assert not opened(layout).reports


def test_a_deleted_head_is_rebuilt_even_without_its_previous_version(layout: StoreLayout) -> None:
    (layout.codebase / "head.json").unlink()
    assert content(opened(layout)) == {"a.py": "2", "b.py": "1"}
    (layout.codebase / "head.json.previous").unlink()
    rebuilt = opened(layout)
    assert (rebuilt.revision(), content(rebuilt)) == ("2", {"a.py": "2", "b.py": "1"})


def test_a_head_that_cannot_be_rebuilt_is_refused_and_left_alone(layout: StoreLayout) -> None:
    (layout.codebase / "head.json").write_bytes(b"broken")
    (layout.codebase / "head.json.previous").unlink()
    (layout.revisions / "1.json").unlink()
    before = dict(files_below(layout.codebase))
    with pytest.raises(PatchbayError, match="backup") as refusal:
        commit(opened(layout), {"a.py": "3"}, expected="2")
    assert refusal.value.code is Code.STORE_DAMAGED
    assert dict(files_below(layout.codebase)) == before


def test_a_head_of_a_newer_version_is_refused_and_never_written(layout: StoreLayout) -> None:
    head = layout.codebase / "head.json"
    head.write_bytes(head.read_bytes().replace(b'"schema":1', b'"schema":2'))
    before = head.read_bytes()
    with pytest.raises(PatchbayError, match="Update Patchbay") as refusal:
        commit(opened(layout), {"a.py": "3"}, expected="2")
    assert refusal.value.code is Code.STORE_NEWER
    assert head.read_bytes() == before


def test_a_damaged_revision_costs_the_past_and_not_the_present(layout: StoreLayout) -> None:
    (layout.revisions / "2.json").write_bytes(b"broken")
    reader = opened(layout)
    assert content(reader) == {"a.py": "2", "b.py": "1"}
    with pytest.raises(PatchbayError, match=r"2\.json") as refusal:
        reader.files("1")
    assert refusal.value.code is Code.STORE_DAMAGED
    assert commit(reader, {"a.py": "3"}) == "3"


def test_the_revision_file_of_a_killed_commit_counts_for_nothing(layout: StoreLayout, tmp_path: Path) -> None:
    assert kill_at(layout.root, 11, COMMIT_THIRD) == ""
    assert (layout.revisions / "3.json").exists()
    reader = opened(layout)
    killed = Prepared("3", "2", "three")
    assert (reader.revision(), reader.settle(killed)) == ("2", False)
    with StoreLock(layout.lock).exclusive():
        assert not opened(layout).settle(killed)
    assert not (layout.revisions / "3.json").exists()
    assert run(layout.root, COMMIT_THIRD) == "3"


def test_the_first_commit_that_is_killed_leaves_an_empty_tree(tmp_path: Path) -> None:
    script = COMMIT_THIRD.replace('expected="2"', 'expected="0"')
    counted = StoreLayout(tmp_path / "counted")
    counted.create()
    total = len(effects_of(counted.root, tmp_path / "effects", script))
    for effect in (6, 11, 12, total - 1):
        layout = StoreLayout(tmp_path / f"killed-{effect}")
        layout.create()
        kill_at(layout.root, effect, script)
        reader = opened(layout)
        assert (reader.revision(), content(reader), reader.reports) == ("0", {}, [])


def test_a_full_disk_leaves_the_tree_as_it_was(layout: StoreLayout) -> None:
    script = """
without_room(400)
try:
    changes = {f"file_{number}.py": str(number) for number in range(50)}
    tree.prepare(changes, expected="2", message="m", author="bob", at=datetime.now(UTC), transaction="three")
except PatchbayError as error:
    say(error.code)
say(tree.revision())
"""
    assert run(layout.root, script).split() == ["store-full", "2"]
    assert content(opened(layout)) == {"a.py": "2", "b.py": "1"}


def test_every_text_of_any_revision_is_named(layout: StoreLayout) -> None:
    tree = opened(layout)
    assert tree.named_digests() == {digest("1"), digest("2")}
    commit(tree, {"a.py": None})
    assert tree.named_digests() == {digest("1"), digest("2")}
    assert examine(layout, StoreLock(layout.lock)) == []


def test_a_tree_of_5000_files_is_committed_and_read(tree: PackageTree) -> None:
    commit(tree, {f"p{number % 50}/m{number}.py": "x = 1\n" for number in range(5000)})
    commit(tree, {"p1/m1.py": "x = 2\n"})
    assert len(list(tree.files().paths())) == 5000
    assert tree.files("1").text("p1/m1.py") == "x = 1\n"
