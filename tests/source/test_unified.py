"""Unified diffs are what `git apply` takes: applied to the files before they give the files after."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.source.texts import MODE, encode
from store.source.unified import unified_diff

Texts = dict[str, str]
"""Paths, those of modes too, with their texts."""

NAMES = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="/\0"), min_size=1, max_size=12)
PATHS = NAMES.filter(lambda one: one not in (".", "..", ".git") and len(one.encode()) < 200)
LINES = st.sampled_from(
    [
        "def a():",
        "    return 1",
        "",
        "one",
        "two",
        "\ttab ",
        "-- x",
        "++ y",
        "\\ No newline",
        "\x0c",
        "é",
        "\udce9",
    ]
)
TEXTS = st.one_of(
    st.builds(
        lambda lines, end, last: end.join(lines) + last,
        st.lists(LINES, max_size=40),
        st.sampled_from(["\n", "\r\n"]),
        st.sampled_from(["", "\n", "\r\n", "\r"]),
    ),
    st.binary(max_size=300).map(lambda data: data.decode("utf-8", "surrogateescape")),
)


def files_at(root: Path) -> Texts:
    """Every file below a directory, in the form the store has them."""
    found = {}
    for place in sorted(root.rglob("*")):
        path = str(place.relative_to(root))
        if place.is_symlink():
            found |= {path: str(place.readlink()), path + MODE: "120000\n"}
        elif place.is_file():
            found[path] = place.read_bytes().decode("utf-8", "surrogateescape")
            if place.stat().st_mode & 0o100:
                found[path + MODE] = "100755\n"
    return found


def write(root: Path, files: Texts) -> None:
    for path, text in files.items():
        if path.endswith(MODE):
            continue
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        mode = files.get(path + MODE, "")
        if mode == "120000\n":
            place.symlink_to(text)
        else:
            place.write_bytes(encode(text))
            place.chmod(0o755 if mode else 0o644)


def changes(before: Texts, after: Texts) -> dict[str, tuple[str | None, str | None]]:
    """What differs; of a file with a mode of its own both its text and its mode are told."""
    return {path: (before.get(path), after.get(path)) for path in {*before, *after}}


def applied(before: Texts, diff: bytes, *options: str) -> Texts:
    """Let git check and apply a diff in a directory that is no repository."""
    root = Path(tempfile.mkdtemp())
    try:
        write(root, before)
        for asked in (("--check",), ()):
            command = ["git", "apply", "--whitespace=nowarn", "--allow-empty", *options, *asked, "-"]
            done = subprocess.run(
                command,
                cwd=root,
                input=diff,
                capture_output=True,
                check=False,
                env=os.environ | {"GIT_CEILING_DIRECTORIES": str(root.parent), "LC_ALL": "C"},
            )
            assert done.returncode == 0, (done.stderr, diff)
        return files_at(root)
    finally:
        shutil.rmtree(root)


def require_applies(before: Texts, after: Texts) -> bytes:
    diff = unified_diff(changes(before, after))
    assert applied(before, diff) == after
    assert applied(after, diff, "--reverse") == before
    return diff


@given(path=PATHS, before=TEXTS, after=TEXTS)
def test_any_text_becomes_any_other(path: str, before: str, after: str) -> None:
    require_applies({path: before}, {path: after})


@given(path=PATHS, text=TEXTS, mode=st.sampled_from(["", "100755\n"]))
def test_files_of_any_name_come_and_go(path: str, text: str, mode: str) -> None:
    files = {path: text} | ({path + MODE: mode} if mode else {})
    require_applies({}, files)
    require_applies({"other": "x\n"} | files, {"other": "x\n"})


@given(lines=st.lists(LINES, min_size=30, max_size=60), edits=st.sets(st.integers(0, 59), max_size=6))
def test_distant_changes_of_one_file_are_hunks_of_their_own(lines: list[str], edits: set[int]) -> None:
    new = [f"new {number}" if number in edits else line for number, line in enumerate(lines)]
    require_applies({"a.py": "\n".join(lines)}, {"a.py": "\n".join(new)})


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a": "x\n"}, {"a": "x\n", "a" + MODE: "100755\n"}),
        ({"a": "x\n", "a" + MODE: "100755\n"}, {"a": "y\n"}),
        ({"a": "x\n"}, {"a": "elsewhere", "a" + MODE: "120000\n"}),
        ({"a": "one", "a" + MODE: "120000\n"}, {"a": "two", "a" + MODE: "120000\n"}),
        ({"a": "one", "a" + MODE: "120000\n"}, {}),
        ({"a b": "", " c ": ""}, {"a b": "x", " c ": "x", "d e": ""}),
        ({"a b": "x", "n b": "\0"}, {"a b": "x", "a b" + MODE: "100755\n", "n b": "\0\0"}),
    ],
)
def test_modes_links_and_empty_files(before: Texts, after: Texts) -> None:
    require_applies(before, after)


def test_a_mode_that_changes_alone_needs_no_text() -> None:
    diff = unified_diff({"run.sh" + MODE: (None, "100755\n")})
    assert applied({"run.sh": "x\n"}, diff) == {"run.sh": "x\n", "run.sh" + MODE: "100755\n"}


def test_it_reads_as_git_writes_it() -> None:
    diff = unified_diff({"app/cart.py": ("a\nb\nc\nd\ne\nf", "a\nb\nc\nd\nE\nf"), "same": ("x", "x")})
    assert diff.decode().splitlines() == [
        "diff --git a/app/cart.py b/app/cart.py",
        "--- a/app/cart.py",
        "+++ b/app/cart.py",
        "@@ -2,5 +2,5 @@",
        " b",
        " c",
        " d",
        "-e",
        "+E",
        " f",
        "\\ No newline at end of file",
    ]


def test_binary_files_are_named_by_the_repositorys_hash() -> None:
    for name, length in (("sha1", 40), ("sha256", 64)):
        line = unified_diff({"a": ("\0", "\0\0")}, name).splitlines()[1].decode()
        assert len(line.removeprefix("index ").partition("..")[0]) == length


def test_what_does_not_differ_gives_nothing() -> None:
    assert unified_diff({"a": ("x", "x"), "b" + MODE: ("100755\n", "100755\n"), "c": (None, None)}) == b""
