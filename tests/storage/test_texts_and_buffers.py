"""Texts by digest, and the text being typed."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.processes import effects_of, run
from store.errors import Code, PatchbayError
from store.storage.buffers import BufferStore
from store.storage.layout import StoreLayout
from store.storage.texts import TextStore, digest_of

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
SHOWN = digest_of(b"shown")


@pytest.fixture
def texts(layout: StoreLayout) -> TextStore:
    return TextStore(layout.texts)


@pytest.fixture
def buffers(layout: StoreLayout) -> BufferStore:
    return BufferStore(layout.buffers)


@pytest.mark.parametrize("data", [b"", b"text\n", b"\xff\x00\r\n", "naïve ☃".encode(), b"x" * 1_000_000])
def test_a_text_comes_back_byte_for_byte_and_is_readable_as_it_is(
    texts: TextStore, layout: StoreLayout, data: bytes
) -> None:
    digest = texts.put(data)
    assert digest == digest_of(data)
    assert texts.get(digest) == data
    assert (layout.texts / digest).read_bytes() == data
    assert texts.has(digest)
    assert list(texts.digests()) == [digest]


def test_a_text_is_written_once(layout: StoreLayout, tmp_path: Path) -> None:
    put = 'texts.put_many([b"one", b"two", b"one"])'
    assert effects_of(layout.root, tmp_path / "first", put) == [
        *["create", "write", "fsync", "replace"] * 2,
        "fsync_directory",
    ]
    (tmp_path / "second").touch()
    assert effects_of(layout.root, tmp_path / "second", put) == []


@pytest.mark.parametrize("damage", [b"", b"tex", b"TEXT"])
def test_a_damaged_text_is_named_and_never_given(
    texts: TextStore, layout: StoreLayout, damage: bytes
) -> None:
    digest = texts.put(b"text")
    (layout.texts / digest).write_bytes(damage)
    with pytest.raises(PatchbayError, match=digest) as refusal:
        texts.get(digest)
    assert refusal.value.code is Code.STORE_DAMAGED


def test_a_truncated_text_is_put_right_by_putting_it_again(texts: TextStore, layout: StoreLayout) -> None:
    digest = texts.put(b"text")
    (layout.texts / digest).write_bytes(b"te")
    assert texts.put(b"text") == digest
    assert texts.get(digest) == b"text"


def test_a_missing_text_is_named(texts: TextStore) -> None:
    with pytest.raises(PatchbayError, match=SHOWN):
        texts.get(SHOWN)
    assert not texts.has(SHOWN)


@pytest.mark.parametrize("digest", ["../lock", "", "0" * 63, "A" * 64, "0" * 64 + "\n", "0" * 63 + "/"])
def test_what_is_no_digest_never_becomes_a_path(texts: TextStore, digest: str) -> None:
    for use in (texts.get, texts.has, texts.remove):
        with pytest.raises(PatchbayError, match="no digest"):
            use(digest)


def test_a_full_disk_leaves_no_half_text(layout: StoreLayout) -> None:
    script = """
without_room(1000)
try:
    texts.put(b"x" * 5000)
except PatchbayError as error:
    say(error.code)
"""
    assert run(layout.root, script) == "store-full"
    assert list(layout.texts.iterdir()) == []


def test_a_buffer_comes_back_with_what_it_was_typed_over(buffers: BufferStore, layout: StoreLayout) -> None:
    assert buffers.read("e1") is None
    buffers.write("e1", b"def f():\n    \xff\n", SHOWN, "screen 7", NOW)
    buffer = buffers.read("e1")
    assert buffer is not None
    assert (buffer.text, buffer.shown, buffer.writer, buffer.at) == (
        b"def f():\n    \xff\n",
        SHOWN,
        "screen 7",
        NOW,
    )
    assert not buffer.damaged
    assert buffers.ids() == ["e1"]
    assert (layout.buffers / "e1").read_bytes().endswith(b"\ndef f():\n    \xff\n")
    buffers.remove("e1")
    buffers.remove("e1")
    assert (buffers.read("e1"), buffers.ids()) == (None, [])


@pytest.mark.parametrize(
    ("damage", "readable"),
    [
        (lambda data: data[:-4], b"typed"),
        (lambda data: b"typed text", b"typed text"),
        (lambda data: data[5:], b"typed text"),
        (lambda data: b"", b""),
        (lambda data: b"[1]\n" + data, b"typed text"),
        (lambda data: data.replace(b"2026", b"soon"), b"typed text"),
    ],
)
def test_a_damaged_buffer_never_hides_the_text(
    buffers: BufferStore, layout: StoreLayout, damage: object, readable: bytes
) -> None:
    assert callable(damage)
    buffers.write("e1", b"typed text", SHOWN, "screen", NOW)
    path = layout.buffers / "e1"
    path.write_bytes(damage(path.read_bytes()))
    buffer = buffers.read("e1")
    assert buffer is not None
    assert buffer.damaged
    assert readable in buffer.text


@pytest.mark.parametrize("editor", ["../lock", "", "E1", "a/b", "e" * 65, "e1\n", ".", "-"])
def test_what_is_no_editor_id_never_becomes_a_path(buffers: BufferStore, editor: str) -> None:
    with pytest.raises(PatchbayError) as refusal:
        buffers.write(editor, b"text", SHOWN, "screen", NOW)
    assert refusal.value.code is Code.NOT_FOUND


def test_texts_and_buffers_are_private_whatever_the_umask(layout: StoreLayout) -> None:
    before = os.umask(0)
    try:
        digest = TextStore(layout.texts).put(b"text")
        BufferStore(layout.buffers).write("e1", b"text", SHOWN, "screen", NOW)
    finally:
        os.umask(before)
    for path in (layout.texts / digest, layout.buffers / "e1"):
        assert path.stat().st_mode & 0o777 == 0o600
