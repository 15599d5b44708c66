"""Whatever bytes lie in the store's files: an answer or a refusal in a sentence, never a crash."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from storage.processes import run

from codebase.kinds import commit, content, package_tree_at
from store.errors import STORE_CODES, PatchbayError
from store.storage.buffers import BufferStore
from store.storage.layout import StoreLayout
from store.storage.lock import StoreLock
from store.storage.session_files import SessionFiles

json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def mutated(draw: st.DrawFn, data: bytes) -> bytes:
    """The bytes with a stretch replaced by others."""
    start = draw(st.integers(0, len(data)))
    end = draw(st.integers(start, len(data)))
    return data[:start] + draw(st.binary(max_size=6)) + data[end:]


@contextmanager
def refusals_of_the_store() -> Iterator[None]:
    """Let a refusal about the store's files pass, and nothing else."""
    try:
        yield
    except PatchbayError as error:
        assert error.code in STORE_CODES, error


@pytest.fixture(scope="module")
def layout(tmp_path_factory: pytest.TempPathFactory) -> StoreLayout:
    made = StoreLayout(tmp_path_factory.mktemp("hostile") / "store")
    made.create()
    lock = StoreLock(made.lock)
    with lock.exclusive():
        file = SessionFiles(made, lock).file("s")
        for word in ("one", "two"):
            file.load()
            file.save({"session": {"s": {"word": word, "closed_at": None}}})
    tree = package_tree_at(made.root)
    commit(tree, {"a.py": "1", "b.py": "1"}, "one")
    commit(tree, {"a.py": "2", "b.py": None}, "two")
    return made


@given(data=st.data())
def test_a_session_file(layout: StoreLayout, data: st.DataObject) -> None:
    path = layout.sessions / "s.json"
    sound = path.read_bytes()
    try:
        path.write_bytes(data.draw(mutated(sound)))
        with refusals_of_the_store():
            SessionFiles(layout, StoreLock(layout.lock)).file("s").load()
    finally:
        path.write_bytes(sound)


@given(data=st.data(), name=st.sampled_from(["head.json", "revisions/1.json", "revisions/2.json"]))
def test_a_file_of_the_package_tree(layout: StoreLayout, data: st.DataObject, name: str) -> None:
    path = layout.codebase / name
    sound = path.read_bytes()
    try:
        path.write_bytes(data.draw(mutated(sound)))
        tree = package_tree_at(layout.root)
        with refusals_of_the_store():
            content(tree)
        with refusals_of_the_store():
            tree.history(5)
    finally:
        path.write_bytes(sound)


@given(data=st.binary(max_size=40), head=json_values)
def test_a_buffer(layout: StoreLayout, data: bytes, head: object) -> None:
    path = layout.buffers / "e1"
    path.write_bytes(json.dumps(head).encode() + b"\n" + data)
    buffer = BufferStore(layout.buffers).read("e1")
    assert buffer is not None
    assert data in buffer.text
    path.unlink()


def test_an_import_reports_what_it_may_not_read() -> None:
    with tempfile.TemporaryDirectory(prefix="patchbay-test-") as place:
        directory = Path(place)
        directory.chmod(0o777)
        source = directory / "source"
        (source / "closed").mkdir(parents=True)
        (source / "a.py").write_text("1")
        (source / "secret.py").write_text("2")
        (source / "secret.py").chmod(0)
        (source / "closed").chmod(0)
        script = """
from store.codebase.transfer import import_directory
without_rights()
layout.create()
source = layout.root.parent / "source"
summary = import_directory(source, tree, author="bob", at=datetime.now(UTC), transaction="t")
say(" ".join(tree.files().paths()))
for sentence in summary.left_out:
    say(sentence)
"""
        said = run(directory / "store", script).splitlines()
        (source / "closed").chmod(0o700)
    assert said[0] == "a.py"
    assert len(said) == 3
    assert any("closed" in line for line in said)
    assert any("'secret.py' cannot be read (permission denied)" in line for line in said)
