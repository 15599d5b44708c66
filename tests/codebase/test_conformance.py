"""What every kind of codebase does alike."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from storage.processes import effects_of, kill_at, start

from codebase.kinds import AT, Kind, commit, content, prepare
from store.codebase.protocol import Codebase, Prepared
from store.errors import Code, PatchbayError
from store.source.texts import digest

COMMIT = """
def prepare(changes, transaction, expected=None):
    return codebase.prepare(
        changes, expected=expected or codebase.revision(), message="m", author="bob",
        at=datetime.now(UTC), transaction=transaction,
    )
def commit(changes, transaction, expected=None):
    prepared = prepare(changes, transaction, expected)
    codebase.publish(prepared)
    return prepared.revision
"""

COMMIT_WITH_INTENT = """
import json
from dataclasses import asdict
prepared = prepare({"a.py": "2", "b.py": None, "c/e.py": "2"}, "two")
say(json.dumps(asdict(prepared)))
codebase.publish(prepared)
say("done")
"""


def test_what_was_committed_is_there_byte_for_byte(codebase: Codebase, root: Path, kind: Kind) -> None:
    texts = {"a.py": "x = 1\n", "shop/cart.py": "y = '☃'\r\n", "empty.py": "", "odd.bin": "\udcff\0\udc80"}
    revision = commit(codebase, dict(texts))
    for opened in (codebase, kind.open(root)):
        assert opened.revision() == revision
        assert content(opened) == texts
        assert list(opened.files().paths()) == sorted(texts)
        assert opened.files().digest("a.py") == digest("x = 1\n")


def test_a_file_that_is_not_there_has_no_digest_and_no_text(codebase: Codebase) -> None:
    commit(codebase, {"a.py": "x = 1\n"})
    assert codebase.files().digest("b.py") is None
    with pytest.raises(PatchbayError) as refusal:
        codebase.files().text("b.py")
    assert refusal.value.code is Code.NOT_FOUND


def test_earlier_revisions_stay_readable(codebase: Codebase, root: Path, kind: Kind) -> None:
    states: list[tuple[str, dict[str, str]]] = []
    steps: list[dict[str, str | None]] = [
        {"a.py": "1", "b.py": "1"},
        {"a.py": "2"},
        {"b.py": None, "c/d.py": "3"},
        {"b.py": "4", "c/d.py": None},
        {"c": "5"},
    ]
    for number, changes in enumerate(steps):
        revision = commit(codebase, changes, f"t{number}")
        states.append((revision, content(codebase)))
    assert states[-1][1] == {"a.py": "2", "b.py": "4", "c": "5"}
    for opened in (codebase, kind.open(root)):
        for revision, files in [*states, *reversed(states)]:
            assert content(opened, revision) == files


def test_a_snapshot_does_not_change_when_the_codebase_does(codebase: Codebase) -> None:
    commit(codebase, {"a.py": "1"})
    files = codebase.files()
    commit(codebase, {"a.py": "2", "b.py": "2"})
    assert (list(files.paths()), files.text("a.py")) == (["a.py"], "1")


def test_a_commit_against_another_revision_is_refused_whole(codebase: Codebase) -> None:
    first = commit(codebase, {"a.py": "1"})
    commit(codebase, {"a.py": "2"})
    with pytest.raises(PatchbayError) as refusal:
        commit(codebase, {"a.py": "3", "b.py": "3"}, expected=first)
    assert refusal.value.code is Code.CODEBASE_MOVED
    assert content(codebase) == {"a.py": "2"}


@pytest.mark.parametrize(
    "path",
    [
        *[
            "",
            "/a.py",
            "../a.py",
            "a/../../b.py",
            "a//b.py",
            "a/./b.py",
            "a/",
            "a\0.py",
            "a\n.py",
            "a\x1b[2J.py",
        ],
        *["\udcff.py", "x" * 300, ".git/hooks/pre-commit", "sub/.GIT/config", "a\u2028.py"],
    ],
)
def test_a_path_that_leaves_the_tree_or_hides_something_is_refused_whole(
    codebase: Codebase, path: str
) -> None:
    before = commit(codebase, {"a.py": "1"})
    with pytest.raises(PatchbayError) as refusal:
        commit(codebase, {"b.py": "2", path: "2"})
    assert refusal.value.code is Code.INVALID_NAME
    assert (codebase.revision(), content(codebase)) == (before, {"a.py": "1"})


@pytest.mark.parametrize("changes", [{"a.py/b.py": "2"}, {"c": "2"}, {"d": "2", "d/e": "2"}])
def test_no_path_is_both_a_file_and_a_directory(codebase: Codebase, changes: dict[str, str | None]) -> None:
    commit(codebase, {"a.py": "1", "c/d.py": "1"})
    with pytest.raises(PatchbayError) as refusal:
        commit(codebase, changes)
    assert refusal.value.code is Code.INVALID_NAME


def test_a_file_may_become_a_directory_and_back(codebase: Codebase) -> None:
    commit(codebase, {"a": "1"})
    commit(codebase, {"a": None, "a/b": "2"})
    assert content(codebase) == {"a/b": "2"}
    commit(codebase, {"a": "3", "a/b": None})
    assert content(codebase) == {"a": "3"}


def test_removing_what_is_not_there_is_refused(codebase: Codebase) -> None:
    commit(codebase, {"a.py": "1"})
    with pytest.raises(PatchbayError) as refusal:
        commit(codebase, {"b.py": None})
    assert refusal.value.code is Code.NOT_FOUND


def test_a_revision_without_changes_is_a_revision(codebase: Codebase) -> None:
    first = commit(codebase, {"a.py": "1"}, "one")
    second = commit(codebase, {}, "two")
    assert first != second
    assert codebase.revision() == second
    assert content(codebase, second) == content(codebase, first)


def test_what_is_only_prepared_is_seen_by_nobody(codebase: Codebase, root: Path, kind: Kind) -> None:
    first = commit(codebase, {"a.py": "1"}, "one")
    prepared = prepare(codebase, {"a.py": "2"}, "two")
    for opened in (codebase, kind.open(root)):
        assert (opened.revision(), content(opened)) == (first, {"a.py": "1"})
    codebase.publish(prepared)
    assert (codebase.revision(), content(codebase)) == (prepared.revision, {"a.py": "2"})


def test_settling_tells_whether_the_revision_was_made(codebase: Codebase, root: Path, kind: Kind) -> None:
    commit(codebase, {"a.py": "1"}, "one")
    made = prepare(codebase, {"a.py": "2"}, "two")
    codebase.publish(made)
    commit(codebase, {"a.py": "3"}, "three")
    dropped = prepare(codebase, {"a.py": "4"}, "four")
    for opened in (codebase, kind.open(root)):
        assert opened.settle(made)
        assert not opened.settle(dropped)
    commit(codebase, {"a.py": "5"}, "five")
    assert not codebase.settle(dropped)
    assert content(codebase) == {"a.py": "5"}


def test_what_was_prepared_before_another_revision_is_not_published(codebase: Codebase) -> None:
    commit(codebase, {"a.py": "1"}, "one")
    late = prepare(codebase, {"a.py": "2"}, "two")
    commit(codebase, {"a.py": "3"}, "three")
    with pytest.raises(PatchbayError) as refusal:
        codebase.publish(late)
    assert refusal.value.code is Code.CODEBASE_MOVED
    assert not codebase.settle(late)
    assert content(codebase) == {"a.py": "3"}


def test_it_tells_what_changed_between_two_revisions(codebase: Codebase) -> None:
    first = commit(codebase, {"a.py": "1", "b.py": "1"}, "one")
    second = commit(codebase, {"a.py": "2"}, "two")
    third = commit(codebase, {"b.py": None, "c/d.py": "3"}, "three")
    assert codebase.changed_paths(first, third) == {"a.py", "b.py", "c/d.py"}
    assert codebase.changed_paths(first, second) == {"a.py"}
    assert codebase.changed_paths(third, third) == set()
    assert codebase.revisions_between(first, third) == (second, third)
    assert codebase.common_ancestor(first, third) == first
    assert codebase.common_ancestor(third, second) == second


def test_history_tells_who_changed_what(codebase: Codebase) -> None:
    first = commit(codebase, {"a.py": "1", "b.py": "1"}, "one")
    second = commit(codebase, {"a.py": "2", "b.py": None}, "two")
    latest, earlier = codebase.history(2)
    assert (latest.id, latest.parent, latest.transaction) == (second, first, "two")
    assert (latest.author, latest.at, latest.message) == ("alice", AT, "Change by two")
    assert dict(latest.changes) == {"a.py": (digest("1"), digest("2")), "b.py": (digest("1"), None)}
    assert (earlier.id, dict(earlier.changes)["a.py"]) == (first, (None, digest("1")))
    assert codebase.history(1) == [latest]
    assert codebase.describe(first) == earlier


@pytest.mark.parametrize("revision", ["999", "", "-1", "x", "../1", "1.0", "٣"])
def test_a_revision_that_is_not_there_is_refused(codebase: Codebase, revision: str) -> None:
    commit(codebase, {"a.py": "1"})
    for ask in (codebase.files, codebase.describe):
        with pytest.raises(PatchbayError) as refusal:
            ask(revision)
        assert refusal.value.code is Code.NOT_FOUND


def test_a_commit_by_another_process_is_seen_at_once(codebase: Codebase, root: Path, kind: Kind) -> None:
    commit(codebase, {"a.py": "1"})
    process = start(root, kind.script + COMMIT + 'say(commit({"a.py": "2"}, "two"))')
    revision = process.communicate(timeout=30)[0].strip()
    assert codebase.revision() == revision
    assert content(codebase) == {"a.py": "2"}


def test_processes_that_race_commit_one_after_the_other(codebase: Codebase, root: Path, kind: Kind) -> None:
    first = commit(codebase, {"a.py": "0"})
    script = """
import time
done = 0
while done < 5:
    try:
        now = codebase.revision()
        count = int(codebase.files(now).text("a.py"))
        commit({"a.py": str(count + 1)}, f"{os.getpid()}-{done}", expected=now)
        done += 1
    except PatchbayError as error:
        assert error.code == "codebase-moved", error
say("done")
"""
    processes = [start(root, kind.script + COMMIT + script) for _ in range(4)]
    for process in processes:
        said, complaints = process.communicate(timeout=60)
        assert said == "done\n", complaints
    assert content(codebase) == {"a.py": "20"}
    assert len({revision.transaction for revision in codebase.history(20)}) == 20
    assert codebase.history(21)[-1].id == first


def test_a_commit_that_is_killed_at_any_point_is_whole_or_nothing(
    codebase: Codebase, root: Path, kind: Kind, tmp_path: Path, sample: Any
) -> None:
    first = commit(codebase, {"a.py": "1", "b.py": "1", "d.py": "1"}, "one")
    script = kind.script + COMMIT + COMMIT_WITH_INTENT
    before, after = content(codebase), {"a.py": "2", "c/e.py": "2", "d.py": "1"}
    counted = tmp_path / "counted"
    shutil.copytree(root, counted)
    total = len(effects_of(counted, tmp_path / "effects", script))
    for effect in sample(range(1, total + 1), 12):
        copy = tmp_path / f"killed-{effect}"
        shutil.copytree(root, copy)
        said = kill_at(copy, effect, script).split("\n")
        opened = kind.open(copy)
        made = opened.revision() != first
        if said[0]:
            assert opened.settle(Prepared(**json.loads(said[0]))) is made
        assert content(opened) == (after if made else before)
        assert content(opened, first) == before
        commit(opened, {"z.py": "3"}, "three")
        assert content(opened) == (after if made else before) | {"z.py": "3"}
        made_by = [one.transaction for one in kind.open(copy).history(9)]
        assert made_by == ["three", *(["two"] if made else []), "one"]


@pytest.mark.long
def test_commits_killed_again_and_again_lose_nothing_acknowledged(
    codebase: Codebase, root: Path, kind: Kind
) -> None:
    commit(codebase, {"count.py": "0"}, "start")
    script = """
import json
from dataclasses import asdict
while True:
    count = int(codebase.files().text("count.py")) + 1
    prepared = prepare({"count.py": str(count), f"file_{count}.py": str(count)}, f"t{count}")
    say(json.dumps(asdict(prepared)))
    codebase.publish(prepared)
    say(count)
"""
    for effect in range(1, 120, 3):
        said = kill_at(root, effect, kind.script + COMMIT + script).splitlines()
        opened = kind.open(root)
        acknowledged = [int(one) for one in said if one.isdigit()]
        intents = [json.loads(one) for one in said if not one.isdigit()]
        if intents:
            opened.settle(Prepared(**intents[-1]))
        files = content(opened)
        count = int(files["count.py"])
        assert count >= max(acknowledged, default=0)
        assert files == {"count.py": str(count)} | {f"file_{n}.py": str(n) for n in range(1, count + 1)}
